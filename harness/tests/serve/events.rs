//! Events over HTTP and in a file, and secrets that are in neither.

use crate::client::{Both, send, with_servers, with_settings};
use axum::{body::Bytes, http::Request};
use footman::serve::{ClockMode, ServeSettings, Twins, TwinsSettings};
use footman_core::Timestamp;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

/// A listener to events.
pub(crate) struct Listener(BufReader<TcpStream>);

impl Listener {
    async fn new(both: Both, last: Option<u64>) -> Self {
        Self::at(both, "/_sim/events", last).await
    }

    /// To the events at this path.
    pub(crate) async fn at(both: Both, path: &str, last: Option<u64>) -> Self {
        let last = last.map(|last| format!("last-event-id: {last}\r\n")).unwrap_or_default();
        let mut stream = TcpStream::connect(both.ecs).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: a\r\n{last}\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut listener = Self(BufReader::new(stream));
        assert!(listener.line().await.starts_with("HTTP/1.1 200"));
        while !listener.line().await.is_empty() {}
        listener
    }

    async fn line(&mut self) -> String {
        let mut line = String::new();
        assert!(self.0.read_line(&mut line).await.unwrap() > 0, "the stream has ended");
        line.trim_end().to_owned()
    }

    /// The next event, with its number.
    async fn next(&mut self) -> (u64, Value) {
        let mut number = None;
        loop {
            let line = self.line().await;
            if let Some(id) = line.strip_prefix("id: ") {
                number = Some(id.parse().unwrap());
            }
            if let Some(data) = line.strip_prefix("data: ") {
                return (number.unwrap(), serde_json::from_str(data).unwrap());
            }
        }
    }

    /// The events up to the one of a task that has stopped.
    pub(crate) async fn until_it_stopped(&mut self) -> Vec<(u64, Value)> {
        let mut events = Vec::new();
        loop {
            let event = self.next().await;
            let stopped = event.1["detail"]["lastStatus"] == json!("STOPPED");
            events.push(event);
            if stopped {
                return events;
            }
        }
    }
}

const KEY: &str = "canary-value";
const ARGUMENT: &str = "canary-argument";

/// Runs a task with secrets, lets it run, and stops it; two minutes pass.
async fn run_and_stop(both: Both) -> String {
    let answer = both.ecs_done("RunTask", with_secrets()).await;
    let task = answer["tasks"][0]["taskArn"].as_str().unwrap().to_owned();
    let (now, _) = both.clock().await;
    both.advance(now + 60_000).await;
    both.ecs_done("StopTask", json!({ "task": task })).await;
    both.advance(now + 120_000).await;
    task
}

fn with_secrets() -> Value {
    json!({ "taskDefinition": "jenkins-agent", "overrides": { "containerOverrides": [{
        "name": "jenkins-agent",
        "environment": [{ "name": "MY_SECRET_KEY", "value": KEY }, { "name": "PLAIN", "value": "shown" }],
        "command": ["-url", "http://j", "-secret", ARGUMENT, "n1"],
    }] } })
}

#[test]
fn events_tell_the_life_of_a_task_in_the_shape_of_eventbridge() {
    with_servers(ClockMode::Lockstep, |both| async move {
        let mut listener = Listener::new(both, None).await;
        let task = run_and_stop(both).await;
        let events = listener.until_it_stopped().await;
        let numbers: Vec<u64> = events.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, (1..).take(numbers.len()).collect::<Vec<u64>>());
        let of = |kind: &str| -> Vec<&Value> {
            events
                .iter()
                .map(|(_, event)| event)
                .filter(|event| event["detail-type"] == json!(kind))
                .collect()
        };
        let tasks = of("ECS Task State Change");
        let told: Vec<(&str, &str, u64)> = tasks
            .iter()
            .map(|event| {
                let detail = &event["detail"];
                let text = |member: &str| detail[member].as_str().unwrap();
                (text("lastStatus"), text("desiredStatus"), detail["version"].as_u64().unwrap())
            })
            .collect();
        let want = [
            ("PENDING", "RUNNING", 1),
            ("ACTIVATING", "RUNNING", 2),
            ("RUNNING", "RUNNING", 3),
            ("DEACTIVATING", "STOPPED", 4),
            ("STOPPING", "STOPPED", 5),
            ("STOPPED", "STOPPED", 6),
        ];
        assert_eq!(told, want);
        let last = tasks.last().unwrap();
        assert_eq!((&last["version"], &last["source"]), (&json!("0"), &json!("aws.ecs")));
        assert_eq!((&last["account"], &last["region"]), (&json!("123456789012"), &json!("us-east-1")));
        assert_eq!(last["resources"], json!([task]));
        assert_eq!(last["id"].as_str().map(str::len), Some(36));
        let time = last["time"].as_str().unwrap();
        assert!(time.starts_with("2024-01-01T00:01:") && time.ends_with('Z') && time.len() == 20, "{time}");
        assert_eq!(last["detail"]["createdAt"], json!("2024-01-01T00:00:00.000Z"));
        assert_eq!(last["detail"]["healthStatus"], Value::Null);
        assert_eq!(last["detail"]["containers"][0]["lastStatus"], json!("STOPPED"));
        let instances = of("ECS Container Instance State Change");
        let free = |event: &Value| event["detail"]["remainingResources"][0]["integerValue"].clone();
        assert_eq!(free(instances[0]), json!(1024), "the task took 1 of 2 vCPUs");
        assert!(instances[0]["detail"]["updatedAt"].is_string());
        assert_eq!((instances.len(), &instances[0]["detail"]["version"]), (1, &json!(1)));
        let (_, after) = listener.next().await;
        assert_eq!((free(&after), &after["detail"]["version"]), (json!(2048), &json!(2)));
    });
}

#[test]
fn who_comes_back_gets_what_it_has_missed() {
    with_servers(ClockMode::Lockstep, |both| async move {
        let mut listener = Listener::new(both, None).await;
        run_and_stop(both).await;
        let all = listener.until_it_stopped().await;
        drop(listener);
        let mut back = Listener::new(both, Some(3)).await;
        assert_eq!(back.until_it_stopped().await, all[3..]);
        let bad = send(both.ecs, "GET", "/_sim/events", &[("last-event-id", "x")], "").await.unwrap();
        assert_eq!((bad.status, bad.json()["error"].is_string()), (400, true));
    });
}

#[test]
fn instances_come_break_and_go_in_events() {
    with_servers(ClockMode::Lockstep, |both| async move {
        let mut listener = Listener::new(both, None).await;
        let launched =
            send(both.ecs, "POST", "/_sim/instances", &[], r#"{"instanceType":"m5.large"}"#).await.unwrap();
        let arn = launched.json()["instances"][0]["containerInstanceArn"].clone();
        let broken = json!({ "containerInstance": arn, "connected": false }).to_string();
        send(both.ecs, "POST", "/_sim/container-agent", &[], &broken).await.unwrap();
        let gone = json!({ "containerInstance": arn }).to_string();
        send(both.ecs, "POST", "/_sim/terminate", &[], &gone).await.unwrap();
        for (status, connected) in [("ACTIVE", true), ("ACTIVE", false), ("INACTIVE", false)] {
            let (_, event) = listener.next().await;
            let detail = &event["detail"];
            assert_eq!(detail["containerInstanceArn"], arn);
            assert_eq!((&detail["status"], &detail["agentConnected"]), (&json!(status), &json!(connected)));
        }
    });
}

#[test]
fn the_file_of_events_has_what_listeners_get() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.jsonl");
    let settings = ServeSettings {
        events: Some(path.clone()),
        ..ServeSettings::on_free_ports(ClockMode::Lockstep, TwinsSettings::default())
    };
    with_settings(settings, |both| async move {
        // The file has the instances of the example too, which came before anybody could listen.
        let mut listener = Listener::new(both, Some(0)).await;
        run_and_stop(both).await;
        let events = listener.until_it_stopped().await;
        let lines = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(lines.len() > events.len());
        assert!(events.iter().map(|(_, event)| event).eq(&lines[..events.len()]));
        assert_eq!(lines[0]["detail-type"], json!("ECS Container Instance State Change"));
    });
}

#[test]
fn secrets_are_in_the_answers_of_the_api_and_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.jsonl");
    let settings = ServeSettings {
        events: Some(path.clone()),
        ..ServeSettings::on_free_ports(ClockMode::Lockstep, TwinsSettings::default())
    };
    with_settings(settings, |both| async move {
        let definition = json!({ "family": "own", "containerDefinitions": [{
            "name": "a", "image": "b", "memory": 10, "environment": [{ "name": "TOP_SECRET", "value": KEY }],
        }] });
        both.ecs_done("RegisterTaskDefinition", definition).await;
        let mut listener = Listener::new(both, None).await;
        let task = run_and_stop(both).await;
        let answer = both.task(&task).await.to_string();
        assert!(answer.contains(KEY) && answer.contains(ARGUMENT), "as ECS answers: {answer}");

        let mut shown = vec![send(both.ecs, "GET", "/_sim/state", &[], "").await.unwrap().body];
        shown.extend(listener.until_it_stopped().await.into_iter().map(|(_, event)| event.to_string()));
        shown.push(std::fs::read_to_string(&path).unwrap());
        for text in shown {
            assert!(!text.contains(KEY) && !text.contains(ARGUMENT), "{text}");
        }
        let state = send(both.ecs, "GET", "/_sim/state", &[], "").await.unwrap().body;
        assert!(state.contains("[redacted]") && state.contains("shown"), "what is no secret is shown");
    });
}

#[test]
fn secrets_are_not_shown_by_debug() {
    let mut twins = Twins::new(TwinsSettings::default(), "http://127.0.0.1/", Timestamp::EPOCH).unwrap();
    let mut input = with_secrets();
    input["overrides"]["containerOverrides"][0]["environment"][1] =
        json!({ "name": "JENKINS_AGENT_NAME", "value": "n" });
    let request = Request::post("/")
        .header("x-amz-target", "AmazonEC2ContainerServiceV20141113.RunTask")
        .body(Bytes::from(input.to_string()))
        .unwrap();
    assert!(twins.ecs(&request).unwrap().status().is_success());
    // The agent's process starts at RUNNING.
    while let Some(next) = twins.next() {
        twins.advance(next);
        let shown = format!("{twins:?}");
        assert!(!shown.contains(KEY) && !shown.contains(ARGUMENT), "{shown}");
    }
}
