//! Scenarios: what the decision core does in a small world of its own.

use crate::{
    nodes,
    reference_model::{Habits, START, View, World, policy, template},
};
use footman_core::{
    Action, Event, Millis, Policy, Provisioner,
    decision::{Alarm, Cause, Decision, Dimension, LimitScope, Phase, Reason, What},
    event::{
        ItemChange, ItemLabel, ItemState, JenkinsChanges, JenkinsListing, NodeChange, QueueItem, TaskChanges,
        TaskListing,
    },
    id::{QueueItemId, TemplateId},
    label::{OverrideKey, OverrideRefusal, OverrideRules},
    policy::{Limit, PolicyError, Reuse, SharedLimit},
    units::{CpuUnits, Mib, MicroUsd},
};
use std::num::NonZeroU32;

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

#[test]
fn what_waits_at_the_start_is_planned_for_whichever_side_is_listed_last() {
    let item = QueueItem {
        id: QueueItemId(1),
        label: ItemLabel::Expression("java".into()),
        state: ItemState::Buildable { since: START },
        in_queue_since: START,
        job: None,
        run: None,
    };
    let jenkins =
        JenkinsListing { session: 1, complete: true, items: vec![item], ..JenkinsListing::default() };
    let jenkins = Event::JenkinsListing(jenkins);
    let tasks = Event::TaskListing(TaskListing { complete: true, tasks: Vec::new() });
    for events in [[jenkins.clone(), tasks.clone()], [tasks, jenkins]] {
        let mut core = Provisioner::new(policy(vec![template("java", &["java"])]), START);
        for event in events {
            assert_eq!(core.launched(), 0, "one side is not enough");
            core.handle_event(START, event);
        }
        assert_eq!(core.launched(), 1);
    }
}

#[test]
fn the_core_awaits_a_poll_while_it_reads_idleness() {
    let mut world = quiet(policy(vec![template("java", &["java"])]), Habits::default());
    world.submit("java", 1, Millis::from_secs(30));
    assert!(!world.core.awaits_poll(), "a build is told as a change");
    assert!(world.run_until(Millis::from_mins(5), |world| world.core.awaits_poll()));
    assert_eq!(world.done, 1, "the node is closed, and is read idle twice before its task is stopped");
    assert!(world.run_until(Millis::from_mins(5), is_empty));
    assert!(!world.core.awaits_poll());
}

/// A world that has been listed and in which nothing waits.
fn quiet(policy: Policy, habits: Habits) -> World {
    let mut world = World::new(policy, habits);
    world.run_for(Millis::from_secs(2));
    world
}

/// Why the items of a label get nothing, and how many of them.
fn refusal(world: &World, label: &str) -> Option<(Reason, u32)> {
    world.core.explain(&ItemLabel::Expression(label.into())).and_then(|group| group.refused)
}

/// How many agents were retired for a cause.
fn retired(world: &World, cause: &Cause) -> usize {
    world.log.iter().filter(|d| matches!(&d.what, What::Retire { cause: c, .. } if c == cause)).count()
}

fn is_empty(world: &World) -> bool {
    world.waiting() + world.nodes() + world.live_tasks() == 0 && world.building() == 0
}

#[test]
fn ten_thousand_builds_make_ten_thousand_agents() {
    let mut policy = policy(vec![template("java", &["java"])]);
    policy.pace.poll = Millis::from_secs(10);
    let mut world = quiet(policy, Habits::default());
    world.submit("java", 10_000, Millis::from_secs(30));
    assert!(world.run_until(Millis::from_hours(2), is_empty), "{} done", world.done);
    assert_eq!((world.created, world.done, world.overruns), (10_000, 10_000, 0));
}

#[test]
fn a_crash_in_the_middle_of_a_burst_makes_no_agent_more() {
    for seed in 0..40 {
        let habits = Habits { seed, stale_ms: seed % 3 * 20_000, answer_max_ms: 2000, ..Habits::default() };
        let mut world = quiet(policy(vec![template("java", &["java"])]), habits);
        world.submit("java", 30, Millis::from_secs(40));
        for crash in 0..4 {
            world.crash_in = Some(seed * 7 % 23 + crash);
            world.run_for(Millis::new(seed * 331 % 7000 + crash * 1500));
            world.crash();
        }
        assert!(world.run_until(Millis::from_mins(30), is_empty), "seed {seed}: {} done", world.done);
        assert_eq!((world.created, world.done, world.killed), (30, 30, 0), "seed {seed}");
    }
}

/// A clock that was set back, or a daemon that starts within a millisecond: names have the instant of their decision in them.
#[test]
fn a_daemon_that_decides_at_the_instant_of_the_last_one_gives_no_name_twice() {
    for view in [View::Changes, View::Listings] {
        let mut world =
            quiet(policy(vec![template("java", &["java"])]), Habits { view, ..Habits::default() });
        world.submit("java", 3, Millis::from_secs(10));
        assert!(world.run_until(Millis::from_secs(5), |world| world.created == 3));
        let launch = |decision: &&Decision| matches!(decision.what, What::Launch { .. });
        let decided = world.log.iter().rfind(launch).unwrap().at;
        world.submit("java", 2, Millis::from_secs(10));
        world.crash();
        (world.now, world.polls) = (decided, decided);
        assert!(world.run_until(Millis::from_mins(5), is_empty));
        assert_eq!((world.created, world.done), (5, 5), "{view:?}");
    }
}

#[test]
fn what_gets_no_agent_says_why() {
    let mut limited = template("small", &["small"]);
    limited.limit = Limit { memory: Some(Mib::from_gib(5)), ..Limit::default() };
    limited.overrides = OverrideRules {
        cpu_max: Some(CpuUnits::from_vcpus(2)),
        memory_max: None,
        ..OverrideRules::default()
    };
    let mut policy = policy(vec![limited, template("dear", &["dear"]), template("shared", &["shared"])]);
    policy.templates[1].limit = Limit { spend_per_hour: Some(MicroUsd::new(120_000)), ..Limit::default() };
    policy.shared_limits = vec![SharedLimit {
        name: "one cloud".into(),
        templates: vec![TemplateId(2)],
        limit: Limit { cpu: Some(CpuUnits::from_vcpus(3)), ..Limit::default() },
    }];
    let limit = |scope, dimension| Reason::Limit { scope, dimension };
    let refused = |key| Reason::OverrideRefused {
        template: TemplateId(0),
        refusal: match key {
            OverrideKey::Cpu => OverrideRefusal::CpuOverMaximum {
                asked: CpuUnits::from_vcpus(4),
                max: CpuUnits::from_vcpus(2),
            },
            OverrideKey::Memory | OverrideKey::Session => OverrideRefusal::NotAllowed { key },
        },
    };
    // (label, builds) => (reason, items)
    let table = [
        ("windows", 3, Reason::NoTemplate, 3),
        ("small && dear", 1, Reason::NoTemplate, 1),
        ("small", 5, limit(LimitScope::Template(TemplateId(0)), Dimension::Memory), 3),
        ("dear", 4, limit(LimitScope::Template(TemplateId(1)), Dimension::Spend), 2),
        ("shared", 4, limit(LimitScope::Shared("one cloud".into()), Dimension::Cpu), 1),
        ("small/memory=8192", 1, refused(OverrideKey::Memory), 1),
        ("small/cpu=4096", 2, refused(OverrideKey::Cpu), 2),
    ];
    for (label, builds, reason, items) in table {
        let mut world = quiet(policy.clone(), Habits { assigns: false, ..Habits::default() });
        world.submit(label, builds, Millis::from_secs(1));
        world.run_for(Millis::from_secs(5));
        assert_eq!(refusal(&world, label), Some((reason, items)), "{label}");
        assert_eq!(world.created, u64::from(builds - items), "{label}");
        assert!(!refusal(&world, label).unwrap().0.to_string().is_empty());
        world.cancel_all();
        world.run_for(Millis::from_secs(2));
        assert_eq!(refusal(&world, label), None, "{label}");
    }
}

#[test]
fn nothing_is_decided_before_both_listings_are_in() {
    let mut core = Provisioner::new(policy(vec![template("java", &["java"])]), START);
    let item = QueueItem {
        id: QueueItemId(1),
        label: ItemLabel::Expression("java".into()),
        state: ItemState::Buildable { since: START },
        in_queue_since: START,
        job: None,
        run: None,
    };
    let jenkins = |complete| {
        Event::JenkinsListing(JenkinsListing {
            complete,
            items: vec![item.clone()],
            ..JenkinsListing::default()
        })
    };
    core.handle_event(START, jenkins(true));
    assert!(core.poll_action().is_none() && !core.is_ready());
    core.handle_event(START, Event::TaskListing(TaskListing::default()));
    assert!(core.poll_action().is_none() && !core.is_ready(), "a partial listing is none");
    let group = core.explain(&ItemLabel::Expression("java".into())).unwrap();
    assert_eq!(group.refused, Some((Reason::NotYetListed, 1)));
    core.handle_event(START, Event::TaskListing(TaskListing { complete: true, tasks: Vec::new() }));
    core.handle_event(START, jenkins(true));
    assert!(matches!(core.poll_action(), Some((_, Action::CreateNode { .. }))));
}

#[test]
fn idle_executors_of_other_nodes_are_no_demand() {
    let mut world =
        World::new(policy(vec![template("java", &["java"])]), Habits { assigns: false, ..Habits::default() });
    world.add_foreign("static", &["java", "big"], 3);
    world.run_for(Millis::from_secs(2));
    world.submit("java", 5, Millis::from_secs(1));
    world.run_for(Millis::from_secs(2));
    assert_eq!(world.created, 2);
}

#[test]
fn an_override_in_the_label_gives_an_agent_of_that_size() {
    let mut java = template("java", &["java"]);
    java.overrides = OverrideRules {
        cpu_max: Some(CpuUnits::from_vcpus(8)),
        memory_max: None,
        ..OverrideRules::default()
    };
    java.limit = Limit { cpu: Some(CpuUnits::from_vcpus(9)), ..Limit::default() };
    let mut world = quiet(policy(vec![java]), Habits::default());
    world.submit("java/cpu=4096", 3, Millis::from_secs(20));
    world.run_for(Millis::from_secs(5));
    assert_eq!(world.created, 2, "four and four vCPU of nine");
    assert!(world.run_until(Millis::from_mins(10), is_empty));
    assert_eq!((world.created, world.done), (3, 3));
}

#[test]
fn launches_stop_while_jenkins_does_not_assign() {
    let mut policy = policy(vec![template("java", &["java"])]);
    policy.limit = Limit { agents: Some(4), ..Limit::default() };
    let mut world = quiet(policy, Habits { assigns: false, start_max_ms: 3000, ..Habits::default() });
    world.submit("java", 10, Millis::from_secs(1));
    world.run_for(Millis::from_secs(60));
    assert!(
        matches!(refusal(&world, "java"), Some((Reason::NotAssigned { .. }, 6))),
        "{:?}",
        refusal(&world, "java")
    );
    world.run_for(Millis::from_mins(20));
    assert!(world.created <= 12, "{} agents were made for nobody", world.created);
    world.habits.assigns = true;
    assert!(world.run_until(Millis::from_mins(30), is_empty));
    assert_eq!(world.done, 10);
}

#[test]
fn a_template_keeps_agents_warm() {
    let mut java = template("java", &["java"]);
    java.min_idle = 2;
    let mut world = quiet(policy(vec![java]), Habits { start_max_ms: 3000, ..Habits::default() });
    world.run_for(Millis::from_mins(20));
    assert_eq!((world.created, world.in_phase(Phase::Idle)), (2, 2), "idle agents within min_idle stay");
    world.submit("java", 2, Millis::from_secs(10));
    world.run_for(Millis::from_mins(1));
    assert_eq!((world.done, world.created, world.in_phase(Phase::Idle)), (2, 4, 2));
}

#[test]
fn a_retained_agent_serves_build_after_build() {
    let mut java = template("java", &["java"]);
    java.reuse = Reuse::Retain { idle: Millis::from_mins(3), builds: None };
    let mut world = quiet(policy(vec![java]), Habits { start_max_ms: 3000, ..Habits::default() });
    for _ in 0..3 {
        world.submit("java", 1, Millis::from_secs(10));
        world.run_for(Millis::from_mins(1));
    }
    assert_eq!((world.done, world.created), (3, 1));
    world.run_for(Millis::from_mins(5));
    assert!(is_empty(&world));
    assert_eq!(retired(&world, &Cause::IdleTooLong), 1);
}

#[test]
fn a_retained_agent_is_closed_while_its_last_build_runs() {
    let mut java = template("java", &["java"]);
    java.reuse = Reuse::Retain { idle: Millis::from_mins(3), builds: NonZeroU32::new(3) };
    for view in [View::Listings, View::Changes] {
        let habits = Habits { view, start_max_ms: 3000, ..Habits::default() };
        let mut world = quiet(policy(vec![java.clone()]), habits);
        for (number, created) in [(1, 1), (2, 1), (3, 1), (4, 2), (5, 2), (6, 2), (7, 3)] {
            world.submit("java", 1, Millis::from_secs(10));
            world.run_for(Millis::from_secs(30));
            assert_eq!((world.done, world.created), (number, created), "{view:?}");
        }
        assert_eq!(retired(&world, &Cause::BuildsDone), 2, "{view:?}");
        assert!(world.run_until(Millis::from_mins(5), is_empty));
        assert_eq!(retired(&world, &Cause::IdleTooLong), 1, "{view:?}");
        // Builds that wait in a row are given to it one after the other, and none comes after the last one.
        world.submit("java", 1, Millis::from_secs(10));
        world.run_until(Millis::from_mins(1), |world| world.in_phase(Phase::Busy) == 1);
        world.submit("java", 5, Millis::from_secs(10));
        assert!(world.run_until(Millis::from_mins(10), |world| world.done == 13));
        assert_eq!(world.builds_max, 3, "{view:?}");
    }
}

#[test]
fn a_busy_agent_is_left_alone_when_the_controller_restarts() {
    let mut world =
        quiet(policy(vec![template("java", &["java"])]), Habits { start_max_ms: 2000, ..Habits::default() });
    world.submit("java", 1, Millis::from_secs(120));
    world.run_until(Millis::from_mins(1), |world| world.in_phase(Phase::Busy) == 1);
    world.run_for(Millis::from_secs(5));
    world.session = 2;
    world.run_for(Millis::from_secs(2));
    assert_eq!(world.in_phase(Phase::Resuming), 1, "its node shows no change");
    world.run_for(Millis::from_mins(5));
    assert_eq!((world.nodes(), world.live_tasks()), (1, 1), "a Pipeline may continue for six minutes");
    world.run_for(Millis::from_mins(3));
    assert!(is_empty(&world));
}

#[test]
fn orphans_and_dead_nodes_do_not_last() {
    let mut world =
        quiet(policy(vec![template("java", &["java"])]), Habits { start_max_ms: 2000, ..Habits::default() });
    world.add_orphan_task();
    assert!(world.run_until(Millis::from_secs(120), is_empty), "an orphan is gone within 120 s");
    world.submit("java", 1, Millis::from_mins(10));
    world.run_until(Millis::from_mins(1), |world| world.in_phase(Phase::Busy) == 1);
    assert!(world.kill_a_busy_agent());
    assert!(world.run_until(Millis::from_secs(60), is_empty), "a dead node is gone within 60 s");
    assert_eq!(world.killed, 1);
    world.submit("java", 1, Millis::from_mins(10));
    world.run_until(Millis::from_mins(1), |world| world.in_phase(Phase::Busy) == 1);
    world.delete_node(&world.node_names()[0].clone());
    assert!(
        world.run_until(Millis::from_secs(120), is_empty),
        "so is the task of a node that somebody deleted"
    );
}

#[test]
fn nothing_ends_on_a_partial_view() {
    let habits = Habits { view: View::Listings, start_max_ms: 2000, ..Habits::default() };
    let mut world = quiet(policy(vec![template("java", &["java"])]), habits);
    world.submit("java", 3, Millis::from_secs(10));
    world.run_until(Millis::from_mins(1), |world| world.in_phase(Phase::Busy) == 3);
    world.complete = false;
    world.run_for(Millis::from_mins(30));
    assert_eq!((world.nodes(), world.live_tasks()), (3, 3), "idleness is read in whole views only");
    world.complete = true;
    assert!(world.run_until(Millis::from_secs(30), is_empty));
}

#[test]
fn a_template_that_keeps_failing_is_left_alone() {
    let mut world = quiet(
        policy(vec![template("java", &["java"])]),
        Habits { dies: 1000, start_max_ms: 2000, ..Habits::default() },
    );
    world.submit("java", 4, Millis::from_secs(10));
    world.run_for(Millis::from_mins(60));
    assert!(
        matches!(refusal(&world, "java"), Some((Reason::BreakerOpen { .. }, 4))),
        "{:?}",
        refusal(&world, "java")
    );
    assert!(world.created < 24, "{} agents were tried in an hour", world.created);
    world.habits.dies = 0;
    assert!(world.run_until(Millis::from_mins(90), is_empty));
    assert_eq!(world.done, 4);
}

#[test]
fn builds_go_to_the_next_template_where_ecs_has_no_room() {
    let mut second = template("second", &["java"]);
    second.rank = 1;
    let mut policy = policy(vec![template("first", &["java"]), second]);
    policy.templates[0].limit = Limit { agents: Some(3), ..Limit::default() };
    let mut world = quiet(policy, Habits { assigns: false, ..Habits::default() });
    world.submit("java", 5, Millis::from_secs(10));
    world.run_for(Millis::from_secs(3));
    let of = |world: &World, template| {
        world.core.agents().filter(|agent| agent.template == TemplateId(template)).count()
    };
    assert_eq!((of(&world, 0), of(&world, 1)), (3, 2), "the preferred template first, up to its limit");
}

#[test]
fn a_continuation_is_never_demand() {
    let mut world =
        quiet(policy(vec![template("java", &["java"])]), Habits { start_max_ms: 2000, ..Habits::default() });
    world.submit("java", 1, Millis::from_mins(2));
    world.run_until(Millis::from_mins(1), |world| world.in_phase(Phase::Busy) == 1);
    let agent = world.node_names()[0].clone();
    world.submit(agent.as_str(), 1, Millis::from_secs(5));
    world.run_for(Millis::from_secs(5));
    assert_eq!(refusal(&world, agent.as_str()), Some((Reason::Continuation { agent: agent.clone() }, 1)));
    world.run_for(Millis::from_mins(5));
    assert_eq!(refusal(&world, agent.as_str()), Some((Reason::ContinuationLost { agent }, 1)));
    assert_eq!(world.created, 1);
}

#[test]
fn of_two_daemons_under_one_owner_the_younger_stops_itself() {
    let rules = policy(vec![template("java", &["java"])]);
    let queued = |at| {
        Event::Jenkins(JenkinsChanges {
            items: vec![ItemChange::Seen(QueueItem {
                id: QueueItemId(1),
                label: ItemLabel::Expression("java".into()),
                state: ItemState::Buildable { since: at },
                in_queue_since: at,
                job: None,
                run: None,
            })],
            ..JenkinsChanges::default()
        })
    };
    let begin = |at| {
        let mut core = Provisioner::new(rules.clone(), at);
        core.handle_event(at, Event::Tasks(TaskChanges::default()));
        core.handle_event(at, Event::Jenkins(JenkinsChanges::default()));
        core
    };
    let created = |core: &mut Provisioner, at| {
        core.handle_event(at, queued(at));
        let Some((_, Action::CreateNode { agent, spec, description })) = core.poll_action() else { panic!() };
        let node = nodes::of_agent(agent.node(), description, &spec.labels);
        Event::Jenkins(JenkinsChanges { nodes: vec![NodeChange::Seen(node)], ..JenkinsChanges::default() })
    };
    let (mut elder, mut younger) = (begin(START), begin(START + Millis::from_mins(1)));
    let later = START + Millis::from_mins(2);
    let of_elder = created(&mut elder, later);
    // At the very same millisecond they would choose the same name, and make one agent together.
    let later = later + Millis::new(1);
    let of_younger = created(&mut younger, later);
    elder.handle_event(later, of_younger);
    younger.handle_event(later, of_elder);
    let alarms = |core: &mut Provisioner| -> Vec<Alarm> {
        std::iter::from_fn(|| core.poll_decision())
            .filter_map(|decision| if let What::Alarm(alarm) = decision.what { Some(alarm) } else { None })
            .collect()
    };
    assert!(!elder.gave_way() && younger.gave_way());
    assert!(matches!(alarms(&mut elder)[..], [Alarm::YoungerDaemon { .. }]));
    assert!(matches!(alarms(&mut younger)[..], [Alarm::GaveWay { .. }]));
    younger.handle_event(later, queued(later));
    younger.handle_timeout(later + Millis::from_hours(1));
    assert!(younger.poll_action().is_none());
    assert!(elder.poll_action().is_some(), "the elder goes on, with the younger's agent too");
}

#[test]
fn an_agent_of_a_template_that_is_no_more_ends() {
    let both = policy(vec![template("java", &["java"]), template("old", &["old"])]);
    let mut world = quiet(both, Habits { start_max_ms: 2000, assigns: false, ..Habits::default() });
    world.submit("old", 2, Millis::from_secs(1));
    world.run_for(Millis::from_secs(20));
    assert_eq!(world.in_phase(Phase::Idle), 2);
    world.policy.templates.pop();
    world.crash();
    world.cancel_all();
    world.run_for(Millis::from_secs(20));
    assert!(is_empty(&world));
    assert_eq!(retired(&world, &Cause::TemplateUnknown), 2);
}

#[test]
fn a_limit_that_is_lowered_stops_launches_and_nothing_else() {
    let mut world =
        quiet(policy(vec![template("java", &["java"])]), Habits { start_max_ms: 2000, ..Habits::default() });
    world.submit("java", 5, Millis::from_mins(3));
    world.run_for(Millis::from_secs(20));
    assert_eq!(world.in_phase(Phase::Busy), 5);
    // More is built than may be from now on, so the world is not held to the limit before the builds are over.
    world.core = Provisioner::new(
        Policy { limit: Limit { agents: Some(2), ..Limit::default() }, ..world.policy.clone() },
        world.now,
    );
    world.see_anew();
    world.submit("java", 4, Millis::from_secs(30));
    world.run_for(Millis::from_mins(1));
    assert_eq!((world.in_phase(Phase::Busy), world.created, world.killed), (5, 5, 0));
    let limit = Reason::Limit { scope: LimitScope::Global, dimension: Dimension::Agents };
    assert_eq!(refusal(&world, "java"), Some((limit, 4)));
    assert!(world.run_until(Millis::from_mins(10), is_empty));
    assert_eq!((world.done, world.created), (9, 9));
}

#[test]
fn a_policy_that_the_core_could_not_follow_is_refused() {
    let good = policy(vec![template("java", &["java"]), template("node", &["node"])]);
    assert_eq!(good.check(), Ok(()));
    let broken = |breaks: &dyn Fn(&mut Policy)| {
        let mut policy = good.clone();
        breaks(&mut policy);
        policy.check().expect_err("it is broken")
    };
    assert_eq!(
        broken(&|policy| policy.templates[1].name = "java".into()),
        PolicyError::SameName { cloud: "ecs".into(), template: "java".into() }
    );
    let shared = SharedLimit { name: "all".into(), templates: vec![TemplateId(2)], limit: Limit::default() };
    assert_eq!(
        broken(&|policy| policy.shared_limits.push(shared.clone())),
        PolicyError::NoSuchTemplate { limit: "all".into(), template: TemplateId(2), templates: 2 }
    );
    for attempts in [0, 1000] {
        assert_eq!(broken(&|policy| policy.attempts_max = attempts), PolicyError::Attempts { attempts });
    }
    assert_eq!(
        broken(&|policy| policy.pace.cluster_resource_modify.per_second = 0),
        PolicyError::EmptyBucket { calls: "RunTask and StopTask" }
    );
    assert_eq!(
        broken(&|policy| policy.pace.fargate_run_task.burst = 0),
        PolicyError::EmptyBucket { calls: "RunTask on Fargate" }
    );
}

#[test]
fn nothing_is_launched_for_a_controller_that_shuts_down() {
    let mut java = template("java", &["java"]);
    java.min_idle = 1;
    let mut core = Provisioner::new(policy(vec![java]), START);
    core.handle_event(START, Event::Tasks(TaskChanges::default()));
    let item = QueueItem {
        id: QueueItemId(1),
        label: ItemLabel::Expression("java".into()),
        state: ItemState::Buildable { since: START },
        in_queue_since: START,
        job: None,
        run: None,
    };
    let quiet = |quieting_down, items| {
        Event::Jenkins(JenkinsChanges { quieting_down, items, ..JenkinsChanges::default() })
    };
    core.handle_event(START, quiet(true, vec![ItemChange::Seen(item)]));
    assert!(core.poll_action().is_none());
    let group = core.explain(&ItemLabel::Expression("java".into())).unwrap();
    assert_eq!(group.refused, Some((Reason::QuietingDown, 1)));
    core.handle_event(START + Millis::from_secs(1), quiet(false, Vec::new()));
    let actions: Vec<_> = std::iter::from_fn(|| core.poll_action()).collect();
    assert_eq!(actions.len(), 2, "one for the item and one to keep warm");
}

#[test]
fn a_task_that_ecs_forgets_is_not_waited_for() {
    let mut world =
        quiet(policy(vec![template("java", &["java"])]), Habits { start_max_ms: 2000, ..Habits::default() });
    world.submit("java", 1, Millis::from_secs(20));
    world.run_until(Millis::from_mins(1), |world| world.in_phase(Phase::Busy) == 1);
    world.forget_tasks();
    assert!(world.run_until(Millis::from_mins(10), |world| world.nodes() == 0));
    assert_eq!((world.done, world.killed), (1, 0), "its build was left alone");
    world.run_for(Millis::from_mins(1));
    assert_eq!((world.core.agents_len(), world.core.agents_counted()), (0, 0));
}
