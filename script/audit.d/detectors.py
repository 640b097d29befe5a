"""The forms of this project's own secrets, wherever they stand and without quotes around them."""

import re

from detect_secrets.plugins.base import RegexBasedDetector


class OwnKey(RegexBasedDetector):
    """Master keys, refresh tokens and what script/secrets makes."""

    secret_type = "Key of this project"
    denylist = [
        # 32 bytes in base64: a master key.
        re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/]{43}=(?![A-Za-z0-9+/=])"),
        # 64 bytes in base64 for addresses: a refresh token.
        re.compile(r"(?<![A-Za-z0-9_/+-])(?=[a-z_-]*[A-Z0-9])[A-Za-z0-9_-]{86}(?![A-Za-z0-9_=/+-])"),
        # Random hex after one of our names: an invite code, a password of Postgres.
        re.compile(r"(?i)(?:invite_code|password|master_key)[\"']?\s*[:=]\s*[\"']?([0-9a-f]{32,64})\b"),
    ]
