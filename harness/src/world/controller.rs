//! The Jenkins side of the world: a simulated controller, the jobs that a workload needs, and the core's actions carried
//! out on it.

use crate::{
    workload::{Build, JobIndex, LabelIndex, Workload},
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

/// The job that builds belong to whose trace does not say theirs.
pub(crate) const NAMELESS: &str = "workload";

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
    /// Those of them whose builds say neither job nor size, by the place of their label.
    plain_jobs: Vec<Option<JobId>>,
    /// The Pipelines that runs are of.
    pipelines: IndexMap<Option<JobIndex>, JobId, FxBuildHasher>,
    /// What the blocks of Pipelines ask for.
    expressions: IndexMap<JobKey, Option<Arc<str>>, FxBuildHasher>,
    no_labels: LabelSet,
}

/// What a trace calls the label of a build, and its job where it says one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Texts<'a> {
    pub(crate) label: &'a Arc<str>,
    pub(crate) job: Option<&'a Arc<str>>,
}

impl<'a> Texts<'a> {
    /// Those of a build that was read from `workload`.
    pub(crate) fn of(build: &Build, workload: &'a dyn Workload) -> Self {
        let job = build.job.map(|job| &workload.jobs()[job.index()]);
        Self { label: &workload.labels()[build.label.index()], job }
    }

    /// The job that items of the build are seen to belong to.
    fn job_name(self) -> Arc<str> {
        self.job.map_or_else(|| NAMELESS.into(), Arc::clone)
    }
}

/// Why no template ever serves a build.
#[derive(Debug)]
pub(crate) enum Unserved {
    /// None has what it asks for.
    Label { expression: Arc<str> },
    /// Those that have it are for other jobs.
    Job { job: Arc<str>, expression: Arc<str> },
}

/// What distinguishes the jobs that a replay needs: what job the trace says, for a job of the simulated Jenkins has one
/// label, a build's label, and its size where that becomes part of the label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct JobKey {
    job: Option<JobIndex>,
    label: LabelIndex,
    cpu: Option<CpuUnits>,
    memory: Option<Mib>,
}

impl JobKey {
    fn is_plain(self) -> bool {
        self.job.is_none() && self.cpu.is_none() && self.memory.is_none()
    }
}

impl Controller {
    /// A controller without jobs and nodes.
    pub(crate) fn new(settings: Settings, labels: Labels, policy: &Policy, now: Timestamp) -> Self {
        let any = policy.templates.first().and_then(|template| template.labels.iter().next().cloned());
        let mut jenkins = Jenkins::new(settings, now);
        jenkins.show_runs(policy.allows_sessions());
        Self {
            jenkins,
            kind: JobKind::Freestyle,
            labels,
            any,
            jobs: IndexMap::default(),
            plain_jobs: Vec::new(),
            pipelines: IndexMap::default(),
            expressions: IndexMap::default(),
            no_labels: LabelSet::default(),
        }
    }

    /// Checks that some template can serve `build`, whose texts are these.
    ///
    /// # Errors
    ///
    /// Fails with what the build asks for where none ever can, or none for its job.
    pub(crate) fn check(&self, build: &Build, texts: Texts<'_>, policy: &Policy) -> Result<(), Unserved> {
        let key = self.key(build);
        if self.job(key).is_some() || self.expressions.contains_key(&key) {
            return Ok(());
        }
        let expression = self.expression(key, texts.label, policy);
        let serving = serving(expression.as_deref(), policy);
        let job = texts.job_name();
        if serving.iter().any(|(template, overrides)| template.lets_in(Some(&job), overrides)) {
            return Ok(());
        }
        let expression = expression.unwrap_or_default();
        Err(if serving.is_empty() {
            Unserved::Label { expression }
        } else {
            Unserved::Job { job, expression }
        })
    }

    fn key(&self, build: &Build) -> JobKey {
        let sized = self.labels == Labels::Any;
        JobKey {
            job: build.job,
            label: build.label,
            cpu: build.cpu.filter(|_| sized),
            memory: build.memory.filter(|_| sized),
        }
    }

    /// Schedules `build`, which was checked and whose texts are these.
    ///
    /// # Errors
    ///
    /// Fails where the controller does not answer.
    pub(crate) fn submit(
        &mut self,
        now: Timestamp,
        build: &Build,
        texts: Texts<'_>,
        policy: &Policy,
    ) -> Result<(), Unavailable> {
        let key = self.key(build);
        let job = match self.job(key) {
            Some(job) => job,
            None => self.create_job(now, key, texts, policy)?,
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
        texts: Texts<'_>,
        policy: &Policy,
    ) -> Result<QueueItemId, Unavailable> {
        let block = self.block(build, texts.label, policy, None);
        let job = match self.pipelines.get(&build.job) {
            Some(&job) => job,
            None => {
                let job = self.add_job(now, self.pipelines.len(), texts, None)?;
                self.pipelines.insert(build.job, job);
                job
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
        texts: Texts<'_>,
        policy: &Policy,
    ) -> Result<JobId, Unavailable> {
        let expression = self.expression(key, texts.label, policy);
        let job = self.add_job(now, self.jobs.len(), texts, expression)?;
        self.jobs.insert(key, job);
        if key.is_plain() {
            let place = key.label.index();
            if self.plain_jobs.len() <= place {
                self.plain_jobs.resize(place + 1, None);
            }
            self.plain_jobs[place] = Some(job);
        }
        Ok(job)
    }

    /// Creates the job of this number, whose items are seen to belong to the job that the trace says: that may be one that
    /// Jenkins would not take, and one of several labels.
    fn add_job(
        &mut self,
        now: Timestamp,
        number: usize,
        texts: Texts<'_>,
        expression: Option<Arc<str>>,
    ) -> Result<JobId, Unavailable> {
        let belongs_to = texts.job_name();
        let spec = JobSpec::replay(format!("replay-{number}"), expression);
        let spec = JobSpec { kind: self.kind, belongs_to: Some(belongs_to), ..spec };
        // The name is new, of letters, digits and a hyphen: only a controller that restarts refuses it.
        self.jenkins.create_job(now, spec).map_err(|_| Unavailable)
    }

    /// The job of `key`, if it was created.
    fn job(&self, key: JobKey) -> Option<JobId> {
        if key.is_plain() {
            return self.plain_jobs.get(key.label.index()).copied().flatten();
        }
        self.jobs.get(&key).copied()
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
    Overrides { cpu: Some(size.cpu), memory: Some(size.memory), session: None }.canonical(any).into()
}

/// The templates that have what builds ask for with `expression`, and what that overrides.
fn serving<'a>(expression: Option<&str>, policy: &'a Policy) -> Vec<(&'a Template, Overrides)> {
    let Some(expression) = expression else {
        let unlabelled = policy.templates.iter().filter(|template| template.serves_unlabelled);
        return unlabelled.map(|template| (template, Overrides::default())).collect();
    };
    let Ok(requirement) = LabelExpression::parse_or_atom(expression).requirement() else {
        return Vec::new();
    };
    let serves = |template: &&Template| {
        requirement.base.matches(&template.labels, "")
            && template.overrides.apply(template.size, &requirement.overrides).is_ok()
    };
    policy.templates.iter().filter(serves).map(|template| (template, requirement.overrides.clone())).collect()
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
