//! `footman query`: what it says of an expression, of instances, and of what is no expression.

use crate::{folder, footman};

/// Shortened from what the AWS CLI prints; the second instance has members as the API has them.
const INSTANCES: &str = r#"{"containerInstances": [
  {"containerInstanceArn": "arn:aws:ecs:us-east-1:123456789012:container-instance/default/a", "ec2InstanceId": "i-a",
   "agentConnected": true, "versionInfo": {"agentVersion": "1.89.1", "dockerVersion": "x"}, "runningTasksCount": 2,
   "registeredAt": "2026-11-23T10:00:00.123000+02:00", "attributes": [{"name": "ecs.instance-type", "value": "m5.large"},
   {"name": "ecs.capability.external"}], "taskGroups": ["family:java"], "unknown": 1},
  {"ec2InstanceId": "i-b", "agentConnected": false, "registeredAt": 1795334400.5, "runningTasksCount": 0}
], "failures": []}"#;

#[test]
fn an_expression_is_normalised_explained_and_tried() {
    let folder = folder(&[("instances.json", INSTANCES)]);
    let query =
        "task:group not_equals 'x' && ! (attribute:ecs.instance-type =~ c5.* or runningTasksCount >= 07)";
    let outcome = footman(folder.path(), &["query", query, "--instance", "instances.json"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.err);
    insta::assert_snapshot!("query", outcome.out);
}

#[test]
fn every_member_of_an_instance_can_be_asked_for() {
    let folder = folder(&[("instances.json", INSTANCES)]);
    // expression => how many of the two
    for (query, count) in [
        ("agentConnected == true", 1),
        ("agentVersion >= 1.89", 1),
        ("attribute:ecs.capability.external exists", 1),
        ("ec2InstanceId in [i-a, i-b]", 2),
        ("registeredAt == 2026-11-23T08:00:00Z", 1),
        ("registeredAt > 2026-11-23", 1),
        ("runningTasksCount == 2", 1),
        ("task:group =~ family:.*", 1),
        ("not(task:group exists)", 1),
    ] {
        let outcome = footman(folder.path(), &["query", query, "--instance", "instances.json"]);
        assert!(
            outcome.out.ends_with(&format!("\n{count} of 2 selected\n")),
            "{query}: {} {}",
            outcome.out,
            outcome.err
        );
    }
}

#[test]
fn what_is_no_expression_is_shown_with_its_place() {
    let folder = folder(&[("broken.json", "{\"containerInstances\": 1}")]);
    let outcome = footman(folder.path(), &["query", "attribute:a = x and runningTaskCount > 1"]);
    assert_eq!(outcome.code, Some(1));
    insta::assert_snapshot!("query-error", outcome.err);
    let outcome = footman(folder.path(), &["query", "agentVersion > 1", "--instance", "broken.json"]);
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.err.contains("broken.json is not what"), "{}", outcome.err);
    let outcome = footman(folder.path(), &["query", "agentVersion > 1", "--instance", "absent.json"]);
    assert!(outcome.err.contains("failed to read absent.json"), "{}", outcome.err);
}
