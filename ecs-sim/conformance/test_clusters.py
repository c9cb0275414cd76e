"""Clusters and capacity providers."""

from ecs_calls import group, instances, provider, run


def test_a_cluster_is_made_shown_and_deleted(ecs):
    """ecs.md 2, 1.12: a deleted cluster is INACTIVE; describing it by name gives MISSING, not an error."""
    made = ecs.create_cluster(clusterName="c", tags=[{"key": "k", "value": "v"}])["cluster"]
    assert (made["status"], made["runningTasksCount"], made["registeredContainerInstancesCount"]) == ("ACTIVE", 0, 0)
    assert ecs.create_cluster(clusterName="c")["cluster"]["clusterArn"] == made["clusterArn"]
    assert set(ecs.list_clusters()["clusterArns"]) >= {made["clusterArn"]}
    assert ecs.describe_clusters(clusters=["c"])["clusters"][0]["tags"] == []
    assert ecs.describe_clusters(clusters=["c"], include=["TAGS"])["clusters"][0]["tags"] == [{"key": "k", "value": "v"}]
    assert ecs.delete_cluster(cluster="c")["cluster"]["status"] == "INACTIVE"
    assert ecs.describe_clusters(clusters=["never"])["failures"][0]["reason"] == "MISSING"


def test_describe_clusters_means_the_default_one(server, ecs):
    """ecs.md 1.2: where no cluster is named `default` is meant; it counts its tasks by state."""
    run(ecs)
    cluster = ecs.describe_clusters()["clusters"][0]
    assert (cluster["clusterName"], cluster["pendingTasksCount"], cluster["runningTasksCount"]) == ("default", 1, 0)
    server.advance(600)
    cluster = ecs.describe_clusters(include=["STATISTICS"])["clusters"][0]
    assert (cluster["pendingTasksCount"], cluster["runningTasksCount"]) == (0, 1)
    assert {"name": "runningEC2TasksCount", "value": "1"} in cluster["statistics"]


def test_settings_of_clusters_change(ecs):
    """ecs.md 2: UpdateCluster and UpdateClusterSettings set containerInsights."""
    setting = lambda value: [{"name": "containerInsights", "value": value}]
    assert ecs.update_cluster(cluster="default", settings=setting("enabled"))["cluster"]["settings"] == setting("enabled")
    answer = ecs.update_cluster_settings(cluster="default", settings=setting("disabled"))
    assert answer["cluster"]["settings"] == setting("disabled")


def test_a_cluster_in_use_is_not_deleted(ecs, refused):
    """ecs.md 1.12: a cluster with tasks or instances is refused, each by an exception of its own."""
    arn = run(ecs)["taskArn"]
    refused("ClusterContainsTasksException", ecs.delete_cluster, cluster="default")
    ecs.stop_task(task=arn)
    for instance in instances(ecs):
        ecs.deregister_container_instance(containerInstance=instance, force=True)
    ecs.delete_cluster(cluster="default")


def test_a_cluster_with_instances_is_not_deleted(ecs, refused):
    """ecs.md 1.12: ClusterContainsContainerInstancesException while there are some."""
    refused("ClusterContainsContainerInstancesException", ecs.delete_cluster, cluster="default")


def test_an_unknown_cluster_is_not_found(ecs, refused):
    """ecs.md 1.12: `Cluster not found.`, whatever is asked of it."""
    calls = [
        (ecs.run_task, {"taskDefinition": "jenkins-agent"}),
        (ecs.list_tasks, {}),
        (ecs.describe_tasks, {"tasks": ["0" * 32]}),
        (ecs.list_container_instances, {}),
        (ecs.delete_cluster, {}),
    ]
    for call, arguments in calls:
        error = refused("ClusterNotFoundException", call, cluster="none", **arguments)
        assert error["Error"]["Message"] == "Cluster not found."


def test_capacity_providers_have_defaults(server, ecs, refused):
    """ecs.md 1.7: managed scaling is disabled unless given; target 100, steps 1 and 10000, warm-up 300 s."""
    arn = group(server)
    made = provider(ecs, arn, managedScaling={"status": "ENABLED"})["autoScalingGroupProvider"]
    assert made["managedScaling"] == {
        "status": "ENABLED",
        "targetCapacity": 100,
        "minimumScalingStepSize": 1,
        "maximumScalingStepSize": 10000,
        "instanceWarmupPeriod": 300,
    }
    assert (made["managedTerminationProtection"], made["managedDraining"]) == ("DISABLED", "ENABLED")
    refused(
        "ClientException",
        ecs.create_capacity_provider,
        name="other",
        autoScalingGroupProvider={"autoScalingGroupArn": arn + "x"},
    )


def test_capacity_providers_are_described_changed_and_deleted(server, ecs):
    """ecs.md 1.7, 2: FARGATE and FARGATE_SPOT are always there; an unknown name is MISSING; changes are shown."""
    provider(ecs, group(server))
    names = {p["name"] for p in ecs.describe_capacity_providers()["capacityProviders"]}
    assert names == {"FARGATE", "FARGATE_SPOT", "on-ec2"}
    assert ecs.describe_capacity_providers(capacityProviders=["none"])["failures"][0]["reason"] == "MISSING"
    changed = ecs.update_capacity_provider(
        name="on-ec2",
        autoScalingGroupProvider={"managedScaling": {"status": "ENABLED", "targetCapacity": 80}},
    )["capacityProvider"]
    assert changed["autoScalingGroupProvider"]["managedScaling"]["targetCapacity"] == 80
    deleted = ecs.delete_capacity_provider(capacityProvider="on-ec2")["capacityProvider"]
    assert deleted["updateStatus"] == "DELETE_COMPLETE"


def test_a_capacity_provider_in_use_stays(server, ecs, refused):
    """ecs.md 1.7, 1.12: a provider with tasks cannot leave its cluster: ResourceInUseException."""
    provider(ecs, group(server))
    ecs.create_cluster(clusterName="c", capacityProviders=["on-ec2"])
    run(ecs, cluster="c", capacityProviderStrategy=[{"capacityProvider": "on-ec2", "weight": 1}])
    refused(
        "ResourceInUseException",
        ecs.put_cluster_capacity_providers,
        cluster="c",
        capacityProviders=[],
        defaultCapacityProviderStrategy=[],
    )


def test_strategies_are_checked(server, ecs, refused):
    """ecs.md 1.7: one base, no mixing of Fargate and groups, not all weights 0, and only providers of the cluster."""
    provider(ecs, group(server))
    provider(ecs, group(server, "more"), name="more")
    item = lambda name, **rest: {"capacityProvider": name, **rest}
    ecs.create_cluster(clusterName="c", capacityProviders=["on-ec2", "more"])
    table = [
        ("c", [item("on-ec2", base=1, weight=1), item("more", base=1, weight=1)]),
        ("c", [item("on-ec2", weight=1), item("FARGATE", weight=1)]),
        ("c", [item("on-ec2"), item("more")]),
        ("default", [item("on-ec2", weight=1)]),
    ]
    for cluster, strategy in table:
        refused(
            "InvalidParameterException",
            ecs.run_task,
            cluster=cluster,
            taskDefinition="jenkins-agent",
            capacityProviderStrategy=strategy,
        )


def test_a_strategy_splits_a_call(server, ecs):
    """ecs.md 1.7: base first, then the ratio of the weights, within one call."""
    provider(ecs, group(server))
    provider(ecs, group(server, "more"), name="more")
    ecs.create_cluster(clusterName="c", capacityProviders=["on-ec2", "more"])
    strategy = [
        {"capacityProvider": "on-ec2", "base": 1, "weight": 1},
        {"capacityProvider": "more", "weight": 2},
    ]
    answer = ecs.run_task(cluster="c", taskDefinition="jenkins-agent", count=10, capacityProviderStrategy=strategy)
    names = [t["capacityProviderName"] for t in answer["tasks"]]
    assert (names.count("on-ec2"), names.count("more")) == (4, 6)


def test_regions_are_told_by_the_credential_scope(server, ecs):
    """ecs.md 2: the region is that of the signature's scope; each is an account of its own."""
    there = server.client(region="eu-west-1")
    there.create_cluster(clusterName="far")
    arns = [f"arn:aws:ecs:eu-west-1:123456789012:cluster/{name}" for name in ("default", "far")]
    assert there.list_clusters()["clusterArns"] == arns
    assert [task["lastStatus"] for task in there.run_task(taskDefinition="jenkins-agent")["tasks"]] == ["PENDING"]
    assert ecs.list_clusters()["clusterArns"] == ["arn:aws:ecs:us-east-1:123456789012:cluster/default"]
