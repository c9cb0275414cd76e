//! Where the money went: builds, start-up, or nothing.
//!
//! A task on Fargate is billed from the start of its image pull to STOPPED. Of that, what ran builds is busy, what came
//! before the agent was online is boot, and the rest is idle. An instance is billed from its launch to its end. Of that,
//! the time to its registration is boot; of the time after it, each task takes the share of the instance that it
//! reserves (the larger one of CPU and memory), busy while it has a build and boot until its agent is online.

use crate::world::AgentLife;
use footman_core::{Millis, Timestamp, units::Size};
use footman_ecs_sim::{
    billing::Cost,
    id::{InstanceId, TaskId},
};
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use std::collections::BTreeMap;

/// Sums of money by what it was spent on, in dollars.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Split {
    pub(crate) busy: f64,
    pub(crate) boot: f64,
    pub(crate) idle: f64,
}

impl Split {
    pub(crate) fn total(&self) -> f64 {
        self.busy + self.boot + self.idle
    }

    fn add(&mut self, cost: f64, busy_share: f64, boot_share: f64) {
        let busy = busy_share.clamp(0.0, 1.0);
        let boot = boot_share.clamp(0.0, 1.0 - busy);
        self.busy += cost * busy;
        self.boot += cost * boot;
        self.idle += cost * (1.0 - busy - boot);
    }
}

/// Collects lives and bills, which come in no fixed order.
#[derive(Debug, Default)]
pub(crate) struct Costs {
    split: Split,
    /// Fargate tasks of which the life or the bill is not in yet.
    lives: IndexMap<TaskId, AgentLife, FxBuildHasher>,
    bills: IndexMap<TaskId, Bill, FxBuildHasher>,
    /// What tasks took of each instance, in milliseconds of the whole instance.
    used: BTreeMap<InstanceId, Used>,
    instances: BTreeMap<InstanceId, (Bill, Option<Timestamp>)>,
    /// Milliseconds billed of instances, in the units in which shares are counted.
    capacity_ms: f64,
    busy_ms: f64,
}

#[derive(Debug, Clone, Copy)]
struct Bill {
    from: Timestamp,
    to: Timestamp,
    cost: Cost,
}

#[derive(Debug, Clone, Copy, Default)]
struct Used {
    busy_ms: f64,
    boot_ms: f64,
}

impl Costs {
    /// Takes in the life of an agent; `share` is what it took of its instance, where it had one.
    pub(crate) fn live(&mut self, life: &AgentLife, ended: Timestamp) {
        if let Some((instance, host)) = life.instance {
            let share = share(life.size, host);
            let boot = life.online_at.unwrap_or(ended).since(life.pull_started_at.unwrap_or(ended));
            let used = self.used.entry(instance).or_default();
            used.busy_ms += share * millis(life.busy);
            used.boot_ms += share * millis(boot);
        } else if let Some(bill) = self.bills.swap_remove(&life.task) {
            self.settle_task(life, bill);
        } else {
            self.lives.insert(life.task, *life);
        }
    }

    /// Takes in the bill of a task on Fargate.
    pub(crate) fn bill_task(&mut self, task: TaskId, from: Timestamp, to: Timestamp, cost: Cost) {
        let bill = Bill { from, to, cost };
        match self.lives.swap_remove(&task) {
            Some(life) => self.settle_task(&life, bill),
            None => drop(self.bills.insert(task, bill)),
        }
    }

    /// Takes in the bill of an instance.
    pub(crate) fn bill_instance(
        &mut self,
        instance: InstanceId,
        from: Timestamp,
        registered: Option<Timestamp>,
        to: Timestamp,
        cost: Cost,
    ) {
        self.instances.insert(instance, (Bill { from, to, cost }, registered));
    }

    fn settle_task(&mut self, life: &AgentLife, bill: Bill) {
        let billed = millis(bill.to.since(bill.from)).max(1.0);
        let boot = millis(life.online_at.unwrap_or(bill.to).since(bill.from));
        let busy = millis(life.busy);
        self.split.add(dollars(bill.cost), busy / billed, boot / billed);
        self.capacity_ms += billed;
        self.busy_ms += busy;
    }

    /// The whole, and the share of the capacity paid for that builds used.
    pub(crate) fn finish(mut self) -> (Split, f64) {
        // A task that is billed and whose agent never was, ran nothing.
        for bill in std::mem::take(&mut self.bills).into_values() {
            self.split.add(dollars(bill.cost), 0.0, 1.0);
            self.capacity_ms += millis(bill.to.since(bill.from));
        }
        for (instance, (bill, registered)) in std::mem::take(&mut self.instances) {
            let used = self.used.get(&instance).copied().unwrap_or_default();
            let billed = millis(bill.to.since(bill.from)).max(1.0);
            let boot = millis(registered.unwrap_or(bill.to).since(bill.from)) + used.boot_ms;
            self.split.add(dollars(bill.cost), used.busy_ms / billed, boot / billed);
            self.capacity_ms += billed;
            self.busy_ms += used.busy_ms;
        }
        let utilisation = if self.capacity_ms > 0.0 { self.busy_ms / self.capacity_ms } else { 0.0 };
        (self.split, utilisation)
    }
}

/// The larger share of `host` that a task of `size` reserves.
fn share(size: Size, host: Size) -> f64 {
    let of = |part: u32, whole: u32| if whole == 0 { 1.0 } else { f64::from(part) / f64::from(whole) };
    of(size.cpu.get(), host.cpu.get()).max(of(size.memory.get(), host.memory.get()))
}

fn millis(span: Millis) -> f64 {
    super::report::float(span.as_millis())
}

fn dollars(cost: Cost) -> f64 {
    super::report::dollars(cost.micro_usd())
}
