//! Adopted practices as they travel: requests, answers, and how a request becomes a checked plan.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, Timelike, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{Adopted, AdoptedPractice, NewAdoption, PlanChange, Rest, Rhythm, Standing, Turns};
use crate::api::body::{patched, present};
use crate::content::{Catalogue, Practice};
use crate::features::interactions::model::actor_word;
use crate::features::safety::RESOURCES;
use crate::kernel::text::Refusal;
use crate::kernel::{FieldError, Fields, zone};

/// A practice to adopt. Only its name is needed.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"practice": "daily-check-in", "cadence": "FREQ=DAILY", "time_of_day": "19:30", "time_zone": "Europe/Berlin"}))]
pub struct CreateAdoptedPractice {
    /// Chosen by the client if it likes: any UUID but nil and max.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// Its name in the catalogue: one that is written for this kind of relationship, and has no end of its own.
    #[schema(min_length = 1, max_length = 40, pattern = "^[a-z][a-z0-9_-]*$")]
    pub practice: String,
    /// How often: a recurrence rule (RFC 5545, section 3.3.10) of DAILY, WEEKLY, MONTHLY or YEARLY, without a start. Without it, what the
    /// practice suggests; where it suggests nothing, no rhythm.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200, pattern = "^FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;[A-Z]+=[A-Z0-9,-]+)*$")]
    cadence: Option<String>,
    /// The local day that the rhythm is counted from, within a year of today; without it, today.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = Date, max_length = 10)]
    starts_on: Option<NaiveDate>,
    /// A local time of day; without it, the whole day.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 5, max_length = 5, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    time_of_day: Option<String>,
    /// Where; without it, the account's zone.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64, format = "iana-time-zone")]
    time_zone: Option<String>,
    /// Who begins; without it, by turns where the practice takes two.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    turns: Option<TurnsWord>,
}

/// Who begins: by turns, or nobody in particular.
#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TurnsWord {
    Alternating,
    None,
}

impl From<TurnsWord> for Turns {
    fn from(word: TurnsWord) -> Self {
        match word {
            TurnsWord::Alternating => Self::Alternating,
            TurnsWord::None => Self::None,
        }
    }
}

impl CreateAdoptedPractice {
    /// Checks every member against the catalogue.
    pub fn parse(self, catalogue: &Catalogue) -> Result<NewAdoption, Vec<FieldError>> {
        let mut fields = Fields::default();
        let practice = fields.take("/practice", adoptable(catalogue, &self.practice));
        let suggested = practice.and_then(|practice| practice.definition().suggested_cadence.as_deref());
        let cadence = self.cadence.as_deref().or(suggested).and_then(|rule| fields.take("/cadence", Rhythm::parse(rule)));
        let time_of_day = self.time_of_day.as_deref().and_then(|time| fields.take("/time_of_day", time_of(time)));
        let time_zone = self.time_zone.as_deref().and_then(|name| fields.take("/time_zone", zone::parse(name)));
        let new = practice.map(|practice| NewAdoption {
            adopted: Adopted::of(practice),
            kinds: practice.definition().relationship_kinds.clone(),
            turns: self.turns.map(Turns::from),
            cadence,
            starts_on: self.starts_on,
            time_of_day,
            time_zone,
        });
        fields.finish(new)
    }

    /// What is said of the plan, whatever the catalogue has: for what was adopted elsewhere.
    pub fn parse_plan(self) -> Result<PlanChange, Vec<FieldError>> {
        let mut fields = Fields::default();
        let change = PlanChange {
            turns: self.turns.map(Turns::from),
            cadence: self.cadence.map(|rule| fields.take("/cadence", Rhythm::parse(&rule))),
            starts_on: self.starts_on,
            time_of_day: self.time_of_day.map(|time| fields.take("/time_of_day", time_of(&time))),
            time_zone: self.time_zone.and_then(|name| fields.take("/time_zone", zone::parse(&name))),
            ..PlanChange::default()
        };
        fields.finish(Some(change))
    }
}

fn adoptable<'a>(catalogue: &'a Catalogue, slug: &str) -> Result<&'a Practice, Refusal> {
    let practice = catalogue.practice(slug).ok_or_else(|| ("unknown_practice", "There is no such practice.".to_owned()))?;
    // What has an end of its own is tried once, with its stop rules, and is no routine.
    match practice.definition().length_days {
        None => Ok(practice),
        Some(_) => Err(("not_a_routine", "This practice has an end of its own; it is no routine.".to_owned())),
    }
}

/// A time of day such as 07:30.
fn time_of(text: &str) -> Result<NaiveTime, Refusal> {
    let read = NaiveTime::parse_from_str(text, "%H:%M").ok().filter(|_| text.len() == 5);
    read.ok_or_else(|| ("not_a_time", "A time of day such as 07:30 belongs here.".to_owned()))
}

/// What to change: absent stays, null removes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "the three cases of RFC 7396: absent, null, value")]
#[schema(example = json!({"paused_until": "2026-03-16"}))]
pub struct UpdateAdoptedPractice {
    /// Null: no rhythm; it is done when it comes.
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200, pattern = "^FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;[A-Z]+=[A-Z0-9,-]+)*$")]
    cadence: Option<Option<String>>,
    /// Within a year of today.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, nullable = false, format = Date, max_length = 10)]
    starts_on: Option<NaiveDate>,
    /// Null: the whole day.
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<String>, min_length = 5, max_length = 5, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    time_of_day: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, min_length = 1, max_length = 64, format = "iana-time-zone")]
    time_zone: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(inline, nullable = false)]
    turns: Option<TurnsWord>,
    /// Rests from today until this day, on which it begins again: within a year. Null: it begins again now.
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<String>, format = Date, max_length = 10)]
    paused_until: Option<Option<NaiveDate>>,
    /// Nothing is prompted before this day: within a year. Null: it may be prompted now.
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<String>, format = Date, max_length = 10)]
    snoozed_until: Option<Option<NaiveDate>>,
    /// Since when it is not done any more: from the day it was adopted to today, where the practice is; a day before or after these is taken
    /// too, because who says it may be in another zone. Null: it is taken up again.
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<String>, format = Date, max_length = 10)]
    dropped_on: Option<Option<NaiveDate>>,
}

impl UpdateAdoptedPractice {
    /// Checks every member that is there, as far as it can be without the stored plan.
    pub fn parse(self) -> Result<PlanChange, Vec<FieldError>> {
        let mut fields = Fields::default();
        let change = PlanChange {
            turns: self.turns.map(Turns::from),
            cadence: self.cadence.map(|rule| rule.and_then(|rule| fields.take("/cadence", Rhythm::parse(&rule)))),
            starts_on: self.starts_on,
            time_of_day: self.time_of_day.map(|time| time.and_then(|time| fields.take("/time_of_day", time_of(&time)))),
            time_zone: self.time_zone.and_then(|name| fields.take("/time_zone", zone::parse(&name))),
            paused_until: self.paused_until,
            snoozed_until: self.snoozed_until,
            dropped_on: self.dropped_on,
        };
        fields.finish(Some(change))
    }
}

/// An adopted practice.
#[derive(Serialize, ToSchema)]
#[schema(as = AdoptedPractice, example = json!({
    "id": "01980000-0000-7000-8000-000000000011", "relationship_id": "01980000-0000-7000-8000-000000000001",
    "practice": "daily-check-in", "practice_version": 1, "takes_two": true, "resets_on_contact": true, "turns": "alternating",
    "cadence": "FREQ=DAILY", "starts_on": "2026-03-01", "time_of_day": "19:30", "time_zone": "Europe/Berlin", "rests": [],
    "adopted_on": "2026-03-01", "created_at": "2026-03-01T12:00:00Z", "updated_at": "2026-03-01T12:00:00Z"
}))]
pub struct AdoptedPracticeView {
    id: Uuid,
    relationship_id: Uuid,
    /// Its name in the catalogue.
    #[schema(max_length = 40)]
    practice: String,
    /// The version that was adopted.
    #[schema(minimum = 1, maximum = 10_000)]
    practice_version: u32,
    /// Whether a time counts only when both take part.
    takes_two: bool,
    /// Whether being in touch is what it is for: real contact then moves the next time.
    resets_on_contact: bool,
    /// alternating or none
    #[schema(max_length = 40)]
    turns: String,
    /// A recurrence rule (RFC 5545); absent where there is no rhythm.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 200)]
    cadence: Option<String>,
    starts_on: NaiveDate,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 5)]
    time_of_day: Option<String>,
    #[schema(max_length = 64)]
    time_zone: String,
    /// When it was laid aside; the newest fifty.
    #[schema(max_items = 50)]
    rests: Vec<RestBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    snoozed_until: Option<NaiveDate>,
    /// The local day on which it was adopted.
    adopted_on: NaiveDate,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    dropped_on: Option<NaiveDate>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// Local days on which a practice was laid aside, both included.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Rest, example = json!({"from": "2026-03-02", "to": "2026-03-15"}))]
pub struct RestBody {
    pub from: NaiveDate,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub to: Option<NaiveDate>,
}

impl From<Rest> for RestBody {
    fn from(rest: Rest) -> Self {
        Self { from: rest.from, to: rest.to }
    }
}

impl From<AdoptedPractice> for AdoptedPracticeView {
    fn from(found: AdoptedPractice) -> Self {
        let AdoptedPractice { id, relationship, adopted, plan, adopted_on, version: _, created_at, updated_at } = found;
        Self {
            id: id.0,
            relationship_id: relationship.0,
            practice: adopted.practice,
            practice_version: adopted.version,
            takes_two: adopted.takes_two,
            resets_on_contact: adopted.resets_on_contact,
            turns: plan.turns.as_str().to_owned(),
            cadence: plan.cadence.map(|rule| rule.to_string()),
            starts_on: plan.starts_on,
            time_of_day: plan.time_of_day.map(|time| format!("{:02}:{:02}", time.hour(), time.minute())),
            time_zone: plan.time_zone.name().to_owned(),
            rests: plan.rests.into_iter().map(RestBody::from).collect(),
            snoozed_until: plan.snoozed_until,
            adopted_on,
            dropped_on: plan.dropped_on,
            created_at,
            updated_at,
        }
    }
}

/// A page of adopted practices.
#[derive(Serialize, ToSchema)]
pub struct AdoptedPracticePage {
    #[schema(max_items = 200)]
    pub data: Vec<AdoptedPracticeView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub next_cursor: Option<String>,
}

/// Where an adopted practice stands today.
#[derive(Serialize, ToSchema)]
#[schema(as = PracticeStanding, example = json!({
    "today": "2026-03-04", "is_resting": false, "turn": "them", "started": {"me": 2, "them": 1}, "sessions": 3, "together": 3,
    "last_on": "2026-03-03", "due": {"is_open": true, "on": "2026-03-04", "at": "2026-03-04T19:30:00+01:00"},
    "kept": {"times": 3, "since": "2026-03-01"}, "resources": "/v1/safety/resources"
}))]
pub struct StandingView {
    /// The day that it is where the practice is.
    today: NaiveDate,
    /// Whether nothing is asked for just now: it was laid aside, the relationship is not an active one, there is a strain, or it is not put
    /// before anybody.
    is_resting: bool,
    /// me or them: whose turn it is to begin; absent where there are no turns, nobody began yet, or it rests with no end in sight.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 40)]
    turn: Option<&'static str>,
    started: StartedView,
    #[schema(minimum = 0)]
    sessions: i64,
    /// Those in which both took part.
    #[schema(minimum = 0)]
    together: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    last_on: Option<NaiveDate>,
    /// Absent where there is no rhythm, or it rests with no end in sight.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    due: Option<DueView>,
    /// What was kept in a row. A time left out, a rest and a hard time break nothing. Absent where there is nothing to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    kept: Option<KeptView>,
    /// Where help is; always there.
    #[schema(max_length = 100)]
    resources: &'static str,
}

/// How often each of the two began.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"me": 2, "them": 1}))]
pub struct StartedView {
    #[schema(minimum = 0)]
    me: i64,
    #[schema(minimum = 0)]
    them: i64,
}

/// What is due, or will be.
#[derive(Serialize, ToSchema)]
#[schema(as = PracticeDue, example = json!({"is_open": true, "on": "2026-03-04", "at": "2026-03-04T19:30:00+01:00"}))]
pub struct DueView {
    /// Whether its day has come.
    is_open: bool,
    on: NaiveDate,
    /// The moment, where the practice has a time of day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    at: Option<DateTime<FixedOffset>>,
}

/// What was kept in a row.
#[derive(Serialize, ToSchema)]
#[schema(as = PracticeKept, example = json!({"times": 3, "since": "2026-03-01"}))]
pub struct KeptView {
    #[schema(minimum = 1)]
    times: i32,
    since: NaiveDate,
}

impl From<Standing> for StandingView {
    fn from(found: Standing) -> Self {
        Self {
            today: found.today,
            is_resting: found.is_resting,
            turn: found.turn.map(actor_word),
            started: StartedView { me: found.history.started_by_me, them: found.history.started_by_them },
            sessions: found.history.sessions,
            together: found.history.together,
            last_on: found.history.last_on,
            due: found.due.map(|due| DueView { is_open: due.is_open, on: due.on, at: due.at }),
            kept: found.kept.map(|kept| KeptView { times: i32::try_from(kept.times).unwrap_or(i32::MAX), since: kept.since }),
            resources: RESOURCES,
        }
    }
}

/// What an adopted practice's record in an export says beside what makes one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdoptedPracticeRest {
    pub relationship_id: Uuid,
    #[schema(minimum = 1, maximum = 10_000)]
    pub practice_version: u32,
    pub takes_two: bool,
    pub resets_on_contact: bool,
    #[schema(max_items = 50)]
    pub rests: Vec<RestBody>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub snoozed_until: Option<NaiveDate>,
    pub adopted_on: NaiveDate,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub dropped_on: Option<NaiveDate>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}
