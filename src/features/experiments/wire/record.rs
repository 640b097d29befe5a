//! A test as an export has it, read again elsewhere.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::CreateExperiment;
use crate::api::body::present;
use crate::content::Catalogue;
use crate::features::experiments::model::{MAX_WORDS, PRACTICE, Plan};
use crate::kernel::{Code, Error, Fields, text};

/// What a step-back test's record says beside what makes one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExperimentRest {
    pub relationship_id: Uuid,
    /// Worked out anew.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    #[expect(dead_code, reason = "worked out anew from the plan")]
    ends_on: Option<NaiveDate>,
    /// Worked out anew.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, min_length = 1, max_length = 40, pattern = "^[a-z]+$")]
    #[expect(dead_code, reason = "worked out anew from the plan")]
    status: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub stopped_on: Option<NaiveDate>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, min_length = 1, max_length = 1_000, format = "line")]
    pub end_note: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// The plan of a record of another service, which began when it was made there.
pub fn restored_plan(made: CreateExperiment, catalogue: &Catalogue, created_at: DateTime<Utc>) -> Result<Plan, Error> {
    let length = catalogue.practice(PRACTICE).and_then(|practice| practice.definition().length_days);
    let length = length.ok_or_else(|| Error::new(Code::NotOffered))?;
    let plan = made.parse(length).map_err(Error::invalid)?;
    plan.check_beginning(created_at)?;
    Ok(plan)
}

/// The words with which a test's end is noted.
pub fn checked_note(fields: &mut Fields, note: &str) -> Option<String> {
    fields.take("/end_note", text::line(note, MAX_WORDS))
}
