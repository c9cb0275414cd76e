//! Sessions: one agent for all items of a label, and for nothing else.

use crate::reference_model::{Habits, View, World, policy, template};
use footman_core::{
    Millis, Policy,
    decision::{Cause, Phase, Reason, What},
    event::ItemLabel,
    id::TemplateId,
    label::{OverrideError, OverrideKey, OverrideRefusal},
    policy::Limit,
};

const LABEL: &str = "java/session=run-1";

/// A template `java` whose sessions end when they were idle for two minutes, and one that allows none.
fn sessions() -> Policy {
    let mut java = template("java", &["java", "linux"]);
    java.overrides.session_idle = Some(Millis::from_mins(2));
    policy(vec![java, template("node", &["node"])])
}

fn quiet(policy: Policy, view: View) -> World {
    let mut world = World::new(policy, Habits { view, start_max_ms: 3000, ..Habits::default() });
    world.run_for(Millis::from_secs(3));
    world
}

fn retired(world: &World, cause: &Cause) -> usize {
    world.log.iter().filter(|it| matches!(&it.what, What::Retire { cause: of, .. } if of == cause)).count()
}

fn reason(world: &World, label: &str) -> Option<(Reason, u32)> {
    world.core.explain(&ItemLabel::Expression(label.into())).and_then(|group| group.refused)
}

fn is_empty(world: &World) -> bool {
    world.nodes() == 0 && world.live_tasks() == 0 && world.core.agents_len() == 0
}

#[test]
fn builds_of_one_session_share_an_agent_and_it_ends_when_it_was_idle_for_long_enough() {
    for view in [View::Changes, View::Listings] {
        let mut world = quiet(sessions(), view);
        for done in 1..=3 {
            world.submit(LABEL, 1, Millis::from_secs(10));
            world.run_for(Millis::from_mins(1));
            assert_eq!((world.done, world.created), (done, 1), "{view:?}");
        }
        assert_eq!((world.in_phase(Phase::Idle), world.overruns), (1, 0));
        world.run_for(Millis::from_secs(90));
        assert!(is_empty(&world), "{view:?}");
        assert_eq!(retired(&world, &Cause::IdleTooLong), 1);
        world.submit(LABEL, 1, Millis::from_secs(10));
        world.run_for(Millis::from_mins(1));
        assert_eq!((world.done, world.created), (4, 2), "the next build of it has a new agent");
    }
}

#[test]
fn builds_that_come_together_wait_for_the_one_agent() {
    for view in [View::Changes, View::Listings] {
        let mut world = quiet(sessions(), view);
        world.submit(LABEL, 3, Millis::from_secs(20));
        world.run_until(Millis::from_secs(5), |world| world.created == 1);
        assert_eq!(reason(&world, LABEL), Some((Reason::SessionBusy, 2)), "one agent is on its way");
        world.run_until(Millis::from_mins(1), |world| world.in_phase(Phase::Busy) == 1);
        assert_eq!(reason(&world, LABEL), Some((Reason::SessionBusy, 2)), "it is busy");
        assert!(world.run_until(Millis::from_mins(5), |world| world.done == 3));
        assert_eq!((world.created, world.builds_max, world.session_agents_max), (1, 3, 1), "{view:?}");
        assert!(world.run_until(Millis::from_mins(5), is_empty));
    }
}

#[test]
fn others_never_enter() {
    for view in [View::Changes, View::Listings] {
        let mut world = quiet(sessions(), view);
        world.submit(LABEL, 1, Millis::from_secs(10));
        world.run_until(Millis::from_mins(1), |world| world.done == 1);
        // The session's agent is idle; plain builds of its template, and another session, have their own.
        world.submit("java", 2, Millis::from_secs(10));
        world.submit("linux&&java", 1, Millis::from_secs(10));
        world.submit("java/session=run-2", 2, Millis::from_secs(10));
        world.run_for(Millis::from_mins(1));
        assert_eq!((world.done, world.created), (6, 5), "{view:?}");
        assert_eq!(world.in_phase(Phase::Idle), 2, "both sessions have theirs");
        assert_eq!((world.overruns, world.session_agents_max), (0, 1));
    }
}

#[test]
fn an_agent_that_dies_is_replaced_for_the_next_build() {
    let mut world = quiet(sessions(), View::Changes);
    world.submit(LABEL, 2, Millis::from_secs(60));
    world.run_until(Millis::from_mins(1), |world| world.in_phase(Phase::Busy) == 1);
    assert!(world.kill_a_busy_agent());
    assert!(world.run_until(Millis::from_mins(5), |world| world.done == 1));
    assert_eq!((world.killed, world.created, world.session_agents_max), (1, 2, 1));
    let name = world.node_names()[0].clone();
    world.delete_node(&name);
    world.submit(LABEL, 1, Millis::from_secs(10));
    assert!(world.run_until(Millis::from_mins(5), |world| world.done == 2), "nor is a lost node waited for");
}

#[test]
fn a_daemon_that_is_started_again_knows_the_session_by_its_node() {
    for view in [View::Changes, View::Listings] {
        let mut world = quiet(sessions(), view);
        world.submit(LABEL, 1, Millis::from_secs(10));
        world.run_until(Millis::from_mins(1), |world| world.done == 1);
        world.crash();
        world.submit("java", 1, Millis::from_secs(10));
        world.submit(LABEL, 2, Millis::from_secs(10));
        world.run_for(Millis::from_mins(1));
        assert_eq!((world.done, world.created, world.session_agents_max), (4, 2, 1), "{view:?}");
        world.submit(LABEL, 1, Millis::from_secs(100));
        world.run_until(Millis::from_mins(1), |world| world.in_phase(Phase::Busy) == 1);
        world.crash();
        world.run_for(Millis::from_secs(110));
        assert_eq!((world.done, world.in_phase(Phase::Idle)), (5, 1), "it was not closed under its build");
        assert!(world.run_until(Millis::from_mins(5), is_empty), "{view:?}");
        assert_eq!(retired(&world, &Cause::IdleTooLong), 1);
    }
}

#[test]
fn a_session_goes_on_where_the_controller_was_restarted() {
    let mut world = quiet(sessions(), View::Changes);
    world.submit(LABEL, 1, Millis::from_secs(30));
    world.run_until(Millis::from_mins(1), |world| world.in_phase(Phase::Busy) == 1);
    world.session += 1;
    world.run_for(Millis::from_mins(1));
    assert_eq!((world.done, world.in_phase(Phase::Idle) + world.in_phase(Phase::Resuming)), (1, 1));
    world.submit(LABEL, 1, Millis::from_secs(10));
    world.run_for(Millis::from_mins(1));
    assert_eq!((world.done, world.created), (2, 1));
    assert!(world.run_until(Millis::from_mins(15), is_empty));
}

#[test]
fn limits_count_the_agents_of_sessions() {
    let mut policy = sessions();
    policy.templates[0].limit = Limit { agents: Some(2), ..Limit::default() };
    let mut world = quiet(policy, View::Changes);
    for label in ["java/session=a", "java/session=b", "java/session=c"] {
        world.submit(label, 2, Millis::from_secs(10));
    }
    world.run_for(Millis::from_mins(1));
    assert_eq!((world.created, world.nodes_max, world.done), (2, 2, 4));
    assert!(matches!(reason(&world, "java/session=c"), Some((Reason::Limit { .. }, 2))));
    assert!(world.run_until(Millis::from_mins(10), |world| world.done == 6), "once an idle one ended");
    assert_eq!(world.nodes_max, 2);
}

#[test]
fn a_session_that_nobody_may_have_says_why() {
    let joined = || Reason::OverrideError(OverrideError::SessionJoined { atom: LABEL.into() });
    let table = [
        (
            "node/session=a",
            Reason::OverrideRefused {
                template: TemplateId(1),
                refusal: OverrideRefusal::NotAllowed { key: OverrideKey::Session },
            },
        ),
        ("java/session=run-1&&linux", joined()),
        ("(java/session=run-1)", joined()),
        ("\"java/session=run-1\"", joined()),
        ("cobol/session=a", Reason::NoTemplate),
        (
            "java/session=a+b",
            Reason::OverrideError(OverrideError::BadValue {
                atom: "java/session=a+b".into(),
                key: OverrideKey::Session,
                value: "a+b".into(),
            }),
        ),
    ];
    let mut world = quiet(sessions(), View::Changes);
    for (label, _) in &table {
        world.submit(label, 1, Millis::from_secs(10));
    }
    world.run_for(Millis::from_secs(30));
    for (label, want) in table {
        assert_eq!(reason(&world, label), Some((want, 1)), "{label}");
    }
    assert_eq!(world.created, 0);
}
