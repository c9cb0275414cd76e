//! `StartTask`: tasks on instances that the caller names.

use super::{
    Ecs,
    run::{TASK, Terms},
};
use crate::{
    api::{ApiError, Failure, FailureSubject, Operation, RunTaskAnswer, StartTask},
    definition::Wants,
    draw::Entity,
    fleet::{InstanceStatus, Slot},
    id::ClusterId,
    task::Host,
};
use footman_core::time::Timestamp;
use std::borrow::Cow;

/// `containerInstances` of one call ("Amazon ECS service quotas", read 2026-11-23).
const INSTANCES_MAX: usize = 10;

impl Ecs {
    /// `StartTask`: no strategy, but the instance must have room, and the constraints of the definition must admit it.
    ///
    /// # Errors
    ///
    /// Fails as ECS does; an instance that does not take its task is no error but an entry of `failures`.
    pub fn start_task(&mut self, now: Timestamp, start: StartTask) -> Result<RunTaskAnswer, ApiError> {
        let StartTask { instances, mut request } = start;
        // Whatever it said, each task is one of several that share what the call brought.
        request.count = 2;
        let call = Entity::numbered(TASK, self.tasks.next_id().get()).at(now.as_millis().unsigned_abs());
        self.admit(now, Operation::StartTask, call)?;
        if instances.is_empty() || instances.len() > INSTANCES_MAX {
            return Err(ApiError::invalid("Container instances must be from 1 to 10."));
        }
        self.check(&request)?;
        let definition = self.definition(request.definition);
        let (size, default_group) = (definition.size(request.cpu, request.memory)?, definition.group);
        let wants = Wants { size, gpus: definition.gpus(request.gpus.as_deref()), zones: request.zones() };
        let group = match &request.group {
            Some(name) => self.intern_group(name),
            None => default_group,
        };
        let terms = Terms { token: None, wants, group };
        let rule = self.rule(request.cluster, None, None, request.definition);
        let mut answer = RunTaskAnswer::default();
        for instance in instances {
            let entity = match request.key {
                Some(key) => Entity::keyed(key, answer.tasks.len()),
                None => Entity::numbered(TASK, self.tasks.next_id().get()),
            };
            let there = self.instance(instance).filter(|there| there.cluster == request.cluster);
            let reason = match there.and_then(|there| there.slot) {
                None if self.inactive_instance(request.cluster, instance).is_some() => "INACTIVE",
                None => "MISSING",
                Some(slot) if !self.takes_tasks(request.cluster, slot) => "INACTIVE",
                Some(slot) => {
                    let need = self.definition(request.definition).need_of(wants).into_owned();
                    match self.cluster_mut(request.cluster).fleet.place_on_by(slot, &need, rule, group) {
                        Err(refusal) => refusal.obstacle.reason(),
                        Ok(()) => {
                            let host = Host::Ec2 { provider: None, instance: Some(instance) };
                            let id = self.create(&mut request, terms, entity, host);
                            self.begin(id);
                            self.tasks_changed(instance);
                            answer.tasks.push(id);
                            continue;
                        }
                    }
                }
            };
            answer
                .failures
                .push(Failure { subject: FailureSubject::Instance(instance), reason: Cow::Borrowed(reason) });
        }
        self.answer_lost(call)?;
        Ok(answer)
    }

    fn takes_tasks(&self, cluster: ClusterId, slot: Slot) -> bool {
        self.cluster(cluster).fleet.get(slot).is_some_and(|view| view.status() == InstanceStatus::Active)
    }
}
