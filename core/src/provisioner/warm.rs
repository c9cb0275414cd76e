//! Agents that are kept warm, and how they give way to items that wait.
//!
//! Demand comes first. A plan launches for every item that waits before it launches to keep warm, and keeps nothing
//! warm out of what a limit leaves while items wait because of that limit. Where items wait for nothing but limits that
//! idle warm agents of other templates fill, as many of those are given up as let items be launched for, the least
//! preferred template's first and each template's longest idle ones first. Warm agents on their way are left alone
//! until they are idle, and idle agents that are needed for items that wait beside them are no spare ones.
//!
//! Whom that concerns is kept as it changes: labels that a limit refuses, and templates with spare idle agents. Only
//! where either changed and there are both are they held against each other.

use crate::{
    decision::{Cause, Phase, Reason, What},
    id::TemplateId,
    policy::Policy,
    provisioner::{
        Provisioner,
        demand::LaunchOption,
        limits::{Amounts, Place, Share},
        plan::says_the_same,
        supply::SupplyId,
    },
    time::Timestamp,
};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

/// What is known of the templates that keep agents warm, and of the labels that limits refuse.
#[derive(Debug)]
pub(super) struct Warm {
    /// The templates that keep agents warm.
    templates: Vec<TemplateId>,
    /// Groups whose items wait because of a limit, and which.
    starving: BTreeMap<u32, Place>,
    /// Templates with idle agents that no item needs, and how many.
    spare: BTreeMap<TemplateId, u32>,
    /// What each template lacks, and why.
    refused: BTreeMap<TemplateId, (Reason, u32)>,
    /// Whether one of the two changed since they were held against each other.
    changed: bool,
    /// Whether a limit ceased to starve a label since the last plan of what is kept warm.
    eased: bool,
}

/// What is ceded beyond what was before, and what of it all is spoken for, by limit.
#[derive(Debug, Default)]
struct Books {
    more: BTreeMap<Place, Amounts>,
    less: BTreeMap<Place, Amounts>,
}

fn add(book: &mut BTreeMap<Place, Amounts>, place: Place, amounts: Amounts) {
    for (sum, amount) in book.entry(place).or_default().iter_mut().zip(amounts) {
        *sum = sum.saturating_add(amount);
    }
}

fn of(book: &BTreeMap<Place, Amounts>, place: Place) -> Amounts {
    book.get(&place).copied().unwrap_or_default()
}

impl Warm {
    pub(super) fn new(policy: &Policy) -> Self {
        let templates = (0u32..).map(TemplateId).zip(&policy.templates);
        Self {
            templates: templates.filter(|(_, template)| template.min_idle > 0).map(|(id, _)| id).collect(),
            starving: BTreeMap::new(),
            spare: BTreeMap::new(),
            refused: BTreeMap::new(),
            changed: false,
            eased: false,
        }
    }

    /// Whether no template keeps agents warm.
    pub(super) fn keeps_none(&self) -> bool {
        self.templates.is_empty()
    }

    /// How many agents of a template are missing that it keeps warm, and why.
    pub(super) fn refused(&self, template: TemplateId) -> Option<(Reason, u32)> {
        self.refused.get(&template).cloned()
    }
}

impl Provisioner {
    /// Notes whether a limit leaves items of a group waiting.
    pub(super) fn note_starving(&mut self, group: u32, items: u32, reason: Option<&Reason>) {
        if self.warm.templates.is_empty() {
            return;
        }
        let place = match reason {
            Some(Reason::Limit { scope, .. }) if items > 0 => Some(self.limits.place(&self.policy, scope)),
            Some(_) | None => None,
        };
        let before = match place {
            Some(place) => self.warm.starving.insert(group, place),
            None => self.warm.starving.remove(&group),
        };
        self.warm.changed |= place.is_some();
        if before != place {
            if let Some(before) = before {
                self.limits.starve(before, false);
                self.warm.eased = true;
            }
            if let Some(place) = place {
                self.limits.starve(place, true);
            }
        }
    }

    /// Launches what is kept warm in components that were planned, once demand has had its turn everywhere.
    pub(super) fn plan_warm(&mut self, planned: &[SupplyId]) {
        if self.warm.templates.is_empty() || self.serves_nobody().is_some() {
            return;
        }
        let mut roots: BTreeSet<SupplyId> = planned.iter().copied().collect();
        if std::mem::take(&mut self.warm.eased) {
            let lacking: Vec<TemplateId> = self.warm.refused.keys().copied().collect();
            roots.extend(lacking.into_iter().map(|template| self.supplies.root(template.into())));
        }
        for root in roots {
            if self.keep_warm(root) {
                self.short.push(root);
            }
        }
    }

    /// Launches what the templates of a component keep warm beyond what its items need; says whether some could not be.
    fn keep_warm(&mut self, root: SupplyId) -> bool {
        let component = self.supplies.component(root);
        if component.warm.is_empty() {
            return false;
        }
        let (templates, active) = (component.warm.clone(), component.active.clone());
        let mut promised: BTreeMap<SupplyId, u32> = BTreeMap::new();
        for place in active {
            for (supply, amount) in &self.demand.group(place).promised {
                *promised.entry(*supply).or_default() += amount;
            }
        }
        let mut short = false;
        for template in templates {
            let supply = SupplyId::from(template);
            let taken = promised.get(&supply).copied().unwrap_or(0);
            let class = self.supplies.get(supply);
            self.note_spare(template, class.idle.saturating_sub(taken));
            let class = self.supplies.get(supply);
            let spare = (class.coming + class.idle).saturating_sub(taken);
            let want = self.min_idle(template).saturating_sub(spare);
            let (launched, why) = self.launch_warm(template, want);
            short |= launched < want;
            self.settle_warm(template, want - launched, why);
        }
        short
    }

    fn note_spare(&mut self, template: TemplateId, idle: u32) {
        let before = match idle {
            0 => self.warm.spare.remove(&template),
            idle => self.warm.spare.insert(template, idle),
        };
        self.warm.changed |= before.unwrap_or(0) < idle;
    }

    /// Launches up to `want` agents to be kept warm; says how many, and why no more.
    fn launch_warm(&mut self, template: TemplateId, want: u32) -> (u32, Option<Reason>) {
        if want == 0 {
            return (0, None);
        }
        if let Some(reason) = self.held_back() {
            return (0, Some(reason));
        }
        if let Some(scope) = self.limits.starving(&self.policy, template) {
            return (0, Some(Reason::ItemsFirst { scope }));
        }
        let supply = SupplyId::from(template);
        let option = LaunchOption { rank: 0, template, supply };
        let launched = want.min(self.room(option));
        for _ in 0..launched {
            self.launch(supply, None);
        }
        (launched, if launched < want { self.why_not(option) } else { None })
    }

    /// Says so if it changed what a template lacks, or why.
    fn settle_warm(&mut self, template: TemplateId, agents: u32, why: Option<Reason>) {
        let Some(reason) = why.filter(|_| agents > 0) else {
            if self.warm.refused.remove(&template).is_some() {
                self.decide(What::WarmProvided { template });
            }
            return;
        };
        let old = self.warm.refused.insert(template, (reason.clone(), agents));
        if !old.is_some_and(|(old, count)| says_the_same((&old, count), (&reason, agents))) {
            self.decide(What::WarmRefused { template, agents, reason });
        }
    }

    /// Gives up idle warm agents where items wait for nothing but limits that those fill, the oldest item first.
    pub(super) fn make_room(&mut self) {
        if !std::mem::take(&mut self.warm.changed)
            || self.warm.starving.is_empty()
            || self.warm.spare.is_empty()
        {
            return;
        }
        let mut hungry: Vec<_> = self
            .warm
            .starving
            .keys()
            .copied()
            .collect::<Vec<_>>()
            .into_iter()
            .map(|group| (self.demand.oldest(group), group))
            .collect();
        hungry.sort_unstable();
        let mut victims: Vec<(TemplateId, u32)> =
            self.warm.spare.iter().map(|(id, idle)| (*id, *idle)).collect();
        victims.sort_by_key(|(id, _)| Reverse((self.policy.templates[id.index()].rank, *id)));
        let mut books = Books::default();
        let mut chosen: Vec<(TemplateId, u32, u32)> = Vec::new();
        for (_, group) in hungry {
            if victims.iter().all(|(_, left)| *left == 0) {
                break;
            }
            for (template, count) in self.choose(group, &mut victims, &mut books) {
                chosen.push((template, count, group));
            }
        }
        if !chosen.is_empty() {
            self.give_up(&chosen);
        }
    }

    /// Chooses who makes room for a group: (template, how many).
    fn choose(
        &self,
        group: u32,
        victims: &mut [(TemplateId, u32)],
        books: &mut Books,
    ) -> Vec<(TemplateId, u32)> {
        let known = self.demand.group(group);
        let items = known.refused.as_ref().map_or(0, |(_, items)| u64::from(*items));
        let refused_by_limit =
            |option: &&LaunchOption| matches!(self.why_not(**option), Some(Reason::Limit { .. }));
        for option in known.options.iter().filter(refused_by_limit) {
            let (_, share) = self.supplies.spec(option.supply);
            let places = self.limits.places(option.template);
            let room = |books: &Books, extra: &BTreeMap<Place, Amounts>| -> u64 {
                let at = |place: &Place| {
                    let mut more = of(&books.more, *place);
                    for (sum, amount) in more.iter_mut().zip(of(extra, *place)) {
                        *sum = sum.saturating_add(amount);
                    }
                    self.limits.room_after(*place, share, more, of(&books.less, *place))
                };
                places.iter().map(at).min().unwrap_or(u64::MAX)
            };
            let nothing = BTreeMap::new();
            let mut all = BTreeMap::new();
            for (victim, left) in victims.iter() {
                self.cedes_to(&mut all, *victim, u64::from(*left));
            }
            let target = items.min(room(books, &all));
            if target == 0 {
                continue;
            }
            let mut chosen = Vec::new();
            for (victim, left) in victims.iter_mut() {
                let mut count = 0;
                while *left > 0
                    && room(books, &nothing) < target
                    && self.relieves(*victim, &places, share, target, books)
                {
                    self.cedes_to(&mut books.more, *victim, 1);
                    *left -= 1;
                    count += 1;
                }
                if count > 0 {
                    chosen.push((*victim, count));
                }
            }
            for place in &places {
                add(&mut books.less, *place, share.times(target));
            }
            return chosen;
        }
        Vec::new()
    }

    /// Whether an agent of `victim` counts towards a limit that has no room for `target` agents yet.
    fn relieves(
        &self,
        victim: TemplateId,
        places: &[Place],
        share: Share,
        target: u64,
        books: &Books,
    ) -> bool {
        self.limits.places(victim).iter().any(|place| {
            places.contains(place)
                && self.limits.room_after(*place, share, of(&books.more, *place), of(&books.less, *place))
                    < target
        })
    }

    /// Adds what `count` warm agents of a template take to every limit that counts them.
    fn cedes_to(&self, book: &mut BTreeMap<Place, Amounts>, template: TemplateId, count: u64) {
        let (_, share) = self.supplies.spec(template.into());
        for place in self.limits.places(template) {
            add(book, place, share.times(count));
        }
    }

    /// Takes the chosen numbers of idle agents out of service, those that were idle longest first.
    fn give_up(&mut self, chosen: &[(TemplateId, u32, u32)]) {
        let mut idle: BTreeMap<SupplyId, Vec<(Timestamp, u32)>> = BTreeMap::new();
        for (slot, agent) in self.agents.iter() {
            if agent.phase == Phase::Idle {
                idle.entry(agent.supply).or_default().push((agent.since, slot));
            }
        }
        for agents in idle.values_mut() {
            agents.sort_unstable_by(|one, other| other.cmp(one));
        }
        for (template, count, group) in chosen {
            let label = self.demand.group(*group).label.clone();
            for _ in 0..*count {
                let last = idle.get_mut(&SupplyId::from(*template)).and_then(Vec::pop);
                let Some((_, slot)) = last else { break };
                self.cedes(slot, true);
                self.retire(slot, Cause::MadeRoom(label.clone()));
            }
        }
    }

    /// Notes that an agent makes room, or does so no longer.
    pub(super) fn cedes(&mut self, slot: u32, cedes: bool) {
        let agent = self.agents.get_mut(slot);
        debug_assert!(agent.ceded != cedes, "an agent makes room once");
        agent.ceded = cedes;
        self.warm.changed |= !cedes;
        let (spec, share) = self.supplies.spec(agent.supply);
        self.limits.cede(spec.template, share, cedes);
    }
}
