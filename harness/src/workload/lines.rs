//! The lines of a text file, plain or gzip-compressed, each of bounded length and known number.

use super::{
    Place,
    error::{Problem, WorkloadError},
};
use flate2::bufread::MultiGzDecoder;
use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
    sync::Arc,
};

/// The longest line that a text format may have, in bytes.
///
/// A trace's row has some hundred bytes; the bound keeps a file without line ends from being read into memory.
pub const LINE_BYTES_MAX: usize = 65_536;

/// The most bytes read for a line: its end, and one more that tells a line that is too long.
const LINE_READ_MAX: u64 = 65_536 + 3;

/// The first bytes of every gzip file (RFC 1952, section 2.3.1).
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The first bytes that some editors put before UTF-8 text.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A file as lines.
pub(super) struct Lines {
    path: Arc<str>,
    input: Box<dyn BufRead + Send>,
    line: Vec<u8>,
    number: u64,
    compressed: bool,
}

impl std::fmt::Debug for Lines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lines")
            .field("path", &self.path)
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

impl Lines {
    /// Opens `path`, decompressing it where its name ends in `.gz`.
    pub(super) fn open(path: &Path) -> Result<Self, WorkloadError> {
        let (name, input, compressed) = decompressed(path)?;
        Ok(Self { path: name, input, line: Vec::new(), number: 0, compressed })
    }

    /// The lines of `input`, which errors call `name`.
    pub(super) fn of(name: &str, input: impl Read + Send + 'static) -> Self {
        Self {
            path: Arc::from(name),
            input: Box::new(BufReader::new(input)),
            line: Vec::new(),
            number: 0,
            compressed: false,
        }
    }

    /// The next line as UTF-8 text, its end replaced by one `\n`, or `None` at the end of the file.
    pub(super) fn next_line(&mut self) -> Result<Option<&str>, WorkloadError> {
        self.line.clear();
        self.number += 1;
        let read = self.input.as_mut().take(LINE_READ_MAX).read_until(b'\n', &mut self.line);
        match read {
            Ok(0) => return Ok(None),
            Ok(_) => {}
            Err(error) => return Err(self.unreadable(error)),
        }
        if self.number == 1 && self.line.starts_with(BYTE_ORDER_MARK) {
            self.line.drain(..BYTE_ORDER_MARK.len());
        }
        while self.line.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
            self.line.pop();
        }
        if self.line.len() > LINE_BYTES_MAX {
            return Err(self.malformed(Problem::LineTooLong { limit: LINE_BYTES_MAX }));
        }
        self.line.push(b'\n');
        match std::str::from_utf8(&self.line) {
            Ok(line) => Ok(Some(line)),
            Err(_) => Err(WorkloadError::Malformed {
                path: Arc::clone(&self.path),
                line: self.number,
                problem: Problem::NotUtf8,
            }),
        }
    }

    /// Where the line read last stands.
    pub(super) fn place(&self) -> Place {
        Place { path: Arc::clone(&self.path), line: self.number }
    }

    /// The error that the line read last has this `problem`.
    #[cold]
    pub(super) fn malformed(&self, problem: Problem) -> WorkloadError {
        WorkloadError::Malformed { path: Arc::clone(&self.path), line: self.number, problem }
    }

    /// The error that the file as a whole has this `problem`.
    #[cold]
    pub(super) fn unusable(&self, problem: Problem) -> WorkloadError {
        WorkloadError::Unusable { path: Arc::clone(&self.path), problem }
    }

    #[cold]
    fn unreadable(&self, source: io::Error) -> WorkloadError {
        if self.compressed {
            self.malformed(Problem::NotGzip { detail: source.to_string() })
        } else {
            WorkloadError::Unreadable { path: Arc::clone(&self.path), source }
        }
    }
}

/// A file's name for errors, its content, and whether that is being decompressed.
type Opened = (Arc<str>, Box<dyn BufRead + Send>, bool);

/// Opens `path`, decompressing it where its name ends in `.gz`.
pub(super) fn decompressed(path: &Path) -> Result<Opened, WorkloadError> {
    let name: Arc<str> = Arc::from(path.to_string_lossy());
    let unreadable = |source| WorkloadError::Unreadable { path: Arc::clone(&name), source };
    let mut input = BufReader::with_capacity(256 * 1024, File::open(path).map_err(unreadable)?);
    let is_gzip = input.fill_buf().map_err(unreadable)?.starts_with(&GZIP_MAGIC);
    let says_gzip = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("gz"));
    match (says_gzip, is_gzip) {
        (false, false) => Ok((name, Box::new(input), false)),
        (true, true) => {
            let content = BufReader::with_capacity(256 * 1024, MultiGzDecoder::new(input));
            Ok((name, Box::new(content), true))
        }
        (false, true) => Err(WorkloadError::Unusable { path: name, problem: Problem::UnexpectedGzip }),
        (true, false) => {
            let detail = "its first bytes are not those of gzip".to_owned();
            Err(WorkloadError::Unusable { path: name, problem: Problem::NotGzip { detail } })
        }
    }
}
