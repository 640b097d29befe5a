//! Joins what comes before and after a date into the likelihood of the current level.

use super::Ebb;
use super::segment::Segment;
use crate::engine::policy::LevelPolicy;

/// A Gaussian likelihood of the current level `b`: `exp(log_scale + pull b - information b^2 / 2)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Likelihood {
    /// Logarithm of the likelihood at level 0, but for the constant of the normal density.
    pub log_scale: f64,
    /// Coefficient of the level.
    pub pull: f64,
    /// Precision about the level.
    pub information: f64,
}

impl Likelihood {
    /// The likelihood under a level that never shifted.
    #[must_use]
    pub fn steady(whole: &Segment) -> Self {
        Self { log_scale: -0.5 * whole.deviance, pull: whole.pull, information: whole.information }
    }

    /// Logarithm of the marginal likelihood under a level N(0, `variance`).
    #[must_use]
    pub fn log_marginal(&self, variance: f64) -> f64 {
        let precision = self.information + 1.0 / variance;
        self.log_scale + 0.5 * (self.pull * self.pull / precision - libm::log(variance * precision))
    }

    /// Mean and variance of the level under the prior N(0, `variance`).
    #[must_use]
    pub fn posterior(&self, variance: f64) -> (f64, f64) {
        let precision = self.information + 1.0 / variance;
        (self.pull / precision, 1.0 / precision)
    }
}

/// A shift at one date: the current level's likelihood, and the level before it as that depends on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shifted {
    /// The likelihood of the level after the shift.
    pub current: Likelihood,
    /// Mean of the level before, were the current level 0.
    pub old_mean: f64,
    /// Change of that mean for each unit of the current level.
    pub old_lean: f64,
    /// Variance of the level before, given the current level.
    pub old_variance: f64,
}

impl Shifted {
    /// The likelihood of the level after a shift, the level before it and the ebb integrated out.
    ///
    /// The ebb at the date is known from both sides, N(f, F) and N(k, K), and has the stationary prior
    /// N(0, S) once: the integral of N(x; f, F) N(x; k, K) / N(x; 0, S) is a quadratic form in f and k,
    /// which are linear in the two levels.
    #[must_use]
    pub fn new(before: &Segment, after: &Segment, ebb: &Ebb, policy: &LevelPolicy) -> Self {
        let mut old = Quadratic { pull: before.pull, information: before.information };
        let mut new = Quadratic { pull: after.pull, information: after.information };
        let mut deviance = before.deviance + after.deviance;
        let mut cross = 0.0;
        if ebb.sd > 0.0 {
            let stationary = ebb.sd * ebb.sd;
            // F + K - F K / S, the variance of the difference between both sides.
            let apart = before.variance + after.variance - before.variance * after.variance / stationary;
            let own_before = (1.0 - after.variance / stationary) / apart;
            let own_after = (1.0 - before.variance / stationary) / apart;
            let shared = -1.0 / apart;
            deviance += libm::log(apart / stationary)
                + own_before * before.data * before.data
                + own_after * after.data * after.data
                + 2.0 * shared * before.data * after.data;
            old.information += own_before * before.unit * before.unit;
            new.information += own_after * after.unit * after.unit;
            cross += shared * before.unit * after.unit;
            old.pull += before.unit * (own_before * before.data + shared * after.data);
            new.pull += after.unit * (own_after * after.data + shared * before.data);
        }
        // The level before, given the level after: N(carry b, variance).
        let (carry, variance) = (policy.shift_carry, policy.shift_variance);
        let precision = old.information + 1.0 / variance;
        let lean = carry / variance - cross;
        let information = new.information + carry * carry / variance - lean * lean / precision;
        let current = Likelihood {
            log_scale: 0.5 * (old.pull * old.pull / precision - deviance - libm::log(variance * precision)),
            pull: new.pull + old.pull * lean / precision,
            information: information.max(0.0),
        };
        Self {
            current,
            old_mean: old.pull / precision,
            old_lean: lean / precision,
            old_variance: 1.0 / precision,
        }
    }
}

struct Quadratic {
    pull: f64,
    information: f64,
}
