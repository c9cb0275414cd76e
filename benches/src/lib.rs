//! Peers that the benchmarks in `benches/` compare with; the results stand in `README.md`.

pub mod reference_index;
