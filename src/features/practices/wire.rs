//! Practices as they travel: an entry in a list, and the whole practice with its steps.

use serde::Serialize;
use utoipa::ToSchema;

use crate::content::{FitsState, LengthDays, Localised, Practice, PracticeWords, RelationshipKind};

// Bounds the members of a list in the document; nothing is ever made of it.
#[derive(ToSchema)]
#[schema(max_length = 40)]
#[expect(dead_code, reason = "for the document alone")]
struct Word(String);

// The same for a list of steps.
#[derive(ToSchema)]
#[schema(max_length = 500)]
#[expect(dead_code, reason = "for the document alone")]
struct Step(String);

/// A practice in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "slug": "taking-turns", "version": 1, "title": "Take turns at the first step",
    "summary": "Agree to take turns at starting: one time you, one time them.", "kinds": ["dating", "partner", "family", "friend"],
    "dimensions": ["initiation", "appreciation"], "minutes": 5, "effort": "low", "takes_two": true,
    "suggested_cadence": "FREQ=WEEKLY", "screen_free": false, "language": "en"
}))]
pub struct PracticeSummary {
    /// Stable name, the same in every version.
    #[schema(max_length = 40)]
    slug: String,
    /// From 1, rising whenever what people have agreed to do changes.
    #[schema(minimum = 1, maximum = 10_000)]
    version: u32,
    #[schema(max_length = 200)]
    title: String,
    #[schema(max_length = 500)]
    summary: String,
    /// The kinds of relationship it is written for: dating, partner, family or friend
    #[schema(max_items = 20, value_type = Vec<Word>, inline)]
    kinds: Vec<String>,
    /// What it aims at, the first above all: `emotional_support`, celebration, initiation, repair, appreciation, `practical_help`,
    /// `promises_kept` or `needs_met`
    #[schema(max_items = 20, value_type = Vec<Word>, inline)]
    dimensions: Vec<String>,
    /// How long one time takes.
    #[schema(minimum = 1, maximum = 120)]
    minutes: u32,
    /// What it asks of a person: low, medium or high
    #[schema(max_length = 40)]
    effort: String,
    /// Whether it is mutual: it counts as done together only when both took part.
    takes_two: bool,
    /// How often, as a recurrence rule (RFC 5545, section 3.3.10) without a start; absent where a rhythm would spoil it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    suggested_cadence: Option<String>,
    /// Whether phones are put away for it.
    screen_free: bool,
    /// The language of the words: a BCP 47 tag.
    #[schema(max_length = 35)]
    language: String,
}

/// The practices that fit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"data": [{
    "slug": "taking-turns", "version": 1, "title": "Take turns at the first step",
    "summary": "Agree to take turns at starting: one time you, one time them.", "kinds": ["dating", "partner", "family", "friend"],
    "dimensions": ["initiation", "appreciation"], "minutes": 5, "effort": "low", "takes_two": true,
    "suggested_cadence": "FREQ=WEEKLY", "screen_free": false, "language": "en"
}]}))]
pub struct PracticeList {
    #[schema(max_items = 200)]
    pub data: Vec<PracticeSummary>,
}

/// A practice, in one language.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Practice, example = json!({
    "slug": "taking-turns", "version": 1, "title": "Take turns at the first step",
    "summary": "Agree to take turns at starting: one time you, one time them.", "kinds": ["dating", "partner", "family", "friend"],
    "dimensions": ["initiation", "appreciation"], "minutes": 5, "effort": "low", "takes_two": true,
    "suggested_cadence": "FREQ=WEEKLY", "screen_free": false, "language": "en", "languages": ["en", "de", "es", "fr", "pt-BR"],
    "why": "Taking turns makes first steps easy to see.",
    "steps": ["Choose one kind of first step: a call, a check-in, a plan or a thank-you.", "Agree who begins.", "Take your turn."],
    "for_both": "It counts when both have had a turn.", "not_when": "Not with a child. Not as a secret test.",
    "if_it_does_not_land": "Choose a smaller step.", "worded_for": [],
    "fits_states": [{"state": "sustained_imbalance", "carries": "either"}],
    "contraindications": ["fear", "crisis", "minor", "dependent", "recent_loss", "no_contact", "other_declined"],
    "evidence": {"strength": "related", "note": "That taking turns at first steps helps people who know each other is our inference."},
    "licence": "MIT OR Apache-2.0"
}))]
pub struct PracticeView {
    #[serde(flatten)]
    summary: PracticeSummary,
    /// The languages it has: BCP 47 tags.
    #[schema(max_items = 200, value_type = Vec<Word>, inline)]
    languages: Vec<String>,
    /// Why it may help.
    #[schema(max_length = 1_000)]
    why: String,
    /// In order.
    #[schema(max_items = 6, value_type = Vec<Step>, inline)]
    steps: Vec<String>,
    /// How it counts when both take part.
    #[schema(max_length = 1_000)]
    for_both: String,
    /// When to leave it: to be shown with the steps.
    #[schema(max_length = 1_000)]
    not_when: String,
    /// What to do where it does not work out.
    #[schema(max_length = 1_000)]
    if_it_does_not_land: String,
    /// The kinds of relationship that have words of their own (`?kind`).
    #[schema(max_items = 20, value_type = Vec<Word>, inline)]
    worded_for: Vec<String>,
    /// The states of an assessment that it fits.
    #[schema(max_items = 20)]
    fits_states: Vec<PracticeFit>,
    /// Where it must not be offered: fear, crisis, minor, dependent, `recent_loss`, `no_contact`, `other_declined` or `worn_out`
    #[schema(max_items = 20, value_type = Vec<Word>, inline)]
    contraindications: Vec<String>,
    evidence: PracticeEvidence,
    #[serde(skip_serializing_if = "Option::is_none")]
    length_days: Option<PracticeLength>,
    /// SPDX expression.
    #[schema(max_length = 100)]
    licence: String,
}

/// A state of an assessment, and who carries more in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PracticeFit {
    /// balanced, ebb, `recent_shift`, `sustained_imbalance` or unclear
    #[schema(max_length = 40)]
    state: String,
    /// me, them, or either where it does not matter
    #[schema(max_length = 40)]
    carries: String,
}

/// What a practice rests on: for developers, in English.
#[derive(Debug, Serialize, ToSchema)]
pub struct PracticeEvidence {
    /// tested (this act, or one very like it), related (studies of something near) or opinion (ours)
    #[schema(max_length = 40)]
    strength: String,
    /// Authors, years, and what was not shown.
    #[schema(max_length = 1_000)]
    note: String,
}

/// How long a practice with an end lasts, in days.
#[derive(Debug, Serialize, ToSchema)]
pub struct PracticeLength {
    #[schema(minimum = 1, maximum = 90)]
    shortest: u32,
    #[schema(minimum = 1, maximum = 90)]
    usual: u32,
    /// Where it stops at the latest.
    #[schema(minimum = 1, maximum = 90)]
    longest: u32,
}

impl PracticeSummary {
    /// The practice as a reader of these words sees it in a list, worded for a kind of relationship.
    #[must_use]
    pub fn of(practice: &Practice, localised: &Localised<'_, PracticeWords>, kind: Option<RelationshipKind>) -> Self {
        let (definition, wording) = (practice.definition(), localised.words.wording(kind));
        Self {
            slug: definition.slug.clone(),
            version: definition.version,
            title: wording.title.to_owned(),
            summary: wording.summary.to_owned(),
            kinds: words(&definition.relationship_kinds),
            dimensions: words(&definition.dimensions),
            minutes: definition.minutes,
            effort: definition.effort.to_string(),
            takes_two: definition.takes_two,
            suggested_cadence: definition.suggested_cadence.clone(),
            screen_free: definition.screen_free,
            language: localised.language.to_owned(),
        }
    }
}

impl PracticeView {
    /// The whole practice as a reader of these words sees it, worded for a kind of relationship.
    #[must_use]
    pub fn of(practice: &Practice, localised: &Localised<'_, PracticeWords>, kind: Option<RelationshipKind>) -> Self {
        let (definition, said) = (practice.definition(), localised.words);
        Self {
            summary: PracticeSummary::of(practice, localised, kind),
            languages: practice.words().languages().map(str::to_owned).collect(),
            why: said.why.clone(),
            steps: said.wording(kind).steps.to_vec(),
            for_both: said.for_both.clone(),
            not_when: said.not_when.clone(),
            if_it_does_not_land: said.if_it_does_not_land.clone(),
            worded_for: said.by_kind.keys().map(ToString::to_string).collect(),
            fits_states: definition.fits_states.iter().map(PracticeFit::from).collect(),
            contraindications: words(&definition.contraindications),
            evidence: PracticeEvidence { strength: definition.evidence.strength.to_string(), note: definition.evidence.note.clone() },
            length_days: definition.length_days.map(PracticeLength::from),
            licence: definition.licence.clone(),
        }
    }
}

fn words<T: ToString>(members: &[T]) -> Vec<String> {
    members.iter().map(ToString::to_string).collect()
}

impl From<&FitsState> for PracticeFit {
    fn from(fits: &FitsState) -> Self {
        Self { state: fits.state.to_string(), carries: fits.carries.to_string() }
    }
}

impl From<LengthDays> for PracticeLength {
    fn from(length: LengthDays) -> Self {
        Self { shortest: length.shortest, usual: length.usual, longest: length.longest }
    }
}

#[cfg(test)]
mod tests {
    use crate::content::AssessedState;
    use crate::engine::assessment::State;

    #[test]
    fn every_state_that_a_practice_can_fit_is_one_that_an_assessment_can_have() {
        let states =
            [State::InsufficientEvidence, State::SustainedImbalance, State::RecentShift, State::Ebb, State::Balanced, State::Unclear];
        let fitted: Vec<&str> = states.iter().map(|state| state.as_str()).filter(|word| AssessedState::parse(word).is_some()).collect();
        assert_eq!(fitted.len(), AssessedState::ALL.len(), "{fitted:?}");
        // Where too little is known, nothing is suggested.
        assert_eq!(AssessedState::parse(State::InsufficientEvidence.as_str()), None);
    }
}
