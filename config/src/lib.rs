//! Reads Jenkins Configuration-as-Code and `footman.yaml` into a validated policy.
//!
//! Texts go in, with a lookup for placeholders; a policy for the core, a description of the simulated world and
//! everything worth saying about them come out. The package opens no file and reads no environment: the caller does.
//!
//! What the plugin's fields mean, and where they deceive, follows the source of the Jenkins "Amazon ECS" plugin at commit
//! 4d48ab3 (2025-04-17).

mod agent;
mod assemble;
mod changes;
mod code;
mod diagnostic;
mod document;
mod effective;
mod footman;
mod gather;
mod keys;
mod launch;
mod loaded;
mod near;
mod placeholder;
pub mod plugin;
mod policy;
mod reader;
pub mod simulation;
mod source;
mod trap;
mod world;
mod yaml;

pub use agent::{AgentSettings, ImageDialect};
pub use changes::{Change, Effect, changes};
pub use code::Code;
pub use diagnostic::{Diagnostic, Severity};
pub use effective::{Effective, Origin};
pub use keys::known_keys;
pub use loaded::{EffectiveCloud, EffectiveTemplate, LabelMapping, Loaded, Refused, load};
pub use simulation::SimulationSettings;
pub use source::{Kind, Place, Text};
pub use yaml::TEXT_BYTES_MAX;
