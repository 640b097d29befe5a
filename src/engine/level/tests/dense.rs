//! The direct form of the model, for tests: one dense normal distribution of all days.

use super::{NEW, OLD};
use crate::engine::effective::{Observation, Series};
use crate::engine::level::{Ebb, Reach};
use crate::engine::types::{ByDimension, Day, Dimension};

/// All balances as one normal distribution: the factor of its covariance by Cholesky.
pub struct Dense {
    all: Vec<(Dimension, Observation)>,
    date: Option<Day>,
    factor: Vec<Vec<f64>>,
}

/// Prior covariance of two levels of the same time.
fn of_levels(new: bool, same: bool) -> f64 {
    let (centre, spread) = if new { NEW } else { OLD };
    centre * centre + if same { spread * spread } else { 0.0 }
}

impl Dense {
    pub fn new(series: &ByDimension<Series>, ebb: &Ebb, date: Option<Day>) -> Self {
        let all: Vec<(Dimension, Observation)> =
            series.iter().flat_map(|(dimension, series)| series.days.iter().map(move |day| (dimension, *day))).collect();
        let n = all.len();
        let mut dense = Self { all, date, factor: vec![vec![0.0; n]; n] };
        for i in 0..n {
            for j in 0..=i {
                let known: f64 = (0..j).map(|k| dense.factor[i][k] * dense.factor[j][k]).sum();
                let rest = dense.covariance(&dense.all[i], &dense.all[j], ebb) - known;
                dense.factor[i][j] = if i == j { rest.sqrt() } else { rest / dense.factor[j][j] };
            }
        }
        dense
    }

    fn is_new(&self, day: Day) -> bool {
        self.date.is_none_or(|date| day >= date)
    }

    fn covariance(&self, a: &(Dimension, Observation), b: &(Dimension, Observation), ebb: &Ebb) -> f64 {
        let (new, same) = (self.is_new(a.1.day), a.0 == b.0);
        let mut sum = if new == self.is_new(b.1.day) { of_levels(new, same) } else { 0.0 };
        let together = match ebb.reach {
            Reach::Shared => true,
            Reach::Own => same,
            Reach::Since(start) => a.1.day >= start && b.1.day >= start,
        };
        if together {
            sum += ebb.variance() * ebb.correlation(a.1.day.since(b.1.day).abs());
        }
        if same && a.1.day == b.1.day { sum + a.1.variance } else { sum }
    }

    /// The values, one for each balance, made independent of each other.
    fn white(&self, values: impl Iterator<Item = f64>) -> Vec<f64> {
        let mut white: Vec<f64> = Vec::new();
        for (i, value) in values.enumerate() {
            let known: f64 = white.iter().zip(&self.factor[i]).map(|(white, factor)| white * factor).sum();
            white.push((value - known) / self.factor[i][i]);
        }
        white
    }

    /// Log density of all balances, less the part of the noise alone.
    pub fn log_evidence(&self) -> f64 {
        let square: f64 = self.white(self.all.iter().map(|(_, day)| day.balance)).iter().map(|white| white * white).sum();
        let determinants = self.all.iter().enumerate().map(|(i, (_, day))| 2.0 * libm::log(self.factor[i][i]) - libm::log(day.variance));
        -0.5 * (square + determinants.sum::<f64>())
    }

    /// Mean and variance of the move of a level at the date.
    pub fn moved(&self, dimension: Dimension) -> (f64, f64) {
        let with = |(other, day): &(Dimension, Observation)| {
            let new = self.is_new(day.day);
            if new { of_levels(new, *other == dimension) } else { -of_levels(new, *other == dimension) }
        };
        let with = self.white(self.all.iter().map(with));
        let data = self.white(self.all.iter().map(|(_, day)| day.balance));
        let mean = with.iter().zip(&data).map(|(a, b)| a * b).sum();
        (mean, of_levels(true, true) + of_levels(false, true) - with.iter().map(|a| a * a).sum::<f64>())
    }
}
