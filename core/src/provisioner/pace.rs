//! How fast the world is acted upon: a token bucket in virtual time, and whose turn it is.
//!
//! ECS throttles `RunTask` and `StopTask` together (Amazon ECS API Reference, "Request throttling", read 2026-11-23);
//! who stays within the bucket is never throttled. All arithmetic is in whole thousandths of a call.

use crate::{
    policy::{Bucket, Pace},
    time::{Millis, Timestamp},
};
use std::collections::VecDeque;

/// What one call takes out of the bucket, in thousandths of a call.
const CALL: u64 = 1000;
/// How often throttled answers halve the rate at most.
const SLOWER_MAX: u32 = 5;
/// How long no answer may be a throttled one before the rate is doubled again, and the least time between two halvings.
const CALM: Millis = Millis::from_secs(2);

/// A token bucket that fills as time passes.
#[derive(Debug)]
pub(super) struct TokenBucket {
    bucket: Bucket,
    level: u64,
    filled_at: Timestamp,
    slower: u32,
    slowed_at: Timestamp,
    closed_until: Timestamp,
}

impl TokenBucket {
    pub(super) fn new(bucket: Bucket, now: Timestamp) -> Self {
        Self {
            bucket,
            level: u64::from(bucket.burst) * CALL,
            filled_at: now,
            slower: 0,
            slowed_at: now,
            closed_until: now,
        }
    }

    /// Thousandths of a call that flow in per millisecond are calls per second.
    fn rate(&self) -> u64 {
        (u64::from(self.bucket.per_second) >> self.slower).max(1)
    }

    fn fill(&mut self, now: Timestamp) {
        if self.slower > 0 && now.since(self.slowed_at) >= CALM {
            self.slower -= 1;
            self.slowed_at = now;
        }
        let inflow = now.since(self.filled_at).as_millis().saturating_mul(self.rate());
        self.level = self.level.saturating_add(inflow).min(u64::from(self.bucket.burst).max(1) * CALL);
        self.filled_at = now;
    }

    /// Takes one call out of the bucket, if there is one.
    pub(super) fn take(&mut self, now: Timestamp) -> bool {
        self.fill(now);
        let open = self.level >= CALL && now >= self.closed_until;
        if open {
            self.level -= CALL;
        }
        open
    }

    /// When the next call can be taken, counted from the last attempt to take one.
    pub(super) fn next_at(&self) -> Timestamp {
        let missing = CALL.saturating_sub(self.level);
        (self.filled_at + Millis::new(missing.div_ceil(self.rate()))).max(self.closed_until)
    }

    /// A call was throttled: the bucket is empty, and half as fast for a while.
    pub(super) fn throttled(&mut self, now: Timestamp, retry_after: Option<Millis>) {
        self.fill(now);
        self.level = 0;
        if now.since(self.slowed_at) >= CALM || self.slower == 0 {
            self.slower = (self.slower + 1).min(SLOWER_MAX);
            self.slowed_at = now;
        }
        if let Some(wait) = retry_after {
            self.closed_until = self.closed_until.max(now + wait);
        }
    }
}

/// Whose turn it is, and how many calls are out.
#[derive(Debug)]
pub(super) struct Turns {
    pub(super) bucket: TokenBucket,
    /// What launches on Fargate draw from before they queue with the others.
    pub(super) fargate: TokenBucket,
    /// Launches on Fargate that have not drawn from it yet.
    pub(super) fargate_launches: VecDeque<u32>,
    pub(super) stops: VecDeque<StopSubject>,
    pub(super) launches: VecDeque<u32>,
    pub(super) closes: VecDeque<u32>,
    pub(super) creates: VecDeque<u32>,
    pub(super) deletes: VecDeque<u32>,
    stop_is_next: bool,
    delete_is_next: bool,
    ecs_out: u32,
    jenkins_out: u32,
    ecs_out_max: u32,
    jenkins_out_max: u32,
}

/// Whose task is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StopSubject {
    /// An agent's.
    Agent(u32),
    /// One without a node, by its number.
    Orphan(u64),
}

/// The next call to ECS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EcsTurn {
    Stop(StopSubject),
    Launch(u32),
}

/// The next call to Jenkins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JenkinsTurn {
    Close(u32),
    Create(u32),
    Delete(u32),
}

impl Turns {
    pub(super) fn new(pace: &Pace, now: Timestamp) -> Self {
        Self {
            bucket: TokenBucket::new(pace.cluster_resource_modify, now),
            fargate: TokenBucket::new(pace.fargate_run_task, now),
            fargate_launches: VecDeque::new(),
            stops: VecDeque::new(),
            launches: VecDeque::new(),
            closes: VecDeque::new(),
            creates: VecDeque::new(),
            deletes: VecDeque::new(),
            stop_is_next: true,
            delete_is_next: false,
            ecs_out: 0,
            jenkins_out: 0,
            ecs_out_max: pace.ecs_in_flight_max.max(1),
            jenkins_out_max: pace.jenkins_in_flight_max.max(1),
        }
    }

    /// Who calls ECS next. Stops draw first, and every other call while launches wait: so
    /// they never take more than half of the refill from them.
    pub(super) fn next_ecs(&mut self) -> Option<EcsTurn> {
        let stop = match (self.stops.is_empty(), self.launches.is_empty()) {
            (true, true) => return None,
            (false, true) => true,
            (true, false) => false,
            (false, false) => self.stop_is_next,
        };
        if stop {
            self.stops.pop_front().map(EcsTurn::Stop)
        } else {
            self.launches.pop_front().map(EcsTurn::Launch)
        }
    }

    /// Has a launch wait for its turn.
    pub(super) fn queue_launch(&mut self, slot: u32, fargate: bool) {
        let queue = if fargate { &mut self.fargate_launches } else { &mut self.launches };
        queue.push_back(slot);
    }

    /// Lets the next launch on Fargate queue with the others, where its own bucket allows one more.
    pub(super) fn admit_fargate(&mut self, now: Timestamp) -> bool {
        let admitted = !self.fargate_launches.is_empty() && self.fargate.take(now);
        if admitted {
            self.launches.extend(self.fargate_launches.pop_front());
        }
        admitted
    }

    /// When the next launch on Fargate can queue with the others, where one waits.
    pub(super) fn fargate_next_at(&self) -> Option<Timestamp> {
        (!self.fargate_launches.is_empty()).then(|| self.fargate.next_at())
    }

    /// Whether no call to ECS waits.
    pub(super) fn nobody_waits_for_ecs(&self) -> bool {
        self.stops.is_empty() && self.launches.is_empty() && self.fargate_launches.is_empty()
    }

    /// Whether no call waits.
    pub(super) fn nobody_waits(&self) -> bool {
        self.closes.is_empty()
            && self.creates.is_empty()
            && self.deletes.is_empty()
            && self.nobody_waits_for_ecs()
    }

    /// Whether a call to ECS waits and another may be out.
    pub(super) fn ecs_may_call(&self) -> bool {
        self.ecs_out < self.ecs_out_max && !(self.stops.is_empty() && self.launches.is_empty())
    }

    /// Notes that a call to ECS went out.
    pub(super) fn ecs_sent(&mut self, turn: EcsTurn) {
        self.ecs_out += 1;
        self.stop_is_next = matches!(turn, EcsTurn::Launch(_));
    }

    /// Notes that a call to ECS was answered.
    pub(super) fn ecs_answered(&mut self) {
        self.ecs_out -= 1;
    }

    /// Who calls Jenkins next, where one may call now: closing keeps builds safe and goes first, the others take turns.
    pub(super) fn next_jenkins(&mut self) -> Option<JenkinsTurn> {
        if self.jenkins_out >= self.jenkins_out_max {
            return None;
        }
        if let Some(slot) = self.closes.pop_front() {
            return Some(JenkinsTurn::Close(slot));
        }
        let delete = match (self.deletes.is_empty(), self.creates.is_empty()) {
            (true, true) => return None,
            (false, true) => true,
            (true, false) => false,
            (false, false) => self.delete_is_next,
        };
        self.delete_is_next = !delete;
        if delete {
            self.deletes.pop_front().map(JenkinsTurn::Delete)
        } else {
            self.creates.pop_front().map(JenkinsTurn::Create)
        }
    }

    /// Notes that a call to Jenkins went out.
    pub(super) fn jenkins_sent(&mut self) {
        self.jenkins_out += 1;
    }

    /// Notes that a call to Jenkins was answered.
    pub(super) fn jenkins_answered(&mut self) {
        self.jenkins_out -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const START: Timestamp = Timestamp::EPOCH;

    fn ecs() -> Bucket {
        Bucket { burst: 100, per_second: 40 }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        /// ECS's own bucket never throttles who draws from this one.
        #[test]
        fn no_more_is_taken_than_flows_in(waits in prop::collection::vec(0..200_u64, 1..400)) {
            let mut bucket = TokenBucket::new(ecs(), START);
            let (mut now, mut taken) = (START, 0_u64);
            for wait in waits {
                now = now + Millis::new(wait);
                taken += u64::from(bucket.take(now));
                prop_assert!(taken * 1000 <= 100 * 1000 + now.since(START).as_millis() * 40);
            }
        }

        #[test]
        fn the_next_call_can_be_taken_when_the_bucket_says_so(calls in 1..300_u32) {
            let mut bucket = TokenBucket::new(ecs(), START);
            let mut now = START;
            for _ in 0..calls {
                if !bucket.take(now) {
                    let next = bucket.next_at();
                    prop_assert!(next > now && next.since(now) <= Millis::new(25));
                    now = next;
                    prop_assert!(bucket.take(now));
                }
            }
            let most = u64::from(calls.saturating_sub(100)) * 25;
            prop_assert!(now.since(START).as_millis() <= most, "the refill is used up to the last call");
        }
    }

    #[test]
    fn throttled_answers_halve_the_rate_and_calm_restores_it() {
        let mut bucket = TokenBucket::new(ecs(), START);
        bucket.throttled(START, None);
        assert!(!bucket.take(START));
        assert_eq!(bucket.next_at(), START + Millis::new(50), "20 a second");
        bucket.throttled(START + Millis::new(10), Some(Millis::from_secs(3)));
        assert!(!bucket.take(START + Millis::from_secs(2)), "not before the answer's own time");
        let later = START + Millis::from_secs(10);
        assert!(bucket.take(later));
        bucket.throttled(START + Millis::from_secs(60), None);
        assert!(!bucket.take(START + Millis::from_secs(60)));
    }

    #[test]
    fn stops_draw_first_and_never_more_than_half_while_launches_wait() {
        let mut turns = Turns::new(&Pace::default(), START);
        turns.stops.extend((0..6).map(StopSubject::Agent));
        turns.launches.extend(10..13);
        let order: Vec<bool> = std::iter::from_fn(|| {
            let turn = turns.next_ecs()?;
            turns.ecs_sent(turn);
            Some(matches!(turn, EcsTurn::Stop(_)))
        })
        .collect();
        assert_eq!(order, [true, false, true, false, true, false, true, true, true]);
    }

    #[test]
    fn launches_on_fargate_keep_to_its_own_rate_and_hold_back_no_other() {
        let mut turns = Turns::new(&Pace::default(), START);
        for slot in 0..30 {
            turns.queue_launch(slot, true);
        }
        turns.queue_launch(99, false);
        while turns.admit_fargate(START) {}
        assert_eq!(turns.launches.len(), 21, "the burst of 20, and the one that is not on Fargate");
        assert_eq!(turns.launches.front(), Some(&99));
        assert_eq!(turns.fargate_next_at(), Some(START + Millis::new(50)), "20 a second");
        while turns.admit_fargate(START + Millis::new(500)) {}
        assert_eq!((turns.launches.len(), turns.fargate_next_at()), (31, None));
    }

    #[test]
    fn closing_goes_first_and_calls_in_flight_are_bounded() {
        let pace = Pace { jenkins_in_flight_max: 4, ..Pace::default() };
        let mut turns = Turns::new(&pace, START);
        turns.creates.extend([1, 2, 3]);
        turns.deletes.extend([4, 5]);
        turns.closes.push_back(6);
        let mut order = Vec::new();
        while let Some(turn) = turns.next_jenkins() {
            turns.jenkins_sent();
            order.push(turn);
        }
        let expected =
            [JenkinsTurn::Close(6), JenkinsTurn::Create(1), JenkinsTurn::Delete(4), JenkinsTurn::Create(2)];
        assert_eq!(order, expected);
        turns.jenkins_answered();
        assert_eq!(turns.next_jenkins(), Some(JenkinsTurn::Delete(5)));
    }
}
