//! Container instances and their attributes.

use crate::{Account, arn};
use footman_core::time::Millis;
use serde_json::{Value, json};

fn identity(kind: &str) -> String {
    json!({ "instanceId": "i-0123456789abcdef0", "instanceType": kind, "availabilityZone": "us-east-1b",
        "region": "us-east-1", "accountId": "123456789012" })
    .to_string()
}

fn attribute(instance: &Value, name: &str) -> Option<String> {
    let found = instance["attributes"].as_array()?.iter().find(|a| a["name"] == json!(name))?;
    Some(arn(&found["value"]))
}

#[test]
fn an_instance_registers_with_its_identity_and_what_it_says_it_has() {
    let mut account = Account::new();
    let input = json!({ "instanceIdentityDocument": identity("m6i.large"),
        "versionInfo": { "agentVersion": "1.99.0" }, "tags": [{ "key": "k", "value": "v" }],
        "attributes": [{ "name": "stack", "value": "ci" }, { "name": "flag" }] });
    let made = account.done("RegisterContainerInstance", input)["containerInstance"].clone();
    assert_eq!((&made["status"], &made["agentConnected"]), (&json!("ACTIVE"), &json!(true)));
    assert_eq!(made["ec2InstanceId"], json!("i-0123456789abcdef0"));
    assert_eq!(made["registeredResources"][1]["integerValue"], json!(7817));
    assert_eq!(made["versionInfo"]["agentVersion"], json!("1.99.0"));
    assert_eq!(made["tags"], json!([{ "key": "k", "value": "v" }]));
    assert_eq!(attribute(&made, "ecs.availability-zone").as_deref(), Some("us-east-1b"));
    assert_eq!(attribute(&made, "stack").as_deref(), Some("ci"));

    let total = json!([{ "name": "CPU", "type": "INTEGER", "integerValue": 1024 },
        { "name": "MEMORY", "type": "INTEGER", "integerValue": 2048 }]);
    let input = json!({ "instanceIdentityDocument": identity("x9.huge"), "totalResources": total });
    let other = account.done("RegisterContainerInstance", input)["containerInstance"].clone();
    assert_eq!(other["registeredResources"][0]["integerValue"], json!(1024));
    assert_eq!(attribute(&other, "ecs.instance-type").as_deref(), Some("x9.huge"));

    let described = account.done(
        "DescribeContainerInstances",
        json!({ "containerInstances": [
        made["containerInstanceArn"], "0123"] }),
    );
    assert_eq!(described["containerInstances"].as_array().unwrap().len(), 1);
    assert_eq!(described["failures"][0]["reason"], json!("MISSING"));
    assert_eq!(
        described["containerInstances"][0]["tags"],
        json!([]),
        "tags are shown where they are asked for"
    );
    let listed = account.done("ListContainerInstances", json!({}));
    assert_eq!(listed["containerInstanceArns"].as_array().unwrap().len(), 2);
}

#[test]
fn registering_again_keeps_the_instance() {
    let mut account = Account::new();
    let arn = account.instance(json!({}));
    let again = json!({ "containerInstanceArn": arn, "versionInfo": { "agentVersion": "2.0.0" } });
    let shown = account.done("RegisterContainerInstance", again)["containerInstance"].clone();
    assert_eq!(
        (&shown["containerInstanceArn"], &shown["versionInfo"]["agentVersion"]),
        (&json!(arn), &json!("2.0.0"))
    );
    assert_eq!(account.done("ListContainerInstances", json!({}))["containerInstanceArns"], json!([arn]));
}

#[test]
fn trunking_holds_for_instances_that_register_after_it_was_set() {
    let mut account = Account::new();
    let container = json!({ "name": "a", "image": "b", "memory": 16 });
    let input = json!({ "family": "a", "networkMode": "awsvpc", "containerDefinitions": [container] });
    account.done("RegisterTaskDefinition", input);
    let mut carried = || {
        let instance = account.instance(json!({ "instanceIdentityDocument": identity("m6i.large") }));
        let before = account.done("ListContainerInstances", json!({ "status": "REGISTERING" }));
        account.wait(Millis::from_secs(10));
        let input = json!({ "containerInstances": [instance] });
        let shown = account.done("DescribeContainerInstances", input)["containerInstances"][0].clone();
        assert_eq!(shown["status"], json!("ACTIVE"));
        let trunk = attribute(&shown, "ecs.awsvpc-trunk-id");
        assert!(trunk.as_ref().is_none_or(|trunk| trunk.starts_with("eni-")), "{trunk:?}");
        let registering = before["containerInstanceArns"].as_array().unwrap().len();
        let vpc = json!({ "awsvpcConfiguration": { "subnets": ["s"] } });
        let run = json!({ "taskDefinition": "a", "count": 10, "networkConfiguration": vpc });
        let tasks = account.done("RunTask", run)["tasks"].as_array().unwrap().len();
        account.done("PutAccountSetting", json!({ "name": "awsvpcTrunking", "value": "enabled" }));
        (registering, trunk.is_some(), tasks)
    };
    assert_eq!((carried(), carried()), ((0, false, 2), (1, true, 10)));
}

#[test]
fn an_instance_drains_and_comes_back_and_goes() {
    let mut account = Account::new();
    let instance = account.instance(json!({}));
    account.definition("a");
    let state = |status| json!({ "containerInstances": [instance, "nobody"], "status": status });
    let drained = account.done("UpdateContainerInstancesState", state("DRAINING"));
    assert_eq!(drained["containerInstances"][0]["status"], json!("DRAINING"));
    assert_eq!(drained["failures"][0]["reason"], json!("MISSING"));
    assert_eq!(
        account.refused("RunTask", json!({ "taskDefinition": "a" })),
        "InvalidParameterException: No Container Instances were found in your cluster."
    );
    let draining = account.done("ListContainerInstances", json!({ "status": "DRAINING" }));
    assert_eq!(draining["containerInstanceArns"], json!([instance]));
    let back = account.done("UpdateContainerInstancesState", state("ACTIVE"));
    assert_eq!(back["containerInstances"][0]["status"], json!("ACTIVE"));
    assert_eq!(account.done("RunTask", json!({ "taskDefinition": "a" }))["failures"], json!([]));

    let leave = |force| json!({ "containerInstance": instance, "force": force });
    assert_eq!(
        account.refused("DeregisterContainerInstance", leave(false)),
        "InvalidParameterException: Found running tasks on the instance."
    );
    let gone = account.done("DeregisterContainerInstance", leave(true));
    assert_eq!(gone["containerInstance"]["status"], json!("INACTIVE"));
    let tasks = account.done("ListTasks", json!({ "desiredStatus": "STOPPED" }));
    let stopped = account.done("DescribeTasks", json!({ "tasks": tasks["taskArns"] }))["tasks"][0].clone();
    assert_eq!(stopped["stoppedReason"], json!("Container instance deregistration forced by user"));
    assert!(account.refused("DeregisterContainerInstance", leave(true)).contains("not found"));
    let described = |account: &mut Account| {
        account.done("DescribeContainerInstances", json!({ "containerInstances": [instance] }))
    };
    let inactive = described(&mut account)["containerInstances"][0].clone();
    assert_eq!((&inactive["status"], &inactive["agentConnected"]), (&json!("INACTIVE"), &json!(false)));
    assert_eq!(inactive["remainingResources"], inactive["registeredResources"]);
    assert_eq!(account.done("ListContainerInstances", json!({}))["containerInstanceArns"], json!([]));
    account.wait(Millis::from_hours(1));
    assert_eq!(described(&mut account)["failures"][0]["reason"], json!("MISSING"));
}

#[test]
fn attributes_are_put_listed_and_deleted() {
    let mut account = Account::new();
    let instance = account.instance(json!({}));
    let of = |name: &str, value: &str| json!({ "name": name, "value": value, "targetId": instance });
    account.done("PutAttributes", json!({ "attributes": [of("stack", "a"), of("team", "b")] }));
    account.done("PutAttributes", json!({ "attributes": [of("stack", "c")] }));
    let list = |account: &mut Account, name: &str| {
        let input = json!({ "targetType": "container-instance", "attributeName": name });
        account.done("ListAttributes", input)["attributes"].clone()
    };
    let shown =
        json!([{ "name": "stack", "value": "c", "targetType": "container-instance", "targetId": instance }]);
    assert_eq!(list(&mut account, "stack"), shown);
    account.done("DeleteAttributes", json!({ "attributes": [of("stack", "other")] }));
    assert_eq!(list(&mut account, "stack"), shown, "another value is another attribute");
    account.done("DeleteAttributes", json!({ "attributes": [{ "name": "stack", "targetId": instance }] }));
    assert_eq!(list(&mut account, "stack"), json!([]));
    let all = account.done("ListAttributes", json!({ "targetType": "container-instance" }));
    let names = all["attributes"].as_array().unwrap().iter().map(|attribute| arn(&attribute["name"]));
    let besides = names.filter(|name| !name.contains("ecs.capability.")).count();
    assert_eq!(besides, 6, "five that ECS gives, and one of its own");
}

#[test]
fn tasks_spread_over_a_custom_attribute() {
    let mut account = Account::new();
    account.definition("a");
    let instances: Vec<String> = (0..4).map(|_| account.instance(json!({}))).collect();
    for (place, instance) in instances.iter().enumerate() {
        let rack = if place == 0 { "one" } else { "two" };
        let attribute = json!({ "name": "rack", "value": rack, "targetId": instance });
        account.done("PutAttributes", json!({ "attributes": [attribute] }));
    }
    let run = json!({ "taskDefinition": "a", "count": 6,
        "placementStrategy": [{ "type": "spread", "field": "attribute:rack" }] });
    let tasks = account.done("RunTask", run)["tasks"].clone();
    let on_first = |task: &&Value| task["containerInstanceArn"] == json!(instances[0]);
    assert_eq!(
        tasks.as_array().unwrap().iter().filter(on_first).count(),
        3,
        "half of them on the one of its rack"
    );
}

#[test]
fn what_is_wrong_with_an_instance_or_attribute_is_said() {
    let mut account = Account::new();
    let instance = account.instance(json!({}));
    let many: Vec<Value> =
        (0..10).map(|n| json!({ "name": format!("a{n}"), "targetId": instance })).collect();
    account.done("PutAttributes", json!({ "attributes": many }));
    let put = |attribute: Value| json!({ "attributes": [attribute] });
    // operation, input => what the answer starts with
    let table = [
        (
            "PutAttributes",
            put(json!({ "name": "b", "targetId": instance })),
            "AttributeLimitExceededException: ",
        ),
        (
            "PutAttributes",
            put(json!({ "name": "b", "targetId": "nobody" })),
            "TargetNotFoundException: Could not find nobody",
        ),
        (
            "PutAttributes",
            put(json!({ "name": "a b", "targetId": instance })),
            "InvalidParameterException: The attribute name 'a b' is invalid.",
        ),
        (
            "PutAttributes",
            put(json!({ "targetId": instance })),
            "InvalidParameterException: Name can not be blank.",
        ),
        (
            "PutAttributes",
            json!({ "attributes": [] }),
            "InvalidParameterException: attributes can not be empty",
        ),
        (
            "ListAttributes",
            json!({ "targetType": "task" }),
            "InvalidParameterException: task should be one of [container-instance]",
        ),
        ("RegisterContainerInstance", json!({ "cluster": "no" }), "ClientException: Cluster not found."),
        (
            "RegisterContainerInstance",
            json!({ "instanceIdentityDocument": "{" }),
            "ClientException: The identity document and identity document signature were not valid",
        ),
        (
            "UpdateContainerInstancesState",
            json!({ "containerInstances": [instance], "status": "REGISTERING" }),
            "InvalidParameterException: Container instance status should be one of [ACTIVE, DRAINING]",
        ),
        (
            "UpdateContainerInstancesState",
            json!({ "containerInstances": vec!["x"; 11], "status": "ACTIVE" }),
            "InvalidParameterException: instanceIds can have at most 10 items.",
        ),
        (
            "UpdateContainerAgent",
            json!({ "containerInstance": instance }),
            "NoUpdateAvailableException: There is no update available for your container agent.",
        ),
    ];
    for (operation, input, says) in table {
        let said = account.refused(operation, input.clone());
        assert!(said.starts_with(says), "{operation} {input}: {said}");
    }
}

#[test]
fn the_agent_of_an_instance_that_is_not_there_is_not_updated() {
    assert_eq!(
        Account::new().refused("UpdateContainerAgent", json!({ "containerInstance": "nobody" })),
        "InvalidParameterException: The referenced container instance was not found."
    );
}

#[test]
fn gpus_register_by_their_ids_and_are_left_as_tasks_take_them() {
    let mut account = Account::new();
    let total = json!([{ "name": "GPU", "type": "STRINGSET", "stringSetValue": ["GPU-a", "GPU-b"] }]);
    let made = account.done("RegisterContainerInstance", json!({ "totalResources": total }));
    let instance = arn(&made["containerInstance"]["containerInstanceArn"]);
    let container = json!({ "name": "a", "image": "b", "cpu": 512, "memory": 512,
        "resourceRequirements": [{ "type": "GPU", "value": "2" }] });
    account.done("RegisterTaskDefinition", json!({ "family": "a", "containerDefinitions": [container] }));
    let resources = |account: &mut Account, member: &str| {
        let described =
            account.done("DescribeContainerInstances", json!({ "containerInstances": [instance] }));
        let resources = described["containerInstances"][0][member].as_array().unwrap().clone();
        let gpu = resources.into_iter().find(|it| it["name"] == json!("GPU")).unwrap();
        gpu["stringSetValue"].as_array().unwrap().len()
    };
    assert_eq!(resources(&mut account, "remainingResources"), 2);
    account.done("RunTask", json!({ "taskDefinition": "a" }));
    assert_eq!(resources(&mut account, "registeredResources"), 2);
    assert_eq!(resources(&mut account, "remainingResources"), 0);
    let full = account.done("RunTask", json!({ "taskDefinition": "a" }));
    assert_eq!(full["failures"][0]["reason"], json!("RESOURCE:GPU"));
}

#[test]
fn a_container_shows_the_gpus_that_it_has_and_overrides_ask_for_others() {
    let mut account = Account::new();
    let total = json!([{ "name": "GPU", "type": "STRINGSET", "stringSetValue": ["GPU-a", "GPU-b", "GPU-b", "GPU-c"] }]);
    let made = account.done("RegisterContainerInstance", json!({ "totalResources": total }));
    let instance = arn(&made["containerInstance"]["containerInstanceArn"]);
    let gpus = |count: &str| json!([{ "type": "GPU", "value": count }]);
    let container = |name: &str, count: &str| json!({ "name": name, "image": "b", "cpu": 64, "memory": 64, "resourceRequirements": gpus(count) });
    let plain = json!({ "name": "p", "image": "b", "cpu": 64, "memory": 64 });
    let containers = json!([container("a", "1"), plain]);
    account.done("RegisterTaskDefinition", json!({ "family": "f", "containerDefinitions": containers }));
    let run =
        |overrides: Value| json!({ "taskDefinition": "f", "overrides": { "containerOverrides": overrides } });
    let left = |account: &mut Account| {
        let described =
            account.done("DescribeContainerInstances", json!({ "containerInstances": [instance] }));
        let resources = described["containerInstances"][0]["remainingResources"].as_array().unwrap().clone();
        resources.into_iter().find(|it| it["name"] == json!("GPU")).unwrap()["stringSetValue"].clone()
    };
    let first = account.done("RunTask", run(json!([])))["tasks"][0].clone();
    let shown = |task: &Value| [0, 1].map(|nth| task["containers"][nth].get("gpuIds").cloned());
    assert_eq!(shown(&first), [Some(json!(["GPU-a"])), None]);
    assert_eq!(left(&mut account), json!(["GPU-b", "GPU-c"]));
    let more = run(json!([{ "name": "p", "resourceRequirements": gpus("2") }]));
    assert_eq!(account.done("RunTask", more.clone())["failures"][0]["reason"], json!("RESOURCE:GPU"));
    account.done("StopTask", json!({ "task": first["taskArn"] }));
    let second = account.done("RunTask", more)["tasks"][0].clone();
    assert_eq!(shown(&second), [Some(json!(["GPU-a"])), Some(json!(["GPU-b", "GPU-c"]))]);
    let bad = run(json!([{ "name": "p", "resourceRequirements": gpus("many") }]));
    assert!(account.refused("RunTask", bad).starts_with("InvalidParameterException: The override of"));
}

#[test]
fn a_definition_shows_what_it_requires_and_an_instance_what_its_agent_can_do() {
    let mut account = Account::new();
    let container = json!({ "name": "a", "image": "1.dkr.ecr.eu-west-1.amazonaws.com/b", "memory": 64 });
    let input = json!({ "family": "f", "networkMode": "awsvpc", "executionRoleArn": "r", "containerDefinitions": [container] });
    let registered = account.done("RegisterTaskDefinition", input)["taskDefinition"].clone();
    let described =
        account.done("DescribeTaskDefinition", json!({ "taskDefinition": "f" }))["taskDefinition"].clone();
    let required = registered["requiresAttributes"].clone();
    assert_eq!(described["requiresAttributes"], required);
    let (auth, api) =
        ("com.amazonaws.ecs.capability.ecr-auth", "com.amazonaws.ecs.capability.docker-remote-api.1.18");
    // A published definition for Fargate with an image of ECR.
    let mut names: Vec<String> = required.as_array().unwrap().iter().map(|it| arn(&it["name"])).collect();
    names.sort_unstable();
    assert_eq!(names, [api, auth, "ecs.capability.execution-role-ecr-pull", "ecs.capability.task-eni"]);
    let plain =
        json!({ "family": "p", "containerDefinitions": [{ "name": "a", "image": "b", "memory": 64 }] });
    let plain = account.done("RegisterTaskDefinition", plain)["taskDefinition"]["requiresAttributes"].clone();
    assert_eq!(plain, json!([]));

    let lacking = json!({ "attributes": [{ "name": "ecs.capability.task-eni" }, { "name": api }] });
    let lacking = account.instance(lacking);
    let network = json!({ "awsvpcConfiguration": { "subnets": ["s"] } });
    let run = json!({ "taskDefinition": "f", "networkConfiguration": network });
    let failures = account.done("RunTask", run.clone())["failures"].clone();
    assert_eq!(failures, json!([{ "arn": lacking, "reason": "ATTRIBUTE" }]));
    let able = account.instance(json!({}));
    assert_eq!(account.done("RunTask", run)["tasks"][0]["containerInstanceArn"], json!(able));
    let shown = |account: &mut Account, instance: &str| {
        let input = json!({ "containerInstances": [instance] });
        account.done("DescribeContainerInstances", input)["containerInstances"][0]["attributes"].clone()
    };
    let has = |attributes: &Value, name: &str| {
        attributes
            .as_array()
            .unwrap()
            .iter()
            .filter(|it| it["name"] == json!(name) && it.get("value").is_none())
            .count()
    };
    let (of_able, of_lacking) = (shown(&mut account, &able), shown(&mut account, &lacking));
    for name in [auth, api, "com.amazonaws.ecs.capability.docker-remote-api.1.44", "ecs.capability.efs"] {
        assert_eq!(has(&of_able, name), 1, "{name}");
        assert_eq!(has(&of_lacking, name), usize::from(name == api), "{name}");
    }
    // An attribute without a value exists to expressions, and is listed.
    let filter = json!({ "filter": format!("attribute:{auth} exists") });
    assert_eq!(account.done("ListContainerInstances", filter)["containerInstanceArns"], json!([able]));
    let listed =
        account.done("ListAttributes", json!({ "targetType": "container-instance", "attributeName": auth }));
    assert_eq!(listed["attributes"].as_array().map(Vec::len), Some(1));
}
