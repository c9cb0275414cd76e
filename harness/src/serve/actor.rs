//! The one task that owns both services: it answers letters in the order in which they come, and lets time pass.

use super::{clock::Clock, twins::Twins};
use axum::{
    body::Bytes,
    http::{Request, Response},
};
use footman_core::{Millis, Timestamp};
use std::future::pending;
use thiserror::Error;
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, sleep_until},
};

/// How many letters may wait; who sends one more waits until there is room.
pub(super) const LETTERS_MAX: usize = 1024;

/// The longest step in lockstep: managed scaling looks at its metric every minute, so that a step has an end.
const STEP_MAX: Millis = Millis::from_hours(24 * 366);

/// Which of the two services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Service {
    Ecs,
    Jenkins,
}

/// What the owner of both services is asked, and where the answer goes.
#[derive(Debug)]
pub(super) enum Letter {
    /// A request; the answer is `None` where the service does not answer.
    Request {
        service: Service,
        request: Box<Request<Bytes>>,
        reply: oneshot::Sender<Option<Response<Bytes>>>,
    },
    /// A request whose body is too long to be read.
    TooLarge { service: Service, reply: oneshot::Sender<Option<Response<Bytes>>> },
    /// What time it is, and when something happens.
    Next { reply: oneshot::Sender<Moment> },
    /// To let time pass.
    Advance { to: Timestamp, reply: oneshot::Sender<Result<Moment, AdvanceError>> },
}

/// What time it is, and when the next thing happens by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) now: Timestamp,
    pub(super) next: Option<Timestamp>,
}

/// Why time does not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(super) enum AdvanceError {
    /// Time passes by itself.
    #[error("time passes by itself here: start with --clock lockstep")]
    NotLockstep,
    /// That time has passed.
    #[error("it is {now} ms since the epoch already")]
    Past { now: i64 },
    /// That time is too far away.
    #[error("a step is at most {max} ms", max = STEP_MAX.as_millis())]
    TooFar,
}

/// Answers letters until nobody can send one any more.
pub(super) async fn run(mut twins: Twins, clock: Clock, mut letters: mpsc::Receiver<Letter>) {
    loop {
        let wake = twins.next().and_then(|at| clock.wake(at));
        tokio::select! {
            // Letters first: each lets happen what is due before it is answered, so that no deadline is starved.
            biased;
            letter = letters.recv() => match letter {
                Some(letter) => answer(&mut twins, clock, letter),
                None => return,
            },
            () = wait_for(wake) => catch_up(&mut twins, clock),
        }
    }
}

async fn wait_for(wake: Option<Instant>) {
    match wake {
        Some(wake) => sleep_until(wake).await,
        None => pending().await,
    }
}

fn catch_up(twins: &mut Twins, clock: Clock) {
    if let Some(now) = clock.now() {
        twins.advance(now);
    }
}

/// An answer that nobody waits for any more is dropped: the client has gone away.
fn answer(twins: &mut Twins, clock: Clock, letter: Letter) {
    catch_up(twins, clock);
    match letter {
        Letter::Request { service, request, reply } => {
            let response = match service {
                Service::Ecs => twins.ecs(&request),
                Service::Jenkins => twins.jenkins(&request),
            };
            drop(reply.send(response));
        }
        Letter::TooLarge { service, reply } => {
            let response = match service {
                Service::Ecs => twins.ecs_face.too_large(),
                Service::Jenkins => twins.jenkins_face.too_large(),
            };
            drop(reply.send(Some(response)));
        }
        Letter::Next { reply } => drop(reply.send(moment(twins))),
        Letter::Advance { to, reply } => drop(reply.send(advance(twins, clock, to))),
    }
}

fn moment(twins: &Twins) -> Moment {
    Moment { now: twins.now(), next: twins.next() }
}

fn advance(twins: &mut Twins, clock: Clock, to: Timestamp) -> Result<Moment, AdvanceError> {
    let now = twins.now();
    if clock.now().is_some() {
        return Err(AdvanceError::NotLockstep);
    }
    if to < now {
        return Err(AdvanceError::Past { now: now.as_millis() });
    }
    if to.since(now) > STEP_MAX {
        return Err(AdvanceError::TooFar);
    }
    twins.advance(to);
    Ok(moment(twins))
}
