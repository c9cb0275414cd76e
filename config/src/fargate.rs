//! The sizes that Fargate has.
//!
//! Amazon ECS Developer Guide, "Task CPU and memory", 2023-05, and the API Reference, `Task.memory`, read 2026-11-23.

use footman_core::units::{CpuUnits, Mib, Size};

/// CPU units, least memory, most memory, step, all in MiB; and whether Windows has it too.
const SIZES: [(u32, u32, u32, u32, bool); 6] = [
    (512, 1024, 4096, 1024, false),
    (1024, 2048, 8192, 1024, true),
    (2048, 4096, 16_384, 1024, true),
    (4096, 8192, 30_720, 1024, true),
    (8192, 16_384, 61_440, 4096, false),
    (16_384, 32_768, 122_880, 8192, false),
];

/// The sizes that Fargate has, the smaller CPU first.
pub fn sizes(windows: bool) -> Vec<Size> {
    // The smallest CPU has no even step.
    let mut sizes: Vec<Size> = [512, 1024, 2048]
        .into_iter()
        .filter(|_| !windows)
        .map(|memory| Size::new(CpuUnits::new(256), Mib::new(memory)))
        .collect();
    for (cpu, least, most, step, has_windows) in SIZES {
        if windows && !has_windows {
            continue;
        }
        let mut memory = least;
        while memory <= most {
            sizes.push(Size::new(CpuUnits::new(cpu), Mib::new(memory)));
            memory += step;
        }
    }
    sizes
}

/// The size that a task of `need` should take: `need` itself where Fargate has it, else the smallest that holds it
/// (least CPU, then least memory), else the largest there is.
pub fn nearest(need: Size, windows: bool) -> Size {
    let sizes = sizes(windows);
    let holds = sizes.iter().filter(|size| size.holds(need)).min_by_key(|size| (size.cpu, size.memory));
    holds.or_else(|| sizes.last()).copied().unwrap_or(need)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(cpu: u32, memory: u32) -> Size {
        Size::new(CpuUnits::new(cpu), Mib::new(memory))
    }

    #[test]
    fn fargate_has_the_sizes_of_the_developer_guide() {
        let all = sizes(false);
        // 3 + 4 + 7 + 13 + 23 + 12 + 12 rows.
        assert_eq!(all.len(), 74);
        for (cpu, memory) in [(256, 512), (256, 2048), (4096, 30_720), (8192, 61_440), (16_384, 122_880)] {
            assert!(all.contains(&size(cpu, memory)), "{cpu}/{memory}");
        }
        for (cpu, memory) in [(256, 1536), (256, 4096), (8192, 17_408), (16_384, 36_864), (0, 0)] {
            assert!(!all.contains(&size(cpu, memory)), "{cpu}/{memory}");
        }
        assert!(sizes(true).iter().all(|size| (1024..=4096).contains(&size.cpu.get())));
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
            assert_eq!(nearest(size(cpu, memory), false), size(want_cpu, want_memory), "{cpu}/{memory}");
        }
        assert_eq!(nearest(size(512, 1024), true), size(1024, 2048));
    }
}
