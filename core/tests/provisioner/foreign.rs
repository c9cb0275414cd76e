//! Nodes that are not ours, on which what waits may run too.

use crate::{nodes, twins::Twins};
use footman_core::{decision::Phase, event::Node};

/// A node of somebody else's with four executors, so many of which work without a `queueId`, as `node` blocks do.
fn node(busy: u16) -> Node {
    Node { idle: busy == 0, busy, ..nodes::foreign("static-1", &["java"], 4) }
}

/// What waits is launched for where no executor is free, whether or not a node shows which builds it has.
#[test]
fn executors_with_blocks_of_pipelines_are_not_free() {
    // (how many of four work) => agents that are made for one build that waits
    for (busy, made) in [(0, 0), (1, 0), (3, 0), (4, 1)] {
        let mut twins = Twins::new();
        twins.nodes.push(node(busy));
        twins.ticks(2);
        twins.submit();
        twins.ticks(3);
        let agents: u32 = Phase::ALL.into_iter().map(|phase| twins.core.agents_in(phase)).sum();
        assert_eq!(agents, made, "{busy} of four work");
    }
}
