//! Step 1: what a day's acts are worth as evidence.
//!
//! Acts of one day agree with each other more than acts of different days, so ten acts on one day are
//! not ten independent ones. The agreement is estimated from the evidence and shrunk; older days count less.

use super::policy::EffectivePolicy;
use super::rollup::{DaySums, RollUp};
use super::types::{ByDimension, Day};

/// One observed day of a dimension.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observation {
    /// The local day.
    pub day: Day,
    /// Signed balance of the day, -1 to 1.
    pub balance: f64,
    /// Effective number of acts.
    pub effective: f64,
    /// Variance of `balance` around the local level.
    pub variance: f64,
}

/// The observed days of one dimension.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// Days, ascending.
    pub days: Vec<Observation>,
    /// First estimate of the balance, shrunk to 0; sets the variances.
    pub pilot: f64,
    /// Sum of effective acts.
    pub effective: f64,
}

/// How far acts of the same day agree beyond chance, 0 (not at all) to `agreement_max`.
///
/// An intra-class correlation by the method of moments: agreeing pairs of a day over all its pairs,
/// each day weighted by 1/(m - 1), corrected for chance agreement and shrunk to the prior mean.
/// Mutual acts are left out.
#[must_use]
pub fn agreement(roll_up: &RollUp, policy: &EffectivePolicy) -> f64 {
    let weight = policy.agreement_prior_weight;
    let mut above_chance = policy.agreement_prior_mean * weight;
    let mut possible = weight;
    for (_, rows) in roll_up.rows.iter() {
        let given: f64 = rows.iter().map(|row| f64::from(row.given_count)).sum();
        let received: f64 = rows.iter().map(|row| f64::from(row.received_count)).sum();
        // Both shares by themselves, so that swapped roles round alike.
        let shares = [given, received].map(|acts| (acts + 1.0) / (given + received + 2.0));
        let chance: f64 = shares.iter().map(|share| share * share).sum();
        for row in rows {
            let (give, receive) = (f64::from(row.given_count), f64::from(row.received_count));
            let acts = give + receive;
            if acts >= 2.0 {
                let agreeing = (give * (give - 1.0) + receive * (receive - 1.0)) / (2.0 * (acts - 1.0));
                above_chance += agreeing - chance * acts / 2.0;
                possible += (1.0 - chance) * acts / 2.0;
            }
        }
    }
    (above_chance / possible).clamp(0.0, policy.agreement_max)
}

/// The evidence of every dimension as it stands on `as_of`.
///
/// `strained` says which days fall under known strain.
#[must_use]
pub fn series(roll_up: &RollUp, as_of: Day, strained: &impl Fn(Day) -> bool, policy: &EffectivePolicy) -> ByDimension<Series> {
    let worth = Worth { agreement: agreement(roll_up, policy), decay: Decay::new(roll_up, as_of, policy), strained, policy };
    roll_up.rows.map(|_, rows| one_series(rows, &worth))
}

/// How much evidence of some age still counts, `2^(-age / half_life)`, the usual ages looked up.
struct Decay {
    as_of: Day,
    rate: f64,
    table: Vec<f64>,
}

impl Decay {
    fn new(roll_up: &RollUp, as_of: Day, policy: &EffectivePolicy) -> Self {
        let rate = -std::f64::consts::LN_2 / policy.half_life_days;
        let oldest = roll_up.span().map_or(0, |(first, _)| as_of.since(first)).clamp(0, policy.horizon_days);
        Self { as_of, rate, table: (0..=oldest).map(|age| libm::exp(rate * f64::from(age))).collect() }
    }

    fn on(&self, day: Day) -> f64 {
        let age = self.as_of.since(day);
        let known = usize::try_from(age).ok().and_then(|age| self.table.get(age)).copied();
        known.unwrap_or_else(|| libm::exp(self.rate * f64::from(age)))
    }
}

/// What makes a day's acts worth more or less.
struct Worth<'a, S> {
    agreement: f64,
    decay: Decay,
    strained: &'a S,
    policy: &'a EffectivePolicy,
}

impl<S: Fn(Day) -> bool> Worth<'_, S> {
    fn of(&self, row: &DaySums) -> f64 {
        let kish = row.kish();
        let strain = if (self.strained)(row.day) { self.policy.strain_factor } else { 1.0 };
        let independent = kish / (1.0 + (kish - 1.0).max(0.0) * self.agreement);
        independent * self.decay.on(row.day) * strain
    }
}

fn one_series<S: Fn(Day) -> bool>(rows: &[DaySums], worth: &Worth<S>) -> Series {
    let observed = |row: &DaySums| Observation { day: row.day, balance: row.balance(), effective: worth.of(row), variance: 0.0 };
    let mut days: Vec<Observation> = Vec::with_capacity(rows.len());
    days.extend(rows.iter().map(observed).filter(|day| day.effective > 0.0 && day.balance.is_finite()));
    let effective: f64 = 0.0 + days.iter().map(|day| day.effective).sum::<f64>();
    let leaning: f64 = days.iter().map(|day| day.effective * day.balance).sum();
    let pilot = leaning / (effective + worth.policy.pilot_prior_weight);
    let spread = 1.0 - pilot * pilot;
    for day in &mut days {
        day.variance = spread / day.effective;
    }
    Series { days, pilot, effective }
}
