//! Runs several contenders in turns in one process, so that noise hits them all, and keeps the best turn of each.
//!
//! Other jobs make a turn longer, never shorter: they take the caches, not the time that is counted. So the best of
//! some turns is the figure to compare, and a ratio of two bests of the same run can be trusted where neither figure
//! alone can.

use crate::cpu_time::thread_time;
use comfy_table::{Table, presets::ASCII_MARKDOWN};
use std::{
    fmt,
    io::{self, Write},
    time::Duration,
};

/// One of those that are compared.
pub struct Contender {
    name: String,
    /// Does so many steps.
    run: Box<dyn FnMut(u32)>,
    best: Option<Duration>,
}

impl fmt::Debug for Contender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contender")
            .field("name", &self.name)
            .field("best", &self.best)
            .finish_non_exhaustive()
    }
}

impl Contender {
    /// A contender that does as many steps as it is told to.
    pub fn new(name: impl Into<String>, run: impl FnMut(u32) + 'static) -> Self {
        Self { name: name.into(), run: Box::new(run), best: None }
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// How long a comparison is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turns {
    /// How often each has its turn.
    pub rounds: u32,
    /// Steps before the clock of a turn starts: they bring the caches back that the others took.
    pub warm_up: u32,
    /// Steps that are counted in a turn.
    pub steps: u32,
}

impl Turns {
    /// One turn of one step, to see that a benchmark runs at all.
    pub const ONCE: Self = Self { rounds: 1, warm_up: 0, steps: 1 };

    /// Lets all have their turns, and gives the nanoseconds that each took a step in its best one.
    pub fn race(self, contenders: &mut [Contender]) -> Vec<f64> {
        for _ in 0..self.rounds {
            for contender in &mut *contenders {
                (contender.run)(self.warm_up);
                let started = thread_time();
                (contender.run)(self.steps);
                let spent = thread_time().saturating_sub(started);
                contender.best = Some(contender.best.map_or(spent, |best| best.min(spent)));
            }
        }
        let nanos = |contender: &Contender| contender.best.unwrap_or_default().as_secs_f64() * 1e9;
        contenders.iter().map(|contender| nanos(contender) / f64::from(self.steps)).collect()
    }
}

/// Whether the program was started by `cargo bench`; `cargo test` wants to see each benchmark run once and no more.
pub fn is_measuring() -> bool {
    std::env::args().any(|argument| argument == "--bench")
}

/// Prints a table with these columns, under a title.
///
/// # Errors
///
/// Fails where standard output is closed.
pub fn print(title: &str, columns: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN).set_header(columns).add_rows(rows);
    writeln!(io::stdout(), "\n{title}\n\n{table}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{cell::RefCell, rc::Rc};

    #[test]
    fn contenders_take_turns_and_warm_up_before_each() {
        let log = Rc::new(RefCell::new(Vec::new()));
        let contender = |name: &'static str| {
            let log = Rc::clone(&log);
            Contender::new(name, move |steps| log.borrow_mut().push((name, steps)))
        };
        let turns = Turns { rounds: 2, warm_up: 3, steps: 10 };
        let times = turns.race(&mut [contender("a"), contender("b")]);
        assert_eq!(times.len(), 2);
        let round = [("a", 3), ("a", 10), ("b", 3), ("b", 10)];
        assert_eq!(*log.borrow(), [round, round].concat());
    }
}
