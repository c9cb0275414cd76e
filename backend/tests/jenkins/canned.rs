//! What each answer to a change means.

use crate::fixture::{AGENT, agent, description, jenkins, jenkins_of, labels, run};
use footman_backend::jenkins::nodes::{Closed, DescribeNodeError, SecretError, closed, created, deleted};
use footman_core::{
    Millis,
    event::{Failure, Outcome},
};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tokio::{io::AsyncReadExt, net::TcpListener};
use wiremock::{
    Mock, MockServer, Request, ResponseTemplate,
    matchers::{header, method, path, query_param},
};

const CONFIG: &str = "<?xml version=\"1.1\" encoding=\"UTF-8\"?>\n<slave>\n  <mode>EXCLUSIVE</mode>\n  \
                      <label>docker</label>\n</slave>";
const SECRET: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

fn answer(status: u16) -> ResponseTemplate {
    ResponseTemplate::new(status)
}

/// What Jenkins answers to a change that is made: a redirect to a page that nobody should follow.
fn moved(to: &str) -> ResponseTemplate {
    answer(302).insert_header("location", to)
}

fn denied(permission: &str) -> ResponseTemplate {
    answer(403)
        .insert_header("x-you-are-authenticated-as", "reader")
        .insert_header("x-required-permission", permission)
}

async fn on(server: &MockServer, verb: &str, at: &str, answer: ResponseTemplate) {
    Mock::given(method(verb)).and(path(at)).respond_with(answer).mount(server).await;
}

/// What was asked, in order.
async fn asked(server: &MockServer) -> Vec<String> {
    let requests = server.received_requests().await.unwrap();
    requests.iter().map(|request| format!("{} {}", request.method, request.url.path())).collect()
}

fn refused(reason: &str) -> Outcome {
    Outcome::Failed(Failure::Refused { reason: reason.into() })
}

fn at(path: &str) -> String {
    format!("/ci/computer/{AGENT}/{path}")
}

#[test]
fn a_node_is_created_by_the_form_of_jenkins_own_page() {
    run(async {
        let server = MockServer::start().await;
        on(&server, "POST", "/ci/computer/doCreateItem", moved("http://j/ci/computer/")).await;
        let (text, set) = (description(), labels("docker \"a b\""));
        let jenkins = jenkins_of(&format!("{}/ci", server.uri()), "footman", "hunter2");
        jenkins.create_node(&agent(AGENT, &text, &set)).await.unwrap();

        let requests = server.received_requests().await.unwrap();
        assert_eq!(requests.len(), 1, "the redirect is not followed");
        let request: &Request = &requests[0];
        let header = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok());
        assert_eq!(header("accept-language"), Some("en"));
        assert_eq!(header("accept-encoding"), Some("gzip"));
        assert_eq!(header("authorization"), Some("Basic Zm9vdG1hbjpodW50ZXIy"));
        assert_eq!(header("content-type"), Some("application/x-www-form-urlencoded"));
        let pairs: Vec<(String, String)> = form_urlencoded::parse(&request.body).into_owned().collect();
        assert_eq!(pairs[0], ("name".to_owned(), AGENT.to_owned()));
        assert_eq!(pairs[1], ("type".to_owned(), "hudson.slaves.DumbSlave".to_owned()));
        let form: Value = serde_json::from_str(&pairs[2].1).unwrap();
        // What Jenkins' own page sends, recording a049, with what it says of WebSocket and of JCasC.
        let class = |name: &str| json!({ "stapler-class": name, "$class": name });
        let mut launcher = class("hudson.slaves.JNLPLauncher");
        for (key, value) in [
            (
                "workDirSettings",
                json!({"disabled": false, "workDirPath": "", "internalDir": "remoting",
                                       "failIfWorkDirIsMissing": false}),
            ),
            ("tunnel", json!("")),
            ("vmargs", json!("")),
            ("webSocket", json!(true)),
        ] {
            launcher[key] = value;
        }
        let want = json!({
            "name": AGENT, "nodeDescription": text, "numExecutors": "1", "remoteFS": "/home/jenkins",
            "labelString": "\"a b\" docker", "mode": "EXCLUSIVE", "type": "hudson.slaves.DumbSlave",
            "retentionStrategy": class("hudson.slaves.RetentionStrategy$Always"),
            "nodeProperties": {"stapler-class-bag": "true", "io-jenkins-plugins-casc-core-CascKeepNode": {}},
            "launcher": launcher,
        });
        assert_eq!(form, want);
    });
}

#[test]
fn creating_a_node_ends_as_the_answer_says() {
    let exists = || answer(400).insert_header("x-error", format!("Agent called  {AGENT}  already exists"));
    let described = |text: &str| answer(200).set_body_json(json!({ "description": text }));
    let busy = Failure::Throttled { retry_after: Some(Millis::from_secs(7)) };
    let taken = format!("node `{AGENT}` exists and is not the one to create");
    // (the answer, what the node says then) => outcome
    let table = [
        (moved("http://j/computer/"), None, Outcome::Done),
        (exists(), Some(described(&description())), Outcome::Done),
        (exists(), Some(described("made by hand")), refused(&taken)),
        (exists(), Some(answer(200).set_body_json(json!({ "description": null }))), refused(&taken)),
        // A node without executors has no page and its name is taken all the same.
        (exists(), Some(answer(404)), refused(&format!("400: Agent called  {AGENT}  already exists"))),
        (exists(), Some(answer(503)), Outcome::Failed(Failure::Unavailable)),
        (
            answer(400).insert_header("x-error", " / is an unsafe character"),
            Some(answer(404)),
            refused("400: / is an unsafe character"),
        ),
        (
            denied("hudson.model.Computer.Create"),
            None,
            refused("403: reader lacks the permission hudson.model.Computer.Create"),
        ),
        (answer(401), None, refused("401: the user or the API token is not known")),
        (moved("http://j/login?from=%2F"), None, refused("302: redirected to http://j/login?from=%2F")),
        (answer(429).insert_header("retry-after", "7"), None, Outcome::Failed(busy)),
        (answer(503), None, Outcome::Failed(Failure::Unavailable)),
        (answer(500), None, Outcome::Failed(Failure::Unknown)),
        (answer(504), None, Outcome::Failed(Failure::Unknown)),
    ];
    run(async {
        for (first, second, outcome) in table {
            let server = MockServer::start().await;
            on(&server, "POST", "/ci/computer/doCreateItem", first).await;
            let is_looked_at = second.is_some();
            if let Some(second) = second {
                on(&server, "GET", &at("api/json"), second).await;
            }
            let (text, set) = (description(), labels("docker"));
            let jenkins = jenkins(&format!("{}/ci", server.uri()));
            let reply = jenkins.create_node(&agent(AGENT, &text, &set)).await;
            assert_eq!(created(&reply), outcome, "{reply:?}");
            assert_eq!(asked(&server).await.len(), if is_looked_at { 2 } else { 1 });
        }
    });
}

#[test]
fn an_answer_that_is_lost_may_have_been_heeded_and_one_that_never_was_to_come_was_not() {
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (text, set) = (description(), labels("docker"));
        let node = agent(AGENT, &text, &set);
        let client = jenkins_of(&url, "footman", "hunter2");
        let hanging_up = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut bytes = [0; 1024];
            assert!(stream.read(&mut bytes).await.unwrap() > 0);
            drop(stream);
        };
        let (reply, ()) = tokio::join!(client.create_node(&node), hanging_up);
        assert_eq!(created(&reply), Outcome::Failed(Failure::Unknown), "{reply:?}");
        let words = reply.unwrap_err().to_string();
        assert!(
            words.starts_with("failed to create the node: no answer") && !words.contains("hunter2"),
            "{words}"
        );

        drop(listener);
        let reply = client.create_node(&node).await;
        assert_eq!(created(&reply), Outcome::Failed(Failure::Unavailable), "{reply:?}");
        let secret = client.agent_secret(AGENT).await.unwrap_err();
        assert_eq!(secret.failure(), Failure::Unavailable, "{secret}");
    });
}

fn launch_file(secret: &str) -> ResponseTemplate {
    answer(200).set_body_raw(
        format!(
            "<jnlp spec=\"1.0+\"><application-desc main-class=\"hudson.remoting.jnlp.Main\">\
             <argument>{secret}</argument><argument>{AGENT}</argument></application-desc></jnlp>"
        ),
        "application/x-java-jnlp-file",
    )
}

#[test]
fn the_secret_is_looked_for_in_the_file_of_later_versions_first_and_then_where_it_was() {
    run(async {
        let (new, old) = (at("jenkins-agent.jnlp"), at("slave-agent.jnlp"));
        // (file) => what is asked for by two agents
        let table = [(&new, vec![&new, &new]), (&old, vec![&new, &old, &old])];
        for (file, want) in table {
            let server = MockServer::start().await;
            on(&server, "GET", file, launch_file(SECRET)).await;
            let jenkins = jenkins(&format!("{}/ci", server.uri()));
            for _ in 0..2 {
                let secret = jenkins.agent_secret(AGENT).await.unwrap();
                assert_eq!(secret.expose_secret(), SECRET);
            }
            let want: Vec<String> = want.iter().map(|file| format!("GET {file}")).collect();
            assert_eq!(asked(&server).await, want);
        }
    });
}

#[test]
fn where_there_is_no_secret_the_launch_was_not_begun() {
    run(async {
        let table = [
            (answer(404), Failure::Unavailable),
            (
                launch_file("0011"),
                Failure::Refused { reason: "Jenkins' answer has no secret of an agent".into() },
            ),
            (
                answer(200).set_body_string("<html><body>Log in"),
                Failure::Refused { reason: "Jenkins' answer has no secret of an agent".into() },
            ),
            (
                denied("hudson.model.Computer.Connect"),
                Failure::Refused {
                    reason: "403: reader lacks the permission hudson.model.Computer.Connect".into(),
                },
            ),
            (answer(500), Failure::Unavailable), // the question changed nothing
            (answer(503), Failure::Unavailable),
        ];
        for (given, failure) in table {
            let server = MockServer::start().await;
            on(&server, "GET", &at("jenkins-agent.jnlp"), given).await;
            let error = jenkins(&format!("{}/ci", server.uri())).agent_secret(AGENT).await.unwrap_err();
            assert_eq!(error.failure(), failure, "{error}");
        }
        let server = MockServer::start().await;
        let error = jenkins(&server.uri()).agent_secret(AGENT).await.unwrap_err();
        assert!(matches!(error, SecretError::Gone), "{error:?}");
    });
}

#[test]
fn a_node_is_closed_by_its_labels_or_else_by_a_mark_and_never_by_both() {
    let (get, post, mark) = ("GET config.xml", "POST config.xml", "POST changeOfflineCause");
    let config = || answer(200).set_body_raw(CONFIG, "application/xml");
    let with = |text: &str| answer(200).set_body_string(text);
    let configure = || denied("hudson.model.Computer.Configure");
    let marked = || moved(&format!("http://j{}", at("")));
    let done = |how| Ok::<_, Outcome>(how);
    // (config.xml, its change, the mark) => (how it ended, what was asked)
    let table = [
        (config(), answer(200), marked(), done(Closed::Emptied), vec![get, post]),
        (config(), configure(), marked(), done(Closed::Marked), vec![get, post, mark]),
        (
            denied("hudson.model.Computer.ExtendedRead"),
            answer(200),
            marked(),
            done(Closed::Marked),
            vec![get, mark],
        ),
        (
            config(),
            configure(),
            denied("hudson.model.Computer.Disconnect"),
            Err(refused("403: reader lacks the permission hudson.model.Computer.Disconnect")),
            vec![get, post, mark],
        ),
        // Whether it was emptied is not known, so it must not be marked.
        (config(), answer(500), marked(), Err(Outcome::Failed(Failure::Unknown)), vec![get, post]),
        (config(), answer(503), marked(), Err(Outcome::Failed(Failure::Unavailable)), vec![get, post]),
        (answer(503), answer(200), marked(), Err(Outcome::Failed(Failure::Unavailable)), vec![get]),
        (
            with("<slave><mode>EXCLUSIVE</mode><label></label></slave>"),
            answer(200),
            marked(),
            done(Closed::Already),
            vec![get],
        ),
        (
            with("<slave><temporaryOfflineCause/><mode>EXCLUSIVE</mode><label>a</label></slave>"),
            answer(200),
            marked(),
            done(Closed::Already),
            vec![get],
        ),
        (with("no XML"), answer(200), marked(), done(Closed::Marked), vec![get, mark]),
        (answer(404), answer(200), marked(), done(Closed::Gone), vec![get]),
        (config(), answer(404), marked(), done(Closed::Gone), vec![get, post]),
        (config(), configure(), answer(404), done(Closed::Gone), vec![get, post, mark]),
    ];
    run(async {
        for (read, change, mark, want, requests) in table {
            let server = MockServer::start().await;
            on(&server, "GET", &at("config.xml"), read).await;
            on(&server, "POST", &at("config.xml"), change).await;
            on(&server, "POST", &at("changeOfflineCause"), mark).await;
            let reply = jenkins(&format!("{}/ci", server.uri())).close_node(AGENT).await;
            match (&reply, &want) {
                (Ok(how), Ok(want)) => assert_eq!((how, closed(&reply)), (want, Outcome::Done)),
                (Err(_), Err(want)) => assert_eq!(closed(&reply), *want),
                (reply, want) => panic!("{reply:?}, not {want:?}"),
            }
            let requests: Vec<String> =
                requests.iter().map(|asked| asked.replacen(' ', &format!(" {}", at("")), 1)).collect();
            assert_eq!(asked(&server).await, requests);
        }
    });
}

#[test]
fn what_is_posted_is_the_configuration_without_its_labels() {
    run(async {
        let server = MockServer::start().await;
        on(&server, "GET", &at("config.xml"), answer(200).set_body_raw(CONFIG, "application/xml")).await;
        on(&server, "POST", &at("config.xml"), answer(200)).await;
        jenkins(&format!("{}/ci", server.uri())).close_node(AGENT).await.unwrap();
        let requests = server.received_requests().await.unwrap();
        assert_eq!(
            String::from_utf8_lossy(&requests[1].body),
            CONFIG.replace("<label>docker</label>", "<label></label>")
        );
    });
}

#[test]
fn without_the_right_a_node_is_not_described_and_what_is_gone_or_marked_is_no_error() {
    let with = |xml: &str| answer(200).set_body_raw(xml.to_owned(), "application/xml");
    let ours = "<slave><description>footman/1 owner=prod template=ecs/java cpu=1 memory=1 decided_ms=1</description></slave>";
    let marked = ours.replace("<slave>", "<slave><temporaryOfflineCause/>");
    let foreign = "<slave><description>by hand</description></slave>";
    let denied_it = |reply: &Result<(), DescribeNodeError>| matches!(reply, Err(DescribeNodeError::Denied));
    run(async {
        // (config.xml, its change) => (whether it is denied, requests)
        for (read, change, is_denied, requests) in [
            (with(ours), answer(200), false, 2),
            (denied("Agent/ExtendedRead"), answer(200), true, 1),
            (with(ours), denied("Agent/Configure"), true, 2),
            (answer(404), answer(200), false, 1),
            (with(ours), answer(404), false, 2),
            (with(&marked), answer(200), false, 1),
            (with(foreign), answer(200), false, 1),
        ] {
            let server = MockServer::start().await;
            on(&server, "GET", &at("config.xml"), read).await;
            on(&server, "POST", &at("config.xml"), change).await;
            let jenkins = jenkins(&format!("{}/ci", server.uri()));
            let reply = jenkins.describe_node(AGENT, "arn:task/7", None).await;
            assert_eq!((denied_it(&reply), reply.is_ok()), (is_denied, !is_denied), "{reply:?}");
            assert_eq!(asked(&server).await.len(), requests);
        }
    });
}

#[test]
fn a_mark_is_taken_off_a_node_that_has_one_and_no_other() {
    run(async {
        let shown = |marked: bool| answer(200).set_body_json(json!({ "temporarilyOffline": marked }));
        // (what the node shows) => (taken off, requests)
        for (shown, want, requests) in
            [(shown(true), true, 2), (shown(false), false, 1), (answer(404), false, 1)]
        {
            let server = MockServer::start().await;
            on(&server, "GET", &at("api/json"), shown).await;
            on(&server, "POST", &at("toggleOffline"), moved(&format!("http://j{}", at("")))).await;
            let jenkins = jenkins(&format!("{}/ci", server.uri()));
            assert_eq!(jenkins.reopen_node(AGENT).await.unwrap(), want);
            assert_eq!(asked(&server).await.len(), requests);
        }
    });
}

#[test]
fn deleting_a_node_that_is_gone_is_done() {
    run(async {
        let table = [
            (moved("http://j/ci/computer/"), Outcome::Done),
            (answer(404), Outcome::Done),
            (
                denied("hudson.model.Computer.Delete"),
                refused("403: reader lacks the permission hudson.model.Computer.Delete"),
            ),
            (answer(503), Outcome::Failed(Failure::Unavailable)),
            (answer(500), Outcome::Failed(Failure::Unknown)),
            (moved("https://sso.example.org/"), refused("302: redirected to https://sso.example.org/")),
        ];
        for (given, outcome) in table {
            let server = MockServer::start().await;
            on(&server, "POST", &at("doDelete"), given).await;
            let reply = jenkins(&format!("{}/ci", server.uri())).delete_node(AGENT).await;
            assert_eq!(deleted(&reply), outcome, "{reply:?}");
        }
    });
}

#[test]
fn a_crumb_is_sent_where_jenkins_asks_for_one_with_the_session_that_it_belongs_to() {
    run(async {
        let server = MockServer::start().await;
        let crumb = json!({"_class": "hudson.security.csrf.DefaultCrumbIssuer", "crumb": "aa11", "crumbRequestField": "Jenkins-Crumb"});
        let issued = answer(200)
            .set_body_json(crumb)
            .append_header("set-cookie", "JSESSIONID=node01; Path=/; HttpOnly")
            .append_header("set-cookie", "AWSALB=left; Path=/");
        on(&server, "GET", "/crumbIssuer/api/json", issued).await;
        Mock::given(method("POST"))
            .and(header("jenkins-crumb", "aa11"))
            .and(header("cookie", "JSESSIONID=node01; AWSALB=left"))
            .respond_with(moved("http://j/computer/"))
            .with_priority(1)
            .mount(&server)
            .await;
        let page = "<title>Error 403 No valid crumb was included in the request</title>";
        Mock::given(method("POST")).respond_with(answer(403).set_body_string(page)).mount(&server).await;
        let jenkins = jenkins(&server.uri());
        for _ in 0..2 {
            jenkins.delete_node("n").await.unwrap();
        }
        let crumb = "GET /crumbIssuer/api/json";
        let change = "POST /computer/n/doDelete";
        assert_eq!(asked(&server).await, [change, crumb, change, change], "one crumb serves them all");

        // Where Jenkins gives none, its refusal stands.
        server.reset().await;
        Mock::given(method("POST")).respond_with(answer(403).set_body_string(page)).mount(&server).await;
        let reply = jenkins.delete_node("n").await;
        assert_eq!(deleted(&reply), refused("403: Error 403 No valid crumb was included in the request"));
        assert_eq!(asked(&server).await, [change, crumb]);
    });
}

#[test]
fn questions_ask_for_what_is_read_and_no_more() {
    run(async {
        let server = MockServer::start().await;
        Mock::given(method("GET"))
            .and(path(at("api/json")))
            .and(query_param("tree", "temporarilyOffline"))
            .respond_with(answer(200).set_body_json(json!({ "temporarilyOffline": false })))
            .expect(1)
            .mount(&server)
            .await;
        assert!(!jenkins(&format!("{}/ci", server.uri())).reopen_node(AGENT).await.unwrap());
    });
}
