//! The plan: which agents to launch for what waits, within limits, breakers and what Jenkins takes.
//!
//! One component at a time. Where one label waits alone its classes are summed up; where several compete, a
//! minimum-cost flow decides. What is launched counts as supply at once, so a plan that was cut short by a limit is
//! simply made again with what is left.

use crate::{
    decision::{Reason, What},
    event::ItemLabel,
    id::{NodeName, TemplateId},
    provisioner::{
        Provisioner,
        breaker::doubled,
        demand::{LaunchOption, Wish},
        flow,
        market::{Market, Offer},
        supply::SupplyId,
        timers::Special,
    },
    time::{Millis, Timestamp},
};

/// How often one plan is made again after a limit cut it short; what is left then waits for the next observation.
const ROUNDS_MAX: u32 = 16;
/// How long launches stop the first time that Jenkins does not assign; doubled each time.
const BLOCK_MIN: Millis = Millis::from_secs(30);
/// The longest that launches stop because Jenkins does not assign.
const BLOCK_MAX: Millis = Millis::from_mins(10);

/// Whether a refusal is worth no entry of its own after an `old` one: the reason is the same but for the next probe's
/// time, and the count is neither twice nor half of what was said.
pub(super) fn says_the_same(old: (&Reason, u32), new: (&Reason, u32)) -> bool {
    let same = match (old.0, new.0) {
        (Reason::NoCapacity { template: before, .. }, Reason::NoCapacity { template: after, .. }) => {
            before == after
        }
        (before, after) => before == after,
    };
    same && new.1 > old.1 / 2 && new.1 < old.1.saturating_mul(2)
}

impl Provisioner {
    /// Plans again if room was made and somebody waits for it.
    pub(super) fn plan_if_freed(&mut self) {
        if self.freed {
            self.plan();
        }
    }

    /// Plans every component in which something changed.
    pub(super) fn plan(&mut self) {
        if !self.start.is_ready() || self.plans_nothing() {
            return;
        }
        if std::mem::take(&mut self.freed) {
            for root in std::mem::take(&mut self.short) {
                self.supplies.touch(root);
            }
        }
        for group in std::mem::take(&mut self.stray) {
            self.demand.group_mut(group).listed = false;
            self.refuse_stray(group);
        }
        let mut planned = std::mem::take(&mut self.planned);
        self.supplies.take_dirty(&mut planned);
        for root in &planned {
            self.plan_component(*root);
        }
        self.plan_warm(&planned);
        self.give_up_surplus(&planned);
        self.planned = planned;
        self.make_room();
    }

    /// Whether nothing changed that a plan looks at, as after most observations.
    #[inline]
    fn plans_nothing(&self) -> bool {
        !self.freed && self.stray.is_empty() && self.supplies.are_clean() && self.warm.keeps_none()
    }

    /// Says why a group that no class can serve gets nothing.
    fn refuse_stray(&mut self, place: u32) {
        let group = self.demand.group(place);
        if group.waiting == 0 {
            return self.settle(place, 0, None);
        }
        let reason = match (&group.wish, &group.hopeless) {
            (Wish::Unknown, _) => Reason::LabelUnknown,
            (Wish::Agent(agent), _) if self.agents.by_name(agent).is_some() => {
                Reason::Continuation { agent: agent.clone() }
            }
            (Wish::Agent(agent), _) => Reason::ContinuationLost { agent: agent.clone() },
            (Wish::Any | Wish::Expression(_) | Wish::Session(_), Some(reason)) => reason.clone(),
            (Wish::Any | Wish::Expression(_) | Wish::Session(_), None) => Reason::NoTemplate,
        };
        let waiting = group.waiting;
        self.settle(place, waiting, Some(reason));
    }

    fn plan_component(&mut self, root: SupplyId) {
        let mut active = std::mem::take(&mut self.supplies.component(root).active);
        active.retain(|place| {
            let waits = self.demand.group(*place).waiting > 0;
            if !waits {
                let group = self.demand.group_mut(*place);
                group.listed = false;
                group.promised.clear();
                self.settle(*place, 0, None);
            }
            waits
        });
        let short = match active.as_slice() {
            [] => false,
            groups => match self.serves_nobody() {
                Some(reason) => {
                    for place in groups {
                        let waiting = self.demand.group(*place).waiting;
                        self.settle(*place, waiting, Some(reason.clone()));
                    }
                    false
                }
                None => match (self.session_of_all(groups), groups) {
                    (Some(label), groups) => self.serve_sessions(groups, &label),
                    (None, [alone]) => self.serve_one(*alone),
                    (None, several) => self.serve_several(several),
                },
            },
        };
        let component = self.supplies.component(root);
        if component.active.is_empty() {
            component.active = active;
        } else {
            component.active.extend(active);
        }
        if short {
            self.short.push(root);
        }
    }

    /// Why no item is served at all, if so.
    pub(super) fn serves_nobody(&self) -> Option<Reason> {
        if self.draining.is_some() {
            Some(Reason::Draining)
        } else {
            self.quieting_down.then_some(Reason::QuietingDown)
        }
    }

    /// Serves the one group of a component that has items waiting; says whether some got nothing.
    fn serve_one(&mut self, place: u32) -> bool {
        let group = self.demand.group_mut(place);
        group.promised.clear();
        let mut need = group.waiting;
        for supply in &group.supplies {
            let class = self.supplies.get(*supply);
            let serves = need.min(class.coming + class.idle);
            if serves > 0 {
                group.promised.push((*supply, serves));
                need -= serves;
            }
        }
        self.watch(place);
        if need == 0 {
            let (held, why) = self.held_at_gates(place);
            self.settle(place, held, why);
            return false;
        }
        let (launched, why) = self.launch_by_rank(place, need);
        need -= launched;
        let (held, no_room) = self.held_at_gates(place);
        let refused = need.saturating_add(held).min(self.demand.group(place).waiting);
        self.settle(place, refused, why.or(no_room));
        need > 0
    }

    /// Launches up to `need` agents for a group from the templates that can serve it, the preferred ones first and those
    /// behind shut gates last; says how many, and why no more.
    pub(super) fn launch_by_rank(&mut self, place: u32, need: u32) -> (u32, Option<Reason>) {
        let mut why = self.blocked(place);
        let options = if why.is_none() { self.demand.group(place).options.len() } else { 0 };
        let mut launched = 0;
        for (shut, index) in [false, true].into_iter().flat_map(|shut| (0..options).map(move |at| (shut, at)))
        {
            let option = self.demand.group(place).options[index];
            if self.supplies.get(option.supply).gate.is_shut() != shut {
                continue;
            }
            launched += self.launch_for(place, option, need - launched);
            if launched == need {
                break;
            }
            if why.is_none() {
                why = self.why_not(option);
            }
        }
        (launched, why)
    }

    /// How many items of a group that is served alone have agents for which ECS has no room yet, and why.
    pub(super) fn held_at_gates(&self, place: u32) -> (u32, Option<Reason>) {
        let group = self.demand.group(place);
        let (mut held, mut why) = (0_u32, None);
        for option in &group.options {
            let gate = &self.supplies.get(option.supply).gate;
            if !gate.is_open() && gate.unlaunched > 0 {
                held = held.saturating_add(gate.unlaunched);
                let until = gate.until(self.now);
                why = why.or(Some(Reason::NoCapacity { template: option.template, until }));
            }
        }
        (held.min(group.waiting), why)
    }

    /// Launches up to `most` agents for a group, as many as breaker and limits allow.
    fn launch_for(&mut self, place: u32, option: LaunchOption, most: u32) -> u32 {
        let amount = most.min(self.room(option));
        if amount > 0 {
            for _ in 0..amount {
                self.launch(option.supply, Some(place));
            }
            self.demand.group_mut(place).promised.push((option.supply, amount));
        }
        amount
    }

    /// How many agents may be launched by an option at present.
    pub(super) fn room(&self, option: LaunchOption) -> u32 {
        if self.opening.opens(option.template).is_some() {
            return 0;
        }
        let allowed = self.health[option.template.index()].allows(self.now).unwrap_or(0);
        let (_, share) = self.supplies.spec(option.supply);
        let room = self.limits.room(option.template, share);
        let gate = self.supplies.get(option.supply).gate.room();
        u32::try_from(room).unwrap_or(u32::MAX).min(allowed).min(gate)
    }

    /// Why no more agents may be launched by an option, if so.
    pub(super) fn why_not(&self, option: LaunchOption) -> Option<Reason> {
        if let Some(opens) = self.opening.opens(option.template) {
            return Some(Reason::OutsideHours { template: option.template, opens });
        }
        if let Err(reason) = self.health[option.template.index()].allows(self.now) {
            return Some(reason);
        }
        let (_, share) = self.supplies.spec(option.supply);
        if let Some((scope, dimension)) = self.limits.full(&self.policy, option.template, share) {
            return Some(Reason::Limit { scope, dimension });
        }
        let gate = &self.supplies.get(option.supply).gate;
        let until = gate.until(self.now);
        (gate.room() == 0).then_some(Reason::NoCapacity { template: option.template, until })
    }

    /// Why nothing is launched for a group whatever its templates say.
    pub(super) fn blocked(&self, place: u32) -> Option<Reason> {
        if let Some(reason) = self.held_back() {
            return Some(reason);
        }
        let until = self.demand.group(place).blocked_until.filter(|until| *until > self.now)?;
        Some(Reason::NotAssigned { until })
    }

    /// Serves groups that compete; says whether some got nothing.
    fn serve_several(&mut self, groups: &[u32]) -> bool {
        for round in 1..=ROUNDS_MAX {
            let market = Market::new(self, groups);
            let served = flow::assign(&market.classes, &market.servers, &market.before);
            let mut existing: Vec<Vec<(SupplyId, u32)>> = vec![Vec::new(); market.classes.len()];
            for served in &served {
                if let Offer::Supply(supply) = market.offers[flow::at(served.server)] {
                    existing[flow::at(served.class)].push((supply, served.amount));
                }
            }
            for (members, existing) in market.members.iter().zip(existing) {
                self.promise(members, existing);
            }
            let mut cut = false;
            for served in &served {
                if let Offer::Launch(option) = market.offers[flow::at(served.server)] {
                    let members = &market.members[flow::at(served.class)];
                    cut |= self.launch_for_class(members, option, served.amount) < served.amount;
                }
            }
            if cut && round < ROUNDS_MAX {
                continue;
            }
            return self.settle_market(&market);
        }
        unreachable!("the last round returns")
    }

    /// Gives agents that exist to groups that ask for the same, the one with the oldest item first.
    fn promise(&mut self, members: &[u32], mut existing: Vec<(SupplyId, u32)>) {
        for place in members {
            let group = self.demand.group_mut(*place);
            group.promised.clear();
            let mut need = group.waiting;
            while need > 0
                && let Some((supply, amount)) = existing.last_mut()
            {
                let takes = need.min(*amount);
                group.promised.push((*supply, takes));
                need -= takes;
                *amount -= takes;
                if *amount == 0 {
                    existing.pop();
                }
            }
        }
    }

    /// Launches for groups that ask for the same; the log names them in the order of their oldest items.
    fn launch_for_class(&mut self, members: &[u32], option: LaunchOption, most: u32) -> u32 {
        let mut launched = 0;
        for place in members {
            let most = (most - launched).min(self.demand.group(*place).unserved());
            launched += self.launch_for(*place, option, most);
        }
        launched
    }

    fn settle_market(&mut self, market: &Market) -> bool {
        let mut short = false;
        for members in &market.members {
            for place in members.iter().rev() {
                let group = self.demand.group(*place);
                let unserved = group.unserved();
                short |= unserved > 0;
                let first = group.options.first().copied();
                let why = match self.blocked(*place) {
                    Some(blocked) => Some(blocked),
                    None => first.and_then(|option| self.why_not(option)),
                };
                self.watch(*place);
                self.settle(*place, unserved, why);
            }
        }
        short
    }

    /// Says so if it changed how many of a group's items get nothing, or why.
    pub(super) fn settle(&mut self, place: u32, items: u32, reason: Option<Reason>) {
        self.note_starving(place, items, reason.as_ref());
        let group = self.demand.group_mut(place);
        if items == 0 {
            group.refused = None;
            if group.said.take().is_some() {
                let (label, jobs) = (group.label.clone(), group.clearance);
                self.decide(What::Provided { label, jobs });
            }
            return;
        }
        let reason = reason.or_else(|| group.hopeless.clone()).unwrap_or(Reason::NoTemplate);
        group.refused = Some((reason.clone(), items));
        if group.said.as_ref().is_some_and(|(old, count)| says_the_same((old, *count), (&reason, items))) {
            return;
        }
        group.said = Some((reason.clone(), items));
        let (label, jobs) = (group.label.clone(), group.clearance);
        self.decide(What::Refused { label, items, reason, jobs });
    }

    /// Watches a group whose items wait beside idle agents.
    pub(super) fn watch(&mut self, place: u32) {
        let group = self.demand.group(place);
        if group.watched || group.blocked_until.is_some_and(|until| until > self.now) {
            return;
        }
        if self.idle_since(place).is_none() {
            return;
        }
        self.demand.group_mut(place).watched = true;
        let at = self.now + self.policy.deadlines.not_taken_after;
        self.timers.set(at, Special::NotTaken { group: place });
    }

    /// Since when without a gap some agent of ours has stood idle that could take a group's items.
    fn idle_since(&self, place: u32) -> Option<Timestamp> {
        self.demand
            .group(place)
            .supplies
            .iter()
            .map(|supply| self.supplies.get(*supply))
            .filter(|class| class.idle > 0 && class.is_own())
            .map(|class| class.idle_since)
            .min()
    }

    /// Items of a group may have waited beside idle agents for too long; says whether a plan is due.
    pub(super) fn not_taken(&mut self, place: u32) -> bool {
        let span = self.policy.deadlines.not_taken_after;
        let now = self.now;
        let idle_since = self.idle_since(place);
        let group = self.demand.group_mut(place);
        group.watched = false;
        let (Some(idle_since), true) = (idle_since, group.waiting > 0) else { return false };
        let due = idle_since.max(group.progress_at) + span;
        if due > now {
            group.watched = true;
            self.timers.set(due, Special::NotTaken { group: place });
            return false;
        }
        let until = now + doubled(BLOCK_MIN, group.blocks, BLOCK_MAX);
        group.blocks = group.blocks.saturating_add(1);
        group.blocked_until = Some(until);
        self.timers.set(until, Special::Unblock { group: place });
        self.touch_group(place);
        true
    }

    /// Launches for a group may go on.
    pub(super) fn unblock(&mut self, place: u32) -> bool {
        self.demand.group_mut(place).blocked_until = None;
        self.touch_group(place);
        true
    }

    /// A template's breaker has come to its end.
    pub(super) fn breaker_due(&mut self, template: TemplateId) -> bool {
        if let Some(change) = self.health[template.index()].timeout(self.now) {
            self.decide(What::Breaker { template, change });
        }
        self.freed = true;
        true
    }

    /// An agent is gone: an item that waits for it by its name waits in vain.
    pub(super) fn agent_forgotten(&mut self, name: &NodeName) {
        if self.demand.continuations == 0 {
            return;
        }
        let label = ItemLabel::Expression(name.text());
        for group in self.groups_called(&label) {
            self.timers.set(self.now, Special::Lost { group });
        }
    }
}
