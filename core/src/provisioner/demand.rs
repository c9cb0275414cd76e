//! What waits in Jenkins' queue for an agent, by label.
//!
//! Demand is what is buildable, not pending, and not running already. Counts are kept as items come and go, so that a
//! plan looks at labels and never at items.

use crate::{
    decision::Reason,
    event::{ItemLabel, ItemState, QueueItem},
    id::{NodeName, QueueItemId, TemplateId},
    jobs::Clearance,
    label::{LabelExpression, Overrides},
    provisioner::supply::SupplyId,
    time::Timestamp,
};
use indexmap::{Equivalent, IndexMap};
use rustc_hash::FxBuildHasher;
use smallvec::SmallVec;
use std::{cmp::Reverse, collections::BinaryHeap, sync::Arc};

/// How many labels are kept though no item has them: to match a label again costs more than to remember it.
const KEPT_MIN: usize = 4096;

/// What a label asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wish {
    /// Any node that takes unlabelled builds.
    Any,
    /// Nodes that satisfy this.
    Expression(LabelExpression),
    /// The agent of the session with this label.
    Session(Arc<str>),
    /// The agent of ours with this name: a continuation.
    Agent(NodeName),
    /// Nobody knows.
    Unknown,
}

/// A template that can serve a group, and the class of what it would launch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct LaunchOption {
    pub(super) rank: u32,
    pub(super) template: TemplateId,
    pub(super) supply: SupplyId,
}

/// The items with one label, of jobs that are on the same lists.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) label: ItemLabel,
    pub(super) clearance: Clearance,
    /// What the label overrides.
    pub(super) asks: Overrides,
    /// Templates that have what the label asks for and bar its jobs.
    pub(super) barred: Vec<TemplateId>,
    pub(super) wish: Wish,
    /// By rank, then in the templates' order.
    pub(super) options: Vec<LaunchOption>,
    /// Every class that can serve the group.
    pub(super) supplies: Vec<SupplyId>,
    /// How many items wait.
    pub(super) waiting: u32,
    /// How many items of the group are in the queue in any state.
    pub(super) items: u32,
    /// Items that wait, and some that waited; the oldest is on top.
    oldest: BinaryHeap<Reverse<QueueItemId>>,
    /// How many agents of which classes the last plan gave to its items.
    pub(super) promised: SmallVec<[(SupplyId, u32); 2]>,
    /// Whether a component lists it as active.
    pub(super) listed: bool,
    /// Why how many items get nothing.
    pub(super) refused: Option<(Reason, u32)>,
    /// What the log was last told of that.
    pub(super) said: Option<(Reason, u32)>,
    /// Until when nothing is launched for it, because Jenkins does not assign.
    pub(super) blocked_until: Option<Timestamp>,
    /// How often in a row that was so.
    pub(super) blocks: u32,
    /// Whether a timer looks at whether idle agents are taken.
    pub(super) watched: bool,
    /// Why nothing can be launched for the label, where the label itself is the reason.
    pub(super) hopeless: Option<Reason>,
    /// When an item of it last stopped waiting.
    pub(super) progress_at: Timestamp,
}

/// A key of the groups, as it is looked for.
#[derive(Hash)]
struct Key<'a>(&'a ItemLabel, Clearance);

impl Equivalent<(ItemLabel, Clearance)> for Key<'_> {
    fn equivalent(&self, (label, clearance): &(ItemLabel, Clearance)) -> bool {
        self.1 == *clearance && self.0 == label
    }
}

#[derive(Debug, Clone, Copy)]
struct Item {
    group: u32,
    buildable: bool,
}

/// All items and groups.
#[derive(Debug, Default)]
pub(super) struct Demand {
    items: IndexMap<QueueItemId, Item, FxBuildHasher>,
    running: IndexMap<QueueItemId, (), FxBuildHasher>,
    groups: Vec<Group>,
    by_label: IndexMap<(ItemLabel, Clearance), u32, FxBuildHasher>,
    /// Places of groups that were forgotten.
    free: Vec<u32>,
    /// At how many labels those that no item has are forgotten.
    kept_max: usize,
    /// How many labels are names of agents.
    pub(super) continuations: u32,
}

fn place(group: u32) -> usize {
    usize::try_from(group).expect("a usize has at least 32 bits on every supported target")
}

impl Demand {
    pub(super) fn group(&self, group: u32) -> &Group {
        &self.groups[place(group)]
    }

    pub(super) fn group_mut(&mut self, group: u32) -> &mut Group {
        &mut self.groups[place(group)]
    }

    /// Every group, for reports and rare events only.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &Group)> {
        self.by_label.values().map(|group| (*group, self.group(*group)))
    }

    pub(super) fn by_label(&self, label: &ItemLabel, clearance: Clearance) -> Option<u32> {
        self.by_label.get(&Key(label, clearance)).copied()
    }

    /// Takes in a group that was not met before.
    pub(super) fn add_group(&mut self, new: Group) -> u32 {
        if let Wish::Agent(_) = new.wish {
            self.continuations += 1;
        }
        if self.by_label.len() >= self.kept_max.max(KEPT_MIN) {
            self.forget_unused();
        }
        let key = (new.label.clone(), new.clearance);
        let group = match self.free.pop() {
            Some(group) => {
                self.groups[place(group)] = new;
                group
            }
            None => {
                self.groups.push(new);
                u32::try_from(self.groups.len() - 1).expect("fewer than 2^32 labels")
            }
        };
        self.by_label.insert(key, group);
        group
    }

    /// Forgets the labels that no item has, and sets the mark for the next time to twice what is left.
    fn forget_unused(&mut self) {
        let (groups, free, continuations) = (&mut self.groups, &mut self.free, &mut self.continuations);
        self.by_label.retain(|_, place_of| {
            let group = &mut groups[place(*place_of)];
            let used = group.items > 0
                || group.listed
                || group.said.is_some()
                || group.watched
                || group.blocked_until.is_some();
            if !used {
                *continuations -= u32::from(matches!(group.wish, Wish::Agent(_)));
                // Nothing serves a forgotten group, so no new class is matched with it.
                group.wish = Wish::Unknown;
                free.push(*place_of);
            }
            used
        });
        self.kept_max = self.by_label.len() * 2;
    }

    /// Takes in an item of `group` as it is now; says which groups' demand changed: the one it left, the one it is in.
    pub(super) fn item_seen(&mut self, item: &QueueItem, group: u32, now: Timestamp) -> [Option<u32>; 2] {
        let buildable = matches!(item.state, ItemState::Buildable { .. });
        let runs = self.running.contains_key(&item.id);
        let old = self.items.insert(item.id, Item { group, buildable });
        let waited = old.filter(|old| old.buildable && !runs).map(|old| old.group);
        let waits = (buildable && !runs).then_some(group);
        if let Some(old) = old {
            self.groups[place(old.group)].items -= 1;
        }
        self.groups[place(group)].items += 1;
        if waited == waits {
            return [None, None];
        }
        if let Some(group) = waited {
            self.groups[place(group)].less(now);
        }
        if let Some(group) = waits {
            self.groups[place(group)].more(item.id);
        }
        [waited, waits]
    }

    /// The group of an item that is in the queue.
    pub(super) fn group_of_item(&self, id: QueueItemId) -> Option<&Group> {
        self.items.get(&id).map(|item| self.group(item.group))
    }

    /// Forgets an item that left the queue; says which group's demand changed.
    pub(super) fn item_gone(&mut self, id: QueueItemId, now: Timestamp) -> Option<u32> {
        let item = self.items.swap_remove(&id)?;
        let group = &mut self.groups[place(item.group)];
        group.items -= 1;
        if !item.buildable || self.running.contains_key(&id) {
            return None;
        }
        group.less(now);
        Some(item.group)
    }

    /// An executor runs this item; says which group's demand changed.
    pub(super) fn runs(&mut self, id: QueueItemId, now: Timestamp) -> Option<u32> {
        if self.running.insert(id, ()).is_some() {
            return None;
        }
        let item = self.items.get(&id).filter(|item| item.buildable)?;
        self.groups[place(item.group)].less(now);
        Some(item.group)
    }

    /// An executor does not run this item any more; says which group's demand changed.
    pub(super) fn runs_no_more(&mut self, id: QueueItemId) -> Option<u32> {
        self.running.swap_remove(&id)?;
        let item = self.items.get(&id).filter(|item| item.buildable)?;
        self.groups[place(item.group)].more(id);
        Some(item.group)
    }

    /// Whether the item waits for an agent.
    fn waits(&self, id: QueueItemId, group: u32) -> bool {
        self.items.get(&id).is_some_and(|item| item.buildable && item.group == group)
            && !self.running.contains_key(&id)
    }

    /// The oldest item of the group that waits.
    pub(super) fn oldest(&mut self, group: u32) -> Option<QueueItemId> {
        while let Some(Reverse(id)) = self.groups[place(group)].oldest.peek().copied() {
            if self.waits(id, group) {
                return Some(id);
            }
            self.groups[place(group)].oldest.pop();
        }
        None
    }

    /// Items in the queue.
    pub(super) fn items(&self) -> usize {
        self.items.len()
    }
}

impl Group {
    /// A group without items, for a wish that nothing serves.
    pub(super) fn new(label: ItemLabel, clearance: Clearance, wish: Wish, now: Timestamp) -> Self {
        Self {
            label,
            clearance,
            asks: Overrides::default(),
            barred: Vec::new(),
            wish,
            options: Vec::new(),
            supplies: Vec::new(),
            waiting: 0,
            items: 0,
            oldest: BinaryHeap::new(),
            promised: SmallVec::new(),
            listed: false,
            refused: None,
            said: None,
            blocked_until: None,
            blocks: 0,
            watched: false,
            hopeless: None,
            progress_at: now,
        }
    }

    /// How many of its items no agent is promised to.
    pub(super) fn unserved(&self) -> u32 {
        let promised: u32 = self.promised.iter().map(|(_, amount)| amount).sum();
        self.waiting.saturating_sub(promised)
    }

    fn more(&mut self, id: QueueItemId) {
        self.waiting += 1;
        self.oldest.push(Reverse(id));
    }

    fn less(&mut self, now: Timestamp) {
        self.waiting -= 1;
        self.progress_at = now;
        self.blocks = 0;
        if self.waiting == 0 {
            self.oldest.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::EPOCH;

    fn add(demand: &mut Demand, label: &str) -> u32 {
        let label = ItemLabel::Expression(label.into());
        demand.add_group(Group::new(label, Clearance::EVERY, Wish::Any, NOW))
    }

    fn item(id: u64, state: ItemState) -> QueueItem {
        QueueItem {
            id: QueueItemId(id),
            label: ItemLabel::Any,
            state,
            in_queue_since: NOW,
            job: None,
            run: None,
        }
    }

    #[test]
    fn only_what_is_buildable_and_runs_nowhere_waits() {
        let buildable = ItemState::Buildable { since: NOW };
        // (state) => whether it waits
        let table = [
            (ItemState::Waiting { until: NOW }, 0),
            (ItemState::Blocked, 0),
            (ItemState::Pending, 0),
            (buildable, 1),
        ];
        for (state, waits) in table {
            let mut demand = Demand::default();
            let group = add(&mut demand, "a");
            demand.item_seen(&item(7, state), group, NOW);
            assert_eq!(demand.group(group).waiting, waits, "{state:?}");
            demand.runs(QueueItemId(7), NOW);
            assert_eq!(demand.group(group).waiting, 0, "{state:?}, running");
            demand.runs_no_more(QueueItemId(7));
            assert_eq!(demand.group(group).waiting, waits, "{state:?}, running no more");
            demand.item_gone(QueueItemId(7), NOW);
            assert_eq!((demand.group(group).waiting, demand.group(group).items), (0, 0));
        }
    }

    #[test]
    fn an_item_whose_label_becomes_known_changes_its_group() {
        let mut demand = Demand::default();
        let (unknown, java) = (add(&mut demand, "?"), add(&mut demand, "java"));
        let seen = item(7, ItemState::Buildable { since: NOW });
        assert_eq!(demand.item_seen(&seen, unknown, NOW), [None, Some(unknown)]);
        assert_eq!(demand.item_seen(&seen, java, NOW), [Some(unknown), Some(java)]);
        assert_eq!(demand.item_seen(&seen, java, NOW), [None, None]);
        assert_eq!((demand.group(unknown).waiting, demand.group(java).waiting), (0, 1));
    }

    #[test]
    fn the_oldest_item_is_the_oldest_that_still_waits() {
        let mut demand = Demand::default();
        let group = add(&mut demand, "a");
        for id in [5, 3, 9] {
            demand.item_seen(&item(id, ItemState::Buildable { since: NOW }), group, NOW);
        }
        assert_eq!(demand.oldest(group), Some(QueueItemId(3)));
        demand.item_gone(QueueItemId(3), NOW);
        demand.runs(QueueItemId(5), NOW);
        assert_eq!(demand.oldest(group), Some(QueueItemId(9)));
        demand.runs_no_more(QueueItemId(5));
        assert_eq!(demand.oldest(group), Some(QueueItemId(5)));
    }

    #[test]
    fn labels_that_nobody_has_are_forgotten_in_the_end() {
        let mut demand = Demand::default();
        let kept = add(&mut demand, "kept");
        demand.item_seen(&item(1, ItemState::Blocked), kept, NOW);
        for label in 0..10 * KEPT_MIN {
            add(&mut demand, &format!("label-{label}"));
        }
        assert!(demand.by_label.len() <= KEPT_MIN && demand.groups.len() <= KEPT_MIN + 1);
        let label = ItemLabel::Expression("kept".into());
        assert_eq!(demand.by_label(&label, Clearance::EVERY), Some(kept));
        assert_eq!(demand.by_label(&label, Clearance(1)), None, "items of other jobs are another group");
    }
}
