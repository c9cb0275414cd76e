//! A simulated Amazon ECS control plane: a pure state machine in virtual time.
//!
//! [`Ecs`] is called with requests and the time, tells what it did ([`Ecs::poll_output`]) and when it wants to be woken
//! ([`Ecs::poll_timeout`]). It does no I/O, reads no clock, and every random draw is keyed by the seed, what it is for,
//! and whom it concerns; so the same calls give the same answers, and a changed configuration leaves the draws of
//! everything else as they were.

pub mod api;
pub mod billing;
pub mod call_fault;
pub mod capacity;
pub mod data;
pub mod definition;
pub mod divergence;
mod draw;
mod ecs;
pub mod fleet;
#[cfg(feature = "http")]
pub mod http;
pub mod id;
pub mod latency;
mod memo;
pub mod output;
pub mod placement;
pub mod query;
pub mod settings;
pub mod task;
mod throttle;
mod timer;
mod token;

pub use api::{ApiError, RunTask, RunTaskAnswer};
pub use ecs::{
    AccountSetting, AgentRegistration, Attribute, ClusterView, ContainerInstanceView, DefinitionView, Ecs,
    Gpu, ProviderUpdate, ProviderView, Tagged, TrunkId,
};
pub use memo::Memo;
pub use output::Output;
pub use settings::Settings;
pub use throttle::CallCount;
pub use timer::Timer;
