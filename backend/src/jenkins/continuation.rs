//! Finds marked nodes that a Pipeline waits for.
//!
//! After a restart of the controller a Pipeline queues a continuation whose label is the name of the node that it ran on, and
//! gives up after 5 minutes (`ExecutorStepDynamicContext`, read in the source). A node that was closed by emptying its labels
//! takes it. One that was closed by a mark takes nothing, so the mark has to go.
//!
//! Must stay pure: no I/O, no clock.

use super::listing::{ListedNode, NodeKind};
use footman_core::{
    event::{ItemLabel, QueueItem},
    id::NodeName,
};

/// The agents of ours that are marked offline and whose name is the label of an item, in the order of the names.
pub fn awaited<'a>(nodes: &'a [ListedNode], items: &[QueueItem]) -> Vec<&'a NodeName> {
    let is_awaited = |name: &NodeName| {
        items.iter().any(|item| match &item.label {
            ItemLabel::Expression(text) => **text == *name.as_str(),
            ItemLabel::Any | ItemLabel::Unknown => false,
        })
    };
    nodes
        .iter()
        .filter(|listed| listed.kind == NodeKind::Agent && listed.node.temporarily_offline)
        .map(|listed| &listed.node.name)
        .filter(|name| is_awaited(name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use footman_core::{
        Timestamp,
        event::{ItemState, Node},
        id::QueueItemId,
        label::LabelSet,
    };

    #[test]
    fn a_marked_agent_is_awaited_by_the_item_that_names_it() {
        let node = |name: &str, marked: bool, kind| ListedNode {
            node: Node {
                name: name.into(),
                description: None,
                labels: LabelSet::new(["docker"]),
                exclusive: true,
                online: false,
                temporarily_offline: marked,
                idle: true,
                executors: 1,
                busy: 0,
                running: [].into_iter().collect(),
                runs: [].into_iter().collect(),
            },
            kind,
            hides_build: false,
        };
        let item = |label| QueueItem {
            id: QueueItemId(1),
            label,
            state: ItemState::Buildable { since: Timestamp::EPOCH },
            in_queue_since: Timestamp::EPOCH,
            job: None,
            run: None,
        };
        let wants = |label: &str| item(ItemLabel::Expression(label.into()));
        // (node, item) => awaited
        let table = [
            (node("a", true, NodeKind::Agent), wants("a"), true),
            (node("a", true, NodeKind::Agent), wants("docker"), false),
            (node("a", true, NodeKind::Agent), item(ItemLabel::Unknown), false),
            (node("a", true, NodeKind::Agent), item(ItemLabel::Any), false),
            (node("a", false, NodeKind::Agent), wants("a"), false),
            (node("a", true, NodeKind::Foreign), wants("a"), false), // somebody marked a node of theirs
            (node("a", true, NodeKind::Lookout), wants("a"), false),
        ];
        for (node, item, want) in table {
            let (nodes, items) = ([node], [item]);
            let names: Vec<&str> = awaited(&nodes, &items).iter().map(|name| name.as_str()).collect();
            assert_eq!(names, if want { vec!["a"] } else { vec![] }, "{nodes:?} {items:?}");
        }
    }
}
