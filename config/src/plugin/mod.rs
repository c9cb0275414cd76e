//! The plugin's cloud and templates: their fields, types and defaults.

mod cloud;
mod item;
mod kind;
mod table;
mod template;

pub use cloud::CloudFields;
pub use item::{
    CapacityProviderEntry, EfsMountPoint, Environment, ExtraHost, LogDriverOption, MountPoint,
    PlacementStrategyEntry, PortMapping, Tag, Ulimit,
};
pub use kind::{CpuArchitecture, NetworkModeChoice, OsFamily};
pub use table::Row;
pub use template::TemplateFields;
