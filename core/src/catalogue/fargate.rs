//! The sizes that Fargate has.
//!
//! Amazon ECS Developer Guide, "Task CPU and memory", 2023-05 (which also says what Windows has), and "Invalid CPU or
//! memory value specified"; Amazon ECS API Reference, `Task.memory`; read 2026-11-23.

use crate::units::{CpuUnits, Mib, Size};
use thiserror::Error;

/// The memory values that go with one CPU value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Row {
    /// In CPU units.
    cpu: u32,
    /// The least memory, in MiB like the next two.
    least: u32,
    /// The most memory.
    most: u32,
    /// The step between; the smallest CPU doubles it instead (512, 1024, 2048).
    step: u32,
    /// Whether Windows has it too.
    windows: bool,
}

/// Every row, the smallest CPU first.
const ROWS: [Row; 7] = [
    Row { cpu: 256, least: 512, most: 2_048, step: 512, windows: false },
    Row { cpu: 512, least: 1_024, most: 4_096, step: 1_024, windows: false },
    Row { cpu: 1_024, least: 2_048, most: 8_192, step: 1_024, windows: true },
    Row { cpu: 2_048, least: 4_096, most: 16_384, step: 1_024, windows: true },
    Row { cpu: 4_096, least: 8_192, most: 30_720, step: 1_024, windows: true },
    Row { cpu: 8_192, least: 16_384, most: 61_440, step: 4_096, windows: false },
    Row { cpu: 16_384, least: 32_768, most: 122_880, step: 8_192, windows: false },
];

impl Row {
    /// The memory values, the least first.
    fn memories(self) -> impl Iterator<Item = u32> {
        let steps = (self.most - self.least) / self.step;
        (0..=steps).map(move |nth| self.least + nth * self.step).filter(move |&memory| self.offers(memory))
    }

    const fn offers(self, memory: u32) -> bool {
        // 1,536 MiB lies on the grid of the smallest CPU, the only one with it, and is not offered.
        memory >= self.least
            && memory <= self.most
            && (memory - self.least).is_multiple_of(self.step)
            && memory != 1_536
    }
}

/// The sizes that Fargate has, the smaller CPU first, then the smaller memory.
pub fn fargate_sizes(windows: bool) -> Vec<Size> {
    let rows = ROWS.into_iter().filter(|row| row.windows || !windows);
    rows.flat_map(|row| row.memories().map(move |memory| Size::new(CpuUnits::new(row.cpu), Mib::new(memory))))
        .collect()
}

/// The size that a task of `need` should take: `need` itself where Fargate has it, else the smallest that holds it
/// (least CPU, then least memory), else the largest there is.
pub fn fargate_nearest(need: Size, windows: bool) -> Size {
    let sizes = fargate_sizes(windows);
    let holds = sizes.iter().find(|size| size.holds(need));
    holds.or_else(|| sizes.last()).copied().unwrap_or(need)
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

/// Checks that Fargate offers `size` on Linux.
///
/// # Errors
///
/// Fails where no row of the table has the CPU value, or its row does not offer the memory.
pub fn fargate_check(size: Size) -> Result<(), FargateSizeError> {
    let row = ROWS.iter().find(|row| row.cpu == size.cpu.get()).ok_or(FargateSizeError::Cpu)?;
    if row.offers(size.memory.get()) { Ok(()) } else { Err(FargateSizeError::Memory) }
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
        let sizes = fargate_sizes(false);
        for (cpu, memories) in &table {
            for memory in (0..=131_072).step_by(256) {
                let offered = memories.contains(&memory);
                let want = if offered { Ok(()) } else { Err(FargateSizeError::Memory) };
                assert_eq!(fargate_check(size(*cpu, memory)), want, "{cpu} CPU units, {memory} MiB");
                assert_eq!(sizes.contains(&size(*cpu, memory)), offered, "{cpu} CPU units, {memory} MiB");
            }
        }
        assert_eq!(sizes.len(), table.iter().map(|(_, memories)| memories.len()).sum::<usize>());
        assert!(sizes.is_sorted());
        for cpu in [0, 1, 128, 255, 257, 768, 3072, 32_768] {
            assert_eq!(fargate_check(size(cpu, 2048)), Err(FargateSizeError::Cpu), "{cpu} CPU units");
        }
        assert!(fargate_sizes(true).iter().all(|size| (1024..=4096).contains(&size.cpu.get())));
    }

    #[test]
    fn the_nearest_size_holds_what_is_needed() {
        // (need, nearest)
        let table = [
            ((256, 512), (256, 512)),
            ((256, 1500), (256, 2048)),
            ((256, 4096), (512, 4096)),
            ((1000, 2000), (1024, 2048)),
            ((1024, 16_384), (2048, 16_384)),
            ((0, 1), (256, 512)),
            ((5000, 20_000), (8192, 20_480)),
            ((20_000, 999_999), (16_384, 122_880)),
        ];
        for ((cpu, memory), (want_cpu, want_memory)) in table {
            let nearest = fargate_nearest(size(cpu, memory), false);
            assert_eq!(nearest, size(want_cpu, want_memory), "{cpu}/{memory}");
        }
        assert_eq!(fargate_nearest(size(512, 1024), true), size(1024, 2048));
    }
}
