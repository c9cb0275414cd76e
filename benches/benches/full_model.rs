//! The full model, core, simulated ECS, simulated Jenkins and world, in builds per second; beside it what a loop of
//! the same number of timers costs that does nothing else.
//!
//! Sparse: 10,000 builds a week on Fargate. Dense: 50,000 builds in a day on 2,000 instances. Builds are generated
//! before the clock starts.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use footman::{
    cli::Interrupt,
    setup::{ClusterSpec, DEFAULT_IMAGE, DEFAULT_SIZE, Setup},
    simulation::simulate,
    workload::{Build, BurstyLoad, Listed, Workload},
    world::{Ending, WorldSettings},
};
use footman_core::{Millis, Timestamp};
use std::{cmp::Reverse, collections::BinaryHeap, hint::black_box};

/// How many timers the skeleton has per build: about what the simulators and the core set for one.
const TIMERS: u8 = 14;

/// The builds submitted within `span` at `per_week` a week, and their labels.
fn builds(span: Millis, per_week: f64) -> (Vec<Build>, Vec<String>) {
    let load = BurstyLoad { span, builds_per_week: per_week, ..BurstyLoad::default() };
    let mut generated = load.generate().expect("the parameters are within their ranges");
    let builds = std::iter::from_fn(|| generated.next_build());
    let builds = builds.map(|build| build.expect("a generator does not fail")).collect();
    (builds, generated.labels().iter().map(|label| label.as_ref().to_owned()).collect())
}

fn run(builds: Vec<Build>, labels: &[String], cluster: &ClusterSpec) -> u64 {
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let mut workload = Listed::new(&labels, builds);
    let settings = WorldSettings::of(Setup::any(cluster, DEFAULT_SIZE, DEFAULT_IMAGE), 1);
    let simulated = simulate(settings, &mut workload, &Interrupt::new(), &mut |_| {}, &mut ())
        .expect("the world can be made and serves every build");
    assert_eq!(simulated.ending, Ending::Done);
    simulated.waits.count()
}

/// A heap in which every build sets one timer after the other, and nothing else.
fn skeleton(builds: &[Build]) -> u64 {
    let mut heap: BinaryHeap<Reverse<(Timestamp, u64, u8)>> = BinaryHeap::new();
    let mut fired = 0_u64;
    let mut arrivals = builds.iter().peekable();
    loop {
        let due = heap.peek().map(|&Reverse((at, ..))| at);
        if let Some(build) = arrivals.next_if(|build| due.is_none_or(|due| build.submit <= due)) {
            heap.push(Reverse((build.submit, build.index, TIMERS - 1)));
        } else if let Some(Reverse((at, build, left))) = heap.pop() {
            fired += 1;
            if left > 0 {
                // One of them is the build itself; the others are seconds apart, like the steps of an agent's life.
                let index = usize::try_from(build).expect("an index of a list");
                let spread = Millis::new(build.wrapping_mul(2_654_435_761) % 4_000);
                let span = if left == TIMERS / 2 { builds[index].duration } else { spread };
                heap.push(Reverse((at + span, build, left - 1)));
            }
        } else {
            return fired;
        }
    }
}

fn full_model(criterion: &mut Criterion) {
    let week = Millis::from_hours(7 * 24);
    let dense = ClusterSpec::Static { instance_type: "m5.2xlarge".into(), count: 2_000 };
    let cases = [
        ("sparse, Fargate", week, 10_000.0, ClusterSpec::Fargate),
        ("dense, 2,000 instances", Millis::from_hours(24), 350_000.0, dense),
    ];
    for (name, span, per_week, cluster) in cases {
        let (builds, labels) = builds(span, per_week);
        let count = u64::try_from(builds.len()).expect("a length fits 64 bits");
        let mut group = criterion.benchmark_group(format!("full model, {name}"));
        group.throughput(Throughput::Elements(count));
        group.sample_size(10);
        group.bench_function("core, ECS, Jenkins and world", |b| {
            b.iter_batched(
                || builds.clone(),
                |builds| assert_eq!(run(builds, &labels, &cluster), count),
                BatchSize::PerIteration,
            );
        });
        group.bench_function("14 timers and no logic", |b| b.iter(|| skeleton(black_box(&builds))));
        group.finish();
    }
}

criterion_group!(benches, full_model);
criterion_main!(benches);
