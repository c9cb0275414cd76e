//! The progress bar of a long run, on standard error and only where that is a terminal.

use crate::{cli::Console, world::Progress};
use indicatif::{ProgressBar, ProgressStyle};

/// A progress bar, or nothing where nobody would see it.
pub(crate) struct Bar(Option<ProgressBar>);

impl Bar {
    /// A bar for a run whose length is not known: it shows builds, not a share.
    pub(crate) fn new(console: &Console, what: &'static str) -> Self {
        if !console.shows_progress() {
            return Self(None);
        }
        let style = ProgressStyle::with_template("{spinner} {msg}: {human_pos} builds, {per_sec}, {elapsed}")
            .expect("the template is a constant and a good one");
        Self(Some(ProgressBar::new_spinner().with_style(style).with_message(what)))
    }

    /// Shows how far the run is.
    pub(crate) fn show(&self, progress: &Progress) {
        if let Some(bar) = &self.0 {
            bar.set_position(progress.submitted);
        }
    }

    /// Takes the bar away, before results are printed.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
