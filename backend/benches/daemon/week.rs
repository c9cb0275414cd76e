//! What memory a daemon has after each day of a simulated week, with everything that a real one has but its log.
//!
//! It polls each 15 s instead of each second, so that a week is over in minutes; it is told as much as changes all the same.

use crate::{
    Figure,
    parts::{configuration, process, services},
    servers::Servers,
};
use footman_backend::{
    driver::{Machine, Rhythm, Servers as Time, lockstep},
    status::Collector,
};
use footman_core::{Millis, Timestamp};
use serde_json::json;
use std::path::Path;

const POLL: Millis = Millis::from_secs(15);
/// Builds in a day, in bursts of 20.
const PER_DAY: u32 = 3_000;
const BURST: u32 = 20;
const DAY_S: u32 = 24 * 60 * 60;
/// Memory after the last day may be so many hundredths of that after the second: by then every table has its size.
const BAR: u64 = 110;
/// Where the resident pages stand in /proc/self/statm, of 4 KiB (Linux, `man 5 proc`).
const RESIDENT: usize = 2;
const PAGE_KIB: u64 = 4;

struct Clocked<'a>(&'a Servers);

impl Time for Clocked<'_> {
    async fn next(&self) -> (Timestamp, Option<Timestamp>) {
        let next = self.0.sim("GET", "next", String::new()).await;
        let at = |name: &str| next[name].as_i64().map(Timestamp::from_millis);
        (at("now").expect("they have a time"), at("next"))
    }

    async fn advance(&self, to: Timestamp) {
        self.0.sim("POST", "advance", json!({"to": to.as_millis()}).to_string()).await;
    }
}

pub(crate) fn measure(judged: bool) -> Figure {
    let (days, per_day) = if judged { (7, PER_DAY) } else { (2, BURST) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let kib = runtime.block_on(week(days, per_day));
    let days: Vec<String> = kib.iter().map(|kib| format!("{}", kib / 1024)).collect();
    let (second, last) = (kib[1], *kib.last().expect("there are days"));
    Figure {
        what: format!(
            "memory after each day of a simulated week of {per_day} builds a day: {} MiB",
            days.join(", ")
        ),
        bar: format!("{BAR} % of the second day's after the last"),
        met: last * 100 <= second * BAR,
    }
}

/// The resident memory after each day.
async fn week(days: u32, per_day: u32) -> Vec<u64> {
    let servers = Servers::start(true);
    let time = Clocked(&servers);
    let mut loaded = configuration();
    (loaded.policy.pace.poll, loaded.policy.pace.describe) = (POLL, POLL);
    let services = services(&servers, &loaded);
    let (begun, _) = time.next().await;
    let mut machine = Machine::new(loaded.policy, Rhythm::Adaptive, begun);
    let (mut report, _board) = Collector::new(begun, &machine);
    let mut kib = Vec::new();
    for day in 1..=days {
        let bursts = per_day / BURST;
        let builds = (0..per_day).map(|n| (f64::from(n / BURST * (DAY_S / bursts)) + 1.0, 60 + n * 37 % 300));
        servers.play(builds).await;
        let end = begun + Millis::from_secs(u64::from(day) * u64::from(DAY_S));
        lockstep(&mut machine, &services, &time, &mut report, async |now, _| now >= end).await;
        kib.push(process(Path::new("/proc/self/statm"), RESIDENT) * PAGE_KIB);
    }
    kib
}
