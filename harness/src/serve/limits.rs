//! How much a server takes, and how long it waits for a client.

use std::time::Duration;

/// The limits of each of the two servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once; who comes beyond them is told so and sent away.
    pub connections: usize,
    /// How long the head of a request to ECS may take, the wait for it on an open connection included.
    pub head: Duration,
    /// The same of Jenkins, whose servlet container closes connections that are idle for 5 s (seen on Jenkins 2.263.4).
    pub jenkins_head: Duration,
    /// How long the body of a request may take.
    pub body: Duration,
    /// How long a client may not read what it is sent.
    pub write: Duration,
    /// How long open requests are waited for at the end.
    pub grace: Duration,
}

impl Default for Limits {
    /// 1,000 connections; 60 s for a head (5 s of Jenkins), 30 s for a body and for a pause in reading; 3 s at the end.
    fn default() -> Self {
        Self {
            connections: 1_000,
            head: Duration::from_secs(60),
            jenkins_head: Duration::from_secs(5),
            body: Duration::from_secs(30),
            write: Duration::from_secs(30),
            grace: Duration::from_secs(3),
        }
    }
}
