//! Regions: each has an account of its own, and everything works in every one.

use crate::{
    client::{Both, send, with_servers, with_twins},
    events::Listener,
};
use footman::serve::{ClockMode, TwinsSettings};
use serde_json::{Value, json};

const HERE: &str = "us-east-1";
const THERE: &str = "eu-central-1";

/// Runs the agent's definition of the example, as the agent of `node`.
async fn run_agent(both: Both, region: &str, node: &str) -> String {
    let environment = json!([{ "name": "JENKINS_AGENT_NAME", "value": node }]);
    let overrides =
        json!({ "containerOverrides": [{ "name": "jenkins-agent", "environment": environment }] });
    let input = json!({ "taskDefinition": "jenkins-agent", "overrides": overrides });
    let answer = both.ecs_in(region, "RunTask", input).await;
    assert_eq!(answer["failures"], json!([]), "the example is there");
    answer["tasks"][0]["taskArn"].as_str().unwrap().to_owned()
}

async fn status(both: Both, region: &str, task: &str) -> Value {
    let described = both.ecs_in(region, "DescribeTasks", json!({ "tasks": [task] })).await;
    described["tasks"][0]["lastStatus"].clone()
}

async fn is_online(both: Both, node: &str) -> bool {
    both.get(&format!("/computer/{node}/api/json?tree=offline")).await.json()["offline"] == json!(false)
}

async fn pass(both: Both, ms: i64) {
    let (now, _) = both.clock().await;
    assert_eq!(both.advance(now + ms).await.status, 200);
}

#[test]
fn the_first_task_runs_in_whatever_region_a_client_names() {
    with_servers(ClockMode::Lockstep, |both| async move {
        for region in [HERE, THERE, "ap-southeast-5"] {
            let task = run_agent(both, region, "").await;
            assert!(task.starts_with(&format!("arn:aws:ecs:{region}:123456789012:task/default/")), "{task}");
            let (now, next) = both.clock().await;
            assert!(next.is_some_and(|next| next > now), "the clock knows of what happens there");
            pass(both, 120_000).await;
            assert_eq!(status(both, region, &task).await, json!("RUNNING"));
            let listed = both.ecs_in(region, "ListTasks", json!({})).await;
            assert_eq!(listed["taskArns"], json!([task]), "and no other's");
        }
        let zones = both.ecs_in(
            THERE,
            "ListAttributes",
            json!({
                "targetType": "container-instance", "attributeName": "ecs.availability-zone",
            }),
        );
        let zones = zones.await["attributes"].to_string();
        assert!(zones.contains("eu-central-1a") && !zones.contains("us-east-1"), "{zones}");
    });
}

#[test]
fn agents_connect_from_every_region_and_one_node_has_one_agent() {
    with_servers(ClockMode::Lockstep, |both| async move {
        both.create_node("n1", "docker").await;
        let first = run_agent(both, THERE, "n1").await;
        pass(both, 120_000).await;
        assert!(is_online(both, "n1").await);
        let second = run_agent(both, HERE, "n1").await;
        pass(both, 120_000).await;
        assert_eq!(status(both, HERE, &second).await, json!("STOPPED"), "the second agent is refused");
        assert_eq!(status(both, THERE, &first).await, json!("RUNNING"), "and the first stays");
        both.ecs_in(THERE, "StopTask", json!({ "task": first })).await;
        pass(both, 120_000).await;
        assert!(!is_online(both, "n1").await);
    });
}

#[test]
fn what_is_set_holds_in_the_region_that_is_named_and_in_no_other() {
    with_servers(ClockMode::Lockstep, |both| async move {
        let there = |path: &str| format!("/_sim/{path}?region={THERE}");
        let faults = json!({ "calls": [{ "fault": "throttled", "operation": "ListTasks", "perMillion": 1_000_000 }],
                             "tasks": { "cannotPull": { "count": 1 } } });
        both.sim_done("PUT", &there("faults"), faults).await;
        assert_eq!(both.sim_done("GET", "/_sim/faults", Value::Null).await["calls"], json!([]));
        both.ecs_in(HERE, "ListTasks", json!({})).await;
        let [task, sound] = [run_agent(both, THERE, "").await, run_agent(both, HERE, "").await];
        pass(both, 120_000).await;
        assert_eq!(status(both, THERE, &task).await, json!("STOPPED"));
        assert_eq!(status(both, HERE, &sound).await, json!("RUNNING"));

        both.sim_done("PUT", &there("latency"), json!({ "ec2Start": { "ms": 77 } })).await;
        let of = async |path: &str| both.sim_done("GET", path, Value::Null).await;
        assert_eq!(of(&there("latency")).await["ec2Start"], json!({ "ms": 77 }));
        assert_ne!(of("/_sim/latency").await["ec2Start"], json!({ "ms": 77 }));

        let made = both.sim_done("POST", &there("instances"), json!({ "instanceType": "m5.large" })).await;
        let arn = &made["instances"][0]["containerInstanceArn"];
        assert!(arn.as_str().is_some_and(|arn| arn.starts_with("arn:aws:ecs:eu-central-1:")), "{arn}");
        let group = json!({ "name": "g", "instanceTypes": ["m5.large"], "max": 1 });
        let group = both.sim_done("POST", &there("auto-scaling-groups"), group).await;
        assert!(group["autoScalingGroupArn"].as_str().unwrap().contains(":eu-central-1:"), "{group}");
        assert_eq!(of("/_sim/auto-scaling-groups").await["autoScalingGroups"], json!([]));

        for (path, body) in [
            ("container-agent", json!({ "containerInstance": arn, "connected": false })),
            ("terminate", json!({ "containerInstance": arn })),
        ] {
            let elsewhere = both.sim("POST", &format!("/_sim/{path}"), body.clone()).await;
            assert_eq!(elsewhere.status, 400, "it is not of this region");
            both.sim_done("POST", &there(path), body).await;
        }
        let task = run_agent(both, THERE, "").await;
        pass(both, 120_000).await;
        let used =
            both.sim_done("POST", &there("memory"), json!({ "task": task, "memoryMib": 1 << 20 })).await;
        assert_eq!(used["killed"], json!(true));

        let state = of(&there("state")).await;
        assert_eq!((&state["region"], &state["regions"]), (&json!(THERE), &json!([HERE, THERE])));
        assert_eq!(state["ecs"]["containerInstances"].as_array().map(Vec::len), Some(3));
        assert!(!state["ecs"]["tasks"].to_string().contains(HERE));
        assert_eq!(of("/_sim/state").await["region"], json!(HERE));
    });
}

#[test]
fn a_reset_of_one_region_leaves_the_others_and_jenkins_as_they_are() {
    with_servers(ClockMode::Lockstep, |both| async move {
        for node in ["here", "there"] {
            both.create_node(node, "docker").await;
        }
        run_agent(both, HERE, "here").await;
        let before = run_agent(both, THERE, "there").await;
        pass(both, 120_000).await;
        assert!(is_online(both, "here").await && is_online(both, "there").await);
        // Another is on its way when everything of its region ends.
        run_agent(both, THERE, "there").await;
        both.sim_done("POST", &format!("/_sim/reset?region={THERE}&region=eu-west-1"), Value::Null).await;
        assert!(is_online(both, "here").await && !is_online(both, "there").await);
        assert_eq!(both.ecs_in(THERE, "ListTasks", json!({})).await["taskArns"], json!([]));
        assert_eq!(
            both.ecs_in(HERE, "ListTasks", json!({})).await["taskArns"].as_array().map(Vec::len),
            Some(1)
        );
        let after = run_agent(both, THERE, "").await;
        assert_eq!(after, before, "the region begins as it began");
        pass(both, 120_000).await;
        assert!(!is_online(both, "there").await, "nothing of before is left");

        both.sim_done("POST", "/_sim/reset", Value::Null).await;
        assert_eq!(both.ecs_in(THERE, "ListTasks", json!({})).await["taskArns"], json!([]), "all begin anew");
        assert_eq!(both.get("/computer/here/api/json").await.status, 404);
    });
}

#[test]
fn events_of_every_region_are_one_stream_and_those_of_one_can_be_asked_for() {
    with_servers(ClockMode::Lockstep, |both| async move {
        let mut all = Listener::at(both, "/_sim/events", None).await;
        let mut there = Listener::at(both, &format!("/_sim/events?region={THERE}"), None).await;
        for region in [HERE, THERE] {
            let task = run_agent(both, region, "").await;
            pass(both, 120_000).await;
            both.ecs_in(region, "StopTask", json!({ "task": task })).await;
            pass(both, 120_000).await;
        }
        let (first, mut second) = (all.until_it_stopped().await, all.until_it_stopped().await);
        assert!(first.iter().all(|(_, event)| event["region"] == json!(HERE)));
        // The instance whose task has stopped is told of after the task.
        second.retain(|(_, event)| event["region"] != json!(HERE));
        assert!(second.iter().all(|(_, event)| event["region"] == json!(THERE)));
        assert_eq!(there.until_it_stopped().await, second);
        let mut ids: Vec<String> =
            first.iter().chain(&second).map(|(_, event)| event["id"].to_string()).collect();
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count, "every event has an id of its own");
    });
}

#[test]
fn another_region_may_be_the_one_that_is_served() {
    let mut twins = TwinsSettings::default();
    twins.ecs.region = THERE.into();
    with_twins(ClockMode::Lockstep, twins, |both| async move {
        let clusters = both.ecs_done("ListClusters", json!({})).await;
        assert_eq!(clusters["clusterArns"], json!(["arn:aws:ecs:eu-central-1:123456789012:cluster/default"]));
        assert_eq!(both.sim_done("GET", "/_sim/state", Value::Null).await["region"], json!(THERE));
        run_agent(both, HERE, "").await;
    });
}

#[test]
fn regions_have_a_limit_and_what_is_none_is_said() {
    with_servers(ClockMode::Lockstep, |both| async move {
        for n in 1..64 {
            both.ecs_in(&format!("r-{n}"), "ListClusters", json!({})).await;
        }
        let home = both.ecs_in("r-64", "ListClusters", json!({})).await;
        assert_eq!(home["clusterArns"], json!(["arn:aws:ecs:us-east-1:123456789012:cluster/default"]));
        // path => what is said
        let table = [
            ("/_sim/state?region=r-64", "there are 64 regions already"),
            ("/_sim/state?region=EU", "`EU` is no region"),
            ("/_sim/state?region=a&region=b", "expected one"),
            ("/_sim/state?regoin=a", "expected region=REGION"),
            ("/_sim/next?region=us-east-1", "one clock"),
            ("/_sim/events?region=EU", "`EU` is no region"),
        ];
        for (path, said) in table {
            let answer = send(both.jenkins, "GET", path, &[], "").await.unwrap();
            assert_eq!(answer.status, 400, "{path}");
            assert!(answer.json()["error"].as_str().unwrap().contains(said), "{path}: {}", answer.body);
        }
        assert_eq!(both.sim("GET", "/_sim/state?region=r-63", Value::Null).await.status, 200);
    });
}
