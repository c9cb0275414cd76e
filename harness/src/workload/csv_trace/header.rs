//! What stands above the rows of a CSV trace: settings in comments, and the names of the columns.

use super::{
    super::{Start, error::Problem, lines::Lines},
    Fields,
};
use crate::workload::WorkloadError;
use footman_core::Timestamp;
use jiff::tz::TimeZone;

/// The columns of a trace, in the order in which an import writes them; the first two must be there.
pub(in crate::workload) const COLUMNS: [&str; 9] =
    ["submit_s", "duration_s", "label", "cpu", "memory_mib", "mem_peak_mib", "job", "run", "after"];
const COLUMNS_TEXT: &str = "submit_s, duration_s[, label, cpu, memory_mib, mem_peak_mib, job, run, after]";

const SETTINGS: [&str; 3] = ["start", "submit", "timezone"];

/// A column, as a place in [`COLUMNS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Submit,
    Duration,
    Label,
    Cpu,
    Memory,
    MemoryPeak,
    Job,
    Run,
    After,
}

impl Column {
    pub(super) const fn name(self) -> &'static str {
        COLUMNS[self.place()]
    }

    const fn place(self) -> usize {
        match self {
            Self::Submit => 0,
            Self::Duration => 1,
            Self::Label => 2,
            Self::Cpu => 3,
            Self::Memory => 4,
            Self::MemoryPeak => 5,
            Self::Job => 6,
            Self::Run => 7,
            Self::After => 8,
        }
    }
}

/// What the times of a trace count from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Submit {
    /// The trace's own zero.
    Relative,
    /// The Unix epoch.
    Unix,
}

/// The head of a trace.
#[derive(Debug)]
pub(super) struct Head {
    /// The number of fields in a row.
    pub(super) width: usize,
    pub(super) submit: Submit,
    places: [Option<usize>; COLUMNS.len()],
    start: Option<Start>,
    zone: TimeZone,
}

impl Head {
    /// Reads `lines` up to and including the header.
    pub(super) fn read(lines: &mut Lines, fields: &mut Fields) -> Result<Self, WorkloadError> {
        let mut head = Self {
            width: 0,
            submit: Submit::Relative,
            places: [None; COLUMNS.len()],
            start: None,
            zone: TimeZone::UTC,
        };
        loop {
            let Some(line) = lines.next_line()? else { return Err(lines.unusable(Problem::Empty)) };
            let text = line.trim_ascii();
            let read = match text.strip_prefix('#') {
                Some(comment) => head.read_setting(comment.trim_ascii()),
                None if text.is_empty() => Ok(()),
                None => {
                    let columns =
                        fields.split(line.as_bytes()).and_then(|count| head.read_columns(fields, count));
                    return match columns {
                        Ok(()) => Ok(head.finished()),
                        Err(problem) => Err(lines.malformed(problem)),
                    };
                }
            };
            read.map_err(|problem| lines.malformed(problem))?;
        }
    }

    /// Where the row has `column`, if anywhere.
    pub(super) fn at(&self, column: Column) -> Option<usize> {
        self.places[column.place()]
    }

    pub(super) fn start(&self) -> Option<&Start> {
        self.start.as_ref()
    }

    /// Says that the trace's zero is `instant`.
    pub(super) fn place_start_at(&mut self, instant: Timestamp) {
        self.start = Some(Start { instant, zone: self.zone.clone() });
    }

    fn finished(mut self) -> Self {
        if let Some(start) = &mut self.start {
            start.zone = self.zone.clone();
        }
        self
    }

    /// Takes a comment in as a setting where it has the shape `word=value`; any other comment says nothing.
    fn read_setting(&mut self, comment: &str) -> Result<(), Problem> {
        let Some((key, value)) = comment.split_once('=') else { return Ok(()) };
        let (key, value) = (key.trim_ascii(), value.trim_ascii());
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return Ok(());
        }
        let bad = |key, expected| Problem::BadSetting { key, value: value.to_owned(), expected };
        match key {
            "start" => {
                let instant = value
                    .parse::<jiff::Timestamp>()
                    .map_err(|_| bad("start", "it is an instant such as 2026-11-23T00:00:00Z"))?;
                self.place_start_at(Timestamp::from_millis(instant.as_millisecond()));
            }
            "timezone" => {
                self.zone = TimeZone::get(value).map_err(|_| {
                    bad("timezone", "it is a name of the IANA database such as Europe/Berlin")
                })?;
            }
            "submit" => {
                self.submit = match value {
                    "relative" => Submit::Relative,
                    "unix" => Submit::Unix,
                    _ => return Err(bad("submit", "it is `relative` (to the start) or `unix`")),
                }
            }
            _ => return Err(Problem::UnknownSetting { key: key.to_owned(), hint: hint(key, &SETTINGS) }),
        }
        Ok(())
    }

    fn read_columns(&mut self, fields: &Fields, count: usize) -> Result<(), Problem> {
        self.width = count;
        for at in 0..count {
            let found = String::from_utf8_lossy(fields.get(at).trim_ascii()).into_owned();
            let Some(place) = COLUMNS.iter().position(|known| *known == found) else {
                return Err(Problem::UnknownColumn { hint: hint(&found, &COLUMNS), column: found });
            };
            if self.places[place].replace(at).is_some() {
                return Err(Problem::RepeatedColumn { column: COLUMNS[place] });
            }
        }
        for needed in [Column::Submit, Column::Duration] {
            if self.at(needed).is_none() {
                return Err(Problem::MissingColumn { column: needed.name(), known: COLUMNS_TEXT });
            }
        }
        Ok(())
    }
}

/// The known name that is nearest to `found` where one is near, else all of them.
fn hint(found: &str, known: &[&str]) -> String {
    let near = |name: &&&str| strsim::normalized_damerau_levenshtein(found, name) >= 0.5;
    let distance = |name: &&&str| strsim::damerau_levenshtein(found, name);
    match known.iter().filter(near).min_by_key(distance) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("known are {}", known.join(", ")),
    }
}
