//! Answers meet the version of the set they are given to: checked before they are stored, scored when they are read.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};

use super::model::{Change, Comparison, Details, Filter, Response, Status, Submission, checked_day};
use super::reliability;
use super::store::{self, Position};
use crate::content::{self, Answer, AnswerError, AnswerErrorCode, Catalogue, QuestionSet, ReliabilityStatus, Scored};
use crate::db::Conn;
use crate::db::creation::{Creation, Made};
use crate::features::{accounts, relationships};
use crate::kernel::page::{Page, PageRequest};
use crate::kernel::{AccountId, Code, Error, FieldError, RelationshipId, ResponseId, zone};

/// When to ask again for a set that another instance has: each looks more often than this.
const NOT_YET: Duration = Duration::from_secs(2);

/// Stores a response, unless the same request stored it before.
pub fn create(
    conn: &mut Conn,
    catalogue: &Catalogue,
    account: AccountId,
    relationship: RelationshipId,
    submission: Submission,
    creation: &Creation,
) -> Result<Made<Response>, Error> {
    let details = details_of(catalogue, submission, today(conn, account, creation.now)?);
    store::hold_relationship(conn, account, relationship)?;
    // A retry is answered as the request was, whatever is on offer by now.
    if let Some(value) = store::made_before(conn, account, relationship, creation)? {
        return Ok(Made { fresh: false, value });
    }
    let details = details?;
    refuse_retired(catalogue, &details)?;
    let value = store::insert(conn, account, relationship, &details, creation)?;
    Ok(Made { fresh: true, value })
}

/// What a submission says, where it fits its set; its day is named, or else `today`.
pub fn details_of(catalogue: &Catalogue, submission: Submission, today: NaiveDate) -> Result<Details, Error> {
    let set = wanted_set(catalogue, &submission)?;
    check_answers(set, &submission.answers)?;
    Ok(Details {
        question_set: set.slug().to_owned(),
        question_set_version: set.version(),
        answers: submission.answers,
        status: submission.status,
        local_date: submission.local_date.map_or(Ok(today), |named| day(named, today))?,
    })
}

/// A page of a relationship's responses, newest first.
pub fn list(
    conn: &mut Conn,
    account: AccountId,
    relationship: RelationshipId,
    filter: &Filter,
    page: &PageRequest<Position>,
) -> Result<Page<Response, Position>, Error> {
    relationships::find(conn, account, relationship)?;
    store::list(conn, account, relationship, filter, page)
}

/// Changes a response in progress. `check` sees the stored version first; a completed response does not change.
pub fn update(
    conn: &mut Conn,
    catalogue: &Catalogue,
    account: AccountId,
    (relationship, id): (RelationshipId, ResponseId),
    change: Change,
    check: impl FnOnce(i64) -> Result<(), Error>,
    now: DateTime<Utc>,
) -> Result<Response, Error> {
    store::hold_relationship(conn, account, relationship)?;
    let stored = store::get_for_update(conn, account, relationship, id)?;
    check(stored.version)?;
    match stored.details.status {
        Status::Completed => return Err(Error::new(Code::ResponseCompleted)),
        Status::InProgress => {}
    }
    if let Some(answers) = &change.answers {
        check_answers(answered_set(catalogue, &stored.details.question_set, stored.details.question_set_version)?, answers)?;
    }
    if let Some(named) = change.local_date {
        day(named, today(conn, account, now)?)?;
    }
    store::replace(conn, account, relationship, id, &stored.details.changed(change), now)
}

/// The figures of a completed response; nothing while it is in progress.
pub fn scores(catalogue: &Catalogue, response: &Response) -> Result<Option<Scored>, Error> {
    match response.details.status {
        Status::InProgress => Ok(None),
        Status::Completed => {
            let set = answered_set(catalogue, &response.details.question_set, response.details.question_set_version)?;
            score_stored(set, &response.details.answers).map(Some)
        }
    }
}

/// A response beside the completion before it; run it in a snapshot.
pub fn compare(
    conn: &mut Conn,
    catalogue: &Catalogue,
    account: AccountId,
    relationship: RelationshipId,
    id: ResponseId,
) -> Result<Comparison, Error> {
    let response = store::get(conn, account, relationship, id)?;
    let previous = store::previous(conn, account, &response)?;
    let scales = match &previous {
        Some(previous) => reliability::changes(catalogue, previous, &response)?,
        None => Vec::new(),
    };
    let set = answered_set(catalogue, &response.details.question_set, response.details.question_set_version)?;
    let provisional = set.definition().scoring.reliability_status == ReliabilityStatus::Provisional;
    Ok(Comparison { response, previous, provisional, scales })
}

/// The version that stored answers were given to. Published versions stay, so it is there, or will be in a moment: another instance may
/// have published it, or be of a later build. One that is here and cannot be read will not be there in a moment.
pub fn answered_set<'a>(catalogue: &'a Catalogue, slug: &str, version: u32) -> Result<&'a QuestionSet, Error> {
    catalogue.question_set(slug, Some(version)).ok_or_else(|| {
        if catalogue.is_unreadable(slug, version) {
            return Error::internal("the question set of a stored response cannot be read");
        }
        Error::unavailable(NOT_YET).caused_by("the question set of a stored response is not known here yet")
    })
}

/// A version that is no longer offered takes no new answers; those that were begun go on.
fn refuse_retired(catalogue: &Catalogue, details: &Details) -> Result<(), Error> {
    let set = answered_set(catalogue, &details.question_set, details.question_set_version)?;
    if catalogue.is_offered(set) {
        return Ok(());
    }
    let detail = "This version is no longer offered; GET /v1/question-sets lists what is.";
    Err(Error::invalid(vec![FieldError::new("/version", "retired_version", detail)]))
}

/// Scores answers that were checked before they were stored.
pub fn score_stored(set: &QuestionSet, answers: &[Answer]) -> Result<Scored, Error> {
    content::score(set, answers).map_err(|_| Error::internal("stored answers do not fit the version they were given to"))
}

fn wanted_set<'a>(catalogue: &'a Catalogue, submission: &Submission) -> Result<&'a QuestionSet, Error> {
    let refused = |pointer: &str, code, detail: &str| Error::invalid(vec![FieldError::new(pointer, code, detail)]);
    let slug = submission.question_set.as_str();
    if let Some(set) = catalogue.question_set(slug, submission.version) {
        return Ok(set);
    }
    // One that is named is looked for whether it is still offered or not; without a name there has to be one on offer.
    let is_known = submission.version.is_some() && catalogue.all_question_set_versions().any(|set| set.slug() == slug);
    Err(if is_known {
        refused("/version", "unknown_version", "The question set has no such version.")
    } else {
        refused("/question_set", "unknown_question_set", "Use a slug from GET /v1/question-sets.")
    })
}

fn check_answers(set: &QuestionSet, answers: &[Answer]) -> Result<(), Error> {
    match content::score(set, answers) {
        Ok(_) => Ok(()),
        Err(errors) => Err(Error::invalid(errors.into_iter().map(refusal).collect())),
    }
}

fn refusal(AnswerError { index, code }: AnswerError) -> FieldError {
    let (member, detail) = match code {
        AnswerErrorCode::UnknownItem => ("item", "The question set has no such item."),
        AnswerErrorCode::DuplicateItem => ("item", "An earlier answer is to the same item."),
        AnswerErrorCode::ItemNotAsked => ("item", "The other answers leave this item closed; see its enable_when."),
        AnswerErrorCode::ValueOffScale => ("value", "The item's scale has no such value."),
        AnswerErrorCode::SkipNotAllowed => ("skipped", "This item may not be skipped; prefer_not_to_say is always possible."),
    };
    FieldError::new(format!("/answers/{index}/{member}"), code.as_str(), detail)
}

/// Today in the account's zone.
fn today(conn: &mut Conn, account: AccountId, now: DateTime<Utc>) -> Result<NaiveDate, Error> {
    Ok(zone::local_date(now, accounts::time_zone_of(conn, account)?))
}

fn day(named: NaiveDate, today: NaiveDate) -> Result<NaiveDate, Error> {
    checked_day(named, today).map_err(|(code, detail)| Error::invalid(vec![FieldError::new("/local_date", code, detail)]))
}
