//! What holds for every operation.

use crate::Account;
use footman_ecs_sim::{Settings, api::Operation};
use serde_json::json;

#[test]
fn every_operation_of_the_state_machine_is_answered_by_its_name() {
    let mut account = Account::new();
    for operation in Operation::ALL {
        let (_, body) = account.call(operation.name(), &json!({}));
        assert_ne!(body["__type"], json!("UnknownOperationException"), "{}", operation.name());
        assert_ne!(body["__type"], json!("UnsupportedFeatureException"), "{}", operation.name());
    }
    assert!(
        account.refused("CreateService", json!({})).starts_with("UnsupportedFeatureException: "),
        "services are not answered"
    );
    assert!(account.refused("MakeCoffee", json!({})).starts_with("UnknownOperationException: "));
}

#[test]
fn each_group_of_operations_has_a_bucket_of_its_own() {
    // operation, input, calls at once
    let table = [
        ("TagResource", json!({ "resourceArn": "x", "tags": [] }), 20),
        ("ListTagsForResource", json!({ "resourceArn": "x" }), 50),
        ("PutAccountSetting", json!({ "name": "awsvpcTrunking", "value": "enabled" }), 10),
        ("ListAccountSettings", json!({}), 50),
        ("DeleteTaskDefinitions", json!({ "taskDefinitions": [] }), 5),
        ("DescribeCapacityProviders", json!({}), 50),
        ("DeleteCapacityProvider", json!({ "capacityProvider": "x" }), 10),
        ("UpdateCluster", json!({ "cluster": "x" }), 20),
        ("PutAttributes", json!({ "attributes": [] }), 100),
        ("ListAttributes", json!({ "targetType": "container-instance" }), 100),
        ("SubmitTaskStateChange", json!({}), 200),
        ("GetTaskProtection", json!({ "cluster": "x" }), 200),
    ];
    for (operation, input, burst) in table {
        let mut account = Account::throttled(Settings::default());
        for call in 0..burst {
            let (_, body) = account.call(operation, &input);
            assert_ne!(body["__type"], json!("ThrottlingException"), "call {call} of {operation}");
        }
        assert_eq!(account.refused(operation, input), "ThrottlingException: Rate exceeded", "{operation}");
    }
}

#[test]
fn answers_hold_no_null() {
    let mut account = Account::new();
    account.instance(json!({}));
    account.definition("a");
    let task = account.done("RunTask", json!({ "taskDefinition": "a" }));
    let others = [
        account.done("DescribeClusters", json!({})),
        account.done("DescribeTaskDefinition", json!({ "taskDefinition": "a" })),
        account.done("DescribeCapacityProviders", json!({})),
        account.done("ListAccountSettings", json!({ "effectiveSettings": true })),
        account.done("ListAttributes", json!({ "targetType": "container-instance" })),
    ];
    for answer in others.iter().chain([&task]) {
        assert!(!answer.to_string().contains("null"), "{answer}");
    }
}
