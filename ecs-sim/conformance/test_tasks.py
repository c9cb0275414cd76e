"""RunTask, StartTask, StopTask, DescribeTasks, ListTasks: what becomes of a task, and what its callers see of it."""

import json

import pytest

from ecs_calls import NETWORK, ON_FARGATE, group, instances, provider, register, run, task


def test_run_task_answers_before_anything_runs(ecs):
    """ecs.md 0, 1.1: RunTask never answers RUNNING; a placed bridge task begins PENDING, one on Fargate PROVISIONING."""
    on_ec2, on_fargate = run(ecs), run(ecs, **ON_FARGATE)
    assert (on_ec2["lastStatus"], on_fargate["lastStatus"]) == ("PENDING", "PROVISIONING")
    for started in (on_ec2, on_fargate):
        assert started["desiredStatus"] == "RUNNING"
        assert "createdAt" in started and "startedAt" not in started, "what was not reached is absent"
        assert started["overrides"] == {
            "containerOverrides": [{"name": "jenkins-agent"}],
            "inferenceAcceleratorOverrides": [],
        }


def test_a_fargate_task_goes_through_its_states_in_order(server, ecs):
    """ecs.md 1.1: PROVISIONING, PENDING, ACTIVATING, RUNNING, STOPPING, DEPROVISIONING, STOPPED; timestamps grow along."""
    order = "PROVISIONING PENDING ACTIVATING RUNNING DEACTIVATING STOPPING DEPROVISIONING STOPPED".split()
    arn = run(ecs, **ON_FARGATE)["taskArn"]
    seen = []

    def follow(until):
        for _ in range(20):
            now = task(ecs, arn)
            if now["lastStatus"] not in seen:
                seen.append(now["lastStatus"])
            if now["lastStatus"] == until:
                return now
            server.sim("POST", "/_sim/advance", {"to": server.sim("GET", "/_sim/next")["next"]})
        raise AssertionError(f"never {until}: {seen}")

    follow("RUNNING")
    ecs.stop_task(task=arn)
    stopped = follow("STOPPED")
    assert seen == [state for state in order if state in seen]
    assert {"PROVISIONING", "PENDING", "RUNNING", "DEPROVISIONING", "STOPPED"} <= set(seen), seen
    names = "createdAt connectivityAt pullStartedAt pullStoppedAt startedAt stoppingAt executionStoppedAt stoppedAt"
    times = [stopped[name] for name in names.split()]
    assert times == sorted(times)
    assert stopped["connectivity"] == "CONNECTED"


def test_stop_task_leaves_the_last_status_as_it_was(server, ecs):
    """ecs.md 0, 1.1: StopTask answers with lastStatus RUNNING, desiredStatus STOPPED, the code and the reason."""
    arn = run(ecs)["taskArn"]
    server.advance(600)
    stopped = ecs.stop_task(task=arn, reason="it is spent")["task"]
    assert (stopped["lastStatus"], stopped["desiredStatus"]) == ("RUNNING", "STOPPED")
    assert (stopped["stopCode"], stopped["stoppedReason"]) == ("UserInitiated", "it is spent")
    assert "stoppingAt" in stopped and "stoppedAt" not in stopped
    server.advance(120)
    assert task(ecs, arn)["lastStatus"] == "STOPPED"


def test_a_task_that_is_stopped_without_a_reason_says_so(ecs):
    """ecs.md 1.1: without a reason stoppedReason is `Task stopped by user`; a task still PROVISIONING shows no containers."""
    arn = run(ecs, **ON_FARGATE)["taskArn"]
    stopped = ecs.stop_task(task=arn)["task"]
    assert stopped["stoppedReason"] == "Task stopped by user"
    assert (stopped["lastStatus"], stopped["containers"]) == ("PROVISIONING", [])


def test_a_container_that_ends_stops_its_task(server, ecs):
    """ecs.md 1.1: where an essential container ends, the code is EssentialContainerExited and the exit code is shown."""
    arn = run(ecs)["taskArn"]
    server.advance(600)
    ecs.submit_container_state_change(task=arn, containerName="jenkins-agent", status="STOPPED", exitCode=3)
    server.advance(60)
    ended = task(ecs, arn)
    assert (ended["lastStatus"], ended["stopCode"]) == ("STOPPED", "EssentialContainerExited")
    assert ended["stoppedReason"] == "Essential container in task exited"
    assert ended["containers"][0]["exitCode"] == 3


def test_tasks_that_fail_to_start_say_why(server, ecs):
    """ecs.md 1.1: a pull or an interface that fails gives TaskFailedToStart with the text of its cause."""
    server.sim("PUT", "/_sim/faults", {"tasks": {"cannotPull": {"count": 1}, "eniTimeout": {"perMillion": 1000000}}})
    pull, interface = run(ecs)["taskArn"], run(ecs, **ON_FARGATE)["taskArn"]
    server.advance(1200)
    pull, interface = task(ecs, pull), task(ecs, interface)
    assert {pull["stopCode"], interface["stopCode"]} == {"TaskFailedToStart"}
    assert pull["stoppedReason"].startswith("CannotPullContainerError: ")
    assert interface["stoppedReason"] == "Timeout waiting for network interface provisioning to complete."


def test_an_instance_that_is_terminated_takes_its_tasks_along(server, ecs):
    """ecs.md 1.1: a host that is gone gives TerminationNotice and `Host EC2 (instance i-...) terminated.`"""
    started = run(ecs)
    server.advance(600)
    where = ecs.describe_container_instances(containerInstances=[started["containerInstanceArn"]])
    host = where["containerInstances"][0]["ec2InstanceId"]
    server.sim("POST", "/_sim/terminate", {"containerInstance": started["containerInstanceArn"]})
    lost = task(ecs, started["taskArn"])
    assert (lost["stopCode"], lost["stoppedReason"]) == ("TerminationNotice", f"Host EC2 (instance {host}) terminated.")


def test_fargate_spot_gives_two_minutes(server, ecs):
    """ecs.md 1.1, 1.6: an interrupted spot task is told two minutes ahead, with SpotInterruption; a SIGTERM goes to it."""
    arn = run(
        ecs,
        taskDefinition="jenkins-agent-fargate",
        networkConfiguration=NETWORK,
        capacityProviderStrategy=[{"capacityProvider": "FARGATE_SPOT", "weight": 1}],
    )["taskArn"]
    server.advance(600)
    assert task(ecs, arn)["capacityProviderName"] == "FARGATE_SPOT"
    server.sim("POST", "/_sim/interrupt", {"task": arn})
    warned = task(ecs, arn)
    assert (warned["stopCode"], warned["stoppedReason"]) == ("SpotInterruption", "Your Spot Task was interrupted.")
    assert (warned["lastStatus"], warned["desiredStatus"]) != ("STOPPED", "RUNNING")
    server.advance(180)
    stopped = task(ecs, arn)
    assert stopped["lastStatus"] == "STOPPED"
    assert (stopped["executionStoppedAt"] - warned["stoppingAt"]).total_seconds() <= 120


def test_stopped_tasks_are_described_for_an_hour(server, ecs):
    """ecs.md 0: a stopped task can be described for at least an hour; then there is a failure MISSING."""
    arn = run(ecs)["taskArn"]
    ecs.stop_task(task=arn)
    server.advance(3599)
    assert task(ecs, arn)["lastStatus"] == "STOPPED"
    server.advance(7200)
    answer = ecs.describe_tasks(tasks=[arn])
    assert answer["tasks"] == [] and answer["failures"] == [{"arn": arn, "reason": "MISSING"}]


def test_unknown_tasks_are_failures(ecs, refused):
    """ecs.md 1.2: DescribeTasks gives MISSING for what it does not know and refuses an empty list; at most 100."""
    unknown = "0" * 32
    failures = ecs.describe_tasks(tasks=[unknown])["failures"]
    assert failures == [
        {"arn": f"arn:aws:ecs:us-east-1:123456789012:task/default/{unknown}", "reason": "MISSING"}
    ]
    assert refused("InvalidParameterException", ecs.describe_tasks, tasks=[])["Error"]["Message"] == "Tasks cannot be empty."
    refused("InvalidParameterException", ecs.describe_tasks, tasks=[unknown] * 101)


def test_list_tasks_forgets_a_task_when_it_is_told_to_stop(server, ecs):
    """ecs.md 0: the default filter is desiredStatus RUNNING, so that a task vanishes by StopTask, not when it has stopped."""
    arn = run(ecs)["taskArn"]
    server.advance(600)
    assert ecs.list_tasks()["taskArns"] == [arn]
    ecs.stop_task(task=arn)
    assert task(ecs, arn)["lastStatus"] != "STOPPED"
    assert ecs.list_tasks()["taskArns"] == []
    assert ecs.list_tasks(desiredStatus="STOPPED")["taskArns"] == [arn]
    assert ecs.list_tasks(desiredStatus="PENDING")["taskArns"] == [], "1.1: ECS never sets it"


def test_list_tasks_filters(ecs, refused):
    """ecs.md 0, 1.2: by family, instance, launch type and startedBy, which must be the only filter."""
    here, there = run(ecs, startedBy="one"), run(ecs, **ON_FARGATE)
    table = [
        ({"family": "jenkins-agent"}, [here]),
        ({"family": "jenkins"}, []),
        ({"launchType": "FARGATE"}, [there]),
        ({"startedBy": "one"}, [here]),
        ({"containerInstance": here["containerInstanceArn"]}, [here]),
    ]
    for filters, found in table:
        assert ecs.list_tasks(**filters)["taskArns"] == [found["taskArn"] for found in found], filters
    refused("InvalidParameterException", ecs.list_tasks, startedBy="one", family="jenkins-agent")
    error = refused("ServiceNotFoundException", ecs.list_tasks, serviceName="none")
    assert error["Error"]["Message"] == "Service not found."


def test_list_tasks_pages_at_a_hundred(ecs):
    """ecs.md 0, 2: a page has at most 100, and the paginator gets every task once."""
    small = register(ecs, "small", container={"cpu": 1, "memory": 4})
    for _ in range(12):
        answer = ecs.run_task(taskDefinition=small, count=10)
        assert len(answer["tasks"]) == 10, answer["failures"]
    assert len(ecs.list_tasks()["taskArns"]) == 100
    pages = list(ecs.get_paginator("list_tasks").paginate())
    assert [len(page["taskArns"]) for page in pages] == [100, 20]
    assert len({arn for page in pages for arn in page["taskArns"]}) == 120


def test_run_task_starts_one_to_ten(ecs, refused):
    """ecs.md 1.2: count is from 1 to 10, and 1 where none is given."""
    assert len(ecs.run_task(taskDefinition="jenkins-agent")["tasks"]) == 1
    small = register(ecs, "small")
    assert len(ecs.run_task(taskDefinition=small, count=10)["tasks"]) == 10
    for count in (0, 11, -1):
        refused("InvalidParameterException", ecs.run_task, taskDefinition=small, count=count)


def test_the_bounds_of_run_task(ecs, refused):
    """ecs.md 1.2: bounds of startedBy, group, clientToken, overrides, tags, constraints, strategies; propagateTags SERVICE."""
    too_long = {"containerOverrides": [{"name": "jenkins-agent", "command": ["x" * 8192]}]}
    tag = {"key": "k", "value": "v"}
    table = [
        {"startedBy": "x" * 129},
        {"startedBy": "no spaces"},
        {"group": "x" * 256},
        {"clientToken": "x" * 65},
        {"overrides": too_long},
        {"tags": [{"key": f"k{n}", "value": "v"} for n in range(51)]},
        {"tags": [{"key": "aws:x", "value": "v"}]},
        {"tags": [{"key": "k" * 129, "value": "v"}]},
        {"tags": [{"key": "k", "value": "v" * 257}]},
        {"propagateTags": "SERVICE"},
        {"placementConstraints": [{"type": "distinctInstance"}] * 11},
        {"placementConstraints": [{"type": "memberOf", "expression": "attribute:x == " + "y" * 2000}]},
        {"placementStrategy": [{"type": "random"}] * 6},
        {"launchType": "EC2", "capacityProviderStrategy": [{"capacityProvider": "FARGATE"}]},
    ]
    for bad in table:
        refused("InvalidParameterException", ecs.run_task, taskDefinition="jenkins-agent", **bad)
    assert ecs.list_tasks()["taskArns"] == [], "nothing was started"
    run(ecs, startedBy="x" * 128, group="x" * 255, clientToken="x" * 64, tags=[tag])


def test_the_network_is_that_of_the_mode(ecs, refused):
    """ecs.md 1.2: awsvpc wants a network configuration, other modes refuse one; at most 16 subnets, 5 security groups."""
    error = refused("InvalidParameterException", ecs.run_task, taskDefinition="jenkins-agent-fargate", launchType="FARGATE")
    text = "Network Configuration must be provided when networkMode 'awsvpc' is specified."
    assert error["Error"]["Message"] == text
    refused("InvalidParameterException", ecs.run_task, taskDefinition="jenkins-agent", networkConfiguration=NETWORK)
    for lists in ({"subnets": ["s"] * 17}, {"subnets": ["s"], "securityGroups": ["g"] * 6}):
        arguments = {**ON_FARGATE, "networkConfiguration": {"awsvpcConfiguration": lists}}
        refused("InvalidParameterException", ecs.run_task, **arguments)
    attachment = run(ecs, **ON_FARGATE)["attachments"][0]
    assert attachment["type"] == "ElasticNetworkInterface"
    assert {"name": "subnetId", "value": "subnet-1"} in attachment["details"]


def test_a_full_cluster_gives_one_failure_for_each_instance(ecs):
    """ecs.md 0, 1.2: what cannot be placed is HTTP 200 with one entry in failures for each instance that was tried."""
    large = register(ecs, "large", container={"cpu": 128, "memory": 100000})
    answer = ecs.run_task(taskDefinition=large)
    assert answer["tasks"] == []
    assert {failure["reason"] for failure in answer["failures"]} == {"RESOURCE:MEMORY"}
    assert {failure["arn"] for failure in answer["failures"]} == set(instances(ecs))
    wide = register(ecs, "wide", container={"cpu": 9000, "memory": 128})
    assert {f["reason"] for f in ecs.run_task(taskDefinition=wide)["failures"]} == {"RESOURCE:CPU"}


def test_each_resource_has_its_failure(server, ecs):
    """ecs.md 1.2, 1.4: ports, interfaces and a disconnected agent are told apart in failures[].reason."""
    port = {"portMappings": [{"containerPort": 80, "hostPort": 8080}]}
    bound = register(ecs, "bound", container=port)
    assert len(ecs.run_task(taskDefinition=bound, count=4)["tasks"]) == 3, "a host port is exclusive"
    assert {f["reason"] for f in ecs.run_task(taskDefinition=bound)["failures"]} == {"RESOURCE:PORTS"}
    own = register(ecs, "own", networkMode="awsvpc")
    answer = ecs.run_task(taskDefinition=own, count=7, networkConfiguration=NETWORK)
    assert len(answer["tasks"]) == 6, "1.5: an m5.large has two interfaces for tasks"
    assert {failure["reason"] for failure in answer["failures"]} == {"RESOURCE:ENI"}
    for arn in instances(ecs):
        server.sim("POST", "/_sim/container-agent", {"containerInstance": arn, "connected": False})
    assert {f["reason"] for f in ecs.run_task(taskDefinition="jenkins-agent")["failures"]} == {"AGENT"}


def test_a_cluster_without_instances_is_an_exception(ecs, refused):
    """ecs.md 0: with no instance at all RunTask is an InvalidParameterException, not a failure."""
    ecs.create_cluster(clusterName="empty")
    error = refused("InvalidParameterException", ecs.run_task, cluster="empty", taskDefinition="jenkins-agent")
    assert error["Error"]["Message"] == "No Container Instances were found in your cluster."


def test_a_task_waits_for_a_managed_capacity_provider(server, ecs):
    """ecs.md 0, 1.7: with managed scaling the call succeeds, the task waits in PROVISIONING, and instances come."""
    provider(ecs, group(server))
    ecs.create_cluster(clusterName="scaled")
    strategy = [{"capacityProvider": "on-ec2", "weight": 1}]
    ecs.put_cluster_capacity_providers(
        cluster="scaled", capacityProviders=["on-ec2"], defaultCapacityProviderStrategy=strategy
    )
    started = run(ecs, cluster="scaled")
    assert started["lastStatus"] == "PROVISIONING" and "containerInstanceArn" not in started
    server.advance(900)
    runs = task(ecs, started["taskArn"], cluster="scaled")
    assert (runs["lastStatus"], runs["capacityProviderName"]) == ("RUNNING", "on-ec2")
    assert len(instances(ecs, cluster="scaled")) == 2, "two instances from zero"


def test_five_hundred_tasks_wait_at_most(serve, refused):
    """ecs.md 0, 1.9: the 501st task that would wait is refused: `Tasks provisioning capacity limit exceeded.`"""
    server = serve("--no-throttling")
    ecs = server.client()
    provider(ecs, group(server))
    ecs.create_cluster(clusterName="scaled", capacityProviders=["on-ec2"])
    arguments = {
        "cluster": "scaled",
        "taskDefinition": "jenkins-agent",
        "capacityProviderStrategy": [{"capacityProvider": "on-ec2", "weight": 1}],
    }
    for _ in range(50):
        assert len(ecs.run_task(count=10, **arguments)["tasks"]) == 10
    error = refused("ClientException", ecs.run_task, **arguments)
    assert error["Error"]["Message"] == "Tasks provisioning capacity limit exceeded."


def test_boto3_sends_a_token_by_itself(ecs):
    """ecs.md 0: each call of boto3 brings a clientToken, so that two equal calls still are two tasks."""
    bodies = []

    def keep(params, **_):
        bodies.append(json.loads(params["body"]))

    ecs.meta.events.register("before-call.ecs.RunTask", keep)
    try:
        assert run(ecs)["taskArn"] != run(ecs)["taskArn"]
    finally:
        ecs.meta.events.unregister("before-call.ecs.RunTask", keep)
    tokens = [body["clientToken"] for body in bodies]
    assert len(tokens) == len(set(tokens)) == 2


def test_a_repeated_token_is_a_replay(server, ecs):
    """ecs.md 1.2: the same token with the same parameters gives the original tasks, in the cluster where it was used."""
    first = ecs.run_task(taskDefinition="jenkins-agent", clientToken="t", count=2)["tasks"]
    again = ecs.run_task(taskDefinition="jenkins-agent", clientToken="t", count=2)["tasks"]
    assert [t["taskArn"] for t in first] == [t["taskArn"] for t in again]
    assert len(ecs.list_tasks()["taskArns"]) == 2
    assert run(ecs, clientToken="T")["taskArn"] not in {t["taskArn"] for t in first}, "case matters"
    for started in first:
        ecs.stop_task(task=started["taskArn"])
    server.advance(600)
    brief = ecs.run_task(taskDefinition="jenkins-agent", clientToken="t", count=2)["tasks"]
    assert [set(t) for t in brief] == [{"taskArn", "lastStatus", "desiredStatus"}] * 2
    server.advance(7200)
    fresh = ecs.run_task(taskDefinition="jenkins-agent", clientToken="t", count=2)["tasks"]
    assert fresh[0]["taskArn"] != first[0]["taskArn"], "an hour after the last has stopped the token is free"


def test_a_token_with_other_parameters_is_a_conflict(ecs, refused):
    """ecs.md 1.2: the same token with other parameters is a ConflictException whose resourceIds are the tasks."""
    arn = run(ecs, clientToken="t")["taskArn"]
    error = refused("ConflictException", ecs.run_task, taskDefinition="jenkins-agent", clientToken="t", count=2)
    assert error["resourceIds"] == [arn]


def test_overrides_are_shown(ecs, refused):
    """ecs.md 1.2: what overrides say is shown with the task; one for a container that is not there is refused."""
    override = {"name": "jenkins-agent", "command": ["a", "b"], "environment": [{"name": "K", "value": "v"}]}
    started = run(ecs, overrides={"containerOverrides": [override], "cpu": "512"})
    assert started["overrides"]["containerOverrides"] == [override]
    assert started["cpu"] == "512"
    refused(
        "InvalidParameterException",
        ecs.run_task,
        taskDefinition="jenkins-agent",
        overrides={"containerOverrides": [{"name": "other"}]},
    )


def test_groups_and_owners_are_shown(ecs):
    """ecs.md 1.2: the group is `family:FAMILY` where none is given; startedBy is absent where none is given."""
    plain, named = run(ecs), run(ecs, group="g", startedBy="me/1-2_3")
    assert plain["group"] == "family:jenkins-agent" and "startedBy" not in plain
    assert (named["group"], named["startedBy"]) == ("g", "me/1-2_3")


def test_tags_of_tasks_are_shown_where_they_are_asked_for(ecs):
    """ecs.md 1.2: tags come with include=TAGS, else the list is empty; TASK_DEFINITION propagates those of the definition."""
    tagged = register(ecs, "tagged", tags=[{"key": "of", "value": "definition"}, {"key": "both", "value": "d"}])
    arn = run(
        ecs,
        taskDefinition=tagged,
        propagateTags="TASK_DEFINITION",
        tags=[{"key": "both", "value": "call"}],
    )["taskArn"]
    assert task(ecs, arn)["tags"] == []
    tags = {tag["key"]: tag["value"] for tag in task(ecs, arn, include=["TAGS"])["tags"]}
    assert tags == {"of": "definition", "both": "call"}


def test_member_of_chooses_instances(ecs):
    """ecs.md 0, 1.3: memberOf binds; `attribute:x != v` holds only where there is an x; none left is a failure for each."""
    first, second, _ = instances(ecs)
    ecs.put_attributes(attributes=[{"name": "stack", "value": "a", "targetId": first}])
    ecs.put_attributes(attributes=[{"name": "stack", "value": "b", "targetId": second}])
    answer = ecs.run_task(
        taskDefinition="jenkins-agent",
        placementConstraints=[{"type": "memberOf", "expression": "attribute:stack == z"}],
    )
    reasons = [failure["reason"] for failure in answer["failures"]]
    assert reasons == ["MemberOf placement constraint unsatisfied."] * 3
    table = [("attribute:stack == a", first), ("attribute:stack != a", second), ("not(attribute:stack !exists) and attribute:stack in [b, c]", second)]
    for expression, where in table:
        constraints = [{"type": "memberOf", "expression": expression}]
        assert run(ecs, placementConstraints=constraints)["containerInstanceArn"] == where, expression


def test_distinct_instance_takes_each_instance_once(ecs):
    """ecs.md 1.3: distinctInstance puts every task of a group on an instance of its own, earlier calls included."""
    distinct = [{"type": "distinctInstance"}]
    where = [run(ecs, placementConstraints=distinct)["containerInstanceArn"] for _ in range(3)]
    assert set(where) == set(instances(ecs))
    assert ecs.run_task(taskDefinition="jenkins-agent", placementConstraints=distinct)["tasks"] == []
    run(ecs, placementConstraints=distinct, group="other")


def test_strategies_pack_and_spread(ecs):
    """ecs.md 1.3: binpack takes the instance with least left that still fits, spread the value with fewest of the group."""
    small = register(ecs, "small")
    packed = ecs.run_task(taskDefinition=small, count=5, placementStrategy=[{"type": "binpack", "field": "memory"}])
    assert len({t["containerInstanceArn"] for t in packed["tasks"]}) == 1
    zones = [{"type": "spread", "field": "attribute:ecs.availability-zone"}]
    spread = ecs.run_task(taskDefinition=small, count=6, group="spread", placementStrategy=zones)["tasks"]
    per_zone = [t["availabilityZone"] for t in spread]
    assert sorted(per_zone.count(zone) for zone in set(per_zone)) == [2, 2, 2]


def test_start_task_takes_the_instances_that_it_names(ecs, refused):
    """ecs.md 1.2: StartTask starts on each of 1 to 10 instances; an unknown one is MISSING; resources are still checked."""
    arns = instances(ecs)
    answer = ecs.start_task(taskDefinition="jenkins-agent", containerInstances=[*arns, "0" * 32])
    assert [t["containerInstanceArn"] for t in answer["tasks"]] == arns
    assert [failure["reason"] for failure in answer["failures"]] == ["MISSING"]
    large = register(ecs, "large", container={"memory": 100000})
    assert ecs.start_task(taskDefinition=large, containerInstances=arns[:1])["failures"] == [
        {"arn": arns[0], "reason": "RESOURCE:MEMORY"}
    ]
    refused("InvalidParameterException", ecs.start_task, taskDefinition=large, containerInstances=arns * 4)


def test_stop_task_knows_its_tasks(ecs, refused):
    """ecs.md 1.2: an unknown task is an InvalidParameterException `The referenced task was not found.`"""
    error = refused("InvalidParameterException", ecs.stop_task, task="0" * 32)
    assert error["Error"]["Message"] == "The referenced task was not found."


@pytest.mark.parametrize(
    ("cpu", "memory", "fits"),
    [("256", "512", True), ("256", "4096", False), ("1024", "2048", True), ("4096", "31744", False), ("16384", "122880", True)],
)
def test_fargate_has_sizes_of_its_own(ecs, refused, cpu, memory, fits):
    """ecs.md 1.6: only the combinations of the table run on Fargate; others are a ClientException."""
    arguments = {
        "family": "sized",
        "cpu": cpu,
        "memory": memory,
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "containerDefinitions": [{"name": "c", "image": "busybox"}],
    }
    if not fits:
        refused("ClientException", ecs.register_task_definition, **arguments)
        return
    ecs.register_task_definition(**arguments)
    started = run(ecs, taskDefinition="sized", launchType="FARGATE", networkConfiguration=NETWORK)
    assert (started["cpu"], started["memory"], started["platformVersion"]) == (cpu, memory, "1.4.0")


def test_fargate_knows_its_platform_versions(ecs, refused):
    """ecs.md 1.6: LATEST is 1.4.0 on Linux; an unknown one is a PlatformUnknownException."""
    assert run(ecs, platformVersion="LATEST", **ON_FARGATE)["platformVersion"] == "1.4.0"
    assert run(ecs, platformVersion="1.3.0", **ON_FARGATE)["platformVersion"] == "1.3.0"
    refused("PlatformUnknownException", ecs.run_task, platformVersion="9.9.9", **ON_FARGATE)


def test_a_platform_version_must_do_what_the_definition_wants(ecs, refused):
    """ecs.md 1.6, 1.12: 8 vCPUs and a larger disk take 1.4.0; older ones are a PlatformTaskDefinitionIncompatibilityException."""
    needs = [{"cpu": "8192", "memory": "16384"}, {"cpu": "1024", "memory": "2048", "ephemeralStorage": {"sizeInGiB": 50}}]
    for nth, wants in enumerate(needs):
        family = f"new-{nth}"
        ecs.register_task_definition(
            family=family,
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            containerDefinitions=[{"name": "c", "image": "busybox"}],
            **wants,
        )
        arguments = {**ON_FARGATE, "taskDefinition": family}
        refused("PlatformTaskDefinitionIncompatibilityException", ecs.run_task, platformVersion="1.3.0", **arguments)
        run(ecs, platformVersion="1.4.0", **arguments)


def test_with_the_instant_profile_the_next_look_sees_it_run(serve):
    """ecs.md 0: RunTask answers PENDING or PROVISIONING even where nothing takes any time."""
    ecs = serve("--profile", "instant").client()
    for arguments, status in (({}, "PENDING"), (ON_FARGATE, "PROVISIONING")):
        started = run(ecs, **arguments)
        assert started["lastStatus"] == status
        assert task(ecs, started["taskArn"])["lastStatus"] == "RUNNING"
        ecs.stop_task(task=started["taskArn"])
        assert task(ecs, started["taskArn"])["lastStatus"] == "STOPPED"


def test_times_are_those_of_the_server(server, ecs):
    """ecs.md 2: timestamps are seconds since the epoch with milliseconds."""
    started = run(ecs)
    assert round(started["createdAt"].timestamp() * 1000) == server.now_ms()
