//! A simulated Amazon ECS control plane: a pure state machine in virtual time.
