//! An ordered set of instances that finds the first with enough of a second resource.
//!
//! Each entry has a key, by which it is ordered, and an amount. A B-tree whose nodes also know the largest amount
//! below each child answers "the first at or after this key with at least that much" on one path down; the counts of
//! entries below each child answer "the n-th" and "how many before", for random choices. Nodes are as wide as a few
//! cache lines, so 100,000 instances are three levels.
//!
//! It knows nothing of instances; [`order`](super::order) says what the keys mean.

use std::fmt;

/// What entries are ordered by; unique within a tree.
pub(super) trait Key: Copy + Ord + Default + fmt::Debug {}

impl<T: Copy + Ord + Default + fmt::Debug> Key for T {}

/// The index of a node in the list of its kind.
type NodeId = u32;

#[derive(Debug, Clone)]
struct Leaf<K, const WIDTH: usize> {
    len: usize,
    keys: [K; WIDTH],
    amounts: [u32; WIDTH],
}

#[derive(Debug, Clone)]
struct Inner<K, const WIDTH: usize> {
    len: usize,
    /// No key below a child is less than its bound; the first bound says nothing.
    bounds: [K; WIDTH],
    amounts_max: [u32; WIDTH],
    counts: [u32; WIDTH],
    children: [NodeId; WIDTH],
}

/// What a parent knows of a child.
#[derive(Debug, Clone, Copy, Default)]
struct Summary {
    amount_max: u32,
    count: u32,
}

/// A node split off to the right, with its bound.
struct Split<K> {
    bound: K,
    node: NodeId,
    summary: Summary,
}

/// The tree; `WIDTH` is the number of entries of a leaf and of children of an inner node.
#[derive(Debug, Clone)]
pub(super) struct FitTree<K, const WIDTH: usize = 32> {
    leaves: Vec<Leaf<K, WIDTH>>,
    inners: Vec<Inner<K, WIDTH>>,
    leaves_free: Vec<NodeId>,
    inners_free: Vec<NodeId>,
    root: NodeId,
    /// How many inner nodes are above a leaf.
    height: u32,
    summary: Summary,
}

impl<K: Key, const WIDTH: usize> FitTree<K, WIDTH> {
    /// A tree without entries.
    pub(super) fn new() -> Self {
        assert!(WIDTH >= 4, "a node splits into two that are not empty and merge again");
        Self {
            leaves: Vec::new(),
            inners: Vec::new(),
            leaves_free: Vec::new(),
            inners_free: Vec::new(),
            root: 0,
            height: 0,
            summary: Summary::default(),
        }
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> u32 {
        self.summary.count
    }

    /// The largest amount of all; zero where there are no entries.
    pub(super) fn amount_max(&self) -> u32 {
        self.summary.amount_max
    }

    /// Adds an entry; its key must be new.
    pub(super) fn insert(&mut self, key: K, amount: u32) {
        if self.leaves.is_empty() {
            self.leaves.push(Leaf::new());
        }
        self.summary.count += 1;
        self.summary.amount_max = self.summary.amount_max.max(amount);
        let Some(split) = self.insert_below(self.root, self.height, key, amount) else {
            return;
        };
        let left = self.summarise(self.root, self.height);
        let mut root = Inner::new();
        root.push(K::default(), self.root, left);
        root.push(split.bound, split.node, split.summary);
        self.root = place_node(&mut self.inners, &mut self.inners_free, root);
        self.height += 1;
    }

    /// Takes the entry with this key away; it must be there.
    pub(super) fn remove(&mut self, key: K) {
        self.summary = self.remove_below(self.root, self.height, key, self.summary);
        while self.height > 0 && self.inners[at(self.root)].len == 1 {
            self.inners_free.push(self.root);
            self.root = self.inners[at(self.root)].children[0];
            self.height -= 1;
        }
    }

    /// The first entry at or after `from` with at least `amount`.
    pub(super) fn first_from(&self, from: K, amount: u32) -> Option<(K, u32)> {
        if self.summary.count == 0 || self.summary.amount_max < amount {
            return None;
        }
        self.first_below(self.root, self.height, from, amount)
    }

    /// How many entries have a lesser key.
    pub(super) fn rank(&self, key: K) -> u32 {
        if self.summary.count == 0 {
            return 0;
        }
        let (mut node, mut before) = (self.root, 0);
        for _ in 0..self.height {
            let inner = &self.inners[at(node)];
            let child = inner.child_of(key);
            before += inner.counts[..child].iter().sum::<u32>();
            node = inner.children[child];
        }
        before + narrow(self.leaves[at(node)].position(key))
    }

    /// The entry with `rank` entries before it, which must be there.
    pub(super) fn select(&self, rank: u32) -> (K, u32) {
        let (mut node, mut rank) = (self.root, rank);
        for _ in 0..self.height {
            let inner = &self.inners[at(node)];
            let mut child = 0;
            while rank >= inner.counts[child] {
                rank -= inner.counts[child];
                child += 1;
            }
            node = inner.children[child];
        }
        let leaf = &self.leaves[at(node)];
        assert!(at(rank) < leaf.len, "no entry has so many before it");
        (leaf.keys[at(rank)], leaf.amounts[at(rank)])
    }

    fn first_below(&self, node: NodeId, height: u32, from: K, amount: u32) -> Option<(K, u32)> {
        if height == 0 {
            let leaf = &self.leaves[at(node)];
            return leaf.first(leaf.position(from), amount);
        }
        let inner = &self.inners[at(node)];
        let child = inner.child_of(from);
        if inner.amounts_max[child] >= amount {
            let found = self.first_below(inner.children[child], height - 1, from, amount);
            if found.is_some() {
                return found;
            }
        }
        let next = first_at_least(&inner.amounts_max[..inner.len], child + 1, amount)?;
        self.first_of_all(inner.children[next], height - 1, amount)
    }

    fn first_of_all(&self, mut node: NodeId, height: u32, amount: u32) -> Option<(K, u32)> {
        for _ in 0..height {
            let inner = &self.inners[at(node)];
            node = inner.children[first_at_least(&inner.amounts_max[..inner.len], 0, amount)?];
        }
        self.leaves[at(node)].first(0, amount)
    }

    fn insert_below(&mut self, node: NodeId, height: u32, key: K, amount: u32) -> Option<Split<K>> {
        if height == 0 {
            return self.insert_in_leaf(node, key, amount);
        }
        let inner = &mut self.inners[at(node)];
        let child = inner.child_of(key);
        inner.counts[child] += 1;
        inner.amounts_max[child] = inner.amounts_max[child].max(amount);
        let below = inner.children[child];
        let split = self.insert_below(below, height - 1, key, amount)?;
        let left = self.summarise(below, height - 1);
        let inner = &mut self.inners[at(node)];
        inner.set(child, left);
        if inner.len < WIDTH {
            inner.insert(child + 1, split.bound, split.node, split.summary);
            return None;
        }
        let mut right = inner.split_off();
        if child < inner.len {
            inner.insert(child + 1, split.bound, split.node, split.summary);
        } else {
            right.insert(child + 1 - inner.len, split.bound, split.node, split.summary);
        }
        let (bound, summary) = (right.bounds[0], right.summary());
        let node = place_node(&mut self.inners, &mut self.inners_free, right);
        Some(Split { bound, node, summary })
    }

    fn insert_in_leaf(&mut self, node: NodeId, key: K, amount: u32) -> Option<Split<K>> {
        let leaf = &mut self.leaves[at(node)];
        let position = leaf.position(key);
        assert!(position == leaf.len || leaf.keys[position] != key, "a key is in a tree once");
        if leaf.len < WIDTH {
            leaf.insert(position, key, amount);
            return None;
        }
        let mut right = leaf.split_off();
        if position <= leaf.len {
            leaf.insert(position, key, amount);
        } else {
            right.insert(position - leaf.len, key, amount);
        }
        let (bound, summary) = (right.keys[0], right.summary());
        let node = place_node(&mut self.leaves, &mut self.leaves_free, right);
        Some(Split { bound, node, summary })
    }

    /// Takes the entry away below `node`, of which `was` was known, and says what is to be known from then on.
    fn remove_below(&mut self, node: NodeId, height: u32, key: K, was: Summary) -> Summary {
        if height == 0 {
            let leaf = &mut self.leaves[at(node)];
            let amount = leaf.remove(key);
            let amount_max = if amount == was.amount_max { leaf.amount_max() } else { was.amount_max };
            return Summary { amount_max, count: was.count - 1 };
        }
        let inner = &self.inners[at(node)];
        let child = inner.child_of(key);
        let below = inner.children[child];
        let child_was = Summary { amount_max: inner.amounts_max[child], count: inner.counts[child] };
        let child_is = self.remove_below(below, height - 1, key, child_was);
        let inner = &mut self.inners[at(node)];
        inner.set(child, child_is);
        if child_is.count == 0 {
            self.free(below, height - 1);
            self.inners[at(node)].remove(child);
        } else {
            self.merge_if_sparse(node, height, child);
        }
        let amount_max = if child_was.amount_max == was.amount_max && child_is.amount_max < was.amount_max {
            self.inners[at(node)].amount_max()
        } else {
            was.amount_max
        };
        Summary { amount_max, count: was.count - 1 }
    }

    /// Joins a child of `node` that has become a quarter full with a neighbour, where both fit into three quarters.
    fn merge_if_sparse(&mut self, node: NodeId, height: u32, child: usize) {
        let inner = &self.inners[at(node)];
        if self.width_of(inner.children[child], height - 1) >= WIDTH / 4 {
            return;
        }
        let left = if child + 1 < inner.len { child } else { child.saturating_sub(1) };
        if left + 1 >= inner.len {
            return;
        }
        let (a, b, bound) = (inner.children[left], inner.children[left + 1], inner.bounds[left + 1]);
        if self.width_of(a, height - 1) + self.width_of(b, height - 1) > WIDTH * 3 / 4 {
            return;
        }
        if height == 1 {
            let right = self.leaves[at(b)].clone();
            self.leaves[at(a)].append(&right);
        } else {
            let mut right = self.inners[at(b)].clone();
            right.bounds[0] = bound;
            self.inners[at(a)].append(&right);
        }
        self.free(b, height - 1);
        let inner = &mut self.inners[at(node)];
        let joined = Summary {
            amount_max: inner.amounts_max[left].max(inner.amounts_max[left + 1]),
            count: inner.counts[left] + inner.counts[left + 1],
        };
        inner.set(left, joined);
        inner.remove(left + 1);
    }

    fn width_of(&self, node: NodeId, height: u32) -> usize {
        if height == 0 { self.leaves[at(node)].len } else { self.inners[at(node)].len }
    }

    fn summarise(&self, node: NodeId, height: u32) -> Summary {
        if height == 0 { self.leaves[at(node)].summary() } else { self.inners[at(node)].summary() }
    }

    fn free(&mut self, node: NodeId, height: u32) {
        if height == 0 {
            self.leaves_free.push(node);
        } else {
            self.inners_free.push(node);
        }
    }
}

impl<K: Key, const WIDTH: usize> Leaf<K, WIDTH> {
    fn new() -> Self {
        Self { len: 0, keys: [K::default(); WIDTH], amounts: [0; WIDTH] }
    }

    fn position(&self, key: K) -> usize {
        self.keys[..self.len].partition_point(|&there| there < key)
    }

    fn first(&self, from: usize, amount: u32) -> Option<(K, u32)> {
        let position = first_at_least(&self.amounts[..self.len], from, amount)?;
        Some((self.keys[position], self.amounts[position]))
    }

    fn insert(&mut self, position: usize, key: K, amount: u32) {
        self.keys.copy_within(position..self.len, position + 1);
        self.amounts.copy_within(position..self.len, position + 1);
        self.keys[position] = key;
        self.amounts[position] = amount;
        self.len += 1;
    }

    fn remove(&mut self, key: K) -> u32 {
        let position = self.position(key);
        assert!(position < self.len && self.keys[position] == key, "an entry taken away is there");
        let amount = self.amounts[position];
        self.keys.copy_within(position + 1..self.len, position);
        self.amounts.copy_within(position + 1..self.len, position);
        self.len -= 1;
        amount
    }

    fn split_off(&mut self) -> Self {
        let mut right = Self::new();
        let middle = self.len / 2;
        right.len = self.len - middle;
        right.keys[..right.len].copy_from_slice(&self.keys[middle..self.len]);
        right.amounts[..right.len].copy_from_slice(&self.amounts[middle..self.len]);
        self.len = middle;
        right
    }

    fn append(&mut self, right: &Self) {
        let end = self.len + right.len;
        self.keys[self.len..end].copy_from_slice(&right.keys[..right.len]);
        self.amounts[self.len..end].copy_from_slice(&right.amounts[..right.len]);
        self.len = end;
    }

    fn amount_max(&self) -> u32 {
        self.amounts[..self.len].iter().copied().fold(0, u32::max)
    }

    fn summary(&self) -> Summary {
        Summary { amount_max: self.amount_max(), count: narrow(self.len) }
    }
}

impl<K: Key, const WIDTH: usize> Inner<K, WIDTH> {
    fn new() -> Self {
        Self {
            len: 0,
            bounds: [K::default(); WIDTH],
            amounts_max: [0; WIDTH],
            counts: [0; WIDTH],
            children: [0; WIDTH],
        }
    }

    /// The child below which `key` is, if anywhere.
    fn child_of(&self, key: K) -> usize {
        self.bounds[1..self.len].partition_point(|&bound| bound <= key)
    }

    fn set(&mut self, child: usize, summary: Summary) {
        self.amounts_max[child] = summary.amount_max;
        self.counts[child] = summary.count;
    }

    fn push(&mut self, bound: K, node: NodeId, summary: Summary) {
        self.insert(self.len, bound, node, summary);
    }

    fn insert(&mut self, child: usize, bound: K, node: NodeId, summary: Summary) {
        self.bounds.copy_within(child..self.len, child + 1);
        self.amounts_max.copy_within(child..self.len, child + 1);
        self.counts.copy_within(child..self.len, child + 1);
        self.children.copy_within(child..self.len, child + 1);
        self.bounds[child] = bound;
        self.children[child] = node;
        self.len += 1;
        self.set(child, summary);
    }

    fn remove(&mut self, child: usize) {
        self.bounds.copy_within(child + 1..self.len, child);
        self.amounts_max.copy_within(child + 1..self.len, child);
        self.counts.copy_within(child + 1..self.len, child);
        self.children.copy_within(child + 1..self.len, child);
        self.len -= 1;
    }

    fn split_off(&mut self) -> Self {
        let mut right = Self::new();
        let middle = self.len / 2;
        right.len = self.len - middle;
        right.bounds[..right.len].copy_from_slice(&self.bounds[middle..self.len]);
        right.amounts_max[..right.len].copy_from_slice(&self.amounts_max[middle..self.len]);
        right.counts[..right.len].copy_from_slice(&self.counts[middle..self.len]);
        right.children[..right.len].copy_from_slice(&self.children[middle..self.len]);
        self.len = middle;
        right
    }

    fn append(&mut self, right: &Self) {
        for child in 0..right.len {
            let summary = Summary { amount_max: right.amounts_max[child], count: right.counts[child] };
            self.push(right.bounds[child], right.children[child], summary);
        }
    }

    fn amount_max(&self) -> u32 {
        self.amounts_max[..self.len].iter().copied().fold(0, u32::max)
    }

    fn summary(&self) -> Summary {
        Summary { amount_max: self.amount_max(), count: self.counts[..self.len].iter().sum() }
    }
}

/// The first position at or after `from` that holds at least `amount`.
pub(super) fn first_at_least(amounts: &[u32], from: usize, amount: u32) -> Option<usize> {
    Some(from + amounts.get(from..)?.iter().position(|&there| there >= amount)?)
}

/// Puts a node where one was freed, or at the end.
fn place_node<N>(nodes: &mut Vec<N>, free: &mut Vec<NodeId>, node: N) -> NodeId {
    if let Some(id) = free.pop() {
        nodes[at(id)] = node;
        return id;
    }
    nodes.push(node);
    narrow(nodes.len() - 1)
}

fn at(id: u32) -> usize {
    usize::try_from(id).expect("a usize has at least 32 bits on every supported target")
}

fn narrow(count: usize) -> u32 {
    u32::try_from(count).expect("a tree has fewer than 2^32 entries")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[derive(Debug, Clone)]
    enum Step {
        Insert(u16, u32),
        RemoveNth(u16),
        RemoveRun(u16),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            5 => (0u16..600, 0u32..40).prop_map(|(key, amount)| Step::Insert(key, amount)),
            4 => any::<u16>().prop_map(Step::RemoveNth),
            1 => any::<u16>().prop_map(Step::RemoveRun),
        ]
    }

    fn remove_nth(tree: &mut FitTree<u64, 4>, model: &mut BTreeMap<u64, u32>, n: u16) {
        if !model.is_empty() {
            let key = *model.keys().nth(usize::from(n) % model.len()).unwrap();
            model.remove(&key);
            tree.remove(key);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn a_tree_answers_as_a_sorted_map_scanned_in_order(
            steps in prop::collection::vec(step(), 1..400),
            probes in prop::collection::vec((0u64..620, 0u32..42), 20),
        ) {
            let mut tree = FitTree::<u64, 4>::new();
            let mut model = BTreeMap::new();
            for step in steps {
                match step {
                    Step::Insert(key, amount) => {
                        if model.insert(u64::from(key), amount).is_some() {
                            tree.remove(u64::from(key));
                        }
                        tree.insert(u64::from(key), amount);
                    }
                    Step::RemoveNth(n) => remove_nth(&mut tree, &mut model, n),
                    Step::RemoveRun(n) => (0..12).for_each(|_| remove_nth(&mut tree, &mut model, n)),
                }
                prop_assert_eq!(at(tree.len()), model.len());
            }
            for (key, amount) in probes {
                let want = model.range(key..).find(|&(_, &there)| there >= amount).map(|(&k, &a)| (k, a));
                prop_assert_eq!(tree.first_from(key, amount), want);
                prop_assert_eq!(at(tree.rank(key)), model.range(..key).count());
            }
            for (rank, (&key, &amount)) in model.iter().enumerate() {
                prop_assert_eq!(tree.select(narrow(rank)), (key, amount));
            }
        }
    }

    #[test]
    fn a_tree_that_was_emptied_is_as_good_as_new() {
        let mut tree = FitTree::<u64>::new();
        for round in 0..3 {
            (0..5_000).for_each(|key| tree.insert(key * 7 % 5_000, round));
            assert_eq!((tree.len(), tree.first_from(4_999, round)), (5_000, Some((4_999, round))));
            (0..5_000).for_each(|key| tree.remove(key));
            assert_eq!((tree.len(), tree.first_from(0, 0)), (0, None));
        }
        assert!(tree.leaves.len() < 400, "freed nodes serve again: {}", tree.leaves.len());
    }
}
