//! How far an export is, and what its records look like: those that the API answers elsewhere look the same here.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{Export, Part, RemovedId, SessionRecord};
use crate::api::body::present;
use crate::features::access_log::AccessView;
use crate::features::accounts::AccountView;
use crate::features::assessments::AssessmentView;
use crate::features::consents::ConsentView;
use crate::features::experiments::ExperimentView;
use crate::features::grants::GrantView;
use crate::features::interactions::{InteractionView, RevisionView};
use crate::features::recommendations::ExportedNotForMe;
use crate::features::records::{NeedView, PlanView, PromiseView, RepairView};
use crate::features::relationships::model::NotActive;
use crate::features::relationships::{NotActiveBody, RelationshipView};
use crate::features::responses::ResponseView;
use crate::features::routines::{AdoptedPracticeView, ExportedPracticeSession};
use crate::features::safety::ExportedSafetyAnswers;
use crate::kernel::{Error, FieldError};

/// What an export is to have in it; `{}` is the usual.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreateAccountExport, example = json!({"include": ["safety_answers"], "current_password": "seven quiet green lamps"}))]
pub struct CreateExport {
    /// What is in no export unless it is asked for.
    #[serde(default, deserialize_with = "present")]
    #[schema(max_items = 5, inline)]
    include: Option<Vec<IncludeWord>>,
    /// The account's password, where something is asked for: whoever has the unlocked phone for a moment must not take it along.
    #[serde(default, deserialize_with = "present")]
    #[schema(min_length = 1, max_length = 256, format = Password)]
    pub current_password: Option<String>,
}

/// What is in no export unless it is asked for.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IncludeWord {
    /// Answers to the optional safety screen.
    SafetyAnswers,
}

/// As many as there may ever be of them.
const MOST_INCLUDED: usize = 5;

impl CreateExport {
    /// What serde cannot say: how many may be asked for.
    pub fn checked(self) -> Result<Self, Error> {
        if self.include.as_ref().is_some_and(|asked| asked.len() > MOST_INCLUDED) {
            let detail = format!("Expected at most {MOST_INCLUDED}.");
            return Err(Error::invalid(vec![FieldError::new("/include", "too_many", detail)]));
        }
        Ok(self)
    }

    #[must_use]
    pub fn asks_for_safety_answers(&self) -> bool {
        self.include.as_ref().is_some_and(|asked| asked.contains(&IncludeWord::SafetyAnswers))
    }
}

/// How far an export is.
#[derive(Serialize, ToSchema)]
#[schema(as = AccountExport, example = json!({
    "id": "01980000-0000-7000-8000-000000000009", "status": "completed", "records": 312, "expected_records": 312,
    "created_at": "2026-03-01T12:00:00Z", "completed_at": "2026-03-01T12:00:02Z", "expires_at": "2026-03-02T12:00:00Z",
    "data": "/v1/account/exports/01980000-0000-7000-8000-000000000009/data",
    "tables": ["/v1/account/exports/01980000-0000-7000-8000-000000000009/tables/relationships"]
}))]
pub struct ExportView {
    id: Uuid,
    /// running, completed or failed
    #[schema(max_length = 40)]
    status: &'static str,
    /// Where it failed, the code of the problem that a download of it is answered with: `export_failed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 40)]
    problem: Option<&'static str>,
    /// Records that are in it so far.
    #[schema(minimum = 0)]
    records: i64,
    /// Records that there were when it began: what `records` grows to, unless something is logged or removed meanwhile.
    #[schema(minimum = 0)]
    expected_records: i64,
    created_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    completed_at: Option<DateTime<Utc>>,
    /// When it is deleted.
    expires_at: DateTime<Utc>,
    /// Where all of it is, as one JSON document, once it is completed.
    #[schema(max_length = 200)]
    data: String,
    /// Where each part is, as CSV, once it is completed.
    #[schema(max_items = 20)]
    #[schema(inline)]
    tables: Vec<TablePath>,
}

/// Where a part is as CSV.
#[derive(Serialize, ToSchema)]
#[schema(value_type = String, max_length = 200)]
pub struct TablePath(String);

impl ExportView {
    /// The path of an export.
    #[must_use]
    pub fn path(id: Uuid) -> String {
        format!("/v1/account/exports/{id}")
    }
}

impl From<Export> for ExportView {
    fn from(export: Export) -> Self {
        let path = Self::path(export.id);
        Self {
            id: export.id,
            status: match (export.completed_at, export.failed_at) {
                (Some(_), _) => "completed",
                (None, Some(_)) => "failed",
                (None, None) => "running",
            },
            problem: export.failed_at.map(|_| "export_failed"),
            records: export.records,
            expected_records: export.expected,
            created_at: export.created_at,
            completed_at: export.completed_at,
            expires_at: export.expires_at,
            data: format!("{path}/data"),
            tables: Part::of(export.include).map(|part| TablePath(format!("{path}/tables/{}", part.as_str()))).collect(),
        }
    }
}

/// Everything of an account. A part's records are those that the API answers elsewhere.
#[derive(Serialize, ToSchema)]
#[schema(as = AccountData, example = json!({
    "format": "reciprocity-account", "format_version": 1, "exported_at": "2026-03-01T12:00:02Z", "account": [],
    "consents": [], "access_log": [], "sessions": [], "grants": [], "removed_ids": [], "assessments": [], "interaction_history": [], "promises": [], "plans": [],
    "needs": [], "repairs": [], "interactions": [],
    "question_set_responses": [], "practice_sessions": [], "adopted_practices": [], "not_for_me": [], "experiments": [], "relationships": []
}))]
pub struct AccountData {
    /// reciprocity-account
    #[schema(max_length = 40)]
    format: String,
    /// Grows when a member changes its meaning or goes; new members may come without.
    #[schema(minimum = 1)]
    format_version: i32,
    exported_at: DateTime<Utc>,
    /// The account itself: one record.
    #[schema(max_items = 1)]
    account: Vec<AccountView>,
    /// What was agreed to and taken back.
    #[schema(max_items = 1000)]
    consents: Vec<ConsentView>,
    /// Who read what, by the hour.
    #[schema(max_items = 1_000_000_000)]
    access_log: Vec<AccessView>,
    #[schema(max_items = 1_000_000_000)]
    sessions: Vec<ExportedSession>,
    /// Who was let in to read what; without their codes.
    #[schema(max_items = 1_000)]
    grants: Vec<GrantView>,
    /// Ids that were removed: what remains of them.
    #[schema(max_items = 1_000_000_000)]
    removed_ids: Vec<ExportedRemovedId>,
    #[schema(max_items = 1_000_000_000)]
    assessments: Vec<AssessmentView>,
    /// What entries said before they were changed.
    #[schema(max_items = 1_000_000_000)]
    interaction_history: Vec<ExportedRevision>,
    #[schema(max_items = 1_000_000_000)]
    promises: Vec<PromiseView>,
    #[schema(max_items = 1_000_000_000)]
    plans: Vec<PlanView>,
    #[schema(max_items = 1_000_000_000)]
    needs: Vec<NeedView>,
    #[schema(max_items = 1_000_000_000)]
    repairs: Vec<RepairView>,
    #[schema(max_items = 1_000_000_000)]
    interactions: Vec<InteractionView>,
    #[schema(max_items = 1_000_000_000)]
    question_set_responses: Vec<ResponseView>,
    #[schema(max_items = 1_000_000_000)]
    practice_sessions: Vec<ExportedPracticeSession>,
    /// Practices that were adopted, dropped ones too.
    #[schema(max_items = 1_000)]
    adopted_practices: Vec<AdoptedPracticeView>,
    /// Practices that are not to be suggested again.
    #[schema(max_items = 1_000_000_000)]
    not_for_me: Vec<ExportedNotForMe>,
    /// Step-back tests.
    #[schema(max_items = 1_000_000_000)]
    experiments: Vec<ExperimentView>,
    /// Answers to the optional safety screen; only in an export that was asked for them with the password.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 1_000)]
    safety_answers: Option<Vec<ExportedSafetyAnswers>>,
    #[schema(max_items = 1_000_000_000)]
    relationships: Vec<ExportedRelationship>,
}

/// A session, ended or not; its tokens are not among what can be exported.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01980000-0000-7000-8000-0000000000b1", "label": "my phone", "scope": "read write delete", "created_at": "2026-03-01T12:00:00Z",
    "last_used_at": "2026-03-01T12:00:00Z", "expires_at": "2026-03-31T12:00:00Z"
}))]
pub struct ExportedSession {
    id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 80)]
    label: Option<String>,
    #[schema(max_length = 60)]
    scope: String,
    /// The one relationship that it reaches, where it does not reach everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    relationship_id: Option<Uuid>,
    /// The grant that it came by.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    grant_id: Option<Uuid>,
    created_at: DateTime<Utc>,
    last_used_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    ended_at: Option<DateTime<Utc>>,
}

impl From<SessionRecord> for ExportedSession {
    fn from(found: SessionRecord) -> Self {
        let SessionRecord { id, label, scope, relationship, grant, created_at, last_used_at, expires_at, ended_at } = found;
        Self { id, label, scope, relationship_id: relationship, grant_id: grant, created_at, last_used_at, expires_at, ended_at }
    }
}

/// A relationship, and when it was not an active one: what was adopted in it rested then.
#[derive(Serialize, ToSchema)]
pub struct ExportedRelationship {
    #[serde(flatten)]
    found: RelationshipView,
    /// Local days, both included; the newest fifty periods. The last has no end where it still is not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 50)]
    not_active: Vec<NotActiveBody>,
}

impl ExportedRelationship {
    #[must_use]
    pub fn new(found: RelationshipView, not_active: Vec<NotActive>) -> Self {
        Self { found, not_active: not_active.into_iter().map(NotActiveBody::from).collect() }
    }
}

/// What an entry said before a change, and which entry.
#[derive(Serialize, ToSchema)]
pub struct ExportedRevision {
    interaction_id: Uuid,
    #[serde(flatten)]
    said: RevisionView,
}

impl ExportedRevision {
    #[must_use]
    pub const fn new(interaction_id: Uuid, said: RevisionView) -> Self {
        Self { interaction_id, said }
    }
}

/// An id that was removed.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"kind": "interaction", "id": "01980000-0000-7000-8000-000000000002", "removed_at": "2026-03-01T12:00:00Z"}))]
pub struct ExportedRemovedId {
    /// relationship, interaction, response, assessment, promise, plan, need, repair, experiment, `adopted_practice` or `practice_session`
    #[schema(max_length = 40)]
    kind: &'static str,
    id: Uuid,
    removed_at: DateTime<Utc>,
}

impl From<RemovedId> for ExportedRemovedId {
    fn from(found: RemovedId) -> Self {
        Self { kind: found.kind.as_str(), id: found.id, removed_at: found.removed_at }
    }
}
