//! Chores of this workspace that are programs: `cargo run -p xtask -- COMMAND`.

use clap::{Parser, Subcommand};
use std::{path::PathBuf, process::ExitCode};
use xtask::ecs_model;

/// Where the generated file is, from the root of the workspace.
const MODEL: &str = "ecs-sim/src/http/model.rs";

/// Chores of this workspace.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Writes the types of ECS's API from botocore's model.
    GenerateEcsModel {
        /// botocore/data/ecs/2014-11-13/service-2.json, or the same with .gz.
        #[arg(long)]
        model: PathBuf,
        /// The version of botocore that it comes from.
        #[arg(long)]
        botocore: String,
        /// The file to write.
        #[arg(long, default_value = MODEL)]
        output: PathBuf,
    },
}

fn main() -> ExitCode {
    let Arguments { command } = Arguments::parse();
    let Command::GenerateEcsModel { model, botocore, output } = command;
    match ecs_model::generate_file(&model, &botocore, &output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut source = std::error::Error::source(&error);
            let mut text = format!("failed to generate the model: {error}");
            while let Some(cause) = source {
                text.push_str(&format!(": {cause}"));
                source = cause.source();
            }
            complain(&text);
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "a command says on standard error why it failed")]
fn complain(text: &str) {
    eprintln!("{text}");
}
