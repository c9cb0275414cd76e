//! What is read of a Pipeline's script: where it asks for executors, in which order, and for how long.
//!
//! There is no Groovy here. Of a script are read `node` blocks with a plain label, `stage`, `parallel`, `sleep` and the
//! `sleep`s of shell steps; of a declarative one its agents, stages and steps. A step of one line that cannot change any
//! of that takes no time. Everything else, such as a loop, a condition or a label in a variable, is an error that names
//! the line: a run of such a script fails and says so, rather than that its builds ask for something else than in Jenkins.

mod grammar;

use crate::Block;
use footman_core::time::Millis;
use std::sync::Arc;
use thiserror::Error;

/// How many `node` blocks a script has at most.
const BLOCKS_MAX: usize = 1_000;
/// How many of them come one after another at most, counted for each pair.
const ORDERS_MAX: usize = 100_000;
/// How deep blocks are nested at most.
const NESTING_MAX: usize = 64;

/// What a run of a script does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::http) struct Plan {
    /// Its `node` blocks, with keys of 0.
    pub(in crate::http) blocks: Vec<Block>,
    /// How long a run without any lasts.
    pub(in crate::http) duration: Millis,
}

/// A script that is not understood.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {problem}")]
pub(in crate::http) struct ScriptError {
    line: usize,
    problem: Problem,
}

/// What is not understood, and at which byte.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Fault {
    at: usize,
    problem: Problem,
}

/// What is wrong there.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
enum Problem {
    #[error("expected {0}")]
    Expected(&'static str),
    #[error("`{0}` is not understood")]
    Unknown(String),
    #[error("a label that is not a plain text is not understood")]
    Label,
    #[error("blocks are nested more than {NESTING_MAX} deep")]
    TooDeep,
    #[error("a `node` within a `node` is not understood")]
    NodeInNode,
    #[error("a `sleep` outside of the `node` blocks is not understood")]
    SleepOutside,
    #[error("more than {BLOCKS_MAX} `node` blocks, or {ORDERS_MAX} pairs of them that follow each other")]
    TooMany,
}

/// What takes time or an executor.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Sleep { at: usize, length: Millis },
    Node { at: usize, label: Option<Arc<str>>, body: Vec<Self> },
    Parallel(Vec<Vec<Self>>),
}

/// Reads a script.
///
/// # Errors
///
/// Names the first line that is not understood.
pub(in crate::http) fn read(script: &str) -> Result<Plan, ScriptError> {
    grammar::parse(script).and_then(|steps| plan(&steps)).map_err(|Fault { at, problem }| {
        let before = script.get(..at).unwrap_or(script);
        ScriptError { line: before.matches('\n').count() + 1, problem }
    })
}

fn plan(steps: &[Step]) -> Result<Plan, Fault> {
    let mut plan = Plan { blocks: Vec::new(), duration: length(steps) };
    let mut orders = 0;
    add(&mut plan.blocks, &mut orders, steps, Vec::new())?;
    match sleep_outside(steps) {
        Some(at) if !plan.blocks.is_empty() => Err(Fault { at, problem: Problem::SleepOutside }),
        Some(_) | None => Ok(plan),
    }
}

/// How long steps last that all have their executor: one after another, and branches as long as the longest.
fn length(steps: &[Step]) -> Millis {
    let of = |step: &Step| match step {
        Step::Sleep { length, .. } => *length,
        Step::Node { body, .. } => length(body),
        Step::Parallel(branches) => {
            branches.iter().map(|branch| length(branch)).max().unwrap_or(Millis::ZERO)
        }
    };
    steps.iter().map(of).fold(Millis::ZERO, Millis::saturating_add)
}

/// Adds the blocks of these steps, the first of which come after those at `after`; the answer is what comes before the
/// steps behind them.
fn add(
    blocks: &mut Vec<Block>,
    orders: &mut usize,
    steps: &[Step],
    mut after: Vec<usize>,
) -> Result<Vec<usize>, Fault> {
    for step in steps {
        match step {
            Step::Sleep { .. } => {}
            Step::Node { at, label, body } => {
                if let Some(at) = node_within(body) {
                    return Err(Fault { at, problem: Problem::NodeInNode });
                }
                *orders += after.len();
                if blocks.len() == BLOCKS_MAX || *orders > ORDERS_MAX {
                    return Err(Fault { at: *at, problem: Problem::TooMany });
                }
                let place = blocks.len();
                let (label, duration) = (label.clone(), length(body));
                blocks.push(Block { key: 0, label, duration, after, retries: 0 });
                after = vec![place];
            }
            Step::Parallel(branches) => {
                let mut ends = Vec::new();
                for branch in branches {
                    let end = add(blocks, orders, branch, after.clone())?;
                    // A branch without a block ends where it began.
                    if end != after {
                        ends.extend(end);
                    }
                }
                if !ends.is_empty() {
                    after = ends;
                }
            }
        }
    }
    Ok(after)
}

/// Where a `node` is among these steps.
fn node_within(steps: &[Step]) -> Option<usize> {
    steps.iter().find_map(|step| match step {
        Step::Sleep { .. } => None,
        Step::Node { at, .. } => Some(*at),
        Step::Parallel(branches) => branches.iter().find_map(|branch| node_within(branch)),
    })
}

/// Where a `sleep` is that no `node` is around.
fn sleep_outside(steps: &[Step]) -> Option<usize> {
    steps.iter().find_map(|step| match step {
        Step::Sleep { at, .. } => Some(*at),
        Step::Node { .. } => None,
        Step::Parallel(branches) => branches.iter().find_map(|branch| sleep_outside(branch)),
    })
}

#[cfg(test)]
mod tests;
