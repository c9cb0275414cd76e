//! `footman replay`: makes a result again, or what a daemon decided.

mod document;
mod recording;

use super::Console;
use clap::Args;
use miette::miette;
use std::path::PathBuf;

/// Repeats the run behind a --json document, or what footmand decided, and says whether the same comes out
#[derive(Debug, Clone, Args)]
pub(crate) struct ReplayArguments {
    /// A document that simulate, plan, load or replay wrote with --json, or the folder of a recording that `footmand run --record`
    /// made
    #[arg(value_name = "FILE|DIR")]
    what: PathBuf,
    /// The folder in which the run of a document was made, where that is not this one: its relative paths start there
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    #[command(flatten)]
    recording: recording::RecordingArguments,
}

impl ReplayArguments {
    /// Whether it asks what another configuration would have come to, whose answer is a document.
    fn is_what_if(&self) -> bool {
        self.what.is_dir() && self.recording.is_what_if()
    }
}

/// Runs the command.
pub(crate) fn run(arguments: &ReplayArguments, console: &mut Console) -> miette::Result<()> {
    let ReplayArguments { what, folder, recording } = arguments;
    if what.is_dir() {
        if folder.is_some() {
            return Err(miette!("--folder is for documents, and `{}` is a recording", what.display()));
        }
        recording::run(what, recording, console)
    } else if recording.are_given() {
        Err(miette!(
            help = "a recording is the folder that `footmand run --record DIR` wrote into",
            "--run, --until, --with, --var, --seed and --json are for recordings, and `{}` is no folder",
            what.display()
        ))
    } else {
        document::run(what, folder.as_deref(), console)
    }
}
