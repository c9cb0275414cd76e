//! The packing workload through the placement code of the simulated ECS: placement and queue, and nothing else.
//!
//! The builds are drawn as those of the known workload are: Poisson arrivals, log-normal durations with a median of
//! 300 s and sigma 0.8, 1, 2, 4 or 8 vCPU at 40, 30, 20 and 10 %, 2 GiB a vCPU; 100 hosts of 16 vCPU and 32 GiB at
//! 95 % load. The file itself is read instead where `PACKING_CSV` names it.
//!
//! After criterion's figures comes a table for which the runner and two loops that do nothing else take turns, and
//! which says whether all found the same sum of waits; `-- table` prints that alone.

use criterion::{Criterion, criterion_group};
use footman::{
    packing::{PackedBuild, run},
    workload::{CsvTrace, Workload},
};
use footman_benches::{
    cpu_time::{ThreadTime, elements},
    packing_loops::{naive, tuned},
    turns::{Contender, Turns, is_measuring, print},
};
use footman_core::{
    Millis, Timestamp,
    units::{CpuUnits, Mib, Size},
};
use rand::{Rng, SeedableRng};
use rand_distr::{Distribution, Exp, LogNormal};
use rand_pcg::Pcg64;
use std::{hint::black_box, io, path::Path, rc::Rc, time::Duration};

const HOSTS: u32 = 100;
const HOST_VCPUS: u32 = 16;
const LOAD: f64 = 0.95;
/// Bar: builds a second.
const BUILDS_MIN: f64 = 3.5e6;

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

/// The builds of the file, or drawn ones where none is named.
fn builds() -> Vec<PackedBuild> {
    let count = if is_measuring() { 100_000 } else { 1_000 };
    std::env::var_os("PACKING_CSV").map_or_else(|| drawn(count), |path| read(Path::new(&path)))
}

/// The sum of waits in milliseconds, of the distribution of waits that the runner gives.
fn pack(builds: &[PackedBuild]) -> u128 {
    let waits = run(HOSTS, size(HOST_VCPUS), black_box(builds).iter().copied());
    black_box(waits.expect("no build is too large")).sum_ms
}

fn packing(criterion: &mut Criterion<ThreadTime>) {
    let builds = builds();
    let mut group = criterion.benchmark_group("packing");
    group.throughput(elements(builds.len()));
    group.sample_size(30);
    group.bench_function("first fit, 100 hosts", |b| b.iter(|| pack(&builds)));
    group.finish();
}

fn host_count() -> usize {
    usize::try_from(HOSTS).expect("a usize has at least 32 bits")
}

fn table() -> io::Result<()> {
    let builds = Rc::new(builds());
    let hosts = host_count();
    let host_size = size(HOST_VCPUS);
    type Loop = Box<dyn Fn(&[PackedBuild]) -> u128>;
    let loops: [(&str, Loop); 3] = [
        ("tuned loop", Box::new(move |builds| tuned(hosts, host_size, builds))),
        ("naive loop", Box::new(move |builds| naive(hosts, host_size, builds))),
        ("placement of ecs-sim", Box::new(pack)),
    ];
    let sums = loops.each_ref().map(|(_, run)| run(&builds));
    let mut contenders = loops.map(|(name, run)| {
        let builds = Rc::clone(&builds);
        Contender::new(name, move |steps| (0..steps).for_each(|_| _ = black_box(run(black_box(&builds)))))
    });
    let turns = if is_measuring() { Turns { rounds: 25, warm_up: 1, steps: 2 } } else { Turns::ONCE };
    let count = builds.iter().fold(0.0, |count, _| count + 1.0);
    let per_second: Vec<_> = turns.race(&mut contenders).iter().map(|ns| count / (ns / 1e9)).collect();
    let row = |place: usize| {
        let verdict = match (place, per_second[place] >= BUILDS_MIN) {
            (2, true) => "met",
            (2, false) => "MISSED",
            _ => "",
        };
        let millions = format!("{:.2}", per_second[place] / 1e6);
        let ratio = format!("{:.2}", per_second[place] / per_second[0]);
        vec![
            contenders[place].name().to_owned(),
            millions,
            ratio,
            sums[place].to_string(),
            verdict.to_owned(),
        ]
    };
    let title = format!(
        "{count} builds on {HOSTS} hosts: the best of {} turns by processor time. Bar: {} M builds/s.",
        turns.rounds,
        BUILDS_MIN / 1e6
    );
    let columns = ["what", "M builds/s", "ratio", "sum of waits, ms", "bar"];
    print(&title, &columns, &[row(0), row(1), row(2)])?;
    assert!(sums.iter().all(|sum| *sum == sums[0]), "all do the same work: {sums:?}");
    Ok(())
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(ThreadTime);
    targets = packing
}

fn main() -> io::Result<()> {
    benches();
    table()
}
