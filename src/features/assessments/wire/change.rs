//! What would change a state, as it travels and in words.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::content::Phrases;
use crate::features::assessments::model::{ChangeOutcome, Include, StepOutcome};

/// What to answer beside the usual.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct IncludeQuery {
    /// `what_would_change`: how few further entries change a state, found by at most 64 runs of the engine on them: that of
    /// all together first, then those of the dimensions with the most entries.
    /// It is worked out when an assessment is computed with this and kept with it; reading shows it where it is kept.
    #[param(value_type = IncludeWord, inline, required = false)]
    include: Option<IncludeWord>,
}

/// What can be had beside the usual.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IncludeWord {
    WhatWouldChange,
}

impl From<&IncludeQuery> for Include {
    fn from(query: &IncludeQuery) -> Self {
        match query.include {
            Some(IncludeWord::WhatWouldChange) => Self { what_would_change: true },
            None => Self::default(),
        }
    }
}

/// How few further entries change a state. It says how firm a finding is, not what anyone should do.
#[derive(Serialize, ToSchema)]
#[schema(as = WhatWouldChange, example = json!({
    "dimension": "initiation", "state": "sustained_imbalance",
    "by_them": {"entries": 9, "dimension": "initiation", "state": "unclear"},
    "text": "9 more entries of what they do (Reaching out), one a day, would make this read differently."
}))]
pub struct ChangeView {
    /// The way it is about; absent for all together.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40)]
    dimension: Option<String>,
    /// The state as it is.
    #[schema(max_length = 40)]
    state: String,
    /// Of what the logger does; absent where up to two months of it, one a day, changed nothing that was tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    by_me: Option<StepView>,
    /// Of what the other does, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    by_them: Option<StepView>,
    #[schema(max_length = 1000)]
    text: String,
}

/// Further entries of usual effort, one a day from the day after `as_of`, and the state they lead to; with one fewer it is as it was.
#[derive(Serialize, ToSchema)]
#[schema(as = Step)]
pub struct StepView {
    #[schema(minimum = 1, maximum = 64)]
    entries: u32,
    /// The way they are in.
    #[schema(max_length = 40)]
    dimension: String,
    /// `insufficient_evidence`, `sustained_imbalance`, `recent_shift`, ebb, balanced or unclear
    #[schema(max_length = 40)]
    state: String,
}

impl ChangeView {
    /// In the language of `phrases`.
    #[must_use]
    pub fn new(change: ChangeOutcome, phrases: Phrases<'_>) -> Self {
        Self {
            text: text_of(&change, phrases),
            dimension: change.dimension,
            state: change.state,
            by_me: change.by_me.map(StepView::from),
            by_them: change.by_them.map(StepView::from),
        }
    }
}

impl From<StepOutcome> for StepView {
    fn from(step: StepOutcome) -> Self {
        Self { entries: step.entries, dimension: step.dimension, state: step.state }
    }
}

/// A sentence for each person whose entries would change it, or one that says that neither's would.
#[must_use]
pub fn text_of(change: &ChangeOutcome, phrases: Phrases<'_>) -> String {
    let steps = [("by_me", &change.by_me), ("by_them", &change.by_them)];
    let sentences: Vec<String> = steps.iter().filter_map(|(by, step)| step.as_ref().map(|step| sentence(by, step, phrases))).collect();
    if sentences.is_empty() { phrases.get("change.none").to_owned() } else { sentences.join(" ") }
}

fn sentence(by: &str, step: &StepOutcome, phrases: Phrases<'_>) -> String {
    let number = if step.entries == 1 { "one" } else { "more" };
    let name = phrases.get(&format!("dimension.{}", step.dimension));
    phrases.get(&format!("change.{by}.{number}")).replace("{entries}", &step.entries.to_string()).replace("{dimension}", name)
}
