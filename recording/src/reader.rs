//! Reads a recording, line by line.

use super::{
    VERSION,
    decode::{DecodeError, decode, decode_header, decode_version},
    folder::{Part, parts},
    line::Line,
};
use footman_core::Timestamp;
use serde_json::Value;
use std::{
    fmt,
    fs::File,
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
};
use thiserror::Error;

/// Why there is no recording to read.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The folder cannot be listed.
    #[error("failed to list {}: {source}", .path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is none, or none of that run.
    #[error("{} holds no such recording; there are the runs [{}]", .path.display(), .runs.join(", "))]
    NoRun {
        /// The folder.
        path: PathBuf,
        /// The runs that there are.
        runs: Vec<String>,
    },
    /// Files were dropped, the first at least: nobody knows what the core knew when the rest begins.
    #[error("file {missing} of run {run} is missing: a recording is replayed from its start or not at all")]
    Missing {
        /// The run.
        run: Timestamp,
        /// The number of the first file that is missing.
        missing: u32,
    },
}

/// Why a line cannot be read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The file cannot be read.
    #[error("failed to read {}: {source}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is of another version.
    #[error("{place}: the recording has version {found}, and this footmand reads {VERSION}")]
    Version {
        /// Its first line.
        place: Place,
        /// Its version.
        found: u64,
    },
    /// The line is no JSON.
    #[error("{place}: the line is damaged: {source}")]
    Json {
        /// Where.
        place: Place,
        /// Why.
        source: serde_json::Error,
    },
    /// The line says something else than it should.
    #[error("{place}: the line is damaged: {source}")]
    Line {
        /// Where.
        place: Place,
        /// Why.
        source: DecodeError,
    },
    /// The line has no end, and another file follows.
    #[error("{place}: the line is damaged: it has no end")]
    Cut {
        /// Where.
        place: Place,
    },
    /// The file is not the one that its name says.
    #[error("{place}: the file belongs to another place of a recording")]
    Misplaced {
        /// Its first line.
        place: Place,
    },
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub path: PathBuf,
    /// The line, from 1.
    pub line: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path.display(), self.line)
    }
}

/// The recording of one run.
#[derive(Debug, Clone)]
pub struct Recording {
    parts: Vec<Part>,
    run: Timestamp,
}

impl Recording {
    /// The recording of `run` in `folder`, or of the last run there.
    ///
    /// # Errors
    ///
    /// Fails where there is none, or one of its files is missing.
    pub fn open(folder: &Path, run: Option<Timestamp>) -> Result<Self, OpenError> {
        let failed = |source| OpenError::Folder { path: folder.to_owned(), source };
        let mut parts = parts(folder).map_err(failed)?;
        let mut runs: Vec<Timestamp> = parts.iter().map(|part| part.run).collect();
        runs.dedup();
        let Some(run) = run.or_else(|| runs.last().copied()).filter(|run| runs.contains(run)) else {
            let runs = runs.iter().map(Timestamp::to_string).collect();
            return Err(OpenError::NoRun { path: folder.to_owned(), runs });
        };
        parts.retain(|part| part.run == run);
        match (1..).zip(&parts).find(|(number, part)| *number != part.part) {
            Some((missing, _)) => Err(OpenError::Missing { run, missing }),
            None => Ok(Self { parts, run }),
        }
    }

    /// Its files, in order.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.parts.iter().map(|part| part.path.as_path())
    }

    /// When its footmand started.
    pub fn run(&self) -> Timestamp {
        self.run
    }

    /// Its lines, without the first of each file.
    pub(super) fn lines(&self) -> Lines<'_> {
        Lines { parts: &self.parts, open: None, cut: false }
    }
}

/// The lines of a recording, in order. A last line without an end was never written whole, and is left out.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    /// The files that are still to be opened.
    parts: &'a [Part],
    open: Option<(BufReader<File>, Place)>,
    cut: bool,
}

impl Lines<'_> {
    /// Whether the last line had no end.
    pub(super) fn was_cut(&self) -> bool {
        self.cut
    }

    /// The next line.
    pub(super) fn next(&mut self) -> Result<Option<(Place, Line)>, ReadError> {
        loop {
            let Some((place, value)) = self.next_value()? else {
                let Some((part, rest)) = self.parts.split_first() else { return Ok(None) };
                self.parts = rest;
                self.begin(part)?;
                continue;
            };
            let line = decode(&value).map_err(|source| ReadError::Line { place: place.clone(), source })?;
            return Ok(Some((place, line)));
        }
    }

    /// Opens a file and reads its first line.
    fn begin(&mut self, part: &Part) -> Result<(), ReadError> {
        let failed = |source| ReadError::File { path: part.path.clone(), source };
        let file = BufReader::new(File::open(&part.path).map_err(failed)?);
        self.open = Some((file, Place { path: part.path.clone(), line: 0 }));
        let Some((place, value)) = self.next_value()? else { return Ok(()) };
        let damaged = |source| ReadError::Line { place: place.clone(), source };
        let found = decode_version(&value).map_err(damaged)?;
        if found != VERSION {
            return Err(ReadError::Version { place, found });
        }
        let header = decode_header(&value).map_err(damaged)?;
        if (header.run, header.part) != (part.run, part.part) {
            return Err(ReadError::Misplaced { place });
        }
        Ok(())
    }

    /// The next line of the open file as JSON.
    fn next_value(&mut self) -> Result<Option<(Place, Value)>, ReadError> {
        let Some((file, place)) = &mut self.open else { return Ok(None) };
        let mut text = Vec::new();
        let read = file.read_until(b'\n', &mut text);
        read.map_err(|source| ReadError::File { path: place.path.clone(), source })?;
        if text.is_empty() {
            self.open = None;
            return Ok(None);
        }
        place.line += 1;
        let place = place.clone();
        if text.last() != Some(&b'\n') {
            if !self.parts.is_empty() {
                return Err(ReadError::Cut { place });
            }
            (self.cut, self.open) = (true, None);
            return Ok(None);
        }
        let value = serde_json::from_slice(&text)
            .map_err(|source| ReadError::Json { place: place.clone(), source })?;
        Ok(Some((place, value)))
    }
}
