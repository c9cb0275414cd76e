//! EC2 instance types: size, price, and how many `awsvpc` tasks they carry.
//!
//! Prices: us-east-1, Linux, on demand, agreed by four public tables (collected 2026-11-23). Network interfaces:
//! Amazon ECS Developer Guide, "Elastic network interface trunking". The m7g, c7g families are ARM64.

use crate::data::NanoUsd;
use footman_core::units::{CpuUnits, Mib, Size};

/// An EC2 instance type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstanceType {
    /// `m5.large`, for instance.
    pub name: &'static str,
    /// vCPUs and memory as advertised.
    pub nominal: Size,
    /// What ECS registers of it: CPU in full, memory as the kernel sees it.
    pub registered: Size,
    /// On demand, per hour.
    pub price: NanoUsd,
    /// How many tasks with a network interface of their own it carries.
    pub awsvpc_tasks: u16,
    /// The same with the account setting `awsvpcTrunking`.
    pub awsvpc_tasks_trunked: u16,
}

/// Every instance type of the table.
pub fn instance_types() -> &'static [InstanceType] {
    &TYPES
}

/// The instance type of this name, if the table has it.
pub fn instance_type(name: &str) -> Option<&'static InstanceType> {
    TYPES.iter().find(|row| row.name == name)
}

/// What ECS registers of `nominal` memory on a Nitro instance whose figure is not known: 0.984 of it less 250 MiB.
///
/// An estimate, within 2.5 % of the two figures that are known (m6i.large, c5.large).
pub const fn registered_memory(nominal: Mib) -> Mib {
    Mib::new((nominal.get() / 1000 * 984 + nominal.get() % 1000 * 984 / 1000).saturating_sub(250))
}

const fn row(
    name: &'static str,
    vcpus: u32,
    gib: u32,
    price: u64,
    awsvpc_tasks: u16,
    awsvpc_tasks_trunked: u16,
    registered_mib: Option<u32>,
) -> InstanceType {
    let nominal = Size::new(CpuUnits::from_vcpus(vcpus), Mib::from_gib(gib));
    let memory = match registered_mib {
        Some(mib) => Mib::new(mib),
        None => registered_memory(nominal.memory),
    };
    InstanceType {
        name,
        nominal,
        registered: Size::new(nominal.cpu, memory),
        price: NanoUsd(price),
        awsvpc_tasks,
        awsvpc_tasks_trunked,
    }
}

#[rustfmt::skip]
static TYPES: [InstanceType; 32] = [
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
        // Known: m6i.large from amazon-ecs-ami issue 597; c5.large from a published API answer of 2019.
        for (name, known) in [("m6i.large", 7817_u32), ("c5.large", 3705)] {
            let row = instance_type(name).expect("the table has it");
            assert_eq!(row.registered.memory.get(), known);
            let estimate = registered_memory(row.nominal.memory).get();
            assert!(estimate.abs_diff(known) * 1000 <= known * 25, "{name}: {estimate} for {known}");
        }
    }

    #[test]
    fn every_type_registers_less_memory_than_it_has_and_costs_something() {
        for row in instance_types() {
            assert!(row.registered.memory < row.nominal.memory, "{}", row.name);
            assert!(row.price > NanoUsd(0) && row.awsvpc_tasks >= 1, "{}", row.name);
            assert!(row.awsvpc_tasks_trunked > row.awsvpc_tasks, "{}", row.name);
        }
    }
}
