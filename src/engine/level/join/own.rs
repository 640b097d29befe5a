//! Splits at a date under ebbs that each dimension has by itself.

use super::{Across, Before, Split};
use crate::engine::level::days::Side;
use crate::engine::level::matrix::{SIZE, Vector, ZEROS, add_diagonal, add_outer, dot};
use crate::engine::level::own::{Memory, Separately};
use crate::engine::level::prior::{Prior, Separate};
use crate::engine::level::solve::{Gram, Product};

/// A date under one kind of levels before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OwnSplit {
    old: Separately,
    across: Vector,
    /// What the days say about the current levels one by one.
    new: Separately,
    /// How the old levels reach each of the current ones; as they share a centre, these share `common` of it.
    reach: Vector,
    common: f64,
    /// The determinant of the levels before left out.
    deviance: f64,
    inverse_determinant: Product,
    log_evidence: f64,
}

impl OwnSplit {
    /// Splits `sums`, what the days on both sides say, and integrates the levels before out under their `prior`; `deviance` is
    /// that of all days.
    #[expect(clippy::indexing_slicing, clippy::needless_range_loop, reason = "one index, below their fixed size, runs over several arrays")]
    #[must_use]
    pub fn new(sums: (&Separately, &Separately), deviance: f64, memory: &Memory, prior: &Prior, screening: &Prior) -> Self {
        let (mut old, mut new) = (*sums.0, *sums.1);
        let mut across = ZEROS;
        for at in 0..SIZE {
            let (unit, gap, fading, data) = (memory.unit[at], memory.gaps[at], memory.fading[at], memory.data[at]);
            let after = gap + fading * unit;
            old.information[at] += fading * unit * unit;
            old.pull[at] -= data * unit;
            new.information[at] += unit * (gap + after);
            new.pull[at] += data * unit;
            across[at] = -unit * after;
        }
        let separate = Separate::new(&old.information, &old.pull, prior);
        let deviance = deviance - dot(&old.pull, &separate.mean) - prior.log_determinant;

        let mut reach = across;
        for at in 0..SIZE {
            reach[at] *= separate.variance[at];
            new.information[at] -= across[at] * reach[at];
            new.pull[at] -= across[at] * separate.mean[at];
        }
        let common = separate.shared;
        let mut gram = Gram::diagonal(&new.information.map(|own| own + screening.own), &[new.pull, reach, [1.0; SIZE]]);
        gram.add::<2>(screening.shared);
        gram.add::<1>(common);
        // One logarithm for both determinants: that of the levels before is one over the product.
        let inverse_determinant = separate.inverse_determinant;
        let log_evidence = screening.evidence(deviance, gram.fit(), gram.determinant().over(&inverse_determinant).logarithm());
        Self { old, across, new, reach, common, deviance, inverse_determinant, log_evidence }
    }
}

impl Split for OwnSplit {
    fn log_evidence(&self) -> f64 {
        self.log_evidence
    }

    fn current(&self) -> Side {
        let deviance = self.deviance - self.inverse_determinant.logarithm();
        let mut current = Side { pull: self.new.pull, deviance, ..Side::EMPTY };
        add_outer(&mut current.information, &self.reach, self.common);
        add_diagonal(&mut current.information, &self.new.information);
        current
    }

    fn before(&self) -> Before {
        let mut side = Side { pull: self.old.pull, ..Side::EMPTY };
        add_diagonal(&mut side.information, &self.old.information);
        Before { side, across: Across::Diagonal(self.across) }
    }
}
