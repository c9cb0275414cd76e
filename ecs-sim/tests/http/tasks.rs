//! Tasks: started where the caller says, listed, stopped.

use crate::{Account, arn};
use footman_core::time::Millis;
use serde_json::{Value, json};

#[test]
fn a_task_is_started_on_the_instances_that_are_named() {
    let mut account = Account::new();
    let (one, two) = (account.instance(json!({})), account.instance(json!({})));
    account.definition("a");
    account
        .done("UpdateContainerInstancesState", json!({ "containerInstances": [two], "status": "DRAINING" }));
    let start = json!({ "taskDefinition": "a", "containerInstances": [one, two, "nobody"], "startedBy": "me",
        "tags": [{ "key": "k", "value": "v" }] });
    let answer = account.done("StartTask", start);
    assert_eq!(answer["tasks"].as_array().unwrap().len(), 1);
    assert_eq!(answer["tasks"][0]["containerInstanceArn"], json!(one));
    assert_eq!(answer["tasks"][0]["startedBy"], json!("me"));
    let nobody = "arn:aws:ecs:us-east-1:123456789012:container-instance/default/nobody";
    assert_eq!(
        answer["failures"],
        json!([{ "arn": two, "reason": "INACTIVE" }, { "arn": nobody, "reason": "MISSING" }])
    );
    assert_eq!(
        account.refused("StartTask", json!({ "taskDefinition": "a", "containerInstances": [] })),
        "ClientException: Container Instances cannot be empty."
    );
    assert_eq!(
        account.refused("StartTask", json!({ "taskDefinition": "a" })),
        "InvalidParameterException: ContainerInstances cannot be empty."
    );
}

#[test]
fn a_task_is_shown_with_what_its_call_said_and_stops() {
    let mut account = Account::new();
    account.instance(json!({}));
    account.definition("a");
    let overrides =
        json!({ "containerOverrides": [{ "name": "a", "environment": [{ "name": "A", "value": "1" }] }] });
    let run = json!({ "taskDefinition": "a", "overrides": overrides, "enableExecuteCommand": true,
        "clientToken": "t", "group": "g" });
    let task = account.done("RunTask", run.clone())["tasks"][0].clone();
    assert_eq!(task["overrides"]["containerOverrides"], overrides["containerOverrides"]);
    assert_eq!(task["overrides"]["inferenceAcceleratorOverrides"], json!([]));
    assert_eq!((&task["enableExecuteCommand"], &task["group"]), (&json!(true), &json!("g")));
    for absent in ["stoppedAt", "stopCode", "startedAt", "platformVersion"] {
        assert!(task.get(absent).is_none(), "{absent} has not been reached");
    }
    assert_eq!(account.done("RunTask", run.clone())["tasks"][0]["taskArn"], task["taskArn"]);
    let mut other = run;
    other["overrides"] = json!({});
    assert!(account.refused("RunTask", other).starts_with("ConflictException: "));

    account.wait(Millis::from_mins(2));
    account.done("StopTask", json!({ "task": task["taskArn"], "reason": "done" }));
    account.wait(Millis::from_mins(1));
    let stopped = account.done("DescribeTasks", json!({ "tasks": [task["taskArn"]] }))["tasks"][0].clone();
    assert_eq!((&stopped["lastStatus"], &stopped["stopCode"]), (&json!("STOPPED"), &json!("UserInitiated")));
    assert_eq!(stopped["stoppedReason"], json!("done"));
}

#[test]
fn a_bad_run_is_refused_in_ecs_words() {
    let mut account = Account::new();
    account.instance(json!({}));
    account.definition("a");
    let with = |member: &str, value: Value| json!({ "taskDefinition": "a", member: value });
    // input => __type: message
    let table = [
        (json!({}), "InvalidParameterException: TaskDefinition can not be blank."),
        (
            with("launchType", json!("EC3")),
            "InvalidParameterException: EC3 should be one of [EC2,FARGATE,EXTERNAL,MANAGED_INSTANCES]",
        ),
        (with("count", json!("1")), "SerializationException: STRING_VALUE cannot be converted to Integer"),
        (
            with("networkConfiguration", json!({ "awsvpcConfiguration": {} })),
            "InvalidParameterException: Subnets cannot be empty.",
        ),
        (
            with("placementStrategy", json!([{ "type": "best" }])),
            "InvalidParameterException: best should be one of [random,spread,binpack]",
        ),
        (
            with("capacityProviderStrategy", json!([{ "weight": 1 }])),
            "InvalidParameterException: CapacityProvider can not be blank.",
        ),
        (json!({ "taskDefinition": "b" }), "ClientException: TaskDefinition not found."),
    ];
    for (input, says) in table {
        assert_eq!(account.refused("RunTask", input.clone()), says, "{input}");
    }
    for null in ["launchType", "overrides", "placementStrategy", "tags", "networkConfiguration"] {
        account.done("RunTask", json!({ "taskDefinition": "a", null: null, "count": 1 }));
    }
    let listed = account.done("ListTasks", json!({ "maxResults": 2 }));
    assert_eq!(listed["taskArns"].as_array().unwrap().len(), 2);
    assert!(!arn(&listed["nextToken"]).is_empty());
}

#[test]
fn what_run_task_bounds_and_excludes_is_refused() {
    // Amazon ECS API Reference, RunTask.
    let mut account = Account::new();
    account.instance(json!({}));
    account.definition("a");
    let with = |member: &str, value: Value| json!({ "taskDefinition": "a", member: value });
    // Braces, names and quotes count: 50 characters besides the command's.
    let overrides = |length: usize| {
        let overrides = json!({ "containerOverrides": [{ "command": ["x".repeat(length)], "name": "a" }] });
        (overrides.to_string().chars().count(), with("overrides", overrides))
    };
    let around = overrides(0).0;
    let (exact, fits) = overrides(8192 - around);
    assert_eq!(exact, 8192);
    account.done("RunTask", fits);
    let table = [
        (overrides(8193 - around).1, "InvalidParameterException: Overrides length must be at most 8192."),
        (
            with("propagateTags", json!("SERVICE")),
            "InvalidParameterException: propagateTags must be TASK_DEFINITION or NONE.",
        ),
        (
            json!({ "taskDefinition": "a", "launchType": "EC2",
                "capacityProviderStrategy": [{ "capacityProvider": "FARGATE" }] }),
            "InvalidParameterException: Specifying both a launch type and capacity provider strategy is not \
             supported. Remove one and try again.",
        ),
    ];
    for (input, says) in table {
        assert_eq!(account.refused("RunTask", input), says);
    }
}

#[test]
fn a_task_is_of_the_group_of_its_family_unless_it_says_otherwise() {
    // Amazon ECS Developer Guide, "Amazon ECS task placement": `family:FAMILY`.
    let mut account = Account::new();
    account.instance(json!({}));
    account.definition("a");
    for (group, shown) in [(Value::Null, "family:a"), (json!("builds"), "builds")] {
        let run = account.done("RunTask", json!({ "taskDefinition": "a", "group": group }));
        assert_eq!(run["tasks"][0]["group"], json!(shown));
    }
}

#[test]
fn a_token_of_several_tasks_is_free_when_none_of_them_is_described() {
    let mut account = Account::new();
    account.instance(json!({}));
    account.definition("a");
    let run = json!({ "taskDefinition": "a", "count": 2, "clientToken": "t" });
    let first = account.done("RunTask", run.clone())["tasks"].clone();
    for task in first.as_array().unwrap() {
        account.done("StopTask", json!({ "task": task["taskArn"] }));
    }
    account.wait(Millis::from_mins(30));
    assert_eq!(account.done("RunTask", run.clone())["tasks"][0]["taskArn"], first[0]["taskArn"]);
    account.wait(Millis::from_hours(2));
    let second = account.done("RunTask", run)["tasks"].clone();
    assert_eq!(second.as_array().unwrap().len(), 2);
    assert_ne!(second[0]["taskArn"], first[0]["taskArn"]);
}

#[test]
fn constraints_and_their_expressions_are_bounded() {
    let mut account = Account::new();
    account.instance(json!({}));
    account.definition("a");
    let run = |constraints| json!({ "taskDefinition": "a", "placementConstraints": constraints });
    let distinct = |n| json!(vec![json!({ "type": "distinctInstance" }); n]);
    let member_of = |length: usize| {
        let text = format!("attribute:a != {}", "b".repeat(length - "attribute:a != ".len()));
        json!([{ "type": "memberOf", "expression": text }])
    };
    account.done("RunTask", run(distinct(10)));
    account.done("RunTask", run(member_of(2000)));
    assert_eq!(
        account.refused("RunTask", run(distinct(11))),
        "InvalidParameterException: A task has at most 10 placement constraints."
    );
    assert_eq!(
        account.refused("RunTask", run(member_of(2001))),
        "InvalidParameterException: An expression has at most 2000 characters."
    );
}

#[test]
fn a_platform_version_is_there_and_does_what_the_task_needs() {
    let mut account = Account::new();
    let mut define = |family: &str, cpu: &str, memory: &str, more: Value| {
        let mut input = json!({ "family": family, "cpu": cpu, "memory": memory, "networkMode": "awsvpc",
            "containerDefinitions": [{ "name": "a", "image": "b" }] });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        account.done("RegisterTaskDefinition", input);
    };
    let platform = |processor: &str, system: &str| json!({ "runtimePlatform": { "cpuArchitecture": processor, "operatingSystemFamily": system } });
    define("small", "1024", "2048", json!({}));
    define("large", "8192", "16384", json!({}));
    define("disk", "1024", "2048", json!({ "ephemeralStorage": { "sizeInGiB": 30 } }));
    define("arm", "1024", "2048", platform("ARM64", "LINUX"));
    define("windows", "1024", "2048", platform("X86_64", "WINDOWS_SERVER_2022_CORE"));
    let (unknown, unfit) = ("PlatformUnknownException", "PlatformTaskDefinitionIncompatibilityException");
    // family, on spot, version => the version that is shown, or the exception
    let table = [
        ("small", false, "LATEST", Ok("1.4.0")),
        ("small", false, "1.3.0", Ok("1.3.0")),
        ("small", false, "1.5.0", Err(unknown)),
        ("small", false, "1.0.0", Err(unknown)),
        ("large", false, "1.4.0", Ok("1.4.0")),
        ("large", false, "1.3.0", Err(unfit)),
        ("disk", false, "1.3.0", Err(unfit)),
        ("arm", false, "1.3.0", Ok("1.3.0")),
        ("arm", true, "1.3.0", Err(unfit)),
        ("small", true, "1.3.0", Ok("1.3.0")),
        ("small", true, "9", Err(unknown)),
        ("windows", false, "LATEST", Ok("1.0.0")),
        ("windows", false, "1.4.0", Err(unknown)),
    ];
    for (family, spot, version, want) in table {
        let mut input = json!({ "taskDefinition": family, "platformVersion": version,
            "networkConfiguration": { "awsvpcConfiguration": { "subnets": ["s"] } } });
        if spot {
            input["capacityProviderStrategy"] = json!([{ "capacityProvider": "FARGATE_SPOT", "weight": 1 }]);
        } else {
            input["launchType"] = json!("FARGATE");
        }
        match want {
            Ok(shown) => {
                let answer = account.done("RunTask", input);
                assert_eq!(answer["tasks"][0]["platformVersion"], json!(shown), "{family} {version}");
            }
            Err(exception) => {
                let refused = account.refused("RunTask", input);
                assert!(refused.starts_with(exception), "{family} {version}: {refused}");
            }
        }
    }
}

#[test]
fn a_task_stopped_before_its_launch_shows_no_containers() {
    // A published answer of StopTask: lastStatus PROVISIONING, desiredStatus STOPPED, containers [], version 2.
    let mut account = Account::new();
    account.done(
        "RegisterTaskDefinition",
        json!({ "family": "f", "cpu": "256", "memory": "512", "networkMode": "awsvpc",
            "containerDefinitions": [{ "name": "a", "image": "b" }] }),
    );
    let run = json!({ "taskDefinition": "f", "launchType": "FARGATE",
        "networkConfiguration": { "awsvpcConfiguration": { "subnets": ["s"] } } });
    let task = account.done("RunTask", run)["tasks"][0]["taskArn"].clone();
    account.wait(Millis::from_secs(1));
    let stopped = account.done("StopTask", json!({ "task": task }))["task"].clone();
    assert_eq!(
        (&stopped["lastStatus"], &stopped["desiredStatus"]),
        (&json!("PROVISIONING"), &json!("STOPPED"))
    );
    assert_eq!((&stopped["containers"], &stopped["version"]), (&json!([]), &json!(2)));
}
