//! What the daemon costs and how quick it is, against both simulated servers on loopback.
//!
//! `cargo bench -p footman-backend --bench daemon` prints three figures, each with its bar (benches/README.md): how long after a
//! build came `RunTask` was accepted, how much of a core the binary takes while 200 agents build, and what memory it has after
//! each day of a simulated week. A name runs one of them: `-- start`, `-- busy`, `-- week`. It fails where a bar is missed.
//!
//! The servers run in a process of their own, which is this program once more, so that what is measured is the daemon's alone.
//! Without `--bench`, as tests run it, each is tried for a moment and nothing is judged.

#![expect(clippy::expect_used, reason = "a benchmark that cannot go on stops")]
#![expect(clippy::print_stdout, reason = "its figures are its output")]

mod busy;
mod parts;
mod servers;
mod start;
mod week;

use std::process::ExitCode;

/// Measures something, which is judged where the argument says so.
type Measure = fn(bool) -> Figure;

/// What one figure came to.
struct Figure {
    what: String,
    bar: String,
    met: bool,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == servers::ARGUMENT) {
        servers::serve(arguments.get(1).is_some_and(|clock| clock == servers::LOCKSTEP));
        return ExitCode::SUCCESS;
    }
    let judged = arguments.iter().any(|argument| argument == "--bench");
    let chosen = |name: &str| {
        let mut names = arguments.iter().filter(|argument| !argument.starts_with('-')).peekable();
        names.peek().is_none() || names.any(|argument| argument == name)
    };
    let figures: [(&str, Measure); 3] =
        [("start", start::measure), ("busy", busy::measure), ("week", week::measure)];
    let mut missed = false;
    for (_, measure) in figures.into_iter().filter(|(name, _)| chosen(name)) {
        let Figure { what, bar, met } = measure(judged);
        if judged {
            println!("{what}; the bar is {bar}: {}", if met { "met" } else { "missed" });
            missed |= !met;
        }
    }
    if missed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
