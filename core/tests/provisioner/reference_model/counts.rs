//! What there is in the small world and what must hold of it, and what changed between two looks at it.

use super::*;

impl World {
    pub(crate) fn waiting(&self) -> usize {
        self.builds.len()
    }

    pub(crate) fn live_tasks(&self) -> usize {
        self.live_count
    }

    pub(crate) fn nodes(&self) -> usize {
        self.agents.len() - self.foreign
    }

    pub(crate) fn node_names(&self) -> Vec<NodeName> {
        self.agents.values().filter(|agent| !agent.foreign).map(|agent| agent.node.name.clone()).collect()
    }

    pub(crate) fn building(&self) -> usize {
        self.agents.values().filter(|agent| agent.build.is_some()).count()
    }

    /// How many of our tasks live beside another live one of the same agent.
    pub(crate) fn doubles(&self) -> usize {
        self.live.values().filter(|count| **count > 1).count()
    }

    /// What must hold at any time.
    pub(super) fn check(&mut self) {
        self.steps += 1;
        if self.nodes() > 64 && !self.steps.is_multiple_of(64) {
            return;
        }
        let ours = self.live.iter().filter(|(name, _)| !name.as_str().starts_with("nobody"));
        let live: u64 = ours.map(|(_, count)| u64::from(*count)).sum();
        assert_eq!(self.doubles(), 0, "two live tasks of one agent");
        if let Some(limit) = self.policy.limit.agents {
            assert!(live <= u64::from(limit), "{live} live tasks, {limit} allowed");
        }
        for (index, template) in (0u32..).zip(&self.policy.templates) {
            if let Some(limit) = template.limit.agents {
                let of = self.core.templates().find(|view| view.template == TemplateId(index)).unwrap();
                assert!(of.agents <= u64::from(limit), "{} agents of `{}`", of.agents, template.name);
            }
        }
    }

    pub(crate) fn in_phase(&self, phase: Phase) -> u32 {
        self.core.agents_in(phase)
    }
}

pub(super) fn changes<K: Ord + Clone, V: PartialEq + Clone>(
    known: &mut BTreeMap<K, V>,
    seen: BTreeMap<K, V>,
) -> Vec<(K, Option<V>)> {
    let mut found: BTreeMap<K, Option<V>> = BTreeMap::new();
    for (key, value) in &seen {
        if known.get(key) != Some(value) {
            found.insert(key.clone(), Some(value.clone()));
        }
    }
    for key in known.keys() {
        if !seen.contains_key(key) {
            found.insert(key.clone(), None);
        }
    }
    *known = seen;
    found.into_iter().collect()
}
