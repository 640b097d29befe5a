"""What schemathesis cannot read in the document: who is asking, and how this service's own formats look."""

import datetime
import functools
import hashlib
import json
import os
import urllib.request
import uuid

import schemathesis
from hypothesis import strategies as st

BASE = os.environ["RECIPROCITY_URL"]
PASSWORD = "seven quiet green lamps"
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"

# These take an operator's token, which opens no account.
OPERATORS = [
    "listOperatorQuestionSets",
    "lintQuestionSet",
    "getOperatorQuestionSet",
    "putQuestionSetDraft",
    "deleteQuestionSetDraft",
    "publishQuestionSet",
    "retireQuestionSet",
]

# An operation that ends sessions or the account, or locks them, would end the run's own, and an import needs an empty account: each such
# request gets an account made for it.
ENDING = ["deleteAccount", "endAllSessions", "endSession", "changePassword", "createAccountImport", "setPin", "removePin"]


def post(path, body, session=None):
    headers = {"Content-Type": "application/json"}
    if session:
        headers["Authorization"] = f"Bearer {session['access_token']}"
    request = urllib.request.Request(BASE + path, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def new_account():
    return post("/v1/accounts", {"password": PASSWORD})


def new_session():
    """A session of a new account."""
    return post("/v1/sessions", {"handle": new_account()["handle"], "password": PASSWORD})


def new_grant():
    """A grant of a new account, which nobody has redeemed."""
    session = new_session()
    tie = post("/v1/relationships", {"alias": "Sam", "kind": "friend"}, session)
    return post(f"/v1/relationships/{tie['id']}/grants", {"current_password": PASSWORD, "lasts_hours": 24}, session)


class Bearer:
    def get(self, case, context):
        return new_session()

    def set(self, case, session, context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {session['access_token']}"
        if context.operation.definition.raw.get("operationId") == "endSession" and positive(case):
            case.path_parameters["session_id"] = session["session_id"]


@schemathesis.auth(refresh_interval=None, retry_on=[]).apply_to(operation_id=ENDING)
class OfItsOwn(Bearer):
    """A new account for every request."""


@schemathesis.auth(refresh_interval=None, retry_on=[]).apply_to(operation_id=OPERATORS)
class OfAnOperator:
    """A token that the script had made: no request makes one."""

    def get(self, case, context):
        return os.environ["RECIPROCITY_OPERATOR_TOKEN"]

    def set(self, case, token, context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {token}"


@schemathesis.auth(refresh_interval=400, retry_on=[]).skip_for(operation_id=ENDING + OPERATORS)
class Shared(Bearer):
    """One account for the run; its token is good for ten minutes."""


def positive(case):
    """Whether the request is meant to be valid by the document."""
    return case.meta is not None and case.meta.generation.mode.is_positive


def code(body_bytes):
    """A code as kernel::code writes it: Crockford base 32 in fours, with two check characters."""
    bits = "".join(f"{byte:08b}" for byte in body_bytes)
    bits += "0" * (-len(bits) % 5)
    body = "".join(ALPHABET[int(bits[i : i + 5], 2)] for i in range(0, len(bits), 5))
    check = "".join(ALPHABET[byte & 31] for byte in hashlib.sha256(body.encode()).digest()[:2])
    whole = body + check
    return "-".join(whole[i : i + 4] for i in range(0, len(whole), 4))


ZONES = ["UTC", "Europe/Berlin", "America/Lima", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe", "Africa/Casablanca"]

schemathesis.openapi.format("account-handle", st.binary(min_size=10, max_size=10).map(code))
schemathesis.openapi.format("recovery-code", st.binary(min_size=16, max_size=16).map(code))
schemathesis.openapi.format("grant-code", st.binary(min_size=32, max_size=32).map(code))
schemathesis.openapi.format("iana-time-zone", st.sampled_from(ZONES))
# What is tried first is refused: a password begins with something that nobody tries.
schemathesis.openapi.format("password", st.text(max_size=40).map(lambda rest: "warm spoons " + rest))

# --- what JSON Schema cannot say ---------------------------------------------------------------------------------

# Times and days from the years that people log: the service takes nothing from before 1970 or from the far future.
DAYS_END = datetime.date(2026, 1, 1)
DAYS = st.dates(min_value=datetime.date(1971, 1, 1), max_value=DAYS_END)
TIMES = st.datetimes(datetime.datetime(1971, 1, 1), datetime.datetime(2026, 1, 1), timezones=st.just(datetime.timezone.utc))

schemathesis.openapi.format("date", DAYS.map(str))
schemathesis.openapi.format("date-time", TIMES.map(lambda time: time.isoformat().replace("+00:00", "Z")))


@schemathesis.hook
def before_call(context, case, kwargs):
    """Makes a request that is valid by the document valid in full."""
    if not positive(case):
        return
    headers = case.headers or {}
    # A key stands for one request; the example's is the same every time.
    if "Idempotency-Key" in headers:
        headers["Idempotency-Key"] = str(uuid.uuid4())
    # Nobody guesses the stored version. A stale one is among the requests that are meant to be refused.
    if "If-Match" in headers:
        headers["If-Match"] = "*"
    # A cursor is the server's own word: one that is made up is refused, as the service's tests say.
    (case.query or {}).pop("cursor", None)
    # A day out of an earlier answer may be one to come where the account's zone is behind.
    for asked in [case.query, case.body]:
        if isinstance(asked, dict) and str(asked.get("as_of", "")) > str(DAYS_END):
            asked["as_of"] = str(DAYS_END)
    if case.media_type == "application/fhir+json":
        case.body = known_questionnaire_response()
    elif isinstance(case.body, dict):
        case.body = whole_numbers(case.body)
        settle_periods(case.body)
        adopt_a_known_practice(case.body)
        settle_records(case.body)
        settle_what_became(case)
        keep_one_note(case.body)
        answer_known_questions(case.body)
        answer_the_screen(case)
        plan_a_test(case)
        keep_whole_imports(case)
        write_the_draft_of_the_address(case)
        use_known_secrets(case)


def whole_numbers(value):
    """JSON Schema takes 3.0 for an integer; the service, like most typed readers, does not."""
    if isinstance(value, dict):
        return {name: whole_numbers(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [whole_numbers(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def settle_periods(body):
    """A period ends after it begins; what happened lies in the past; a local date is the day of its moment."""
    # A moment out of an earlier answer may be one to come, such as the end of a session.
    if str(body.get("occurred_at", ""))[:10] > str(DAYS_END):
        body["occurred_at"] = f"{DAYS_END}T00:00:00Z"
    if str(body.get("exported_at", ""))[:10] > str(DAYS_END):
        body["exported_at"] = f"{DAYS_END}T00:00:00Z"
    for period in [body, *(body.get("contexts") or [])]:
        if "from" in period and "to" in period:
            period["from"], period["to"] = sorted([period["from"], period["to"]])
    if "local_date" in body and "occurred_at" in body:
        body["local_date"] = body["occurred_at"][:10]
    elif "local_date" in body:
        del body["local_date"]


RECORDS = ["entries", "promises", "needs", "plans", "repairs"]


def settle_records(body):
    """The ids of one list differ; scores lie no further apart than their scale is wide."""
    for record in (record for name in RECORDS for record in body.get(name) or []):
        if "id" in record:
            record["id"] = str(uuid.uuid4())
    for scores in body.get("questionnaires") or []:
        if abs(scores["give"] - scores["receive"]) > scores["range"]:
            scores["receive"] = scores["give"]


# What is noted, and a body that says all of it in a way that fits together. Its day and its words stay as they were made up.
NOTED = {
    "Promise": {"status": "kept", "settled_on": str(DAYS_END), "due": str(DAYS_END)},
    "Plan": {"status": "scheduled", "settled_on": str(DAYS_END), "scheduled_for": str(DAYS_END), "scheduled_by": "me"},
    "Need": {"status": "met", "settled_on": str(DAYS_END), "met_by": "unknown", "explained_on": [str(DAYS_END)], "topic": "time_together"},
    "Repair": {"moved_first": "me", "moved_on": str(DAYS_END), "repaired_on": str(DAYS_END), "prompted": False, "accepted": True},
}


def settle_what_became(case):
    """What became of a record fits its days, and the entry that stands for it is one of the relationship: nobody guesses it."""
    named = case.operation.definition.raw.get("operationId", "")
    for kind, settled in NOTED.items():
        if named not in [f"create{kind}", f"update{kind}"]:
            continue
        for name in [*settled, "interaction_id", "replaced_by"]:
            case.body.pop(name, None)
        case.body["local_date"] = "1971-01-01"
        case.body |= settled


def keep_one_note(body):
    """An entry has a note or an encrypted note, not both."""
    interactions = [item.get("interaction", {}) for item in body.get("items") or [] if isinstance(item, dict)]
    for entry in [body, *interactions]:
        if "note_encrypted" in entry:
            entry.pop("note", None)


@functools.cache
def known_questions():
    """The questions of one set that are always asked, and a value that each takes."""
    with urllib.request.urlopen(BASE + "/v1/question-sets/reciprocity-check", timeout=20) as answer:
        questions = json.load(answer)
    values = {scale["id"]: scale["options"][0]["value"] for scale in questions["scales"]}
    return [(item["id"], values[item["scale"]]) for item in questions["items"] if "enable_when" not in item]


def answer_known_questions(body):
    """An answer names a question of its set, once, and takes one of its values."""
    if "question_set" in body:
        body |= {"question_set": "reciprocity-check", "version": 1}
    if isinstance(body.get("answers"), list):
        count = len(body["answers"])
        body["answers"] = [{"item": item, "value": value} for item, value in known_questions()[:count]]


def adopt_a_known_practice(body):
    """A practice is one of the catalogue, for every kind; its rule names days; what is to come lies within a year, what was dropped is not before today."""
    if "practice" in body:
        body["practice"] = "good-news-response"
    if body.get("cadence") is not None:
        body["cadence"] = "FREQ=WEEKLY;BYDAY=SU"
    today = str(datetime.datetime.now(datetime.timezone.utc).date())
    for member in ["starts_on", "paused_until", "snoozed_until", "dropped_on"]:
        if body.get(member) is not None:
            body[member] = today


def answer_the_screen(case):
    """An answer about safety names an item of the screen, once."""
    if case.operation.definition.raw.get("operationId") == "putSafetyAnswers" and isinstance(case.body.get("answers"), list):
        known = ["afraid", "say_no", "hurt", "threats", "control", "watched", "own_behaviour"]
        case.body["answers"] = [{"item": item, "answer": "prefer_not_to_say"} for item in known[: len(case.body["answers"])]]


def plan_a_test(case):
    """A step-back test begins about now, names each thing once, and has a rule to stop; one that is made up is stopped on none of its days."""
    operation, body = case.operation.definition.raw.get("operationId"), case.body
    if operation == "createExperiment":
        body["starts_on"] = str(datetime.datetime.now(datetime.timezone.utc).date())
        body["stop_rules"] = sorted(set(body.get("stop_rules") or [])) or ["help_needed"]
        steps = body.get("steps") or {}
        if "dimensions" in steps:
            steps["dimensions"] = sorted(set(steps["dimensions"]))
    elif operation == "updateExperiment":
        body.pop("stopped_on", None)


def known_questionnaire_response():
    """FHIR's own schemas are no part of the document: any object is valid by it, and this one is in full."""
    questions = [{"linkId": item} for item, _ in known_questions()]
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": "urn:reciprocity:question-set:reciprocity-check|1",
        "status": "completed",
        "item": questions,
    }


def keep_whole_imports(case):
    """Records of an import refer to each other; those that are made up refer to nothing."""
    if case.operation.definition.raw.get("operationId") == "createAccountImport":
        for part in ["consents", "removed_ids", "interaction_history", "promises", "plans", "needs", "repairs",
                     "interactions", "question_set_responses",
                     "practice_sessions", "adopted_practices", "not_for_me",
                     "experiments", "safety_answers", "relationships"]:
            case.body.pop(part, None)
        for account in case.body.get("account") or []:
            account.pop("locale", None)


def write_the_draft_of_the_address(case):
    """A draft and its address say the same name; it is the first version, and not there yet, or replaced."""
    if case.operation.definition.raw.get("operationId") != "putQuestionSetDraft":
        return
    case.path_parameters["version"] = 1
    case.path_parameters["slug"] = "s" + uuid.uuid4().hex
    case.body["set"] |= {"slug": case.path_parameters["slug"], "version": 1, "status": "draft"}
    case.headers.pop("If-Match", None)
    case.headers["If-None-Match"] = "*"


def use_known_secrets(case):
    """Nobody guesses a handle, a password or a token either."""
    operation, body = case.operation.definition.raw.get("operationId"), case.body
    if operation == "createAccount":
        # It may be left out with another issuer's token alone.
        body.setdefault("password", PASSWORD)
    elif operation in ["changePassword", "removePin"]:
        body["current_password"] = PASSWORD
    elif operation in ["createGrant", "createAccountExport"]:
        # It may be left out with another issuer's token alone.
        body["current_password"] = PASSWORD
    elif operation == "setPin":
        # One that is tried first is refused.
        body |= {"current_password": PASSWORD, "pin": "740295"}
    elif operation == "createSession":
        body |= {"handle": new_account()["handle"], "password": PASSWORD}
        body.pop("relationship_id", None)
    elif operation == "redeemGrant":
        body["code"] = new_grant()["code"]
    elif operation == "refreshSession":
        body["refresh_token"] = new_session()["refresh_token"]
    elif operation == "recoverAccount":
        account = new_account()
        body |= {"handle": account["handle"], "recovery_code": account["recovery_code"]}
