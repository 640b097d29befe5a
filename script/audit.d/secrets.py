"""Looks for keys and passwords in every version of every file in the repository's history, in the messages of commits and tags,
and in the tracked files as they are now. What was found and is none stands in not-secrets.toml, with the reason.

Run by script/audit, from the repository's folder. The detectors are those of detect-secrets and the ones in detectors.py.
Nothing is sent anywhere, and what is found is shown by its first characters only.
"""

import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.core.scan import scan_file
from detect_secrets.settings import get_settings, transient_settings

HERE = Path(__file__).resolve().parent
LIST = HERE / "not-secrets.toml"
# Shorter than this, a listed text could be what a detector shows of some other, real secret: the three letters of a token's form.
SHORT = 12
# A remark beside a line would be a second way to let something pass, without a reason.
REMARKS = "detect_secrets.filters.allowlist.is_line_allowlisted"


def git(*arguments):
    return subprocess.run(["git", *arguments], check=True, capture_output=True).stdout


def history():
    """Every object but trees that a branch or a tag leads to: its name, where it lay, and its bytes."""
    listed = [line.partition(" ") for line in git("rev-list", "--objects", "--all").decode().splitlines()]
    with subprocess.Popen(["git", "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as reader:
        for name, _, path in listed:
            reader.stdin.write(f"{name}\n".encode())
            reader.stdin.flush()
            _, kind, size = reader.stdout.readline().split()
            content = reader.stdout.read(int(size))
            reader.stdout.readline()
            if kind != b"tree":
                yield name, path or f"a {kind.decode()}'s message", content
        reader.stdin.close()


def tracked():
    """The tracked files as they lie in the folder, changes included that are in no commit yet."""
    for path in git("ls-files", "-z").decode().split("\0"):
        if path and os.path.isfile(path):
            yield None, path, Path(path).read_bytes()


def findings(folder):
    """What the detectors take for a secret: object, path, kind and text. A line that another version of a file of this kind had
    already is not looked at again, so that a long history costs what was written and not what was kept."""
    seen = set()
    for name, path, content in (*history(), *tracked()):
        suffix = Path(path).suffix
        lines = [line for line in content.split(b"\n") if (suffix, line) not in seen]
        seen.update((suffix, line) for line in lines)
        # The file's own name, because some detectors go by it.
        place = Path(folder, Path(path).name)
        place.write_bytes(b"\n".join(lines))
        for found in scan_file(str(place)):
            yield name, path, found.type, found.secret_value
        place.unlink()


def reasons():
    """What is known to be no secret: its text, and the paths where it is none; no paths are all of them."""
    known = {}
    for entry in tomllib.loads(LIST.read_text())["not_a_secret"]:
        text, files = entry["text"], entry.get("files", [])
        if not entry.get("why", "").strip() or (len(text) < SHORT and not files):
            sys.exit(f"{LIST.name}: {text!r} needs a reason, and files where it has fewer than {SHORT} characters")
        known[text] = files
    return known


def where(name):
    """The first commit that has the object."""
    if name is None:
        return "not committed"
    return git("log", "--all", "--format=%h", f"--find-object={name}").decode().split()[-1:] or name[:10]


def tell(secrets, unused):
    for (path, kind, text), name in secrets.items():
        print(f"{path}: {kind}, {len(text)} characters beginning with {text[:3]!r} ({''.join(where(name))})")
    for text in sorted(unused):
        print(f"{LIST.name} lists what is found nowhere; take it off: {text!r}")
    if secrets:
        print(f"A secret is replaced where it is used, because it stays in the history. What is none gets a reason in {LIST.name}.")
    if secrets or unused:
        sys.exit(1)


def main():
    if git("rev-parse", "--is-shallow-repository").strip() == b"true":
        sys.exit("This clone does not have the whole history: git fetch --unshallow")
    known, used, secrets = reasons(), set(), {}
    plugins = [{"name": plugin.__name__} for plugin in get_mapping_from_secret_type_to_class().values()]
    own = {"name": "OwnKey", "path": f"file://{HERE / 'detectors.py'}"}
    with tempfile.TemporaryDirectory() as folder, transient_settings({"plugins_used": [*plugins, own]}):
        get_settings().disable_filters(REMARKS)
        # It was read above, before our own detector was named.
        get_mapping_from_secret_type_to_class.cache_clear()
        for name, path, kind, text in findings(folder):
            # The list holds its texts itself, which proves no entry to be of use.
            listed = path == str(LIST.relative_to(Path.cwd()))
            if text not in known or (known[text] and not listed and path not in known[text]):
                secrets.setdefault((path, kind, text), name)
            elif not listed:
                used.add(text)
    tell(secrets, known.keys() - used)


main()
