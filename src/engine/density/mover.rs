//! Moving and widening a distribution on the logit scale.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::normal::whole;
use super::{CELLS, Distribution, WIDTH, logits, middles};

/// Beyond this many standard deviations nothing arrives.
const REACH: f64 = 5.0;

/// All cells with less than this together are less than any figure can tell.
const NOTHING: f64 = 1e-20;

/// Adds `shift + N(0, sd^2)` to the logit of a distribution. Made once, used for every dimension.
#[derive(Clone, Debug, PartialEq)]
pub struct Mover {
    /// By cell, what leaves it.
    reached: Vec<Reached>,
}

/// What arrives from one cell.
#[derive(Clone, Debug, PartialEq)]
struct Reached {
    /// The first cell that it reaches.
    first: usize,
    /// What arrives there and further on.
    arriving: Vec<f64>,
    /// What arrives in the cells before each of these, and at the end in all.
    before: Vec<f64>,
}

impl Reached {
    /// What arrives below a place, in cells from the lowest end.
    fn below(&self, place: f64) -> f64 {
        let (cell, part) = cell_and_part(place);
        let Some(at) = cell.checked_sub(self.first) else { return 0.0 };
        let whole = self.before.get(at).or(self.before.last()).copied().unwrap_or(0.0);
        whole + part * self.arriving.get(at).copied().unwrap_or(0.0)
    }
}

/// Movers up and down with the constants first asked for: those of the method in use.
static PREPARED: [OnceLock<(f64, f64, Mover)>; 2] = [const { OnceLock::new() }; 2];

impl Mover {
    /// Works out what arrives where.
    #[must_use]
    pub fn new(shift: f64, sd: f64) -> Self {
        let reached = |from: f64| {
            let distance = move |to: f64| (to - from - shift) / sd;
            let first = logits().iter().take_while(|to| distance(**to) <= -REACH).count();
            let cells = logits().iter().zip(middles()).skip(first).take_while(|(to, _)| distance(**to) < REACH);
            let arriving = cells.map(|(to, middle)| {
                let z = distance(*to);
                // A cell near the ends spans more logits: its probability arrives thinner by its width in logits.
                libm::exp(-0.5 * z * z) / (1.0 - middle * middle)
            });
            let arriving: Vec<f64> = arriving.collect();
            let sums = arriving.iter().scan(0.0, |sum, arriving| {
                *sum += arriving;
                Some(*sum)
            });
            let before = std::iter::once(0.0).chain(sums).collect();
            Reached { first, arriving, before }
        };
        Self { reached: logits().iter().map(|from| reached(*from)).collect() }
    }

    /// The same, worked out once for the constants in use and again only for others.
    #[must_use]
    pub fn prepared(shift: f64, sd: f64) -> Cow<'static, Self> {
        let [up, down] = &PREPARED;
        let slot = if shift < 0.0 { down } else { up };
        let (known_shift, known_sd, mover) = slot.get_or_init(|| (shift, sd, Self::new(shift, sd)));
        let known = known_shift.total_cmp(&shift).is_eq() && known_sd.total_cmp(&sd).is_eq();
        if known { Cow::Borrowed(mover) } else { Cow::Owned(Self::new(shift, sd)) }
    }

    /// The distribution after the move.
    #[must_use]
    pub fn apply(&self, distribution: &Distribution) -> Distribution {
        let mut weights = [0.0; CELLS];
        for (cell, reached) in self.leaving(distribution) {
            let there = weights.get_mut(reached.first..).unwrap_or_default();
            for (weight, arriving) in there.iter_mut().zip(&reached.arriving) {
                *weight += cell * arriving;
            }
        }
        Distribution::normalised(weights)
    }

    /// The probabilities below some balances after the move, without the distribution itself.
    #[must_use]
    pub fn below<const N: usize>(&self, distribution: &Distribution, balances: [f64; N]) -> [f64; N] {
        let places = balances.map(|balance| (balance + 1.0) / WIDTH);
        let (mut below, mut total) = ([0.0; N], 0.0);
        for (cell, reached) in self.leaving(distribution) {
            total += cell * reached.before.last().copied().unwrap_or(0.0);
            for (below, place) in below.iter_mut().zip(places) {
                *below += cell * reached.below(place);
            }
        }
        below.map(|below| (below / total).clamp(0.0, 1.0))
    }

    /// The cells that matter.
    fn leaving<'a>(&'a self, distribution: &'a Distribution) -> impl Iterator<Item = (&'a f64, &'a Reached)> {
        distribution.cells().iter().zip(&self.reached).filter(|(cell, _)| **cell > NOTHING)
    }
}

/// The cell that a place, in cells from the lowest end, is in, and the part of that cell below the place.
fn cell_and_part(place: f64) -> (usize, f64) {
    let place = place.max(0.0);
    let cell = libm::floor(place);
    (whole(cell), place - cell)
}
