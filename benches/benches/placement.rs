//! One placement and one release on a fleet of 64-vCPU hosts that is 85 % full, beside the reference index.
//!
//! After criterion's figures comes a table for which reference and rules take turns; `-- table` prints that alone.

use criterion::{BenchmarkId, Criterion, criterion_group};
use footman_benches::{
    cpu_time::ThreadTime,
    filled_fleet::{Filled, Peer, ZONE},
    turns::{Contender, Turns, is_measuring, print},
};
use footman_ecs_sim::placement::{PlacementStrategy, Resource, SpreadField};
use std::{io, time::Duration};

const HOSTS: [u32; 4] = [100, 1_000, 10_000, 100_000];
const MEMORY_GIB: [u32; 2] = [256, 160];
const REFERENCE: &str = "reference index";
/// Bar: how many times the reference index a strategy may take on as many hosts.
const RATIO_MAX: f64 = 1.2;
/// Bar: how many times what 100 hosts take 100,000 may take.
const GROWTH_MAX: f64 = 8.0;

struct Rule {
    name: &'static str,
    strategies: Vec<PlacementStrategy>,
    has_bar: bool,
}

fn rules() -> Vec<Rule> {
    use PlacementStrategy::{Binpack, FirstFit, Random, Spread};
    let zone = Spread(SpreadField::Attribute(ZONE.into()));
    let rule = |name, strategies, has_bar| Rule { name, strategies, has_bar };
    vec![
        rule("binpack cpu", vec![Binpack(Resource::Cpu)], true),
        rule("binpack memory", vec![Binpack(Resource::Memory)], true),
        rule("spread instanceId", vec![Spread(SpreadField::InstanceId)], true),
        rule("random", vec![Random], true),
        rule("first fit", vec![FirstFit], false),
        rule("spread zone, binpack memory", vec![zone, Binpack(Resource::Memory)], false),
    ]
}

fn placement(criterion: &mut Criterion<ThreadTime>) {
    for memory_gib in MEMORY_GIB {
        let mut group = criterion.benchmark_group(format!("placement {memory_gib} GiB"));
        group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_millis(700));
        group.sample_size(20);
        for hosts in HOSTS {
            // Fleets are filled only when they are measured.
            group.bench_function(BenchmarkId::new(REFERENCE, hosts), |b| {
                let mut filled = Filled::reference(hosts, memory_gib);
                b.iter(|| filled.step());
            });
            for rule in rules() {
                group.bench_function(BenchmarkId::new(rule.name, hosts), |b| {
                    let mut filled = Filled::ruled(hosts, memory_gib, &rule.strategies);
                    b.iter(|| filled.step());
                });
            }
        }
        group.finish();
    }
}

fn stepping<P: Peer + 'static>(name: &str, mut filled: Filled<P>) -> Contender {
    Contender::new(name, move |steps| (0..steps).for_each(|_| filled.step()))
}

/// By contender, the first of which is the reference: nanoseconds for each number of hosts.
fn measure(memory_gib: u32, hosts: &[u32], turns: Turns) -> Vec<Vec<f64>> {
    let by_hosts = hosts.iter().map(|&hosts| {
        let mut contenders = vec![stepping(REFERENCE, Filled::reference(hosts, memory_gib))];
        let ruled = |rule: &Rule| stepping(rule.name, Filled::ruled(hosts, memory_gib, &rule.strategies));
        contenders.extend(rules().iter().map(ruled));
        contenders.push(stepping("no placement", Filled::nowhere(hosts, memory_gib)));
        turns.race(&mut contenders)
    });
    let by_hosts: Vec<_> = by_hosts.collect();
    let contenders = by_hosts.first().map_or(0, Vec::len);
    (0..contenders).map(|contender| by_hosts.iter().map(|nanos| nanos[contender]).collect()).collect()
}

/// What the bar says of a row.
fn verdict(ratios: &[f64], growth: f64) -> String {
    let over = HOSTS.iter().zip(ratios).filter(|(_, ratio)| **ratio > RATIO_MAX);
    let mut missed: Vec<_> = over.map(|(hosts, ratio)| format!("{ratio:.2} at {hosts}")).collect();
    if growth > GROWTH_MAX {
        missed.push(format!("growth {growth:.1}"));
    }
    if missed.is_empty() { "met".to_owned() } else { format!("MISSED: {}", missed.join(", ")) }
}

fn row(name: &str, has_bar: bool, nanos: &[f64], reference: &[f64]) -> Vec<String> {
    let ratios: Vec<_> = nanos.iter().zip(reference).map(|(own, other)| own / other).collect();
    let growth = nanos[HOSTS.len() - 1] / nanos[0];
    let mut row = vec![name.to_owned()];
    row.extend(nanos.iter().zip(&ratios).flat_map(|(ns, ratio)| [format!("{ns:.0}"), format!("{ratio:.2}")]));
    row.push(format!("{growth:.1}"));
    row.push(if has_bar { verdict(&ratios, growth) } else { String::new() });
    row
}

fn table() -> io::Result<()> {
    let turns = Turns { rounds: 25, warm_up: 20_000, steps: 5_000 };
    for memory_gib in MEMORY_GIB {
        let nanos = measure(memory_gib, &HOSTS, turns);
        let rules = rules();
        let rules = rules.iter().map(|rule| (rule.name, rule.has_bar));
        let names = [(REFERENCE, false)].into_iter().chain(rules).chain([("no placement", false)]);
        let rows: Vec<_> =
            names.zip(&nanos).map(|((name, bar), own)| row(name, bar, own, &nanos[0])).collect();
        let title = format!(
            "{memory_gib} GiB a host: ns of processor time a placement and release, the best of {} turns; ratio to \
             the {REFERENCE}. Bar: {RATIO_MAX} times that, growth {GROWTH_MAX} from 100 to 100,000 hosts.",
            turns.rounds
        );
        let columns = ["what", "100", "ratio", "1,000", "ratio", "10,000", "ratio", "100,000", "ratio"];
        print(&title, &[&columns[..], &["growth", "bar"]].concat(), &rows)?;
    }
    Ok(())
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(ThreadTime);
    targets = placement
}

fn main() -> io::Result<()> {
    benches();
    if is_measuring() {
        return table();
    }
    measure(MEMORY_GIB[0], &HOSTS[..1], Turns::ONCE);
    Ok(())
}
