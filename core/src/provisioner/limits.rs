//! What the agents that exist use, held against the limits.
//!
//! An agent counts from the decision to create its node until its task is seen STOPPED. The limits are applied in this
//! order: the global one, the shared ones in the policy's order, the template's own; the first that is reached is the
//! one that a refusal names. Lowering a limit stops launches and nothing else.

use crate::{
    decision::{Dimension, LimitScope},
    id::TemplateId,
    policy::{Limit, Policy},
    units::Size,
};
use smallvec::SmallVec;

/// What one agent takes out of the limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Share {
    pub(super) cpu: u64,
    pub(super) memory: u64,
    pub(super) spend: u64,
}

impl Share {
    /// What `agents` of them take.
    pub(super) fn times(self, agents: u64) -> Amounts {
        [1, self.cpu, self.memory, self.spend].map(|amount| amount.saturating_mul(agents))
    }

    /// The share of an agent of `size` whose template has `base` for `price` an hour: the price grows with the larger
    /// of the two ratios, rounded up.
    pub(super) fn new(size: Size, base: Size, price: u64) -> Self {
        let cpu = u64::from(size.cpu.get());
        let memory = u64::from(size.memory.get());
        let scaled = |part: u64, whole: u32| match u64::from(whole) {
            0 => price,
            whole => price.saturating_mul(part).div_ceil(whole),
        };
        Self { cpu, memory, spend: scaled(cpu, base.cpu.get()).max(scaled(memory, base.memory.get())) }
    }
}

/// One limit and what is used of it.
#[derive(Debug)]
struct Account {
    limit: Limit,
    agents: u64,
    cpu: u64,
    memory: u64,
    spend: u64,
    /// What of that is about to be free, because its agents make room.
    ceded: Amounts,
    /// How many labels have items that get nothing because of this limit.
    starving: u32,
}

/// An amount of every dimension: agents, CPU, memory, spend.
pub(super) type Amounts = [u64; 4];

/// The place of one limit among all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Global,
    Shared(usize),
    Template(TemplateId),
}

impl Account {
    fn new(limit: Limit) -> Self {
        Self { limit, agents: 0, cpu: 0, memory: 0, spend: 0, ceded: [0; 4], starving: 0 }
    }

    /// How many more there will be room for when what is ceded is free and `less` of it is taken, and `more` is ceded.
    fn room_after(&self, share: Share, more: Amounts, less: Amounts) -> u64 {
        let dimensions = self.dimensions(share).into_iter().enumerate();
        dimensions
            .filter(|(_, (_, takes, ..))| *takes > 0)
            .filter_map(|(at, (_, takes, used, most))| {
                let free = most?.saturating_add(self.ceded[at]).saturating_add(more[at]);
                Some(free.saturating_sub(used.saturating_add(less[at])) / takes)
            })
            .min()
            .unwrap_or(u64::MAX)
    }

    fn is_unlimited(&self) -> bool {
        self.limit == Limit::default()
    }

    /// Every dimension: what an agent takes, what is used, what is allowed.
    fn dimensions(&self, share: Share) -> [(Dimension, u64, u64, Option<u64>); 4] {
        [
            (Dimension::Agents, 1, self.agents, self.limit.agents.map(u64::from)),
            (Dimension::Cpu, share.cpu, self.cpu, self.limit.cpu.map(|cpu| u64::from(cpu.get()))),
            (
                Dimension::Memory,
                share.memory,
                self.memory,
                self.limit.memory.map(|memory| u64::from(memory.get())),
            ),
            (Dimension::Spend, share.spend, self.spend, self.limit.spend_per_hour.map(|spend| spend.get())),
        ]
    }

    /// The dimension that has no room for one more, if any.
    fn full(&self, share: Share) -> Option<Dimension> {
        if self.is_unlimited() {
            return None;
        }
        self.dimensions(share)
            .into_iter()
            .find(|(_, takes, used, most)| most.is_some_and(|most| used.saturating_add(*takes) > most))
            .map(|(dimension, ..)| dimension)
    }

    /// How many more there is room for.
    fn room(&self, share: Share) -> u64 {
        if self.is_unlimited() {
            return u64::MAX;
        }
        self.dimensions(share)
            .into_iter()
            .filter(|(_, takes, ..)| *takes > 0)
            .filter_map(|(_, takes, used, most)| most.map(|most| most.saturating_sub(used) / takes))
            .min()
            .unwrap_or(u64::MAX)
    }

    fn add(&mut self, share: Share) {
        self.agents += 1;
        self.cpu += share.cpu;
        self.memory += share.memory;
        self.spend += share.spend;
    }

    fn subtract(&mut self, share: Share) {
        self.agents -= 1;
        self.cpu -= share.cpu;
        self.memory -= share.memory;
        self.spend -= share.spend;
    }
}

/// All limits and what is used of them.
#[derive(Debug)]
pub(super) struct Limits {
    global: Account,
    shared: Vec<Account>,
    /// Per template, its own account and the places of the shared ones that join it.
    templates: Vec<(Account, SmallVec<[usize; 2]>)>,
}

impl Limits {
    pub(super) fn new(policy: &Policy) -> Self {
        let joined = |template: usize| {
            let place = |id: &TemplateId| id.index() == template;
            (0..policy.shared_limits.len())
                .filter(|shared| policy.shared_limits[*shared].templates.iter().any(place))
                .collect()
        };
        Self {
            global: Account::new(policy.limit),
            shared: policy.shared_limits.iter().map(|shared| Account::new(shared.limit)).collect(),
            templates: policy
                .templates
                .iter()
                .enumerate()
                .map(|(index, template)| (Account::new(template.limit), joined(index)))
                .collect(),
        }
    }

    /// The limit that has no room for one more, if any.
    pub(super) fn full(
        &self,
        policy: &Policy,
        template: TemplateId,
        share: Share,
    ) -> Option<(LimitScope, Dimension)> {
        let (own, joined) = &self.templates[template.index()];
        if let Some(dimension) = self.global.full(share) {
            return Some((LimitScope::Global, dimension));
        }
        for place in joined {
            if let Some(dimension) = self.shared[*place].full(share) {
                return Some((LimitScope::Shared(policy.shared_limits[*place].name.clone()), dimension));
            }
        }
        own.full(share).map(|dimension| (LimitScope::Template(template), dimension))
    }

    /// How many more agents of this share there is room for.
    pub(super) fn room(&self, template: TemplateId, share: Share) -> u64 {
        let (own, joined) = &self.templates[template.index()];
        let shared = joined.iter().map(|place| self.shared[*place].room(share)).min().unwrap_or(u64::MAX);
        self.global.room(share).min(shared).min(own.room(share))
    }

    /// Counts one more, whether or not there is room: what exists counts.
    pub(super) fn add(&mut self, template: TemplateId, share: Share) {
        let (own, joined) = &mut self.templates[template.index()];
        self.global.add(share);
        own.add(share);
        for place in joined {
            self.shared[*place].add(share);
        }
    }

    /// Counts one fewer.
    pub(super) fn subtract(&mut self, template: TemplateId, share: Share) {
        let (own, joined) = &mut self.templates[template.index()];
        self.global.subtract(share);
        own.subtract(share);
        for place in joined {
            self.shared[*place].subtract(share);
        }
    }

    fn account(&self, place: Place) -> &Account {
        match place {
            Place::Global => &self.global,
            Place::Shared(shared) => &self.shared[shared],
            Place::Template(template) => &self.templates[template.index()].0,
        }
    }

    fn account_mut(&mut self, place: Place) -> &mut Account {
        match place {
            Place::Global => &mut self.global,
            Place::Shared(shared) => &mut self.shared[shared],
            Place::Template(template) => &mut self.templates[template.index()].0,
        }
    }

    /// Every limit that counts a template's agents, in the order in which they are applied.
    pub(super) fn places(&self, template: TemplateId) -> SmallVec<[Place; 4]> {
        let joined = self.templates[template.index()].1.iter().map(|shared| Place::Shared(*shared));
        [Place::Global].into_iter().chain(joined).chain([Place::Template(template)]).collect()
    }

    /// The place of the limit that a refusal names.
    pub(super) fn place(&self, policy: &Policy, scope: &LimitScope) -> Place {
        match scope {
            LimitScope::Global => Place::Global,
            LimitScope::Template(template) => Place::Template(*template),
            LimitScope::Shared(name) => {
                let shared = policy.shared_limits.iter().position(|shared| shared.name == *name);
                Place::Shared(shared.expect("a refusal names a limit of the policy"))
            }
        }
    }

    /// See [`Account::room_after`].
    pub(super) fn room_after(&self, place: Place, share: Share, more: Amounts, less: Amounts) -> u64 {
        self.account(place).room_after(share, more, less)
    }

    /// Notes that an agent of a template makes room, or does so no longer; what it takes counts until it is gone.
    pub(super) fn cede(&mut self, template: TemplateId, share: Share, cedes: bool) {
        for place in self.places(template) {
            let ceded = &mut self.account_mut(place).ceded;
            for (ceded, amount) in ceded.iter_mut().zip(share.times(1)) {
                *ceded = if cedes { *ceded + amount } else { *ceded - amount };
            }
        }
    }

    /// Notes that a label has items that get nothing because of a limit, or has none any more.
    pub(super) fn starve(&mut self, place: Place, starves: bool) {
        let starving = &mut self.account_mut(place).starving;
        *starving = if starves { *starving + 1 } else { *starving - 1 };
    }

    /// The limit because of which items wait that come before more agents of a template, if any.
    pub(super) fn starving(&self, policy: &Policy, template: TemplateId) -> Option<LimitScope> {
        let place = self.places(template).into_iter().find(|place| self.account(*place).starving > 0)?;
        Some(match place {
            Place::Global => LimitScope::Global,
            Place::Shared(shared) => LimitScope::Shared(policy.shared_limits[shared].name.clone()),
            Place::Template(template) => LimitScope::Template(template),
        })
    }

    /// How many agents count at present.
    pub(super) fn agents(&self) -> u64 {
        self.global.agents
    }

    /// How many agents of one template count at present.
    pub(super) fn agents_of(&self, template: TemplateId) -> u64 {
        self.templates[template.index()].0.agents
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{CpuUnits, Mib};

    #[test]
    fn an_override_costs_as_much_as_the_larger_of_its_ratios() {
        let base = Size::new(CpuUnits::new(1024), Mib::new(2048));
        // (size) => price, of 1000 for the base
        let table = [((1024, 2048), 1000), ((2048, 2048), 2000), ((1024, 6144), 3000), ((512, 1025), 501)];
        for ((cpu, memory), price) in table {
            let size = Size::new(CpuUnits::new(cpu), Mib::new(memory));
            assert_eq!(Share::new(size, base, 1000).spend, price, "{size}");
        }
    }

    #[test]
    fn the_first_dimension_without_room_is_named_and_room_agrees_with_it() {
        let share = Share { cpu: 4, memory: 8, spend: 0 };
        let limit = |agents, cpu, memory| Limit {
            agents: Some(agents),
            cpu: Some(CpuUnits::new(cpu)),
            memory: Some(Mib::new(memory)),
            spend_per_hour: Some(crate::units::MicroUsd::ZERO),
        };
        // (limit) => room, what is full then
        let table = [
            (limit(3, 100, 100), 3, Dimension::Agents),
            (limit(9, 11, 100), 2, Dimension::Cpu),
            (limit(9, 100, 8), 1, Dimension::Memory),
            (limit(0, 0, 0), 0, Dimension::Agents),
        ];
        for (limit, room, dimension) in table {
            let mut account = Account::new(limit);
            for left in (1..=room).rev() {
                assert_eq!((account.room(share), account.full(share)), (left, None), "{limit:?}");
                account.add(share);
            }
            assert_eq!((account.room(share), account.full(share)), (0, Some(dimension)), "{limit:?}");
            for _ in 0..room {
                account.subtract(share);
            }
            assert_eq!(account.room(share), room);
        }
        assert_eq!(Account::new(Limit::default()).room(share), u64::MAX);
    }
}
