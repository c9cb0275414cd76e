//! Waits are reported exactly, whatever the order in which they are recorded.

use footman::{
    statistics::{Distribution, EXACT_MAX, Percentile, Samples, WaitLog},
    workload::LabelIndex,
};
use footman_core::{Millis, Timestamp};
use proptest::prelude::*;
use std::collections::BTreeMap;

const HOUR_MS: u64 = 3_600_000;

fn at(ms: u64) -> Timestamp {
    Timestamp::EPOCH + Millis::new(ms)
}

/// The definition itself: the ceil(p n)-th smallest.
fn nearest_rank(waits: &[u64], percentile: Percentile) -> Millis {
    let mut sorted = waits.to_vec();
    sorted.sort_unstable();
    let rank = percentile.rank(u64::try_from(sorted.len()).expect("a test is small"));
    match usize::try_from(rank).expect("a test is small") {
        0 => Millis::ZERO,
        rank => Millis::new(sorted[rank - 1]),
    }
}

fn expected(waits: &[u64]) -> Distribution {
    let count = |waits: &[u64]| u64::try_from(waits.len()).expect("a test is small");
    let waited: Vec<u64> = waits.iter().copied().filter(|wait| *wait > 0).collect();
    Distribution {
        count: count(waits),
        sum_ms: waits.iter().map(|wait| u128::from(*wait)).sum(),
        positive: count(&waited),
        p50: nearest_rank(waits, Percentile::P50),
        p95: nearest_rank(waits, Percentile::P95),
        p99: nearest_rank(waits, Percentile::P99),
        max: nearest_rank(waits, Percentile::P100),
        exact: true,
    }
}

#[test]
fn a_mean_is_exact_where_the_sum_is_large() {
    let distribution = Distribution { count: 3, sum_ms: 1_000_000_000_000_001, ..Distribution::default() };
    assert_eq!(distribution.mean_us(), 333_333_333_333_333_667);
    let packing = Distribution { count: 100_000, sum_ms: 3_387_953_965, ..Distribution::default() };
    assert_eq!(format!("{:.8}", packing.mean_s()), "33.87953965");
    assert_eq!(packing.mean_us(), 33_879_540);
    assert!(Distribution::default().mean_s().abs() < f64::EPSILON);
}

#[test]
fn days_and_weeks_without_builds_are_left_out() {
    let mut log = WaitLog::new(None);
    let linux = LabelIndex(0);
    for (index, (day, wait)) in (0..).zip([(0_u64, 5), (0, 7), (3, 0), (9, 100)]) {
        log.record(index, linux, at(day * 24 * HOUR_MS + 1), Millis::new(wait));
    }
    let shown = |windows: Vec<footman::statistics::WindowWaits>| -> Vec<(String, u64, u64)> {
        windows
            .into_iter()
            .map(|window| (window.window.name, window.waits.count, window.at_percentile.as_millis()))
            .collect()
    };
    let days = [("day 1".to_owned(), 2, 7), ("day 4".to_owned(), 1, 0), ("day 10".to_owned(), 1, 100)];
    assert_eq!(shown(log.by_day(Percentile::P95)), days);
    assert_eq!(
        shown(log.by_week(Percentile::P50)),
        [("week 1".to_owned(), 3, 5), ("week 2".to_owned(), 1, 100)]
    );
    let empty = WaitLog::new(None);
    assert_eq!(empty.overall(), Distribution { exact: true, ..Distribution::default() });
    assert!(empty.by_day(Percentile::P95).is_empty() && empty.by_label(Percentile::P95).is_empty());
}

#[test]
fn waits_of_more_than_seven_weeks_are_held_too() {
    let long = u64::from(u32::MAX);
    let waits = [3, long - 1, long, long + 1, 0, u64::MAX - 1];
    let (mut log, mut samples) = (WaitLog::new(None), Samples::new());
    for (index, wait) in (0..).zip(waits) {
        log.record(
            index,
            LabelIndex(u32::try_from(index % 2).expect("0 or 1")),
            at(index),
            Millis::new(wait),
        );
        samples.record(Millis::new(wait));
    }
    assert_eq!(log.overall(), expected(&waits));
    assert_eq!(samples.distribution(), expected(&waits));
    assert_eq!(log.by_label(Percentile::P50)[1].1, expected(&[long - 1, long + 1, u64::MAX - 1]));
}

#[test]
fn beyond_the_limit_percentiles_have_three_digits_and_say_so() {
    let mut log = WaitLog::new(None);
    // The last builds of a workload beyond the limit; those before were not recorded.
    for index in 0..1_000 {
        log.record(index, LabelIndex(1), at(index), Millis::new(index));
    }
    assert!(log.overall().exact);
    for index in 0..1_000 {
        log.record(EXACT_MAX + index, LabelIndex(2), at(30 * 24 * HOUR_MS), Millis::new(index * 1_000));
    }
    let overall = log.overall();
    assert!(!overall.exact);
    assert_eq!((overall.count, log.count()), (2_000, 2_000));
    assert_eq!(overall.sum_ms, 499_500 * 1_001);
    let near = |found: Millis, exact: u64| found.as_millis().abs_diff(exact) <= exact / 1_000 + 1;
    assert!(near(log.percentile(Percentile::P95), 899_000), "{}", log.percentile(Percentile::P95));
    let labels = log.by_label(Percentile::P50);
    assert_eq!(labels.iter().map(|(label, ..)| label.0).collect::<Vec<_>>(), [1, 2]);
    assert!(near(labels[0].2, 499) && near(labels[1].2, 499_000), "{labels:?}");
    let weeks = log.by_week(Percentile::P100);
    assert_eq!(weeks.iter().map(|week| week.window.number).collect::<Vec<_>>(), [0, 4]);
    assert!(near(weeks[1].at_percentile, 999_000));
}

/// The index, label, submission and wait of a build.
type Recorded = (u64, u32, u64, u64);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_log_reports_what_a_sort_would(
        builds in prop::collection::vec((0_u64..40 * HOUR_MS, 0_u32..4, 0_u64..50, any::<bool>()), 0..120),
        order in any::<prop::sample::Index>(),
    ) {
        let mut now = 0;
        let mut recorded: Vec<Recorded> = Vec::new();
        for (index, (gap, label, wait, started)) in (0_u64..).zip(builds) {
            now += gap;
            // Some builds are still waiting when the run ends.
            if started {
                recorded.push((index, label, now, wait));
            }
        }
        let mut log = WaitLog::new(None);
        let turn = if recorded.is_empty() { 0 } else { order.index(recorded.len()) };
        for (index, label, submit, wait) in recorded[turn..].iter().rev().chain(&recorded[..turn]) {
            log.record(*index, LabelIndex(*label), at(*submit), Millis::new(*wait));
        }
        let grouped = |key: &dyn Fn(&Recorded) -> u64| {
            let mut groups: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
            for build in &recorded {
                groups.entry(key(build)).or_default().push(build.3);
            }
            groups.into_iter().map(|(key, waits)| (key, expected(&waits))).collect::<Vec<_>>()
        };
        let all: Vec<u64> = recorded.iter().map(|build| build.3).collect();
        prop_assert_eq!(log.overall(), expected(&all));
        let p90 = Percentile::P90;
        prop_assert_eq!(log.percentile(p90), nearest_rank(&all, p90));
        let labels: Vec<_> = log.by_label(p90).into_iter().map(|(label, waits, _)| (u64::from(label.0), waits)).collect();
        prop_assert_eq!(labels, grouped(&|build| u64::from(build.1)));
        let number = |window: &footman::statistics::WindowWaits| {
            (u64::try_from(window.window.number).expect("a test is short"), window.waits)
        };
        let days: Vec<_> = log.by_day(p90).iter().map(number).collect();
        prop_assert_eq!(days, grouped(&|build| build.2 / (24 * HOUR_MS)));
        let weeks: Vec<_> = log.by_week(p90).iter().map(number).collect();
        prop_assert_eq!(weeks, grouped(&|build| build.2 / (7 * 24 * HOUR_MS)));
    }
}
