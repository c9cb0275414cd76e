//! What a class of agents does where ECS has no room: one asks, the others wait.
//!
//! Each class has a gate. An answer without room closes it, and `RunTask` is called for its agents by passes only:
//! * a *probe*, by one agent at a time, after a wait that doubles; once it finds room the gate opens like TCP's slow
//!   start (RFC 5681, 3.1): each success lets one more call be out, so that 1, 2, 4, ... are;
//! * a *hint*, for one task of ours that was seen STOPPED. What it took is free again, and a full cluster costs one
//!   call per task that ends. A hint goes to the agent that has waited longest among those of the task's cloud (a
//!   cloud is one cluster); if it does not fit there, once more to the next class of the cloud. Where nobody waits,
//!   the class of the task keeps it.
//!
//! While the gate is not open only [`RESERVE`] agents are made beyond its passes; other builds are refused and say
//! why. A gate at which nobody waits when its time has come opens, and remembers for [`PROBE_MAX`] how often it was shut:
//! where the next build finds no room either it is shut for longer.
//!
//! A template with alternatives does not wait: as soon as its gate is shut, agents give way to another template that
//! matches and has room. Room can also turn out to be lacking after ECS took a launch: the gate is shut then as well.

use crate::{
    decision::{Cause, Phase},
    id::TemplateId,
    provisioner::{
        Provisioner,
        agents::{Doing, Step},
        breaker::doubled,
        demand::LaunchOption,
        supply::SupplyId,
        timers::{Special, Stamped},
    },
    time::{Millis, Timestamp},
};
use std::collections::VecDeque;

/// How long a class waits after the first answer that there is no room; doubled with each probe that finds none.
pub(super) const PROBE_MIN: Millis = Millis::from_secs(5);
/// The longest wait for the next probe.
pub(super) const PROBE_MAX: Millis = Millis::from_secs(60);
/// How many agents stand ready at a gate, so that freed room is taken at once.
pub(super) const RESERVE: u32 = 4;
/// With that many calls out at once a gate is open.
const WINDOW_MAX: u32 = 64;
/// How long after a success the agents that take the places of those who went through are planned.
pub(super) const REFILL: Millis = Millis::new(200);

/// By which right an agent calls `RunTask`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    /// None but that of an open gate.
    Free,
    /// It finds out whether there is room.
    Probe,
    /// A task has stopped.
    Hint {
        /// Whether it did not fit elsewhere.
        passed_on: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    /// No probe before `until`.
    Closed {
        until: Timestamp,
    },
    /// A probe may be out, or is.
    Probing,
    /// So many calls may be out.
    Opening {
        window: u32,
    },
}

/// The gate of one class.
#[derive(Debug)]
pub(super) struct Gate {
    state: State,
    /// Probes that are out.
    out: u32,
    /// Calls in a row, each after the gate's wait, that found no room.
    pub(super) no_rooms: u32,
    /// How often in a row a task was taken and had no room after all.
    lost: u32,
    /// Until when it counts how often the gate was shut before.
    remembered: Timestamp,
    /// Hints that nobody took yet.
    hints: u32,
    /// Those that did not fit elsewhere.
    passed_on: u32,
    /// Agents that wait for a pass; they are alike, and each in its turn uses up an attempt.
    pub(super) launches: VecDeque<Stamped>,
    /// Agents whose node is not made before the gate has a place for it.
    pub(super) creates: VecDeque<Stamped>,
    /// Agents of the class that are Intended or Launching.
    pub(super) unlaunched: u32,
    /// Whether a timer is set that plans for those who went through.
    pub(super) refilling: bool,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            state: State::Open,
            out: 0,
            no_rooms: 0,
            lost: 0,
            remembered: Timestamp::EPOCH,
            hints: 0,
            passed_on: 0,
            launches: VecDeque::new(),
            creates: VecDeque::new(),
            unlaunched: 0,
            refilling: false,
        }
    }
}

fn len(queue: &VecDeque<Stamped>) -> u32 {
    u32::try_from(queue.len()).expect("fewer than 2^32 agents")
}

impl Gate {
    pub(super) fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// Whether nothing says that there is room.
    pub(super) fn is_shut(&self) -> bool {
        matches!(self.state, State::Closed { .. } | State::Probing) && self.hints + self.passed_on == 0
    }

    /// When the next probe goes out, or went.
    pub(super) fn until(&self, now: Timestamp) -> Timestamp {
        match self.state {
            State::Closed { until } => until,
            State::Open | State::Probing | State::Opening { .. } => now,
        }
    }

    /// How many agents may be Intended or Launching.
    fn places(&self) -> u32 {
        let window = match self.state {
            State::Open => return u32::MAX,
            State::Closed { .. } | State::Probing => 0,
            State::Opening { window } => window,
        };
        RESERVE.saturating_add(window).saturating_add(self.hints).saturating_add(self.passed_on)
    }

    /// How many more agents may be decided.
    pub(super) fn room(&self) -> u32 {
        if self.is_open() { u32::MAX } else { self.places().saturating_sub(self.unlaunched) }
    }

    /// Whether a node may be made for one more agent that waits for it, or for one that is in `unlaunched` and asks.
    pub(super) fn may_create(&self, asks: bool) -> bool {
        let others = self.unlaunched.saturating_sub(len(&self.creates)).saturating_sub(u32::from(asks));
        self.is_open() || others < self.places()
    }

    /// Whether more agents wait than there are hints for.
    pub(super) fn wants_hint(&self) -> bool {
        !self.is_open() && len(&self.launches) > self.hints + self.passed_on
    }

    /// A task stopped.
    pub(super) fn hint(&mut self, passed_on: bool) {
        let hints = if passed_on { &mut self.passed_on } else { &mut self.hints };
        *hints = hints.saturating_add(1);
    }

    /// The pass for the next that waits, if there is one.
    pub(super) fn next_pass(&self) -> Option<Pass> {
        if self.hints > 0 {
            return Some(Pass::Hint { passed_on: false });
        }
        if self.passed_on > 0 {
            return Some(Pass::Hint { passed_on: true });
        }
        let most = match self.state {
            State::Open => return Some(Pass::Free),
            State::Closed { .. } => 0,
            State::Probing => 1,
            State::Opening { window } => window,
        };
        (self.out < most).then_some(Pass::Probe)
    }

    /// A pass is used.
    pub(super) fn take(&mut self, pass: Pass) {
        match pass {
            Pass::Free => {}
            Pass::Probe => self.out += 1,
            Pass::Hint { passed_on: false } => self.hints -= 1,
            Pass::Hint { passed_on: true } => self.passed_on -= 1,
        }
    }

    /// A pass was not used up: its agent ended before it had an answer.
    pub(super) fn give_back(&mut self, pass: Pass) {
        match pass {
            Pass::Free => {}
            Pass::Probe => self.out -= 1,
            Pass::Hint { passed_on } => {
                if !self.is_open() {
                    self.hint(passed_on);
                }
            }
        }
    }

    /// ECS accepted a task; says when the gate is to be looked at again if it begins to open.
    pub(super) fn succeeded(&mut self, pass: Pass, now: Timestamp) -> Option<Timestamp> {
        if pass != Pass::Probe {
            return None;
        }
        self.out -= 1;
        let (window, first) = match self.state {
            State::Probing => (2, true),
            State::Opening { window } => (window + 1, false),
            State::Open | State::Closed { .. } => return None,
        };
        self.no_rooms = 0;
        if window >= WINDOW_MAX {
            self.open();
        } else {
            self.state = State::Opening { window };
        }
        first.then_some(now + PROBE_MIN)
    }

    /// ECS had no room; says when a probe is due if none was.
    pub(super) fn no_room(&mut self, pass: Pass, now: Timestamp) -> Option<Timestamp> {
        if pass == Pass::Probe {
            self.out -= 1;
        }
        match (self.state, pass) {
            (State::Open, _) => self.forget_open(now),
            (State::Probing | State::Opening { .. }, Pass::Probe) => {}
            (State::Closed { .. }, _)
            | (State::Probing | State::Opening { .. }, Pass::Free | Pass::Hint { .. }) => return None,
        }
        let until = self.close(now);
        self.no_rooms = self.no_rooms.saturating_add(1);
        Some(until)
    }

    /// A task that ECS took had no room after all; says when a probe is due if none was.
    pub(super) fn room_lost(&mut self, now: Timestamp) -> Option<Timestamp> {
        match self.state {
            // One wait for all that are lost together.
            State::Closed { .. } => return None,
            State::Open => self.forget_open(now),
            State::Probing | State::Opening { .. } => {}
        }
        let until = self.close(now);
        self.lost = self.lost.saturating_add(1);
        Some(until)
    }

    /// An agent of the class came online.
    pub(super) fn came_online(&mut self) {
        self.lost = 0;
    }

    fn close(&mut self, now: Timestamp) -> Timestamp {
        let until = now + doubled(PROBE_MIN, self.no_rooms.max(self.lost), PROBE_MAX);
        self.state = State::Closed { until };
        until
    }

    /// What an open gate has from before it was opened counts no more, but for what it remembers yet.
    fn forget_open(&mut self, now: Timestamp) {
        (self.hints, self.passed_on) = (0, 0);
        if now > self.remembered {
            self.no_rooms = 0;
        }
    }

    /// The gate's time has come; says when it is to be looked at again.
    pub(super) fn timeout(&mut self, now: Timestamp) -> Option<Timestamp> {
        match self.state {
            State::Open | State::Probing => None,
            State::Closed { until } if until > now => None,
            State::Closed { .. } | State::Opening { .. } if self.unlaunched == 0 => {
                self.state = State::Open;
                (self.hints, self.passed_on) = (0, 0);
                self.remembered = now + PROBE_MAX;
                None
            }
            State::Closed { .. } => {
                self.state = State::Probing;
                None
            }
            State::Opening { .. } => Some(now + PROBE_MIN),
        }
    }

    fn open(&mut self) {
        self.state = State::Open;
        self.no_rooms = 0;
        (self.hints, self.passed_on) = (0, 0);
    }
}

/// Whether an agent in this phase has yet to be launched.
fn is_unlaunched(phase: Phase) -> bool {
    match phase {
        Phase::Intended | Phase::Launching => true,
        Phase::Provisioning
        | Phase::Pulling
        | Phase::Connecting
        | Phase::Idle
        | Phase::Busy
        | Phase::Resuming
        | Phase::Spent
        | Phase::Gone
        | Phase::Orphan => false,
    }
}

impl Provisioner {
    /// Counts an agent that enters the table in `phase`.
    pub(super) fn enter_gate(&mut self, supply: SupplyId, phase: Phase) {
        if is_unlaunched(phase) {
            self.supplies.get_mut(supply).gate.unlaunched += 1;
        }
    }

    /// An agent went from one phase to another: if it left the gate's hands, its pass is done with.
    pub(super) fn leave_gate(&mut self, slot: u32, from: Phase, to: Phase) {
        if !is_unlaunched(from) || is_unlaunched(to) {
            return;
        }
        let agent = self.agents.get_mut(slot);
        let pass = std::mem::replace(&mut agent.pass, Pass::Free);
        let supply = agent.supply;
        let gate = &mut self.supplies.get_mut(supply).gate;
        gate.unlaunched -= 1;
        if gate.is_open() && pass == Pass::Free {
            return;
        }
        if to == Phase::Spent || to == Phase::Orphan {
            gate.give_back(pass);
        } else if let Some(at) = gate.succeeded(pass, self.now) {
            self.timers.set(at, Special::Gate(supply));
        }
        self.refill_soon(supply);
        self.gates_touched.push(supply);
    }

    /// Has the class planned again, once for all answers of a moment.
    fn refill_soon(&mut self, supply: SupplyId) {
        let gate = &mut self.supplies.get_mut(supply).gate;
        if !std::mem::replace(&mut gate.refilling, true) {
            self.timers.set(self.now + REFILL, Special::Refill(supply));
        }
    }

    /// After how many answers without room agents of a class give way to another template.
    fn gives_way_after(&self, supply: SupplyId) -> u32 {
        if self.has_alternatives(supply) { 1 } else { u32::from(self.policy.attempts_max) }
    }

    fn has_alternatives(&self, supply: SupplyId) -> bool {
        let (spec, _) = self.supplies.spec(supply);
        self.policy.templates.get(spec.template.index()).is_some_and(|template| template.has_alternatives)
    }

    /// ECS had no room for an agent, which goes on to its next attempt when it has a pass again.
    pub(super) fn no_room(&mut self, slot: u32) {
        let agent = self.agents.get_mut(slot);
        let (pass, supply) = (std::mem::replace(&mut agent.pass, Pass::Free), agent.supply);
        let gate = &mut self.supplies.get_mut(supply).gate;
        let was_open = gate.is_open();
        let closed = gate.no_room(pass, self.now);
        let tries = gate.no_rooms;
        if was_open {
            self.gates_shut.push(supply);
        }
        if was_open || self.has_alternatives(supply) {
            self.refill_soon(supply);
        }
        self.gates_touched.push(supply);
        if let Some(until) = closed {
            self.timers.set(until, Special::Gate(supply));
        }
        match pass {
            Pass::Hint { passed_on: false } => {
                let template = self.template_of(slot);
                if let Some(other) = self.first_at_gate(template, Some(supply)) {
                    self.supplies.get_mut(other).gate.hint(true);
                    self.gates_touched.push(other);
                }
            }
            Pass::Probe if closed.is_some() && tries >= self.gives_way_after(supply) => {
                self.give_way(supply, slot);
            }
            Pass::Probe | Pass::Free | Pass::Hint { passed_on: true } => {}
        }
        // It was on its way when the hours of its template ended.
        if self.agents.known(slot) && self.opening.opens(self.template_of(slot)).is_some() {
            self.retire(slot, Cause::OutsideHours);
        }
    }

    /// A task of an agent that never came online was taken and had no room after all.
    pub(super) fn room_lost(&mut self, slot: u32) {
        let supply = self.agents.get(slot).supply;
        let gate = &mut self.supplies.get_mut(supply).gate;
        let was_open = gate.is_open();
        let Some(until) = gate.room_lost(self.now) else { return };
        if was_open {
            self.gates_shut.push(supply);
        }
        self.gates_touched.push(supply);
        self.timers.set(until, Special::Gate(supply));
        self.refill_soon(supply);
    }

    /// A task of a template stopped, whose room another of its cloud may take.
    pub(super) fn room_freed(&mut self, template: TemplateId, supply: SupplyId) {
        if self.gates_shut.is_empty() {
            return;
        }
        let taker = self.first_at_gate(template, None).unwrap_or(supply);
        let gate = &mut self.supplies.get_mut(taker).gate;
        if !gate.is_open() {
            gate.hint(false);
            self.gates_touched.push(taker);
        }
    }

    /// The class of the template's cloud whose agent has waited longest for a hint, but for `other`.
    fn first_at_gate(&self, template: TemplateId, other: Option<SupplyId>) -> Option<SupplyId> {
        let cloud = &self.policy.templates[template.index()].cloud;
        let in_cloud = |supply: &SupplyId| {
            let (spec, _) = self.supplies.spec(*supply);
            Some(*supply) != other && self.policy.templates[spec.template.index()].cloud == *cloud
        };
        self.gates_shut
            .iter()
            .copied()
            .filter(|supply| self.supplies.get(*supply).gate.wants_hint())
            .filter(in_cloud)
            .min_by_key(|supply| {
                let first = self.supplies.get(*supply).gate.launches.front();
                let since = first.filter(|first| self.agents.alive(**first));
                (since.map(|first| self.agents.get(first.slot).decided_at), *supply)
            })
    }

    /// Where another template has room for the builds, as many agents as it can take give way to it, `asked` first.
    fn give_way(&mut self, supply: SupplyId, asked: u32) {
        let room = self.room_elsewhere(supply);
        if room > 0 {
            self.retire(asked, Cause::AttemptsUsedUp);
            self.those_who_wait_give_way(supply, room - 1);
        }
    }

    /// For how many builds of those that wait for a class other templates have room.
    fn room_elsewhere(&mut self, supply: SupplyId) -> u32 {
        let mut room = 0_u32;
        let places = self.supplies.component(supply).active.clone();
        for place in places {
            let group = self.demand.group(place);
            let matches = group.options.iter().any(|option| option.supply == supply);
            let other = |option: &&LaunchOption| {
                option.supply != supply && self.supplies.get(option.supply).gate.is_open()
            };
            let others = || group.options.iter().filter(other).map(|option| self.room(*option));
            if matches && self.blocked(place).is_none() {
                room = room.saturating_add(group.waiting.min(others().fold(0, u32::saturating_add)));
            }
        }
        room
    }

    fn those_who_wait_give_way(&mut self, supply: SupplyId, most: u32) {
        for _ in 0..most {
            let gate = &mut self.supplies.get_mut(supply).gate;
            let Some(first) = gate.creates.pop_back().or_else(|| gate.launches.pop_back()) else { return };
            if self.waits_at_gate(first) {
                self.retire(first.slot, Cause::AttemptsUsedUp);
            }
        }
    }

    /// Gives up agents that wait at gates for items of which none is left in a component just planned: those that came
    /// last, and none that is to be kept warm. They would be launched one after the other for nobody.
    pub(super) fn give_up_surplus(&mut self, planned: &[SupplyId]) {
        if self.gates_shut.is_empty() || self.quieting_down {
            return;
        }
        let mut shut = self.gates_shut.clone();
        // In the order of the classes, for the order in which gates were shut is an accident of the moment.
        shut.sort_unstable();
        for supply in shut {
            if !planned.contains(&self.supplies.root(supply))
                || !self.supplies.component(supply).active.is_empty()
            {
                continue;
            }
            for _ in 0..self.beyond_warm(supply) {
                let gate = &mut self.supplies.get_mut(supply).gate;
                let Some(last) = gate.creates.pop_back().or_else(|| gate.launches.pop_back()) else { break };
                if self.waits_at_gate(last) {
                    self.retire(last.slot, Cause::NotNeeded);
                }
            }
        }
    }

    /// How many agents of a class there are beyond those that are to be kept warm.
    fn beyond_warm(&self, supply: SupplyId) -> u32 {
        let (spec, _) = self.supplies.spec(supply);
        let is_base = SupplyId::from(spec.template) == supply;
        let warm = if is_base { self.min_idle(spec.template) } else { 0 };
        let class = self.supplies.get(supply);
        (class.coming + class.idle).saturating_sub(warm)
    }

    /// Gives up the agents of a template that wait at gates.
    pub(super) fn call_off(&mut self, template: TemplateId, cause: &Cause) {
        let mut shut = self.gates_shut.clone();
        shut.retain(|supply| self.supplies.spec(*supply).0.template == template);
        shut.sort_unstable();
        for supply in shut {
            let gate = &mut self.supplies.get_mut(supply).gate;
            let creates = std::mem::take(&mut gate.creates);
            let launches = std::mem::take(&mut gate.launches);
            for waiting in launches.into_iter().chain(creates) {
                if self.waits_at_gate(waiting) {
                    self.retire(waiting.slot, cause.clone());
                }
            }
        }
    }

    fn waits_at_gate(&self, stamped: Stamped) -> bool {
        let waits = |step| self.agents.get(stamped.slot).doing == Doing::Queued(step);
        self.agents.alive(stamped) && (waits(Step::Create) || waits(Step::Launch))
    }

    /// Whether an agent whose turn has come may create its node; else it waits at its gate.
    pub(super) fn may_create(&mut self, slot: u32) -> bool {
        let stamped = self.agents.stamp(slot);
        let gate = &mut self.supplies.get_mut(self.agents.get(slot).supply).gate;
        let may = gate.may_create(true);
        if !may {
            gate.creates.push_back(stamped);
        }
        may
    }

    /// Whether an agent may be launched; else it waits at its gate.
    pub(super) fn may_launch(&mut self, slot: u32) -> bool {
        let stamped = self.agents.stamp(slot);
        let agent = self.agents.get(slot);
        let gate = &mut self.supplies.get_mut(agent.supply).gate;
        let may = agent.pass != Pass::Free || gate.is_open();
        if !may {
            let supply = agent.supply;
            gate.launches.push_back(stamped);
            self.gates_touched.push(supply);
            if self.has_alternatives(supply) {
                self.refill_soon(supply);
            }
        }
        may
    }

    /// Lets those through for whom there are passes.
    pub(super) fn serve_gates(&mut self) {
        while let Some(supply) = self.gates_touched.pop() {
            while let Some(pass) = self.supplies.get(supply).gate.next_pass() {
                let Some(first) = self.supplies.get_mut(supply).gate.launches.pop_front() else { break };
                if self.waits_at_gate(first) {
                    self.supplies.get_mut(supply).gate.take(pass);
                    self.agents.get_mut(first.slot).pass = pass;
                    self.queue_launch(first.slot);
                }
            }
            while self.supplies.get(supply).gate.may_create(false) {
                let Some(first) = self.supplies.get_mut(supply).gate.creates.pop_front() else { break };
                if self.waits_at_gate(first) {
                    self.turns.creates.push_back(first.slot);
                }
            }
            if self.supplies.get(supply).gate.is_open() {
                self.gates_shut.retain(|shut| *shut != supply);
            }
        }
    }

    /// A gate's time has come.
    pub(super) fn gate_due(&mut self, supply: SupplyId) {
        if let Some(at) = self.supplies.get_mut(supply).gate.timeout(self.now) {
            self.timers.set(at, Special::Gate(supply));
        }
        self.gates_touched.push(supply);
        self.supplies.touch(supply);
    }

    /// Agents went through a gate, and others may take their places; or it was shut, and those of a template with
    /// alternatives give way.
    pub(super) fn refill(&mut self, supply: SupplyId) {
        self.supplies.get_mut(supply).gate.refilling = false;
        if self.has_alternatives(supply) && self.supplies.get(supply).gate.is_shut() {
            let room = self.room_elsewhere(supply);
            self.those_who_wait_give_way(supply, room);
        }
        self.supplies.touch(supply);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::EPOCH;

    /// A gate at which agents wait, just closed.
    fn closed() -> Gate {
        let mut gate = Gate { unlaunched: 10, ..Gate::default() };
        assert_eq!(gate.no_room(Pass::Free, START), Some(START + PROBE_MIN));
        gate
    }

    #[test]
    fn one_probe_is_out_at_a_time_and_each_without_room_doubles_the_wait() {
        let mut gate = closed();
        let mut now = START;
        for seconds in [5, 10, 20, 40, 60, 60] {
            let until = now + Millis::from_secs(seconds);
            assert_eq!((gate.until(now), gate.next_pass()), (until, None));
            assert_eq!(gate.no_room(Pass::Free, now), None, "one wait for all answers of a moment");
            gate.timeout(now);
            assert_eq!(gate.next_pass(), None, "too early");
            now = until;
            gate.timeout(now);
            assert_eq!(gate.next_pass(), Some(Pass::Probe));
            gate.take(Pass::Probe);
            assert_eq!(gate.next_pass(), None, "one is out");
            assert!(gate.no_room(Pass::Probe, now).is_some());
        }
        gate.timeout(now + PROBE_MAX);
        gate.take(Pass::Probe);
        gate.give_back(Pass::Probe);
        assert_eq!(gate.next_pass(), Some(Pass::Probe), "an agent that ended found nothing out");
    }

    #[test]
    fn it_opens_twice_as_wide_with_each_round_of_successes() {
        let mut gate = closed();
        gate.timeout(START + PROBE_MIN);
        for calls in [1, 2, 4, 8, 16, 32] {
            let mut out = 0;
            while gate.next_pass() == Some(Pass::Probe) {
                gate.take(Pass::Probe);
                out += 1;
            }
            assert_eq!(out, calls);
            for _ in 0..out {
                gate.succeeded(Pass::Probe, START);
            }
        }
        assert!(gate.is_open());
        assert_eq!((gate.next_pass(), gate.room()), (Some(Pass::Free), u32::MAX));
    }

    #[test]
    fn an_answer_without_room_shuts_an_opening_gate_again() {
        let mut gate = closed();
        gate.timeout(START + PROBE_MIN);
        gate.take(Pass::Probe);
        gate.succeeded(Pass::Probe, START);
        gate.take(Pass::Probe);
        gate.take(Pass::Probe);
        assert!(gate.no_room(Pass::Probe, START).is_some());
        assert_eq!(gate.succeeded(Pass::Probe, START), None, "the other's answer comes later");
        assert_eq!((gate.next_pass(), gate.is_shut()), (None, true));
    }

    #[test]
    fn a_hint_is_good_for_one_call_whatever_the_probes_do() {
        let mut gate = closed();
        gate.hint(false);
        assert_eq!((gate.next_pass(), gate.is_shut()), (Some(Pass::Hint { passed_on: false }), false));
        gate.take(Pass::Hint { passed_on: false });
        assert_eq!(gate.next_pass(), None);
        assert_eq!(gate.succeeded(Pass::Hint { passed_on: false }, START), None);
        assert!(!gate.is_open(), "the room of one task is no more than that");
        gate.hint(true);
        gate.take(Pass::Hint { passed_on: true });
        gate.give_back(Pass::Hint { passed_on: true });
        assert_eq!(gate.next_pass(), Some(Pass::Hint { passed_on: true }));
    }

    #[test]
    fn few_agents_are_made_beyond_its_passes_and_all_once_nobody_waits() {
        let mut gate = closed();
        assert_eq!((gate.room(), gate.may_create(true)), (0, false));
        gate.unlaunched = 1;
        assert_eq!(gate.room(), RESERVE - 1);
        gate.hint(false);
        assert_eq!(gate.room(), RESERVE);
        gate.unlaunched = 0;
        gate.timeout(START + PROBE_MIN);
        assert!(gate.is_open());
    }

    #[test]
    fn it_remembers_for_a_while_how_often_it_was_shut() {
        let mut gate = Gate::default();
        let mut now = START;
        for seconds in [5, 10, 20, 40, 60, 60] {
            let until = now + Millis::from_secs(seconds);
            assert_eq!(gate.no_room(Pass::Free, now), Some(until));
            now = until;
            gate.timeout(now);
            assert!(gate.is_open(), "nobody waits");
        }
        now = now + PROBE_MAX + Millis::new(1);
        assert_eq!(gate.no_room(Pass::Free, now), Some(now + PROBE_MIN), "it has forgotten");
    }

    #[test]
    fn tasks_that_had_no_room_after_all_shut_it_for_longer_each_time_until_an_agent_comes() {
        let mut gate = Gate::default();
        let mut now = START;
        for seconds in [5, 10, 20] {
            let until = now + Millis::from_secs(seconds);
            assert_eq!(gate.room_lost(now), Some(until));
            assert_eq!(gate.room_lost(now), None, "one wait for all that are lost together");
            gate.unlaunched = 1;
            now = until;
            gate.timeout(now);
            gate.take(Pass::Probe);
            assert!(gate.succeeded(Pass::Probe, now).is_some(), "that ECS takes a task says nothing");
        }
        gate.came_online();
        assert_eq!(gate.room_lost(now), Some(now + PROBE_MIN));
    }
}
