//! What reports may see of the core; nothing here changes anything.

use crate::{
    decision::{Phase, Reason},
    event::{Drain, ItemLabel},
    id::TemplateId,
    jobs::Clearance,
    name::AgentName,
    policy::Policy,
    provisioner::Provisioner,
    time::Timestamp,
};

/// An agent, for reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentView {
    /// Its name.
    pub name: AgentName,
    /// What it is made from; one past the policy's last where its template is not in the policy.
    pub template: TemplateId,
    /// How far it is.
    pub phase: Phase,
    /// Since when.
    pub since: Timestamp,
}

/// What one label asks for, for reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupView {
    /// The label.
    pub label: ItemLabel,
    /// Which lists the jobs of its items are on.
    pub clearance: Clearance,
    /// How many items wait for an agent.
    pub waiting: u32,
    /// How many items get none at present, and why.
    pub refused: Option<(Reason, u32)>,
    /// The templates that can serve it, the preferred one first.
    pub templates: Vec<TemplateId>,
    /// The templates that have what the label asks for, and whose lists of jobs bar the items.
    pub barred: Vec<TemplateId>,
    /// Agents on their way that match.
    pub coming: u32,
    /// Idle agents that match, and idle executors of other nodes.
    pub idle: u32,
    /// How many agents of ours the last plan gave to its items, by what they are made from.
    pub promised: Vec<(TemplateId, u32)>,
}

/// How a template stands, for reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateView {
    /// The template.
    pub template: TemplateId,
    /// How many agents count towards its limits.
    pub agents: u64,
    /// Why nothing may be launched from it, if so.
    pub refused: Option<Reason>,
    /// How many agents are missing that it keeps warm, and why.
    pub warm_refused: Option<(Reason, u32)>,
}

impl Provisioner {
    /// The policy that it follows.
    #[expect(clippy::misnamed_getters, reason = "the field of that name has a template that nobody gave")]
    pub fn policy(&self) -> &Policy {
        &self.given
    }

    /// Whether the first complete listings are in and decisions are made.
    pub fn is_ready(&self) -> bool {
        self.start.is_ready()
    }

    /// Whether the next poll of Jenkins is waited for even if it shows no change: idleness is read twice before an agent's
    /// task is stopped.
    ///
    /// A driver that delivers changes delivers an empty one then.
    pub fn awaits_poll(&self) -> bool {
        !self.reading.is_empty()
    }

    /// Whether it stopped itself because an older daemon works under its owner id.
    pub fn gave_way(&self) -> bool {
        self.start.gave_way()
    }

    /// How everything of ours is to end, once the operator asked for it.
    pub fn draining(&self) -> Option<Drain> {
        self.draining
    }

    /// Whether the operator asked for the end and nothing of ours is left.
    pub fn is_drained(&self) -> bool {
        self.draining.is_some() && self.is_ready() && self.agents.len() + self.orphans.len() == 0
    }

    /// Every agent, in no particular order.
    pub fn agents(&self) -> impl Iterator<Item = AgentView> + '_ {
        self.agents.iter().map(|(slot, agent)| AgentView {
            name: agent.name.clone(),
            template: self.template_of(slot),
            phase: agent.phase,
            since: agent.since,
        })
    }

    /// How many agents are in `phase`.
    pub fn agents_in(&self, phase: Phase) -> u32 {
        self.agents.count(phase)
    }

    /// How many agents there are, in any phase.
    pub fn agents_len(&self) -> usize {
        self.agents.len()
    }

    /// How many agents count towards the limits.
    pub fn agents_counted(&self) -> u64 {
        self.limits.agents()
    }

    /// How many tasks without a node are being stopped.
    pub fn orphans_len(&self) -> usize {
        self.orphans.len()
    }

    /// How many agents were decided so far.
    pub fn launched(&self) -> u64 {
        self.launched
    }

    /// How many queue items are known.
    pub fn items_len(&self) -> usize {
        self.demand.items()
    }

    /// How many actions were handed out and not answered yet.
    pub fn actions_in_flight(&self) -> usize {
        self.handouts.len()
    }

    /// Every label that was met, with what it gets and why it does not.
    pub fn groups(&self) -> impl Iterator<Item = GroupView> + '_ {
        self.demand.iter().map(|(_, group)| {
            let classes = || group.supplies.iter().map(|supply| self.supplies.get(*supply));
            GroupView {
                label: group.label.clone(),
                clearance: group.clearance,
                waiting: group.waiting,
                refused: match (&group.refused, self.start.is_ready()) {
                    (_, true) => group.refused.clone(),
                    (_, false) if group.waiting == 0 => None,
                    (_, false) if self.start.gave_way() => Some((Reason::GaveWay, group.waiting)),
                    (_, false) => Some((Reason::NotYetListed, group.waiting)),
                },
                templates: group.options.iter().map(|option| option.template).collect(),
                barred: group.barred.clone(),
                coming: classes().map(|class| class.coming).sum(),
                idle: classes().map(|class| class.idle).sum(),
                promised: group
                    .promised
                    .iter()
                    .filter(|(supply, _)| self.supplies.get(*supply).is_own())
                    .map(|(supply, amount)| (self.supplies.spec(*supply).0.template, *amount))
                    .collect(),
            }
        })
    }

    /// Why a label is not getting agents, and all else about it; `None` where it was never met. Where jobs on different lists
    /// have the label, that is about those of them that wait most.
    pub fn explain(&self, label: &ItemLabel) -> Option<GroupView> {
        self.groups().filter(|group| group.label == *label).max_by_key(|group| group.waiting)
    }

    /// Which lists a job is on; `None` where nobody on the same ones was met.
    pub fn clearance(&self, job: Option<&str>) -> Option<Clearance> {
        self.clearances.peek(job)
    }

    /// How every template stands.
    pub fn templates(&self) -> impl Iterator<Item = TemplateView> + '_ {
        let given = self.health.iter().take(self.given.templates.len());
        (0u32..).map(TemplateId).zip(given).map(|(template, health)| {
            let gate = &self.supplies.get(template.into()).gate;
            let until = gate.until(self.now);
            let no_room = (!gate.is_open()).then_some(Reason::NoCapacity { template, until });
            let shut = self.opening.opens(template).map(|opens| Reason::OutsideHours { template, opens });
            TemplateView {
                template,
                agents: self.limits.agents_of(template),
                refused: shut.or_else(|| health.allows(self.now).err()).or(no_room),
                warm_refused: self.warm.refused(template),
            }
        })
    }
}
