//! `footmand`: the daemon that provisions, and what an operator asks it besides.

use clap::Parser;
use footman_backend::cli::{Arguments, run};
use std::process::ExitCode;

fn main() -> ExitCode {
    run(Arguments::parse())
}
