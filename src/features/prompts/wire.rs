//! Prompts as they travel.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::Prompt;
use crate::content::{Catalogue, Phrases};
use crate::features::interactions::model::actor_word;
use crate::features::safety::RESOURCES;
use crate::kernel::Error;

/// One thing to do today, if it fits.
#[derive(Serialize, ToSchema)]
#[schema(as = Prompt, example = json!({
    "adopted_practice_id": "01980000-0000-7000-8000-000000000011", "relationship_id": "01980000-0000-7000-8000-000000000001",
    "practice": "daily-check-in", "title": "A daily check-in without screens",
    "first_step": "Pick a time that suits you both, such as after dinner or on a walk.", "minutes": 10, "effort": "low", "due_on": "2026-03-04",
    "turn": "me", "why": "Today is one of the days that you chose for this. It is your turn to begin.",
    "done": "/v1/adopted-practices/01980000-0000-7000-8000-000000000011/sessions",
    "snooze": "/v1/adopted-practices/01980000-0000-7000-8000-000000000011",
    "not_for_me": "/v1/relationships/01980000-0000-7000-8000-000000000001/not-for-me/daily-check-in"
}))]
pub struct PromptView {
    adopted_practice_id: Uuid,
    relationship_id: Uuid,
    #[schema(max_length = 40)]
    practice: String,
    /// In the reader's language.
    #[schema(max_length = 200)]
    title: String,
    #[schema(max_length = 500)]
    first_step: String,
    /// How long one time takes.
    #[schema(minimum = 1, maximum = 120)]
    minutes: u32,
    /// low, medium or high
    #[schema(max_length = 40)]
    effort: &'static str,
    due_on: NaiveDate,
    /// The moment, where a time of day was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    due_at: Option<DateTime<FixedOffset>>,
    /// me or them: whose turn it is to begin, where there are turns and somebody began before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 40)]
    turn: Option<&'static str>,
    /// Why now, and why at all.
    #[schema(max_length = 2_000)]
    why: String,
    /// Where it is noted as done: POST a session.
    #[schema(max_length = 200)]
    done: String,
    /// Where it is put off: PATCH `snoozed_until`.
    #[schema(max_length = 200)]
    snooze: String,
    /// Where it is said that it is not for them: PUT.
    #[schema(max_length = 200)]
    not_for_me: String,
}

/// What to do today: three things at most, the gentlest first.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"data": [], "resources": "/v1/safety/resources"}))]
pub struct PromptList {
    #[schema(max_items = 3)]
    data: Vec<PromptView>,
    /// Where help is; always there.
    #[schema(max_length = 100)]
    resources: &'static str,
}

impl PromptList {
    /// Prompts in the reader's language.
    pub fn new(prompts: Vec<Prompt>, catalogue: &Catalogue, language: &str, phrases: Phrases<'_>) -> Result<Self, Error> {
        let data = prompts.into_iter().map(|one| PromptView::new(&one, catalogue, language, phrases)).collect::<Result<_, _>>()?;
        Ok(Self { data, resources: RESOURCES })
    }
}

impl PromptView {
    fn new(one: &Prompt, catalogue: &Catalogue, language: &str, phrases: Phrases<'_>) -> Result<Self, Error> {
        let unknown = || Error::internal("a prompt is of a practice that the catalogue has not");
        let practice = catalogue.practice(&one.adopted.adopted.practice).ok_or_else(unknown)?;
        let due = one.standing.due.ok_or_else(|| Error::internal("a prompt is of something that is not due"))?;
        let (id, tie, slug) = (one.adopted.id, one.adopted.relationship, practice.slug());
        let words = practice.localise(language).words;
        let wording = words.wording(Some(one.kind));
        let turn = one.standing.turn.map(actor_word);
        let mut why = vec![phrases.get(if due.on == one.standing.today { "prompt.due" } else { "prompt.open" })];
        why.extend(turn.map(|turn| phrases.get(&format!("prompt.turn.{turn}"))));
        why.push(&words.why);
        Ok(Self {
            adopted_practice_id: id.0,
            relationship_id: tie.0,
            practice: slug.to_owned(),
            title: wording.title.to_owned(),
            first_step: wording.steps.first().cloned().unwrap_or_default(),
            minutes: practice.definition().minutes,
            effort: practice.definition().effort.as_str(),
            due_on: due.on,
            due_at: due.at,
            turn,
            why: why.join(" "),
            done: format!("/v1/adopted-practices/{id}/sessions"),
            snooze: format!("/v1/adopted-practices/{id}"),
            not_for_me: format!("/v1/relationships/{tie}/not-for-me/{slug}"),
        })
    }
}
