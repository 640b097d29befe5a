//! The true balance of each dimension, day by day: a level, perhaps a change of it, and swings.

use std::f64::consts::TAU;

use rand::RngExt as _;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution as _, StandardNormal};

use super::{Kind, Mix};
use crate::calibrate::tie::DIMENSIONS;

/// No level is further from 0 than this.
const STEEPEST: f64 = 0.92;
/// No day is.
const STEEPEST_DAY: f64 = 0.95;

type Levels = [f64; DIMENSIONS];

/// A tie as it really was.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// The sustained level of each dimension at the end.
    pub levels: Levels,
    /// When the level changed, in days from the first.
    pub change_day: Option<i32>,
    /// The local balance of each dimension on each day.
    pub path: Vec<Levels>,
}

impl Course {
    /// Draws a tie of this kind over `days` days.
    pub fn draw(kind: Kind, mix: Mix, days: i32, random: &mut ChaCha8Rng) -> Self {
        let varied = mix == Mix::Varied;
        let levels = match kind {
            Kind::Sine | Kind::Autoregressive | Kind::Episode if varied && random.random_bool(0.25) => uneven(varied, random),
            Kind::Balanced | Kind::Sine | Kind::Autoregressive | Kind::Episode => even(random),
            Kind::Sparse | Kind::Bursty if varied && random.random_bool(0.5) => even(random),
            Kind::Sustained | Kind::Change | Kind::Sparse | Kind::Bursty => uneven(varied, random),
        };
        let mut course = Self::level(levels, days);
        if kind == Kind::Change {
            let before = if varied && random.random_bool(0.5) { even(random) } else { uneven(varied, random) };
            // From a third to two thirds through the window.
            course.change(before, random.random_range(days * 32 / 100..days * 65 / 100));
        }
        course.swing(kind, varied && random.random_bool(0.5), random);
        course
    }

    /// How many days it lasts.
    #[must_use]
    pub fn days(&self) -> i32 {
        i32::try_from(self.path.len()).unwrap_or(i32::MAX)
    }

    fn level(levels: Levels, days: i32) -> Self {
        Self { levels, change_day: None, path: (0..days).map(|_| levels).collect() }
    }

    fn change(&mut self, before: Levels, day: i32) {
        for (_, levels) in (0..day).zip(&mut self.path) {
            *levels = before;
        }
        self.change_day = Some(day);
    }

    /// Adds the swings of a kind: one for all dimensions, or each its own.
    fn swing(&mut self, kind: Kind, own: bool, random: &mut ChaCha8Rng) {
        let days = self.days();
        let first = swings(kind, days, random);
        for at in 0..DIMENSIONS {
            let swings = if own && at > 0 { swings(kind, days, random) } else { first.clone() };
            for (levels, swing) in self.path.iter_mut().zip(swings) {
                if let Some(level) = levels.get_mut(at) {
                    *level = (*level + swing).clamp(-STEEPEST_DAY, STEEPEST_DAY);
                }
            }
        }
    }
}

/// A tie that is even until a day and leans by `balance` from then on, in every dimension.
pub fn changed_to(balance: f64, change_day: i32, days: i32, random: &mut ChaCha8Rng) -> Course {
    let sign = sign(random);
    let mut course = Course::level([sign * balance; DIMENSIONS], days);
    course.change(even(random), change_day);
    course
}

/// Levels within a few points of even.
fn even(random: &mut ChaCha8Rng) -> Levels {
    [(); DIMENSIONS].map(|()| 0.04 * normal(random))
}

/// Levels that lean one way together, by .25 to .85 on the whole; in varied ties one in ten dimensions leans the other way.
fn uneven(varied: bool, random: &mut ChaCha8Rng) -> Levels {
    let size: f64 = random.random_range(0.25..0.85);
    let whole = sign(random) * size;
    [(); DIMENSIONS].map(|()| {
        let against = varied && random.random_bool(0.1);
        let centre = if against { -whole } else { whole };
        (centre + 0.15 * normal(random)).clamp(-STEEPEST, STEEPEST)
    })
}

fn swings(kind: Kind, days: i32, random: &mut ChaCha8Rng) -> Vec<f64> {
    match kind {
        Kind::Sine => wave(days, random),
        Kind::Autoregressive => autoregression(days, random),
        Kind::Episode => episode(days, random),
        Kind::Balanced | Kind::Sustained | Kind::Change | Kind::Sparse | Kind::Bursty => Vec::new(),
    }
}

/// Amplitude .25 to .75, a period of two to six weeks.
fn wave(days: i32, random: &mut ChaCha8Rng) -> Vec<f64> {
    let amplitude: f64 = random.random_range(0.25..0.75);
    let period: f64 = random.random_range(14.0..45.0);
    let phase: f64 = random.random_range(0.0..1.0);
    (0..days).map(|day| amplitude * libm::sin(TAU * (f64::from(day) / period + phase))).collect()
}

/// Standard deviation .15 to .35, a time constant of 3 to 10 days, stationary from the first day on.
fn autoregression(days: i32, random: &mut ChaCha8Rng) -> Vec<f64> {
    let sd: f64 = random.random_range(0.15..0.35);
    let time: f64 = random.random_range(3.0..10.0);
    let phi = libm::exp(-1.0 / time);
    let mut state = sd * normal(random);
    let step = |_| {
        let now = state;
        state = phi * state + sd * (1.0 - phi * phi).sqrt() * normal(random);
        now
    };
    (0..days).map(step).collect()
}

/// Five to 18 days, ending within the last five, of .4 to .9 one way.
fn episode(days: i32, random: &mut ChaCha8Rng) -> Vec<f64> {
    let length = random.random_range(5..=18);
    let end = days - random.random_range(0..5);
    let size: f64 = random.random_range(0.4..0.9);
    let size = sign(random) * size;
    (0..days).map(|day| if (end - length..end).contains(&day) { size } else { 0.0 }).collect()
}

fn sign(random: &mut ChaCha8Rng) -> f64 {
    if random.random_bool(0.5) { 1.0 } else { -1.0 }
}

fn normal(random: &mut ChaCha8Rng) -> f64 {
    StandardNormal.sample(random)
}
