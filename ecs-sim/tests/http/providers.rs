//! Capacity providers.

use crate::Account;
use footman_core::time::Millis;
use footman_ecs_sim::capacity::{AutoScalingGroup, InstanceSpec};
use serde_json::{Value, json};

/// Makes an auto-scaling group and gives back its ARN.
fn group(account: &mut Account, name: &str, scale_in_protection: bool) -> String {
    let group = AutoScalingGroup {
        name: name.into(),
        instances: vec![InstanceSpec::listed("m6i.large").expect("it is listed")],
        min: 0,
        max: 5,
        desired: 0,
        scale_in_protection,
    };
    account.ecs.create_auto_scaling_group(group).expect("it is valid")
}

fn create(name: &str, group: &str, rest: &Value) -> Value {
    let mut provider = json!({ "autoScalingGroupArn": group });
    for (member, value) in rest.as_object().into_iter().flatten() {
        provider[member] = value.clone();
    }
    json!({ "name": name, "autoScalingGroupProvider": provider })
}

#[test]
fn a_provider_scales_its_group_for_tasks_that_wait() {
    let mut account = Account::new();
    let arn = group(&mut account, "builders", true);
    let scaling = json!({ "managedScaling": { "status": "ENABLED", "targetCapacity": 100 },
        "managedTerminationProtection": "ENABLED" });
    let made =
        account.done("CreateCapacityProvider", create("ci", &arn, &scaling))["capacityProvider"].clone();
    assert_eq!((&made["status"], &made["updateStatus"]), (&json!("ACTIVE"), &json!("CREATE_COMPLETE")));
    let of_group = &made["autoScalingGroupProvider"];
    assert_eq!(of_group["autoScalingGroupArn"], json!(arn));
    assert_eq!(of_group["managedScaling"]["instanceWarmupPeriod"], json!(300));
    assert_eq!(of_group["managedDraining"], json!("ENABLED"));

    account.done(
        "PutClusterCapacityProviders",
        json!({ "cluster": "default", "capacityProviders": ["ci"],
        "defaultCapacityProviderStrategy": [{ "capacityProvider": "ci", "weight": 1 }] }),
    );
    account.definition("a");
    let task = account.done("RunTask", json!({ "taskDefinition": "a" }))["tasks"][0].clone();
    assert_eq!((&task["lastStatus"], &task["capacityProviderName"]), (&json!("PROVISIONING"), &json!("ci")));
    account.wait(Millis::from_mins(9));
    let described = account.done("DescribeTasks", json!({ "tasks": [task["taskArn"]] }));
    assert_eq!(described["tasks"][0]["lastStatus"], json!("RUNNING"));
    assert_eq!(
        account.done("ListContainerInstances", json!({}))["containerInstanceArns"].as_array().unwrap().len(),
        2,
        "the first scale-out is by two"
    );
}

#[test]
fn a_provider_is_updated_member_by_member() {
    let mut account = Account::new();
    let arn = group(&mut account, "builders", true);
    account.done("CreateCapacityProvider", create("ci", &arn, &json!({})));
    let update = |change: Value| json!({ "name": "ci", "autoScalingGroupProvider": change });
    let scaling = json!({ "managedScaling": { "status": "ENABLED", "maximumScalingStepSize": 7 } });
    let updated = account.done("UpdateCapacityProvider", update(scaling))["capacityProvider"].clone();
    assert_eq!(updated["updateStatus"], json!("UPDATE_COMPLETE"));
    let change = json!({ "managedDraining": "DISABLED", "managedTerminationProtection": "ENABLED" });
    let updated = account.done("UpdateCapacityProvider", update(change))["capacityProvider"].clone();
    let of_group = &updated["autoScalingGroupProvider"];
    assert_eq!(of_group["managedScaling"]["maximumScalingStepSize"], json!(7));
    assert_eq!(
        (&of_group["managedDraining"], &of_group["managedTerminationProtection"]),
        (&json!("DISABLED"), &json!("ENABLED"))
    );
}

#[test]
fn a_provider_in_a_cluster_is_not_deleted_and_says_so() {
    let mut account = Account::new();
    let arn = group(&mut account, "builders", false);
    account.done("CreateCapacityProvider", create("ci", &arn, &json!({})));
    let put = |providers: &[&str]| {
        json!({ "cluster": "default", "capacityProviders": providers,
        "defaultCapacityProviderStrategy": [] })
    };
    account.done("PutClusterCapacityProviders", put(&["ci"]));
    let delete = json!({ "capacityProvider": "ci" });
    let kept = account.done("DeleteCapacityProvider", delete.clone())["capacityProvider"].clone();
    assert_eq!((&kept["status"], &kept["updateStatus"]), (&json!("ACTIVE"), &json!("DELETE_FAILED")));
    assert!(kept["updateStatusReason"].as_str().unwrap().contains("associated with cluster: default"));
    account.done("PutClusterCapacityProviders", put(&[]));
    let gone = account.done("DeleteCapacityProvider", delete)["capacityProvider"].clone();
    assert_eq!((&gone["status"], &gone["updateStatus"]), (&json!("INACTIVE"), &json!("DELETE_COMPLETE")));
    let described = account.done("DescribeCapacityProviders", json!({ "capacityProviders": ["ci"] }));
    assert_eq!(described["failures"][0]["reason"], json!("MISSING"));
    account.done("CreateCapacityProvider", create("ci", &arn, &json!({})));
    let names: Vec<Value> = account.done("DescribeCapacityProviders", json!({}))["capacityProviders"]
        .as_array()
        .unwrap()
        .iter()
        .map(|provider| provider["name"].clone())
        .collect();
    assert_eq!(names, ["FARGATE", "FARGATE_SPOT", "ci"]);
}

#[test]
fn a_bad_provider_is_refused_in_ecs_words() {
    let mut account = Account::new();
    let bare = group(&mut account, "bare", false);
    account.done("CreateCapacityProvider", create("taken", &bare, &json!({})));
    let free = group(&mut account, "free", false);
    let enabled =
        json!({ "managedScaling": { "status": "ENABLED" }, "managedTerminationProtection": "ENABLED" });
    // input => what the answer starts with
    let table = [
        (
            create(
                "a",
                "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:x:autoScalingGroupName/no",
                &json!({}),
            ),
            "ClientException: The specified Auto Scaling group ARN is not valid.",
        ),
        (
            create("a", &bare, &json!({})),
            "ClientException: The specified Auto Scaling group ARN is already being used by another capacity provider.",
        ),
        (
            create("taken", &free, &json!({})),
            "ClientException: The specified capacity provider already exists.",
        ),
        (
            create("ecs-a", &free, &json!({})),
            "ClientException: The specified capacity provider name is invalid. Up to 255 characters are allowed",
        ),
        (
            create("a", &free, &enabled),
            "ClientException: The managed termination protection setting for the capacity provider is invalid. To enable \
             managed termination protection for a capacity provider, the Auto Scaling group must have instance protection",
        ),
        (
            create("a", &free, &json!({ "managedScaling": { "targetCapacity": 101 } })),
            "InvalidParameterException: 1 validation error detected: Value '101' at \
             'autoScalingGroupProvider.managedScaling.targetCapacity'",
        ),
        (json!({ "name": "a" }), "InvalidParameterException: AutoScalingGroupProvider can not be blank."),
        (json!({}), "InvalidParameterException: Name can not be blank."),
    ];
    for (input, says) in table {
        let said = account.refused("CreateCapacityProvider", input.clone());
        assert!(said.starts_with(says), "{input}: {said}");
    }
    let reserved = account.refused("DeleteCapacityProvider", json!({ "capacityProvider": "FARGATE" }));
    assert!(reserved.starts_with("ClientException: "), "{reserved}");
}
