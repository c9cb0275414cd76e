//! What a result says of its own origin, so that one command repeats it.
//!
//! Every `--json` document holds a [`Record`]: the version, the seed, the command line, and a hash of each input file.
//! `footman replay FILE` reads it back, checks that the inputs are still the same, and runs the command again.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};
use thiserror::Error;

/// The format of the records that this version writes.
pub const RECORD_FORMAT: u32 = 1;

/// The origin of a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The format of this record, [`RECORD_FORMAT`].
    pub format: u32,
    /// The version of Footman that made the result.
    pub version: String,
    /// The seed that every random draw of the run depends on.
    pub seed: u64,
    /// The arguments after `footman`, one word each.
    pub arguments: Vec<String>,
    /// The files that the run read, in the order of the command line.
    pub inputs: Vec<Input>,
}

/// A file that a run read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Its path, as the command line had it.
    pub path: PathBuf,
    /// The SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
}

/// Why a run cannot be repeated from its record.
#[derive(Debug, Error)]
pub enum RecordError {
    /// A file that the run read cannot be read now.
    #[error("cannot read the input {path}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file that the run read holds something else now.
    #[error("the input {path} is not what the run read: its SHA-256 is {now}, and was {then}")]
    Changed {
        /// The file.
        path: PathBuf,
        /// Its hash in the record.
        then: String,
        /// Its hash now.
        now: String,
    },
    /// The record is of a format that this version does not know.
    #[error("the record has format {format}, and this version reads format {RECORD_FORMAT} only")]
    Format {
        /// The record's format.
        format: u32,
    },
}

impl Record {
    /// The record of a run with these arguments and input files.
    ///
    /// # Errors
    ///
    /// Fails where an input cannot be read.
    pub fn new(seed: u64, arguments: Vec<String>, inputs: &[PathBuf]) -> Result<Self, RecordError> {
        let inputs = inputs.iter().map(|path| Input::read(path)).collect::<Result<_, _>>()?;
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Ok(Self { format: RECORD_FORMAT, version, seed, arguments, inputs })
    }

    /// Checks that the run can be repeated: the format is known and every input is what it was.
    ///
    /// # Errors
    ///
    /// Says which input is missing or differs.
    pub fn check(&self) -> Result<(), RecordError> {
        if self.format != RECORD_FORMAT {
            return Err(RecordError::Format { format: self.format });
        }
        for then in &self.inputs {
            let now = Input::read(&then.path)?;
            if now.sha256 != then.sha256 {
                let (path, then, now) = (then.path.clone(), then.sha256.clone(), now.sha256);
                return Err(RecordError::Changed { path, then, now });
            }
        }
        Ok(())
    }

    /// The command line that repeats the run, fit for a POSIX shell.
    pub fn command_line(&self) -> String {
        let mut line = String::from("footman");
        for word in &self.arguments {
            line.push(' ');
            line.push_str(&quoted(word));
        }
        line
    }
}

impl Input {
    fn read(path: &Path) -> Result<Self, RecordError> {
        let unreadable = |source| RecordError::Unreadable { path: path.to_owned(), source };
        let mut file = File::open(path).map_err(unreadable)?;
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 1 << 16];
        loop {
            match file.read(&mut buffer).map_err(unreadable)? {
                0 => break,
                n => hash.update(&buffer[..n]),
            }
        }
        let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { path: path.to_owned(), sha256 })
    }
}

/// `word` as a POSIX shell reads it back.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+%@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_survives_a_shell() {
        let table = [
            ("p95=60s", "p95=60s"),
            ("a b", "'a b'"),
            ("", "''"),
            ("it's", r"'it'\''s'"),
            ("a&&b", "'a&&b'"),
        ];
        for (word, want) in table {
            assert_eq!(quoted(word), want);
        }
    }

    #[test]
    fn a_changed_input_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trace.csv");
        std::fs::write(&path, "one").unwrap();
        let record = Record::new(7, vec!["simulate".into()], std::slice::from_ref(&path)).unwrap();
        record.check().unwrap();
        std::fs::write(&path, "two").unwrap();
        let error = record.check().unwrap_err();
        assert!(matches!(&error, RecordError::Changed { path: named, .. } if *named == path), "{error}");
        std::fs::remove_file(&path).unwrap();
        assert!(matches!(record.check().unwrap_err(), RecordError::Unreadable { .. }));
    }
}
