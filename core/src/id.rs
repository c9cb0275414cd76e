//! The names and numbers by which Jenkins, ECS and Footman know things.
//!
//! Text ids are cheap to clone: they pass from listings through decisions into actions and reports.

use rustc_hash::FxHasher;
use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// The text is hashed once, when the id is made: a table of ids neither reads it again nor, where it finds the
        /// very id that it holds, compares it.
        #[derive(Clone)]
        pub struct $name {
            text: Arc<str>,
            hash: u64,
        }

        impl $name {
            /// The id with this text, taken as it is.
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                let text = text.into();
                let hash = hash_of(&text);
                Self { text, hash }
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.text
            }

            /// The text, shared.
            pub fn text(&self) -> Arc<str> {
                Arc::clone(&self.text)
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                Arc::ptr_eq(&self.text, &other.text) || (self.hash == other.hash && self.text == other.text)
            }
        }

        impl Eq for $name {}

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name {
            /// By the texts.
            fn cmp(&self, other: &Self) -> Ordering {
                self.text.cmp(&other.text)
            }
        }

        impl Hash for $name {
            fn hash<H: Hasher>(&self, state: &mut H) {
                state.write_u64(self.hash);
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.text).finish()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.text)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }
    };
}

/// The hash of a text, the same on every machine.
fn hash_of(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}

text_id! {
    /// The name of a Jenkins node as Jenkins lists it; it need not be ours.
    NodeName
}

text_id! {
    /// The ARN of an ECS task.
    TaskArn
}

text_id! {
    /// The owner id of one daemon: `startedBy` of its tasks, and part of the description of its nodes.
    ///
    /// ECS allows at most 128 of `[A-Za-z0-9-_/]` in `startedBy` (Amazon ECS API Reference, RunTask); the
    /// configuration checks that before it makes one.
    OwnerId
}

/// The id of a Jenkins queue item: ascending within one controller, and kept over its restarts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct QueueItemId(pub u64);

impl fmt::Display for QueueItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A template's place in the policy's list, which is also its rank among equals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct TemplateId(pub u32);

impl TemplateId {
    /// The place as an index into the policy's list.
    pub fn index(self) -> usize {
        usize::try_from(self.0).expect("a usize has at least 32 bits on every supported target")
    }
}

/// The number of a launch attempt of one agent, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Attempt(u16);

impl Attempt {
    /// The first attempt.
    pub const FIRST: Self = Self(1);
    /// The last attempt that a name and a token of at most 64 characters leave room for.
    pub const LAST: Self = Self(999);

    /// The attempt after this one, or `None` after [`Self::LAST`].
    pub const fn next(self) -> Option<Self> {
        if self.0 < Self::LAST.0 { Some(Self(self.0 + 1)) } else { None }
    }

    /// The number.
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_are_counted_from_one_and_end() {
        let attempts: Vec<u16> =
            std::iter::successors(Some(Attempt::FIRST), |attempt| attempt.next()).map(Attempt::get).collect();
        assert_eq!(attempts.len(), 999);
        assert_eq!((attempts[0], attempts[998]), (1, 999));
        assert!(attempts.is_sorted());
        assert_eq!(Attempt::LAST.to_string().len(), 3, "a token has room for three digits");
    }

    #[test]
    fn an_id_is_found_by_its_text() {
        let nodes = indexmap::IndexMap::<_, _, rustc_hash::FxBuildHasher>::from_iter([
            (NodeName::from("n1"), 1),
            (NodeName::from("n2"), 2),
        ]);
        assert_eq!(nodes.get(&NodeName::new(Arc::<str>::from("n2"))), Some(&2));
        assert_eq!(nodes.get(&NodeName::from("N2")), None, "names are case sensitive");
        assert!(NodeName::from("n10") < NodeName::from("n9"), "they sort as texts do");
        assert_eq!(format!("{:?}", NodeName::from("n1")), r#"NodeName("n1")"#);
    }
}
