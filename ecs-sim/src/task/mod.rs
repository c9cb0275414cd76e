//! Tasks: what is kept of them, and as what they are seen.

mod gpus;
mod record;
mod store;
mod view;

pub(crate) use gpus::TaskGpus;
pub(crate) use record::{Doom, Host, NEVER, Record, Stop, StopText, Task, Times};
pub(crate) use store::TaskStore;
pub use view::{ContainerEnd, TaskGlance, TaskView};
