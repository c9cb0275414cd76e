//! The loop: one task owns the machine, and everything that takes time runs beside it.
//!
//! Nothing here waits without a deadline. An action that is not over by then counts as one of unknown outcome, a look as one
//! that is not complete; the core repeats what is worth it. How many actions run at once is bounded by the core, which hands
//! out no more, and once more here.

use super::{Hands, LeftOver, Machine, Need, WallClock};
use footman_core::{
    Action, ActionId, Timestamp,
    decision::Decision,
    event::{Drain, Failure, JenkinsListing, Outcome, TaskListing},
};
use std::{collections::VecDeque, future::Future, sync::Arc, time::Duration};
use tokio::{
    task::{JoinError, JoinSet},
    time::{Instant, timeout, timeout_at},
};

/// How long things may take, and how many may run at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long an action may take. Clients have shorter deadlines of their own.
    pub action: Duration,
    /// How long a poll or a look may take.
    pub look: Duration,
    /// How many actions run at once.
    pub actions: usize,
    /// How long actions that run are waited for at the end.
    pub end: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            action: Duration::from_secs(30),
            look: Duration::from_secs(30),
            actions: 128,
            end: Duration::from_secs(20),
        }
    }
}

/// Is told what happens, for logs and metrics.
pub trait Report {
    /// The core decided something.
    fn decided(&mut self, decision: &Decision);

    /// An action came to this, after so long.
    fn acted(&mut self, action: &Action, outcome: &Outcome, took: Duration);

    /// A poll of Jenkins that ended at `now` saw this, or failed. The machine is told after it.
    fn polled(&mut self, now: Timestamp, listing: Option<&JenkinsListing>, took: Duration) {
        let _ = (now, listing, took);
    }

    /// A look at ECS that ended at `now` saw this. The machine is told after it.
    fn looked(&mut self, now: Timestamp, listing: &TaskListing, took: Duration) {
        let _ = (now, listing, took);
    }

    /// At `now` everything was done that was due; the core can be looked at.
    fn turned(&mut self, now: Timestamp, machine: &Machine) {
        let _ = (now, machine);
    }
}

/// Two are told the same, one after the other.
impl<A: Report, B: Report> Report for (A, B) {
    fn decided(&mut self, decision: &Decision) {
        self.0.decided(decision);
        self.1.decided(decision);
    }

    fn acted(&mut self, action: &Action, outcome: &Outcome, took: Duration) {
        self.0.acted(action, outcome, took);
        self.1.acted(action, outcome, took);
    }

    fn polled(&mut self, now: Timestamp, listing: Option<&JenkinsListing>, took: Duration) {
        self.0.polled(now, listing, took);
        self.1.polled(now, listing, took);
    }

    fn looked(&mut self, now: Timestamp, listing: &TaskListing, took: Duration) {
        self.0.looked(now, listing, took);
        self.1.looked(now, listing, took);
    }

    fn turned(&mut self, now: Timestamp, machine: &Machine) {
        self.0.turned(now, machine);
        self.1.turned(now, machine);
    }
}

/// Somebody who may not be there is told.
impl<R: Report> Report for Option<R> {
    fn decided(&mut self, decision: &Decision) {
        if let Some(report) = self {
            report.decided(decision);
        }
    }

    fn acted(&mut self, action: &Action, outcome: &Outcome, took: Duration) {
        if let Some(report) = self {
            report.acted(action, outcome, took);
        }
    }

    fn polled(&mut self, now: Timestamp, listing: Option<&JenkinsListing>, took: Duration) {
        if let Some(report) = self {
            report.polled(now, listing, took);
        }
    }

    fn looked(&mut self, now: Timestamp, listing: &TaskListing, took: Duration) {
        if let Some(report) = self {
            report.looked(now, listing, took);
        }
    }

    fn turned(&mut self, now: Timestamp, machine: &Machine) {
        if let Some(report) = self {
            report.turned(now, machine);
        }
    }
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// Somebody asked for it; agents run on, and whoever comes next takes them over.
    Asked {
        /// Actions that were not over in time: their outcome is unknown.
        unfinished: usize,
    },
    /// Somebody asked for the end of everything of ours, and no agent and no task of it is left.
    Drained {
        /// What is left besides, where something is.
        left: Option<LeftOver>,
    },
    /// An older daemon works under the same owner id.
    GaveWay,
}

/// Something that ran beside the loop, and how long.
struct Done {
    what: Ended,
    took: Duration,
}

enum Ended {
    Act(ActionId, Action, Outcome),
    Poll(Option<JenkinsListing>),
    Look(TaskListing),
}

/// Drives `machine` until `end` is over, or nothing of ours is left after `drain` said how everything is to end.
pub async fn run<H: Hands>(
    machine: &mut Machine,
    hands: Arc<H>,
    clock: WallClock,
    limits: Limits,
    report: &mut impl Report,
    drain: impl Future<Output = Drain>,
    end: impl Future<Output = ()>,
) -> End {
    let mut beside = Beside { hands, limits, running: JoinSet::new(), waiting: VecDeque::new(), acting: 0 };
    let mut end = std::pin::pin!(end);
    let mut drain = std::pin::pin!(drain);
    let mut drains = false;
    loop {
        let now = clock.now();
        while let Some(need) = machine.begin(now) {
            match need {
                Need::Poll => beside.poll(now),
                Need::Look => beside.look(),
                Need::Timeout => machine.handle_timeout(now),
            }
        }
        while let Some((id, action)) = machine.next_action() {
            beside.waiting.push_back((id, action));
        }
        beside.start_actions();
        while let Some(decision) = machine.next_decision() {
            report.decided(&decision);
        }
        report.turned(now, machine);
        if machine.core().gave_way() {
            return End::GaveWay;
        }
        if machine.core().is_drained() {
            return tokio::select! {
                biased;
                () = &mut end => End::Asked { unfinished: 0 },
                left = beside.clear() => End::Drained { left },
            };
        }
        let due = machine.due();
        // The end first, or a busy daemon would never come to it; then what is over, so that the machine knows it before it
        // is asked what is next.
        tokio::select! {
            biased;
            () = &mut end => break,
            how = &mut drain, if !drains => {
                drains = true;
                machine.drain(clock.now(), how);
            }
            Some(done) = beside.running.join_next() => beside.take(done, machine, clock, report),
            () = sleep_until(clock, due.map(|(at, _)| at)) => {}
        }
    }
    End::Asked { unfinished: beside.finish(machine, clock, report).await }
}

/// Waits for a time, or for ever.
async fn sleep_until(clock: WallClock, at: Option<Timestamp>) {
    match at {
        Some(at) => clock.sleep_until(at).await,
        None => std::future::pending().await,
    }
}

/// Says how long it took.
async fn timed(work: impl Future<Output = Ended>) -> Done {
    let begun = Instant::now();
    let what = work.await;
    Done { what, took: begun.elapsed() }
}

/// What runs beside the loop, and what waits to.
struct Beside<H> {
    hands: Arc<H>,
    limits: Limits,
    running: JoinSet<Done>,
    waiting: VecDeque<(ActionId, Action)>,
    acting: usize,
}

impl<H: Hands> Beside<H> {
    fn poll(&mut self, now: Timestamp) {
        let (hands, limit) = (Arc::clone(&self.hands), self.limits.look);
        self.running
            .spawn(timed(async move { Ended::Poll(timeout(limit, hands.poll(now)).await.ok().flatten()) }));
    }

    fn look(&mut self) {
        let (hands, limit) = (Arc::clone(&self.hands), self.limits.look);
        self.running
            .spawn(timed(async move { Ended::Look(timeout(limit, hands.look()).await.unwrap_or_default()) }));
    }

    fn start_actions(&mut self) {
        while self.acting < self.limits.actions
            && let Some((id, action)) = self.waiting.pop_front()
        {
            let (hands, limit) = (Arc::clone(&self.hands), self.limits.action);
            self.acting += 1;
            self.running.spawn(timed(async move {
                let outcome = timeout(limit, hands.act(action.clone())).await;
                Ended::Act(id, action, outcome.unwrap_or(Outcome::Failed(Failure::Unknown)))
            }));
        }
    }

    fn take(
        &mut self,
        done: Result<Done, JoinError>,
        machine: &mut Machine,
        clock: WallClock,
        report: &mut impl Report,
    ) {
        let now = clock.now();
        let Done { what, took } = done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
        match what {
            Ended::Act(id, action, outcome) => {
                self.acting -= 1;
                report.acted(&action, &outcome, took);
                machine.replied(now, id, outcome);
            }
            Ended::Poll(listing) => {
                report.polled(now, listing.as_ref(), took);
                machine.polled(now, listing);
            }
            Ended::Look(listing) => {
                report.looked(now, &listing, took);
                machine.looked(now, listing);
            }
        }
    }

    /// Has everything taken away that stands beside agents; says what is left of it.
    async fn clear(&mut self) -> Option<LeftOver> {
        // A poll that still runs may make what is to go. Whatever runs has a deadline.
        while self.running.join_next().await.is_some() {}
        self.hands.clear().await.err()
    }

    /// Waits for what runs, as long as the limit says, and begins nothing more; says how many actions are not over.
    async fn finish(&mut self, machine: &mut Machine, clock: WallClock, report: &mut impl Report) -> usize {
        let until = Instant::now() + self.limits.end;
        while self.acting > 0 {
            match timeout_at(until, self.running.join_next()).await {
                Ok(Some(done)) => self.take(done, machine, clock, report),
                Ok(None) | Err(_) => break,
            }
        }
        while let Some(decision) = machine.next_decision() {
            report.decided(&decision);
        }
        // What is left is aborted with the set.
        self.acting
    }
}
