//! What is concluded from a view that is partial, late or one-sided: nothing that could not be taken back.

use crate::twins::Twins;
use footman_core::{Millis, event::TaskStatus};

/// A node that was made, whose `RunTask` has no answer, and which nobody needs any more.
fn in_doubt() -> Twins {
    let mut twins = Twins { launches_lost: true, ..Twins::new() };
    twins.submit();
    twins.ticks(3);
    assert_eq!((twins.nodes.len(), twins.tasks.len()), (1, 0));
    assert!(twins.calls > 0);
    twins.items.clear();
    twins
}

#[test]
fn a_young_closed_node_without_a_task_is_gone_within_60_s_of_the_first_listings_after_a_crash() {
    // (seconds until the first listings)
    for late in [1, 5, 59, 90] {
        let mut twins = in_doubt();
        twins.nodes[0].temporarily_offline = true;
        twins.crash();
        twins.now = twins.now + Millis::from_secs(late - 1);
        twins.tick();
        let listed = twins.now;
        let before = twins.calls;
        while !twins.nodes.is_empty() {
            twins.tick();
            let took = twins.now.since(listed);
            let most = Millis::from_secs(62_u64.saturating_sub(late).max(3));
            assert!(took <= most.min(Millis::from_secs(60)), "listed after {late} s: there after {took}");
        }
        let took = twins.now.since(listed);
        let shown = Millis::from_secs(60_u64.saturating_sub(late));
        assert!(
            took >= shown,
            "listed after {late} s: deleted after {took}, before a task of it had to show"
        );
        assert_eq!(twins.calls, before, "it is not launched again");
        twins.ticks(3);
        assert_eq!(twins.core.agents_len(), 0);
    }
}

#[test]
fn a_node_whose_task_may_exist_is_not_deleted_while_ecs_cannot_be_listed() {
    let mut twins = in_doubt();
    twins.nodes[0].temporarily_offline = true;
    twins.tick();
    twins.tasks_complete = false;
    twins.ticks(600);
    assert_eq!((twins.nodes.len(), twins.core.agents_counted()), (1, 1), "a view that shows nothing");
    let name = twins.nodes[0].name.clone();
    let arn = twins.start(&name);
    twins.tasks_complete = true;
    twins.ticks(10);
    assert_eq!(twins.stopped, [arn], "the task shows, and is stopped");
    assert_eq!((twins.nodes.len(), twins.core.agents_counted()), (0, 0));
}

#[test]
fn a_task_that_ecs_accepted_is_not_given_up_while_ecs_cannot_be_listed() {
    let mut twins = Twins::new();
    twins.submit();
    twins.tick();
    twins.tasks_complete = false;
    let hidden = std::mem::take(&mut twins.tasks);
    twins.nodes[0].temporarily_offline = true;
    twins.items.clear();
    twins.ticks(600);
    assert_eq!((twins.nodes.len(), twins.core.agents_counted()), (1, 1));
    twins.tasks = hidden;
    twins.tasks_complete = true;
    twins.tasks[0].status = TaskStatus::Stopped;
    twins.ticks(3);
    assert_eq!((twins.nodes.len(), twins.core.agents_counted()), (0, 0));
}

#[test]
fn a_task_is_no_orphan_while_jenkins_cannot_be_listed() {
    let mut twins = Twins::new();
    twins.tick();
    let orphan = twins.start(&"nobody-1".into());
    twins.jenkins_complete = false;
    twins.ticks(300);
    assert!(twins.stopped.is_empty());
    twins.jenkins_complete = true;
    twins.ticks(20);
    assert_eq!(twins.stopped, [orphan]);
}

#[test]
fn a_task_whose_node_is_seen_late_is_no_orphan() {
    let mut other = Twins::new();
    other.submit();
    other.tick();
    let mut twins = Twins::new();
    twins.tick();
    twins.tasks = other.tasks.clone();
    twins.ticks(5);
    assert_eq!((twins.core.orphans_len(), twins.core.agents_counted()), (1, 1));
    other.nodes[0].online = true;
    twins.nodes = other.nodes.clone();
    twins.ticks(100);
    assert!(twins.stopped.is_empty(), "it has a node, and stands ready for a build");
    assert_eq!((twins.core.orphans_len(), twins.core.agents_len(), twins.core.agents_counted()), (0, 1, 1));
    assert_eq!(twins.calls, 0);
}
