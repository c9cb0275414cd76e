//! Keeps the indexes that placements need: builds one when it is first asked for, lets it follow the changes, and drops
//! it when it is asked for no more.
//!
//! Changes are noted in a journal; an index reads what it has missed when it is used next. So an index that nobody uses
//! costs nothing, and one that is always used costs two entries a task.

use super::{
    Component, ConstraintId, Obstacle, PlacementRule, PlacementStrategy, Resource, SLOT_DRAWS_MAX,
    SpreadField, TieBreak,
    grid::{Entry, Grid, TooFine},
    order::{Amounts, Order},
    slots::SlotIndex,
    view::{Criterion, Search, Values, View, draw},
};
use crate::fleet::{AttributeId, Capabilities, GroupId, Need, Store};
use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;
use smallvec::SmallVec;

/// Entries of the journal below which nothing is dropped.
const JOURNAL_MIN: usize = 1024;

/// How an index finds what it finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Form {
    /// By the slot alone.
    Slots,
    /// In cells of equals, one of which is drawn; in order, where there would be too many cells.
    Grid,
    /// In the order of the rule, and then of the slots.
    Ordered,
}

/// What an index is built for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct IndexKey {
    form: Form,
    shape: Shape,
    /// The group, where the index depends on it.
    group: Option<GroupId>,
    /// What its tasks need besides CPU and memory; of their requirements, those that some instance lacks.
    need: Need,
}

/// What of a rule an index depends on; rules that differ in the rest share it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Shape {
    /// None for an index that goes by the slot alone.
    components: SmallVec<[Component; 3]>,
    partition: SmallVec<[AttributeId; 1]>,
    distinct_instance: bool,
    constraint: Option<ConstraintId>,
}

/// A rule as it is searched by.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    order: Order,
    criteria: SmallVec<[Criterion; 4]>,
    shape: Shape,
    /// Whether ties go to the lowest slot, whatever the caller says.
    first_fit: bool,
}

#[derive(Debug, Clone)]
enum Index {
    Grid(Grid),
    Narrow(View<u64>),
    Wide(View<u128>),
    Slots(SlotIndex),
}

#[derive(Debug, Clone)]
struct Tracked {
    index: Index,
    order: Order,
    /// How much of the journal it has read.
    read: usize,
    used: bool,
}

/// The indexes of a fleet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Indexes {
    tracked: IndexMap<IndexKey, Tracked, FxBuildHasher>,
    journal: Vec<u32>,
    /// By rule, the index that it used last.
    recent: Vec<Option<Recent>>,
}

/// The index that a rule used last, and for what.
#[derive(Debug, Clone, Copy)]
struct Recent {
    group: Option<GroupId>,
    eni: bool,
    requires: Capabilities,
    form: Form,
    place: usize,
}

impl Plan {
    /// Reads a rule; `attribute` gives the attributes that it spreads over their numbers.
    pub(crate) fn new(rule: &PlacementRule, mut attribute: impl FnMut(&str) -> AttributeId) -> Self {
        let mut components: SmallVec<[Component; 3]> = SmallVec::new();
        let mut partition: SmallVec<[AttributeId; 1]> = SmallVec::new();
        let mut criteria = SmallVec::new();
        let mut first_fit = false;
        for strategy in &rule.strategies {
            let component = match strategy {
                PlacementStrategy::Random => break,
                PlacementStrategy::FirstFit => {
                    first_fit = true;
                    break;
                }
                PlacementStrategy::Spread(SpreadField::Attribute(name)) => {
                    let id = attribute(name);
                    if !partition.contains(&id) {
                        criteria.push(Criterion::Value(partition.len()));
                        partition.push(id);
                    }
                    continue;
                }
                PlacementStrategy::Spread(SpreadField::InstanceId) => Component::Tasks,
                PlacementStrategy::Binpack(Resource::Cpu) => Component::Cpu,
                PlacementStrategy::Binpack(Resource::Memory) => Component::Memory,
            };
            if !components.contains(&component) {
                criteria.push(Criterion::Component(components.len()));
                components.push(component);
            }
        }
        let order = Order::new(&components);
        let shape = Shape {
            components: order.components().into(),
            partition,
            distinct_instance: rule.distinct_instance,
            constraint: rule.constraint,
        };
        Self { order, criteria, shape, first_fit }
    }

    /// The attributes that it spreads over.
    pub(crate) fn partition(&self) -> &[AttributeId] {
        &self.shape.partition
    }

    /// Which of the constraints does not admit an instance, whatever it has left.
    pub(crate) fn refusal(&self, store: &Store, slot: u32, group: GroupId) -> Option<Obstacle> {
        if self.shape.distinct_instance && store.tasks_of(slot, group) > 0 {
            return Some(Obstacle::DistinctInstance);
        }
        let refused = self.shape.constraint.is_some_and(|constraint| !store.admits(constraint, slot));
        refused.then_some(Obstacle::MemberOf)
    }

    /// Whether a task may go to an instance: what its index would say, had it one.
    fn fits(&self, store: &Store, slot: u32, need: &Need, group: GroupId) -> bool {
        store.left(slot).is_some_and(|left| left.holds(need.size))
            && store.provides(slot, need)
            && self.refusal(store, slot, group).is_none()
    }

    /// The form of index that answers where ties are broken so.
    fn form(&self, ties: &TieBreak) -> Form {
        match ties {
            TieBreak::Random(_) if !self.first_fit => {
                let plain = self.shape.partition.is_empty() && self.order.is_plain();
                if plain { Form::Grid } else { Form::Ordered }
            }
            TieBreak::Random(_) | TieBreak::LowestSlot => {
                if self.criteria.is_empty() {
                    Form::Slots
                } else {
                    Form::Ordered
                }
            }
        }
    }
}

impl Indexes {
    /// Notes that an instance has changed.
    pub(crate) fn note(&mut self, store: &Store, slot: u32) {
        if self.tracked.is_empty() {
            return;
        }
        self.journal.push(slot);
        if self.journal.len() >= JOURNAL_MIN.max(store.slots()) {
            self.shorten(store);
        }
    }

    /// Empties the journal: indexes in use read it to its end, others are dropped.
    fn shorten(&mut self, store: &Store) {
        self.tracked.retain(|key, tracked| {
            if tracked.used {
                tracked.read_on(key, store, &self.journal);
                tracked.read = 0;
            }
            std::mem::replace(&mut tracked.used, false)
        });
        self.journal.clear();
        self.recent.clear();
    }

    /// The slot that the plan of `rule` prefers, if any has room.
    pub(crate) fn find(
        &mut self,
        store: &Store,
        (rule, plan): (usize, &Plan),
        need: &Need,
        group: GroupId,
        ties: &mut TieBreak,
    ) -> Option<u32> {
        if plan.criteria.is_empty()
            && !plan.first_fit
            && let TieBreak::Random(sequence) = ties
        {
            let mut draws = (0..SLOT_DRAWS_MAX).map(|_| draw(sequence, store.slot_range().end));
            let found = draws.find(|&slot| plan.fits(store, slot, need, group));
            if found.is_some() {
                return found;
            }
        }
        let place = self.index_for(store, (rule, plan), need, group, plan.form(ties));
        let sole = self.tracked.len() == 1;
        let (key, tracked) = self.tracked.get_index_mut(place)?;
        tracked.used = true;
        tracked.read_on(key, store, &self.journal);
        if sole {
            // What the only index has read, nobody will: a journal that stays short stays in the cache.
            self.journal.clear();
            tracked.read = 0;
        }
        let (order, criteria) = (&plan.order, plan.criteria.as_slice());
        if let (Index::Grid(grid), TieBreak::Random(sequence)) = (&tracked.index, &mut *ties) {
            let (primary, other) = (order.primary_amount(need.size), order.amount(need.size));
            return grid.find(primary, other, order.is_padded(), sequence);
        }
        let search = Search { need: need.size, slots: store.slot_range().end, order, criteria };
        let tasks_of = |place: usize, value| store.tasks_of_value(key.shape.partition[place], value, group);
        let ties = if plan.first_fit { &mut TieBreak::LowestSlot } else { ties };
        match &tracked.index {
            Index::Narrow(view) => view.find(search, tasks_of, ties),
            Index::Wide(view) => view.find(search, tasks_of, ties),
            Index::Grid(_) => unreachable!("a grid is for ties that are drawn, and is searched above"),
            Index::Slots(slots) => slots.first(need.size).and_then(|slot| u32::try_from(slot).ok()),
        }
    }

    /// The place of the index for a task, built where there is none.
    fn index_for(
        &mut self,
        store: &Store,
        (rule, plan): (usize, &Plan),
        need: &Need,
        group: GroupId,
        form: Form,
    ) -> usize {
        let grouped = plan.shape.distinct_instance || (form != Form::Slots && plan.order.counts_tasks());
        let (group, eni) = (grouped.then_some(group), need.eni);
        let requires = store.in_question(need.requires);
        let common = need.is_common();
        let recent = self.recent.get(rule).copied().flatten();
        if let Some(recent) = recent
            && (recent.group, recent.eni, recent.requires, recent.form) == (group, eni, requires, form)
            && common
        {
            return recent.place;
        }
        let mut shape = plan.shape.clone();
        if form == Form::Slots {
            shape.components.clear();
        }
        let key = IndexKey { form, shape, group, need: need.particulars(requires) };
        let place = match self.tracked.get_index_of(&key) {
            Some(place) => place,
            None => {
                let tracked = Tracked::build(&key, &plan.order, store, self.journal.len());
                self.tracked.insert_full(key, tracked).0
            }
        };
        if common {
            if rule >= self.recent.len() {
                self.recent.resize(rule + 1, None);
            }
            self.recent[rule] = Some(Recent { group, eni, requires, form, place });
        }
        place
    }
}

impl Tracked {
    fn build(key: &IndexKey, order: &Order, store: &Store, read: usize) -> Self {
        let index = match key.form {
            Form::Slots => Index::Slots(SlotIndex::new()),
            Form::Grid => Index::Grid(Grid::new()),
            Form::Ordered => Index::ordered(order),
        };
        let mut tracked = Self { index, order: order.clone(), read, used: true };
        tracked.refresh_all(key, store);
        tracked
    }

    fn refresh_all(&mut self, key: &IndexKey, store: &Store) {
        for slot in store.slot_range() {
            self.refresh(key, store, slot);
        }
    }

    fn read_on(&mut self, key: &IndexKey, store: &Store, journal: &[u32]) {
        for &slot in &journal[self.read..] {
            self.refresh(key, store, slot);
        }
        self.read = journal.len();
    }

    fn refresh(&mut self, key: &IndexKey, store: &Store, slot: u32) {
        let left = key.left(store, slot);
        let state = |values: bool| {
            left.map(|left| {
                let tasks = key.group.map_or(0, |group| store.tasks_of(slot, group));
                let values = if values { store.values(slot, &key.shape.partition) } else { Values::new() };
                (Amounts { left, tasks }, values)
            })
        };
        let partitioned = !key.shape.partition.is_empty();
        match &mut self.index {
            Index::Grid(grid) => {
                let entry = left.map(|left| Entry {
                    tasks: key.group.map_or(0, |group| self.order.leading_tasks(store.tasks_of(slot, group))),
                    primary: self.order.primary_amount(left),
                    other: self.order.amount(left),
                });
                if grid.set(slot, entry) == Err(TooFine) {
                    self.index = Index::ordered(&self.order);
                    self.refresh_all(key, store);
                }
            }
            Index::Narrow(view) => view.set(slot, &self.order, state(partitioned)),
            Index::Wide(view) => view.set(slot, &self.order, state(partitioned)),
            Index::Slots(slots) => slots.set(store.place(slot), left),
        }
    }
}

impl Index {
    /// An ordered index without instances.
    fn ordered(order: &Order) -> Self {
        if order.is_narrow() { Self::Narrow(View::new()) } else { Self::Wide(View::new()) }
    }
}

impl IndexKey {
    /// What an instance has left, if it takes tasks of this kind at all.
    fn left(&self, store: &Store, slot: u32) -> Option<footman_core::units::Size> {
        let left = store.left(slot)?;
        let admitted = store.provides(slot, &self.need)
            && (!self.shape.distinct_instance
                || self.group.is_none_or(|group| store.tasks_of(slot, group) == 0))
            && self.shape.constraint.is_none_or(|constraint| store.admits(constraint, slot));
        admitted.then_some(left)
    }
}

/// Rules by their numbers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rules {
    known: IndexSet<PlacementRule, FxBuildHasher>,
    plans: Vec<Plan>,
}

impl Rules {
    /// The number of a rule, and whether it is new; `plan` is asked for then.
    pub(crate) fn number(&mut self, rule: PlacementRule, plan: impl FnOnce(&PlacementRule) -> Plan) -> usize {
        if let Some(number) = self.known.get_index_of(&rule) {
            return number;
        }
        self.plans.push(plan(&rule));
        self.known.insert_full(rule).0
    }

    /// The plan of a rule.
    pub(crate) fn plan(&self, number: usize) -> &Plan {
        &self.plans[number]
    }
}
