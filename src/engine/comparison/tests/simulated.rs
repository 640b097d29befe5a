//! Ties whose truth is known: how often the intervals hold it, and how often something is claimed where nothing changed.

use super::{DimensionComparison, Span, StepReading, about_initiation, periods};
use crate::engine::Policy;
use crate::engine::comparison::{BalanceReading, ByPeriod, Side, compare};
use crate::engine::evidence::Evidence;
use crate::engine::tests::{START, entry, measured};
use crate::engine::types::{Actor, Dimension};

/// A small counted generator (`SplitMix64`, Steele, Lea and Flood 2014): the engine's room has none.
pub struct Random(pub u64);

impl Random {
    /// Evenly between two numbers.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let high_half = u32::try_from((bits ^ (bits >> 31)) >> 32).unwrap();
        low + (high - low) * f64::from(high_half) / 4_294_967_296.0
    }
}

/// How a tie behaves: acts a day by each side in each period, and what moves them.
#[derive(Clone, Copy)]
pub struct Truth {
    pub mine: ByPeriod<f64>,
    pub theirs: ByPeriod<f64>,
    /// Weeks are busier or quieter by factors with this standard deviation (logarithms).
    pub bursts: f64,
    /// Standard deviation of the balance's ebb; its time constant is six days.
    pub ebb: f64,
}

pub const fn same(rate: f64) -> ByPeriod<f64> {
    ByPeriod { before: rate, during: rate, after: rate }
}

/// The plain mix: rates from one step in three weeks to five a week.
pub fn steady(rng: &mut Random) -> Truth {
    let rate = |rng: &mut Random| libm::exp(rng.between(libm::log(0.05), libm::log(0.7)));
    Truth { mine: same(rate(rng)), theirs: same(rate(rng)), bursts: 0.0, ebb: 0.0 }
}

fn normal(rng: &mut Random) -> f64 {
    let (a, b): (f64, f64) = (rng.between(1e-12, 1.0), rng.between(0.0, std::f64::consts::TAU));
    (-2.0 * libm::log(a)).sqrt() * libm::cos(b)
}

fn poisson(rng: &mut Random, mean: f64) -> usize {
    let limit = libm::exp(-mean);
    let (mut product, mut number) = (rng.between(0.0, 1.0), 0);
    while product > limit {
        product *= rng.between(0.0, 1.0);
        number += 1;
    }
    number
}

/// What is logged of a tie on every day of some periods.
pub fn log(rng: &mut Random, truth: &Truth, periods: &ByPeriod<Span>) -> Evidence {
    let mut entries = Vec::new();
    let mut busy = 1.0;
    let days = periods.after.last.0 - START + 1;
    let mut ebb = truth.ebb * normal(rng);
    let kept = libm::exp(-1.0 / 6.0);
    for day in 0..days {
        if day % 7 == 0 {
            busy = libm::exp(truth.bursts * normal(rng) - truth.bursts * truth.bursts / 2.0);
        }
        ebb = kept * ebb + truth.ebb * (1.0 - kept * kept).sqrt() * normal(rng);
        let at = |of: &ByPeriod<f64>| match day {
            _ if periods.before.contains(crate::engine::types::Day(START + day)) => of.before,
            _ if periods.during.contains(crate::engine::types::Day(START + day)) => of.during,
            _ => of.after,
        };
        let (mine, theirs) = (at(&truth.mine), at(&truth.theirs));
        let volume = mine + theirs;
        let share = (f64::midpoint(1.0, (mine - theirs) / volume + ebb)).clamp(0.0, 1.0);
        let (mine, theirs) = if truth.ebb > 0.0 { (volume * share, volume * (1.0 - share)) } else { (mine, theirs) };
        for (actor, rate) in [(Actor::Me, mine), (Actor::Them, theirs)] {
            for _ in 0..poisson(rng, rate * busy) {
                entries.push(entry(u32::try_from(entries.len()).unwrap(), START + day, Dimension::Initiation, actor));
            }
        }
    }
    measured(days, entries)
}

pub fn share(hits: usize, of: usize) -> f64 {
    crate::engine::math::count(hits) / crate::engine::math::count(of.max(1))
}

/// Draws ties and compares each.
fn drawn(seed: u64, ties: usize, truth: impl Fn(&mut Random) -> Truth) -> Vec<(Truth, DimensionComparison)> {
    let mut rng = Random(seed);
    let policy = Policy::default();
    let one = |rng: &mut Random| {
        let truth = truth(rng);
        (truth, compare(&log(rng, &truth, &periods()), &about_initiation(Side::Other), &policy)[0])
    };
    (0..ties).map(|_| one(&mut rng)).collect()
}

/// A change by a factor from a third to three in the time that it is about.
fn changed(rng: &mut Random) -> Truth {
    let mut truth = steady(rng);
    truth.theirs.during *= libm::exp(rng.between(-1.1, 1.1));
    truth
}

#[test]
fn nine_in_ten_intervals_of_rates_and_ratios_hold_the_truth() {
    for (name, bursts) in [("by chance", 0.0), ("in bursts", 0.4)] {
        let found = drawn(11, 2_000, |rng| Truth { bursts, ..changed(rng) });
        let rate = |truth: &Truth, one: &DimensionComparison| {
            one.rates.during.map(|rate| (rate.lower_90..=rate.upper_90).contains(&(truth.theirs.during * 7.0)))
        };
        let ratio = |truth: &Truth, one: &DimensionComparison| {
            let truth = truth.theirs.during / truth.theirs.before;
            one.during.rate.map(|ratio| (ratio.lower_90..=ratio.upper_90).contains(&truth))
        };
        let cover = |of: &dyn Fn(&Truth, &DimensionComparison) -> Option<bool>| {
            let known: Vec<bool> = found.iter().filter_map(|(truth, one)| of(truth, one)).collect();
            share(known.iter().filter(|held| **held).count(), known.len())
        };
        let (rates, ratios) = (cover(&rate), cover(&ratio));
        println!("{name}: rates {rates:.3}, ratios {ratios:.3}");
        assert!((0.85..=0.95).contains(&rates), "{name}: rates {rates}");
        assert!((0.85..=0.95).contains(&ratios), "{name}: ratios {ratios}");
    }
}

#[test]
fn nine_in_ten_intervals_of_the_balances_change_hold_the_truth() {
    for (name, ebb) in [("calm", 0.0), ("with an ebb", 0.25), ("with a larger one", 0.4)] {
        let found = drawn(12, 2_000, |rng| Truth { ebb, ..changed(rng) });
        let balance = |mine: f64, theirs: f64| (mine - theirs) / (mine + theirs);
        let held = found.iter().filter_map(|(truth, one)| {
            let truth = balance(truth.mine.during, truth.theirs.during) - balance(truth.mine.before, truth.theirs.before);
            one.during.balance.map(|change| (change.lower_90..=change.upper_90).contains(&truth))
        });
        let held: Vec<bool> = held.collect();
        let cover = share(held.iter().filter(|held| **held).count(), held.len());
        println!("{name}: {cover:.3} of {}", held.len());
        assert!((0.85..=0.95).contains(&cover), "{name}: {cover}");
    }
}

#[test]
fn where_nothing_changed_at_most_one_in_ten_is_said_to_have() {
    for (name, bursts, ebb) in [("plain", 0.0, 0.0), ("bursts", 0.4, 0.0), ("ebb", 0.0, 0.25)] {
        let found = drawn(13, 2_000, |rng| Truth { bursts, ebb, ..steady(rng) });
        let said = |claims: &dyn Fn(&DimensionComparison) -> bool| share(found.iter().filter(|(_, one)| claims(one)).count(), found.len());
        let steps = said(&|one| matches!(one.during.reading, StepReading::More | StepReading::Fewer));
        let moved = said(&|one| matches!(one.during.balance_reading, BalanceReading::TowardsLogger | BalanceReading::TowardsOther));
        println!("{name}: steps {steps:.3}, balance {moved:.3}");
        assert!(steps <= 0.10, "{name}: {steps}");
        assert!(moved <= 0.10, "{name}: {moved}");
    }
}

#[test]
fn where_they_began_to_take_steps_it_is_mostly_seen() {
    let theirs = ByPeriod { before: 0.03, during: 0.5, after: 0.5 };
    let found = drawn(14, 500, |_| Truth { mine: same(0.4), theirs, bursts: 0.0, ebb: 0.0 });
    let seen = found.iter().filter(|(_, one)| one.during.reading == StepReading::More).count();
    let power = share(seen, found.len());
    println!("power {power:.3}");
    assert!(power > 0.8, "{power}");
}
