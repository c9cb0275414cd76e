//! A workload that is held in memory: for tests, for small what-ifs, and for what arrives by other ways than a file.

use super::{
    Build, Start, Workload, WorkloadError,
    names::{Kind, Names},
};
use std::{sync::Arc, vec};

/// A workload from a list.
#[derive(Debug)]
pub struct Listed {
    builds: vec::IntoIter<Build>,
    labels: Names,
    jobs: Names,
    start: Option<Start>,
}

impl Listed {
    /// The workload of `builds`, whose labels are places in `labels`.
    ///
    /// # Panics
    ///
    /// Panics where the builds are not numbered from 0 in order of their submission, or a label is not in the list.
    pub fn new(labels: &[&str], builds: Vec<Build>) -> Self {
        let mut names = Names::default();
        for label in labels {
            names.place(label, Kind::Labels).expect("a list in a program is short");
        }
        assert_eq!(names.texts().len(), labels.len(), "a label stands in the list once");
        for (n, build) in (0_u64..).zip(&builds) {
            assert_eq!(build.index, n, "builds are numbered in their order");
            assert!(build.label.index() < labels.len(), "a build's label is in the list");
        }
        assert!(builds.is_sorted_by_key(|build| build.submit), "builds are in order of their submission");
        Self { builds: builds.into_iter(), labels: names, jobs: Names::default(), start: None }
    }

    /// The same workload with its builds' jobs as places in `jobs`.
    #[must_use]
    pub fn with_jobs(mut self, jobs: &[&str]) -> Self {
        for job in jobs {
            self.jobs.place(job, Kind::Jobs).expect("a list in a program is short");
        }
        self
    }

    /// The same workload with its zero at `start` in the calendar.
    #[must_use]
    pub fn starting(self, start: Start) -> Self {
        Self { start: Some(start), ..self }
    }
}

impl Workload for Listed {
    fn next_build(&mut self) -> Option<Result<Build, WorkloadError>> {
        self.builds.next().map(Ok)
    }

    fn labels(&self) -> &[Arc<str>] {
        self.labels.texts()
    }

    fn jobs(&self) -> &[Arc<str>] {
        self.jobs.texts()
    }

    fn start(&self) -> Option<&Start> {
        self.start.as_ref()
    }
}
