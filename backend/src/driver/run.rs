//! The loop: one task owns the machine, and everything that takes time runs beside it.
//!
//! Nothing here waits without a deadline. An action that is not over by then counts as one of unknown outcome, a look as one
//! that is not complete; the core repeats what is worth it. How many actions run at once is bounded by the core, which hands
//! out no more, and once more here.

use super::{Hands, Machine, Need, WallClock};
use footman_core::{
    Action, ActionId, Timestamp,
    decision::Decision,
    event::{Failure, JenkinsListing, Outcome, TaskListing},
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

    /// An action came to this.
    fn acted(&mut self, action: &Action, outcome: &Outcome);

    /// Something was asked of the machine; the core can be looked at.
    fn turned(&mut self, machine: &Machine) {
        let _ = machine;
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Somebody asked for it; agents run on, and whoever comes next takes them over.
    Asked {
        /// Actions that were not over in time: their outcome is unknown.
        unfinished: usize,
    },
    /// An older daemon works under the same owner id.
    GaveWay,
}

/// Something that ran beside the loop.
enum Done {
    Act(ActionId, Action, Outcome),
    Poll(Option<JenkinsListing>),
    Look(TaskListing),
}

/// Drives `machine` until `end` is over.
pub async fn run<H: Hands>(
    machine: &mut Machine,
    hands: Arc<H>,
    clock: WallClock,
    limits: Limits,
    report: &mut impl Report,
    end: impl Future<Output = ()>,
) -> End {
    let mut beside = Beside { hands, limits, running: JoinSet::new(), waiting: VecDeque::new(), acting: 0 };
    let mut end = std::pin::pin!(end);
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
        report.turned(machine);
        if machine.core().gave_way() {
            return End::GaveWay;
        }
        let due = machine.due();
        // The end first, or a busy daemon would never come to it; then what is over, so that the machine knows it before it
        // is asked what is next.
        tokio::select! {
            biased;
            () = &mut end => break,
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
        self.running.spawn(async move { Done::Poll(timeout(limit, hands.poll(now)).await.ok().flatten()) });
    }

    fn look(&mut self) {
        let (hands, limit) = (Arc::clone(&self.hands), self.limits.look);
        self.running.spawn(async move { Done::Look(timeout(limit, hands.look()).await.unwrap_or_default()) });
    }

    fn start_actions(&mut self) {
        while self.acting < self.limits.actions
            && let Some((id, action)) = self.waiting.pop_front()
        {
            let (hands, limit) = (Arc::clone(&self.hands), self.limits.action);
            self.acting += 1;
            self.running.spawn(async move {
                let outcome = timeout(limit, hands.act(action.clone())).await;
                Done::Act(id, action, outcome.unwrap_or(Outcome::Failed(Failure::Unknown)))
            });
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
        match done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic())) {
            Done::Act(id, action, outcome) => {
                self.acting -= 1;
                report.acted(&action, &outcome);
                machine.replied(now, id, outcome);
            }
            Done::Poll(listing) => machine.polled(now, listing),
            Done::Look(listing) => machine.looked(now, listing),
        }
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
