//! What came of a test, in plain words and without a verdict, with words to say that are made from needs.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::content::{Library, Need, Opener, OpenersWords, Phrases, Situation};
use crate::features::comparisons::model::{Compared, DaySpan, StepReading};
use crate::features::comparisons::{ComparisonNote, ComparisonView};
use crate::features::experiments::model::{Experiment, Expressed, to_speak_of};
use crate::features::experiments::service::Debriefed;
use crate::features::safety::RESOURCES;

/// At most so many sentences are offered.
const MOST_WORDS: usize = 3;

/// What a debrief is told with.
pub struct Told<'a> {
    pub library: &'a Library,
    pub phrases: Phrases<'a>,
    /// The reader's languages, as sent.
    pub language: &'a str,
}

/// What came of a step-back test. Nothing of it is stored: it is of what is logged now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Debrief, example = json!({
    "experiment_id": "01980000-0000-7000-8000-0000000000e1", "relationship_id": "01980000-0000-7000-8000-000000000001",
    "hypothesis": "If I do not ask, Sam will suggest something within two weeks.", "ended_on": "2026-03-15",
    "comparison": {
        "as_of": "2026-03-16", "before": {"from": "2026-02-02", "to": "2026-03-01"}, "during": {"from": "2026-03-02", "to": "2026-03-15"},
        "after": {"from": "2026-03-16", "to": "2026-03-29"}, "unprompted_only": true, "dimensions": []
    },
    "notes": [{"code": "one_observation", "text": "This is one observation, kept by one person. It describes what was logged and proves nothing about anyone."}],
    "words_to_say": [{"id": "time-together-start-1", "need": "time_together", "situation": "start", "slots": [], "text": "I miss doing things with you. What would you enjoy this month?"}],
    "resources": "/v1/safety/resources", "language": "en"
}))]
pub struct DebriefView {
    experiment_id: Uuid,
    relationship_id: Uuid,
    /// What the person expected.
    #[schema(max_length = 1_000)]
    hypothesis: String,
    /// Its last day.
    ended_on: NaiveDate,
    comparison: ComparisonView,
    /// What to keep in mind.
    #[schema(max_items = 10)]
    notes: Vec<ComparisonNote>,
    /// Sentences to begin a talk with, in the form of `GET /v1/openers`; none where none fit.
    #[schema(max_items = 3)]
    words_to_say: Vec<WordsView>,
    /// Where help is; always there.
    #[schema(max_length = 100)]
    resources: &'static str,
    /// The language of the texts: a BCP 47 tag.
    #[schema(max_length = 35)]
    language: String,
}

/// A sentence to begin a talk with.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WordsToSay)]
pub struct WordsView {
    /// Its id among the openers.
    #[schema(max_length = 40)]
    id: String,
    /// What it asks for.
    #[schema(max_length = 40)]
    need: &'static str,
    /// When it is said.
    #[schema(max_length = 40)]
    situation: &'static str,
    /// What the client fills in, where it stands in braces.
    #[schema(max_items = 2, value_type = Vec<super::Word>, inline)]
    slots: Vec<String>,
    #[schema(max_length = 500)]
    text: String,
}

impl DebriefView {
    /// What came of it, told.
    #[must_use]
    pub fn new(of: Debriefed, told: &Told<'_>) -> Self {
        let Debriefed { experiment, compared, needs, others } = of;
        let words = needs.map(|needs| words_to_say(&needs, &experiment, &compared, told)).unwrap_or_default();
        Self {
            experiment_id: experiment.id.0,
            relationship_id: experiment.relationship.0,
            ended_on: experiment.ends_on(),
            notes: notes(&experiment, &compared, &others, told.phrases),
            comparison: ComparisonView::new(&compared, told.phrases),
            words_to_say: words,
            hypothesis: experiment.plan.hypothesis,
            resources: RESOURCES,
            language: told.phrases.language.to_owned(),
        }
    }
}

fn notes(experiment: &Experiment, compared: &Compared, others: &[DaySpan], phrases: Phrases<'_>) -> Vec<ComparisonNote> {
    let never = compared.never_took_place();
    let codes = [
        ("one_observation", !never),
        ("silence", compared.is_silent()),
        ("open", compared.is_open()),
        ("other_test", !never && others.iter().any(|other| compared.reads(other))),
        ("ended_early", !never && experiment.stopped_on.is_some()),
        ("never_began", never),
    ];
    ComparisonNote::of(&codes, phrases)
}

/// Thanks where the other took more steps than before, and otherwise something to begin with: a sentence a need, as many as there are needs, at most three.
fn words_to_say(needs: &Expressed, experiment: &Experiment, compared: &Compared, told: &Told<'_>) -> Vec<WordsView> {
    let more = compared.dimensions.iter().any(|one| one.during.reading == StepReading::More);
    let situation = if more { Situation::Thanks } else { Situation::Start };
    let openers = told.library.openers();
    let localised = openers.words().localise(told.language);
    let needs = to_speak_of(needs, &experiment.plan.dimensions);
    let first = |need: Need| openers.of(Some(need), Some(situation)).next();
    needs.into_iter().filter_map(first).take(MOST_WORDS).map(|opener| WordsView::new(opener, localised.words)).collect()
}

impl WordsView {
    fn new(opener: &Opener, words: &OpenersWords) -> Self {
        Self {
            id: opener.id.clone(),
            need: opener.need.as_str(),
            situation: opener.situation.as_str(),
            slots: opener.slots.iter().map(ToString::to_string).collect(),
            text: words.openers.get(&opener.id).cloned().unwrap_or_default(),
        }
    }
}
