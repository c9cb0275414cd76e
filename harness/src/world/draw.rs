//! The world's own random draws, keyed so that each depends on nothing but what it is for.

/// The concern of an agent's start: from RUNNING to a connected agent.
pub(crate) const AGENT_START: u64 = 0x6167_656e_7453;

/// How many bits the number of a launch attempt takes: names and tokens leave room for 999.
pub(crate) const ATTEMPT_BITS: u32 = 10;

/// The number of the `nth` thing of group `group`, the same in every run that has both.
pub(crate) const fn entity(group: u64, nth: u64) -> u64 {
    (group << 40) | (nth & ((1 << 40) - 1))
}
