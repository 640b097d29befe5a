//! Openers as they travel: the sentences that fit, and what is needed to fill and to sort them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::content::{Localised, Need, Opener, Openers, OpenersWords, Situation};

// Bounds the members of a list in the document; nothing is ever made of it.
#[derive(ToSchema)]
#[schema(max_length = 40)]
#[expect(dead_code, reason = "for the document alone")]
struct Word(String);

/// Sentences to begin a talk with, in one language.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "version": 1, "language": "en", "languages": ["en", "de", "es", "fr", "pt-BR"], "title": "Words to begin with",
    "note": "These are offers, not lines to learn.", "kinds": ["dating", "partner", "family", "friend"],
    "contraindications": ["fear", "crisis", "no_contact"],
    "needs": [{"need": "help", "label": "Help", "slot": "having a hand with daily things"}],
    "situations": [{"situation": "start", "label": "To begin"}],
    "data": [{"id": "help-start-2", "need": "help", "situation": "start", "slots": ["alias"],
              "text": "{alias}, could we look at the tasks together and see who can do what?"}],
    "licence": "MIT OR Apache-2.0"
}))]
pub struct OpenerList {
    /// From 1, rising whenever they change.
    #[schema(minimum = 1, maximum = 10_000)]
    version: u32,
    /// The language of the words: a BCP 47 tag.
    #[schema(max_length = 35)]
    language: String,
    /// The languages there are: BCP 47 tags.
    #[schema(max_items = 200, value_type = Vec<Word>, inline)]
    languages: Vec<String>,
    #[schema(max_length = 200)]
    title: String,
    /// To be shown with them: they are offers, and not for whoever is afraid.
    #[schema(max_length = 1_000)]
    note: String,
    /// The kinds of relationship they are written for, each for all of them.
    #[schema(max_items = 20, value_type = Vec<Word>, inline)]
    kinds: Vec<String>,
    /// Where none of them must be offered: fear, crisis, minor, dependent, `recent_loss`, `no_contact`, `other_declined` or `worn_out`
    #[schema(max_items = 20, value_type = Vec<Word>, inline)]
    contraindications: Vec<String>,
    /// Every need, in the order in which they are offered.
    #[schema(max_items = 40)]
    needs: Vec<OpenerNeed>,
    /// Every situation, in the order in which they come up.
    #[schema(max_items = 40)]
    situations: Vec<OpenerSituation>,
    /// The sentences that fit.
    #[schema(max_items = 200)]
    data: Vec<OpenerView>,
    /// SPDX expression.
    #[schema(max_length = 100)]
    licence: String,
}

/// What an opener may ask for.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenerNeed {
    /// `being_heard`, `time_together`, help, reliability, appreciation, `making_up`, space, `sharing_good_news` or any
    #[schema(max_length = 40)]
    need: String,
    /// How it is called in a list.
    #[schema(max_length = 200)]
    label: String,
    /// What goes in the place of `{need}`; absent for any.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    slot: Option<String>,
}

/// When an opener is said.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenerSituation {
    /// start, `when_it_is_hard`, `after_a_no` or thanks
    #[schema(max_length = 40)]
    situation: String,
    /// How it is called in a list.
    #[schema(max_length = 200)]
    label: String,
}

/// A sentence, or two, to begin with.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Opener)]
pub struct OpenerView {
    /// Unique among them.
    #[schema(max_length = 40)]
    id: String,
    /// What it asks for.
    #[schema(max_length = 40)]
    need: String,
    /// When it is said.
    #[schema(max_length = 40)]
    situation: String,
    /// What the client fills in, where it stands in braces: alias (the name by which the person spoken to is known) and need
    /// (the `slot` words of a need).
    #[schema(max_items = 2, value_type = Vec<Word>, inline)]
    slots: Vec<String>,
    #[schema(max_length = 500)]
    text: String,
}

impl OpenerList {
    /// The openers for a need and a situation as a reader of these words sees them.
    #[must_use]
    pub fn of(openers: &Openers, localised: &Localised<'_, OpenersWords>, need: Option<Need>, situation: Option<Situation>) -> Self {
        let (definition, words) = (openers.definition(), localised.words);
        Self {
            version: definition.version,
            language: localised.language.to_owned(),
            languages: openers.words().languages().map(str::to_owned).collect(),
            title: words.title.clone(),
            note: words.note.clone(),
            kinds: definition.relationship_kinds.iter().map(ToString::to_string).collect(),
            contraindications: definition.contraindications.iter().map(ToString::to_string).collect(),
            needs: definition.needs.iter().map(|need| OpenerNeed::of(*need, words)).collect(),
            situations: definition.situations.iter().map(|situation| OpenerSituation::of(*situation, words)).collect(),
            data: openers.of(need, situation).map(|opener| OpenerView::of(opener, words)).collect(),
            licence: definition.licence.clone(),
        }
    }
}

impl OpenerNeed {
    fn of(need: Need, words: &OpenersWords) -> Self {
        let named = words.needs.get(&need);
        let label = named.map(|named| named.label.clone()).unwrap_or_default();
        Self { need: need.to_string(), label, slot: named.and_then(|named| named.slot.clone()) }
    }
}

impl OpenerSituation {
    fn of(situation: Situation, words: &OpenersWords) -> Self {
        Self { situation: situation.to_string(), label: words.situations.get(&situation).cloned().unwrap_or_default() }
    }
}

impl OpenerView {
    fn of(opener: &Opener, words: &OpenersWords) -> Self {
        Self {
            id: opener.id.clone(),
            need: opener.need.to_string(),
            situation: opener.situation.to_string(),
            slots: opener.slots.iter().map(ToString::to_string).collect(),
            text: words.openers.get(&opener.id).cloned().unwrap_or_default(),
        }
    }
}
