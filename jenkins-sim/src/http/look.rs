//! One look at Jenkins: everything that an answer shows of it is read through here, with the eyes of one user.

use super::{Face, export::Written, kept::Moment, labels::Facts, security::Who};
use crate::{Jenkins, Language};
use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

/// Who looks, and at what.
#[derive(Debug)]
pub(super) struct Look<'a> {
    pub(super) face: &'a Face,
    pub(super) jenkins: &'a Jenkins,
    pub(super) who: &'a Who,
    /// What `why` is worded in.
    pub(super) language: Language,
    /// Whether the user may see jobs; who may not sees none, and no items and builds either.
    pub(super) sees_jobs: bool,
    /// What was counted for labels so far: one answer may show the same label for each of thousands of nodes.
    pub(super) facts: RefCell<BTreeMap<String, Rc<Facts>>>,
    /// How long what was read so far stays as it is.
    pub(super) moment: Moment,
    /// The jobs of items that were written so far.
    pub(super) jobs: Written,
}

impl Look<'_> {
    /// The configured URL with a place behind it.
    pub(super) fn url(&self, place: &str) -> String {
        format!("{}{place}", self.face.settings.root_url)
    }
}
