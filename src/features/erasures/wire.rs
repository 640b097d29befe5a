//! What a request to erase days looks like, and the receipt of an erasure.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{Days, Extent, Receipt};
use crate::kernel::{FieldError, Fields};

/// Which days to erase, both included.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"from": "2026-02-01", "to": "2026-02-14"}))]
pub struct CreateErasure {
    /// The first local day.
    from: NaiveDate,
    /// The last local day.
    to: NaiveDate,
}

impl CreateErasure {
    /// The days, or everything that is wrong with them.
    pub fn parse(&self) -> Result<Days, Vec<FieldError>> {
        let mut fields = Fields::default();
        let days = match Days::parse(self.from, self.to) {
            Ok(days) => Some(days),
            Err((pointer, refusal)) => fields.take(pointer, Err(refusal)),
        };
        fields.finish(days)
    }
}

/// What was erased, how much of it and when; nothing of what it said. It is given once and kept nowhere.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "extent": "days", "from": "2026-02-01", "to": "2026-02-14", "erased_at": "2026-03-01T12:00:00Z",
    "erased": [
        {"class": "interaction_history", "count": 1}, {"class": "interactions", "count": 12},
        {"class": "records", "count": 3}, {"class": "responses", "count": 0}, {"class": "assessments", "count": 2}, {"class": "practice_sessions", "count": 3}
    ]
}))]
pub struct ErasureReceipt {
    /// What was to be erased: `account`, `relationship`, `days` or `history`.
    #[schema(max_length = 40)]
    extent: &'static str,
    /// Where it was some days: the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    from: Option<NaiveDate>,
    /// Where it was some days: the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    to: Option<NaiveDate>,
    erased_at: DateTime<Utc>,
    #[schema(max_items = 20)]
    erased: Vec<ErasedClass>,
}

/// How many of a class were erased.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"class": "interactions", "count": 12}))]
pub struct ErasedClass {
    /// `relationships`, `interactions`, `interaction_history`, `records`, `responses`, `assessments`, `experiments`, `adopted_practices`, `practice_sessions` or
    /// `sessions`.
    #[schema(max_length = 40)]
    class: &'static str,
    #[schema(minimum = 0)]
    count: i64,
}

impl From<Receipt> for ErasureReceipt {
    fn from(receipt: Receipt) -> Self {
        let (extent, days) = match receipt.extent {
            Extent::Account => ("account", None),
            Extent::Relationship => ("relationship", None),
            Extent::Days(days) => ("days", Some(days)),
            Extent::History => ("history", None),
        };
        Self {
            extent,
            from: days.map(|days| days.from()),
            to: days.map(|days| days.to()),
            erased_at: receipt.erased_at,
            erased: receipt.erased.iter().map(|(class, count)| ErasedClass { class: class.as_str(), count: *count }).collect(),
        }
    }
}
