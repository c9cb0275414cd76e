//! How the simulated Jenkins behaves, seen through its public calls.

mod bench;
mod one_shot;
mod rates;
