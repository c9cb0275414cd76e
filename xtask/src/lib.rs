//! What the chores do, as a library, so that tests can hold them to it.

pub mod ecs_model;
