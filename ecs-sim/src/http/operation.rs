//! The operations that are not answered, and how that is said.

use super::{model::UNANSWERED, wire::Refusal};

/// The answer to an operation that ECS does not have.
pub(super) fn unknown(name: &str) -> Refusal {
    Refusal::wire("UnknownOperationException", format!("ECS has no operation `{name}`."))
}

/// The answer to an operation that is not answered.
pub(super) fn unanswered(name: &str) -> Refusal {
    if UNANSWERED.contains(&name) {
        return Refusal::unsupported(format!("The simulator does not answer {name}."));
    }
    unknown(name)
}
