//! Scenarios told as stories, each with what is to come of it.

use footman::{
    scenario::{Ran, Scenario, Sketch, catalogue},
    world::{Accident, Ending},
};
use footman_core::{
    Timestamp,
    decision::{Alarm, Cause, LimitScope, Reason, What},
    event::Drain,
    id::TemplateId,
    units::CpuUnits,
};
use footman_jenkins_sim::BuildResult;

/// How many decisions refuse an agent for a reason such that `is` says so.
fn refused(ran: &Ran, is: impl Fn(&Reason) -> bool) -> usize {
    ran.decided(|what| matches!(what, What::Refused { reason, .. } if is(reason)))
}

fn with_result(ran: &Ran, result: BuildResult) -> usize {
    ran.builds.iter().filter(|build| build.result == Some(result)).count()
}

/// How many lines of the log hold `text`.
fn lines(ran: &Ran, text: &str) -> usize {
    ran.log.lines().iter().filter(|line| line.contains(text)).count()
}

#[test]
fn a_cold_burst_makes_an_agent_for_each_build() {
    let ran = catalogue::cold_burst().run();
    ran.is_well().expect("agents", ran.launched, 100).expect_in("longest wait, s", ran.wait_max_s(), 20..=90);
    ran.expect("RunTask calls", ran.calls_of("RunTask"), 100);
    ran.expect("StopTask calls", ran.calls_of("StopTask"), 100);
}

#[test]
fn a_cluster_that_is_too_small_serves_everybody_in_the_end() {
    let ran = catalogue::too_small().run();
    ran.is_well().expect("agents", ran.launched, 6);
    ran.expect(
        "refusals for want of room are told",
        refused(&ran, |r| matches!(r, Reason::NoCapacity { .. })) > 0,
        true,
    );
    // Three rounds of two builds, each of 90 s.
    ran.expect_in("longest wait, s", ran.wait_max_s(), 180..=600);
    ran.expect_in("RunTask calls, with those that found no room", ran.calls_of("RunTask"), 7..=80);
}

#[test]
fn a_group_scales_from_zero_and_back() {
    let ran = catalogue::group_from_zero().run();
    ran.is_well().expect("agents", ran.launched, 6);
    // Two agents fit on each.
    ran.expect_in("instances", lines(&ran, "change: Registered"), 3..=4);
    ran.expect_in("longest wait, s", ran.wait_max_s(), 60..=600);
    ran.expect("RunTask calls", ran.calls_of("RunTask"), 6);
}

#[test]
fn a_trickle_on_fargate_gets_its_agents_one_by_one() {
    let ran = catalogue::fargate().run();
    ran.is_well().expect("agents", ran.launched, 12).expect_in("longest wait, s", ran.wait_max_s(), 30..=120);
}

#[test]
fn a_restart_of_the_controller_loses_what_ran_and_nothing_else() {
    let ran = catalogue::controller_restart().run();
    ran.expect("ending", ran.ending, Ending::Done).is_lawful();
    ran.expect("builds that vanished", with_result(&ran, BuildResult::Vanished), 3);
    ran.expect("builds that ran", with_result(&ran, BuildResult::Success), 5);
    ran.expect("agents", ran.launched, 8).expect("nodes left", (ran.nodes_left, ran.agents_left), (0, 0));
}

#[test]
fn pipelines_go_on_after_a_restart_of_the_controller() {
    let ran = catalogue::pipelines_restart().run();
    ran.is_well().expect("agents", ran.launched, 8);
    ran.expect("alarms", ran.decided(|what| matches!(what, What::Alarm(_))), 0);
}

#[test]
fn a_node_deleted_by_hand_leaks_no_task() {
    let ran = catalogue::node_deleted().run();
    ran.expect("ending", ran.ending, Ending::Done).is_lawful();
    ran.expect("builds that died with their node", with_result(&ran, BuildResult::Failure), 1);
    ran.expect("agents, one in place of the one that was on its way", ran.launched, 5);
    ran.expect("left", (ran.nodes_left, ran.agents_left), (0, 0));
}

/// When the first decision was made from `from` on such that `is` says so.
fn first(ran: &Ran, from: Timestamp, is: impl Fn(&What) -> bool) -> Option<Timestamp> {
    ran.decisions
        .iter()
        .find(|decision| decision.at >= from && is(&decision.what))
        .map(|decision| decision.at)
}

#[test]
fn a_reload_that_removes_every_node_is_an_alarm_and_launches_wait_for_half_a_minute() {
    let ran = Scenario::new("a reload")
        .cluster("fargate")
        .template(Sketch::new("linux"))
        .builds("0s", 6, "linux", "5m")
        .builds("185s", 4, "linux", "1m")
        .at("3m", Accident::ReloadCasc)
        .run();
    ran.expect("ending", ran.ending, Ending::Done).is_lawful();
    ran.expect("builds that died with their node", with_result(&ran, BuildResult::Failure), 6);
    ran.expect("builds that ran", with_result(&ran, BuildResult::Success), 4);
    let is_alarm = |what: &What| matches!(what, What::Alarm(Alarm::NodesVanished { .. }));
    ran.expect("alarms", ran.decided(is_alarm), 1);
    let alarm = first(&ran, Timestamp::EPOCH, is_alarm).unwrap();
    let stop = first(&ran, alarm, |what| matches!(what, What::Stop { .. })).unwrap();
    ran.expect_in("s until their tasks are stopped", stop.since(alarm).as_millis() / 1000, 0..=20);
    let launch = first(&ran, alarm, |what| matches!(what, What::Launch { .. })).unwrap();
    ran.expect_in("s until agents are made again", launch.since(alarm).as_millis() / 1000, 30..=31);
    let held = refused(&ran, |reason| matches!(reason, Reason::NodesVanished { .. }));
    ran.expect("what holds them is told", held > 0, true);
    ran.expect("agents", ran.launched, 10).expect("left", (ran.nodes_left, ran.agents_left), (0, 0));
}

#[test]
fn a_drain_lets_builds_finish_and_launches_nothing_more() {
    let ran = drained(Drain::FinishBuilds);
    ran.expect("builds that ran", with_result(&ran, BuildResult::Success), 4);
    let stop =
        first(&ran, drained_at(&ran), |what| matches!(what, What::Stop { cause: Cause::BuildDone, .. }))
            .unwrap();
    ran.expect_in("s until the first is stopped after its build", since_drained(&ran, stop), 90..=240);
}

#[test]
fn stopping_everything_waits_for_no_build() {
    let ran = drained(Drain::StopBuilds);
    ran.expect("builds that failed", with_result(&ran, BuildResult::Failure), 4);
    let gone =
        ran.decisions.iter().rev().find(|decision| matches!(decision.what, What::Delete { .. })).unwrap().at;
    ran.expect_in("s until the last node is deleted", since_drained(&ran, gone), 1..=60);
}

/// Four builds on as many agents, four more that wait for them and two warm agents, all of which are drained then.
fn drained(how: Drain) -> Ran {
    let ran = Scenario::new("a drain")
        .cluster("fargate")
        .template(Sketch::new("linux").at_most(4))
        .template(Sketch::new("arm").warm(2))
        .builds("0s", 4, "linux", "5m")
        .builds("1m", 4, "linux", "5m")
        .at("3m", Accident::Drain(how))
        .run();
    ran.expect("ending", ran.ending, Ending::Stuck { builds: 4 }).is_lawful();
    ran.expect("agents", ran.launched, 6).expect("left", (ran.nodes_left, ran.agents_left), (0, 0));
    let after = first(&ran, drained_at(&ran), |what| matches!(what, What::Launch { .. }));
    ran.expect("launches", after, None);
    ran.expect("warm agents go first", ran.decided(is_draining), 2);
    ran.expect("builds that wait are told", refused(&ran, |reason| *reason == Reason::Draining), 1);
    ran
}

fn is_draining(what: &What) -> bool {
    matches!(what, What::Retire { cause: Cause::Draining, .. })
}

fn drained_at(ran: &Ran) -> Timestamp {
    first(ran, Timestamp::EPOCH, is_draining).expect("warm agents are drained")
}

fn since_drained(ran: &Ran, at: Timestamp) -> u64 {
    at.since(drained_at(ran)).as_millis() / 1000
}

#[test]
fn a_killed_agent_fails_its_build_and_leaks_nothing() {
    let ran = catalogue::task_killed().run();
    ran.expect("ending", ran.ending, Ending::Done).is_lawful();
    ran.expect("builds that failed", with_result(&ran, BuildResult::Failure), 1);
    ran.expect("agents", ran.launched, 3).expect("left", (ran.nodes_left, ran.agents_left), (0, 0));
}

#[test]
fn a_lost_instance_takes_its_agents_and_their_nodes_with_it() {
    let ran = catalogue::instance_lost().run();
    ran.expect("ending", ran.ending, Ending::Done).is_lawful();
    ran.expect("builds that failed", with_result(&ran, BuildResult::Failure), 1);
    ran.expect("left", (ran.nodes_left, ran.agents_left), (0, 0));
}

#[test]
fn limits_hold_and_are_named() {
    let ran = catalogue::limits_reached().run();
    ran.is_well().expect("agents", ran.launched, 20);
    for scope in [LimitScope::Global, LimitScope::Template(TemplateId(0))] {
        let named = refused(&ran, |r| matches!(r, Reason::Limit { scope: s, .. } if *s == scope));
        ran.expect("a refusal names the limit", named > 0, true);
    }
}

#[test]
fn overlapping_labels_share_their_agents() {
    let ran = catalogue::overlapping_labels().run();
    ran.is_well().expect_in("agents", ran.launched, 15..=17);
    for build in &ran.builds {
        ran.expect("a build waits for its agent", build.template.is_some(), true);
    }
}

#[test]
fn expressions_overrides_and_mapped_labels_find_their_templates() {
    let ran = catalogue::label_expressions().run();
    ran.is_well().expect("agents", ran.launched, 13);
    let large = ran.agents.iter().filter(|life| life.size.cpu == CpuUnits::from_vcpus(4)).count();
    // Equal ranks: a build without a wish may get a large agent that was on its way, and the other one a new one.
    ran.expect_in("agents of the size that the label asks for", large, 2..=4);
    // The builds in the order of their submission: three for x86 alone, and the last three mapped to it.
    for build in ran.builds.iter().filter(|build| build.index < 3 || build.index >= 10) {
        ran.expect("template of an x86 build", build.template, Some(TemplateId(0)));
    }
}

#[test]
fn warm_agents_spare_a_small_burst_the_wait() {
    let ran = catalogue::min_idle().run();
    ran.expect("ending", ran.ending, Ending::Done).is_lawful();
    ran.expect("longest wait, s", ran.wait_max_s(), 0).expect("agents, three of them spare", ran.launched, 8);
    ran.expect("left", (ran.nodes_left, ran.agents_left), (3, 3));
}

#[test]
fn a_retained_agent_takes_one_build_after_the_other() {
    let ran = catalogue::retained().run();
    ran.is_well().expect("agents", ran.launched, 1).expect("builds on it", ran.agents[0].builds, 6);
}

/// Why agents were taken out of service, and how often.
fn retired(ran: &Ran, cause: &Cause) -> usize {
    ran.decided(|what| matches!(what, What::Retire { cause: of, .. } if of == cause))
}

#[test]
fn stages_of_a_run_share_a_task_that_no_other_build_enters_and_that_goes_with_the_run() {
    let ran = catalogue::sessions().run();
    ran.is_well().expect("agents: one for each session, one for each other build", ran.launched, 6);
    let mut builds: Vec<u32> = ran.agents.iter().map(|agent| agent.builds).collect();
    builds.sort_unstable();
    ran.expect("builds on them", builds, vec![1, 1, 1, 1, 2, 2]);
    ran.expect("agents that went with their runs", retired(&ran, &Cause::RunOver), 2);
    ran.expect("agents that were idle for half an hour", retired(&ran, &Cause::IdleTooLong), 0);
    let mut asked = catalogue::sessions().builds;
    asked.sort_by_key(|asked| asked.after);
    let tasks_of = |label: &str| {
        let of_label = (0..).zip(&asked).filter(|(_, asked)| asked.label == label);
        let story = |index: u64| ran.builds.iter().find(|story| story.index == index);
        of_label.map(|(index, _)| story(index).and_then(|story| story.task)).collect::<Vec<_>>()
    };
    for session in ["linux/session=one", "linux/session=two"] {
        let tasks = tasks_of(session);
        ran.expect("stages of the run", tasks.len(), 2);
        ran.expect("they ran, on one task", tasks[0].is_some() && tasks[0] == tasks[1], true);
    }
}

#[test]
fn builds_that_are_runs_of_their_own_share_the_task_of_a_session_as_long_as_one_waits() {
    let ran = Scenario::new("a session of builds")
        .cluster("fargate")
        .template(Sketch::new("linux").sessions("30m"))
        .builds("0s", 3, "linux/session=one", "1m")
        .builds("10m", 1, "linux/session=one", "1m")
        .run();
    ran.is_well().expect("agents", ran.launched, 2);
    ran.expect("builds on them", (ran.agents[0].builds, ran.agents[1].builds), (3, 1));
    ran.expect("agents that went with the last run", retired(&ran, &Cause::RunOver), 2);
}

#[test]
fn nothing_is_launched_while_jenkins_is_about_to_shut_down() {
    let ran = catalogue::quiet_down().run();
    ran.is_well().expect("agents", ran.launched, 4);
    ran.expect_in("longest wait, s: until it is not about to any more", ran.wait_max_s(), 150..=300);
    ran.expect("the reason is told", refused(&ran, |r| *r == Reason::QuietingDown) > 0, true);
}

#[test]
fn a_core_that_crashes_again_and_again_makes_no_agent_twice() {
    let ran = catalogue::core_crash().run();
    ran.is_well().expect("agents", ran.launched, 12);
    let alarms = ran.decided(|what| matches!(what, What::Alarm(Alarm::TwoTasks { .. })));
    ran.expect("agents with two tasks", alarms, 0);
}

#[test]
fn spot_interruptions_fail_builds_and_leak_nothing() {
    let ran = catalogue::spot_interruptions().run();
    ran.expect("ending", ran.ending, Ending::Done).is_lawful();
    ran.expect_in("builds that failed", with_result(&ran, BuildResult::Failure), 1..=10);
    ran.expect("left", (ran.nodes_left, ran.agents_left), (0, 0));
}

#[test]
fn failing_calls_and_lost_answers_are_got_over() {
    let ran = catalogue::faults().run();
    ran.is_well().expect_in("agents", ran.launched, 30..=60);
}

#[test]
fn what_ecs_shows_late_is_not_launched_twice() {
    let ran = catalogue::late_listings().run();
    ran.is_well().expect("agents", ran.launched, 8);
}

#[test]
fn a_busy_day_leaves_its_warm_agent_and_nothing_else() {
    let ran = catalogue::busy_day().run();
    ran.expect("ending", ran.ending, Ending::Done).is_lawful();
    ran.expect("left", (ran.nodes_left, ran.agents_left), (1, 1));
}
