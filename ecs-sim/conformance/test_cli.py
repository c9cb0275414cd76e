"""The AWS CLI, as a user types it."""

import json

from ecs_calls import instances, run


def shown(server, *arguments):
    """What a command that succeeds prints, read as JSON."""
    ended = server.aws(*arguments)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout) if ended.stdout else None


def test_a_task_is_run_waited_for_and_stopped(server):
    """ecs.md 1.1, 2: run-task, wait tasks-running, describe-tasks, stop-task, wait tasks-stopped work unchanged."""
    started = shown(server, "run-task", "--task-definition", "jenkins-agent")
    assert started["failures"] == []
    arn = started["tasks"][0]["taskArn"]
    assert started["tasks"][0]["lastStatus"] == "PENDING"
    server.advance(600)
    shown(server, "wait", "tasks-running", "--tasks", arn)
    described = shown(server, "describe-tasks", "--tasks", arn, "--query", "tasks[0].[lastStatus,launchType]")
    assert described == ["RUNNING", "EC2"]
    stopped = shown(server, "stop-task", "--task", arn, "--reason", "spent")["task"]
    assert (stopped["lastStatus"], stopped["stoppedReason"]) == ("RUNNING", "spent")
    server.advance(600)
    shown(server, "wait", "tasks-stopped", "--tasks", arn)


def test_a_definition_is_registered_from_a_file(server, tmp_path):
    """ecs.md 2: register-task-definition reads the JSON that ECS documents."""
    file = tmp_path / "definition.json"
    definition = {
        "family": "from-file",
        "containerDefinitions": [{"name": "c", "image": "busybox", "memory": 64, "essential": True}],
    }
    file.write_text(json.dumps(definition))
    made = shown(server, "register-task-definition", "--cli-input-json", f"file://{file}")["taskDefinition"]
    assert made["taskDefinitionArn"].endswith("task-definition/from-file:1")


def test_lists_page_and_are_queried(server, ecs):
    """ecs.md 2: the CLI follows nextToken by itself, and --query sees the whole list."""
    server.sim("POST", "/_sim/instances", {"instanceType": "m5.large", "count": 4})
    arguments = ["list-container-instances", "--page-size", "2", "--query", "containerInstanceArns[]"]
    assert sorted(shown(server, *arguments)) == sorted(instances(ecs))
    run(ecs, startedBy="cli")
    assert shown(server, "list-tasks", "--started-by", "cli", "--query", "length(taskArns)") == 1


def test_an_error_ends_with_its_exit_code(server):
    """ecs.md 1.12, 2: the CLI names the exception and the operation and ends with 254."""
    ended = server.aws("list-tasks", "--cluster", "none")
    text = "An error occurred (ClusterNotFoundException) when calling the ListTasks operation: Cluster not found."
    assert ended.returncode in (254, 255) and text in ended.stderr


def test_what_cannot_be_placed_is_no_error(server):
    """ecs.md 0: failures are in the answer, and the CLI ends with 0."""
    answer = shown(
        server,
        *["run-task", "--task-definition", "jenkins-agent"],
        *["--placement-constraints", "type=memberOf,expression=attribute:no exists"],
    )
    assert answer["tasks"] == [] and len(answer["failures"]) == 3
