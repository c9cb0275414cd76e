//! Task definitions.

use crate::Account;
use serde_json::json;

#[test]
fn a_definition_is_registered_deregistered_and_deleted() {
    let mut account = Account::new();
    let arn = account.definition("a");
    assert!(arn.ends_with("task-definition/a:1"));
    let delete = json!({ "taskDefinitions": ["a:1", "b:7"] });
    let early = account.done("DeleteTaskDefinitions", delete.clone());
    assert_eq!(early["taskDefinitions"], json!([]));
    assert_eq!(early["failures"].as_array().unwrap().len(), 2, "an ACTIVE one stays");

    let gone = account.done("DeregisterTaskDefinition", json!({ "taskDefinition": "a:1" }));
    assert_eq!(gone["taskDefinition"]["status"], json!("INACTIVE"));
    assert_eq!(gone["taskDefinition"]["deregisteredAt"], json!(1_704_067_200.0));
    assert_eq!(
        account.refused("RunTask", json!({ "taskDefinition": "a:1" })),
        "InvalidParameterException: TaskDefinition is inactive"
    );
    let deleted = account.done("DeleteTaskDefinitions", delete);
    assert_eq!(deleted["taskDefinitions"][0]["status"], json!("DELETE_IN_PROGRESS"));
    assert_eq!(deleted["failures"].as_array().unwrap().len(), 1);
    let listed = account.done("ListTaskDefinitions", json!({ "status": "DELETE_IN_PROGRESS" }));
    assert_eq!(listed["taskDefinitionArns"], json!([arn]));
    assert!(account.definition("a").ends_with("a:2"), "revisions are never used again");
}

#[test]
fn what_decides_nothing_is_shown_as_it_was_given() {
    let mut account = Account::new();
    let container = json!({ "name": "a", "image": "b", "memory": 64, "environment": [{ "name": "A", "value": "1" }],
        "logConfiguration": { "logDriver": "awslogs", "options": { "awslogs-group": "g" } },
        "ulimits": [{ "name": "nofile", "softLimit": 1, "hardLimit": 2 }], "unknown": { "member": 1 } });
    let input = json!({ "family": "f", "containerDefinitions": [container], "taskRoleArn": "r",
        "volumes": [{ "name": "v", "host": { "sourcePath": "/v" } }], "pidMode": "task",
        "tags": [{ "key": "k", "value": "v" }] });
    let registered = account.done("RegisterTaskDefinition", input);
    assert_eq!(registered["tags"], json!([{ "key": "k", "value": "v" }]));
    let described = account.done("DescribeTaskDefinition", json!({ "taskDefinition": "f" }));
    assert!(described.get("tags").is_none(), "tags are shown where they are asked for");
    let definition = &described["taskDefinition"];
    assert_eq!(definition, &registered["taskDefinition"]);
    let shown = &definition["containerDefinitions"][0];
    assert_eq!(shown["logConfiguration"]["options"], json!({ "awslogs-group": "g" }));
    assert_eq!(shown["ulimits"][0]["hardLimit"], json!(2));
    assert_eq!((&shown["cpu"], &shown["essential"]), (&json!(0), &json!(true)), "ECS fills these in");
    assert!(shown.get("unknown").is_none());
    assert_eq!((&definition["pidMode"], &definition["taskRoleArn"]), (&json!("task"), &json!("r")));
    let with_tags = json!({ "taskDefinition": "f:1", "include": ["TAGS"] });
    assert_eq!(account.done("DescribeTaskDefinition", with_tags)["tags"], registered["tags"]);
}

#[test]
fn families_are_listed_by_whether_they_have_an_active_revision() {
    let mut account = Account::new();
    for family in ["ab", "aa", "b"] {
        account.definition(family);
    }
    account.done("DeregisterTaskDefinition", json!({ "taskDefinition": "ab:1" }));
    // input => families
    let table = [
        (json!({}), json!(["aa", "ab", "b"])),
        (json!({ "status": "ACTIVE" }), json!(["aa", "b"])),
        (json!({ "status": "INACTIVE" }), json!(["ab"])),
        (json!({ "familyPrefix": "a" }), json!(["aa", "ab"])),
        (json!({ "maxResults": 1, "nextToken": "1" }), json!(["ab"])),
    ];
    for (input, families) in table {
        assert_eq!(
            account.done("ListTaskDefinitionFamilies", input.clone())["families"],
            families,
            "{input}"
        );
    }
}

#[test]
fn a_bad_definition_is_refused_in_ecs_words() {
    let mut account = Account::new();
    let one = |container| json!({ "family": "f", "containerDefinitions": [container] });
    // operation, input => __type: message
    let table = [
        (
            "RegisterTaskDefinition",
            json!({ "family": "f" }),
            "ClientException: Container list cannot be empty.",
        ),
        (
            "RegisterTaskDefinition",
            json!({ "containerDefinitions": [] }),
            "ClientException: Family can not be blank.",
        ),
        (
            "RegisterTaskDefinition",
            one(json!({ "image": "b", "memory": 4 })),
            "ClientException: Container.name should not be null or empty.",
        ),
        (
            "RegisterTaskDefinition",
            one(json!({ "name": "a", "memory": 4 })),
            "ClientException: Container.image should not be null or empty.",
        ),
        (
            "RegisterTaskDefinition",
            json!({ "family": "f", "networkMode": "vpc", "containerDefinitions": [] }),
            "ClientException: vpc should be one of [bridge,host,awsvpc,none]",
        ),
        (
            "RegisterTaskDefinition",
            one(json!({ "name": "a", "image": "b", "memory": "4" })),
            "SerializationException: STRING_VALUE cannot be converted to Integer",
        ),
        (
            "DeregisterTaskDefinition",
            json!({ "taskDefinition": "f" }),
            "ClientException: Revision is missing.",
        ),
        (
            "DeregisterTaskDefinition",
            json!({ "taskDefinition": "f:x" }),
            "InvalidParameterException: Invalid revision number. Number: x",
        ),
        (
            "DescribeTaskDefinition",
            json!({ "taskDefinition": "f" }),
            "ClientException: Unable to describe task definition.",
        ),
        (
            "DeleteTaskDefinitions",
            json!({ "taskDefinitions": [] }),
            "InvalidParameterException: size of TaskDefinition references list must be greater than 0",
        ),
    ];
    for (operation, input, says) in table {
        assert_eq!(account.refused(operation, input.clone()), says, "{operation} {input}");
    }
}
