//! The binary as it runs.

use crate::stage::{PATIENCE, Stage, until};
use footman_backend::status::Snapshot;
use rustix::process::{Pid, Signal, kill_process};
use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::Instant,
};

/// A `footmand` that runs, which ends with the story at the latest.
pub(crate) struct Daemon<'a> {
    stage: &'a Stage,
    child: Child,
    lines: Receiver<String>,
    status: SocketAddr,
}

/// `footmand` without anything of the environment of whoever runs the tests.
pub(crate) fn footmand() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_footmand"));
    command.env_clear().envs([
        ("AWS_ACCESS_KEY_ID", "x"),
        ("AWS_SECRET_ACCESS_KEY", "x"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("NO_COLOR", "1"),
    ]);
    command
}

/// One that works on these servers, whose status is there.
fn works(stage: &Stage, command: &str, jenkins: SocketAddr, status: &str) -> Command {
    let mut footmand = footmand();
    footmand.arg(command).arg(stage.folder()).args(["--status", status]);
    footmand.args(["--ecs-endpoint", &format!("http://{}", stage.ecs)]);
    footmand.args(["--jenkins-url", &format!("http://{jenkins}/")]);
    footmand
}

/// The one that provisions on these servers and shows its status there.
pub(crate) fn provisions(stage: &Stage, status: &str) -> Command {
    works(stage, "run", stage.jenkins, status)
}

/// The one that stops everything on these servers, unless a daemon's status is there.
pub(crate) fn stops(stage: &Stage, status: &str) -> Command {
    works(stage, "stop-all", stage.jenkins, status)
}

/// The same with a Jenkins that does not answer.
pub(crate) fn stops_blindly(stage: &Stage) -> Command {
    works(stage, "stop-all", SocketAddr::from(([127, 0, 0, 1], 1)), "off")
}

/// How it ended, what it printed, and what it said besides.
pub(crate) fn output(command: &mut Command) -> (Option<i32>, String, String) {
    let run = command.stdin(Stdio::null()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (run.status.code(), text(run.stdout), text(run.stderr))
}

impl<'a> Daemon<'a> {
    /// Starts one, and waits until it decides.
    pub(crate) fn start(stage: &'a Stage, arguments: &[&str]) -> Self {
        let (daemon, _) = Self::listening(stage, arguments);
        until("it decides", || stage.try_get(daemon.status, "/readyz"));
        daemon
    }

    /// Starts one, and waits until it can be asked; what it said by then.
    pub(crate) fn listening(stage: &'a Stage, arguments: &[&str]) -> (Self, String) {
        let mut daemon = Self::spawn(stage, provisions(stage, "127.0.0.1:0").args(arguments));
        let said = daemon.hear("the status is shown");
        let address = said.rsplit_once("address=").and_then(|(_, address)| address.trim().parse().ok());
        daemon.status = address.unwrap_or_else(|| panic!("no address: {said}"));
        (daemon, said)
    }

    /// Starts this one, of which nobody knows where it can be asked.
    pub(crate) fn spawn(stage: &'a Stage, command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let errors = BufReader::new(child.stderr.take().unwrap());
        let (tell, lines) = mpsc::channel();
        thread::spawn(move || errors.lines().map_while(Result::ok).try_for_each(|line| tell.send(line)));
        // Port 0 is none that anything can be asked at: one that listens says first where.
        Self { stage, child, lines, status: SocketAddr::from(([127, 0, 0, 1], 0)) }
    }

    /// What it says until there is a line with `words`, and that line.
    pub(crate) fn hear(&self, words: &str) -> String {
        let end = Instant::now() + PATIENCE;
        let mut said = String::new();
        loop {
            let line = match self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(line) => line,
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("it never says `{words}`, but:\n{said}")
                }
            };
            said.push_str(&line);
            said.push('\n');
            if line.contains(words) {
                return said;
            }
        }
    }

    /// Where it shows how it stands.
    pub(crate) fn status(&self) -> SocketAddr {
        self.status
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits for its end: how it ended, and what it said to the end.
    pub(crate) fn end(mut self) -> (ExitStatus, String) {
        let status = until("it ends", || self.child.try_wait().unwrap());
        (status, self.lines.iter().map(|line| line + "\n").collect())
    }

    /// How it stands.
    pub(crate) fn stands(&self) -> Snapshot {
        serde_json::from_str(&self.stage.try_get(self.status, "/status.json").unwrap()).unwrap()
    }

    /// Waits until as many of its agents are busy; says which.
    pub(crate) fn busy(&self, agents: usize) -> Vec<String> {
        until(&format!("{agents} agents are busy"), || {
            let busy: Vec<String> = self
                .stands()
                .agents
                .into_iter()
                .filter(|agent| agent.phase == "busy")
                .map(|agent| agent.name)
                .collect();
            (busy.len() == agents).then_some(busy)
        })
    }

    /// Waits until it knows of no agent.
    pub(crate) fn empty(&self) {
        until("it has no agents", || self.stands().agents.is_empty().then_some(()));
    }

    /// Waits until items get no agent for this reason.
    pub(crate) fn refuses(&self, reason: &str) {
        until(reason, || {
            let groups = self.stands().groups;
            let mut refused = groups.iter().filter_map(|group| group.refused.as_ref());
            refused.any(|refused| refused.why.reason == reason).then_some(())
        });
    }

    /// What another `footmand` prints that asks it, which must end well.
    pub(crate) fn ask(&self, arguments: &[&str]) -> String {
        let (code, out) = self.asked(arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {out}");
        out
    }

    /// How another `footmand` ends that asks it, and what it prints.
    pub(crate) fn asked(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let (code, out, err) =
            output(footmand().args(arguments).args(["--status", &self.status.to_string()]));
        assert_eq!(err, "", "{arguments:?}");
        (code, out)
    }
}

impl Drop for Daemon<'_> {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
