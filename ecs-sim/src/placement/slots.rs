//! Finds the instance with the lowest slot that has room: maxima of CPU and of memory over blocks of slots.
//!
//! A block is entered only where both maxima suffice. They may come from two instances, so a block can be entered in
//! vain; with the sizes that hosts and tasks have, that is rare, and a block is small.

use footman_core::units::Size;

/// Slots of a block, and blocks of a block of the next level.
const BLOCK: usize = 16;

/// CPU and memory left, each plus one; zero is a slot that takes nothing, not even a task without needs.
type Room = (u32, u32);

/// The maxima, level by level; the lowest level holds the instances themselves.
#[derive(Debug, Clone)]
pub(super) struct SlotIndex {
    levels: Vec<Vec<Room>>,
}

impl SlotIndex {
    /// An index without instances.
    pub(super) fn new() -> Self {
        Self { levels: vec![Vec::new()] }
    }

    /// Notes what is left in a slot, or that it takes nothing.
    pub(super) fn set(&mut self, slot: usize, left: Option<Size>) {
        let room = left.map_or((0, 0), room);
        self.reach(slot);
        self.levels[0][slot] = room;
        let mut position = slot;
        for level in 1..self.levels.len() {
            let block = position / BLOCK;
            let below = &self.levels[level - 1];
            let end = below.len().min((block + 1) * BLOCK);
            let most = below[block * BLOCK..end].iter().fold((0, 0), |a, b| (a.0.max(b.0), a.1.max(b.1)));
            if self.levels[level][block] == most {
                return;
            }
            self.levels[level][block] = most;
            position = block;
        }
    }

    /// The lowest slot with room.
    pub(super) fn first(&self, need: Size) -> Option<usize> {
        let top = self.levels.len() - 1;
        self.first_in(top, 0, self.levels[top].len(), room(need))
    }

    fn first_in(&self, level: usize, from: usize, to: usize, need: Room) -> Option<usize> {
        let rooms = &self.levels[level][from..to];
        let fitting =
            rooms.iter().enumerate().filter(|(_, room)| room.0 >= need.0 && room.1 >= need.1).map(|(i, _)| i);
        for offset in fitting {
            let position = from + offset;
            if level == 0 {
                return Some(position);
            }
            let end = self.levels[level - 1].len().min((position + 1) * BLOCK);
            let found = self.first_in(level - 1, position * BLOCK, end, need);
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// Makes the levels long and many enough for a slot.
    fn reach(&mut self, slot: usize) {
        if slot < self.levels[0].len() {
            return;
        }
        let mut len = slot + 1;
        let mut level = 0;
        loop {
            if level == self.levels.len() {
                let below = &self.levels[level - 1];
                let most =
                    below.chunks(BLOCK).map(|c| c.iter().fold((0, 0), |a, b| (a.0.max(b.0), a.1.max(b.1))));
                let most = most.collect();
                self.levels.push(most);
            }
            self.levels[level].resize(len, (0, 0));
            if len <= BLOCK {
                return;
            }
            len = len.div_ceil(BLOCK);
            level += 1;
        }
    }
}

fn room(size: Size) -> Room {
    (size.cpu.get().saturating_add(1), size.memory.get().saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use footman_core::units::{CpuUnits, Mib};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_lowest_slot_with_room_is_found(
            changes in prop::collection::vec((0usize..700, prop::option::of((0u32..9, 0u32..9))), 1..500),
            needs in prop::collection::vec((0u32..10, 0u32..10), 30),
        ) {
            let size = |(cpu, memory)| Size::new(CpuUnits::new(cpu), Mib::new(memory));
            let mut index = SlotIndex::new();
            let mut model = vec![None; 700];
            for (slot, left) in changes {
                index.set(slot, left.map(size));
                model[slot] = left.map(size);
            }
            for need in needs.into_iter().map(size) {
                let want = model.iter().position(|left| left.is_some_and(|left: Size| left.holds(need)));
                prop_assert_eq!(index.first(need), want);
            }
        }
    }
}
