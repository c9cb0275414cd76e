//! `/overallLoad` and its like: how many executors there are and what they do.
//!
//! Jenkins smooths its numbers over 10 s, a minute and an hour and keeps their history; here all of them are what is so
//! at this moment.

use super::{
    export::{Object, Plain},
    look::Look,
};

/// Numbers of one moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Load {
    defined: usize,
    busy: usize,
    idle: usize,
    queued: usize,
}

impl Load {
    pub(super) fn new(defined: usize, busy: usize, idle: usize, queued: usize) -> Self {
        Self { defined, busy, idle, queued }
    }
}

impl Look<'_> {
    /// `/overallLoad`.
    pub(super) fn overall_load(&self, object: &mut Object<'_, '_>) {
        object.class("hudson.model.OverallLoadStatistics");
        self.overall_series(object);
    }

    /// The same as a property of Jenkins, whose class is not named.
    pub(super) fn overall_series(&self, object: &mut Object<'_, '_>) {
        let load = self.whole_load(false);
        self.load(object, load);
        object.object(1, "totalQueueLength", |series| stages(series, load.queued));
    }

    /// `/unlabeledLoad`: items without a label.
    pub(super) fn unlabeled_load(&self, object: &mut Object<'_, '_>) {
        object.class("jenkins.model.UnlabeledLoadStatistics");
        self.load(object, self.whole_load(true));
    }

    /// The eight series that all of them have.
    pub(super) fn load(&self, object: &mut Object<'_, '_>, load: Load) {
        let online = load.busy.saturating_add(load.idle);
        let series = [
            ("availableExecutors", load.idle),
            ("busyExecutors", load.busy),
            ("connectingExecutors", 0),
            ("definedExecutors", load.defined),
            ("idleExecutors", load.idle),
            ("onlineExecutors", online),
            ("queueLength", load.queued),
            ("totalExecutors", online),
        ];
        for (name, value) in series {
            object.object(1, name, |object| stages(object, value));
        }
    }

    fn whole_load(&self, unlabeled: bool) -> Load {
        let jenkins = self.jenkins;
        let nodes = || jenkins.nodes.keys().map(|key| &jenkins.nodes[key]);
        let online = || nodes().filter(|node| node.is_online() && !(unlabeled && node.exclusive));
        let is_counted = |build: &crate::build::Build| {
            build.phase.is_queued() && (!unlabeled || jenkins.matching.label(build.label).text().is_none())
        };
        Load {
            defined: nodes().map(|node| usize::from(node.executors)).sum(),
            busy: online().map(|node| node.builds.len()).sum(),
            idle: online().map(|node| usize::from(node.free_executors())).sum(),
            queued: jenkins.builds.iter().filter(|(_, build)| is_counted(build)).count(),
        }
    }
}

fn stages(object: &mut Object<'_, '_>, value: usize) {
    let value = i64::try_from(value).unwrap_or(i64::MAX).saturating_mul(1000);
    for stage in ["hour", "min", "sec10"] {
        object.object(1, stage, |stage| {
            stage.set("history", Plain::Series(value));
            stage.set("latest", Plain::Thousandths(value));
        });
    }
}
