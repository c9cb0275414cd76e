//! Exponential moving averages and their histories, as Jenkins keeps them of its load.
//!
//! Of each number Jenkins keeps three averages, which take it in every 10 s, every minute and every hour, and of each
//! average what it was before (`hudson.model.TimeSeries`, `MultiStageTimeSeries`; Jenkins' source of 2026). The arithmetic
//! is Java's of 32 bits, so that a history has the digits of the recorded one.

use std::collections::VecDeque;

/// What an average keeps of itself at a step (`LoadStatistics.DECAY`).
const DECAY: f32 = 0.9;
/// How many steps of 10 s make an hour.
pub(crate) const STEPS_PER_HOUR: u32 = 360;
/// How many steps of 10 s make a minute.
const STEPS_PER_MINUTE: u32 = 6;

/// How many values are kept every 10 s: those of 6 hours.
const SEC10_MAX: usize = 2_160;
/// How many values are kept every minute: those of 2 days.
const MIN_MAX: usize = 2_880;
/// How many values are kept every hour: those of 56 days.
const HOUR_MAX: usize = 1_344;

/// One average with its history (`TimeSeries`), which begins with 0.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TimeSeries {
    /// How many zeros it began with. Most averages never are anything else, and need no memory.
    zeros: usize,
    /// What it was from then on, the latest at the end.
    values: VecDeque<f32>,
    /// How many values are kept, zeros among them.
    max: usize,
}

impl TimeSeries {
    /// An average of which so many values will be kept.
    pub(crate) fn new(max: usize) -> Self {
        Self { zeros: 1, values: VecDeque::new(), max }
    }

    /// The average.
    pub(crate) fn latest(&self) -> f32 {
        self.values.back().copied().unwrap_or(0.0)
    }

    /// What it is and was, the latest first.
    pub(crate) fn history(&self) -> impl Iterator<Item = f32> {
        self.values.iter().rev().copied().chain(std::iter::repeat_n(0.0, self.zeros))
    }

    /// Takes a number in.
    pub(crate) fn update(&mut self, value: u32) {
        let next = self.latest() * DECAY + float(value) * (1.0 - DECAY);
        if self.values.is_empty() && next == 0.0 {
            self.zeros += 1;
        } else {
            self.values.push_back(next);
        }
        if self.zeros + self.values.len() > self.max {
            if self.zeros > 0 {
                self.zeros -= 1;
            } else {
                self.values.pop_front();
            }
        }
    }
}

/// The averages of one number (`MultiStageTimeSeries`).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MultiStageTimeSeries {
    pub(crate) sec10: TimeSeries,
    pub(crate) min: TimeSeries,
    pub(crate) hour: TimeSeries,
}

impl Default for MultiStageTimeSeries {
    fn default() -> Self {
        Self {
            sec10: TimeSeries::new(SEC10_MAX),
            min: TimeSeries::new(MIN_MAX),
            hour: TimeSeries::new(HOUR_MAX),
        }
    }
}

impl MultiStageTimeSeries {
    /// Takes a number in at a step, which is the `step`th of its hour, the last one 0.
    pub(crate) fn update(&mut self, step: u32, value: u32) {
        self.sec10.update(value);
        if step.is_multiple_of(STEPS_PER_MINUTE) {
            self.min.update(value);
        }
        if step == 0 {
            self.hour.update(value);
        }
    }
}

/// Beyond 65,535 executors or items the decisions are the same.
pub(crate) fn float(count: u32) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `definedExecutors` of the label `docker` in recording b025: nine ticks with three executors, two with one.
    #[test]
    fn a_history_has_the_digits_of_the_recorded_one() {
        let mut series = MultiStageTimeSeries::default();
        for (step, executors) in (1..).zip([3, 3, 3, 3, 3, 3, 3, 3, 3, 1, 1]) {
            series.update(step, executors);
        }
        let want = "[1.6785685, 1.753965, 1.8377389, 1.7085987, 1.5651096, 1.4056773, 1.2285303, 1.0317003, 0.8130002, \
                    0.5700002, 0.30000007, 0.0]";
        assert_eq!(format!("{:?}", series.sec10.history().collect::<Vec<_>>()), want);
        assert_eq!(series.min.history().collect::<Vec<_>>(), [0.300_000_07, 0.0]);
        assert_eq!(series.hour.history().collect::<Vec<_>>(), [0.0]);
    }

    #[test]
    fn no_history_is_longer_than_jenkins_keeps_it() {
        let mut series = TimeSeries::new(4);
        // (taken in, how long the history is, how many zeros end it)
        for (value, length, zeros) in
            [(0, 2, 2), (0, 3, 3), (1, 4, 3), (0, 4, 2), (0, 4, 1), (0, 4, 0), (0, 4, 0)]
        {
            series.update(value);
            let history: Vec<f32> = series.history().collect();
            assert_eq!(history.len(), length, "{history:?}");
            assert_eq!(history.iter().filter(|&&average| average == 0.0).count(), zeros, "{history:?}");
        }
    }
}
