//! The typed values: versions of the container agent, and moments.

use footman_core::time::Timestamp;
use smallvec::SmallVec;
use std::{fmt, str::FromStr};
use thiserror::Error;

/// A dotted version, such as `1.14.5`, compared number by number.
///
/// `1.9` is less than `1.10`, and `1.14` equals `1.14.0`: what is not there counts as 0. The guide shows one example and
/// says no more.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgentVersion {
    /// Without zeros at the end.
    numbers: SmallVec<[u32; 4]>,
}

impl AgentVersion {
    /// How many numbers a version may have.
    pub const NUMBERS_MAX: usize = 8;
}

/// The version of the agent that the simulated instances run; any recent one will do.
impl Default for AgentVersion {
    fn default() -> Self {
        Self { numbers: SmallVec::from_slice(&[1, 89, 1]) }
    }
}

/// A text that is no version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("no version such as 1.14.5")]
pub struct NoVersion;

impl FromStr for AgentVersion {
    type Err = NoVersion;

    fn from_str(text: &str) -> Result<Self, NoVersion> {
        let mut numbers = SmallVec::new();
        for part in text.split('.') {
            if numbers.len() == Self::NUMBERS_MAX {
                return Err(NoVersion);
            }
            numbers.push(digits(part).ok_or(NoVersion)?);
        }
        while numbers.last() == Some(&0) {
            numbers.pop();
        }
        Ok(Self { numbers })
    }
}

impl fmt::Display for AgentVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((first, rest)) = self.numbers.split_first() else { return f.write_str("0") };
        write!(f, "{first}")?;
        rest.iter().try_for_each(|number| write!(f, ".{number}"))
    }
}

/// A number of digits alone: no sign, no blank.
pub(super) fn digits(text: &str) -> Option<u32> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// A moment, to the second: what `registeredAt` is compared with.
///
/// The four forms are those of the guide: `2018-06-18T22:28:28+00:00`, `2018-06-18T22:28:28Z`, `2018-06-18T22:28:28`
/// and `2018-06-18`. Without a zone it is UTC, and a date is its midnight; the guide says neither. An instance's moment
/// of registration is cut to the second, so that `==` can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Second {
    /// Since the epoch.
    seconds: i64,
}

/// A text that is none of the four forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("no date such as 2018-06-18 or 2018-06-18T22:28:28Z")]
pub struct NoDate;

const DAY: i64 = 86_400;
/// The days of 400 years, after which the calendar repeats.
const ERA_DAYS: i64 = 146_097;
/// From the first of March of the year 0 to the epoch.
const EPOCH_DAY: i64 = 719_468;
/// The largest distance from UTC (`java.time.ZoneOffset`).
const OFFSET_MAX: i64 = 18 * 3600;

impl From<Timestamp> for Second {
    fn from(at: Timestamp) -> Self {
        Self { seconds: at.as_millis().div_euclid(1000) }
    }
}

impl FromStr for Second {
    type Err = NoDate;

    fn from_str(text: &str) -> Result<Self, NoDate> {
        let (date, rest) = text.split_at_checked(10).ok_or(NoDate)?;
        let midnight = day_of(date).ok_or(NoDate)? * DAY;
        let seconds = match rest.split_at_checked(9) {
            None if rest.is_empty() => midnight,
            None => return Err(NoDate),
            Some((time, zone)) => {
                let of_day = time_of_day(time).ok_or(NoDate)?;
                midnight + of_day - offset(zone).ok_or(NoDate)?
            }
        };
        let years = day_number(0, 1, 1) * DAY..day_number(10_000, 1, 1) * DAY;
        if years.contains(&seconds) { Ok(Self { seconds }) } else { Err(NoDate) }
    }
}

impl fmt::Display for Second {
    /// `2018-06-18` where it is midnight, else `2018-06-18T22:28:28Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil(self.seconds.div_euclid(DAY));
        write!(f, "{year:04}-{month:02}-{day:02}")?;
        let of_day = self.seconds.rem_euclid(DAY);
        if of_day == 0 {
            return Ok(());
        }
        write!(f, "T{:02}:{:02}:{:02}Z", of_day / 3600, of_day / 60 % 60, of_day % 60)
    }
}

/// `YYYY-MM-DD`, as days since the epoch.
fn day_of(text: &str) -> Option<i64> {
    let [year, month, day] = fields(text, '-', [4, 2, 2])?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=days).contains(&day).then(|| day_number(year, month, day))
}

/// `THH:MM:SS`, in seconds.
fn time_of_day(text: &str) -> Option<i64> {
    let [hour, minute, second] = fields(text.strip_prefix('T')?, ':', [2, 2, 2])?;
    (hour < 24 && minute < 60 && second < 60).then_some((hour * 60 + minute) * 60 + second)
}

/// What stands behind the time, in seconds east of UTC.
fn offset(text: &str) -> Option<i64> {
    if text.is_empty() || text == "Z" {
        return Some(0);
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+')?),
    };
    let [hours, minutes] = fields(digits, ':', [2, 2])?;
    let seconds = (hours * 60 + minutes) * 60;
    (minutes < 60 && seconds <= OFFSET_MAX).then_some(sign * seconds)
}

/// `N` numbers of so many digits each.
fn fields<const N: usize>(text: &str, separator: char, widths: [usize; N]) -> Option<[i64; N]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; N];
    for (number, width) in numbers.iter_mut().zip(widths) {
        let part = parts.next().filter(|part| part.len() == width)?;
        *number = i64::from(digits(part)?);
    }
    parts.next().is_none().then_some(numbers)
}

/// Days since the epoch, in the Gregorian calendar; a year starts in March here, so that a leap day is its last.
fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * ERA_DAYS + day_of_era - EPOCH_DAY
}

/// Year, month and day of a day since the epoch.
fn civil(day_number: i64) -> (i64, i64, i64) {
    let days = day_number + EPOCH_DAY;
    let (era, day_of_era) = (days.div_euclid(ERA_DAYS), days.rem_euclid(ERA_DAYS));
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / (ERA_DAYS - 1)) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}
