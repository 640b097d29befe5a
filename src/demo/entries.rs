//! A persona's log: what an app would have sent over the months, act by act.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::courses::days_back;
use super::numbers::Numbers;
use super::personas::Persona;

/// One act, as the API takes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    pub actor: &'static str,
    pub dimension: &'static str,
    pub effort: u32,
    /// Reaching out comes by itself or not at all, so there it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompted: Option<bool>,
    pub energy_after: i32,
    pub felt_heard: i32,
    pub occurred_at: DateTime<Utc>,
}

/// The ways of giving, with how often each is logged.
const DIMENSIONS: [(&str, u32); 8] = [
    ("emotional_support", 6),
    ("celebration", 3),
    ("initiation", 6),
    ("repair", 1),
    ("appreciation", 4),
    ("practical_help", 4),
    ("promises_kept", 2),
    ("needs_met", 3),
];

/// How much an act takes, with how often.
const EFFORTS: [(u32, u32); 4] = [(1, 1), (2, 3), (3, 2), (4, 1)];

/// What both do together, in per cent of the acts.
const MUTUAL: u32 = 5;

/// Everything that is logged about a persona up to the day before `today`, oldest first.
#[must_use]
pub fn entries(persona: &Persona, today: NaiveDate) -> Vec<Entry> {
    let mut numbers = Numbers::of(persona.seed);
    let last = days_back(today, 1);
    let first = days_back(last, u64::from(persona.days.saturating_sub(1)));
    let mut entries = Vec::new();
    for day in first.iter_days().take_while(|day| *day <= last) {
        let share = persona.course.share_on(day, last);
        let acts = persona.rhythm.acts_on(day, last, &mut numbers);
        let mut of_day: Vec<_> = (0..acts).map(|_| entry(day, share, &mut numbers)).collect();
        of_day.sort_by_key(|entry| entry.occurred_at);
        entries.append(&mut of_day);
    }
    entries
}

fn entry(day: NaiveDate, share: u32, numbers: &mut Numbers) -> Entry {
    let dimension = numbers.pick("emotional_support", &DIMENSIONS);
    let actor = if numbers.chance(MUTUAL) {
        "both"
    } else if numbers.chance(share) {
        "me"
    } else {
        "them"
    };
    // The more the other side gives, the better the logger comes away: 0 to 3.
    let ease = match share {
        0..30 => 3,
        30..65 => 2,
        65..80 => 1,
        _ => 0,
    };
    let by_asking = if actor == "them" && ease == 0 { 60 } else { 12 };
    let time = day.and_hms_opt(8 + numbers.below(14), numbers.below(60), 0);
    Entry {
        actor,
        dimension,
        effort: numbers.pick(2, &EFFORTS),
        prompted: (dimension != "initiation").then(|| numbers.chance(by_asking)),
        energy_after: ease - 1 + numbers.pick(0, &[(-1, 1), (0, 2), (1, 1)]),
        felt_heard: (ease + 2 + numbers.pick(0, &[(-1, 1), (0, 2), (1, 1)])).clamp(1, 5),
        occurred_at: time.unwrap_or_default().and_utc(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::personas::PERSONAS;

    #[test]
    fn every_entry_keeps_to_the_contract() {
        let today = "2026-03-02".parse().unwrap();
        for entry in PERSONAS.iter().flat_map(|persona| entries(persona, today)) {
            assert!((1..=5).contains(&entry.effort) && (-3..=3).contains(&entry.energy_after) && (1..=5).contains(&entry.felt_heard));
            assert!(entry.occurred_at.date_naive() < today);
            assert_eq!(entry.prompted.is_none(), entry.dimension == "initiation");
        }
    }

    #[test]
    fn every_way_of_giving_is_logged() {
        let log = entries(&PERSONAS[0], "2026-03-02".parse().unwrap());
        for (dimension, _) in DIMENSIONS {
            assert!(log.iter().any(|entry| entry.dimension == dimension), "{dimension}");
        }
        assert!(["me", "them", "both"].iter().all(|actor| log.iter().any(|entry| entry.actor == *actor)));
    }
}
