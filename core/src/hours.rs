//! Hours of the week in which a template is open: nothing is launched from it outside of them.
//!
//! Hours are what clocks on the wall show in a time zone: a template is open at an instant if the day and the time that they
//! show then lie within one of its spans. So the clock that is put forward in spring may skip an opening, and the hour that
//! comes twice in autumn counts both times.
//!
//! Zones are those of the database that is compiled in, never of the machine: the same instant is open everywhere. It is the
//! one place in which the core asks a library; what time it is, it is told.

use crate::time::{Millis, Timestamp};
use jiff::{
    ToSpan,
    civil::{Date, DateTime},
    tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase},
};
use std::{fmt, str::FromStr, sync::Arc};
use thiserror::Error;

/// How far ahead a change is looked for. Two weeks and a day: even hours of one day in the week that a zone skips are back.
const HORIZON_DAYS: i64 = 15;
/// The minutes of a day.
const DAY: u16 = 24 * 60;

/// When a template is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveHours {
    zone: Zone,
    spans: Arc<[WeekSpan]>,
}

/// A time zone of the IANA database that is compiled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

/// A span of hours on some days of the week: `Mon-Fri 07:00-19:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WeekSpan {
    days: Days,
    /// Minutes from midnight.
    from: u16,
    /// Minutes from midnight; not after `from` where the span ends on the next day.
    until: u16,
}

/// Days of the week, a bit for each, Monday's the lowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Days(u8);

/// The days, as spans spell them.
pub const DAY_NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Why a text is no span of hours.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WeekSpanError {
    /// It is not days, a blank, and two times.
    #[error("expected days and hours such as `Mon-Fri 07:00-19:00`")]
    Form,
    /// It has something else where a day should be.
    #[error("`{word}` is no day; days are {}", DAY_NAMES.join(", "))]
    Day {
        /// What stands there.
        word: Arc<str>,
    },
    /// It has something else where a time should be.
    #[error("`{word}` is no time from 00:00 to 24:00")]
    Time {
        /// What stands there.
        word: Arc<str>,
    },
    /// It ends where it begins.
    #[error("it ends when it begins; a whole day is `00:00-24:00`")]
    Empty,
}

impl Zone {
    /// The zone of this name, `Europe/Berlin`, in any case.
    pub fn named(name: &str) -> Option<Self> {
        let zone = TimeZoneDatabase::bundled().get(name).ok()?;
        (!zone.is_unknown() && zone.iana_name().is_some()).then_some(Self(zone))
    }

    /// The names of all zones, in their order.
    pub fn names() -> Vec<String> {
        TimeZoneDatabase::bundled().available().map(|name| name.to_string()).collect()
    }

    /// An instant as clocks show it there, with the day and the zone: `Mon 2026-03-30 07:00 Europe/Berlin`.
    pub fn shown(&self, at: Timestamp) -> String {
        let shown = self.0.to_datetime(instant(at));
        let (day, date) = (DAY_NAMES[weekday(shown)], shown.date());
        format!("{day} {date} {:02}:{:02} {}", shown.hour(), shown.minute(), self.name())
    }

    /// Its name, as the database spells it.
    pub fn name(&self) -> &str {
        self.0.iana_name().expect("every zone was found by its name")
    }
}

impl Days {
    const ALL: Self = Self(0b111_1111);

    fn has(self, day: usize) -> bool {
        self.0 >> (day % 7) & 1 == 1
    }

    /// Reads `Mon-Fri,Sun`; a range may go round the week's end.
    fn parse(text: &str) -> Result<Self, WeekSpanError> {
        let mut days = Self(0);
        for range in text.split(',') {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            let (first, last) = (day(first)?, day(last)?);
            let count = (last + 7 - first) % 7;
            for ahead in 0..=count {
                days.0 |= 1 << ((first + ahead) % 7);
            }
        }
        Ok(days)
    }
}

fn day(word: &str) -> Result<usize, WeekSpanError> {
    let word = word.trim();
    let found = DAY_NAMES.iter().position(|name| name.eq_ignore_ascii_case(word));
    found.ok_or_else(|| WeekSpanError::Day { word: word.into() })
}

/// Minutes from midnight of `HH:MM`.
fn time(word: &str) -> Result<u16, WeekSpanError> {
    let word = word.trim();
    let two_digits = |text: &str| -> Option<u16> {
        let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse().ok())?
    };
    let read = || {
        let (hours, minutes) = word.split_once(':')?;
        let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
        let total = hours * 60 + minutes;
        (minutes < 60 && total <= DAY).then_some(total)
    };
    read().ok_or_else(|| WeekSpanError::Time { word: word.into() })
}

impl FromStr for WeekSpan {
    type Err = WeekSpanError;

    /// Reads `Mon-Fri,Sun 07:00-19:00`, or hours alone, which are those of every day. Hours that end before they begin end on
    /// the next day.
    fn from_str(text: &str) -> Result<Self, WeekSpanError> {
        let text = text.trim();
        let (days, hours) = match text.rsplit_once(char::is_whitespace) {
            Some((days, hours)) => (Days::parse(days.trim_end())?, hours),
            None if text.contains(':') => (Days::ALL, text),
            None => return Err(WeekSpanError::Form),
        };
        let (from, until) = hours.split_once('-').ok_or(WeekSpanError::Form)?;
        let (from, until) = (time(from)?, time(until)?);
        if from == until || from == DAY {
            return Err(WeekSpanError::Empty);
        }
        Ok(Self { days, from, until })
    }
}

impl fmt::Display for WeekSpan {
    /// As it is read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before = "";
        let mut day = 0;
        while day < 7 {
            if !self.days.has(day) {
                day += 1;
                continue;
            }
            let mut last = day;
            while last < 6 && self.days.has(last + 1) {
                last += 1;
            }
            write!(f, "{before}{}", DAY_NAMES[day])?;
            if last > day {
                write!(f, "-{}", DAY_NAMES[last])?;
            }
            (before, day) = (",", last + 1);
        }
        let (from, until) = (self.from, self.until);
        write!(f, " {:02}:{:02}-{:02}:{:02}", from / 60, from % 60, until / 60, until % 60)
    }
}

impl WeekSpan {
    /// Whether it holds this minute of this day, both counted from 0.
    fn holds(self, day: usize, minute: u16) -> bool {
        if self.from < self.until {
            return self.days.has(day) && (self.from..self.until).contains(&minute);
        }
        (self.days.has(day) && minute >= self.from) || (self.days.has(day + 6) && minute < self.until)
    }
}

impl ActiveHours {
    /// The longest that they are looked ahead, which is longer than they are over at a time.
    pub const SHUT_MAX: Millis = Millis::from_hours(24 * HORIZON_DAYS.unsigned_abs());

    /// Hours in a zone; `None` where there would be none.
    pub fn new(zone: Zone, spans: impl IntoIterator<Item = WeekSpan>) -> Option<Self> {
        let spans: Arc<[WeekSpan]> = spans.into_iter().collect();
        (!spans.is_empty()).then_some(Self { zone, spans })
    }

    /// Whose hours they are.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The spans, in their order.
    pub fn spans(&self) -> &[WeekSpan] {
        &self.spans
    }

    /// Whether a template with these hours is open at an instant.
    pub fn are_open(&self, at: Timestamp) -> bool {
        let shown = self.zone.0.to_datetime(instant(at));
        let day = weekday(shown);
        let hour = u16::try_from(shown.hour()).expect("hours count from 0");
        let minute = hour * 60 + u16::try_from(shown.minute()).expect("minutes count from 0");
        self.spans.iter().any(|span| span.holds(day, minute))
    }

    /// When that changes after `at`; the end of a fortnight and a day, to be asked again then, where it does not before.
    pub fn next_change(&self, at: Timestamp) -> Timestamp {
        let open = self.are_open(at);
        let end = at.saturating_add(Self::SHUT_MAX);
        let mut candidates = self.candidates(at, end);
        candidates.sort_unstable();
        let changes = |candidate: &Timestamp| *candidate > at && self.are_open(*candidate) != open;
        candidates.into_iter().find(changes).unwrap_or(end).min(end)
    }

    /// Every instant at which clocks reach the begin or the end of a span, or are put forward or back: only then can anything
    /// change.
    fn candidates(&self, at: Timestamp, end: Timestamp) -> Vec<Timestamp> {
        let zone = &self.zone.0;
        let (first, last) = (instant(at), instant(end));
        let turns = zone.following(first).map(|turn| turn.timestamp()).take_while(|turn| *turn <= last);
        let mut found: Vec<Timestamp> = turns.map(timestamp).collect();
        let today = zone.to_datetime(first).date();
        let dates = (0..=HORIZON_DAYS + 1).filter_map(|ahead| today.checked_add(ahead.days()).ok());
        let minutes = || self.spans.iter().flat_map(|span| [span.from, span.until]);
        for date in dates {
            found.extend(minutes().flat_map(|minute| reached(zone, date, minute)));
        }
        found
    }
}

/// The day of the week, Monday's being 0.
fn weekday(shown: DateTime) -> usize {
    usize::try_from(shown.weekday().to_monday_zero_offset()).expect("days count from 0")
}

/// When clocks in a zone show a minute of a date: in autumn twice, and in spring perhaps never, where what is near does no
/// harm.
fn reached(zone: &TimeZone, date: Date, minute: u16) -> impl Iterator<Item = Timestamp> + use<> {
    let shown = date.at(0, 0, 0, 0).checked_add(i64::from(minute).minutes()).ok();
    let offsets = shown.map(|shown| {
        let offsets = match zone.to_ambiguous_timestamp(shown).offset() {
            AmbiguousOffset::Unambiguous { offset } => [Some(offset), None],
            AmbiguousOffset::Gap { before, after } | AmbiguousOffset::Fold { before, after } => {
                [Some(before), Some(after)]
            }
        };
        (shown, offsets)
    });
    let instants = offsets.into_iter().flat_map(|(shown, offsets)| {
        offsets.into_iter().flatten().filter_map(move |offset| offset.to_timestamp(shown).ok())
    });
    instants.map(timestamp)
}

/// A point in time as the library has it, as far as it knows that time.
fn instant(at: Timestamp) -> jiff::Timestamp {
    let nearest = if at < Timestamp::EPOCH { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
    jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or(nearest)
}

fn timestamp(at: jiff::Timestamp) -> Timestamp {
    Timestamp::from_millis(at.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hours(zone: &str, spans: &[&str]) -> ActiveHours {
        let spans = spans.iter().map(|span| span.parse().unwrap());
        ActiveHours::new(Zone::named(zone).unwrap(), spans).unwrap()
    }

    /// An instant in UTC.
    fn at(text: &str) -> Timestamp {
        timestamp(text.parse().unwrap())
    }

    #[test]
    fn a_span_is_read_and_shown_or_refused_with_the_reason() {
        let table = [
            ("Mon-Fri 07:00-19:00", "Mon-Fri 07:00-19:00"),
            ("Sat,Sun  09:30-13:00", "Sat-Sun 09:30-13:00"),
            ("Mon, Wed,Fri 00:00-24:00", "Mon,Wed,Fri 00:00-24:00"),
            ("fri-MON 22:00-06:00", "Mon,Fri-Sun 22:00-06:00"),
            ("07:00-19:00", "Mon-Sun 07:00-19:00"),
            (" Sun 23:00-00:00 ", "Sun 23:00-00:00"),
        ];
        for (text, shown) in table {
            let span: WeekSpan = text.parse().unwrap();
            assert_eq!(span.to_string(), shown, "{text}");
            assert_eq!(shown.parse(), Ok(span), "{text}");
        }
        let day = |word: &str| WeekSpanError::Day { word: word.into() };
        let time = |word: &str| WeekSpanError::Time { word: word.into() };
        let table = [
            ("", WeekSpanError::Form),
            ("Mon-Fri", WeekSpanError::Form),
            ("Mon-Fri 07:00", WeekSpanError::Form),
            ("Monday 07:00-19:00", day("Monday")),
            ("Mon-Fry 07:00-19:00", day("Fry")),
            ("Mon,, 07:00-19:00", day("")),
            ("Mon 7:00-19:00", time("7:00")),
            ("Mon 07:00-25:00", time("25:00")),
            ("Mon 07:60-19:00", time("07:60")),
            ("Mon 07:00-24:01", time("24:01")),
            ("Mon +7:00-19:00", time("+7:00")),
            ("Mon 07:00-07:00", WeekSpanError::Empty),
            ("Mon 24:00-07:00", WeekSpanError::Empty),
        ];
        for (text, error) in table {
            assert_eq!(text.parse::<WeekSpan>(), Err(error), "{text}");
        }
    }

    #[test]
    fn a_zone_is_known_by_its_name() {
        let table = [
            ("Europe/Berlin", Some("Europe/Berlin")),
            ("europe/berlin", Some("Europe/Berlin")),
            ("UTC", Some("UTC")),
            ("Europe/Belin", None),
            ("", None),
            ("Etc/Unknown", None),
        ];
        for (name, known) in table {
            let zone = Zone::named(name);
            assert_eq!(zone.as_ref().map(Zone::name), known, "{name}");
        }
        let berlin = Zone::named("Europe/Berlin").unwrap();
        assert_eq!(berlin.shown(at("2026-03-30T05:00:00Z")), "Mon 2026-03-30 07:00 Europe/Berlin");
        assert!(Zone::names().iter().any(|name| name == "America/New_York"));
    }

    /// 2026: Berlin goes to summer time on 29 March at 01:00Z and back on 25 October at 01:00Z; New York on 8 March at 07:00Z
    /// and back on 1 November at 06:00Z. Lord Howe moves by half an hour.
    #[test]
    fn hours_are_those_that_clocks_show() {
        const BERLIN: &str = "Europe/Berlin";
        const NEW_YORK: &str = "America/New_York";
        // (zone, spans, asked at, open, next change)
        let table: [(&str, &[&str], &str, bool, &str); 21] = [
            // A week's day, its night, and the weekend.
            (BERLIN, &["Mon-Fri 07:00-19:00"], "2026-01-14T12:00:00Z", true, "2026-01-14T18:00:00Z"),
            (BERLIN, &["Mon-Fri 07:00-19:00"], "2026-01-14T18:00:00Z", false, "2026-01-15T06:00:00Z"),
            (BERLIN, &["Mon-Fri 07:00-19:00"], "2026-01-16T18:00:00Z", false, "2026-01-19T06:00:00Z"),
            // The last millisecond is inside, the end is not.
            (BERLIN, &["Mon-Fri 07:00-19:00"], "2026-01-14T17:59:59.999Z", true, "2026-01-14T18:00:00Z"),
            (BERLIN, &["Mon-Fri 07:00-19:00"], "2026-01-15T06:00:00Z", true, "2026-01-15T18:00:00Z"),
            // Summer time moves the opening of the next Monday by an hour, in both zones and both ways.
            (BERLIN, &["Mon-Fri 07:00-19:00"], "2026-03-27T18:00:00Z", false, "2026-03-30T05:00:00Z"),
            (BERLIN, &["Mon-Fri 07:00-19:00"], "2026-10-23T17:00:00Z", false, "2026-10-26T06:00:00Z"),
            (NEW_YORK, &["Mon-Fri 07:00-19:00"], "2026-03-07T00:00:00Z", false, "2026-03-09T11:00:00Z"),
            (NEW_YORK, &["Mon-Fri 07:00-19:00"], "2026-10-30T23:00:00Z", false, "2026-11-02T12:00:00Z"),
            // 02:00 to 03:00 is skipped in spring: what opens in it opens when it would have, an hour later by the clock.
            (BERLIN, &["Sun 02:30-05:00"], "2026-03-29T00:00:00Z", false, "2026-03-29T01:00:00Z"),
            (NEW_YORK, &["Sun 02:30-05:00"], "2026-03-08T06:00:00Z", false, "2026-03-08T07:00:00Z"),
            // What lies in it as a whole does not open that week.
            (BERLIN, &["Sun 02:15-02:45"], "2026-03-22T02:00:00Z", false, "2026-04-05T00:15:00Z"),
            // What ends in it ends when clocks leap over its end.
            (BERLIN, &["Sun 00:00-02:30"], "2026-03-29T00:30:00Z", true, "2026-03-29T01:00:00Z"),
            // 02:00 to 03:00 comes twice in autumn, and counts both times.
            (BERLIN, &["Sun 02:15-02:45"], "2026-10-25T00:00:00Z", false, "2026-10-25T00:15:00Z"),
            (BERLIN, &["Sun 02:15-02:45"], "2026-10-25T00:45:00Z", false, "2026-10-25T01:15:00Z"),
            (BERLIN, &["Sun 01:00-02:30"], "2026-10-25T00:30:00Z", false, "2026-10-25T01:00:00Z"),
            (NEW_YORK, &["Sun 01:15-01:45"], "2026-11-01T05:45:00Z", false, "2026-11-01T06:15:00Z"),
            (
                "Australia/Lord_Howe",
                &["Sun 01:40-01:50"],
                "2026-04-04T14:50:00Z",
                false,
                "2026-04-04T15:10:00Z",
            ),
            // Over midnight, into a day that is not named, and without a gap between two spans.
            (BERLIN, &["Fri 22:00-06:00"], "2026-01-16T23:30:00Z", true, "2026-01-17T05:00:00Z"),
            (
                "UTC",
                &["Sat 09:00-13:00", "Sat 13:00-15:00"],
                "2026-01-17T10:00:00Z",
                true,
                "2026-01-17T15:00:00Z",
            ),
            // What never closes is looked at again.
            ("UTC", &["00:00-24:00"], "2026-01-01T00:00:00Z", true, "2026-01-16T00:00:00Z"),
        ];
        for (zone, spans, now, open, next) in table {
            let hours = hours(zone, spans);
            assert_eq!(hours.are_open(at(now)), open, "{zone} {spans:?} {now}");
            assert_eq!(hours.next_change(at(now)), at(next), "{zone} {spans:?} {now}");
        }
    }

    /// A Friday that Samoa left out, and the ends of what the library can say.
    #[test]
    fn a_day_that_a_zone_left_out_and_the_ends_of_time_do_no_harm() {
        let friday = hours("Pacific/Apia", &["Fri 09:00-17:00"]);
        assert_eq!(friday.next_change(at("2011-12-24T03:00:00Z")), at("2012-01-05T19:00:00Z"));
        for end in [Timestamp::MAX, Timestamp::from_millis(i64::MIN)] {
            assert!(friday.next_change(end) >= end);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// Nothing changes before the next change, minute by minute, and it does then.
        #[test]
        fn the_next_change_is_the_first(
            zone in prop::sample::select(vec!["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
            (day, from, long) in (0_usize..7, 0_u16..24 * 4, 1_u16..24 * 4),
            // Around the turns of 2026.
            hour in prop::sample::select(vec![1608_i64, 2112, 7152, 7320, 2300, 6600]),
            shift in 0_i64..96,
        ) {
            let until = (from + long) % (24 * 4);
            let clock = |quarter: u16| format!("{:02}:{:02}", quarter / 4, quarter % 4 * 15);
            let span = format!("{} {}-{}", DAY_NAMES[day], clock(from), clock(until));
            let hours = hours(zone, &[&span]);
            let start = at("2026-01-01T00:00:00Z") + Millis::from_hours((hour + shift).unsigned_abs());
            let open = hours.are_open(start);
            let next = hours.next_change(start);
            let mut minute = start;
            while minute < next {
                prop_assert_eq!(hours.are_open(minute), open, "{} {} {}", zone, span, minute);
                minute = minute + Millis::from_mins(1);
            }
            prop_assert_eq!(hours.are_open(next), !open, "{} {} {}", zone, span, next);
        }
    }
}
