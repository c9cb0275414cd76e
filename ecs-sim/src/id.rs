//! The numbers by which the simulator knows things; ARNs are texts made of them on demand.

use std::fmt;

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident($int:ty)) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub(crate) $int);

        impl $name {
            /// The bare number.
            pub const fn get(self) -> $int {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }
    };
}

number_id! {
    /// A task: ascending in the order in which tasks were created, over all clusters, and never used twice.
    TaskId(u64)
}

number_id! {
    /// A cluster, ascending in the order of creation.
    ClusterId(u32)
}

number_id! {
    /// One revision of a task definition, ascending in the order of registration.
    DefinitionId(u32)
}

number_id! {
    /// A capacity provider, ascending in the order of creation.
    ProviderId(u32)
}

number_id! {
    /// A container instance, ascending in the order of launch over all clusters, and never used twice.
    InstanceId(u32)
}

/// An id in the form of a UUID (version 4) that follows from two numbers, where AWS would draw one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Uuid {
    pub(crate) high: u64,
    pub(crate) low: u64,
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { high, low } = *self;
        write!(
            f,
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            0x8000 | ((low >> 48) & 0x3fff),
            low & 0xffff_ffff_ffff
        )
    }
}

/// What the randomness of a task is keyed by, where the caller has a better name for it than its place in the order
/// of creation: a build's index in the trace and the attempt on it, for instance.
///
/// Two runs that give a task the same key draw the same for it, whatever else differs between them (common random
/// numbers).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityKey(pub u64);
