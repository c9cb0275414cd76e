//! What is due next, and what came of it.
//!
//! Jenkins and ECS are looked at on a grid from the start on, one look of each at a time: a look that takes longer than its
//! interval leaves points of the grid out. At one instant Jenkins is polled before ECS is looked at, and both before the
//! core's own timeout, as in the simulated world.

use footman_core::{
    Action, ActionId, Event, Millis, Policy, Timestamp,
    decision::Decision,
    event::{Drain, ItemState, JenkinsListing, Outcome, TaskListing},
    provisioner::Provisioner,
};
use footman_recording::{Input, Recorder};

/// How long after the end of a quiet period Jenkins is polled: its queue is maintained within that time.
const AFTER_QUIET: Millis = Millis::new(200);
/// Polls of an idle Jenkins are this many intervals apart.
const IDLE_INTERVALS: u64 = 2;

/// When Jenkins is polled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rhythm {
    /// At every point of the grid, as in the simulated world.
    Grid,
    /// Besides, soon after a quiet period ends; and at every second point only while there is nothing to wait for.
    Adaptive,
}

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// A poll of Jenkins.
    Poll,
    /// A look at ECS.
    Look,
    /// [`Machine::handle_timeout`].
    Timeout,
}

/// The core with the grid on which it sees the world.
#[derive(Debug)]
pub struct Machine {
    core: Provisioner,
    origin: Timestamp,
    rhythm: Rhythm,
    poll: Grid,
    look: Grid,
    recorder: Option<Box<dyn Recorder>>,
}

/// When one side of the world is looked at.
#[derive(Debug, Clone, Copy)]
struct Grid {
    every: Millis,
    /// When it is due, or `None` while it is looked at.
    next: Option<Timestamp>,
}

impl Grid {
    /// The first point of the grid after `now`, `intervals` on from the one before it.
    fn after(self, now: Timestamp, origin: Timestamp, intervals: u64) -> Timestamp {
        let further = self.every.saturating_mul(intervals.saturating_sub(1));
        (now + Millis::new(1)).ceil_to_grid(origin, self.every) + further
    }
}

impl Machine {
    /// A core for `policy` that knows nothing yet: both sides are due at once.
    ///
    /// # Panics
    ///
    /// Panics where the policy was not checked.
    pub fn new(policy: Policy, rhythm: Rhythm, now: Timestamp) -> Self {
        let grid = |every| Grid { every, next: Some(now) };
        let (poll, look) = (grid(policy.pace.poll), grid(policy.pace.describe));
        Self { core: Provisioner::new(policy, now), origin: now, rhythm, poll, look, recorder: None }
    }

    /// Lets `recorder` be told from here on whatever the core is told.
    pub fn record(&mut self, recorder: Box<dyn Recorder>) {
        self.recorder = Some(recorder);
    }

    /// Ends what is recorded: the core is told nothing more.
    pub fn end_record(&mut self) {
        if let Some(mut recorder) = self.recorder.take() {
            recorder.ended();
        }
    }

    fn told(&mut self, now: Timestamp, input: Input<'_>) {
        if let Some(recorder) = &mut self.recorder {
            recorder.told(now, input);
        }
    }

    /// The core, to be asked why.
    pub fn core(&self) -> &Provisioner {
        &self.core
    }

    /// What is due first, and when. What is under way is not due.
    pub fn due(&self) -> Option<(Timestamp, Need)> {
        let timeout = self.core.poll_timeout().map(|(at, _)| (at, Need::Timeout));
        let poll = self.poll.next.map(|at| (at, Need::Poll));
        let look = self.look.next.map(|at| (at, Need::Look));
        [poll, look, timeout].into_iter().flatten().min()
    }

    /// What is to be begun at `now`; it is under way from then on.
    pub fn begin(&mut self, now: Timestamp) -> Option<Need> {
        let (_, need) = self.due().filter(|&(at, _)| at <= now)?;
        match need {
            Need::Poll => self.poll.next = None,
            Need::Look => self.look.next = None,
            Need::Timeout => {}
        }
        Some(need)
    }

    /// A poll came to this, or failed.
    pub fn polled(&mut self, now: Timestamp, listing: Option<JenkinsListing>) {
        self.told(now, Input::Poll(listing.as_ref()));
        self.poll.next = Some(match listing {
            Some(listing) => {
                let at = self.next_poll(now, &listing);
                self.core.handle_event(now, Event::JenkinsListing(listing));
                at
            }
            None => self.poll.after(now, self.origin, 1),
        });
    }

    /// A look came to this.
    pub fn looked(&mut self, now: Timestamp, listing: TaskListing) {
        self.told(now, Input::Look(&listing));
        self.core.handle_event(now, Event::TaskListing(listing));
        self.look.next = Some(self.look.after(now, self.origin, 1));
    }

    /// An action came to this.
    pub fn replied(&mut self, now: Timestamp, action: ActionId, outcome: Outcome) {
        self.told(now, Input::Reply(action, &outcome));
        self.core.handle_event(now, Event::Reply { action, outcome });
    }

    /// The operator wants everything of ours to end.
    pub fn drain(&mut self, now: Timestamp, how: Drain) {
        self.told(now, Input::Drain(how));
        self.core.handle_event(now, Event::Drain(how));
    }

    /// Lets the core do what is due.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        self.told(now, Input::Timeout);
        self.core.handle_timeout(now);
    }

    /// The next action to carry out.
    pub fn next_action(&mut self) -> Option<(ActionId, Action)> {
        self.core.poll_action()
    }

    /// The next entry of the decision log.
    pub fn next_decision(&mut self) -> Option<Decision> {
        let decision = self.core.poll_decision()?;
        if let Some(recorder) = &mut self.recorder {
            recorder.decided(&decision);
        }
        Some(decision)
    }

    /// When Jenkins is polled after this listing.
    fn next_poll(&self, now: Timestamp, listing: &JenkinsListing) -> Timestamp {
        let next = self.poll.after(now, self.origin, 1);
        match self.rhythm {
            Rhythm::Grid => next,
            Rhythm::Adaptive => {
                let quiet = listing.items.iter().filter_map(|item| match item.state {
                    ItemState::Waiting { until } => Some((until + AFTER_QUIET).max(now + AFTER_QUIET)),
                    ItemState::Blocked | ItemState::Buildable { .. } | ItemState::Pending => None,
                });
                let idle = listing.complete && listing.items.is_empty() && self.core.agents_len() == 0;
                let regular = if idle { self.poll.after(now, self.origin, IDLE_INTERVALS) } else { next };
                quiet.min().map_or(regular, |at| at.min(regular))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use footman_core::{
        event::{ItemLabel, QueueItem},
        id::{OwnerId, QueueItemId},
        policy::{Breaker, Deadlines, Limit, Pace},
    };

    const START: Timestamp = Timestamp::from_millis(1_704_067_200_000);

    fn at(ms: u64) -> Timestamp {
        START + Millis::new(ms)
    }

    fn machine(rhythm: Rhythm) -> Machine {
        let policy = Policy {
            owner: OwnerId::new("o"),
            templates: Vec::new(),
            limit: Limit::default(),
            shared_limits: Vec::new(),
            pace: Pace::default(),
            deadlines: Deadlines::default(),
            breaker: Breaker::default(),
            attempts_max: 3,
        };
        Machine::new(policy, rhythm, START)
    }

    fn waiting(until: Timestamp) -> JenkinsListing {
        let state = ItemState::Waiting { until };
        let item = QueueItem {
            id: QueueItemId(1),
            label: ItemLabel::Any,
            state,
            in_queue_since: START,
            job: None,
            run: None,
        };
        JenkinsListing { complete: true, items: vec![item], ..JenkinsListing::default() }
    }

    /// Begins and ends a poll at `now` and says when the next one is due.
    fn next_poll(machine: &mut Machine, now: Timestamp, listing: JenkinsListing) -> Timestamp {
        machine.poll.next = None;
        machine.polled(now, Some(listing));
        machine.poll.next.expect("a poll is due")
    }

    #[test]
    fn jenkins_is_polled_before_ecs_is_looked_at_and_each_once_at_a_time() {
        let mut machine = machine(Rhythm::Grid);
        assert_eq!(machine.begin(START), Some(Need::Poll));
        assert_eq!(machine.begin(START), Some(Need::Look));
        assert_eq!(machine.begin(START), None, "both are under way");
        machine.looked(at(30), TaskListing { complete: true, tasks: Vec::new() });
        assert_eq!(machine.look.next, Some(at(1_000)));
        machine.polled(at(2_500), None);
        assert_eq!(machine.poll.next, Some(at(3_000)), "points of the grid that passed are left out");
    }

    #[test]
    fn a_poll_comes_soon_after_a_quiet_period_and_seldom_where_nothing_waits() {
        let empty = || JenkinsListing { complete: true, ..JenkinsListing::default() };
        let partial = || JenkinsListing::default();
        // (rhythm, what was seen at 10 ms, next poll)
        let table = [
            (Rhythm::Grid, empty(), 1_000),
            (Rhythm::Grid, waiting(at(300)), 1_000),
            (Rhythm::Adaptive, empty(), 2_000),
            (Rhythm::Adaptive, partial(), 1_000),
            (Rhythm::Adaptive, waiting(at(300)), 500),
            (Rhythm::Adaptive, waiting(at(5_000)), 1_000),
            (Rhythm::Adaptive, waiting(START), 210),
        ];
        for (rhythm, listing, want) in table {
            let mut machine = machine(rhythm);
            assert_eq!(next_poll(&mut machine, at(10), listing.clone()), at(want), "{rhythm:?} {listing:?}");
        }
    }
}
