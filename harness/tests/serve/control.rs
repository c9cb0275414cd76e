//! What `/_sim/` answers: the state, faults, latencies, machines, accidents.

use crate::client::{Both, send, with_servers, with_settings, with_twins};
use footman::serve::{ClockMode, ServeSettings, TwinsSettings};
use serde_json::{Value, json};

async fn run(both: Both, input: Value) -> String {
    let answer = both.ecs_done("RunTask", input).await;
    assert_eq!(answer["failures"], json!([]));
    answer["tasks"][0]["taskArn"].as_str().unwrap().to_owned()
}

#[test]
fn a_reset_begins_anew_on_either_port_and_under_either_name() {
    with_servers(ClockMode::Lockstep, |both| async move {
        for (port, path) in [(both.ecs, "/_sim/reset"), (both.jenkins, "/moto-api/reset")] {
            run(both, json!({ "taskDefinition": "jenkins-agent" })).await;
            both.create_node("n1", "docker").await;
            assert_eq!(send(port, "POST", path, &[], "").await.unwrap().status, 200);
            assert_eq!(both.ecs_done("ListTasks", json!({})).await["taskArns"], json!([]));
            assert_eq!(both.get("/computer/n1/api/json").await.status, 404);
            let found =
                both.ecs_done("DescribeTaskDefinition", json!({ "taskDefinition": "jenkins-agent" })).await;
            assert_eq!(found["taskDefinition"]["revision"], json!(1), "the example is there again");
        }
    });
}

#[test]
fn the_state_shows_everything() {
    with_servers(ClockMode::Lockstep, |both| async move {
        let task = run(both, json!({ "taskDefinition": "jenkins-agent" })).await;
        both.create_node("n1", "docker").await;
        let state = both.sim_done("GET", "/_sim/state", Value::Null).await;
        assert_eq!(state["ecs"]["clusters"][0]["clusterName"], json!("default"));
        assert_eq!(state["ecs"]["containerInstances"].as_array().map(Vec::len), Some(3));
        assert_eq!(state["ecs"]["taskDefinitions"].as_array().map(Vec::len), Some(2));
        assert_eq!(state["ecs"]["tasks"][0]["taskArn"], json!(task));
        assert_eq!(state["jenkins"]["computers"]["computer"][1]["displayName"], json!("n1"));
        assert_eq!((&state["now"], &state["seed"]), (&json!(1_704_067_200_000_i64), &json!(0)));
    });
}

#[test]
fn calls_go_wrong_as_they_are_told_to() {
    with_servers(ClockMode::Lockstep, |both| async move {
        let faults = json!({ "calls": [
            { "fault": "throttled", "operation": "RunTask", "count": 2 },
            { "fault": "serverError", "operation": "StopTask", "perMillion": 1_000_000 },
            { "fault": "answerLost", "operation": "CreateCluster", "count": 1 },
            { "fault": "throttled", "operation": "ListTasks", "forMs": 1000 },
        ] });
        let set = both.sim_done("PUT", "/_sim/faults", faults).await;
        assert_eq!(set["calls"][0], json!({ "fault": "throttled", "operation": "RunTask", "count": 2 }));
        let input = json!({ "taskDefinition": "jenkins-agent" });
        for _ in 0..2 {
            let answer = both.ecs("RunTask", input.clone()).await;
            assert_eq!((answer.status, &answer.json()["__type"]), (400, &json!("ThrottlingException")));
        }
        let task = run(both, input).await;
        let answer = both.ecs("StopTask", json!({ "task": task })).await;
        assert_eq!((answer.status, &answer.json()["__type"]), (500, &json!("ServerException")));
        assert_eq!(both.task(&task).await["desiredStatus"], json!("RUNNING"), "nothing was done");

        let headers = [("x-amz-target", "AmazonEC2ContainerServiceV20141113.CreateCluster")];
        let lost = send(both.ecs, "POST", "/", &headers, r#"{"clusterName":"c"}"#).await;
        assert!(lost.is_none(), "{lost:?}");
        let clusters = both.ecs_done("ListClusters", json!({})).await;
        assert_eq!(clusters["clusterArns"].as_array().map(Vec::len), Some(2), "it was carried out");

        assert_eq!(both.ecs("ListTasks", json!({})).await.status, 400);
        let (now, _) = both.clock().await;
        both.advance(now + 1000).await;
        assert_eq!(both.ecs("ListTasks", json!({})).await.status, 200);
        let left = both.sim_done("GET", "/_sim/faults", Value::Null).await;
        assert_eq!(left["calls"].as_array().map(Vec::len), Some(1), "what is over is not shown: {left}");
        both.sim_done("PUT", "/_sim/faults", json!({})).await;
        assert_eq!(both.ecs("StopTask", json!({ "task": task })).await.status, 200);
    });
}

#[test]
fn tasks_fail_as_they_are_told_to() {
    with_servers(ClockMode::Lockstep, |both| async move {
        let faults =
            json!({ "tasks": { "cannotPull": { "count": 1 }, "eniTimeout": { "perMillion": 1_000_000 } } });
        both.sim_done("PUT", "/_sim/faults", faults).await;
        let network = json!({ "awsvpcConfiguration": { "subnets": ["subnet-1"] } });
        let fargate = json!({ "taskDefinition": "jenkins-agent-fargate", "launchType": "FARGATE", "networkConfiguration": network });
        let pull = run(both, json!({ "taskDefinition": "jenkins-agent" })).await;
        let eni = run(both, fargate).await;
        let (now, _) = both.clock().await;
        both.advance(now + 600_000).await;
        let reason = |task: Value| task["stoppedReason"].as_str().unwrap().to_owned();
        assert!(reason(both.task(&pull).await).starts_with("CannotPullContainerError: "));
        assert!(reason(both.task(&eni).await).starts_with("Timeout waiting for network interface"));
    });
}

#[test]
fn latencies_are_read_and_changed_one_by_one() {
    with_servers(ClockMode::Lockstep, |both| async move {
        let before = both.sim_done("GET", "/_sim/latency", Value::Null).await;
        assert_eq!(before["ec2Placement"], json!({ "minMs": 1000, "maxMs": 3000 }));
        let change = json!({ "ec2Placement": { "ms": 7 }, "ec2Start": { "ms": 0 }, "pullMibPerS": 400 });
        let after = both.sim_done("PUT", "/_sim/latency", change).await;
        assert_eq!(after["ec2Placement"], json!({ "ms": 7 }));
        assert_eq!(after["fargateStart"], before["fargateStart"]);
        let task = run(both, json!({ "taskDefinition": "jenkins-agent" })).await;
        let (now, next) = both.clock().await;
        // 400 MiB at 400 MiB/s, 7 ms before it, and nothing after it.
        assert_eq!(next, Some(now + 1007));
        both.advance(now + 1007).await;
        assert_eq!(both.task(&task).await["lastStatus"], json!("RUNNING"));
    });
}

#[test]
fn latencies_of_jenkins_are_read_and_changed_one_by_one() {
    with_servers(ClockMode::Lockstep, |both| async move {
        let before = both.sim_done("GET", "/_sim/jenkins-latency", Value::Null).await;
        assert_eq!(before["onlineToAssignable"], json!({ "ms": 80 }));
        let change = json!({ "restartRefused": { "ms": 1000 }, "restartStarting": { "ms": 500 } });
        let after = both.sim_done("PUT", "/_sim/jenkins-latency", change).await;
        assert_eq!(after["restartRefused"], json!({ "ms": 1000 }));
        assert_eq!(after["assignedToStarted"], before["assignedToStarted"]);
        both.sim_done("POST", "/_sim/restart", Value::Null).await;
        let (now, _) = both.clock().await;
        assert!(send(both.jenkins, "GET", "/api/json", &[], "").await.is_none(), "no answer for 1 s");
        both.advance(now + 1000).await;
        assert_eq!(both.get("/api/json").await.status, 503);
        both.advance(now + 1500).await;
        assert_eq!(both.get("/api/json").await.status, 200);
        both.sim_done("POST", "/_sim/reset", Value::Null).await;
        assert_eq!(both.sim_done("GET", "/_sim/jenkins-latency", Value::Null).await, before);
    });
}

#[test]
fn subnets_are_in_the_zones_that_somebody_says() {
    with_servers(ClockMode::Lockstep, |both| async move {
        assert_eq!(both.sim_done("GET", "/_sim/subnets", Value::Null).await, json!({}));
        let subnets = json!({ "subnet-1": "us-east-1a", "subnet-2": "us-east-1b", "subnet-9": "us-east-1f" });
        assert_eq!(both.sim_done("PUT", "/_sim/subnets", subnets.clone()).await, subnets);
        assert_eq!(both.sim_done("GET", "/_sim/subnets", Value::Null).await, subnets);
        let definition = json!({
            "family": "own-interface", "networkMode": "awsvpc",
            "containerDefinitions": [{ "name": "c", "image": "i", "memory": 128 }],
        });
        both.ecs_done("RegisterTaskDefinition", definition).await;
        let input = |subnets: &[&str]| {
            let network = json!({ "awsvpcConfiguration": { "subnets": subnets } });
            json!({ "taskDefinition": "own-interface", "networkConfiguration": network })
        };
        // The example has an instance in each of three zones.
        let refused = both.ecs_done("RunTask", input(&["subnet-9"])).await;
        let reasons: Vec<&Value> =
            refused["failures"].as_array().unwrap().iter().map(|failure| &failure["reason"]).collect();
        assert_eq!(reasons, [&json!("LOCATION"); 3]);
        let task = run(both, input(&["subnet-9", "subnet-2"])).await;
        let task = both.task(&task).await;
        assert_eq!(task["availabilityZone"], json!("us-east-1b"));
        let detail = json!([{ "name": "subnetId", "value": "subnet-2" }]);
        assert_eq!(task["attachments"][0]["details"], detail, "{task}");
        // On Fargate a task is where its subnet is.
        let network = json!({ "awsvpcConfiguration": { "subnets": ["subnet-9"] } });
        let fargate = json!({ "taskDefinition": "jenkins-agent-fargate", "launchType": "FARGATE", "networkConfiguration": network });
        let task = run(both, fargate).await;
        assert_eq!(both.task(&task).await["availabilityZone"], json!("us-east-1f"));
        // What is not named any more is in every zone.
        both.sim_done("PUT", "/_sim/subnets", json!({})).await;
        run(both, input(&["subnet-9"])).await;
    });
}

#[test]
fn machines_are_launched_and_groups_are_made() {
    with_servers(ClockMode::Lockstep, |both| async move {
        let launched = json!({ "instanceType": "m5.xlarge", "count": 2, "spot": true, "boot": true });
        let launched = both.sim_done("POST", "/_sim/instances", launched).await;
        assert_eq!(launched["instances"].as_array().map(Vec::len), Some(2));
        let count = || async {
            let listed = both.ecs_done("ListContainerInstances", json!({})).await;
            listed["containerInstanceArns"].as_array().map_or(0, Vec::len)
        };
        assert_eq!(count().await, 3, "they boot");
        let (now, _) = both.clock().await;
        both.advance(now + 121_000).await;
        assert_eq!(count().await, 5);

        let group = json!({ "name": "agents", "instanceTypes": ["m5.large"], "max": 3 });
        let made = both.sim_done("POST", "/_sim/auto-scaling-groups", group.clone()).await;
        let arn = made["autoScalingGroupArn"].as_str().unwrap();
        assert!(arn.ends_with("autoScalingGroupName/agents"), "{arn}");
        let listed = both.sim_done("GET", "/_sim/auto-scaling-groups", Value::Null).await;
        assert_eq!(listed["autoScalingGroups"][0]["autoScalingGroupArn"], made["autoScalingGroupArn"]);
        assert_eq!(
            both.sim("POST", "/_sim/auto-scaling-groups", group).await.status,
            400,
            "the name is taken"
        );
    });
}

#[test]
fn accidents_befall_tasks_and_instances() {
    with_servers(ClockMode::Lockstep, |both| async move {
        let network = json!({ "awsvpcConfiguration": { "subnets": ["subnet-1"] } });
        let spot = json!({
            "taskDefinition": "jenkins-agent-fargate", "networkConfiguration": network,
            "capacityProviderStrategy": [{ "capacityProvider": "FARGATE_SPOT", "weight": 1 }],
        });
        let task = run(both, spot).await;
        let early = both.sim("POST", "/_sim/interrupt", json!({ "task": task })).await;
        assert_eq!((early.status, early.json()), (400, json!({ "error": "The task does not run yet." })));
        let (now, _) = both.clock().await;
        both.advance(now + 120_000).await;
        both.sim_done("POST", "/_sim/interrupt", json!({ "task": task })).await;
        assert_eq!(both.task(&task).await["stopCode"], json!("SpotInterruption"));

        let arns = both.ecs_done("ListContainerInstances", json!({})).await["containerInstanceArns"].clone();
        for arn in arns.as_array().unwrap() {
            let broken = json!({ "containerInstance": arn, "connected": false });
            both.sim_done("POST", "/_sim/container-agent", broken).await;
        }
        let described =
            both.ecs_done("DescribeContainerInstances", json!({ "containerInstances": arns })).await;
        assert_eq!(described["containerInstances"][0]["agentConnected"], json!(false));
        let refused = both.ecs_done("RunTask", json!({ "taskDefinition": "jenkins-agent" })).await;
        assert_eq!(refused["failures"][0]["reason"], json!("AGENT"));
        let back = json!({ "containerInstance": arns[0], "connected": true });
        both.sim_done("POST", "/_sim/container-agent", back).await;
        let task = run(both, json!({ "taskDefinition": "jenkins-agent" })).await;
        both.sim_done("POST", "/_sim/terminate", json!({ "containerInstance": arns[0] })).await;
        let lost = both.task(&task).await;
        assert_eq!(lost["stopCode"], json!("TerminationNotice"), "{lost}");
    });
}

#[test]
fn bad_input_is_refused_with_what_was_expected() {
    with_servers(ClockMode::Lockstep, |both| async move {
        // method, path, body => status, part of the error
        let table = [
            ("GET", "/_sim/nothing", "", 404, "/_sim/state"),
            ("GET", "/_sim/", "", 404, "/_sim/state"),
            ("GET", "/_sim/reset", "", 405, "takes POST, not GET"),
            ("DELETE", "/_sim/faults", "", 405, "takes GET and PUT"),
            ("PUT", "/_sim/faults", "", 400, "the body is empty; expected a body such as"),
            ("PUT", "/_sim/faults", "{", 400, "expected a body such as"),
            ("PUT", "/_sim/faults", r#"{"call": []}"#, 400, "unknown field `call`"),
            ("PUT", "/_sim/faults", r#"{"calls": [{"fault": "slow"}]}"#, 400, "unknown variant `slow`"),
            ("PUT", "/_sim/faults", r#"{"calls": [{"fault": "throttled"}]}"#, 400, "a count or a perMillion"),
            (
                "PUT",
                "/_sim/faults",
                r#"{"tasks": {"cannotPull": {"perMillion": 1000001}}}"#,
                400,
                "expected 0 to 1000000",
            ),
            ("PUT", "/_sim/latency", r#"{"ec2Start": {"minMs": 3, "maxMs": 1}}"#, 400, "minMs <= maxMs"),
            ("PUT", "/_sim/latency", r#"{"ec2Start": {"ms": 99999999999}}"#, 400, "at most a day"),
            ("PUT", "/_sim/latency", r#"{"ec2Start": 3}"#, 400, "expected a body such as"),
            (
                "PUT",
                "/_sim/jenkins-latency",
                r#"{"restartRefused": {"ms": 99999999999}}"#,
                400,
                "at most a day",
            ),
            (
                "PUT",
                "/_sim/jenkins-latency",
                r#"{"restartRefused": {"minMs": 1}}"#,
                400,
                "expected a body such as",
            ),
            ("PUT", "/_sim/jenkins-latency?region=eu-central-1", "{}", 400, "Jenkins has no regions"),
            ("PUT", "/_sim/subnets", r#"{"subnet-1": 1}"#, 400, "expected a body such as"),
            ("PUT", "/_sim/subnets", r#"{"subnet-1": ""}"#, 400, "expected the name of a subnet"),
            ("POST", "/_sim/instances", r#"{"instanceType": "x9.huge"}"#, 400, "`x9.huge` are not known"),
            ("POST", "/_sim/instances", r#"{"instanceType": "m5.large", "count": 0}"#, 400, "expected 1 to"),
            (
                "POST",
                "/_sim/instances",
                r#"{"instanceType": "m5.large", "cluster": "no"}"#,
                400,
                "Cluster not found.",
            ),
            ("POST", "/_sim/interrupt", r#"{"task": "a", "containerInstance": "b"}"#, 400, "expected either"),
            ("POST", "/_sim/interrupt", r#"{"task": "a"}"#, 400, "`a` is no task"),
            ("POST", "/_sim/terminate", r#"{"containerInstance": "a"}"#, 400, "`a` is no container instance"),
            ("POST", "/_sim/advance", r#"{"to": "soon"}"#, 400, r#"{"to": 1704067260000}"#),
        ];
        for (method, path, body, status, error) in table {
            let answer = send(both.jenkins, method, path, &[], body).await.unwrap();
            assert_eq!(answer.status, status, "{method} {path} {body}: {}", answer.body);
            let text = answer.json()["error"].as_str().unwrap().to_owned();
            assert!(text.contains(error), "{method} {path} {body}: {text}");
        }
    });
}

#[test]
fn with_the_instant_profile_a_task_runs_and_stops_at_once() {
    let mut twins = TwinsSettings::default();
    twins.make_instant();
    with_twins(ClockMode::Lockstep, twins, |both| async move {
        let network = json!({ "awsvpcConfiguration": { "subnets": ["subnet-1"] } });
        let fargate = json!({ "taskDefinition": "jenkins-agent-fargate", "launchType": "FARGATE", "networkConfiguration": network });
        let answer = both.ecs_done("RunTask", fargate).await;
        assert_eq!(answer["tasks"][0]["lastStatus"], json!("PROVISIONING"), "as ECS answers");
        let task = answer["tasks"][0]["taskArn"].as_str().unwrap().to_owned();
        assert_eq!(both.task(&task).await["lastStatus"], json!("RUNNING"));
        assert_eq!(both.clock().await.1, None, "nothing is left to happen");
        both.ecs_done("StopTask", json!({ "task": task })).await;
        assert_eq!(both.task(&task).await["lastStatus"], json!("STOPPED"));
    });
}

#[test]
fn without_jenkins_an_agent_runs_until_it_is_stopped() {
    let settings = ServeSettings::on_free_ports(ClockMode::Lockstep, TwinsSettings::default());
    crate::client::with_ecs_alone(settings, |ecs| async move {
        let headers = [("x-amz-target", "AmazonEC2ContainerServiceV20141113.RunTask")];
        let overrides = json!({ "containerOverrides": [{
            "name": "jenkins-agent", "environment": [{ "name": "JENKINS_AGENT_NAME", "value": "n1" }],
        }] });
        let input = json!({ "taskDefinition": "jenkins-agent", "overrides": overrides }).to_string();
        let answer = send(ecs, "POST", "/", &headers, &input).await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.body);
        let advance = json!({ "to": 1_704_067_200_000_i64 + 3_600_000 }).to_string();
        assert_eq!(send(ecs, "POST", "/_sim/advance", &[], &advance).await.unwrap().status, 200);
        let state = send(ecs, "GET", "/_sim/state", &[], "").await.unwrap().json();
        assert_eq!(state["ecs"]["tasks"][0]["lastStatus"], json!("RUNNING"));
        assert_eq!(state["jenkins"], Value::Null);
    });
}

#[test]
fn without_throttling_no_call_is_refused() {
    let mut twins = TwinsSettings::default();
    twins.ecs.throttling = false;
    with_settings(ServeSettings::on_free_ports(ClockMode::Lockstep, twins), |both| async move {
        for _ in 0..200 {
            assert_eq!(both.ecs("ListClusters", json!({})).await.status, 200);
        }
    });
}

#[test]
fn counts_hold_what_there_was_at_most_and_accidents_name_the_builds_that_they_hit() {
    with_servers(ClockMode::Lockstep, |both| async move {
        let task = run(both, json!({ "taskDefinition": "jenkins-agent" })).await;
        run(both, json!({ "taskDefinition": "jenkins-agent" })).await;
        both.ecs_done("StopTask", json!({ "task": task })).await;
        let (now, _) = both.clock().await;
        both.advance(now + 60_000).await;
        let counts = both.sim_done("GET", "/_sim/counts", Value::Null).await;
        assert_eq!(counts["present"], json!({ "tasks": 1, "cpu": 1024, "memoryMib": 2048 }));
        assert_eq!(counts["most"], json!({ "tasks": 2, "cpu": 2048, "memoryMib": 4096 }));
        assert_eq!(counts["calls"]["RunTask"], json!({ "calls": 2, "throttled": 0 }));

        both.create_node("n1", "docker").await;
        both.connect("n1").await;
        both.post_form("/job/example/build?delay=0sec", "").await;
        both.advance(now + 65_000).await;
        both.sim_done("POST", "/_sim/casc", json!({ "nodes": [] })).await;
        both.advance(now + 70_000).await;
        let log = both.sim_done("GET", "/_sim/accidents", Value::Null).await;
        let at = now + 65_000;
        let casc = json!({ "at": at, "what": "casc", "nodes": ["n1"], "builds": ["example #1"] });
        assert_eq!(log["accidents"], json!([casc]), "a task that was told to stop is none: {log}");
        assert_eq!(log["lost"][0]["build"], json!("example #1"));
        let counts = both.sim_done("GET", "/_sim/counts", Value::Null).await;
        let builds = json!({ "started": 1, "resumed": 0, "succeeded": 0, "lost": 1 });
        assert_eq!(counts["jenkins"]["builds"], builds);
        assert!(counts["jenkins"]["requests"]["job"].as_u64() >= Some(1), "{counts}");
        let listed = || counts["jenkins"]["listings"]["queue"].as_u64().unwrap_or_default();
        let before = listed();
        both.get("/queue/api/json").await;
        let counts = both.sim_done("GET", "/_sim/counts", Value::Null).await;
        assert_eq!(counts["jenkins"]["listings"]["queue"], json!(before + 1));
    });
}

#[test]
fn calls_that_were_struck_are_counted() {
    with_servers(ClockMode::Lockstep, |both| async move {
        let faults = json!({ "calls": [{ "fault": "throttled", "operation": "RunTask", "count": 2 }] });
        both.sim_done("PUT", "/_sim/faults", faults).await;
        for _ in 0..3 {
            both.ecs("RunTask", json!({ "taskDefinition": "jenkins-agent" })).await;
        }
        let log = both.sim_done("GET", "/_sim/accidents", Value::Null).await;
        assert_eq!(log["calls"], json!({ "RunTask": { "throttled": 2 } }));
        assert_eq!(log["jenkinsCalls"], json!({}));
    });
}

/// A task shows late, and its agent connects all the same.
#[test]
fn listings_are_as_stale_as_they_are_told_to_be() {
    with_servers(ClockMode::Lockstep, |both| async move {
        let set = both.sim_done("PUT", "/_sim/faults", json!({ "staleMs": 60_000 })).await;
        assert_eq!(set["staleMs"], json!(60_000));
        both.create_node("n1", "docker").await;
        let environment = json!([{ "name": "JENKINS_AGENT_NAME", "value": "n1" }]);
        let overrides =
            json!({ "containerOverrides": [{ "name": "jenkins-agent", "environment": environment }] });
        run(both, json!({ "taskDefinition": "jenkins-agent", "overrides": overrides })).await;
        let (now, _) = both.clock().await;
        both.advance(now + 59_999).await;
        assert_eq!(both.ecs_done("ListTasks", json!({})).await["taskArns"], json!([]));
        assert_eq!(both.get("/computer/n1/api/json").await.json()["offline"], json!(false));
        both.advance(now + 60_000).await;
        assert_eq!(both.ecs_done("ListTasks", json!({})).await["taskArns"].as_array().map(Vec::len), Some(1));
        let refused = both.sim("PUT", "/_sim/faults", json!({ "staleMs": 3_600_001 })).await;
        assert!(refused.status == 400 && refused.body.contains("at most 3600000"), "{}", refused.body);
    });
}
