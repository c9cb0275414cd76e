//! Trees side by side, each for a range of keys that is found without a search.
//!
//! Most of a path down one large tree is spent above the leaves. Instances differ by a few dozen vCPU or GiB or tasks
//! in what they have left, so the high bits of a key say at once in which of as many small trees it is. Which bits are
//! taken decides how fast a search is, never what it finds: the order of the buckets is that of the keys.

use super::{
    order::PackedKey,
    tree::{FitTree, first_at_least},
};

/// The number of buckets; keys beyond the last one's are in the last one.
const BUCKETS: usize = 256;

/// The trees.
#[derive(Debug, Clone)]
pub(super) struct Forest<K> {
    /// How many low bits of a key do not decide its bucket.
    shift: u32,
    trees: Vec<FitTree<K>>,
    /// By bucket; zero where it is empty.
    amounts_max: Vec<u32>,
    counts: Vec<u32>,
}

impl<K: PackedKey> Forest<K> {
    /// No entries yet.
    pub(super) fn new(shift: u32) -> Self {
        Self { shift, trees: Vec::new(), amounts_max: Vec::new(), counts: Vec::new() }
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> u32 {
        self.counts.iter().sum()
    }

    /// Adds an entry; its key must be new.
    pub(super) fn insert(&mut self, key: K, amount: u32) {
        let bucket = self.bucket(key);
        if bucket >= self.trees.len() {
            self.trees.resize_with(bucket + 1, FitTree::new);
            self.amounts_max.resize(bucket + 1, 0);
            self.counts.resize(bucket + 1, 0);
        }
        self.trees[bucket].insert(key, amount);
        self.summarise(bucket);
    }

    /// Takes the entry with this key away; it must be there.
    pub(super) fn remove(&mut self, key: K) {
        let bucket = self.bucket(key);
        self.trees[bucket].remove(key);
        self.summarise(bucket);
    }

    /// The first entry at or after `from` with at least `amount`.
    pub(super) fn first_from(&self, from: K, amount: u32) -> Option<(K, u32)> {
        let mut bucket = self.bucket(from);
        loop {
            bucket = first_at_least(&self.amounts_max, bucket, amount)?;
            let found = self.trees[bucket].first_from(from, amount);
            if found.is_some() {
                return found;
            }
            bucket += 1;
        }
    }

    /// How many entries have a lesser key.
    pub(super) fn rank(&self, key: K) -> u32 {
        let bucket = self.bucket(key).min(self.trees.len());
        let before = self.counts[..bucket].iter().sum::<u32>();
        before + self.trees.get(bucket).map_or(0, |tree| tree.rank(key))
    }

    /// The entry with `rank` entries before it, which must be there.
    pub(super) fn select(&self, rank: u32) -> (K, u32) {
        let (mut bucket, mut rank) = (0, rank);
        while rank >= self.counts[bucket] {
            rank -= self.counts[bucket];
            bucket += 1;
        }
        self.trees[bucket].select(rank)
    }

    fn bucket(&self, key: K) -> usize {
        key.high(self.shift).min(BUCKETS - 1)
    }

    fn summarise(&mut self, bucket: usize) {
        self.amounts_max[bucket] = self.trees[bucket].amount_max();
        self.counts[bucket] = self.trees[bucket].len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_forest_answers_as_a_sorted_map_scanned_in_order(
            shift in 0u32..12,
            entries in prop::collection::btree_map(0u64..1_500, 0u32..40, 0..300),
            gone in prop::collection::vec(any::<prop::sample::Index>(), 0..100),
            probes in prop::collection::vec((0u64..1_600, 0u32..42), 20),
        ) {
            let mut forest = Forest::<u64>::new(shift);
            let mut model: BTreeMap<u64, u32> = entries;
            model.iter().for_each(|(&key, &amount)| forest.insert(key, amount));
            for index in gone.into_iter().take(model.len()) {
                let key = *index.get(&model.keys().copied().collect::<Vec<_>>());
                model.remove(&key);
                forest.remove(key);
            }
            for (key, amount) in probes {
                let want = model.range(key..).find(|&(_, &there)| there >= amount).map(|(&k, &a)| (k, a));
                prop_assert_eq!(forest.first_from(key, amount), want);
                prop_assert_eq!(usize::try_from(forest.rank(key)).unwrap(), model.range(..key).count());
            }
            for (rank, (&key, &amount)) in (0..).zip(&model) {
                prop_assert_eq!(forest.select(rank), (key, amount));
            }
            prop_assert_eq!(usize::try_from(forest.len()).unwrap(), model.len());
        }
    }
}
