//! When the core wants to be woken, and why.

use crate::{decision::Phase, id::TemplateId};

/// Why the core wants to be woken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// An agent reaches the deadline of its phase.
    Deadline(Phase),
    /// An action that failed is repeated.
    Retry,
    /// A call that waited for the token bucket may be made.
    Pace,
    /// Items may have waited beside idle agents for too long.
    NotTaken,
    /// A template's breaker or backoff lets one launch through.
    Breaker(TemplateId),
}
