//! Jenkins' own view of its load, and when it would ask a cloud for nodes.
//!
//! Every 10 s Jenkins takes in, for each label and for the jobs without one, how many executors are defined, online,
//! connecting, busy, idle and available, and how many items wait; of each number it keeps an exponential moving average
//! with a decay of 0.9 a tick (`hudson.model.LoadStatistics`, `MultiStageTimeSeries`, of which only the series of 10 s is
//! looked at). [`Provisioner`] then weighs the averages against the numbers of the moment
//! (`hudson.slaves.NodeProvisioner`, `StandardStrategyImpl`; read in Jenkins' source of 2026). It is what a plugin with a
//! cloud is asked by, and so what Footman is compared with.
//!
//! Nothing of it is kept in [`Jenkins`]: who simulates a plugin calls [`Jenkins::load`] at every tick of [`CLOCK`], in the
//! order of the labels, and provisions what [`Provisioner::update`] asks for.

use crate::{Jenkins, build::Phase, matching::shown, node::Node};
use footman_core::{label::LabelExpression, time::Millis};
use std::{collections::BTreeSet, sync::Arc};

/// Between two ticks of the statistics, and of the provisioner (`LoadStatistics.CLOCK`).
pub const CLOCK: Millis = Millis::from_secs(10);
/// From the start of the controller to the first tick of the provisioner (`NodeProvisioner.initialDelay`).
pub const INITIAL_DELAY: Millis = Millis::from_secs(100);
/// Between two reviews that something suggests out of turn (`NodeProvisioner.suggestReviewNow`).
pub const REVIEW_EVERY: Millis = Millis::from_secs(1);

/// What an average keeps of itself at a tick (`LoadStatistics.DECAY`).
const DECAY: f32 = 0.9;
/// `NodeProvisioner.MARGIN`, `MARGIN0` and `MARGIN_DECAY`.
const MARGIN: f32 = 0.1;
const MARGIN_OF_NONE: f32 = 0.5;
const MARGIN_DECAY: f32 = 0.5;

/// The load of one label at one moment (`LoadStatisticsSnapshot`), in executors and items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Load {
    /// Executors of all nodes that match, of those that are offline too.
    pub defined: u32,
    /// Executors of those that are online.
    pub online: u32,
    /// Executors of those that Jenkins is connecting to. Inbound agents connect by themselves: it is 0 for them.
    pub connecting: u32,
    /// Executors that have a build.
    pub busy: u32,
    /// Executors that are online and have none.
    pub idle: u32,
    /// Those of them that take builds. A guard file is not asked: what it keeps closed is available to Jenkins' mind.
    pub available: u32,
    /// Buildable items that want exactly this label; the same nodes by another expression are another label.
    pub queue_length: u32,
}

/// An exponential moving average (`TimeSeries`).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Average(f32);

impl Average {
    fn update(&mut self, value: u32) {
        self.0 = self.0 * DECAY + float(value) * (1.0 - DECAY);
    }
}

/// The averages of one label's load (`LoadStatistics`).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LoadStatistics {
    connecting: Average,
    available: Average,
    queue_length: Average,
}

impl LoadStatistics {
    /// Takes in the load at a tick.
    pub fn update(&mut self, load: Load) {
        self.connecting.update(load.connecting);
        self.available.update(load.available);
        self.queue_length.update(load.queue_length);
    }

    /// The average number of items that wait.
    pub fn queue_length(&self) -> f32 {
        self.queue_length.0
    }

    /// The average number of executors that are available.
    pub fn available(&self) -> f32 {
        self.available.0
    }
}

/// Decides for one label how much a cloud is asked for (`NodeProvisioner` with the standard strategy).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Provisioner {
    planned: Average,
}

impl Provisioner {
    /// One look: how many executors' worth of work a cloud is asked for, 0 for none. `planned` are the executors of nodes
    /// that were asked for and are not there yet (`PlannedNode`s whose future is not done).
    pub fn update(&mut self, statistics: &LoadStatistics, load: Load, planned: u32) -> u32 {
        self.planned.update(planned);
        if load.queue_length <= load.available {
            return 0;
        }
        let none_at_all = load.available + load.connecting == 0 && load.online + planned == 0;
        let available = float(load.available).max(statistics.available.0);
        if available >= MARGIN && !none_at_all {
            return 0;
        }
        let waiting = statistics.queue_length.0.min(float(load.queue_length));
        let connecting = statistics.connecting.0.min(float(load.connecting));
        let coming = self.planned.0.max(float(planned));
        let mut excess = waiting - coming - connecting;
        if none_at_all && excess < 1.0 {
            // There is nothing that could become free: the averages would only delay the build.
            excess = 1.0;
        }
        let margin = margin(load.online);
        if excess > 1.0 - margin { whole(excess + margin) } else { 0 }
    }
}

/// How much less than a whole executor's worth of work is enough to ask: the less the more there is already
/// (`calcThresholdMargin`).
fn margin(online: u32) -> f32 {
    let decay = MARGIN_DECAY.powi(i32::try_from(online).unwrap_or(i32::MAX));
    (MARGIN + (MARGIN_OF_NONE - MARGIN) * decay).clamp(0.0, 1.0)
}

/// Beyond 65,535 executors or items the decisions are the same.
fn float(count: u32) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

/// `amount` rounded down.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is positive, and a float saturates"
)]
fn whole(amount: f32) -> u32 {
    amount.floor() as u32
}

impl Jenkins {
    /// The load of a label as typed, or of the jobs without one (`None`). It looks at every node and item, as Jenkins
    /// does at every tick.
    pub fn load(&self, label: Option<&str>) -> Load {
        let mut load = Load::default();
        let expression = label.map(LabelExpression::parse_or_atom);
        for key in self.nodes.keys() {
            let node = &self.nodes[key];
            let is_counted = match &expression {
                // Jobs without a label run on nodes that are not reserved (`UnlabeledLoadStatistics`).
                None => !node.exclusive,
                Some(expression) => expression.matches(&node.labels, node.name.as_str()),
            };
            if is_counted && node.has_computer() {
                load.add(node);
            }
        }
        let wanted = expression.as_ref().map(|expression| shown(Some(expression)));
        let waits = self.builds.iter().filter(|(_, build)| {
            let is_waiting = matches!(build.phase, Phase::Buildable | Phase::Pending) && !build.flyweight;
            is_waiting && self.matching.label(build.label).name() == wanted.as_deref()
        });
        load.queue_length = u32::try_from(waits.count()).unwrap_or(u32::MAX);
        load
    }

    /// The labels that items wait for, each once and in alphabetical order as `why` shows them; `None` for none.
    pub fn labels_wanted(&self) -> Vec<Option<Arc<str>>> {
        let waits =
            self.builds.iter().filter(|(_, build)| build.phase == Phase::Buildable && !build.flyweight);
        let labels = waits.map(|(_, build)| self.matching.label(build.label).name().map(Arc::from));
        labels.collect::<BTreeSet<_>>().into_iter().collect()
    }
}

impl Load {
    /// Counts a node (`LoadStatisticsSnapshot.Builder.with`).
    fn add(&mut self, node: &Node) {
        let executors = u32::from(node.executors);
        self.defined += executors;
        if node.is_online() {
            let idle = u32::from(node.free_executors());
            self.online += executors;
            self.busy += executors - idle;
            self.idle += idle;
            self.available += idle;
        }
    }
}
