"""botocore's waiters and paginators."""

import pytest
from botocore.exceptions import WaiterError

from ecs_calls import ON_FARGATE, register, run


def test_tasks_running_ends_when_the_task_runs(ecs, no_sleep):
    """ecs.md 1.1, 2: the waiter asks every 6 s until every task is RUNNING."""
    arns = [run(ecs)["taskArn"], run(ecs, **ON_FARGATE)["taskArn"]]
    ecs.get_waiter("tasks_running").wait(tasks=arns)
    assert {t["lastStatus"] for t in ecs.describe_tasks(tasks=arns)["tasks"]} == {"RUNNING"}
    assert no_sleep and set(no_sleep) == {6}


def test_tasks_running_fails_where_a_task_stops(ecs, no_sleep):
    """ecs.md 1.1: a STOPPED task, and a failure MISSING, end tasks_running with an error."""
    arn = run(ecs)["taskArn"]
    ecs.stop_task(task=arn)
    for asked in (arn, "0" * 32):
        with pytest.raises(WaiterError, match="terminal failure"):
            ecs.get_waiter("tasks_running").wait(tasks=[asked])


def test_tasks_stopped_ends_when_the_task_has_stopped(server, ecs, no_sleep):
    """ecs.md 1.1: the waiter looks at lastStatus, not at desiredStatus."""
    arn = run(ecs)["taskArn"]
    server.advance(600)
    ecs.stop_task(task=arn)
    ecs.get_waiter("tasks_stopped").wait(tasks=[arn])
    assert ecs.describe_tasks(tasks=[arn])["tasks"][0]["lastStatus"] == "STOPPED"
    assert no_sleep, "it had not stopped at once"


def test_a_missing_task_never_satisfies_tasks_stopped(ecs, no_sleep):
    """ecs.md 1.1: MISSING is no state; tasks_stopped asks a hundred times and gives up."""
    with pytest.raises(WaiterError, match="Max attempts exceeded"):
        ecs.get_waiter("tasks_stopped").wait(tasks=["0" * 32], WaiterConfig={"MaxAttempts": 20})
    assert len(no_sleep) == 19


def every(ecs, name, key, size, **arguments):
    """What a paginator finds, and the lengths of its pages."""
    pages = ecs.get_paginator(name).paginate(PaginationConfig={"PageSize": size}, **arguments)
    pages = [page[key] for page in pages]
    return [found for page in pages for found in page], [len(page) for page in pages]


def test_lists_of_names_page(ecs):
    """ecs.md 2: clusters, task definitions and families come in pages of maxResults, each once."""
    for n in range(5):
        ecs.create_cluster(clusterName=f"c{n}")
        register(ecs, f"f{n}")
    clusters, lengths = every(ecs, "list_clusters", "clusterArns", 4)
    assert (len(set(clusters)), lengths) == (6, [4, 2])
    families, lengths = every(ecs, "list_task_definition_families", "families", 3, familyPrefix="f")
    assert (families, lengths) == ([f"f{n}" for n in range(5)], [3, 2])
    definitions, lengths = every(ecs, "list_task_definitions", "taskDefinitionArns", 3)
    assert (len(set(definitions)), lengths) == (7, [3, 3, 1])


def test_lists_of_instances_page(server, ecs):
    """ecs.md 2: container instances and their attributes come in pages, each once."""
    server.sim("POST", "/_sim/instances", {"instanceType": "m5.large", "count": 4})
    found, lengths = every(ecs, "list_container_instances", "containerInstanceArns", 3)
    assert (len(set(found)), lengths) == (7, [3, 3, 1])
    zones, lengths = every(
        ecs, "list_attributes", "attributes", 5, targetType="container-instance", attributeName="ecs.availability-zone"
    )
    assert ({zone["targetId"] for zone in zones}, lengths) == (set(found), [5, 2])


def test_account_settings_page(ecs):
    """ecs.md 2: effective account settings come in pages, each once."""
    settings, lengths = every(ecs, "list_account_settings", "settings", 4, effectiveSettings=True)
    names = [setting["name"] for setting in settings]
    assert len(names) == len(set(names)) == sum(lengths) and max(lengths) == 4
    assert {"awsvpcTrunking", "containerInsights", "taskLongArnFormat"} <= set(names)


def test_tasks_page(ecs):
    """ecs.md 2: tasks come in pages of maxResults, and a token that is none is refused."""
    small = register(ecs, "small")
    ecs.run_task(taskDefinition=small, count=7)
    found, lengths = every(ecs, "list_tasks", "taskArns", 3)
    assert (len(set(found)), lengths) == (7, [3, 3, 1])
