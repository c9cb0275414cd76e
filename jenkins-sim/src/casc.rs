//! What the configuration-as-code plugin does to nodes when it reloads its YAML with `jenkins.nodes` in it (#2842, #2844;
//! source of mid-2026).

use crate::{
    Jenkins,
    error::{CreateNodeError, NodeError},
    node::{CONTROLLER, NodeKey},
    queue::check_name,
    request::NodeSpec,
};
use footman_core::{id::NodeName, time::Timestamp};
use std::collections::BTreeSet;

impl Jenkins {
    /// Gives a node the property `CascKeepNode`, or takes it away.
    ///
    /// # Errors
    ///
    /// Fails for an unknown node, and for the controller.
    pub fn keep_through_casc(
        &mut self,
        now: Timestamp,
        node: &NodeName,
        keep: bool,
    ) -> Result<(), NodeError> {
        let key = self.agent_node(now, node)?;
        self.nodes[key].kept = keep;
        Ok(())
    }

    /// The YAML is reloaded, and these are its `jenkins.nodes`: nodes that stand there are made, or configured anew while
    /// what runs on them goes on; all others are removed under their builds, but for those with the property
    /// `CascKeepNode`.
    ///
    /// # Errors
    ///
    /// Fails for a bad name and for one that stands there twice; nothing is changed then.
    pub fn reload_casc(&mut self, now: Timestamp, nodes: &[NodeSpec]) -> Result<(), CreateNodeError> {
        self.advance(now);
        self.available()?;
        let mut named: BTreeSet<&str> = BTreeSet::new();
        for node in nodes {
            let name = node.name.as_str().trim();
            check_name(name)?;
            if !named.insert(name) || name == self.nodes[CONTROLLER].name.as_str() {
                return Err(CreateNodeError::Duplicate { name: name.into() });
            }
        }
        let is_removed = |&key: &NodeKey| {
            let node = &self.nodes[key];
            key != CONTROLLER && !node.kept && !named.contains(node.name.as_str())
        };
        let mut removed: Vec<NodeKey> = self.nodes.keys().filter(is_removed).collect();
        removed.sort_unstable_by(|&a, &b| self.nodes[a].name.cmp(&self.nodes[b].name));
        for key in removed {
            self.remove_node(key);
        }
        for node in nodes {
            match self.nodes.key(&node.name.as_str().trim().into()) {
                Some(key) => self.configure_node(key, node),
                None => self.add_node(node.clone())?,
            }
        }
        self.drop_void();
        Ok(())
    }

    /// Sets what the YAML says of a node that is there already.
    fn configure_node(&mut self, key: NodeKey, spec: &NodeSpec) {
        let node = &mut self.nodes[key];
        if node.description != spec.description {
            node.description.clone_from(&spec.description);
            self.mark_node(key);
        }
        // All of it holds at once: no executor that goes is given to what the new labels admit, and none that comes to what
        // the old ones did.
        if spec.executors < self.nodes[key].executors {
            self.resize(key, spec.executors);
        }
        let node = &mut self.nodes[key];
        if node.labels != spec.labels || node.exclusive != spec.exclusive {
            node.labels = spec.labels.clone();
            node.exclusive = spec.exclusive;
            self.reclass(key);
        }
        self.resize(key, spec.executors);
    }
}
