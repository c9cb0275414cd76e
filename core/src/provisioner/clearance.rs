//! Which of the policy's job lists a job is on.
//!
//! A job's name is held against the lists once. What comes of it is a small number, the same for all jobs on the same lists,
//! and items of one label are grouped by it. Where no template has a list every job has the same one, and names are not
//! looked at.

use crate::{
    decision::Reason,
    id::TemplateId,
    jobs::{Clearance, JobList},
    label::Overrides,
    policy::{JobGate, Policy},
};
use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;
use smallvec::{SmallVec, smallvec};
use std::sync::Arc;

/// Of how many jobs it is remembered what lists they are on; all are forgotten when there are more.
const JOBS_MAX: usize = 1 << 16;
const WORD: usize = 64;

/// The lists that jobs with one clearance are on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Class {
    /// Whether they have names.
    known: bool,
    /// A bit for each list.
    on: SmallVec<[u64; 1]>,
}

/// The lists, and what is known of jobs.
#[derive(Debug)]
pub(super) struct Clearances {
    lists: IndexSet<JobList, FxBuildHasher>,
    /// Per template its gates, and the lists that they let in.
    gates: Vec<SmallVec<[(JobGate, usize); 1]>>,
    /// By the number of the clearance, counted from that after [`Clearance::EVERY`].
    classes: IndexSet<Class, FxBuildHasher>,
    known: IndexMap<Arc<str>, Clearance, FxBuildHasher>,
}

impl Clearances {
    pub(super) fn new(policy: &Policy) -> Self {
        let mut lists = IndexSet::default();
        let gates = policy.templates.iter().map(|template| {
            let gates = template.job_gates();
            gates.map(|(gate, list)| (gate, lists.insert_full(list.clone()).0)).collect()
        });
        let gates = gates.collect();
        Self { lists, gates, classes: IndexSet::default(), known: IndexMap::default() }
    }

    /// The clearance of a job.
    #[inline]
    pub(super) fn of(&mut self, job: Option<&Arc<str>>) -> Clearance {
        if self.lists.is_empty() { Clearance::EVERY } else { self.looked_up(job) }
    }

    fn looked_up(&mut self, job: Option<&Arc<str>>) -> Clearance {
        if let Some(known) = job.and_then(|job| self.known.get(job)) {
            return *known;
        }
        let class = self.class(job.map(|job| &**job));
        let (place, _) = self.classes.insert_full(class);
        let clearance = numbered(place);
        if let Some(job) = job {
            if self.known.len() >= JOBS_MAX {
                self.known.clear();
            }
            self.known.insert(Arc::clone(job), clearance);
        }
        clearance
    }

    /// The clearance of a job that was met, without remembering anything.
    pub(super) fn peek(&self, job: Option<&str>) -> Option<Clearance> {
        if self.lists.is_empty() {
            return Some(Clearance::EVERY);
        }
        self.classes.get_index_of(&self.class(job)).map(numbered)
    }

    fn class(&self, job: Option<&str>) -> Class {
        let mut on: SmallVec<[u64; 1]> = smallvec![0; self.lists.len().div_ceil(WORD)];
        for (place, list) in self.lists.iter().enumerate() {
            if job.is_some_and(|job| list.has(job)) {
                on[place / WORD] |= 1 << (place % WORD);
            }
        }
        Class { known: job.is_some(), on }
    }

    /// Every clearance that was met.
    pub(super) fn all(&self) -> impl Iterator<Item = Clearance> + use<> {
        std::iter::once(Clearance::EVERY).chain((0..self.classes.len()).map(numbered))
    }

    /// Why a template launches nothing for jobs with a clearance whose label asks for `overrides`, if so.
    pub(super) fn bars(
        &self,
        clearance: Clearance,
        template: TemplateId,
        overrides: &Overrides,
    ) -> Option<Reason> {
        let class = self.classes.get_index(clearance.0.checked_sub(1)?.try_into().ok()?)?;
        let is_asked = |(gate, _): &&(JobGate, usize)| gate.is_asked(overrides);
        let mut gates = self.gates[template.index()].iter().filter(is_asked);
        let (gate, list) = gates.find(|(_, list)| class.on[list / WORD] >> (list % WORD) & 1 == 0)?;
        if !class.known {
            return Some(Reason::JobUnknown { template });
        }
        Some(Reason::JobNotAllowed { template, gate: *gate, jobs: self.lists[*list].clone() })
    }
}

fn numbered(place: usize) -> Clearance {
    Clearance(u32::try_from(place + 1).expect("fewer than 2^32 sets of lists"))
}
