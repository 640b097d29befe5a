//! What gets logged of a tie: on which days, how many acts, how heavy, and by whom.

use rand::RngExt as _;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Beta, Distribution as _, Gamma, Poisson, StandardNormal};

use super::{Course, Kind};
use crate::calibrate::tie::{Act, dimensions};
use crate::engine::math::{balance_to_logit, logit_to_balance};

/// Shares of the efforts 1 to 5.
const EFFORTS: [(f64, f64); 5] = [(1.0, 0.506), (2.0, 0.366), (3.0, 0.1), (4.0, 0.022), (5.0, 0.006)];

/// How a kind of tie is logged.
struct Habit {
    /// Median number of acts of a dimension on a logged day; its logarithm varies between dimensions by `rate_spread`.
    rate: f64,
    rate_spread: f64,
    /// Shape of the Gamma factor by which that number varies between days: small is bursty.
    evenness: f64,
    /// Correlation between acts of one dimension on one day.
    agreement: f64,
}

impl Habit {
    const fn of(kind: Kind) -> Self {
        let usual = Self { rate: 0.65, rate_spread: 0.5, evenness: 1.5, agreement: 0.13 };
        match kind {
            Kind::Balanced | Kind::Sine | Kind::Autoregressive | Kind::Episode | Kind::Sustained | Kind::Change => usual,
            Kind::Sparse => Self { rate: 0.09, evenness: 100.0, ..usual },
            Kind::Bursty => Self { rate: 1.0, evenness: 0.35, agreement: 0.4, ..usual },
        }
    }
}

/// Draws the log of a course. Seven to ten days in ten are logged at all, whatever happened on them.
pub fn draw(course: &Course, kind: Kind, biased: bool, random: &mut ChaCha8Rng) -> Vec<Act> {
    let habit = Habit::of(kind);
    let shift = if biased { 0.2 + 0.25 * normal(random) } else { 0.0 };
    let keenness: f64 = random.random_range(0.7..1.0);
    let rates: Vec<_> = dimensions().map(|dimension| (dimension, habit.rate * libm::exp(habit.rate_spread * normal(random)))).collect();
    let mut acts = Vec::new();
    for (day, balances) in (0_i32..).zip(&course.path) {
        if !random.random_bool(keenness) {
            continue;
        }
        for ((dimension, rate), balance) in rates.iter().zip(balances) {
            let giving = day_share(*balance, shift, habit.agreement, random);
            for _ in 0..acts_on_a_day(*rate, habit.evenness, random) {
                acts.push(Act { day, dimension: *dimension, given: random.random_bool(giving), weight: effort(random) });
            }
        }
    }
    acts
}

/// The share of giving among the acts of one day: Beta around the true one, so that acts of a day agree.
fn day_share(balance: f64, shift: f64, agreement: f64, random: &mut ChaCha8Rng) -> f64 {
    let seen = logit_to_balance(balance_to_logit(balance, 6.0) + shift);
    let share = f64::midpoint(seen, 1.0);
    let acts = 1.0 / agreement - 1.0;
    Beta::new(share * acts, (1.0 - share) * acts).map_or(share, |beta| beta.sample(random)).clamp(0.0, 1.0)
}

fn acts_on_a_day(rate: f64, evenness: f64, random: &mut ChaCha8Rng) -> u32 {
    let factor = Gamma::new(evenness, 1.0 / evenness).map_or(1.0, |gamma| gamma.sample(random));
    let drawn = Poisson::new(rate * factor).map_or(0.0, |poisson| poisson.sample(random));
    (0..100).take_while(|acts| f64::from(*acts) < drawn).count().try_into().unwrap_or(0)
}

fn effort(random: &mut ChaCha8Rng) -> f64 {
    let mut left: f64 = random.random_range(0.0..1.0);
    for (effort, share) in EFFORTS {
        if left < share {
            return effort;
        }
        left -= share;
    }
    1.0
}

fn normal(random: &mut ChaCha8Rng) -> f64 {
    StandardNormal.sample(random)
}
