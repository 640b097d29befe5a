//! The person's own answer: an assessment with one thing that could be tried next, and where help is.
//!
//! What is suggested is worked out here, from what is stored and from what holds now. That nothing is suggested says nothing: the member is
//! absent where there is nothing to suggest, and just so where the safety screen withholds it.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::AssessmentView;
use crate::api::conditions::AcceptLanguage;
use crate::content::{AssessedState, Carrier, Catalogue, Dimension, Phrases};
use crate::features::assessments::model::{Assessment, Circumstances, FiguresOutcome, Outcome};
use crate::features::recommendations::model::{Situation, Standing, Suggestion, choose};
use crate::features::safety::RESOURCES;

/// What an answer is told with: the content, the reader's language, the day.
pub struct Telling<'a> {
    pub catalogue: &'a Catalogue,
    pub phrases: Phrases<'a>,
    pub language: &'a AcceptLanguage,
    /// Today, in UTC.
    pub today: NaiveDate,
}

/// An assessment as the person themselves is answered with it.
#[derive(Serialize, ToSchema)]
#[schema(as = AssessmentAnswer, example = json!({
    "id": "01980000-0000-7000-8000-0000000000c1", "relationship_id": "01980000-0000-7000-8000-000000000001", "as_of": "2026-03-01",
    "window": {"from": "2025-09-03", "to": "2026-03-01"}, "method": {"name": "reciprocity-level-shift", "version": "1.3.0"},
    "evidence": {"digest": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "entries": 60,
        "unknown_actor_entries": 0, "days": 60, "first_day": "2025-11-01", "last_day": "2026-02-27", "kept_by": "neither"},
    "stale": false,
    "overall": {"state": "sustained_imbalance", "text": "You have been giving more of this for a while.", "balance": 0.7, "lower_90": 0.55, "upper_90": 0.82, "net_imbalance": 0.7, "complementarity": 0.0, "missing": []},
    "dimensions": [{"dimension": "initiation", "state": "sustained_imbalance", "text": "You have been giving more of this for a while.", "balance": 0.7, "lower_90": 0.55, "upper_90": 0.82,
        "probability_over": 0.99, "probability_under": 0.0, "expected_balance": 0.0, "effective_events": 60.0, "entries": 60,
        "shift": {"probability": 0.1, "date": "2025-12-01"}, "ebb_sd": 0.08, "local_balance": 0.7, "explanation": [], "missing": []}],
    "patterns": [], "strengths": [], "explanation": [], "checks": [{"code": "always_starting", "whose": "me", "outcome": "not_shown"}], "measures": {}, "conflicts": [],
    "notes": [{"code": "so_far", "text": "This is what the entries so far support. More entries can change it."}],
    "created_at": "2026-03-02T12:00:00Z",
    "next_step": {
        "practice": {"slug": "taking-turns", "version": 1}, "title": "Take turns at starting",
        "why": {"dimension": "initiation", "state": "sustained_imbalance", "text": "Reaching out: You have been giving more of this for a while."},
        "first_step": "Agree on who starts this week.", "effort": "low", "minutes": 5, "link": "/v1/practices/taking-turns"
    },
    "resources": "/v1/safety/resources"
}))]
pub struct OwnAssessmentView {
    #[serde(flatten)]
    assessment: AssessmentView,
    /// One thing that could be tried, for the state that matters most; absent where there is nothing to suggest. It is worked out with
    /// this answer, and only for a session that reaches the whole account.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_step: Option<NextStepView>,
    /// Where help is; always there.
    #[schema(max_length = 100)]
    resources: &'static str,
}

/// One thing that could be tried.
#[derive(Serialize, ToSchema)]
#[schema(as = NextStep, example = json!({
    "practice": {"slug": "taking-turns", "version": 1}, "title": "Take turns at starting",
    "why": {"dimension": "initiation", "state": "sustained_imbalance", "text": "Reaching out: You have been giving more of this for a while."},
    "first_step": "Agree on who starts this week.", "effort": "low", "minutes": 5, "link": "/v1/practices/taking-turns"
}))]
struct NextStepView {
    practice: PracticeNameView,
    #[schema(max_length = 200)]
    title: String,
    why: WhyView,
    /// The first of the practice's steps.
    #[schema(max_length = 1_000)]
    first_step: String,
    /// low or medium
    #[schema(max_length = 40)]
    effort: &'static str,
    /// How long one time takes.
    #[schema(minimum = 1, maximum = 120)]
    minutes: u32,
    /// The practice with all its steps, and when to leave it.
    #[schema(max_length = 100)]
    link: String,
}

/// A practice, as it was when it was suggested.
#[derive(Serialize, ToSchema)]
#[schema(as = PracticeName)]
struct PracticeNameView {
    #[schema(max_length = 40)]
    slug: String,
    #[schema(minimum = 1, maximum = 10_000)]
    version: u32,
}

/// Why this practice.
#[derive(Serialize, ToSchema)]
#[schema(as = NextStepWhy)]
struct WhyView {
    /// The dimension whose state it fits; absent for all together.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 40)]
    dimension: Option<&'static str>,
    /// The state that it fits.
    #[schema(max_length = 40)]
    state: &'static str,
    /// The same in words, and why the practice may help.
    #[schema(max_length = 2_000)]
    text: String,
}

impl OwnAssessmentView {
    /// An assessment with what is suggested under these circumstances; without them nothing is.
    #[must_use]
    pub fn new(assessment: Assessment, circumstances: Option<&Circumstances>, telling: &Telling<'_>) -> Self {
        let next_step = circumstances.and_then(|about| next_step(&assessment.computed.outcome, about, telling));
        Self { assessment: AssessmentView::new(assessment, telling.phrases), next_step, resources: RESOURCES }
    }
}

fn next_step(outcome: &Outcome, about: &Circumstances, telling: &Telling<'_>) -> Option<NextStepView> {
    let situation = Situation::new(&about.tie, telling.today, outcome.is_worn_out());
    let Suggestion { practice, standing } = choose(telling.catalogue, &situation, &about.considered, &standings(outcome))?;
    let words = practice.localise(telling.language.as_str()).words;
    let (definition, wording) = (practice.definition(), words.wording(Some(situation.kind)));
    Some(NextStepView {
        practice: PracticeNameView { slug: practice.slug().to_owned(), version: practice.version() },
        title: wording.title.to_owned(),
        why: WhyView {
            dimension: standing.dimension.map(Dimension::as_str),
            state: standing.state.as_str(),
            text: format!("{} {}", said(&standing, telling.phrases), words.why),
        },
        first_step: wording.steps.first()?.clone(),
        effort: definition.effort.as_str(),
        minutes: definition.minutes,
        link: format!("/v1/practices/{}", practice.slug()),
    })
}

/// A state in words, with its dimension before it.
fn said(standing: &Standing, phrases: Phrases<'_>) -> String {
    let name = standing.dimension.map_or("label.overall".to_owned(), |dimension| format!("dimension.{dimension}"));
    let sided = standing.state == AssessedState::SustainedImbalance;
    let state = if sided { format!("state.{}.{}", standing.state, standing.carries) } else { format!("state.{}", standing.state) };
    format!("{}: {}", phrases.get(&name), phrases.get(&state))
}

/// The states that an assessment found, of the dimensions and of all together. Where the evidence does not suffice there is none.
fn standings(outcome: &Outcome) -> Vec<Standing> {
    let dimensions = outcome.dimensions.iter().filter_map(|found| {
        let dimension = Dimension::parse(&found.dimension)?;
        standing(Some(dimension), &found.state, found.figures.as_ref())
    });
    dimensions.chain(standing(None, &outcome.overall.state, outcome.overall.figures.as_ref())).collect()
}

fn standing(dimension: Option<Dimension>, state: &str, figures: Option<&FiguresOutcome>) -> Option<Standing> {
    let (state, figures) = (AssessedState::parse(state)?, figures?);
    // As the texts say it (`state_text_key`).
    let carries = if figures.balance > 0.0 { Carrier::Me } else { Carrier::Them };
    Some(Standing { dimension, state, carries, imbalance: figures.probability_over + figures.probability_under })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Texts;
    use crate::features::assessments::model::state_text_key;

    #[test]
    fn every_state_that_a_practice_can_fit_is_said_as_the_assessment_says_it() {
        let texts = Texts::load().unwrap();
        let figures = |balance| FiguresOutcome { balance, lower_90: 0.0, upper_90: 0.0, probability_over: 0.5, probability_under: 0.1 };
        for language in ["en", "de", "es", "fr", "pt-BR"] {
            let phrases = texts.accepted(language);
            for (state, balance) in AssessedState::ALL.iter().flat_map(|state| [(state, 0.4), (state, -0.4)]) {
                let figures = figures(balance);
                let found = standing(Some(Dimension::Repair), state.as_str(), Some(&figures)).unwrap();
                let wanted = phrases.get(&state_text_key(state.as_str(), Some(&figures))).to_owned();
                let text = said(&found, phrases);
                assert!(!wanted.is_empty() && text.ends_with(&wanted) && text.starts_with(phrases.get("dimension.repair")), "{text}");
            }
        }
    }
}
