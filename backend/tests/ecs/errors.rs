//! The wire and the errors that are of no single operation, as the SDK reads them.

use crate::fixture::{refused, run, served, served_as};
use aws_sdk_ecs::{client::Waiters, operation::RequestId, types::LaunchType};
use footman::serve::TwinsSettings;
use serde_json::json;
use std::time::Duration;

/// ecs.md 2: every answer has a request id.
#[test]
fn answers_have_a_request_id() {
    served(async |server| {
        let answer = server.ecs.list_clusters().send().await.unwrap();
        assert!(answer.request_id().is_some_and(|id| id.len() == 36));
    });
}

/// ecs.md 2: required members, enums and bounds are checked by the server, for the SDK sends what it is given.
#[test]
fn the_model_is_enforced_where_the_client_does_not() {
    served(async |server| {
        let ecs = &server.ecs;
        let call = ecs.run_task().task_definition("jenkins-agent");
        let words =
            refused("InvalidParameterException", call.launch_type(LaunchType::from("LUNA")).send().await);
        assert!(words.contains("should be one of"), "{words}");
        refused("InvalidParameterException", ecs.stop_task().send().await);
        refused("ClientException", ecs.register_task_definition().family("f").send().await);
        refused("InvalidParameterException", ecs.list_tasks().max_results(101).send().await);
        for count in [-1, 0, 11] {
            let call = ecs.run_task().task_definition("jenkins-agent").count(count);
            refused("InvalidParameterException", call.send().await);
        }
    });
}

/// ecs.md 2: services are operations of ECS that are left out: UnsupportedFeatureException, and nothing to wait for.
#[test]
fn services_are_unsupported() {
    served(async |server| {
        let call = server.ecs.create_service().service_name("s").task_definition("jenkins-agent");
        refused("UnsupportedFeatureException", call.send().await);
        refused("UnsupportedFeatureException", server.ecs.list_services().send().await);
        let wait = server.patient(1).wait_until_services_stable().services("s");
        wait.wait(Duration::from_secs(60)).await.unwrap_err();
        let wait = server.patient(1).wait_until_services_inactive().services("s");
        wait.wait(Duration::from_secs(60)).await.unwrap_err();
    });
}

/// ecs.md 0, 1.8: 100 reads at once, then 20 a second; DescribeTasks and ListTasks draw from the same.
#[test]
fn reads_share_a_bucket() {
    served(async |server| {
        let ecs = &server.ecs;
        for _ in 0..100 {
            ecs.list_tasks().send().await.unwrap();
        }
        assert_eq!(refused("ThrottlingException", ecs.list_tasks().send().await), "Rate exceeded");
        refused("ThrottlingException", ecs.describe_tasks().tasks("0".repeat(32)).send().await);
        ecs.describe_clusters().send().await.unwrap();
    });
}

/// ecs.md 2: the SDK's own retries get over ThrottlingException and a 500, and the call is done once.
#[test]
fn the_sdk_gets_over_what_passes() {
    served(async |server| {
        let faults = json!({"calls": [
            {"fault": "throttled", "operation": "RunTask", "count": 1},
            {"fault": "serverError", "operation": "RunTask", "count": 1},
        ]});
        server.sim("PUT", "/_sim/faults", &faults).await;
        let started = run(&server.patient(5)).await;
        assert_eq!(server.time.slept().len(), 2);
        let listed = server.ecs.list_tasks().send().await.unwrap();
        assert_eq!(listed.task_arns(), [started.task_arn().unwrap()]);
    });
}

/// ecs.md 0, 1.2: the SDK sends a token by itself, and repeats a call whose answer was lost with the same one.
#[test]
fn a_lost_answer_is_found_by_the_token_of_the_retry() {
    served(async |server| {
        let faults = json!({"calls": [{"fault": "answerLost", "operation": "RunTask", "count": 1}]});
        server.sim("PUT", "/_sim/faults", &faults).await;
        let started = run(&server.patient(5)).await;
        let listed = server.ecs.list_tasks().send().await.unwrap();
        assert_eq!(listed.task_arns(), [started.task_arn().unwrap()]);
    });
}

/// ecs.md 1.12: AccessDeniedException for what an IAM policy does not allow; what it allows is done.
#[test]
fn a_policy_denies_what_it_does_not_allow() {
    let document = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["ecs:RunTask", "ecs:ListTasks"], "Resource": "*"},
    ]});
    let policy = Some(footman_ecs_sim::http::iam::Policy::parse(&document.to_string()).unwrap());
    served_as(TwinsSettings { policy, ..TwinsSettings::default() }, async |server| {
        let started = run(&server.ecs).await;
        let call = server.ecs.stop_task().task(started.task_arn().unwrap());
        let words = refused("AccessDeniedException", call.send().await);
        assert!(words.contains("user/somebody is not authorized to perform: ecs:StopTask"), "{words}");
    });
}
