//! Agents whose processes are not in the tasks of the server of Jenkins: by a call, and by the hook of another server.

use crate::client::{Both, send, with_servers, with_settings};
use footman::serve::{ClockMode, ServeSettings, Server, TwinsSettings};
use serde_json::{Value, json};
use std::{net::SocketAddr, num::NonZeroU32};
use tokio::sync::oneshot;

async fn offline(jenkins: SocketAddr, node: &str) -> bool {
    let path = format!("/computer/{node}/api/json?tree=offline");
    send(jenkins, "GET", &path, &[], "").await.unwrap().json()["offline"].as_bool().unwrap()
}

#[test]
fn an_agent_connects_with_its_secret_and_is_gone_when_its_process_is() {
    with_servers(ClockMode::Lockstep, |both| async move {
        both.create_node("n1", "docker").await;
        let key = both.secret("n1").await;
        let call = json!({ "name": "n1", "secret": key });
        assert!(offline(both.jenkins, "n1").await);
        assert_eq!(both.agent(call.clone()).await, json!({ "connected": true }));
        assert!(!offline(both.jenkins, "n1").await);

        // jenkins.md 2: a second agent of a connected name ends with 255, and the first stays.
        let second = both.agent(call.clone()).await;
        assert_eq!((&second["connected"], &second["exitCode"]), (&json!(false), &json!(255)), "{second}");
        assert!(!offline(both.jenkins, "n1").await);

        // jenkins.md 2: doDisconnect does not keep an inbound agent away: it is back after 10 s.
        assert_eq!(both.post("/computer/n1/doDisconnect").await.status, 302);
        assert!(offline(both.jenkins, "n1").await);
        assert_eq!(both.until(10_000, || async { !offline(both.jenkins, "n1").await }).await, 10_000);

        assert_eq!(
            both.agent(json!({ "name": "n1", "connected": false })).await,
            json!({ "connected": false })
        );
        assert!(offline(both.jenkins, "n1").await);
        let again = both.sim("POST", "/_sim/agent", json!({ "name": "n1", "connected": false })).await;
        assert_eq!(again.status, 400, "{}", again.body);
        assert_eq!(both.agent(call).await, json!({ "connected": true }), "a new process of the same name");

        // jenkins.md 2: after doDelete the agent's next try is refused, and it exits; its name can come again.
        assert_eq!(both.post("/computer/n1/doDelete").await.status, 302);
        let (now, _) = both.clock().await;
        both.advance(now + 10_000).await;
        both.create_node("n1", "docker").await;
        let (now, _) = both.clock().await;
        both.advance(now + 60_000).await;
        assert!(offline(both.jenkins, "n1").await, "the old process has exited");
    });
}

#[test]
fn agents_over_web_socket_die_of_a_restart_and_frozen_ones_are_missed_after_530_s() {
    with_servers(ClockMode::Lockstep, |both| async move {
        for name in ["tcp", "ws", "frozen"] {
            both.create_node(name, "docker").await;
            let key = both.secret(name).await;
            let call = json!({ "name": name, "secret": key, "webSocket": name == "ws" });
            assert_eq!(both.agent(call).await, json!({ "connected": true }));
        }
        // jenkins.md 2: a frozen agent stays online for about 530 s.
        let frozen = json!({ "name": "frozen", "frozen": true });
        assert_eq!(both.agent(frozen).await, json!({ "frozen": true }));
        let missed = both.until(600_000, || offline(both.jenkins, "frozen")).await;
        assert_eq!(missed, 530_000);
        // jenkins.md 2: after a restart TCP agents are back some 9 s after the controller is ready, the others never.
        both.sim_done("POST", "/_sim/restart", Value::Null).await;
        let (down, _) = both.clock().await;
        both.advance(down + 12_000).await;
        assert!(offline(both.jenkins, "tcp").await);
        both.advance(down + 21_000).await;
        assert!(!offline(both.jenkins, "tcp").await);
        both.advance(down + 600_000).await;
        assert!(offline(both.jenkins, "ws").await);
    });
}

#[test]
fn an_agent_that_is_refused_exits_with_255() {
    with_servers(ClockMode::Lockstep, |both| async move {
        both.create_node("n1", "docker").await;
        // name, secret => reason; jenkins.md 2 (wrong secret, unknown node)
        let table =
            [("n1", "wrong", "the secret is not that of the node"), ("n2", "", "there is no such node")];
        for (name, given, reason) in table {
            let key = if given.is_empty() {
                // The secret depends on the name alone, so that a node that is deleted has it still.
                both.create_node(name, "docker").await;
                let key = both.secret(name).await;
                both.post(&format!("/computer/{name}/doDelete")).await;
                key
            } else {
                given.to_owned()
            };
            let answer = both.agent(json!({ "name": name, "secret": key })).await;
            assert_eq!(answer, json!({ "connected": false, "exitCode": 255, "reason": reason }));
        }
        assert!(offline(both.jenkins, "n1").await);
        // body => part of the error
        let table = [
            (json!({ "name": "n1" }), "connects with its secret"),
            (json!({ "secret": "s" }), "missing field `name`"),
            (json!({ "name": "n1", "secret": "s", "wait": 1 }), "unknown field `wait`"),
            (json!({ "name": "n3", "connected": false }), "no agent `n3`"),
            (json!({ "name": "n1", "frozen": true }), "no agent of `n1` is connected"),
            (json!({ "name": "n1", "secret": "s", "frozen": true }), "frozen goes with a name alone"),
        ];
        for (body, error) in table {
            let answer = both.sim("POST", "/_sim/agent", body.clone()).await;
            assert!(answer.status == 400 && answer.body.contains(error), "{body}: {}", answer.body);
        }
    });
}

#[test]
fn the_hook_of_another_server_is_told_which_agents_there_are() {
    with_servers(ClockMode::Lockstep, |both| async move {
        both.create_node("n1", "docker").await;
        let key = both.secret("n1").await;
        let told = |event: &str, command: Value| json!({ "event": event, "taskArn": "arn:1", "environment": {}, "command": command });
        let started = told("started", json!(["-url", "http://j/", key, "n1"]));
        for _ in 0..2 {
            let answer = both.sim_done("POST", "/_sim/hook", started.clone()).await;
            assert_eq!(answer, json!({ "node": "n1" }), "a post that is repeated starts nothing again");
        }
        let took = both.until(6_000, || async { !offline(both.jenkins, "n1").await }).await;
        assert!((3_000..=6_000).contains(&took), "jenkins.md 4: the JVM takes 3 to 6 s; {took} ms");
        let answer = both.sim_done("POST", "/_sim/hook", told("stopped", Value::Null)).await;
        assert_eq!(answer, json!({ "node": "n1" }));
        assert!(offline(both.jenkins, "n1").await);
        let other = told("started", json!(["sleep", "60"]));
        assert_eq!(both.sim_done("POST", "/_sim/hook", other).await, json!({ "node": null }));
        let answer = both.sim("POST", "/_sim/hook", told("begun", Value::Null)).await;
        assert!(answer.status == 400 && answer.body.contains("unknown variant `begun`"), "{}", answer.body);
        let region = both.sim("POST", "/_sim/hook?region=eu-central-1", started).await;
        assert!(region.status == 400 && region.body.contains("no region"), "{}", region.body);
    });
}

/// An ECS on its own, whose hook is this URL, with latencies of zero.
async fn ecs_alone(hook: &str) -> Server {
    let mut twins = TwinsSettings::default();
    twins.make_instant();
    let wall = ClockMode::Wall { speed: NonZeroU32::MIN };
    let settings = ServeSettings::on_free_ports(wall, twins);
    let hook = Some(hook.parse().unwrap());
    Server::bind(ServeSettings { jenkins: None, hook, ..settings }).await.unwrap()
}

#[test]
fn two_servers_bring_an_agent_online_and_take_it_away_by_the_hook() {
    let mut twins = TwinsSettings::default();
    twins.make_instant();
    let wall = ClockMode::Wall { speed: NonZeroU32::MIN };
    let jenkins = ServeSettings { ecs: None, ..ServeSettings::on_free_ports(wall, twins) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let jenkins = Server::bind(jenkins).await.unwrap();
        let at = jenkins.jenkins_address().unwrap();
        let ecs = ecs_alone(&format!("http://{at}/_sim/hook")).await;
        let both = Both { ecs: ecs.ecs_address().unwrap(), jenkins: at };
        let (end, ended) = oneshot::channel::<()>();
        let (end_too, ended_too) = oneshot::channel::<()>();
        let story = async move {
            both.create_node("n1", "docker").await;
            let key = both.secret("n1").await;
            let environment =
                json!([{ "name": "JENKINS_AGENT_NAME", "value": "n1" }, { "name": "JENKINS_SECRET", "value": key }]);
            let task = both.run_agent(environment).await;
            // The post is on its way; each request lets it come a little further.
            while offline(at, "n1").await {}
            both.ecs_done("StopTask", json!({ "task": task })).await;
            while !offline(at, "n1").await {}
            let alone = both.sim("POST", "/_sim/agent", json!({ "name": "n1", "secret": key })).await;
            assert_eq!(alone.status, 409, "there is no Jenkins in this one: {}", alone.body);
            drop((end, end_too));
        };
        let (one, other, ()) = tokio::join!(
            jenkins.run(async move { drop(ended.await) }),
            ecs.run(async move { drop(ended_too.await) }),
            story
        );
        one.unwrap();
        other.unwrap();
    });
}

#[test]
fn a_program_that_ends_with_its_container_is_not_needed_in_one_server() {
    // Inside one server the connection is internal and takes its time from the clock: nothing is posted.
    let settings = ServeSettings::on_free_ports(ClockMode::Lockstep, TwinsSettings::default());
    with_settings(settings, |both| async move {
        both.create_node("n1", "docker").await;
        let environment = json!([{ "name": "JENKINS_AGENT_NAME", "value": "n1" }]);
        both.run_agent(environment).await;
        both.until(120_000, || async { !offline(both.jenkins, "n1").await }).await;
        // The node is taken: the process of a call is the second one.
        let key = both.secret("n1").await;
        let second = both.agent(json!({ "name": "n1", "secret": key })).await;
        assert_eq!(second["exitCode"], json!(255), "{second}");
    });
}

#[test]
fn calls_of_jenkins_fail_or_lose_their_answers_by_rule() {
    with_servers(ClockMode::Lockstep, |both| async move {
        let rules = json!({ "calls": [
            { "fault": "serverError", "operation": "queue", "count": 1 },
            { "fault": "answerLost", "operation": "computer", "count": 1 },
        ], "staleMs": 0 });
        assert_eq!(both.sim_done("PUT", "/_sim/jenkins-faults", rules.clone()).await, rules);
        let failed = both.get("/queue/api/json").await;
        assert!(failed.status == 500 && failed.body.contains("Oops!"), "{}", failed.body);
        assert_eq!(both.get("/queue/api/json").await.status, 200, "once");
        // The node is made, and nobody is told.
        let form = "name=n1&type=hudson.slaves.DumbSlave&json=%7B%22numExecutors%22%3A%221%22%7D";
        let content = [("content-type", "application/x-www-form-urlencoded")];
        assert!(send(both.jenkins, "POST", "/computer/doCreateItem", &content, form).await.is_none());
        assert_eq!(both.get("/computer/n1/api/json").await.status, 200);
        let none = json!({ "calls": [], "staleMs": 0 });
        assert_eq!(both.sim_done("GET", "/_sim/jenkins-faults", Value::Null).await, none);
        // body => part of the error
        let table = [
            (json!({ "calls": [{ "fault": "throttled", "count": 1 }] }), "throttles no call"),
            (json!({ "calls": [{ "fault": "serverError" }] }), "a count or a perMillion"),
            (json!({ "tasks": {} }), "unknown field `tasks`"),
            (json!({ "staleMs": 3_600_001 }), "staleMs is 3600001; expected at most 3600000"),
        ];
        for (body, error) in table {
            let answer = both.sim("PUT", "/_sim/jenkins-faults", body.clone()).await;
            assert!(answer.status == 400 && answer.body.contains(error), "{body}: {}", answer.body);
        }
    });
}

#[test]
fn a_proxy_before_jenkins_shows_what_was() {
    with_servers(ClockMode::Lockstep, |both| async move {
        let now = both.sim_done("GET", "/_sim/next", Value::Null).await["now"].as_i64().unwrap();
        both.sim_done("PUT", "/_sim/jenkins-faults", json!({ "staleMs": 1_500 })).await;
        let listed = async || both.get("/computer/api/json?tree=computer%5BdisplayName%5D").await.body;
        let before = listed().await;
        both.create_node("n1", "docker").await;
        for (ms, seen) in [(0, false), (1_499, false), (1_500, true)] {
            both.advance(now + ms).await;
            assert_eq!(listed().await.contains("n1"), seen, "{ms} ms later");
        }
        assert!(!before.contains("n1"), "{before}");
        assert_eq!(both.get("/computer/n1/api/json").await.status, 200, "one node is asked for itself");
        let other = both.get("/computer/api/json?tree=computer%5BdisplayName,offline%5D").await.body;
        assert!(other.contains("n1"), "another question is asked anew: {other}");
    });
}

#[test]
fn a_reload_of_the_configuration_as_code_removes_nodes_that_it_does_not_name_or_keep() {
    // jenkins.md 6: #2842, and since #2844 nodes with `CascKeepNode` stay.
    with_servers(ClockMode::Lockstep, |both| async move {
        both.create_node("gone", "docker").await;
        both.create_node("kept", "docker").await;
        let reload =
            json!({ "nodes": [{ "name": "static", "labels": "linux", "executors": 2 }], "keep": ["kept"] });
        let left = both.sim_done("POST", "/_sim/casc", reload).await;
        assert_eq!(left, json!({ "nodes": ["master", "kept", "static"] }));
        assert_eq!(both.get("/computer/gone/api/json").await.status, 404);
        let made = both.get("/computer/static/api/json?tree=numExecutors,offline").await.json();
        assert_eq!((&made["numExecutors"], &made["offline"]), (&json!(2), &json!(true)));
        // body => part of the error
        let table = [
            (json!({ "nodes": [{ "name": "a" }, { "name": "a" }] }), "already exists"),
            (json!({ "nodes": [], "keep": ["absent"] }), "the node `absent` cannot be kept"),
            (json!({ "nodes": [{ "name": "a/b" }] }), "unsafe character"),
            (json!({}), "missing field `nodes`"),
        ];
        for (body, error) in table {
            let answer = both.sim("POST", "/_sim/casc", body.clone()).await;
            assert!(answer.status == 400 && answer.body.contains(error), "{body}: {}", answer.body);
        }
        assert_eq!(both.get("/computer/static/api/json").await.status, 200, "nothing was changed");
    });
}
