//! The commands as a user runs them: what they print, how they end, and what they say of bad input.

#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod help;
#[cfg(all(test, unix))]
mod interrupt;
#[cfg(test)]
mod plan;
#[cfg(test)]
mod query;
#[cfg(test)]
mod recordings;
#[cfg(test)]
mod replay;

use std::{fs, path::Path, process::Command};

/// What a command said and how it ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Outcome {
    /// Of `command`, run to its end.
    fn of(command: &mut Command) -> Self {
        let output = command.output().expect("the command starts");
        Self {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// Runs `footman` in `folder`.
pub(crate) fn footman(folder: &Path, arguments: &[&str]) -> Outcome {
    Outcome::of(Command::new(env!("CARGO_BIN_EXE_footman")).args(arguments).current_dir(folder))
}

/// A folder with these files.
pub(crate) fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    for (name, content) in files {
        fs::write(folder.path().join(name), content).expect("and written to");
    }
    folder
}

/// A configuration with one template.
pub(crate) const JENKINS: &str = "jenkins:\n  clouds:\n  - ecs:\n      name: ecs\n      cluster: arn:aws:ecs:us-east-1:123456789012:cluster/ci\n      \
                                  templates:\n      - {templateName: java, label: java, image: x, cpu: 1024, memory: 2048, launchType: FARGATE}\n";

/// Builds of one label that come at once.
pub(crate) fn trace(builds: usize) -> String {
    let rows = (0..builds).map(|n| format!("{n},60,java\n"));
    std::iter::once("submit_s,duration_s,label\n".to_owned()).chain(rows).collect()
}
