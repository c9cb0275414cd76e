//! Jenkins over its REST interface, of which `reference/jenkins.md` holds what was seen and read.
//!
//! What needs no connection stands in files that do no I/O: [`why`] and [`labels`] work out which label an item wants,
//! `task_url` which job it belongs to, [`lookouts`] which nodes make labels readable, [`listing`] reads answers,
//! [`node_xml`] edits a node's configuration, and [`continuation`] finds marked nodes that a Pipeline waits for.
//!
//! The rest is a thin shell around them: [`client`] sends one request, [`nodes`] does what the core wants done, [`observe`]
//! polls, [`check`] finds out what the user may do, and [`survey`] what stands there.

mod answer;
pub mod check;
pub mod client;
pub mod continuation;
pub mod labels;
pub mod listing;
pub mod lookouts;
pub mod node_xml;
pub mod nodes;
pub mod observe;
pub mod survey;
mod task_url;
pub mod why;

pub use answer::{CallError, SendError};
pub use task_url::Origin;
