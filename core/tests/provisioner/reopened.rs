//! Nodes that were closed and take builds again, because an edit that was read before is carried out late.

use crate::reference_model::{Habits, View, World, policy, template};
use footman_core::{Millis, decision::Phase, policy::Limit};

/// How long a build takes.
const BUILD: Millis = Millis::from_secs(20);

/// A world in which one agent has a build of two, and the other build waits for the limit.
fn one_of_two(view: View) -> World {
    let mut policy = policy(vec![template("java", &["java"])]);
    policy.limit = Limit { agents: Some(1), ..Limit::default() };
    let mut world = World::new(policy, Habits { view, start_max_ms: 2000, ..Habits::DEFAULT });
    world.run_for(Millis::from_secs(2));
    world.submit("java", 2, BUILD);
    assert!(world.run_until(Millis::from_mins(1), |world| world.in_phase(Phase::Busy) == 1));
    world
}

/// Once idle was read twice the task is being stopped, and closing comes too late.
#[test]
fn a_closed_node_that_takes_builds_again_is_closed_again_while_it_has_its_build() {
    let mut reopened = 0;
    for view in [View::Changes, View::Listings] {
        for late_ms in (0..20_000).step_by(250) {
            let mut world = one_of_two(view);
            world.run_for(Millis::new(late_ms));
            let first = world.created == 1 && world.done == 0;
            let undone = world.undo_closing();
            reopened += undone;
            let over = |world: &World| world.done == 2 && world.nodes() + world.live_tasks() == 0;
            assert!(
                world.run_until(Millis::from_mins(10), over),
                "{view:?} {late_ms} ms: {} done",
                world.done
            );
            assert_eq!(world.killed, 0, "{view:?} {late_ms} ms");
            // Reopened before anybody saw it closed, or just before its build was over, it may have had one more build.
            if undone == 1 && first && (3_000..15_000).contains(&late_ms) {
                assert_eq!((world.created, world.overruns), (2, 0), "{view:?} {late_ms} ms");
            }
            assert!(world.overruns <= 1, "{view:?} {late_ms} ms");
        }
    }
    assert!(reopened > 100, "{reopened}");
}

#[test]
fn a_node_that_something_opens_again_and_again_goes_all_the_same() {
    for view in [View::Changes, View::Listings] {
        let mut world = one_of_two(view);
        let gone = (0..600).any(|_| {
            world.undo_closing();
            world.run_for(Millis::from_secs(1));
            world.done == 2 && world.nodes() + world.live_tasks() == 0
        });
        assert!(gone, "{view:?}: {} done, {} nodes", world.done, world.nodes());
        assert_eq!(world.killed, 0, "{view:?}");
    }
}
