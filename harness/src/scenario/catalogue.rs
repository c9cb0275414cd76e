//! The scenarios that have a committed hash: each is a story of its own, and together they pass through every part of a
//! world.

use crate::{
    scenario::{Scenario, Sketch},
    workload::{BurstyLoad, LabelLoad},
    world::{Accident, Which},
};
use footman_core::{Millis, policy::Limit};
use footman_ecs_sim::settings::PerMillion;

/// Every scenario, in the order in which their hashes are listed.
pub fn all() -> Vec<Scenario> {
    vec![
        cold_burst(),
        too_small(),
        group_from_zero(),
        fargate(),
        controller_restart(),
        pipelines_restart(),
        node_deleted(),
        task_killed(),
        instance_lost(),
        limits_reached(),
        overlapping_labels(),
        label_expressions(),
        min_idle(),
        warm_gives_way(),
        retained(),
        sessions(),
        quiet_down(),
        core_crash(),
        spot_interruptions(),
        faults(),
        late_listings(),
        busy_day(),
    ]
}

/// Nothing runs, and a hundred builds come at once.
pub fn cold_burst() -> Scenario {
    Scenario::new("cold-burst")
        .cluster("ec2:m5.4xlarge=20")
        .template(Sketch::new("linux"))
        .builds("10s", 100, "linux", "2m")
}

/// Two instances with room for two agents in all, and six builds: ECS has no room for four of them at first.
pub fn too_small() -> Scenario {
    Scenario::new("too-small")
        .cluster("ec2:m5.large=2")
        .template(Sketch::new("linux"))
        .builds("10s", 6, "linux", "90s")
}

/// An auto-scaling group that is empty until somebody waits.
pub fn group_from_zero() -> Scenario {
    Scenario::new("group-from-zero")
        .cluster("asg:m5.xlarge=0..4")
        .template(Sketch::new("linux"))
        .builds("10s", 6, "linux", "3m")
}

/// A trickle of builds on Fargate.
pub fn fargate() -> Scenario {
    Scenario::new("fargate")
        .cluster("fargate")
        .template(Sketch::new("linux"))
        .builds_apart("0s", "20s", 12, "linux", "1m")
}

/// The controller is restarted while freestyle builds run and others wait.
pub fn controller_restart() -> Scenario {
    Scenario::new("controller-restart")
        .cluster("fargate")
        .template(Sketch::new("linux").at_most(3))
        .builds("0s", 6, "linux", "4m")
        .builds("10m", 2, "linux", "1m")
        .at("2m", Accident::RestartJenkins)
}

/// The controller is restarted while Pipelines run: they go on where they were.
pub fn pipelines_restart() -> Scenario {
    Scenario { name: "pipelines-restart", pipelines: true, ..controller_restart() }
}

/// Somebody deletes the node of an agent that is on its way, and one that has a build.
pub fn node_deleted() -> Scenario {
    Scenario::new("node-deleted")
        .cluster("ec2:m5.4xlarge=2")
        .template(Sketch::new("linux"))
        .builds("0s", 4, "linux", "5m")
        .at("4s", Accident::DeleteNode(Which::Coming))
        .at("3m", Accident::DeleteNode(Which::Busy))
}

/// An agent's container is killed under its build.
pub fn task_killed() -> Scenario {
    Scenario::new("task-killed")
        .cluster("fargate")
        .template(Sketch::new("linux"))
        .builds("0s", 3, "linux", "5m")
        .at("3m", Accident::KillTask(Which::Busy))
}

/// A container instance is terminated with all that runs on it.
pub fn instance_lost() -> Scenario {
    Scenario::new("instance-lost")
        .cluster("ec2:m5.large=4")
        .template(Sketch::new("linux"))
        .builds("0s", 4, "linux", "3m")
        .at("90s", Accident::TerminateInstance)
}

/// Ten builds, and limits that let five and then three agents exist.
pub fn limits_reached() -> Scenario {
    let limit = Limit { agents: Some(5), ..Limit::default() };
    let scenario = Scenario::new("limits-reached")
        .cluster("fargate")
        .template(Sketch::new("linux").at_most(3))
        .template(Sketch::new("arm").at_most(4))
        .builds("0s", 10, "linux", "1m")
        .builds("0s", 10, "arm", "1m");
    Scenario { limit, ..scenario }
}

/// Builds that several templates can serve, and templates that serve several kinds of builds.
pub fn overlapping_labels() -> Scenario {
    Scenario::new("overlapping-labels")
        .cluster("ec2:m5.4xlarge=4")
        .template(Sketch::new("small").labels("linux small"))
        .template(Sketch::new("docker").labels("linux docker"))
        .builds_apart("0s", "3s", 8, "linux", "40s")
        .builds_apart("1s", "5s", 5, "docker", "50s")
        .builds_apart("2s", "7s", 4, "linux && !docker", "30s")
}

/// Labels that are expressions, carry overrides, or are mapped.
pub fn label_expressions() -> Scenario {
    let scenario = Scenario::new("label-expressions")
        .cluster("ec2:m5.4xlarge=4")
        .template(Sketch::new("linux").labels("linux x86"))
        .template(Sketch::new("arm").labels("linux arm64"))
        .builds("0s", 3, "linux && !arm64", "1m")
        .builds("5s", 3, "x86 || arm64", "1m")
        .builds("10s", 2, "arm64 -> linux", "1m")
        .builds("15s", 2, "linux/cpu=4096/memory=8192", "1m")
        .builds("20s", 3, "ubuntu-latest", "1m");
    Scenario { mapped: vec![("ubuntu-latest", "linux && x86")], ..scenario }
}

/// Three agents are kept warm: a small burst does not wait for any.
pub fn min_idle() -> Scenario {
    Scenario::new("min-idle")
        .cluster("fargate")
        .template(Sketch::new("linux").warm(3))
        .builds("5m", 3, "linux", "1m")
        .builds("15m", 2, "linux", "1m")
}

/// Agents kept warm fill the limit on all: they give way to the builds of another label, and come back.
pub fn warm_gives_way() -> Scenario {
    let scenario = Scenario::new("warm-gives-way")
        .cluster("fargate")
        .template(Sketch::new("linux").warm(4))
        .template(Sketch::new("windows"))
        .builds("5m", 3, "windows", "2m")
        .builds("5m 30s", 1, "linux", "1m");
    Scenario { limit: Limit { agents: Some(4), ..Limit::default() }, ..scenario }
}

/// Agents stay for a while after a build and take the next one.
pub fn retained() -> Scenario {
    Scenario::new("retained")
        .cluster("fargate")
        .template(Sketch::new("linux").retained("5m"))
        .builds_apart("0s", "3m", 6, "linux", "1m")
}

/// Stages of two runs share an agent each, which may stand idle for half an hour. The controller restarts while the first run
/// is in a stage elsewhere, and other builds ask for what the agents are made from.
pub fn sessions() -> Scenario {
    Scenario::new("sessions")
        .cluster("fargate")
        .template(Sketch::new("linux").sessions("30m"))
        .run_of("0s", &[("linux/session=one", "1m"), ("linux", "5m"), ("linux/session=one", "1m")])
        .run_of("1m", &[("linux/session=two", "1m"), ("linux/session=two", "1m")])
        .builds_apart("30s", "4m", 3, "linux", "1m")
        .at("5m", Accident::RestartJenkins)
}

/// Jenkins is about to shut down for two minutes: nothing is assigned or launched.
pub fn quiet_down() -> Scenario {
    Scenario::new("quiet-down")
        .cluster("fargate")
        .template(Sketch::new("linux"))
        .builds("0s", 2, "linux", "1m")
        .builds("30s", 2, "linux", "1m")
        .at("20s", Accident::QuietDown)
        .at("3m", Accident::CancelQuietDown)
}

/// The core crashes again and again while agents are in every phase.
pub fn core_crash() -> Scenario {
    let scenario = Scenario::new("core-crash")
        .cluster("ec2:m5.4xlarge=2")
        .template(Sketch::new("linux").at_most(6))
        .builds_apart("0s", "7s", 12, "linux", "70s");
    ["1s", "1100ms", "1200ms", "8100ms", "30s", "60s", "90s", "100s", "130s"]
        .into_iter()
        .fold(scenario, |scenario, at| scenario.at(at, Accident::CrashCore))
}

/// Fargate Spot with an interruption every half hour of a task.
pub fn spot_interruptions() -> Scenario {
    let mut scenario = Scenario::new("spot-interruptions")
        .cluster("fargate-spot")
        .template(Sketch::new("linux"))
        .builds_apart("0s", "30s", 20, "linux", "10m");
    scenario.ecs.spot.fargate_interruptions_per_million_hours = 2_000_000;
    scenario
}

/// Calls fail, answers are lost, images and network interfaces do not come.
pub fn faults() -> Scenario {
    let mut scenario = Scenario::new("faults")
        .cluster("fargate")
        .template(Sketch::new("linux"))
        .builds_apart("0s", "4s", 30, "linux", "1m");
    let faults = &mut scenario.ecs.faults;
    faults.server_error = PerMillion(100_000);
    faults.answer_lost = PerMillion(100_000);
    faults.cannot_pull = PerMillion(50_000);
    faults.eni_timeout = PerMillion(50_000);
    faults.fargate_capacity = PerMillion(100_000);
    scenario
}

/// ECS shows everything 20 s late, and the core crashes meanwhile.
pub fn late_listings() -> Scenario {
    let mut scenario = Scenario::new("late-listings")
        .cluster("fargate")
        .template(Sketch::new("linux").at_most(4))
        .builds("0s", 8, "linux", "1m")
        .at("3s", Accident::CrashCore)
        .at("15s", Accident::CrashCore)
        .at("70s", Accident::CrashCore);
    scenario.ecs.visibility_delay = Millis::from_secs(20);
    scenario
}

/// A generated load on a group that scales, with a warm agent, a limit and one restart of the controller.
pub fn busy_day() -> Scenario {
    let label = |label: &str, share, median_s| LabelLoad {
        label: label.to_owned(),
        share,
        median: Millis::from_secs(median_s),
        sigma: 0.8,
        size: None,
    };
    let load = BurstyLoad {
        seed: 7,
        span: Millis::from_hours(24),
        builds_per_week: 3_000.0,
        labels: vec![label("linux", 3.0, 60), label("docker", 1.0, 150)],
        ..BurstyLoad::default()
    };
    Scenario::new("busy-day")
        .cluster("asg:m5.2xlarge=1..12")
        .template(Sketch::new("linux").labels("linux x86").warm(1))
        .template(Sketch::new("docker").at_most(8))
        .load(&load, &["linux", "docker"], 250)
        .at("1h", Accident::RestartJenkins)
        .at("2h", Accident::CrashCore)
}
