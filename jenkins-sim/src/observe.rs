//! What an observer that polls Jenkins finds, in the core's vocabulary.
//!
//! A change is a change of any field that [`footman_core::event::Node`] or [`footman_core::event::QueueItem`] holds.
//! `why` and `stuck` are no fields of theirs: they follow from the whole state and are worked out when asked for.
//! What appears and is gone again between two looks is not seen at all, as with a real poll.

use crate::Jenkins;
use footman_core::event::{JenkinsChanges, JenkinsListing};

impl Jenkins {
    /// What changed since the last call of this or of [`Self::listing`].
    pub fn changes(&mut self) -> JenkinsChanges {
        unimplemented!()
    }

    /// Everything, as one complete listing; later changes are told from here on.
    pub fn listing(&mut self) -> JenkinsListing {
        unimplemented!()
    }
}
