//! The processes of inbound agents: which node each is the agent of, and when it connects.
//!
//! Most run in the tasks of this server. Others are those of another program: somebody calls `/_sim/agent` for them, or
//! the hook of another server tells of the task that they run in.

use super::{
    accounts::{Account, AccountId, TaskKey},
    twins::{Happening, Twins},
};
use crate::world::{AGENT_RETRY, AGENT_START};
use footman_core::{event::TaskStatus, id::NodeName};
use footman_ecs_sim::{
    http::{Face, REDACTED},
    task::TaskView,
};
use footman_jenkins_sim::ConnectError;
use std::{collections::BTreeMap, fmt, sync::Arc};

/// The tag by which a task names its node.
const NODE_TAG: &str = "footman:agent";
/// The variables by which a task names its node: of the images of Jenkins, old and new.
const NODE_VARIABLES: [&str; 3] = ["JENKINS_AGENT_NAME", "SLAVE_NODE_NAME", "JENKINS_NAME"];
/// The variables that hold the secret of the node.
const SECRET_VARIABLES: [&str; 2] = ["JENKINS_SECRET", "SLAVE_NODE_SECRET"];

/// The exit code of an agent that is refused (seen with Remoting 4.5 on Jenkins 2.263.4: wrong secret, unknown node).
const REFUSED: i32 = 255;
/// How many agents of other programs there may be: a hook that never says `stopped` must not fill the memory.
const OUTSIDE_MAX: usize = 10_000;

/// Where the process of an agent runs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Process {
    /// In a task of this server.
    Task(TaskKey),
    /// In a task of another server, which its hook names by the ARN.
    Hooked(Arc<str>),
    /// Somewhere, by a call for the node of this name.
    Called(NodeName),
}

/// Every agent whose process runs.
#[derive(Debug, Default)]
pub(super) struct Agents {
    by_process: BTreeMap<Process, Agent>,
    by_node: BTreeMap<NodeName, Process>,
    /// How many processes of other programs there were, by which their starts are drawn.
    outside: u64,
}

/// What becomes of an agent that tries to connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Connecting {
    /// It is connected.
    Connected,
    /// Jenkins does not answer; it tries again after 10 s.
    TriesAgain,
    /// Jenkins refuses it, and it exits with this code.
    Exits(i32, &'static str),
    /// Its process runs no longer.
    Gone,
}

/// One agent's process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Agent {
    pub(super) node: NodeName,
    /// The secret that it was given, if it was given one.
    pub(super) secret: Option<Secret>,
    pub(super) connected: bool,
}

/// The secret of a node, which is not shown.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl Secret {
    /// Whether it is this one.
    pub(super) fn is(&self, text: &str) -> bool {
        self.0 == text
    }
}

impl Agent {
    /// The agent that runs in a task, if it is one.
    pub(super) fn in_task(face: &Face, task: &TaskView<'_>) -> Option<Self> {
        let tag = task.tags.iter().find(|(key, _)| &**key == NODE_TAG).map(|(_, value)| value.to_string());
        let environment = face.environment(task);
        Self::of(tag, environment.iter().map(|(name, value)| (name.as_str(), value.as_str())), &[])
    }

    /// The agent that a process is whose environment and command are these, if it is one. Of several variables of one
    /// name the last one counts.
    pub(super) fn of<'a>(
        tag: Option<String>,
        environment: impl Iterator<Item = (&'a str, &'a str)>,
        command: &[String],
    ) -> Option<Self> {
        let environment: BTreeMap<&str, &str> = environment.filter(|(_, value)| !value.is_empty()).collect();
        let variable = |names: &[&str]| names.iter().find_map(|name| environment.get(name)).copied();
        let option = |name: &str| {
            let at = command.iter().position(|word| word == name)?;
            command.get(at + 1).map(String::as_str)
        };
        // Older agents are given both as their last two words: `-url URL SECRET NAME`.
        let (secret_word, name_word) = match command {
            [.., secret, name] if is_secret(secret) => (Some(secret.as_str()), Some(name.as_str())),
            _ => (None, None),
        };
        let named = tag.as_deref().or_else(|| variable(&NODE_VARIABLES));
        let node = named.or_else(|| option("-name")).or(name_word)?;
        let secret = variable(&SECRET_VARIABLES).or_else(|| option("-secret")).or(secret_word);
        Some(Self::new(NodeName::new(node), secret))
    }

    /// The agent of a node that was given this secret, not connected yet.
    pub(super) fn new(node: NodeName, secret: Option<&str>) -> Self {
        Self { node, secret: secret.map(|secret| Secret(secret.to_owned())), connected: false }
    }
}

/// Whether a word is a secret as Jenkins makes them: 64 hexadecimal digits.
fn is_secret(word: &str) -> bool {
    word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

impl Agents {
    /// Takes in the agent of a process that runs.
    pub(super) fn insert(&mut self, process: Process, agent: Agent) {
        self.by_process.insert(process, agent);
    }

    /// The agent of a process.
    pub(super) fn of_process(&self, process: &Process) -> Option<&Agent> {
        self.by_process.get(process)
    }

    /// Notes that the agent of a process is connected.
    fn connected(&mut self, process: &Process) {
        if let Some(agent) = self.by_process.get_mut(process) {
            agent.connected = true;
            self.by_node.insert(agent.node.clone(), process.clone());
        }
    }

    /// Notes that an agent is connected no longer; the answer is its node, where it was.
    fn lost(&mut self, process: &Process) -> Option<NodeName> {
        let agent = self.by_process.get_mut(process)?;
        if !std::mem::take(&mut agent.connected) {
            return None;
        }
        self.by_node.remove(&agent.node);
        Some(agent.node.clone())
    }

    /// Notes that Jenkins closed the channel of the agent of a node; the answer is its process.
    pub(super) fn dropped(&mut self, node: &NodeName) -> Option<Process> {
        let process = self.by_node.remove(node)?;
        if let Some(agent) = self.by_process.get_mut(&process) {
            agent.connected = false;
        }
        Some(process)
    }

    /// The tasks of an account that have agents.
    pub(super) fn of_account(&self, account: AccountId) -> Vec<TaskKey> {
        let of = |process: &Process| match process {
            Process::Task(task) if task.account == account => Some(*task),
            Process::Task(_) | Process::Hooked(_) | Process::Called(_) => None,
        };
        self.by_process.keys().filter_map(of).collect()
    }

    /// Whether there is room for another agent of another program.
    fn has_room(&self) -> bool {
        let outside = |process: &&Process| !matches!(process, Process::Task(_));
        // Processes of tasks come first in the order, so that this counts the others only.
        self.by_process.keys().rev().take_while(outside).take(OUTSIDE_MAX).count() < OUTSIDE_MAX
    }

    /// Forgets the agent of a process that ended.
    fn gone(&mut self, process: &Process) {
        self.by_process.remove(process);
    }
}

impl Twins {
    /// Lets an agent of another program connect at once, as its command would. One that Jenkins does not answer tries
    /// again after 10 s; the answer is `None` where there are too many.
    pub(super) fn call_agent(&mut self, node: NodeName, secret: &str) -> Option<Connecting> {
        let process = Process::Called(node.clone());
        if self.agents.of_process(&process).is_none_or(|agent| !agent.connected) {
            if !self.agents.has_room() {
                return None;
            }
            self.agents.insert(process.clone(), Agent::new(node, Some(secret)));
            return Some(self.connect(&process));
        }
        // A second process of the name, of which nothing stays.
        Some(match self.try_connect(&Agent::new(node, Some(secret))) {
            Err(refusal) => refusal,
            Ok(()) => Connecting::Connected,
        })
    }

    /// Takes in a task of another server that runs: its agent connects once it has started. The answer is its node, if
    /// it is an agent, or `None` in it where there are too many.
    pub(super) fn hooked_started(&mut self, task: Arc<str>, agent: Agent) -> Option<NodeName> {
        let process = Process::Hooked(task);
        // A post that is repeated starts nothing again.
        if let Some(known) = self.agents.of_process(&process) {
            return Some(known.node.clone());
        }
        if !self.agents.has_room() {
            return None;
        }
        let node = agent.node.clone();
        self.agents.outside += 1;
        let seed = self.settings().seed;
        let takes = self.settings().wire.agent_start.sample(seed, AGENT_START, self.agents.outside);
        self.agents.insert(process.clone(), agent);
        self.agenda.put(self.now() + takes, Happening::Starts(process));
        Some(node)
    }

    /// Connects the agent of a process, if it runs.
    pub(super) fn connect(&mut self, process: &Process) -> Connecting {
        let runs = match process {
            Process::Task(task) => self.runs(*task),
            Process::Hooked(_) | Process::Called(_) => true,
        };
        let Some(agent) = self.agents.of_process(process).filter(|agent| runs && !agent.connected) else {
            return Connecting::Gone;
        };
        let agent = agent.clone();
        match self.try_connect(&agent) {
            Ok(()) => {
                self.agents.connected(process);
                Connecting::Connected
            }
            Err(refusal) => {
                match refusal {
                    Connecting::Exits(code, _) => self.exit(process, code),
                    Connecting::TriesAgain => {
                        self.agenda.put(self.now() + AGENT_RETRY, Happening::Starts(process.clone()));
                    }
                    Connecting::Connected | Connecting::Gone => {}
                }
                refusal
            }
        }
    }

    fn try_connect(&mut self, agent: &Agent) -> Result<(), Connecting> {
        let secret = self.jenkins_face.secret(agent.node.as_str());
        if agent.secret.as_ref().is_some_and(|given| !given.is(&secret)) {
            return Err(Connecting::Exits(REFUSED, "the secret is not that of the node"));
        }
        let now = self.now();
        self.jenkins.agent_connect(now, &agent.node).map_err(|error| match error {
            ConnectError::Unavailable(_) => Connecting::TriesAgain,
            ConnectError::UnknownNode => Connecting::Exits(REFUSED, "there is no such node"),
            ConnectError::WrongSecret => Connecting::Exits(REFUSED, "the secret is not that of the node"),
            ConnectError::AlreadyConnected => {
                Connecting::Exits(REFUSED, "another agent of that name is connected, and stays")
            }
        })
    }

    /// Whether a task runs and was not told to stop.
    fn runs(&mut self, task: TaskKey) -> bool {
        let now = self.now();
        let Some(Account { ecs, .. }) = self.accounts.get_mut(task.account) else { return false };
        ecs.task(now, task.task).is_some_and(|view| view.status == TaskStatus::Running && !view.stopping)
    }

    /// The process of an agent exits. Of another program's there is nobody who could be told.
    fn exit(&mut self, process: &Process, code: i32) {
        let now = self.now();
        match process {
            Process::Task(task) => {
                if let Some(Account { ecs, .. }) = self.accounts.get_mut(task.account) {
                    ecs.container_exited(now, task.task, code);
                }
            }
            Process::Hooked(_) | Process::Called(_) => self.agents.gone(process),
        }
    }

    /// The agent of a process loses its connection, if it has one.
    pub(super) fn disconnect(&mut self, process: &Process) {
        if let Some(node) = self.agents.lost(process) {
            let now = self.now();
            self.jenkins.agent_disconnect(now, &node);
        }
    }

    /// The process of an agent has ended; the answer is its node, if it was one.
    pub(super) fn end(&mut self, process: &Process) -> Option<NodeName> {
        self.disconnect(process);
        let node = self.agents.of_process(process).map(|agent| agent.node.clone());
        self.agents.gone(process);
        node
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef";

    #[test]
    fn a_node_and_its_secret_are_in_the_environment_or_in_the_command() {
        let positional = format!("-url http://j/ {SECRET} n1");
        // environment, command => node, secret; plugin.md (command of the agent) and the images of Jenkins
        type Row<'a> = (&'a [(&'a str, &'a str)], &'a str, Option<(&'a str, Option<&'a str>)>);
        let table: [Row<'_>; 9] = [
            (&[("JENKINS_AGENT_NAME", "n1"), ("JENKINS_SECRET", "s")], "", Some(("n1", Some("s")))),
            (&[("SLAVE_NODE_NAME", "n1"), ("SLAVE_NODE_SECRET", "s")], "", Some(("n1", Some("s")))),
            (&[("JENKINS_NAME", "n1")], "", Some(("n1", None))),
            (&[("JENKINS_NAME", "n1"), ("JENKINS_NAME", "n2")], "", Some(("n2", None))),
            (&[("JENKINS_NAME", "")], "-name n3 -secret s3", Some(("n3", Some("s3")))),
            (&[], &positional, Some(("n1", Some(SECRET)))),
            (&[], "-url http://j/ notasecret n1", None),
            (&[], "-name", None),
            (&[("OTHER", "n1")], "sleep 60", None),
        ];
        for (environment, command, want) in table {
            let command: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
            let found = Agent::of(None, environment.iter().copied(), &command);
            let want = want.map(|(node, secret)| Agent::new(NodeName::new(node), secret));
            assert_eq!(found, want, "{environment:?} {command:?}");
        }
    }
}
