//! From the document of an export to checked records: each is read as the endpoint for its kind reads it, and what is wrong with
//! it is pointed at in its place.

mod tried;

use chrono::{DateTime, NaiveDate, SubsecRound, TimeDelta, Utc};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::model::{Import, LeftOut, MAX_FAULTS, completion_fits};
use super::unique::Unique;
use super::wire::{
    AccountRest, ConsentRest, CreateAccountImport, ImportedNotForMe, ImportedRemovedId, ImportedSafetyAnswers, InteractionRest, NeedRest,
    RecordRest, RelationshipRest, RemovedKindWord, RepairRest, ResponseRest, RevisionRest,
};
use crate::api::body;
use crate::api::idempotency::request_digest;
use crate::content::Catalogue;
use crate::features::accounts::UpdateAccount;
use crate::features::accounts::model::{Handle, Settings};
use crate::features::consents::{CreateConsent, model as consents};
use crate::features::exports::model::{RemovedId, RemovedKind};
use crate::features::interactions::CreateInteraction;
use crate::features::interactions::model as entries;
use crate::features::recommendations::model::{MAX_SLUG, NotForMe};
use crate::features::records::model::{self as records, Kind};
use crate::features::records::{CreateNeed, CreatePlan, CreatePromise, CreateRepair, NewRecord};
use crate::features::relationships::{CreateRelationship, checked_not_active, model as ties};
use crate::features::responses::{self, CreateResponse};
use crate::features::safety::{self, model::Answered};
use crate::kernel::{
    AccountId, Code, Error, FieldError, Fields, InteractionId, Keys, RecordId, RelationshipId, ResponseId, ids, text, zone,
};

/// Clocks of two machines differ; a day is not a difference of clocks.
const AHEAD: TimeDelta = TimeDelta::hours(24);

/// What records are read with.
pub struct Reader<'a> {
    pub keys: &'a Keys,
    pub catalogue: &'a Catalogue,
    pub account: AccountId,
    pub now: DateTime<Utc>,
}

impl Reader<'_> {
    /// Reads everything, or tells what is wrong: at most some faults of every part.
    pub fn read(&self, body: &CreateAccountImport) -> Result<Import, Error> {
        let mut faults = Faults::default();
        if body.format_version != 1 {
            faults.add(vec![FieldError::new("/format_version", "unknown_version", "This service reads version 1.")]);
        }
        if let Some(at) = body.exported_at {
            self.past("/exported_at", at)?;
        }
        if body.account.len() > 1 {
            faults.add(vec![FieldError::new("/account", "too_many", "An export has one account.")]);
        }
        let consents = faults.each("consents", &body.consents, |raw| self.consent(raw))?;
        let given = consents.iter().filter(|one| one.decision.given).count();
        let settings = faults.each("account", &body.account, |raw| self.settings(raw))?.pop().unwrap_or_default();
        // Whether a test is over is asked in the zone in which it was made.
        let local = zone::local_date(self.now, settings.time_zone.unwrap_or_default());
        let import = Import {
            settings,
            ties: faults.each("relationships", &body.relationships, |raw| self.tie(raw))?,
            entries: faults.each("interactions", &body.interactions, |raw| self.entry(raw))?,
            history: faults.each("interaction_history", &body.interaction_history, |raw| self.revision(raw))?,
            promises: faults.each("promises", &body.promises, |raw| self.record::<CreatePromise, RecordRest>(raw, &[]))?,
            plans: faults.each("plans", &body.plans, |raw| self.record::<CreatePlan, RecordRest>(raw, &[]))?,
            needs: faults.each("needs", &body.needs, |raw| self.record::<CreateNeed, NeedRest>(raw, &["times_explained"]))?,
            repairs: faults.each("repairs", &body.repairs, |raw| self.record::<CreateRepair, RepairRest>(raw, DERIVED))?,
            responses: faults.each("question_set_responses", &body.question_set_responses, |raw| self.response(raw))?,
            removed: faults.each("removed_ids", &body.removed_ids, |raw| self.removed(raw))?,
            consents: consents.into_iter().filter(|one| !one.decision.given).collect(),
            practices: faults.each("adopted_practices", &body.adopted_practices, |raw| self.practice(raw))?,
            practice_sessions: faults.each("practice_sessions", &body.practice_sessions, |raw| self.practice_session(raw))?,
            not_for_me: faults.each("not_for_me", &body.not_for_me, |raw| self.not_for_me(raw))?,
            experiments: faults.each("experiments", &body.experiments, |raw| self.experiment(raw, local))?,
            safety_answers: faults.each("safety_answers", &body.safety_answers, |raw| self.safety_answers(raw))?,
            left_out: LeftOut {
                consents: given,
                assessments: body.assessments.len(),
                sessions: body.sessions.len(),
                grants: body.grants.len(),
                access_log: body.access_log.len(),
            },
        };
        faults.none()?;
        import.settled().map_err(Error::invalid)
    }

    fn settings(&self, raw: &RawValue) -> Result<Settings, Error> {
        let (made, rest): (UpdateAccount, AccountRest) = parts(raw, &["id", "handle", "created_at", "updated_at"])?;
        for (pointer, at) in [("/created_at", rest.created_at), ("/updated_at", rest.updated_at)] {
            at.map(|at| self.past(pointer, at)).transpose()?;
        }
        if let Some(Err((code, detail))) = rest.handle.as_deref().map(Handle::parse) {
            return Err(Error::invalid(vec![FieldError::new("/handle", code, detail)]));
        }
        made.parse().map_err(Error::invalid)
    }

    fn consent(&self, raw: &RawValue) -> Result<consents::Restored, Error> {
        let (made, rest): (CreateConsent, ConsentRest) = parts(raw, &["decided_at"])?;
        let (id, decided_at) = (chosen(made.id)?, self.past("/decided_at", rest.decided_at)?);
        let digest = request_digest(self.keys, self.account, "consents", &made)?;
        Ok(consents::Restored { id, digest, decision: made.parse().map_err(Error::invalid)?, decided_at })
    }

    fn tie(&self, raw: &RawValue) -> Result<ties::Restored, Error> {
        let (made, rest): (CreateRelationship, RelationshipRest) = parts(raw, &["status", "not_active", "created_at", "updated_at"])?;
        let id = chosen(made.id)?;
        let digest = request_digest(self.keys, self.account, "relationships", &made)?;
        let (created_at, updated_at) = self.times(rest.created_at, rest.updated_at)?;
        let (names, details) = made.parse().map_err(Error::invalid)?;
        let details = ties::Details { status: rest.status.into(), ..details };
        let not_active = checked_not_active(rest.not_active, details.status, self.today()).map_err(Error::invalid)?;
        Ok(ties::Restored { id: RelationshipId(id), digest, names, details, not_active, created_at, updated_at })
    }

    fn entry(&self, raw: &RawValue) -> Result<entries::Restored, Error> {
        let (made, rest): (CreateInteraction, InteractionRest) = parts(raw, &["relationship_id", "created_at", "updated_at"])?;
        let id = chosen(made.id)?;
        let digest = request_digest(self.keys, self.account, &format!("interactions of {}", rest.relationship_id), &made)?;
        let (created_at, updated_at) = self.times(rest.created_at, rest.updated_at)?;
        let (act, when) = self.said(made)?;
        let entry = entries::NewEntry { relationship: RelationshipId(rest.relationship_id), id, digest, act, when };
        Ok(entries::Restored { entry, version: 1, created_at, updated_at })
    }

    fn revision(&self, raw: &RawValue) -> Result<entries::RestoredRevision, Error> {
        let (made, rest): (CreateInteraction, RevisionRest) = parts(raw, &["interaction_id", "version", "changed_at"])?;
        if !(1..=1_000_000).contains(&rest.version) {
            let detail = "A whole number from 1 to 1,000,000 belongs here.";
            return Err(Error::invalid(vec![FieldError::new("/version", "out_of_range", detail)]));
        }
        let changed_at = self.past("/changed_at", rest.changed_at)?;
        let (act, when) = self.said(made)?;
        Ok(entries::RestoredRevision { entry: InteractionId(rest.interaction_id), version: rest.version, changed_at, act, when })
    }

    /// A record says when it happened: there is no other now that could be meant.
    fn said(&self, made: CreateInteraction) -> Result<(entries::Act, entries::When), Error> {
        let (act, when) = made.parse(self.now).map_err(Error::invalid)?;
        if when.occurred_at.is_none() {
            return Err(Error::invalid(vec![needed("/occurred_at")]));
        }
        Ok((act, when))
    }

    /// A promise, a plan, a need or a repair; `derived` are the members that follow from others.
    fn record<M: NewRecord, R: DeserializeOwned + Into<RecordRest>>(
        &self,
        raw: &RawValue,
        derived: &[&str],
    ) -> Result<records::Restored<M::Kind>, Error> {
        let added = [derived, &["relationship_id", "created_at", "updated_at"]].concat();
        let (made, rest): (M, R) = parts(raw, &added)?;
        let rest: RecordRest = rest.into();
        let (id, relationship) = (chosen(made.chosen_id())?, RelationshipId(rest.relationship_id));
        let digest = request_digest(self.keys, self.account, &format!("{} of {relationship}", M::PLACE), &made)?;
        let (created_at, updated_at) = self.times(rest.created_at, rest.updated_at)?;
        let draft = made.draft(relationship).map_err(Error::invalid)?.in_full();
        // A record says when it began and when it was settled: there is no other today that could be meant.
        if draft.change.frame.local_date.is_none() {
            return Err(Error::invalid(vec![needed("/local_date")]));
        }
        let (frame, details) = draft.settled(self.today()).map_err(Error::invalid)?;
        if details.columns().settled_on.is_some() && !names(raw, M::SETTLED_ON) {
            return Err(Error::invalid(vec![needed(M::SETTLED_ON)]));
        }
        Ok(records::Restored { id: RecordId(id), relationship, digest, frame, details, created_at, updated_at })
    }

    fn response(&self, raw: &RawValue) -> Result<responses::model::Restored, Error> {
        let (made, rest): (CreateResponse, ResponseRest) =
            parts(raw, &["relationship_id", "completed_at", "scores", "created_at", "updated_at"])?;
        let id = chosen(made.id)?;
        let relationship = RelationshipId(rest.relationship_id);
        let digest = request_digest(self.keys, self.account, &format!("/v1/relationships/{relationship}/responses"), &made)?;
        let (created_at, updated_at) = self.times(rest.created_at, rest.updated_at)?;
        let completed_at = rest.completed_at.map(|at| self.past("/completed_at", at)).transpose()?;
        if completed_at.is_some_and(|at| !(created_at..=updated_at).contains(&at)) {
            let detail = "A response is completed between its creation and its last change.";
            return Err(Error::invalid(vec![FieldError::new("/completed_at", "out_of_range", detail)]));
        }
        let submission = made.parse().map_err(Error::invalid)?;
        if submission.version.is_none() {
            return Err(Error::invalid(vec![needed("/version")]));
        }
        let details = responses::details_of(self.catalogue, submission, self.today())?;
        if !completion_fits(details.status, completed_at) {
            let detail = "A completed response says when it was completed, and no other does.";
            return Err(Error::invalid(vec![FieldError::new("/completed_at", "does_not_fit_status", detail)]));
        }
        Ok(responses::model::Restored { id: ResponseId(id), relationship, digest, details, completed_at, created_at, updated_at })
    }

    fn removed(&self, raw: &RawValue) -> Result<RemovedId, Error> {
        let ImportedRemovedId { kind, id, removed_at } = body::parse(raw.get().as_bytes())?;
        let kind = match kind {
            RemovedKindWord::Relationship => RemovedKind::Relationship,
            RemovedKindWord::Interaction => RemovedKind::Interaction,
            RemovedKindWord::Response => RemovedKind::Response,
            RemovedKindWord::Assessment => RemovedKind::Assessment,
            RemovedKindWord::Promise => RemovedKind::Promise,
            RemovedKindWord::Plan => RemovedKind::Plan,
            RemovedKindWord::Need => RemovedKind::Need,
            RemovedKindWord::Repair => RemovedKind::Repair,
            RemovedKindWord::Experiment => RemovedKind::Experiment,
            RemovedKindWord::AdoptedPractice => RemovedKind::AdoptedPractice,
            RemovedKindWord::PracticeSession => RemovedKind::PracticeSession,
        };
        Ok(RemovedId { kind, id: chosen(Some(id))?, removed_at: self.past("/removed_at", removed_at)? })
    }

    /// A practice may be one that this service has not: it may get it.
    fn not_for_me(&self, raw: &RawValue) -> Result<NotForMe, Error> {
        let ImportedNotForMe { relationship_id, practice, decided_at } = body::parse(raw.get().as_bytes())?;
        if !text::is_slug(&practice, MAX_SLUG) {
            return Err(Error::invalid(vec![FieldError::new("/practice", "not_a_name", "The name of a practice belongs here.")]));
        }
        let decided_at = self.past("/decided_at", decided_at)?;
        Ok(NotForMe { relationship: RelationshipId(relationship_id), practice, number: 0, decided_at })
    }

    fn safety_answers(&self, raw: &RawValue) -> Result<Answered, Error> {
        let ImportedSafetyAnswers { relationship_id, answers } = body::parse(raw.get().as_bytes())?;
        let answers = safety::parse(&answers, self.catalogue.safety_screen()).map_err(Error::invalid)?;
        Ok(Answered { relationship: RelationshipId(relationship_id), answers })
    }

    /// The latest day that is today somewhere: the zone of the account that it comes from may be ahead of this one's.
    fn today(&self) -> NaiveDate {
        (self.now + TimeDelta::hours(14)).date_naive()
    }

    fn times(&self, created: DateTime<Utc>, updated: DateTime<Utc>) -> Result<(DateTime<Utc>, DateTime<Utc>), Error> {
        let (created, updated) = (self.past("/created_at", created)?, self.past("/updated_at", updated)?);
        if updated < created {
            return Err(Error::invalid(vec![FieldError::new("/updated_at", "before_created_at", "A change comes after the creation.")]));
        }
        Ok((created, updated))
    }

    /// An instant since 1970, to the microsecond that is stored.
    fn past(&self, pointer: &str, at: DateTime<Utc>) -> Result<DateTime<Utc>, Error> {
        if (DateTime::UNIX_EPOCH..=self.now + AHEAD).contains(&at) {
            return Ok(at.trunc_subsecs(6));
        }
        let detail = "An instant from 1970 to 24 hours ahead of now belongs here.";
        Err(Error::invalid(vec![FieldError::new(pointer, "out_of_range", detail)]))
    }
}

fn needed(pointer: &str) -> FieldError {
    FieldError::new(pointer, "required", "This member is needed.")
}

/// Members of a repair that follow from its days.
const DERIVED: &[&str] = &["status", "days_to_first_move", "duration_days"];

/// Whether a record has the member that a pointer leads to.
fn names(raw: &RawValue, pointer: &str) -> bool {
    serde_json::from_str::<Value>(raw.get()).is_ok_and(|record| record.pointer(pointer).is_some())
}

fn chosen(id: Option<Uuid>) -> Result<Uuid, Error> {
    match id {
        Some(id) if ids::is_client_id(id) => Ok(id),
        Some(_) => Err(Error::invalid(vec![FieldError::new("/id", "reserved_id", "Choose any UUID but the nil and the max one.")])),
        None => Err(Error::invalid(vec![needed("/id")])),
    }
}

/// A record as what makes a thing of its kind, and the members that an export adds.
fn parts<M: DeserializeOwned, R: DeserializeOwned>(raw: &RawValue, added: &[&str]) -> Result<(M, R), Error> {
    let _: Unique = body::parse(raw.get().as_bytes())?;
    let mut whole: Map<String, Value> = body::parse(raw.get().as_bytes())?;
    let rest: Map<String, Value> = added.iter().filter_map(|name| whole.remove_entry(*name)).collect();
    let text = |members: &Map<String, Value>| serde_json::to_vec(members).map_err(Error::internal);
    Ok((body::parse(&text(&whole)?)?, body::parse(&text(&rest)?)?))
}

/// A record may be a little longer than the body that makes a thing of its kind, and no more: one that is all small elements takes
/// many times its length once it is read.
fn bounded(raw: &RawValue) -> Result<&RawValue, Error> {
    if raw.get().len() <= 2 * body::USUAL_LIMIT {
        return Ok(raw);
    }
    let detail = format!("A record has at most {} bytes.", 2 * body::USUAL_LIMIT);
    Err(Error::invalid(vec![FieldError::new("", "too_long", detail)]))
}

/// What is wrong with an import, a part after the other.
#[derive(Default)]
struct Faults(Fields, usize);

impl Faults {
    fn add(&mut self, faults: Vec<FieldError>) {
        for fault in faults {
            self.1 += 1;
            self.0.push(fault.pointer, fault.code, fault.detail);
        }
    }

    /// Reads each record of a part, as long as not too much is wrong.
    fn each<T>(&mut self, part: &str, records: &[Box<RawValue>], read: impl Fn(&RawValue) -> Result<T, Error>) -> Result<Vec<T>, Error> {
        let mut all = Vec::new();
        for (index, raw) in records.iter().enumerate() {
            match bounded(raw).and_then(&read) {
                Ok(record) => all.push(record),
                Err(error) if error.code == Code::ValidationFailed && self.1 < MAX_FAULTS => {
                    self.add(error.below(&format!("/{part}/{index}")).fields);
                }
                Err(error) if error.code == Code::ValidationFailed => break,
                Err(error) => return Err(error),
            }
        }
        Ok(all)
    }

    fn none(self) -> Result<(), Error> {
        self.0.finish(Some(())).map_err(Error::invalid)
    }
}
