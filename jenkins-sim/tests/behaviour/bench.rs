//! What the tests share: a Jenkins whose outputs are collected.

use footman_core::{label::LabelSet, time::Timestamp};
use footman_jenkins_sim::{BuildResult, Jenkins, JobId, JobSpec, NodeSpec, Output, Settings};

/// A Jenkins with what it has put out.
pub(crate) struct Bench {
    /// The machine.
    pub(crate) jenkins: Jenkins,
    /// Its outputs so far.
    pub(crate) outputs: Vec<Output>,
}

/// The point `ms` milliseconds after the start.
pub(crate) fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(ms)
}

/// A set of labels from a text with blanks between them.
pub(crate) fn labels(text: &str) -> LabelSet {
    LabelSet::new(text.split_whitespace())
}

/// An exclusive node with one executor and these labels.
pub(crate) fn node(name: &str, text: &str) -> NodeSpec {
    NodeSpec { name: name.into(), description: None, labels: labels(text), exclusive: true, executors: 1 }
}

impl Bench {
    /// A new Jenkins at time 0.
    pub(crate) fn new(settings: Settings) -> Self {
        Self { jenkins: Jenkins::new(settings, at(0)), outputs: Vec::new() }
    }

    /// A freestyle job with concurrent builds and without a quiet period.
    pub(crate) fn job(&mut self, name: &str, label: &str) -> JobId {
        self.jenkins.create_job(at(0), JobSpec::replay(name, Some(label.into()))).expect("the job is new")
    }

    /// Lets time pass, from one deadline to the next.
    pub(crate) fn run_until(&mut self, until: Timestamp) {
        while let Some((due, _)) = self.jenkins.poll_timeout()
            && due <= until
        {
            self.jenkins.handle_timeout(due);
        }
        self.jenkins.handle_timeout(until);
        self.collect();
    }

    /// Collects the outputs.
    pub(crate) fn collect(&mut self) {
        while let Some(output) = self.jenkins.poll_output() {
            self.outputs.push(output);
        }
    }

    /// The results so far, in the order of time.
    pub(crate) fn results(&self) -> Vec<(u64, BuildResult)> {
        let finished = self.outputs.iter().filter_map(|output| {
            if let Output::BuildFinished { key, result, .. } = output { Some((*key, *result)) } else { None }
        });
        finished.collect()
    }

    /// When a build started.
    pub(crate) fn started_at(&self, build: u64) -> Option<Timestamp> {
        self.outputs.iter().find_map(|output| {
            if let Output::BuildStarted { key, at, .. } = output {
                (*key == build).then_some(*at)
            } else {
                None
            }
        })
    }

    /// When a build ended.
    pub(crate) fn finished_at(&self, build: u64) -> Option<Timestamp> {
        self.outputs.iter().find_map(|output| {
            if let Output::BuildFinished { key, at, .. } = output {
                (*key == build).then_some(*at)
            } else {
                None
            }
        })
    }
}
