//! A dry run decides and changes nothing, alone and beside a daemon that works.

use crate::stage::{Log, Stage, configuration, on_stage};
use footman_backend::{driver::Machine, dry_run::DryRun, services::Services, status::Collector};
use footman_core::{Millis, decision::What};

/// Builds of two labels, two of them at once.
const BUILDS: [(u64, u64, &str); 5] =
    [(5, 60, "java"), (5, 60, "java"), (20, 60, "small"), (40, 60, "java && linux"), (200, 5, "small")];

async fn dry(stage: &Stage) -> (Machine, DryRun<Services>) {
    let (machine, services) = stage.daemon().await;
    (machine, DryRun::new(services.only_looking(), configuration().policy))
}

/// Nodes but the controller, tasks in whatever state, and task definitions.
async fn made(stage: &Stage) -> Vec<String> {
    let state = stage.sim("GET", "state", "").await;
    let nodes = state["jenkins"]["computers"]["computer"].as_array().unwrap();
    let nodes = nodes.iter().filter(|node| node["_class"] == "hudson.slaves.SlaveComputer");
    let mut made: Vec<String> = nodes.map(|node| format!("node {}", node["displayName"])).collect();
    let tasks = state["ecs"]["tasks"].as_array().into_iter().flatten();
    made.extend(tasks.map(|task| format!("task {}", task["taskArn"])));
    let definitions = stage.client().list_task_definitions().send().await.unwrap();
    made.extend(definitions.task_definition_arns().iter().cloned());
    made
}

/// Cancels everything in the queue.
async fn cancel_all(stage: &Stage) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let state = stage.sim("GET", "state", "").await;
    for item in state["jenkins"]["queue"]["items"].as_array().unwrap() {
        let url = format!("{}queue/cancelItem?id={}", stage.jenkins_url(), item["id"]);
        let answer = http.post(url).send().await.unwrap();
        assert!(!answer.status().is_client_error(), "{}", answer.status());
    }
}

#[test]
fn each_item_gets_one_imagined_agent_that_goes_with_it_and_nothing_is_made() {
    on_stage(1, async |stage| {
        stage.play("freestyle", &BUILDS).await;
        let (mut machine, hands) = dry(&stage).await;
        let begun = stage.now().await;
        let (collector, board) = Collector::of_dry_run(begun, &machine);
        let mut report = (Log::default(), collector);
        let end = begun + Millis::from_mins(5);
        stage.work_until(&mut machine, &hands, &mut report, |now| now >= end).await;
        assert_eq!(report.0.launched(), BUILDS.len(), "{:?}", report.0.acted);
        assert_eq!(machine.core().agents_len(), BUILDS.len(), "each has its item still");
        let done = [("close node", (5, 0)), ("create node", (5, 0)), ("launch", (5, 0))];
        assert!(report.0.acted.iter().map(|(kind, count)| (*kind, *count)).eq(done), "{:?}", report.0.acted);
        assert_eq!(made(&stage).await, [""; 0]);
        assert!(board.latest().dry_run);

        cancel_all(&stage).await;
        let end = end + Millis::from_mins(1);
        stage.work_until(&mut machine, &hands, &mut report, |now| now >= end).await;
        assert_eq!((machine.core().agents_len(), machine.core().orphans_len()), (0, 0));
        assert_eq!(report.0.launched(), BUILDS.len());
        assert_eq!(report.0.acted["delete node"], (5, 0));
        assert_eq!(report.0.alarms(), [""; 0]);
        assert_eq!(made(&stage).await, [""; 0]);
    });
}

/// Labels of Pipelines cannot be read without lookouts, which a dry run does not make.
#[test]
fn no_lookout_is_made_for_pipelines() {
    on_stage(1, async |stage| {
        stage.play("pipeline", &BUILDS).await;
        let (mut machine, hands) = dry(&stage).await;
        let end = stage.now().await + Millis::from_mins(5);
        let mut log = Log::default();
        stage.work_until(&mut machine, &hands, &mut log, |now| now >= end).await;
        let refused = log.decisions.iter().any(|it| matches!(it.what, What::Refused { .. }));
        assert!(refused, "{:?}", log.decisions);
        assert_eq!(made(&stage).await, [""; 0]);
    });
}

/// The one that works makes nodes of the same owner that are younger than the dry run; that is nothing to it.
#[test]
fn a_dry_run_beside_a_daemon_that_works_disturbs_it_not_and_is_not_disturbed() {
    on_stage(1, async |stage| {
        stage.play("freestyle", &BUILDS).await;
        let (mut dry_machine, dry_hands) = dry(&stage).await;
        let (mut machine, services) = stage.daemon().await;
        let (mut dry_log, mut log) = (Log::default(), Log::default());
        let begun = stage.now().await;
        for second in 1..=600 {
            let end = begun + Millis::from_secs(second);
            stage.work_until(&mut dry_machine, &dry_hands, &mut dry_log, |now| now >= end).await;
            stage.work_until(&mut machine, &services, &mut log, |now| now >= end).await;
        }
        assert_eq!(log.launched(), BUILDS.len());
        assert_eq!(stage.sim("GET", "workload", "").await["done"], true);
        assert_eq!(stage.failed_builds().await, [""; 0]);
        assert_eq!(stage.left().await, [""; 0]);
        assert_eq!((log.alarms(), dry_log.alarms()), (Vec::new(), Vec::new()));
        assert_eq!(dry_log.launched(), BUILDS.len(), "{:?}", dry_log.acted);
        assert_eq!((dry_machine.core().agents_len(), dry_machine.core().orphans_len()), (0, 0));
    });
}
