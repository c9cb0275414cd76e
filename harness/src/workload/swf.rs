//! The Standard Workload Format of the Parallel Workloads Archive: one job a line, 18 numbers, `;` for comments.
//!
//! The format is that of Feitelson's page «The Standard Workload Format» (version 2.2). A job becomes a build: its
//! processors (used, else requested) become vCPUs, its memory a processor (used, else requested) becomes memory for
//! all of them, its queue, else its partition, becomes the label, its executable the job. Field 17, the job that it
//! waited for, is not followed: the log's submit time has that wait in it.

use super::{
    Build, JobIndex, LabelIndex, Place, Skipped, Start, Workload, WorkloadError,
    decimal::{seconds, whole},
    error::Problem,
    lines::Lines,
    names::{Kind, Names},
};
use footman_core::{
    Millis, Timestamp,
    units::{CpuUnits, Mib},
};
use jiff::tz::TimeZone;
use std::{fmt::Write as _, io::Read, path::Path, sync::Arc};

/// The numbers of a line.
const FIELDS: usize = 18;

/// A log in the Standard Workload Format that is being read.
#[derive(Debug)]
pub struct StandardWorkload {
    lines: Lines,
    labels: Names,
    jobs: Names,
    start: Option<Start>,
    name: String,
    index: u64,
    submitted_ms: u64,
    never_ran: u64,
    /// The first build, which is read with the head, for comments end where it stands.
    first: Option<Build>,
    ended: bool,
}

/// What an unknown value is in the format.
const UNKNOWN: &str = "-1";

impl StandardWorkload {
    /// Opens the log at `path`, decompressing it where its name ends in `.gz`.
    ///
    /// # Errors
    ///
    /// Fails where the file cannot be read, or its head or its first job is not right.
    pub fn open(path: &Path) -> Result<Self, WorkloadError> {
        Self::read(Lines::open(path)?)
    }

    /// Reads a log from `input`, which errors call `name`.
    ///
    /// # Errors
    ///
    /// Fails as [`Self::open`] does.
    pub fn from_reader(name: &str, input: impl Read + Send + 'static) -> Result<Self, WorkloadError> {
        Self::read(Lines::of(name, input))
    }

    fn read(lines: Lines) -> Result<Self, WorkloadError> {
        let mut log = Self {
            lines,
            labels: Names::default(),
            jobs: Names::default(),
            start: None,
            name: String::new(),
            index: 0,
            submitted_ms: 0,
            never_ran: 0,
            first: None,
            ended: false,
        };
        log.first = log.row()?;
        Ok(log)
    }

    fn row(&mut self) -> Result<Option<Build>, WorkloadError> {
        let mut empty = true;
        loop {
            let Some(line) = self.lines.next_line()? else {
                let nothing = empty && self.index == 0 && self.never_ran == 0 && self.start.is_none();
                return if nothing { Err(self.lines.unusable(Problem::EmptyLog)) } else { Ok(None) };
            };
            let line = line.trim_ascii();
            empty &= line.is_empty();
            if let Some(comment) = line.strip_prefix(';') {
                self.start = start(comment, self.start.take());
                continue;
            }
            if line.is_empty() {
                continue;
            }
            let parsed = Job::parse(line);
            let built = parsed.and_then(|job| self.build(&job));
            match built {
                Ok(Some(build)) => {
                    self.index += 1;
                    return Ok(Some(build));
                }
                Ok(None) => self.never_ran += 1,
                Err(problem) => return Err(self.lines.malformed(problem)),
            }
        }
    }

    fn build(&mut self, job: &Job) -> Result<Option<Build>, Problem> {
        if job.submit_ms < self.submitted_ms {
            let submit_s = Timestamp::EPOCH.saturating_add(Millis::new(job.submit_ms)).to_string();
            return Err(Problem::Unsorted { column: "field 2, the submit time", submit_s });
        }
        self.submitted_ms = job.submit_ms;
        let Some(run_ms) = job.run_ms else { return Ok(None) };
        self.name.clear();
        let written = match (job.queue, job.partition) {
            (Some(queue), _) => write!(self.name, "queue-{queue}"),
            (None, Some(partition)) => write!(self.name, "partition-{partition}"),
            (None, None) => Ok(()),
        };
        debug_assert!(written.is_ok(), "writing to a string does not fail");
        let label = LabelIndex(self.labels.place(&self.name, Kind::Labels)?);
        let executable = match job.executable {
            None => None,
            Some(number) => {
                self.name.clear();
                let written = write!(self.name, "executable-{number}");
                debug_assert!(written.is_ok(), "writing to a string does not fail");
                Some(JobIndex(self.jobs.place(&self.name, Kind::Jobs)?))
            }
        };
        Ok(Some(Build {
            index: self.index,
            submit: Timestamp::EPOCH + Millis::new(job.submit_ms),
            duration: Millis::new(run_ms),
            label,
            cpu: job.processors.map(CpuUnits::from_vcpus),
            memory: job.memory,
            memory_peak: job.memory_peak,
            job: executable,
            run: Some(job.number),
            after: None,
        }))
    }
}

/// What is taken from a line.
#[derive(Debug)]
struct Job {
    number: u64,
    submit_ms: u64,
    run_ms: Option<u64>,
    processors: Option<u32>,
    memory: Option<Mib>,
    memory_peak: Option<Mib>,
    executable: Option<u64>,
    queue: Option<u64>,
    partition: Option<u64>,
}

impl Job {
    fn parse(line: &str) -> Result<Self, Problem> {
        let mut fields = [""; FIELDS];
        let mut found = 0;
        for text in line.split_ascii_whitespace() {
            if let Some(field) = fields.get_mut(found) {
                *field = text;
            }
            found += 1;
        }
        if found != FIELDS {
            return Err(Problem::FieldCount { found, expected: FIELDS });
        }
        let number = |at: usize, name, most| optional(name, fields[at], most);
        let processors = |at, name| number(at, name, u64::from(u32::MAX / 1024));
        let kilobytes = |at, name| number(at, name, u64::from(u32::MAX));
        let used = processors(4, "field 5, the processors used")?;
        let asked = processors(7, "field 8, the processors requested")?;
        let count = used.or(asked).filter(|count| *count > 0);
        let peak = kilobytes(6, "field 7, the memory used")?;
        let wanted = kilobytes(9, "field 10, the memory requested")?;
        let mebibytes = |kilobytes: Option<u64>| memory(kilobytes, count.unwrap_or(1));
        Ok(Self {
            number: whole("field 1, the job number", fields[0].as_bytes(), u64::MAX)?,
            submit_ms: seconds("field 2, the submit time", fields[1].as_bytes())?,
            run_ms: match fields[3] {
                UNKNOWN => None,
                text => Some(seconds("field 4, the run time", text.as_bytes())?),
            },
            processors: count.and_then(|count| u32::try_from(count).ok()),
            memory: mebibytes(wanted.or(peak)),
            memory_peak: mebibytes(peak),
            executable: number(13, "field 14, the executable", u64::MAX)?,
            queue: number(14, "field 15, the queue", u64::MAX)?,
            partition: number(15, "field 16, the partition", u64::MAX)?,
        })
    }
}

fn optional(column: &'static str, text: &str, most: u64) -> Result<Option<u64>, Problem> {
    if text == UNKNOWN { Ok(None) } else { whole(column, text.as_bytes(), most).map(Some) }
}

/// The memory of a job on `processors` of which each has `kilobytes`; a log of zeros did not measure it.
fn memory(kilobytes: Option<u64>, processors: u64) -> Option<Mib> {
    let total = kilobytes.filter(|each| *each > 0)?.saturating_mul(processors).div_ceil(1024);
    Some(Mib::new(u32::try_from(total).unwrap_or(u32::MAX)))
}

/// What a header comment adds to what is known of the start: `UnixStartTime: 1` and `TimeZoneString: Europe/Paris`.
fn start(comment: &str, known: Option<Start>) -> Option<Start> {
    let Some((key, value)) = comment.split_once(':') else { return known };
    match (key.trim_ascii(), value.trim_ascii()) {
        ("UnixStartTime", seconds) => match seconds.parse::<i64>() {
            Ok(seconds) if seconds > 0 => {
                let instant = Timestamp::from_millis(seconds.saturating_mul(1000));
                Some(Start { instant, zone: TimeZone::UTC })
            }
            _ => known,
        },
        ("TimeZoneString", name) => match (known, TimeZone::get(name)) {
            (Some(start), Ok(zone)) => Some(Start { zone, ..start }),
            (known, _) => known,
        },
        _ => known,
    }
}

impl Workload for StandardWorkload {
    fn next_build(&mut self) -> Option<Result<Build, WorkloadError>> {
        if let Some(first) = self.first.take() {
            return Some(Ok(first));
        }
        if self.ended {
            return None;
        }
        let row = self.row();
        self.ended = !matches!(row, Ok(Some(_)));
        row.transpose()
    }

    fn place(&self) -> Option<Place> {
        Some(self.lines.place())
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
        let reason = "jobs whose run time is unknown: they never ran";
        if self.never_ran == 0 { Vec::new() } else { vec![Skipped { reason, count: self.never_ran }] }
    }
}
