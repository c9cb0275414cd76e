//! The plugin's cloud and templates: their fields, types and defaults.

mod cloud;
mod inherit;
pub(crate) mod item;
pub(crate) mod kind;
pub(crate) mod table;
mod template;

pub use cloud::CloudFields;
pub(crate) use inherit::{Named, inherit};
pub use item::{
    CapacityProviderEntry, EfsMountPoint, Environment, ExtraHost, LogDriverOption, MountPoint,
    PlacementStrategyEntry, PortMapping, Tag, Ulimit,
};
pub use kind::{CpuArchitecture, NetworkModeChoice, OsFamily};
pub use table::Row;
pub use template::TemplateFields;
