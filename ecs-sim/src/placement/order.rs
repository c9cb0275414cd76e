//! How instances are ordered, and what that order costs in bits.
//!
//! A chain of strategies becomes a list of components; an instance's values of them, most significant first and the
//! slot last, are packed into one integer. The amount that stands beside it in the tree is the resource that the order
//! does not start from, so that one path down the tree respects both.

use super::tree::Key;
use footman_core::units::Size;
use smallvec::SmallVec;

/// Bits of a key that hold the slot.
pub(crate) const SLOT_BITS: u32 = 24;
/// Bits of a key that hold CPU units.
pub(crate) const CPU_BITS: u32 = 24;
const MEMORY_BITS: u32 = 32;
const TASKS_BITS: u32 = 16;
const TASKS_MAX: u32 = (1 << TASKS_BITS) - 1;

/// One thing that instances are ordered by; less is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Component {
    /// How many tasks of the group the instance has.
    Tasks,
    /// CPU left.
    Cpu,
    /// Memory left.
    Memory,
}

impl Component {
    const fn bits(self) -> u32 {
        match self {
            Self::Tasks => TASKS_BITS,
            Self::Cpu => CPU_BITS,
            Self::Memory => MEMORY_BITS,
        }
    }
}

/// What of an instance goes into its key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Amounts {
    /// CPU and memory left.
    pub(crate) left: Size,
    /// How many tasks of the group it has.
    pub(crate) tasks: u32,
}

/// An integer that keys are packed into.
pub(crate) trait PackedKey: Key {
    /// The key with one more field at its low end.
    fn push(self, bits: u32, value: u32) -> Self;
    /// The field of so many bits that has `shift` bits below it.
    fn field(self, shift: u32, bits: u32) -> u32;
    /// What stands above so many low bits, or the largest number where it is larger.
    fn high(self, shift: u32) -> usize;
    /// The key with its lowest bits zero.
    fn clear_low(self, bits: u32) -> Self;
    /// The key with its lowest bits one.
    fn fill_low(self, bits: u32) -> Self;
    /// The key, whose lowest bits are zero, with these.
    fn with_low(self, low: u32) -> Self;
    /// The next key; there is none after the last.
    fn next(self) -> Option<Self>;
}

macro_rules! packed_key {
    ($int:ty) => {
        impl PackedKey for $int {
            fn push(self, bits: u32, value: u32) -> Self {
                (self << bits) | Self::from(value)
            }

            fn field(self, shift: u32, bits: u32) -> u32 {
                u32::try_from((self >> shift) & ((1 << bits) - 1)).expect("a field has at most 32 bits")
            }

            fn high(self, shift: u32) -> usize {
                usize::try_from(self >> shift).unwrap_or(usize::MAX)
            }

            fn clear_low(self, bits: u32) -> Self {
                self & !((1 << bits) - 1)
            }

            fn fill_low(self, bits: u32) -> Self {
                self | ((1 << bits) - 1)
            }

            fn with_low(self, low: u32) -> Self {
                self | Self::from(low)
            }

            fn next(self) -> Option<Self> {
                self.checked_add(1)
            }
        }
    };
}

packed_key!(u64);
packed_key!(u128);

/// An order of instances, and which of its components decide.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Order {
    /// Most significant first; at most one of each.
    components: SmallVec<[Component; 3]>,
    /// How many of them decide; one more stands behind them where none of these is a resource, to search by.
    decisive: usize,
}

impl Order {
    /// The order in which these components decide, one after the other.
    pub(crate) fn new(decisive: &[Component]) -> Self {
        let mut components: SmallVec<[Component; 3]> = SmallVec::new();
        for &component in decisive {
            assert!(!components.contains(&component), "a component decides once");
            components.push(component);
        }
        let decisive = components.len();
        if !components.iter().any(|&component| component != Component::Tasks) {
            components.push(Component::Cpu);
        }
        Self { components, decisive }
    }

    /// The components and nothing of which decide: orders with the same are served by the same tree.
    pub(crate) fn components(&self) -> &[Component] {
        &self.components
    }

    /// Whether the order depends on the group of the task.
    pub(crate) fn counts_tasks(&self) -> bool {
        self.components.contains(&Component::Tasks)
    }

    /// Whether the keys have at most 64 bits.
    pub(crate) fn is_narrow(&self) -> bool {
        self.low_bits(0) <= u64::BITS
    }

    /// Whether a component that does not decide stands in the order.
    pub(crate) fn is_padded(&self) -> bool {
        self.decisive < self.components.len()
    }

    /// Whether instances are told apart by one resource, and before it by nothing but tasks.
    pub(super) fn is_plain(&self) -> bool {
        self.components.len() == 1 + usize::from(self.leads_with_tasks())
    }

    /// This count of tasks where tasks come first, and zero elsewhere.
    pub(super) fn leading_tasks(&self, tasks: u32) -> u32 {
        if self.leads_with_tasks() { tasks.min(TASKS_MAX) } else { 0 }
    }

    /// The resource by which the order is searched.
    fn primary(&self) -> Component {
        let leading = usize::from(self.leads_with_tasks());
        self.components[leading]
    }

    fn leads_with_tasks(&self) -> bool {
        self.components[0] == Component::Tasks
    }

    /// How many bits stand below the first `count` components.
    fn low_bits(&self, count: usize) -> u32 {
        self.components[count..].iter().map(|component| component.bits()).sum::<u32>() + SLOT_BITS
    }

    /// How many low bits of a key to leave out for a coarse view of it: single tasks, vCPUs or GiB are told apart.
    pub(super) fn coarse_shift(&self) -> u32 {
        let fine = if self.leads_with_tasks() { 0 } else { 10 };
        self.low_bits(1) + fine
    }

    /// The key of an instance.
    pub(crate) fn key<K: PackedKey>(&self, amounts: Amounts, slot: u32) -> K {
        let mut key = K::default();
        for &component in &self.components {
            let value = match component {
                Component::Tasks => amounts.tasks.min(TASKS_MAX),
                Component::Cpu => amounts.left.cpu.get(),
                Component::Memory => amounts.left.memory.get(),
            };
            key = key.push(component.bits(), value);
        }
        key.push(SLOT_BITS, slot)
    }

    /// The amount that stands beside the key: the resource that the order is not searched by.
    pub(crate) fn amount(&self, size: Size) -> u32 {
        match self.primary() {
            Component::Memory => size.cpu.get(),
            Component::Cpu | Component::Tasks => size.memory.get(),
        }
    }

    /// The amount of the resource by which the order is searched.
    pub(super) fn primary_amount(&self, size: Size) -> u32 {
        match self.primary() {
            Component::Memory => size.memory.get(),
            Component::Cpu | Component::Tasks => size.cpu.get(),
        }
    }

    /// The least key that an instance with room for `need` can have, with `tasks` of the group where these come first.
    pub(crate) fn start<K: PackedKey>(&self, tasks: u32, need: Size) -> K {
        let (mut key, mut rest) = (K::default(), self.components.as_slice());
        if self.leads_with_tasks() {
            key = key.push(TASKS_BITS, tasks);
            rest = &rest[1..];
        }
        key = key.push(rest[0].bits(), self.primary_amount(need));
        rest[1..].iter().fold(key, |key, component| key.push(component.bits(), 0)).push(SLOT_BITS, 0)
    }

    /// The value of the component at this place.
    pub(crate) fn value<K: PackedKey>(&self, key: K, place: usize) -> u32 {
        key.field(self.low_bits(place + 1), self.components[place].bits())
    }

    /// The slot.
    pub(crate) fn slot<K: PackedKey>(&self, key: K) -> u32 {
        key.field(0, SLOT_BITS)
    }

    /// The key with another slot.
    pub(super) fn with_slot<K: PackedKey>(&self, key: K, slot: u32) -> K {
        key.clear_low(SLOT_BITS).with_low(slot)
    }

    /// Where the search for the first instance with room goes on after `key` was found from `start(tasks, need)`, or
    /// `None` where `key` has room.
    pub(crate) fn next_tasks<K: PackedKey>(&self, key: K, need: Size) -> Option<u32> {
        if !self.leads_with_tasks() || self.value(key, 1) >= self.primary_amount(need) {
            return None;
        }
        Some(self.value(key, 0))
    }

    /// The first and the last key that the deciding components do not tell from `key`, and that have room by the
    /// resource that the order is searched by.
    pub(crate) fn equals<K: PackedKey>(&self, key: K, need: Size) -> (K, K) {
        let low = self.low_bits(self.decisive);
        let first = if self.is_padded() {
            let tasks = if self.leads_with_tasks() { self.value(key, 0) } else { 0 };
            self.start(tasks, need)
        } else {
            key.clear_low(low)
        };
        (first, key.fill_low(low))
    }

    /// The first key after all those that differ from `key` in the slot alone.
    pub(crate) fn after_slots<K: PackedKey>(&self, key: K) -> Option<K> {
        key.fill_low(SLOT_BITS).next()
    }
}
