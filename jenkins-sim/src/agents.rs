//! The processes of inbound agents: what they do when they are refused, dropped, frozen, and when the controller restarts
//! (seen on Jenkins 2.263.4 with Remoting 4.5).
//!
//! They are optional: whoever simulates agents by himself calls [`Jenkins::agent_connect`] and heeds
//! [`Output::AgentDropped`].

use crate::{
    Jenkins,
    build::{Phase, Slot, index},
    clock::{Due, Rank},
    error::ConnectError,
    node::NodeKey,
    output::Output,
};
use footman_core::{
    id::NodeName,
    time::{Millis, Timestamp},
};
use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
};

/// How long an agent waits before it tries again.
const RETRY: Millis = Millis::from_secs(10);
/// When an agent whose controller restarted tries again, counted from the controller's being up.
const RETRY_AFTER_READY: Millis = Millis::from_secs(9);
/// How long an agent with `-noreconnect` takes to exit: 0.1 to 0.4 s.
const EXIT: Millis = Millis::new(250);
/// How long the channel of a frozen agent is taken for alive: a ping every 5 min, which may take 4 min.
const FROZEN_UNTIL_BROKEN: Millis = Millis::from_secs(530);

/// How an agent is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentSpec {
    /// The node that it wants to be.
    pub node: NodeName,
    /// The node whose secret it was given. A secret depends on the name alone: a node that was deleted and made anew has
    /// the secret that it had.
    pub secret_of: NodeName,
    /// How it connects; the controller lets in either for any node.
    pub transport: Transport,
    /// What its command line is.
    pub launch: Launch,
    /// Whether it tries again when its channel is closed (without `-noreconnect`).
    pub reconnects: bool,
}

/// What an agent connects by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// TCP.
    Tcp,
    /// `-webSocket`.
    WebSocket,
}

/// The command line of an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Launch {
    /// `-jnlpUrl U -secret S`.
    JnlpUrl,
    /// `hudson.remoting.jnlp.Main -headless -url U … SECRET NAME`.
    Main,
}

impl AgentSpec {
    /// An agent as the plugin starts one: by the main class, over TCP, with the right secret, trying again.
    pub fn new(node: NodeName) -> Self {
        Self {
            secret_of: node.clone(),
            node,
            transport: Transport::Tcp,
            launch: Launch::Main,
            reconnects: true,
        }
    }
}

/// An agent's process, until it exits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgentId {
    /// Ascending in the order in which they are started, never given twice.
    number: u64,
    place: u32,
}

impl AgentId {
    /// Its place in a table of all processes: a small number that no other one has while this one runs.
    pub fn place(self) -> usize {
        index(self.place)
    }
}

/// What a process is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// It waits to connect; `first` where it never was connected.
    Trying { first: bool },
    /// The controller that it was connected to restarts.
    AwaitingController,
    /// It is the agent of its node.
    Connected,
    /// It is about to exit with this code.
    Exiting(u8),
}

#[derive(Debug, Clone)]
struct Agent {
    number: u64,
    spec: AgentSpec,
    state: State,
    frozen: bool,
    /// Its timer is void where it has another stamp.
    stamp: u64,
}

/// All processes, and the nodes whose agent is frozen.
#[derive(Debug, Clone, Default)]
pub(crate) struct Agents {
    places: Vec<Option<Agent>>,
    free: Vec<u32>,
    timers: BinaryHeap<Reverse<(Timestamp, u64, AgentId)>>,
    /// When the channels of frozen agents break, with the stamps of the freezing.
    pings: VecDeque<(Timestamp, NodeKey, u64)>,
    started: u64,
}

impl Agents {
    /// Takes in a process that never was connected.
    fn insert(&mut self, spec: AgentSpec) -> AgentId {
        self.started += 1;
        let number = self.started;
        let agent = Agent { number, spec, state: State::Trying { first: true }, frozen: false, stamp: 0 };
        let place = if let Some(place) = self.free.pop() {
            self.places[index(place)] = Some(agent);
            place
        } else {
            self.places.push(Some(agent));
            u32::try_from(self.places.len() - 1).expect("processes at once are bounded by memory")
        };
        AgentId { number, place }
    }

    fn get(&self, id: AgentId) -> Option<&Agent> {
        self.places.get(id.place())?.as_ref().filter(|agent| agent.number == id.number)
    }

    fn get_mut(&mut self, id: AgentId) -> Option<&mut Agent> {
        self.places.get_mut(id.place())?.as_mut().filter(|agent| agent.number == id.number)
    }

    /// Takes a process out that is no more.
    fn remove(&mut self, id: AgentId) -> Option<Agent> {
        let agent = self.places.get_mut(id.place())?.take_if(|agent| agent.number == id.number)?;
        self.free.push(id.place);
        Some(agent)
    }

    /// When something is due.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        let timer = self.timers.peek().map(|Reverse((at, _, _))| *at);
        let ping = self.pings.front().map(|&(at, _, _)| at);
        match (timer, ping) {
            (Some(timer), Some(ping)) => Some(timer.min(ping)),
            (timer, ping) => timer.or(ping),
        }
    }

    /// Drops what became void from the fronts.
    pub(crate) fn drop_void(&mut self, is_frozen: impl Fn(NodeKey, u64) -> bool) {
        while self.pings.front().is_some_and(|&(_, node, stamp)| !is_frozen(node, stamp)) {
            self.pings.pop_front();
        }
        while let Some(&Reverse((_, stamp, id))) = self.timers.peek()
            && self.get(id).is_none_or(|agent| agent.stamp != stamp)
        {
            self.timers.pop();
        }
    }
}

impl Jenkins {
    /// Starts an agent's process, which tries to connect at once. What becomes of it is told by [`Output::AgentConnected`]
    /// and [`Output::AgentExited`].
    pub fn start_agent(&mut self, now: Timestamp, spec: AgentSpec) -> AgentId {
        self.advance(now);
        let id = self.agents.insert(spec);
        self.try_agent(id);
        self.drop_void();
        id
    }

    /// An agent's process is killed: its channel breaks, and there is no exit code of its own.
    pub fn kill_agent(&mut self, now: Timestamp, id: AgentId) {
        self.advance(now);
        let Some(agent) = self.agents.remove(id) else { return };
        if agent.state == State::Connected {
            self.agent_disconnect(now, &agent.spec.node);
        }
        self.drop_void();
    }

    /// An agent's process is stopped (SIGSTOP): its connections stay. Jenkins takes it for alive for 530 s.
    pub fn freeze_agent(&mut self, now: Timestamp, id: AgentId) {
        self.advance(now);
        let Some(agent) = self.agents.get_mut(id).filter(|agent| !agent.frozen) else { return };
        agent.frozen = true;
        agent.stamp = 0;
        if agent.state == State::Connected
            && let Some(key) = self.nodes.key(&agent.spec.node)
        {
            self.freeze_node(key);
        }
        self.drop_void();
    }

    /// An agent's process goes on (SIGCONT). Where its channel broke meanwhile it notices now.
    pub fn thaw_agent(&mut self, now: Timestamp, id: AgentId) {
        self.advance(now);
        let Some(agent) = self.agents.get_mut(id).filter(|agent| agent.frozen) else { return };
        agent.frozen = false;
        match agent.state {
            State::Connected => {
                if let Some(key) = self.nodes.key(&agent.spec.node) {
                    self.thaw_node(key);
                }
            }
            State::Trying { .. } => self.set_timer(id, RETRY),
            State::AwaitingController => self.await_controller(id),
            State::Exiting(_) => self.set_timer(id, EXIT),
        }
        self.drop_void();
    }

    /// The process that is connected as the agent of a node.
    pub fn agent_of(&self, node: &NodeName) -> Option<AgentId> {
        self.nodes[self.nodes.key(node)?].agent
    }

    /// How many processes there are.
    pub fn agents_running(&self) -> usize {
        self.agents.places.len() - self.agents.free.len()
    }

    /// What is due for processes, one thing of it.
    pub(crate) fn agents_due(&mut self) {
        let now = self.now;
        if let Some(&(at, node, _)) = self.agents.pings.front()
            && at <= now
        {
            self.agents.pings.pop_front();
            self.agent_lost(node);
            self.lose_channel(node);
            return;
        }
        let Some(Reverse((_, _, id))) = self.agents.timers.pop() else { return };
        let Some(agent) = self.agents.get(id) else { return };
        match agent.state {
            State::Exiting(code) => self.exit_agent(id, code),
            State::AwaitingController if agent.spec.transport == Transport::WebSocket => {
                // NoClassDefFoundError while it reconnects (3 of 3 on Jenkins 2.263.4).
                self.exit_agent(id, 0);
            }
            State::Trying { .. } | State::AwaitingController => self.try_agent(id),
            State::Connected => {}
        }
    }

    fn try_agent(&mut self, id: AgentId) {
        let Some(agent) = self.agents.get(id) else { return };
        if self.available().is_err() {
            self.set_timer(id, RETRY);
            return;
        }
        let (spec, first) = (&agent.spec, agent.state == State::Trying { first: true });
        let launch = spec.launch;
        let answer = match self.nodes.key(&spec.node).filter(|&key| self.nodes[key].has_computer()) {
            // Its `slave-agent.jnlp` is 404, and the agent asks for it forever.
            None if first && launch == Launch::JnlpUrl => {
                self.set_timer(id, RETRY);
                return;
            }
            None => Err(ConnectError::UnknownNode),
            Some(_) if spec.secret_of != spec.node => Err(ConnectError::WrongSecret),
            Some(key) if self.nodes[key].connected => Err(ConnectError::AlreadyConnected),
            Some(key) => Ok(key),
        };
        match answer {
            Ok(key) => {
                if let Some(agent) = self.agents.get_mut(id) {
                    agent.state = State::Connected;
                    agent.stamp = 0;
                }
                self.nodes[key].agent = Some(id);
                let node = self.nodes[key].name.clone();
                self.outputs.push_back(Output::AgentConnected { agent: id, node, at: self.now });
                self.open_channel(key);
            }
            // With -jnlpUrl the file cannot be decrypted.
            Err(ConnectError::WrongSecret) if launch == Launch::JnlpUrl => self.exit_agent(id, 1),
            Err(ConnectError::WrongSecret | ConnectError::UnknownNode | ConnectError::AlreadyConnected) => {
                self.exit_agent(id, 255);
            }
            Err(ConnectError::Unavailable(_)) => self.set_timer(id, RETRY),
        }
    }

    fn exit_agent(&mut self, id: AgentId, code: u8) {
        let Some(agent) = self.agents.remove(id) else { return };
        let node = agent.spec.node;
        self.outputs.push_back(Output::AgentExited { agent: id, node, code, at: self.now });
    }

    fn set_timer(&mut self, id: AgentId, after: Millis) {
        let (at, stamp) = (self.now + after, self.next_sequence());
        if let Some(agent) = self.agents.get_mut(id) {
            agent.stamp = stamp;
            self.agents.timers.push(Reverse((at, stamp, id)));
        }
    }

    /// Jenkins closes the channel of a node's agent.
    pub(crate) fn drop_agent(&mut self, key: NodeKey) {
        self.outputs.push_back(Output::AgentDropped { node: self.nodes[key].name.clone(), at: self.now });
        self.agent_lost(key);
    }

    /// The process of a node's agent, if there is one, has lost its channel: it tries again after 10 s, or exits well.
    pub(crate) fn agent_lost(&mut self, key: NodeKey) {
        self.nodes[key].frozen = 0;
        let Some(id) = self.nodes[key].agent.take() else { return };
        let restarts = self.down.is_some();
        let Some(agent) = self.agents.get_mut(id) else { return };
        agent.state = match (agent.spec.reconnects, restarts) {
            (false, _) => State::Exiting(0),
            (true, true) => State::AwaitingController,
            (true, false) => State::Trying { first: false },
        };
        agent.stamp = 0;
        if agent.frozen {
            return;
        }
        match agent.state {
            State::Exiting(_) => self.set_timer(id, EXIT),
            State::AwaitingController => self.await_controller(id),
            State::Trying { .. } | State::Connected => self.set_timer(id, RETRY),
        }
    }

    /// TCP agents are back about 9 s after the controller is up (3 of 3).
    fn await_controller(&mut self, id: AgentId) {
        let until = self.down.map_or(Millis::ZERO, |down| down.ready_at.since(self.now));
        self.set_timer(id, until.saturating_add(RETRY_AFTER_READY));
    }

    /// The agent of a node hears and says nothing any more, and nobody knows.
    fn freeze_node(&mut self, key: NodeKey) {
        let stamp = self.next_sequence();
        self.nodes[key].frozen = stamp;
        self.agents.pings.push_back((self.now + FROZEN_UNTIL_BROKEN, key, stamp));
        for slot in self.builds_in(key, Phase::Running) {
            self.void_timer();
            self.builds.set_phase(slot, Phase::Running);
        }
    }

    fn thaw_node(&mut self, key: NodeKey) {
        self.nodes[key].frozen = 0;
        for slot in self.builds_in(key, Phase::Running) {
            self.builds[slot].ends = self.builds[slot].ends.max(self.now);
            self.push_end(slot);
        }
    }

    /// Enters the end of a build that runs; one on a frozen agent has none for the time being.
    pub(crate) fn push_end(&mut self, slot: Slot) {
        let build = &self.builds[slot];
        if self.nodes[build.node].frozen == 0 {
            let (at, stamp) = (build.ends, build.stamp);
            self.clock.push(Due { at, rank: Rank::End, stamp, slot });
        }
    }
}
