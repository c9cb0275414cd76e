"""Tags, account settings, task protection, commands."""

from ecs_calls import group, instances, provider, register, run


def test_every_taggable_resource_takes_tags(server, ecs):
    """ecs.md 1.2, 2: tags are put, listed and removed by ARN; an equal key is replaced."""
    arns = [
        run(ecs)["taskArn"],
        register(ecs, "f"),
        instances(ecs)[0],
        ecs.describe_clusters()["clusters"][0]["clusterArn"],
        provider(ecs, group(server))["capacityProviderArn"],
    ]
    for arn in arns:
        ecs.tag_resource(resourceArn=arn, tags=[{"key": "a", "value": "1"}, {"key": "b", "value": "2"}])
        ecs.tag_resource(resourceArn=arn, tags=[{"key": "a", "value": "3"}])
        ecs.untag_resource(resourceArn=arn, tagKeys=["b"])
        assert ecs.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "a", "value": "3"}], arn


def test_what_is_not_there_has_no_tags(ecs, refused):
    """ecs.md 1.12: an unknown resource is a ResourceNotFoundException, what is no ARN an InvalidParameterException."""
    arn = "arn:aws:ecs:us-east-1:123456789012:task/default/" + "0" * 32
    refused("ResourceNotFoundException", ecs.list_tags_for_resource, resourceArn=arn)
    refused("InvalidParameterException", ecs.list_tags_for_resource, resourceArn="nothing")


def test_tags_have_bounds(ecs, refused):
    """ecs.md 1.2: at most 50, and no key that begins with `aws:`."""
    arn = run(ecs)["taskArn"]
    many = [{"key": f"k{n}", "value": "v"} for n in range(51)]
    for tags in (many, [{"key": "aws:k", "value": "v"}]):
        refused("InvalidParameterException", ecs.tag_resource, resourceArn=arn, tags=tags)


def test_account_settings_are_set_listed_and_deleted(ecs, refused):
    """ecs.md 1.4, 2: awsvpcTrunking can be set for one and for all; deleting brings back the default."""
    name = "awsvpcTrunking"
    assert ecs.put_account_setting(name=name, value="enabled")["setting"]["value"] == "enabled"
    assert [s["value"] for s in ecs.list_account_settings(name=name)["settings"]] == ["enabled"]
    ecs.delete_account_setting(name=name)
    effective = ecs.list_account_settings(name=name, effectiveSettings=True)["settings"]
    assert [s["value"] for s in effective] == ["disabled"]
    assert ecs.put_account_setting_default(name=name, value="enabled")["setting"]["value"] == "enabled"
    refused("InvalidParameterException", ecs.put_account_setting, name=name, value="perhaps")
    ecs.delete_account_setting(name=name)


def test_trunking_makes_room_for_more_tasks(server, ecs):
    """ecs.md 1.4, 1.5: with awsvpcTrunking a new m5.large takes ten awsvpc tasks instead of two."""
    ecs.put_account_setting_default(name="awsvpcTrunking", value="enabled")
    ecs.create_cluster(clusterName="trunked")
    server.sim("POST", "/_sim/instances", {"cluster": "trunked", "instanceType": "m5.large", "count": 1})
    own = register(ecs, "own", networkMode="awsvpc")
    network = {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}
    start = lambda count: ecs.run_task(cluster="trunked", taskDefinition=own, count=count, networkConfiguration=network)
    assert len(start(10)["tasks"]) == 10
    assert [failure["reason"] for failure in start(1)["failures"]] == ["RESOURCE:ENI"]


def test_standalone_tasks_have_no_protection(ecs):
    """ecs.md 2: task protection is for tasks of services: others are failures, and so are unknown ones."""
    arn = run(ecs)["taskArn"]
    for answer in (
        ecs.get_task_protection(cluster="default", tasks=[arn, "0" * 32]),
        ecs.update_task_protection(cluster="default", tasks=[arn, "0" * 32], protectionEnabled=True),
    ):
        assert answer["protectedTasks"] == []
        assert [failure["reason"] for failure in answer["failures"]] == ["TASK_NOT_VALID", "MISSING"]


def test_a_command_takes_a_task_that_allows_it(server, ecs, refused):
    """ecs.md 2: ExecuteCommand is refused where the task was run without it; with it, the simulator has no shell."""
    how = {"command": "sh", "interactive": True}
    plain, ready = run(ecs)["taskArn"], run(ecs, enableExecuteCommand=True)["taskArn"]
    server.advance(600)
    refused("InvalidParameterException", ecs.execute_command, task=plain, **how)
    refused("UnsupportedFeatureException", ecs.execute_command, task=ready, **how)
