//! Scenarios: small worlds with a story, told by a builder and run to their end under the laws of the design.
//!
//! ```
//! use footman::{scenario::{Scenario, Sketch}, world::{Accident, Which}};
//!
//! let ran = Scenario::new("an agent dies")
//!     .cluster("ec2:m5.large=2")
//!     .template(Sketch::new("linux"))
//!     .builds("0s", 2, "linux", "5m")
//!     .at("3m", Accident::KillTask(Which::Busy))
//!     .run();
//! ran.expect("failed builds", ran.failed(), 1).is_lawful();
//! ```
//!
//! A scenario is a value: the same one runs to the same log, bit for bit, in every build of the same commit.

pub mod catalogue;
mod laws;
mod log;
mod money;
mod ran;

pub use log::Log;
pub use ran::{BuildStory, Ran};

use crate::{
    setup::{ClusterSpec, DEFAULT_IMAGE, DEFAULT_SIZE, Setup},
    workload::{Build, BurstyLoad, JobIndex, LabelIndex, Listed, Workload},
    world::{Accident, Labels, Observation, Wire, WorldSettings},
};
use footman_core::{
    Millis, Policy, Timestamp,
    label::{LabelSet, OverrideRules},
    policy::{Limit, Reuse},
    units::Size,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroU32,
    sync::Arc,
};

/// A small world and what happens in it.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// What it is called.
    pub name: &'static str,
    /// The seed of every random draw.
    pub seed: u64,
    /// The cluster that every template runs on.
    pub cluster: ClusterSpec,
    /// The templates, in the policy's order.
    pub templates: Vec<Sketch>,
    /// The limit on all agents together.
    pub limit: Limit,
    /// The builds, in the order in which they were named.
    pub builds: Vec<Asked>,
    /// What befalls the world, in the order in which it was named.
    pub accidents: Vec<(When, Accident)>,
    /// `labelMap`: from labels of builds to expressions.
    pub mapped: Vec<(&'static str, &'static str)>,
    /// Whether builds are `node` blocks of Pipelines rather than freestyle builds.
    pub pipelines: bool,
    /// How the core is told of changes.
    pub observation: Observation,
    /// The simulated account.
    pub ecs: footman_ecs_sim::Settings,
    /// The simulated controller.
    pub jenkins: footman_jenkins_sim::Settings,
}

/// One template of a scenario.
#[derive(Debug, Clone)]
pub struct Sketch {
    /// Its name.
    pub name: &'static str,
    /// Its labels.
    pub labels: Vec<&'static str>,
    /// CPU and memory of its agents.
    pub size: Size,
    /// The limit on its agents.
    pub limit: Limit,
    /// Agents kept online without demand.
    pub min_idle: u32,
    /// What happens after a build.
    pub reuse: Reuse,
    /// How long the agent of a session may stand idle, where labels may ask for sessions.
    pub session_idle: Option<Millis>,
    /// Which template is preferred: the lowest.
    pub rank: u32,
}

/// A build that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// When, from the start of the world.
    pub after: Millis,
    /// With which label.
    pub label: &'static str,
    /// How long it runs.
    pub duration: Millis,
    /// Which run of the one Pipeline it is a `node` block of, for those that are several blocks. Those of one run come one
    /// after the other.
    pub run: Option<u64>,
}

/// When something befalls a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// That long after its start.
    After(Millis),
    /// After that many steps of the loop: between any two things that happen.
    Step(u64),
}

impl Sketch {
    /// A template without limits whose name is its one label.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            labels: vec![name],
            size: DEFAULT_SIZE,
            limit: Limit::default(),
            min_idle: 0,
            reuse: Reuse::OneShot,
            session_idle: None,
            rank: 0,
        }
    }

    /// The same with these labels, separated by white space.
    #[must_use]
    pub fn labels(self, labels: &'static str) -> Self {
        Self { labels: labels.split_whitespace().collect(), ..self }
    }

    /// The same with at most this many agents.
    #[must_use]
    pub fn at_most(self, agents: u32) -> Self {
        Self { limit: Limit { agents: Some(agents), ..self.limit }, ..self }
    }

    /// The same with this many agents kept warm.
    #[must_use]
    pub fn warm(self, min_idle: u32) -> Self {
        Self { min_idle, ..self }
    }

    /// The same, whose agents stay until they were idle for `idle`.
    #[must_use]
    pub fn retained(self, idle: &str) -> Self {
        Self { reuse: Reuse::Retain { idle: span(idle), builds: None }, ..self }
    }

    /// The same, of which labels may ask for sessions, whose agents stay until they were idle for `idle`.
    #[must_use]
    pub fn sessions(self, idle: &str) -> Self {
        Self { session_idle: Some(span(idle)), ..self }
    }

    /// The same, whose agents are closed at this build besides.
    ///
    /// # Panics
    ///
    /// Panics where agents are not retained, or for no builds at all.
    #[must_use]
    pub fn for_builds(self, builds: u32) -> Self {
        let Reuse::Retain { idle, .. } = self.reuse else { panic!("agents that go after a build have one") };
        let builds = Some(NonZeroU32::new(builds).expect("an agent has at least one build"));
        Self { reuse: Reuse::Retain { idle, builds }, ..self }
    }
}

impl Scenario {
    /// A world on Fargate without templates and builds.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            seed: 1,
            cluster: ClusterSpec::Fargate,
            templates: Vec::new(),
            limit: Limit::default(),
            builds: Vec::new(),
            accidents: Vec::new(),
            mapped: Vec::new(),
            pipelines: false,
            observation: Observation::Changes,
            ecs: footman_ecs_sim::Settings::default(),
            jenkins: footman_jenkins_sim::Settings::default(),
        }
    }

    /// The same on another cluster.
    ///
    /// # Panics
    ///
    /// Panics where `cluster` names none.
    #[must_use]
    pub fn cluster(self, cluster: &str) -> Self {
        Self { cluster: cluster.parse().unwrap_or_else(|error| panic!("{error}")), ..self }
    }

    /// The same with one more template.
    #[must_use]
    pub fn template(mut self, sketch: Sketch) -> Self {
        self.templates.push(sketch);
        self
    }

    /// The same with `count` more builds of `label` at once, each of which runs for `lasting`.
    #[must_use]
    pub fn builds(self, at: &str, count: u64, label: &'static str, lasting: &str) -> Self {
        self.builds_apart(at, "0s", count, label, lasting)
    }

    /// The same with `count` more builds of `label`, one every `gap`.
    #[must_use]
    pub fn builds_apart(
        mut self,
        at: &str,
        gap: &str,
        count: u64,
        label: &'static str,
        lasting: &str,
    ) -> Self {
        let (first, gap, duration) = (span(at), span(gap), span(lasting));
        let after = |nth| first.saturating_add(gap.saturating_mul(nth));
        let asked = |nth| Asked { after: after(nth), label, duration, run: None };
        self.builds.extend((0..count).map(asked));
        self
    }

    /// The same with the first `most` builds of a generated load, whose labels are dealt out by its shares.
    ///
    /// # Panics
    ///
    /// Panics where the load is none.
    #[must_use]
    pub fn load(mut self, load: &BurstyLoad, labels: &[&'static str], most: usize) -> Self {
        let mut generated = load.generate().unwrap_or_else(|error| panic!("{error}"));
        let mut first = None;
        while self.builds.len() < most
            && let Some(build) = generated.next_build()
        {
            let build = build.unwrap_or_else(|error| panic!("{error}"));
            let first = *first.get_or_insert(build.submit);
            self.builds.push(Asked {
                after: build.submit.since(first),
                label: labels[build.label.index()],
                duration: build.duration,
                run: None,
            });
        }
        self
    }

    /// The same with one more run of a Pipeline, whose `node` blocks ask for these labels and run for so long, one after the
    /// other. All other builds are blocks of Pipelines then too, each the only one of its run.
    #[must_use]
    pub fn run_of(mut self, at: &str, blocks: &[(&'static str, &str)]) -> Self {
        let run = self.builds.iter().filter_map(|asked| asked.run).max().map_or(1, |last| last + 1);
        let asked = |&(label, lasting): &(&'static str, &str)| Asked {
            after: span(at),
            label,
            duration: span(lasting),
            run: Some(run),
        };
        self.builds.extend(blocks.iter().map(asked));
        self.pipelines = true;
        self
    }

    /// The same, which `accident` befalls at `at`.
    #[must_use]
    pub fn at(mut self, at: &str, accident: Accident) -> Self {
        self.accidents.push((When::After(span(at)), accident));
        self
    }

    /// The same, which `accident` befalls after that many steps.
    #[must_use]
    pub fn at_step(mut self, step: u64, accident: Accident) -> Self {
        self.accidents.push((When::Step(step), accident));
        self
    }

    /// The same with another seed.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// The same, whose core is told of changes in another way.
    #[must_use]
    pub fn observed(self, observation: Observation) -> Self {
        Self { observation, ..self }
    }

    /// Runs it to its end, with the laws checked after every step.
    pub fn run(&self) -> Ran {
        ran::run(self)
    }

    /// The workload of its builds.
    pub fn workload(&self) -> Listed {
        let labels: BTreeSet<&str> = self.builds.iter().map(|asked| asked.label).collect();
        let labels: Vec<&str> = labels.into_iter().collect();
        let place = |label| {
            let at = labels.iter().position(|other| *other == label).expect("it was collected above");
            LabelIndex(u32::try_from(at).expect("a scenario is small"))
        };
        let mut asked = self.builds.clone();
        asked.sort_by_key(|asked| asked.after);
        let mut last = BTreeMap::new();
        let builds = (0..).zip(asked).map(|(index, asked)| Build {
            index,
            submit: Timestamp::EPOCH + asked.after,
            duration: asked.duration,
            label: place(asked.label),
            cpu: None,
            memory: None,
            memory_peak: None,
            job: asked.run.map(|_| JobIndex(0)),
            run: asked.run,
            after: asked.run.and_then(|run| last.insert(run, index)),
        });
        let builds: Vec<Build> = builds.collect();
        let jobs: &[&str] = if last.is_empty() { &[] } else { &["pipeline"] };
        Listed::new(&labels, builds).with_jobs(jobs)
    }

    /// The settings of its world.
    ///
    /// # Panics
    ///
    /// Panics where it has no template.
    pub fn settings(&self) -> WorldSettings {
        assert!(!self.templates.is_empty(), "scenario `{}` has no template", self.name);
        let Setup { policy, mut described, .. } = Setup::any(&self.cluster, DEFAULT_SIZE, DEFAULT_IMAGE);
        let (template, asks) = (policy.templates[0].clone(), described.templates[0].clone());
        let templates = self.templates.iter().map(|sketch| footman_core::policy::Template {
            name: sketch.name.into(),
            labels: LabelSet::new(sketch.labels.iter().copied()),
            serves_unlabelled: false,
            fargate: template.fargate,
            rank: sketch.rank,
            size: sketch.size,
            limit: sketch.limit,
            min_idle: sketch.min_idle,
            reuse: sketch.reuse,
            overrides: OverrideRules { session_idle: sketch.session_idle, ..template.overrides.clone() },
            ..template.clone()
        });
        described.templates = self
            .templates
            .iter()
            .map(|sketch| footman_config::simulation::TemplateSettings {
                family: format!("footman-{}", sketch.name).into(),
                ..asks.clone()
            })
            .collect();
        let policy = Policy { templates: templates.collect(), limit: self.limit, ..policy };
        let mapped = self.mapped.iter().map(|&(from, to)| (Arc::from(from), Arc::from(to))).collect();
        WorldSettings {
            seed: self.seed,
            policy,
            described,
            ecs: self.ecs.clone(),
            jenkins: self.jenkins.clone(),
            wire: Wire::default(),
            observation: self.observation,
            labels: Labels::Expressions { mapped },
        }
    }
}

/// The length of time that `text` says, such as `90s`, `5m` or `1h 30m`.
///
/// # Panics
///
/// Panics where it says none: scenarios are part of the program.
pub fn span(text: &str) -> Millis {
    let parsed: Result<jiff::SignedDuration, _> = text.parse();
    let duration = parsed.unwrap_or_else(|error| panic!("`{text}` is no length of time: {error}"));
    Millis::new(u64::try_from(duration.as_millis()).expect("a length of time is not negative"))
}
