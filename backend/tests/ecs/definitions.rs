//! Task definitions.

use crate::fixture::{container, refused, register, served};
use aws_sdk_ecs::types::{
    Compatibility, NetworkMode, SortOrder, Tag, TaskDefinitionField, TaskDefinitionStatus,
};

/// ecs.md 1.2, 1.4: revisions grow by one; `family` alone is the latest ACTIVE; what was not given is filled in.
#[test]
fn a_definition_is_shown_as_it_was_registered() {
    served(async |server| {
        let ecs = &server.ecs;
        let tag = Tag::builder().key("k").value("v").build();
        let first = register(ecs, "f").await;
        let call = ecs.register_task_definition().family("f").container_definitions(container());
        let second = call.tags(tag.clone()).send().await.unwrap();
        let second = second.task_definition().unwrap();
        assert!(first.ends_with(":1") && second.revision() == 2);
        let call = ecs.describe_task_definition().task_definition("f").include(TaskDefinitionField::Tags);
        let latest = call.send().await.unwrap();
        assert_eq!(latest.task_definition().unwrap().task_definition_arn(), second.task_definition_arn());
        assert_eq!(latest.tags(), [tag]);
        let shown = ecs.describe_task_definition().task_definition("f:1").send().await.unwrap();
        let shown = shown.task_definition().unwrap();
        assert_eq!(shown.status(), Some(&TaskDefinitionStatus::Active));
        assert_eq!(shown.container_definitions()[0].essential(), Some(true));
    });
}

/// ecs.md 1.12: RunTask says `TaskDefinition is inactive` of one, and `TaskDefinition not found.` of none.
#[test]
fn an_inactive_definition_runs_nothing() {
    served(async |server| {
        let ecs = &server.ecs;
        let arn = register(ecs, "f").await;
        let gone = ecs.deregister_task_definition().task_definition(&arn).send().await.unwrap();
        let gone = gone.task_definition().unwrap();
        assert_eq!(gone.status(), Some(&TaskDefinitionStatus::Inactive));
        assert!(gone.deregistered_at().is_some());
        let error = ecs.run_task().task_definition(&arn).send().await;
        assert_eq!(refused("InvalidParameterException", error), "TaskDefinition is inactive");
        let error = ecs.run_task().task_definition("none").send().await;
        assert_eq!(refused("ClientException", error), "TaskDefinition not found.");
        let error = ecs.describe_task_definition().task_definition("none:1").send().await;
        assert_eq!(refused("ClientException", error), "Unable to describe task definition.");
    });
}

/// ecs.md 2: by family, status and order; families by prefix.
#[test]
fn definitions_are_listed() {
    served(async |server| {
        let ecs = &server.ecs;
        let arns = [register(ecs, "f").await, register(ecs, "f").await];
        let list = || ecs.list_task_definitions().family_prefix("f");
        assert_eq!(list().send().await.unwrap().task_definition_arns(), arns);
        let down = list().sort(SortOrder::Desc).send().await.unwrap();
        assert!(down.task_definition_arns().iter().eq(arns.iter().rev()));
        ecs.deregister_task_definition().task_definition(&arns[0]).send().await.unwrap();
        let inactive = list().status(TaskDefinitionStatus::Inactive).send().await.unwrap();
        assert_eq!(inactive.task_definition_arns(), &arns[..1]);
        let families = ecs.list_task_definition_families().family_prefix("jenkins").send().await.unwrap();
        assert_eq!(families.families(), ["jenkins-agent", "jenkins-agent-fargate"]);
    });
}

/// ecs.md 2: DeleteTaskDefinitions takes INACTIVE ones; another is a failure of the call's answer.
#[test]
fn only_inactive_definitions_are_deleted() {
    served(async |server| {
        let ecs = &server.ecs;
        let (gone, there) = (register(ecs, "gone").await, register(ecs, "there").await);
        ecs.deregister_task_definition().task_definition(&gone).send().await.unwrap();
        let call = ecs.delete_task_definitions().task_definitions(&gone).task_definitions(&there);
        let answer = call.send().await.unwrap();
        assert_eq!(answer.task_definitions()[0].status(), Some(&TaskDefinitionStatus::DeleteInProgress));
        assert_eq!(answer.failures()[0].arn(), Some(there.as_str()));
    });
}

/// ecs.md 1.6: `Fargate requires that 'cpu' be defined at the task level.`; sizes that it has not are refused.
#[test]
fn a_definition_for_fargate_is_checked_when_it_is_registered() {
    served(async |server| {
        let register = || {
            let call = server.ecs.register_task_definition().family("f").container_definitions(container());
            call.requires_compatibilities(Compatibility::Fargate).network_mode(NetworkMode::Awsvpc)
        };
        let error = register().send().await;
        let words = "Fargate requires that 'cpu' be defined at the task level.";
        assert_eq!(refused("ClientException", error), words);
        refused("ClientException", register().cpu("256").memory("4096").send().await);
        let shown = register().cpu("1 vCPU").memory("2GB").send().await.unwrap();
        let shown = shown.task_definition().unwrap();
        assert_eq!((shown.cpu(), shown.memory()), (Some("1024"), Some("2048")));
    });
}
