//! `/overallLoad` and its like: how many executors there are and what they do, on average.
//!
//! The averages and their histories are those that [`Jenkins`](crate::Jenkins) keeps.

use super::{
    export::{Object, Plain},
    look::Look,
};
use crate::{
    load::LoadStatistics,
    series::{MultiStageTimeSeries, TimeSeries},
    statistics::Share,
};
use std::cell::LazyCell;

/// How a series is found.
type Series = fn(&LoadStatistics) -> &MultiStageTimeSeries;
/// How one of its time scales is.
type Stage = fn(&MultiStageTimeSeries) -> &TimeSeries;

/// The series that all statistics have; `totalExecutors` is another name of `onlineExecutors`.
const SERIES: [(&str, Series); 8] = [
    ("availableExecutors", |of| &of.available),
    ("busyExecutors", |of| &of.busy),
    ("connectingExecutors", |of| &of.connecting),
    ("definedExecutors", |of| &of.defined),
    ("idleExecutors", |of| &of.idle),
    ("onlineExecutors", |of| &of.online),
    ("queueLength", |of| &of.queue_length),
    ("totalExecutors", |of| &of.online),
];
/// What the statistics of everything have besides: another name of `queueLength`.
const OVERALL: [(&str, Series); 1] = [("totalQueueLength", |of| &of.queue_length)];
const STAGES: [(&str, Stage); 3] =
    [("hour", |of| &of.hour), ("min", |of| &of.min), ("sec10", |of| &of.sec10)];

impl Look<'_> {
    /// `/overallLoad`.
    pub(super) fn overall_load(&self, object: &mut Object<'_, '_>) {
        object.class("hudson.model.OverallLoadStatistics");
        self.overall_series(object);
    }

    /// The same as a property of Jenkins, whose class is not named.
    pub(super) fn overall_series(&self, object: &mut Object<'_, '_>) {
        self.series(object, Share::Overall, SERIES.iter().chain(&OVERALL));
    }

    /// `/unlabeledLoad`: items without a label.
    pub(super) fn unlabeled_load(&self, object: &mut Object<'_, '_>) {
        object.class("jenkins.model.UnlabeledLoadStatistics");
        self.series(object, Share::Unlabeled, &SERIES);
    }

    /// `loadStatistics` of the label of this name.
    pub(super) fn label_load(&self, object: &mut Object<'_, '_>, name: &str) {
        object.class("hudson.model.Label$1");
        self.series(object, Share::Label(name), &SERIES);
    }

    fn series<'s>(
        &self,
        object: &mut Object<'_, '_>,
        share: Share<'_>,
        series: impl IntoIterator<Item = &'s (&'s str, Series)>,
    ) {
        // Most answers show no number of them.
        let kept = LazyCell::new(|| {
            self.jenkins.next_tick().inspect(|&at| self.moment.changes_at(at));
            self.jenkins.load_statistics(share)
        });
        for (name, series) in series {
            object.object(1, name, |stages| {
                for (name, stage) in STAGES {
                    stages.object(1, name, |values| {
                        let history = || stage(series(&kept)).history().collect();
                        values.put(1, "history", || Plain::Floats(history()));
                        values.put(1, "latest", || Plain::Float(stage(series(&kept)).latest()));
                    });
                }
            });
        }
    }
}
