//! Overrides that a label carries.

use crate::units::{CpuUnits, Mib};

/// Which overrides the labels of a template's builds may carry, and up to what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OverrideRules {
    /// The most CPU that `cpu=` may ask for; `None` allows no such override.
    pub cpu_max: Option<CpuUnits>,
    /// The most memory that `memory=` may ask for; `None` allows no such override.
    pub memory_max: Option<Mib>,
}
