//! Tags, account settings, task protection, commands.

use crate::fixture::{instances, refused, register, run, served, started};
use aws_sdk_ecs::types::{SettingName, Tag};

/// ecs.md 1.2, 2: tags are put, listed and removed by ARN; an equal key is replaced.
#[test]
fn every_taggable_resource_takes_tags() {
    served(async |server| {
        server.provider("on-ec2").await;
        let ecs = &server.ecs;
        let clusters = ecs.describe_clusters().send().await.unwrap();
        let providers = ecs.describe_capacity_providers().capacity_providers("on-ec2").send().await.unwrap();
        let arns = [
            run(ecs).await.task_arn().unwrap().to_owned(),
            register(ecs, "f").await,
            instances(ecs).await[0].clone(),
            clusters.clusters()[0].cluster_arn().unwrap().to_owned(),
            providers.capacity_providers()[0].capacity_provider_arn().unwrap().to_owned(),
        ];
        let tag = |key: &str, value: &str| Tag::builder().key(key).value(value).build();
        for arn in &arns {
            let put = || ecs.tag_resource().resource_arn(arn);
            put().tags(tag("a", "1")).tags(tag("b", "2")).send().await.unwrap();
            put().tags(tag("a", "3")).send().await.unwrap();
            ecs.untag_resource().resource_arn(arn).tag_keys("b").send().await.unwrap();
            let left = ecs.list_tags_for_resource().resource_arn(arn).send().await.unwrap();
            assert_eq!(left.tags(), [tag("a", "3")], "{arn}");
        }
        let unknown = format!("arn:aws:ecs:us-east-1:123456789012:task/default/{}", "0".repeat(32));
        let reply = ecs.list_tags_for_resource().resource_arn(unknown).send().await;
        refused("ResourceNotFoundException", reply);
        refused(
            "InvalidParameterException",
            ecs.tag_resource().resource_arn(&arns[0]).tags(tag("aws:k", "v")).send().await,
        );
    });
}

/// ecs.md 1.4, 2: awsvpcTrunking can be set for one and for all; deleting brings back the default.
#[test]
fn account_settings_are_set_listed_and_deleted() {
    served(async |server| {
        let ecs = &server.ecs;
        let name = SettingName::AwsvpcTrunking;
        let set = ecs.put_account_setting().name(name.clone()).value("enabled").send().await.unwrap();
        assert_eq!(set.setting().unwrap().value(), Some("enabled"));
        ecs.delete_account_setting().name(name.clone()).send().await.unwrap();
        let call = ecs.list_account_settings().name(name.clone()).effective_settings(true);
        assert_eq!(call.send().await.unwrap().settings()[0].value(), Some("disabled"));
        let set = ecs.put_account_setting_default().name(name.clone()).value("enabled").send().await.unwrap();
        assert_eq!(set.setting().unwrap().value(), Some("enabled"));
        refused(
            "InvalidParameterException",
            ecs.put_account_setting().name(name).value("perhaps").send().await,
        );
    });
}

/// ecs.md 2: task protection is for tasks of services: others are failures, and so are unknown ones.
#[test]
fn standalone_tasks_have_no_protection() {
    served(async |server| {
        let ecs = &server.ecs;
        let arn = run(ecs).await.task_arn().unwrap().to_owned();
        let call = ecs.get_task_protection().cluster("default").tasks(&arn).tasks("0".repeat(32));
        let answer = call.send().await.unwrap();
        let reasons: Vec<_> = answer.failures().iter().filter_map(|failed| failed.reason()).collect();
        assert_eq!((answer.protected_tasks().len(), reasons), (0, vec!["TASK_NOT_VALID", "MISSING"]));
        let call = ecs.update_task_protection().cluster("default").tasks(&arn).protection_enabled(true);
        assert_eq!(call.send().await.unwrap().failures()[0].reason(), Some("TASK_NOT_VALID"));
    });
}

/// ecs.md 2: ExecuteCommand is refused where the task was run without it; with it, the simulator has no shell.
#[test]
fn a_command_takes_a_task_that_allows_it() {
    served(async |server| {
        let ecs = &server.ecs;
        let plain = run(ecs).await;
        let ready =
            started(ecs.run_task().task_definition("jenkins-agent").enable_execute_command(true)).await;
        server.advance(600).await;
        for (made, code) in [(plain, "InvalidParameterException"), (ready, "UnsupportedFeatureException")] {
            let call = ecs.execute_command().task(made.task_arn().unwrap()).command("sh").interactive(true);
            refused(code, call.send().await);
        }
    });
}
