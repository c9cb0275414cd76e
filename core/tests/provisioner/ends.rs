//! The end that an operator asks for, and the end that a reload of Jenkins' configuration makes of all nodes.

use crate::reference_model::{Habits, START, World, policy, template};
use footman_core::{
    Event, Millis,
    decision::{Alarm, Cause, Phase, Reason, What},
    event::{Drain, ItemLabel},
    policy::Reuse,
};

const QUICK: Habits = Habits { start_max_ms: 2000, ..Habits::DEFAULT };

/// A world that was listed: three one-shot agents have a build, two retained ones have one, one idles, and two stay warm.
fn mixed() -> World {
    let mut warm = template("warm", &["warm"]);
    warm.min_idle = 2;
    let mut retained = template("retained", &["retained"]);
    retained.reuse = Reuse::Retain { idle: Millis::from_hours(1), builds: None };
    let mut world = World::new(policy(vec![template("java", &["java"]), warm, retained]), QUICK);
    world.run_for(Millis::from_secs(2));
    world.submit("retained", 1, Millis::from_secs(5));
    world.run_for(Millis::from_secs(30));
    world.submit("retained", 2, Millis::from_mins(5));
    world.submit("java", 3, Millis::from_mins(10));
    world.run_for(Millis::from_secs(30));
    assert_eq!((world.in_phase(Phase::Busy), world.in_phase(Phase::Idle)), (5, 2));
    world
}

fn drain(world: &mut World, how: Drain) {
    world.core.handle_event(world.now, Event::Drain(how));
}

fn refused(world: &World, label: &str) -> Option<(Reason, u32)> {
    world.core.explain(&ItemLabel::Expression(label.into())).and_then(|group| group.refused)
}

fn retired(world: &World, cause: &Cause) -> usize {
    world
        .log
        .iter()
        .filter(|entry| matches!(&entry.what, What::Retire { cause: c, .. } if c == cause))
        .count()
}

fn alarms(world: &World) -> Vec<(u32, u32, u64)> {
    let alarms = world.log.iter().filter_map(|entry| {
        let What::Alarm(Alarm::NodesVanished { vanished, known, held }) = &entry.what else { return None };
        Some((*vanished, *known, held.as_millis() / 1000))
    });
    alarms.collect()
}

#[test]
fn drained_agents_finish_their_builds_and_nothing_is_launched() {
    let mut world = mixed();
    let created = world.created;
    drain(&mut world, Drain::FinishBuilds);
    world.submit("java", 4, Millis::from_secs(5));
    world.run_for(Millis::from_secs(30));
    assert_eq!(refused(&world, "java"), Some((Reason::Draining, 4)));
    assert_eq!((world.in_phase(Phase::Busy), world.core.agents_len(), world.nodes()), (5, 5, 5));
    assert!(!world.core.is_drained());
    assert!(world.run_until(Millis::from_mins(15), |world| world.core.is_drained()));
    assert_eq!((world.nodes(), world.live_tasks(), world.waiting()), (0, 0, 4));
    assert_eq!((world.created, world.done, world.killed), (created, 6, 0));
    assert_eq!(retired(&world, &Cause::Draining), 4, "two warm ones and two retained ones");
    world.run_for(Millis::from_hours(1));
    assert_eq!((world.created, world.core.is_drained()), (created, true), "it stays so");
}

#[test]
fn stopped_agents_go_in_the_middle_of_their_builds() {
    for first in [None, Some(Drain::FinishBuilds)] {
        let mut world = mixed();
        world.habits.stops_builds = true;
        if let Some(how) = first {
            drain(&mut world, how);
            world.run_for(Millis::from_secs(10));
        }
        drain(&mut world, Drain::StopBuilds);
        drain(&mut world, Drain::FinishBuilds);
        assert_eq!(world.core.draining(), Some(Drain::StopBuilds), "what was asked does not become less");
        assert!(world.run_until(Millis::from_mins(1), |world| world.core.is_drained()), "{first:?}");
        assert_eq!((world.nodes(), world.live_tasks(), world.killed), (0, 0, 5), "{first:?}");
        assert_eq!(retired(&world, &Cause::StopAll), 5, "{first:?}");
    }
}

#[test]
fn agents_in_every_phase_end_when_drained_and_none_leaks() {
    for seed in 0..16 {
        for how in [Drain::FinishBuilds, Drain::StopBuilds] {
            let habits = Habits {
                seed,
                lost: 100,
                throttled: 100,
                answer_max_ms: 3000,
                stops_builds: how == Drain::StopBuilds,
                ..Habits::default()
            };
            let mut world = World::new(policy(vec![template("java", &["java"])]), habits);
            world.run_for(Millis::from_secs(2));
            world.submit("java", 20, Millis::from_secs(40));
            world.run_for(Millis::new(seed * 4391 % 70_000));
            drain(&mut world, how);
            let empty = |world: &World| world.core.is_drained() && world.nodes() + world.live_tasks() == 0;
            assert!(world.run_until(Millis::from_mins(20), empty), "seed {seed} {how:?}");
        }
    }
}

#[test]
fn a_drain_before_the_first_listings_takes_what_they_show() {
    let mut world = mixed();
    world.crash();
    drain(&mut world, Drain::FinishBuilds);
    assert!(!world.core.is_drained(), "nobody knows yet what there is");
    assert!(world.run_until(Millis::from_mins(15), |world| world.core.is_drained()));
    assert_eq!((world.nodes(), world.live_tasks(), world.done, world.killed), (0, 0, 6, 0));
}

/// A world in which `agents` have a build each, and as many builds as can be wait for the limit on agents.
fn busy(agents: u32) -> World {
    let mut policy = policy(vec![template("java", &["java"])]);
    policy.limit.agents = Some(agents);
    let mut world = World::new(policy, QUICK);
    world.run_for(Millis::from_secs(2));
    world.submit("java", 100, Millis::from_hours(5));
    world.run_for(Millis::from_mins(1));
    assert_eq!(world.in_phase(Phase::Busy), agents);
    world
}

fn delete(world: &mut World, nodes: usize) {
    for node in world.node_names().into_iter().take(nodes) {
        world.delete_node(&node);
    }
}

#[test]
fn nodes_that_vanish_together_are_an_alarm() {
    // (agents, deleted at once) => alarms
    let table = [
        (4, 2, vec![]),               // by hand
        (3, 3, vec![(3, 3, 30)]),     // all of a few
        (8, 4, vec![(4, 8, 30)]),     // half: the others were made since
        (9, 4, vec![]),               // most are left: no reload does that
        (20, 20, vec![(20, 20, 30)]), // all of many
    ];
    for (agents, deleted, want) in table {
        let mut world = busy(agents);
        delete(&mut world, deleted);
        world.run_for(Millis::from_secs(2));
        assert_eq!(alarms(&world), want, "{deleted} of {agents}");
    }
}

#[test]
fn agents_that_end_together_are_no_alarm() {
    let mut world = mixed();
    drain(&mut world, Drain::FinishBuilds);
    assert!(world.run_until(Millis::from_mins(15), |world| world.core.is_drained()));
    assert_eq!(alarms(&world), []);
}

#[test]
fn launches_wait_for_longer_each_time_that_nodes_vanish() {
    let mut world = busy(5);
    let spans: Vec<u64> = (0..8)
        .map(|_| {
            let before = world.created;
            delete(&mut world, 5);
            let vanished_at = world.now;
            world.run_for(Millis::from_secs(3));
            let why = refused(&world, "java").map(|(reason, _)| reason);
            assert!(matches!(why, Some(Reason::NodesVanished { .. })), "{why:?}");
            assert!(world.run_until(Millis::from_mins(11), |world| world.created > before));
            let span = world.now.since(vanished_at).as_millis() / 1000;
            world.run_for(Millis::from_mins(1));
            assert_eq!(world.in_phase(Phase::Busy), 5, "agents are made again");
            span
        })
        .collect();
    assert!(
        spans.iter().zip([30, 60, 120, 240, 480, 600, 600, 600]).all(|(span, want)| span.abs_diff(want) <= 1),
        "{spans:?}"
    );
    world.run_for(Millis::from_mins(31));
    delete(&mut world, 5);
    world.run_for(Millis::from_secs(2));
    assert_eq!(alarms(&world).last(), Some(&(5, 5, 30)), "after a calm while it is the first time again");
}

#[test]
fn what_exists_serves_while_launches_are_held() {
    let mut warm = template("java", &["java"]);
    warm.min_idle = 8;
    let mut world = World::new(policy(vec![warm]), QUICK);
    world.run_for(Millis::from_secs(20));
    assert_eq!(world.in_phase(Phase::Idle), 8);
    delete(&mut world, 4);
    world.submit("java", 2, Millis::from_mins(5));
    let created = world.created;
    world.run_for(Millis::from_secs(20));
    assert_eq!((world.in_phase(Phase::Busy), world.created), (2, created));
    let warm = world.core.templates().next().and_then(|template| template.warm_refused);
    assert!(matches!(warm, Some((Reason::NodesVanished { .. }, 6))), "{warm:?}");
    assert_eq!(world.live_tasks(), 4, "tasks without a node are stopped as ever");
    world.run_for(Millis::from_secs(30));
    assert_eq!(world.in_phase(Phase::Idle), 8, "{:?}", world.now.since(START));
}
