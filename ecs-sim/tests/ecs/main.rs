//! The simulated ECS as its users see it: through its public interface, in virtual time.

mod accidents;
mod account;
mod calls;
mod constraints;
mod containers;
mod laws;
mod life_cycle;
mod reference;
mod requirements;
mod rows;
mod rules;
mod scaling;
mod states;
mod timelines;
mod trunks;
