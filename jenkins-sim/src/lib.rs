//! A simulated Jenkins queue with its nodes: a pure state machine in virtual time.
