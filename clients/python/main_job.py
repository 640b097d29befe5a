"""The main job with a generated client: an account, a relationship, what happened in it, answers, an assessment.

    openapi-generator-cli generate -g python -i http://127.0.0.1:8080/openapi.json -o generated \
        --additional-properties=packageName=reciprocity_client
    PYTHONPATH=generated RECIPROCITY_URL=http://127.0.0.1:8080 python main_job.py
"""

import os
from datetime import datetime, timedelta, timezone
from uuid import UUID, uuid4

from reciprocity_client import (
    AccountsApi,
    Answer,
    ApiClient,
    ApiException,
    AssessmentAnswer,
    AssessmentsApi,
    BatchItem,
    Configuration,
    CreateAccount,
    CreateAssessment,
    CreateBatch,
    CreateInteraction,
    CreateQuestionSetResponse,
    CreateRelationship,
    CreateSession,
    InteractionsApi,
    Problem,
    QuestionSetsApi,
    RelationshipsApi,
    ResponsesApi,
    SessionsApi,
    UpdateRelationship,
)

URL = os.environ.get("RECIPROCITY_URL", "http://127.0.0.1:8080")
PASSWORD = "seven quiet green lamps"


def signed_in() -> ApiClient:
    """A client that is signed in as somebody new."""
    visitor = ApiClient(Configuration(host=URL))
    new = CreateAccount(password=PASSWORD, locale="en", time_zone="Europe/Berlin")
    account = AccountsApi(visitor).create_account(new)
    assert account.recovery_code is not None and len(account.recovery_code) > 20
    session = SessionsApi(visitor).create_session(CreateSession(handle=account.handle, password=PASSWORD, label="main job"))
    return ApiClient(Configuration(host=URL, access_token=session.access_token))


def add_relationship(api: RelationshipsApi) -> UUID:
    added = api.create_relationship(CreateRelationship(alias="K.", kind="friend"))
    assert [found.alias for found in api.list_relationships(kind="friend").data] == ["K."]
    return added.id


def change_oneself(api: RelationshipsApi, relationship: UUID) -> None:
    """What a client holds is not sent again; what it changes names the version it knows."""
    etag = (api.get_relationship_with_http_info(relationship).headers or {})["etag"]
    assert api.get_relationship_with_http_info(relationship, if_none_match='"0"').status_code == 200
    try:
        api.get_relationship(relationship, if_none_match=etag)
        raise AssertionError("a version that the client holds was sent again")
    except ApiException as unchanged:
        assert unchanged.status == 304
    change = UpdateRelationship(label="from the choir")
    assert api.update_relationship(relationship, etag, change).label == "from the choir"
    try:
        api.update_relationship(relationship, etag, change)
        raise AssertionError("a change that names an old version was taken")
    except ApiException as late:
        assert problem(late).code == "precondition_failed"


def problem(raised: ApiException) -> Problem:
    """What the service said went wrong."""
    assert isinstance(raised.data, Problem)
    return raised.data


def log_one(api: InteractionsApi, relationship: UUID) -> None:
    act = CreateInteraction(id=uuid4(), actor="them", dimension="emotional_support", effort=3, felt_heard=4)
    key = str(uuid4())
    first = api.create_interaction_with_http_info(relationship, act, idempotency_key=key)
    assert first.status_code == 201
    assert api.create_interaction(relationship, act, idempotency_key=key).id == first.data.id
    try:
        future = datetime.now(timezone.utc) + timedelta(days=9)
        api.create_interaction(relationship, CreateInteraction(actor="me", dimension="repair", occurred_at=future))
        raise AssertionError("an entry from the future was taken")
    except ApiException as refused:
        errors = problem(refused).errors or []
        assert (refused.status, errors[0].pointer) == (422, "/occurred_at")


def log_many(api: InteractionsApi, relationship: UUID) -> None:
    """Sixty days of a tie in which one gives and the other takes, and one item that belongs nowhere."""
    now = datetime.now(timezone.utc)
    dimensions = ["initiation", "emotional_support", "practical_help"]

    def entry(index: int) -> CreateInteraction:
        actor = "them" if index % 5 == 0 else "me"
        return CreateInteraction(actor=actor, dimension=dimensions[index % 3], effort=3, occurred_at=now - timedelta(days=1 + index))

    items = [BatchItem(relationship_id=relationship, interaction=entry(index)) for index in range(60)]
    items.append(BatchItem(relationship_id=uuid4(), interaction=entry(0)))
    batch = api.create_interactions(CreateBatch(items=items))
    assert (batch.created, batch.refused, batch.results[60].status) == (60, 1, 404)


def count_interactions(api: InteractionsApi, relationship: UUID) -> int:
    """Every page of the list, by its cursor."""
    page = api.list_interactions(relationship, limit=25)
    count = len(page.data)
    while page.next_cursor is not None:
        page = api.list_interactions(relationship, limit=25, cursor=page.next_cursor)
        count += len(page.data)
    return count


def answer_questions(client: ApiClient, relationship: UUID) -> None:
    """Fetches the questions for friends and gives the first answer to each that is always asked."""
    sets = QuestionSetsApi(client)
    slug = sets.list_question_sets(kind="friend", purpose="overview").data[0].slug
    chosen = sets.get_question_set(slug, accept_language="en")
    first = {scale.id: scale.options[0].value for scale in chosen.scales}
    asked = [item for item in chosen.items if item.enable_when is None]
    answers = [Answer(item=item.id, value=first[item.scale]) for item in asked]
    given = ResponsesApi(client).create_response(
        relationship,
        CreateQuestionSetResponse(question_set=slug, version=chosen.version, answers=answers, status="completed"),
    )
    assert given.status == "completed" and given.scores is not None


def assess(api: AssessmentsApi, relationship: UUID) -> AssessmentAnswer:
    made = api.create_assessment(relationship, CreateAssessment(window_days=90))
    assert api.get_assessment(relationship, made.id) == made
    return made


def main() -> None:
    client = signed_in()
    relationship = add_relationship(RelationshipsApi(client))
    change_oneself(RelationshipsApi(client), relationship)
    log_one(InteractionsApi(client), relationship)
    log_many(InteractionsApi(client), relationship)
    assert count_interactions(InteractionsApi(client), relationship) == 61
    answer_questions(client, relationship)
    assessment = assess(AssessmentsApi(client), relationship)
    assert assessment.overall.state != "insufficient_evidence"
    AccountsApi(client).delete_account()
    try:
        AccountsApi(client).get_account()
        raise AssertionError("the account is still there")
    except ApiException as gone:
        assert gone.status == 401
    print(f"Python: overall {assessment.overall.state}, {len(assessment.dimensions)} dimensions, as of {assessment.as_of}")


if __name__ == "__main__":
    main()
