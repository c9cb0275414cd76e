//! How the simulated Jenkins behaves, seen through its public calls.

mod agents;
mod balance;
mod belonging;
mod bench;
mod calls;
mod goldens;
mod laws;
mod load;
mod matrix;
mod one_shot;
mod pipelines;
mod rates;
mod restart;
mod timelines;
mod why;
