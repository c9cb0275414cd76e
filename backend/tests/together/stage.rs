//! Both servers, the daemon that works on them, and what is looked at meanwhile.

use aws_sdk_ecs::{
    Client,
    config::{Credentials, SharedCredentialsProvider},
};
use footman::serve::{ClockMode, ServeSettings, Server, TwinsSettings};
use footman_backend::{
    driver::{Hands, Machine, Report, Rhythm, Servers, lockstep},
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
    policy::SharedLimit,
};
use secrecy::SecretString;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fmt::Write,
    future::Future,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};
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

/// The configuration of every story that has none of its own.
pub(crate) fn configuration() -> Loaded {
    configuration_of(JENKINS, FOOTMAN)
}

/// The configuration in these two texts.
pub(crate) fn configuration_of(jenkins: &str, footman: &str) -> Loaded {
    let texts = [Text::new("jenkins.yaml", jenkins), Text::new("footman.yaml", footman)];
    load(&texts, &|_| None).unwrap_or_else(|refused| panic!("{:?}", refused.diagnostics))
}

/// The templates of a configuration, as the daemon has them.
pub(crate) fn templates(loaded: &Loaded) -> Vec<TaskTemplate> {
    TaskTemplate::of_configuration(loaded, "https://jenkins.example.com/")
}

/// Both servers under one time.
#[derive(Debug, Clone)]
pub(crate) struct Stage {
    ecs: SocketAddr,
    jenkins: SocketAddr,
    http: reqwest::Client,
    loaded: Arc<Loaded>,
    /// What time it is, until something is asked for by which that may change.
    moment: Arc<Mutex<Option<Moment>>>,
}

/// What time it is, and when the next thing happens by itself.
type Moment = (Timestamp, Option<Timestamp>);

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
    on_stage_of(configuration(), twins, story);
}

/// The same, with the clusters of this configuration.
pub(crate) fn on_stage_of<F: Future<Output = ()>>(
    loaded: Loaded,
    twins: TwinsSettings,
    story: impl FnOnce(Stage) -> F,
) {
    let twins = TwinsSettings { example: false, described: loaded.simulation.clone(), ..twins };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let server = Server::bind(ServeSettings::on_free_ports(ClockMode::Lockstep, twins)).await.unwrap();
        let stage = Stage {
            ecs: server.ecs_address().unwrap(),
            jenkins: server.jenkins_address().unwrap(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            loaded: Arc::new(loaded),
            moment: Arc::default(),
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
        *self.moment.lock().unwrap() = None;
        let url = format!("http://{}/_sim/{path}", self.jenkins);
        let request = self.http.request(method.parse().unwrap(), url).body(body);
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{method} {path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// A request to Jenkins itself, whose answer is its text.
    pub(crate) async fn jenkins(&self, method: &str, path: &str, body: impl Into<reqwest::Body>) -> String {
        *self.moment.lock().unwrap() = None;
        let url = format!("http://{}/{path}", self.jenkins);
        let request = self.http.request(method.parse().unwrap(), url).body(body);
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{method} {path}: {status} {text}");
        text
    }

    /// Plays a trace of these builds: when each is submitted, how long it lasts, its label.
    pub(crate) async fn play(&self, kind: &str, builds: &[(u64, u64, &str)]) {
        self.play_trace(kind, trace(builds)).await;
    }

    /// Plays a trace.
    pub(crate) async fn play_trace(&self, kind: &str, trace: String) {
        self.sim("POST", &format!("workload?kind={kind}"), trace).await;
    }

    /// What Jenkins answers to a question about its nodes.
    pub(crate) async fn computers(&self, tree: &str) -> Vec<Value> {
        let url = format!("{}computer/api/json?tree=computer[{tree}]", self.jenkins_url());
        let answer = self.http.get(url).send().await.unwrap().error_for_status().unwrap();
        let set: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        set["computer"].as_array().unwrap().clone()
    }

    /// A daemon that knows nothing yet.
    pub(crate) async fn daemon(&self) -> (Machine, Services) {
        self.daemon_of(JenkinsSettings::at(self.jenkins_url()), LabelSource::Why).await
    }

    /// The same as a user of Jenkins', with labels from this source.
    pub(crate) async fn daemon_as(
        &self,
        user: &str,
        token: &str,
        source: LabelSource,
    ) -> (Machine, Services) {
        let mut settings = JenkinsSettings::at(self.jenkins_url());
        let (user, token) = (user.to_owned(), SecretString::from(token));
        settings.credentials = Some(JenkinsCredentials { user, token });
        self.daemon_of(settings, source).await
    }

    /// A client of ECS.
    pub(crate) fn client(&self) -> Client {
        let credentials = Credentials::new("footmand", "secret", None, None, "test");
        let connect =
            ConnectSettings { endpoint: Some(self.ecs_url()), ..ConnectSettings::in_region("us-east-1") };
        Client::from_conf(connect.config(SharedCredentialsProvider::new(credentials)).build())
    }

    async fn daemon_of(&self, settings: JenkinsSettings, source: LabelSource) -> (Machine, Services) {
        let client = self.client();
        let templates = templates(&self.loaded);
        let ecs = Backend::new(templates.into_iter().map(|template| (template, client.clone())).collect());
        let jenkins = Jenkins::new(settings).unwrap();
        let policy = self.loaded.policy.clone();
        let services = Services::new(jenkins, source, ecs, &policy);
        (Machine::new(policy, Rhythm::Grid, self.now().await), services)
    }

    /// What time it is.
    pub(crate) async fn now(&self) -> Timestamp {
        self.next().await.0
    }

    /// Lets a daemon work until it is late enough.
    pub(crate) async fn work_until<H: Hands>(
        &self,
        machine: &mut Machine,
        hands: &H,
        log: &mut impl Report,
        late: impl Fn(Timestamp) -> bool,
    ) -> Timestamp {
        let ended = async |now: Timestamp, _: &Machine| late(now);
        let now = lockstep(machine, hands, self, log, ended).await;
        self.check_limits().await;
        now
    }

    /// Holds the limits of the configuration against the most that ECS had at any instant until now, whoever launched it.
    pub(crate) async fn check_limits(&self) {
        let policy = &self.loaded.policy;
        let of_all = |joined: &&SharedLimit| joined.templates.len() == policy.templates.len();
        let limits =
            policy.shared_limits.iter().filter(of_all).map(|joined| joined.limit).chain([policy.limit]);
        let most = &self.sim("GET", "counts", "").await["most"];
        let within = |name: &str, limit: Option<u64>| {
            let most = most[name].as_u64().unwrap();
            assert!(
                limit.is_none_or(|limit| most <= limit),
                "{most} {name} at once, and the limit is {limit:?}"
            );
        };
        for limit in limits {
            within("tasks", limit.agents.map(u64::from));
            within("cpu", limit.cpu.map(|cpu| u64::from(cpu.get())));
            within("memoryMib", limit.memory.map(|memory| u64::from(memory.get())));
        }
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
    pub(crate) async fn work<H: Hands>(
        &self,
        machine: &mut Machine,
        hands: &H,
        log: &mut impl Report,
    ) -> Timestamp {
        let end = machine.due().unwrap().0 + footman_core::Millis::from_hours(24);
        let stage = self.clone();
        let ended = async |now: Timestamp, machine: &Machine| {
            if now >= end {
                panic!("a day has passed: {:?}", stage.sim("GET", "workload", "").await);
            }
            machine.core().agents_len() == 0
                && machine.core().is_ready()
                && stage.sim("GET", "workload", "").await["done"] == true
                && stage.left().await.is_empty()
        };
        let now = lockstep(machine, hands, self, log, ended).await;
        self.check_limits().await;
        now
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

/// What `/_sim/next` and `/_sim/advance` answer.
fn moment(answer: &Value) -> Moment {
    let at = |name: &str| answer[name].as_i64().map(Timestamp::from_millis);
    (at("now").unwrap(), at("next"))
}

impl Servers for Stage {
    async fn next(&self) -> (Timestamp, Option<Timestamp>) {
        let known = self.moment.lock().unwrap().take();
        match known {
            Some(moment) => moment,
            None => moment(&self.sim("GET", "next", "").await),
        }
    }

    async fn advance(&self, to: Timestamp) {
        let next = self.sim("POST", "advance", serde_json::json!({"to": to.as_millis()}).to_string()).await;
        *self.moment.lock().unwrap() = Some(moment(&next));
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
