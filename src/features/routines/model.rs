//! What an adopted practice and a time that it was done are, and the checked values they are made of.

mod due;
mod rhythm;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::content::{Dimension, Practice, RelationshipKind};
use crate::features::comparisons::model::{self as comparisons, Asked, DaySpan};
use crate::features::interactions::model::Actor;
use crate::features::relationships::model::{Details, Kind};
use crate::kernel::text::Refusal;
use crate::kernel::{AdoptedPracticeId, Error, FieldError, PracticeSessionId, RelationshipId, zone};
pub use due::{Due, History, Kept, Situation, Standing, instant};
pub use rhythm::{MAX_CADENCE, Rhythm};

/// Adopted practices that an account may have, dropped ones too.
pub const MAX_ADOPTED: i64 = 500;
/// Those of them that are not dropped: what is due is worked out from all of them.
pub const MAX_LIVE: i64 = 100;
/// Times that one practice may be noted as done.
pub const MAX_SESSIONS: i64 = 10_000;
/// The longest word about what was shared, in characters.
pub const MAX_SHARED: usize = 200;
/// Periods of rest that are remembered.
pub const MAX_RESTS: usize = 50;
/// How far from today a start, a pause or a snooze may lie.
const AWAY: Days = Days::new(366);

/// Who begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turns {
    /// By turns: whoever did not begin last.
    Alternating,
    /// Nobody in particular.
    None,
}

impl Turns {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Alternating => "alternating",
            Self::None => "none",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Alternating, Self::None].into_iter().find(|turns| turns.as_str() == word)
    }
}

/// Local days on which nothing is due, both included. Without an end it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rest {
    pub from: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
}

impl Rest {
    /// Whether a day is one of them.
    #[must_use]
    pub fn covers(&self, day: NaiveDate) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// The practice that is adopted, as it stood in the content then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adopted {
    pub practice: String,
    pub version: u32,
    /// Whether a time counts only when both take part.
    pub takes_two: bool,
    /// Whether being in touch is what it is for, so that real contact moves the next time.
    pub resets_on_contact: bool,
}

impl Adopted {
    /// What is kept of a practice: the rule by which contact counts is that it takes two and aims at initiation.
    #[must_use]
    pub fn of(practice: &Practice) -> Self {
        let definition = practice.definition();
        Self {
            practice: practice.slug().to_owned(),
            version: practice.version(),
            takes_two: definition.takes_two,
            resets_on_contact: definition.takes_two && definition.dimensions.contains(&Dimension::Initiation),
        }
    }
}

/// How it is to be done: what the person may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub turns: Turns,
    pub cadence: Option<Rhythm>,
    /// The local day that the rhythm is counted from.
    pub starts_on: NaiveDate,
    pub time_of_day: Option<NaiveTime>,
    pub time_zone: Tz,
    pub rests: Vec<Rest>,
    pub snoozed_until: Option<NaiveDate>,
    pub dropped_on: Option<NaiveDate>,
}

/// A stored adopted practice.
#[derive(Clone, Debug)]
pub struct AdoptedPractice {
    pub id: AdoptedPracticeId,
    pub relationship: RelationshipId,
    pub adopted: Adopted,
    pub plan: Plan,
    /// The local day on which it was adopted.
    pub adopted_on: NaiveDate,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl AdoptedPractice {
    /// The days on which it is done: from the one it was adopted on to the last before it was dropped, or to the last complete one.
    /// Adopted is what counts, whether it was done or not: who takes days on which it went well finds that it goes well.
    #[must_use]
    pub fn done_on(&self, now: DateTime<Utc>) -> DaySpan {
        let last = self.plan.dropped_on.and_then(|day| day.pred_opt());
        DaySpan { from: self.adopted_on, to: last.unwrap_or_else(|| zone::last_complete_day(now, self.plan.time_zone)) }
    }

    /// Before, during and after in the ways that it aims at. It is looked for what came by itself: asking is what many practices are.
    #[must_use]
    pub fn asked(&self, aims: Vec<comparisons::Dimension>, now: DateTime<Utc>) -> Asked {
        let DaySpan { from, to } = self.done_on(now);
        Asked {
            relationship: self.relationship,
            starts_on: from,
            ends_on: to,
            goes_on: self.plan.dropped_on.is_none(),
            dimensions: aims,
            unprompted_only: true,
            leaves_steps: false,
        }
    }
}

/// An adopted practice of another account of the same person, to be stored as it was there.
#[derive(Clone, Debug)]
pub struct RestoredPractice {
    pub practice: AdoptedPractice,
    pub digest: [u8; 32],
}

/// A practice to be adopted, as far as it was said.
#[derive(Clone, Debug)]
pub struct NewAdoption {
    pub adopted: Adopted,
    /// The kinds of relationship it is written for.
    pub kinds: Vec<RelationshipKind>,
    pub turns: Option<Turns>,
    pub cadence: Option<Rhythm>,
    pub starts_on: Option<NaiveDate>,
    pub time_of_day: Option<NaiveTime>,
    pub time_zone: Option<Tz>,
}

impl NewAdoption {
    /// Whether it is written for such a relationship.
    pub fn check_kind(&self, details: &Details) -> Result<(), Error> {
        if self.kinds.iter().any(|kind| of_kind(*kind) == details.kind) {
            return Ok(());
        }
        let detail = "This practice is not written for this kind of relationship.";
        Err(Error::invalid(vec![FieldError::new("/practice", "not_for_this_kind", detail)]))
    }

    /// Fills in what was not said, and checks that the rhythm comes to anything.
    pub fn settle(&self, account_zone: Tz, now: DateTime<Utc>) -> Result<(Plan, NaiveDate), Error> {
        let time_zone = self.time_zone.unwrap_or(account_zone);
        let today = zone::local_date(now, time_zone);
        let by_nature = if self.adopted.takes_two { Turns::Alternating } else { Turns::None };
        let plan = Plan {
            turns: self.turns.unwrap_or(by_nature),
            cadence: self.cadence.clone(),
            starts_on: self.starts_on.unwrap_or(today),
            time_of_day: self.time_of_day,
            time_zone,
            rests: Vec::new(),
            snoozed_until: None,
            dropped_on: None,
        };
        not_far("/starts_on", plan.starts_on, today)?;
        plan.check()?;
        Ok((plan, today))
    }
}

/// A change; absent members stay, `Some(None)` removes.
#[derive(Clone, Debug, Default)]
pub struct PlanChange {
    pub turns: Option<Turns>,
    pub cadence: Option<Option<Rhythm>>,
    pub starts_on: Option<NaiveDate>,
    pub time_of_day: Option<Option<NaiveTime>>,
    pub time_zone: Option<Tz>,
    pub paused_until: Option<Option<NaiveDate>>,
    pub snoozed_until: Option<Option<NaiveDate>>,
    pub dropped_on: Option<Option<NaiveDate>>,
}

impl PlanChange {
    /// The plan with this change applied.
    pub fn apply(self, plan: Plan, adopted_on: NaiveDate, now: DateTime<Utc>) -> Result<Plan, Error> {
        let time_zone = self.time_zone.unwrap_or(plan.time_zone);
        let today = zone::local_date(now, time_zone);
        let rhythm_changes = self.cadence.is_some() || self.starts_on.is_some();
        let mut changed = Plan {
            turns: self.turns.unwrap_or(plan.turns),
            cadence: self.cadence.unwrap_or(plan.cadence),
            starts_on: self.starts_on.unwrap_or(plan.starts_on),
            time_of_day: self.time_of_day.unwrap_or(plan.time_of_day),
            time_zone,
            rests: plan.rests,
            snoozed_until: self.snoozed_until.unwrap_or(plan.snoozed_until),
            dropped_on: self.dropped_on.unwrap_or(plan.dropped_on),
        };
        // A start that is years back is right where it is: it is where the rhythm is counted from.
        if let Some(day) = self.starts_on {
            not_far("/starts_on", day, today)?;
        }
        if rhythm_changes {
            changed.check()?;
        }
        if let Some(until) = self.paused_until {
            changed.pause(today, until)?;
        }
        if let Some(Some(until)) = self.snoozed_until {
            not_far("/snoozed_until", until, today)?;
        }
        // Whoever is in another zone than the practice, or has moved it to one since, may be a day behind it or ahead of it (for an hour of each
        // day two, between the outermost zones: they can say it later or sooner). Dropped before it was adopted, it was done on no day.
        let first = adopted_on.min(today).pred_opt().unwrap_or(adopted_on);
        let last = today.succ_opt().unwrap_or(today);
        if let Some(Some(day)) = self.dropped_on
            && !(first..=last).contains(&day)
        {
            let detail = "A day from when it was adopted to today belongs here, or one before or after these where zones differ.";
            return Err(Error::invalid(vec![FieldError::new("/dropped_on", "out_of_range", detail)]));
        }
        Ok(changed)
    }
}

impl Plan {
    /// Checks that the rhythm has a day within five years of the start.
    pub fn check(&self) -> Result<(), Error> {
        match &self.cadence {
            Some(rhythm) if rhythm.begins(self.starts_on).is_none() => {
                let detail = "This rule names no day within five years of the start.";
                Err(Error::invalid(vec![FieldError::new("/cadence", "no_occurrence", detail)]))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Rests from today until a day, on which it begins again; or begins again now.
    fn pause(&mut self, today: NaiveDate, until: Option<NaiveDate>) -> Result<(), Error> {
        // Since the practice was moved to a zone that is a day behind, its rest may begin tomorrow: that is the present one too.
        let (past, present): (Vec<Rest>, Vec<Rest>) = self.rests.drain(..).partition(|rest| rest.to.is_some_and(|to| to < today));
        let began = present.iter().map(|rest| rest.from).fold(today, NaiveDate::min);
        let last = match until {
            Some(until) => {
                not_far("/paused_until", until, today)?;
                until.pred_opt()
            }
            None => today.pred_opt(),
        };
        self.rests = past;
        if let Some(last) = last.filter(|last| *last >= began) {
            self.rests.push(Rest { from: began, to: Some(last) });
        }
        let too_many = self.rests.len().saturating_sub(MAX_RESTS);
        self.rests.drain(..too_many);
        Ok(())
    }
}

fn not_far(pointer: &str, day: NaiveDate, today: NaiveDate) -> Result<(), Error> {
    let first = today.checked_sub_days(AWAY).unwrap_or(today);
    let last = today.checked_add_days(AWAY).unwrap_or(today);
    if (first..=last).contains(&day) {
        return Ok(());
    }
    Err(Error::invalid(vec![FieldError::new(pointer, "out_of_range", "A day within a year of today belongs here.")]))
}

const fn of_kind(kind: RelationshipKind) -> Kind {
    match kind {
        RelationshipKind::Dating => Kind::Dating,
        RelationshipKind::Partner => Kind::Partner,
        RelationshipKind::Family => Kind::Family,
        RelationshipKind::Friend => Kind::Friend,
    }
}

/// What was said of one time that a practice was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Absent: today, where the practice is.
    pub local_date: Option<NaiveDate>,
    pub started_by: Actor,
    pub took_part: Actor,
    pub screen_free: Option<bool>,
    /// From -3 (drained) to 3 (full).
    pub felt: Option<i16>,
    /// What was hard, in a word.
    pub challenge: Option<String>,
    /// What was good, in a word.
    pub win: Option<String>,
}

/// A stored time that a practice was done.
#[derive(Clone, Debug)]
pub struct PracticeSession {
    pub id: PracticeSessionId,
    pub practice: AdoptedPracticeId,
    pub relationship: RelationshipId,
    pub local_date: NaiveDate,
    pub told: Told,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// One of another account of the same person, to be stored as it was there.
#[derive(Clone, Debug)]
pub struct RestoredSession {
    pub session: PracticeSession,
    pub digest: [u8; 32],
}

impl PracticeSession {
    /// Whether both took part: only then a practice that takes two counts.
    #[must_use]
    pub fn is_mutual(&self) -> bool {
        self.told.took_part == Actor::Both
    }
}

/// A change of what was said; absent members stay, `Some(None)` removes.
#[derive(Clone, Debug, Default)]
pub struct ToldChange {
    pub local_date: Option<NaiveDate>,
    pub started_by: Option<Actor>,
    pub took_part: Option<Actor>,
    pub screen_free: Option<Option<bool>>,
    pub felt: Option<Option<i16>>,
    pub challenge: Option<Option<String>>,
    pub win: Option<Option<String>>,
}

impl ToldChange {
    /// What was said with this change applied.
    #[must_use]
    pub fn apply(self, told: Told) -> Told {
        Told {
            local_date: self.local_date.or(told.local_date),
            started_by: self.started_by.unwrap_or(told.started_by),
            took_part: self.took_part.unwrap_or(told.took_part),
            screen_free: self.screen_free.unwrap_or(told.screen_free),
            felt: self.felt.unwrap_or(told.felt),
            challenge: self.challenge.unwrap_or(told.challenge),
            win: self.win.unwrap_or(told.win),
        }
    }
}

/// A day on which something was done: since 1970, and not after today where the practice is.
pub fn check_day(day: NaiveDate, today: NaiveDate) -> Result<NaiveDate, Refusal> {
    if (NaiveDate::default()..=today).contains(&day) {
        return Ok(day);
    }
    Err(("out_of_range", "A day from 1970-01-01 to today belongs here.".to_owned()))
}
