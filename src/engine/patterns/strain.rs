//! How much a record counts where its days fall under known strain: nothing when exempt, half when strained, all otherwise.
//!
//! What became of a record plays no part in it: in a hard time less is kept and less is met, and neither the one nor the other is to be
//! read out of it.

use crate::engine::calendar::Calendar;
use crate::engine::evidence::{ContextEffect, ContextPeriod};
use crate::engine::policy::Policy;
use crate::engine::types::Day;

/// The days that count less.
#[derive(Clone, Debug)]
pub struct Strain {
    exempt: Calendar,
    strained: Calendar,
    /// What a strained day counts, 0 to 1.
    factor: f64,
    /// Nothing was marked: every day counts.
    calm: bool,
}

impl Strain {
    /// The marked days, each worth what the level makes of it.
    #[must_use]
    pub fn new(contexts: &[ContextPeriod], policy: &Policy) -> Self {
        Self {
            exempt: Calendar::new(contexts, ContextEffect::Exempt),
            strained: Calendar::new(contexts, ContextEffect::Widen),
            factor: policy.effective.strain_factor,
            calm: contexts.is_empty(),
        }
    }

    /// Whether every day counts.
    #[must_use]
    pub const fn is_calm(&self) -> bool {
        self.calm
    }

    /// What a day counts, 0 to 1.
    #[must_use]
    pub fn on(&self, day: Day) -> f64 {
        if self.calm {
            1.0
        } else if self.exempt.contains(day) {
            0.0
        } else if self.strained.contains(day) {
            self.factor
        } else {
            1.0
        }
    }

    /// What the days from one to another count together, both included; 0 where there are none.
    #[must_use]
    pub fn sum(&self, from: Day, to: Day) -> f64 {
        let all = f64::from(to.since(from).saturating_add(1).max(0));
        if self.calm {
            return all;
        }
        let exempt = self.exempt.count(from, to);
        // A day that is both is exempt.
        let both: i32 = self.exempt.within(from, to).map(|(first, last)| self.strained.count(first, last)).sum();
        let strained = self.strained.count(from, to) - both;
        all - f64::from(exempt) - f64::from(strained) * (1.0 - self.factor)
    }

    /// What a record counts that began on one day and had until another: as the first day does, as the last one does, or as the days
    /// between them do on average, whichever is least.
    #[must_use]
    pub fn over(&self, began: Day, until: Day) -> f64 {
        if self.calm {
            return 1.0;
        }
        let until = until.max(began);
        let days = f64::from(until.since(began).saturating_add(1));
        (self.sum(began, until) / days).min(self.on(began)).min(self.on(until))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strain() -> Strain {
        let period = |from, to, effect| ContextPeriod { from: Day(from), to: Day(to), effect };
        let contexts = [
            period(10, 19, ContextEffect::Widen),
            period(15, 24, ContextEffect::Exempt),
            period(30, 30, ContextEffect::Exempt),
            period(40, 43, ContextEffect::Widen),
        ];
        Strain::new(&contexts, &Policy::default())
    }

    #[test]
    fn the_days_between_count_what_each_of_them_counts() {
        let strain = strain();
        for from in 0..50 {
            for to in from - 2..50 {
                let each: f64 = (from..=to).map(|day| strain.on(Day(day))).sum();
                assert!((strain.sum(Day(from), Day(to)) - each).abs() < 1e-12, "{from} {to}");
            }
        }
        assert!((strain.sum(Day(10), Day(30)) - (5.0 * 0.5 + 5.0)).abs() < 1e-12);
    }

    #[test]
    fn a_record_counts_by_its_first_day_its_last_and_those_between() {
        let strain = strain();
        let over = |from, to| strain.over(Day(from), Day(to));
        assert_eq!([over(0, 9), over(26, 29), over(44, 90)].map(f64::to_bits), [1.0_f64; 3].map(f64::to_bits));
        assert_eq!([over(15, 60), over(0, 24), over(30, 30)].map(f64::to_bits), [0.0_f64; 3].map(f64::to_bits));
        assert!((over(10, 10) - 0.5).abs() < 1e-12 && (over(26, 43) - 0.5).abs() < 1e-12);
        assert!((over(26, 35) - 0.9).abs() < 1e-12, "one day of ten");
        assert!((over(9, 5) - 1.0).abs() < 1e-12, "days in the wrong order are one day");
    }
}
