//! Many normals gathered into few that together say the same.
//!
//! Where a log says little, hundreds of explanations remain, and most of them say nearly the same about one level. Those of
//! about the same mean and spread are replaced by one normal with their common mean and variance.

use super::normal::whole;

/// A normal: weight, mean, variance.
pub type Part = (f64, f64, f64);

/// So few are left as they are.
const FEW: usize = 24;
/// How many groups are open at a time.
const OPEN: usize = 256;
/// Means of one group differ by at most this share of their standard deviation: gathered, the group's own distribution
/// function is off by less than a thousandth (measured in the tests).
const APART: f64 = 0.25;
/// Variances of one group share their exponent and as many leading bits of the mantissa: they differ by a quarter at most.
const VARIANCE_BITS: u32 = 50;
/// The least variance that is told apart.
const NARROWEST: f64 = 1e-12;

#[derive(Clone, Copy)]
struct Group {
    key: (u64, usize),
    weight: f64,
    mean: f64,
    square: f64,
}

const NONE: Group = Group { key: (0, 0), weight: 0.0, mean: 0.0, square: 0.0 };

impl Group {
    fn add(&mut self, (weight, mean, variance): Part) {
        self.weight += weight;
        self.mean += weight * mean;
        self.square += weight * (variance + mean * mean);
    }

    fn part(&self) -> Part {
        let mean = self.mean / self.weight;
        (self.weight, mean, (self.square / self.weight - mean * mean).max(NARROWEST))
    }
}

/// Gathers normals that are nearly alike, in an order that depends on theirs alone.
#[must_use]
pub fn gathered(parts: impl Iterator<Item = Part>) -> Vec<Part> {
    let parts: Vec<Part> = parts.filter(|part| part.0 > 0.0).collect();
    if parts.len() <= FEW {
        return parts;
    }
    let mut open = [NONE; OPEN];
    let mut done = Vec::with_capacity(OPEN);
    for part in parts {
        let key = key(&part);
        let Some(group) = open.get_mut((key.1 + 37 * whole_of(key.0)) % OPEN) else { continue };
        if group.key != key {
            if group.weight > 0.0 {
                done.push(group.part());
            }
            *group = Group { key, ..NONE };
        }
        group.add(part);
    }
    done.extend(open.iter().filter(|group| group.weight > 0.0).map(Group::part));
    done
}

/// What normals of one group have in common.
fn key(&(_, mean, variance): &Part) -> (u64, usize) {
    let spread = variance.max(NARROWEST).to_bits() >> VARIANCE_BITS;
    let width = APART * f64::from_bits(spread << VARIANCE_BITS).sqrt();
    // Means lie within a few units of 0: far from where this would be negative.
    (spread, whole(mean / width + 1e7))
}

fn whole_of(bits: u64) -> usize {
    usize::try_from(bits).unwrap_or(usize::MAX) & 0xFFFF
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::math::normal_cdf;

    fn below(parts: &[Part], at: f64) -> f64 {
        parts.iter().map(|(weight, mean, variance)| weight * normal_cdf((at - mean) / variance.sqrt())).sum()
    }

    #[test]
    fn many_normals_become_few_that_say_the_same() {
        let parts: Vec<Part> = (0..2_000_u32)
            .map(|n| {
                let (a, b) = (f64::from(n.wrapping_mul(2_654_435_761) % 1_000) / 1_000.0, f64::from(n * 37 % 101) / 101.0);
                (1.0 / 2_000.0, 0.8 * a - 0.2, 0.01 + 0.05 * b * a)
            })
            .collect();
        let few = gathered(parts.iter().copied());
        assert!(few.len() < 300, "{}", few.len());
        for at in (-20..=40).map(|n| f64::from(n) / 25.0) {
            let (all, few) = (below(&parts, at), below(&few, at));
            assert!((all - few).abs() < 1e-4, "at {at}: {all} {few}");
        }
    }

    #[test]
    fn one_group_is_off_by_less_than_a_thousandth() {
        let parts: Vec<Part> =
            (0..=100_u32).map(|n| (1.0 / 101.0, f64::from(n) / 100.0 * APART * 0.9, 1.0 + 0.249 * f64::from(n % 2))).collect();
        let few = gathered(parts.iter().copied());
        assert!(few.len() <= 2, "{}", few.len());
        for at in (-40..=40).map(|n| f64::from(n) / 10.0) {
            assert!((below(&parts, at) - below(&few, at)).abs() < 1e-3);
        }
    }

    #[test]
    fn few_normals_stay_as_they_are() {
        let parts = [(0.5, 0.1, 0.01), (0.5, 0.1001, 0.01)];
        assert_eq!(gathered(parts.into_iter()), parts);
    }
}
