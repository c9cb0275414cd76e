//! The instances that a rule may use, in the order in which it prefers them.
//!
//! Where the rule spreads over attributes, there is one forest for each combination of their values (a cell): the tasks
//! of a value are counted for the value, not for the instance, so they order cells and not instances. The best of each
//! cell is found in its tree, and the best of these is the best of all.

use super::{
    RANDOM_DRAWS_MAX, TieBreak,
    forest::Forest,
    order::{Amounts, Order, PackedKey},
};
use crate::fleet::ValueId;
use footman_core::units::Size;
use indexmap::IndexMap;
use rand_pcg::{Pcg64, rand_core::Rng};
use rustc_hash::FxBuildHasher;
use smallvec::SmallVec;

/// An instance's values of the attributes that a rule spreads over.
pub(crate) type Values = SmallVec<[ValueId; 2]>;

/// What decides, in the order of the strategies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Criterion {
    /// Tasks of the group per value of the attribute in this place of the partition.
    Value(usize),
    /// The component in this place of the order.
    Component(usize),
}

/// What is looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Search<'a> {
    pub(super) need: Size,
    /// How many slots there are, vacant ones included.
    pub(super) slots: u32,
    pub(super) order: &'a Order,
    pub(super) criteria: &'a [Criterion],
}

#[derive(Debug, Clone)]
struct Cell<K> {
    values: Values,
    tree: Forest<K>,
}

/// Where an instance stands in the index.
#[derive(Debug, Clone, Copy)]
struct Entry<K> {
    cell: u32,
    key: K,
    amount: u32,
}

/// Equals of one cell: its best, and the keys among which the others are.
#[derive(Debug, Clone, Copy)]
struct Equals<K> {
    cell: usize,
    best: K,
    first: K,
    last: K,
}

/// The scores of the best of a cell, criterion by criterion; less is better.
type Scores = SmallVec<[u32; 6]>;

/// The index.
#[derive(Debug, Clone)]
pub(super) struct View<K> {
    cells: Vec<Cell<K>>,
    cell_of: IndexMap<Values, u32, FxBuildHasher>,
    entries: Vec<Option<Entry<K>>>,
}

impl<K: PackedKey> View<K> {
    /// An index without instances.
    pub(super) fn new() -> Self {
        Self { cells: Vec::new(), cell_of: IndexMap::default(), entries: Vec::new() }
    }

    /// Notes what is left of an instance, or that it takes nothing.
    pub(super) fn set(&mut self, slot: u32, order: &Order, state: Option<(Amounts, Values)>) {
        let place = index(slot);
        if place >= self.entries.len() {
            self.entries.resize(place + 1, None);
        }
        let entry = state.map(|(amounts, values)| Entry {
            cell: self.cell(values, order.coarse_shift()),
            key: order.key(amounts, slot),
            amount: order.amount(amounts.left),
        });
        let was = std::mem::replace(&mut self.entries[place], entry);
        let unchanged = |a: Entry<K>, b: Entry<K>| a.cell == b.cell && a.key == b.key && a.amount == b.amount;
        if was.zip(entry).is_some_and(|(a, b)| unchanged(a, b)) {
            return;
        }
        if let Some(was) = was {
            self.cells[index(was.cell)].tree.remove(was.key);
        }
        if let Some(entry) = entry {
            self.cells[index(entry.cell)].tree.insert(entry.key, entry.amount);
        }
    }

    fn cell(&mut self, values: Values, shift: u32) -> u32 {
        if values.is_empty() && !self.cells.is_empty() {
            return 0;
        }
        if let Some(&cell) = self.cell_of.get(&values) {
            return cell;
        }
        let cell = u32::try_from(self.cells.len()).expect("there are no more cells than slots");
        self.cells.push(Cell { values: values.clone(), tree: Forest::new(shift) });
        self.cell_of.insert(values, cell);
        cell
    }

    /// The slot of the instance that is preferred, if any has room.
    ///
    /// `tasks_of` counts the tasks of the group for a value of the attribute in a place of the partition.
    pub(super) fn find(
        &self,
        search: Search<'_>,
        tasks_of: impl Fn(usize, ValueId) -> u32,
        ties: &mut TieBreak,
    ) -> Option<u32> {
        let mut best: Scores = SmallVec::new();
        let mut equals: SmallVec<[Equals<K>; 2]> = SmallVec::new();
        for (place, cell) in self.cells.iter().enumerate() {
            let known = leading_scores(search.criteria, &cell.values, &tasks_of);
            if !equals.is_empty() && known.as_slice() > &best[..known.len()] {
                continue;
            }
            let Some(key) = best_of(&cell.tree, search) else { continue };
            let scores = complete_scores(known, key, search, &cell.values, &tasks_of);
            if !equals.is_empty() && scores > best {
                continue;
            }
            if scores != best {
                equals.clear();
            }
            best = scores;
            let (first, last) = search.order.equals(key, search.need);
            equals.push(Equals { cell: place, best: key, first, last });
        }
        if equals.len() > 1 {
            equals.sort_unstable_by(|a, b| self.cells[a.cell].values.cmp(&self.cells[b.cell].values));
        }
        let key = match ties {
            _ if equals.is_empty() => return None,
            TieBreak::LowestSlot => return self.lowest_slot(&equals, search),
            TieBreak::Random(sequence) if search.order.is_padded() => self.random(&equals, search, sequence),
            TieBreak::Random(sequence) => self.next_around(&equals, search, sequence),
        };
        Some(search.order.slot(key))
    }

    fn lowest_slot(&self, equals: &[Equals<K>], search: Search<'_>) -> Option<u32> {
        let amount = search.order.amount(search.need);
        let mut lowest = None;
        for equal in equals {
            let mut found = Some(equal.best);
            while let Some(key) = found {
                let slot = search.order.slot(key);
                lowest = Some(lowest.map_or(slot, |lowest: u32| lowest.min(slot)));
                if !search.order.is_padded() {
                    break;
                }
                found = search
                    .order
                    .after_slots(key)
                    .and_then(|from| self.cells[equal.cell].tree.first_from(from, amount))
                    .map(|(key, _)| key)
                    .filter(|&key| key <= equal.last);
            }
        }
        lowest
    }

    /// Draws a slot, and takes the first of the equals from there on, round the end.
    fn next_around(&self, equals: &[Equals<K>], search: Search<'_>, sequence: &mut Pcg64) -> K {
        let order = search.order;
        let amount = order.amount(search.need);
        let drawn = draw(sequence, search.slots);
        let by_slot = |key: &K| order.slot(*key);
        let from_there_on = |equal: &Equals<K>| {
            if order.slot(equal.best) >= drawn {
                return Some(equal.best);
            }
            let (key, _) =
                self.cells[equal.cell].tree.first_from(order.with_slot(equal.best, drawn), amount)?;
            (key <= equal.last).then_some(key)
        };
        let lowest = || equals.iter().map(|equal| equal.best).min_by_key(by_slot);
        let found = equals.iter().filter_map(from_there_on).min_by_key(by_slot).or_else(lowest);
        found.expect("there is at least one equal")
    }

    /// Draws one of the equals until it has room; after some tries, the next one with room after the last draw.
    fn random(&self, equals: &[Equals<K>], search: Search<'_>, sequence: &mut Pcg64) -> K {
        let amount = search.order.amount(search.need);
        let mut ranges: SmallVec<[(u32, u32); 2]> = SmallVec::new();
        for equal in equals {
            let tree = &self.cells[equal.cell].tree;
            let before = tree.rank(equal.first);
            let end = equal.last.next().map_or_else(|| tree.len(), |after| tree.rank(after));
            ranges.push((before, end - before));
        }
        let total: u32 = ranges.iter().map(|&(_, count)| count).sum();
        if total == 1 {
            return equals[0].best;
        }
        let mut drawn = (0, equals[0].first);
        for _ in 0..RANDOM_DRAWS_MAX {
            let mut rank = draw(sequence, total);
            let mut place = 0;
            while rank >= ranges[place].1 {
                rank -= ranges[place].1;
                place += 1;
            }
            let (key, there) = self.cells[equals[place].cell].tree.select(ranges[place].0 + rank);
            if there >= amount {
                return key;
            }
            drawn = (place, key);
        }
        // Each cell has at least its best with room, so the search ends with the next one.
        let (place, key) = drawn;
        let later = key.next().and_then(|from| self.cells[equals[place].cell].tree.first_from(from, amount));
        match later {
            Some((key, _)) if key <= equals[place].last => key,
            Some(_) | None => equals[(place + 1) % equals.len()].best,
        }
    }
}

/// The best of a tree by the order's own components.
fn best_of<K: PackedKey>(tree: &Forest<K>, search: Search<'_>) -> Option<K> {
    let amount = search.order.amount(search.need);
    let mut tasks = 0;
    loop {
        let (key, _) = tree.first_from(search.order.start(tasks, search.need), amount)?;
        match search.order.next_tasks(key, search.need) {
            None => return Some(key),
            Some(next) => tasks = next,
        }
    }
}

/// The scores that are known before the tree is searched: those of attributes that come first.
fn leading_scores(
    criteria: &[Criterion],
    values: &Values,
    tasks_of: &impl Fn(usize, ValueId) -> u32,
) -> Scores {
    let mut scores = Scores::new();
    for criterion in criteria {
        match *criterion {
            Criterion::Value(place) => scores.push(tasks_of(place, values[place])),
            Criterion::Component(_) => break,
        }
    }
    scores
}

fn complete_scores<K: PackedKey>(
    mut scores: Scores,
    key: K,
    search: Search<'_>,
    values: &Values,
    tasks_of: &impl Fn(usize, ValueId) -> u32,
) -> Scores {
    for criterion in &search.criteria[scores.len()..] {
        scores.push(match *criterion {
            Criterion::Value(place) => tasks_of(place, values[place]),
            Criterion::Component(place) => search.order.value(key, place),
        });
    }
    scores
}

/// A number below `bound`, by the high bits of a product: one draw, and a bias of less than `bound` in 2^32.
pub(super) fn draw(sequence: &mut Pcg64, bound: u32) -> u32 {
    let product = u64::from(sequence.next_u32()) * u64::from(bound);
    u32::try_from(product >> 32).expect("the product of two 32-bit numbers has 64 bits")
}

fn index(number: u32) -> usize {
    usize::try_from(number).expect("a usize has at least 32 bits on every supported target")
}
