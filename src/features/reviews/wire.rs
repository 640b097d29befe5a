//! A review as JSON.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{Month, Noticed, Review};
use crate::content::Phrases;
use crate::features::assessments::FindingOutcome;
use crate::features::safety::RESOURCES;
use crate::kernel::RelationshipId;

/// What one month held, for the logger, and for whoever they show it to. There is no pattern in it, no figure about a person, and nothing
/// to do.
#[derive(Serialize, ToSchema)]
#[schema(as = MonthlyReview, example = json!({
    "relationship_id": "01980000-0000-7000-8000-000000000002", "month": "2026-02", "from": "2026-02-01", "to": "2026-02-28", "complete": true,
    "strengths": [{"code": "shared_starting", "whose": "both", "text": "We take turns at reaching out."}],
    "noticed": [{"dimension": "celebration", "name": "Sharing good news", "days": 5, "days_before": 2}],
    "question": "What was a small moment this month that you would like to keep?",
    "note": "One of us wrote this down. It shows what was noticed, and says nothing about who anyone is.",
    "resources": "/v1/safety/resources"
}))]
pub struct ReviewView {
    relationship_id: Uuid,
    #[schema(min_length = 7, max_length = 7, pattern = "^[0-9]{4}-[0-9]{2}$")]
    month: String,
    /// The first day of it.
    from: NaiveDate,
    /// The last day that counts: the month's last, or the last that is over.
    to: NaiveDate,
    /// Whether the month is over.
    complete: bool,
    /// What goes well, over the half year up to `to`.
    #[schema(max_items = 50)]
    strengths: Vec<ReviewStrengthView>,
    /// On how many days something of a dimension was noticed, whoever did it; what there is more of first.
    #[schema(max_items = 8)]
    noticed: Vec<NoticedView>,
    /// One question to talk about. It depends on the month alone.
    #[schema(max_length = 500)]
    question: String,
    /// What to keep in mind.
    #[schema(max_length = 500)]
    note: String,
    /// Where help is; it is always there.
    #[schema(max_length = 100)]
    resources: &'static str,
}

/// Something that goes well, said by the logger.
#[derive(Serialize, ToSchema)]
#[schema(as = ReviewStrength)]
pub struct ReviewStrengthView {
    /// As in an assessment.
    #[schema(max_length = 60)]
    code: String,
    /// me, them or both
    #[schema(max_length = 40)]
    whose: String,
    #[schema(max_length = 500)]
    text: String,
}

/// Days on which something of a dimension was noticed.
#[derive(Serialize, ToSchema)]
#[schema(as = Noticed)]
pub struct NoticedView {
    #[schema(max_length = 40)]
    dimension: &'static str,
    /// In the reader's language.
    #[schema(max_length = 100)]
    name: String,
    #[schema(minimum = 0, maximum = 31)]
    days: i32,
    /// In the month before; absent while this one is not over, because a part is not to be set beside a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 31)]
    days_before: Option<i32>,
}

impl ReviewView {
    /// In the language of `phrases`.
    #[must_use]
    pub fn new(relationship: RelationshipId, review: &Review, phrases: Phrases<'_>) -> Self {
        let strengths = review.strengths.iter().map(|strength| ReviewStrengthView {
            text: said(strength, phrases),
            code: strength.code.clone(),
            whose: strength.whose.clone(),
        });
        Self {
            relationship_id: relationship.0,
            month: review.month.to_string(),
            from: review.month.first(),
            to: review.to,
            complete: review.is_complete(),
            strengths: strengths.collect(),
            noticed: review.noticed.iter().map(|one| NoticedView::new(*one, review.is_complete(), phrases)).collect(),
            question: phrases.get(&question_key(review.month)).to_owned(),
            note: phrases.get("review.note").to_owned(),
            resources: RESOURCES,
        }
    }
}

impl NoticedView {
    fn new(one: Noticed, complete: bool, phrases: Phrases<'_>) -> Self {
        let dimension = one.dimension.as_str();
        let name = phrases.get(&format!("dimension.{dimension}")).to_owned();
        let [days, days_before] = [one.days, one.days_before].map(|days| i32::try_from(days).unwrap_or(i32::MAX));
        Self { dimension, name, days, days_before: complete.then_some(days_before) }
    }
}

/// A strength as the logger would say it to the other. What they are called in the log is not said: it is the logger's own name for them.
#[must_use]
pub fn said(strength: &FindingOutcome, phrases: Phrases<'_>) -> String {
    phrases.get(&format!("review.strength.{}.{}", strength.code, strength.whose)).to_owned()
}

/// The key of the month's question.
#[must_use]
pub fn question_key(month: Month) -> String {
    format!("review.question.{}", month.question())
}
