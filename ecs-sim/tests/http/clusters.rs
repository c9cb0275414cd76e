//! Clusters.

use crate::{Account, arn};
use serde_json::json;

#[test]
fn a_cluster_is_created_once_described_and_deleted() {
    let mut account = Account::new();
    let input = json!({ "clusterName": "ci", "settings": [{ "name": "containerInsights", "value": "enhanced" }],
        "tags": [{ "key": "team", "value": "a" }], "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
        "defaultCapacityProviderStrategy": [{ "capacityProvider": "FARGATE", "weight": 1 }] });
    let made = account.done("CreateCluster", input.clone())["cluster"].clone();
    assert_eq!(made["clusterArn"], json!("arn:aws:ecs:us-east-1:123456789012:cluster/ci"));
    assert_eq!(made["capacityProviders"], json!(["FARGATE", "FARGATE_SPOT"]));
    assert_eq!(account.done("CreateCluster", input)["cluster"]["clusterArn"], made["clusterArn"]);
    assert_eq!(account.done("ListClusters", json!({}))["clusterArns"].as_array().unwrap().len(), 2);

    let bare = account.done("DescribeClusters", json!({ "clusters": ["ci", "no"] }));
    assert_eq!((&bare["clusters"][0]["settings"], &bare["clusters"][0]["tags"]), (&json!([]), &json!([])));
    assert_eq!(
        bare["failures"],
        json!([{ "arn": "arn:aws:ecs:us-east-1:123456789012:cluster/no", "reason": "MISSING" }])
    );
    let include = json!({ "clusters": ["ci"], "include": ["SETTINGS", "TAGS", "STATISTICS"] });
    let full = account.done("DescribeClusters", include)["clusters"][0].clone();
    assert_eq!(full["settings"], json!([{ "name": "containerInsights", "value": "enhanced" }]));
    assert_eq!(full["tags"], json!([{ "key": "team", "value": "a" }]));
    assert_eq!(full["statistics"].as_array().unwrap().len(), 8);

    let deleted = account.done("DeleteCluster", json!({ "cluster": "ci" }));
    assert_eq!(deleted["cluster"]["status"], json!("INACTIVE"));
    assert_eq!(
        account.refused("DeleteCluster", json!({ "cluster": "ci" })),
        "ClusterNotFoundException: The referenced cluster was inactive."
    );
}

#[test]
fn a_cluster_with_instances_or_tasks_is_not_deleted() {
    let mut account = Account::new();
    let instance = account.instance(json!({}));
    assert_eq!(
        account.refused("DeleteCluster", json!({ "cluster": "default" })),
        "ClusterContainsContainerInstancesException: The Cluster cannot be deleted while Container Instances are \
         active or draining."
    );
    account.definition("a");
    account.done("RunTask", json!({ "taskDefinition": "a" }));
    assert!(
        account
            .refused("DeleteCluster", json!({ "cluster": "default" }))
            .starts_with("ClusterContainsTasksException")
    );
    account.done("DeregisterContainerInstance", json!({ "containerInstance": instance, "force": true }));
    account.done("DeleteCluster", json!({ "cluster": "default" }));
}

#[test]
fn settings_of_a_cluster_change() {
    let mut account = Account::new();
    let settings = json!([{ "name": "containerInsights", "value": "enabled" }]);
    let input = json!({ "cluster": "default", "settings": settings });
    assert_eq!(account.done("UpdateClusterSettings", input.clone())["cluster"]["settings"], settings);
    let connect = json!({ "cluster": "default", "serviceConnectDefaults": { "namespace": "n" },
        "configuration": { "executeCommandConfiguration": { "logging": "NONE" } } });
    let updated = account.done("UpdateCluster", connect)["cluster"].clone();
    assert_eq!(updated["serviceConnectDefaults"], json!({ "namespace": "n" }));
    assert_eq!(updated["configuration"], json!({ "executeCommandConfiguration": { "logging": "NONE" } }));
    assert_eq!(updated["settings"], settings, "what is not named stays");

    let bad = json!({ "cluster": "default", "settings": [{ "name": "containerInsights", "value": "on" }] });
    assert_eq!(
        account.refused("UpdateClusterSettings", bad),
        "InvalidParameterException: Invalid setting 'value'"
    );
    assert_eq!(
        account.refused("UpdateCluster", json!({})),
        "InvalidParameterException: Cluster can not be blank."
    );
}

#[test]
fn capacity_providers_are_put_as_a_whole() {
    let mut account = Account::new();
    let put = |providers: &[&str], strategy| {
        json!({ "cluster": "default", "capacityProviders": providers,
        "defaultCapacityProviderStrategy": strategy })
    };
    let both = put(&["FARGATE_SPOT"], json!([{ "capacityProvider": "FARGATE_SPOT", "base": 1 }]));
    let cluster = account.done("PutClusterCapacityProviders", both)["cluster"].clone();
    assert_eq!(cluster["capacityProviders"], json!(["FARGATE_SPOT"]));
    assert_eq!(
        cluster["defaultCapacityProviderStrategy"],
        json!([{ "capacityProvider": "FARGATE_SPOT", "weight": 0, "base": 1 }])
    );
    let none = account.done("PutClusterCapacityProviders", put(&[], json!([])));
    assert_eq!(none["cluster"]["capacityProviders"], json!([]));
    assert_eq!(
        account
            .refused("PutClusterCapacityProviders", json!({ "cluster": "default", "capacityProviders": [] })),
        "InvalidParameterException: DefaultCapacityProviderStrategy cannot be empty."
    );
    assert!(
        account
            .refused("PutClusterCapacityProviders", put(&["nobody"], json!([])))
            .starts_with("ClientException: The specified capacity provider was not found.")
    );
    let heavy = put(&["FARGATE"], json!([{ "capacityProvider": "FARGATE", "weight": 1001 }]));
    assert_eq!(
        account.refused("PutClusterCapacityProviders", heavy),
        "InvalidParameterException: 1 validation error detected: Value '1001' at \
         'defaultCapacityProviderStrategy.1.member.weight' failed to satisfy constraint: Member must have value greater \
         than or equal to 0 and value less than or equal to 1000"
    );
    assert_eq!(arn(&cluster["clusterName"]), "default");
}
