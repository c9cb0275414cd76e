//! Groups that compete, put as a flow problem.
//!
//! Groups with the same classes and the same launches are one class of demand: thousands of labels come down to as many
//! classes as there are different sets of templates.

use crate::provisioner::{
    Provisioner,
    demand::LaunchOption,
    flow::{Class, Served, Server},
    supply::SupplyId,
};
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

/// What a launch costs above its rank where ECS had no room: every other launch is preferred.
const SHUT_COST: u32 = u32::MAX / 2;

/// What a server of the flow stands for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Offer {
    /// Agents that exist.
    Supply(SupplyId),
    /// Launches.
    Launch(LaunchOption),
}

/// Groups, and what can serve them, as a flow problem.
pub(super) struct Market {
    pub(super) classes: Vec<Class>,
    /// Per class, its groups, the one with the oldest item first.
    pub(super) members: Vec<Vec<u32>>,
    pub(super) servers: Vec<Server>,
    pub(super) offers: Vec<Offer>,
    /// Whom the last plan gave which agents.
    pub(super) before: Vec<Served>,
}

impl Market {
    pub(super) fn new(core: &mut Provisioner, groups: &[u32]) -> Self {
        let mut by_age: Vec<_> = groups.iter().map(|place| (core.demand.oldest(*place), *place)).collect();
        by_age.sort_unstable();
        let mut alike: IndexMap<(&[SupplyId], &[LaunchOption]), usize, FxBuildHasher> = IndexMap::default();
        let mut market = Self {
            classes: Vec::new(),
            members: Vec::new(),
            servers: Vec::new(),
            offers: Vec::new(),
            before: Vec::new(),
        };
        let mut supplies: IndexMap<SupplyId, Option<u32>, FxBuildHasher> = IndexMap::default();
        let mut launches: IndexMap<SupplyId, Option<u32>, FxBuildHasher> = IndexMap::default();
        for (_, place) in &by_age {
            let group = core.demand.group(*place);
            let options: &[LaunchOption] = if core.blocked(*place).is_some() { &[] } else { &group.options };
            let key = (group.supplies.as_slice(), options);
            if let Some(class) = alike.get(&key) {
                market.classes[*class].demand += group.waiting;
                market.members[*class].push(*place);
                market.keep(*class, &group.promised, &supplies);
                continue;
            }
            let class = market.classes.len();
            alike.insert(key, class);
            let mut servers = Vec::new();
            for supply in &group.supplies {
                let class = core.supplies.get(*supply);
                let server = *supplies.entry(*supply).or_insert_with(|| {
                    market.offer(
                        Server { capacity: class.coming + class.idle, cost: 0 },
                        Offer::Supply(*supply),
                    )
                });
                servers.extend(server);
            }
            for option in options {
                let server = *launches.entry(option.supply).or_insert_with(|| {
                    let cost = option.rank.saturating_add(1).min(SHUT_COST);
                    let shut = core.supplies.get(option.supply).gate.is_shut();
                    let cost = if shut { SHUT_COST + cost } else { cost };
                    market.offer(Server { capacity: core.room(*option), cost }, Offer::Launch(*option))
                });
                servers.extend(server);
            }
            market.classes.push(Class { demand: group.waiting, servers });
            market.members.push(vec![*place]);
            market.keep(class, &group.promised, &supplies);
        }
        market
    }

    /// Notes which agents a group of a class has, as far as there still are any.
    fn keep(
        &mut self,
        class: usize,
        promised: &[(SupplyId, u32)],
        supplies: &IndexMap<SupplyId, Option<u32>, FxBuildHasher>,
    ) {
        let class = u32::try_from(class).expect("fewer than 2^32 classes");
        for (supply, amount) in promised {
            if let Some(Some(server)) = supplies.get(supply) {
                self.before.push(Served { class, server: *server, amount: *amount });
            }
        }
    }

    /// Adds a server, unless it has no room.
    fn offer(&mut self, server: Server, offer: Offer) -> Option<u32> {
        if server.capacity == 0 {
            return None;
        }
        self.servers.push(server);
        self.offers.push(offer);
        Some(u32::try_from(self.servers.len() - 1).expect("fewer than 2^32 classes"))
    }
}
