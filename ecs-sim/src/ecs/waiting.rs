//! Tasks in PROVISIONING that wait for an instance of their capacity provider.
//!
//! They stand in queues of equals, so that room that becomes free costs a look at each queue's head and never at every
//! task. ECS does not say who is next: within a queue it is the oldest, and of the heads that fit the oldest.

use super::{Ecs, index};
use crate::{
    api::Placement,
    definition::Wants,
    draw::{Concern, Entity},
    fleet::{GroupId, InstanceStatus, Need, Zones},
    id::{ClusterId, DefinitionId, InstanceId, ProviderId, TaskId},
    placement::{Obstacle, PlacementFailure, PlacementRule, RuleId, TieBreak},
    task::{Host, Stop, StopText},
    timer::Timer,
};
use footman_core::{event::StopCode, units::Size};
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use smallvec::SmallVec;
use std::{collections::VecDeque, sync::Arc};

/// How a waiting task is to be placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Waited {
    pub(crate) rule: RuleId,
    pub(crate) group: GroupId,
    /// Whether the rule wants an instance for each task of the group.
    pub(crate) distinct: bool,
    /// Whether its constraints depend on the tasks that instances have: others may make room by coming, too.
    pub(crate) follows_tasks: bool,
    pub(crate) gpus: u32,
    /// The zones that its subnets are in.
    pub(crate) zones: Zones,
}

/// What makes tasks equals while they wait.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Kind {
    need: Need,
    how: Waited,
}

/// The tasks of one capacity provider that wait.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    queues: IndexMap<Kind, Queue, FxBuildHasher>,
}

/// Equals that wait, the oldest first.
#[derive(Debug, Default)]
struct Queue {
    /// Some of them may have been stopped since.
    tasks: VecDeque<TaskId>,
    /// How many of them wait.
    waiting: u32,
}

/// How many placements of a cluster are remembered by their address.
const RULES_REMEMBERED: usize = 16;

impl Waited {
    /// What a task of this size wants.
    fn wants(self, size: Size) -> Wants {
        Wants { size, gpus: self.gpus, zones: self.zones }
    }
}

impl Waiting {
    /// Whether nobody waits.
    pub(super) fn is_empty(&self) -> bool {
        self.queues.is_empty()
    }

    /// Whether the constraints of one of them depend on the tasks that instances have.
    pub(super) fn follows_tasks(&self) -> bool {
        self.queues.keys().any(|kind| kind.how.follows_tasks)
    }

    /// What each kind needs, whether each task must have an instance of its own, and how many wait.
    pub(super) fn kinds(&self) -> impl Iterator<Item = (&Need, bool, u32)> {
        self.queues.iter().map(|(kind, queue)| (&kind.need, kind.how.distinct, queue.waiting))
    }
}

impl Ecs {
    /// What the fleet of a cluster calls this placement of a definition's tasks, on the instances of one provider or on
    /// all.
    pub(super) fn rule(
        &mut self,
        cluster: ClusterId,
        placement: Option<&Arc<Placement>>,
        provider: Option<ProviderId>,
        definition: DefinitionId,
    ) -> RuleId {
        let definition = self.definition(definition).constraint.is_some().then_some(definition);
        let id = cluster;
        let cluster = self.cluster(cluster);
        let same = |known: &Option<Arc<Placement>>| match (known, placement) {
            (Some(known), Some(placement)) => Arc::ptr_eq(known, placement),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        let known = cluster
            .rules
            .iter()
            .find(|((known, of, defined), _)| *of == provider && *defined == definition && same(known));
        if let Some(&(_, rule)) = known {
            return rule;
        }
        let constraint = self.constraint(id, placement, provider, definition);
        let cluster = self.cluster_mut(id);
        let rule = cluster.fleet.rule(PlacementRule {
            strategies: placement.map_or_else(Vec::new, |placement| placement.strategies.clone()),
            distinct_instance: placement.is_some_and(|placement| placement.distinct_instance),
            constraint,
        });
        if cluster.rules.len() == RULES_REMEMBERED {
            cluster.rules.remove(0);
        }
        cluster.rules.push(((placement.cloned(), provider, definition), rule));
        rule
    }

    /// Takes room for a task on an instance.
    pub(super) fn place_in(
        &mut self,
        cluster: ClusterId,
        definition: DefinitionId,
        wants: Wants,
        rule: RuleId,
        group: GroupId,
        entity: Entity,
    ) -> Result<InstanceId, PlacementFailure> {
        let mut ties = if self.settings.lowest_instance_first {
            TieBreak::LowestSlot
        } else {
            TieBreak::Random(self.draws.generator(Concern::PlacementChoice, entity))
        };
        let need = self.definitions[index(definition.0)].need_of(wants);
        let cluster = &mut self.clusters[index(cluster.0)];
        let slot = cluster.fleet.place(&need, rule, group, &mut ties)?;
        Ok(cluster.instance_in(slot))
    }

    /// Whether a task of this kind waits already: another one need not look for room.
    pub(super) fn has_waiting_like(
        &self,
        provider: ProviderId,
        definition: DefinitionId,
        wants: Wants,
        how: Waited,
    ) -> bool {
        let waiting = &self.provider(provider).waiting;
        if waiting.is_empty() {
            return false;
        }
        let kind = Kind { need: self.definition(definition).need_of(wants).into_owned(), how };
        waiting.queues.contains_key(&kind)
    }

    /// Lets a task wait for room.
    pub(super) fn wait(&mut self, id: TaskId, provider: ProviderId, how: Waited) {
        let task = self.tasks.live(id).expect("it was created just before");
        let (entity, record) = (task.entity, &task.record);
        let (cluster, definition, size) = (record.cluster, record.definition, record.size);
        let kind = Kind { need: self.definition(definition).need_of(how.wants(size)).into_owned(), how };
        let queue = self.provider_mut(provider).waiting.queues.entry(kind).or_default();
        queue.tasks.push_back(id);
        queue.waiting += 1;
        self.cluster_mut(cluster).waiting += 1;
        let patience =
            self.draws.length(self.settings.provisioning_timeout, Concern::ProvisioningTimeout, entity);
        let seq = self.timers.set(self.now + patience, Timer::Task(id));
        let task = self.tasks.live_mut(id).expect("it was created just before");
        task.timer = seq;
        task.waits = Some(how);
    }

    /// A task that waits is stopped, or has found room.
    pub(super) fn stop_waiting(&mut self, id: TaskId) {
        let Some(task) = self.tasks.live_mut(id) else { return };
        let Some(how) = task.waits.take() else { return };
        let record = &task.record;
        let (cluster, definition, size) = (record.cluster, record.definition, record.size);
        let Host::Ec2 { provider: Some(provider), .. } = record.host else { return };
        let kind = Kind { need: self.definition(definition).need_of(how.wants(size)).into_owned(), how };
        self.cluster_mut(cluster).waiting -= 1;
        let queues = &mut self.providers[index(provider.0)].waiting.queues;
        let queue = queues.get_mut(&kind).expect("a task that waits stands in a queue");
        queue.waiting -= 1;
        if queue.waiting == 0 {
            queues.swap_remove(&kind);
            return;
        }
        let tasks = &self.tasks;
        while queue
            .tasks
            .front()
            .is_some_and(|&front| tasks.live(front).is_none_or(|front| front.waits.is_none()))
        {
            queue.tasks.pop_front();
        }
    }

    /// A task has waited for too long.
    pub(super) fn give_up_waiting(&mut self, id: TaskId) {
        let text = StopText::Fixed(self.why_in_vain(id));
        self.stop(id, Stop { code: Some(StopCode::TaskFailedToStart), text });
    }

    /// What stands in the way of a task that waits, told of the provider's instance with the most room (Amazon ECS
    /// Developer Guide, "Stopped tasks error codes", read 2026-11-23; those of ports, interfaces and zones are by analogy).
    fn why_in_vain(&self, id: TaskId) -> &'static str {
        let task = self.tasks.live(id).expect("its deadline has come");
        let record = &task.record;
        let fleet = &self.cluster(record.cluster).fleet;
        let members = record.host.provider_group().map_or(&[][..], |id| &self.provider(id).members);
        let there = |&id: &InstanceId| {
            let slot = self.instance(id)?.slot?;
            Some((slot, fleet.get(slot)?))
        };
        let mut registered = members.iter().filter_map(there).peekable();
        if registered.peek().is_none() {
            return "TaskFailedToStart: EMPTY CAPACITY PROVIDER";
        }
        let active = registered.filter(|(_, view)| view.status() == InstanceStatus::Active);
        let Some((slot, _)) = active.max_by_key(|(_, view)| (view.agent_connected(), view.remaining()))
        else {
            return "TaskFailedToStart: NO ACTIVE INSTANCES";
        };
        let refusals = task.waits.map_or_else(Vec::new, |how| {
            let need = self.definition(record.definition).need_of(how.wants(record.size));
            fleet.failures(&need, how.rule, how.group)
        });
        match refusals.iter().find(|refusal| refusal.slot == slot).map(|refusal| refusal.obstacle) {
            Some(Obstacle::Agent) => "TaskFailedToStart: AGENT",
            Some(Obstacle::Cpu) => "TaskFailedToStart: RESOURCE:CPU",
            Some(Obstacle::Memory) => "TaskFailedToStart: RESOURCE:MEMORY",
            Some(Obstacle::Ports) => "TaskFailedToStart: RESOURCE:PORTS",
            Some(Obstacle::Eni) => "TaskFailedToStart: RESOURCE:ENI",
            Some(Obstacle::Gpu) => "TaskFailedToStart: RESOURCE:GPU",
            Some(Obstacle::Location) => "TaskFailedToStart: LOCATION",
            Some(Obstacle::Attribute) => "TaskFailedToStart: ATTRIBUTE",
            Some(Obstacle::DistinctInstance | Obstacle::MemberOf) | None => {
                "TaskFailedToStart: MemberOf placement constraint unsatisfied"
            }
        }
    }

    /// There may be room on an instance: those who wait for its provider get it.
    pub(super) fn offer(&mut self, instance: InstanceId) {
        let Some(provider) = self.instance(instance).and_then(|i| i.provider) else { return };
        // Heads that fit by their sizes, and whose rule admits no instance with room.
        let mut barred: SmallVec<[TaskId; 2]> = SmallVec::new();
        while let Some((id, definition, size, how)) = self.next_that_fits(provider, instance, &barred) {
            let task = self.tasks.live(id).expect("it waits");
            let (cluster, entity) = (task.record.cluster, task.entity);
            let Ok(found) = self.place_in(cluster, definition, how.wants(size), how.rule, how.group, entity)
            else {
                barred.push(id);
                continue;
            };
            self.stop_waiting(id);
            let task = self.tasks.live_mut(id).expect("it waits");
            task.record.host = Host::Ec2 { provider: Some(provider), instance: Some(found) };
            task.timer = crate::timer::TimerSeq::NONE;
            self.timers.cancel();
            self.join_instance(found, id);
            self.begin(id);
            if self.provider(provider).waiting.follows_tasks() {
                barred.clear();
            }
        }
    }

    /// The oldest of the heads for which the instance has room.
    fn next_that_fits(
        &self,
        provider: ProviderId,
        instance: InstanceId,
        barred: &[TaskId],
    ) -> Option<(TaskId, DefinitionId, Size, Waited)> {
        let waiting = &self.provider(provider).waiting;
        if waiting.is_empty() {
            return None;
        }
        let instance = self.instance(instance)?;
        let room = self.cluster(instance.cluster).fleet.get(instance.slot?)?;
        let (kind, head) = waiting
            .queues
            .iter()
            .filter(|(kind, _)| room.has_room_for(&kind.need))
            .filter_map(|(kind, queue)| Some((kind, *queue.tasks.front()?)))
            .filter(|(_, head)| !barred.contains(head))
            .min_by_key(|&(_, head)| head)?;
        let record = &self.tasks.live(head)?.record;
        Some((head, record.definition, record.size, kind.how))
    }
}
