//! What is refused, and in which shape.

use crate::client::{Both, send, with_servers, with_twins};
use footman::serve::{ClockMode, TwinsSettings};
use footman_ecs_sim::settings::PerMillion;
use serde_json::{Value, json};

const TARGET: &str = "AmazonEC2ContainerServiceV20141113.ListClusters";

#[test]
fn ecs_says_in_the_body_what_it_refuses() {
    with_servers(ClockMode::Lockstep, |both| async move {
        // operation, input => __type, part of the message
        let table = [
            ("DescribeServices", json!({}), "UnsupportedFeatureException", "DescribeServices"),
            ("MakeCoffee", json!({}), "UnknownOperationException", "MakeCoffee"),
            ("DescribeTasks", json!({ "tasks": [] }), "InvalidParameterException", "Tasks cannot be empty."),
            (
                "DescribeTasks",
                json!({ "tasks": "x" }),
                "SerializationException",
                "STRING_VALUE cannot be converted to list",
            ),
            ("ListTasks", json!({ "cluster": "no" }), "ClusterNotFoundException", "Cluster not found."),
            ("RunTask", json!({ "taskDefinition": "no" }), "ClientException", "TaskDefinition not found."),
            (
                "RunTask",
                json!({ "taskDefinition": "jenkins-agent-fargate", "launchType": "FARGATE" }),
                "InvalidParameterException",
                "Network Configuration must be provided",
            ),
            (
                "RunTask",
                json!({ "taskDefinition": "jenkins-agent", "overrides": { "containerOverrides": [{ "name": "no" }] } }),
                "InvalidParameterException",
                "not a container in the TaskDefinition",
            ),
            (
                "DescribeTaskDefinition",
                json!({ "taskDefinition": "no" }),
                "ClientException",
                "Unable to describe task definition.",
            ),
            (
                "ListContainerInstances",
                json!({ "filter": "agentConnected = true" }),
                "InvalidParameterException",
                "",
            ),
        ];
        for (operation, input, kind, text) in table {
            let answer = both.ecs(operation, input).await;
            assert_eq!(answer.status, 400, "{operation}");
            assert_eq!(answer.header("content-type"), Some("application/x-amz-json-1.1"));
            assert_eq!(answer.json()["__type"], json!(kind), "{operation}");
            let message = answer.json()["message"].as_str().unwrap().to_owned();
            assert!(message.contains(text), "{operation}: {message}");
        }
    });
}

#[test]
fn a_request_that_is_none_of_ecs_is_refused() {
    with_servers(ClockMode::Lockstep, |both| async move {
        // method, target, body => __type
        let table = [
            ("GET", Some(TARGET), "", "UnknownOperationException"),
            ("POST", None, "{}", "UnknownOperationException"),
            ("POST", Some("Other.ListClusters"), "{}", "UnknownOperationException"),
            ("POST", Some(TARGET), "{", "SerializationException"),
            ("POST", Some(TARGET), "[]", "SerializationException"),
        ];
        for (method, target, body, kind) in table {
            let headers: Vec<_> = target.into_iter().map(|target| ("x-amz-target", target)).collect();
            let answer = send(both.ecs, method, "/", &headers, body).await.unwrap();
            assert_eq!(
                (answer.status, &answer.json()["__type"]),
                (400, &json!(kind)),
                "{method} {target:?} {body}"
            );
        }
        let empty = send(both.ecs, "POST", "/", &[("x-amz-target", TARGET)], "").await.unwrap();
        assert_eq!(empty.status, 200, "an empty body is an empty object");
        assert_eq!(empty.header("x-amzn-requestid").map(str::len), Some(36));
    });
}

#[test]
fn a_body_beyond_the_limit_is_refused_and_not_read() {
    with_servers(ClockMode::Lockstep, |both| async move {
        let huge = " ".repeat(footman_ecs_sim::http::BODY_MAX + 1);
        let answer = send(both.ecs, "POST", "/", &[("x-amz-target", TARGET)], &huge).await;
        // The server may close before the client has sent everything, and the answer is lost then.
        if let Some(answer) = answer {
            assert_eq!(
                (answer.status, &answer.json()["__type"]),
                (413, &json!("RequestEntityTooLargeException"))
            );
        }
        assert_eq!(both.ecs("ListClusters", json!({})).await.status, 200, "the server goes on");
    });
}

#[test]
fn reads_are_throttled_as_with_ecs() {
    with_servers(ClockMode::Lockstep, |both| async move {
        // 50 at once from the bucket of ListClusters, which refills by 20 a second (data of the simulator).
        for _ in 0..50 {
            assert_eq!(both.ecs("ListClusters", json!({})).await.status, 200);
        }
        let answer = both.ecs("ListClusters", json!({})).await;
        assert_eq!((answer.status, &answer.json()["__type"]), (400, &json!("ThrottlingException")));
        let (now, _) = both.clock().await;
        both.advance(now + 50).await;
        assert_eq!(both.ecs("ListClusters", json!({})).await.status, 200);
    });
}

#[test]
fn a_token_replays_its_tasks_and_conflicts_with_other_parameters() {
    with_servers(ClockMode::Lockstep, |both| async move {
        let input = |owner: &str| json!({ "taskDefinition": "jenkins-agent", "clientToken": "t", "startedBy": owner });
        let first = both.ecs_done("RunTask", input("a")).await;
        assert_eq!(both.ecs_done("RunTask", input("a")).await["tasks"], first["tasks"]);
        let conflict = both.ecs("RunTask", input("b")).await;
        assert_eq!(conflict.status, 400);
        let body = conflict.json();
        assert_eq!(body["__type"], json!("ConflictException"));
        assert_eq!(body["resourceIds"], json!([first["tasks"][0]["taskArn"]]));
        let with_environment = json!({
            "taskDefinition": "jenkins-agent", "clientToken": "t", "startedBy": "a",
            "overrides": { "containerOverrides": [
                { "name": "jenkins-agent", "environment": [{ "name": "A", "value": "1" }] }
            ] },
        });
        assert_eq!(both.ecs("RunTask", with_environment).await.json()["__type"], json!("ConflictException"));
    });
}

#[test]
fn what_has_no_room_is_answered_200_with_an_entry_for_each_instance() {
    with_servers(ClockMode::Lockstep, |both| async move {
        let definition = json!({ "family": "big", "containerDefinitions": [{ "name": "a", "image": "b", "memory": 100_000 }] });
        both.ecs_done("RegisterTaskDefinition", definition).await;
        let answer = both.ecs_done("RunTask", json!({ "taskDefinition": "big" })).await;
        assert_eq!(answer["tasks"], json!([]));
        let failures = answer["failures"].as_array().unwrap();
        assert_eq!(failures.len(), 3);
        for failure in failures {
            assert_eq!(failure["reason"], json!("RESOURCE:MEMORY"));
            assert!(failure["arn"].as_str().unwrap().contains(":container-instance/default/"));
        }
    });
}

#[test]
fn a_lost_answer_is_none_at_all_and_the_call_was_carried_out() {
    let mut twins = TwinsSettings::default();
    twins.ecs.faults.answer_lost = PerMillion(1_000_000);
    with_twins(ClockMode::Lockstep, twins, |both| async move {
        let headers = [("x-amz-target", "AmazonEC2ContainerServiceV20141113.RunTask")];
        let body = json!({ "taskDefinition": "jenkins-agent" }).to_string();
        let answer = send(both.ecs, "POST", "/", &headers, &body).await;
        assert!(answer.is_none(), "{answer:?}");
        let tasks = both.ecs_done("ListTasks", json!({})).await;
        assert_eq!(tasks["taskArns"].as_array().map(Vec::len), Some(1));
    });
}

/// Texts that a client may send in any place.
const ODD: [&str; 14] = [
    "",
    "0",
    "-1",
    "18446744073709551615",
    "99999999999999999999",
    "4294967295",
    "x",
    "n1",
    "%00",
    "..",
    "a/b",
    "‘",
    "{}",
    "[1]",
];

#[test]
fn no_odd_value_ends_the_servers() {
    with_servers(ClockMode::Lockstep, |both| async move {
        both.create_node("n1", "docker").await;
        for odd in ODD {
            let escaped: String = odd.bytes().map(|byte| format!("%{byte:02x}")).collect();
            for path in [
                format!("/job/example/build?delay={escaped}"),
                format!("/job/{escaped}/build"),
                format!("/queue/cancelItem?id={escaped}"),
                format!("/createItem?name={escaped}"),
                format!("/computer/{escaped}/doDelete"),
                format!("/computer/doCreateItem?name={escaped}&type=hudson.slaves.DumbSlave&json=%7B%7D"),
                format!(
                    "/computer/doCreateItem?name=a{escaped}&type=hudson.slaves.DumbSlave&json=%7B%22numExecutors%22:%22{escaped}%22%7D"
                ),
            ] {
                let xml = format!(
                    "<project><quietPeriod>{odd}</quietPeriod><builders><a><command>sleep {odd}</command></a></builders></project>"
                );
                let answer = both.post_xml(&path, &xml).await;
                assert!((200..=500).contains(&answer.status), "{path}");
            }
            for path in [
                format!("/queue/item/{escaped}/api/json"),
                format!("/computer/{escaped}/config.xml"),
                format!("/api/json?depth={escaped}&tree={escaped}"),
                format!("/job/example/{escaped}/api/json"),
            ] {
                assert!((200..=500).contains(&both.get(&path).await.status), "{path}");
            }
            odd_inputs_of_ecs(both, odd).await;
        }
        let (now, _) = both.clock().await;
        assert_eq!(both.advance(now + 3_600_000).await.status, 200);
        assert_eq!(both.get("/computer/api/json?depth=3").await.status, 200);
    });
}

async fn odd_inputs_of_ecs(both: Both, odd: &str) {
    let number: Value = odd.parse::<u64>().map_or_else(|_| odd.into(), Into::into);
    let container = json!({
        "name": "a", "image": odd, "memory": number, "cpu": number, "stopTimeout": number,
        "portMappings": [{ "containerPort": number }], "dockerLabels": { "footman.image-mib": odd },
    });
    let large = json!({ "name": "a", "image": "b", "memory": 4_294_967_295_u32, "stopTimeout": number });
    for (operation, input) in [
        ("CreateCluster", json!({ "clusterName": odd })),
        ("ListClusters", json!({ "nextToken": odd, "maxResults": number })),
        ("RegisterTaskDefinition", json!({ "family": odd, "containerDefinitions": [large] })),
        (
            "RegisterTaskDefinition",
            json!({ "family": "f", "cpu": odd, "memory": odd, "containerDefinitions": [container] }),
        ),
        ("RunTask", json!({ "taskDefinition": odd, "count": number })),
        ("RunTask", json!({ "taskDefinition": "jenkins-agent", "overrides": { "cpu": odd, "memory": odd } })),
        (
            "RunTask",
            json!({ "taskDefinition": "jenkins-agent", "group": odd, "clientToken": odd, "startedBy": odd }),
        ),
        ("DescribeTasks", json!({ "tasks": [odd] })),
        ("StopTask", json!({ "task": odd })),
        ("ListTasks", json!({ "nextToken": odd, "family": odd })),
        ("DescribeContainerInstances", json!({ "containerInstances": [odd] })),
    ] {
        let answer = both.ecs(operation, input).await;
        assert!([200, 400].contains(&answer.status), "{operation} {odd}: {}", answer.body);
        let (now, _) = both.clock().await;
        both.advance(now + 1_000).await;
    }
}
