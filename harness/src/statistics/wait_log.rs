//! The waits of a run: overall, per label, per day and per week.
//!
//! Waits are held in the order of the builds, four bytes each, with four more for the label. A day is then a range
//! and needs no samples of its own; labels are told apart when they are reported.

use super::{
    Calendar, Distribution, EXACT_MAX, LatencyHistogram, Percentile, Window,
    distribution::{Sample, at_rank},
};
use crate::workload::{LabelIndex, Start};
use footman_core::{Millis, Timestamp};
use std::ops::Range;

/// The waits of the builds of one run.
#[derive(Debug, Clone)]
pub struct WaitLog {
    calendar: Calendar,
    recorded: u64,
    held: Held,
}

/// How long the builds of a day or a week waited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WindowWaits {
    /// The day or week in which they were submitted.
    pub window: Window,
    /// What is reported of their waits.
    pub waits: Distribution,
    /// Their wait at the percentile that was asked for.
    pub at_percentile: Millis,
}

#[derive(Debug, Clone)]
enum Held {
    Exact(Exact),
    Counted(Box<Counted>),
}

/// Every wait, at the place of its build.
#[derive(Debug, Clone, Default)]
struct Exact {
    waits: Waits,
    /// The label of each build.
    labels: Vec<u32>,
    /// The first build of each day that was recorded, or none.
    first_of_day: Vec<Option<usize>>,
}

#[derive(Debug, Clone)]
enum Waits {
    Narrow(Vec<u32>),
    Wide(Vec<u64>),
}

impl Default for Waits {
    fn default() -> Self {
        Self::Narrow(Vec::new())
    }
}

/// Histograms, where there are too many builds to hold every wait.
#[derive(Debug, Clone, Default)]
struct Counted {
    overall: LatencyHistogram,
    labels: Vec<LatencyHistogram>,
    days: Vec<LatencyHistogram>,
}

impl WaitLog {
    /// An empty log of a workload that starts at `start`, where that is known.
    pub fn new(start: Option<Start>) -> Self {
        Self { calendar: Calendar::new(start), recorded: 0, held: Held::Exact(Exact::default()) }
    }

    /// Notes that the build numbered `index`, submitted at `submit` for `label`, waited for `wait`.
    ///
    /// Builds may be recorded in any order, each once.
    pub fn record(&mut self, index: u64, label: LabelIndex, submit: Timestamp, wait: Millis) {
        self.recorded += 1;
        let day = self.calendar.day(submit);
        if index >= EXACT_MAX && matches!(self.held, Held::Exact(_)) {
            self.count_instead();
        }
        match &mut self.held {
            Held::Exact(exact) => {
                let place = usize::try_from(index).expect("the index is below the limit of exact samples");
                exact.record(place, label, day, wait.as_millis());
            }
            Held::Counted(counted) => counted.record(label.index(), day, wait.as_millis()),
        }
    }

    /// The number of builds recorded.
    pub fn count(&self) -> u64 {
        self.recorded
    }

    /// What is reported of all waits.
    pub fn overall(&self) -> Distribution {
        match &self.held {
            Held::Exact(exact) => exact.distribution(0..exact.labels.len(), Percentile::P50).0,
            Held::Counted(counted) => Distribution::of_histogram(&counted.overall),
        }
    }

    /// The wait of the nearest rank over all builds; zero where there are none.
    pub fn percentile(&self, percentile: Percentile) -> Millis {
        match &self.held {
            Held::Exact(exact) => exact.percentile(0..exact.labels.len(), percentile),
            Held::Counted(counted) => Millis::new(counted.overall.percentile(percentile)),
        }
    }

    /// What is reported of each label that occurs, with its wait at `percentile`.
    pub fn by_label(&self, percentile: Percentile) -> Vec<(LabelIndex, Distribution, Millis)> {
        match &self.held {
            Held::Exact(exact) => exact.by_label(percentile),
            Held::Counted(counted) => (0..)
                .zip(&counted.labels)
                .filter(|(_, histogram)| histogram.count() > 0)
                .map(|(label, histogram)| {
                    let at_percentile = Millis::new(histogram.percentile(percentile));
                    (LabelIndex(label), Distribution::of_histogram(histogram), at_percentile)
                })
                .collect(),
        }
    }

    /// The days in which builds were submitted, each with its wait at `percentile`.
    pub fn by_day(&self, percentile: Percentile) -> Vec<WindowWaits> {
        self.by_window(percentile, |day| day, |day| self.calendar.day_window(day))
    }

    /// The weeks in which builds were submitted, each with its wait at `percentile`.
    pub fn by_week(&self, percentile: Percentile) -> Vec<WindowWaits> {
        self.by_window(percentile, |day| self.calendar.week_of(day), |week| self.calendar.week_window(week))
    }

    fn by_window(
        &self,
        percentile: Percentile,
        window_of: impl Fn(usize) -> usize,
        named: impl Fn(usize) -> Window,
    ) -> Vec<WindowWaits> {
        let found: Vec<(usize, Distribution, Millis)> = match &self.held {
            Held::Exact(exact) => exact
                .ranges(window_of)
                .into_iter()
                .map(|(window, range)| {
                    let (waits, at_percentile) = exact.distribution(range, percentile);
                    (window, waits, at_percentile)
                })
                .collect(),
            Held::Counted(counted) => counted.by_window(percentile, window_of),
        };
        let named =
            |(window, waits, at_percentile)| WindowWaits { window: named(window), waits, at_percentile };
        found.into_iter().map(named).collect()
    }

    fn count_instead(&mut self) {
        let Held::Exact(exact) = &self.held else { return };
        let mut counted = Counted::default();
        for (day, range) in exact.ranges(|day| day) {
            for place in range {
                if let Some(wait) = exact.wait(place) {
                    counted.record(LabelIndex(exact.labels[place]).index(), day, wait);
                }
            }
        }
        self.held = Held::Counted(Box::new(counted));
    }
}

impl Exact {
    /// What stands at the place of a build that was not recorded.
    const MISSING: u32 = u32::MAX;
    const MISSING_WIDE: u64 = u64::MAX;

    fn record(&mut self, place: usize, label: LabelIndex, day: usize, wait_ms: u64) {
        if place >= self.labels.len() {
            self.labels.resize(place + 1, 0);
            match &mut self.waits {
                Waits::Narrow(waits) => waits.resize(place + 1, Self::MISSING),
                Waits::Wide(waits) => waits.resize(place + 1, Self::MISSING_WIDE),
            }
        }
        if day >= self.first_of_day.len() {
            self.first_of_day.resize(day + 1, None);
        }
        let first = &mut self.first_of_day[day];
        *first = Some(first.map_or(place, |first| first.min(place)));
        self.labels[place] = label.0;
        match (&mut self.waits, u32::try_from(wait_ms)) {
            (Waits::Narrow(waits), Ok(wait)) if wait != Self::MISSING => waits[place] = wait,
            (Waits::Narrow(_), _) => {
                self.widen();
                self.record(place, label, day, wait_ms);
            }
            // The last millisecond that can be said is half a billion years away.
            (Waits::Wide(waits), _) => waits[place] = wait_ms.min(Self::MISSING_WIDE - 1),
        }
    }

    fn widen(&mut self) {
        if let Waits::Narrow(waits) = &self.waits {
            let wide =
                |wait: &u32| if *wait == Self::MISSING { Self::MISSING_WIDE } else { u64::from(*wait) };
            self.waits = Waits::Wide(waits.iter().map(wide).collect());
        }
    }

    fn wait(&self, place: usize) -> Option<u64> {
        match &self.waits {
            Waits::Narrow(waits) => Some(waits[place]).filter(|wait| *wait != Self::MISSING).map(u64::from),
            Waits::Wide(waits) => Some(waits[place]).filter(|wait| *wait != Self::MISSING_WIDE),
        }
    }

    fn distribution(&self, range: Range<usize>, percentile: Percentile) -> (Distribution, Millis) {
        match &self.waits {
            Waits::Narrow(waits) => reported(&mut present(&waits[range], Self::MISSING), percentile),
            Waits::Wide(waits) => reported(&mut present(&waits[range], Self::MISSING_WIDE), percentile),
        }
    }

    fn percentile(&self, range: Range<usize>, percentile: Percentile) -> Millis {
        match &self.waits {
            Waits::Narrow(waits) => at_rank(&mut present(&waits[range], Self::MISSING), percentile),
            Waits::Wide(waits) => at_rank(&mut present(&waits[range], Self::MISSING_WIDE), percentile),
        }
    }

    fn by_label(&self, percentile: Percentile) -> Vec<(LabelIndex, Distribution, Millis)> {
        match &self.waits {
            Waits::Narrow(waits) => by_label(waits, &self.labels, Self::MISSING, percentile),
            Waits::Wide(waits) => by_label(waits, &self.labels, Self::MISSING_WIDE, percentile),
        }
    }

    /// The windows in which builds were recorded, each with the range of its builds' places.
    fn ranges(&self, window_of: impl Fn(usize) -> usize) -> Vec<(usize, Range<usize>)> {
        let mut ranges: Vec<(usize, Range<usize>)> = Vec::new();
        for (day, first) in self.first_of_day.iter().enumerate() {
            let (Some(first), window) = (*first, window_of(day)) else { continue };
            match ranges.last_mut() {
                Some((last, _)) if *last == window => {}
                Some((_, before)) => {
                    before.end = first;
                    ranges.push((window, first..self.labels.len()));
                }
                None => ranges.push((window, first..self.labels.len())),
            }
        }
        ranges
    }
}

impl Counted {
    fn record(&mut self, label: usize, day: usize, wait_ms: u64) {
        let grow = |list: &mut Vec<LatencyHistogram>, place: usize| {
            if place >= list.len() {
                list.resize_with(place + 1, LatencyHistogram::new);
            }
        };
        grow(&mut self.labels, label);
        grow(&mut self.days, day);
        self.overall.record(wait_ms);
        self.labels[label].record(wait_ms);
        self.days[day].record(wait_ms);
    }

    fn by_window(
        &self,
        percentile: Percentile,
        window_of: impl Fn(usize) -> usize,
    ) -> Vec<(usize, Distribution, Millis)> {
        let mut windows: Vec<(usize, LatencyHistogram)> = Vec::new();
        for (day, histogram) in self.days.iter().enumerate().filter(|(_, histogram)| histogram.count() > 0) {
            match windows.last_mut() {
                Some((window, merged)) if *window == window_of(day) => merged.merge(histogram),
                _ => windows.push((window_of(day), histogram.clone())),
            }
        }
        let reported = |(window, histogram): &(usize, LatencyHistogram)| {
            let at_percentile = Millis::new(histogram.percentile(percentile));
            (*window, Distribution::of_histogram(histogram), at_percentile)
        };
        windows.iter().map(reported).collect()
    }
}

fn present<T: Sample>(waits: &[T], missing: T) -> Vec<T> {
    waits.iter().copied().filter(|wait| *wait != missing).collect()
}

fn reported<T: Sample>(waits: &mut [T], percentile: Percentile) -> (Distribution, Millis) {
    (Distribution::of_values(waits), at_rank(waits, percentile))
}

/// Sorts the waits by label, in one pass over places counted before, and reports each label's.
fn by_label<T: Sample>(
    waits: &[T],
    labels: &[u32],
    missing: T,
    percentile: Percentile,
) -> Vec<(LabelIndex, Distribution, Millis)> {
    let recorded = || waits.iter().copied().zip(labels).filter(|(wait, _)| *wait != missing);
    let mut ends: Vec<usize> = Vec::new();
    for (_, label) in recorded() {
        let label = LabelIndex(*label).index();
        if label >= ends.len() {
            ends.resize(label + 1, 0);
        }
        ends[label] += 1;
    }
    let mut next: Vec<usize> = Vec::with_capacity(ends.len());
    let mut total = 0;
    for end in &mut ends {
        next.push(total);
        total += *end;
        *end = total;
    }
    let starts = next.clone();
    let mut sorted = vec![missing; total];
    for (wait, label) in recorded() {
        let place = &mut next[LabelIndex(*label).index()];
        sorted[*place] = wait;
        *place += 1;
    }
    let mut found = Vec::new();
    for (label, (start, end)) in (0..).zip(starts.into_iter().zip(ends)) {
        if start < end {
            let (waits, at_percentile) = reported(&mut sorted[start..end], percentile);
            found.push((LabelIndex(label), waits, at_percentile));
        }
    }
    found
}
