//! The command line: what `footman` can be asked to do.
//!
//! A command is a module with its arguments and a `run`; it computes through the library and prints. Output is for
//! people by default; `--json` is for programs.

mod config;
mod console;
mod container;
mod expressions;
mod inputs;
mod load;
mod plan;
mod progress;
mod query;
mod replay;
mod serve;
mod simulate;
mod trace;

pub use console::{Console, Interrupt};

use clap::{Parser, Subcommand};
use std::{io::IsTerminal, process::ExitCode};

/// Plans, simulates and tests elastic Jenkins build agents on Amazon ECS, in virtual time.
///
/// Without a command, plans the bundled example.
#[derive(Debug, Parser)]
#[command(name = "footman", version, max_term_width = 100)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Reads and explains a configuration.
    #[command(subcommand)]
    Config(config::Command),
    #[command(hide = true)]
    Container(container::ContainerArguments),
    Load(load::LoadArguments),
    Plan(plan::PlanArguments),
    Query(query::QueryArguments),
    Replay(replay::ReplayArguments),
    Serve(serve::ServeArguments),
    Simulate(simulate::SimulateArguments),
    Trace(trace::Trace),
}

/// Runs the command and says how it went: 0 for success, 1 for a failure that was explained (a run that got stuck among
/// them), 2 for wrong arguments (by the argument parser), 130 where it was interrupted.
pub fn run(arguments: Arguments) -> ExitCode {
    if let Some(Command::Container(arguments)) = &arguments.command {
        return container::run(arguments);
    }
    let mut console = Console::new();
    // Where nobody reads along, a message is a line, so that a log can be searched for it.
    let wrap = std::io::stderr().is_terminal();
    drop(miette::set_hook(Box::new(move |_| {
        Box::new(miette::MietteHandlerOpts::new().wrap_lines(wrap).build())
    })));
    let done: miette::Result<()> = match arguments.command {
        None => plan::run_example(&mut console),
        Some(Command::Config(command)) => config::run(&command, &mut console),
        Some(Command::Container(_)) => unreachable!("it ended above"),
        Some(Command::Load(arguments)) => load::run(&arguments, &mut console),
        Some(Command::Plan(arguments)) => plan::run(&arguments, &mut console),
        Some(Command::Query(arguments)) => query::run(&arguments, &mut console),
        Some(Command::Replay(arguments)) => replay::run(&arguments, &mut console),
        Some(Command::Serve(arguments)) => serve::run(&arguments, &mut console),
        Some(Command::Simulate(arguments)) => simulate::run(&arguments, &mut console),
        Some(Command::Trace(trace)) => trace.run(&mut console),
    };
    match done {
        Ok(()) if console.interrupt().is_set() => ExitCode::from(130),
        Ok(()) if console.failed() => ExitCode::FAILURE,
        Ok(()) => ExitCode::SUCCESS,
        Err(report) => {
            console.explain(&report);
            ExitCode::FAILURE
        }
    }
}
