//! From what agents need to actions: whose turn it is, what was handed out, and to whom an answer belongs.

use crate::{
    action::{Action, ActionId},
    decision::{Cause, Phase, What},
    name::TokenError,
    policy::Reuse,
    provisioner::{
        Provisioner,
        agents::{Agent, Closed, Doing, NodeState, Step, TaskState},
        naming,
        pace::{EcsTurn, JenkinsTurn, StopSubject},
    },
    time::{Millis, Timestamp},
};
use std::{collections::VecDeque, sync::Arc};

/// How many observations in a row must read idle after closing before a task is stopped: the first can be of a moment
/// before the close took effect, and a paused controller may start one more build just after it.
pub(super) const IDLE_READS: u8 = 2;

/// Whom an action is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    Agent(u32),
    Orphan(u64),
}

/// What was handed out and not answered yet.
#[derive(Debug, Default)]
pub(super) struct Handouts {
    /// The id of the first entry of `out`.
    first: u64,
    out: VecDeque<Option<Subject>>,
    /// When the token bucket has the next call, while somebody waits for it.
    pace_at: Option<Timestamp>,
}

impl Handouts {
    pub(super) fn pace_at(&self) -> Option<Timestamp> {
        self.pace_at
    }

    fn add(&mut self, subject: Subject) -> ActionId {
        self.out.push_back(Some(subject));
        let offset =
            u64::try_from(self.out.len()).expect("a usize has at most 64 bits on every supported target");
        ActionId(self.first + offset - 1)
    }

    /// Whose action it was; `None` where it was answered already or never handed out.
    pub(super) fn take(&mut self, id: ActionId) -> Option<Subject> {
        let offset = usize::try_from(id.0.checked_sub(self.first)?).ok()?;
        let subject = self.out.get_mut(offset)?.take();
        while let Some(None) = self.out.front() {
            self.out.pop_front();
            self.first += 1;
        }
        subject
    }

    /// How many actions are not answered yet.
    pub(super) fn len(&self) -> usize {
        self.out.iter().flatten().count()
    }
}

impl Agent {
    /// What is to be done next for the agent, if anything.
    pub(super) fn next_step(&self) -> Option<Step> {
        match self.phase {
            Phase::Intended => Some(Step::Create),
            Phase::Launching => match self.task {
                TaskState::None | TaskState::InDoubt => Some(Step::Launch),
                TaskState::Live { .. } | TaskState::Stopped { .. } => None,
            },
            Phase::Provisioning
            | Phase::Pulling
            | Phase::Connecting
            | Phase::Idle
            | Phase::Resuming
            | Phase::Gone => None,
            Phase::Busy => (self.cause.is_some() && self.closed == Closed::No).then_some(Step::Close),
            Phase::Spent => self.next_step_to_end(),
            Phase::Orphan => match self.task {
                TaskState::Live { stopping: false, .. } => Some(Step::Stop),
                TaskState::Live { stopping: true, .. }
                | TaskState::None
                | TaskState::InDoubt
                | TaskState::Stopped { .. } => None,
            },
        }
    }

    fn next_step_to_end(&self) -> Option<Step> {
        match (self.node, self.closed) {
            (NodeState::Present { .. }, Closed::No) => return Some(Step::Close),
            (NodeState::Present { .. }, Closed::Yes { idle_reads }) if idle_reads < IDLE_READS => {
                return None;
            }
            (NodeState::Present { .. } | NodeState::Absent | NodeState::Deleted | NodeState::Gone, _) => {}
        }
        match (&self.task, self.node) {
            (TaskState::Live { stopping: false, .. }, _) => Some(Step::Stop),
            (TaskState::None | TaskState::Stopped { .. }, NodeState::Present { .. }) => Some(Step::Delete),
            (TaskState::Live { stopping: true, .. } | TaskState::InDoubt, _)
            | (
                TaskState::None | TaskState::Stopped { .. },
                NodeState::Absent | NodeState::Deleted | NodeState::Gone,
            ) => None,
        }
    }

    /// Whether nothing of it is left.
    pub(super) fn is_over(&self) -> bool {
        let node_over = match self.node {
            NodeState::Absent | NodeState::Gone => true,
            NodeState::Present { .. } | NodeState::Deleted => false,
        };
        let task_over = match self.task {
            TaskState::None | TaskState::Stopped { .. } => true,
            TaskState::Live { .. } | TaskState::InDoubt => false,
        };
        matches!(self.phase, Phase::Spent | Phase::Orphan) && node_over && task_over
    }
}

impl Provisioner {
    /// Has the agent's next step wait for its turn, and forgets an agent of which nothing is left.
    #[inline]
    pub(super) fn advance(&mut self, slot: u32) {
        let agent = self.agents.get(slot);
        // On the way up an agent mostly waits for others to act.
        let waits = match agent.phase {
            Phase::Provisioning | Phase::Pulling | Phase::Connecting | Phase::Idle | Phase::Resuming => true,
            Phase::Intended | Phase::Launching | Phase::Busy | Phase::Spent | Phase::Orphan | Phase::Gone => {
                false
            }
        };
        if !(waits && agent.doing == Doing::Nothing) {
            self.take_step(slot);
        }
    }

    fn take_step(&mut self, slot: u32) {
        let agent = self.agents.get_mut(slot);
        let next = agent.next_step();
        if agent.doing == Doing::Nothing && next.is_none() && agent.phase < Phase::Spent {
            return;
        }
        match agent.doing {
            Doing::InFlight(_) => return,
            Doing::Queued(step) if next == Some(step) => return,
            Doing::Backoff { until, step } if next == Some(step) && until > self.now => return,
            Doing::Nothing | Doing::Queued(_) | Doing::Backoff { .. } => {}
        }
        let Some(step) = next else {
            agent.doing = Doing::Nothing;
            if agent.is_over() {
                self.forget(slot);
            }
            return;
        };
        agent.doing = Doing::Queued(step);
        match step {
            Step::Create => self.turns.creates.push_back(slot),
            Step::Launch => self.queue_launch(slot),
            Step::Close => self.turns.closes.push_back(slot),
            Step::Stop => self.turns.stops.push_back(StopSubject::Agent(slot)),
            Step::Delete => self.turns.deletes.push_back(slot),
        }
    }

    /// Hands out what may go out at present.
    #[inline]
    pub(super) fn hand_out(&mut self) {
        if self.start.gave_way() || (self.gates_touched.is_empty() && self.turns.nobody_waits()) {
            self.handouts.pace_at = None;
        } else {
            self.hand_out_turns();
        }
    }

    fn hand_out_turns(&mut self) {
        self.serve_gates();
        while let Some(turn) = self.turns.next_jenkins() {
            let (slot, step) = match turn {
                JenkinsTurn::Close(slot) => (slot, Step::Close),
                JenkinsTurn::Create(slot) => (slot, Step::Create),
                JenkinsTurn::Delete(slot) => (slot, Step::Delete),
            };
            if self.is_queued(slot, step) && (step != Step::Create || self.may_create(slot)) {
                self.turns.jenkins_sent();
                self.send(slot, step);
            }
        }
        self.hand_out_to_ecs();
    }

    fn hand_out_to_ecs(&mut self) {
        self.handouts.pace_at = None;
        while !self.turns.nobody_waits_for_ecs() || !self.gates_touched.is_empty() {
            self.admit_fargate();
            self.drop_stale_turns();
            while !self.gates_touched.is_empty() {
                self.serve_gates();
                self.drop_stale_turns();
            }
            if !self.turns.ecs_may_call() {
                return;
            }
            if !self.turns.bucket.take(self.now) {
                let next = self.turns.bucket.next_at();
                self.handouts.pace_at = Some(self.handouts.pace_at.map_or(next, |at| at.min(next)));
                return;
            }
            let Some(turn) = self.turns.next_ecs() else { return };
            self.turns.ecs_sent(turn);
            match turn {
                EcsTurn::Stop(StopSubject::Agent(slot)) => self.send(slot, Step::Stop),
                EcsTurn::Stop(StopSubject::Orphan(number)) => self.send_orphan_stop(number),
                EcsTurn::Launch(slot) => self.send(slot, Step::Launch),
            }
        }
    }

    /// Has a launch wait for its turn.
    pub(super) fn queue_launch(&mut self, slot: u32) {
        let template = self.supplies.spec(self.agents.get(slot).supply).0.template;
        let fargate = self.policy.templates.get(template.index()).is_some_and(|template| template.fargate);
        self.turns.queue_launch(slot, fargate);
    }

    /// A launch was throttled: by Fargate's bucket where the task runs there, for that is the narrower one.
    pub(super) fn launch_throttled(&mut self, slot: u32, retry_after: Option<Millis>) {
        let template = self.supplies.spec(self.agents.get(slot).supply).0.template;
        let fargate = self.policy.templates.get(template.index()).is_some_and(|template| template.fargate);
        let bucket = if fargate { &mut self.turns.fargate } else { &mut self.turns.bucket };
        bucket.throttled(self.now, retry_after);
    }

    /// Lets launches on Fargate queue with the others as its own bucket allows.
    fn admit_fargate(&mut self) {
        loop {
            while self.turns.fargate_launches.front().is_some_and(|&slot| !self.is_queued(slot, Step::Launch))
            {
                self.turns.fargate_launches.pop_front();
            }
            if !self.turns.admit_fargate(self.now) {
                break;
            }
        }
        self.handouts.pace_at = self.turns.fargate_next_at();
    }

    fn is_queued(&self, slot: u32, step: Step) -> bool {
        self.agents.known(slot) && self.agents.get(slot).doing == Doing::Queued(step)
    }

    /// Drops turns at the head of ECS's queues that nobody waits for any more, and holds back launches for which
    /// ECS has no room.
    fn drop_stale_turns(&mut self) {
        while let Some(&slot) = self.turns.launches.front() {
            if self.is_queued(slot, Step::Launch) && self.may_launch(slot) {
                break;
            }
            self.turns.launches.pop_front();
        }
        while let Some(&subject) = self.turns.stops.front() {
            let waits = match subject {
                StopSubject::Agent(slot) => self.is_queued(slot, Step::Stop),
                StopSubject::Orphan(number) => self.orphans.is_queued(number),
            };
            if waits {
                break;
            }
            self.turns.stops.pop_front();
        }
    }

    fn send(&mut self, slot: u32, step: Step) {
        let agent = self.agents.get_mut(slot);
        let action = match step {
            Step::Create => {
                let (spec, _) = self.supplies.spec(agent.supply);
                let (start, session) = self.supplies.description(agent.supply);
                let reuse = self.policy.templates[spec.template.index()].reuse;
                let is_one_shot = reuse == Reuse::OneShot && spec.session.is_none();
                let (decided, end, buffer) = (agent.decided_at, &self.texts.since, &mut self.buffer);
                let description = naming::describe(start, decided, session, end, is_one_shot, buffer);
                Action::CreateNode { agent: agent.name.clone(), spec: Arc::clone(spec), description }
            }
            Step::Launch => {
                let (spec, _) = self.supplies.spec(agent.supply);
                match agent.name.client_token(agent.attempt, self.now) {
                    Ok(token) => Action::Launch {
                        agent: agent.name.clone(),
                        spec: Arc::clone(spec),
                        attempt: agent.attempt,
                        token,
                    },
                    Err(TokenError::Expired { .. }) => {
                        agent.doing = Doing::Nothing;
                        self.turns.ecs_answered();
                        return self.retire(slot, Cause::Deadline(Phase::Launching));
                    }
                }
            }
            Step::Close => Action::CloseNode { node: agent.name.node().clone() },
            Step::Stop => {
                let task = agent.live_task().cloned().expect("only a task that exists is stopped");
                if self.follows_agents {
                    let cause = agent.cause.clone().unwrap_or(Cause::Orphan);
                    self.decide(What::Stop { task: task.clone(), cause });
                }
                Action::StopTask { task, reason: self.stop_reason(slot) }
            }
            Step::Delete => {
                let node = agent.name.node().clone();
                if self.follows_agents {
                    let cause = agent.cause.clone().unwrap_or(Cause::Orphan);
                    self.decide(What::Delete { node: node.clone(), cause });
                }
                Action::DeleteNode { node }
            }
        };
        let agent = self.agents.get_mut(slot);
        agent.doing = Doing::InFlight(step);
        agent.sent_at = self.now;
        self.hand_out_action(Subject::Agent(slot), action);
    }

    /// Hands out one action.
    pub(super) fn hand_out_action(&mut self, subject: Subject, action: Action) {
        let id = self.handouts.add(subject);
        self.actions.push_back((id, action));
    }
}
