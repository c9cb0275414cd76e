//! The packing workload gives the results that are known for it.

use footman::{
    packing::{PackedBuild, PackingError, run},
    statistics::Percentile,
    workload::{CsvTrace, Workload},
};
use footman_core::{
    Millis, Timestamp,
    units::{CpuUnits, Mib, Size},
};
use std::path::Path;

fn build(submit_s: i64, duration_s: u64, vcpus: u32, gib: u32) -> PackedBuild {
    PackedBuild {
        submit: Timestamp::from_millis(submit_s * 1000),
        duration: Millis::from_secs(duration_s),
        size: size(vcpus, gib),
    }
}

fn size(vcpus: u32, gib: u32) -> Size {
    Size::new(CpuUnits::from_vcpus(vcpus), Mib::from_gib(gib))
}

/// Two hosts of 4 vCPU and 8 GiB, worked out by hand.
#[test]
fn builds_wait_in_order_for_the_first_host_with_room() {
    let builds = [
        build(0, 10, 4, 8), // host 0 until 10
        build(1, 3, 2, 4),  // host 1 until 4
        build(2, 5, 4, 4),  // no host has 4 vCPU: waits 2, host 1 from 4 to 9
        build(3, 3, 1, 2),  // host 1 has room, but nothing overtakes: waits 6, host 1 from 9 to 12
        build(9, 6, 4, 8),  // arrives when host 1 has gone to the head: waits 1, host 0 from 10 to 16
        build(11, 1, 1, 8), // vCPU there are on host 1, memory there is not: waits 1
        build(30, 1, 4, 8), // all is free: does not wait
    ];
    let waits = run(2, size(4, 8), builds).unwrap();
    assert_eq!((waits.count, waits.sum_ms, waits.positive), (7, 10_000, 4));
    assert_eq!((waits.p50, waits.max), (Millis::from_secs(1), Millis::from_secs(6)));
}

/// Hosts 1 and 0 become free at once; the head goes to host 0, so that the next one finds room on host 1.
#[test]
fn all_completions_of_an_instant_come_before_the_head_is_tried() {
    let builds = [
        build(0, 10, 2, 1), // host 0 until 10
        build(0, 8, 4, 1),  // host 1 until 8
        build(8, 2, 4, 1),  // host 1 again, until 10
        build(9, 5, 2, 1),  // host 0, until 14
        build(9, 5, 4, 1),  // waits until 10, then host 1: host 0 has 2 vCPU only
        build(9, 1, 2, 1),  // waits until 10, then host 0
    ];
    let waits = run(2, size(4, 8), builds).unwrap();
    assert_eq!((waits.sum_ms, waits.positive), (2_000, 2));
}

#[test]
fn a_build_that_can_never_run_or_comes_too_early_is_an_error() {
    let too_large = [build(0, 1, 1, 1), build(1, 1, 5, 1)];
    assert_eq!(run(3, size(4, 8), too_large), Err(PackingError::TooLarge { index: 1, size: size(5, 1) }));
    let unsorted = [build(1, 1, 1, 1), build(0, 1, 1, 1)];
    assert_eq!(run(3, size(4, 8), unsorted), Err(PackingError::Unsorted { index: 1 }));
}

/// 100,000 builds on 100 hosts of 16 vCPU and 32 GiB: the sum of waits is known to the millisecond.
#[test]
#[expect(clippy::print_stderr, reason = "a test that skips says so")]
fn the_packing_workload_gives_its_exact_sum_of_waits() {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/packing-100k.csv"));
    if !path.exists() {
        eprintln!("skipped: {} is not there", path.display());
        return;
    }
    let mut trace = CsvTrace::open(path).unwrap();
    let builds = std::iter::from_fn(|| trace.next_build()).map(|row| {
        let row = row.unwrap();
        let size = Size::new(row.cpu.unwrap(), row.memory.unwrap());
        PackedBuild { submit: row.submit, duration: row.duration, size }
    });
    let waits = run(100, size(16, 32), builds).unwrap();
    assert_eq!((waits.count, waits.sum_ms, waits.positive), (100_000, 3_387_953_965, 57_215));
    let percentiles = [waits.p50, waits.p95, waits.p99, waits.max];
    assert_eq!(percentiles.map(Millis::as_millis), [10_632, 160_025, 195_097, 233_836]);
    assert!(waits.exact && Percentile::P50.rank(waits.count) == 50_000);
}
