//! Question sets in the order of their turns, as they travel.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::features::question_sets::QuestionSetSummary;
use crate::features::responses::rotation::Turn;

/// Question sets that suit a relationship, in the order of their turns: those that may be asked now come first.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"data": [{
    "question_set": {"slug": "weekly-check", "version": 1, "title": "This week", "description": "Ten lines about the last seven days.",
        "purpose": "weekly", "kinds": ["partner"], "item_count": 10, "minutes": 2, "language": "en"},
    "last_answered_for": "2026-02-20", "may_be_asked": true
}]}))]
pub struct QuestionSetTurnList {
    #[schema(max_items = 1_000)]
    pub data: Vec<QuestionSetTurn>,
}

/// A question set and when it may be asked.
#[derive(Serialize, ToSchema)]
pub struct QuestionSetTurn {
    question_set: QuestionSetSummary,
    /// The newest day that it was answered for; absent where it never was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    last_answered_for: Option<NaiveDate>,
    /// Whether it may be asked today, in the account's zone.
    may_be_asked: bool,
    /// The day on which it may be asked again; absent where it may be asked now. Earlier it would ask about the same days twice.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    opens_on: Option<NaiveDate>,
}

impl QuestionSetTurn {
    /// A turn as a reader of this language sees it.
    #[must_use]
    pub fn of(turn: &Turn<'_>, accept_language: &str) -> Self {
        Self {
            question_set: QuestionSetSummary::of(turn.set, turn.set.localise(accept_language)),
            last_answered_for: turn.last,
            may_be_asked: turn.opens.is_none(),
            opens_on: turn.opens,
        }
    }
}
