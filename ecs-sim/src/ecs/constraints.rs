//! Placement constraints: how many there may be, what the fleet calls them, and what must be told to it for them.

use super::{Ecs, index, instances::PROVIDER_ATTRIBUTE};
use crate::{
    api::{ApiError, Placement, RunTask},
    definition::CONSTRAINTS_MAX,
    fleet::InstanceView,
    id::{ClusterId, DefinitionId, InstanceId, ProviderId},
    placement::ConstraintId,
    query::{AgentVersion, AttributeTest, Expression, QueriedInstance, Second, Test, TextTest},
};
use footman_core::event::TaskStatus;
use std::sync::Arc;

/// A container instance as the filter of `ListContainerInstances` sees it.
struct Listed<'a> {
    view: InstanceView<'a>,
    running: u32,
}

impl Ecs {
    /// Checks how many constraints a call and its definition have together (Amazon ECS API Reference, RunTask).
    pub(super) fn check_constraints(&self, request: &RunTask) -> Result<(), ApiError> {
        let Some(placement) = &request.placement else { return Ok(()) };
        let of_call = placement.member_of.len() + usize::from(placement.distinct_instance);
        if of_call + self.definition(request.definition).definition.constraints.len() > CONSTRAINTS_MAX {
            return Err(ApiError::invalid(
                "A task has at most 10 placement constraints, those of its definition included.",
            ));
        }
        Ok(())
    }

    /// Checks that a task on Fargate has no constraints (Amazon ECS Developer Guide, "Amazon ECS task placement": placement
    /// constraints and strategies are for container instances). A definition that has some is none for Fargate already.
    #[expect(clippy::unused_self, reason = "the checks of a call are methods")]
    pub(super) fn check_fargate_placement(&self, request: &RunTask) -> Result<(), ApiError> {
        let constrained =
            |placement: &Arc<Placement>| placement.distinct_instance || !placement.member_of.is_empty();
        if request.placement.as_ref().is_some_and(constrained) {
            return Err(ApiError::invalid(
                "Placement constraints are not supported with FARGATE launch type.",
            ));
        }
        Ok(())
    }

    /// What the fleet of a cluster calls all that must hold of an instance together, if anything must.
    pub(super) fn constraint(
        &mut self,
        cluster: ClusterId,
        placement: Option<&Arc<Placement>>,
        provider: Option<ProviderId>,
        definition: Option<DefinitionId>,
    ) -> Option<ConstraintId> {
        let of_provider = provider.map(|id| {
            let name = Arc::clone(&self.provider(id).spec.name);
            let test = AttributeTest::Text(TextTest::Is(name));
            Expression::test(Test::Attribute(PROVIDER_ATTRIBUTE.into(), test))
        });
        let of_call = placement.into_iter().flat_map(|placement| placement.member_of.iter().cloned());
        let of_definition = definition.and_then(|id| self.definition(id).constraint.clone());
        let expression = Expression::all(of_provider.into_iter().chain(of_call).chain(of_definition))?;
        if let Some(&known) = self.cluster(cluster).constraints.get(&expression) {
            return Some(known);
        }
        if expression.counts_running_tasks() && !self.cluster(cluster).counts_running {
            self.cluster_mut(cluster).counts_running = true;
            let there: Vec<InstanceId> = self.container_instances(cluster).collect();
            there.into_iter().for_each(|instance| self.count_running(instance));
        }
        let cluster = self.cluster_mut(cluster);
        let id = cluster.fleet.constraint(Arc::new(expression.clone()));
        cluster.constraints.insert(expression, id);
        Some(id)
    }

    /// Whether the constraints of a task depend on the tasks that instances have.
    pub(super) fn follows_tasks(&self, placement: Option<&Arc<Placement>>, definition: DefinitionId) -> bool {
        let of_call = placement.into_iter().flat_map(|placement| &placement.member_of);
        let of_definition = &self.definition(definition).constraint;
        of_call.chain(of_definition).any(Expression::depends_on_tasks)
    }

    /// A task has come to an instance, or has become RUNNING there, or runs no longer.
    ///
    /// Who waits for a task on an instance may have it there from then on. It costs nothing where nobody asks.
    pub(super) fn tasks_changed(&mut self, instance: InstanceId) {
        let there = self.there(instance);
        if self.cluster(there.cluster).counts_running {
            self.count_running(instance);
        }
        let provider = self.there(instance).provider;
        if provider.is_some_and(|provider| self.provider(provider).waiting.follows_tasks()) {
            self.offer(instance);
        }
    }

    /// Tells the fleet how many tasks run on an instance.
    pub(super) fn count_running(&mut self, id: InstanceId) {
        let running = self.running_on(id);
        let instance = self.there(id);
        let (cluster, Some(slot)) = (instance.cluster, instance.slot) else { return };
        self.clusters[index(cluster.0)].fleet.set_running_tasks(slot, running);
    }

    /// `runningTasksCount`: the tasks whose last status is RUNNING.
    fn running_on(&self, id: InstanceId) -> u32 {
        let runs = |task: &&crate::id::TaskId| {
            self.tasks
                .live(**task)
                .is_some_and(|task| task.record.times.status(self.now) == TaskStatus::Running)
        };
        u32::try_from(self.there(id).tasks.iter().filter(runs).count()).unwrap_or(u32::MAX)
    }

    /// The container instances of a cluster that an expression selects, in the order of launch: `filter` of
    /// `ListContainerInstances`. It looks at every one.
    pub fn container_instances_where<'a>(
        &'a self,
        cluster: ClusterId,
        expression: &'a Expression,
    ) -> impl Iterator<Item = InstanceId> + 'a {
        let selected = move |id: &InstanceId| {
            let slot = self.instance(*id).and_then(|instance| instance.slot);
            let view = slot.and_then(|slot| self.cluster(cluster).fleet.get(slot));
            view.is_some_and(|view| expression.holds(&Listed { view, running: self.running_on(*id) }))
        };
        self.container_instances(cluster).filter(selected)
    }
}

impl QueriedInstance for Listed<'_> {
    fn agent_connected(&self) -> bool {
        self.view.agent_connected()
    }

    fn agent_version(&self) -> Option<&AgentVersion> {
        QueriedInstance::agent_version(&self.view)
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.view.attribute(name)
    }

    fn ec2_instance_id(&self) -> Option<&str> {
        QueriedInstance::ec2_instance_id(&self.view)
    }

    fn registered_at(&self) -> Option<Second> {
        QueriedInstance::registered_at(&self.view)
    }

    fn running_tasks_count(&self) -> u32 {
        self.running
    }

    fn task_groups(&self) -> impl Iterator<Item = &str> {
        QueriedInstance::task_groups(&self.view)
    }
}
