//! Normals laid out on the cells.

use super::{CELLS, WIDTH};

/// Cells worked on side by side.
const LANES: usize = 8;
/// Further than this many standard deviations from its highest cell a normal is left out: there it is under
/// 1e-297 of that cell. Less would not do, as answers that disagree flatten a distribution before they move it.
const REACH: f64 = 37.0;
/// Variances below this look the same on the cells: the standard deviation is a third of their width.
const NARROWEST: f64 = 1e-5;

type Block = [f64; LANES];

/// Adds a normal, walking outwards from the cell nearest to its mean.
///
/// Cells at one distance from each other differ by a factor that itself changes by a constant factor, so three
/// exponentials serve all cells, eight of them at a time.
pub fn add(cells: &mut [f64; CELLS], weight: f64, mean: f64, variance: f64) {
    let variance = variance.max(NARROWEST);
    let (precision, sd) = (1.0 / variance, variance.sqrt());
    let centre = libm::round((mean.clamp(-0.995, 0.995) + 0.995) / WIDTH);
    let at = whole(centre).min(CELLS - 1);
    let off = -0.995 + centre * WIDTH - mean;
    let peak = weight / sd * libm::exp(-0.5 * off * off * precision);
    // The density a cell further up against that of the cell nearest to the mean.
    let upwards = libm::exp(-WIDTH * (off + 0.5 * WIDTH) * precision);
    let shrink = libm::exp(-WIDTH * WIDTH * precision);
    let (first, middle) = (at / LANES, at % LANES);
    let values = around(middle, peak, upwards, shrink);
    let walk = Walk::new(values, eight_up(middle, upwards, shrink), shrink);

    let (blocks, _) = cells.as_chunks_mut::<LANES>();
    let (lower, upper) = blocks.split_at_mut(first.min(blocks.len()));
    let reach = whole(REACH / WIDTH * sd / 8.0) + 2;
    let (up, down) = (reach.min(upper.len()), lower.len().saturating_sub(reach));
    walk.add_to(upper.get_mut(..up).unwrap_or_default().iter_mut());
    walk.downwards().add_to(lower.get_mut(down..).unwrap_or_default().iter_mut().rev());
}

/// The block of cells around the one in the `middle`, from its density, the ratio of the next cell to it, and
/// the factor by which that ratio changes from cell to cell.
fn around(middle: usize, peak: f64, upwards: f64, shrink: f64) -> Block {
    let mut values = [0.0; LANES];
    let (below, above) = values.split_at_mut(middle);
    let run = |cells: &mut dyn Iterator<Item = &mut f64>, mut value: f64, mut factor: f64| {
        for cell in cells {
            *cell = value;
            value *= factor;
            factor *= shrink;
        }
    };
    run(&mut above.iter_mut(), peak, upwards);
    // The ratios to both neighbours of a cell multiply to `shrink`.
    let downwards = shrink / upwards;
    run(&mut below.iter_mut().rev(), peak * downwards, downwards * shrink);
    values
}

/// The density eight cells above the first one of a block against that one, from the ratio of the next cell to the one in the
/// `middle`: the product of eight ratios, each `shrink` times the one before.
fn eight_up(middle: usize, upwards: f64, shrink: f64) -> f64 {
    let growth = 1.0 / shrink;
    let first = (0..middle).fold(upwards, |ratio, _| ratio * growth);
    let fourth = (shrink * shrink) * (shrink * shrink);
    let second = first * first * shrink;
    let four = second * second * fourth;
    four * four * (fourth * fourth) * (fourth * fourth)
}

/// A walk over blocks: the density, and its ratio to that of the block before.
#[derive(Clone, Copy)]
struct Walk {
    values: Block,
    factors: Block,
    /// What the factors change by from block to block.
    shrink: f64,
}

impl Walk {
    /// Upwards from the block of these values; `factor` is that of its first cell, `shrink` that of single cells.
    fn new(values: Block, factor: f64, shrink: f64) -> Self {
        let fourth = (shrink * shrink) * (shrink * shrink);
        let eighth = fourth * fourth;
        let mut next = factor;
        let factors = values.map(|_| {
            let factor = next;
            next *= eighth;
            factor
        });
        let whole = (eighth * eighth) * (eighth * eighth);
        Self { values, factors, shrink: whole * whole }
    }

    /// Downwards, from the block below on.
    fn downwards(mut self) -> Self {
        for (value, factor) in self.values.iter_mut().zip(&mut self.factors) {
            *factor = self.shrink / *factor;
            *value *= *factor;
            *factor *= self.shrink;
        }
        self
    }

    fn add_to<'a>(mut self, blocks: impl Iterator<Item = &'a mut Block>) {
        for block in blocks {
            for ((cell, value), factor) in block.iter_mut().zip(&mut self.values).zip(&mut self.factors) {
                *cell += *value;
                *value *= *factor;
                *factor *= self.shrink;
            }
        }
    }
}

/// The whole number of cells in a number of cells that is not negative.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast holds the value between 0 and the largest number")]
pub const fn whole(cells: f64) -> usize {
    cells as usize
}
