//! Ties with known truth: eight kinds of them in equal numbers, and loggers who over-claim.
//!
//! | part | module |
//! |---|---|
//! | levels and swings of a tie over time | [`course`] |
//! | what of it gets logged | [`log`] |
//!
//! A tie is drawn from its own stream of a counted generator (`ChaCha8`): the same seed and number give the same tie, in whatever
//! order they are drawn.

mod course;
mod log;

use rand::RngExt as _;
use rand::SeedableRng as _;
use rand::rngs::ChaCha8Rng;

pub use course::{Course, changed_to};

use super::tie::{Tie, Truth};
use crate::engine::types::Day;

/// How a tie behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Even throughout.
    Balanced,
    /// Even beneath a wave.
    Sine,
    /// Even beneath swings that fade, an AR(1) process.
    Autoregressive,
    /// Even, with a one-sided fortnight near the end.
    Episode,
    /// Uneven throughout.
    Sustained,
    /// Uneven, after a change from another uneven level.
    Change,
    /// Uneven, with few records.
    Sparse,
    /// Uneven, with many records on some days, which agree with each other.
    Bursty,
}

impl Kind {
    /// All kinds, in the order in which ties are drawn.
    pub const ALL: [Self; 8] =
        [Self::Balanced, Self::Sine, Self::Autoregressive, Self::Episode, Self::Sustained, Self::Change, Self::Sparse, Self::Bursty];

    /// Its word in files and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Balanced => "balanced",
            Self::Sine => "ebb_sin",
            Self::Autoregressive => "ebb_ar",
            Self::Episode => "episode",
            Self::Sustained => "sustained",
            Self::Change => "change",
            Self::Sparse => "sparse",
            Self::Bursty => "bursty",
        }
    }
}

/// Which ties are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mix {
    /// The eight kinds, each as plain as its description.
    Eight,
    /// The eight kinds with exceptions: swings of one dimension alone, dimensions that lean the other way, waves on uneven ties,
    /// few or bursty records of even ties. Nothing was tuned on it.
    Varied,
}

/// What is simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Simulation {
    /// The seed.
    pub seed: u64,
    /// Which ties.
    pub mix: Mix,
    /// Whether the logger over-claims: logits of giving move by N(.2, .25^2), the same for the whole tie.
    pub biased: bool,
}

/// 2025-01-01, the first day of every simulated tie.
const FIRST: Day = Day(20_089);

impl Simulation {
    /// The tie with this number; its kind follows from the number.
    #[must_use]
    pub fn tie(&self, id: u64) -> Tie {
        let at = usize::try_from(id % 8).unwrap_or(0);
        let kind = Kind::ALL.get(at).copied().unwrap_or(Kind::Balanced);
        let mut random = self.random(id);
        let days = random.random_range(75..=180);
        let course = Course::draw(kind, self.mix, days, &mut random);
        self.logged(id, kind, &course, &mut random)
    }

    /// A tie that is even until `change_day` and from then on leans by `balance` in every dimension, for delays of detection.
    #[must_use]
    pub fn turning(&self, id: u64, balance: f64, follow_up: i32) -> Tie {
        // Streams of their own, beyond those of the eight kinds.
        let mut random = self.random(id | 1 << 63);
        let change_day = random.random_range(60..=90);
        let course = changed_to(balance, change_day, change_day + follow_up, &mut random);
        self.logged(id, Kind::Change, &course, &mut random)
    }

    fn random(&self, stream: u64) -> ChaCha8Rng {
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        random.set_stream(stream);
        random
    }

    fn logged(&self, id: u64, kind: Kind, course: &Course, random: &mut ChaCha8Rng) -> Tie {
        let acts = log::draw(course, kind, self.biased, random);
        let truth = Truth { kind: kind.name().to_owned(), balances: course.levels, change_day: course.change_day };
        Tie { id, first: FIRST, days: course.days(), acts, truth: Some(truth) }
    }
}

#[cfg(test)]
mod tests;
