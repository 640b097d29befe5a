//! Numbers that look random and repeat: the same seed always gives the same demo.

/// `SplitMix64` (Steele, Lea and Flood 2014). Good enough for examples, of no use for secrets.
#[derive(Clone, Debug)]
pub struct Numbers(u64);

impl Numbers {
    /// The sequence of this seed.
    #[must_use]
    pub const fn of(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A whole number from 0 to `bound - 1`; 0 where `bound` is 0.
    pub fn below(&mut self, bound: u32) -> u32 {
        let scaled = (self.next() >> 32) * u64::from(bound);
        u32::try_from(scaled >> 32).unwrap_or(0)
    }

    /// True with this probability in per cent.
    pub fn chance(&mut self, per_cent: u32) -> bool {
        self.below(100) < per_cent
    }

    /// One of `choices`, each as often as its weight says; the first where the weights sum to 0.
    pub fn pick<T: Copy>(&mut self, first: T, choices: &[(T, u32)]) -> T {
        let mut left = self.below(choices.iter().map(|(_, weight)| weight).sum());
        for &(choice, weight) in choices {
            if left < weight {
                return choice;
            }
            left -= weight;
        }
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_the_published_one() {
        let mut numbers = Numbers::of(0);
        assert_eq!([numbers.next(), numbers.next()], [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4]);
    }

    #[test]
    fn chances_and_choices_come_as_often_as_they_say() {
        let mut numbers = Numbers::of(7);
        let hits = (0..10_000).filter(|_| numbers.chance(30)).count();
        assert!((2_800..3_200).contains(&hits), "{hits}");
        let twos = (0..10_000).filter(|_| numbers.pick(0, &[(1, 1), (2, 3)]) == 2).count();
        assert!((7_300..7_700).contains(&twos), "{twos}");
    }
}
