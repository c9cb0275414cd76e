//! The one task that owns both services: it answers letters in the order in which they come, and lets time pass.

use super::{
    clock::Clock,
    control::{self, ControlAnswer, ControlRequest},
    twins::Twins,
};
use axum::{
    body::Bytes,
    http::{Request, Response},
};
use std::{fmt, future::pending};
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, sleep_until},
};

/// How many letters may wait; who sends one more waits until there is room.
pub(super) const LETTERS_MAX: usize = 1024;

/// Which of the two services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Service {
    Ecs,
    Jenkins,
}

/// What the owner of both services is asked, and where the answer goes.
pub(super) enum Letter {
    /// A request; the answer is `None` where the service does not answer.
    Request {
        service: Service,
        request: Box<Request<Bytes>>,
        reply: oneshot::Sender<Option<Response<Bytes>>>,
    },
    /// A request whose body is too long to be read.
    TooLarge { service: Service, reply: oneshot::Sender<Option<Response<Bytes>>> },
    /// A request under `/_sim/`.
    Control { request: ControlRequest, reply: oneshot::Sender<ControlAnswer> },
}

impl fmt::Debug for Letter {
    /// Its kind: what a request says may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Request { .. } => "Request",
            Self::TooLarge { .. } => "TooLarge",
            Self::Control { .. } => "Control",
        })
    }
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
        Letter::Control { request, reply } => drop(reply.send(control::answer(twins, clock, &request))),
    }
}
