"""Fixtures, and the two rules of the suite: every test names its fact, and every answered operation has its test."""

import re

import botocore.endpoint
import botocore.waiter
import pytest
from botocore.exceptions import ClientError

from server import Server

def pytest_collection_modifyitems(items):
    """Refuses a test that does not say which fact it holds: `ecs.md SECTION: words`."""
    for item in items:
        text = (item.function.__doc__ or "").strip()
        if not re.match(r"ecs\.md \d+(\.\d+)?(, \d+(\.\d+)?)*: \S", text):
            raise pytest.UsageError(f"{item.nodeid} does not begin with the fact that it holds")
    # What looks at all of the others comes last.
    items.sort(key=lambda item: item.path.name == "test_completeness.py")


@pytest.fixture(scope="session")
def running():
    server = Server()
    yield server
    server.close()


@pytest.fixture(scope="session")
def session_client(running):
    return running.client()


@pytest.fixture
def server(running):
    """The server with its example: the cluster `default`, three m5.large, two task definitions."""
    running.sim("POST", "/_sim/reset")
    return running


@pytest.fixture
def ecs(server, session_client):
    """boto3 at `server`."""
    return session_client


@pytest.fixture
def serve():
    """Starts servers of other settings, which end with the test."""
    servers = []

    def start(*arguments):
        servers.append(Server(*arguments))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def no_sleep(monkeypatch, server):
    """botocore's sleeps, of its waiters and its retries, let the server's time pass instead."""

    class Clock:
        time = staticmethod(botocore.endpoint.time.time)
        slept = []

        @classmethod
        def sleep(cls, seconds):
            cls.slept.append(seconds)
            server.advance(seconds)

    monkeypatch.setattr(botocore.waiter, "time", Clock)
    monkeypatch.setattr(botocore.endpoint, "time", Clock)
    return Clock.slept


@pytest.fixture
def refused():
    """Calls, and gives the error that must come of it."""

    def call(code, operation, **arguments):
        with pytest.raises(ClientError) as raised:
            operation(**arguments)
        error = raised.value.response
        assert error["Error"]["Code"] == code, error
        assert error["ResponseMetadata"]["HTTPStatusCode"] == (500 if code == "ServerException" else 400)
        return error

    return call
