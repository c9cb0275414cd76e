//! How much of a core the binary takes while 200 agents build.

use crate::{
    Figure,
    parts::{FOOTMAN, JENKINS, process},
    servers::Servers,
};
use std::{
    fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Agents that build all the time.
const AGENTS: u32 = 200;
/// The bar: so many thousandths of a core.
const BAR: u64 = 50;
/// Where `utime` and `stime` stand in /proc/PID/stat, in ticks of 10 ms (Linux, `man 5 proc`; 100 ticks a second everywhere).
const TIMES: [usize; 2] = [14, 15];
const TICK: Duration = Duration::from_millis(10);
/// How long agents may take to be there.
const PATIENCE: Duration = Duration::from_secs(120);

/// A daemon that ends with the benchmark.
struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Daemon {
    fn start(servers: &Servers, folder: &std::path::Path) -> Self {
        for (name, text) in [("jenkins.yaml", JENKINS), ("footman.yaml", FOOTMAN)] {
            fs::write(folder.join(name), text).expect("a temporary folder can be written");
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_footmand"));
        command.arg("run").arg(folder).args(["--log-level", "warn", "--status", "127.0.0.1:0"]);
        command.args(["--ecs-endpoint", &format!("http://{}", servers.ecs)]);
        command.args(["--jenkins-url", &format!("http://{}/", servers.jenkins)]);
        command.envs([("AWS_ACCESS_KEY_ID", "x"), ("AWS_SECRET_ACCESS_KEY", "x")]);
        Self(command.stdout(Stdio::null()).spawn().expect("footmand starts"))
    }

    /// The processor time that it took so far.
    fn time(&self) -> Duration {
        let file = PathBuf::from(format!("/proc/{}/stat", self.0.id()));
        let ticks: u64 = TIMES.iter().map(|field| process(&file, *field)).sum();
        TICK * u32::try_from(ticks).expect("it runs for minutes")
    }
}

pub(crate) fn measure(judged: bool) -> Figure {
    let (agents, span) = if judged { (AGENTS, Duration::from_secs(60)) } else { (5, Duration::from_secs(1)) };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let servers = Servers::start(false);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(servers.play((0..agents).map(|_| (1.0, 3_600))));
    let daemon = Daemon::start(&servers, folder.path());
    let begun = Instant::now();
    while runtime.block_on(building(&servers)) < u64::from(agents) {
        assert!(begun.elapsed() < PATIENCE, "{agents} builds begin");
        thread::sleep(Duration::from_millis(200));
    }
    let before = daemon.time();
    thread::sleep(span);
    let taken = daemon.time().saturating_sub(before);
    let share = taken.as_millis() * 1_000 / span.as_millis();
    Figure {
        what: format!(
            "while {agents} agents build: {}.{} % of a core, over {} s",
            share / 10,
            share % 10,
            span.as_secs()
        ),
        bar: format!("{} % of a core", BAR / 10),
        met: share < u128::from(BAR),
    }
}

/// How many builds run.
async fn building(servers: &Servers) -> u64 {
    let set = servers.get("/computer/api/json?tree=busyExecutors").await;
    set["busyExecutors"].as_u64().expect("Jenkins counts them")
}
