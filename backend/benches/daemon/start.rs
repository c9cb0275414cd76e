//! From a build that comes to `RunTask` accepted, on the wall's clock, with a poll a second and arrivals below ECS' bucket.

use crate::{
    Figure,
    parts::{configuration, services},
    servers::Servers,
};
use footman_backend::driver::{Limits, Machine, Report, Rhythm, WallClock, run};
use footman_core::{Action, decision::Decision, event::Outcome};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// The bar of design section 7, of the 99th percentile.
const BAR_MS: u128 = 1_200;
/// Builds come as often: half of what ECS gives with a one-shot agent's two calls.
const PER_SECOND: u32 = 10;

/// When `RunTask` was accepted.
#[derive(Default)]
struct Launches(Vec<Instant>);

impl Report for Launches {
    fn decided(&mut self, _: &Decision) {}

    fn acted(&mut self, _: &Action, outcome: &Outcome, _: Duration) {
        if let Outcome::Launched { .. } = outcome {
            self.0.push(Instant::now());
        }
    }
}

pub(crate) fn measure(judged: bool) -> Figure {
    let builds = if judged { 600 } else { 10 };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let (played, launches) = runtime.expect("a runtime").block_on(measured(builds));
    // Each build has an agent of its own, and the oldest is served first.
    let waits = (0..builds).zip(&launches).map(|(n, launch)| {
        let came = played + Duration::from_secs(3) + Duration::from_secs(1) * n / PER_SECOND;
        launch.saturating_duration_since(came).as_millis()
    });
    let mut waits: Vec<u128> = waits.collect();
    waits.sort_unstable();
    let at = |percent: usize| waits[(waits.len() * percent).div_ceil(100).max(1) - 1];
    let (median, p99, most) = (at(50), at(99), at(100));
    Figure {
        what: format!(
            "from a build that comes to RunTask accepted: {median} ms in the median, {p99} ms at p99, {most} ms at most, of \
             {builds} builds at {PER_SECOND} a second"
        ),
        bar: format!("{BAR_MS} ms at p99"),
        met: p99 <= BAR_MS,
    }
}

/// When the builds were put to Jenkins, three seconds before the first comes, and when each agent was launched.
async fn measured(builds: u32) -> (Instant, Vec<Instant>) {
    let servers = Servers::start(false);
    let loaded = configuration();
    let services = Arc::new(services(&servers, &loaded));
    let clock = WallClock::start();
    let mut machine = Machine::new(loaded.policy, Rhythm::Adaptive, clock.now());
    let mut launches = Launches::default();
    let every = 1.0 / f64::from(PER_SECOND);
    servers.play((0..builds).map(|n| (3.0 + f64::from(n) * every, 20))).await;
    let played = Instant::now();
    let lasts = Duration::from_secs(6) + Duration::from_secs(1) * builds / PER_SECOND;
    let end = tokio::time::sleep(lasts);
    let drain = std::future::pending();
    run(&mut machine, services, clock, Limits::default(), &mut launches, drain, end).await;
    assert_eq!(launches.0.len(), usize::try_from(builds).expect("few"), "each build has an agent");
    (played, launches.0)
}
