//! A list of numbers that finds the next one that is large enough: maxima over blocks, blocks of blocks, and so on.
//!
//! A change goes up only as far as a maximum changes, which is seldom more than one level.

/// Numbers of a block, and blocks of a block of the next level.
pub(super) const BLOCK: usize = 16;

/// The numbers, and level by level the maxima of their blocks.
#[derive(Debug, Clone, Default)]
pub(super) struct Maxima {
    values: Vec<u64>,
    /// None at all where the numbers fit into one block.
    levels: Vec<Vec<u64>>,
    max: u64,
}

impl Maxima {
    /// How many numbers there are.
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// The largest of all; zero where there are none.
    pub(super) fn max(&self) -> u64 {
        self.max
    }

    /// The number at this position.
    pub(super) fn get(&self, position: usize) -> u64 {
        self.values[position]
    }

    /// Adds a number at the end.
    pub(super) fn push(&mut self, value: u64) {
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
    pub(super) fn set(&mut self, position: usize, value: u64) {
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
                return self.rise_or_fall(at, index, last, 0);
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
    pub(super) fn first_from(&self, from: usize, least: u64) -> Option<usize> {
        let (mut at, mut position) = (0, from);
        if self.max < least {
            return None;
        }
        loop {
            let values = self.level(at);
            if position >= values.len() {
                return None;
            }
            let is_top = at == self.levels.len();
            let end = if is_top { values.len() } else { values.len().min((position / BLOCK + 1) * BLOCK) };
            if let Some(offset) = values[position..end].iter().position(|&value| value >= least) {
                position += offset;
                break;
            }
            if end == values.len() {
                return None;
            }
            position = end / BLOCK;
            at += 1;
        }
        while at > 0 {
            at -= 1;
            let start = position * BLOCK;
            position = start + self.level(at)[start..].iter().position(|&value| value >= least)?;
        }
        Some(position)
    }

    /// The numbers, or the maxima of the level so many above them.
    fn level(&self, at: usize) -> &[u64] {
        at.checked_sub(1).map_or(&self.values, |at| &self.levels[at])
    }

    /// Carries a change from `was` to `is`, made at this position of a level, to the levels above.
    fn rise_or_fall(&mut self, at: usize, mut position: usize, was: u64, is: u64) {
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

fn greatest(values: &[u64]) -> u64 {
    values.iter().copied().fold(0, u64::max)
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
            let (mut maxima, mut model) = (Maxima::default(), Vec::new());
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
            let mut maxima = Maxima::default();
            for _ in 0..2 {
                values.iter().for_each(|&value| maxima.push(value));
                prop_assert_eq!(maxima.max(), greatest(&values));
                values.iter().for_each(|_| maxima.swap_remove(0));
                prop_assert_eq!((maxima.len(), maxima.max(), maxima.first_from(0, 0)), (0, 0, None));
            }
        }
    }
}
