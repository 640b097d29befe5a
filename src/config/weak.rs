//! What production does not take for a secret: keys that were made up and codes that are soon guessed.

use std::collections::BTreeSet;

/// Of 32 random bytes about 30 differ; fewer than this many are less likely than one in 10^10.
const DISTINCT_BYTES: usize = 20;
/// At 10 sign-ins a minute, sixteen characters are out of reach even where only digits are used.
const SHORTEST_CODE: usize = 16;
const DISTINCT_CHARACTERS: usize = 8;

/// Whether a key was made up: few bytes that differ (all equal, a repeated pattern), a series such as 0, 1, 2, or plain text.
pub fn is_weak_key(key: &[u8; 32]) -> bool {
    let distinct: BTreeSet<u8> = key.iter().copied().collect();
    let step = |pair: &[u8]| pair.last().zip(pair.first()).map_or(0, |(to, from)| to.wrapping_sub(*from));
    let steps: BTreeSet<u8> = key.windows(2).map(step).collect();
    let text = key.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ');
    distinct.len() < DISTINCT_BYTES || steps.len() == 1 || text
}

/// Whether a code is short or says the same again and again.
pub fn is_weak_code(code: &str) -> bool {
    let distinct: BTreeSet<char> = code.chars().collect();
    code.chars().count() < SHORTEST_CODE || distinct.len() < DISTINCT_CHARACTERS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_were_made_up_are_weak() {
        let pattern: [u8; 32] = std::array::from_fn(|at| b"\x01\xfe\x42\x99"[at % 4]);
        let series: [u8; 32] = std::array::from_fn(|at| u8::try_from(at).unwrap());
        let halves: [u8; 32] = std::array::from_fn(|at| u8::try_from(at % 16).unwrap() * 11);
        for weak in [[0; 32], [7; 32], pattern, series, halves, *b"correct horse battery staple 123"] {
            assert!(is_weak_key(&weak), "{weak:?}");
        }
    }

    #[test]
    fn random_keys_are_not() {
        // SplitMix64: as good as random here, and the same each time.
        let mut state = 20_260_302_u64;
        let mut next = || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (mixed ^ (mixed >> 31)).to_be_bytes()[0]
        };
        for _ in 0..1_000 {
            assert!(!is_weak_key(&std::array::from_fn(|_| next())));
        }
    }

    #[test]
    fn codes_that_are_short_or_monotonous_are_weak() {
        for weak in ["", "come in", "123456789012345", "aaaaaaaaaaaaaaaaaaaaaaaa", "abababababababababab"] {
            assert!(is_weak_code(weak), "{weak}");
        }
        assert!(!is_weak_code("3f9c1b7a5d20e864"));
    }
}
