//! The life of an agent through both servers, as a provisioner would lead it.

use crate::client::{Both, with_servers};
use footman::serve::ClockMode;
use serde_json::{Value, json};

const JOB: &str = "<?xml version='1.1' encoding='UTF-8'?><project><assignedNode>docker &amp;&amp; linux</assignedNode>\
                   <quietPeriod>0</quietPeriod><builders><hudson.tasks.Shell><command>sleep 20</command>\
                   </hudson.tasks.Shell></builders></project>";

async fn computer(both: Both, node: &str) -> Value {
    let tree = "displayName,offline,idle,offlineCauseReason,assignedLabels[name],executors[idle,currentExecutable[url,queueId]]";
    both.get(&format!("/computer/{node}/api/json?tree={tree}")).await.json()
}

async fn is_online(both: Both, node: &str) -> bool {
    computer(both, node).await["offline"] == json!(false)
}

async fn status(both: Both, task: &str) -> String {
    both.task(task).await["lastStatus"].as_str().unwrap().to_owned()
}

#[test]
fn an_agent_comes_takes_a_build_and_goes() {
    with_servers(ClockMode::Lockstep, |both| async move {
        assert_eq!(both.post_xml("/createItem?name=build", JOB).await.status, 200);
        assert_eq!(both.create_node("n1", "docker linux").await.status, 302);
        let built = both.post("/job/build/build").await;
        assert_eq!(built.status, 201);
        let item = format!("http://{}/queue/item/1/", both.jenkins);
        assert_eq!(built.header("location"), Some(item.as_str()));
        let secret = both.secret("n1").await;
        let environment = json!([{ "name": "JENKINS_AGENT_NAME", "value": "n1" }, { "name": "JENKINS_SECRET", "value": secret }]);
        let task = both.run_agent(environment).await;

        let waited = both.until(60_000, || async { status(both, &task).await == "RUNNING" }).await;
        assert!(!is_online(both, "n1").await, "the task runs, and the agent starts");
        let started = both.until(6_000, || is_online(both, "n1")).await;
        assert!((3_000..=6_000).contains(&started), "{started} ms after {waited} ms");
        both.until(1_000, || async { computer(both, "n1").await["idle"] == json!(false) }).await;
        both.until(1_000, || async {
            !computer(both, "n1").await["executors"][0]["currentExecutable"].is_null()
        })
        .await;
        let executable = computer(both, "n1").await["executors"][0]["currentExecutable"].clone();
        assert_eq!(executable["queueId"], json!(1));
        assert_eq!(executable["url"], json!(format!("http://{}/job/build/1/", both.jenkins)));

        let result = || async { both.get("/job/build/1/api/json?tree=result,duration,builtOn").await.json() };
        both.until(21_000, || async { !result().await["result"].is_null() }).await;
        let result = result().await;
        assert_eq!(
            (&result["result"], &result["duration"], &result["builtOn"]),
            (&json!("SUCCESS"), &json!(20_000), &json!("n1"))
        );

        let stopped = both.ecs_done("StopTask", json!({ "task": task, "reason": "it is spent" })).await;
        assert_eq!(
            (&stopped["task"]["lastStatus"], &stopped["task"]["desiredStatus"]),
            (&json!("RUNNING"), &json!("STOPPED"))
        );
        both.until(60_000, || async { status(both, &task).await == "STOPPED" }).await;
        assert_eq!(both.task(&task).await["stoppedReason"], json!("it is spent"));
        let gone = computer(both, "n1").await;
        assert_eq!(gone["offline"], json!(true));
        assert!(gone["offlineCauseReason"].as_str().unwrap().starts_with("Connection was broken"));

        assert_eq!(both.post("/computer/n1/doDelete").await.status, 302);
        assert_eq!(both.post("/computer/n1/doDelete").await.status, 404);
        let left = both.ecs_done("ListTasks", json!({ "startedBy": "footman" })).await;
        assert_eq!(left["taskArns"], json!([]));
    });
}

#[test]
fn an_agent_whose_node_is_deleted_exits_and_its_build_fails() {
    with_servers(ClockMode::Lockstep, |both| async move {
        both.post_xml("/createItem?name=build", JOB).await;
        both.create_node("n1", "docker linux").await;
        both.post("/job/build/build").await;
        let task = both.run_agent(json!([{ "name": "SLAVE_NODE_NAME", "value": "n1" }])).await;
        both.until(90_000, || async { computer(both, "n1").await["idle"] == json!(false) }).await;
        let (now, _) = both.clock().await;
        both.advance(now + 1_000).await;

        assert_eq!(both.post("/computer/n1/doDelete").await.status, 302);
        assert_eq!(
            both.get("/job/build/lastBuild/api/json?tree=result").await.json()["result"],
            json!("FAILURE")
        );
        both.until(30_000, || async { status(both, &task).await == "STOPPED" }).await;
        let stopped = both.task(&task).await;
        assert_eq!(stopped["stopCode"], json!("EssentialContainerExited"));
        assert_eq!(stopped["containers"][0]["exitCode"], json!(255));
    });
}

#[test]
fn an_agent_with_a_wrong_secret_or_without_a_node_exits() {
    with_servers(ClockMode::Lockstep, |both| async move {
        both.create_node("n1", "docker").await;
        let wrong = json!([{ "name": "SLAVE_NODE_NAME", "value": "n1" }, { "name": "SLAVE_NODE_SECRET", "value": "00" }]);
        for environment in [wrong, json!([{ "name": "JENKINS_AGENT_NAME", "value": "nowhere" }])] {
            let task = both.run_agent(environment).await;
            both.until(90_000, || async { status(both, &task).await == "STOPPED" }).await;
            assert_eq!(both.task(&task).await["containers"][0]["exitCode"], json!(255));
            assert!(!is_online(both, "n1").await);
        }
    });
}

#[test]
fn a_task_that_names_no_node_runs_until_it_is_stopped() {
    with_servers(ClockMode::Lockstep, |both| async move {
        let task = both.run_agent(json!([])).await;
        both.until(60_000, || async { status(both, &task).await == "RUNNING" }).await;
        let (now, _) = both.clock().await;
        both.advance(now + 3_600_000).await;
        assert_eq!(status(both, &task).await, "RUNNING");
    });
}

#[test]
fn a_secret_outlives_its_node_and_labels_can_be_emptied() {
    with_servers(ClockMode::Lockstep, |both| async move {
        both.create_node("n1", "docker linux").await;
        let before = both.secret("n1").await;
        let xml = both.get("/computer/n1/config.xml").await.body;
        assert!(
            xml.contains("<label>docker linux</label>") && xml.contains("<mode>EXCLUSIVE</mode>"),
            "{xml}"
        );
        let emptied = xml.replace("<label>docker linux</label>", "<label></label>");
        assert_eq!(both.post_xml("/computer/n1/config.xml", &emptied).await.status, 200);
        assert_eq!(computer(both, "n1").await["assignedLabels"], json!([{ "name": "n1" }]));
        both.post("/computer/n1/doDelete").await;
        both.create_node("n1", "other").await;
        assert_eq!(both.secret("n1").await, before);
        both.create_node("n2", "other").await;
        assert_ne!(both.secret("n2").await, before);
    });
}

#[test]
fn the_same_story_reads_the_same_twice() {
    let told = || {
        let (send, told) = std::sync::mpsc::channel();
        with_servers(ClockMode::Lockstep, |both| async move {
            both.create_node("n1", "docker").await;
            both.post("/job/example/build").await;
            let task = both.run_agent(json!([{ "name": "SLAVE_NODE_NAME", "value": "n1" }])).await;
            for _ in 0..20 {
                let (_, Some(next)) = both.clock().await else { break };
                both.advance(next).await;
                let computers = both.get("/computer/api/json?depth=2").await.body;
                let text = format!("{next} {} {computers}", both.task(&task).await);
                send.send(text.replace(&both.jenkins.to_string(), "HOST")).unwrap();
            }
        });
        told.iter().collect::<Vec<String>>()
    };
    let (one, two) = (told(), told());
    assert!(one.len() >= 8, "a task has as many turns: {}", one.len());
    assert_eq!(one, two);
}
