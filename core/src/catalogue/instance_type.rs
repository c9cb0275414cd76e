//! EC2 instance types: size, price, and how many `awsvpc` tasks they carry.
//!
//! Prices: us-east-1, Linux, on demand, agreed by four public tables, read 2026-11-23. Network interfaces: Amazon ECS
//! Developer Guide, "Elastic network interface trunking", 2023-05: the interface limit less one, and the figures with
//! trunking. The m7g and c7g families are ARM64.

use crate::units::{CpuUnits, Mib, MicroUsd, NanoUsd, Size};
use std::sync::Arc;

/// An EC2 instance type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceType {
    /// Its name, such as `m6i.xlarge`.
    pub name: Arc<str>,
    /// What it registers with ECS: its CPU in full, its memory as the kernel sees it.
    pub registered: Size,
    /// List price per hour, on demand.
    pub price_per_hour: NanoUsd,
    /// How many tasks with a network interface of their own it carries.
    pub awsvpc_tasks: u16,
    /// The same with the account setting `awsvpcTrunking`.
    pub awsvpc_tasks_trunked: u16,
}

impl InstanceType {
    /// What a task of `size` costs on it per hour: the larger of its shares of CPU and memory, rounded up.
    ///
    /// That share is what nothing else can use; instances that stand empty are the cluster's cost, not a task's.
    pub fn share(&self, size: Size) -> MicroUsd {
        let part = |need: u32, have: u32| {
            let cost = u128::from(self.price_per_hour.get()) * u128::from(need);
            cost.div_ceil(u128::from(have.max(1)) * 1000)
        };
        let by_cpu = part(size.cpu.get(), self.registered.cpu.get());
        let by_memory = part(size.memory.get(), self.registered.memory.get());
        MicroUsd::new(u64::try_from(by_cpu.max(by_memory)).unwrap_or(u64::MAX))
    }
}

/// The names of the instance types whose size and price are known.
pub fn instance_type_names() -> impl Iterator<Item = &'static str> {
    ROWS.iter().map(|row| row.name)
}

/// The instance type called `name`, or `None` where its size and price are not known.
pub fn instance_type(name: &str) -> Option<InstanceType> {
    let row = ROWS.iter().find(|row| row.name == name)?;
    Some(InstanceType {
        name: row.name.into(),
        registered: row.registered(),
        price_per_hour: row.price_per_hour,
        awsvpc_tasks: row.awsvpc_tasks,
        awsvpc_tasks_trunked: row.awsvpc_tasks_trunked,
    })
}

/// What is known of an instance type.
struct Row {
    name: &'static str,
    /// vCPUs and memory as advertised.
    nominal: Size,
    price_per_hour: NanoUsd,
    awsvpc_tasks: u16,
    awsvpc_tasks_trunked: u16,
    /// What it was seen to register, where it was seen.
    memory_seen: Option<u32>,
}

impl Row {
    fn registered(&self) -> Size {
        let memory = self.memory_seen.map_or_else(|| registered_memory(self.nominal.memory), Mib::new);
        Size::new(self.nominal.cpu, memory)
    }
}

/// What ECS registers of `nominal` memory on a Nitro instance whose figure is not known, for the kernel and the agent
/// have theirs: 0.984 of it less 250 MiB.
///
/// An estimate, within 2.5 % of the two figures that are known (m6i.large, c5.large).
fn registered_memory(nominal: Mib) -> Mib {
    let visible = u64::from(nominal.get()) * 984 / 1000;
    Mib::new(u32::try_from(visible).unwrap_or(u32::MAX).saturating_sub(250))
}

const fn row(
    name: &'static str,
    vcpus: u32,
    gib: u32,
    price_nano_usd: u64,
    awsvpc_tasks: u16,
    awsvpc_tasks_trunked: u16,
    memory_seen: Option<u32>,
) -> Row {
    Row {
        name,
        nominal: Size::new(CpuUnits::from_vcpus(vcpus), Mib::from_gib(gib)),
        price_per_hour: NanoUsd::new(price_nano_usd),
        awsvpc_tasks,
        awsvpc_tasks_trunked,
        memory_seen,
    }
}

/// Name, vCPUs, GiB, price, awsvpc tasks, awsvpc tasks with trunking, registered MiB where known: of m6i.large from
/// amazon-ecs-ami issue 597, of c5.large from a published API answer of 2019.
#[rustfmt::skip]
static ROWS: [Row; 32] = [
    row("m5.large", 2, 8, 96_000_000, 2, 10, None),
    row("m5.xlarge", 4, 16, 192_000_000, 3, 20, None),
    row("m5.2xlarge", 8, 32, 384_000_000, 3, 40, None),
    row("m5.4xlarge", 16, 64, 768_000_000, 7, 60, None),
    row("m6i.large", 2, 8, 96_000_000, 2, 10, Some(7817)),
    row("m6i.xlarge", 4, 16, 192_000_000, 3, 20, None),
    row("m6i.2xlarge", 8, 32, 384_000_000, 3, 40, None),
    row("m6i.4xlarge", 16, 64, 768_000_000, 7, 60, None),
    row("m6i.8xlarge", 32, 128, 1_536_000_000, 7, 90, None),
    row("m7g.medium", 1, 4, 40_800_000, 1, 4, None),
    row("m7g.large", 2, 8, 81_600_000, 2, 10, None),
    row("m7g.xlarge", 4, 16, 163_200_000, 3, 20, None),
    row("m7g.2xlarge", 8, 32, 326_400_000, 3, 40, None),
    row("m7g.4xlarge", 16, 64, 652_800_000, 7, 60, None),
    row("c5.large", 2, 4, 85_000_000, 2, 10, Some(3705)),
    row("c5.xlarge", 4, 8, 170_000_000, 3, 20, None),
    row("c5.2xlarge", 8, 16, 340_000_000, 3, 40, None),
    row("c5.4xlarge", 16, 32, 680_000_000, 7, 60, None),
    row("c5.9xlarge", 36, 72, 1_530_000_000, 7, 60, None),
    row("c6i.large", 2, 4, 85_000_000, 2, 10, None),
    row("c6i.xlarge", 4, 8, 170_000_000, 3, 20, None),
    row("c6i.2xlarge", 8, 16, 340_000_000, 3, 40, None),
    row("c6i.4xlarge", 16, 32, 680_000_000, 7, 60, None),
    row("c6i.8xlarge", 32, 64, 1_360_000_000, 7, 90, None),
    row("c7g.large", 2, 4, 72_500_000, 2, 10, None),
    row("c7g.xlarge", 4, 8, 145_000_000, 3, 20, None),
    row("c7g.2xlarge", 8, 16, 290_000_000, 3, 40, None),
    row("c7g.4xlarge", 16, 32, 580_000_000, 7, 60, None),
    row("r5.large", 2, 16, 126_000_000, 2, 10, None),
    row("r5.xlarge", 4, 32, 252_000_000, 3, 20, None),
    row("r5.2xlarge", 8, 64, 504_000_000, 3, 40, None),
    row("r5.4xlarge", 16, 128, 1_008_000_000, 7, 60, None),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_estimate_of_registered_memory_is_near_the_known_figures() {
        for (name, known) in [("m6i.large", 7817_u32), ("c5.large", 3705)] {
            let row = ROWS.iter().find(|row| row.name == name).expect("the table has it");
            assert_eq!(row.registered().memory.get(), known);
            let estimate = registered_memory(row.nominal.memory).get();
            assert!(estimate.abs_diff(known) * 1000 <= known * 25, "{name}: {estimate} for {known}");
        }
    }

    #[test]
    fn every_type_registers_less_memory_than_it_has_and_costs_something() {
        for row in &ROWS {
            let kind = instance_type(row.name).expect("the table has it");
            assert!(kind.registered.memory < row.nominal.memory, "{}", row.name);
            assert_eq!(kind.registered.cpu, row.nominal.cpu, "{}", row.name);
            assert!(kind.price_per_hour > NanoUsd::ZERO && kind.awsvpc_tasks >= 1, "{}", row.name);
            assert!(kind.awsvpc_tasks_trunked > kind.awsvpc_tasks, "{}", row.name);
        }
        assert_eq!(instance_type_names().count(), ROWS.len());
        assert_eq!(instance_type("m5.tiny"), None);
    }

    #[test]
    fn a_task_costs_the_larger_of_its_shares_of_an_instance() {
        let kind = instance_type("m6i.large").unwrap();
        let half_cpu = Size::new(CpuUnits::new(1024), Mib::new(100));
        assert_eq!(kind.share(half_cpu), MicroUsd::new(48_000));
        let all_memory = Size::new(CpuUnits::new(1), Mib::new(7817));
        assert_eq!(kind.share(all_memory), MicroUsd::new(96_000));
    }
}
