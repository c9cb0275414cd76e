//! The policy of `footmand iam-policy` is enough, and each statement of it is needed.

use crate::{
    canary::Kept,
    faults::{FOOTMAN, JENKINS},
    stage::{Log, configuration_of, on_stage_of, templates},
};
use footman::serve::TwinsSettings;
use footman_backend::ecs::iam::least_policy;
use footman_config::Loaded;
use footman_core::Millis;
use footman_ecs_sim::http::iam::Policy;
use serde_json::{Value, json};

fn statements(loaded: &Loaded) -> Vec<Value> {
    least_policy(&templates(loaded)).document["Statement"].as_array().unwrap().clone()
}

/// The least policy for a configuration, without one of its statements.
pub(crate) fn least(loaded: &Loaded, left_out: Option<usize>) -> Policy {
    let mut statements = statements(loaded);
    if let Some(at) = left_out {
        statements.remove(at);
    }
    Policy::parse(&json!({"Version": "2012-10-17", "Statement": statements}).to_string()).unwrap()
}

/// How long a run lasts: enough for an agent on Fargate to come, build and go.
const LASTS: Millis = Millis::from_mins(4);
const BUILDS: u64 = 3;

/// What came of a few builds under this policy: how many ended well, what is left of them, and what was logged and
/// decided.
fn built(policy: Policy) -> (u64, Vec<String>, String) {
    let (kept, _logging) = Kept::log();
    let twins = TwinsSettings { seed: 2, policy: Some(policy), ..TwinsSettings::default() };
    let (mut succeeded, mut left, mut decided) = (0, Vec::new(), String::new());
    on_stage_of(configuration_of(JENKINS, FOOTMAN), twins, async |stage| {
        stage.play("freestyle", &[(1, 5, "java"), (2, 5, "small"), (3, 5, "big")]).await;
        let (mut machine, services) = stage.daemon().await;
        let end = stage.now().await + LASTS;
        let mut log = Log::default();
        stage.work_until(&mut machine, &services, &mut log, |now| now >= end).await;
        decided = format!("{:?}", log.decisions);
        succeeded = stage.sim("GET", "counts", "").await["jenkins"]["builds"]["succeeded"].as_u64().unwrap();
        left = stage.left().await;
    });
    (succeeded, left, kept.text() + &decided)
}

#[test]
#[expect(clippy::print_stdout, reason = "shown with --nocapture")]
fn builds_get_through_with_the_least_policy_and_without_any_statement_of_it_something_is_denied() {
    // statement that is left out => what the log says is denied, how many builds get through
    let table = [
        ("RunAgents", "ecs:RunTask", 0),
        ("StopAndDescribeAgents", "ecs:DescribeTasks", BUILDS),
        ("ListAgents", "ecs:ListTasks", 0),
        ("TagAgents", "ecs:TagResource", 0),
        ("Definitions", "ecs:DescribeTaskDefinition", 0),
        ("TagDefinitions", "ecs:TagResource", 0),
        ("PassRoles", "iam:PassRole", BUILDS - 1),
    ];
    let loaded = configuration_of(JENKINS, FOOTMAN);
    let named: Vec<Value> = statements(&loaded).iter().map(|it| it["Sid"].clone()).collect();
    assert_eq!(named, table.map(|(sid, ..)| sid), "each statement has its row");
    let (succeeded, left, log) = built(least(&loaded, None));
    assert_eq!((succeeded, left), (BUILDS, Vec::new()));
    assert!(!log.contains("not authorized") && !log.contains(" is denied"), "{log}");
    for (at, (sid, denied, through)) in table.into_iter().enumerate() {
        let (succeeded, left, log) = built(least(&loaded, Some(at)));
        println!(
            "without {sid:<22} {succeeded} of {BUILDS} builds get through, {} left over, {denied} is denied",
            left.len()
        );
        // The log has it in its own words, and decisions in those of ECS.
        let said = log.contains(&format!("{denied} is denied"))
            || log.contains(&format!("not authorized to perform: {denied}"));
        assert!(said, "without {sid}: {log}");
        assert_eq!(succeeded, through, "without {sid}");
        assert!(!left.is_empty(), "without {sid}");
    }
}
