//! Jenkins over its REST interface, of which `reference/jenkins.md` holds what was seen and read.
//!
//! What needs no connection stands in files that do no I/O: [`why`] and [`labels`] work out which label an item wants,
//! [`lookouts`] which nodes make labels readable, [`listing`] reads answers, [`node_xml`] edits a node's configuration.

pub mod labels;
pub mod listing;
pub mod lookouts;
pub mod node_xml;
pub mod why;
