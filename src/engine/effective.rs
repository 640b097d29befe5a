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

impl Series {
    /// The same days with balances relative to `expected`.
    #[must_use]
    pub fn relative_to(&self, expected: f64) -> Self {
        let mut relative = self.clone();
        for day in &mut relative.days {
            day.balance -= expected;
        }
        relative
    }
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
    let agreement = agreement(roll_up, policy);
    roll_up.rows.map(|_, rows| one_series(rows, as_of, agreement, strained, policy))
}

fn one_series(rows: &[DaySums], as_of: Day, agreement: f64, strained: &impl Fn(Day) -> bool, policy: &EffectivePolicy) -> Series {
    let decay = -std::f64::consts::LN_2 / policy.half_life_days;
    let mut days: Vec<Observation> = rows
        .iter()
        .map(|row| {
            let kish = row.kish();
            let age = f64::from(as_of.since(row.day));
            let strain = if strained(row.day) { policy.strain_factor } else { 1.0 };
            let independent = kish / (1.0 + (kish - 1.0).max(0.0) * agreement);
            let effective = independent * libm::exp(decay * age) * strain;
            Observation { day: row.day, balance: row.balance(), effective, variance: 0.0 }
        })
        .filter(|day| day.effective > 0.0 && day.balance.is_finite())
        .collect();
    let effective: f64 = 0.0 + days.iter().map(|day| day.effective).sum::<f64>();
    let leaning: f64 = days.iter().map(|day| day.effective * day.balance).sum();
    let pilot = leaning / (effective + policy.pilot_prior_weight);
    for day in &mut days {
        day.variance = (1.0 - pilot * pilot) / day.effective;
    }
    Series { days, pilot, effective }
}
