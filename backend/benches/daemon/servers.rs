//! Both simulated servers in a process of their own.

use crate::parts::configuration;
use footman::{
    serve::{ClockMode, ServeSettings, Server, TwinsSettings},
    world::Wire,
};
use footman_core::Millis;
use footman_ecs_sim::latency::{Distribution, Latency};
use serde_json::Value;
use std::{
    env,
    io::{self, BufRead, BufReader, Read, Write},
    net::SocketAddr,
    num::NonZeroU32,
    process::{Child, Command, Stdio},
};

/// The argument that makes this program the servers.
pub(crate) const ARGUMENT: &str = "serve-for-a-benchmark";
/// The argument after it, where time passes only when it is told to.
pub(crate) const LOCKSTEP: &str = "lockstep";

/// Servers that run.
pub(crate) struct Servers {
    child: Child,
    pub(crate) ecs: SocketAddr,
    pub(crate) jenkins: SocketAddr,
    http: reqwest::Client,
}

/// Is the servers until standard input ends; says first where they are.
pub(crate) fn serve(lockstep: bool) {
    let clock = if lockstep { ClockMode::Lockstep } else { ClockMode::Wall { speed: NonZeroU32::MIN } };
    // Agents are there at once: what is measured is how long the daemon takes, and what it costs.
    let mut twins = TwinsSettings {
        example: false,
        described: configuration().simulation,
        wire: Wire { agent_start: Distribution::Constant(Millis::from_secs(1)), ..Wire::NONE },
        ..TwinsSettings::default()
    };
    twins.ecs.latency = Latency::INSTANT;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let server =
            Server::bind(ServeSettings::on_free_ports(clock, twins)).await.expect("loopback is free");
        let (ecs, jenkins) =
            (server.ecs_address().expect("it serves"), server.jenkins_address().expect("both"));
        println!("{ecs} {jenkins}");
        io::stdout().flush().expect("the benchmark reads it");
        let ended = tokio::task::spawn_blocking(|| io::stdin().read_to_end(&mut Vec::new()));
        server.run(async move { drop(ended.await) }).await.expect("the servers run");
    });
}

impl Servers {
    /// Starts them.
    pub(crate) fn start(lockstep: bool) -> Self {
        let mut command = Command::new(env::current_exe().expect("this program is a file"));
        command.arg(ARGUMENT).args(lockstep.then_some(LOCKSTEP));
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("this program starts");
        let mut line = String::new();
        let out = child.stdout.as_mut().expect("it is piped");
        BufReader::new(out).read_line(&mut line).expect("they say where they are");
        let mut addresses = line.split_whitespace().map(|text| text.parse().expect("an address"));
        let mut next = || addresses.next().expect("two addresses");
        let (ecs, jenkins) = (next(), next());
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self { child, ecs, jenkins, http }
    }

    /// A request under `/_sim/`.
    pub(crate) async fn sim(&self, method: &str, path: &str, body: String) -> Value {
        self.request(method, &format!("/_sim/{path}"), body).await
    }

    /// What Jenkins answers.
    pub(crate) async fn get(&self, path: &str) -> Value {
        self.request("GET", path, String::new()).await
    }

    async fn request(&self, method: &str, path: &str, body: String) -> Value {
        let url = format!("http://{}{path}", self.jenkins);
        let request = self.http.request(method.parse().expect("a method"), url).body(body);
        let answer = request.send().await.expect("they answer");
        let text = answer.error_for_status().expect("it is done").text().await.expect("an answer");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// Plays builds of one label: when each comes, and how long it takes, in seconds.
    pub(crate) async fn play(&self, builds: impl Iterator<Item = (f64, u32)>) {
        let mut trace = "submit_s,duration_s,label\n".to_owned();
        for (submit, duration) in builds {
            trace.push_str(&format!("{submit:.3},{duration},java\n"));
        }
        self.sim("POST", "workload", trace).await;
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        // Its standard input ends with this process's half of it.
        drop(self.child.stdin.take());
        drop(self.child.wait());
    }
}
