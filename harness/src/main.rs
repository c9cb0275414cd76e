//! `footman`: plans, simulates and serves simulators; it never opens a connection.

fn main() {}
