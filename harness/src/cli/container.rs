//! `footman container`: keeps the process of one container, for `footman serve --runtime process`; not for people.
//!
//! It starts the program in a process group of its own and does to the group what its standard input says. The end of the
//! input means that whoever started it is gone, however that came about: then everything is killed.

use crate::serve::STOP;
use clap::Args;
use std::{
    io::{self, Read},
    process::{Command, ExitCode, Stdio},
    thread,
};

/// Keeps the process of one container.
#[derive(Debug, Clone, Args)]
pub(crate) struct ContainerArguments {
    /// The program and its arguments.
    #[arg(required = true, last = true)]
    words: Vec<std::ffi::OsString>,
}

/// What a shell says of a program that cannot be started.
const NOT_STARTED: u8 = 127;
/// What is added to the number of the signal that ended a program, as shells do.
#[cfg(unix)]
const SIGNALLED: i32 = 128;

/// Runs the program to its end and ends as it did.
#[cfg(unix)]
pub(crate) fn run(arguments: &ContainerArguments) -> ExitCode {
    use rustix::process::{Pid, Signal, kill_process_group};
    use std::os::unix::process::{CommandExt, ExitStatusExt};

    let (program, rest) = arguments.words.split_first().expect("the parser wants one at least");
    let started = Command::new(program).args(rest).stdin(Stdio::null()).process_group(0).spawn();
    let mut child = match started {
        Ok(child) => child,
        Err(error) => return not_started(program, &error),
    };
    let group = Pid::from_child(&child);
    // A group that is gone cannot be signalled, and need not be.
    let kill = move || {
        let _ = kill_process_group(group, Signal::KILL);
    };
    thread::spawn(move || {
        let mut input = io::stdin().lock();
        let mut order = [0];
        while input.read_exact(&mut order).is_ok() && order[0] == STOP {
            let _ = kill_process_group(group, Signal::TERM);
        }
        kill();
    });
    let ended = child.wait();
    // What the program left behind ends with it, as in a container.
    kill();
    let code = ended.ok().and_then(|status| {
        status.code().or_else(|| status.signal().map(|signal| SIGNALLED.saturating_add(signal)))
    });
    code.and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// Process groups are a matter of Unix.
#[cfg(not(unix))]
pub(crate) fn run(arguments: &ContainerArguments) -> ExitCode {
    let (program, _) = arguments.words.split_first().expect("the parser wants one at least");
    not_started(program, &io::Error::from(io::ErrorKind::Unsupported))
}

/// Says so where the output of the container goes; its arguments may be secret.
fn not_started(program: &std::ffi::OsStr, error: &io::Error) -> ExitCode {
    use std::io::Write;
    drop(writeln!(io::stderr().lock(), "footman: failed to start {}: {error}", program.to_string_lossy()));
    ExitCode::from(NOT_STARTED)
}
