//! The Jenkins side of the world: a simulated controller, the jobs that a workload needs, and the core's actions carried
//! out on it.

use crate::{
    workload::{Build, LabelIndex},
    world::settings::Labels,
};
use footman_core::{
    Millis, Policy, Timestamp,
    event::{Failure, Outcome},
    id::{NodeName, QueueItemId},
    label::{LabelExpression, LabelSet, Overrides},
    name::AgentName,
    policy::Template,
    spec::AgentSpec,
    units::{CpuUnits, Mib, Size},
};
use footman_jenkins_sim::{
    Block, BuildRequest, CreateNodeError, Jenkins, JobId, JobKind, JobSpec, NodeError, NodeSpec, Settings,
};
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use std::sync::Arc;

/// The job that all runs are of, where builds are blocks of Pipelines.
const PIPELINE: &str = "replay";

/// The key of every run's flyweight task: no build has it, for a trace ends before.
const RUN_KEY: u64 = u64::MAX;

/// A simulated controller and the jobs on it.
#[derive(Debug)]
pub(crate) struct Controller {
    pub(crate) jenkins: Jenkins,
    /// What the jobs are: freestyle projects, or the one Pipeline that all runs are of ([`JobKind::Flyweight`]).
    pub(crate) kind: JobKind,
    labels: Labels,
    /// The label of the first template, which builds ask for where any template will do.
    any: Option<Arc<str>>,
    jobs: IndexMap<JobKey, JobId, FxBuildHasher>,
    /// Those of them whose builds say no size, by the place of their label.
    unsized_jobs: Vec<Option<JobId>>,
    /// What the blocks of Pipelines ask for.
    expressions: IndexMap<JobKey, Option<Arc<str>>, FxBuildHasher>,
    no_labels: LabelSet,
}

/// What distinguishes the jobs that a replay needs: a build's label, and its size where that becomes part of the label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct JobKey {
    label: LabelIndex,
    cpu: Option<CpuUnits>,
    memory: Option<Mib>,
}

impl JobKey {
    fn is_sized(self) -> bool {
        self.cpu.is_some() || self.memory.is_some()
    }
}

impl Controller {
    /// A controller without jobs and nodes.
    pub(crate) fn new(settings: Settings, labels: Labels, policy: &Policy, now: Timestamp) -> Self {
        let any = policy.templates.first().and_then(|template| template.labels.iter().next().cloned());
        Self {
            jenkins: Jenkins::new(settings, now),
            kind: JobKind::Freestyle,
            labels,
            any,
            jobs: IndexMap::default(),
            unsized_jobs: Vec::new(),
            expressions: IndexMap::default(),
            no_labels: LabelSet::default(),
        }
    }

    /// Checks that some template can serve `build`, whose label reads `label`.
    ///
    /// # Errors
    ///
    /// Fails with what the build asks for where none ever can.
    pub(crate) fn check(&self, build: &Build, label: &Arc<str>, policy: &Policy) -> Result<(), Arc<str>> {
        let key = self.key(build);
        if self.job(key).is_some() || self.expressions.contains_key(&key) {
            return Ok(());
        }
        let expression = self.expression(key, label, policy);
        if served(expression.as_deref(), policy) { Ok(()) } else { Err(expression.unwrap_or_default()) }
    }

    fn key(&self, build: &Build) -> JobKey {
        let sized = self.labels == Labels::Any;
        JobKey {
            label: build.label,
            cpu: build.cpu.filter(|_| sized),
            memory: build.memory.filter(|_| sized),
        }
    }

    /// Schedules `build`, which was checked and whose label reads `label`.
    ///
    /// # Errors
    ///
    /// Fails where the controller does not answer.
    pub(crate) fn submit(
        &mut self,
        now: Timestamp,
        build: &Build,
        label: &Arc<str>,
        policy: &Policy,
    ) -> Result<(), Unavailable> {
        let key = self.key(build);
        let job = match self.job(key) {
            Some(job) => job,
            None => self.create_job(now, key, label, policy)?,
        };
        let request = BuildRequest::new(build.index, build.duration);
        self.jenkins.schedule(now, job, request).map_err(|_| Unavailable)?;
        Ok(())
    }

    /// Schedules a run of a Pipeline whose first block is `build`; the answer is the item of its flyweight task.
    ///
    /// # Errors
    ///
    /// Fails where the controller does not answer.
    pub(crate) fn begin_run(
        &mut self,
        now: Timestamp,
        build: &Build,
        label: &Arc<str>,
        policy: &Policy,
    ) -> Result<QueueItemId, Unavailable> {
        let block = self.block(build, label, policy, None);
        let job = match self.jenkins.job(PIPELINE) {
            Some(job) => job,
            None => {
                let spec = JobSpec { kind: self.kind, ..JobSpec::replay(PIPELINE, None) };
                self.jenkins.create_job(now, spec).map_err(|_| Unavailable)?
            }
        };
        let request = BuildRequest::new(RUN_KEY, Millis::ZERO);
        self.jenkins.schedule_pipeline(now, job, request, vec![block]).map_err(|_| Unavailable)
    }

    /// The block that `build` is, after the one at a place of its run.
    pub(crate) fn block(
        &mut self,
        build: &Build,
        label: &Arc<str>,
        policy: &Policy,
        after: Option<usize>,
    ) -> Block {
        let key = self.key(build);
        let expression = match self.expressions.get(&key) {
            Some(known) => known.clone(),
            None => {
                let expression = self.expression(key, label, policy);
                self.expressions.insert(key, expression.clone());
                expression
            }
        };
        let after = after.into_iter().collect();
        Block { key: build.index, label: expression, duration: build.duration, after, retries: 0 }
    }

    fn create_job(
        &mut self,
        now: Timestamp,
        key: JobKey,
        label: &Arc<str>,
        policy: &Policy,
    ) -> Result<JobId, Unavailable> {
        let expression = self.expression(key, label, policy);
        // The name is new, of letters, digits and a hyphen: only a controller that restarts refuses it.
        let name = format!("replay-{}", self.jobs.len());
        let spec = JobSpec { kind: self.kind, ..JobSpec::replay(name, expression) };
        let job = self.jenkins.create_job(now, spec).map_err(|_| Unavailable)?;
        self.jobs.insert(key, job);
        if !key.is_sized() {
            let place = key.label.index();
            if self.unsized_jobs.len() <= place {
                self.unsized_jobs.resize(place + 1, None);
            }
            self.unsized_jobs[place] = Some(job);
        }
        Ok(job)
    }

    /// The job of `key`, if it was created.
    fn job(&self, key: JobKey) -> Option<JobId> {
        if key.is_sized() {
            return self.jobs.get(&key).copied();
        }
        self.unsized_jobs.get(key.label.index()).copied().flatten()
    }

    /// The label expression that builds of `key` ask for; `None` where they ask for none.
    fn expression(&self, key: JobKey, label: &Arc<str>, policy: &Policy) -> Option<Arc<str>> {
        match &self.labels {
            Labels::Any => self.any.as_deref().map(|any| any_label(any, key, &policy.templates[0])),
            Labels::Expressions { mapped } => {
                let to = mapped.iter().find(|(from, _)| from == label).map_or(label, |(_, to)| to);
                (!to.trim().is_empty()).then(|| Arc::clone(to))
            }
        }
    }

    /// Creates the node of an agent.
    pub(crate) fn create_node(
        &mut self,
        now: Timestamp,
        agent: &AgentName,
        spec: &AgentSpec,
        description: Arc<str>,
    ) -> Outcome {
        let node = NodeSpec {
            name: agent.node().clone(),
            description: Some(description),
            labels: spec.labels.clone(),
            exclusive: true,
            executors: 1,
        };
        match self.jenkins.create_node(now, node) {
            Ok(()) | Err(CreateNodeError::Duplicate { .. }) => Outcome::Done,
            Err(CreateNodeError::BadName(error)) => {
                Outcome::Failed(Failure::Refused { reason: error.to_string().into() })
            }
            Err(CreateNodeError::Unavailable(_)) => Outcome::Failed(Failure::Unavailable),
        }
    }

    /// Empties the labels of a node: it takes no other build, and a continuation that names it still enters.
    pub(crate) fn close_node(&mut self, now: Timestamp, node: &NodeName) -> Outcome {
        answered(self.jenkins.set_labels(now, node, self.no_labels.clone()))
    }

    /// Deletes a node.
    pub(crate) fn delete_node(&mut self, now: Timestamp, node: &NodeName) -> Outcome {
        answered(self.jenkins.delete_node(now, node))
    }
}

/// The controller restarts; the same build is taken later.
#[derive(Debug)]
pub(crate) struct Unavailable;

/// The label `any` with the size of a build that says one; where only some sizes are offered, the least of them that
/// holds the build, and the size itself where none does, which is then refused with its reason.
fn any_label(any: &str, key: JobKey, template: &Template) -> Arc<str> {
    if key.cpu.is_none() && key.memory.is_none() {
        return any.into();
    }
    let size = Size::new(key.cpu.unwrap_or(template.size.cpu), key.memory.unwrap_or(template.size.memory));
    let offered = template.overrides.sizes.iter().copied().filter(|offered| offered.holds(size)).min();
    let size = offered.unwrap_or(size);
    Overrides { cpu: Some(size.cpu), memory: Some(size.memory) }.canonical(any).into()
}

/// Whether some template can serve builds that ask for `expression`.
fn served(expression: Option<&str>, policy: &Policy) -> bool {
    let Some(expression) = expression else {
        return policy.templates.iter().any(|template| template.serves_unlabelled);
    };
    let Ok(requirement) = LabelExpression::parse_or_atom(expression).requirement() else {
        return false;
    };
    policy.templates.iter().any(|template| {
        requirement.base.matches(&template.labels, "")
            && template.overrides.apply(template.size, requirement.overrides).is_ok()
    })
}

/// A node that is gone already is what closing and deleting want.
fn answered(answer: Result<(), NodeError>) -> Outcome {
    match answer {
        Ok(()) | Err(NodeError::Unknown) => Outcome::Done,
        Err(error @ NodeError::Controller) => {
            Outcome::Failed(Failure::Refused { reason: error.to_string().into() })
        }
        Err(NodeError::Unavailable(_)) => Outcome::Failed(Failure::Unavailable),
    }
}
