//! Steps a week in each period, and how many times as often as before.
//!
//! Steps are counts with a rate of their own in each period. With Jeffreys' prior the rate of n steps in T days is
//! Gamma(n + 1/2, rate T); the interval has close to its nominal coverage (Brown et al. 2003, "Interval estimation in
//! exponential families"). Of two such rates, p = `T_2` r / (`T_1` + `T_2` r), r their ratio, is Beta(`n_2` + 1/2, `n_1` + 1/2): the posterior of a ratio of
//! Poisson rates is that of a share (Price and Bonett 2000). No approximation enters there.
//!
//! Real steps come in bursts, so the counts are divided by their dispersion before (Wedderburn 1974): Pearson's
//! chi-squared of weeks against the mean of their period over its degrees of freedom, shrunk to 1, never below 1.

use super::answer::{Rate, RateChange};
use super::days::Counted;
use super::quantiles::{beta_quantile, gamma_quantile};
use super::question::{ByPeriod, Place, Question};
use crate::engine::evidence::Entry;
use crate::engine::math::count;
use crate::engine::types::Day;

/// Days of a block in which steps are counted for their dispersion.
const BLOCK: usize = 7;
/// Degrees of freedom that speak for a dispersion of 1 before any evidence.
const PRIOR_FREEDOM: f64 = 3.0;
/// Fewest days of a period of which anything is said.
pub const FEWEST_DAYS: u32 = 7;

/// Steps of one period.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct OfPeriod {
    /// Steps.
    pub steps: u32,
    /// Of them, those of which it was not said whether they came only after asking.
    pub not_said: u32,
    /// Days that count.
    pub days: u32,
    /// Of them, those on which the log was silent for so long that it may have been put away.
    pub silent: u32,
    /// Days on which anything was logged.
    pub logged: u32,
}

/// The ends of a ratio's interval where the silences of the log mean what is least favourable to each; absent where fewer than seven days
/// are left then.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Certain {
    /// The lower end, where nobody wrote in the silences before and those now were without a step.
    pub lower_90: Option<f64>,
    /// The upper end, the other way round.
    pub upper_90: Option<f64>,
}

impl Certain {
    /// Whether it was more often than before, whatever the silences mean.
    #[must_use]
    pub fn is_more(&self) -> bool {
        self.lower_90.is_some_and(|end| end > 1.0)
    }

    /// Whether it was less often.
    #[must_use]
    pub fn is_fewer(&self) -> bool {
        self.upper_90.is_some_and(|end| end < 1.0)
    }
}

/// The steps of all periods in one dimension.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Steps {
    /// By period.
    pub of: ByPeriod<OfPeriod>,
    /// How much more they vary than counts that come by chance alone, 1 or more.
    pub dispersion: f64,
}

impl Steps {
    /// Counts them; the entries are of one dimension.
    #[must_use]
    pub fn new(entries: &[&Entry], periods: &ByPeriod<Counted>, question: &Question) -> Self {
        let own: Vec<&Entry> = entries.iter().copied().filter(|entry| question.side.acted(entry.actor)).collect();
        let is_step = |entry: &Entry| !(question.unprompted_only && entry.prompted == Some(true));
        let days_of: Vec<Day> = own.iter().filter(|entry| is_step(entry)).map(|entry| entry.day).collect();
        let of = periods.map(|counted| {
            let steps: Vec<&&Entry> = own.iter().filter(|entry| is_step(entry) && counted.has(entry.day)).collect();
            let number = |items: usize| u32::try_from(items).unwrap_or(u32::MAX);
            OfPeriod {
                steps: number(steps.len()),
                not_said: number(steps.iter().filter(|entry| entry.prompted.is_none()).count()),
                days: counted.len(),
                silent: counted.silent,
                logged: counted.logged,
            }
        });
        Self { of, dispersion: dispersion(&days_of, periods) }
    }

    /// Steps a week; absent where nothing was logged at all or too few days count.
    #[must_use]
    pub fn rates(&self) -> ByPeriod<Option<Rate>> {
        self.of.map(|of| (of.logged > 0 && of.days >= FEWEST_DAYS).then(|| self.rate(of)))
    }

    fn rate(&self, of: &OfPeriod) -> Rate {
        let weeks = f64::from(of.days) / 7.0;
        let shape = f64::from(of.steps) / self.dispersion + 0.5;
        let quantile = |p| gamma_quantile(p, shape) / (weeks / self.dispersion);
        Rate {
            steps: of.steps,
            not_said: of.not_said,
            days: of.days,
            per_week: f64::from(of.steps) / weeks,
            lower_90: if of.steps == 0 { 0.0 } else { quantile(0.05) },
            upper_90: quantile(0.95),
        }
    }

    /// How many times as often as before; absent where either rate is, or where no step was recorded in either period.
    #[must_use]
    pub fn change(&self, place: Place) -> Option<RateChange> {
        let (before, now) = (&self.of.before, self.of.at(place));
        let known = |of: &OfPeriod| of.logged > 0 && of.days >= FEWEST_DAYS;
        if !known(before) || !known(now) || before.steps.saturating_add(now.steps) == 0 {
            return None;
        }
        Some(self.ratio((before, before.days), (now, now.days)))
    }

    /// What holds of the change whether the days on which the log was silent were without a step or nobody wrote.
    #[must_use]
    pub fn certain(&self, place: Place) -> Certain {
        let (before, now) = (&self.of.before, self.of.at(place));
        if self.change(place).is_none() {
            return Certain::default();
        }
        let awake = |of: &OfPeriod| Some(of.days.saturating_sub(of.silent)).filter(|days| *days >= FEWEST_DAYS);
        Certain {
            lower_90: awake(before).map(|days| self.ratio((before, days), (now, now.days)).lower_90),
            upper_90: awake(now).map(|days| self.ratio((before, before.days), (now, days)).upper_90),
        }
    }

    /// The ratio of two rates whose steps came in so many days.
    fn ratio(&self, (before, before_days): (&OfPeriod, u32), (now, now_days): (&OfPeriod, u32)) -> RateChange {
        let shape = |of: &OfPeriod| f64::from(of.steps) / self.dispersion + 0.5;
        let longer = f64::from(before_days) / f64::from(now_days.max(1));
        // Both ends from their lower side, where a share close to 1 is not rounded to it.
        let odds = |p: f64| {
            let part = beta_quantile(p, shape(now), shape(before));
            let rest = beta_quantile(1.0 - p, shape(before), shape(now));
            longer * part / rest.max(f64::MIN_POSITIVE)
        };
        RateChange { ratio: odds(0.5), lower_90: odds(0.05), upper_90: odds(0.95) }
    }
}

/// Pearson's chi-squared over blocks of seven days, over its degrees of freedom; `steps` ascend by day.
fn dispersion(steps: &[Day], periods: &ByPeriod<Counted>) -> f64 {
    let on = |day: Day| count(steps.partition_point(|step| *step <= day) - steps.partition_point(|step| *step < day));
    let (mut chi_squared, mut freedom) = (PRIOR_FREEDOM, PRIOR_FREEDOM);
    for counted in periods.each() {
        let total: f64 = counted.days.iter().map(|day| on(*day)).sum();
        let daily = total / count(counted.days.len()).max(1.0);
        if total <= 0.0 {
            continue;
        }
        for block in counted.days.chunks(BLOCK) {
            let (seen, expected) = (block.iter().map(|day| on(*day)).sum::<f64>(), daily * count(block.len()));
            chi_squared += (seen - expected) * (seen - expected) / expected;
            freedom += 1.0;
        }
        freedom -= 1.0;
    }
    (chi_squared / freedom).max(1.0)
}
