//! `footman.yaml`: what Footman knows and the plugin does not.

pub(crate) mod failover;
mod hours;
pub(crate) mod jobs;
pub(crate) mod object;
pub(crate) mod placement;
pub(crate) mod quantity;
pub(crate) mod settings;
pub(crate) mod table;

pub(crate) use settings::Settings;
pub(crate) use table::{CloudKeys, RootKeys, TemplateKeys};

/// The keys at the top that are mappings with keys of their own.
const NESTED: [&str; 6] = ["clouds", "pace", "deadlines", "breaker", "labelMap", "simulation"];

/// The keys at the top.
pub(crate) fn root_keys() -> Vec<&'static str> {
    RootKeys::KEYS.iter().chain(&NESTED).copied().collect()
}
