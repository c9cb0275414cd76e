"""The wire, and the errors that are of no single operation."""

import json

import botocore.session

from ecs_calls import run, task

ANY = b"{}"


def test_an_answer_is_aws_json(server):
    """ecs.md 2: 200, application/x-amz-json-1.1, and a request id."""
    status, headers, _ = server.post(b'{"taskDefinition": "jenkins-agent", "unknownMember": 1, "group": null}')
    assert status == 200, "unknown members are ignored, and null is as good as absent"
    assert headers["Content-Type"] == "application/x-amz-json-1.1"
    assert headers["x-amzn-RequestId"]


def test_errors_say_their_type_in_the_body(server):
    """ecs.md 0, 2: __type and message stand in the body, where botocore looks."""
    status, headers, body = server.post(b'{"cluster": "none"}', target="ListTasks")
    assert (status, body) == (400, {"__type": "ClusterNotFoundException", "message": "Cluster not found."})
    assert headers["Content-Type"] == "application/x-amz-json-1.1"


def test_a_body_that_is_no_json_cannot_be_read(server):
    """ecs.md 1.12: SerializationException for what is no JSON or of the wrong kind."""
    for body in (b"{", b"[]", b'{"count": "many"}', b'{"cluster": {}}', b"\xff"):
        status, _, answer = server.post(body)
        assert (status, answer["__type"]) == (400, "SerializationException"), body


def test_an_operation_that_ecs_has_not_is_unknown(server):
    """ecs.md 1.12: UnknownOperationException for a target that is none."""
    for target in ("MakeCoffee", "", "runTask"):
        status, _, answer = server.post(ANY, target=target)
        assert (status, answer["__type"]) == (400, "UnknownOperationException"), target


def test_the_model_is_enforced_where_the_client_does_not(server, refused):
    """ecs.md 2: required members, enums and bounds are checked by the server."""
    ecs = server.client(parameter_validation=False)
    error = refused("InvalidParameterException", ecs.run_task, taskDefinition="jenkins-agent", launchType="LUNA")
    assert "should be one of" in error["Error"]["Message"]
    refused("InvalidParameterException", ecs.stop_task)
    refused("ClientException", ecs.register_task_definition, family="f")
    refused("InvalidParameterException", ecs.list_tasks, maxResults=101)


def test_what_is_left_out_is_unsupported(server, ecs, refused):
    """ecs.md 2: services, task sets and daemons are operations of ECS: UnsupportedFeatureException, not unknown."""
    refused("UnsupportedFeatureException", ecs.list_services)
    refused("UnsupportedFeatureException", ecs.create_service, serviceName="s", taskDefinition="jenkins-agent")
    refused("UnsupportedFeatureException", ecs.run_task, taskDefinition="jenkins-agent", launchType="EXTERNAL")
    model = botocore.session.get_session().get_service_model("ecs")
    for name in model.operation_names:
        _, _, answer = server.post(ANY, target=name)
        assert answer.get("__type") != "UnknownOperationException", name
        server.advance(1)


def test_reads_share_a_bucket(server, ecs, refused):
    """ecs.md 0, 1.8: 100 reads at once, then 20 a second; DescribeTasks and ListTasks draw from the same."""
    arn = run(ecs)["taskArn"]
    server.advance(60)
    for _ in range(50):
        task(ecs, arn)
        ecs.list_tasks()
    error = refused("ThrottlingException", ecs.list_tasks)
    assert error["Error"]["Message"] == "Rate exceeded"
    refused("ThrottlingException", ecs.describe_tasks, tasks=[arn])
    ecs.describe_clusters()
    server.advance(1)
    for _ in range(20):
        ecs.list_tasks()
    refused("ThrottlingException", ecs.list_tasks)


def test_boto3_gets_over_a_throttled_call(server, no_sleep):
    """ecs.md 2: clients try again after ThrottlingException and after a 500, and the call is done once."""
    server.sim("PUT", "/_sim/faults", {"calls": [
        {"fault": "throttled", "operation": "RunTask", "count": 2},
        {"fault": "serverError", "operation": "StopTask", "count": 1},
    ]})
    patient = server.client(retries={"mode": "legacy", "total_max_attempts": 5})
    answer = patient.run_task(taskDefinition="jenkins-agent")
    assert answer["ResponseMetadata"]["RetryAttempts"] == 2
    arns = patient.list_tasks()["taskArns"]
    assert arns == [answer["tasks"][0]["taskArn"]]
    assert patient.stop_task(task=arns[0])["ResponseMetadata"]["RetryAttempts"] == 1
    assert len(no_sleep) == 3


def test_a_lost_answer_is_found_by_the_token_of_the_retry(server, no_sleep):
    """ecs.md 0, 1.2: boto3 repeats the call with the token that it had, and gets the task that was started."""
    server.sim("PUT", "/_sim/faults", {"calls": [{"fault": "answerLost", "operation": "RunTask", "count": 1}]})
    patient = server.client(retries={"mode": "legacy", "total_max_attempts": 5})
    answer = patient.run_task(taskDefinition="jenkins-agent")
    assert answer["ResponseMetadata"]["RetryAttempts"] == 1
    assert patient.list_tasks()["taskArns"] == [answer["tasks"][0]["taskArn"]]


def test_a_fault_of_the_service_is_a_500(server, ecs, refused):
    """ecs.md 1.12: ServerException is the one modelled error that is not a 400."""
    server.sim("PUT", "/_sim/faults", {"calls": [{"fault": "serverError", "count": 1}]})
    refused("ServerException", ecs.list_clusters)
    ecs.list_clusters()


def test_a_policy_denies_what_it_does_not_allow(serve, tmp_path, refused):
    """ecs.md 1.12: AccessDeniedException for what an IAM policy does not allow; what it allows is done."""
    arn = "arn:aws:ecs:us-east-1:123456789012:task-definition/jenkins-agent:1"
    policy = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "ecs:RunTask", "Resource": arn},
        {"Effect": "Allow", "Action": "ecs:ListTasks", "Resource": "*"},
    ]}
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(policy))
    ecs = serve("--iam-policy", str(file)).client(key="somebody")
    started = run(ecs, taskDefinition="jenkins-agent:1")
    assert ecs.list_tasks()["taskArns"] == [started["taskArn"]]
    error = refused("AccessDeniedException", ecs.stop_task, task=started["taskArn"])
    assert "user/somebody is not authorized to perform: ecs:StopTask" in error["Error"]["Message"]
    refused("AccessDeniedException", ecs.run_task, taskDefinition="jenkins-agent-fargate:1")
