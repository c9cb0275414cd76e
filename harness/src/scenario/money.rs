//! What a run must have cost, worked out from its intervals and the price lists alone.

use crate::{setup::ClusterSpec, world::AgentLife};
use footman_core::{Timestamp, catalogue::instance_type as instance_type_of, units::Size};
use footman_ecs_sim::{Output as EcsOutput, Settings, billing::Cost, id::TaskId};
use std::collections::BTreeMap;

/// The bills of a run.
#[derive(Debug, Default)]
pub(super) struct Money {
    total: Cost,
    tasks: Vec<(TaskId, Timestamp, Timestamp, Cost)>,
    instances: Vec<(Timestamp, Timestamp, Cost)>,
    sizes: BTreeMap<TaskId, Size>,
}

impl Money {
    /// Notes what ECS billed.
    pub(super) fn heed(&mut self, output: &EcsOutput) {
        match *output {
            EcsOutput::TaskBilled { task, from, to, cost, .. } => {
                self.total += cost;
                self.tasks.push((task, from, to, cost));
            }
            EcsOutput::InstanceBilled { from, to, cost, .. } => {
                self.total += cost;
                self.instances.push((from, to, cost));
            }
            EcsOutput::TaskChanged { .. }
            | EcsOutput::SpotWarning { .. }
            | EcsOutput::InstanceChanged { .. }
            | EcsOutput::GroupScaled { .. } => {}
        }
    }

    /// Notes the size of a task.
    pub(super) fn note(&mut self, life: &AgentLife) {
        self.sizes.insert(life.task, life.size);
    }

    /// What does not add up: bills against intervals, and their sum against the account's own `total`.
    pub(super) fn audit(&self, cluster: &ClusterSpec, settings: &Settings, total: Cost) -> Vec<String> {
        let mut wrong = Vec::new();
        if self.total != total {
            wrong.push(format!("bills of {} against an account of {total}", self.total));
        }
        for &(task, from, to, cost) in &self.tasks {
            let price = match cluster {
                ClusterSpec::FargateSpot => settings.prices.fargate.spot_linux_x86,
                ClusterSpec::Fargate | ClusterSpec::Static { .. } | ClusterSpec::Group { .. } => {
                    settings.prices.fargate.linux_x86
                }
            };
            // A task that still runs when the books are closed has no size here.
            let Some(size) = self.sizes.get(&task) else { continue };
            let hourly = (u128::from(size.cpu.get()) * u128::from(price.vcpu_hour.get())
                + u128::from(size.memory.get()) * u128::from(price.gib_hour.get()))
                / 1024;
            wrong.extend(differs(&format!("task {task}"), hourly, from, to, cost));
        }
        for &(from, to, cost) in &self.instances {
            let (ClusterSpec::Static { instance_type, .. } | ClusterSpec::Group { instance_type, .. }) =
                cluster
            else {
                wrong.push("an instance was billed on Fargate".to_owned());
                continue;
            };
            let price = instance_type_of(instance_type).map_or(0, |kind| kind.price_per_hour.get());
            wrong.extend(differs("an instance", u128::from(price), from, to, cost));
        }
        wrong
    }
}

/// Whether `cost` is more than two millionths of a dollar off what `hourly` billionths make of the interval.
fn differs(what: &str, hourly: u128, from: Timestamp, to: Timestamp, cost: Cost) -> Option<String> {
    if to < from {
        return Some(format!("{what} is billed from {from} to {to}"));
    }
    let seconds = to.since(from).as_millis().div_ceil(1000).max(60);
    let micros = hourly * u128::from(seconds) / 3600 / 1000;
    let billed = u128::from(cost.micro_usd().get());
    (billed.abs_diff(micros) > 2)
        .then(|| format!("{what} costs {cost} for {seconds} s, not {micros} millionths"))
}
