//! What can be said of a workload before anything is simulated.

use super::{Build, Workload, WorkloadError};
use crate::statistics::{Dispersion, Distribution, Samples};
use footman_core::{Millis, Timestamp};
use std::sync::Arc;

/// A workload in figures, gathered while it is read.
#[derive(Debug, Clone)]
pub struct Summary {
    first: Option<Timestamp>,
    last: Timestamp,
    durations: Samples,
    by_label: Vec<Samples>,
    arrivals: Dispersion,
    /// The hour of the last build and the work submitted in it, in milliseconds.
    hour: (u64, u128),
    heaviest_hour: (u64, u128),
}

/// The builds of one label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelSummary {
    /// The label; empty where a build asks for none.
    pub label: Arc<str>,
    /// How long its builds take.
    pub durations: Distribution,
}

impl Summary {
    /// No builds yet.
    pub fn new() -> Self {
        Self {
            first: None,
            last: Timestamp::EPOCH,
            durations: Samples::new(),
            by_label: Vec::new(),
            arrivals: Dispersion::new(Dispersion::HOUR),
            hour: (0, 0),
            heaviest_hour: (0, 0),
        }
    }

    /// Reads all of `workload`.
    ///
    /// # Errors
    ///
    /// Fails where the workload does.
    pub fn of(workload: &mut dyn Workload) -> Result<Self, WorkloadError> {
        let mut summary = Self::new();
        while let Some(build) = workload.next_build() {
            summary.record(&build?);
        }
        Ok(summary)
    }

    /// Takes in a build; builds come in the order of their submission.
    pub fn record(&mut self, build: &Build) {
        self.first.get_or_insert(build.submit);
        self.last = build.submit;
        self.durations.record(build.duration);
        if build.label.index() >= self.by_label.len() {
            self.by_label.resize_with(build.label.index() + 1, Samples::new);
        }
        self.by_label[build.label.index()].record(build.duration);
        self.arrivals.record(build.submit);
        let hour = build.submit.since(Timestamp::EPOCH).as_millis() / Dispersion::HOUR.as_millis();
        if hour != self.hour.0 {
            self.hour = (hour, 0);
        }
        self.hour.1 += u128::from(build.duration.as_millis());
        if self.hour.1 > self.heaviest_hour.1 {
            self.heaviest_hour = self.hour;
        }
    }

    /// The number of builds.
    pub fn builds(&self) -> u64 {
        self.durations.len()
    }

    /// The time from the first submission to the last.
    pub fn span(&self) -> Millis {
        self.first.map_or(Millis::ZERO, |first| self.last.since(first))
    }

    /// When the last build is submitted.
    pub const fn last_submit(&self) -> Timestamp {
        self.last
    }

    /// How long the builds take.
    pub fn durations(&mut self) -> Distribution {
        self.durations.distribution()
    }

    /// The labels that occur, by the time that their builds take together, the most first.
    pub fn labels(&mut self, names: &[Arc<str>]) -> Vec<LabelSummary> {
        let mut labels: Vec<LabelSummary> = self
            .by_label
            .iter_mut()
            .zip(names)
            .filter(|(samples, _)| !samples.is_empty())
            .map(|(samples, name)| LabelSummary {
                label: Arc::clone(name),
                durations: samples.distribution(),
            })
            .collect();
        labels
            .sort_by(|a, b| b.durations.sum_ms.cmp(&a.durations.sum_ms).then_with(|| a.label.cmp(&b.label)));
        labels
    }

    /// The mean number of executors that the builds keep busy over the span; 0 where it has no length.
    pub fn offered_load(&mut self) -> f64 {
        let span_s = seconds(self.span());
        let durations = self.durations();
        if span_s > 0.0 { durations.mean_s() * float(durations.count) / span_s } else { 0.0 }
    }

    /// The index of dispersion of the submissions by hour.
    pub fn dispersion_by_hour(&self) -> f64 {
        self.arrivals.index()
    }

    /// When the hour with the most submissions begins, and how many it has.
    pub fn busiest_hour(&self) -> (Timestamp, u64) {
        self.arrivals.busiest()
    }

    /// When the hour begins in which the most work is submitted, and the executors that it would keep busy for an hour.
    pub fn heaviest_hour(&self) -> (Timestamp, f64) {
        let (hour, work_ms) = self.heaviest_hour;
        let work = Millis::new(u64::try_from(work_ms).unwrap_or(u64::MAX));
        (Timestamp::EPOCH + Dispersion::HOUR.saturating_mul(hour), seconds(work) / seconds(Dispersion::HOUR))
    }
}

impl Default for Summary {
    fn default() -> Self {
        Self::new()
    }
}

fn seconds(span: Millis) -> f64 {
    std::time::Duration::from_millis(span.as_millis()).as_secs_f64()
}

fn float(count: u64) -> f64 {
    std::time::Duration::from_secs(count).as_secs_f64()
}
