//! The daemon's own client at a server of a test, and a simulated Jenkins to talk to.

use footman::serve::{ClockMode, ServeSettings, Server, TwinsSettings};
use footman_backend::jenkins::{
    client::{Jenkins, JenkinsCredentials, JenkinsSettings},
    nodes::NewNode,
    observe::{LabelSource, Observer, Poll},
};
use footman_core::{description::Description, label::LabelSet, time::Timestamp, units::Size};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::{future::Future, net::SocketAddr};
use tokio::sync::oneshot;

/// The name of an agent.
pub(crate) const AGENT: &str = "ecs-java-b4b553-1k8627grr-0000000";

/// The client of nobody in particular.
pub(crate) fn jenkins(url: &str) -> Jenkins {
    connected(JenkinsSettings::at(url))
}

/// The client of a user.
pub(crate) fn jenkins_of(url: &str, user: &str, token: &str) -> Jenkins {
    let credentials = JenkinsCredentials { user: user.to_owned(), token: token.into() };
    connected(JenkinsSettings { credentials: Some(credentials), ..JenkinsSettings::at(url) })
}

fn connected(settings: JenkinsSettings) -> Jenkins {
    Jenkins::new(JenkinsSettings { environment_proxy: false, ..settings }).unwrap()
}

/// The description of an agent.
pub(crate) fn description() -> String {
    let described = Description {
        owner: "prod".into(),
        cloud: "ecs".into(),
        template: "java".into(),
        size: Size::default(),
        decided: Timestamp::EPOCH,
        session: None,
    };
    described.to_string()
}

/// Runs a story in which time is nobody's.
pub(crate) fn run(story: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(story);
}

/// A simulated Jenkins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Served {
    address: SocketAddr,
}

/// Runs a story against a simulated Jenkins like this, and shuts it down after it.
pub(crate) fn served<F: Future<Output = ()>>(twins: TwinsSettings, story: impl FnOnce(Served) -> F) {
    run(async {
        let settings = ServeSettings::on_free_ports(ClockMode::Lockstep, twins);
        let server = Server::bind(settings).await.unwrap();
        let address = server.jenkins_address().unwrap();
        let (end, ended) = oneshot::channel::<()>();
        let serving = server.run(async move { drop(ended.await) });
        let story = async move {
            story(Served { address }).await;
            drop(end);
        };
        let (served, ()) = tokio::join!(serving, story);
        served.unwrap();
    });
}

impl Served {
    /// Where it is.
    pub(crate) fn url(self) -> String {
        format!("http://{}", self.address)
    }

    /// An observer for nobody in particular.
    pub(crate) fn observer(self) -> Observer {
        Observer::new(jenkins(&self.url()), LabelSource::Why)
    }

    /// A request under `/_sim/` that is done.
    pub(crate) async fn sim(self, method: reqwest::Method, path: &str, body: String) -> Value {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer =
            client.request(method, format!("{}/_sim/{path}", self.url())).body(body).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Does something to the simulation.
    pub(crate) async fn post(self, path: &str, body: Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.sim(reqwest::Method::POST, path, body).await
    }

    /// Lets so many seconds pass.
    pub(crate) async fn advance(self, seconds: i64) {
        let next = self.sim(reqwest::Method::GET, "next", String::new()).await;
        let now = next["now"].as_i64().unwrap();
        self.post("advance", json!({ "to": now + 1_000 * seconds })).await;
    }

    /// Puts builds into the queue, each a line of `submit_s,duration_s,label,job`.
    pub(crate) async fn builds(self, query: &str, lines: &str) {
        let trace = format!("submit_s,duration_s,label,job\n{lines}");
        self.sim(reqwest::Method::POST, &format!("workload{query}"), trace).await;
        self.advance(1).await;
    }

    /// Starts the agent of a node with the secret that the client was told.
    pub(crate) async fn connect(self, jenkins: &Jenkins, node: &str) {
        let secret = jenkins.agent_secret(node).await.unwrap();
        let started = self.post("agent", json!({ "name": node, "secret": secret.expose_secret() })).await;
        assert_eq!(started, json!({ "connected": true }));
    }
}

/// A node of ours to create.
pub(crate) fn agent<'a>(name: &'a str, description: &'a str, labels: &'a LabelSet) -> NewNode<'a> {
    NewNode { name, description, labels, exclusive: true, remote_folder: "/home/jenkins", web_socket: true }
}

/// The labels of a text.
pub(crate) fn labels(text: &str) -> LabelSet {
    LabelSet::parse(text).labels
}

/// What the items of a poll want, in the order of their ids, as text; `?` for what could not be read.
pub(crate) fn wanted(poll: &Poll) -> Vec<String> {
    use footman_core::event::ItemLabel;
    let text = |label: &ItemLabel| match label {
        ItemLabel::Any => "any".to_owned(),
        ItemLabel::Expression(text) => text.to_string(),
        ItemLabel::Unknown => "?".to_owned(),
    };
    poll.listing.items.iter().map(|item| text(&item.label)).collect()
}
