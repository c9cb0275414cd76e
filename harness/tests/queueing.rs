//! The formulas against values known from elsewhere: Erlang's tables, textbooks, and the recorded ground truth.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop a test by panicking")]
#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

use footman::{
    queueing::{
        DeterministicService, FiniteRoom, QueueingError, ScheduledArrivals, Servers, Unlimited,
        allen_cunneen, erlang_b, executors_for_wait, kingman, pollaczek_khinchine, wait_with_setup,
    },
    statistics::Percentile,
};
use proptest::prelude::*;

/// Whether two figures agree to a millionth of the larger, or to the last of six decimals.
fn agree(found: f64, want: f64) -> bool {
    (found - want).abs() <= 1e-6 * want.abs().max(0.5)
}

#[test]
fn the_formulas_give_the_values_of_textbooks() {
    let md = |servers, arrivals| DeterministicService::new(servers, arrivals, 1.0).unwrap();
    let mm = |servers, arrivals| Servers::new(servers, arrivals, 1.0).unwrap();
    let table = [
        // Erlang's own tables, to the digits that follow from the defining sums.
        ("B, 1 line, 1 erlang", erlang_b(1, 1.0), 0.5),
        ("B, 2 lines, 1 erlang", erlang_b(2, 1.0), 0.2),
        ("B, 3 lines, 2 erlang", erlang_b(3, 2.0), 4.0 / 19.0),
        ("C, 2 servers, 1 erlang", mm(2, 1.0).wait_probability(), 1.0 / 3.0),
        ("M/M/1 half loaded: wait", mm(1, 0.5).mean_wait(), 1.0),
        ("M/M/1 half loaded: beyond 2", mm(1, 0.5).waits_longer_than(2.0), 0.5 * (-1.0_f64).exp()),
        ("M/M/1 half loaded: utilisation", mm(1, 0.5).utilisation(), 0.5),
        // 2 servers at 3/4: C = 9/14, Wq = C / (2 - 1.5).
        ("M/M/2 at 3/4: wait", mm(2, 1.5).mean_wait(), 9.0 / 7.0),
        ("M/D/1 half loaded: wait", md(1, 0.5).mean_wait(), 0.5),
        ("M/D/1 half loaded: waits", md(1, 0.5).wait_probability(), 0.5),
        ("M/G/1 is M/D/1", pollaczek_khinchine(0.8, 1.0, 0.0).unwrap(), md(1, 0.8).mean_wait()),
        ("M/G/1 is M/M/1", pollaczek_khinchine(0.8, 1.0, 1.0).unwrap(), mm(1, 0.8).mean_wait()),
        // An even load over M/M/1/2: three states alike.
        ("M/M/1/2 at 1: turned away", FiniteRoom::new(1, 2, 1.0, 1.0).unwrap().blocked(), 1.0 / 3.0),
        ("M/M/1/2 at 1: wait", FiniteRoom::new(1, 2, 1.0, 1.0).unwrap().mean_wait_of_accepted(), 0.5),
        ("no room to wait is B", FiniteRoom::new(7, 7, 5.0, 1.0).unwrap().blocked(), erlang_b(7, 5.0)),
        ("setup of half a service", wait_with_setup(0.8, 1.0, 2.0).unwrap(), 4.5),
        ("M/G/inf", Unlimited::new(3.0, 0.5).unwrap().mean(), 6.0),
    ];
    for (name, found, want) in table {
        assert!((found - want).abs() <= 1e-12 * want.abs().max(1.0), "{name}: {found} for {want}");
    }
    // The root of x = exp(-2 (1 - x)) below 1 is -W(-2 e^-2) / 2.
    let clock = ScheduledArrivals::new(0.5, 1.0).unwrap();
    assert!(agree(clock.wait_probability(), 0.203_188), "{clock:?}");
}

#[test]
fn a_queue_that_never_settles_has_no_figures() {
    let overloaded = Servers::new(3, 3.0, 1.0).unwrap_err();
    assert_eq!(overloaded, QueueingError::Overloaded { load: 3.0, servers: 3 });
    assert!(DeterministicService::new(3, 3.5, 1.0).is_err());
    assert!(ScheduledArrivals::new(1.0, 1.0).is_err());
    assert!(kingman(2.0, 1.0, 1.0, 1.0).is_err());
    for (arrivals, service) in [(0.0, 1.0), (-1.0, 1.0), (f64::NAN, 1.0), (1.0, 0.0), (f64::INFINITY, 1.0)] {
        assert_eq!(Servers::new(3, arrivals, service).unwrap_err(), QueueingError::Meaningless);
        assert_eq!(Unlimited::new(arrivals, service).unwrap_err(), QueueingError::Meaningless);
    }
    assert!(FiniteRoom::new(3, 2, 1.0, 1.0).is_err());
    assert!(executors_for_wait(1e9, 1.0, Percentile::P95, 0.0).is_err());
}

#[test]
fn ten_thousand_executors_are_no_trouble() {
    let (servers, arrivals) = (10_000, 9_950.0);
    let exponential = Servers::new(servers, arrivals, 1.0).unwrap();
    let constant = DeterministicService::new(servers, arrivals, 1.0).unwrap();
    let waits = exponential.wait_probability();
    // Halfin and Whitt (1981): with a slack of b root(load), the share tends to 1 / (1 + b N(b) / n(b)).
    let b = (10_000.0 - 9_950.0) / 9_950.0_f64.sqrt();
    let normal = statrs::function::erf::erfc(-b / 2.0_f64.sqrt()) / 2.0;
    let density = (-b * b / 2.0).exp() / std::f64::consts::TAU.sqrt();
    let limit = 1.0 / (1.0 + b * normal / density);
    assert!((waits - limit).abs() < 0.01, "{waits} near {limit}");
    assert!(constant.mean_wait() > 0.0 && constant.mean_wait() < exponential.mean_wait());
    assert!(constant.wait_probability() < waits);
    let full = FiniteRoom::new(servers, 1_000_000, 20_000.0, 1.0).unwrap();
    assert!(agree(full.blocked(), 0.5), "{full:?}");
    let needed = executors_for_wait(arrivals, 1.0, Percentile::P95, 0.0).unwrap();
    assert!(needed.wait_probability() <= 0.05 && needed.count() > 9_950, "{needed:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_varies_less_waits_less(servers in 1_u32..200, utilisation in 0.05_f64..0.98) {
        let arrivals = f64::from(servers) * utilisation;
        let exponential = Servers::new(servers, arrivals, 1.0).unwrap();
        let constant = DeterministicService::new(servers, arrivals, 1.0).unwrap();
        prop_assert!(constant.mean_wait() <= exponential.mean_wait() + 1e-9);
        // Constant service halves the wait at one executor, and not more than halves it at several.
        prop_assert!(constant.mean_wait() >= exponential.mean_wait() / 2.0 - 1e-9);
        prop_assert!(exponential.wait_at(Percentile::P50) <= exponential.wait_at(Percentile::P95));
        prop_assert!((0.0..=1.0).contains(&exponential.wait_probability()));
        let same = allen_cunneen(servers, arrivals, 1.0, 1.0, 1.0).unwrap();
        prop_assert!(agree(same, exponential.mean_wait()));
    }

    #[test]
    fn the_least_executors_are_the_least(load in 0.1_f64..300.0, wait in 0.0_f64..2.0) {
        let found = executors_for_wait(load, 1.0, Percentile::P95, wait).unwrap();
        prop_assert!(found.wait_at(Percentile::P95) <= wait);
        if let Some(fewer) = found.count().checked_sub(1).and_then(|n| Servers::new(n, load, 1.0).ok()) {
            prop_assert!(fewer.wait_at(Percentile::P95) > wait);
        }
    }

    #[test]
    fn priority_moves_waits_and_makes_none(servers in 1_u32..50, utilisation in 0.1_f64..0.95, share in 0.01_f64..0.99) {
        let arrivals = f64::from(servers) * utilisation;
        let queue = Servers::new(servers, arrivals, 2.0).unwrap();
        let (first, others) = queue.mean_waits_with_priority(arrivals * share).unwrap();
        prop_assert!(first <= queue.mean_wait() && queue.mean_wait() <= others);
        prop_assert!(agree(share * first + (1.0 - share) * others, queue.mean_wait()));
        prop_assert!(queue.mean_waits_with_priority(arrivals * 1.01).is_err());
    }
}

/// One row of the recorded ground truth.
struct Row<'a> {
    model: &'a str,
    servers: u32,
    arrivals: f64,
    service: f64,
    room: &'a str,
    metric: &'a str,
    want: f64,
}

#[test]
fn the_recorded_ground_truth_is_met_to_a_millionth() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/queueing-ground-truth.csv");
    let Ok(text) = std::fs::read_to_string(path) else {
        eprintln!("skipped: {path} is not here");
        return;
    };
    let mut rows = 0;
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [model, servers, arrivals, service, room, metric, want] = fields[..] else { panic!("{line}") };
        let row = Row {
            model,
            servers: servers.parse().unwrap_or(u32::MAX),
            arrivals: arrivals.parse().unwrap(),
            service: service.parse().unwrap(),
            room,
            metric,
            want: want.parse().unwrap(),
        };
        let found = figure(&row);
        if model.contains("approx") {
            assert!((found / row.want - 1.0).abs() < 0.15, "{line}: {found}");
        } else {
            // The last digit of the record is half a millionth.
            assert!((found - row.want).abs() <= 0.6e-6 + 1e-6 * row.want, "{line}: {found}");
        }
        rows += 1;
    }
    assert!(rows >= 40, "only {rows} rows");
}

fn figure(row: &Row<'_>) -> f64 {
    let Row { servers, arrivals, service, .. } = *row;
    // e^(sigma squared) - 1 for log-normal service of sigma 0.8.
    let log_normal_scv = 0.64_f64.exp() - 1.0;
    let queue = || Servers::new(servers, arrivals, service).unwrap();
    let constant = || DeterministicService::new(servers, arrivals, service).unwrap();
    match (row.model.split(' ').next().unwrap(), row.metric) {
        ("M/G/c/c", "P_block") => erlang_b(servers, arrivals / service),
        ("M/M/c", "P_wait") => queue().wait_probability(),
        ("M/M/c", "Wq_mean") => queue().mean_wait(),
        ("M/M/c", "Wq_p95") => queue().wait_at(Percentile::P95),
        ("M/M/c", "Wq_p99") => queue().wait_at(Percentile::P99),
        ("M/M/c", "Wq_high") => queue().mean_waits_with_priority(3.0).unwrap().0,
        ("M/M/c", "Wq_low") => queue().mean_waits_with_priority(3.0).unwrap().1,
        ("M/M/c", "P_wait_lt_0.5min") => 1.0 - queue().waits_longer_than(0.5),
        ("M/M/c", "min_c_for_p95_wait_le_60s") => {
            f64::from(executors_for_wait(arrivals, service, Percentile::P95, 60.0).unwrap().count())
        }
        ("M/M/c/K", metric) => {
            let room = FiniteRoom::new(servers, row.room.parse().unwrap(), arrivals, service).unwrap();
            if metric == "P_block" { room.blocked() } else { room.mean_wait_of_accepted() }
        }
        ("M/D/1" | "M/D/c", "Wq_mean") => constant().mean_wait(),
        ("M/D/c", "P_wait") => constant().wait_probability(),
        ("M/E2/1", "Wq_mean") => pollaczek_khinchine(arrivals, service, 0.5).unwrap(),
        ("D/M/1", "Wq_mean") => ScheduledArrivals::new(arrivals, service).unwrap().mean_wait(),
        ("Allen-Cunneen", _) => allen_cunneen(servers, arrivals, service, 1.0, log_normal_scv).unwrap(),
        ("Kingman", _) => kingman(arrivals, service, 4.0, 1.0).unwrap(),
        ("M/G/inf", "L_mean") => Unlimited::new(arrivals, service).unwrap().mean(),
        ("M/G/inf", "L_p95") => {
            let running = Unlimited::new(arrivals, service).unwrap().at(Percentile::P95);
            f64::from(u32::try_from(running).unwrap())
        }
        unknown => panic!("no formula for {unknown:?}"),
    }
}
