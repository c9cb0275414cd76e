//! Running a scenario, and what it showed.

use crate::{
    scenario::{Log, Scenario, When, laws::Laws},
    workload::Build,
    world::{AgentLife, AgentSeen, Ending, Witness, World},
};
use footman_core::{Millis, Timestamp, decision::Decision, id::TemplateId};
use footman_ecs_sim::{CallCount, Output as EcsOutput, id::TaskId};
use footman_jenkins_sim::BuildResult;
use std::fmt;

/// How much longer a world goes on after its last build and agent: what ought to be cleared away is, by then.
const LINGER: Millis = Millis::from_mins(4);
/// The most steps that a scenario may take.
const STEPS_MAX: u64 = 5_000_000;

/// A scenario that ran to its end.
#[derive(Debug)]
pub struct Ran {
    /// Which.
    pub name: &'static str,
    /// Its seed.
    pub seed: u64,
    /// How it ended.
    pub ending: Ending,
    /// Its builds, in the order of their submission.
    pub builds: Vec<BuildStory>,
    /// Its agents whose tasks stopped, in that order.
    pub agents: Vec<AgentLife>,
    /// How many agents ECS accepted.
    pub launched: u64,
    /// How many builds a one-shot agent took after its first.
    pub overruns: u32,
    /// How many agents' tasks ran at the end.
    pub agents_left: usize,
    /// How many nodes of agents were left in Jenkins at the end.
    pub nodes_left: usize,
    /// Every decision of the core.
    pub decisions: Vec<Decision>,
    /// Calls to ECS.
    pub calls: Vec<(&'static str, CallCount)>,
    /// Everything that happened.
    pub log: Log,
    /// The laws that were broken.
    pub broken: Vec<String>,
    /// How many steps it took.
    pub steps: u64,
}

/// What became of one build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuildStory {
    /// Its place in the order of submission.
    pub index: u64,
    /// When it was submitted.
    pub submitted: Timestamp,
    /// How long it waited, if it started.
    pub wait: Option<Millis>,
    /// The task that it ran on, if it ran on an agent.
    pub task: Option<TaskId>,
    /// Its agent's template.
    pub template: Option<TemplateId>,
    /// How it ended.
    pub result: Option<BuildResult>,
}

/// Collects what [`Ran`] shows.
#[derive(Debug, Default)]
struct Story {
    builds: Vec<BuildStory>,
    agents: Vec<AgentLife>,
    launched: u64,
    decisions: Vec<Decision>,
}

/// Runs `scenario` to its end.
pub(super) fn run(scenario: &Scenario) -> Ran {
    let settings = scenario.settings();
    let policy = settings.policy.clone();
    let mut workload = scenario.workload();
    let world = World::new(settings, &mut workload);
    let mut world = world.unwrap_or_else(|error| panic!("scenario `{}`: {error}", scenario.name));
    if scenario.pipelines {
        world = world.of_pipelines();
    }
    let origin = world.origin();
    let mut told = (Story::default(), (Log::new(origin), Laws::new(scenario, policy, origin)));
    let mut player = Player { scenario, pending: scenario.accidents.clone(), steps: 0 };
    let ending = player.play(&mut world, &mut told);
    player.linger(&mut world, &mut told);
    let until = world.now();
    world.close_books(until, &mut told);
    let (story, (log, mut laws)) = told;
    laws.check_end(&world, ending, scenario);
    let nodes = world.controller().nodes().len();
    Ran {
        name: scenario.name,
        seed: scenario.seed,
        ending,
        builds: story.builds,
        agents: story.agents,
        launched: story.launched,
        overruns: laws.overruns,
        agents_left: world.agents().len(),
        nodes_left: nodes.saturating_sub(1),
        decisions: story.decisions,
        calls: world.calls(),
        log,
        broken: laws.broken,
        steps: player.steps,
    }
}

type Told = (Story, (Log, Laws));

struct Player<'s> {
    scenario: &'s Scenario,
    pending: Vec<(When, crate::world::Accident)>,
    steps: u64,
}

impl Player<'_> {
    fn play(&mut self, world: &mut World<'_>, told: &mut Told) -> Ending {
        loop {
            self.strike_due(world, told);
            let waits = self.pending.iter().any(|(when, _)| matches!(when, When::After(_)));
            if !waits && let Some(ending) = world.ended() {
                return ending;
            }
            if !self.step(world, told) {
                return match world.builds_outstanding() {
                    0 => Ending::Done,
                    builds => Ending::Stuck { builds },
                };
            }
        }
    }

    fn linger(&mut self, world: &mut World<'_>, told: &mut Told) {
        let until = world.now() + LINGER;
        while world.next_at().is_some_and(|at| at <= until) && self.step(world, told) {}
    }

    /// Lets happen what the world does next, or what is to befall it before that.
    fn step(&mut self, world: &mut World<'_>, told: &mut Told) -> bool {
        self.steps += 1;
        assert!(self.steps <= STEPS_MAX, "scenario `{}` does not come to its end", self.scenario.name);
        let next = world.next_at();
        let due = self.pending.iter().filter_map(|&(when, _)| match when {
            When::After(span) => Some(world.origin() + span),
            When::Step(_) => None,
        });
        if let Some(at) = due.min()
            && next.is_none_or(|next| at < next)
        {
            world.run_until(at, told).unwrap_or_else(|error| panic!("{error}"));
            return true;
        }
        let went_on = world.step(told).unwrap_or_else(|error| panic!("{error}"));
        told.1.1.check(world);
        went_on
    }

    fn strike_due(&mut self, world: &mut World<'_>, told: &mut Told) {
        let (now, origin, steps) = (world.now(), world.origin(), self.steps);
        // Everything else of that instant happens first, so that the way of observation makes no difference.
        let instant_over = world.next_at().is_none_or(|next| next > now);
        let is_due = |when: When| match when {
            When::After(span) => origin + span <= now && instant_over,
            When::Step(step) => step <= steps,
        };
        let (due, pending) = self.pending.iter().partition(|&&(when, _)| is_due(when));
        self.pending = pending;
        let due: Vec<(When, crate::world::Accident)> = due;
        for (_, accident) in due {
            told.1.1.befell(accident, world);
            told.1.0.put(now, format_args!("accident {accident:?}"));
            let struck = world.strike(accident, told);
            if !struck {
                told.1.0.put(now, format_args!("it befell nobody"));
            }
            told.1.1.check(world);
        }
    }
}

impl Ran {
    /// Expects `found` to be `wanted`.
    ///
    /// # Panics
    ///
    /// Panics where it is not, with the timeline of the run and its seed.
    #[track_caller]
    pub fn expect<T: PartialEq + fmt::Debug>(&self, what: &str, found: T, wanted: T) -> &Self {
        assert!(
            found == wanted,
            "{self}\nscenario `{}`, seed {}: {what}: found {found:?}, expected {wanted:?}",
            self.name,
            self.seed
        );
        self
    }

    /// Expects `found` to lie in `wanted`.
    ///
    /// # Panics
    ///
    /// As [`Self::expect`].
    #[track_caller]
    pub fn expect_in<T: PartialOrd + fmt::Debug>(
        &self,
        what: &str,
        found: T,
        wanted: std::ops::RangeInclusive<T>,
    ) -> &Self {
        assert!(
            wanted.contains(&found),
            "{self}\nscenario `{}`, seed {}: {what}: found {found:?}, expected {wanted:?}",
            self.name,
            self.seed
        );
        self
    }

    /// Expects that no law was broken.
    ///
    /// # Panics
    ///
    /// As [`Self::expect`].
    #[track_caller]
    pub fn is_lawful(&self) -> &Self {
        self.expect("broken laws", self.broken.as_slice(), &[])
    }

    /// Expects that every build ran to success and that nothing is left.
    ///
    /// # Panics
    ///
    /// As [`Self::expect`].
    #[track_caller]
    pub fn is_well(&self) -> &Self {
        self.expect("ending", self.ending, Ending::Done)
            .expect("builds that failed", self.failed(), 0)
            .expect("agents left", self.agents_left, 0)
            .expect("nodes left", self.nodes_left, 0)
            .is_lawful()
    }

    /// How many builds did not end in success.
    pub fn failed(&self) -> usize {
        self.builds.iter().filter(|build| build.result != Some(BuildResult::Success)).count()
    }

    /// The longest wait, in whole seconds.
    pub fn wait_max_s(&self) -> u64 {
        self.builds.iter().filter_map(|build| build.wait).max().map_or(0, |wait| wait.as_millis() / 1000)
    }

    /// How many decisions are such that `is` says so.
    pub fn decided(&self, is: impl Fn(&footman_core::decision::What) -> bool) -> usize {
        self.decisions.iter().filter(|decision| is(&decision.what)).count()
    }

    /// How often an operation of ECS was called.
    pub fn calls_of(&self, operation: &str) -> u64 {
        self.calls.iter().find(|(name, _)| *name == operation).map_or(0, |(_, count)| count.calls)
    }
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.log.lines() {
            writeln!(f, "{line}")?;
        }
        for law in &self.broken {
            writeln!(f, "broken {law}")?;
        }
        Ok(())
    }
}

impl Witness for Story {
    fn build_submitted(&mut self, at: Timestamp, build: &Build) {
        let story = BuildStory {
            index: build.index,
            submitted: at,
            wait: None,
            task: None,
            template: None,
            result: None,
        };
        self.builds.push(story);
    }

    fn build_started(&mut self, _at: Timestamp, build: &Build, wait: Millis, agent: Option<AgentSeen>) {
        if let Some(story) = self.builds.iter_mut().find(|story| story.index == build.index) {
            story.wait = Some(wait);
            story.task = agent.map(|agent| agent.task);
            story.template = agent.map(|agent| agent.template);
        }
    }

    fn build_finished(&mut self, _at: Timestamp, build: &Build, _ran: Millis, result: BuildResult) {
        if let Some(story) = self.builds.iter_mut().find(|story| story.index == build.index) {
            story.result = Some(result);
        }
    }

    fn task_accepted(&mut self, _at: Timestamp, _task: TaskId, _template: TemplateId) {
        self.launched += 1;
    }

    fn agent_gone(&mut self, _at: Timestamp, life: &AgentLife) {
        self.agents.push(*life);
    }

    fn decided(&mut self, decision: &Decision) {
        self.decisions.push(decision.clone());
    }

    fn ecs(&mut self, _output: &EcsOutput) {}
}
