"""The life of nodes and jobs as api4jenkins drives it. It knows no Jenkins without crumbs."""

import pytest
from api4jenkins import Jenkins
from api4jenkins.exceptions import BadRequestError, ItemNotFoundError

JOB = """<project><description>old</description><assignedNode>docker</assignedNode><builders><hudson.tasks.Shell>
<command>sleep 10</command></hudson.tasks.Shell></builders></project>"""
PIPELINE = """<flow-definition><quietPeriod>0</quietPeriod>
<definition class="org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition">
<script>node('docker') { sleep 10 }
node('docker') { sleep time: 5, unit: 'SECONDS' }</script></definition></flow-definition>"""


@pytest.fixture(params=["crumbs", "token", "password"])
def jenkins(request):
    if request.param == "crumbs":
        server, auth = request.getfixturevalue("with_crumbs"), None
    else:
        server = request.getfixturevalue("secured")
        auth = ("admin", "admins-token" if request.param == "token" else "the password")
    client = Jenkins(server.url, auth=auth)
    client.server = server
    client.for_agents = {"user": "admin", "token": "admins-token"} if auth else {}
    return client


def test_a_nodes_life(jenkins):
    jenkins.nodes.create("n1", labelString="docker", numExecutors=2)
    node = jenkins.nodes.get("n1")
    assert node.offline is True and node.num_executors == 2
    jenkins.server.connect("n1", **jenkins.for_agents)
    assert node.offline is False
    node.disable("out of order")
    assert (node.offline, node.offline_cause_reason) == (True, "out of order")
    node.enable()
    assert node.offline is False
    node.configure(node.configure().replace("<label>docker<", "<label>windows<"))
    assert [found.display_name for found in jenkins.nodes.filter_node_by_label("windows")] == ["n1"]
    with pytest.raises(BadRequestError, match="already exists"):
        jenkins.nodes.create("n1")
    node.delete()
    assert jenkins.nodes.get("n1") is None


def test_a_jobs_life(jenkins):
    jenkins.create_job("a", JOB)
    job = jenkins.get_job("a")
    assert job.description == "old" and job.buildable is True
    job.configure(JOB.replace("old", "new"))
    assert job.description == "new" and "new" in job.configure()
    job.disable()
    assert job.disabled is True
    job.enable()
    assert job.disabled is False
    jenkins.copy_job("a", "b")
    jenkins.rename_job("b", "c")
    assert sorted(job.name for job in jenkins) == ["a", "c"]
    jenkins.get_job("c").set_next_build_number(7)
    assert jenkins.get_job("c").next_build_number == 7
    jenkins.delete_job("c")
    assert jenkins.get_job("c") is None


def test_a_builds_life(jenkins):
    jenkins.create_job("a", JOB)
    jenkins.nodes.create("n1", labelString="docker")
    item = jenkins.build_job("a")
    jenkins.server.advance(6)
    assert item.why == "‘n1’ is offline" and item.get_build() is None
    jenkins.server.connect("n1", **jenkins.for_agents)
    jenkins.server.advance(1)
    build = item.get_build()
    assert build.building is True and build.built_on == "n1"
    assert [running.url for running in jenkins.nodes.get("n1").iter_building_builds()] == [build.url]
    jenkins.server.advance(11)
    assert build.result == "SUCCESS"
    assert list(build.console_text())[-1] == "Finished: SUCCESS"
    assert jenkins.get_job("a").get_last_build() == build
    item = jenkins.build_job("a")
    item.cancel()
    with pytest.raises(ItemNotFoundError):
        jenkins.build_job("nothing")


def test_who_and_what(jenkins):
    assert jenkins.version == "2.263.4"
    assert jenkins.system.run_script("println(jenkins.model.Jenkins.VERSION)").strip() == "2.263.4"


def test_a_pipelines_life(jenkins):
    jenkins.create_job("p", PIPELINE)
    jenkins.nodes.create("n1", labelString="docker")
    item = jenkins.build_job("p")
    jenkins.server.advance(1)
    run = item.get_build()
    assert run.building is True and jenkins.get_job("p").get_last_build() == run
    jenkins.server.connect("n1", **jenkins.for_agents)
    jenkins.server.advance(1)
    # It passes over what runs a block, which has the run's URL too: the run itself is on the controller.
    assert [build.url for build in jenkins.nodes.iter_building_builds()] == [run.url]
    assert list(jenkins.nodes.get("n1").iter_building_builds()) == []
    jenkins.server.advance(25)
    assert run.result == "SUCCESS"
    assert list(run.console_text())[-1] == "Finished: SUCCESS"
    assert jenkins.get_job("p").get_last_successful_build() == run
