//! The labels of a node.

use std::{fmt, sync::Arc};

/// A set of labels, in byte order and without repetition; cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LabelSet(Arc<[Arc<str>]>);

impl LabelSet {
    /// The set of these labels.
    pub fn new<T: Into<Arc<str>>>(labels: impl IntoIterator<Item = T>) -> Self {
        let mut labels: Vec<Arc<str>> = labels.into_iter().map(Into::into).collect();
        labels.sort_unstable();
        labels.dedup();
        Self(labels.into())
    }

    /// Whether `label` is one of them; labels are case sensitive.
    pub fn contains(&self, label: &str) -> bool {
        self.0.binary_search_by(|own| (**own).cmp(label)).is_ok()
    }

    /// The labels in byte order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Arc<str>> {
        self.0.iter()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Default for LabelSet {
    fn default() -> Self {
        Self::new::<Arc<str>>([])
    }
}

impl fmt::Display for LabelSet {
    /// The labels with single spaces between them, as Jenkins' label field holds them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, label) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str(" ")?;
            }
            f.write_str(label)?;
        }
        Ok(())
    }
}
