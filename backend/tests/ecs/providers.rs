//! Capacity providers.

use crate::fixture::{Served, refused, served};
use aws_sdk_ecs::types::{
    AutoScalingGroupProvider, AutoScalingGroupProviderUpdate, CapacityProviderStrategyItem,
    CapacityProviderUpdateStatus, ManagedDraining, ManagedScaling, ManagedScalingStatus,
    ManagedTerminationProtection,
};

fn item(name: &str, base: i32, weight: i32) -> CapacityProviderStrategyItem {
    CapacityProviderStrategyItem::builder().capacity_provider(name).base(base).weight(weight).build().unwrap()
}

/// A cluster `c` with two providers, `on-ec2` and `more`.
async fn cluster_with_two(server: &Served) {
    server.provider("on-ec2").await;
    server.provider("more").await;
    let call = server.ecs.create_cluster().cluster_name("c");
    call.capacity_providers("on-ec2").capacity_providers("more").send().await.unwrap();
}

/// ecs.md 1.7: target 100, steps 1 and 10000, warm-up 300 s; termination protection disabled, draining enabled.
#[test]
fn a_provider_has_defaults() {
    served(async |server| {
        server.provider("on-ec2").await;
        let found =
            server.ecs.describe_capacity_providers().capacity_providers("on-ec2").send().await.unwrap();
        let group = found.capacity_providers()[0].auto_scaling_group_provider().unwrap();
        let scaling = ManagedScaling::builder()
            .status(ManagedScalingStatus::Enabled)
            .target_capacity(100)
            .minimum_scaling_step_size(1)
            .maximum_scaling_step_size(10_000)
            .instance_warmup_period(300)
            .build();
        assert_eq!(group.managed_scaling(), Some(&scaling));
        assert_eq!(group.managed_termination_protection(), Some(&ManagedTerminationProtection::Disabled));
        assert_eq!(group.managed_draining(), Some(&ManagedDraining::Enabled));
        let nowhere = AutoScalingGroupProvider::builder().auto_scaling_group_arn("arn:none").build().unwrap();
        let call = server.ecs.create_capacity_provider().name("other").auto_scaling_group_provider(nowhere);
        refused("ClientException", call.send().await);
    });
}

/// ecs.md 1.7, 2: FARGATE and FARGATE_SPOT are always there; an unknown name is MISSING; changes are shown.
#[test]
fn providers_are_described_changed_and_deleted() {
    served(async |server| {
        server.provider("on-ec2").await;
        let ecs = &server.ecs;
        let all = ecs.describe_capacity_providers().send().await.unwrap();
        let mut names: Vec<_> = all.capacity_providers().iter().filter_map(|p| p.name()).collect();
        names.sort_unstable();
        assert_eq!(names, ["FARGATE", "FARGATE_SPOT", "on-ec2"]);
        let none = ecs.describe_capacity_providers().capacity_providers("none").send().await.unwrap();
        assert_eq!(none.failures()[0].reason(), Some("MISSING"));
        let scaling =
            ManagedScaling::builder().status(ManagedScalingStatus::Enabled).target_capacity(80).build();
        let change = AutoScalingGroupProviderUpdate::builder().managed_scaling(scaling).build();
        let call = ecs.update_capacity_provider().name("on-ec2").auto_scaling_group_provider(change);
        let changed = call.send().await.unwrap();
        let group = changed.capacity_provider().unwrap().auto_scaling_group_provider().unwrap();
        assert_eq!(group.managed_scaling().unwrap().target_capacity(), Some(80));
        let deleted = ecs.delete_capacity_provider().capacity_provider("on-ec2").send().await.unwrap();
        let status = deleted.capacity_provider().unwrap().update_status();
        assert_eq!(status, Some(&CapacityProviderUpdateStatus::DeleteComplete));
    });
}

/// ecs.md 1.7: base first, then the ratio of the weights, within one call.
#[test]
fn a_strategy_splits_a_call() {
    served(async |server| {
        cluster_with_two(&server).await;
        let ecs = &server.ecs;
        let call = ecs.run_task().cluster("c").task_definition("jenkins-agent").count(10);
        let call = call.capacity_provider_strategy(item("on-ec2", 1, 1));
        let answer = call.capacity_provider_strategy(item("more", 0, 2)).send().await.unwrap();
        let on = |name| answer.tasks().iter().filter(|t| t.capacity_provider_name() == Some(name)).count();
        assert_eq!((on("on-ec2"), on("more")), (4, 6));
    });
}

/// ecs.md 1.7, 1.12: a provider with tasks cannot leave its cluster: ResourceInUseException.
#[test]
fn a_provider_in_use_stays() {
    served(async |server| {
        server.provider("on-ec2").await;
        let ecs = &server.ecs;
        ecs.create_cluster().cluster_name("c").capacity_providers("on-ec2").send().await.unwrap();
        let call = ecs.run_task().cluster("c").task_definition("jenkins-agent");
        call.capacity_provider_strategy(item("on-ec2", 0, 1)).send().await.unwrap();
        let put = || {
            let call =
                ecs.put_cluster_capacity_providers().cluster("c").set_capacity_providers(Some(Vec::new()));
            call.set_default_capacity_provider_strategy(Some(Vec::new()))
        };
        refused("ResourceInUseException", put().send().await);
        let kept = put().capacity_providers("on-ec2").capacity_providers("FARGATE").send().await.unwrap();
        let mut names = kept.cluster().unwrap().capacity_providers().to_vec();
        names.sort_unstable();
        assert_eq!(names, ["FARGATE", "on-ec2"]);
    });
}

/// ecs.md 1.7: Fargate and groups do not mix, not all weights are 0, and only providers of the cluster are taken.
#[test]
fn strategies_are_checked() {
    served(async |server| {
        cluster_with_two(&server).await;
        let ecs = &server.ecs;
        let table = [
            ("c", vec![item("on-ec2", 0, 1), item("FARGATE", 0, 1)]),
            ("c", vec![item("on-ec2", 0, 0), item("more", 0, 0)]),
            ("c", vec![item("on-ec2", 1, 1), item("more", 1, 1)]),
            ("default", vec![item("on-ec2", 0, 1)]),
        ];
        for (cluster, strategy) in table {
            let call = ecs.run_task().cluster(cluster).task_definition("jenkins-agent");
            let reply = call.set_capacity_provider_strategy(Some(strategy)).send().await;
            refused("InvalidParameterException", reply);
        }
    });
}
