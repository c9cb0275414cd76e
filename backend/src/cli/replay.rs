//! `footmand replay`.

use super::say;
use clap::Args;
use footman_core::Timestamp;
use footman_recording::{Recording, parse_time, replay};
use miette::IntoDiagnostic;
use std::path::PathBuf;

/// Gives a recording of `footmand run --record` to a new core and prints what it decides
///
/// Nothing is connected to. It fails where something else is decided than the recording says.
#[derive(Debug, Args)]
pub(super) struct ReplayArguments {
    /// The folder with the recording
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The run to replay, by its start in seconds since the epoch; the last one unless given
    #[arg(long, value_name = "START", value_parser = parse_time)]
    run: Option<Timestamp>,
    /// Ends after what happened at this time, in seconds since the epoch, as decisions show it
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    until: Option<Timestamp>,
    /// Prints JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
///
/// Fails where the recording cannot be read, or something else is decided.
pub(super) fn run(arguments: &ReplayArguments) -> miette::Result<()> {
    let recording = Recording::open(&arguments.folder, arguments.run).into_diagnostic()?;
    let mut lines = Vec::new();
    let replayed = replay(&recording, arguments.until, |line| {
        if arguments.json {
            lines.push(line.to_owned());
        } else {
            say(line);
        }
    });
    let replayed = replayed.into_diagnostic()?;
    if arguments.json {
        say(format!("{:#}", replayed.document(&recording, &lines)));
    } else {
        say(replayed.to_string());
    }
    Ok(())
}
