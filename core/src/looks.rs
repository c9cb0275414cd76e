//! Which calls the looks at ECS take, for those who make them and those who count them.
//!
//! Tasks that RUN change by ending alone, and that shows in a listing: they are not described again. The others are described at
//! each look, and listings are made at every fourth, because a daemon knows the ARNs of what it launched and stopped itself.

/// The most tasks that one `DescribeTasks` takes, and the most ARNs that a page of `ListTasks` has (Amazon ECS API Reference,
/// `DescribeTasks` and `ListTasks`, read 2026-11-26).
pub const TASKS_PER_CALL: usize = 100;

/// Once in so many looks the tasks that ECS is to run are listed, and once a page of those that it stopped.
pub const LOOKS_PER_LISTING: u32 = 4;

/// How many calls of `DescribeTasks` a look makes where `moving` tasks are on their way: half of what it takes for all of them, so
/// that each is described at every second look at the latest, and at every look where one call is enough.
pub const fn descriptions(moving: usize) -> usize {
    moving.div_ceil(2 * TASKS_PER_CALL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_on_their_way_are_described_at_each_look_and_more_at_every_second() {
        for (moving, calls) in [(0, 0), (1, 1), (100, 1), (200, 1), (201, 2), (400, 2), (1_000, 5)] {
            assert_eq!(descriptions(moving), calls, "{moving}");
        }
    }

    /// Design section 7: two shared polls a second at 200 agents, with a look a second.
    #[test]
    fn two_hundred_agents_take_less_than_two_calls_a_look() {
        let (agents, looks) = (200_usize, 4_usize);
        let listings = agents.div_ceil(TASKS_PER_CALL) + 1;
        assert!(descriptions(agents) * looks + listings < 2 * looks);
    }
}
