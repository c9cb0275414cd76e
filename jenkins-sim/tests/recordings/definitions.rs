//! Jobs of kinds that were not recorded: what can be made of them over REST, and what they look like then. The names are
//! those of the plugins' sources (read 2026-11-26).

use crate::world::World;
use serde_json::{Value, json};

const FORM: &str = "application/x-www-form-urlencoded";
const XML: &str = "application/xml";

/// A Jenkins with agents of these names, which are their labels, with one executor each.
fn world(agents: &[&str]) -> World {
    let mut world = World::new("http://h/", false, 18_081, 1_000);
    for name in agents {
        let json = format!("%7B%22labelString%22%3A%22{name}%22%2C%22remoteFS%22%3A%22%2Fw%22%7D");
        world.post(
            1_000,
            "/computer/doCreateItem",
            FORM,
            &format!("name={name}-1&type=hudson.slaves.DumbSlave&json={json}"),
        );
        world.connect(1_000, &format!("{name}-1"));
    }
    world
}

fn seen(world: &mut World, path: &str) -> Value {
    let answer = world.get(path);
    assert_eq!(answer.status, 200, "{path}");
    serde_json::from_str(&answer.body).unwrap()
}

fn flow(script: &str) -> String {
    let script = script.replace('&', "&amp;").replace('<', "&lt;");
    format!(
        "<flow-definition plugin=\"workflow-job@2.40\"><description>d</description><quietPeriod>0</quietPeriod>\
         <definition class=\"org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition\" plugin=\"workflow-cps@2.87\">\
         <script>{script}</script><sandbox>true</sandbox></definition><triggers/></flow-definition>"
    )
}

#[test]
fn a_pipeline_runs_block_by_block() {
    let mut world = world(&["linux"]);
    let script = "node('linux') {\n  sleep 10\n}\nnode('gpu && big') {\n  sleep time: 1, unit: 'MINUTES'\n}";
    world.post(2_000, "/createItem?name=p", XML, &flow(script));
    world.post(2_000, "/job/p/build", FORM, "");
    world.advance(8_000);
    let job = seen(&mut world, "/job/p/api/json");
    assert_eq!(job["_class"], "org.jenkinsci.plugins.workflow.job.WorkflowJob");
    assert_eq!((&job["description"], &job["concurrentBuild"]), (&json!("d"), &json!(true)));
    assert_eq!((&job["resumeBlocked"], &job["color"]), (&json!(false), &json!("notbuilt_anime")));
    assert_eq!((job.get("labelExpression"), job.get("scm")), (None, None), "it is no `AbstractProject`");
    let run = seen(&mut world, "/job/p/lastBuild/api/json");
    assert_eq!(run["_class"], "org.jenkinsci.plugins.workflow.job.WorkflowRun");
    assert_eq!((&run["building"], &run["executor"]), (&json!(true), &json!({})));
    assert_eq!((run.get("builtOn"), &run["changeSets"]), (None, &json!([])));
    let busy = seen(&mut world, "/computer/linux-1/api/json?tree=idle,executors[currentExecutable[number]]");
    assert_eq!(busy["idle"], json!(false));
    let controller = seen(&mut world, "/computer/(master)/api/json?tree=idle,oneOffExecutors[number]");
    assert_eq!(
        (&controller["idle"], &controller["oneOffExecutors"]),
        (&json!(false), &json!([{"number": -1}]))
    );

    world.advance(20_000);
    let queue = seen(&mut world, "/queue/api/json?tree=items[why,task[*]]");
    let task = json!({
        "_class": "org.jenkinsci.plugins.workflow.support.steps.ExecutorStepExecution$PlaceholderTask",
        "name": "part of p #1",
        "url": "job/p/1/",
    });
    assert_eq!(queue["items"][0]["task"], task, "its label is nowhere in it");
    assert_eq!(queue["items"][0]["why"], "There are no nodes with the label ‘gpu&&big’");
    world.post(20_000, "/job/p/1/stop", FORM, "");
    assert_eq!(seen(&mut world, "/job/p/1/api/json")["result"], "ABORTED");
    assert_eq!(seen(&mut world, "/queue/api/json")["items"], json!([]));
    let console = world.get("/job/p/1/consoleText").body;
    let want = "Started by user anonymous\n[Pipeline] Start of Pipeline\n[Pipeline] node\n\
                Running on linux-1 in /w/workspace/p\n[Pipeline] // node\n[Pipeline] End of Pipeline\nFinished: ABORTED\n";
    assert_eq!(console, want);
}

#[test]
fn a_pipeline_is_configured_and_given_parameters() {
    let mut world = world(&[]);
    let parameters = "<properties><hudson.model.ParametersDefinitionProperty><parameterDefinitions>\
                      <hudson.model.StringParameterDefinition><name>WHO</name><defaultValue>me</defaultValue>\
                      </hudson.model.StringParameterDefinition></parameterDefinitions>\
                      </hudson.model.ParametersDefinitionProperty>\
                      <org.jenkinsci.plugins.workflow.job.properties.DisableConcurrentBuildsJobProperty/></properties>";
    world.post(2_000, "/createItem?name=p", XML, &flow("sleep 3"));
    let xml = flow("echo 'hello'\nsleep 5").replace("<triggers/>", parameters);
    world.post(2_000, "/job/p/config.xml", XML, &xml);
    assert!(world.get("/job/p/config.xml").body.contains("echo 'hello'"), "it is given back");
    world.post(2_000, "/job/p/buildWithParameters?WHO=other", FORM, "");
    world.post(2_000, "/job/p/buildWithParameters", FORM, "");
    world.advance(3_000);
    let blocked = seen(&mut world, "/queue/api/json?tree=items[_class,why,task[name]]");
    assert_eq!(blocked["items"][0]["_class"], "hudson.model.Queue$BlockedItem", "{blocked}");
    world.advance(30_000);
    let first = seen(&mut world, "/job/p/1/api/json?depth=1");
    assert_eq!(
        (&first["result"], &first["duration"]),
        (&json!("SUCCESS"), &json!(5_000)),
        "it needs no executor"
    );
    assert_eq!(first["actions"][0]["parameters"][0]["value"], "other");
    assert_eq!(first["nextBuild"]["number"], 2);
    let other = "<project/>";
    assert_eq!(
        world.send(30_000, "POST", "/job/p/config.xml", XML, other).status,
        500,
        "a job stays of its class"
    );
    assert!(world.get("/job/p/api/xml").body.starts_with("<workflowJob _class="));
}

#[test]
fn a_script_that_is_not_understood_fails_its_runs() {
    let mut world = world(&["linux"]);
    let table = [
        ("node('linux') {\n  if (env.X) { sleep 1 }\n}", "WorkflowScript: line 2: `if` is not understood"),
        ("node(labels[0]) { }", "WorkflowScript: line 1: a label that is not a plain text is not understood"),
    ];
    for (place, (script, reason)) in (1_i64..).zip(table) {
        world.post(place * 10_000, &format!("/createItem?name=p{place}"), XML, &flow(script));
        world.post(place * 10_000, &format!("/job/p{place}/build"), FORM, "");
        world.advance(place * 10_000 + 5_000);
        assert_eq!(seen(&mut world, &format!("/job/p{place}/1/api/json"))["result"], "FAILURE");
        let console = world.get(&format!("/job/p{place}/1/consoleText")).body;
        assert!(console.contains(reason) && console.ends_with("Finished: FAILURE\n"), "{console}");
    }
    let of_scm = flow("").replace("CpsFlowDefinition", "CpsScmFlowDefinition");
    let refused = world.send(90_000, "POST", "/createItem?name=s", XML, &of_scm);
    assert_eq!((refused.status, world.get("/job/s/api/json").status), (501, 404), "{}", refused.body);
}

const AXES: &str = "<axes><hudson.matrix.TextAxis><name>V</name><values><string>1</string><string>2</string></values>\
                    </hudson.matrix.TextAxis><hudson.matrix.LabelAxis><name>os</name><values><string>linux</string>\
                    <string>mac</string></values></hudson.matrix.LabelAxis></axes>";

fn matrix(axes: &str, inner: &str) -> String {
    format!(
        "<matrix-project plugin=\"matrix-project@1.18\"><quietPeriod>0</quietPeriod>{inner}{axes}<builders>\
         <hudson.tasks.Shell><command>sleep 10</command></hudson.tasks.Shell></builders></matrix-project>"
    )
}

#[test]
fn a_matrix_project_builds_every_configuration() {
    let mut world = world(&["linux"]);
    world.post(2_000, "/createItem?name=m", XML, &matrix(AXES, ""));
    let names = seen(&mut world, "/job/m/api/json?tree=activeConfigurations[name,url]");
    assert_eq!(names["_class"], "hudson.matrix.MatrixProject");
    let first = json!({"_class": "hudson.matrix.MatrixConfiguration", "name": "V=1,os=linux", "url": "http://h/job/m/V=1,os=linux/"});
    assert_eq!(names["activeConfigurations"][0], first);
    assert_eq!(
        seen(&mut world, "/api/json?tree=jobs[name]")["jobs"],
        json!([{"_class": "hudson.matrix.MatrixProject", "name": "m"}])
    );
    world.post(2_000, "/job/m/build", FORM, "");
    world.advance(3_000);
    let queue = seen(&mut world, "/queue/api/json?tree=items[why,task[name,labelExpression]]");
    let task = |name: &str| json!({"_class": "hudson.matrix.MatrixConfiguration", "name": name, "labelExpression": null});
    let [newest, .., oldest] = queue["items"].as_array().unwrap().as_slice() else { panic!("{queue}") };
    assert_eq!(
        (&newest["task"], &newest["why"]),
        (&task("V=2,os=mac"), &json!("There are no nodes with the label ‘mac’"))
    );
    assert_eq!(oldest["task"], task("V=1,os=mac"), "V=1,os=linux runs");
    let controller =
        seen(&mut world, "/computer/(master)/api/json?tree=oneOffExecutors[currentExecutable[_class]]");
    assert_eq!(controller["oneOffExecutors"][0]["currentExecutable"]["_class"], "hudson.matrix.MatrixBuild");
    let run = seen(&mut world, "/job/m/V=1,os=linux/1/api/json");
    assert_eq!((&run["_class"], &run["builtOn"]), (&json!("hudson.matrix.MatrixRun"), &json!("linux-1")));
    assert_eq!((&run["fullDisplayName"], &run["building"]), (&json!("m » 1,linux #1"), &json!(true)));

    world.advance(30_000);
    let build = seen(&mut world, "/job/m/1/api/json");
    assert_eq!((&build["building"], build["runs"].as_array().map(Vec::len)), (&json!(true), Some(2)));
    world.post(30_000, "/job/m/1/stop", FORM, "");
    assert_eq!(seen(&mut world, "/job/m/1/api/json")["result"], "ABORTED");
    assert_eq!(seen(&mut world, "/job/m/1/V=2,os=linux/api/json")["result"], "SUCCESS");
    assert_eq!(seen(&mut world, "/queue/api/json")["items"], json!([]), "those that waited are cancelled");
    let console = world.get("/job/m/1/consoleText").body;
    assert!(console.contains("m » 1,linux completed with result SUCCESS\n"), "{console}");
}

#[test]
fn a_matrix_project_is_configured_renamed_and_deleted_with_its_configurations() {
    let mut world = world(&["linux"]);
    world.post(2_000, "/createItem?name=m", XML, &matrix(AXES, ""));
    let axes = AXES.replace("<string>mac</string>", "").replace("<string>2</string>", "<string>3</string>");
    world.post(2_000, "/job/m/config.xml", XML, &matrix(&axes, "<description>n</description>"));
    world.post(2_000, "/job/m/doRename?newName=o", FORM, "");
    let job = seen(&mut world, "/job/o/api/json?tree=description,activeConfigurations[name]");
    assert_eq!(job["description"], "n");
    assert_eq!(job["activeConfigurations"].as_array().map(Vec::len), Some(2));
    assert_eq!(world.get("/job/o/V=1,os=mac/api/json").status, 200, "one that is built no more is kept");
    world.post(3_000, "/job/o/build", FORM, "");
    world.advance(40_000);
    assert_eq!(seen(&mut world, "/job/o/lastBuild/api/json")["result"], "SUCCESS");
    assert_eq!(seen(&mut world, "/job/o/V=3,os=linux/lastBuild/api/json")["number"], 1);
    assert_eq!(
        world.send(40_000, "POST", "/job/o/V=3,os=linux/build", FORM, "").status,
        404,
        "by the project alone"
    );
    let filtered = matrix(AXES, "<combinationFilter>V == '1'</combinationFilter>");
    assert_eq!(world.send(40_000, "POST", "/job/o/config.xml", XML, &filtered).status, 501);
    world.post(41_000, "/job/o/doDelete", FORM, "");
    for path in ["/job/o/api/json", "/job/o/V=1,os=linux/api/json"] {
        assert_eq!(world.get(path).status, 404, "{path}");
    }
}

/// `Queue.makeFlyWeightTaskBuildable`: the project's own task runs where its label says, beside a build.
#[test]
fn a_matrix_project_with_a_label_makes_an_agent_busy() {
    let mut world = world(&["linux"]);
    let axes = AXES.replace("mac", "linux");
    world.post(2_000, "/createItem?name=m", XML, &matrix(&axes, "<assignedNode>linux</assignedNode>"));
    world.post(2_000, "/createItem?name=w", XML, &matrix(&axes, "<assignedNode>windows</assignedNode>"));
    world.post(2_000, "/job/m/build", FORM, "");
    world.post(2_000, "/job/w/build", FORM, "");
    world.advance(5_000);
    let path =
        "/computer/linux-1/api/json?tree=idle,oneOffExecutors[number],executors[currentExecutable[number]]";
    let agent = seen(&mut world, path);
    assert_eq!((&agent["idle"], &agent["oneOffExecutors"]), (&json!(false), &json!([{"number": -1}])));
    assert_eq!(
        agent["executors"][0]["currentExecutable"]["number"], 1,
        "its configurations run there as well"
    );
    let waits = seen(&mut world, "/job/w/api/json?tree=queueItem[why]");
    assert_eq!(waits["queueItem"]["why"], "There are no nodes with the label ‘windows’");
    assert_eq!(seen(&mut world, "/job/m/1/api/json")["builtOn"], "linux-1");
}
