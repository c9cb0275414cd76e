"""What many tests do first."""

NETWORK = {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}
ON_FARGATE = {
    "taskDefinition": "jenkins-agent-fargate",
    "launchType": "FARGATE",
    "networkConfiguration": NETWORK,
}


def run(ecs, **arguments):
    """One task that is placed."""
    answer = ecs.run_task(**{"taskDefinition": "jenkins-agent", **arguments})
    assert answer["failures"] == [], answer
    return answer["tasks"][0]


def task(ecs, arn, **arguments):
    return ecs.describe_tasks(tasks=[arn], **arguments)["tasks"][0]


def instances(ecs, **arguments):
    return ecs.list_container_instances(**arguments)["containerInstanceArns"]


def register(ecs, family, **arguments):
    """A task definition of one small container; its ARN."""
    container = {"name": "c", "image": "busybox", "cpu": 128, "memory": 128, **arguments.pop("container", {})}
    answer = ecs.register_task_definition(family=family, containerDefinitions=[container], **arguments)
    return answer["taskDefinition"]["taskDefinitionArn"]


def group(server, name="agents", **settings):
    """An auto-scaling group; its ARN."""
    body = {"name": name, "instanceTypes": ["m5.large"], "max": 5, **settings}
    return server.sim("POST", "/_sim/auto-scaling-groups", body)["autoScalingGroupArn"]


def provider(ecs, arn, name="on-ec2", **settings):
    """A capacity provider with managed scaling."""
    settings = {"managedScaling": {"status": "ENABLED"}, **settings}
    behind = {"autoScalingGroupArn": arn, **settings}
    return ecs.create_capacity_provider(name=name, autoScalingGroupProvider=behind)["capacityProvider"]
