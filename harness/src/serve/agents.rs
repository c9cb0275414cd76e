//! The processes of inbound agents: where each runs, which node it is the agent of, and when it starts.
//!
//! Most run in the tasks of this server. Others are those of another program: somebody calls `/_sim/agent` for them, or
//! the hook of another server tells of the task that they run in. What a process does from its start on (trying again,
//! exiting) is simulated with Jenkins.

use super::{
    accounts::{Account, AccountId, TaskKey},
    twins::{Happening, Twins},
};
use crate::world::{AGENT_START, containers_run};
use footman_core::id::NodeName;
use footman_ecs_sim::{
    http::{Face, REDACTED},
    task::TaskView,
};
use footman_jenkins_sim::{AgentId, AgentSpec, Launch, Output, Transport};
use std::{collections::BTreeMap, fmt, sync::Arc};

/// The tag by which a task names its node.
const NODE_TAG: &str = "footman:agent";
/// The variables by which a task names its node: of the images of Jenkins, old and new.
const NODE_VARIABLES: [&str; 3] = ["JENKINS_AGENT_NAME", "SLAVE_NODE_NAME", "JENKINS_NAME"];
/// The variables that hold the secret of the node.
const SECRET_VARIABLES: [&str; 2] = ["JENKINS_SECRET", "SLAVE_NODE_SECRET"];

/// How many agents of other programs there may be: a hook that never says `stopped` must not fill the memory.
const OUTSIDE_MAX: usize = 10_000;

/// Where the process of an agent runs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Process {
    /// In a task of this server.
    Task(TaskKey),
    /// In a task of another server, which its hook names by the ARN.
    Hooked(Arc<str>),
    /// Somewhere: the process of this number that was started by a call.
    Called(u64),
}

/// The variable by which the images of Jenkins are told to connect over WebSocket.
const WEB_SOCKET_VARIABLE: &str = "JENKINS_WEB_SOCKET";

/// Every agent whose process runs.
#[derive(Debug, Default)]
pub(super) struct Agents {
    by_process: BTreeMap<Process, Agent>,
    /// Those that have started, by what Jenkins' side calls them.
    by_id: BTreeMap<AgentId, Process>,
    /// How many processes of other programs there were.
    outside: u64,
    /// The process that exited last.
    exited: Option<(AgentId, u8)>,
}

/// What became of an agent that was to connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Connecting {
    /// It is connected.
    Connected,
    /// Jenkins does not let it in now, and it tries again after 10 s.
    TriesAgain,
    /// Jenkins refuses it, and it exited with this code, for this reason.
    Exited(u8, &'static str),
}

/// One agent's process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Agent {
    /// How it is started; whose secret it has is known when it starts.
    spec: AgentSpec,
    /// The secret that it was given, if it was given one.
    secret: Option<Secret>,
    /// What Jenkins' side calls it, once it has started.
    id: Option<AgentId>,
}

/// The secret of a node, which is not shown.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
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
        let mut agent = Self::new(NodeName::new(node), secret);
        let has = |name: &str| command.iter().any(|word| word.eq_ignore_ascii_case(name));
        if has("-webSocket") || variable(&[WEB_SOCKET_VARIABLE]) == Some("true") {
            agent.spec.transport = Transport::WebSocket;
        }
        if has("-jnlpUrl") {
            agent.spec.launch = Launch::JnlpUrl;
        }
        agent.spec.reconnects = !has("-noreconnect");
        Some(agent)
    }

    /// The agent of a node that was given this secret: over TCP, trying again.
    pub(super) fn new(node: NodeName, secret: Option<&str>) -> Self {
        let secret = secret.map(|secret| Secret(secret.to_owned()));
        Self { spec: AgentSpec::new(node), secret, id: None }
    }

    /// The same over WebSocket, or over TCP, and whether it tries again.
    pub(super) fn connecting_by(self, transport: Transport, reconnects: bool) -> Self {
        Self { spec: AgentSpec { transport, reconnects, ..self.spec }, ..self }
    }

    /// Whether the secret that it was given, if any, is not this one.
    fn has_other_secret_than(&self, secret: &str) -> bool {
        self.secret.as_ref().is_some_and(|Secret(given)| given != secret)
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

    /// The tasks of an account that have agents.
    pub(super) fn of_account(&self, account: AccountId) -> Vec<TaskKey> {
        let of = |process: &Process| match process {
            Process::Task(task) if task.account == account => Some(*task),
            Process::Task(_) | Process::Hooked(_) | Process::Called(_) => None,
        };
        self.by_process.keys().filter_map(of).collect()
    }

    /// The node whose agent runs in a task, if it is one.
    pub(super) fn node_of(&self, task: TaskKey) -> Option<NodeName> {
        self.by_process.get(&Process::Task(task)).map(|agent| agent.spec.node.clone())
    }

    /// The number of another process of another program, if there is room for one.
    fn one_more(&mut self) -> Option<u64> {
        let outside = |process: &&Process| !matches!(process, Process::Task(_));
        // Processes of tasks come first in the order, so that this counts the others only.
        let count = self.by_process.keys().rev().take_while(outside).take(OUTSIDE_MAX).count();
        self.outside += 1;
        (count < OUTSIDE_MAX).then_some(self.outside)
    }

    /// Takes out the agent of a process that is no more.
    fn remove(&mut self, process: &Process) -> Option<Agent> {
        let agent = self.by_process.remove(process)?;
        if let Some(id) = agent.id {
            self.by_id.remove(&id);
        }
        Some(agent)
    }

    /// The processes for a node that were started by a call.
    fn called(&self, node: &NodeName) -> Vec<Process> {
        let of = |(process, agent): (&Process, &Agent)| {
            (matches!(process, Process::Called(_)) && agent.spec.node == *node).then(|| process.clone())
        };
        self.by_process.iter().filter_map(of).collect()
    }
}

impl Twins {
    /// Starts an agent of another program at once, as its command would. The answer is `None` where there are too many.
    pub(super) fn call_agent(&mut self, agent: Agent) -> Option<Connecting> {
        let reason = if agent.has_other_secret_than(&self.jenkins_face.secret(agent.spec.node.as_str())) {
            "the secret is not that of the node"
        } else if self.jenkins.node(&agent.spec.node).is_none() {
            "there is no such node"
        } else {
            "another agent of that name is connected, and stays"
        };
        let process = Process::Called(self.agents.one_more()?);
        let node = agent.spec.node.clone();
        self.agents.insert(process.clone(), agent);
        let id = self.start(&process)?;
        self.settle();
        Some(match self.agents.exited {
            Some((last, code)) if last == id => Connecting::Exited(code, reason),
            Some(_) | None if self.jenkins.agent_of(&node) == Some(id) => Connecting::Connected,
            Some(_) | None => Connecting::TriesAgain,
        })
    }

    /// Ends the processes for a node that were started by a call; whether there were any.
    pub(super) fn end_called(&mut self, node: &NodeName) -> bool {
        let processes = self.agents.called(node);
        for process in &processes {
            self.end(process);
        }
        !processes.is_empty()
    }

    /// Stops the process that is the agent of a node, wherever it runs, so that it neither hears nor says anything, or
    /// lets it go on; whether there is one.
    pub(super) fn freeze_agent(&mut self, node: &NodeName, frozen: bool) -> bool {
        let now = self.now();
        let Some(id) = self.jenkins.agent_of(node) else { return false };
        if frozen {
            self.jenkins.freeze_agent(now, id);
        } else {
            self.jenkins.thaw_agent(now, id);
        }
        true
    }

    /// Takes in a task of another server that runs: its agent starts as a JVM does. The answer is its node, or `None`
    /// where there are too many.
    pub(super) fn hooked_started(&mut self, task: Arc<str>, agent: Agent) -> Option<NodeName> {
        let process = Process::Hooked(task);
        // A post that is repeated starts nothing again.
        if let Some(known) = self.agents.by_process.get(&process) {
            return Some(known.spec.node.clone());
        }
        let number = self.agents.one_more()?;
        let node = agent.spec.node.clone();
        let seed = self.settings().seed;
        let takes = self.settings().wire.agent_start.sample(seed, AGENT_START, number);
        self.agents.insert(process.clone(), agent);
        self.agenda.put(self.now() + takes, Happening::Starts(process));
        Some(node)
    }

    /// The process of an agent has started, if its task runs still, and tries to connect.
    pub(super) fn start(&mut self, process: &Process) -> Option<AgentId> {
        let runs = match process {
            Process::Task(task) => self.runs(*task),
            Process::Hooked(_) | Process::Called(_) => true,
        };
        let now = self.now();
        let agent = self.agents.by_process.get_mut(process).filter(|agent| runs && agent.id.is_none())?;
        let mut spec = agent.spec.clone();
        // A secret is one of a name: another one is that of some name that no node has.
        if agent.has_other_secret_than(&self.jenkins_face.secret(spec.node.as_str())) {
            spec.secret_of = NodeName::new("");
        }
        let id = self.jenkins.start_agent(now, spec);
        agent.id = Some(id);
        self.agents.by_id.insert(id, process.clone());
        Some(id)
    }

    /// Whether a task runs and was not told to stop.
    fn runs(&mut self, task: TaskKey) -> bool {
        let now = self.now();
        let Some(Account { ecs, .. }) = self.accounts.get_mut(task.account) else { return false };
        containers_run(ecs, now, task.task)
    }

    /// Takes note of an agent's process that exits.
    pub(super) fn heed_agent(&mut self, output: &Output) {
        let Output::AgentExited { agent, code, .. } = output else { return };
        self.agents.exited = Some((*agent, *code));
        let Some(process) = self.agents.by_id.get(agent).cloned() else { return };
        self.agents.remove(&process);
        let now = self.now();
        // Of another program's process there is nobody who could be told.
        if let Process::Task(task) = process
            && let Some(Account { ecs, .. }) = self.accounts.get_mut(task.account)
        {
            ecs.container_exited(now, task.task, i32::from(*code));
        }
    }

    /// The process of an agent is killed; the answer is its node, if it was one.
    pub(super) fn end(&mut self, process: &Process) -> Option<NodeName> {
        let agent = self.agents.remove(process)?;
        if let Some(id) = agent.id {
            let now = self.now();
            self.jenkins.kill_agent(now, id);
        }
        Some(agent.spec.node)
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
