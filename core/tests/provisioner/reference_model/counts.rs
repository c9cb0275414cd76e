//! What there is in the small world, and what changed between two looks at it.

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
