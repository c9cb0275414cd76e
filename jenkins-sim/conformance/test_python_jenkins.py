"""The life of nodes and jobs as python-jenkins drives it."""

import jenkins
import pytest

JOB = """<project><description>old</description><assignedNode>docker</assignedNode><builders><hudson.tasks.Shell>
<command>sleep 10</command></hudson.tasks.Shell></builders></project>"""
PARAMETERS = """<project><properties><hudson.model.ParametersDefinitionProperty><parameterDefinitions>
<hudson.model.StringParameterDefinition><name>WHO</name><defaultValue>me</defaultValue>
</hudson.model.StringParameterDefinition></parameterDefinitions></hudson.model.ParametersDefinitionProperty></properties>
</project>"""
PIPELINE = """<flow-definition><quietPeriod>0</quietPeriod>
<definition class="org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition">
<script>node('docker') { sleep 10 }
node('docker') { sleep time: 5, unit: 'SECONDS' }</script></definition></flow-definition>"""
MATRIX = """<matrix-project><quietPeriod>0</quietPeriod><assignedNode>docker</assignedNode><axes><hudson.matrix.LabelAxis>
<name>os</name><values><string>docker</string><string>windows</string></values></hudson.matrix.LabelAxis></axes>
</matrix-project>"""


@pytest.fixture
def client(server):
    return jenkins.Jenkins(server.url)


def test_who_and_what(client):
    assert client.get_version() == "2.263.4"
    assert len(client.get_plugins()) == 0 and client.get_plugins_info() == []
    assert client.get_jobs() == [] and client.get_info()["quietingDown"] is False


def test_a_nodes_life(client, server):
    client.create_node("n1", numExecutors=2, labels="docker linux", exclusive=True, launcher=jenkins.LAUNCHER_JNLP)
    assert client.node_exists("n1") and not client.node_exists("n2")
    assert client.get_nodes()[-1] == {"name": "n1", "offline": True}
    assert client.get_node_info("n1")["offline"] is True
    server.connect("n1")
    server.advance(1)
    assert client.get_node_info("n1")["offline"] is False
    client.disable_node("n1", "out of order")
    assert client.get_node_info("n1")["offlineCauseReason"] == "out of order"
    client.enable_node("n1")
    assert client.get_node_info("n1")["offline"] is False
    config = client.get_node_config("n1").replace("docker linux", "docker windows")
    client.reconfig_node("n1", config)
    assert "docker windows" in client.get_node_config("n1")
    with pytest.raises(jenkins.JenkinsException):
        client.create_node("n1")
    client.delete_node("n1")
    assert not client.node_exists("n1")


def test_a_jobs_life(client):
    client.create_job("a", JOB)
    assert client.job_exists("a") and client.jobs_count() == 1
    client.reconfig_job("a", JOB.replace("old", "new"))
    assert client.get_job_info("a")["description"] == "new"
    client.disable_job("a")
    assert client.get_job_info("a")["disabled"] is True
    client.enable_job("a")
    assert client.get_job_info("a")["disabled"] is False
    client.copy_job("a", "b")
    assert "new" in client.get_job_config("b")
    client.rename_job("b", "c")
    assert not client.job_exists("b") and client.get_job_name("c") == "c"
    client.set_next_build_number("c", 7)
    assert client.get_job_info("c")["nextBuildNumber"] == 7
    client.delete_job("c")
    assert not client.job_exists("c")
    with pytest.raises(jenkins.JenkinsException):
        client.create_job("a", JOB)


def test_a_builds_life(client, server):
    client.create_job("a", JOB)
    client.create_node("n1", numExecutors=1, labels="docker", launcher=jenkins.LAUNCHER_JNLP)
    item = client.build_job("a")
    assert client.get_queue_item(item)["why"].startswith("In the quiet period")
    server.advance(6)
    assert [queued["id"] for queued in client.get_queue_info()] == [item]
    assert client.get_queue_item(item)["why"] == "‘n1’ is offline"
    server.connect("n1")
    server.advance(1)
    assert client.get_queue_item(item)["executable"]["number"] == 1
    assert [build["name"] for build in client.get_running_builds()] == ["a"]
    server.advance(11)
    assert client.get_build_info("a", 1)["result"] == "SUCCESS"
    assert client.get_build_console_output("a", 1).endswith("Finished: SUCCESS\n")
    client.build_job("a")
    server.advance(7)
    client.stop_build("a", 2)
    assert client.get_build_info("a", 2)["result"] == "ABORTED"
    cancelled = client.build_job("a")
    client.cancel_queue(cancelled)
    assert client.get_queue_info() == []


def test_parameters_make_items_of_their_own(client):
    client.create_job("p", PARAMETERS)
    first = client.build_job("p", {"WHO": "other"})
    assert client.build_job("p", {"WHO": "other"}) == first
    assert client.build_job("p", {"WHO": "third"}) != first
    assert client.get_queue_item(first)["params"] == "\nWHO=other"


def test_a_script_tells_the_labels(client, server):
    client.create_job("a", JOB)
    client.build_job("a")
    script = "jenkins.model.Jenkins.get().queue.items.collect { [it.id, it.assignedLabel?.expression] }"
    assert client.run_script(f"println({script})").strip() == "[[1, docker]]"


def test_shutting_down_is_taken_back(client):
    client.quiet_down()
    assert client.get_info()["quietingDown"] is True


def test_permissions_are_those_of_the_user(secured):
    client = jenkins.Jenkins(secured.url, "footman", "footmans-token")
    assert client.get_whoami()["id"] == "footman"
    client.create_node("n1", labels="docker", launcher=jenkins.LAUNCHER_JNLP)
    client.delete_node("n1")
    with pytest.raises(jenkins.JenkinsException, match="403|Forbidden|denied|permission"):
        client.create_job("a", JOB)
    with pytest.raises(jenkins.JenkinsException):
        jenkins.Jenkins(secured.url, "footman", "wrong").get_whoami()


def test_a_password_goes_with_a_crumb(secured):
    client = jenkins.Jenkins(secured.url, "admin", "the password")
    client.create_job("a", JOB)
    assert client.job_exists("a")


def test_without_job_read_the_queue_is_empty(secured):
    admin = jenkins.Jenkins(secured.url, "admin", "admins-token")
    admin.create_job("a", JOB)
    admin.build_job("a")
    assert len(admin.get_queue_info()) == 1
    assert jenkins.Jenkins(secured.url, "reader", "readers-token").get_queue_info() == []


def test_a_pipelines_life(client, server):
    client.create_job("p", PIPELINE)
    assert client.get_job_info("p")["_class"] == "org.jenkinsci.plugins.workflow.job.WorkflowJob"
    client.create_node("n1", numExecutors=1, labels="docker", launcher=jenkins.LAUNCHER_JNLP)
    client.build_job("p")
    server.advance(1)
    run = client.get_build_info("p", 1)
    assert (run["_class"], run["building"]) == ("org.jenkinsci.plugins.workflow.job.WorkflowRun", True)
    [waiting] = client.get_queue_info()
    assert waiting["why"] == "‘n1’ is offline"
    assert waiting["task"]["_class"].endswith("ExecutorStepExecution$PlaceholderTask") and "name" not in waiting["task"]
    server.connect("n1")
    server.advance(5)
    assert client.get_queue_info() == []
    assert {"name": "p", "number": 1}.items() <= client.get_running_builds()[0].items()
    server.advance(20)
    assert client.get_build_info("p", 1)["result"] == "SUCCESS"
    assert "Running on n1 in " in client.get_build_console_output("p", 1)
    client.build_job("p")
    server.advance(5)
    client.stop_build("p", 2)
    assert client.get_build_info("p", 2)["result"] == "ABORTED"


def test_a_script_that_is_not_understood_says_so(client, server):
    client.create_job("p", PIPELINE.replace("sleep 10", "if (true) { sleep 10 }"))
    client.build_job("p")
    server.advance(1)
    assert client.get_build_info("p", 1)["result"] == "FAILURE"
    assert "`if` is not understood" in client.get_build_console_output("p", 1)


def test_a_matrix_projects_life(client, server):
    client.create_job("m", MATRIX)
    assert [job["name"] for job in client.get_jobs()] == ["m"]
    client.create_node("n1", numExecutors=1, labels="docker", launcher=jenkins.LAUNCHER_JNLP)
    client.build_job("m")
    server.advance(1)
    assert client.get_queue_info()[0]["why"] == "‘n1’ is offline"
    server.connect("n1")
    server.advance(1)
    info = client.get_node_info("n1", depth=2)
    assert info["idle"] is False and len(info["oneOffExecutors"]) == 1
    [waiting] = client.get_queue_info()
    assert waiting["task"]["_class"] == "hudson.matrix.MatrixConfiguration"
    assert waiting["why"] == "There are no nodes with the label ‘windows’"
    client.cancel_queue(waiting["id"])
    assert client.get_build_info("m", 1)["result"] == "ABORTED"
    assert client.get_node_info("n1")["idle"] is True
