//! Words of a recording's own.

/// What stands for an end at which builds are finished.
pub(super) const FINISH_BUILDS: &str = "finishBuilds";
/// What stands for an end at which builds are stopped.
pub(super) const STOP_BUILDS: &str = "stopBuilds";
/// What stands for a listing that is the same as the one before.
pub(super) const SAME: &str = "same";
/// What stands for the label of an item that any node will do for.
pub(super) const ANY: &str = "any";
/// What stands for the label of an item that could not be read.
pub(super) const UNKNOWN: &str = "unknown";
