//! The packing workload through the placement code of the simulated ECS: placement and queue, and nothing else.
//!
//! The builds are drawn as those of the known workload are: Poisson arrivals, log-normal durations with a median of
//! 300 s and sigma 0.8, 1, 2, 4 or 8 vCPU at 40, 30, 20 and 10 %, 2 GiB a vCPU; 100 hosts of 16 vCPU and 32 GiB at
//! 95 % load. The file itself is read instead where `PACKING_CSV` names it.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use footman::{
    packing::{PackedBuild, run},
    workload::{CsvTrace, Workload},
};
use footman_core::{
    Millis, Timestamp,
    units::{CpuUnits, Mib, Size},
};
use rand::{Rng, SeedableRng};
use rand_distr::{Distribution, Exp, LogNormal};
use rand_pcg::Pcg64;
use std::{hint::black_box, path::Path, time::Duration};

const HOSTS: u32 = 100;
const HOST_VCPUS: u32 = 16;
const LOAD: f64 = 0.95;

fn size(vcpus: u32) -> Size {
    Size::new(CpuUnits::from_vcpus(vcpus), Mib::from_gib(2 * vcpus))
}

fn drawn(count: usize) -> Vec<PackedBuild> {
    let mut sequence = Pcg64::seed_from_u64(1);
    let duration = LogNormal::new(300_f64.ln(), 0.8).expect("sigma is positive");
    let vcpus_mean = 0.4 * 1.0 + 0.3 * 2.0 + 0.2 * 4.0 + 0.1 * 8.0;
    let duration_mean = 300.0 * (0.8_f64 * 0.8 / 2.0).exp();
    let gap = Exp::new(LOAD * f64::from(HOSTS * HOST_VCPUS) / (vcpus_mean * duration_mean));
    let gap = gap.expect("the rate is positive");
    let mut submit = Timestamp::EPOCH;
    std::iter::repeat_with(|| {
        submit = submit + millis(gap.sample(&mut sequence));
        let vcpus = match sequence.next_u32() % 10 {
            0..4 => 1,
            4..7 => 2,
            7..9 => 4,
            _ => 8,
        };
        PackedBuild { submit, duration: millis(duration.sample(&mut sequence)), size: size(vcpus) }
    })
    .take(count)
    .collect()
}

fn millis(seconds: f64) -> Millis {
    let span = Duration::from_secs_f64(seconds);
    Millis::new(u64::try_from(span.as_millis()).expect("a build ends within the age of the universe"))
}

fn read(path: &Path) -> Vec<PackedBuild> {
    let mut trace = CsvTrace::open(path).expect("the file is a trace");
    let rows = std::iter::from_fn(|| trace.next_build());
    rows.map(|row| {
        let row = row.expect("the row is right");
        let size = row.cpu.zip(row.memory).map(|(cpu, memory)| Size::new(cpu, memory));
        PackedBuild { submit: row.submit, duration: row.duration, size: size.expect("the row has both") }
    })
    .collect()
}

fn packing(criterion: &mut Criterion) {
    let builds =
        std::env::var_os("PACKING_CSV").map_or_else(|| drawn(100_000), |path| read(Path::new(&path)));
    let mut group = criterion.benchmark_group("packing");
    group.throughput(Throughput::Elements(u64::try_from(builds.len()).expect("a length fits 64 bits")));
    group.sample_size(30);
    group.bench_function("first fit, 100 hosts", |b| {
        b.iter(|| {
            run(HOSTS, size(HOST_VCPUS), black_box(&builds).iter().copied()).expect("no build is too large")
        });
    });
    group.finish();
}

criterion_group!(benches, packing);
criterion_main!(benches);
