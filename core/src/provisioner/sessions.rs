//! Sessions: labels of which one agent at a time serves all items, and nothing else.
//!
//! While a session has an agent that may take its next item nothing is launched for its label; its other items wait for
//! that agent. Whose agents they are is kept by label, so that no step looks at agents of others.

use crate::{
    decision::{Phase, Reason},
    event::ItemLabel,
    provisioner::{
        Provisioner,
        agents::{Agent, Closed, NodeState},
        demand::Wish,
        supply::SupplyId,
    },
};
use smallvec::SmallVec;
use std::{collections::BTreeMap, sync::Arc};

/// The sessions that have agents.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    by_label: BTreeMap<Arc<str>, Session>,
}

/// One session.
#[derive(Debug, Default)]
struct Session {
    /// The slots of its agents: one, besides those that are on their way out.
    agents: SmallVec<[u32; 1]>,
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

    /// Notes a new agent.
    pub(super) fn session_gains(&mut self, slot: u32) {
        if let Some(label) = self.session_of(slot) {
            self.sessions.by_label.entry(label).or_default().agents.push(slot);
        }
    }

    /// An agent went on in its life: those who wait for it, or for its end, are looked at again.
    pub(super) fn session_moves(&mut self, slot: u32) {
        let Some(label) = self.session_of(slot) else { return };
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
            if session.agents.is_empty() {
                self.sessions.by_label.remove(&label);
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
