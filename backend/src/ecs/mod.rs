//! Amazon ECS through `aws-sdk-ecs`.
//!
//! [`client`] makes a client that does each call once and in bounded time; [`outcome`] and [`failure`] read what came of it,
//! [`denied`] what IAM did not allow. A [`TaskTemplate`] is what a template asks of ECS: `definition` and `run` put it into
//! requests, `definitions` registers what is not registered yet, [`render`](render::render) shows what is sent. [`Backend`] is
//! all of that for the driver, and `tasks` is how it sees the tasks of ours; [`survey`] is a look that changes nothing.

mod backend;
pub mod calls;
pub mod client;
pub mod connect;
mod definition;
mod definitions;
pub mod denied;
pub mod difference;
pub mod failure;
mod fingerprint;
pub mod iam;
mod log_link;
pub mod observer;
pub mod outcome;
pub mod render;
mod run;
pub mod survey;
mod tasks;
mod template;
mod wire;

pub use backend::Backend;
pub use definitions::Standing;
pub use run::{AGENT_TAG, Definition, Launch};
pub use template::TaskTemplate;
