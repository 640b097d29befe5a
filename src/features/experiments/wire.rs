//! Step-back tests as they travel: requests, answers, and how a request becomes a checked plan.

mod debrief;
mod record;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{Change, MAX_WORDS, Plan, Standing, StopRule};
use crate::api::body::{patched, present};
use crate::content::LengthDays;
use crate::features::interactions::DimensionWord;
use crate::features::interactions::model::Dimension;
use crate::kernel::{FieldError, Fields, text};
pub use debrief::{DebriefView, Told};
pub use record::{ExperimentRest, checked_note, restored_plan};

// Bounds the members of a list in the document; nothing is ever made of it.
#[derive(ToSchema)]
#[schema(max_length = 40)]
#[expect(dead_code, reason = "for the document alone")]
struct Word(String);

/// A new step-back test.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "hypothesis": "If I do not ask, Sam will suggest something within two weeks.", "starts_on": "2026-03-02", "length_days": 14,
    "stop_rules": ["help_needed", "hurts_too_much"]
}))]
pub struct CreateExperiment {
    /// Chosen by the client if it likes: any UUID but nil and max.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// What the person expects, in their own words.
    #[schema(min_length = 1, max_length = 1_000, format = "line")]
    hypothesis: String,
    /// The first day on which the next step is left to the other: from yesterday (UTC) to 31 days ahead.
    starts_on: NaiveDate,
    /// How many days.
    #[schema(value_type = i32, minimum = 7, maximum = 28)]
    length_days: i16,
    /// When to stop before that. Here or in `own_stop_rule` there is at least one.
    #[serde(default)]
    #[schema(max_items = 5)]
    stop_rules: Vec<StopRuleWord>,
    /// A rule of the person's own.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 1_000, format = "line")]
    own_stop_rule: Option<String>,
    /// What counts as a step of theirs; without it, reaching out of their own accord.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    steps: Option<StepsBody>,
}

/// What counts as a step of the other person's own.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ExperimentSteps, example = json!({"dimensions": ["initiation"], "unprompted_only": true}))]
pub struct StepsBody {
    /// Whose steps count: the other person's.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, inline)]
    actor: Option<StepActorWord>,
    /// In which ways, each once; without it `initiation`.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_items = 1, max_items = 8)]
    dimensions: Option<Vec<DimensionWord>>,
    /// Whether steps that are said to have come only after asking are left out.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, default = true)]
    unprompted_only: Option<bool>,
}

/// Whose steps count.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepActorWord {
    Them,
}

/// When to stop before the time is over: one of the two needs help, waiting hurts too much, the other asks, the other took a step,
/// something happens in the life of either.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StopRuleWord {
    HelpNeeded,
    HurtsTooMuch,
    TheyAsk,
    TheyTookAStep,
    LifeHappens,
}

/// What to change: absent stays, null removes. The plan itself does not change.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "the three cases of RFC 7396: absent, null, value")]
#[schema(example = json!({"stopped_on": "2026-03-02", "end_note": "It was too quiet for me."}))]
pub struct UpdateExperiment {
    /// Ends it before its time: one of its days, up to today in the account's zone; before it begins, today. That it ended stays.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    stopped_on: Option<NaiveDate>,
    /// What there is to note of its end. Null removes it.
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 1_000, format = "line")]
    end_note: Option<Option<String>>,
}

/// A step-back test.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Experiment, example = json!({
    "id": "01980000-0000-7000-8000-0000000000e1", "relationship_id": "01980000-0000-7000-8000-000000000001",
    "hypothesis": "If I do not ask, Sam will suggest something within two weeks.", "starts_on": "2026-03-02", "length_days": 14,
    "ends_on": "2026-03-15", "stop_rules": ["help_needed", "hurts_too_much"],
    "steps": {"actor": "them", "dimensions": ["initiation"], "unprompted_only": true}, "status": "running",
    "created_at": "2026-03-01T12:00:00Z", "updated_at": "2026-03-01T12:00:00Z"
}))]
pub struct ExperimentView {
    id: Uuid,
    relationship_id: Uuid,
    #[schema(max_length = 1_000)]
    hypothesis: String,
    starts_on: NaiveDate,
    #[schema(minimum = 1, maximum = 90)]
    length_days: i16,
    /// The last day: as planned, or `stopped_on`.
    ends_on: NaiveDate,
    /// `help_needed`, `hurts_too_much`, `they_ask`, `they_took_a_step` or `life_happens`
    #[schema(max_items = 5, value_type = Vec<Word>, inline)]
    stop_rules: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1_000)]
    own_stop_rule: Option<String>,
    steps: StepsView,
    /// planned, running or ended: by the calendar of the account's zone, or before
    #[schema(max_length = 40)]
    status: &'static str,
    /// Where it ended before its time: on which day. Nothing says why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    stopped_on: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1_000)]
    end_note: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// What counts as a step.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CountedSteps)]
pub struct StepsView {
    /// them
    #[schema(max_length = 40)]
    actor: &'static str,
    #[schema(max_items = 8, value_type = Vec<Word>, inline)]
    dimensions: Vec<&'static str>,
    unprompted_only: bool,
}

/// A page of step-back tests.
#[derive(Serialize, ToSchema)]
pub struct ExperimentPage {
    #[schema(max_items = 200)]
    pub data: Vec<ExperimentView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub next_cursor: Option<String>,
}

impl CreateExperiment {
    /// Checks every member but the day on which it begins, which a retry may name later ([`Plan::check_beginning`]). `length` is what the
    /// practice takes.
    pub fn parse(self, length: LengthDays) -> Result<Plan, Vec<FieldError>> {
        let mut fields = Fields::default();
        let hypothesis = fields.take("/hypothesis", text::line(&self.hypothesis, MAX_WORDS));
        let own_stop_rule = self.own_stop_rule.and_then(|rule| fields.take("/own_stop_rule", text::line(&rule, MAX_WORDS)));
        if !u32::try_from(self.length_days).is_ok_and(|days| (length.shortest..=length.longest).contains(&days)) {
            let detail = format!("A test lasts {} to {} days.", length.shortest, length.longest);
            fields.push("/length_days", "out_of_range", detail);
        }
        let mut stop_rules: Vec<StopRule> = self.stop_rules.into_iter().map(StopRule::from).collect();
        stop_rules.sort_unstable();
        if stop_rules.windows(2).any(|pair| matches!(pair, [one, next] if one == next)) {
            fields.push("/stop_rules", "duplicate", "Each rule is named once.");
        }
        if stop_rules.is_empty() && own_stop_rule.is_none() {
            fields.push("/stop_rules", "required", "Name at least one rule, here or in own_stop_rule.");
        }
        let (dimensions, unprompted_only) = steps(&mut fields, self.steps);
        let plan = hypothesis.map(|hypothesis| Plan {
            hypothesis,
            stop_rules,
            own_stop_rule,
            dimensions,
            unprompted_only,
            starts_on: self.starts_on,
            length_days: self.length_days,
        });
        fields.finish(plan)
    }
}

/// What counts as a step: reaching out of one's own accord, unless it was said otherwise.
fn steps(fields: &mut Fields, body: Option<StepsBody>) -> (Vec<Dimension>, bool) {
    let (named, unprompted_only) = body.map_or((None, None), |body| (body.dimensions, body.unprompted_only));
    let mut dimensions: Vec<Dimension> =
        named.map_or_else(|| vec![Dimension::Initiation], |named| named.into_iter().map(Dimension::from).collect());
    dimensions.sort_unstable();
    if dimensions.is_empty() {
        fields.push("/steps/dimensions", "required", "Name at least one.");
    } else if dimensions.windows(2).any(|pair| matches!(pair, [one, next] if one == next)) {
        fields.push("/steps/dimensions", "duplicate", "Each is named once.");
    }
    (dimensions, unprompted_only.unwrap_or(true))
}

impl UpdateExperiment {
    /// Checks every member that is there.
    pub fn parse(self) -> Result<Change, Vec<FieldError>> {
        let mut fields = Fields::default();
        let end_note = match self.end_note {
            None => None,
            Some(None) => Some(None),
            Some(Some(note)) => Some(checked_note(&mut fields, &note)),
        };
        fields.finish(Some(Change { stopped_on: self.stopped_on, end_note }))
    }
}

impl From<Standing> for ExperimentView {
    fn from(found: Standing) -> Self {
        let status = found.phase().as_str();
        let experiment = found.experiment;
        let (ends_on, plan) = (experiment.ends_on(), experiment.plan);
        Self {
            id: experiment.id.0,
            relationship_id: experiment.relationship.0,
            hypothesis: plan.hypothesis,
            starts_on: plan.starts_on,
            length_days: plan.length_days,
            ends_on,
            stop_rules: plan.stop_rules.into_iter().map(StopRule::as_str).collect(),
            own_stop_rule: plan.own_stop_rule,
            steps: StepsView {
                actor: "them",
                dimensions: plan.dimensions.into_iter().map(Dimension::as_str).collect(),
                unprompted_only: plan.unprompted_only,
            },
            status,
            stopped_on: experiment.stopped_on,
            end_note: experiment.end_note,
            created_at: experiment.created_at,
            updated_at: experiment.updated_at,
        }
    }
}

impl From<StopRuleWord> for StopRule {
    fn from(word: StopRuleWord) -> Self {
        match word {
            StopRuleWord::HelpNeeded => Self::HelpNeeded,
            StopRuleWord::HurtsTooMuch => Self::HurtsTooMuch,
            StopRuleWord::TheyAsk => Self::TheyAsk,
            StopRuleWord::TheyTookAStep => Self::TheyTookAStep,
            StopRuleWord::LifeHappens => Self::LifeHappens,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::content::Catalogue;
    use crate::features::experiments::model::PRACTICE;

    #[test]
    fn the_documented_bounds_of_a_test_are_those_of_the_practice() {
        let length = Catalogue::load().unwrap().practice(PRACTICE).unwrap().definition().length_days.unwrap();
        assert_eq!((length.shortest, length.longest), (7, 28), "the schema of length_days says so");
    }
}
