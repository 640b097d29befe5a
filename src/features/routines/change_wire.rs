//! What changed since a practice was taken up, in plain words and without a verdict.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::change::Changed;
use crate::content::Phrases;
use crate::features::comparisons::{ComparisonNote, ComparisonView};

/// What changed in the ways that a practice aims at: before it was adopted, since, and after it was dropped. Nothing of it is stored: it
/// is of what is logged now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PracticeChange, example = json!({
    "adopted_practice_id": "01980000-0000-7000-8000-000000000011", "relationship_id": "01980000-0000-7000-8000-000000000001",
    "practice": "specific-gratitude", "sessions": 9,
    "comparison": {
        "as_of": "2026-03-29", "before": {"from": "2026-01-05", "to": "2026-03-01"}, "during": {"from": "2026-03-02", "to": "2026-03-29"},
        "unprompted_only": true, "dimensions": []
    },
    "notes": [{"code": "one_observation", "text": "This is one observation, kept by one person. It describes what was logged and proves nothing about anyone."}],
    "language": "en"
}))]
pub struct PracticeChangeView {
    adopted_practice_id: Uuid,
    relationship_id: Uuid,
    /// Its name in the catalogue.
    #[schema(max_length = 40)]
    practice: String,
    /// How often it was noted as done from its first day to its last.
    #[schema(minimum = 0, maximum = 10_000)]
    sessions: i32,
    /// Of the ways that the practice aims at. `during` begins on the day it was adopted, and ends before the day it was dropped or with
    /// the last complete day.
    comparison: ComparisonView,
    /// What to keep in mind.
    #[schema(max_items = 10)]
    notes: Vec<ComparisonNote>,
    /// The language of the texts: a BCP 47 tag.
    #[schema(max_length = 35)]
    language: String,
}

impl PracticeChangeView {
    /// What changed, told.
    #[must_use]
    pub fn new(of: &Changed, phrases: Phrases<'_>) -> Self {
        Self {
            adopted_practice_id: of.practice.id.0,
            relationship_id: of.practice.relationship.0,
            practice: of.practice.adopted.practice.clone(),
            sessions: i32::try_from(of.sessions).unwrap_or(i32::MAX),
            comparison: ComparisonView::new(&of.compared, phrases),
            notes: notes(of, phrases),
            language: phrases.language.to_owned(),
        }
    }
}

fn notes(of: &Changed, phrases: Phrases<'_>) -> Vec<ComparisonNote> {
    let never = of.compared.never_took_place();
    let codes = [
        ("never_began", never),
        ("one_observation", !never),
        ("not_noted", !never && of.sessions == 0),
        ("silence", of.compared.is_silent()),
        ("open", of.compared.is_open()),
    ];
    ComparisonNote::of(&codes, phrases)
}
