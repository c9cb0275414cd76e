//! Policies against requests, row by row.

use super::{
    Policy, PolicyError,
    access::{Facts, Scope, accesses},
};
use serde_json::{Value, json};

const SCOPE: Scope<'static> = Scope { region: "us-east-1", account: "123456789012" };
const USER: &str = "arn:aws:iam::123456789012:user/builder";

/// A definition `agent` with both roles, and a tagged task.
struct Account;

impl Facts for Account {
    fn roles(&self, task_definition: &str) -> [Option<String>; 2] {
        if task_definition.starts_with("agent") {
            ["task", "execution"].map(|name| Some(format!("arn:aws:iam::123456789012:role/{name}")))
        } else {
            [None, None]
        }
    }

    fn tags(&self, arn: &str) -> Vec<(String, String)> {
        if arn.ends_with("/builds/tagged") { vec![("team".to_owned(), "a".to_owned())] } else { Vec::new() }
    }
}

fn policy(statements: Value) -> Policy {
    Policy::parse(&json!({ "Version": "2012-10-17", "Statement": statements }).to_string()).unwrap()
}

fn refusal(policy: &Policy, operation: &str, body: &Value) -> Option<String> {
    policy.refusal(USER, &accesses(operation, body, SCOPE, &Account))
}

/// What a provisioner of build agents needs, and nothing more.
fn least() -> Vec<Value> {
    let cluster = "arn:aws:ecs:us-east-1:123456789012:cluster/builds";
    let on_cluster = json!({ "ArnEquals": { "ecs:cluster": cluster } });
    vec![
        json!({
            "Sid": "Run", "Effect": "Allow", "Action": "ecs:RunTask", "Condition": on_cluster,
            "Resource": "arn:aws:ecs:us-east-1:123456789012:task-definition/agent:*",
        }),
        json!({
            "Sid": "Watch", "Effect": "Allow", "Action": ["ecs:DescribeTasks", "ecs:StopTask"],
            "Condition": on_cluster, "Resource": "arn:aws:ecs:us-east-1:123456789012:task/builds/*",
        }),
        json!({
            "Sid": "List", "Effect": "Allow", "Action": "ecs:ListTasks", "Condition": on_cluster,
            "Resource": "arn:aws:ecs:us-east-1:123456789012:container-instance/builds/*",
        }),
        json!({ "Sid": "Define", "Effect": "Allow", "Action": "ecs:RegisterTaskDefinition", "Resource": "*" }),
        json!({
            "Sid": "Tag", "Effect": "Allow", "Action": "ecs:TagResource",
            "Resource": "arn:aws:ecs:us-east-1:123456789012:task/builds/*",
            "Condition": { "StringEquals": { "ecs:CreateAction": "RunTask" } },
        }),
        json!({
            "Sid": "Pass", "Effect": "Allow", "Action": "iam:PassRole",
            "Resource": ["arn:aws:iam::123456789012:role/task", "arn:aws:iam::123456789012:role/execution"],
            "Condition": { "StringLike": { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
        }),
    ]
}

/// One request for each statement of [`least`].
fn needed() -> Vec<(&'static str, Value)> {
    let run = |more: Value| {
        let mut body = json!({ "cluster": "builds", "taskDefinition": "agent:3" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    vec![
        ("RunTask", json!({ "cluster": "builds", "taskDefinition": "agent:3" })),
        ("DescribeTasks", json!({ "cluster": "builds", "tasks": ["0123", "4567"] })),
        (
            "ListTasks",
            json!({ "cluster": "arn:aws:ecs:us-east-1:123456789012:cluster/builds", "startedBy": "x" }),
        ),
        (
            "RegisterTaskDefinition",
            json!({ "family": "agent", "taskRoleArn": "task", "containerDefinitions": [] }),
        ),
        ("RunTask", run(json!({ "tags": [{ "key": "team", "value": "a" }] }))),
        ("RunTask", run(json!({ "overrides": { "taskRoleArn": "arn:aws:iam::123456789012:role/task" } }))),
    ]
}

#[test]
fn a_least_privilege_policy_is_enough_and_each_of_its_statements_is_needed() {
    let all = policy(Value::Array(least()));
    for (operation, body) in needed() {
        assert_eq!(refusal(&all, operation, &body), None);
    }
    for (left_out, (operation, body)) in needed().into_iter().enumerate() {
        let mut some = least();
        some.remove(left_out);
        let refused = refusal(&policy(Value::Array(some)), operation, &body);
        assert!(refused.is_some(), "{operation} passes without statement {left_out}");
    }
}

#[test]
fn what_the_policy_does_not_name_is_refused_in_the_words_of_aws() {
    let least = policy(Value::Array(least()));
    let arn = "arn:aws:ecs:us-east-1:123456789012";
    // (operation, body) => the action and the resource that the refusal names
    let table = [
        (
            "RunTask",
            json!({ "cluster": "other", "taskDefinition": "agent:3" }),
            "ecs:RunTask",
            format!("{arn}:task-definition/agent:3"),
        ),
        (
            "RunTask",
            json!({ "taskDefinition": "agent:3" }),
            "ecs:RunTask",
            format!("{arn}:task-definition/agent:3"),
        ),
        (
            "RunTask",
            json!({ "cluster": "builds", "taskDefinition": "agent" }),
            "ecs:RunTask",
            format!("{arn}:task-definition/agent"),
        ),
        (
            "RunTask",
            json!({ "cluster": "builds", "taskDefinition": "other:1" }),
            "ecs:RunTask",
            format!("{arn}:task-definition/other:1"),
        ),
        (
            "RunTask",
            json!({ "cluster": "builds", "taskDefinition": "agent:3", "overrides": { "executionRoleArn": "admin" } }),
            "iam:PassRole",
            "arn:aws:iam::123456789012:role/admin".to_owned(),
        ),
        (
            "StopTask",
            json!({ "cluster": "other", "task": "1" }),
            "ecs:StopTask",
            format!("{arn}:task/other/1"),
        ),
        ("ListTasks", json!({}), "ecs:ListTasks", format!("{arn}:container-instance/default/*")),
        (
            "DescribeClusters",
            json!({ "clusters": ["builds"] }),
            "ecs:DescribeClusters",
            format!("{arn}:cluster/builds"),
        ),
        ("ListClusters", json!({}), "ecs:ListClusters", "*".to_owned()),
        (
            "DeleteCluster",
            json!({ "cluster": "builds" }),
            "ecs:DeleteCluster",
            format!("{arn}:cluster/builds"),
        ),
        (
            "DescribeCapacityProviders",
            json!({}),
            "ecs:DescribeCapacityProviders",
            format!("{arn}:capacity-provider/*"),
        ),
    ];
    for (operation, body, action, resource) in table {
        let want = format!(
            "User: {USER} is not authorized to perform: {action} on resource: {resource} because no identity-based \
             policy allows the {action} action"
        );
        assert_eq!(refusal(&least, operation, &body), Some(want), "{operation} {body}");
    }
}

#[test]
fn a_deny_outweighs_every_allow() {
    let policy = policy(json!([
        { "Effect": "Allow", "Action": "*", "Resource": "*" },
        {
            "Effect": "Deny", "Action": ["ecs:stop*", "ecs:RunTask"], "Resource": "*",
            "Condition": { "StringEquals": { "aws:ResourceTag/team": "a" } },
        },
        { "Effect": "Deny", "NotAction": "ecs:*", "NotResource": "arn:aws:iam::123456789012:role/task" },
    ]));
    let stop = |task: &str| refusal(&policy, "StopTask", &json!({ "cluster": "builds", "task": task }));
    assert_eq!(stop("plain"), None);
    assert!(stop("tagged").unwrap().ends_with("with an explicit deny in an identity-based policy"));
    let run = |overrides: Value| {
        refusal(&policy, "RunTask", &json!({ "taskDefinition": "x", "overrides": overrides }))
    };
    assert_eq!(run(json!({ "taskRoleArn": "task" })), None);
    assert!(run(json!({ "taskRoleArn": "other" })).is_some());
}

#[test]
fn several_policies_are_taken_together() {
    let mut both = policy(json!({ "Effect": "Allow", "Action": "ecs:ListClusters", "Resource": "*" }));
    both.attach(policy(json!([{ "Effect": "Allow", "Action": "ecs:ListTaskDefinitions", "Resource": "*" }])));
    for operation in ["ListClusters", "ListTaskDefinitions"] {
        assert_eq!(refusal(&both, operation, &json!({})), None);
    }
    assert!(refusal(&both, "ListAccountSettings", &json!({})).is_some());
}

#[test]
fn what_is_no_policy_is_refused_with_its_place() {
    let allow = |more: Value| {
        let mut statement = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
        statement.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "Statement": [statement] }).to_string()
    };
    // document => what the error names
    let table = [
        ("{".to_owned(), "policy document"),
        ("[]".to_owned(), "policy document"),
        (json!({ "Statement": 7 }).to_string(), "Statement"),
        (json!({ "Version": "2026-01-01", "Statement": [] }).to_string(), "2012-10-17"),
        (
            json!({ "Statement": [{ "Effect": "Maybe", "Action": "*", "Resource": "*" }] }).to_string(),
            "Allow or Deny",
        ),
        (
            json!({ "Statement": [{ "Effect": "Allow", "Resource": "*" }] }).to_string(),
            "`Action` or `NotAction`",
        ),
        (
            json!({ "Statement": [{ "Effect": "Allow", "Action": "*" }] }).to_string(),
            "`Resource` or `NotResource`",
        ),
        (allow(json!({ "NotAction": "*" })), "both `Action` and `NotAction`"),
        (allow(json!({ "Principal": "*" })), "Principal"),
        (allow(json!({ "Actoin": "*" })), "Actoin"),
        (allow(json!({ "Resource": "arn:aws:ecs:*:*:task/${aws:username}/*" })), "policy variables"),
        (allow(json!({ "Action": [7, {}] })), "Statement[0].Action"),
        (
            allow(json!({ "Condition": { "IpAddress": { "aws:SourceIp": "1.2.3.4" } } })),
            "Statement[0].Condition.IpAddress",
        ),
    ];
    for (document, names) in table {
        let error: PolicyError = Policy::parse(&document).unwrap_err();
        assert!(error.to_string().contains(names), "{document}: {error}");
    }
}
