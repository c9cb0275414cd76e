//! What a world is like besides its policy and its workload.

use crate::setup::Setup;
use footman_config::SimulationSettings;
use footman_core::{Millis, Policy};
use footman_ecs_sim::latency::Distribution;

/// Everything that a run depends on, besides the workload.
#[derive(Debug, Clone)]
pub struct WorldSettings {
    /// The seed of every random draw.
    pub seed: u64,
    /// What the core decides by.
    pub policy: Policy,
    /// The clusters, and what the policy's templates ask of ECS.
    pub described: SimulationSettings,
    /// The simulated AWS account.
    pub ecs: footman_ecs_sim::Settings,
    /// The simulated controller.
    pub jenkins: footman_jenkins_sim::Settings,
    /// What lies between the daemon and the two.
    pub wire: Wire,
    /// How the core is told of changes.
    pub observation: Observation,
    /// How builds ask for nodes.
    pub labels: Labels,
}

impl WorldSettings {
    /// The world of `setup`, its prices included, with everything else as it is by default.
    pub fn of(setup: Setup, seed: u64) -> Self {
        let mut ecs = footman_ecs_sim::Settings::default();
        ecs.prices.fargate = setup.described.fargate_prices;
        Self {
            seed,
            policy: setup.policy,
            described: setup.described,
            ecs,
            jenkins: footman_jenkins_sim::Settings::default(),
            wire: Wire::default(),
            observation: Observation::default(),
            labels: setup.labels,
        }
    }
}

/// How long requests and the agent's own process take.
///
/// The defaults: a node is created in about 25 ms and its XML edited in 25 ms on a loopback Jenkins 2.263.4, where an
/// agent's JVM took 3 to 6 s from its start to online, and a killed agent was seen offline after 20 to 40 ms. The time
/// of an ECS call is an assumption.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wire {
    /// From a request to Jenkins to its answer.
    pub jenkins_request: Millis,
    /// From a request to ECS to its answer.
    pub ecs_request: Millis,
    /// From RUNNING to a connected agent.
    pub agent_start: Distribution,
    /// From the stop signal to a broken connection.
    pub agent_death: Millis,
}

impl Wire {
    /// Nothing takes any time.
    pub const NONE: Self = Self {
        jenkins_request: Millis::ZERO,
        ecs_request: Millis::ZERO,
        agent_start: Distribution::ZERO,
        agent_death: Millis::ZERO,
    };
}

impl Default for Wire {
    fn default() -> Self {
        Self {
            jenkins_request: Millis::new(25),
            ecs_request: Millis::new(100),
            agent_start: Distribution::Uniform { min: Millis::new(3_000), max: Millis::new(6_000) },
            agent_death: Millis::new(30),
        }
    }
}

/// How the core is told of changes; both lead to the same decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Observation {
    /// At each tick after something changed: what changed.
    #[default]
    Changes,
    /// At each tick: everything there is.
    Listings,
}

/// How builds ask for nodes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Labels {
    /// A trace's label is a name for a group of builds, and any template will do: builds ask for the label that the
    /// first template carries, with the CPU and memory of the trace where it has them.
    #[default]
    Any,
    /// A trace's label is a label expression, unless this list maps it to another one.
    Expressions {
        /// From a trace's label to the expression that its builds ask for.
        mapped: Vec<(std::sync::Arc<str>, std::sync::Arc<str>)>,
    },
}

impl Labels {
    /// The label expression that builds with the label `label` of a trace ask for, where labels are expressions.
    pub fn asked<'l>(&'l self, label: &'l str) -> Option<&'l str> {
        match self {
            Self::Any => None,
            Self::Expressions { mapped } => {
                Some(mapped.iter().find(|(from, _)| **from == *label).map_or(label, |(_, to)| to))
            }
        }
    }
}
