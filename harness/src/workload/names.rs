//! The table of the labels or jobs of a workload: each text is held once.

use super::error::Problem;
use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;
use std::sync::Arc;

/// The most different labels, and the most different jobs, that a workload may have.
///
/// It bounds the one table that grows with a trace. A controller has at most some tens of thousands of jobs.
pub const NAMES_MAX: usize = 262_144;

/// Texts and their places, in order of first appearance.
#[derive(Debug, Default)]
pub(super) struct Names {
    places: IndexSet<Arc<str>, FxBuildHasher>,
    texts: Vec<Arc<str>>,
    /// The place of the text looked up last: traces repeat themselves.
    last: Option<u32>,
}

/// What a table holds, for its error.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Labels,
    Jobs,
}

impl Names {
    /// The texts, in order of first appearance.
    pub(super) fn texts(&self) -> &[Arc<str>] {
        &self.texts
    }

    /// The place of `text`, which is added where it is new.
    pub(super) fn place(&mut self, text: &str, kind: Kind) -> Result<u32, Problem> {
        if let Some(last) = self.last
            && usize::try_from(last)
                .ok()
                .and_then(|at| self.texts.get(at))
                .is_some_and(|known| **known == *text)
        {
            return Ok(last);
        }
        let place = match self.places.get_index_of(text) {
            Some(place) => place,
            None => self.add(text, kind)?,
        };
        let place = narrow(place);
        self.last = Some(place);
        Ok(place)
    }

    fn add(&mut self, text: &str, kind: Kind) -> Result<usize, Problem> {
        if self.texts.len() >= NAMES_MAX {
            let (what, column) = match kind {
                Kind::Labels => ("labels", "label"),
                Kind::Jobs => ("jobs", "job"),
            };
            return Err(Problem::TooManyNames { what, column, limit: NAMES_MAX });
        }
        let shared: Arc<str> = Arc::from(text);
        self.texts.push(Arc::clone(&shared));
        Ok(self.places.insert_full(shared).0)
    }
}

fn narrow(place: usize) -> u32 {
    u32::try_from(place).expect("the table is bounded far below 2^32")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_the_place_of_its_first_appearance() {
        let mut names = Names::default();
        let places: Vec<u32> = ["linux", "windows", "linux", "", "windows", ""]
            .map(|text| names.place(text, Kind::Labels).unwrap())
            .into();
        assert_eq!(places, [0, 1, 0, 2, 1, 2]);
        assert_eq!(names.texts().len(), 3);
    }

    #[test]
    fn the_table_is_bounded() {
        let mut names = Names::default();
        for n in 0..NAMES_MAX {
            names.place(&n.to_string(), Kind::Jobs).unwrap();
        }
        assert!(names.place("0", Kind::Jobs).is_ok(), "known texts are still found");
        let error = names.place("one more", Kind::Jobs).unwrap_err();
        assert_eq!(error, Problem::TooManyNames { what: "jobs", column: "job", limit: NAMES_MAX });
    }
}
