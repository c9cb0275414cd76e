//! The end of a session: with the runs that it serves, and with nothing else that looks like it.

use crate::reference_model::{Habits, View, World, policy, template};
use footman_core::{
    Millis, Policy,
    decision::{Cause, Phase, What},
};

const LABEL: &str = "java/session=run-1";
const RUN: (&str, u32) = ("team/pipe", 7);
const OTHER: (&str, u32) = ("team/pipe", 8);
/// Well before an agent of a session was idle for long enough.
const SOON: Millis = Millis::from_secs(30);
const BUILD: Millis = Millis::from_secs(10);

/// A template whose sessions end when they were idle for ten minutes.
fn sessions() -> Policy {
    let mut java = template("java", &["java"]);
    java.overrides.session_idle = Some(Millis::from_mins(10));
    policy(vec![java])
}

fn quiet(view: View) -> World {
    let mut world = World::new(sessions(), Habits { view, start_max_ms: 3000, ..Habits::default() });
    world.run_for(Millis::from_secs(3));
    world
}

fn causes(world: &World) -> Vec<Cause> {
    let retired = world.log.iter().filter_map(|it| match &it.what {
        What::Retire { cause, .. } => Some(cause.clone()),
        What::Launch { .. }
        | What::Refused { .. }
        | What::Provided { .. }
        | What::WarmRefused { .. }
        | What::WarmProvided { .. }
        | What::Phase { .. }
        | What::Stop { .. }
        | What::Delete { .. }
        | What::Breaker { .. }
        | What::Alarm(_) => None,
    });
    retired.collect()
}

pub(crate) fn is_empty(world: &World) -> bool {
    world.nodes() == 0 && world.live_tasks() == 0 && world.core.agents_len() == 0
}

/// A run of which one block has ended on the session's agent.
fn after_a_block(view: View) -> World {
    let mut world = quiet(view);
    world.begin_run(RUN);
    world.submit_block(RUN, LABEL, BUILD);
    world.run_for(Millis::from_mins(1));
    assert_eq!((world.done, world.created, world.in_phase(Phase::Idle)), (1, 1, 1));
    world
}

#[test]
fn the_agent_stays_between_two_blocks_of_a_run_and_goes_with_it() {
    for view in [View::Changes, View::Listings] {
        let mut world = after_a_block(view);
        world.run_for(Millis::from_mins(3));
        assert_eq!(world.in_phase(Phase::Idle), 1, "something else goes on in the run");
        world.submit_block(RUN, LABEL, BUILD);
        world.run_for(SOON);
        assert_eq!((world.done, world.created, causes(&world)), (2, 1, vec![]));
        world.end_run(RUN);
        assert!(world.run_until(SOON, is_empty), "{view:?}");
        assert_eq!(causes(&world), [Cause::RunOver]);
    }
}

#[test]
fn a_run_that_ends_with_its_last_block_takes_the_agent_along() {
    for view in [View::Changes, View::Listings] {
        let mut world = quiet(view);
        world.begin_run(RUN);
        world.submit_block(RUN, LABEL, BUILD);
        world.run_until(SOON, |world| world.in_phase(Phase::Busy) == 1);
        world.run_until(SOON, |world| world.done == 1);
        world.end_run(RUN);
        assert!(world.run_until(SOON, is_empty), "{view:?}");
        assert_eq!(causes(&world), [Cause::RunOver]);
    }
}

#[test]
fn an_agent_on_its_way_goes_with_a_run_that_was_aborted() {
    for view in [View::Changes, View::Listings] {
        let mut world = quiet(view);
        world.begin_run(RUN);
        world.submit_block(RUN, LABEL, BUILD);
        assert!(world.run_until(SOON, |world| world.in_phase(Phase::Pulling) == 1));
        world.cancel_all();
        world.end_run(RUN);
        assert!(world.run_until(SOON, is_empty), "{view:?}");
        assert_eq!((world.done, causes(&world)), (0, vec![Cause::RunOver]));
    }
}

#[test]
fn a_build_is_a_run_of_its_own_and_those_that_wait_keep_the_agent() {
    for view in [View::Changes, View::Listings] {
        let mut world = quiet(view);
        for number in 1..=3 {
            world.submit_build(("free", number), LABEL, BUILD);
        }
        assert!(world.run_until(Millis::from_mins(2), |world| world.done == 3));
        assert!(world.run_until(SOON, is_empty), "{view:?}");
        assert_eq!((world.created, causes(&world)), (1, vec![Cause::RunOver]));
    }
}

#[test]
fn a_session_that_several_runs_name_goes_with_the_last_of_them() {
    for view in [View::Changes, View::Listings] {
        let mut world = after_a_block(view);
        world.begin_run(OTHER);
        world.submit_block(OTHER, LABEL, BUILD);
        world.run_for(SOON);
        world.end_run(RUN);
        world.run_for(SOON);
        assert_eq!((world.in_phase(Phase::Idle), causes(&world)), (1, vec![]), "{view:?}");
        world.end_run(OTHER);
        assert!(world.run_until(SOON, is_empty));
        assert_eq!((world.created, causes(&world)), (1, vec![Cause::RunOver]));
    }
}

#[test]
fn the_end_of_one_session_is_none_of_anothers() {
    let mut world = after_a_block(View::Changes);
    world.begin_run(OTHER);
    world.submit_block(OTHER, "java/session=run-2", BUILD);
    world.run_for(SOON);
    assert_eq!((world.done, world.created, world.in_phase(Phase::Idle)), (2, 2, 2));
    world.end_run(OTHER);
    world.run_for(SOON);
    assert_eq!((world.in_phase(Phase::Idle), causes(&world)), (1, vec![Cause::RunOver]));
    world.submit_block(RUN, LABEL, BUILD);
    world.run_for(SOON);
    assert_eq!((world.done, world.created), (3, 2), "the other one goes on");
}

/// What keeps a session's agent though a run seems to be over; the agent then goes when it was idle for long enough.
type Keeps = fn(&mut World);

#[test]
fn no_end_of_a_run_is_concluded_from_less_than_it_takes() {
    let table: [(&str, Keeps); 7] = [
        ("the run is under way", |_| {}),
        ("the views are partial", |world| {
            world.complete = false;
            world.end_run(RUN);
            world.run_for(SOON);
            world.begin_run(RUN);
            world.complete = true;
        }),
        ("the controller was restarted, and shows the run only later", |world| {
            world.session += 1;
            world.end_run(RUN);
            world.run_for(SOON);
            world.begin_run(RUN);
        }),
        ("the controller was restarted, and the run may go on", |world| {
            world.session += 1;
            world.end_run(RUN);
        }),
        ("another run of the session is under way", |world| {
            world.begin_run(OTHER);
            world.submit_block(OTHER, LABEL, BUILD);
            world.run_for(SOON);
            world.end_run(RUN);
        }),
        ("another run of the session was never seen, for who may not read its job", |world| {
            // It waits for the block before it, so that the queue shows it.
            world.submit_block(RUN, LABEL, BUILD);
            world.run_for(Millis::from_secs(3));
            world.submit_unseen_block(OTHER, LABEL, BUILD);
            world.run_for(SOON);
            world.end_run(RUN);
        }),
        ("the daemon was started anew, and saw nothing of the run", |world| {
            world.end_run(RUN);
            world.crash();
        }),
    ];
    for (rule, keeps) in table {
        for view in [View::Changes, View::Listings] {
            if view == View::Changes && rule == "the views are partial" {
                continue;
            }
            let mut world = after_a_block(view);
            keeps(&mut world);
            world.run_for(SOON);
            assert_eq!((world.in_phase(Phase::Idle), causes(&world)), (1, vec![]), "{rule}, {view:?}");
            assert!(world.run_until(Millis::from_mins(15), is_empty), "{rule}, {view:?}");
            assert_eq!(causes(&world), [Cause::IdleTooLong], "{rule}, {view:?}");
        }
    }
}

#[test]
fn a_run_that_is_seen_again_after_a_restart_takes_the_agent_along_when_it_ends() {
    for view in [View::Changes, View::Listings] {
        for gone in [Millis::ZERO, SOON] {
            let mut world = after_a_block(view);
            world.session += 1;
            if !gone.is_zero() {
                world.end_run(RUN);
                world.run_for(gone);
                world.begin_run(RUN);
            }
            world.run_for(SOON);
            assert_eq!((world.in_phase(Phase::Idle), causes(&world)), (1, vec![]), "{view:?}");
            world.end_run(RUN);
            assert!(world.run_until(SOON, is_empty), "{view:?}, {gone:?}");
            assert_eq!(causes(&world), [Cause::RunOver]);
        }
    }
}

#[test]
fn a_daemon_that_is_started_again_learns_a_run_from_what_it_sees_of_it() {
    for view in [View::Changes, View::Listings] {
        let mut world = after_a_block(view);
        world.submit_block(RUN, LABEL, Millis::from_mins(1));
        world.run_until(SOON, |world| world.in_phase(Phase::Busy) == 1);
        world.crash();
        world.run_for(Millis::from_mins(2));
        assert_eq!((world.done, world.in_phase(Phase::Idle)), (2, 1));
        world.end_run(RUN);
        assert!(world.run_until(SOON, is_empty), "{view:?}");
        assert_eq!(causes(&world), [Cause::RunOver]);
    }
}

#[test]
fn a_run_that_names_the_session_of_one_that_is_over_has_an_agent_of_its_own() {
    let mut world = after_a_block(View::Listings);
    world.end_run(RUN);
    assert!(world.run_until(SOON, is_empty));
    world.begin_run(OTHER);
    world.submit_block(OTHER, LABEL, BUILD);
    world.run_for(Millis::from_mins(1));
    assert_eq!((world.done, world.created, world.in_phase(Phase::Idle)), (2, 2, 1));
    world.end_run(OTHER);
    assert!(world.run_until(SOON, is_empty));
    assert_eq!(causes(&world), [Cause::RunOver, Cause::RunOver]);
}
