//! A trace that is played into the queue of Jenkins, and a restart in the middle of it.

use crate::client::{Answer, Both, send, with_servers, with_twins};
use footman::serve::{ClockMode, TwinsSettings};
use footman_core::Millis;
use serde_json::{Value, json};
use std::{io::ErrorKind, net::SocketAddr, num::NonZeroU32};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const TRACE: &str = "submit_s,duration_s,label,job,run,after\n\
                     0,10,docker && linux,team/app,1,\n\
                     0,5,gpu,team/app,1,0\n\
                     60,1,linux,,,\n";

impl Both {
    async fn workload(self, method: &str, query: &str, body: &str) -> Answer {
        send(self.jenkins, method, &format!("/_sim/workload{query}"), &[], body).await.unwrap()
    }

    async fn queue(self) -> Vec<(String, String)> {
        let answer = self.get("/queue/api/json?tree=items[why,task[url]]").await.json();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let items = answer["items"].as_array().unwrap();
        items.iter().map(|item| (text(&item["task"]["url"]), text(&item["why"]))).collect()
    }
}

/// Creates a node with these labels and connects its agent.
async fn agent(both: Both, name: &str, labels: &str) {
    both.create_node(name, labels).await;
    both.connect(name).await;
}

#[test]
fn builds_come_at_their_times_and_after_those_that_they_follow() {
    with_servers(ClockMode::Lockstep, |both| async move {
        agent(both, "n1", "docker linux gpu").await;
        let (start, _) = both.clock().await;
        let played = both.workload("POST", "", TRACE).await;
        assert_eq!(played.status, 200, "{}", played.body);
        let progress = |submitted: u64, ended: u64| json!({ "builds": 3, "submitted": submitted, "ended": ended, "refused": 0 });
        assert_eq!(played.json()["workload"], progress(1, 0), "the second follows the first");
        let again = both.workload("POST", "", TRACE).await;
        assert!(again.status == 409 && again.body.contains("played already"), "{}", again.body);

        both.advance(start + 13_000).await;
        assert_eq!(both.workload("GET", "", "").await.json()["workload"], progress(2, 1));
        let of = |path: &'static str| async move { both.get(path).await.json() };
        let first = of("/job/team/job/app/1/api/json?tree=result,duration,builtOn").await;
        assert_eq!((&first["result"], &first["duration"]), (&json!("SUCCESS"), &json!(10_000)));
        let second = of("/job/team/job/app%202/api/json?tree=labelExpression,lastBuild[building]").await;
        assert_eq!(
            (&second["labelExpression"], &second["lastBuild"]["building"]),
            (&json!("gpu"), &json!(true)),
            "a job has one label: {second}"
        );
        both.advance(start + 70_000).await;
        let ended = both.workload("GET", "", "").await.json();
        assert_eq!((&ended["workload"], &ended["done"]), (&progress(3, 3), &json!(true)));
        let nameless = of("/job/workload/1/api/json?tree=result").await;
        assert_eq!(nameless["result"], json!("SUCCESS"));
        assert_eq!(both.workload("POST", "", TRACE).await.status, 200, "the same once more");
        assert_eq!(both.workload("DELETE", "", "").await.status, 200);
        both.advance(start + 200_000).await;
        assert_eq!(both.workload("GET", "", "").await.json()["workload"], Value::Null);
    });
}

#[test]
fn the_blocks_of_a_pipelines_run_come_one_after_another_and_show_their_labels_in_why_alone() {
    with_servers(ClockMode::Lockstep, |both| async move {
        for (name, labels) in [("n1", "docker linux"), ("n2", "docker linux")] {
            both.create_node(name, labels).await;
        }
        let played = both.workload("POST", "?kind=pipeline", TRACE).await.json();
        assert_eq!(played["workload"]["submitted"], json!(1), "the second block follows the first: {played}");
        let (now, _) = both.clock().await;
        both.advance(now + 1_000).await;
        // jenkins.md 1: the label of a Pipeline is in `why` only, in its normalised spelling.
        let queue = both.queue().await;
        assert_eq!(queue.len(), 1, "{queue:?}");
        assert_eq!(queue[0].1, "All nodes of label ‘docker&&linux’ are offline");
        agent(both, "n3", "docker linux").await;
        both.advance(now + 12_000).await;
        assert_eq!(both.queue().await[0].1, "There are no nodes with the label ‘gpu’");
        agent(both, "n4", "gpu").await;
        both.advance(now + 18_000).await;
        let progress = both.workload("GET", "", "").await.json();
        assert_eq!(progress["workload"]["ended"], json!(2), "{progress}");
        let run = both.get("/job/team/job/app/1/api/json?tree=result").await.json();
        assert_eq!(run["result"], json!("SUCCESS"));
        let second = both.get("/job/team/job/app/2/api/json").await;
        assert_eq!(second.status, 404, "one run: {}", second.body);
    });
}

#[test]
fn builds_of_a_restart_come_when_the_controller_is_back() {
    with_servers(ClockMode::Lockstep, |both| async move {
        let (start, _) = both.clock().await;
        assert_eq!(both.sim_done("POST", "/_sim/restart", Value::Null).await, json!({}));
        // jenkins.md 2: no answer for 4 s, then 503 for 8 s.
        assert!(send(both.jenkins, "GET", "/api/json", &[], "").await.is_none());
        let played = both.workload("POST", "", TRACE).await.json();
        assert_eq!(played["workload"]["submitted"], json!(0));
        both.advance(start + 4_000).await;
        let starting = both.get("/api/json").await;
        assert!(
            starting.status == 503 && starting.body.contains("getting ready to work"),
            "{}",
            starting.body
        );
        both.advance(start + 12_000).await;
        assert_eq!(both.get("/api/json").await.status, 200);
        assert_eq!(both.workload("GET", "", "").await.json()["workload"]["submitted"], json!(0));
        both.advance(start + 20_000).await;
        assert_eq!(
            both.workload("GET", "", "").await.json()["workload"]["submitted"],
            json!(1),
            "tried every 10 s"
        );
    });
}

/// jenkins.md 2: a controller that restarts refuses connections, then answers 503, then it is back.
#[test]
fn on_the_wall_a_controller_that_restarts_refuses_connections() {
    let mut twins = TwinsSettings::default();
    let latencies = &mut twins.jenkins.latencies;
    (latencies.restart_refused, latencies.restart_starting) = (Millis::new(150), Millis::new(150));
    with_twins(ClockMode::Wall { speed: NonZeroU32::MIN }, twins, |both| async move {
        both.sim_done("POST", "/_sim/restart", Value::Null).await;
        let mut seen = Vec::new();
        while seen.last() != Some(&"back") {
            let now = match TcpStream::connect(both.jenkins).await {
                Err(error) if error.kind() == ErrorKind::ConnectionRefused => "refused",
                Err(error) => panic!("{error}"),
                // Between the two the port may close, or the connection have been taken before it did.
                Ok(_) => match try_status(both.jenkins).await {
                    Some(503) => "starting",
                    Some(200) => "back",
                    Some(_) | None => continue,
                },
            };
            if seen.last() != Some(&now) {
                seen.push(now);
            }
        }
        assert_eq!(seen, ["refused", "starting", "back"]);
    });
}

/// The status of an answer, where the server can be reached and gives one.
async fn try_status(to: SocketAddr) -> Option<u16> {
    let mut stream = TcpStream::connect(to).await.ok()?;
    stream.write_all(b"GET /api/json HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n").await.ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    answer.split(' ').nth(1)?.parse().ok()
}

#[test]
fn what_cannot_be_played_says_where_it_is_wrong_and_nothing_is_played() {
    with_servers(ClockMode::Lockstep, |both| async move {
        // query, body => part of the error
        let table = [
            ("", "", "`the request's body`"),
            ("", "submit_s,duration\n", "duration"),
            ("", "submit_s,duration_s0,1", "curl sends a file as it is by --data-binary @FILE"),
            ("", "submit_s,duration_s\n0,1\n5,x\n", "line 3"),
            ("", "submit_s,duration_s,job\n0,1,a?b\n", "the job `a?b` cannot be made"),
            ("?kind=gradle", "submit_s,duration_s\n0,1\n", "expected kind=freestyle"),
            ("?region=eu-central-1", "submit_s,duration_s\n0,1\n", "has no meaning here"),
            (
                "?kind=pipeline&gradle=lint",
                "submit_s,duration_s\n0,1\n",
                "KIND=JOB for a job of another kind",
            ),
        ];
        for (query, body, error) in table {
            let answer = both.workload("POST", query, body).await;
            assert!(answer.status == 400 && answer.body.contains(error), "{query} {body:?}: {}", answer.body);
        }
        assert_eq!(both.workload("GET", "", "").await.json()["workload"], Value::Null);
        assert_eq!(both.workload("GET", "?kind=pipeline", "").await.status, 400);
        assert_eq!(both.sim("POST", "/_sim/restart", json!({ "now": true })).await.status, 400);
    });
}

#[test]
fn a_job_that_is_named_is_of_its_own_kind() {
    with_servers(ClockMode::Lockstep, |both| async move {
        let trace = "submit_s,duration_s,label,job\n0,1,docker,app\n0,1,docker,a lint\n";
        both.workload("POST", "?kind=pipeline&freestyle=a%20lint", trace).await;
        let jobs = both.get("/api/json?tree=jobs[name]").await.json();
        let kind = |name: &str| {
            let job = jobs["jobs"].as_array().unwrap().iter().find(|job| job["name"] == name);
            job.unwrap()["_class"].clone()
        };
        assert_eq!(kind("app"), "org.jenkinsci.plugins.workflow.job.WorkflowJob");
        assert_eq!(kind("a lint"), "hudson.model.FreeStyleProject");
    });
}
