//! Finds the instance with the lowest slot that has room: what blocks of slots have left, and blocks of blocks.
//!
//! A block knows the most CPU of its instances and, for each power of two of CPU, the most memory of those that have at
//! least so much. So a block is seldom entered in vain, also where instances rich in memory are poor in CPU: never,
//! where a task needs a power of two.

use footman_core::units::Size;
use std::ops::Range;

/// Slots of a block, and blocks of a block of the next level.
const BLOCK: usize = 16;
/// Powers of two of CPU that are told apart.
const CLASSES: usize = 15;
/// Bits of the CPU units of the lowest class but one: an eighth of a vCPU.
const CLASS_BITS_MIN: u32 = 7;

/// CPU and memory left, each plus one; zero is a slot that takes nothing, not even a task without needs.
type Room = (u32, u32);

/// What the instances of a block have: one cache line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Block {
    cpu_max: u32,
    /// By class, the most memory of the instances of that class or a higher one.
    memory_max: [u32; CLASSES],
}

/// The instances, and level by level what their blocks have.
#[derive(Debug, Clone)]
pub(super) struct SlotIndex {
    rooms: Vec<Room>,
    levels: Vec<Vec<Block>>,
    /// The highest class: none are told apart where all blocks are looked through in no time.
    class_max: usize,
}

impl SlotIndex {
    /// An index without instances.
    pub(super) fn new() -> Self {
        Self { rooms: Vec::new(), levels: Vec::new(), class_max: 0 }
    }

    /// Notes what is left in a slot, or that it takes nothing.
    pub(super) fn set(&mut self, slot: usize, left: Option<Size>) {
        let room = left.map_or((0, 0), room);
        self.reach(slot);
        let was = std::mem::replace(&mut self.rooms[slot], room);
        if self.class_max == 0 {
            return self.set_coarse(slot, was, room);
        }
        let mut position = slot;
        for level in 0..self.levels.len() {
            position /= BLOCK;
            let there = self.levels[level][position];
            let is = if there.rests_on(was, self.class(was.0)) {
                self.summary(level, position)
            } else {
                there.with(room, self.class(room.0))
            };
            if is == there {
                return;
            }
            self.levels[level][position] = is;
        }
    }

    /// Carries a change to the one level above, if any, where no classes are told apart.
    fn set_coarse(&mut self, slot: usize, was: Room, room: Room) {
        let position = slot / BLOCK;
        let Some(block) = self.levels.first_mut().map(|level| &mut level[position]) else { return };
        let (mut cpu_max, mut memory_max) = room;
        if was.0 == block.cpu_max || was.1 == block.memory_max[0] {
            let end = self.rooms.len().min((position + 1) * BLOCK);
            for room in &self.rooms[position * BLOCK..end] {
                cpu_max = cpu_max.max(room.0);
                memory_max = memory_max.max(room.1);
            }
            (block.cpu_max, block.memory_max[0]) = (cpu_max, memory_max);
        } else {
            block.cpu_max = block.cpu_max.max(cpu_max);
            block.memory_max[0] = block.memory_max[0].max(memory_max);
        }
    }

    /// The lowest slot with room.
    pub(super) fn first(&self, need: Size) -> Option<usize> {
        let need = room(need);
        let class = self.class(need.0);
        let top = self.levels.len();
        self.first_in(top, 0..self.width(top), need, class)
    }

    fn first_in(&self, level: usize, range: Range<usize>, need: Room, class: usize) -> Option<usize> {
        let from = range.start;
        let Some(below) = level.checked_sub(1) else {
            let fits = |room: &Room| room.0 >= need.0 && room.1 >= need.1;
            return self.rooms[range].iter().position(fits).map(|offset| from + offset);
        };
        let may_fit = |block: &Block| block.cpu_max >= need.0 && block.memory_max[class] >= need.1;
        let blocks = self.levels[below][range].iter().enumerate().filter(|(_, block)| may_fit(block));
        blocks
            .map(|(offset, _)| self.range_below(below, from + offset))
            .find_map(|range| self.first_in(below, range, need, class))
    }

    /// The class of an instance with this much CPU, plus one, left; all with more have no lower one.
    fn class(&self, cpu_room: u32) -> usize {
        let bits = u32::BITS - cpu_room.saturating_sub(1).leading_zeros();
        usize::try_from(bits.saturating_sub(CLASS_BITS_MIN))
            .map_or(self.class_max, |bits| bits.min(self.class_max))
    }

    /// How many instances there are, or blocks of this level.
    fn width(&self, level: usize) -> usize {
        level.checked_sub(1).map_or(self.rooms.len(), |below| self.levels[below].len())
    }

    fn range_below(&self, level: usize, position: usize) -> Range<usize> {
        position * BLOCK..self.width(level).min((position + 1) * BLOCK)
    }

    /// What a block has, from what is below it.
    fn summary(&self, level: usize, position: usize) -> Block {
        let range = self.range_below(level, position);
        match level.checked_sub(1) {
            None => {
                let mut block = Block::default();
                for room in &self.rooms[range] {
                    let most = &mut block.memory_max[self.class(room.0)];
                    *most = room.1.max(*most);
                    block.cpu_max = room.0.max(block.cpu_max);
                }
                for class in (1..=self.class_max).rev() {
                    block.memory_max[class - 1] = block.memory_max[class - 1].max(block.memory_max[class]);
                }
                block
            }
            Some(below) => self.levels[below][range].iter().fold(Block::default(), Block::joined),
        }
    }

    /// Makes the levels long and many enough for a slot.
    fn reach(&mut self, slot: usize) {
        if slot < self.rooms.len() {
            return;
        }
        let mut len = slot + 1;
        self.rooms.resize(len, (0, 0));
        let mut level = 0;
        while len > BLOCK {
            len = len.div_ceil(BLOCK);
            if level == 1 && self.class_max == 0 {
                self.class_max = CLASSES - 1;
                self.levels[0] =
                    (0..self.levels[0].len()).map(|position| self.summary(0, position)).collect();
            }
            if level == self.levels.len() {
                let blocks = (0..len).map(|position| self.summary(level, position)).collect();
                self.levels.push(blocks);
            }
            self.levels[level].resize(len, Block::default());
            level += 1;
        }
    }
}

impl Block {
    /// Whether it may have less where an instance has no longer this room.
    fn rests_on(&self, room: Room, class: usize) -> bool {
        room.1 > 0 && (room.0 == self.cpu_max || room.1 >= self.memory_max[class])
    }

    fn with(mut self, room: Room, class: usize) -> Self {
        self.cpu_max = self.cpu_max.max(room.0);
        for most in &mut self.memory_max[..=class] {
            *most = room.1.max(*most);
        }
        self
    }

    fn joined(mut self, other: &Self) -> Self {
        self.cpu_max = self.cpu_max.max(other.cpu_max);
        for (most, other) in self.memory_max.iter_mut().zip(&other.memory_max) {
            *most = (*most).max(*other);
        }
        self
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
            let size = |(cpu, memory): (u32, u32)| Size::new(CpuUnits::new(cpu * 100), Mib::new(memory));
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
