//! Nodes as Jenkins shows them when they have just been made.

use footman_core::{event::Node, id::NodeName, label::LabelSet};
use smallvec::SmallVec;
use std::sync::Arc;

/// An agent's node, to which nothing has connected.
pub(crate) fn of_agent(name: &NodeName, description: Arc<str>, labels: &LabelSet) -> Node {
    Node {
        name: name.clone(),
        description: Some(description),
        labels: labels.clone(),
        exclusive: true,
        online: false,
        temporarily_offline: false,
        idle: true,
        executors: 1,
        busy: 0,
        running: SmallVec::new(),
        runs: SmallVec::new(),
    }
}

/// A node of somebody else's that is online and idle.
pub(crate) fn foreign(name: &str, labels: &[&str], executors: u16) -> Node {
    let labels = LabelSet::new(labels.iter().copied());
    Node { description: None, online: true, executors, ..of_agent(&name.into(), "".into(), &labels) }
}
