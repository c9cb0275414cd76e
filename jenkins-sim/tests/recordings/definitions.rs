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
