//! A real CI history on a fixed pool, against exact results (`data/replay-goldens.csv` of the shared reference).

use crate::bench::{at, labels};
use footman_core::time::{Millis, Timestamp};
use footman_jenkins_sim::{BuildRequest, Jenkins, JobSpec, NodeSpec, Output, Settings};
use std::path::Path;

/// The waits in whole seconds, ascending.
fn replay(trace: &[(i64, u64)], executors: u16) -> Vec<u64> {
    let mut jenkins = Jenkins::new(Settings::instant(), at(0));
    let node =
        NodeSpec { name: "pool".into(), description: None, labels: labels(""), exclusive: false, executors };
    jenkins.create_node(at(0), node).expect("a new name");
    jenkins.agent_connect(at(0), &"pool".into()).expect("a new node");
    let job = jenkins.create_job(at(0), JobSpec::replay("trace", None)).expect("a new name");
    for (key, &(submit, duration)) in (0..).zip(trace) {
        let request = BuildRequest::new(key, Millis::from_secs(duration));
        jenkins.schedule(at(submit * 1_000), job, request).expect("a known job");
    }
    jenkins.handle_timeout(Timestamp::MAX);
    let mut waits = Vec::new();
    while let Some(output) = jenkins.poll_output() {
        if let Output::BuildStarted { key, at: start, .. } = output {
            let (submit, _) = trace[usize::try_from(key).expect("an index")];
            waits.push(start.since(at(submit * 1_000)).as_millis() / 1_000);
        }
    }
    waits.sort_unstable();
    waits
}

#[test]
#[expect(clippy::print_stderr, reason = "a person wants to know why it was skipped")]
fn a_fixed_pool_reproduces_the_exact_waits_of_a_real_history() {
    let data = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data"));
    let (Ok(goldens), Ok(trace)) = (
        std::fs::read_to_string(data.join("replay-goldens.csv")),
        std::fs::read_to_string(data.join("linkerd2-github-actions-2020.csv")),
    ) else {
        eprintln!("skipped: {} is not there", data.display());
        return;
    };
    let rows = trace.lines().skip(1).map(|row| {
        let mut fields = row.split(',');
        let mut field = || fields.next().expect("two fields at least");
        (field().parse().expect("submit_s"), field().parse().expect("duration_s"))
    });
    let trace: Vec<(i64, u64)> = rows.collect();
    for row in goldens.lines().skip(1).filter(|row| row.starts_with("linkerd2")) {
        let fields: Vec<&str> = row.split(',').collect();
        let waits = replay(&trace, fields[1].parse().expect("executors"));
        let count = waits.len();
        assert_eq!(count, trace.len(), "every build started once");
        let micros = waits.iter().sum::<u64>() * 1_000_000;
        let mean = (micros + count as u64 / 2) / count as u64;
        let rank = |percent: usize| waits[(count * percent).div_ceil(100) - 1];
        let got = [
            format!("{}.{:06}", mean / 1_000_000, mean % 1_000_000),
            rank(50).to_string(),
            rank(95).to_string(),
            rank(99).to_string(),
            waits[count - 1].to_string(),
        ];
        assert_eq!(got, fields[3..8], "{row}");
    }
}
