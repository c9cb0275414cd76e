//! The generator: reproducible, ordered, and as bursty as recorded CI.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop a test by panicking")]

use footman::workload::{Build, BurstyLoad, LoadError, Start, Summary, Workload};
use footman_core::{Millis, Timestamp};
use jiff::tz::TimeZone;
use proptest::prelude::*;

fn builds(load: &BurstyLoad) -> Vec<Build> {
    let mut workload = load.generate().unwrap();
    std::iter::from_fn(|| workload.next_build()).map(Result::unwrap).collect()
}

#[test]
fn a_month_is_as_bursty_as_recorded_ci_for_any_seed() {
    for seed in 1..=12 {
        let mut summary =
            Summary::of(&mut BurstyLoad { seed, ..BurstyLoad::default() }.generate().unwrap()).unwrap();
        let dispersion = summary.dispersion_by_hour();
        assert!((30.0..=100.0).contains(&dispersion), "seed {seed}: {dispersion}");
        let builds = summary.builds();
        assert!((6_000..=10_500).contains(&builds), "seed {seed}: {builds} builds in four weeks of 2,000");
        assert!(summary.durations().p99 > summary.durations().p50);
    }
}

#[test]
fn single_builds_at_a_constant_rate_have_a_dispersion_of_one() {
    let poisson = BurstyLoad {
        pushes_per_spell: 1.0,
        builds_per_push: 1.0,
        builds_per_week: 50_000.0,
        hours: [1.0; 24],
        days: [1.0; 7],
        ..BurstyLoad::default()
    };
    let summary = Summary::of(&mut poisson.generate().unwrap()).unwrap();
    assert!((summary.dispersion_by_hour() - 1.0).abs() < 0.2, "{}", summary.dispersion_by_hour());
}

#[test]
fn work_follows_the_hours_and_days() {
    let mut load = BurstyLoad { builds_per_week: 20_000.0, ..BurstyLoad::default() };
    // On Wednesdays from 9 to 10 only.
    load.hours = [0.0; 24];
    load.hours[9] = 1.0;
    load.days = [0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0];
    let hour_of_week = |build: &Build| build.submit.as_millis() / 3_600_000 % 168;
    let (nine, few_pushes_later) = (2 * 24 + 9, 2 * 24 + 13);
    for build in builds(&load) {
        assert!((nine..few_pushes_later).contains(&hour_of_week(&build)), "{build:?}");
    }
    // The same from Wednesday, 8 o'clock, in a zone: an hour later.
    let instant: jiff::Timestamp = "2026-11-25T07:00:00Z".parse().unwrap();
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    load.start = Some(Start { instant: Timestamp::from_millis(instant.as_millisecond()), zone });
    assert_eq!(hour_of_week(&builds(&load)[0]), 1);
}

#[test]
fn a_longer_span_or_another_label_moves_no_build() {
    let month = BurstyLoad::default();
    let week = BurstyLoad { span: Millis::from_hours(7 * 24), ..month.clone() };
    let (month_builds, week_builds) = (builds(&month), builds(&week));
    assert_eq!(month_builds[..week_builds.len()], week_builds[..]);
    let mut slower = month.clone();
    slower.labels[0].median = Millis::from_mins(10);
    let times = |builds: &[Build]| builds.iter().map(|build| (build.submit, build.label)).collect::<Vec<_>>();
    assert_eq!(times(&builds(&slower)), times(&month_builds));
    let other = builds(&BurstyLoad { seed: 2, ..month });
    assert_ne!(other[0].submit, month_builds[0].submit);
}

#[test]
fn a_load_without_meaning_is_refused() {
    let refused = |change: fn(&mut BurstyLoad)| {
        let mut load = BurstyLoad::default();
        change(&mut load);
        load.generate().unwrap_err()
    };
    assert!(matches!(refused(|load| load.builds_per_push = 0.5), LoadError::Mean { least: 1, .. }));
    assert!(matches!(refused(|load| load.builds_per_week = f64::NAN), LoadError::Mean { least: 0, .. }));
    assert!(matches!(refused(|load| load.hours = [0.0; 24]), LoadError::Weights { what: "the hours" }));
    assert!(matches!(refused(|load| load.days[2] = -1.0), LoadError::Weights { what: "the days" }));
    assert!(matches!(refused(|load| load.labels.clear()), LoadError::Weights { .. }));
    assert!(matches!(refused(|load| load.labels[0].sigma = f64::INFINITY), LoadError::Durations));
    assert!(matches!(refused(|load| load.labels[0].median = Millis::ZERO), LoadError::Durations));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn builds_come_in_order_within_the_span(
        seed: u64,
        hours in 0_u64..400,
        per_week in 0.0_f64..5_000.0,
        pushes in 1.0_f64..20.0,
        batch in 1.0_f64..20.0,
    ) {
        let load = BurstyLoad {
            seed,
            span: Millis::from_hours(hours),
            builds_per_week: per_week,
            pushes_per_spell: pushes,
            builds_per_push: batch,
            ..BurstyLoad::default()
        };
        let first = builds(&load);
        prop_assert!(first.is_sorted_by_key(|build| build.submit));
        prop_assert!((0..).zip(&first).all(|(index, build)| build.index == index));
        prop_assert!(first.iter().all(|build| build.submit < Timestamp::EPOCH + load.span));
        prop_assert!(first.iter().all(|build| !build.duration.is_zero()));
        prop_assert_eq!(first, builds(&load));
    }
}
