//! The files of recordings: `RUN-PART.jsonl`, so that their names sort as they were written.

use footman_core::Timestamp;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// A file of a recording.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Part {
    /// When its footmand started.
    pub(super) run: Timestamp,
    /// Which of the run's files it is, from 1.
    pub(super) part: u32,
    /// Where it is.
    pub(super) path: PathBuf,
}

impl Part {
    /// The file of this run and number in `folder`.
    pub(super) fn new(folder: &Path, run: Timestamp, part: u32) -> Self {
        let path = folder.join(format!("{:013}-{part:06}.jsonl", run.as_millis()));
        Self { run, part, path }
    }

    /// The file at `path`, where that has the name of one.
    fn at(path: PathBuf) -> Option<Self> {
        let name = path.file_name()?.to_str()?.strip_suffix(".jsonl")?;
        let (run, part) = name.rsplit_once('-')?;
        let (run, part) = (Timestamp::from_millis(run.parse().ok()?), part.parse().ok()?);
        Some(Self { run, part, path })
    }
}

/// The files of recordings in `folder`, the oldest first; other files are none of ours.
pub(super) fn parts(folder: &Path) -> io::Result<Vec<Part>> {
    let mut parts = Vec::new();
    for entry in fs::read_dir(folder)? {
        parts.extend(Part::at(entry?.path()));
    }
    parts.sort();
    Ok(parts)
}
