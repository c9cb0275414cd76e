//! What a poll makes of canned answers, and what it costs.

use crate::fixture::{AGENT, description, jenkins, run, wanted};
use flate2::{Compression, write::GzEncoder};
use footman_backend::jenkins::{
    CallError, SendError, lookouts,
    observe::{LabelSource, Observer, PollError},
};
use footman_core::{
    event::{Failure, Node},
    id::OwnerId,
    label::LabelSet,
};
use serde_json::{Value, json};
use std::io::Write;
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{header, method, path, query_param, query_param_contains},
};

/// What is asked about nodes where nobody needs to know which runs are under way, and what is asked otherwise.
const TREE: &str = "computer[displayName,description,idle,offline,temporarilyOffline,numExecutors,assignedLabels[name],\
                    executors[currentExecutable[queueId]]]";
const TREE_WITH_RUNS: &str = "computer[displayName,description,idle,offline,temporarilyOffline,numExecutors,\
                              assignedLabels[name],executors[currentExecutable[queueId,url]],\
                              oneOffExecutors[currentExecutable[url]]]";

const STEP: &str = "org.jenkinsci.plugins.workflow.support.steps.ExecutorStepExecution$PlaceholderTask";

fn shown(body: &Value, session: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body).insert_header("x-jenkins-session", session)
}

async fn on(server: &MockServer, at: &str, answer: ResponseTemplate) {
    Mock::given(method("GET")).and(path(at)).respond_with(answer).mount(server).await;
}

fn node(name: &str, description: &str, labels: &[&str], idle: bool) -> Value {
    let labels: Vec<Value> = labels.iter().chain([&name]).map(|label| json!({ "name": label })).collect();
    json!({"_class": "hudson.slaves.SlaveComputer", "displayName": name, "description": description, "idle": idle,
           "offline": false, "temporarilyOffline": false, "numExecutors": 1, "assignedLabels": labels,
           "executors": [{ "currentExecutable": null }]})
}

fn computers(nodes: &[Value]) -> Value {
    json!({ "_class": "hudson.model.ComputerSet", "computer": nodes })
}

fn buildable(id: u64, task: Value, why: &str) -> Value {
    json!({"_class": "hudson.model.Queue$BuildableItem", "id": id, "inQueueSince": 1, "buildableStartMilliseconds": 2,
           "pending": false, "task": task, "why": why})
}

fn queue(items: &[Value]) -> Value {
    json!({ "_class": "hudson.model.Queue", "items": items })
}

fn freestyle(label: &str) -> Value {
    json!({"_class": "hudson.model.FreeStyleProject", "labelExpression": label})
}

async fn asked(server: &MockServer) -> Vec<String> {
    server.received_requests().await.unwrap().iter().map(|request| request.url.path().to_owned()).collect()
}

#[test]
fn a_poll_tells_nodes_and_items_and_leaves_out_what_is_no_agent() {
    run(async {
        let server = MockServer::start().await;
        let docker = LabelSet::new(["docker"]);
        let lookouts = lookouts::wanted(&OwnerId::from("prod"), [&docker]);
        let mut nodes =
            vec![node(AGENT, &description(), &["docker"], false), node("static", "", &["gpu"], true)];
        nodes.extend(
            lookouts.iter().map(|look| node(look.name.as_str(), &look.description, &["docker"], true)),
        );
        on(&server, "/ci/computer/api/json", shown(&computers(&nodes), "7fd17a07")).await;
        let items = [
            buildable(2, json!({ "_class": STEP }), "All nodes of label ‘docker&&!mac’ are offline"),
            buildable(1, freestyle("docker && linux"), "There are no nodes with the label ‘docker&&linux’"),
            buildable(3, json!({ "_class": STEP }), "Blockiert"),
            buildable(4, json!({ "_class": "org.jenkinsci.plugins.workflow.job.WorkflowJob" }), ""),
        ];
        let answer = shown(&queue(&items), "7fd17a07");
        Mock::given(method("GET"))
            .and(path("/ci/queue/api/json"))
            .and(header("accept-language", "en"))
            .and(query_param_contains("tree", "items[id,why,"))
            .respond_with(answer)
            .mount(&server)
            .await;
        let mut observer = Observer::new(jenkins(&format!("{}/ci/", server.uri())), LabelSource::Why);
        let poll = observer.poll().await.unwrap();
        let names: Vec<&str> = poll.listing.nodes.iter().map(|node| node.name.as_str()).collect();
        assert_eq!(names, [AGENT, "static"]);
        assert_eq!(poll.nodes.len(), 4);
        assert_eq!(wanted(&poll), ["docker&&linux", "docker&&!mac", "?"]);
        assert_eq!(
            (poll.unknown_labels, poll.unreadable.as_slice()),
            (1, ["Blockiert".to_owned()].as_slice())
        );
        assert_eq!((poll.hidden_builds, poll.has_hidden), (1, true));
        let listing = &poll.listing;
        assert_eq!((listing.session, listing.complete, listing.quieting_down), (0x7fd1_7a07, true, false));
        assert_eq!(asked(&server).await, ["/ci/computer/api/json", "/ci/queue/api/json"]);
    });
}

/// With as many requests, and of the same nodes: only the question about them is another.
#[test]
fn runs_are_asked_for_where_somebody_needs_to_know_them() {
    let executable = |class: &str, path: &str| {
        let url = format!("https://ci.example.org/job/{path}/");
        json!({"currentExecutable": {"_class": class, "queueId": 5, "url": url}})
    };
    let mut controller = node("master", "", &[], false);
    controller["oneOffExecutors"] =
        json!([executable("org.jenkinsci.plugins.workflow.job.WorkflowRun", "team/job/pipe/7")]);
    let mut agent = node(AGENT, &description(), &["docker"], false);
    agent["executors"] = json!([executable("hudson.model.FreeStyleBuild", "web/12")]);
    // (needed) => (what is asked, the runs on each node)
    type Runs = &'static [(&'static str, u32)];
    let table: [(bool, &str, [Runs; 2]); 2] =
        [(false, TREE, [&[], &[]]), (true, TREE_WITH_RUNS, [&[("web", 12)], &[("team/pipe", 7)]])];
    run(async {
        for (needed, tree, want) in table {
            let server = MockServer::start().await;
            // What is not asked for is not answered.
            let mut nodes = vec![controller.clone(), agent.clone()];
            for node in nodes.iter_mut().filter(|_| !needed) {
                node.as_object_mut().unwrap().remove("oneOffExecutors");
                node["executors"] = json!([{"currentExecutable": {"queueId": 5}}]);
            }
            Mock::given(method("GET"))
                .and(path("/computer/api/json"))
                .and(query_param("tree", tree))
                .respond_with(shown(&computers(&nodes), "1"))
                .mount(&server)
                .await;
            on(&server, "/queue/api/json", shown(&queue(&[]), "1")).await;
            on(&server, "/api/json", shown(&json!({ "quietingDown": false }), "1")).await;
            let mut observer = Observer::new(jenkins(&server.uri()), LabelSource::Why).of_runs(needed);
            let poll = observer.poll().await.unwrap();
            let runs = |node: &Node| {
                node.runs.iter().map(|it| (it.run.job.to_string(), it.run.number)).collect::<Vec<_>>()
            };
            let seen: Vec<_> = poll.listing.nodes.iter().map(runs).collect();
            let want = want.map(|runs| {
                runs.iter().map(|(job, number)| ((*job).to_owned(), *number)).collect::<Vec<_>>()
            });
            assert_eq!(seen, want, "{needed}");
            assert_eq!(poll.requests, 3, "{needed}");
        }
    });
}

#[test]
fn nothing_is_concluded_from_an_answer_that_fails_or_is_not_jenkins() {
    let nodes = || shown(&computers(&[]), "1");
    let items = || shown(&queue(&[]), "1");
    let bare = |body: &Value| ResponseTemplate::new(200).set_body_json(body);
    let status = ResponseTemplate::new;
    let words = |text: &str| Failure::Refused { reason: text.into() };
    let no_session = words("failed to poll Jenkins: the answer has no X-Jenkins-Session");
    // (nodes, queue) => what it means
    let table = [
        (status(503), items(), Failure::Unavailable),
        (nodes(), status(503), Failure::Unavailable),
        (status(500), items(), Failure::Unavailable),
        (status(429), items(), Failure::Throttled { retry_after: None }),
        (status(401), items(), words("401: the user or the API token is not known")),
        (status(302).insert_header("location", "/login"), items(), words("302: redirected to /login")),
        (bare(&computers(&[])), items(), no_session.clone()),
        (nodes(), bare(&queue(&[])), no_session),
    ];
    run(async {
        for (nodes, items, failure) in table {
            let server = MockServer::start().await;
            on(&server, "/computer/api/json", nodes).await;
            on(&server, "/queue/api/json", items).await;
            let error = Observer::new(jenkins(&server.uri()), LabelSource::Why).poll().await.unwrap_err();
            assert_eq!(error.failure(), failure, "{error}");
        }
        let server = MockServer::start().await;
        on(&server, "/computer/api/json", shown(&json!("<html>"), "1")).await;
        let error = Observer::new(jenkins(&server.uri()), LabelSource::Why).poll().await.unwrap_err();
        assert!(matches!(error, PollError::Listing(_)), "{error:?}");
    });
}

#[test]
fn a_restart_between_the_two_halves_makes_a_listing_that_is_not_whole() {
    run(async {
        let server = MockServer::start().await;
        on(&server, "/computer/api/json", shown(&computers(&[]), "a1")).await;
        on(&server, "/queue/api/json", shown(&queue(&[]), "a2")).await;
        on(&server, "/api/json", shown(&json!({ "quietingDown": true }), "a2")).await;
        let poll = Observer::new(jenkins(&server.uri()), LabelSource::Why).poll().await.unwrap();
        assert!(!poll.listing.complete && poll.listing.quieting_down);
    });
}

#[test]
fn labels_come_from_a_script_where_that_is_wanted_and_from_why_where_it_fails() {
    run(async {
        let items = [
            buildable(1, json!({ "_class": STEP }), "‘n’ is offline"),
            buildable(2, json!({ "_class": STEP }), "There are no nodes with the label ‘gpu’"),
        ];
        let text = |body: &str| ResponseTemplate::new(200).set_body_string(body);
        // (the script's answer) => (labels, why it failed)
        let table = [
            (text("[[1, docker&&linux], [2, null]]\n"), ["docker&&linux", "any"], None),
            (text("java.lang.Exception"), ["?", "gpu"], Some("the script's output is not understood")),
            (ResponseTemplate::new(403), ["?", "gpu"], Some("Jenkins refused: 403: no reason given")),
        ];
        for (script, labels, failure) in table {
            let server = MockServer::start().await;
            on(&server, "/computer/api/json", shown(&computers(&[]), "1")).await;
            on(&server, "/queue/api/json", shown(&queue(&items), "1")).await;
            Mock::given(method("POST")).and(path("/scriptText")).respond_with(script).mount(&server).await;
            let poll = Observer::new(jenkins(&server.uri()), LabelSource::Script).poll().await.unwrap();
            assert_eq!(wanted(&poll), labels);
            assert_eq!(poll.script_failure.as_deref(), failure);
            assert_eq!(poll.requests, 3);
        }
    });
}

fn packed(body: &[u8]) -> ResponseTemplate {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(body).unwrap();
    let template = ResponseTemplate::new(200).set_body_raw(packer.finish().unwrap(), "application/json");
    template.insert_header("content-encoding", "gzip").insert_header("x-jenkins-session", "1")
}

#[test]
fn packed_answers_are_unpacked_as_far_as_an_answer_may_be_long() {
    run(async {
        let server = MockServer::start().await;
        on(
            &server,
            "/computer/api/json",
            packed(computers(&[node("n", "", &[], true)]).to_string().as_bytes()),
        )
        .await;
        on(&server, "/queue/api/json", packed(queue(&[]).to_string().as_bytes())).await;
        on(&server, "/api/json", packed(br#"{"quietingDown": false}"#)).await;
        let poll = Observer::new(jenkins(&server.uri()), LabelSource::Why).poll().await.unwrap();
        assert_eq!(poll.listing.nodes.len(), 1);

        server.reset().await;
        on(&server, "/computer/api/json", packed(&vec![b' '; (64 << 20) + 1])).await;
        let error = Observer::new(jenkins(&server.uri()), LabelSource::Why).poll().await.unwrap_err();
        let too_long = PollError::Call(CallError::NoAnswer(SendError::TooLong { bytes_max: 64 << 20 }));
        assert_eq!((error.to_string(), error.failure()), (too_long.to_string(), Failure::Unavailable));
    });
}

/// At one poll a second, 500 queued items and 300 nodes stay under three requests a second.
#[test]
fn a_minute_of_polls_of_a_large_jenkins_is_less_than_three_requests_a_second() {
    run(async {
        let many: Vec<Value> = (0..300)
            .map(|at| node(&format!("agent-{at:03}"), &description(), &["docker", "linux"], at % 2 == 0))
            .collect();
        let waiting: Vec<Value> = (0..500)
            .map(|at| {
                buildable(
                    at,
                    freestyle("docker && linux"),
                    "Waiting for next available executor on ‘docker&&linux’",
                )
            })
            .collect();
        for (items, most) in [(waiting.as_slice(), 2 * 60), (&[], 2 * 60 + 6)] {
            let server = MockServer::start().await;
            on(&server, "/computer/api/json", shown(&computers(&many), "1")).await;
            on(&server, "/queue/api/json", shown(&queue(items), "1")).await;
            on(&server, "/api/json", shown(&json!({ "quietingDown": false }), "1")).await;
            let mut observer = Observer::new(jenkins(&server.uri()), LabelSource::Why);
            let mut counted = 0;
            for _ in 0..60 {
                let poll = observer.poll().await.unwrap();
                assert_eq!((poll.listing.nodes.len(), poll.listing.items.len()), (300, items.len()));
                counted += usize::try_from(poll.requests).unwrap();
            }
            let received = asked(&server).await.len();
            assert_eq!(received, counted);
            assert_eq!(received, most);
            assert!(received < 3 * 60, "{received}");
        }
    });
}
