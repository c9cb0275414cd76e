//! Both servers in a thread, and what is looked at of them meanwhile.

use footman::{
    serve::{ClockMode, ServeSettings, Server, TwinsSettings},
    world::Wire,
};
use footman_config::{Text, load};
use footman_ecs_sim::{http::iam::Policy, latency::Latency};
use serde_json::Value;
use std::{
    fmt::Write,
    fs,
    net::SocketAddr,
    num::NonZeroU32,
    path::Path,
    sync::mpsc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::{runtime::Runtime, sync::oneshot};

const JENKINS: &str = "
jenkins:
  clouds:
    - ecs:
        name: ecs
        regionName: us-east-1
        cluster: builds
        jenkinsUrl: https://jenkins.example.com/
        templates:
          - {templateName: java, label: java, image: jenkins/inbound-agent, cpu: 1024, memory: 2048}
";
const FOOTMAN: &str = "
owner: process
pace: {poll: 200ms, describe: 200ms}
clouds:
  ecs:
    limit: {agents: 2}
simulation:
  clusters:
    builds:
      instances: [{type: m5.xlarge, count: 4}]
";
/// The limit as it stands in [`FOOTMAN`].
pub(crate) const LIMIT: &str = "{agents: 2}";
/// What ends a test that hangs; none takes nearly as long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// For how long builds run that end when they are told to.
pub(crate) const ENDLESS_S: u32 = 36_000;

/// Both servers, and a folder with the configuration.
pub(crate) struct Stage {
    pub(crate) ecs: SocketAddr,
    pub(crate) jenkins: SocketAddr,
    folder: TempDir,
    http: reqwest::Client,
    runtime: Runtime,
    serving: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn trace(builds: &[(u32, &str)]) -> String {
    let mut trace = "submit_s,duration_s,label,job\n".to_owned();
    for (duration, label) in builds {
        writeln!(trace, "0,{duration},{label},{label}").unwrap();
    }
    trace
}

/// Waits until there is what `look` looks for.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "{what}: never");
        thread::sleep(Duration::from_millis(50));
    }
}

impl Stage {
    /// Servers on which nothing takes any time but builds.
    pub(crate) fn new() -> Self {
        Self::with_policy(None)
    }

    /// The same, whose ECS allows what this policy of IAM does.
    pub(crate) fn with_policy(policy: Option<Policy>) -> Self {
        let texts = [Text::new("jenkins.yaml", JENKINS), Text::new("footman.yaml", FOOTMAN)];
        let loaded = load(&texts, &|_| None).unwrap_or_else(|refused| panic!("{:?}", refused.diagnostics));
        let mut twins = TwinsSettings {
            example: false,
            described: loaded.simulation,
            wire: Wire::NONE,
            policy,
            ..TwinsSettings::default()
        };
        twins.ecs.latency = Latency::INSTANT;
        let (tell, told) = mpsc::channel();
        let (end, ended) = oneshot::channel::<()>();
        let serving = thread::spawn(move || {
            runtime().block_on(async {
                let clock = ClockMode::Wall { speed: NonZeroU32::MIN };
                let server = Server::bind(ServeSettings::on_free_ports(clock, twins)).await.unwrap();
                tell.send((server.ecs_address().unwrap(), server.jenkins_address().unwrap())).unwrap();
                server.run(async move { drop(ended.await) }).await.unwrap();
            });
        });
        let (ecs, jenkins) = told.recv().unwrap();
        let stage = Self {
            ecs,
            jenkins,
            folder: tempfile::tempdir().unwrap(),
            // A connection that is kept may be closed by the other side just as it is used again.
            http: reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build().unwrap(),
            runtime: runtime(),
            serving: Some((end, serving)),
        };
        stage.write("jenkins.yaml", JENKINS);
        stage.configure(LIMIT);
        stage
    }

    /// The folder with the configuration.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes the configuration with another limit of the cloud's.
    pub(crate) fn configure(&self, limit: &str) {
        self.write("footman.yaml", &FOOTMAN.replace(LIMIT, limit));
    }

    /// Writes the template with this text in the place of another.
    pub(crate) fn template(&self, old: &str, new: &str) {
        assert!(JENKINS.contains(old), "{old}");
        self.write("jenkins.yaml", &JENKINS.replace(old, new));
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder().join(name), text).unwrap();
    }

    /// A request to whoever listens there; `None` where nobody does.
    pub(crate) fn try_get(&self, address: SocketAddr, path: &str) -> Option<String> {
        self.runtime.block_on(async {
            let answer = self.http.get(format!("http://{address}{path}")).send().await.ok()?;
            answer.error_for_status().ok()?.text().await.ok()
        })
    }

    fn post(&self, path: &str, body: String) {
        let url = format!("http://{}{path}", self.jenkins);
        self.runtime.block_on(async {
            let answer = self.http.post(url).body(body).send().await.unwrap();
            let (status, text) = (answer.status(), answer.text().await.unwrap());
            assert!(status.is_success() || status.is_redirection(), "{path}: {status} {text}");
        });
    }

    /// Has builds come now that last so many seconds each, with these labels.
    pub(crate) fn play(&self, builds: &[(u32, &str)]) {
        self.post("/_sim/workload", trace(builds));
    }

    /// The same, and a second later a Pipeline whose block wants this label, which the queue does not show.
    pub(crate) fn play_before_pipeline(&self, builds: &[(u32, &str)], label: &str) {
        let trace = format!("{}1,{ENDLESS_S},{label},pipeline\n", trace(builds));
        self.post("/_sim/workload?pipeline=pipeline", trace);
    }

    /// Has one more build of a job come.
    pub(crate) fn build(&self, job: &str) {
        self.post(&format!("/job/{job}/build"), String::new());
    }

    /// Stops a build, as its user does.
    pub(crate) fn stop(&self, job: &str, number: u32) {
        self.post(&format!("/job/{job}/{number}/stop"), String::new());
    }

    fn state(&self) -> Value {
        serde_json::from_str(&self.try_get(self.jenkins, "/_sim/state").unwrap()).unwrap()
    }

    /// The results of a job's builds, those that run without one.
    pub(crate) fn results(&self, job: &str) -> Vec<Option<String>> {
        let state = self.state();
        let jobs = state["jenkins"]["jobs"]["jobs"].as_array().unwrap();
        let builds =
            jobs.iter().filter(|it| it["name"] == job).flat_map(|it| it["builds"].as_array().unwrap());
        builds.map(|build| build["result"].as_str().map(str::to_owned)).collect()
    }

    /// How many items wait in Jenkins.
    pub(crate) fn waiting(&self) -> usize {
        self.state()["jenkins"]["queue"]["items"].as_array().unwrap().len()
    }

    /// The names of nodes but the controller's.
    fn nodes(state: &Value) -> impl Iterator<Item = &str> {
        let nodes = state["jenkins"]["computers"]["computer"].as_array().unwrap().iter();
        nodes
            .filter(|node| node["_class"] == "hudson.slaves.SlaveComputer")
            .map(|node| node["displayName"].as_str().unwrap())
    }

    /// The nodes that never connect; no agent's has an underscore.
    pub(crate) fn lookouts(&self) -> Vec<String> {
        Self::nodes(&self.state()).filter(|name| name.contains('_')).map(str::to_owned).collect()
    }

    /// What there is of agents: nodes but the controller and lookouts, and tasks that have not stopped.
    pub(crate) fn left(&self) -> Vec<String> {
        let state = self.state();
        let agents = Self::nodes(&state).filter(|name| !name.contains('_'));
        let mut left: Vec<String> = agents.map(|name| format!("node {name}")).collect();
        for task in state["ecs"]["tasks"].as_array().unwrap() {
            if task["lastStatus"] != "STOPPED" {
                left.push(format!("task {}", task["taskArn"]));
            }
        }
        left
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if let Some((end, serving)) = self.serving.take() {
            drop(end);
            // What failed there has been said there.
            drop(serving.join());
        }
    }
}
