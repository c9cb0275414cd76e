//! A burst of builds on one label makes exactly that many agents, with the real buckets of the API.

#![expect(clippy::print_stdout, reason = "calls and times are what a reader of the log wants to see")]

use footman::{
    cli::Interrupt,
    scenario::{Scenario, Sketch},
    workload::Build,
    world::{AgentLife, AgentSeen, Ending, Witness, World},
};
use footman_core::{Millis, Timestamp, id::TemplateId};
use footman_ecs_sim::id::TaskId;

/// What a burst came to.
#[derive(Debug, Default)]
struct Burst {
    launched: u64,
    started: u64,
    on_a_second_build: u64,
    all_running_after: Millis,
    unused: u64,
}

impl Witness for Burst {
    fn build_started(&mut self, _at: Timestamp, _build: &Build, wait: Millis, agent: Option<AgentSeen>) {
        self.started += 1;
        self.all_running_after = self.all_running_after.max(wait);
        self.on_a_second_build += u64::from(agent.is_none_or(|agent| agent.builds_before > 0));
    }

    fn task_accepted(&mut self, _at: Timestamp, _task: TaskId, _template: TemplateId) {
        self.launched += 1;
    }

    fn agent_gone(&mut self, _at: Timestamp, life: &AgentLife) {
        self.unused += u64::from(life.builds == 0);
    }
}

/// Runs `builds` builds of half an hour that come at once, so that all of them run together.
fn burst(cluster: &str, builds: u64) {
    let scenario = Scenario::new("burst").cluster(cluster).template(Sketch::new("linux"));
    let scenario = scenario.builds("10s", builds, "linux", "30m");
    let mut workload = scenario.workload();
    let mut world = World::new(scenario.settings(), &mut workload).expect("the world can be made");
    let mut burst = Burst::default();
    let ending = world.run(&mut burst, &Interrupt::new(), &mut |_| {}).expect("the burst can be served");
    assert_eq!(ending, Ending::Done, "{cluster}: {burst:?}");
    assert_eq!((burst.launched, burst.started), (builds, builds), "{cluster}: {burst:?}");
    assert_eq!((burst.on_a_second_build, burst.unused), (0, 0), "{cluster}: {burst:?}");
    let calls: Vec<String> = world
        .calls()
        .into_iter()
        .filter(|(_, count)| count.calls > 0)
        .map(|(operation, count)| format!("{operation} {} ({} throttled)", count.calls, count.throttled))
        .collect();
    let seconds = burst.all_running_after.as_millis() / 1000;
    println!("{cluster}, {builds} builds: all run after {seconds} s; {}", calls.join(", "));
}

#[test]
fn a_burst_on_fargate_makes_exactly_that_many_agents() {
    for builds in [100, 1_000, 10_000] {
        burst("fargate", builds);
    }
}

#[test]
fn a_burst_on_instances_that_are_there_makes_exactly_that_many_agents() {
    // Eight agents of 2 vCPU fit on each.
    for (builds, instances) in [(100, 13), (1_000, 125), (10_000, 1_250)] {
        burst(&format!("ec2:m5.4xlarge={instances}"), builds);
    }
}
