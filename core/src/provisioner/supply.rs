//! What can take builds: classes of interchangeable agents of ours, and of nodes that are not ours.
//!
//! A class per template stands from the start, in the templates' order; specs with overrides and the label sets of
//! foreign nodes get a class when first met. Classes that one label expression joins form a component: what changes in
//! one component leaves the plans of the others as they are.

use crate::{
    id::TemplateId,
    label::LabelSet,
    policy::{Policy, Template},
    provisioner::{gate::Gate, limits::Share, naming},
    spec::AgentSpec,
    time::Timestamp,
};
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use std::sync::Arc;

/// The place of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct SupplyId(pub(super) u32);

impl SupplyId {
    pub(super) fn index(self) -> usize {
        usize::try_from(self.0).expect("a usize has at least 32 bits on every supported target")
    }
}

impl From<TemplateId> for SupplyId {
    /// The class of the agents that are made from a template without overrides.
    fn from(template: TemplateId) -> Self {
        Self(template.0)
    }
}

/// Whose agents they are.
#[derive(Debug, Clone)]
pub(super) enum Origin {
    /// Ours.
    Own {
        /// What each is.
        spec: Arc<AgentSpec>,
        /// What each takes out of the limits.
        share: Share,
        /// What the descriptions of their nodes start with.
        description: Arc<str>,
        /// What they say behind the time of decision.
        session: Arc<str>,
    },
    /// Somebody else's nodes with these labels.
    Foreign { labels: LabelSet, exclusive: bool },
}

/// A class of agents that are the same to every label expression.
#[derive(Debug)]
pub(super) struct Supply {
    pub(super) origin: Origin,
    /// Agents on their way.
    pub(super) coming: u32,
    /// Agents, or executors of foreign nodes, that are online and idle.
    pub(super) idle: u32,
    /// Since when `idle` has been above zero without a gap.
    pub(super) idle_since: Timestamp,
    /// What ECS says to more of them.
    pub(super) gate: Gate,
    parent: SupplyId,
}

impl Supply {
    /// Whether the agents are ours.
    pub(super) fn is_own(&self) -> bool {
        match self.origin {
            Origin::Own { .. } => true,
            Origin::Foreign { .. } => false,
        }
    }
}

/// Groups that compete for the same classes, directly or through others.
#[derive(Debug, Default)]
pub(super) struct Component {
    /// Groups with waiting items, and some that had some at the last plan.
    pub(super) active: Vec<u32>,
    /// Templates that keep agents warm.
    pub(super) warm: Vec<TemplateId>,
    /// Whether something changed since the last plan.
    pub(super) dirty: bool,
}

/// All classes and components.
#[derive(Debug)]
pub(super) struct Supplies {
    classes: Vec<Supply>,
    /// By the place of the class that stands for the component; empty at the others.
    components: Vec<Component>,
    by_spec: IndexMap<AgentSpec, SupplyId, FxBuildHasher>,
    by_labels: IndexMap<(LabelSet, bool), SupplyId, FxBuildHasher>,
    dirty: Vec<SupplyId>,
}

/// The spec of a template's agents without overrides.
pub(super) fn base_spec(id: TemplateId, template: &Template) -> AgentSpec {
    AgentSpec { template: id, labels: template.labels.clone(), size: template.size, session: None }
}

impl Supplies {
    /// A class per template.
    pub(super) fn new(policy: &Policy) -> Self {
        let mut supplies = Self {
            classes: Vec::new(),
            components: Vec::new(),
            by_spec: IndexMap::default(),
            by_labels: IndexMap::default(),
            dirty: Vec::new(),
        };
        for (index, template) in (0u32..).zip(&policy.templates) {
            let id = TemplateId(index);
            let (supply, new) = supplies.own(&base_spec(id, template), policy);
            debug_assert!(new && supply == SupplyId::from(id), "templates come first");
            if template.min_idle > 0 {
                supplies.components[supply.index()].warm.push(id);
                supplies.touch(supply);
            }
        }
        supplies
    }

    fn push(&mut self, origin: Origin) -> SupplyId {
        let id = SupplyId(u32::try_from(self.classes.len()).expect("fewer than 2^32 classes"));
        self.classes.push(Supply {
            origin,
            coming: 0,
            idle: 0,
            idle_since: Timestamp::EPOCH,
            gate: Gate::default(),
            parent: id,
        });
        self.components.push(Component::default());
        id
    }

    /// The class of our agents with this spec, and whether it is a new one.
    pub(super) fn own(&mut self, spec: &AgentSpec, policy: &Policy) -> (SupplyId, bool) {
        if let Some(id) = self.by_spec.get(spec) {
            return (*id, false);
        }
        let template = &policy.templates[spec.template.index()];
        let share = Share::new(spec.size, template.size, template.price_per_hour.get());
        let description = naming::describe_start(policy, spec);
        let session = naming::describe_session(spec);
        let id = self.push(Origin::Own { spec: Arc::new(spec.clone()), share, description, session });
        self.by_spec.insert(spec.clone(), id);
        (id, true)
    }

    /// The class of foreign nodes with these labels, and whether it is a new one.
    pub(super) fn foreign(&mut self, labels: &LabelSet, exclusive: bool) -> (SupplyId, bool) {
        let key = (labels.clone(), exclusive);
        if let Some(id) = self.by_labels.get(&key) {
            return (*id, false);
        }
        let id = self.push(Origin::Foreign { labels: key.0.clone(), exclusive });
        self.by_labels.insert(key, id);
        (id, true)
    }

    pub(super) fn get(&self, id: SupplyId) -> &Supply {
        &self.classes[id.index()]
    }

    pub(super) fn get_mut(&mut self, id: SupplyId) -> &mut Supply {
        &mut self.classes[id.index()]
    }

    /// The spec and the share of a class of ours.
    pub(super) fn spec(&self, id: SupplyId) -> (&Arc<AgentSpec>, Share) {
        match &self.get(id).origin {
            Origin::Own { spec, share, .. } => (spec, *share),
            Origin::Foreign { .. } => unreachable!("agents of ours are of classes of ours"),
        }
    }

    /// What the descriptions of the nodes of a class of ours say before the time of decision, and behind it.
    pub(super) fn description(&self, id: SupplyId) -> (&str, &str) {
        match &self.get(id).origin {
            Origin::Own { description, session, .. } => (description, session),
            Origin::Foreign { .. } => unreachable!("agents of ours are of classes of ours"),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (SupplyId, &Supply)> {
        (0u32..).map(SupplyId).zip(&self.classes)
    }

    /// The class that stands for the component of `id`.
    pub(super) fn root(&mut self, id: SupplyId) -> SupplyId {
        let mut root = id;
        while self.classes[root.index()].parent != root {
            root = self.classes[root.index()].parent;
        }
        let mut walk = id;
        while walk != root {
            let next = self.classes[walk.index()].parent;
            self.classes[walk.index()].parent = root;
            walk = next;
        }
        root
    }

    /// Makes one component of those of `a` and `b`.
    pub(super) fn join(&mut self, a: SupplyId, b: SupplyId) {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return;
        }
        let (keep, drop) = (a.min(b), a.max(b));
        self.classes[drop.index()].parent = keep;
        let dropped = std::mem::take(&mut self.components[drop.index()]);
        let kept = &mut self.components[keep.index()];
        kept.active.extend(dropped.active);
        kept.warm.extend(dropped.warm);
        kept.warm.sort_unstable();
        if dropped.dirty {
            self.touch(keep);
        }
    }

    /// The component of `id`.
    pub(super) fn component(&mut self, id: SupplyId) -> &mut Component {
        let root = self.root(id);
        &mut self.components[root.index()]
    }

    /// Has the component of `id` planned again.
    pub(super) fn touch(&mut self, id: SupplyId) {
        let root = self.root(id);
        let component = &mut self.components[root.index()];
        if !component.dirty {
            component.dirty = true;
            self.dirty.push(root);
        }
    }

    /// Whether no component is to be planned again.
    pub(super) fn are_clean(&self) -> bool {
        self.dirty.is_empty()
    }

    /// Takes the list of what is to be planned again.
    pub(super) fn take_dirty(&mut self, into: &mut Vec<SupplyId>) {
        into.clear();
        std::mem::swap(&mut self.dirty, into);
        for place in into.iter_mut() {
            *place = self.root(*place);
            self.components[place.index()].dirty = false;
        }
        into.sort_unstable();
        into.dedup();
    }
}
