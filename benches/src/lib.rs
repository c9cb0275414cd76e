//! Holds no code: the benchmarks stand in `benches/`, their results in `README.md`.
