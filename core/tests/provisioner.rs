//! Scenarios: what the decision core does in a small world of its own.

#[cfg(test)]
mod reference_model;

use footman_core::{Millis, decision::Phase};
use reference_model::{Habits, View, World, policy, template};

#[test]
fn a_burst_of_builds_on_one_label_makes_exactly_that_many_agents() {
    for view in [View::Changes, View::Listings] {
        for builds in [1, 100, 1000] {
            let habits = Habits { view, start_max_ms: 60_000, answer_max_ms: 3_000, ..Habits::default() };
            let mut world = World::new(policy(vec![template("java", &["java"])]), habits);
            world.run_for(Millis::from_secs(3));
            world.submit("java", builds, Millis::from_secs(30));
            let done = world.run_until(Millis::from_mins(30), |world| {
                world.done == u64::from(builds) && world.nodes() == 0 && world.live_tasks() == 0
            });
            assert!(
                done,
                "{} of {builds} builds done, {} nodes, {} tasks",
                world.done,
                world.nodes(),
                world.live_tasks()
            );
            assert_eq!(world.created, u64::from(builds), "{view:?}");
            assert_eq!((world.overruns, world.killed), (0, 0));
            assert_eq!(world.core.agents_counted(), 0);
            world.run_for(Millis::from_secs(5));
            assert_eq!(world.core.agents_len(), 0);
            assert_eq!(world.in_phase(Phase::Idle), 0);
        }
    }
}
