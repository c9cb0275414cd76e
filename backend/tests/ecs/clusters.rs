//! Clusters.

use crate::fixture::{client, instances, refused, run, served};
use aws_sdk_ecs::types::{ClusterField, ClusterSetting, ClusterSettingName, Tag};

fn insights(value: &str) -> ClusterSetting {
    ClusterSetting::builder().name(ClusterSettingName::ContainerInsights).value(value).build()
}

/// ecs.md 2, 1.12: a deleted cluster is INACTIVE; describing it by name gives MISSING, not an error.
#[test]
fn a_cluster_is_made_shown_and_deleted() {
    served(async |server| {
        let ecs = &server.ecs;
        let tag = Tag::builder().key("k").value("v").build();
        let made = ecs.create_cluster().cluster_name("c").tags(tag.clone()).send().await.unwrap();
        let made = made.cluster().unwrap();
        assert_eq!((made.status(), made.running_tasks_count()), (Some("ACTIVE"), 0));
        let listed = ecs.list_clusters().send().await.unwrap();
        assert!(listed.cluster_arns().iter().any(|arn| Some(arn.as_str()) == made.cluster_arn()));
        let plain = ecs.describe_clusters().clusters("c").send().await.unwrap();
        assert_eq!(plain.clusters()[0].tags(), []);
        let tagged = ecs.describe_clusters().clusters("c").include(ClusterField::Tags).send().await.unwrap();
        assert_eq!(tagged.clusters()[0].tags(), [tag]);
        let deleted = ecs.delete_cluster().cluster("c").send().await.unwrap();
        assert_eq!(deleted.cluster().unwrap().status(), Some("INACTIVE"));
        let never = ecs.describe_clusters().clusters("never").send().await.unwrap();
        assert_eq!(never.failures()[0].reason(), Some("MISSING"));
    });
}

/// ecs.md 2: UpdateCluster and UpdateClusterSettings set containerInsights.
#[test]
fn settings_of_clusters_change() {
    served(async |server| {
        let changed =
            server.ecs.update_cluster().cluster("default").settings(insights("enabled")).send().await;
        assert_eq!(changed.unwrap().cluster().unwrap().settings(), [insights("enabled")]);
        let call = server.ecs.update_cluster_settings().cluster("default").settings(insights("disabled"));
        let changed = call.send().await.unwrap();
        assert_eq!(changed.cluster().unwrap().settings(), [insights("disabled")]);
    });
}

/// ecs.md 1.12: a cluster with tasks or instances is refused, each by an exception of its own.
#[test]
fn a_cluster_in_use_is_not_deleted() {
    served(async |server| {
        let ecs = &server.ecs;
        let error = ecs.delete_cluster().cluster("default").send().await;
        refused("ClusterContainsContainerInstancesException", error);
        let started = run(ecs).await;
        refused("ClusterContainsTasksException", ecs.delete_cluster().cluster("default").send().await);
        ecs.stop_task().task(started.task_arn().unwrap()).send().await.unwrap();
        for instance in instances(ecs).await {
            let call = ecs.deregister_container_instance().container_instance(instance).force(true);
            call.send().await.unwrap();
        }
        ecs.delete_cluster().cluster("default").send().await.unwrap();
    });
}

/// ecs.md 1.12: `Cluster not found.`, whatever is asked of it.
#[test]
fn an_unknown_cluster_is_not_found() {
    served(async |server| {
        let ecs = &server.ecs;
        let words = [
            refused("ClusterNotFoundException", ecs.list_tasks().cluster("none").send().await),
            refused("ClusterNotFoundException", ecs.list_container_instances().cluster("none").send().await),
            refused("ClusterNotFoundException", ecs.describe_tasks().cluster("none").tasks("0").send().await),
            refused(
                "ClusterNotFoundException",
                ecs.run_task().cluster("none").task_definition("jenkins-agent").send().await,
            ),
        ];
        assert_eq!(words, ["Cluster not found."; 4]);
    });
}

/// ecs.md 2: the region is that of the signature's scope; each is an account of its own.
#[test]
fn the_region_is_that_of_the_signature() {
    served(async |server| {
        let there = client(server.address, "eu-west-1");
        there.create_cluster().cluster_name("far").send().await.unwrap();
        let far = there.list_clusters().send().await.unwrap();
        let of = |region, name| format!("arn:aws:ecs:{region}:123456789012:cluster/{name}");
        assert_eq!(far.cluster_arns(), [of("eu-west-1", "default"), of("eu-west-1", "far")]);
        let here = server.ecs.list_clusters().send().await.unwrap();
        assert_eq!(here.cluster_arns(), [of("us-east-1", "default")]);
    });
}
