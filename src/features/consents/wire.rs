//! Consents as they travel.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{Consent, Decision, purpose};
use crate::api::body::present;
use crate::kernel::{FieldError, Fields};

/// A decision to write down.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"purpose": "statistics", "text_version": 1, "given": true}))]
pub struct CreateConsent {
    /// Chosen by the client if it likes: any UUID but nil and max.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// What it is about, in a word of the app. The service acts on `statistics` itself: only whoever has agreed to it is counted in
    /// the operator's aggregates.
    #[schema(min_length = 1, max_length = 40, pattern = "^[a-z][a-z0-9_-]*$")]
    purpose: String,
    /// Which version of the text was shown.
    #[schema(minimum = 1, maximum = 1_000_000)]
    text_version: i32,
    /// Whether consent is given; false withdraws it.
    given: bool,
}

impl CreateConsent {
    /// Checks every member.
    pub fn parse(&self) -> Result<Decision, Vec<FieldError>> {
        let mut fields = Fields::default();
        let purpose = fields.take("/purpose", purpose(&self.purpose));
        if !(1..=1_000_000).contains(&self.text_version) {
            fields.push("/text_version", "out_of_range", "A whole number from 1 to 1,000,000 belongs here.");
        }
        fields.finish(purpose.map(|purpose| Decision { purpose, text_version: self.text_version, given: self.given }))
    }
}

/// A line of the ledger of consents; it does not change.
#[derive(Serialize, ToSchema)]
#[schema(as = Consent, example = json!({
    "id": "01980000-0000-7000-8000-00000000000c", "purpose": "statistics", "text_version": 1, "given": true,
    "decided_at": "2026-03-01T12:00:00Z"
}))]
pub struct ConsentView {
    id: Uuid,
    #[schema(max_length = 40)]
    purpose: String,
    #[schema(minimum = 1, maximum = 1_000_000)]
    text_version: i32,
    /// Whether consent was given; otherwise it was withdrawn. The newest line of a purpose counts.
    given: bool,
    decided_at: DateTime<Utc>,
}

/// A page of the ledger.
#[derive(Serialize, ToSchema)]
pub struct ConsentPage {
    #[schema(max_items = 200)]
    pub data: Vec<ConsentView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub next_cursor: Option<String>,
}

impl From<Consent> for ConsentView {
    fn from(found: Consent) -> Self {
        let Decision { purpose, text_version, given } = found.decision;
        Self { id: found.id, purpose, text_version, given, decided_at: found.decided_at }
    }
}
