//! Peers that the benchmarks in `benches/` compare with, and how they are compared; the results stand in `README.md`.

pub mod cpu_time;
pub mod filled_fleet;
pub mod packing_loops;
pub mod reference_index;
pub mod turns;
