//! What a poll of the simulated Jenkins costs: `/queue/api/json` with a narrow tree over 10,000 items and 2,000 nodes.
//!
//! `-- table` prints each figure with its bar: 20 polls a second from state that changes, 20 ms each; 100 polls a second
//! where nothing changes, 10 ms each; memory that does not grow. A real Jenkins takes 40 ms for 500 items.

use bytes::Bytes;
use comfy_table::Table;
use footman_benches::cpu_time::thread_time;
use footman_core::{
    Millis, Timestamp,
    id::{NodeName, QueueItemId},
    label::LabelSet,
};
use footman_jenkins_sim::{
    BuildRequest, Jenkins, JobId, JobSpec, NodeSpec, Settings,
    http::{Face, FaceSettings},
};
use http::Request;
use std::{hint::black_box, time::Duration};

const ITEMS: u64 = 10_000;
const NODES: u32 = 2_000;
const LABELS: u32 = 200;
/// What a provisioner asks for.
const QUEUE: &str = "/queue/api/json?tree=items[id,why,stuck,blocked,buildable,pending,inQueueSince,\
                     buildableStartMilliseconds,task[_class,name,url,labelExpression]]";
const COMPUTERS: &str = "/computer/api/json?tree=computer[displayName,idle,offline,temporarilyOffline,offlineCauseReason,\
                         numExecutors,assignedLabels[name],executors[idle,currentExecutable[url,queueId]]]";
/// How much changes between two polls: 10,000 builds an hour come and go in 20 polls a second many times over.
const CHANGES: u64 = 50;
const POLLS: u32 = 200;
const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);

/// A controller with a full queue: half of the nodes are busy with other labels, the rest are offline.
struct Loaded {
    jenkins: Jenkins,
    face: Face,
    jobs: Vec<JobId>,
    now: Timestamp,
    next: u64,
    /// The oldest item that was not cancelled.
    oldest: u64,
}

impl Loaded {
    fn new() -> Self {
        let mut jenkins = Jenkins::new(Settings::default(), START);
        let mut face = Face::new(FaceSettings::new("http://127.0.0.1:8080/", 1));
        for node in 0..NODES {
            let labels = LabelSet::new([format!("t{}", node % LABELS), "linux".to_owned()]);
            let name = NodeName::new(format!("agent-{node}"));
            let spec = NodeSpec { name, description: None, labels, exclusive: true, executors: 1 };
            jenkins.create_node(START, spec).expect("the name is new");
        }
        let jobs = (0..LABELS).map(|label| {
            let spec = JobSpec::replay(format!("job-{label}"), Some(format!("t{label} && linux").into()));
            face.create_workload_job(&mut jenkins, START, spec).expect("the name is new")
        });
        let jobs = jobs.collect();
        let mut loaded = Self { jenkins, face, jobs, now: START, next: 0, oldest: 1 };
        for _ in 0..ITEMS {
            loaded.enqueue();
        }
        loaded.pass();
        loaded
    }

    fn enqueue(&mut self) {
        let job = self.jobs[usize::try_from(self.next).expect("it is small") % self.jobs.len()];
        let build = BuildRequest::new(self.next, Millis::from_secs(60));
        self.jenkins.schedule(self.now, job, build).expect("the job takes builds");
        self.next += 1;
    }

    /// Some items come and as many go.
    fn change(&mut self) {
        for _ in 0..CHANGES {
            self.jenkins.cancel(self.now, QueueItemId(self.oldest)).expect("it waits");
            self.oldest += 1;
            self.enqueue();
        }
        self.pass();
    }

    /// Lets 50 ms pass: 20 polls a second.
    fn pass(&mut self) {
        self.now = self.now + Millis::new(50);
        self.jenkins.handle_timeout(self.now);
        while let Some(output) = self.jenkins.poll_output() {
            self.face.heed(&self.jenkins, &output);
        }
    }

    fn poll(&mut self, path: &str) -> usize {
        let request = Request::get(path).body(Bytes::new()).expect("the path is fixed");
        let answer = self.face.answer(&mut self.jenkins, self.now, &request).expect("Jenkins answers");
        assert!(answer.status().is_success());
        black_box(answer.body().len())
    }
}

/// The memory of this process, in MiB, where the system tells.
fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? / 1024)
}

/// The middle and the longest of the times that polls take.
fn polls(loaded: &mut Loaded, count: u32, path: &str, changes: bool) -> (Duration, Duration) {
    let mut times = Vec::new();
    for _ in 0..count {
        if changes {
            loaded.change();
        }
        let before = thread_time();
        loaded.poll(path);
        times.push(thread_time().saturating_sub(before));
    }
    times.sort_unstable();
    (times[times.len() / 2], times.last().copied().unwrap_or_default())
}

#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
fn main() {
    // `cargo test --benches` runs each once, to see that it runs.
    let count =
        if std::env::args().any(|argument| argument == "table" || argument == "--bench") { POLLS } else { 1 };
    let mut loaded = Loaded::new();
    let bytes = loaded.poll(QUEUE);
    let mut table = Table::new();
    table.set_header(["what", "bytes", "median", "longest", "bar", ""]);
    let mut row = |what: &str, bytes: usize, (median, longest): (Duration, Duration), bar: Duration| {
        let ms = |time: Duration| format!("{:.1} ms", time.as_secs_f64() * 1e3);
        let met = if median <= bar { "met" } else { "missed" };
        table.add_row([what, &bytes.to_string(), &ms(median), &ms(longest), &ms(bar), met]);
    };
    let before = memory();
    row(
        "queue, 100 changes between polls",
        bytes,
        polls(&mut loaded, count, QUEUE, true),
        Duration::from_millis(20),
    );
    row("queue, nothing changes", bytes, polls(&mut loaded, count, QUEUE, false), Duration::from_millis(10));
    let bytes = loaded.poll(COMPUTERS);
    row(
        "computers, nothing changes",
        bytes,
        polls(&mut loaded, count, COMPUTERS, false),
        Duration::from_millis(20),
    );
    println!(
        "{ITEMS} items, {NODES} nodes, {count} polls each, by the processor time of the thread\n{table}"
    );
    let after = memory();
    if let (Some(before), Some(after)) = (before, after) {
        println!("memory: {before} MiB before, {after} MiB after");
    }
}
