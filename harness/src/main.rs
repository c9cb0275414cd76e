//! `footman`: plans, simulates and serves simulators; it never opens a connection.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    footman::cli::run(footman::cli::Arguments::parse())
}
