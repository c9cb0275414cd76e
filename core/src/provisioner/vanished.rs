//! Nodes that vanish together, and not by us.
//!
//! A reload of Jenkins' Configuration as Code removes every node that its files do not name, agents of ours included, at one
//! moment (configuration-as-code-plugin, issue 2842). Their builds are lost and Jenkins queues them again, so that as many agents
//! would be launched at once; where the reload comes again and again, as from a job that applies the files, each time for
//! nothing. Launches are therefore held back, for longer each time. A node or two that vanish were deleted by hand.

use crate::{
    decision::{Alarm, Phase, Reason, What},
    provisioner::{Provisioner, agents::NodeState, breaker::doubled, timers::Special},
    time::{Millis, Timestamp},
};

/// Fewer nodes than that are deleted by hand, one after the other, between two polls.
const VANISHED_MIN: u32 = 3;
/// How long nothing is launched the first time; doubled each time.
const HOLD_MIN: Millis = Millis::from_secs(30);
/// The longest that nothing is launched.
const HOLD_MAX: Millis = Millis::from_mins(10);
/// After that long without nodes that vanish together, the next time is a first time.
const CALM: Millis = Millis::from_mins(30);

/// What is known of nodes that vanished.
#[derive(Debug, Default)]
pub(super) struct Vanished {
    /// How many vanished in the listing at hand.
    pub(super) nodes: u32,
    /// How often nodes vanished together.
    times: u32,
    /// Until when nothing is launched, while that is so.
    until: Option<Timestamp>,
    /// When the next time is a first time.
    calm_at: Timestamp,
}

impl Provisioner {
    /// A listing of Jenkins was taken in: many agents in service may have lost their nodes by it.
    ///
    /// At least half of those in service: a reload spares none but those that were made since, and where most are left it was
    /// none.
    pub(super) fn judge_vanished(&mut self) {
        let vanished = std::mem::take(&mut self.vanished.nodes);
        if vanished < VANISHED_MIN {
            return;
        }
        let in_service = |phase: Phase| phase.is_supply() || matches!(phase, Phase::Busy | Phase::Resuming);
        let left = self.agents.iter().filter(|(_, agent)| {
            in_service(agent.phase) && agent.listed && matches!(agent.node, NodeState::Present { .. })
        });
        let left = u32::try_from(left.count()).unwrap_or(u32::MAX);
        if left > vanished {
            return;
        }
        let past = &mut self.vanished;
        if self.now >= past.calm_at {
            past.times = 0;
        }
        let held = doubled(HOLD_MIN, past.times, HOLD_MAX);
        past.times = past.times.saturating_add(1);
        let until = self.now + held;
        (past.until, past.calm_at) = (Some(until), until + CALM);
        self.timers.set(until, Special::Vanished);
        self.decide(What::Alarm(Alarm::NodesVanished {
            vanished,
            known: left.saturating_add(vanished),
            held,
        }));
        self.touch_waiting();
    }

    /// Why nothing is launched for anybody, where nodes vanished together of late.
    pub(super) fn held_back(&self) -> Option<Reason> {
        let until = self.vanished.until.filter(|until| *until > self.now)?;
        Some(Reason::NodesVanished { until })
    }

    /// Launches may go on, unless nodes vanished again meanwhile; says whether a plan is due.
    pub(super) fn vanished_long_ago(&mut self) -> bool {
        let over = self.vanished.until.is_some_and(|until| until <= self.now);
        if over {
            self.vanished.until = None;
            self.touch_waiting();
        }
        over
    }
}
