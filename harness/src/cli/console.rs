//! Where output goes, and how a long run learns that it should end.

use std::{
    io::{self, IsTerminal, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// What one command was asked, and where its output goes: standard output and standard error.
#[derive(Debug)]
pub struct Console {
    interrupt: Interrupt,
    arguments: Vec<String>,
    /// What would have gone to standard output, where that is kept instead.
    kept: Option<String>,
    failed: bool,
}

/// Set once the user asks a run to end (`Ctrl-C`); a run looks at it between steps and ends with what it has.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// One that nothing sets but [`Self::set`].
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the run should end.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Asks the run to end.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Console {
    /// The process's own streams and arguments.
    pub fn new() -> Self {
        let arguments = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
        Self { interrupt: Interrupt::new(), arguments, kept: None, failed: false }
    }

    /// One for a command with other `arguments`, whose standard output is kept, and which ends when this one's does.
    pub(crate) fn keeping(&self, arguments: Vec<String>) -> Self {
        Self { interrupt: self.interrupt.clone(), arguments, kept: Some(String::new()), failed: false }
    }

    /// What was said, where it was kept.
    pub(crate) fn into_kept(self) -> String {
        self.kept.unwrap_or_default()
    }

    /// The words of the command after `footman`.
    pub(crate) fn arguments(&self) -> &[String] {
        &self.arguments
    }

    /// Makes the first `Ctrl-C` ask the run to end and the second one end the process at once.
    ///
    /// Only the long commands call it, so that a short one dies of `Ctrl-C` as any program does.
    pub fn listen_for_interrupt(&mut self) -> &Interrupt {
        let interrupt = self.interrupt.clone();
        let handler = move || {
            if interrupt.is_set() {
                std::process::exit(130);
            }
            interrupt.set();
        };
        // A handler that cannot be set leaves the default one, which ends the process: nothing is lost by that.
        drop(ctrlc::set_handler(handler));
        &self.interrupt
    }

    /// Whether the user asked the run to end.
    pub fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    /// Whether standard error is a terminal, where a progress bar makes sense.
    pub fn shows_progress(&self) -> bool {
        io::stderr().is_terminal()
    }

    /// Writes `text` and a line end to standard output.
    ///
    /// A reader that went away (`footman … | head`) is no failure of ours, so errors of the pipe are dropped.
    pub fn say(&mut self, text: impl AsRef<str>) {
        if let Some(kept) = &mut self.kept {
            kept.push_str(text.as_ref().trim_end_matches('\n'));
            kept.push('\n');
            return;
        }
        drop(writeln!(io::stdout().lock(), "{}", text.as_ref().trim_end_matches('\n')));
    }

    /// Writes `text` and a line end to standard error: what is said about a run besides its result.
    pub fn note(&mut self, text: impl AsRef<str>) {
        drop(writeln!(io::stderr().lock(), "{}", text.as_ref().trim_end_matches('\n')));
    }

    /// Says that a command gave its result, and that it is none to be content with.
    pub(crate) fn fail(&mut self, text: impl AsRef<str>) {
        self.note(text);
        self.failed = true;
    }

    /// Whether the result is none to be content with.
    pub(crate) fn failed(&self) -> bool {
        self.failed
    }

    /// Writes why a command failed, with the source excerpt where there is one.
    pub fn explain(&mut self, report: &miette::Report) {
        drop(writeln!(io::stderr().lock(), "{report:?}"));
    }
}

impl Default for Console {
    fn default() -> Self {
        Self::new()
    }
}
