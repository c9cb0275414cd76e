//! How long the decision core takes over one observation.
//!
//! 20,000 waiting builds and 400 templates, in 200 and in 20,000 label expressions; 10,000 builds on one label, which
//! is the rate of launches; and one build more where everything waits already, which is the cost of a step.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use footman_core::{
    Event, Millis, Policy, Provisioner, Timestamp,
    event::{ItemChange, ItemLabel, ItemState, JenkinsChanges, QueueItem, TaskChanges},
    id::{OwnerId, QueueItemId},
    label::{LabelSet, OverrideRules},
    policy::{Breaker, Deadlines, Limit, Pace, Reuse, Template},
    units::{CpuUnits, Mib, MicroUsd, Size},
};

const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);
const TEMPLATES: u32 = 400;

fn template(number: u32) -> Template {
    let labels = [
        format!("t{number}"),
        format!("os{}", number % 4),
        format!("size{}", number % 20),
        format!("lang{}", number % 50),
    ];
    Template {
        cloud: "ecs".into(),
        name: format!("t{number}").into(),
        labels: LabelSet::new(labels.iter().map(String::as_str)),
        serves_unlabelled: false,
        fargate: false,
        rank: number % 7,
        size: Size::new(CpuUnits::from_vcpus(1), Mib::from_gib(2)),
        price_per_hour: MicroUsd::new(50_000),
        limit: Limit::default(),
        has_alternatives: false,
        min_idle: 0,
        reuse: Reuse::OneShot,
        overrides: OverrideRules::default(),
        allow_jobs: None,
        active_hours: None,
    }
}

/// A core that was listed and in which nothing waits.
fn listed() -> Provisioner {
    let policy = Policy {
        owner: OwnerId::new("bench"),
        templates: (0..TEMPLATES).map(template).collect(),
        limit: Limit::default(),
        shared_limits: Vec::new(),
        pace: Pace::default(),
        deadlines: Deadlines::default(),
        breaker: Breaker::default(),
        attempts_max: 3,
    };
    let mut core = Provisioner::new(policy, START);
    core.handle_event(START, Event::Tasks(TaskChanges::default()));
    core.handle_event(START, Event::Jenkins(JenkinsChanges::default()));
    core
}

/// The text of the expression with this number: each leaves out two templates of its own, so that no two are served by
/// the same set and all compete.
fn expression(number: u32) -> String {
    format!("!t{} && !t{}", number % TEMPLATES, number / TEMPLATES % TEMPLATES)
}

/// Builds that become buildable in one observation.
fn builds(first: u64, labels: impl Iterator<Item = String>) -> Event {
    let items = (first..)
        .zip(labels)
        .map(|(id, label)| {
            ItemChange::Seen(QueueItem {
                id: QueueItemId(id),
                label: ItemLabel::Expression(label.into()),
                state: ItemState::Buildable { since: START },
                in_queue_since: START,
                job: None,
                run: None,
            })
        })
        .collect();
    Event::Jenkins(JenkinsChanges { items, ..JenkinsChanges::default() })
}

fn decide((mut core, event): (Provisioner, Event)) -> Provisioner {
    core.handle_event(START + Millis::from_secs(1), event);
    core
}

fn decisions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decision");
    group.sample_size(10);
    for expressions in [200, 20_000] {
        let all = move || builds(1, (0..20_000).map(move |build| expression(build % expressions)));
        group.bench_function(format!("20,000 builds in {expressions} expressions"), |bencher| {
            bencher.iter_batched(|| (listed(), all()), decide, BatchSize::PerIteration);
        });
        group.bench_function(format!("one build more, {expressions} expressions"), |bencher| {
            bencher.iter_batched(
                || (decide((listed(), all())), builds(30_000, std::iter::once(expression(0)))),
                decide,
                BatchSize::PerIteration,
            );
        });
    }
    group.bench_function("10,000 launches for one label", |bencher| {
        let one = || builds(1, (0..10_000).map(|_| "t0".to_owned()));
        bencher.iter_batched(|| (listed(), one()), decide, BatchSize::PerIteration);
    });
    group.finish();
}

criterion_group!(benches, decisions);
criterion_main!(benches);
