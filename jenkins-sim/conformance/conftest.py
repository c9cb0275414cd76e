"""Fixtures: an open Jenkins, and a secured one with an administrator, a provisioner and a reader."""

import json

import pytest

from server import Server

USERS = {
    "admin": {"password": "the password", "token": "admins-token", "permissions": ["Overall/Administer"]},
    "footman": {
        "token": "footmans-token",
        "permissions": [
            "Overall/Read",
            "Job/Read",
            "Agent/Create",
            "Agent/Connect",
            "Agent/Disconnect",
            "Agent/Delete",
        ],
    },
    "reader": {"token": "readers-token", "permissions": ["Overall/Read"]},
}


@pytest.fixture(scope="session")
def running():
    server = Server()
    yield server
    server.close()


@pytest.fixture
def server(running):
    running.sim("POST", "/_sim/reset")
    return running


@pytest.fixture(scope="session")
def running_secured(tmp_path_factory):
    users = tmp_path_factory.mktemp("users") / "users.json"
    users.write_text(json.dumps(USERS))
    server = Server("--jenkins-users", str(users))
    yield server
    server.close()


@pytest.fixture
def secured(running_secured):
    running_secured.sim("POST", "/_sim/reset")
    return running_secured


@pytest.fixture(scope="session")
def running_with_crumbs():
    server = Server("--jenkins-crumbs")
    yield server
    server.close()


@pytest.fixture
def with_crumbs(running_with_crumbs):
    """Open to everybody, but for the crumb that each change needs."""
    running_with_crumbs.sim("POST", "/_sim/reset")
    return running_with_crumbs
