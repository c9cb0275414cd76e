//! The operations side of the daemon: what it shows of itself over HTTP, and to whom it is told.
//!
//! [`Collector`] is told by the driver what happens and makes a [`Snapshot`] of it at most once an interval. Whoever shows it
//! reads the last one from a [`Board`]: nothing here can be waited for by the loop, and nothing changes what is decided. What
//! is shown of a snapshot is a function of it: [`page()`], [`explain()`], [`alive`], [`ready`].

mod collector;
mod connections;
mod explain;
mod health;
mod metrics;
mod page;
mod server;
pub mod snapshot;
pub(crate) mod words;

pub use collector::{Board, Collector};
pub use connections::Limits;
pub use explain::{EXPLANATION, Explanation, explain};
pub use health::{Bounds, alive, ready};
pub use metrics::{FAMILIES, Family, Kind, Metrics};
pub use page::page;
pub use server::{Clock, Server};
pub use snapshot::Snapshot;
