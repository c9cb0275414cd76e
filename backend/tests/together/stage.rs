//! Both servers, the daemon that works on them, and what is looked at meanwhile.

use aws_sdk_ecs::{
    Client,
    config::{Credentials, SharedCredentialsProvider},
};
use footman::serve::{ClockMode, ServeSettings, Server, TwinsSettings};
use footman_backend::{
    driver::{Machine, Report, Rhythm, Servers, lockstep},
    ecs::{Backend, TaskTemplate, client::ConnectSettings},
    jenkins::{
        client::{Jenkins, JenkinsCredentials, JenkinsSettings},
        observe::LabelSource,
    },
    services::Services,
};
use footman_config::{Loaded, Text, load};
use footman_core::{
    Action, Timestamp,
    decision::{Decision, What},
    event::Outcome,
};
use secrecy::SecretString;
use serde_json::Value;
use std::{collections::BTreeMap, fmt::Write, future::Future, net::SocketAddr, time::Duration};
use tokio::sync::oneshot;

/// A cloud with two templates whose labels overlap nowhere.
pub(crate) const JENKINS: &str = "
jenkins:
  clouds:
    - ecs:
        name: ecs
        regionName: us-east-1
        cluster: builds
        jenkinsUrl: https://jenkins.example.com/
        templates:
          - {templateName: java, label: java linux, image: jenkins/inbound-agent, cpu: 1024, memory: 2048}
          - {templateName: small, label: small, image: jenkins/inbound-agent, cpu: 512, memory: 1024}
";
/// Footman's half of it.
pub(crate) const FOOTMAN: &str = "
owner: together
clouds:
  ecs:
    limit: {agents: 40}
simulation:
  clusters:
    builds:
      instances: [{type: m5.xlarge, count: 20}]
";

/// The limit on agents in it.
const AGENTS_MAX: usize = 40;

/// The configuration of every story.
pub(crate) fn configuration() -> Loaded {
    let texts = [Text::new("jenkins.yaml", JENKINS), Text::new("footman.yaml", FOOTMAN)];
    load(&texts, &|_| None).unwrap_or_else(|refused| panic!("{:?}", refused.diagnostics))
}

/// Both servers under one time.
#[derive(Debug, Clone)]
pub(crate) struct Stage {
    ecs: SocketAddr,
    jenkins: SocketAddr,
    http: reqwest::Client,
}

/// What was decided, and what came of what was done.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) decisions: Vec<Decision>,
    /// Actions by their kind, and how many of them failed.
    pub(crate) acted: BTreeMap<&'static str, (u32, u32)>,
    /// The most agents that there were at once.
    pub(crate) agents_most: u64,
}

/// Runs a story on servers like these, which have the configuration's cluster and nothing else.
pub(crate) fn on_stage<F: Future<Output = ()>>(seed: u64, story: impl FnOnce(Stage) -> F) {
    on_stage_as(TwinsSettings { seed, ..TwinsSettings::default() }, story);
}

/// The same, with services like these.
pub(crate) fn on_stage_as<F: Future<Output = ()>>(twins: TwinsSettings, story: impl FnOnce(Stage) -> F) {
    let twins = TwinsSettings { example: false, described: configuration().simulation, ..twins };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let server = Server::bind(ServeSettings::on_free_ports(ClockMode::Lockstep, twins)).await.unwrap();
        let stage = Stage {
            ecs: server.ecs_address().unwrap(),
            jenkins: server.jenkins_address().unwrap(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        };
        let (end, ended) = oneshot::channel::<()>();
        let serving = server.run(async move { drop(ended.await) });
        let story = async move {
            story(stage).await;
            drop(end);
        };
        let (served, ()) = tokio::join!(serving, story);
        served.unwrap();
    });
}

/// A trace of these builds.
pub(crate) fn trace(builds: &[(u64, u64, &str)]) -> String {
    let mut trace = "submit_s,duration_s,label\n".to_owned();
    for (submit, duration, label) in builds {
        writeln!(trace, "{submit},{duration},{label}").unwrap();
    }
    trace
}

impl Stage {
    /// Where ECS is.
    pub(crate) fn ecs_url(&self) -> String {
        format!("http://{}", self.ecs)
    }

    /// Where Jenkins is.
    pub(crate) fn jenkins_url(&self) -> String {
        format!("http://{}/", self.jenkins)
    }

    /// A request under `/_sim/`.
    pub(crate) async fn sim(&self, method: &str, path: &str, body: impl Into<reqwest::Body>) -> Value {
        let url = format!("http://{}/_sim/{path}", self.jenkins);
        let request = self.http.request(method.parse().unwrap(), url).body(body);
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{method} {path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// Plays a trace of these builds: when each is submitted, how long it lasts, its label.
    pub(crate) async fn play(&self, kind: &str, builds: &[(u64, u64, &str)]) {
        self.sim("POST", &format!("workload?kind={kind}"), trace(builds)).await;
    }

    /// A daemon that knows nothing yet.
    pub(crate) async fn daemon(&self) -> (Machine, Services) {
        self.daemon_of(JenkinsSettings::at(self.jenkins_url())).await
    }

    /// The same as a user of Jenkins'.
    pub(crate) async fn daemon_as(&self, user: &str, token: &str) -> (Machine, Services) {
        let mut settings = JenkinsSettings::at(self.jenkins_url());
        let (user, token) = (user.to_owned(), SecretString::from(token));
        settings.credentials = Some(JenkinsCredentials { user, token });
        self.daemon_of(settings).await
    }

    /// A client of ECS.
    pub(crate) fn client(&self) -> Client {
        let credentials = Credentials::new("footmand", "secret", None, None, "test");
        let connect =
            ConnectSettings { endpoint: Some(self.ecs_url()), ..ConnectSettings::in_region("us-east-1") };
        Client::from_conf(connect.config(SharedCredentialsProvider::new(credentials)).build())
    }

    async fn daemon_of(&self, settings: JenkinsSettings) -> (Machine, Services) {
        let loaded = configuration();
        let client = self.client();
        let templates = TaskTemplate::of_configuration(&loaded, "https://jenkins.example.com/");
        let ecs = Backend::new(templates.into_iter().map(|template| (template, client.clone())).collect());
        let jenkins = Jenkins::new(settings).unwrap();
        let services = Services::new(jenkins, LabelSource::Why, ecs, &loaded.policy);
        (Machine::new(loaded.policy, Rhythm::Grid, self.now().await), services)
    }

    /// What time it is.
    pub(crate) async fn now(&self) -> Timestamp {
        self.next().await.0
    }

    /// Lets a daemon work until it is late enough.
    pub(crate) async fn work_until(
        &self,
        machine: &mut Machine,
        services: &Services,
        log: &mut impl Report,
        late: impl Fn(Timestamp) -> bool,
    ) -> Timestamp {
        let ended = async |now: Timestamp, _: &Machine| {
            self.check_limit(now).await;
            late(now)
        };
        lockstep(machine, services, self, log, ended).await
    }

    /// Holds the limit on agents against what ECS has, whoever launched it: every 20 s, for the whole state is large.
    async fn check_limit(&self, now: Timestamp) {
        if now.as_millis() % 20_000 != 0 {
            return;
        }
        let state = self.sim("GET", "state", "").await;
        let tasks = state["ecs"]["tasks"]
            .as_array()
            .map_or(0, |tasks| tasks.iter().filter(|task| task["lastStatus"] != "STOPPED").count());
        assert!(tasks <= AGENTS_MAX, "{tasks} tasks at {}", state["now"]);
    }

    /// How many builds began, over all jobs.
    pub(crate) async fn builds_begun(&self) -> u64 {
        let state = self.sim("GET", "state", "").await;
        let jobs = state["jenkins"]["jobs"]["jobs"].as_array().unwrap();
        jobs.iter().map(|job| job["nextBuildNumber"].as_u64().unwrap() - 1).sum()
    }

    /// The builds that ended otherwise than well.
    pub(crate) async fn failed_builds(&self) -> Vec<String> {
        let state = self.sim("GET", "state", "").await;
        let jobs = state["jenkins"]["jobs"]["jobs"].as_array().unwrap();
        let builds = jobs.iter().flat_map(|job| job["builds"].as_array().unwrap());
        let failed = builds.filter(|build| build["result"] != "SUCCESS");
        failed.map(|build| format!("{} {}", build["fullDisplayName"], build["result"])).collect()
    }

    /// Lets a daemon work until every build has ended and nothing of it is left, or until a day has passed.
    pub(crate) async fn work(&self, machine: &mut Machine, services: &Services, log: &mut Log) -> Timestamp {
        let end = machine.due().unwrap().0 + footman_core::Millis::from_hours(24);
        let stage = self.clone();
        let ended = async |now: Timestamp, machine: &Machine| {
            self.check_limit(now).await;
            if now >= end {
                panic!("a day has passed: {:?}", stage.sim("GET", "workload", "").await);
            }
            machine.core().agents_len() == 0
                && machine.core().is_ready()
                && stage.sim("GET", "workload", "").await["done"] == true
                && stage.left().await.is_empty()
        };
        lockstep(machine, services, self, log, ended).await
    }

    /// Nodes but the controller and lookouts, tasks that have not stopped, and items that wait.
    pub(crate) async fn left(&self) -> Vec<String> {
        let state = self.sim("GET", "state", "").await;
        let mut left = Vec::new();
        for node in state["jenkins"]["computers"]["computer"].as_array().unwrap() {
            let name = node["displayName"].as_str().unwrap();
            if node["_class"] == "hudson.slaves.SlaveComputer" && !name.contains('_') {
                left.push(format!("node {name}"));
            }
        }
        for item in state["jenkins"]["queue"]["items"].as_array().unwrap() {
            left.push(format!("item {}", item["id"]));
        }
        for task in state["ecs"]["tasks"].as_array().into_iter().flatten() {
            if task["lastStatus"] != "STOPPED" {
                left.push(format!("task {}", task["taskArn"]));
            }
        }
        left
    }
}

impl Servers for Stage {
    async fn next(&self) -> (Timestamp, Option<Timestamp>) {
        let next = self.sim("GET", "next", "").await;
        let at = |name: &str| next[name].as_i64().map(Timestamp::from_millis);
        (at("now").unwrap(), at("next"))
    }

    async fn advance(&self, to: Timestamp) {
        self.sim("POST", "advance", serde_json::json!({"to": to.as_millis()}).to_string()).await;
    }
}

impl Report for Log {
    fn decided(&mut self, decision: &Decision) {
        self.decisions.push(decision.clone());
    }

    fn acted(&mut self, action: &Action, outcome: &Outcome, _: Duration) {
        let kind = match action {
            Action::CreateNode { .. } => "create node",
            Action::Launch { .. } => "launch",
            Action::CloseNode { .. } => "close node",
            Action::DeleteNode { .. } => "delete node",
            Action::StopTask { .. } => "stop task",
        };
        let (all, failed) = self.acted.entry(kind).or_default();
        *all += 1;
        *failed += u32::from(matches!(outcome, Outcome::Failed(_)));
    }

    fn turned(&mut self, _: Timestamp, machine: &Machine) {
        self.agents_most = self.agents_most.max(machine.core().agents_counted());
    }
}

impl Log {
    /// How many agents were decided.
    pub(crate) fn launched(&self) -> usize {
        self.decisions.iter().filter(|it| matches!(it.what, What::Launch { .. })).count()
    }

    /// Everything that the operator should look at.
    pub(crate) fn alarms(&self) -> Vec<String> {
        let alarms = self.decisions.iter().filter(|it| matches!(it.what, What::Alarm(_)));
        alarms.map(|it| format!("{it:?}")).collect()
    }
}
