//! How long each phase of an agent may last.

use crate::twins::Twins;
use footman_core::{
    decision::{Cause, Phase, What},
    event::TaskStatus,
    policy::Deadlines,
};

/// docs/configuration.md, "Keys of deadlines": an agent that is slow has its time, and one that never comes is given up. The
/// plugin did neither: it waited for ever for a task that stays PENDING, and cut off agents after five minutes (#251).
#[test]
fn each_phase_before_an_agent_comes_may_last_as_long_as_its_deadline_and_no_longer() {
    let deadlines = Deadlines::default();
    let table = [
        (Phase::Provisioning, TaskStatus::Provisioning, deadlines.provisioning),
        (Phase::Pulling, TaskStatus::Pending, deadlines.pulling),
        (Phase::Connecting, TaskStatus::Running, deadlines.connecting),
    ];
    for (phase, begins, deadline) in table {
        let mut twins = Twins { begins, ..Twins::new() };
        twins.submit();
        while twins.core.agents_in(phase) == 0 {
            twins.tick();
        }
        twins.ticks(u32::try_from(deadline.as_millis() / 1000).unwrap() - 1);
        assert_eq!((twins.core.agents_in(phase), twins.stopped.len()), (1, 0), "{phase:?} within its time");
        twins.ticks(2);
        assert_eq!(twins.stopped, [twins.tasks[0].arn.clone()], "{phase:?} after its time");
        let given_up =
            |what: &What| matches!(what, What::Retire { cause: Cause::Deadline(of), .. } if *of == phase);
        assert_eq!(twins.decisions.iter().filter(|it| given_up(&it.what)).count(), 1);
    }
}
