//! A cluster that is too small: few calls, few nodes, few words, and no room left unused.

use crate::reference_model::{Habits, View, World, policy, template};
use footman_core::{
    Millis,
    decision::{Cause, Reason, What},
    id::TemplateId,
};

const BUILD: Millis = Millis::from_secs(60);

/// A cluster of so many places.
fn places(places: usize) -> Habits {
    Habits { capacity: places, start_max_ms: 3000, ..Habits::default() }
}

fn is_over(world: &World, builds: u64) -> bool {
    world.done == builds && world.nodes() + world.live_tasks() == 0
}

/// How many entries of the log say that builds got nothing.
fn refusals(world: &World) -> usize {
    world.log.iter().filter(|decision| matches!(decision.what, What::Refused { .. })).count()
}

#[test]
fn a_full_cluster_costs_one_call_per_task_that_ends() {
    // (places, builds): a call per build and few more, and nearly the time of first come, first served.
    for view in [View::Changes, View::Listings] {
        for (room, builds) in [(1, 20), (3, 100), (20, 1000), (100, 2000)] {
            let mut world =
                World::new(policy(vec![template("java", &["java"])]), Habits { view, ..places(room) });
            world.run_for(Millis::from_secs(2));
            let begin = world.now;
            world.submit("java", builds, BUILD);
            let all = u64::from(builds);
            assert!(
                world.run_until(Millis::from_hours(24), |world| is_over(world, all)),
                "{} done",
                world.done
            );
            assert_eq!((world.created, world.killed, world.overruns), (all, 0, 0), "{room} places");
            // What is out when the first answer comes back has no room either.
            let first = 64 + all / 20 + 30;
            assert!(world.launches <= all + first, "{} calls for {all} builds on {room}", world.launches);
            assert!(world.nodes_max <= 2 * room + 200, "{} nodes for {room} places", world.nodes_max);
            let waves = all.div_ceil(u64::try_from(room).unwrap());
            // To start an agent, to read it idle twice and to stop it takes 3 to 14 s of this world's.
            let ideal = BUILD.saturating_add(Millis::from_secs(14));
            let took = world.now.since(begin);
            assert!(
                took.as_millis() <= ideal.as_millis() * (waves + 1),
                "{took} for {waves} waves on {room}"
            );
            assert!(refusals(&world) <= 40, "{} entries", refusals(&world));
        }
    }
}

#[test]
fn a_crash_in_a_full_cluster_loses_no_build() {
    for seed in 0..12 {
        let mut world = World::new(policy(vec![template("java", &["java"])]), Habits { seed, ..places(4) });
        world.submit("java", 60, BUILD);
        for crash in 0..5 {
            world.run_for(Millis::new(seed * 3331 % 70_000 + crash * 15_000));
            world.crash();
        }
        assert!(world.run_until(Millis::from_hours(3), |world| is_over(world, 60)), "{} done", world.done);
        assert_eq!((world.killed, world.doubles()), (0, 0), "seed {seed}");
        assert!(world.created <= 60 + 5 * 8, "seed {seed}: {} agents", world.created);
        assert!(world.launches <= 60 + 6 * 64, "seed {seed}: {} calls", world.launches);
    }
}

#[test]
fn room_that_appears_by_itself_is_found_and_used_up() {
    let mut world = World::new(policy(vec![template("java", &["java"])]), places(2));
    world.submit("java", 300, Millis::from_mins(30));
    world.run_for(Millis::from_mins(10));
    assert_eq!((world.building(), world.live_tasks()), (2, 2));
    let before = world.launches;
    assert!(before <= 300 && world.core.agents_len() <= 300, "{before} calls");
    world.habits.capacity = 302;
    world.run_for(Millis::from_mins(2));
    assert_eq!(world.building(), 300, "a probe finds it within a minute, and it is taken within seconds");
    assert_eq!(world.created, 300);
}

#[test]
fn templates_of_one_cloud_take_each_others_room_the_oldest_agent_first() {
    let mut world =
        World::new(policy(vec![template("java", &["java"]), template("node", &["node"])]), places(5));
    world.submit("java", 60, BUILD);
    world.run_for(Millis::from_secs(30));
    world.submit("node", 60, BUILD);
    let begin = world.now;
    assert!(world.run_until(Millis::from_hours(3), |world| is_over(world, 120)));
    let took = world.now.since(begin);
    assert!(took <= Millis::from_secs(74 * 25), "{took} for 24 waves");
    assert_eq!(world.created, 120);
    assert!(world.launches <= 120 + 120, "{} calls", world.launches);
}

#[test]
fn agents_give_way_to_a_template_that_has_room() {
    let mut second = template("node", &["linux"]);
    second.rank = 1;
    let habits = Habits { full_for: Some("java"), ..places(1000) };
    let mut world = World::new(policy(vec![template("java", &["linux"]), second]), habits);
    world.submit("linux", 200, BUILD);
    assert!(world.run_until(Millis::from_mins(10), |world| world.done == 200), "{} done", world.done);
    let gave_way = |decision: &&footman_core::Decision| {
        matches!(&decision.what, What::Retire { cause: Cause::AttemptsUsedUp, .. })
    };
    assert!(world.log.iter().filter(gave_way).count() > 0);
    let refused = world.core.templates().next().and_then(|view| view.refused);
    assert!(
        matches!(refused, None | Some(Reason::NoCapacity { template: TemplateId(0), .. })),
        "{refused:?}"
    );
    assert!(world.run_until(Millis::from_mins(10), |world| is_over(world, 200)));
}

#[test]
fn agents_of_a_template_with_alternatives_give_way_at_the_first_answer_without_room() {
    let place = |name: &str| {
        let mut template = template(name, &["linux"]);
        template.has_alternatives = true;
        template
    };
    for view in [View::Changes, View::Listings] {
        let habits = Habits { full_for: Some("spot"), view, ..places(1000) };
        let mut world = World::new(policy(vec![place("spot"), place("fargate")]), habits);
        world.submit("linux", 100, BUILD);
        world.run_for(Millis::from_secs(15));
        assert_eq!(world.building(), 100, "nobody waits for the gate to be probed");
        assert!(world.launches <= 200, "{} calls for 100 builds", world.launches);
        let done = |world: &World| is_over(world, 100);
        assert!(world.run_until(Millis::from_mins(10), done), "{} done", world.done);
    }
}

#[test]
fn a_task_that_had_no_room_after_all_sends_the_next_one_elsewhere_and_no_breaker_opens() {
    let place = |name: &str| {
        let mut template = template(name, &["linux"]);
        template.has_alternatives = true;
        template
    };
    for view in [View::Changes, View::Listings] {
        let habits = Habits { lost_for: Some("spot"), view, ..places(1000) };
        let mut world = World::new(policy(vec![place("spot"), place("fargate")]), habits);
        world.submit("linux", 50, BUILD);
        let done = |world: &World| is_over(world, 50);
        assert!(world.run_until(Millis::from_mins(5), done), "{} done", world.done);
        assert!(world.launches <= 110, "{} calls for 50 builds", world.launches);
        let opened = |decision: &footman_core::Decision| matches!(decision.what, What::Breaker { .. });
        assert!(!world.log.iter().any(opened));
    }
}

#[test]
fn a_place_without_room_for_long_is_tried_less_and_less() {
    let place = |name: &str| {
        let mut template = template(name, &["linux"]);
        template.has_alternatives = true;
        template
    };
    let habits = Habits { full_for: Some("spot"), ..places(1000) };
    let mut world = World::new(policy(vec![place("spot"), place("fargate")]), habits);
    for _ in 0..600 {
        world.submit("linux", 1, BUILD);
        world.run_for(Millis::from_secs(1));
    }
    assert!(world.run_until(Millis::from_mins(10), |world| is_over(world, 600)));
    let gave_way = |decision: &&footman_core::Decision| {
        matches!(&decision.what, What::Retire { cause: Cause::AttemptsUsedUp, .. })
    };
    let gave_way = world.log.iter().filter(gave_way).count();
    assert!((5..=30).contains(&gave_way), "{gave_way} of 600 agents found no room first");
}

#[test]
fn agents_that_wait_for_room_are_given_up_when_no_build_waits() {
    for view in [View::Changes, View::Listings] {
        let mut world = World::new(policy(vec![template("java", &["java"])]), Habits { view, ..places(2) });
        world.submit("java", 30, Millis::from_mins(30));
        world.run_for(Millis::from_mins(2));
        assert_eq!((world.building(), world.waiting()), (2, 28));
        let waiting = world.nodes() - 2;
        assert!(waiting > 0, "some stand ready for the next room");
        world.cancel_all();
        world.run_for(Millis::from_secs(30));
        let launches = world.launches;
        assert_eq!((world.nodes(), world.live_tasks()), (2, 2), "the busy ones are left");
        let given_up = |decision: &&footman_core::Decision| {
            matches!(&decision.what, What::Retire { cause: Cause::NotNeeded, .. })
        };
        assert_eq!(world.log.iter().filter(given_up).count(), waiting);
        assert!(world.run_until(Millis::from_hours(1), |world| is_over(world, 2)));
        assert_eq!(world.launches, launches, "nothing is launched for nobody");
    }
}
