//! The screen itself: its items, and what follows from them, so that an app can work that out by itself and send nothing.

use serde::Serialize;
use utoipa::ToSchema;

use super::{AnswerWord, RESOURCES, leads};
use crate::content::{AlwaysHereWords, CloseNowWords, Localised, SafetyAnswer, SafetyScreen, ScreenItem, ScreenOutcome, ScreenWords};

/// The optional safety screen, in one language. Nobody has to answer it, and what is left out counts as `prefer_not_to_say`.
#[derive(Serialize, ToSchema)]
#[schema(as = SafetyScreen, example = json!({
    "slug": "safety-screen", "version": 1, "language": "en", "title": "A few questions about feeling safe",
    "intro": "These questions are optional.", "privacy": "Your answers are for you alone.",
    "before": "If someone may look at your screen, come back at a better time.",
    "items": [{"id": "afraid", "text": "Are you ever afraid of this person?", "resources_only_on": ["yes"], "careful_on": ["prefer_not_to_say"]}],
    "answers": [{"id": "yes", "label": "Yes"}, {"id": "no", "label": "No"}, {"id": "prefer_not_to_say", "label": "Prefer not to say"}],
    "outcomes": [{"id": "open", "coaching": true, "title": "Thank you", "text": "Nothing in your answers asks us to leave ideas out.",
        "topics_first": [], "withheld_practices": [], "withheld_openers": false, "withheld_guide": [], "text_where_only": []}],
    "always_here": {"title": "These are always here", "text": "You need no proof to call.",
        "emergency_unknown": "If you are in danger now, call the emergency number of your country.", "traces": "Calls can show up on a bill."},
    "close_now": {"label": "Close now", "hint": "This closes the page at once."}, "resources": "/v1/safety/resources",
    "licence": "MIT OR Apache-2.0"
}))]
pub struct ScreenView {
    #[schema(max_length = 40)]
    slug: String,
    /// From 1, rising with every change of the items or of what follows from them.
    #[schema(minimum = 1, maximum = 10_000)]
    version: u32,
    /// A BCP 47 tag.
    #[schema(max_length = 35)]
    language: String,
    #[schema(max_length = 200)]
    title: String,
    /// That it is optional, and what it is about.
    #[schema(max_length = 1_000)]
    intro: String,
    /// Who sees the answers.
    #[schema(max_length = 1_000)]
    privacy: String,
    /// What to think of before beginning.
    #[schema(max_length = 1_000)]
    before: String,
    /// In the order they are asked.
    #[schema(max_items = 20)]
    items: Vec<ScreenItemView>,
    /// What each item can be answered with.
    #[schema(max_items = 3)]
    answers: Vec<AnswerLabel>,
    /// In the order they are tried: the first that an answer leads to holds, and the last where none does.
    #[schema(max_items = 3)]
    outcomes: Vec<ScreenOutcomeView>,
    always_here: AlwaysHereView,
    close_now: CloseNowView,
    /// Where help is, whatever is answered.
    #[schema(max_length = 100)]
    resources: &'static str,
    /// SPDX expression.
    #[schema(max_length = 100)]
    licence: String,
}

/// One item of the screen.
#[derive(Serialize, ToSchema)]
#[schema(as = SafetyScreenItem)]
struct ScreenItemView {
    #[schema(max_length = 40)]
    id: String,
    #[schema(max_length = 500)]
    text: String,
    /// What is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 500)]
    hint: Option<String>,
    /// Answers after which nothing but help is offered.
    #[schema(max_items = 3, inline)]
    resources_only_on: Vec<AnswerWord>,
    /// Answers after which some ideas are left out.
    #[schema(max_items = 3, inline)]
    careful_on: Vec<AnswerWord>,
}

/// What an item can be answered with.
#[derive(Serialize, ToSchema)]
#[schema(as = SafetyAnswerLabel)]
struct AnswerLabel {
    #[schema(inline)]
    id: AnswerWord,
    #[schema(max_length = 100)]
    label: String,
}

/// A name of the content.
#[derive(Serialize, ToSchema)]
#[schema(value_type = String, max_length = 40)]
pub struct NamedText(String);

/// What follows from answers.
#[derive(Serialize, ToSchema)]
#[schema(as = SafetyOutcome)]
pub struct OutcomeView {
    /// `resources_only`, careful or open
    #[schema(max_length = 40)]
    id: &'static str,
    /// Whether anything but help is offered at all.
    coaching: bool,
    #[schema(max_length = 200)]
    title: String,
    #[schema(max_length = 1_000)]
    text: String,
    /// Which help to show first: topics of the directory.
    #[schema(max_items = 20, inline)]
    topics_first: Vec<NamedText>,
    /// Practices that are left out; where nothing is offered, all of them are.
    #[schema(max_items = 100, inline)]
    withheld_practices: Vec<NamedText>,
    /// Whether sentences to begin a talk with are left out.
    withheld_openers: bool,
    /// Questions of the guide that are left out.
    #[schema(max_items = 20, inline)]
    withheld_guide: Vec<NamedText>,
}

impl OutcomeView {
    /// An outcome under the words of this key.
    #[must_use]
    pub fn new(outcome: &ScreenOutcome, text: &str, words: &ScreenWords) -> Self {
        let named = |names: &[String]| names.iter().cloned().map(NamedText).collect();
        let said = words.outcomes.get(text);
        Self {
            id: outcome.id.as_str(),
            coaching: outcome.coaching,
            title: said.map(|said| said.title.clone()).unwrap_or_default(),
            text: said.map(|said| said.text.clone()).unwrap_or_default(),
            topics_first: named(&outcome.topics_first),
            withheld_practices: named(&outcome.withheld_practices),
            withheld_openers: outcome.withheld_openers || !outcome.coaching,
            withheld_guide: named(&outcome.withheld_guide),
        }
    }
}

/// An outcome of the screen, with what else it may say.
#[derive(Serialize, ToSchema)]
#[schema(as = SafetyScreenOutcome)]
struct ScreenOutcomeView {
    #[serde(flatten)]
    outcome: OutcomeView,
    /// Other words where one item alone led here.
    #[schema(max_items = 20)]
    text_where_only: Vec<WhereOnly>,
}

/// Other words for an outcome.
#[derive(Serialize, ToSchema)]
#[schema(as = SafetyScreenOutcomeWords)]
struct WhereOnly {
    /// The item that led to the outcome alone.
    #[schema(max_length = 40)]
    item: String,
    #[schema(max_length = 200)]
    title: String,
    #[schema(max_length = 1_000)]
    text: String,
}

/// What is shown with every item and outcome.
#[derive(Serialize, ToSchema)]
#[schema(as = SafetyAlwaysHere)]
struct AlwaysHereView {
    #[schema(max_length = 200)]
    title: String,
    #[schema(max_length = 1_000)]
    text: String,
    /// For whoever's country is not known; the directory has the numbers.
    #[schema(max_length = 300)]
    emergency_unknown: String,
    /// What calls and messages leave behind.
    #[schema(max_length = 1_000)]
    traces: String,
}

/// A button that leaves the page, to be shown with every item and outcome.
#[derive(Serialize, ToSchema)]
#[schema(as = SafetyCloseNow)]
struct CloseNowView {
    #[schema(max_length = 100)]
    label: String,
    /// What it does not do.
    #[schema(max_length = 500)]
    hint: String,
}

impl ScreenView {
    /// The screen, said in a language.
    #[must_use]
    pub fn new(screen: &SafetyScreen, said: &Localised<'_, ScreenWords>) -> Self {
        let (definition, words) = (screen.definition(), said.words);
        let label = |answer: &SafetyAnswer| words.answers.get(answer).cloned().unwrap_or_default();
        Self {
            slug: definition.slug.clone(),
            version: definition.version,
            language: said.language.to_owned(),
            title: words.title.clone(),
            intro: words.intro.clone(),
            privacy: words.privacy.clone(),
            before: words.before.clone(),
            items: definition.items.iter().map(|item| ScreenItemView::new(item, words)).collect(),
            answers: definition.answers.iter().map(|answer| AnswerLabel { id: (*answer).into(), label: label(answer) }).collect(),
            outcomes: definition.outcomes.iter().map(|outcome| ScreenOutcomeView::new(outcome, words)).collect(),
            always_here: AlwaysHereView::from(&words.always_here),
            close_now: CloseNowView::from(&words.close_now),
            resources: RESOURCES,
            licence: definition.licence.clone(),
        }
    }
}

impl ScreenItemView {
    fn new(item: &ScreenItem, words: &ScreenWords) -> Self {
        let said = words.items.get(&item.id);
        let [resources_only_on, careful_on] = leads(item);
        Self {
            id: item.id.clone(),
            text: said.map(|said| said.text.clone()).unwrap_or_default(),
            hint: said.and_then(|said| said.hint.clone()),
            resources_only_on,
            careful_on,
        }
    }
}

impl ScreenOutcomeView {
    fn new(outcome: &ScreenOutcome, words: &ScreenWords) -> Self {
        let only = |(item, key): (&String, &String)| {
            let said = words.outcomes.get(key)?;
            Some(WhereOnly { item: item.clone(), title: said.title.clone(), text: said.text.clone() })
        };
        let text_where_only = outcome.text_where_only.iter().filter_map(only).collect();
        Self { outcome: OutcomeView::new(outcome, &outcome.text, words), text_where_only }
    }
}

impl From<&AlwaysHereWords> for AlwaysHereView {
    fn from(words: &AlwaysHereWords) -> Self {
        Self {
            title: words.title.clone(),
            text: words.text.clone(),
            emergency_unknown: words.emergency_unknown.clone(),
            traces: words.traces.clone(),
        }
    }
}

impl From<&CloseNowWords> for CloseNowView {
    fn from(words: &CloseNowWords) -> Self {
        Self { label: words.label.clone(), hint: words.hint.clone() }
    }
}
