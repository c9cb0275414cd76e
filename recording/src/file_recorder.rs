//! Writes a recording while the machine is driven.
//!
//! A line goes to the file in one piece and at once: what a daemon was told before it was killed is there. What cannot be
//! written ends the recording and nothing else.

use crate::{
    encode::{encode, encode_header},
    folder::{Part, parts},
    line::{Header, Line, LogHash, Seen},
    text::decision_line,
    told::{Input, Recorder},
};
use footman_core::{
    Policy, Timestamp,
    decision::Decision,
    event::{JenkinsListing, TaskListing},
};
use serde_json::Value;
use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};
use thiserror::Error;

/// How many inputs there are between two checkpoints.
const CHECKPOINT_EVERY: u64 = 1000;

/// How much is kept of recordings in one folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// A file that has so many bytes is ended, and another begun. One line may reach over it.
    pub file_bytes: u64,
    /// How many files there are at most, those of earlier runs included; the oldest is dropped for another.
    pub files: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { file_bytes: 64 << 20, files: 32 }
    }
}

/// Why nothing is recorded, or no more.
#[derive(Debug, Error)]
pub enum RecordError {
    /// The folder cannot be made or listed.
    #[error("failed to record into {}: {source}", .path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file cannot be created or written.
    #[error("failed to write {}: {source}", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// An old file cannot be deleted.
    #[error("failed to delete {}: {source}", .path.display())]
    Delete {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Records into the files of a folder.
#[derive(Debug)]
pub struct FileRecorder {
    /// What is written to, until that fails.
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    folder: PathBuf,
    limits: Limits,
    policy: Policy,
    part: Part,
    file: File,
    bytes: u64,
    inputs: u64,
    log: LogHash,
    polled: Option<JenkinsListing>,
    looked: Option<TaskListing>,
}

impl FileRecorder {
    /// Begins the recording of a core that begins at `now` with `policy`, in `folder`, which is made where it is missing.
    ///
    /// # Errors
    ///
    /// Fails where the folder or the first file cannot be made, written or kept within its limits.
    pub fn create(
        folder: &Path,
        limits: Limits,
        policy: &Policy,
        now: Timestamp,
    ) -> Result<Self, RecordError> {
        let failed = |source| RecordError::Folder { path: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(failed)?;
        make_room(folder, limits, None)?;
        let part = Part::new(folder, now, 1);
        let (file, bytes) = begin(&part)?;
        let mut open = Open {
            folder: folder.to_owned(),
            limits,
            policy: policy.clone(),
            part,
            file,
            bytes,
            inputs: 0,
            log: LogHash::default(),
            polled: None,
            looked: None,
        };
        open.put(&Line::Start { at: now, policy: Box::new(policy.clone()) })?;
        Ok(Self { open: Some(open) })
    }

    /// Does something with what is written to; where that fails, the recording ends.
    fn attempt(&mut self, write: impl FnOnce(&mut Open) -> Result<(), RecordError>) {
        if let Some(open) = &mut self.open
            && let Err(error) = write(open)
        {
            tracing::warn!("{error}; the recording ends here, and footmand goes on");
            self.open = None;
        }
    }
}

impl Recorder for FileRecorder {
    fn told(&mut self, now: Timestamp, input: Input<'_>) {
        self.attempt(|open| open.told(now, input));
    }

    fn decided(&mut self, decision: &Decision) {
        self.attempt(|open| {
            let line = decision_line(decision, &open.policy);
            open.log.add(&line);
            open.put(&Line::Decision(line))
        });
    }

    fn ended(&mut self) {
        self.attempt(|open| open.put(&Line::End(open.log.mark(open.inputs))));
        self.open = None;
    }
}

impl Open {
    fn told(&mut self, at: Timestamp, input: Input<'_>) -> Result<(), RecordError> {
        if self.bytes >= self.limits.file_bytes {
            self.turn_over()?;
        }
        self.inputs += 1;
        let line = match input {
            Input::Poll(listing) => {
                Line::Poll { at, listing: listing.map(|listing| seen(&mut self.polled, listing)) }
            }
            Input::Look(listing) => Line::Look { at, listing: seen(&mut self.looked, listing) },
            Input::Reply(action, outcome) => Line::Reply { at, action, outcome: outcome.clone() },
            Input::Drain(how) => Line::Drain { at, how },
            Input::Timeout => Line::Timeout { at },
        };
        self.put(&line)?;
        if self.inputs.is_multiple_of(CHECKPOINT_EVERY) {
            self.put(&Line::Checkpoint(self.log.mark(self.inputs)))?;
        }
        Ok(())
    }

    /// Begins the next file, in which each listing stands again.
    fn turn_over(&mut self) -> Result<(), RecordError> {
        make_room(&self.folder, self.limits, Some(&self.part))?;
        self.part = Part::new(&self.folder, self.part.run, self.part.part.saturating_add(1));
        (self.file, self.bytes) = begin(&self.part)?;
        (self.polled, self.looked) = (None, None);
        Ok(())
    }

    fn put(&mut self, line: &Line) -> Result<(), RecordError> {
        self.bytes += put(&mut self.file, &self.part.path, self.bytes, &encode(line))?;
        Ok(())
    }
}

/// What is written of a listing, given the one before, in whose place it goes.
fn seen<T: Clone + PartialEq>(before: &mut Option<T>, listing: &T) -> Seen<T> {
    if before.as_ref() == Some(listing) {
        return Seen::Same;
    }
    *before = Some(listing.clone());
    Seen::New(listing.clone())
}

/// Begins a file; says how many bytes are in it.
fn begin(part: &Part) -> Result<(File, u64), RecordError> {
    let failed = |source| RecordError::Write { path: part.path.clone(), source };
    let mut file = File::create_new(&part.path).map_err(failed)?;
    let header = Header { footmand: env!("CARGO_PKG_VERSION").to_owned(), run: part.run, part: part.part };
    let bytes = put(&mut file, &part.path, 0, &encode_header(&header))?;
    Ok((file, bytes))
}

/// Writes a line behind the `bytes` that are in the file, whole or not at all; says how many bytes it has.
fn put(file: &mut File, path: &Path, bytes: u64, line: &Value) -> Result<u64, RecordError> {
    let text = format!("{line}\n");
    file.write_all(text.as_bytes()).map_err(|source| {
        // A part of the line may have found room. Where it cannot be taken back, readers leave it out: it has no end.
        drop(file.set_len(bytes));
        RecordError::Write { path: path.to_owned(), source }
    })?;
    Ok(u64::try_from(text.len()).unwrap_or(u64::MAX))
}

/// Deletes the oldest files until there is room for another, but for `current`.
fn make_room(folder: &Path, limits: Limits, current: Option<&Part>) -> Result<(), RecordError> {
    let failed = |source| RecordError::Folder { path: folder.to_owned(), source };
    let parts = parts(folder).map_err(failed)?;
    let surplus = (parts.len() + 1).saturating_sub(limits.files);
    for part in parts.iter().filter(|part| Some(*part) != current).take(surplus) {
        if current.is_some_and(|current| current.run == part.run && part.part == 1) {
            tracing::warn!("the start of the recording is dropped: this run cannot be replayed");
        }
        let failed = |source| RecordError::Delete { path: part.path.clone(), source };
        fs::remove_file(&part.path).map_err(failed)?;
    }
    Ok(())
}
