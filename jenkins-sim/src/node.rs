//! Nodes and their executors.

use crate::{
    agents::AgentId,
    balance::Points,
    build::{Slot, index},
    matching::ClassKey,
    view::OfflineCause,
};
use footman_core::{id::NodeName, label::LabelSet};
use indexmap::{IndexMap, map::Entry};
use rustc_hash::FxBuildHasher;
use smallvec::SmallVec;
use std::sync::Arc;

/// The place of a node in its table.
pub(crate) type NodeKey = u32;

/// The controller's place.
pub(crate) const CONTROLLER: NodeKey = 0;

/// One node.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) name: NodeName,
    pub(crate) description: Option<Arc<str>>,
    pub(crate) labels: LabelSet,
    pub(crate) exclusive: bool,
    pub(crate) executors: u16,
    pub(crate) class: ClassKey,
    pub(crate) is_controller: bool,
    /// Whether there is such a node; a deleted one leaves its place free.
    pub(crate) exists: bool,
    /// Whether an agent is connected.
    pub(crate) connected: bool,
    /// Whether somebody marked it offline.
    pub(crate) marked: bool,
    /// Whether the mark is in force only when the agent connects again: after a restart of the controller it reads false
    /// until then (seen on Jenkins 2.263.4).
    pub(crate) mark_asleep: bool,
    pub(crate) cause: Option<OfflineCause>,
    /// Whether the guard file lets it run one build only, and whether it has had that.
    pub(crate) guarded: bool,
    pub(crate) used: bool,
    /// Whether it has the property `CascKeepNode`.
    pub(crate) kept: bool,
    /// The process of its agent, where that is simulated.
    pub(crate) agent: Option<AgentId>,
    /// Under which stamp its agent is frozen, or 0.
    pub(crate) frozen: u64,
    /// Where it stands on the circle of the load balancer, once that was asked for.
    pub(crate) points: Option<Points>,
    /// Builds that have an executor, pending ones too, in no order.
    pub(crate) builds: SmallVec<[Slot; 2]>,
    /// Flyweight tasks that run here.
    pub(crate) flyweights: SmallVec<[Slot; 1]>,
    /// Numbers of executors without a build.
    pub(crate) numbers: SmallVec<[u16; 4]>,
    /// Executors that can be assigned.
    pub(crate) ready: u16,
    /// Changes whenever the node stops taking builds: executors on their way to be assignable are void then.
    pub(crate) epoch: u64,
    /// Under which stamp it is among the idle nodes of its class, or 0.
    pub(crate) idle_stamp: u64,
    /// Whether it is in the list of what changed.
    pub(crate) changed: bool,
    /// Whether an observer has seen it.
    pub(crate) seen: bool,
}

impl Node {
    /// Whether it is online: an agent is connected and nobody marked it.
    pub(crate) fn is_online(&self) -> bool {
        self.connected && (!self.marked || self.mark_asleep)
    }

    /// `temporarilyOffline`.
    pub(crate) fn is_temporarily_offline(&self) -> bool {
        self.marked && !self.mark_asleep
    }

    /// Whether it takes builds.
    pub(crate) fn takes_builds(&self) -> bool {
        self.exists && self.is_online() && !self.is_closed()
    }

    /// Whether the guard file keeps it closed: it has had its one build.
    pub(crate) fn is_closed(&self) -> bool {
        self.guarded && self.used
    }

    /// Whether it has a computer: one without executors has none once its builds have ended.
    pub(crate) fn has_computer(&self) -> bool {
        self.exists && (self.executors > 0 || !self.is_idle() || self.is_controller)
    }

    /// `idle`.
    pub(crate) fn is_idle(&self) -> bool {
        self.builds.is_empty() && self.flyweights.is_empty()
    }

    /// How many executors have no build.
    pub(crate) fn free_executors(&self) -> u16 {
        self.executors.saturating_sub(u16::try_from(self.builds.len()).unwrap_or(u16::MAX))
    }
}

/// All nodes, the controller first.
#[derive(Debug, Clone)]
pub(crate) struct Nodes {
    places: Vec<Node>,
    free: Vec<NodeKey>,
    keys: IndexMap<NodeName, NodeKey, FxBuildHasher>,
}

impl Nodes {
    /// Only the controller.
    pub(crate) fn new(controller: Node) -> Self {
        let mut nodes = Self { places: Vec::new(), free: Vec::new(), keys: IndexMap::default() };
        let key = nodes.insert(controller);
        assert_eq!(key, Ok(CONTROLLER), "the controller is the first node");
        nodes
    }

    /// The key of a node.
    pub(crate) fn key(&self, name: &NodeName) -> Option<NodeKey> {
        self.keys.get(name).copied()
    }

    /// The keys of all nodes, in no order that means anything.
    pub(crate) fn keys(&self) -> impl ExactSizeIterator<Item = NodeKey> {
        self.keys.values().copied()
    }

    /// How many there are, the controller included.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// How many places there are.
    #[cfg(test)]
    pub(crate) fn capacity(&self) -> usize {
        self.places.len()
    }

    /// Puts a node into a free place, or gives back the name of one that exists. What observers know of the place stays
    /// with the place.
    pub(crate) fn insert(&mut self, mut node: Node) -> Result<NodeKey, NodeName> {
        let Entry::Vacant(entry) = self.keys.entry(node.name.clone()) else { return Err(node.name) };
        let key = match self.free.pop() {
            Some(key) => {
                let place = &mut self.places[index(key)];
                node.changed = place.changed;
                *place = node;
                key
            }
            None => {
                self.places.push(node);
                last(&self.places)
            }
        };
        entry.insert(key);
        Ok(key)
    }

    /// Frees a place.
    pub(crate) fn remove(&mut self, key: NodeKey) {
        let node = &mut self.places[index(key)];
        node.exists = false;
        node.seen = false;
        self.keys.swap_remove(&node.name);
        self.free.push(key);
    }
}

/// The key of the last place.
fn last(places: &[Node]) -> NodeKey {
    u32::try_from(places.len() - 1).expect("there are fewer than 2^32 nodes")
}

impl std::ops::Index<NodeKey> for Nodes {
    type Output = Node;

    fn index(&self, key: NodeKey) -> &Node {
        &self.places[index(key)]
    }
}

impl std::ops::IndexMut<NodeKey> for Nodes {
    fn index_mut(&mut self, key: NodeKey) -> &mut Node {
        &mut self.places[index(key)]
    }
}
