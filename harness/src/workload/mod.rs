//! Where builds come from: recorded histories and a generator, as one stream.
//!
//! A workload is read once, from front to back, and never held whole: a trace of a million builds costs a line buffer
//! and the table of its labels. Every time becomes whole milliseconds where it is read, without passing through a
//! float, so that a replay is exact. What a file may look like is documented in `docs/traces.md`.

mod cloudtrail;
mod csv_trace;
mod decimal;
mod error;
mod generate;
mod import;
mod jenkins_export;
mod lines;
mod listed;
mod names;
mod random;
mod recording;
mod summary;
mod swf;
mod writer;

pub use cloudtrail::import_cloudtrail;
pub use csv_trace::CsvTrace;
pub use error::{Problem, WorkloadError};
pub use generate::{BurstyLoad, Generated, LabelLoad, LoadError};
pub use import::{IMPORT_BYTES_MAX, Imported};
pub use jenkins_export::import_jenkins;
pub use lines::LINE_BYTES_MAX;
pub use listed::Listed;
pub use names::NAMES_MAX;
pub use recording::{Observed, RecordingError, import_recording};
pub use summary::{LabelSummary, Summary};
pub use swf::StandardWorkload;
pub use writer::write_trace;

use footman_core::{
    Millis, Timestamp,
    units::{CpuUnits, Mib},
};
use jiff::tz::TimeZone;
use std::{fmt, path::Path, sync::Arc};

/// A label's place in [`Workload::labels`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct LabelIndex(pub u32);

/// A job's place in [`Workload::jobs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct JobIndex(pub u32);

impl LabelIndex {
    /// The place as an index into a list.
    pub fn index(self) -> usize {
        usize::try_from(self.0).expect("a usize has at least 32 bits on every supported target")
    }
}

impl JobIndex {
    /// The place as an index into a list.
    pub fn index(self) -> usize {
        usize::try_from(self.0).expect("a usize has at least 32 bits on every supported target")
    }
}

/// One build of a workload: what somebody asked of the executors, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Build {
    /// Its place in the workload, counted from 0; the entity that keyed randomness is drawn for.
    pub index: u64,
    /// When it was submitted, counted from the workload's own zero (see [`Start`]); never before its predecessor.
    pub submit: Timestamp,
    /// How long an executor is busy with it.
    pub duration: Millis,
    /// The label it asks for; the label with the empty text is none.
    pub label: LabelIndex,
    /// The CPU it needs, where the source knows.
    pub cpu: Option<CpuUnits>,
    /// The memory it asks for, where the source knows.
    pub memory: Option<Mib>,
    /// The most memory it was seen to use, where the source knows.
    pub memory_peak: Option<Mib>,
    /// The job it is a build of, where the source knows.
    pub job: Option<JobIndex>,
    /// The number of the job's run that it belongs to: the `node` blocks of one Pipeline run share it.
    pub run: Option<u64>,
    /// The index of an earlier build that must have ended before this one is submitted.
    ///
    /// The build is then submitted at the end of that one or at [`Self::submit`], whichever is the later.
    pub after: Option<u64>,
}

/// Where a workload's own zero lies in the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// The instant that [`Build::submit`] counts from.
    pub instant: Timestamp,
    /// The time zone whose days and weeks a report should show.
    pub zone: TimeZone,
}

/// A count of source rows that are no builds, with the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skipped {
    /// Why they are no builds, in the plural: it follows the count.
    pub reason: &'static str,
    /// How many there were.
    pub count: u64,
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub path: Arc<str>,
    /// The line, counted from 1.
    pub line: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`, line {}", self.path, self.line)
    }
}

/// A stream of builds in order of their submission.
///
/// [`Self::labels`] and [`Self::jobs`] grow while the stream is read: an index is valid from the build that brought
/// it. After an error the stream has ended.
pub trait Workload {
    /// The next build, or `None` at the end.
    fn next_build(&mut self) -> Option<Result<Build, WorkloadError>>;

    /// The labels seen so far, in order of first appearance.
    fn labels(&self) -> &[Arc<str>];

    /// The jobs seen so far, in order of first appearance.
    fn jobs(&self) -> &[Arc<str>];

    /// Where the workload's zero lies in the calendar, where the source says so.
    ///
    /// Known before the first build is read.
    fn start(&self) -> Option<&Start>;

    /// Where the build that was read last stands, where the source has lines.
    fn place(&self) -> Option<Place> {
        None
    }

    /// The rows that were left out so far, by reason.
    fn skipped(&self) -> Vec<Skipped> {
        Vec::new()
    }
}

/// Opens the trace file at `path`, its format told by its name: `.csv` or `.swf`, either with `.gz` behind it.
///
/// # Errors
///
/// Fails where the file cannot be read or its head is not that of its format. Errors further down come from
/// [`Workload::next_build`].
pub fn open(path: &Path) -> Result<Box<dyn Workload + Send>, WorkloadError> {
    let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let format = name.strip_suffix(".gz").unwrap_or(&name);
    if format.ends_with(".csv") {
        Ok(Box::new(CsvTrace::open(path)?))
    } else if format.ends_with(".swf") {
        Ok(Box::new(StandardWorkload::open(path)?))
    } else {
        // A file that is not there is the better explanation of a name that is none.
        lines::decompressed(path)?;
        Err(WorkloadError::Unusable { path: path.to_string_lossy().into(), problem: Problem::UnknownFormat })
    }
}
