//! The servers as a whole: bound, running, shut down.

use super::{
    actor::{self, LETTERS_MAX, Service},
    clock::ClockMode,
    example, listener,
    twins::{Twins, TwinsSettings},
};
use std::{
    future::{Future, IntoFuture},
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};
use thiserror::Error;
use tokio::{
    net::TcpListener,
    sync::{mpsc, watch},
    task::{JoinError, JoinSet},
    time::timeout,
};

/// How long open requests are waited for at the end.
const GRACE: Duration = Duration::from_secs(3);

/// What is served, and where.
#[derive(Debug, Clone)]
pub struct ServeSettings {
    /// Where ECS listens; port 0 takes one that is free.
    pub ecs: SocketAddr,
    /// Where Jenkins listens.
    pub jenkins: SocketAddr,
    /// How time passes.
    pub clock: ClockMode,
    /// Whether there is something to begin with: a cluster with instances, task definitions, a job.
    pub example: bool,
    /// What both services are like.
    pub twins: TwinsSettings,
}

/// Both servers, bound to their ports.
#[derive(Debug)]
pub struct Server {
    ecs: TcpListener,
    jenkins: TcpListener,
    ecs_address: SocketAddr,
    jenkins_address: SocketAddr,
    clock: ClockMode,
    example: bool,
    twins: TwinsSettings,
}

/// An address that is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AddressError {
    /// It is none.
    #[error("`{0}` is no address: write 127.0.0.1:PORT, [::1]:PORT, localhost:PORT or a port alone")]
    Malformed(String),
    /// Others than this machine could reach it.
    #[error(
        "`{0}` is not on loopback: the servers have no login, so they listen on 127.0.0.1, [::1] or localhost only"
    )]
    NotLoopback(String),
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
    /// A server ended by itself.
    #[error("failed to go on serving")]
    Serve(#[from] io::Error),
    /// A server panicked.
    #[error("a server ended with a bug")]
    Panicked(#[from] JoinError),
}

/// Reads an address on loopback: `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, `:8080`, `8080`.
///
/// # Errors
///
/// Fails for what is no address, and for an address that others than this machine could reach.
pub fn loopback(text: &str) -> Result<SocketAddr, AddressError> {
    let malformed = || AddressError::Malformed(text.to_owned());
    let local = |port: &str| port.parse().map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port))).ok();
    let port_alone = text.strip_prefix("localhost:").or_else(|| text.strip_prefix(':')).unwrap_or(text);
    let address = match local(port_alone) {
        Some(address) => address,
        None => text.parse().map_err(|_| match text.rsplit_once(':') {
            // A name may mean any machine, and names are not looked up here.
            Some((host, port))
                if port.parse::<u16>().is_ok() && host.parse::<IpAddr>().is_err() && !host.is_empty() =>
            {
                AddressError::NotLoopback(text.to_owned())
            }
            Some(_) | None => malformed(),
        })?,
    };
    if address.ip().is_loopback() { Ok(address) } else { Err(AddressError::NotLoopback(text.to_owned())) }
}

impl Server {
    /// Binds both ports; nothing is answered until [`Self::run`].
    ///
    /// # Errors
    ///
    /// Fails where an address is not on loopback, or a port cannot be opened.
    pub async fn bind(settings: ServeSettings) -> Result<Self, ServeError> {
        let ecs = listen("ecs", settings.ecs).await?;
        let jenkins = listen("jenkins", settings.jenkins).await?;
        Ok(Self {
            ecs_address: ecs.local_addr()?,
            jenkins_address: jenkins.local_addr()?,
            ecs,
            jenkins,
            clock: settings.clock,
            example: settings.example,
            twins: settings.twins,
        })
    }

    /// Where ECS listens.
    pub fn ecs_address(&self) -> SocketAddr {
        self.ecs_address
    }

    /// Where Jenkins listens.
    pub fn jenkins_address(&self) -> SocketAddr {
        self.jenkins_address
    }

    /// Serves until `shutdown` comes, then waits a little for what is being answered.
    ///
    /// # Errors
    ///
    /// Fails where a server ends by itself.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> Result<(), ServeError> {
        let (clock, now) = self.clock.start();
        let mut twins = Twins::new(self.twins, &format!("http://{}/", self.jenkins_address), now);
        if self.example {
            example::furnish(&mut twins);
        }
        let (letters, inbox) = mpsc::channel(LETTERS_MAX);
        let (end, ended) = watch::channel(());
        let mut tasks = JoinSet::new();
        for (service, listener) in [(Service::Ecs, self.ecs), (Service::Jenkins, self.jenkins)] {
            let routes = listener::routes(service, letters.clone());
            let mut ended = ended.clone();
            let server = axum::serve(listener, routes).with_graceful_shutdown(async move {
                // Nothing is ever sent: the channel is closed, and that is the message.
                drop(ended.changed().await);
            });
            tasks.spawn(server.into_future());
        }
        // The owner of both services ends when the last of the servers has ended.
        drop(letters);
        tasks.spawn(async move {
            actor::run(twins, clock, inbox).await;
            Ok(())
        });
        tokio::select! {
            // The wish to end comes first, so that it is heeded however busy the servers are.
            biased;
            () = shutdown => {}
            Some(early) = tasks.join_next() => early??,
        }
        drop(end);
        let finish = async {
            while let Some(task) = tasks.join_next().await {
                task??;
            }
            Ok(())
        };
        // What is not answered by then is cut off when the set of tasks is dropped.
        timeout(GRACE, finish).await.unwrap_or(Ok(()))
    }
}

async fn listen(service: &'static str, address: SocketAddr) -> Result<TcpListener, ServeError> {
    if !address.ip().is_loopback() {
        return Err(AddressError::NotLoopback(address.to_string()).into());
    }
    TcpListener::bind(address).await.map_err(|source| {
        if source.kind() == io::ErrorKind::AddrInUse {
            ServeError::PortTaken { service, address }
        } else {
            ServeError::Listen { service, address, source }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_on_loopback_are_taken_and_no_others() {
        // text => address
        let table = [
            ("127.0.0.1:8080", Some("127.0.0.1:8080")),
            ("127.9.9.9:1", Some("127.9.9.9:1")),
            ("[::1]:8080", Some("[::1]:8080")),
            ("localhost:8080", Some("127.0.0.1:8080")),
            (":0", Some("127.0.0.1:0")),
            ("8080", Some("127.0.0.1:8080")),
            ("0.0.0.0:8080", None),
            ("[::]:8080", None),
            ("192.168.1.2:8080", None),
            ("example.com:80", None),
            ("127.0.0.1", None),
            ("127.0.0.1:70000", None),
            ("", None),
        ];
        for (text, want) in table {
            let address = loopback(text).ok().map(|address| address.to_string());
            assert_eq!(address.as_deref(), want, "{text}");
        }
        assert_eq!(loopback("0.0.0.0:1"), Err(AddressError::NotLoopback("0.0.0.0:1".to_owned())));
        assert_eq!(loopback("example.com:80"), Err(AddressError::NotLoopback("example.com:80".to_owned())));
        assert_eq!(loopback("x"), Err(AddressError::Malformed("x".to_owned())));
    }
}
