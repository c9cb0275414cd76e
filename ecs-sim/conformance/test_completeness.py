"""Whether the suite leaves anything out; looked at where all of it was run."""

import re
from pathlib import Path

import pytest

from server import CALLED, REFUSED

ROOT = Path(__file__).resolve().parents[2]
# What is never answered with success here, and whose refusals have their tests.
ONLY_REFUSED = {"ExecuteCommand", "UpdateContainerAgent"}
# What the simulator never raises: there are no blocked accounts, no providers that belong to a cluster, no lost agents
# for commands, and no services, daemons, deployments or namespaces.
NEVER = {
    "BlockedException",
    "ClusterContainsCapacityProviderException",
    "ClusterContainsServicesException",
    "DaemonNotActiveException",
    "DaemonNotFoundException",
    "MissingVersionException",
    "NamespaceNotFoundException",
    "ServiceDeploymentNotFoundException",
    "ServiceNotActiveException",
    "TargetNotConnectedException",
    "TaskSetNotFoundException",
    "UpdateInProgressException",
}


@pytest.fixture
def whole(request):
    """Skips where only a part of the suite was asked for."""
    option = request.config.option
    if option.keyword or option.markexpr or any("::" in a or a.endswith(".py") for a in request.config.args):
        pytest.skip("a part of the suite says nothing of the whole")


def test_every_answered_operation_has_a_test(whole):
    """ecs.md 2: each operation that is answered was called by boto3 with success."""
    source = (ROOT / "xtask/src/ecs_model/answered.rs").read_text()
    answered = set(re.findall(r'^    "(\w+)",$', source, re.MULTILINE))
    assert len(answered) >= 45
    assert answered - CALLED == ONLY_REFUSED


def test_every_error_class_has_a_test(whole, ecs):
    """ecs.md 1.12: each modelled exception came to boto3, but for those that the simulator never raises."""
    modelled = {shape.name for shape in ecs.meta.service_model.error_shapes}
    assert modelled - REFUSED == NEVER
