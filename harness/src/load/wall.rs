//! How fast the core alone is, in wall time: it is told of builds that wait, and decides.
//!
//! The one place of the harness that reads a clock to say something about the result.

use crate::simulation::float;
use footman_core::{
    Event, Policy, Timestamp,
    decision::What,
    event::{ItemChange, ItemLabel, ItemState, JenkinsChanges, QueueItem, TaskChanges},
    id::QueueItemId,
    provisioner::Provisioner,
};
use std::time::{Duration, Instant};

/// How many builds wait.
const WAITING: u64 = 10_000;

/// How long is measured at least, and how often at most.
const LONG_ENOUGH: Duration = Duration::from_millis(300);
const ROUNDS_MAX: u32 = 200;

/// Launches that the core decides in a second of wall time with 10,000 builds of one label waiting, its best round.
///
/// Each round takes a new core through its first observation of 10,000 buildable items to the last decision; making the
/// observation is not counted. The best round is the one that other programs disturbed the least.
pub fn core_launches_per_s() -> f64 {
    let setup = crate::setup::Setup::any(
        &crate::setup::ClusterSpec::Fargate,
        crate::setup::DEFAULT_SIZE,
        crate::setup::DEFAULT_IMAGE,
    );
    let mut best = Duration::MAX;
    let mut spent = Duration::ZERO;
    for _ in 0..ROUNDS_MAX {
        let took = round(&setup.policy);
        best = best.min(took);
        spent += took;
        if spent >= LONG_ENOUGH {
            break;
        }
    }
    float(WAITING) / best.as_secs_f64().max(1e-9)
}

/// How long one core takes to decide a launch for each of the builds.
fn round(policy: &Policy) -> Duration {
    let now = crate::world::ORIGIN;
    let label = policy.templates[0]
        .labels
        .iter()
        .next()
        .map_or(ItemLabel::Any, |label| ItemLabel::Expression(std::sync::Arc::clone(label)));
    let items = (1..=WAITING).map(|id| waiting(id, &label, now)).collect();
    let changes = JenkinsChanges { session: 1, quieting_down: false, nodes: Vec::new(), items };
    let mut core = Provisioner::new(policy.clone(), now);
    let began = Instant::now();
    core.handle_event(now, Event::Tasks(TaskChanges::default()));
    core.handle_event(now, Event::Jenkins(changes));
    let decided = std::iter::from_fn(|| core.poll_decision());
    let launches = decided.filter(|decision| matches!(decision.what, What::Launch { .. })).count();
    let took = began.elapsed();
    assert_eq!(u64::try_from(launches), Ok(WAITING), "each waiting build makes one agent");
    took
}

fn waiting(id: u64, label: &ItemLabel, now: Timestamp) -> ItemChange {
    ItemChange::Seen(QueueItem {
        id: QueueItemId(id),
        label: label.clone(),
        state: ItemState::Buildable { since: now },
        in_queue_since: now,
        job: None,
        run: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_core_decides_a_launch_for_each_build() {
        assert!(core_launches_per_s() > 0.0);
    }
}
