//! Which availability zone a subnet is in. Nothing here knows of a network: somebody says so, and a subnet of which
//! nobody speaks is in every zone.

use super::{Ecs, index};
use crate::{
    api::ApiError,
    fleet::{Slot, Zones},
    id::ClusterId,
};
use footman_core::time::Timestamp;
use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;
use std::{collections::BTreeMap, sync::Arc};

/// The subnets of an account.
#[derive(Debug, Default)]
pub(super) struct Subnets {
    /// Every zone that a subnet was ever said to be in. A zone keeps its number: tasks that wait know it by that.
    zones: IndexSet<Arc<str>, FxBuildHasher>,
    /// The zone of each.
    of: BTreeMap<Arc<str>, Arc<str>>,
}

impl Subnets {
    /// What an instance in this zone is compared by.
    pub(super) fn zone(&self, name: &str) -> Zones {
        self.zones.get_index_of(name).map_or(Zones::NONE, Zones::one)
    }
}

impl Ecs {
    /// Says which zone each subnet is in, all of them at once, for tasks that are run from then on. A subnet that is not
    /// named is in every zone.
    ///
    /// # Errors
    ///
    /// Fails where that makes more than [`Zones::COUNT`] zones, those included that were named before.
    pub fn set_subnets(
        &mut self,
        now: Timestamp,
        subnets: impl IntoIterator<Item = (Arc<str>, Arc<str>)>,
    ) -> Result<(), ApiError> {
        self.handle_timeout(now);
        let of: BTreeMap<Arc<str>, Arc<str>> = subnets.into_iter().collect();
        let mut zones = self.subnets.zones.clone();
        zones.extend(of.values().cloned());
        if zones.len() > Zones::COUNT {
            let message =
                format!("The subnets are in {} zones; at most {} are told apart.", zones.len(), Zones::COUNT);
            return Err(ApiError::invalid(message));
        }
        self.subnets = Subnets { zones, of };
        let there: Vec<(ClusterId, Slot, Zones)> = self
            .instances_there()
            .filter_map(|(_, instance)| {
                Some((instance.cluster, instance.slot?, self.subnets.zone(&instance.zone)))
            })
            .collect();
        for (cluster, slot, zone) in there {
            self.clusters[index(cluster.0)].fleet.set_zone(slot, zone);
        }
        Ok(())
    }

    /// The subnets of which somebody said a zone, and which.
    pub fn subnets(&self) -> impl Iterator<Item = (&str, &str)> {
        self.subnets.of.iter().map(|(subnet, zone)| (&**subnet, &**zone))
    }

    /// The zone of a subnet, where somebody said it.
    pub fn zone_of_subnet(&self, subnet: &str) -> Option<&str> {
        self.subnets.of.get(subnet).map(|zone| &**zone)
    }

    /// The zones that a task in these subnets may be in.
    pub fn zones_of<'a>(&self, subnets: impl IntoIterator<Item = &'a str>) -> Zones {
        let mut zones = Zones::NONE;
        for subnet in subnets {
            let Some(zone) = self.subnets.of.get(subnet) else { return Zones::ANY };
            zones = zones.with(self.subnets.zone(zone));
        }
        if zones == Zones::NONE { Zones::ANY } else { zones }
    }
}
