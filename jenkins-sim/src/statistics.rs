//! The load statistics that Jenkins keeps all the time: of everything, of the jobs without a label, of every label.
//!
//! Jenkins looks at every node and every item at each tick of its clock (`LoadStatistics.LoadStatisticsUpdater`). Here a
//! tick costs what changed since the one before: nodes and items that did are counted anew, and the averages of a label take
//! the ticks in when its load changes or when somebody asks, for between two changes they are those of the same numbers. A
//! tick changes nothing but averages, so that nobody has to wait for it: it is due when time passes it.
//!
//! As in Jenkins the statistics begin anew with the controller, and those of a label with the first of its nodes: a label
//! without nodes is forgotten (`Jenkins.trimLabels`). An expression is kept once a job or a `node` block has wanted it.
//! Jenkins' first tick comes at a random time within 10 s; here it comes after 10 s.

use crate::{
    Jenkins,
    build::{Build, Phase, Slot, index},
    load::{CLOCK, Load, LoadStatistics},
    matching::Matching,
    node::{CONTROLLER, Node, NodeKey, Nodes},
};
use footman_core::{label::LabelExpression, time::Timestamp};
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use std::{collections::BTreeSet, sync::Arc};

/// What load statistics are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share<'a> {
    /// All nodes but the controller, and all items (`OverallLoadStatistics`).
    Overall,
    /// Nodes but the controller that are not reserved, and items without a label (`UnlabeledLoadStatistics`).
    Unlabeled,
    /// The nodes of a label, of the controller too where it has it, and items that want exactly this label; by its name,
    /// which of an expression is the one that `why` shows.
    Label(&'a str),
}

/// Statistics that are kept, with the load since they were last brought up to date.
#[derive(Debug, Clone, Default)]
struct Kept {
    ticks: u64,
    load: Load,
    statistics: LoadStatistics,
}

impl Kept {
    /// The statistics after so many ticks.
    fn after(&self, ticks: u64) -> LoadStatistics {
        let mut statistics = self.statistics.clone();
        statistics.update_times(self.load, ticks - self.ticks);
        statistics
    }

    /// The load changes after so many ticks.
    fn change(&mut self, ticks: u64, change: impl FnOnce(&mut Load)) {
        self.statistics.update_times(self.load, ticks - self.ticks);
        self.ticks = ticks;
        change(&mut self.load);
    }
}

/// The statistics of a label, which begin anew with the first of its nodes.
#[derive(Debug, Clone, Default)]
struct OfLabel {
    /// Its nodes, those without a computer too.
    nodes: u32,
    kept: Kept,
}

impl OfLabel {
    fn change(&mut self, ticks: u64, change: impl FnOnce(&mut Load)) {
        if self.nodes == 0 {
            self.kept.statistics = LoadStatistics::default();
            self.kept.ticks = ticks;
        }
        self.kept.change(ticks, change);
    }
}

/// A node as it is counted.
#[derive(Debug, Clone)]
struct CountedNode {
    load: Load,
    is_overall: bool,
    is_unlabeled: bool,
    labels: Vec<Arc<str>>,
}

/// What is known of a node or an item.
#[derive(Debug, Clone)]
struct Place<T> {
    /// Whether it may have changed since it was counted.
    is_changed: bool,
    counted: Option<T>,
}

/// All statistics.
#[derive(Debug, Clone)]
pub(crate) struct Statistics {
    /// How many ticks there were.
    ticks: u64,
    /// When the next one is.
    next: Timestamp,
    overall: Kept,
    unlabeled: Kept,
    labels: IndexMap<Arc<str>, OfLabel, FxBuildHasher>,
    /// The labels that are more than an atom.
    expressions: IndexMap<Arc<str>, LabelExpression, FxBuildHasher>,
    nodes: Vec<Place<CountedNode>>,
    /// Items by their slots, with the names of the labels that they want.
    items: Vec<Place<Option<Arc<str>>>>,
    changed_nodes: Vec<NodeKey>,
    changed_items: Vec<Slot>,
}

/// Notes that what is at `at` of `places` may have changed.
fn note<T>(places: &mut Vec<Place<T>>, changed: &mut Vec<u32>, at: u32) {
    while places.len() <= index(at) {
        places.push(Place { is_changed: false, counted: None });
    }
    let place = &mut places[index(at)];
    if !place.is_changed {
        place.is_changed = true;
        changed.push(at);
    }
}

impl Statistics {
    /// Statistics of nothing, whose first tick is at `first`.
    fn new(first: Timestamp) -> Self {
        Self {
            ticks: 0,
            next: first,
            overall: Kept::default(),
            unlabeled: Kept::default(),
            labels: IndexMap::default(),
            expressions: IndexMap::default(),
            nodes: Vec::new(),
            items: Vec::new(),
            changed_nodes: Vec::new(),
            changed_items: Vec::new(),
        }
    }

    /// Time passes the ticks until `at`; what changed was counted before.
    fn pass(&mut self, at: Timestamp) {
        let more = at.since(self.next).as_millis() / CLOCK.as_millis();
        self.ticks += 1 + more;
        self.next = self.next + CLOCK.saturating_mul(1 + more);
    }

    /// Counts what changed since it was counted.
    fn count(&mut self, nodes: &Nodes, wants: impl Fn(Slot) -> Option<Option<Arc<str>>>) {
        while let Some(key) = self.changed_nodes.pop() {
            self.count_node(key, &nodes[key]);
        }
        while let Some(slot) = self.changed_items.pop() {
            let wants = wants(slot);
            let place = &mut self.items[index(slot)];
            place.is_changed = false;
            if place.counted == wants {
                continue;
            }
            if let Some(old) = std::mem::replace(&mut place.counted, wants.clone()) {
                self.change_queue(old, |length| *length -= 1);
            }
            if let Some(new) = wants {
                self.change_queue(new, |length| *length += 1);
            }
        }
    }

    fn count_node(&mut self, key: NodeKey, node: &Node) {
        let new = node.exists.then(|| {
            let own = [node.name.text()];
            let atoms: BTreeSet<Arc<str>> = node.labels.iter().cloned().chain(own).collect();
            let expressions = self.expressions.iter();
            let matching = expressions.filter(|(_, label)| label.matches(&node.labels, node.name.as_str()));
            let mut labels: Vec<Arc<str>> = matching.map(|(name, _)| Arc::clone(name)).collect();
            labels.extend(atoms);
            let is_overall = key != CONTROLLER;
            CountedNode {
                load: Load::of([node]),
                is_overall,
                is_unlabeled: is_overall && !node.exclusive,
                labels,
            }
        });
        let place = &mut self.nodes[index(key)];
        place.is_changed = false;
        let old = std::mem::replace(&mut place.counted, new.clone());
        // The new one is entered first, so that a label whose only node changes keeps its statistics.
        if let Some(new) = new {
            self.change_node(&new, |load| *load += new.load);
            for label in &new.labels {
                self.enter_label(label, new.load);
            }
        }
        if let Some(old) = old {
            self.change_node(&old, |load| *load -= old.load);
            for label in &old.labels {
                self.leave_label(label, old.load);
            }
        }
    }

    fn change_node(&mut self, node: &CountedNode, change: impl Fn(&mut Load)) {
        if node.is_overall {
            self.overall.change(self.ticks, &change);
        }
        if node.is_unlabeled {
            self.unlabeled.change(self.ticks, &change);
        }
    }

    fn enter_label(&mut self, name: &Arc<str>, load: Load) {
        let label = self.labels.entry(Arc::clone(name)).or_default();
        label.change(self.ticks, |of_label| *of_label += load);
        label.nodes += 1;
    }

    fn leave_label(&mut self, name: &Arc<str>, load: Load) {
        let label = self.labels.get_mut(name).expect("a label stays while it has a node");
        label.change(self.ticks, |of_label| *of_label -= load);
        label.nodes -= 1;
        self.drop_label(name);
    }

    /// An item that wants this label enters the queue or leaves it.
    fn change_queue(&mut self, wanted: Option<Arc<str>>, change: impl Fn(&mut u32)) {
        let change = |load: &mut Load| change(&mut load.queue_length);
        self.overall.change(self.ticks, change);
        match wanted {
            None => self.unlabeled.change(self.ticks, change),
            Some(name) => {
                self.labels.entry(Arc::clone(&name)).or_default().change(self.ticks, change);
                self.drop_label(&name);
            }
        }
    }

    /// Forgets a label that has no nodes and that nothing wants.
    fn drop_label(&mut self, name: &Arc<str>) {
        if self.labels.get(name).is_some_and(|label| label.nodes == 0 && label.kept.load.queue_length == 0) {
            self.labels.swap_remove(name);
        }
    }

    /// A label is wanted: where it is an expression its nodes are looked for once.
    fn learn(&mut self, name: &Arc<str>, label: &LabelExpression, nodes: &Nodes) {
        if matches!(label, LabelExpression::Atom(_)) || self.expressions.contains_key(name) {
            return;
        }
        self.expressions.insert(Arc::clone(name), label.clone());
        for key in nodes.keys() {
            note(&mut self.nodes, &mut self.changed_nodes, key);
        }
    }
}

impl Jenkins {
    /// The statistics of a share of the load up to the last tick. Where none are kept
    /// ([`load_statistics`](crate::Settings::load_statistics)), and of a label without nodes, they are those of the start.
    pub fn load_statistics(&self, share: Share<'_>) -> LoadStatistics {
        let Some(statistics) = &self.statistics else { return LoadStatistics::default() };
        match share {
            Share::Overall => statistics.overall.after(statistics.ticks),
            Share::Unlabeled => statistics.unlabeled.after(statistics.ticks),
            Share::Label(name) => match statistics.labels.get(name).filter(|label| label.nodes > 0) {
                Some(label) => label.kept.after(statistics.ticks),
                None => LoadStatistics::default(),
            },
        }
    }

    /// When the statistics will be others, where they are kept.
    pub(crate) fn next_tick(&self) -> Option<Timestamp> {
        self.statistics.as_ref().map(|statistics| statistics.next)
    }

    /// Statistics begin, where they are kept, as if all that there is had come just now.
    pub(crate) fn begin_statistics(&mut self, now: Timestamp) {
        if !self.settings.load_statistics {
            return;
        }
        let mut statistics = Statistics::new(now + CLOCK);
        for (name, label) in self.matching.expressions() {
            statistics.learn(name, label, &self.nodes);
        }
        for key in self.nodes.keys() {
            note(&mut statistics.nodes, &mut statistics.changed_nodes, key);
        }
        for (slot, _) in self.builds.iter() {
            note(&mut statistics.items, &mut statistics.changed_items, slot);
        }
        self.statistics = Some(Box::new(statistics));
    }

    /// Time goes to `at`: ticks until then come before what happens at that instant.
    #[inline]
    pub(crate) fn tick_until(&mut self, at: Timestamp) {
        if self.statistics.as_ref().is_some_and(|statistics| statistics.next <= at) {
            self.count_load();
            if let Some(statistics) = &mut self.statistics {
                statistics.pass(at);
            }
        }
    }

    /// Counts what changed since the last tick.
    pub(crate) fn count_load(&mut self) {
        let Self { statistics: Some(statistics), nodes, builds, matching, .. } = self else { return };
        let wants = |slot: Slot| is_counted(&builds[slot]).then(|| name_of(matching, &builds[slot]));
        statistics.count(nodes, wants);
    }

    /// What a node counts for may have changed.
    #[inline]
    pub(crate) fn note_node_load(&mut self, key: NodeKey) {
        if let Some(statistics) = &mut self.statistics {
            note(&mut statistics.nodes, &mut statistics.changed_nodes, key);
        }
    }

    /// What an item counts for may have changed.
    #[inline]
    pub(crate) fn note_item_load(&mut self, slot: Slot) {
        if let Some(statistics) = &mut self.statistics {
            note(&mut statistics.items, &mut statistics.changed_items, slot);
        }
    }

    /// A job or a `node` block wants this label.
    pub(crate) fn note_label(&mut self, label: u32) {
        let Self { statistics: Some(statistics), nodes, matching, .. } = self else { return };
        if let Some((name, label)) = matching.label(label).as_expression() {
            statistics.learn(name, label, nodes);
        }
    }
}

/// Whether statistics count an item: buildable ones, also those that an executor has (`Queue.getBuildableItems`).
pub(crate) fn is_counted(build: &Build) -> bool {
    matches!(build.phase, Phase::Buildable | Phase::Pending) && !build.flyweight
}

/// The name of the label that an item wants, if it wants one.
fn name_of(matching: &Matching, build: &Build) -> Option<Arc<str>> {
    let label = matching.label(build.label);
    label.text().map(|_| Arc::clone(&label.shown))
}
