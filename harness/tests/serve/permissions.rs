//! A policy is enforced over HTTP: what it does not allow is refused, also after a reset.

use crate::client::{Both, send, with_twins};
use footman::serve::{ClockMode, TwinsSettings};
use footman_ecs_sim::http::iam::Policy;
use serde_json::{Value, json};

async fn kind_of_refusal(both: Both, operation: &str, input: &Value) -> Option<String> {
    let target = format!("AmazonEC2ContainerServiceV20141113.{operation}");
    let headers = [("x-amz-target", &*target), ("content-type", "application/x-amz-json-1.1")];
    let answer = send(both.ecs, "POST", "/", &headers, &input.to_string()).await.unwrap();
    answer.json()["__type"].as_str().map(str::to_owned)
}

#[test]
fn only_what_the_policy_allows_is_done_and_a_reset_does_not_lift_it() {
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "ecs:RunTask",
        "Resource": "arn:aws:ecs:*:*:task-definition/jenkins-agent:*",
        "Condition": { "ArnEquals": { "ecs:cluster": "arn:aws:ecs:us-east-1:123456789012:cluster/default" } },
    }] });
    let policy = Policy::parse(&policy.to_string()).unwrap();
    let twins = TwinsSettings { policy: Some(policy), ..TwinsSettings::default() };
    with_twins(ClockMode::Lockstep, twins, |both| async move {
        for _ in 0..2 {
            let run = json!({ "taskDefinition": "jenkins-agent:1" });
            assert_eq!(kind_of_refusal(both, "RunTask", &run).await, None);
            let denied = Some("AccessDeniedException".to_owned());
            let elsewhere = json!({ "taskDefinition": "jenkins-agent:1", "cluster": "other" });
            assert_eq!(kind_of_refusal(both, "RunTask", &elsewhere).await, denied);
            assert_eq!(kind_of_refusal(both, "ListTasks", &json!({})).await, denied);
            assert_eq!(send(both.ecs, "POST", "/_sim/reset", &[], "").await.unwrap().status, 200);
        }
    });
}
