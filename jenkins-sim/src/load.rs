//! Jenkins' own view of its load, and when it would ask a cloud for nodes.
//!
//! Every 10 s Jenkins takes in, for each label and for the jobs without one, how many executors are defined, online,
//! connecting, busy, idle and available, and how many items wait; of each number it keeps exponential moving averages with a
//! decay of 0.9 a step (`hudson.model.LoadStatistics`). [`Load`] is the one account of nodes and executors, for the
//! statistics and for what REST says of labels and of all nodes at the moment. [`Provisioner`] then weighs the averages
//! against the numbers of the moment (`hudson.slaves.NodeProvisioner`, `StandardStrategyImpl`; read in Jenkins' source of
//! 2026). It is what a plugin with a cloud is asked by, and so what Footman is compared with.
//!
//! Who simulates a plugin calls [`Jenkins::load`] at every tick of [`CLOCK`], in the order of the labels, and provisions what
//! [`Provisioner::update`] asks for. What REST shows is kept by [`Jenkins`] itself
//! ([`load_statistics`](crate::Settings::load_statistics)).

use crate::{
    Jenkins,
    build::Phase,
    matching::shown,
    node::{CONTROLLER, Node},
    series::{MultiStageTimeSeries, STEPS_PER_HOUR, TimeSeries, float},
    statistics::is_counted,
};
use footman_core::{label::LabelExpression, time::Millis};
use std::{collections::BTreeSet, ops, sync::Arc};

/// Between two ticks of the statistics, and of the provisioner (`LoadStatistics.CLOCK`).
pub const CLOCK: Millis = Millis::from_secs(10);
/// From the start of the controller to the first tick of the provisioner (`NodeProvisioner.initialDelay`).
pub const INITIAL_DELAY: Millis = Millis::from_secs(100);
/// Between two reviews that something suggests out of turn (`NodeProvisioner.suggestReviewNow`).
pub const REVIEW_EVERY: Millis = Millis::from_secs(1);

/// `NodeProvisioner.MARGIN`, `MARGIN0` and `MARGIN_DECAY`.
const MARGIN: f32 = 0.1;
const MARGIN_OF_NONE: f32 = 0.5;
const MARGIN_DECAY: f32 = 0.5;

/// After so many ticks with the same load, those of 2,500 hours, every average has come to rest, which takes 1,100 steps from
/// the greatest to nothing, and fills its history, the longest of which has 1,344 values: one hour is like the other.
const AT_REST: u64 = 2_500 * 360;

/// The load of one label at one moment (`LoadStatisticsSnapshot`), in executors and items.
///
/// A node with neither executors nor builds has no computer and counts for nothing here, though it is a node of its labels
/// (recording b023, whose n4 is one). One that is online has the executors that it is to have or the builds that it still
/// has, whichever are more; of one that is offline the builds are not looked at.
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

/// The averages of one label's load, with their histories (`LoadStatistics`).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LoadStatistics {
    /// The step within the hour.
    step: u32,
    pub(crate) defined: MultiStageTimeSeries,
    pub(crate) online: MultiStageTimeSeries,
    pub(crate) connecting: MultiStageTimeSeries,
    pub(crate) busy: MultiStageTimeSeries,
    pub(crate) idle: MultiStageTimeSeries,
    pub(crate) available: MultiStageTimeSeries,
    pub(crate) queue_length: MultiStageTimeSeries,
}

impl LoadStatistics {
    /// Takes in the load at a tick.
    pub fn update(&mut self, load: Load) {
        self.step = (self.step + 1) % STEPS_PER_HOUR;
        let Load { defined, online, connecting, busy, idle, available, queue_length } = load;
        self.defined.update(self.step, defined);
        self.online.update(self.step, online);
        self.connecting.update(self.step, connecting);
        self.busy.update(self.step, busy);
        self.idle.update(self.step, idle);
        self.available.update(self.step, available);
        self.queue_length.update(self.step, queue_length);
    }

    /// The same for so many ticks.
    pub(crate) fn update_times(&mut self, load: Load, ticks: u64) {
        let hour = u64::from(STEPS_PER_HOUR);
        let ticks = if ticks > AT_REST { AT_REST + ticks % hour } else { ticks };
        for _ in 0..ticks {
            self.update(load);
        }
    }

    /// The average number of items that wait, over the last minute or so.
    pub fn queue_length(&self) -> f32 {
        self.queue_length.sec10.latest()
    }

    /// The average number of executors that are available.
    pub fn available(&self) -> f32 {
        self.available.sec10.latest()
    }
}

/// Decides for one label how much a cloud is asked for (`NodeProvisioner` with the standard strategy).
#[derive(Debug, Clone, PartialEq)]
pub struct Provisioner {
    planned: TimeSeries,
}

impl Default for Provisioner {
    /// Nothing is planned, and nothing was.
    fn default() -> Self {
        Self { planned: TimeSeries::new(1) }
    }
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
        let available = float(load.available).max(statistics.available());
        if available >= MARGIN && !none_at_all {
            return 0;
        }
        let waiting = statistics.queue_length().min(float(load.queue_length));
        let connecting = statistics.connecting.sec10.latest().min(float(load.connecting));
        let coming = self.planned.latest().max(float(planned));
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
        let expression = label.map(LabelExpression::parse_or_atom);
        let nodes = self.nodes.keys().map(|key| (key, &self.nodes[key]));
        let nodes = nodes.filter(|&(key, node)| match &expression {
            // Jobs without a label run on nodes that are not reserved. The controller may be one of them, and is left out
            // all the same (`UnlabeledLoadStatistics`, which goes by `Jenkins.getNodes`).
            None => key != CONTROLLER && !node.exclusive,
            Some(expression) => expression.matches(&node.labels, node.name.as_str()),
        });
        let mut load = Load::of(nodes.map(|(_, node)| node));
        let wanted = expression.as_ref().map(|expression| shown(Some(expression)));
        let waits = self.builds.iter().filter(|(_, build)| {
            is_counted(build) && self.matching.label(build.label).name() == wanted.as_deref()
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
    /// What these nodes are and do together (`LoadStatisticsSnapshot.Builder.with`); the queue is not looked at.
    pub(crate) fn of<'a>(nodes: impl IntoIterator<Item = &'a Node>) -> Self {
        let mut load = Self::default();
        for node in nodes.into_iter().filter(|node| node.has_computer()) {
            if !node.is_online() {
                load.defined += u32::from(node.executors);
                continue;
            }
            let idle = u32::from(node.free_executors());
            let busy = u32::try_from(node.builds.len()).expect("a node has at most 65,535 builds");
            load += Self {
                defined: busy + idle,
                online: busy + idle,
                busy,
                idle,
                available: idle,
                ..Self::default()
            };
        }
        load
    }
}

impl ops::AddAssign for Load {
    fn add_assign(&mut self, other: Self) {
        let Self { defined, online, connecting, busy, idle, available, queue_length } = other;
        self.defined += defined;
        self.online += online;
        self.connecting += connecting;
        self.busy += busy;
        self.idle += idle;
        self.available += available;
        self.queue_length += queue_length;
    }
}

impl ops::SubAssign for Load {
    fn sub_assign(&mut self, other: Self) {
        let Self { defined, online, connecting, busy, idle, available, queue_length } = other;
        self.defined -= defined;
        self.online -= online;
        self.connecting -= connecting;
        self.busy -= busy;
        self.idle -= idle;
        self.available -= available;
        self.queue_length -= queue_length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_time_with_the_same_load_is_passed_without_its_ticks() {
        let busy = Load { defined: 65_535, online: 65_535, busy: 65_535, ..Load::default() };
        let mut before = LoadStatistics::default();
        before.update_times(busy, 40 * 360);
        for after in
            [Load::default(), Load { defined: 7, online: 7, idle: 7, available: 7, ..Load::default() }]
        {
            let (mut quick, mut slow) = (before.clone(), before.clone());
            let ticks = AT_REST + 3 * 360 + 5;
            quick.update_times(after, ticks);
            for _ in 0..ticks {
                slow.update(after);
            }
            assert!(quick == slow, "{after:?}");
        }
    }
}
