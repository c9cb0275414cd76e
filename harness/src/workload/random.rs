//! Keyed randomness: every entity draws from a sequence of its own, so that none moves when another changes.

use rand_pcg::Pcg64;

/// What is drawn for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Concern {
    /// When a burst of the generated workload begins.
    Arrival,
    /// What a burst consists of.
    Burst,
}

/// The sequence of `entity` for `concern` under `seed`.
pub(super) fn sequence(seed: u64, concern: Concern, entity: u64) -> Pcg64 {
    let concern: u64 = match concern {
        Concern::Arrival => 0x776f_726b_6c6f_6164,
        Concern::Burst => 0x6275_7273_7473_2121,
    };
    // The key is mixed before it becomes a state, since sequences of neighbouring states are alike at first.
    let high = mixed(seed ^ mixed(concern ^ mixed(entity)));
    let low = mixed(high ^ entity.rotate_left(32));
    Pcg64::new((u128::from(high) << 64) | u128::from(low), u128::from(concern))
}

/// A permutation of 64 bits in which each bit of the argument moves about half of the result (SplitMix64's finaliser).
fn mixed(word: u64) -> u64 {
    let word = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;
    use std::collections::BTreeSet;

    #[test]
    fn neighbouring_keys_draw_apart() {
        let mut first = BTreeSet::new();
        for seed in 0..16 {
            for entity in 0..256 {
                for concern in [Concern::Arrival, Concern::Burst] {
                    first.insert(sequence(seed, concern, entity).next_u64());
                }
            }
        }
        assert_eq!(first.len(), 16 * 256 * 2);
        let same = |()| sequence(7, Concern::Burst, 3).next_u64();
        assert_eq!(same(()), same(()));
    }
}
