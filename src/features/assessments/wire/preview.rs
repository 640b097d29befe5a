//! The evidence of a preview as clients send it, and how it is checked.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::records::{EntryBody, NeedBody, PlanBody, PromiseBody, RepairBody, ScoresBody};
use super::request::wanted;
use crate::api::body::present;
use crate::features::assessments::model::{MAX_PREVIEW_RECORDS, Preview};
use crate::features::relationships::model::KeptBy;
use crate::features::relationships::{ContextBody, KeptByWord, checked_balance, checked_contexts};
use crate::kernel::{FieldError, Fields};

/// Faults that are told of at once; a body of thousands of records may have more.
const MAX_FAULTS: usize = 100;

/// Evidence to assess and forget. At most 20,000 records, all lists together; what lies outside the window is left out.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "as_of": "2026-03-01", "window_days": 180, "kept_by": "logger",
    "entries": [{"id": "01980000-0000-7000-8000-000000000002", "actor": "them", "dimension": "emotional_support", "local_date": "2026-02-27", "effort": 3}],
    "questionnaires": [{"local_date": "2026-02-20", "dimension": "initiation", "give": 3.0, "receive": 1.5, "range": 4.0, "give_error": 0.6, "receive_error": 0.6}],
    "promises": [{"by": "them", "local_date": "2026-02-01", "due": "2026-02-10", "outcome": "broken"}],
    "needs": [{"of": "me", "local_date": "2026-02-03", "outcome": "met"}],
    "plans": [{"proposed_by": "them", "local_date": "2026-01-05", "scheduled": false}],
    "repairs": [{"moved_first": "me", "local_date": "2026-02-15", "prompted": false}]
}))]
pub struct CreatePreview {
    /// The last day that counts, in the account's zone: today at the latest; without it, the last complete day.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = Date)]
    as_of: Option<NaiveDate>,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 3660, default = 180)]
    window_days: Option<i32>,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    kept_by: Option<KeptByWord>,
    /// What would be even here, from -1 (only the logger receives) to 1 (only the logger gives).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -1, maximum = 1, default = 0)]
    expected_balance: Option<f64>,
    /// Periods of known strain, which widen what counts as normal.
    #[serde(default)]
    #[schema(max_items = 50)]
    contexts: Vec<ContextBody>,
    /// What happened.
    #[serde(default)]
    #[schema(max_items = 20000)]
    entries: Vec<EntryBody>,
    /// Scores of a giving and a receiving scale.
    #[serde(default)]
    #[schema(max_items = 1000)]
    questionnaires: Vec<ScoresBody>,
    /// What either side promised.
    #[serde(default)]
    #[schema(max_items = 20000)]
    promises: Vec<PromiseBody>,
    /// Needs that either side expressed.
    #[serde(default)]
    #[schema(max_items = 20000)]
    needs: Vec<NeedBody>,
    /// Plans to meet or to do something together.
    #[serde(default)]
    #[schema(max_items = 20000)]
    plans: Vec<PlanBody>,
    /// First moves after a disconnection. One with the id of an entry is the same event.
    #[serde(default)]
    #[schema(max_items = 20000)]
    repairs: Vec<RepairBody>,
}

/// The most scores that a preview takes; there are fewer scales.
const MAX_SCORES: usize = 1_000;

impl CreatePreview {
    /// Checks every member; tells of the first hundred faults.
    pub fn parse(self) -> Result<Preview, Vec<FieldError>> {
        let mut fields = Fields::default();
        self.count(&mut fields);
        let expected = self.expected_balance.unwrap_or(0.0);
        let mut preview = Preview {
            wanted: wanted(&mut fields, self.as_of, self.window_days),
            kept_by: self.kept_by.map_or(KeptBy::Logger, KeptBy::from),
            expected_balance: fields.take("/expected_balance", checked_balance(expected)).unwrap_or_default(),
            contexts: checked_contexts(&mut fields, self.contexts),
            entries: Vec::new(),
            answers: Vec::new(),
            promises: Vec::new(),
            needs: Vec::new(),
            plans: Vec::new(),
            repairs: Vec::new(),
        };
        if fields.is_empty() {
            preview.entries = each("/entries", self.entries, &mut fields, EntryBody::parse, |row| row.id);
            preview.answers = each("/questionnaires", self.questionnaires, &mut fields, ScoresBody::parse, |_| Uuid::nil());
            preview.promises = each("/promises", self.promises, &mut fields, PromiseBody::parse, |named| named.id);
            preview.needs = each("/needs", self.needs, &mut fields, NeedBody::parse, |named| named.id);
            preview.plans = each("/plans", self.plans, &mut fields, PlanBody::parse, |named| named.id);
            preview.repairs = each("/repairs", self.repairs, &mut fields, RepairBody::parse, |named| named.id);
        }
        fields.finish(Some(preview)).map_err(|mut faults| {
            faults.truncate(MAX_FAULTS);
            faults
        })
    }

    fn count(&self, fields: &mut Fields) {
        let scores = self.questionnaires.len();
        let records = self.entries.len() + scores + self.promises.len() + self.needs.len() + self.plans.len() + self.repairs.len();
        if records > MAX_PREVIEW_RECORDS {
            fields.push("", "too_many_entries", format!("At most {MAX_PREVIEW_RECORDS} records are accepted, all lists together."));
        }
        if scores > MAX_SCORES {
            fields.push("/questionnaires", "too_many", format!("At most {MAX_SCORES} are accepted."));
        }
    }
}

/// Checks the items of one list; an id is there once in it.
fn each<B, T>(
    pointer: &str,
    list: Vec<B>,
    fields: &mut Fields,
    parse: impl Fn(B, &mut Fields, &str) -> T,
    id: impl Fn(&T) -> Uuid,
) -> Vec<T> {
    let mut known = BTreeSet::new();
    let mut read = Vec::with_capacity(list.len());
    for (index, item) in list.into_iter().enumerate() {
        let here = format!("{pointer}/{index}");
        let item = parse(item, fields, &here);
        let id = id(&item);
        if !id.is_nil() && !known.insert(id) {
            fields.push(format!("{here}/id"), "duplicate_id", "An earlier item of this list has the same id.");
        }
        read.push(item);
    }
    read
}
