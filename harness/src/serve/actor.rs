//! The one task that owns both services: it answers letters in the order in which they come, and lets time pass.

use super::{
    clock::Clock,
    connections::Door,
    control::{self, ControlAnswer, ControlRequest},
    events::{Hub, Subscription},
    hook::Hook,
    processes::{Exit, Processes},
    twins::{Order, Post, Twins},
};
use axum::{
    body::Bytes,
    http::{Request, Response},
};
use std::{fmt, future::pending};
use tokio::{
    sync::{mpsc, oneshot, watch},
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
    /// To be told of events, of one region or of all, from the one after `last` on; the answer is `None` where too many are.
    Subscribe { last: Option<u64>, region: Option<String>, reply: oneshot::Sender<Option<Subscription>> },
    /// To end what does not end by itself.
    Close,
}

/// What is outside of the simulation and follows it.
#[derive(Debug)]
pub(super) struct Outside {
    pub(super) hub: Hub,
    pub(super) processes: Option<(Processes, mpsc::Receiver<Exit>)>,
    pub(super) hook: Option<Hook>,
}

impl fmt::Debug for Letter {
    /// Its kind: what a request says may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Request { .. } => "Request",
            Self::TooLarge { .. } => "TooLarge",
            Self::Control { .. } => "Control",
            Self::Subscribe { .. } => "Subscribe",
            Self::Close => "Close",
        })
    }
}

/// Answers letters until nobody can send one any more.
pub(super) async fn run(
    mut twins: Twins,
    clock: Clock,
    mut letters: mpsc::Receiver<Letter>,
    mut outside: Outside,
    jenkins_door: watch::Sender<Door>,
) {
    loop {
        outside.follow(&mut twins);
        let door = jenkins_door_at(&twins, clock);
        jenkins_door.send_if_modified(|known| std::mem::replace(known, door) != door);
        // Nothing happens in Jenkins when it stops refusing connections, but somebody has to listen.
        let next = [twins.next(), twins.jenkins.refuses_until(twins.now())].into_iter().flatten().min();
        let wake = next.and_then(|at| clock.wake(at));
        tokio::select! {
            // Ends of processes first, for they are few; then letters: each lets happen what is due before it is
            // answered, so that no deadline is starved.
            biased;
            exit = next_exit(&mut outside.processes) => {
                catch_up(&mut twins, clock);
                twins.container_ended(exit.task, exit.container, exit.code);
            }
            letter = letters.recv() => match letter {
                Some(letter) => answer(&mut twins, clock, letter, &mut outside.hub),
                None => break,
            },
            () = wait_for(wake) => catch_up(&mut twins, clock),
        }
    }
    outside.hub.close();
    if let Some((processes, exits)) = outside.processes {
        processes.end(exits).await;
    }
}

/// Whether Jenkins lets connections in. Where time passes only when somebody says so it always does, and then does not answer:
/// time is told to pass on the same port.
fn jenkins_door_at(twins: &Twins, clock: Clock) -> Door {
    match clock {
        Clock::Wall { .. } if twins.jenkins.refuses_until(twins.now()).is_some() => Door::Closed,
        Clock::Wall { .. } | Clock::Lockstep => Door::Open,
    }
}

/// The next process that ends.
async fn next_exit(processes: &mut Option<(Processes, mpsc::Receiver<Exit>)>) -> Exit {
    if let Some((_, exits)) = processes
        && let Some(exit) = exits.recv().await
    {
        return exit;
    }
    pending().await
}

impl Outside {
    /// Passes on what happened, and does what follows from it.
    fn follow(&mut self, twins: &mut Twins) {
        self.hub.publish(twins.take_events());
        for order in twins.take_orders() {
            match (order, &mut self.processes, &mut self.hook) {
                (Order::Start { task, name, containers }, Some((processes, _)), _) => {
                    processes.start(task, &name, &containers);
                }
                (Order::Stop(task), Some((processes, _)), _) => processes.stop(task),
                (Order::Kill(task), Some((processes, _)), _) => processes.kill(task),
                (Order::KillAll(account), Some((processes, _)), _) => processes.kill_account(account),
                (Order::Post(Post(post)), _, Some(hook)) => hook.post(post),
                (
                    Order::Start { .. }
                    | Order::Stop(_)
                    | Order::Kill(_)
                    | Order::KillAll(_)
                    | Order::Post(_),
                    _,
                    _,
                ) => {}
            }
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
fn answer(twins: &mut Twins, clock: Clock, letter: Letter, hub: &mut Hub) {
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
                Service::Ecs => {
                    let home = twins.accounts.home();
                    twins.accounts[home].face.too_large()
                }
                Service::Jenkins => twins.jenkins_face.too_large(),
            };
            drop(reply.send(Some(response)));
        }
        Letter::Control { request, reply } => drop(reply.send(control::answer(twins, clock, &request))),
        Letter::Subscribe { last, region, reply } => {
            twins.watch();
            drop(reply.send(hub.subscribe(last, region)));
        }
        Letter::Close => hub.close(),
    }
}
