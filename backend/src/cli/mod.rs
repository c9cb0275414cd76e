//! The command line: what `footmand` can be asked to do.
//!
//! A command is a module with its arguments and a `run`. Output is for people by default; `--json` is for programs.

mod ask;
mod bundle;
mod complaints;
mod connect;
mod doctor;
mod explain;
mod guard;
mod health;
mod iam_policy;
mod log;
mod reload;
mod render;
mod replay;
mod run;
mod status;
mod stop_all;

pub use log::LOG_FILTER_MOST;

use clap::{Parser, Subcommand};
use footman_config::{Loaded, Severity};
use footman_config_files::ConfigFiles;
use miette::miette;
use std::{
    io::{IsTerminal, Write},
    process::ExitCode,
};

/// Provisions elastic Jenkins build agents on Amazon ECS.
#[derive(Debug, Parser)]
#[command(name = "footmand", version, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Bundle(bundle::BundleArguments),
    Doctor(doctor::DoctorArguments),
    Explain(explain::ExplainArguments),
    Guard(guard::GuardArguments),
    Health(health::HealthArguments),
    IamPolicy(iam_policy::IamPolicyArguments),
    Render(render::RenderArguments),
    Replay(replay::ReplayArguments),
    Run(run::RunArguments),
    StopAll(stop_all::StopAllArguments),
}

/// Runs the command and says how it went: 0 for success, 1 for a failure that was explained, 2 for wrong arguments (by the
/// argument parser).
pub fn run(arguments: Arguments) -> ExitCode {
    // Where nobody reads along, a message is a line, so that a log can be searched for it.
    let wrap = std::io::stderr().is_terminal();
    drop(miette::set_hook(Box::new(move |_| {
        Box::new(miette::MietteHandlerOpts::new().wrap_lines(wrap).build())
    })));
    let success = |()| ExitCode::SUCCESS;
    let done = match arguments.command {
        Command::Bundle(arguments) => bundle::run(&arguments).map(success),
        Command::Doctor(arguments) => doctor::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments).map(success),
        Command::Guard(arguments) => guard::run(&arguments).map(success),
        Command::Health(arguments) => health::run(&arguments),
        Command::IamPolicy(arguments) => iam_policy::run(&arguments).map(success),
        Command::Render(arguments) => render::run(&arguments).map(success),
        Command::Replay(arguments) => replay::run(&arguments).map(success),
        Command::Run(arguments) => run::run(&arguments).map(success),
        Command::StopAll(arguments) => stop_all::run(&arguments).map(success),
    };
    done.unwrap_or_else(|report| {
        note(format!("{report:?}"));
        ExitCode::FAILURE
    })
}

/// Writes `text` to standard output. A reader that went away (`footmand … | head`) is no failure of ours.
fn say(text: impl AsRef<str>) {
    drop(writeln!(std::io::stdout().lock(), "{}", text.as_ref().trim_end_matches('\n')));
}

/// Writes `text` to standard error: what is said besides the result.
fn note(text: impl AsRef<str>) {
    drop(writeln!(std::io::stderr().lock(), "{}", text.as_ref().trim_end_matches('\n')));
}

/// The configuration in `files`; what there is to say of it is noted.
///
/// # Errors
///
/// Fails where a file cannot be read or the configuration cannot be used.
fn load(files: &ConfigFiles) -> miette::Result<Loaded> {
    let reading = files.read()?;
    let said = reading.show(|diagnostic| diagnostic.severity != Severity::Note);
    if !said.is_empty() {
        note(said);
    }
    reading.outcome.map_err(|_| miette!("the configuration has errors (above)"))
}
