"""Task definitions."""

from ecs_calls import NETWORK, register, run


def test_a_definition_is_shown_as_it_was_registered(ecs):
    """ecs.md 1.2, 1.4: revisions grow by one; `family` alone is the latest ACTIVE; what was not given is filled in."""
    first = register(ecs, "f", container={"environment": [{"name": "K", "value": "v"}]})
    second = register(ecs, "f", tags=[{"key": "k", "value": "v"}])
    assert (first.rsplit(":", 1)[1], second.rsplit(":", 1)[1]) == ("1", "2")
    latest = ecs.describe_task_definition(taskDefinition="f", include=["TAGS"])
    assert latest["taskDefinition"]["taskDefinitionArn"] == second
    assert latest["tags"] == [{"key": "k", "value": "v"}]
    shown = ecs.describe_task_definition(taskDefinition="f:1")["taskDefinition"]
    container = shown["containerDefinitions"][0]
    assert (shown["status"], shown["revision"]) == ("ACTIVE", 1)
    assert container["environment"] == [{"name": "K", "value": "v"}]
    assert (container["essential"], container["portMappings"]) == (True, [])


def test_an_inactive_definition_runs_nothing(ecs, refused):
    """ecs.md 1.12: RunTask says `TaskDefinition is inactive` of one, and `TaskDefinition not found.` of none."""
    arn = register(ecs, "f")
    inactive = ecs.deregister_task_definition(taskDefinition=arn)["taskDefinition"]
    assert inactive["status"] == "INACTIVE" and "deregisteredAt" in inactive
    error = refused("InvalidParameterException", ecs.run_task, taskDefinition=arn)
    assert error["Error"]["Message"] == "TaskDefinition is inactive"
    error = refused("ClientException", ecs.run_task, taskDefinition="none")
    assert error["Error"]["Message"] == "TaskDefinition not found."


def test_an_unknown_definition_cannot_be_described(ecs, refused):
    """ecs.md 1.12: DescribeTaskDefinition says `Unable to describe task definition.`"""
    error = refused("ClientException", ecs.describe_task_definition, taskDefinition="none:1")
    assert error["Error"]["Message"] == "Unable to describe task definition."


def test_definitions_are_listed(ecs):
    """ecs.md 2: by family, status and order; families by prefix."""
    arns = [register(ecs, "f") for _ in range(3)]
    assert ecs.list_task_definitions(familyPrefix="f")["taskDefinitionArns"] == arns
    assert ecs.list_task_definitions(familyPrefix="f", sort="DESC")["taskDefinitionArns"] == arns[::-1]
    ecs.deregister_task_definition(taskDefinition=arns[0])
    assert ecs.list_task_definitions(familyPrefix="f")["taskDefinitionArns"] == arns[1:]
    assert ecs.list_task_definitions(familyPrefix="f", status="INACTIVE")["taskDefinitionArns"] == arns[:1]
    families = ecs.list_task_definition_families(familyPrefix="jenkins")["families"]
    assert families == ["jenkins-agent", "jenkins-agent-fargate"]


def test_only_inactive_definitions_are_deleted(ecs):
    """ecs.md 2: DeleteTaskDefinitions takes INACTIVE ones; another is a failure of the call's answer."""
    gone, there = register(ecs, "gone"), register(ecs, "there")
    ecs.deregister_task_definition(taskDefinition=gone)
    answer = ecs.delete_task_definitions(taskDefinitions=[gone, there])
    assert [(d["taskDefinitionArn"], d["status"]) for d in answer["taskDefinitions"]] == [(gone, "DELETE_IN_PROGRESS")]
    assert [failure["arn"] for failure in answer["failures"]] == [there]


def test_a_definition_for_fargate_is_checked_when_it_is_registered(ecs, refused):
    """ecs.md 1.6: `Fargate requires that 'cpu' be defined at the task level.`"""
    error = refused(
        "ClientException",
        ecs.register_task_definition,
        family="f",
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        containerDefinitions=[{"name": "c", "image": "busybox"}],
    )
    assert error["Error"]["Message"] == "Fargate requires that 'cpu' be defined at the task level."


def test_sizes_have_two_spellings(ecs):
    """ecs.md 1.6: `1 vCPU` and `2GB` are stored as whole numbers in strings."""
    register(ecs, "f", cpu="1 vCPU", memory="2GB", networkMode="awsvpc")
    shown = ecs.describe_task_definition(taskDefinition="f")["taskDefinition"]
    assert (shown["cpu"], shown["memory"]) == ("1024", "2048")
    started = run(ecs, taskDefinition="f", networkConfiguration=NETWORK, launchType="FARGATE")
    assert (started["cpu"], started["memory"]) == ("1024", "2048")


def test_a_definition_has_at_most_ten_containers(ecs, refused):
    """ecs.md 1.9: ten containers a definition; none is refused as well."""
    for count in (0, 11):
        containers = [{"name": f"c{n}", "image": "busybox", "memory": 4} for n in range(count)]
        refused("ClientException", ecs.register_task_definition, family="f", containerDefinitions=containers)
