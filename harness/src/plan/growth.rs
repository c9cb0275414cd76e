//! The same workload with more builds: how a plan finds out what room there is to grow.

use crate::workload::{Build, Place, Skipped, Start, Workload, WorkloadError};
use std::sync::Arc;

/// A workload in which some builds are submitted again at the same instant.
///
/// Bursts grow as the whole does, which is what more people at the same project do. Which builds are doubled depends on
/// their index alone, so that a larger growth doubles all that a smaller one does. A build that had to wait for the end
/// of another one is submitted at its own time here: with copies about there is no telling for which one it waits.
pub(crate) struct Grown<'w> {
    inner: &'w mut dyn Workload,
    percent: u32,
    copies: u32,
    copy: Option<Build>,
    next: u64,
}

impl<'w> Grown<'w> {
    /// `inner` with `percent` more builds.
    pub(crate) fn new(inner: &'w mut dyn Workload, percent: u32) -> Self {
        Self { inner, percent, copies: 0, copy: None, next: 0 }
    }

    fn numbered(&mut self, mut build: Build) -> Build {
        build.index = self.next;
        if self.percent > 0 {
            build.after = None;
        }
        self.next += 1;
        build
    }

    /// How many copies of the build at `index` there are.
    fn copies_of(&self, index: u64) -> u32 {
        // The golden ratio spreads consecutive numbers evenly over the hundred (Knuth, The Art of Computer Programming,
        // volume 3, section 6.4, "Fibonacci hashing").
        let spread = index.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        let place = (spread * 100) >> 32;
        self.percent / 100 + u32::from(place < u64::from(self.percent % 100))
    }
}

impl Workload for Grown<'_> {
    fn next_build(&mut self) -> Option<Result<Build, WorkloadError>> {
        if self.copies > 0
            && let Some(build) = self.copy
        {
            self.copies -= 1;
            return Some(Ok(self.numbered(build)));
        }
        match self.inner.next_build()? {
            Ok(build) => {
                self.copies = self.copies_of(build.index);
                self.copy = Some(build);
                Some(Ok(self.numbered(build)))
            }
            Err(error) => Some(Err(error)),
        }
    }

    fn place(&self) -> Option<Place> {
        self.inner.place()
    }

    fn labels(&self) -> &[Arc<str>] {
        self.inner.labels()
    }

    fn jobs(&self) -> &[Arc<str>] {
        self.inner.jobs()
    }

    fn start(&self) -> Option<&Start> {
        self.inner.start()
    }

    fn skipped(&self) -> Vec<Skipped> {
        self.inner.skipped()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::BurstyLoad;

    #[test]
    fn a_workload_grows_by_what_it_is_told() {
        let count = |percent| {
            let mut inner = BurstyLoad::default().generate().unwrap();
            let mut grown = Grown::new(&mut inner, percent);
            let (mut n, mut last) = (0_u64, None);
            while let Some(build) = grown.next_build() {
                let build = build.unwrap();
                assert_eq!(build.index, n, "builds are numbered in their order");
                assert!(last <= Some(build.submit), "builds stay in the order of their submission");
                last = Some(build.submit);
                n += 1;
            }
            n
        };
        let whole = count(0);
        for percent in [10, 50, 100, 250] {
            let want = whole + whole * u64::from(percent) / 100;
            assert!(
                count(percent).abs_diff(want) <= whole / 50,
                "{percent} % of {whole}: {}",
                count(percent)
            );
        }
    }
}
