//! How fast a run was and what it cost in calls, in the table of `footman load` and held against the budget of the design.

use footman::{
    load::{AgentsReport, BucketReport, Latency, LoadReport, SCHEMA, WallReport, render_measured},
    record::Record,
    simulation::CallReport,
    statistics::LatencyHistogram,
};
use footman_backend::driver::{Machine, Report};
use footman_core::{
    Action, Timestamp,
    decision::Decision,
    event::{ItemLabel, JenkinsListing, Outcome},
    id::{QueueItemId, TemplateId},
    name::AgentName,
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};

/// Watches a run as the daemon sees it. As agents are not made for one build each by name, the k-th `RunTask` accepted for a
/// template is held against the k-th item of its label, and so is the k-th agent online.
#[derive(Debug)]
pub(crate) struct Watch {
    /// The label of each template, by which builds ask for it.
    labels: Vec<&'static str>,
    now: Timestamp,
    first: Option<Timestamp>,
    last: Timestamp,
    /// Items that were seen, and those of each template that no task and no agent stands for.
    seen: BTreeSet<QueueItemId>,
    without_task: Vec<VecDeque<Timestamp>>,
    without_agent: Vec<VecDeque<Timestamp>>,
    /// Agents that are not online.
    starting: BTreeMap<String, TemplateId>,
    to_run_task: LatencyHistogram,
    to_online: LatencyHistogram,
    accepted: u64,
    online: u64,
    /// `RunTask`s accepted in each second.
    seconds: BTreeMap<i64, u64>,
}

impl Watch {
    /// One for templates whose builds ask for these labels.
    pub(crate) fn new(labels: &[&'static str], now: Timestamp) -> Self {
        let lines = || labels.iter().map(|_| VecDeque::new()).collect();
        Self {
            labels: labels.to_vec(),
            now,
            first: None,
            last: now,
            seen: BTreeSet::new(),
            without_task: lines(),
            without_agent: lines(),
            starting: BTreeMap::new(),
            to_run_task: LatencyHistogram::new(),
            to_online: LatencyHistogram::new(),
            accepted: 0,
            online: 0,
            seconds: BTreeMap::new(),
        }
    }

    fn items(&mut self, listing: &JenkinsListing) {
        for item in &listing.items {
            let ItemLabel::Expression(label) = &item.label else { continue };
            let Some(line) = self.labels.iter().position(|known| **known == **label) else { continue };
            if self.seen.insert(item.id) {
                self.without_task[line].push_back(item.in_queue_since);
                self.without_agent[line].push_back(item.in_queue_since);
                self.first.get_or_insert(item.in_queue_since);
            }
        }
    }

    fn agents(&mut self, listing: &JenkinsListing) {
        for node in listing.nodes.iter().filter(|node| node.online) {
            let Some(template) = self.starting.remove(node.name.as_str()) else { continue };
            self.online += 1;
            if let Some(since) = self.without_agent[template.index()].pop_front() {
                self.to_online.record(self.now.since(since).as_millis());
            }
        }
    }

    fn launched(&mut self, agent: &AgentName, template: TemplateId) {
        self.accepted += 1;
        self.last = self.now;
        *self.seconds.entry(self.now.as_millis() / 1000).or_default() += 1;
        self.starting.insert(agent.as_str().to_owned(), template);
        if let Some(since) = self.without_task[template.index()].pop_front() {
            self.to_run_task.record(self.now.since(since).as_millis());
        }
    }

    /// The table, from what `/_sim/counts` and `/_sim/workload` say at the end.
    pub(crate) fn table(&self, arrivals: &str, counts: &Value, workload: &Value) -> String {
        let number = |value: &Value| value.as_u64().unwrap();
        let calls: Vec<CallReport> = footman_ecs_sim::api::Operation::ALL
            .into_iter()
            .filter_map(|operation| {
                let count = &counts["calls"].get(operation.name())?;
                let (calls, throttled) = (number(&count["calls"]), number(&count["throttled"]));
                Some(CallReport { operation: operation.name(), calls, throttled })
            })
            .collect();
        let ours = || calls.iter().filter(|call| matches!(call.operation, "RunTask" | "StopTask"));
        let throttled: u64 = ours().map(|call| call.throttled).sum();
        let all: u64 = ours().map(|call| call.calls).sum();
        let builds = &counts["jenkins"]["builds"];
        let lasted = self.last.since(self.first.unwrap_or(self.last)).as_millis();
        let report = LoadReport {
            schema: SCHEMA,
            seed: 0,
            arrivals: arrivals.to_owned(),
            ending: "done",
            builds: number(&workload["workload"]["builds"]),
            arrived: number(&workload["workload"]["submitted"]),
            started: number(&workload["workload"]["builds"]),
            failed: number(&builds["lost"]),
            agents: AgentsReport {
                accepted: self.accepted,
                online: self.online,
                per_s: ratio(self.accepted * 1000, lasted),
                sustained_per_s: None,
            },
            run_task_s: Latency::of(&self.to_run_task),
            online_s: Latency::of(&self.to_online),
            build_s: serde_json::from_value(workload["waitsS"].clone()).unwrap(),
            bucket: BucketReport { burst: 0, per_second: 0, calls_per_s: None, share: None },
            throttled_share: ratio(throttled, all),
            calls,
            knee: None,
            windows: Vec::new(),
            wall: WallReport { core_launches_per_s: 0.0, model_builds_per_s: 0.0 },
            record: Record::new(0, Vec::new(), &[]).unwrap(),
        };
        let most = self.seconds.values().max().copied().unwrap_or_default();
        format!(
            "{}\nburst        {most} agents accepted in the second with the most",
            render_measured(&report)
        )
    }
}

/// A ratio, and 0 of nothing.
pub(crate) fn ratio(part: u64, whole: u64) -> f64 {
    let float = |count: u64| f64::from(u32::try_from(count).unwrap());
    if whole == 0 { 0.0 } else { float(part) / float(whole) }
}

impl Report for Watch {
    fn decided(&mut self, decision: &Decision) {
        self.now = decision.at;
    }

    fn acted(&mut self, action: &Action, outcome: &Outcome, _: Duration) {
        if let (Action::Launch { agent, spec, .. }, Outcome::Launched { .. }) = (action, outcome) {
            self.launched(agent, spec.template);
        }
    }

    fn polled(&mut self, now: Timestamp, listing: Option<&JenkinsListing>, _: Duration) {
        self.now = now;
        if let Some(listing) = listing {
            self.items(listing);
            self.agents(listing);
        }
    }

    fn turned(&mut self, now: Timestamp, _: &Machine) {
        self.now = now;
    }
}
