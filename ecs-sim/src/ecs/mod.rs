//! The state machine itself: what it holds, and the order in which things happen.
//!
//! Each file of this module is one concern of the machine: how it is set up, `RunTask`, the life of a task, the life of
//! an instance, waiting for capacity, managed scaling, reading.

mod accident;
mod account;
mod agents;
mod call;
mod constraints;
mod containers;
mod group;
mod inactive;
mod instances;
mod life;
mod listing;
mod providers;
mod read;
mod run;
mod scaling;
mod setup;
mod start;
mod subnets;
mod tags;
mod trunk;
mod waiting;

pub use account::AccountSetting;
pub use agents::{AgentRegistration, Attribute};
pub use instances::{ContainerInstanceView, Gpu};
pub use listing::{ClusterView, DefinitionView};
pub use providers::{ProviderUpdate, ProviderView};
pub use tags::Tagged;
pub use trunk::TrunkId;
pub(crate) use waiting::Waited;

use crate::{
    api::{ApiError, ErrorCode, Operation, Tags},
    billing::Costs,
    capacity::AutoScalingGroup,
    definition::{Images, Registered},
    draw::{Concern, Draws, Entity},
    fleet::GroupId,
    id::{ClusterId, DefinitionId, InstanceId, ProviderId, TaskId},
    output::Output,
    settings::{PlannedFaults, Settings},
    task::TaskStore,
    throttle::{CallCount, Throttle},
    timer::{Timer, TimerSeq, Timers},
    token::Tokens,
};
#[cfg(feature = "http")]
pub(crate) use agents::is_capability;
#[cfg(feature = "http")]
pub(crate) use instances::architecture_of;
#[cfg(feature = "http")]
pub(crate) use trunk::TRUNK_ATTRIBUTE;

use account::AccountSettings;
use footman_core::{catalogue::InstanceType, event::TaskStatus, time::Timestamp, units::CpuUnits};
use inactive::Inactive;
use indexmap::IndexSet;
use instances::Instance;
use rustc_hash::FxBuildHasher;
use scaling::Group;
use setup::Cluster;
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};
use subnets::Subnets;
use trunk::Trunk;

/// A simulated ECS account in one region.
///
/// It is told what time it is and never asks; `now` never goes back. Whatever is due at `now` or before happens first.
#[derive(Debug)]
pub struct Ecs {
    settings: Settings,
    draws: Draws,
    seed: u64,
    now: Timestamp,
    outputs: VecDeque<Output>,
    timers: Timers,
    throttle: Throttle,
    tokens: Tokens,
    tasks: TaskStore,
    clusters: Vec<Cluster>,
    definitions: Vec<Registered>,
    images: Images,
    /// The names of task groups; a [`GroupId`] is a place in here.
    groups: IndexSet<Arc<str>, FxBuildHasher>,
    /// Every instance that was ever launched, by its number; those that are gone cost a pointer.
    instances: Vec<Option<Box<Instance>>>,
    /// Those that left not long ago.
    inactive: Inactive,
    /// The type of each of them.
    instance_types: Vec<Arc<InstanceType>>,
    providers: Vec<Group>,
    /// The tags of everything but tasks.
    tags: BTreeMap<Tagged, Tags>,
    account: AccountSettings,
    subnets: Subnets,
    /// What was billed so far.
    billed: Costs,
    /// Auto-scaling groups that were made by themselves, in that order.
    auto_scaling_groups: Vec<AutoScalingGroup>,
    /// What goes wrong with the next tasks.
    planned: PlannedFaults,
    /// CPU that runs on Fargate, on demand and Spot.
    fargate_cpu: [CpuUnits; 2],
    /// The `startedBy` that was found valid last: most calls share one.
    started_by_checked: Option<Arc<str>>,
}

impl Ecs {
    /// An account with nothing in it, at `now`.
    pub fn new(settings: Settings, seed: u64, now: Timestamp) -> Self {
        Self {
            throttle: Throttle::new(settings.throttling, now),
            settings,
            draws: Draws::new(seed),
            seed,
            now,
            outputs: VecDeque::new(),
            timers: Timers::default(),
            tokens: Tokens::default(),
            tasks: TaskStore::default(),
            clusters: Vec::new(),
            definitions: Vec::new(),
            images: Images::default(),
            groups: IndexSet::default(),
            instances: Vec::new(),
            inactive: Inactive::default(),
            instance_types: Vec::new(),
            providers: Vec::new(),
            tags: BTreeMap::new(),
            account: AccountSettings::default(),
            subnets: Subnets::default(),
            billed: Costs::default(),
            auto_scaling_groups: Vec::new(),
            planned: PlannedFaults::default(),
            fargate_cpu: [CpuUnits::ZERO; 2],
            started_by_checked: None,
        }
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Makes happen what is due at `now` or before.
    ///
    /// # Panics
    ///
    /// Panics where `now` went back.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        assert!(now >= self.now, "time went back from {} to {now}", self.now);
        while let Some((at, seq, timer)) = self.timers.peek()
            && at <= now
        {
            self.timers.pop();
            if self.holds(timer, seq) {
                self.now = at;
                self.fire(timer);
            } else {
                self.timers.cancelled_gone();
            }
        }
        self.now = now;
        self.expire();
        self.drop_stale_timers();
    }

    /// When to call [`Self::handle_timeout`] next, and what for.
    #[inline]
    pub fn poll_timeout(&self) -> Option<(Timestamp, Timer)> {
        self.timers.peek().map(|(at, _, timer)| (at, timer))
    }

    /// The next thing that happened, if any, in the order in which things happen.
    #[inline]
    pub fn poll_output(&mut self) -> Option<Output> {
        if self.outputs.is_empty() {
            return None;
        }
        self.outputs.pop_front()
    }

    /// Draws `n` calls of `operation` from its bucket and says how many of them pass; the rest was throttled.
    ///
    /// For a world that is told of changes by outputs and would in truth have polled for them.
    pub fn charge(&mut self, now: Timestamp, operation: Operation, n: u32) -> u32 {
        self.throttle.take(now, operation, n)
    }

    /// How often each operation was called, in the order of [`Operation::ALL`].
    pub fn calls(&self) -> &[CallCount; Operation::COUNT] {
        self.throttle.counts()
    }

    /// Counts a call, and may lose it to a fault of the service.
    fn admit(&mut self, now: Timestamp, operation: Operation, entity: Entity) -> Result<(), ApiError> {
        self.handle_timeout(now);
        self.throttle.admit(now, operation)?;
        if self.draws.happens(self.settings.faults.server_error, Concern::ServerError, entity) {
            return Err(ApiError::new(ErrorCode::Server, "Service Unavailable. Please try again later."));
        }
        Ok(())
    }

    /// Whether the answer of a call that was carried out is lost on its way.
    fn answer_lost(&self, entity: Entity) -> Result<(), ApiError> {
        if self.draws.happens(self.settings.faults.answer_lost, Concern::AnswerLost, entity) {
            return Err(ApiError::new(ErrorCode::AnswerLost, "no answer came"));
        }
        Ok(())
    }

    /// Whether a deadline still means something.
    fn holds(&self, timer: Timer, seq: TimerSeq) -> bool {
        match timer {
            Timer::Task(task) => self.tasks.live(task).is_some_and(|task| task.timer == seq),
            Timer::TaskInterruption(task) => self.tasks.live(task).is_some_and(|task| task.interruption),
            Timer::Instance(instance) => self.instance(instance).is_some_and(|i| i.timer == seq),
            Timer::InstanceInterruption(instance) => self.instance(instance).is_some_and(|i| i.interruption),
            Timer::InstanceTrunk(instance) => {
                self.instance(instance).is_some_and(|i| i.trunk == Trunk::Attaching)
            }
            Timer::Scaling(_) => true,
        }
    }

    fn fire(&mut self, timer: Timer) {
        match timer {
            Timer::Task(task) => self.task_due(task),
            Timer::TaskInterruption(task) => self.interrupt_task(task),
            Timer::Instance(instance) => self.instance_due(instance),
            Timer::InstanceInterruption(instance) => self.interrupt_instance(instance),
            Timer::InstanceTrunk(instance) => self.trunk_attached(instance),
            Timer::Scaling(provider) => self.scale(provider),
        }
    }

    /// Takes away deadlines at the front that mean nothing, so that nobody wakes for them.
    fn drop_stale_timers(&mut self) {
        while self.timers.has_cancelled()
            && let Some((_, seq, timer)) = self.timers.peek()
            && !self.holds(timer, seq)
        {
            self.timers.pop();
            self.timers.cancelled_gone();
        }
    }

    /// Forgets tasks an hour after they stopped.
    fn expire(&mut self) {
        while self.tasks.expire(self.now, self.settings.stopped_retention) {}
    }

    fn emit(&mut self, task: TaskId, status: TaskStatus, stopping: bool) {
        self.outputs.push_back(Output::TaskChanged { at: self.now, task, status, stopping });
    }

    fn instance(&self, id: InstanceId) -> Option<&Instance> {
        self.instances.get(index(id.0))?.as_deref()
    }

    fn instances_there(&self) -> impl Iterator<Item = (InstanceId, &Instance)> {
        let numbered = (0_u32..).map(InstanceId).zip(&self.instances);
        numbered.filter_map(|(id, instance)| Some((id, instance.as_deref()?)))
    }

    fn instance_mut(&mut self, id: InstanceId) -> Option<&mut Instance> {
        self.instances.get_mut(index(id.0))?.as_deref_mut()
    }

    fn cluster(&self, id: ClusterId) -> &Cluster {
        &self.clusters[index(id.0)]
    }

    fn cluster_mut(&mut self, id: ClusterId) -> &mut Cluster {
        &mut self.clusters[index(id.0)]
    }

    fn definition(&self, id: DefinitionId) -> &Registered {
        &self.definitions[index(id.0)]
    }

    fn provider(&self, id: ProviderId) -> &Group {
        &self.providers[index(id.0)]
    }

    fn provider_mut(&mut self, id: ProviderId) -> &mut Group {
        &mut self.providers[index(id.0)]
    }

    fn intern_group(&mut self, name: &Arc<str>) -> GroupId {
        let number = |place: usize| GroupId(u32::try_from(place).expect("groups are bounded by memory"));
        if let Some(place) = self.groups.get_index_of(name) {
            return number(place);
        }
        let group = number(self.groups.insert_full(Arc::clone(name)).0);
        for cluster in &mut self.clusters {
            cluster.fleet.name_group(group, Arc::clone(name));
        }
        group
    }
}

fn index(id: u32) -> usize {
    usize::try_from(id).expect("a usize has at least 32 bits on every supported target")
}
