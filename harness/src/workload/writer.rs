//! Writes a workload as a CSV trace, whole or not at all.

use super::{Build, Start, Workload, WorkloadError, csv_trace::COLUMNS};
use flate2::{Compression, write::GzEncoder};
use footman_core::Timestamp;
use std::{
    fmt::Write as _,
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

/// Writes all of `workload` to the trace `path`, compressed where its name ends in `.gz`, and shows each build to
/// `seen` on its way.
///
/// The file is written under another name beside it and renamed when it is whole, so that an error or an interrupt
/// never leaves half a trace, nor takes away the one that stood there.
///
/// # Errors
///
/// Fails where the workload does, or the file cannot be written.
pub fn write_trace(
    path: &Path,
    workload: &mut dyn Workload,
    mut seen: impl FnMut(&Build),
) -> Result<(), WorkloadError> {
    let name: Arc<str> = Arc::from(path.to_string_lossy());
    let unwritable = |source| WorkloadError::Unwritable { path: Arc::clone(&name), source };
    let mut partial = Partial::create(path).map_err(unwritable)?;
    let output = partial.output(path).map_err(unwritable)?;
    let mut rows = Rows::new(output, workload.start()).map_err(unwritable)?;
    while let Some(build) = workload.next_build() {
        let build = build?;
        let label = workload.labels().get(build.label.index()).map_or("", |label| label);
        let job = build.job.and_then(|job| workload.jobs().get(job.index())).map_or("", |job| job);
        rows.write(&build, label, job).map_err(unwritable)?;
        seen(&build);
    }
    rows.finish().map_err(unwritable)?;
    partial.keep(path).map_err(unwritable)
}

/// A file under a name of its own, which is removed unless it is kept.
struct Partial {
    path: PathBuf,
    file: Option<File>,
}

impl Partial {
    fn create(target: &Path) -> io::Result<Self> {
        let mut name = target.file_name().map_or_else(Default::default, std::ffi::OsStr::to_os_string);
        name.push(format!(".partial-{}", std::process::id()));
        let path = target.with_file_name(name);
        let file = Some(File::create(&path)?);
        Ok(Self { path, file })
    }

    fn output(&mut self, target: &Path) -> io::Result<Box<dyn FinishedWrite>> {
        let file = self.file.take().ok_or_else(|| io::Error::other("the output was taken before"))?;
        let buffered = BufWriter::with_capacity(256 * 1024, file);
        if target.extension().is_some_and(|end| end.eq_ignore_ascii_case("gz")) {
            return Ok(Box::new(GzEncoder::new(buffered, Compression::default())));
        }
        Ok(Box::new(buffered))
    }

    fn keep(mut self, target: &Path) -> io::Result<()> {
        fs::rename(&self.path, target)?;
        self.path = PathBuf::new();
        Ok(())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.path.as_os_str().is_empty() {
            // The error that led here is what the user hears of; a file that cannot be removed is named `.partial`.
            drop(fs::remove_file(&self.path));
        }
    }
}

/// An output whose last bytes can fail to be written, which dropping it would hide.
trait FinishedWrite: Write {
    fn finished(self: Box<Self>) -> io::Result<()>;
}

impl FinishedWrite for BufWriter<File> {
    fn finished(self: Box<Self>) -> io::Result<()> {
        self.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
    }
}

impl FinishedWrite for GzEncoder<BufWriter<File>> {
    fn finished(self: Box<Self>) -> io::Result<()> {
        Box::new(self.finish()?).finished()
    }
}

struct Rows {
    csv: csv::Writer<Box<dyn FinishedWrite>>,
    field: String,
}

impl Rows {
    fn new(mut output: Box<dyn FinishedWrite>, start: Option<&Start>) -> io::Result<Self> {
        if let Some(start) = start
            && let Ok(instant) = jiff::Timestamp::from_millisecond(start.instant.as_millis())
        {
            writeln!(output, "# start={instant}")?;
            if let Some(zone) = start.zone.iana_name() {
                writeln!(output, "# timezone={zone}")?;
            }
        }
        let mut csv = csv::Writer::from_writer(output);
        csv.write_record(COLUMNS)?;
        Ok(Self { csv, field: String::new() })
    }

    fn write(&mut self, build: &Build, label: &str, job: &str) -> io::Result<()> {
        self.seconds(build.submit.since(Timestamp::EPOCH).as_millis())?;
        self.seconds(build.duration.as_millis())?;
        self.csv.write_field(label)?;
        self.number(build.cpu.map(|cpu| u64::from(cpu.get())))?;
        self.number(build.memory.map(|memory| u64::from(memory.get())))?;
        self.number(build.memory_peak.map(|memory| u64::from(memory.get())))?;
        self.csv.write_field(job)?;
        self.number(build.run)?;
        self.number(build.after)?;
        self.csv.write_record(None::<&[u8]>)?;
        Ok(())
    }

    fn seconds(&mut self, ms: u64) -> io::Result<()> {
        self.field.clear();
        let (whole, thousandths) = (ms / 1000, ms % 1000);
        let written = match thousandths {
            0 => write!(self.field, "{whole}"),
            _ => write!(self.field, "{whole}.{thousandths:03}"),
        };
        written.map_err(io::Error::other)?;
        Ok(self.csv.write_field(&self.field)?)
    }

    fn number(&mut self, number: Option<u64>) -> io::Result<()> {
        self.field.clear();
        if let Some(number) = number {
            write!(self.field, "{number}").map_err(io::Error::other)?;
        }
        Ok(self.csv.write_field(&self.field)?)
    }

    fn finish(self) -> io::Result<()> {
        self.csv.into_inner().map_err(|error| io::Error::other(error.to_string()))?.finished()
    }
}
