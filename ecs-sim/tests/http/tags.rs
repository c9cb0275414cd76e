//! Tags of everything that has them.

use crate::{Account, arn};
use serde_json::{Value, json};

#[test]
fn everything_takes_tags_and_gives_them_back() {
    let mut account = Account::new();
    let instance = account.instance(json!({}));
    let definition = account.definition("a");
    let task = arn(&account.done("RunTask", json!({ "taskDefinition": "a" }))["tasks"][0]["taskArn"]);
    let cluster = "arn:aws:ecs:us-east-1:123456789012:cluster/default".to_owned();
    for of in [cluster, definition, instance, task] {
        let tag = |key: &str, value: &str| json!({ "key": key, "value": value });
        let put = json!({ "resourceArn": of, "tags": [tag("a", "1"), tag("b", "2")] });
        assert_eq!(account.done("TagResource", put), json!({}));
        account.done("TagResource", json!({ "resourceArn": of, "tags": [tag("a", "3")] }));
        account.done("UntagResource", json!({ "resourceArn": of, "tagKeys": ["b", "none"] }));
        let listed = account.done("ListTagsForResource", json!({ "resourceArn": of }));
        assert_eq!(listed["tags"], json!([tag("a", "3")]), "{of}");
    }
    let include = json!({ "tasks": account.done("ListTasks", json!({}))["taskArns"], "include": ["TAGS"] });
    assert_eq!(
        account.done("DescribeTasks", include)["tasks"][0]["tags"],
        json!([{ "key": "a", "value": "3" }])
    );
}

#[test]
fn tags_of_a_definition_go_to_its_tasks_where_they_are_propagated() {
    let mut account = Account::new();
    account.instance(json!({}));
    let definition = account.definition("a");
    let tags = json!([{ "key": "a", "value": "1" }, { "key": "b", "value": "2" }]);
    account.done("TagResource", json!({ "resourceArn": definition, "tags": tags }));
    let run = json!({ "taskDefinition": "a", "propagateTags": "TASK_DEFINITION",
        "tags": [{ "key": "b", "value": "own" }] });
    let task = account.done("RunTask", run)["tasks"][0].clone();
    assert_eq!(task["tags"], json!([{ "key": "b", "value": "own" }, { "key": "a", "value": "1" }]));
}

#[test]
fn bad_tags_and_resources_are_refused() {
    let mut account = Account::new();
    let cluster = "arn:aws:ecs:us-east-1:123456789012:cluster/default";
    let many: Vec<Value> = (0..30).map(|n| json!({ "key": format!("k{n}"), "value": "" })).collect();
    account.done("TagResource", json!({ "resourceArn": cluster, "tags": many }));
    let more: Vec<Value> = (20..51).map(|n| json!({ "key": format!("k{n}") })).collect();
    let one = |of: &str| json!({ "resourceArn": of, "tags": [{ "key": "k", "value": "v" }] });
    let key = |key: String| json!({ "resourceArn": cluster, "tags": [{ "key": key }] });
    // input => what the answer starts with
    let table = [
        (
            json!({ "resourceArn": cluster, "tags": more }),
            "InvalidParameterException: A resource has at most 50 tags.",
        ),
        (key("aws:own".to_owned()), "InvalidParameterException: The tag 'aws:own' is invalid."),
        (key("k".repeat(129)), "InvalidParameterException: 1 validation error detected: Value 'kkk"),
        (one("cluster/default"), "InvalidParameterException: The ARN provided is invalid."),
        (
            one("arn:aws:ecs:us-east-1:123456789012:cluster/no"),
            "ClusterNotFoundException: Cluster not found.",
        ),
        (
            one("arn:aws:ecs:us-east-1:123456789012:task/0123"),
            "InvalidParameterException: Long arn format must be used for tagging operations",
        ),
        (one("arn:aws:ecs:us-east-1:123456789012:task/default/0123"), "ResourceNotFoundException: "),
        (one("arn:aws:ecs:us-east-1:123456789012:task-definition/no:1"), "ResourceNotFoundException: "),
        (json!({ "tags": [] }), "InvalidParameterException: ResourceArn can not be blank."),
        (json!({ "resourceArn": cluster }), "InvalidParameterException: Tags cannot be empty."),
    ];
    for (input, says) in table {
        let said = account.refused("TagResource", input.clone());
        assert!(said.starts_with(says), "{input}: {said}");
    }
}
