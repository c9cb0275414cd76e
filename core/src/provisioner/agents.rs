//! The agents that the core knows, by slot and by name.

use crate::{
    decision::{Cause, Phase},
    event::TaskStatus,
    id::{Attempt, NodeName, QueueItemId, TaskArn},
    name::AgentName,
    provisioner::{gate::Pass, supply::SupplyId, timers::Stamped},
    time::Timestamp,
};
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use smallvec::SmallVec;

/// What Jenkins shows of an agent's node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NodeState {
    /// Never seen in Jenkins, nor known to have been created.
    Absent,
    /// Created or listed.
    Present {
        /// Whether the agent is connected and not marked offline.
        online: bool,
        /// Whether nothing runs on it.
        idle: bool,
    },
    /// Its deletion was confirmed; the listings may still show it.
    Deleted,
    /// Not listed any more.
    Gone,
}

/// Whether the node can still take a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Closed {
    /// It can.
    No,
    /// Jenkins confirmed that it cannot; idle was read that many times since.
    Yes {
        /// How many observations in a row showed it idle.
        idle_reads: u8,
    },
}

/// What is known of an agent's task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TaskState {
    /// No task, and no call that may have started one.
    None,
    /// The answer to a `RunTask` was lost.
    InDoubt,
    /// It exists, as far as is known.
    Live {
        /// Its ARN.
        arn: TaskArn,
        /// Its last status, once it was described.
        status: Option<TaskStatus>,
        /// Whether `StopTask` was accepted or it stops by itself.
        stopping: bool,
        /// Whether the listings do not show it.
        missing: bool,
    },
    /// It was seen STOPPED, or ECS does not know it any more.
    Stopped {
        /// Its ARN.
        arn: TaskArn,
    },
}

/// A kind of action on an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Create,
    Launch,
    Close,
    Stop,
    Delete,
}

/// Where the agent's one action stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doing {
    /// Nothing is to be done.
    Nothing,
    /// It waits for its turn.
    Queued(Step),
    /// It was handed out and not answered yet.
    InFlight(Step),
    /// It failed and is repeated later.
    Backoff {
        /// When.
        until: Timestamp,
        /// What.
        step: Step,
    },
}

/// One agent: node and task under one name.
#[derive(Debug)]
pub(super) struct Agent {
    pub(super) name: AgentName,
    pub(super) supply: SupplyId,
    pub(super) phase: Phase,
    /// When it was decided; its name says the same.
    pub(super) decided_at: Timestamp,
    /// When it entered its phase.
    pub(super) since: Timestamp,
    pub(super) node: NodeState,
    pub(super) closed: Closed,
    pub(super) task: TaskState,
    pub(super) attempt: Attempt,
    /// By which right it calls `RunTask` next.
    pub(super) pass: Pass,
    pub(super) doing: Doing,
    /// Failures in a row of the action at hand.
    pub(super) failures: u8,
    /// When an action was handed out last.
    pub(super) sent_at: Timestamp,
    /// When `RunTask` may have been called for it last, by this run of ours or an earlier one.
    pub(super) called_at: Timestamp,
    /// Why it is taken out of service, once it is.
    pub(super) cause: Option<Cause>,
    /// Whether it counts towards the limits.
    pub(super) counted: bool,
    /// Whether it makes room for others, who count on what it takes.
    pub(super) ceded: bool,
    /// Whether its node was last seen to take builds.
    pub(super) open: bool,
    /// How many observations there had been when it was closed.
    pub(super) closed_at_observation: u64,
    /// How often it was closed again.
    pub(super) closed_again: u8,
    /// Whether it is listed among those whose idleness is being read.
    pub(super) reading: bool,
    /// Whether Jenkins ever listed its node.
    pub(super) listed: bool,
    /// Whether an earlier run of ours decided it.
    pub(super) recovered: bool,
    /// The queue items that run on it.
    pub(super) running: SmallVec<[QueueItemId; 1]>,
    /// How many builds this run of ours saw on it, by their queue items.
    pub(super) builds: u32,
    /// Whether the last of them was counted though no queue item of it is shown.
    pub(super) unnamed: bool,
}

impl Agent {
    /// The ARN of its task, while that may run.
    pub(super) fn live_task(&self) -> Option<&TaskArn> {
        match &self.task {
            TaskState::Live { arn, .. } => Some(arn),
            TaskState::None | TaskState::InDoubt | TaskState::Stopped { .. } => None,
        }
    }

    /// Whether Jenkins showed something running on it.
    pub(super) fn reads_busy(&self) -> bool {
        matches!(self.node, NodeState::Present { idle: false, .. })
    }

    /// Whether Jenkins showed it connected.
    pub(super) fn reads_online(&self) -> bool {
        matches!(self.node, NodeState::Present { online: true, .. })
    }
}

#[derive(Debug, Default)]
struct Slot {
    /// Counts phase changes; also over the slot's different agents, so that a stale timer finds nobody.
    stamp: u32,
    agent: Option<Agent>,
}

/// All agents.
#[derive(Debug, Default)]
pub(super) struct Agents {
    slots: Vec<Slot>,
    free: Vec<u32>,
    by_name: IndexMap<NodeName, u32, FxBuildHasher>,
    by_task: IndexMap<TaskArn, u32, FxBuildHasher>,
    counts: [u32; Phase::COUNT],
}

fn place(slot: u32) -> usize {
    usize::try_from(slot).expect("a usize has at least 32 bits on every supported target")
}

impl Agents {
    /// Takes in a new agent.
    pub(super) fn insert(&mut self, agent: Agent) -> u32 {
        self.counts[agent.phase.index()] += 1;
        let name = agent.name.node().clone();
        let slot = match self.free.pop() {
            Some(slot) => {
                self.slots[place(slot)].agent = Some(agent);
                slot
            }
            None => {
                self.slots.push(Slot { stamp: 0, agent: Some(agent) });
                u32::try_from(self.slots.len() - 1).expect("fewer than 2^32 agents at a time")
            }
        };
        let old = self.by_name.insert(name, slot);
        debug_assert!(old.is_none(), "a name is never reused");
        slot
    }

    /// Forgets an agent.
    pub(super) fn remove(&mut self, slot: u32) -> Agent {
        let entry = &mut self.slots[place(slot)];
        entry.stamp = entry.stamp.wrapping_add(1);
        let agent = entry.agent.take().expect("only a known agent is removed");
        self.counts[agent.phase.index()] -= 1;
        self.by_name.swap_remove(agent.name.node());
        match &agent.task {
            TaskState::Live { arn, .. } | TaskState::Stopped { arn } => {
                self.by_task.swap_remove(arn);
            }
            TaskState::None | TaskState::InDoubt => {}
        }
        self.free.push(slot);
        agent
    }

    /// Whether the slot holds an agent.
    pub(super) fn known(&self, slot: u32) -> bool {
        self.slots[place(slot)].agent.is_some()
    }

    /// The agent in a slot that is known to hold one.
    pub(super) fn get(&self, slot: u32) -> &Agent {
        self.slots[place(slot)].agent.as_ref().expect("the slot holds an agent")
    }

    /// The agent in a slot that is known to hold one.
    pub(super) fn get_mut(&mut self, slot: u32) -> &mut Agent {
        self.slots[place(slot)].agent.as_mut().expect("the slot holds an agent")
    }

    /// Whether the agent is still in the phase that it had when it was stamped.
    pub(super) fn alive(&self, stamped: Stamped) -> bool {
        let entry = &self.slots[place(stamped.slot)];
        entry.stamp == stamped.stamp && entry.agent.is_some()
    }

    /// The agent's present stamp.
    pub(super) fn stamp(&self, slot: u32) -> Stamped {
        Stamped { slot, stamp: self.slots[place(slot)].stamp }
    }

    /// Moves an agent to another phase and gives it a new stamp.
    pub(super) fn set_phase(&mut self, slot: u32, to: Phase, now: Timestamp) -> Phase {
        let entry = &mut self.slots[place(slot)];
        entry.stamp = entry.stamp.wrapping_add(1);
        let agent = entry.agent.as_mut().expect("the slot holds an agent");
        let from = agent.phase;
        agent.phase = to;
        agent.since = now;
        self.counts[from.index()] -= 1;
        self.counts[to.index()] += 1;
        from
    }

    /// The slot of the agent with this name.
    pub(super) fn by_name(&self, name: &NodeName) -> Option<u32> {
        self.by_name.get(name).copied()
    }

    /// The slot of the agent with this task.
    pub(super) fn by_task(&self, arn: &TaskArn) -> Option<u32> {
        self.by_task.get(arn).copied()
    }

    /// Notes whose task it is.
    pub(super) fn own_task(&mut self, arn: TaskArn, slot: u32) {
        self.by_task.insert(arn, slot);
    }

    /// How many agents are in `phase`.
    pub(super) fn count(&self, phase: Phase) -> u32 {
        self.counts[phase.index()]
    }

    /// How many agents there are.
    pub(super) fn len(&self) -> usize {
        self.by_name.len()
    }

    /// Every agent and its slot, in the order of the slots: for reports and rare events only.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &Agent)> {
        (0u32..).zip(&self.slots).filter_map(|(slot, entry)| entry.agent.as_ref().map(|agent| (slot, agent)))
    }
}
