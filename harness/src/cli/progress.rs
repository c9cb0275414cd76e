//! How far a long run is, on standard error: a bar on a terminal, and now and then a line elsewhere.
//!
//! A log has no use for a bar that redraws itself, but who reads it wants to know that the run lives. A line comes each
//! time the run has twice as much behind it, so that a run of any length writes a handful of them, and a short one none.

use crate::{cli::Console, world::Progress};
use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use std::{
    io::{self, Write},
    sync::atomic::{AtomicU64, Ordering},
};

/// The builds after which the first line comes.
const BUILDS_FIRST: u64 = 10_000;

/// The simulations of a plan after which the first line comes.
const SIMULATIONS_FIRST: u64 = 8;

/// The progress of one run, whose length is not known.
#[derive(Debug)]
pub(crate) struct Bar {
    bar: Option<ProgressBar>,
    what: &'static str,
    unit: &'static str,
    done: AtomicU64,
    /// At which number the next line comes.
    line_at: AtomicU64,
}

impl Bar {
    /// For a run of builds: `what` is what happens to them.
    pub(crate) fn builds(console: &Console, what: &'static str) -> Self {
        Self::new(console, what, "builds", BUILDS_FIRST)
    }

    /// For a plan, which counts simulations.
    pub(crate) fn simulations(console: &Console, what: &'static str) -> Self {
        Self::new(console, what, "simulations", SIMULATIONS_FIRST)
    }

    fn new(console: &Console, what: &'static str, unit: &'static str, first: u64) -> Self {
        let bar = console.shows_progress().then(|| {
            let template = "{spinner} {prefix}: {human_pos} {msg}, {per_sec}, {elapsed}";
            let style =
                ProgressStyle::with_template(template).expect("the template is a constant and a good one");
            ProgressBar::new_spinner().with_style(style).with_prefix(what).with_message(unit)
        });
        Self { bar, what, unit, done: AtomicU64::new(0), line_at: AtomicU64::new(first) }
    }

    /// Shows how far the run is.
    pub(crate) fn show(&self, progress: &Progress) {
        self.reach(progress.submitted);
    }

    /// Shows that one more of its parts is done; any thread may say so.
    pub(crate) fn one_more(&self) {
        self.reach(self.done.fetch_add(1, Ordering::Relaxed) + 1);
    }

    fn reach(&self, done: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(done);
            return;
        }
        let line_at = self.line_at.load(Ordering::Relaxed);
        if done < line_at {
            return;
        }
        // Of two threads that get here at once, the one that moves the mark writes the line.
        let next = done.saturating_mul(2);
        let moved = self.line_at.compare_exchange(line_at, next, Ordering::Relaxed, Ordering::Relaxed);
        if moved.is_ok() {
            // A reader that went away is no failure of the run.
            drop(writeln!(io::stderr().lock(), "{}: {} {}", self.what, HumanCount(done), self.unit));
        }
    }

    /// Takes the bar away, before results are printed.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
