//! A list of numbers that finds the next one that is large enough: maxima over blocks, blocks of blocks, and so on.
//!
//! A change goes up only as far as a maximum changes, which is seldom more than one level.

/// Numbers of a block, and blocks of a block of the next level.
pub(super) const BLOCK: usize = 16;

/// The numbers, and level by level the maxima of their blocks.
#[derive(Debug, Clone, Default)]
pub(super) struct Maxima<T> {
    values: Vec<T>,
    /// None at all where the numbers fit into one block. The last one is never longer than a block.
    levels: Vec<Vec<T>>,
    max: T,
}

impl<T: Copy + Ord + Default> Maxima<T> {
    /// How many numbers there are.
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// The largest of all; zero where there are none.
    pub(super) fn max(&self) -> T {
        self.max
    }

    /// The number at this position.
    pub(super) fn get(&self, position: usize) -> T {
        self.values[position]
    }

    /// Adds a number at the end.
    pub(super) fn push(&mut self, value: T) {
        let mut position = self.values.len();
        self.values.push(value);
        self.max = self.max.max(value);
        if position < BLOCK && self.levels.is_empty() {
            return;
        }
        for level in &mut self.levels {
            position /= BLOCK;
            if position == level.len() {
                level.push(value);
            } else if level[position] < value {
                level[position] = value;
            } else {
                return;
            }
        }
        let top = self.levels.last().unwrap_or(&self.values);
        if top.len() > BLOCK {
            self.levels.push(top.chunks(BLOCK).map(greatest).collect());
        }
    }

    /// Replaces the number at this position.
    pub(super) fn set(&mut self, position: usize, value: T) {
        let was = std::mem::replace(&mut self.values[position], value);
        if was != value {
            self.rise_or_fall(0, position, was, value);
        }
    }

    /// Takes the number at this position away and puts the last one in its place.
    pub(super) fn swap_remove(&mut self, position: usize) {
        let end = self.values.len() - 1;
        let last = self.values[end];
        if position < end {
            self.set(position, last);
        }
        self.values.pop();
        let (mut index, mut below) = (end, &self.values);
        for at in 0..self.levels.len() {
            if index % BLOCK > 0 {
                return self.rise_or_fall(at, index, last, T::default());
            }
            index /= BLOCK;
            self.levels[at].pop();
            below = &self.levels[at];
        }
        if last == self.max {
            self.max = greatest(below);
        }
    }

    /// The first position at or after `from` with at least `least`.
    pub(super) fn first_from(&self, from: usize, least: T) -> Option<usize> {
        let (mut at, mut position) = (0, from);
        if self.max < least {
            return None;
        }
        if self.values.get(from).is_some_and(|&value| value >= least) {
            return Some(from);
        }
        loop {
            let (block, offset) = (position / BLOCK, position % BLOCK);
            let found = self.large_in(at, block, least) >> offset << offset;
            if found != 0 {
                position = block * BLOCK + lowest(found);
                break;
            }
            if at == self.levels.len() {
                return None;
            }
            position = block + 1;
            at += 1;
        }
        while at > 0 {
            at -= 1;
            position = position * BLOCK + lowest(self.large_in(at, position, least));
        }
        Some(position)
    }

    /// Which numbers of a block are at least `least`, a bit each.
    fn large_in(&self, at: usize, block: usize, least: T) -> u32 {
        let values = self.level(at).get(block * BLOCK..).unwrap_or_default();
        match values.first_chunk::<BLOCK>() {
            // No number is looked at before another, so that the compiler compares many at once.
            Some(values) => large(values, least),
            None => large(values, least),
        }
    }

    /// The numbers, or the maxima of the level so many above them.
    fn level(&self, at: usize) -> &[T] {
        at.checked_sub(1).map_or(&self.values, |at| &self.levels[at])
    }

    /// Carries a change from `was` to `is`, made at this position of a level, to the levels above.
    fn rise_or_fall(&mut self, at: usize, mut position: usize, was: T, is: T) {
        let (mut was, mut is) = (was, is);
        for at in at..self.levels.len() {
            position /= BLOCK;
            let there = self.levels[at][position];
            let then = if is >= there {
                is
            } else if was < there {
                return;
            } else {
                let below = self.level(at);
                greatest(&below[position * BLOCK..below.len().min((position + 1) * BLOCK)])
            };
            if then == there {
                return;
            }
            self.levels[at][position] = then;
            (was, is) = (there, then);
        }
        if is >= self.max {
            self.max = is;
        } else if was == self.max {
            self.max = greatest(self.level(self.levels.len()));
        }
    }
}

fn greatest<T: Copy + Ord + Default>(values: &[T]) -> T {
    values.iter().copied().fold(T::default(), T::max)
}

fn large<T: Copy + Ord>(values: &[T], least: T) -> u32 {
    values.iter().zip(0..).fold(0, |large, (&value, bit)| large | u32::from(value >= least) << bit)
}

/// The place of the lowest bit, of which there is at least one.
fn lowest(bits: u32) -> usize {
    usize::try_from(bits.trailing_zeros()).expect("a usize has at least 32 bits on every supported target")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug, Clone)]
    enum Step {
        Push(u64),
        Set(usize, u64),
        SwapRemove(usize),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            3 => (0u64..30).prop_map(Step::Push),
            2 => (any::<usize>(), 0u64..30).prop_map(|(position, value)| Step::Set(position, value)),
            2 => any::<usize>().prop_map(Step::SwapRemove),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_next_that_is_large_enough_is_found(
            first in prop::collection::vec(0u64..30, 0..600),
            steps in prop::collection::vec(step(), 1..300),
            probes in prop::collection::vec((0usize..700, 0u64..31), 20),
        ) {
            let (mut maxima, mut model) = (Maxima::<u64>::default(), Vec::new());
            for step in first.into_iter().map(Step::Push).chain(steps) {
                match step {
                    Step::Push(value) => {
                        maxima.push(value);
                        model.push(value);
                    }
                    Step::Set(..) | Step::SwapRemove(_) if model.is_empty() => {}
                    Step::Set(position, value) => {
                        maxima.set(position % model.len(), value);
                        let position = position % model.len();
                        model[position] = value;
                    }
                    Step::SwapRemove(position) => {
                        maxima.swap_remove(position % model.len());
                        model.swap_remove(position % model.len());
                    }
                }
                prop_assert_eq!((maxima.len(), maxima.max()), (model.len(), greatest(&model)));
            }
            for (from, least) in probes {
                let want = (from..model.len()).find(|&position| model[position] >= least);
                prop_assert_eq!(maxima.first_from(from, least), want);
            }
        }

        #[test]
        fn a_list_that_was_emptied_is_as_good_as_new(values in prop::collection::vec(0u64..30, 1..700)) {
            let mut maxima = Maxima::<u64>::default();
            for _ in 0..2 {
                values.iter().for_each(|&value| maxima.push(value));
                prop_assert_eq!(maxima.max(), greatest(&values));
                values.iter().for_each(|_| maxima.swap_remove(0));
                prop_assert_eq!((maxima.len(), maxima.max(), maxima.first_from(0, 0)), (0, 0, None));
            }
        }
    }
}
