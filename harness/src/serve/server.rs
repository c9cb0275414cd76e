//! The servers as a whole: bound, running, shut down.

use super::{
    actor::{self, LETTERS_MAX, Letter, Outside, Service},
    address::AddressError,
    clock::ClockMode,
    connections::{self, Door},
    events::{EventFile, Hub},
    hook::{Hook, HookUrl},
    limits::Limits,
    listener,
    processes::Processes,
    twins::{Twins, TwinsSettings},
};
use crate::world::CloudError;
use std::{future::Future, io, net::SocketAddr, num::NonZeroU32, path::PathBuf};
use thiserror::Error;
use tokio::{
    net::TcpListener,
    sync::{mpsc, watch},
    task::{JoinError, JoinSet},
    time::timeout,
};

/// What is served, and where.
#[derive(Debug, Clone)]
pub struct ServeSettings {
    /// Where ECS listens, where it does; port 0 takes one that is free.
    pub ecs: Option<SocketAddr>,
    /// Where Jenkins listens, where it does.
    pub jenkins: Option<SocketAddr>,
    /// Whether others than this machine may reach the servers, and do everything.
    pub publicly: bool,
    /// How time passes.
    pub clock: ClockMode,
    /// What both services are like.
    pub twins: TwinsSettings,
    /// How much the servers take.
    pub limits: Limits,
    /// The file at whose end events are written, one a line.
    pub events: Option<PathBuf>,
    /// Who is told when tasks start and stop.
    pub hook: Option<HookUrl>,
}

impl ServeSettings {
    /// Both services on loopback, on ports that are free.
    pub fn on_free_ports(clock: ClockMode, twins: TwinsSettings) -> Self {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        Self {
            ecs: Some(any),
            jenkins: Some(any),
            publicly: false,
            clock,
            twins,
            limits: Limits::default(),
            events: None,
            hook: None,
        }
    }
}

/// The servers, bound to their ports.
#[derive(Debug)]
pub struct Server {
    ecs: Option<TcpListener>,
    jenkins: Option<TcpListener>,
    clock: ClockMode,
    twins: TwinsSettings,
    limits: Limits,
    events: Option<EventFile>,
    hook: Option<HookUrl>,
}

/// Why the servers do not run.
#[derive(Debug, Error)]
pub enum ServeError {
    /// An address is not on loopback.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// A port is taken.
    #[error(
        "{address} is taken by another program; choose another port with --{service} (0 takes any that is free)"
    )]
    PortTaken {
        /// Whose.
        service: &'static str,
        /// Where.
        address: SocketAddr,
    },
    /// A port cannot be opened.
    #[error("failed to listen on {address} for {service}")]
    Listen {
        /// Whose.
        service: &'static str,
        /// Where.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The file of events cannot be opened.
    #[error("failed to open {path} for events")]
    EventFile {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The folder for the output of containers cannot be made.
    #[error("failed to make the folder {path} for the output of containers")]
    LogDir {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Processes need time that passes by itself.
    #[error("containers can run as processes on the wall's clock only, at its own speed")]
    NotOnTheWall,
    /// The clusters that were described cannot be simulated.
    #[error("failed to build the clusters of the configuration")]
    Clusters(#[from] CloudError),
    /// A server ended by itself.
    #[error("failed to go on serving")]
    Serve(#[from] io::Error),
    /// A server panicked.
    #[error("a server ended with a bug")]
    Panicked(#[from] JoinError),
}

impl Server {
    /// Binds the ports; nothing is answered until [`Self::run`].
    ///
    /// # Errors
    ///
    /// Fails where an address is not on loopback and need be, or a port cannot be opened.
    pub async fn bind(settings: ServeSettings) -> Result<Self, ServeError> {
        let ServeSettings { ecs, jenkins, publicly, clock, mut twins, limits, events, hook } = settings;
        twins.agents = jenkins.is_some();
        twins.hook = hook.is_some();
        twins.events = events.is_some();
        let on_the_wall = clock == ClockMode::Wall { speed: NonZeroU32::MIN };
        if twins.processes.is_some() && !on_the_wall {
            return Err(ServeError::NotOnTheWall);
        }
        let events = match events {
            None => None,
            Some(path) => match EventFile::open(&path) {
                Ok(file) => Some(file),
                Err(source) => return Err(ServeError::EventFile { path, source }),
            },
        };
        Ok(Self {
            ecs: listen("ecs", ecs, publicly).await?,
            jenkins: listen("jenkins", jenkins, publicly).await?,
            clock,
            twins,
            limits,
            events,
            hook,
        })
    }

    /// Where ECS listens, where it does.
    pub fn ecs_address(&self) -> Option<SocketAddr> {
        self.ecs.as_ref().and_then(|listener| listener.local_addr().ok())
    }

    /// Where Jenkins listens, where it does.
    pub fn jenkins_address(&self) -> Option<SocketAddr> {
        self.jenkins.as_ref().and_then(|listener| listener.local_addr().ok())
    }

    /// Serves until `shutdown` comes, then waits a little for what is being answered.
    ///
    /// # Errors
    ///
    /// Fails where the described clusters cannot be built, or a server ends by itself.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> Result<(), ServeError> {
        let (clock, now) = self.clock.start();
        let root_url = match self.jenkins_address() {
            Some(address) => format!("http://{address}/"),
            None => "http://127.0.0.1/".to_owned(),
        };
        let processes = self.twins.processes.clone().map(|settings| {
            let path = settings.log_dir.clone();
            Processes::new(settings).map_err(|source| ServeError::LogDir { path, source })
        });
        let processes = processes.transpose()?;
        let twins = Twins::new(self.twins, &root_url, now)?;
        let (letters, inbox) = mpsc::channel(LETTERS_MAX);
        let (end, ended) = watch::channel(());
        // ECS never refuses connections.
        let (jenkins_door, at_jenkins) = watch::channel(Door::Open);
        let (_ecs_door, at_ecs) = watch::channel(Door::Open);
        let mut tasks = JoinSet::new();
        let listeners = [
            (Service::Ecs, self.ecs, listener::ecs_is_full as fn() -> _),
            (Service::Jenkins, self.jenkins, listener::jenkins_is_full as fn() -> _),
        ];
        for (service, socket, refusal) in listeners {
            let Some(socket) = socket else { continue };
            let routes = listener::routes(service, letters.clone(), self.limits);
            let (head, door) = match service {
                Service::Ecs => (self.limits.head, at_ecs.clone()),
                Service::Jenkins => (self.limits.jenkins_head, at_jenkins.clone()),
            };
            let limits = Limits { head, ..self.limits };
            tasks.spawn(connections::serve(socket, routes, refusal, limits, door, ended.clone()));
        }
        let hook = self.hook.map(|url| {
            let (hook, posts) = Hook::new(url);
            tasks.spawn(async move {
                posts.await;
                Ok(())
            });
            hook
        });
        let outside = Outside { hub: Hub::new(self.events), processes, hook };
        tasks.spawn(owner(twins, clock, inbox, outside, jenkins_door));
        tokio::select! {
            // The wish to end comes first, so that it is heeded however busy the servers are.
            biased;
            () = shutdown => {}
            Some(early) = tasks.join_next() => early??,
        }
        drop(end);
        let finish = async {
            // Listeners to events end, so that their connections can; the owner of both services ends when the last of
            // the servers has ended.
            drop(letters.send(Letter::Close).await);
            drop(letters);
            while let Some(task) = tasks.join_next().await {
                task??;
            }
            Ok(())
        };
        // What is not answered by then is cut off when the set of tasks is dropped.
        timeout(self.limits.grace, finish).await.unwrap_or(Ok(()))
    }
}

async fn owner(
    twins: Twins,
    clock: super::clock::Clock,
    inbox: mpsc::Receiver<Letter>,
    outside: Outside,
    jenkins_door: watch::Sender<Door>,
) -> io::Result<()> {
    actor::run(twins, clock, inbox, outside, jenkins_door).await;
    Ok(())
}

async fn listen(
    service: &'static str,
    address: Option<SocketAddr>,
    publicly: bool,
) -> Result<Option<TcpListener>, ServeError> {
    let Some(address) = address else { return Ok(None) };
    if !publicly && !address.ip().is_loopback() {
        return Err(AddressError::NotLoopback(address.to_string()).into());
    }
    TcpListener::bind(address).await.map(Some).map_err(|source| {
        if source.kind() == io::ErrorKind::AddrInUse {
            ServeError::PortTaken { service, address }
        } else {
            ServeError::Listen { service, address, source }
        }
    })
}
