//! Agents that are kept for a number of builds, where nodes do not show which builds they are.

use crate::{
    reference_model::{START, policy, template},
    twins::Twins,
};
use footman_core::{
    Millis, Provisioner,
    decision::{Cause, Phase, What},
    id::QueueItemId,
    policy::Reuse,
};
use smallvec::smallvec;
use std::num::NonZeroU32;

/// An agent for two builds that is idle, in a world where nothing waits.
fn idle() -> Twins {
    let mut java = template("java", &["java"]);
    java.reuse = Reuse::Retain { idle: Millis::from_mins(30), builds: NonZeroU32::new(2) };
    let mut twins = Twins { core: Provisioner::new(policy(vec![java]), START), ..Twins::new() };
    twins.submit();
    twins.ticks(3);
    twins.items.clear();
    twins.nodes[0].online = true;
    twins.ticks(2);
    assert_eq!(twins.core.agents_in(Phase::Idle), 1);
    twins
}

fn is_spent(twins: &Twins) -> bool {
    let spent = |what: &What| matches!(what, What::Retire { cause: Cause::BuildsDone, .. });
    twins.decisions.iter().any(|decision| spent(&decision.what))
}

/// What executors show of a `node` block of a Pipeline has no `queueId` (`PlaceholderExecutable` of workflow-durable-task-step,
/// source of 2025), so that a block is known by the node's being busy alone.
#[test]
fn a_build_that_shows_no_queue_item_counts_once() {
    let mut twins = idle();
    for last in [false, true] {
        twins.nodes[0].idle = false;
        twins.ticks(3);
        assert_eq!(twins.core.agents_in(Phase::Busy), 1);
        assert_eq!(twins.nodes[0].temporarily_offline, last, "it is closed during its last build");
        twins.nodes[0].idle = true;
        twins.ticks(5);
        assert_eq!(is_spent(&twins), last);
    }
}

/// jenkins.md 2: a build that has just begun shows what it is 20 to 60 ms later.
#[test]
fn a_build_that_shows_its_queue_item_late_counts_once() {
    let mut twins = idle();
    for (item, last) in [(1, false), (2, true)] {
        twins.nodes[0].idle = false;
        twins.tick();
        twins.nodes[0].running = smallvec![QueueItemId(item)];
        twins.ticks(2);
        assert_eq!(twins.nodes[0].temporarily_offline, last, "it is closed during its last build");
        (twins.nodes[0].idle, twins.nodes[0].running) = (true, smallvec![]);
        twins.ticks(5);
        assert_eq!(is_spent(&twins), last);
    }
}
