"""Container instances, their attributes, and what their agents report."""

import json

from ecs_calls import instances, run, task


def resource(instance, name, which="registeredResources"):
    return next(r for r in instance[which] if r["name"] == name)


def test_an_instance_registers_by_its_identity_document(ecs):
    """ecs.md 1.4, 1.5: the type of the identity document gives CPU and memory; the reserved ports are the agent's."""
    document = {"instanceId": "i-0123456789abcdef0", "instanceType": "m6i.large", "availabilityZone": "us-east-1f"}
    made = ecs.register_container_instance(instanceIdentityDocument=json.dumps(document))["containerInstance"]
    assert (made["status"], made["agentConnected"], made["ec2InstanceId"]) == ("ACTIVE", True, document["instanceId"])
    assert resource(made, "CPU")["integerValue"] == 2048
    assert resource(made, "MEMORY")["integerValue"] == 7817
    ports = resource(made, "PORTS")
    assert set(ports["stringSetValue"]) == {"22", "2375", "2376", "51678", "51679", "51680"}
    assert (ports["type"], ports["doubleValue"], ports["longValue"]) == ("STRINGSET", 0.0, 0)
    attributes = {a["name"]: a.get("value") for a in made["attributes"]}
    assert attributes["ecs.availability-zone"] == "us-east-1f"
    assert attributes["ecs.instance-type"] == "m6i.large"


def test_what_an_instance_says_that_it_has_wins(ecs):
    """ecs.md 1.4: totalResources are the registered ones."""
    total = [
        {"name": "CPU", "type": "INTEGER", "integerValue": 512},
        {"name": "MEMORY", "type": "INTEGER", "integerValue": 1000},
    ]
    made = ecs.register_container_instance(totalResources=total, attributes=[{"name": "own", "value": "v"}])
    made = made["containerInstance"]
    assert (resource(made, "CPU")["integerValue"], resource(made, "MEMORY")["integerValue"]) == (512, 1000)
    assert {"name": "own", "value": "v"} in made["attributes"]


def test_a_task_takes_room_and_gives_it_back(ecs):
    """ecs.md 1.4: remainingResources are less while a task is there, from its placement until it has stopped."""
    started = run(ecs)
    look = lambda: ecs.describe_container_instances(containerInstances=[started["containerInstanceArn"]])
    left = lambda: resource(look()["containerInstances"][0], "CPU", "remainingResources")["integerValue"]
    assert (left(), look()["containerInstances"][0]["pendingTasksCount"]) == (1024, 1)
    ecs.stop_task(task=started["taskArn"])
    assert (left(), task(ecs, started["taskArn"])["lastStatus"]) == (2048, "STOPPED")


def test_instances_are_filtered_by_an_expression(ecs, refused):
    """ecs.md 1.3: the filter of ListContainerInstances is a cluster query; one that cannot be read is refused."""
    first, *others = instances(ecs)
    ecs.put_attributes(attributes=[{"name": "stack", "value": "a", "targetId": first}])
    arn = run(ecs, placementConstraints=[{"type": "memberOf", "expression": "attribute:stack == a"}])["containerInstanceArn"]
    assert arn == first
    table = [
        ("attribute:stack == a", [first]),
        ("attribute:stack !exists", others),
        ("task:group == family:jenkins-agent", [first]),
        ("not(task:group == family:jenkins-agent)", others),
        ("attribute:ecs.instance-type =~ m5.* and agentConnected == true", [first, *others]),
        ("registeredAt < 2000-01-01", []),
    ]
    for expression, found in table:
        assert sorted(instances(ecs, filter=expression)) == sorted(found), expression
    for bad in ("attribute:stack ==", "nothing == 1", "attribute:stack =~ (?=x)"):
        refused("InvalidParameterException", ecs.list_container_instances, filter=bad)


def test_a_draining_instance_takes_no_task_and_keeps_those_it_has(server, ecs):
    """ecs.md 1.4: DRAINING takes nothing new; standalone tasks on it are untouched; ACTIVE brings it back."""
    started = run(ecs)
    server.advance(600)
    arns = instances(ecs)
    answer = ecs.update_container_instances_state(containerInstances=arns, status="DRAINING")
    assert {instance["status"] for instance in answer["containerInstances"]} == {"DRAINING"}
    assert instances(ecs, status="DRAINING") == arns and instances(ecs, status="ACTIVE") == []
    server.advance(600)
    assert task(ecs, started["taskArn"])["lastStatus"] == "RUNNING"
    ecs.update_container_instances_state(containerInstances=arns, status="ACTIVE")
    run(ecs)


def test_an_unknown_instance_is_missing(ecs, refused):
    """ecs.md 1.2: describing or changing what is not there is a failure MISSING; deregistering it is refused."""
    unknown = "0" * 32
    for answer in (
        ecs.describe_container_instances(containerInstances=[unknown]),
        ecs.update_container_instances_state(containerInstances=[unknown], status="DRAINING"),
    ):
        assert [failure["reason"] for failure in answer["failures"]] == ["MISSING"]
    refused("InvalidParameterException", ecs.deregister_container_instance, containerInstance=unknown)


def test_deregistering_takes_force_where_tasks_run(ecs, refused):
    """ecs.md 1.1, 1.4: without force it fails while tasks run; with it the tasks stop and say so."""
    started = run(ecs)
    where = started["containerInstanceArn"]
    refused("InvalidParameterException", ecs.deregister_container_instance, containerInstance=where)
    gone = ecs.deregister_container_instance(containerInstance=where, force=True)["containerInstance"]
    assert gone["status"] == "INACTIVE" and where not in instances(ecs)
    stopped = task(ecs, started["taskArn"])
    assert stopped["stoppedReason"] == "Container instance deregistration forced by user"


def test_attributes_are_put_listed_and_deleted(ecs):
    """ecs.md 1.3: custom attributes belong to an instance; ListAttributes finds them by name and value."""
    first, second, _ = instances(ecs)
    attribute = lambda value, target: {"name": "stack", "value": value, "targetId": target}
    ecs.put_attributes(attributes=[attribute("a", first), attribute("b", second)])
    find = lambda **how: ecs.list_attributes(targetType="container-instance", **how)["attributes"]
    assert {a["targetId"] for a in find(attributeName="stack")} == {first, second}
    assert [a["targetId"] for a in find(attributeName="stack", attributeValue="b")] == [second]
    ecs.put_attributes(attributes=[attribute("c", first)])
    assert {a["value"] for a in find(attributeName="stack")} == {"b", "c"}
    ecs.delete_attributes(attributes=[{"name": "stack", "targetId": first}])
    assert [a["targetId"] for a in find(attributeName="stack")] == [second]


def test_attributes_have_bounds(ecs, refused):
    """ecs.md 1.3, 1.12: ten custom ones; letters, digits and few signs; an unknown target is a TargetNotFoundException."""
    first = instances(ecs)[0]
    ten = [{"name": f"a{n}", "value": "v", "targetId": first} for n in range(10)]
    for attribute in ten:
        ecs.put_attributes(attributes=[attribute])
    more = [{"name": "more", "value": "v", "targetId": first}]
    refused("AttributeLimitExceededException", ecs.put_attributes, attributes=more)
    for bad in ({"name": "no space"}, {"name": "n" * 129}, {"name": "a0", "value": " edge"}, {"name": "a0", "value": "v" * 129}):
        refused("InvalidParameterException", ecs.put_attributes, attributes=[{"targetId": first, **bad}])
    unknown = {"name": "a", "value": "v", "targetId": "0" * 32, "targetType": "container-instance"}
    refused("TargetNotFoundException", ecs.put_attributes, attributes=[unknown])
    refused("TargetNotFoundException", ecs.delete_attributes, attributes=[unknown])


def test_a_cluster_has_at_most_five_thousand_instances(serve, refused):
    """ecs.md 1.9: the 5,001st is refused."""
    server = serve()
    ecs = server.client()
    for count in (1000, 1000, 1000, 1000, 997):
        server.sim("POST", "/_sim/instances", {"instanceType": "m5.large", "count": count})
    refused("LimitExceededException", ecs.register_container_instance)


def test_an_agent_that_is_gone_is_shown(server, ecs):
    """ecs.md 1.3: an instance whose agent is disconnected takes no tasks and is found by agentConnected."""
    first = instances(ecs)[0]
    server.sim("POST", "/_sim/container-agent", {"containerInstance": first, "connected": False})
    assert instances(ecs, filter="agentConnected == false") == [first]
    where = {run(ecs)["containerInstanceArn"] for _ in range(4)}
    assert first not in where


def test_agents_find_their_endpoint(server, ecs):
    """ecs.md 2: DiscoverPollEndpoint is answered with where to connect to."""
    answer = ecs.discover_poll_endpoint(cluster="default")
    assert answer["endpoint"].startswith(server.url)
    assert {"telemetryEndpoint", "serviceConnectEndpoint"} <= set(answer)


def test_reports_of_agents_are_acknowledged(server, ecs):
    """ecs.md 2: the agent-side calls are answered with an acknowledgment; a stopped task ends."""
    arn = run(ecs)["taskArn"]
    server.advance(600)
    answers = [
        ecs.submit_attachment_state_changes(attachments=[{"attachmentArn": "a", "status": "ATTACHED"}]),
        ecs.submit_container_state_change(task=arn, containerName="jenkins-agent", status="RUNNING"),
        ecs.submit_task_state_change(task=arn, status="STOPPED"),
    ]
    assert all(answer["acknowledgment"] for answer in answers)
    server.advance(60)
    assert task(ecs, arn)["lastStatus"] == "STOPPED"


def test_there_is_no_update_of_the_agent(ecs, refused):
    """ecs.md 1.12: NoUpdateAvailableException where the agent is the latest."""
    refused("NoUpdateAvailableException", ecs.update_container_agent, containerInstance=instances(ecs)[0])
