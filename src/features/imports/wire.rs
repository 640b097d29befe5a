//! An import as it travels: the document that an export gives, and what came of it.
//!
//! Records are described as what the endpoints for their kinds take, with the members beside that an export adds; so no rule is
//! written twice.

mod rests;

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use chrono::{DateTime, Utc};
use serde::de::{Error as _, IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use super::model::Imported;
use crate::api::body::present;
use crate::features::accounts::UpdateAccount;
use crate::features::consents::CreateConsent;
use crate::features::experiments::{CreateExperiment, ExperimentRest};
use crate::features::interactions::CreateInteraction;
use crate::features::records::{CreateNeed, CreatePlan, CreatePromise, CreateRepair};
use crate::features::relationships::CreateRelationship;
use crate::features::responses::CreateResponse;
use crate::features::routines::{AdoptedPracticeRest, CreateAdoptedPractice, CreatePracticeSession, PracticeSessionRest};
use crate::features::safety::AnswerBody;

pub use rests::{
    AccountRest, ConsentRest, InteractionRest, NeedRest, RecordRest, RelationshipRest, RepairRest, ResponseRest, RevisionRest,
};

/// A record that is not imported: any object, of which nothing is kept.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct LeftOutRecord {}

/// Everything of an account, as `GET .../data` of an export answers it. Lists that are absent are empty.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "format": "reciprocity-account", "format_version": 1, "exported_at": "2026-03-01T12:00:02Z",
    "account": [{"locale": "en", "time_zone": "Europe/Berlin"}],
    "relationships": [{
        "id": "01980000-0000-7000-8000-000000000001", "alias": "Sam", "kind": "friend", "status": "active",
        "created_at": "2026-02-01T12:00:00Z", "updated_at": "2026-02-01T12:00:00Z"
    }],
    "interactions": [{
        "id": "01980000-0000-7000-8000-000000000002", "relationship_id": "01980000-0000-7000-8000-000000000001", "actor": "them",
        "dimension": "emotional_support", "occurred_at": "2026-02-01T21:30:00+01:00", "time_zone": "Europe/Berlin",
        "local_date": "2026-02-01", "created_at": "2026-02-01T20:31:00Z", "updated_at": "2026-02-01T20:31:00Z"
    }]
}))]
pub struct CreateAccountImport {
    #[schema(inline)]
    format: FormatWord,
    #[schema(minimum = 1, maximum = 1)]
    pub format_version: i32,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub exported_at: Option<DateTime<Utc>>,
    /// Its language and time zone are taken over.
    #[serde(default, deserialize_with = "at_most::<1, _, _>")]
    #[schema(value_type = Vec<ImportedAccount>, max_items = 1)]
    pub account: Vec<Box<RawValue>>,
    /// What was withdrawn stays withdrawn here. What was given is not imported: it was given to whoever ran the other service.
    #[serde(default, deserialize_with = "at_most::<2_000, _, _>")]
    #[schema(value_type = Vec<ImportedConsent>, max_items = 2_000)]
    pub consents: Vec<Box<RawValue>>,
    /// Not imported: it is about sessions elsewhere.
    #[serde(default, deserialize_with = "at_most::<1_000_000, _, _>")]
    #[schema(value_type = Vec<Object>, max_items = 1_000_000)]
    pub access_log: Vec<LeftOutRecord>,
    /// Not imported: they cannot be signed in with here.
    #[serde(default, deserialize_with = "at_most::<1_000_000, _, _>")]
    #[schema(value_type = Vec<Object>, max_items = 1_000_000)]
    pub sessions: Vec<LeftOutRecord>,
    /// Not imported: nobody was let in here.
    #[serde(default, deserialize_with = "at_most::<1_000, _, _>")]
    #[schema(value_type = Vec<Object>, max_items = 1_000)]
    pub grants: Vec<LeftOutRecord>,
    #[serde(default, deserialize_with = "at_most::<250_000, _, _>")]
    #[schema(value_type = Vec<ImportedRemovedId>, max_items = 250_000)]
    pub removed_ids: Vec<Box<RawValue>>,
    /// Not imported: they are computed here from what is.
    #[serde(default, deserialize_with = "at_most::<1_000_000, _, _>")]
    #[schema(value_type = Vec<Object>, max_items = 1_000_000)]
    pub assessments: Vec<LeftOutRecord>,
    #[serde(default, deserialize_with = "at_most::<250_000, _, _>")]
    #[schema(value_type = Vec<ImportedRevision>, max_items = 250_000)]
    pub interaction_history: Vec<Box<RawValue>>,
    #[serde(default, deserialize_with = "at_most::<250_000, _, _>")]
    #[schema(value_type = Vec<ImportedPromise>, max_items = 250_000)]
    pub promises: Vec<Box<RawValue>>,
    #[serde(default, deserialize_with = "at_most::<250_000, _, _>")]
    #[schema(value_type = Vec<ImportedPlan>, max_items = 250_000)]
    pub plans: Vec<Box<RawValue>>,
    #[serde(default, deserialize_with = "at_most::<250_000, _, _>")]
    #[schema(value_type = Vec<ImportedNeed>, max_items = 250_000)]
    pub needs: Vec<Box<RawValue>>,
    #[serde(default, deserialize_with = "at_most::<250_000, _, _>")]
    #[schema(value_type = Vec<ImportedRepair>, max_items = 250_000)]
    pub repairs: Vec<Box<RawValue>>,
    #[serde(default, deserialize_with = "at_most::<250_000, _, _>")]
    #[schema(value_type = Vec<ImportedInteraction>, max_items = 250_000)]
    pub interactions: Vec<Box<RawValue>>,
    #[serde(default, deserialize_with = "at_most::<250_000, _, _>")]
    #[schema(value_type = Vec<ImportedResponse>, max_items = 250_000)]
    pub question_set_responses: Vec<Box<RawValue>>,
    #[serde(default, deserialize_with = "at_most::<100_000, _, _>")]
    #[schema(value_type = Vec<ImportedPracticeSession>, max_items = 100_000)]
    pub practice_sessions: Vec<Box<RawValue>>,
    #[serde(default, deserialize_with = "at_most::<500, _, _>")]
    #[schema(value_type = Vec<ImportedAdoptedPractice>, max_items = 500)]
    pub adopted_practices: Vec<Box<RawValue>>,
    /// Practices that are not to be suggested again.
    #[serde(default, deserialize_with = "at_most::<100_000, _, _>")]
    #[schema(value_type = Vec<ImportedNotForMe>, max_items = 100_000)]
    pub not_for_me: Vec<Box<RawValue>>,
    /// Step-back tests. One that is not over ends here.
    #[serde(default, deserialize_with = "at_most::<50_000, _, _>")]
    #[schema(value_type = Vec<ImportedExperiment>, max_items = 50_000)]
    pub experiments: Vec<Box<RawValue>>,
    /// Answers to the optional safety screen, where the export was asked for them.
    #[serde(default, deserialize_with = "at_most::<1_000, _, _>")]
    #[schema(value_type = Vec<ImportedSafetyAnswers>, max_items = 1_000)]
    pub safety_answers: Vec<Box<RawValue>>,
    #[serde(default, deserialize_with = "at_most::<1_000, _, _>")]
    #[schema(value_type = Vec<ImportedRelationship>, max_items = 1_000)]
    pub relationships: Vec<Box<RawValue>>,
}

/// A list of at most so many: counted while it is read, because a body of small elements holds millions of them.
fn at_most<'de, const MOST: usize, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    deserializer.deserialize_seq(Counted::<MOST, T>(PhantomData))
}

struct Counted<const MOST: usize, T>(PhantomData<T>);

impl<'de, const MOST: usize, T: Deserialize<'de>> Visitor<'de> for Counted<MOST, T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut all = Vec::new();
        while all.len() < MOST {
            match list.next_element()? {
                Some(one) => all.push(one),
                None => return Ok(all),
            }
        }
        match list.next_element::<IgnoredAny>()? {
            Some(_) => Err(A::Error::invalid_length(MOST + 1, &format!("at most {MOST} records").as_str())),
            None => Ok(all),
        }
    }
}

/// What kind of document it is.
#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
enum FormatWord {
    #[serde(rename = "reciprocity-account")]
    Account,
}

/// An id that was removed: it stays taken.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportedRemovedId {
    #[schema(inline)]
    pub kind: RemovedKindWord,
    pub id: Uuid,
    pub removed_at: DateTime<Utc>,
}

/// A practice that is not to be suggested again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportedNotForMe {
    pub relationship_id: Uuid,
    #[schema(min_length = 1, max_length = 40, pattern = "^[a-z][a-z0-9_-]*$")]
    pub practice: String,
    pub decided_at: DateTime<Utc>,
}

/// Answers to the optional safety screen about one relationship.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportedSafetyAnswers {
    pub relationship_id: Uuid,
    #[schema(max_items = 20)]
    pub answers: Vec<AnswerBody>,
}

/// What a removed id belonged to.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RemovedKindWord {
    Relationship,
    Interaction,
    Response,
    Assessment,
    Promise,
    Plan,
    Need,
    Repair,
    Experiment,
    AdoptedPractice,
    PracticeSession,
}

/// A record's schema: what makes a thing of its kind, without some members, and what an export adds.
macro_rules! records {
    ($($(#[doc = $doc:literal])* $name:ident = $makes:ident without $without:expr, needs $needs:expr, and $rest:ident;)+) => {$(
        $(#[doc = $doc])*
        pub enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                joined(concat!($($doc),*).trim(), $makes::schema(), &$without, &$needs, $rest::schema())
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }

            fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                $makes::schemas(schemas);
                $rest::schemas(schemas);
            }
        }
    )+};
}

records! {
    /// The account's record in an export.
    ImportedAccount = UpdateAccount without [], needs [], and AccountRest;
    /// A line of consents as an export has it.
    ImportedConsent = CreateConsent without [], needs ["id"], and ConsentRest;
    /// A relationship as an export has it.
    ImportedRelationship = CreateRelationship without [], needs ["id"], and RelationshipRest;
    /// An interaction as an export has it.
    ImportedInteraction = CreateInteraction without [], needs ["id", "occurred_at"], and InteractionRest;
    /// What an interaction said before a change, as an export has it.
    ImportedRevision = CreateInteraction without ["id", "source"], needs ["occurred_at"], and RevisionRest;
    /// A promise as an export has it.
    ImportedPromise = CreatePromise without [], needs ["id", "local_date"], and RecordRest;
    /// A plan as an export has it.
    ImportedPlan = CreatePlan without [], needs ["id", "local_date"], and RecordRest;
    /// A need as an export has it.
    ImportedNeed = CreateNeed without [], needs ["id", "local_date"], and NeedRest;
    /// A repair as an export has it.
    ImportedRepair = CreateRepair without [], needs ["id", "local_date"], and RepairRest;
    /// A response as an export has it.
    ImportedResponse = CreateResponse without [], needs ["id", "version"], and ResponseRest;
    /// A step-back test as an export has it.
    ImportedExperiment = CreateExperiment without [], needs ["id"], and ExperimentRest;
    /// An adopted practice as an export has it.
    ImportedAdoptedPractice = CreateAdoptedPractice without [], needs ["id", "starts_on", "time_zone", "turns"], and AdoptedPracticeRest;
    /// A time that a practice was done, as an export has it.
    ImportedPracticeSession = CreatePracticeSession without [], needs ["id", "local_date"], and PracticeSessionRest;
}

fn joined(description: &str, makes: RefOr<Schema>, without: &[&str], needs: &[&str], rest: RefOr<Schema>) -> RefOr<Schema> {
    let (RefOr::T(Schema::Object(mut made)), RefOr::T(Schema::Object(rest))) = (makes, rest) else {
        return RefOr::T(Schema::default());
    };
    made.properties.retain(|name, _| !without.contains(&name.as_str()));
    made.properties.extend(rest.properties);
    made.required.extend(rest.required);
    made.required.extend(needs.iter().map(|name| (*name).to_owned()));
    made.description = Some(description.to_owned());
    made.example = None;
    RefOr::T(Schema::Object(made))
}

/// What an import brought, by counts.
#[derive(Serialize, ToSchema)]
#[schema(as = AccountImport, example = json!({
    "id": "01980000-0000-7000-8000-00000000000a", "imported_at": "2026-03-01T12:00:00Z",
    "relationships": 2, "interactions": 310, "interaction_history": 12, "records": 24, "question_set_responses": 3, "removed_ids": 4,
    "consents": 1, "adopted_practices": 1, "practice_sessions": 8, "not_for_me": 2, "experiments": 1, "consents_left_out": 3, "assessments_left_out": 9, "sessions_left_out": 2,
    "grants_left_out": 1, "access_log_left_out": 40
}))]
pub struct ImportView {
    id: Uuid,
    imported_at: DateTime<Utc>,
    #[schema(minimum = 0)]
    relationships: i32,
    #[schema(minimum = 0)]
    interactions: i32,
    #[schema(minimum = 0)]
    interaction_history: i32,
    /// Promises, plans, needs and repairs.
    #[schema(minimum = 0)]
    records: i32,
    #[schema(minimum = 0)]
    question_set_responses: i32,
    #[schema(minimum = 0)]
    removed_ids: i32,
    /// Withdrawals of consent, which hold here too.
    #[schema(minimum = 0)]
    consents: i32,
    #[schema(minimum = 0)]
    adopted_practices: i32,
    #[schema(minimum = 0)]
    practice_sessions: i32,
    #[schema(minimum = 0)]
    not_for_me: i32,
    #[schema(minimum = 0)]
    experiments: i32,
    /// Consents that were given elsewhere: here nothing was agreed to.
    #[schema(minimum = 0)]
    consents_left_out: i32,
    /// Assessments in the export: they are computed here from what was imported.
    #[schema(minimum = 0)]
    assessments_left_out: i32,
    #[schema(minimum = 0)]
    sessions_left_out: i32,
    #[schema(minimum = 0)]
    grants_left_out: i32,
    #[schema(minimum = 0)]
    access_log_left_out: i32,
}

impl From<Imported> for ImportView {
    fn from(made: Imported) -> Self {
        Self {
            id: made.id,
            imported_at: made.imported_at,
            relationships: made.relationships,
            interactions: made.interactions,
            interaction_history: made.interaction_history,
            records: made.records,
            question_set_responses: made.responses,
            removed_ids: made.removed_ids,
            consents: made.consents,
            adopted_practices: made.adopted_practices,
            practice_sessions: made.practice_sessions,
            not_for_me: made.not_for_me,
            experiments: made.experiments,
            consents_left_out: made.consents_left_out,
            assessments_left_out: made.assessments_left_out,
            sessions_left_out: made.sessions_left_out,
            grants_left_out: made.grants_left_out,
            access_log_left_out: made.access_log_left_out,
        }
    }
}
