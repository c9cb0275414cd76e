//! Sessions: labels of which one agent at a time serves all items, and nothing else.
//!
//! While a session has an agent that may take its next item nothing is launched for its label; its other items wait for
//! that agent. Whose agents they are is kept by label, so that no step looks at agents of others.
//!
//! A session ends with its runs: those whose `node` blocks asked for its label, and those of which something ran on its
//! agent. Once each of them was seen under way and is under way no longer, and nothing in the queue has the label, its agent
//! goes. A run that was not seen since the controller was restarted, or since we were, is not known to have ended: its agent
//! goes when it was idle for long enough, as does one whose run nobody knows.

use crate::{
    decision::{Cause, Phase, Reason},
    event::{Executable, ItemLabel, QueueItem, Run},
    id::{NodeName, QueueItemId},
    provisioner::{
        Provisioner,
        agents::{Agent, Closed, NodeState},
        demand::Wish,
        supply::SupplyId,
    },
};
use smallvec::SmallVec;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The sessions that have agents, or items in the queue whose run is known.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    by_label: BTreeMap<Arc<str>, Session>,
    /// The labels of the sessions that serve a run.
    by_run: BTreeMap<Run, SmallVec<[Arc<str>; 1]>>,
    /// Sessions of which something changed that may have been the last that held their agents.
    touched: BTreeSet<Arc<str>>,
    /// Whether the controller was restarted since the last complete view.
    restarted: bool,
}

/// One session.
#[derive(Debug, Default)]
struct Session {
    /// The slots of its agents: one, besides those that are on their way out.
    agents: SmallVec<[u32; 1]>,
    /// The runs that it serves and that are not known to be over.
    runs: SmallVec<[Served; 1]>,
    /// Whether a run was over after which none was left.
    over: bool,
}

/// A run that a session serves.
#[derive(Debug)]
struct Served {
    run: Run,
    /// Whether it was seen under way since the controller was restarted.
    seen: bool,
}

impl Sessions {
    /// Runs that went on before a restart of the controller may be shown later than its first listings, or never again.
    pub(super) fn controller_restarted(&mut self) {
        for served in self.by_label.values_mut().flat_map(|session| &mut session.runs) {
            served.seen = false;
        }
        self.restarted = true;
    }

    /// Notes that a session serves a run.
    fn serves(&mut self, label: &Arc<str>, run: &Run, seen: bool) {
        let session = self.by_label.entry(Arc::clone(label)).or_default();
        if session.runs.iter().any(|served| served.run == *run) {
            return;
        }
        session.runs.push(Served { run: run.clone(), seen });
        session.over = false;
        self.by_run.entry(run.clone()).or_default().push(Arc::clone(label));
    }

    /// Notes that a run is seen under way.
    fn run_seen(&mut self, run: &Run) {
        for label in self.by_run.get(run).into_iter().flatten() {
            let runs = self.by_label.get_mut(label).into_iter().flat_map(|session| &mut session.runs);
            for served in runs.filter(|served| served.run == *run) {
                served.seen = true;
            }
        }
    }

    /// Notes that a run is under way no longer, which says that it is over to those who saw it.
    fn run_left(&mut self, run: &Run) {
        let Some(mut labels) = self.by_run.remove(run) else { return };
        labels.retain(|label| {
            let Some(session) = self.by_label.get_mut(label) else { return false };
            let before = session.runs.len();
            session.runs.retain(|served| served.run != *run || !served.seen);
            if session.runs.len() == before {
                return true;
            }
            session.over = session.runs.is_empty();
            self.touched.insert(Arc::clone(label));
            false
        });
        if !labels.is_empty() {
            self.by_run.insert(run.clone(), labels);
        }
    }

    fn forget(&mut self, label: &Arc<str>) {
        for served in self.by_label.remove(label).into_iter().flat_map(|session| session.runs) {
            if let Some(labels) = self.by_run.get_mut(&served.run) {
                labels.retain(|other| other != label);
                if labels.is_empty() {
                    self.by_run.remove(&served.run);
                }
            }
        }
        self.touched.remove(label);
    }
}

impl Agent {
    /// Whether it may take an item yet, so that another of its session would be one too many.
    fn holds_session(&self) -> bool {
        match self.phase {
            Phase::Intended
            | Phase::Launching
            | Phase::Provisioning
            | Phase::Pulling
            | Phase::Connecting
            | Phase::Idle
            | Phase::Busy
            | Phase::Resuming => true,
            Phase::Spent => self.closed == Closed::No && matches!(self.node, NodeState::Present { .. }),
            Phase::Gone | Phase::Orphan => false,
        }
    }
}

impl Provisioner {
    /// The label of the session that an agent serves.
    fn session_of(&self, slot: u32) -> Option<Arc<str>> {
        self.supplies.spec(self.agents.get(slot).supply).0.session.clone()
    }

    /// Notes a new agent, or one that was found with what it runs.
    pub(super) fn session_gains(&mut self, slot: u32) {
        let Some(label) = self.session_of(slot) else { return };
        for Executable { run, .. } in self.runs.on(self.agents.get(slot).name.node()) {
            self.sessions.serves(&label, run, self.runs.is_under_way(run));
        }
        self.sessions.by_label.entry(label).or_default().agents.push(slot);
    }

    /// An agent went on in its life: those who wait for it, or for its end, are looked at again.
    pub(super) fn session_moves(&mut self, slot: u32) {
        let Some(label) = self.session_of(slot) else { return };
        let is_over = self.sessions.by_label.get(&label).is_some_and(|session| session.over);
        if is_over && self.agents.get(slot).phase.is_supply() {
            self.sessions.touched.insert(Arc::clone(&label));
        }
        for group in self.groups_called(&ItemLabel::Expression(label)) {
            if self.demand.group(group).waiting > 0 {
                self.touch_group(group);
                self.freed = true;
            }
        }
    }

    /// An agent is forgotten.
    pub(super) fn session_loses(&mut self, slot: u32) {
        let Some(label) = self.session_of(slot) else { return };
        self.session_moves(slot);
        if let Some(session) = self.sessions.by_label.get_mut(&label) {
            session.agents.retain(|own| *own != slot);
        }
        self.forget_unused_session(&label);
    }

    fn forget_unused_session(&mut self, label: &Arc<str>) {
        let session = self.sessions.by_label.get(label);
        if session.is_some_and(|session| session.agents.is_empty()) && !self.has_items(label) {
            self.sessions.forget(label);
        }
    }

    /// Whether an item in the queue has this label, however far it is.
    fn has_items(&self, label: &Arc<str>) -> bool {
        let groups = self.groups_called(&ItemLabel::Expression(Arc::clone(label)));
        groups.into_iter().any(|group| self.demand.group(group).items > 0)
    }

    /// An item of a group is in the queue: where that is a session's, the session serves its run.
    pub(super) fn session_item_seen(&mut self, item: &QueueItem, group: u32) {
        if let Wish::Session(label) = &self.demand.group(group).wish
            && let Some(run) = item.of_run()
        {
            let seen = self.runs.is_under_way(&run);
            self.sessions.serves(label, &run, seen);
        }
    }

    /// The session that an item in the queue is of.
    pub(super) fn session_of_item(&self, id: QueueItemId) -> Option<Arc<str>> {
        if self.sessions.by_label.is_empty() {
            return None;
        }
        match &self.demand.group_of_item(id)?.wish {
            Wish::Session(label) => Some(Arc::clone(label)),
            Wish::Any | Wish::Expression(_) | Wish::Agent(_) | Wish::Unknown => None,
        }
    }

    /// An item of a session left the queue.
    pub(super) fn session_item_gone(&mut self, label: &Arc<str>) {
        self.sessions.touched.insert(Arc::clone(label));
        self.forget_unused_session(label);
    }

    /// A node shows something of these runs, and of no others.
    pub(super) fn node_shows_runs(&mut self, node: &NodeName, runs: &[Executable]) {
        for run in self.runs.node_shows(node, runs) {
            self.sessions.run_seen(&run);
        }
        if !runs.is_empty()
            && let Some(slot) = self.agents.by_name(node)
            && let Some(label) = self.session_of(slot)
        {
            for Executable { run, .. } in runs {
                self.sessions.serves(&label, run, self.runs.is_under_way(run));
            }
        }
    }

    /// A view of Jenkins is complete: runs that it does not show are over, and sessions that had no others.
    pub(super) fn note_ended_runs(&mut self) {
        if std::mem::take(&mut self.sessions.restarted) {
            for served in self.sessions.by_label.values_mut().flat_map(|session| &mut session.runs) {
                served.seen = self.runs.is_under_way(&served.run);
            }
        }
        for run in self.runs.ended() {
            self.sessions.run_left(&run);
        }
        self.end_sessions();
    }

    /// Takes the agents of sessions that are over out of service, unless they have a build yet.
    pub(super) fn end_sessions(&mut self) {
        if !self.start.is_ready() {
            return;
        }
        while let Some(label) = self.sessions.touched.pop_first() {
            let Some(session) = self.sessions.by_label.get(&label) else { continue };
            if !session.over || self.has_items(&label) {
                continue;
            }
            for slot in session.agents.clone() {
                if self.agents.known(slot) && self.agents.get(slot).phase.is_supply() {
                    self.retire(slot, Cause::RunOver);
                }
            }
        }
    }

    /// The session that all these groups are of, which differ by the lists that their jobs are on.
    pub(super) fn session_of_all(&self, groups: &[u32]) -> Option<Arc<str>> {
        let session = |place: &u32| match &self.demand.group(*place).wish {
            Wish::Session(label) => Some(Arc::clone(label)),
            Wish::Any | Wish::Expression(_) | Wish::Agent(_) | Wish::Unknown => None,
        };
        let first = session(groups.first()?)?;
        groups.iter().all(|place| session(place).as_ref() == Some(&first)).then_some(first)
    }

    /// Serves the items of a session, the group with the oldest first; says whether they have no agent for want of room.
    pub(super) fn serve_sessions(&mut self, groups: &[u32], label: &Arc<str>) -> bool {
        let mut places: Vec<_> = groups.iter().map(|place| (self.demand.oldest(*place), *place)).collect();
        places.sort_unstable();
        let mut short = false;
        let mut promised = false;
        for (_, place) in places {
            short |= self.serve_session(place, label);
            if std::mem::replace(&mut promised, true) {
                self.demand.group_mut(place).promised.clear();
            }
        }
        short
    }

    fn serve_session(&mut self, place: u32, label: &Arc<str>) -> bool {
        let group = self.demand.group_mut(place);
        group.promised.clear();
        let waiting = group.waiting;
        let (mut launched, mut why) = (0, None);
        let agents = self.sessions.by_label.get(label).map_or(&[][..], |session| &session.agents);
        let has_one = agents.iter().any(|slot| self.agents.get(*slot).holds_session());
        if has_one {
            let group = self.demand.group_mut(place);
            let comes = |supply: &SupplyId| {
                let class = self.supplies.get(*supply);
                class.coming + class.idle > 0
            };
            if let Some(supply) = group.supplies.iter().copied().find(comes) {
                group.promised.push((supply, 1));
            }
        } else {
            (launched, why) = self.launch_by_rank(place, 1);
        }
        self.watch(place);
        let unserved = self.demand.group(place).unserved();
        if !has_one && launched == 0 {
            self.settle(place, waiting, why);
            return true;
        }
        match self.held_at_gates(place) {
            (0, _) => self.settle(place, unserved, Some(Reason::SessionBusy)),
            (held, no_room) => self.settle(place, unserved.saturating_add(held).min(waiting), no_room),
        }
        false
    }
}
