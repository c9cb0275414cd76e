//! What the imports of recorded histories share: reading JSON of bounded size, and putting builds in order.

use super::{
    Build, JobIndex, LabelIndex, Skipped, Start, Workload, WorkloadError,
    error::Problem,
    lines,
    names::{Kind, Names},
};
use footman_core::{
    Millis, Timestamp,
    units::{CpuUnits, Mib},
};
use jiff::tz::TimeZone;
use serde::de::DeserializeOwned;
use std::{
    io::{self, BufRead, Read},
    path::Path,
    sync::Arc,
    vec,
};

/// The largest history that an import reads, decompressed: some ten million builds.
pub const IMPORT_BYTES_MAX: u64 = 4 << 30;

/// A recorded history, in order of submission.
///
/// Unlike a trace it is held whole, for a history is not recorded in that order.
#[derive(Debug)]
pub struct Imported {
    builds: vec::IntoIter<Build>,
    labels: Names,
    jobs: Names,
    start: Option<Start>,
    skipped: Vec<Skipped>,
    notes: Vec<String>,
}

/// A build of a history before it has its place.
#[derive(Debug)]
pub(super) struct Recorded {
    /// When it was submitted, in milliseconds since the Unix epoch.
    pub(super) submit_ms: i64,
    pub(super) duration_ms: u64,
    pub(super) label: u32,
    pub(super) job: Option<u32>,
    pub(super) run: Option<u64>,
    pub(super) cpu: Option<CpuUnits>,
    pub(super) memory: Option<Mib>,
}

/// A history while it is gathered.
#[derive(Debug, Default)]
pub(super) struct History {
    builds: Vec<Recorded>,
    labels: Names,
    jobs: Names,
    skipped: Vec<Skipped>,
    notes: Vec<String>,
}

impl History {
    pub(super) fn label(&mut self, text: &str) -> Result<u32, Problem> {
        self.labels.place(&one_line(text), Kind::Labels)
    }

    pub(super) fn job(&mut self, text: &str) -> Result<u32, Problem> {
        self.jobs.place(&one_line(text), Kind::Jobs)
    }

    pub(super) fn add(&mut self, build: Recorded) {
        self.builds.push(build);
    }

    /// Says that `count` rows were left out, unless there were none.
    pub(super) fn skip(&mut self, count: u64, reason: &'static str) {
        if count > 0 {
            self.skipped.push(Skipped { reason, count });
        }
    }

    /// Says something of `count` builds, unless there are none.
    pub(super) fn note(&mut self, count: u64, of_them: &str) {
        if count > 0 {
            self.notes.push(format!("{count} {of_them}"));
        }
    }

    /// Puts the builds in order and counts their times from the first one.
    pub(super) fn imported(mut self, zone: &TimeZone) -> Imported {
        self.builds.sort_by_key(|build| (build.submit_ms, build.job, build.run));
        let first_ms = self.builds.first().map_or(0, |build| build.submit_ms);
        let start = Start { instant: Timestamp::from_millis(first_ms), zone: zone.clone() };
        let placed = |(index, build): (u64, Recorded)| Build {
            index,
            submit: Timestamp::EPOCH + Timestamp::from_millis(build.submit_ms).since(start.instant),
            duration: Millis::new(build.duration_ms),
            label: LabelIndex(build.label),
            cpu: build.cpu,
            memory: build.memory,
            memory_peak: None,
            job: build.job.map(JobIndex),
            run: build.run,
            after: None,
        };
        let builds: Vec<Build> = (0..).zip(self.builds).map(placed).collect();
        Imported {
            start: (!builds.is_empty()).then_some(start),
            builds: builds.into_iter(),
            labels: self.labels,
            jobs: self.jobs,
            skipped: self.skipped,
            notes: self.notes,
        }
    }
}

impl Imported {
    /// What the user should know of the history before trusting it, a sentence each.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }
}

impl Workload for Imported {
    fn next_build(&mut self) -> Option<Result<Build, WorkloadError>> {
        self.builds.next().map(Ok)
    }

    fn labels(&self) -> &[Arc<str>] {
        self.labels.texts()
    }

    fn jobs(&self) -> &[Arc<str>] {
        self.jobs.texts()
    }

    fn start(&self) -> Option<&Start> {
        self.start.as_ref()
    }

    fn skipped(&self) -> Vec<Skipped> {
        self.skipped.clone()
    }
}

/// A trace has one build a line, so that a line end in a name becomes a space.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A file of JSON values: one document, or one a line.
pub(super) struct Json {
    path: Arc<str>,
    input: Bounded<Box<dyn BufRead + Send>>,
    advice: &'static str,
}

impl Json {
    /// Opens `path`, decompressing it where its name ends in `.gz`; `advice` says how such a file is made.
    pub(super) fn open(path: &Path, advice: &'static str) -> Result<Self, WorkloadError> {
        let (path, input, _) = lines::decompressed(path)?;
        Ok(Self { path, input: Bounded { input, left: IMPORT_BYTES_MAX }, advice })
    }

    /// Shows each value to `take`, and says how many there are.
    pub(super) fn read<T: DeserializeOwned>(
        self,
        mut take: impl FnMut(T) -> Result<(), Problem>,
    ) -> Result<u64, WorkloadError> {
        let Self { path, input, advice } = self;
        let mut count = 0;
        for value in serde_json::Deserializer::from_reader(input).into_iter::<T>() {
            let value = value.map_err(|error| json_error(&path, error, advice))?;
            take(value).map_err(|problem| WorkloadError::Unusable { path: Arc::clone(&path), problem })?;
            count += 1;
        }
        if count == 0 {
            let detail = "there is nothing in it".to_owned();
            return Err(WorkloadError::Unusable { path, problem: Problem::BadJson { detail, advice } });
        }
        Ok(count)
    }
}

fn json_error(path: &Arc<str>, error: serde_json::Error, advice: &'static str) -> WorkloadError {
    let (path, line) = (Arc::clone(path), u64::try_from(error.line()).unwrap_or(u64::MAX));
    if error.is_io() {
        return WorkloadError::Unreadable { path, source: io::Error::from(error) };
    }
    WorkloadError::Malformed { path, line, problem: Problem::BadJson { detail: error.to_string(), advice } }
}

/// An input that fails beyond a number of bytes, rather than filling the memory.
struct Bounded<R> {
    input: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        match self.left.checked_sub(u64::try_from(read).unwrap_or(u64::MAX)) {
            Some(left) => self.left = left,
            None => {
                return Err(io::Error::other(format!(
                    "it is larger than {IMPORT_BYTES_MAX} bytes; export a shorter time"
                )));
            }
        }
        Ok(read)
    }
}
