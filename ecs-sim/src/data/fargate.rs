//! The sizes that Fargate offers (Amazon ECS Developer Guide, "Task size" and "Invalid CPU or memory value specified";
//! Amazon ECS API Reference, Task.memory; read 2026-11-23).

use footman_core::units::{CpuUnits, Mib, Size};
use thiserror::Error;

/// One row of the table: a CPU value and the memory values that go with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FargateSize {
    /// `cpu`.
    pub cpu: CpuUnits,
    /// The least memory.
    pub memory_min: Mib,
    /// The most memory.
    pub memory_max: Mib,
    /// The step between; 256 CPU units double it instead (512, 1024, 2048).
    pub memory_step: Mib,
}

impl FargateSize {
    /// Every row, smallest first.
    pub const ALL: [Self; 7] = [
        Self::new(256, 512, 2_048, 512),
        Self::new(512, 1_024, 4_096, 1_024),
        Self::new(1_024, 2_048, 8_192, 1_024),
        Self::new(2_048, 4_096, 16_384, 1_024),
        Self::new(4_096, 8_192, 30_720, 1_024),
        Self::new(8_192, 16_384, 61_440, 4_096),
        Self::new(16_384, 32_768, 122_880, 8_192),
    ];

    const fn new(cpu: u32, min: u32, max: u32, step: u32) -> Self {
        Self {
            cpu: CpuUnits::new(cpu),
            memory_min: Mib::new(min),
            memory_max: Mib::new(max),
            memory_step: Mib::new(step),
        }
    }

    /// Whether `memory` goes with this CPU value.
    pub const fn offers(self, memory: Mib) -> bool {
        let (m, min, max) = (memory.get(), self.memory_min.get(), self.memory_max.get());
        // 1,536 MiB lies on the grid of the smallest size and is not offered.
        m >= min && m <= max && (m - min).is_multiple_of(self.memory_step.get()) && m != 1_536
    }
}

/// Why Fargate does not offer a size; the texts are those of the `ClientException`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FargateSizeError {
    /// No row has this CPU value.
    #[error("Invalid 'cpu' setting for task.")]
    Cpu,
    /// The row of this CPU value does not offer this memory.
    #[error("No Fargate configuration exists for given values.")]
    Memory,
}

/// Checks that Fargate offers `size`.
///
/// # Errors
///
/// Fails where no row of the table has the CPU value, or its row does not offer the memory.
pub fn check_fargate_size(size: Size) -> Result<(), FargateSizeError> {
    let row = FargateSize::ALL.iter().find(|row| row.cpu == size.cpu).ok_or(FargateSizeError::Cpu)?;
    if row.offers(size.memory) { Ok(()) } else { Err(FargateSizeError::Memory) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(cpu: u32, memory: u32) -> Size {
        Size::new(CpuUnits::new(cpu), Mib::new(memory))
    }

    #[test]
    fn fargate_offers_the_sizes_of_the_developer_guide_and_no_other() {
        // The whole table by hand: Amazon ECS Developer Guide, "Task CPU and memory" (source of the rows above).
        let steps = |from: u32, to: u32, step: usize| (from..=to).step_by(step).collect::<Vec<_>>();
        let table = [
            (256, vec![512, 1024, 2048]),
            (512, vec![1024, 2048, 3072, 4096]),
            (1024, steps(2048, 8192, 1024)),
            (2048, steps(4096, 16384, 1024)),
            (4096, steps(8192, 30720, 1024)),
            (8192, steps(16384, 61440, 4096)),
            (16384, steps(32768, 122_880, 8192)),
        ];
        for (cpu, memories) in table {
            for memory in (0..=131_072).step_by(256) {
                let want = if memories.contains(&memory) { Ok(()) } else { Err(FargateSizeError::Memory) };
                assert_eq!(check_fargate_size(size(cpu, memory)), want, "{cpu} CPU units, {memory} MiB");
            }
        }
        for cpu in [0, 1, 128, 255, 257, 768, 3072, 32_768] {
            assert_eq!(check_fargate_size(size(cpu, 2048)), Err(FargateSizeError::Cpu), "{cpu} CPU units");
        }
    }
}
