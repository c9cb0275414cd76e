//! The CSV trace: one build a row, the format that every import writes.
//!
//! The format is documented in `docs/traces.md`. A record never spans lines, so that a quote that is never closed
//! costs one line and not the rest of the file.

mod header;

use super::{
    Build, JobIndex, LabelIndex, Place, Start, Workload, WorkloadError,
    decimal::{seconds, whole},
    error::Problem,
    lines::Lines,
    names::{Kind, Names},
};
use csv_core::{ReadRecordResult, ReaderBuilder, Terminator};
use footman_core::{
    Millis, Timestamp,
    units::{CpuUnits, Mib},
};
pub(super) use header::COLUMNS;
use header::{Column, Head, Submit};
use std::{io::Read, path::Path, sync::Arc};

/// The latest that a trace's first build may be submitted after the trace's start, in milliseconds: ten years.
///
/// A first build later than that means that the column holds calendar times, and a simulation would idle for decades.
const FIRST_SUBMIT_MS_MAX: u64 = 10 * 366 * 86_400 * 1000;

/// A trace file that is being read.
#[derive(Debug)]
pub struct CsvTrace {
    lines: Lines,
    fields: Fields,
    head: Head,
    labels: Names,
    jobs: Names,
    /// The index of the next row.
    index: u64,
    /// When the row before was submitted, in milliseconds as the file counts them.
    submitted_ms: u64,
    /// What is taken from every row's time: the first row's, where the file counts from the Unix epoch.
    origin_ms: u64,
    first: Option<Build>,
    ended: bool,
}

impl CsvTrace {
    /// Opens the trace at `path`, decompressing it where its name ends in `.gz`.
    ///
    /// # Errors
    ///
    /// Fails where the file cannot be read, or its header or its first row is not right.
    pub fn open(path: &Path) -> Result<Self, WorkloadError> {
        Self::read(Lines::open(path)?)
    }

    /// Reads a trace from `input`, which errors call `name`.
    ///
    /// # Errors
    ///
    /// Fails as [`Self::open`] does.
    pub fn from_reader(name: &str, input: impl Read + Send + 'static) -> Result<Self, WorkloadError> {
        Self::read(Lines::of(name, input))
    }

    fn read(mut lines: Lines) -> Result<Self, WorkloadError> {
        let mut fields = Fields::new();
        let head = Head::read(&mut lines, &mut fields)?;
        let mut trace = Self {
            lines,
            fields,
            head,
            labels: Names::default(),
            jobs: Names::default(),
            index: 0,
            submitted_ms: 0,
            origin_ms: 0,
            first: None,
            ended: false,
        };
        trace.first = trace.row()?;
        trace.place_in_calendar();
        Ok(trace)
    }

    /// Moves the zero of a trace in Unix time to its first build.
    fn place_in_calendar(&mut self) {
        if let (Submit::Unix, Some(first)) = (self.head.submit, self.first.as_mut()) {
            self.origin_ms = self.submitted_ms;
            self.head.place_start_at(first.submit);
            first.submit = Timestamp::EPOCH;
        }
    }

    fn row(&mut self) -> Result<Option<Build>, WorkloadError> {
        loop {
            let Some(line) = self.lines.next_line()? else { return Ok(None) };
            if line.trim_ascii().is_empty() {
                continue;
            }
            let parsed = match self.fields.split(line.as_bytes()) {
                Ok(found) if found == self.head.width => self.build(),
                Ok(found) => Err(Problem::FieldCount { found, expected: self.head.width }),
                Err(problem) => Err(problem),
            };
            return match parsed {
                Ok(build) => {
                    self.index += 1;
                    Ok(Some(build))
                }
                Err(problem) => Err(self.lines.malformed(problem)),
            };
        }
    }

    fn build(&mut self) -> Result<Build, Problem> {
        let submit_ms = seconds(COLUMNS[0], self.text(Column::Submit))?;
        if submit_ms < self.submitted_ms {
            return Err(Problem::Unsorted { column: COLUMNS[0], submit_s: self.shown(Column::Submit) });
        }
        if self.index == 0 && matches!(self.head.submit, Submit::Relative) && submit_ms > FIRST_SUBMIT_MS_MAX
        {
            return Err(Problem::LooksLikeUnixTime { submit_s: self.shown(Column::Submit) });
        }
        let duration_ms = seconds(COLUMNS[1], self.text(Column::Duration))?;
        let after = self.optional(Column::After, u64::MAX)?;
        if let Some(after) = after.filter(|after| *after >= self.index) {
            return Err(Problem::AfterNotEarlier { after, index: self.index });
        }
        let memory = self.mebibytes(Column::Memory)?;
        let memory_peak = self.mebibytes(Column::MemoryPeak)?;
        let cpu = self.optional(Column::Cpu, u64::from(u32::MAX))?;
        let run = self.optional(Column::Run, u64::MAX)?;
        let label = place(&self.fields, self.head.at(Column::Label), &mut self.labels, Kind::Labels)?;
        let job = match self.head.at(Column::Job) {
            Some(at) if !self.fields.get(at).trim_ascii().is_empty() => {
                Some(JobIndex(place(&self.fields, Some(at), &mut self.jobs, Kind::Jobs)?))
            }
            _ => None,
        };
        self.submitted_ms = submit_ms;
        Ok(Build {
            index: self.index,
            submit: Timestamp::EPOCH + Millis::new(submit_ms - self.origin_ms),
            duration: Millis::new(duration_ms),
            label: LabelIndex(label),
            cpu: cpu.and_then(|cpu| u32::try_from(cpu).ok()).map(CpuUnits::new),
            memory,
            memory_peak,
            job,
            run,
            after,
        })
    }

    /// The field of `column`, empty where the trace has no such column.
    fn text(&self, column: Column) -> &[u8] {
        self.head.at(column).map_or(&[], |at| self.fields.get(at))
    }

    #[cold]
    fn shown(&self, column: Column) -> String {
        String::from_utf8_lossy(self.text(column)).into_owned()
    }

    fn optional(&self, column: Column, most: u64) -> Result<Option<u64>, Problem> {
        let text = self.text(column);
        if text.trim_ascii().is_empty() { Ok(None) } else { whole(column.name(), text, most).map(Some) }
    }

    fn mebibytes(&self, column: Column) -> Result<Option<Mib>, Problem> {
        match self.optional(column, u64::from(u32::MAX))? {
            None => Ok(None),
            Some(0) => Err(Problem::BadNumber {
                column: column.name(),
                value: "0".to_owned(),
                reason: "no build runs without memory; leave the field empty where it is unknown",
            }),
            Some(mib) => Ok(u32::try_from(mib).ok().map(Mib::new)),
        }
    }
}

/// The place in `names` of the text of the field `at`, the empty text where there is no such column.
fn place(fields: &Fields, at: Option<usize>, names: &mut Names, kind: Kind) -> Result<u32, Problem> {
    let bytes = at.map_or(&[] as &[u8], |at| fields.get(at));
    let text = std::str::from_utf8(bytes.trim_ascii()).map_err(|_| Problem::NotUtf8)?;
    names.place(text, kind)
}

impl Workload for CsvTrace {
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
        self.head.start()
    }
}

/// The fields of one record, in buffers that are used again for the next.
struct Fields {
    reader: csv_core::Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
    count: usize,
}

impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fields").field("count", &self.count).finish_non_exhaustive()
    }
}

impl Fields {
    /// The most fields that a record may have: far more than a trace has columns, so that the count can be reported.
    const COUNT_MAX: usize = 64;

    fn new() -> Self {
        Self {
            reader: ReaderBuilder::new().terminator(Terminator::Any(b'\n')).build(),
            text: vec![0; super::LINE_BYTES_MAX + 2],
            ends: vec![0; Self::COUNT_MAX],
            count: 0,
        }
    }

    /// Splits a line that ends in `\n` and says how many fields it has.
    fn split(&mut self, line: &[u8]) -> Result<usize, Problem> {
        self.reader.reset();
        let (result, _, _, count) = self.reader.read_record(line, &mut self.text, &mut self.ends);
        self.count = count;
        match result {
            ReadRecordResult::Record => Ok(count),
            ReadRecordResult::InputEmpty | ReadRecordResult::End => Err(Problem::UnclosedQuote),
            ReadRecordResult::OutputFull => Err(Problem::LineTooLong { limit: super::LINE_BYTES_MAX }),
            // More fields than any trace has: the reader of the row sees that by the number.
            ReadRecordResult::OutputEndsFull => {
                Ok(line.split(|byte| *byte == b',').count().max(Self::COUNT_MAX))
            }
        }
    }

    fn get(&self, at: usize) -> &[u8] {
        debug_assert!(at < self.count, "the row was checked to be as wide as the header");
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.text[start..self.ends[at]]
    }
}
