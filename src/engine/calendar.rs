//! Which days fall under a known strain or are exempt: overlapping periods joined, so that a look-up is short.

use super::evidence::{ContextEffect, ContextPeriod};
use super::types::Day;

/// The days of one context effect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// First and last days, ascending and apart from each other.
    periods: Vec<(Day, Day)>,
}

impl Calendar {
    /// The days on which `effect` holds.
    #[must_use]
    pub fn new(contexts: &[ContextPeriod], effect: ContextEffect) -> Self {
        let of_effect = contexts.iter().filter(|period| period.effect == effect && period.from <= period.to);
        let mut all: Vec<(Day, Day)> = of_effect.map(|period| (period.from, period.to)).collect();
        all.sort_unstable();
        let mut periods: Vec<(Day, Day)> = Vec::with_capacity(all.len());
        for (from, to) in all {
            match periods.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                Some(_) | None => periods.push((from, to)),
            }
        }
        Self { periods }
    }

    /// Whether `day` is one of them.
    #[must_use]
    pub fn contains(&self, day: Day) -> bool {
        let at = self.periods.partition_point(|period| period.1 < day);
        self.periods.get(at).is_some_and(|period| period.0 <= day)
    }

    /// The stretches of them from one day to another, both included.
    pub fn within(&self, from: Day, to: Day) -> impl Iterator<Item = (Day, Day)> + '_ {
        let at = self.periods.partition_point(|period| period.1 < from);
        let later = self.periods.get(at..).unwrap_or_default().iter().take_while(move |period| period.0 <= to);
        later.map(move |(first, last)| ((*first).max(from), (*last).min(to))).filter(|(first, last)| first <= last)
    }

    /// How many of them there are from one day to another, both included.
    #[must_use]
    pub fn count(&self, from: Day, to: Day) -> i32 {
        let days = self.within(from, to).map(|(first, last)| last.since(first).saturating_add(1));
        days.fold(0, i32::saturating_add)
    }

    /// Whether any of these ascending days is one of them.
    #[must_use]
    pub fn meets(&self, days: &[Day]) -> bool {
        self.periods.iter().any(|(from, to)| days.get(days.partition_point(|day| day < from)).is_some_and(|day| day <= to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_periods_hold_the_same_days_as_the_periods_themselves() {
        let period = |from, to, effect| ContextPeriod { from: Day(from), to: Day(to), effect };
        let contexts = [
            period(20, 25, ContextEffect::Exempt),
            period(3, 8, ContextEffect::Exempt),
            period(22, 23, ContextEffect::Exempt),
            period(8, 10, ContextEffect::Exempt),
            period(15, 14, ContextEffect::Exempt),
            period(0, 40, ContextEffect::Widen),
        ];
        let calendar = Calendar::new(&contexts, ContextEffect::Exempt);
        for day in (0..40).map(Day) {
            let named = contexts.iter().any(|one| one.effect == ContextEffect::Exempt && one.from <= day && day <= one.to);
            assert_eq!(calendar.contains(day), named, "{day:?}");
            assert_eq!(calendar.meets(&[day]), named);
            let counted = (0..=day.0).filter(|day| calendar.contains(Day(*day))).count();
            assert_eq!(usize::try_from(calendar.count(Day(0), day)).unwrap(), counted);
        }
        assert_eq!((calendar.count(Day(9), Day(21)), calendar.count(Day(12), Day(9))), (4, 0));
        assert_eq!(calendar.count(Day(23), Day(21)), 0, "days in the wrong order are none");
        assert!(calendar.meets(&[Day(1), Day(21), Day(30)]) && !calendar.meets(&[Day(1), Day(12), Day(30)]));
    }
}
