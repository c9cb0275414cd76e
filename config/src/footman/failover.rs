//! `failover` of a template: where else its tasks may run, in the order in which that is tried.
//!
//! ECS does not go from one capacity provider to the next where the first has no room (aws/containers-roadmap, issues 773
//! and 852), so each place is a template of the core's policy of its own.

use crate::{
    effective::{Effective, Origin},
    launch,
    plugin::{CapacityProviderEntry, NetworkModeChoice, TemplateFields, item::item, kind::Item},
    reader::{Field, Reader},
    simulation::{LaunchType, NetworkMode},
    source::Place,
    yaml::Node,
};
use footman_core::{hours::ActiveHours, units::MicroUsd};

/// The most places that stand beside a template's own.
pub(crate) const FAILOVER_MAX: usize = 9;

item! {
    /// The keys of an entry of `failover`.
    pub(crate) FailoverKeys, "an alternative" {
        /// Capacity providers to run on.
        "capacityProviderStrategies" => capacity_provider_strategies: Vec<CapacityProviderEntry> = Vec::new(), Must;
        /// Where the task runs, without a capacity provider.
        "launchType" => launch_type: Option<LaunchType> = None, Must;
        /// List price per hour.
        "pricePerHour" => price_per_hour: Option<MicroUsd> = None, Must;
        /// When it is launched from here; the template's unless given.
        "activeHours" => active_hours: Option<ActiveHours> = None, Must;
    }
    show |it| match it.launch_type {
        Some(kind) => kind.show(),
        None => it.capacity_provider_strategies.iter().map(Item::show).collect::<Vec<_>>().join(", "),
    }
}

/// An entry of `failover`, with where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Alternative {
    /// Where it stands.
    pub(crate) place: Place,
    /// What it says.
    pub(crate) keys: FailoverKeys,
}

impl Item for Alternative {
    const NAME: &'static str = FailoverKeys::NAME;

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let keys = <FailoverKeys as Item>::read(node, reader)?;
        if keys.launch_type.is_some() != keys.capacity_provider_strategies.is_empty() {
            let expected = "either `capacityProviderStrategies` or `launchType`";
            let found = if keys.launch_type.is_some() { "both" } else { "neither" };
            reader.bad_value(&node.place, expected, found);
            return None;
        }
        Some(Self { place: node.place.clone(), keys })
    }

    fn show(&self) -> String {
        <FailoverKeys as Item>::show(&self.keys)
    }
}

impl Alternative {
    /// `main`, the fields of the template that it is an alternative of, with what makes it run here.
    ///
    /// What Fargate takes none of is left out there: it has no container instances to place tasks on.
    pub(crate) fn fields(&self, main: &TemplateFields) -> TemplateFields {
        let given = || Origin::Given(self.place.clone());
        let mut fields = main.clone();
        fields.default_capacity_provider = Effective::default_of(false);
        fields.launch_type = Effective {
            value: self.keys.launch_type.unwrap_or(LaunchType::Ec2),
            origin: if self.keys.launch_type.is_some() { given() } else { Origin::Default },
        };
        fields.capacity_provider_strategies = Effective {
            value: self.keys.capacity_provider_strategies.clone(),
            origin: if self.keys.launch_type.is_some() { Origin::Default } else { given() },
        };
        if launch::on_fargate(&launch::compute(&fields)) {
            fields.network_mode = Effective {
                value: NetworkModeChoice::Mode(NetworkMode::Awsvpc),
                origin: Origin::Derived("Fargate has no other"),
            };
            fields.placement_strategies = Effective::default_of(Vec::new());
        }
        fields
    }
}
