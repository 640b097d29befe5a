//! The personas: seven ways in which giving and receiving can go, each told by how often and by who.

use super::courses::{Course, Rhythm};

/// A made-up relationship, and what an assessment of it is meant to come out as.
#[derive(Clone, Copy, Debug)]
pub struct Persona {
    pub alias: &'static str,
    pub kind: &'static str,
    /// Names the persona, so that it is found in a list.
    pub label: &'static str,
    /// The overall states it may honestly have.
    pub meant: &'static [&'static str],
    /// The sign that its overall balance must have; 0 where either will do.
    pub sign: i8,
    /// Who keeps the log; people note more of what they give than of what they get, and the service allows for that.
    pub kept_by: &'static str,
    pub course: Course,
    pub rhythm: Rhythm,
    /// How many days back its log goes.
    pub days: u16,
    pub seed: u64,
}

/// The logger's share, in per cent, that an even exchange shows as in a log that only they keep (Ross and Sicoly 1979).
const EVEN_IN_OWN_LOG: u32 = 57;

/// All personas, in the order of the demo.
pub const PERSONAS: [Persona; 7] = [
    Persona {
        alias: "K.",
        kind: "partner",
        label: "fair",
        meant: &["balanced"],
        sign: 0,
        // Both keep it together, so that neither side is noted more.
        kept_by: "neither",
        course: Course::Level(50),
        rhythm: Rhythm::Steady { acts_in_ten_days: 20 },
        days: 165,
        seed: 1,
    },
    Persona {
        alias: "Sam",
        kind: "friend",
        label: "ebbing",
        meant: &["ebb", "balanced"],
        sign: 0,
        kept_by: "logger",
        course: Course::Swing { from: 20, to: 88, turn_days: 14 },
        rhythm: Rhythm::Steady { acts_in_ten_days: 20 },
        days: 165,
        seed: 2,
    },
    Persona {
        alias: "Lee",
        kind: "dating",
        label: "bursty",
        meant: &["balanced", "unclear"],
        sign: 0,
        kept_by: "logger",
        course: Course::Level(EVEN_IN_OWN_LOG),
        rhythm: Rhythm::Bursts { every_days: 11, days: 3, acts_a_day: 5 },
        days: 150,
        seed: 4,
    },
    Persona {
        alias: "Robin",
        kind: "friend",
        label: "one-sided giver",
        meant: &["sustained_imbalance"],
        sign: 1,
        kept_by: "logger",
        course: Course::Level(86),
        rhythm: Rhythm::Steady { acts_in_ten_days: 9 },
        days: 165,
        seed: 4,
    },
    Persona {
        alias: "M.",
        kind: "family",
        label: "one-sided receiver",
        meant: &["sustained_imbalance"],
        sign: -1,
        kept_by: "logger",
        course: Course::Level(16),
        rhythm: Rhythm::Steady { acts_in_ten_days: 9 },
        days: 165,
        seed: 5,
    },
    Persona {
        alias: "Alex",
        kind: "partner",
        label: "recently shifted",
        meant: &["recent_shift"],
        sign: 1,
        kept_by: "logger",
        course: Course::Shift { before: EVEN_IN_OWN_LOG, after: 97 },
        rhythm: Rhythm::Steady { acts_in_ten_days: 32 },
        days: 140,
        seed: 2,
    },
    Persona {
        alias: "Jo",
        kind: "dating",
        label: "sparse",
        meant: &["insufficient_evidence"],
        sign: 0,
        kept_by: "logger",
        course: Course::Level(50),
        rhythm: Rhythm::Bursts { every_days: 24, days: 1, acts_a_day: 1 },
        days: 120,
        seed: 7,
    },
];

impl Persona {
    /// Whether this is the persona whose logger carries the load, the one that the demo shows in full.
    #[must_use]
    pub fn is_giver(&self) -> bool {
        self.label == "one-sided giver"
    }

    /// Whether an overall state and balance are what the persona was made to show.
    #[must_use]
    pub fn is_as_meant(&self, state: &str, balance: Option<f64>) -> bool {
        let signed = match self.sign {
            0 => true,
            sign => balance.is_some_and(|balance| balance * f64::from(sign) > 0.0),
        };
        self.meant.contains(&state) && signed
    }
}

#[cfg(test)]
mod tests {
    use chrono::{Days, NaiveDate};

    use super::*;
    use crate::demo::entries::{Entry, entries};

    fn today() -> NaiveDate {
        "2026-03-02".parse().unwrap()
    }

    fn of(label: &str) -> Vec<Entry> {
        entries(PERSONAS.iter().find(|persona| persona.label == label).unwrap(), today())
    }

    /// The logger's share of these acts in per cent; what both did counts for neither.
    fn share<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> usize {
        let (mut mine, mut all) = (0, 0);
        for entry in entries.into_iter().filter(|entry| entry.actor != "both") {
            mine += usize::from(entry.actor == "me");
            all += 1;
        }
        100 * mine / all
    }

    fn between(entries: &[Entry], from: u64, to: u64) -> usize {
        let (first, last) = (today() - Days::new(from), today() - Days::new(to));
        share(entries.iter().filter(|entry| (first..=last).contains(&entry.occurred_at.date_naive())))
    }

    #[test]
    fn the_same_seed_makes_the_same_entries_and_another_makes_others() {
        for persona in &PERSONAS {
            assert_eq!(entries(persona, today()), entries(persona, today()));
            assert_ne!(entries(persona, today()), entries(&Persona { seed: 99, ..*persona }, today()), "{}", persona.label);
        }
    }

    #[test]
    fn every_log_goes_from_its_first_day_to_yesterday() {
        for persona in &PERSONAS {
            let days: Vec<_> = entries(persona, today()).iter().map(|entry| entry.occurred_at.date_naive()).collect();
            assert!(days.is_sorted(), "{}", persona.label);
            assert!(days[0] >= today() - Days::new(u64::from(persona.days)), "{}", persona.label);
            assert_eq!(*days.last().unwrap(), today() - Days::new(1), "{}", persona.label);
        }
    }

    #[test]
    fn fair_and_bursty_logs_are_close_to_even() {
        assert!((46..=54).contains(&share(&of("fair"))), "{}", share(&of("fair")));
        assert!((52..=62).contains(&share(&of("bursty"))), "{}", share(&of("bursty")));
    }

    #[test]
    fn one_sided_logs_are_one_sided_from_beginning_to_end() {
        let (giver, receiver) = (of("one-sided giver"), of("one-sided receiver"));
        for (from, to) in [(165, 110), (109, 56), (55, 1)] {
            assert!(between(&giver, from, to) > 75, "{}", between(&giver, from, to));
            assert!(between(&receiver, from, to) < 27, "{}", between(&receiver, from, to));
        }
    }

    #[test]
    fn an_ebb_turns_and_comes_back() {
        let log = of("ebbing");
        let halves: Vec<usize> = (0..5).map(|half| between(&log, 14 * half + 14, 14 * half + 1)).collect();
        for pair in halves.windows(2) {
            assert!(pair[0].abs_diff(pair[1]) > 25, "{halves:?}");
        }
        assert!((44..=64).contains(&share(&log)), "{}", share(&log));
    }

    #[test]
    fn a_recent_shift_is_fair_until_a_monday_three_weeks_ago() {
        let log = of("recently shifted");
        // Monday, 2 March: the last Monday at least three weeks before yesterday is 2 February.
        assert!((50..=64).contains(&between(&log, 140, 29)), "{}", between(&log, 140, 29));
        assert!(between(&log, 28, 1) > 85, "{}", between(&log, 28, 1));
    }

    #[test]
    fn bursts_are_many_acts_on_few_days_and_sparse_is_a_handful() {
        let log = of("bursty");
        let mut days: Vec<_> = log.iter().map(|entry| entry.occurred_at.date_naive()).collect();
        days.dedup();
        assert!(log.len() >= 4 * days.len() && days.len() < 50, "{} acts on {} days", log.len(), days.len());
        assert!((3..=8).contains(&of("sparse").len()), "{}", of("sparse").len());
    }

    #[test]
    fn all_logs_together_fit_into_a_few_batches() {
        let all: usize = PERSONAS.iter().map(|persona| entries(persona, today()).len()).sum();
        assert!((800..=2_500).contains(&all), "{all}");
    }

    #[test]
    fn a_wrong_sign_or_state_is_not_as_meant() {
        let giver = PERSONAS.iter().find(|persona| persona.label == "one-sided giver").unwrap();
        assert!(giver.is_as_meant("sustained_imbalance", Some(0.5)));
        assert!(!giver.is_as_meant("sustained_imbalance", Some(-0.5)) && !giver.is_as_meant("sustained_imbalance", None));
        assert!(!giver.is_as_meant("balanced", Some(0.5)));
    }
}
