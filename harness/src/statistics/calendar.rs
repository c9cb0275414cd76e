//! The days and weeks of a workload, in its own time zone where it has one.

use crate::workload::Start;
use footman_core::{Millis, Timestamp};
use jiff::{Span, civil::Weekday};

/// A day in milliseconds, where no time zone makes it longer or shorter.
const DAY: Millis = Millis::from_hours(24);

/// The days of a workload, laid out as far as its builds reach.
///
/// With a [`Start`] the days are those of its calendar and zone, summer time included, and a week begins on Monday.
/// Without one, days and weeks count from the workload's zero.
#[derive(Debug, Clone)]
pub struct Calendar {
    start: Option<Start>,
    /// The ends of the days so far, as times of the workload; each day begins where the one before ends.
    ends: Vec<Timestamp>,
    /// The days that belong to the first week.
    first_week: usize,
}

/// A day or a week of a workload.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// Its place among the workload's days or weeks, counted from 0.
    pub number: usize,
    /// Its first day in the calendar, `2026-11-23`, or counted from 1, `day 24`, `week 4`.
    pub name: String,
}

impl Calendar {
    /// The calendar of a workload that starts at `start`, where that is known.
    pub fn new(start: Option<Start>) -> Self {
        let first_week = start.as_ref().and_then(|start| civil(start, 0)).map_or(7, |date| {
            usize::try_from(date.weekday().until(Weekday::Monday))
                .map_or(7, |days| if days == 0 { 7 } else { days })
        });
        Self { start, ends: Vec::new(), first_week }
    }

    /// The number of the day, counted from 0, in which `when` lies; what lies before the workload's zero is in day 0.
    pub fn day(&mut self, when: Timestamp) -> usize {
        while self.ends.last().is_none_or(|end| *end <= when) {
            let end = self.end_of(self.ends.len());
            self.ends.push(end);
        }
        // Nearly every question is about the last day.
        match self.ends.len().checked_sub(2).map(|before| self.ends[before]) {
            Some(begin) if when < begin => self.ends.partition_point(|end| *end <= when),
            _ => self.ends.len() - 1,
        }
    }

    /// The number of the week, counted from 0, to which the day `day` belongs.
    pub fn week_of(&self, day: usize) -> usize {
        if day < self.first_week { 0 } else { 1 + (day - self.first_week) / 7 }
    }

    /// The day `day` with its name.
    pub fn day_window(&self, day: usize) -> Window {
        Window { number: day, name: self.name(day, "day", day) }
    }

    /// The week `week` with its name.
    pub fn week_window(&self, week: usize) -> Window {
        let first_day = if week == 0 { 0 } else { self.first_week + 7 * (week - 1) };
        Window { number: week, name: self.name(first_day, "week", week) }
    }

    fn name(&self, first_day: usize, word: &str, number: usize) -> String {
        match self.start.as_ref().and_then(|start| civil(start, first_day)) {
            Some(date) => date.to_string(),
            None => format!("{word} {}", number + 1),
        }
    }

    fn end_of(&self, day: usize) -> Timestamp {
        let days = u64::try_from(day).map_or(u64::MAX, |day| day.saturating_add(1));
        let in_zone = self.start.as_ref().and_then(|start| {
            let midnight = civil(start, day + 1)?.to_zoned_datetime(start.zone.clone()).ok()?;
            let since = midnight.timestamp().as_millisecond().checked_sub(start.instant.as_millis())?;
            Some(Timestamp::from_millis(since))
        });
        in_zone.unwrap_or_else(|| Timestamp::EPOCH + DAY.saturating_mul(days))
    }
}

/// The date of the day `day` of a workload that starts at `start`, where a calendar can say it.
fn civil(start: &Start, day: usize) -> Option<jiff::civil::Date> {
    let instant = jiff::Timestamp::from_millisecond(start.instant.as_millis()).ok()?;
    let days = i64::try_from(day).ok()?;
    start.zone.to_datetime(instant).date().checked_add(Span::new().try_days(days).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    fn at_hour(hour: u64) -> Timestamp {
        Timestamp::EPOCH + Millis::from_hours(hour)
    }

    #[test]
    fn without_a_start_days_count_from_the_workloads_zero() {
        let mut calendar = Calendar::new(None);
        // (hour, day)
        for (hour, day) in [(0, 0), (23, 0), (24, 1), (5, 0), (24 * 400, 400), (30, 1), (24 * 400 + 23, 400)]
        {
            assert_eq!(calendar.day(at_hour(hour)), day, "hour {hour}");
        }
        assert_eq!([0, 6, 7, 13, 14].map(|day| calendar.week_of(day)), [0, 0, 1, 1, 2]);
        assert_eq!(calendar.day_window(3).name, "day 4");
        assert_eq!(calendar.week_window(1).name, "week 2");
    }

    #[test]
    fn with_a_start_days_are_those_of_its_zone_and_weeks_begin_on_monday() {
        let instant: jiff::Timestamp = "2026-03-27T12:00:00Z".parse().unwrap();
        let start = Start {
            instant: Timestamp::from_millis(instant.as_millisecond()),
            zone: TimeZone::get("Europe/Berlin").unwrap(),
        };
        let mut calendar = Calendar::new(Some(start));
        // It is Friday, 13:00, in Berlin; on Sunday, the 29th, the clocks go forward and the day has 23 hours.
        for (hour, day) in [(0, 0), (10, 0), (11, 1), (34, 1), (35, 2), (57, 2), (58, 3), (58 + 24, 4)] {
            assert_eq!(calendar.day(at_hour(hour)), day, "hour {hour}");
        }
        assert_eq!([0, 2, 3, 9, 10].map(|day| calendar.week_of(day)), [0, 0, 1, 1, 2]);
        assert_eq!(calendar.day_window(3).name, "2026-03-30");
        assert_eq!(calendar.week_window(0).name, "2026-03-27");
        assert_eq!(calendar.week_window(1).name, "2026-03-30");
    }
}
