//! What container agents report, and what reaches into containers.

use crate::{Account, arn};
use footman_core::time::Millis;
use serde_json::json;

fn running(account: &mut Account) -> String {
    account.instance(json!({}));
    account.definition("a");
    let task = arn(&account.done("RunTask", json!({ "taskDefinition": "a" }))["tasks"][0]["taskArn"]);
    account.wait(Millis::from_mins(2));
    task
}

#[test]
fn a_task_whose_agent_says_so_has_stopped() {
    for operation in ["SubmitTaskStateChange", "SubmitContainerStateChange"] {
        let mut account = Account::new();
        let task = running(&mut account);
        let said = account.done(operation, json!({ "task": task, "status": "RUNNING" }));
        assert_eq!(said, json!({ "acknowledgment": "ACK" }));
        let report = json!({ "task": task, "status": "STOPPED", "exitCode": 3,
            "containers": [{ "containerName": "a", "exitCode": 3, "status": "STOPPED" }] });
        account.done(operation, report);
        let stopped = account.done("DescribeTasks", json!({ "tasks": [task] }))["tasks"][0].clone();
        assert_eq!(stopped["stopCode"], json!("EssentialContainerExited"), "{operation}");
        assert_eq!(stopped["containers"][0]["exitCode"], json!(3));
        assert_eq!(
            account.refused(operation, json!({ "task": "nobody", "status": "STOPPED" })),
            "InvalidParameterException: The referenced task was not found."
        );
    }
}

#[test]
fn each_container_shows_its_own_end() {
    let mut account = Account::new();
    account.instance(json!({}));
    let container = |name: &str, essential: bool| json!({ "name": name, "image": "b", "memory": 64, "essential": essential });
    let definition = json!({ "family": "two", "containerDefinitions": [container("main", true), container("log", false)] });
    account.done("RegisterTaskDefinition", definition);
    let task = arn(&account.done("RunTask", json!({ "taskDefinition": "two" }))["tasks"][0]["taskArn"]);
    account.wait(Millis::from_mins(2));
    let log = json!({ "task": task, "containerName": "log", "status": "STOPPED", "exitCode": 7 });
    account.done("SubmitContainerStateChange", log);
    let shown = |account: &mut Account| {
        let task = account.done("DescribeTasks", json!({ "tasks": [task] }))["tasks"][0].clone();
        let one =
            |nth: usize| json!([task["containers"][nth]["lastStatus"], task["containers"][nth]["exitCode"]]);
        json!([task["lastStatus"], one(0), one(1)])
    };
    assert_eq!(shown(&mut account), json!(["RUNNING", ["RUNNING", null], ["STOPPED", 7]]));
    let main = json!({ "task": task, "containerName": "main", "status": "STOPPED", "exitCode": 0 });
    account.done("SubmitContainerStateChange", main);
    assert_eq!(shown(&mut account), json!(["STOPPED", ["STOPPED", 0], ["STOPPED", 7]]));
}

#[test]
fn attachments_are_acknowledged_and_an_agent_is_told_where_to_connect() {
    let mut account = Account::new();
    let attachments = json!([{ "attachmentArn": "a", "status": "ATTACHED" }]);
    let said = account.done("SubmitAttachmentStateChanges", json!({ "attachments": attachments }));
    assert_eq!(said, json!({ "acknowledgment": "ACK" }));
    assert_eq!(
        account.refused("SubmitAttachmentStateChanges", json!({ "attachments": [{ "status": "ATTACHED" }] })),
        "InvalidParameterException: AttachmentArn can not be blank."
    );
    let told = account.done("DiscoverPollEndpoint", json!({}));
    assert_eq!(told["endpoint"], json!("http://127.0.0.1:9080/"));
}

#[test]
fn a_command_is_refused_as_by_a_task_that_was_run_without_it() {
    let mut account = Account::new();
    let task = running(&mut account);
    let input = json!({ "task": task, "command": "sh", "interactive": true });
    let said = account.refused("ExecuteCommand", input);
    assert!(said.starts_with("InvalidParameterException: The execute command failed because"), "{said}");
    assert_eq!(
        account.refused("ExecuteCommand", json!({ "task": task, "interactive": true })),
        "InvalidParameterException: Command can not be blank."
    );
}

#[test]
fn only_tasks_of_services_have_protection() {
    let mut account = Account::new();
    let task = running(&mut account);
    let update = json!({ "cluster": "default", "tasks": [task, "nobody"], "protectionEnabled": true });
    for (operation, input) in [
        ("UpdateTaskProtection", update.clone()),
        ("GetTaskProtection", json!({ "cluster": "default", "tasks": [task, "nobody"] })),
    ] {
        let answer = account.done(operation, input);
        assert_eq!(answer["protectedTasks"], json!([]));
        assert_eq!(answer["failures"][0]["reason"], json!("TASK_NOT_VALID"));
        assert_eq!(answer["failures"][1]["reason"], json!("MISSING"));
    }
    let mut blank = update;
    blank["protectionEnabled"] = json!(null);
    assert_eq!(
        account.refused("UpdateTaskProtection", blank),
        "InvalidParameterException: ProtectionEnabled can not be blank."
    );
}
