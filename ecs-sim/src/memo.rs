//! What a caller gave and what decides nothing here, kept with a task.

use std::{fmt, ops::Deref, sync::Arc};

/// A text that the caller of `RunTask` wants kept with its task, such as the environment of a container.
///
/// An environment holds secrets, so that `Debug` shows how long the text is and nothing of it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Memo(Arc<str>);

impl fmt::Debug for Memo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Memo({} bytes)", self.0.len())
    }
}

impl Deref for Memo {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<Text: Into<Arc<str>>> From<Text> for Memo {
    fn from(text: Text) -> Self {
        Self(text.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_memo_is_not_shown_to_people() {
        let memo = Memo::from("JENKINS_SECRET=canary");
        assert_eq!(format!("{memo:?}"), "Memo(21 bytes)");
        assert_eq!(&*memo, "JENKINS_SECRET=canary");
    }
}
