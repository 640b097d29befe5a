//! How good probabilities and intervals are, given the truth; standard errors by the bootstrap over ties.

use rand::RngExt as _;
use rand::SeedableRng as _;
use rand::rngs::ChaCha8Rng;

use super::methods::{Estimate, NEUTRAL};
use super::tie::DIMENSIONS;
use crate::engine::math::count;

/// Resamples behind a standard error.
const RESAMPLES: usize = 200;
/// Probability above which a statement of imbalance is an alarm.
pub const ALARM: f64 = 0.8;

/// An estimate beside the true balance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scored {
    /// What the method said.
    pub estimate: Estimate,
    /// What was so.
    pub truth: f64,
}

impl Scored {
    fn imbalanced(&self) -> bool {
        self.truth.abs() > NEUTRAL
    }

    fn hit(&self) -> f64 {
        f64::from(u8::from(self.imbalanced()))
    }
}

/// The dimensions of one tie: they are resampled together, because they are not independent.
pub type ScoredTie = [Scored; DIMENSIONS];

/// A figure of merit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Mean squared distance of the probability from what was so (Brier 1950), 0 to 1.
    Brier,
    /// Mean negative log probability of what was so, probabilities held within 1e-6 of 0 and 1.
    LogLoss,
    /// Expected calibration error: distance of mean probability and frequency in ten equal bins, weighted by their size.
    CalibrationError,
    /// Share of 90 % intervals that hold the truth.
    Coverage,
    /// Share of even dimensions with a probability above [`ALARM`].
    FalseAlarms,
    /// Share of dimensions more uneven than .40 with a probability above [`ALARM`].
    Power,
    /// Spearman's rank correlation of the estimated with the true balance.
    Spearman,
}

impl Measure {
    /// All measures, in the order of tables.
    pub const ALL: [Self; 7] =
        [Self::Brier, Self::LogLoss, Self::CalibrationError, Self::Coverage, Self::FalseAlarms, Self::Power, Self::Spearman];

    /// A name for tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Brier => "Brier",
            Self::LogLoss => "log loss",
            Self::CalibrationError => "ECE",
            Self::Coverage => "coverage",
            Self::FalseAlarms => "false alarms",
            Self::Power => "power",
            Self::Spearman => "Spearman",
        }
    }

    /// The figure over these dimensions; `None` where nothing in them bears on it.
    #[must_use]
    pub fn of(self, scored: &[Scored]) -> Option<f64> {
        let alarmed = |scored: &&Scored| scored.estimate.probability > ALARM;
        match self {
            Self::Brier => mean(scored.iter().map(|s| (s.estimate.probability - s.hit()) * (s.estimate.probability - s.hit()))),
            Self::LogLoss => mean(scored.iter().map(log_loss)),
            Self::CalibrationError => calibration_error(scored),
            Self::Coverage => {
                let inside = |s: &Scored| s.estimate.interval.map(|(low, high)| (low..=high).contains(&s.truth));
                mean(scored.iter().filter_map(inside).map(|inside| f64::from(u8::from(inside))))
            }
            Self::FalseAlarms => share(scored.iter().filter(|s| !s.imbalanced()), alarmed),
            Self::Power => share(scored.iter().filter(|s| s.truth.abs() > 0.4), alarmed),
            Self::Spearman => spearman(scored),
        }
    }
}

/// A figure with its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// The figure.
    pub value: f64,
    /// Its standard error over ties.
    pub error: f64,
}

/// The figures of some dimensions, in the order of [`Measure::ALL`]; `None` where nothing bears on one.
pub type Figures = Vec<(Measure, Option<Figure>)>;

/// The figures of all measures.
#[must_use]
pub fn figures(ties: &[ScoredTie], seed: u64) -> Figures {
    let statistic = |ties: &mut dyn Iterator<Item = &ScoredTie>| {
        let scored: Vec<Scored> = ties.flatten().copied().collect();
        Measure::ALL.map(|measure| measure.of(&scored)).to_vec()
    };
    Measure::ALL.into_iter().zip(bootstrap(ties, seed, &statistic)).collect()
}

/// A statistic of a sample, with as many components as it likes.
pub type Statistic<T> = dyn Fn(&mut dyn Iterator<Item = &T>) -> Vec<Option<f64>>;

/// Each component of a statistic with its standard error: the standard deviation over resamples of the ties, with replacement
/// (Efron 1979). Components that are undefined in a resample are left out of it.
#[must_use]
pub fn bootstrap<T>(ties: &[T], seed: u64, statistic: &Statistic<T>) -> Vec<Option<Figure>> {
    let whole = statistic(&mut ties.iter());
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let resampled: Vec<Vec<Option<f64>>> = (0..RESAMPLES)
        .map(|_| {
            let drawn: Vec<usize> = ties.iter().map(|_| random.random_range(0..ties.len())).collect();
            statistic(&mut drawn.into_iter().filter_map(|at| ties.get(at)))
        })
        .collect();
    let error = |at: usize| deviation(resampled.iter().filter_map(|values| values.get(at).copied().flatten()).collect());
    whole.into_iter().enumerate().map(|(at, value)| value.map(|value| Figure { value, error: error(at) })).collect()
}

/// One bin of a reliability diagram: mean probability, frequency, and how many dimensions.
#[must_use]
pub fn reliability(scored: &[Scored]) -> Vec<(f64, f64, usize)> {
    let bin = |s: &Scored| (0..9_u8).find(|bin| s.estimate.probability < f64::from(bin + 1) / 10.0).unwrap_or(9);
    (0..10_u8)
        .filter_map(|at| {
            let inside: Vec<&Scored> = scored.iter().filter(|s| bin(s) == at).collect();
            let probability = mean(inside.iter().map(|s| s.estimate.probability))?;
            Some((probability, mean(inside.iter().map(|s| s.hit()))?, inside.len()))
        })
        .collect()
}

/// The mean of what there is.
pub fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, items) = values.fold((0.0, 0_usize), |(sum, items), value| (sum + value, items + 1));
    (items > 0).then(|| sum / count(items))
}

fn deviation(values: Vec<f64>) -> f64 {
    let Some(centre) = mean(values.iter().copied()) else { return 0.0 };
    mean(values.into_iter().map(|value| (value - centre) * (value - centre))).unwrap_or(0.0).sqrt()
}

fn share<'a>(scored: impl Iterator<Item = &'a Scored>, holds: impl Fn(&&Scored) -> bool) -> Option<f64> {
    mean(scored.map(|scored| f64::from(u8::from(holds(&scored)))))
}

fn log_loss(scored: &Scored) -> f64 {
    let probability = scored.estimate.probability.clamp(1e-6, 1.0 - 1e-6);
    -libm::log(if scored.imbalanced() { probability } else { 1.0 - probability })
}

fn calibration_error(scored: &[Scored]) -> Option<f64> {
    let whole = count(scored.len());
    let bins = reliability(scored);
    (!bins.is_empty())
        .then(|| bins.into_iter().map(|(probability, frequency, items)| count(items) / whole * (probability - frequency).abs()).sum())
}

fn spearman(scored: &[Scored]) -> Option<f64> {
    let estimated = ranks(scored.iter().map(|s| s.estimate.balance).collect());
    let truth = ranks(scored.iter().map(|s| s.truth).collect());
    let middle = mean(truth.iter().copied())?;
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - middle) * (b - middle)).sum::<f64>();
    let spread = (product(&estimated, &estimated) * product(&truth, &truth)).sqrt();
    (spread > 0.0).then(|| product(&estimated, &truth) / spread)
}

/// Ranks from 1; equal values share their mean rank.
fn ranks(values: Vec<f64>) -> Vec<f64> {
    let mut order: Vec<(usize, f64)> = values.into_iter().enumerate().collect();
    order.sort_unstable_by(|a, b| a.1.total_cmp(&b.1));
    let mut ranked: Vec<(usize, f64)> = Vec::with_capacity(order.len());
    for equal in order.chunk_by(|a, b| a.1.total_cmp(&b.1).is_eq()) {
        let rank = count(ranked.len()) + count(equal.len() + 1) / 2.0;
        ranked.extend(equal.iter().map(|(at, _)| (*at, rank)));
    }
    ranked.sort_unstable_by_key(|(at, _)| *at);
    ranked.into_iter().map(|(_, rank)| rank).collect()
}
