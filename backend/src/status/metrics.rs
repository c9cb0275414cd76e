//! What `/metrics` shows: counters that count as things happen, and gauges that are set from a snapshot.
//!
//! The recorder is the daemon's own: nothing here is global, and a second daemon in one process has numbers of its own. Every
//! family stands in [`FAMILIES`], from which its help, its zeros and the table in `docs/footmand.md` follow. Values of labels
//! are words of [`super::words`]: there are no more series than that table says, whatever happens.

use super::{
    snapshot::{Sight, Snapshot, State},
    words,
};
use crate::ecs::calls::{Calls, OPERATIONS, RESULTS};
use footman_core::{
    Action, Millis,
    decision::{Phase, What},
    event::{JenkinsListing, Outcome, TaskListing},
};
use metrics::{Key, KeyName, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{
    BuildError, Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder,
};
use std::time::Duration;

/// What a recorder may be told of the origin of a number; ours makes nothing of it.
const METADATA: Metadata<'_> = Metadata::new("footmand", Level::INFO, None);

/// Buckets of what takes as long as a request.
const REQUEST_BUCKETS: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
/// Buckets of what takes as long as a task's start, or a build.
const PHASE_BUCKETS: &[f64] =
    &[0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0, 3_600.0, 14_400.0];

/// What came of a poll or of a look.
const SEEN: &[&str] = &["complete", "partial", "failed"];

/// What kind of numbers a family has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// It only grows.
    Counter,
    /// It is so at the moment.
    Gauge,
    /// It is counted in buckets with these upper bounds.
    Histogram(&'static [f64]),
}

/// Numbers of one name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Family {
    /// The name.
    pub name: &'static str,
    /// The kind.
    pub kind: Kind,
    /// What it says.
    pub help: &'static str,
    /// Its labels, with every value that each can have.
    pub labels: &'static [(&'static str, &'static [&'static str])],
}

const fn family(
    name: &'static str,
    kind: Kind,
    labels: &'static [(&'static str, &'static [&'static str])],
    help: &'static str,
) -> Family {
    Family { name, kind, help, labels }
}

/// Every family.
#[rustfmt::skip]
pub const FAMILIES: &[Family] = &[
    family("footman_ready", Kind::Gauge, &[], "1 where the first complete listings are in, decisions are made and nothing drains"),
    family("footman_decisions_total", Kind::Counter, &[("decision", words::DECISIONS)], "Entries of the decision log"),
    family("footman_refusals_total", Kind::Counter, &[("reason", words::REASONS)], "Decisions that items of a label get no agent"),
    family("footman_retirements_total", Kind::Counter, &[("cause", words::CAUSES)], "Agents taken out of service"),
    family("footman_alarms_total", Kind::Counter, &[("alarm", words::ALARMS)], "What somebody should look at"),
    family("footman_actions_total", Kind::Counter, &[("action", words::ACTIONS), ("outcome", words::OUTCOMES)], "Actions that ended"),
    family("footman_action_duration_seconds", Kind::Histogram(REQUEST_BUCKETS), &[("action", words::ACTIONS)], "How long actions took"),
    family("footman_actions_in_flight", Kind::Gauge, &[], "Actions that were begun and did not end"),
    family("footman_ecs_calls_total", Kind::Counter, &[("operation", OPERATIONS), ("result", RESULTS)], "Calls of ECS, those that are no action's too"),
    family("footman_poll_duration_seconds", Kind::Histogram(REQUEST_BUCKETS), &[("result", SEEN)], "How long polls of Jenkins took"),
    family("footman_look_duration_seconds", Kind::Histogram(REQUEST_BUCKETS), &[("result", SEEN)], "How long looks at ECS took"),
    family("footman_poll_complete_timestamp_seconds", Kind::Gauge, &[], "When Jenkins was last polled completely; 0 where it never was"),
    family("footman_look_complete_timestamp_seconds", Kind::Gauge, &[], "When ECS was last looked at completely; 0 where it never was"),
    family("footman_agents", Kind::Gauge, &[("phase", words::PHASES)], "Agents"),
    family("footman_agent_phase_duration_seconds", Kind::Histogram(PHASE_BUCKETS), &[("phase", words::PHASES)], "How long agents were in a phase that they left"),
    family("footman_queue_items", Kind::Gauge, &[("state", words::ITEM_STATES)], "Items of Jenkins' queue"),
    family("footman_queue_oldest_buildable_seconds", Kind::Gauge, &[], "How long the item waits that waits for an executor the longest"),
    family("footman_queue_unknown_labels", Kind::Gauge, &[], "Items whose label could not be read"),
    family("footman_queue_refused_items", Kind::Gauge, &[("reason", words::REASONS)], "Items that get no agent"),
    family("footman_templates_refused", Kind::Gauge, &[("reason", words::REASONS)], "Templates from which nothing may be launched"),
];

/// The daemon's numbers.
#[derive(Debug)]
pub struct Metrics {
    recorder: PrometheusRecorder,
}

impl Metrics {
    /// Every number is zero.
    pub fn new() -> Self {
        let recorder = builder().expect("every histogram has buckets").build_recorder();
        for family in FAMILIES {
            let (name, help) = (KeyName::from_const_str(family.name), family.help.into());
            match family.kind {
                Kind::Counter => recorder.describe_counter(name, None, help),
                Kind::Gauge => recorder.describe_gauge(name, None, help),
                Kind::Histogram(_) => recorder.describe_histogram(name, None, help),
            }
            for key in keys(family) {
                match family.kind {
                    Kind::Counter => recorder.register_counter(&key, &METADATA).absolute(0),
                    Kind::Gauge => recorder.register_gauge(&key, &METADATA).set(0),
                    Kind::Histogram(_) => drop(recorder.register_histogram(&key, &METADATA)),
                }
            }
        }
        Self { recorder }
    }

    /// What renders the numbers.
    pub fn handle(&self) -> PrometheusHandle {
        self.recorder.handle()
    }

    /// Something was decided.
    pub(super) fn decided(&self, what: &What) {
        self.count("footman_decisions_total", &[("decision", words::decision(what))]);
        match what {
            What::Refused { reason, .. } => {
                self.count("footman_refusals_total", &[("reason", words::reason(reason))]);
            }
            What::Retire { cause, .. } => {
                self.count("footman_retirements_total", &[("cause", words::cause(cause))]);
            }
            What::Alarm(alarm) => self.count("footman_alarms_total", &[("alarm", words::alarm(alarm))]),
            What::Launch { .. }
            | What::Provided { .. }
            | What::WarmRefused { .. }
            | What::WarmProvided { .. }
            | What::Phase { .. }
            | What::Stop { .. }
            | What::Delete { .. }
            | What::Breaker { .. } => {}
        }
    }

    /// An agent left a phase.
    pub(super) fn left(&self, phase: Phase, after: Millis) {
        let after = Duration::from_millis(after.as_millis());
        self.observe("footman_agent_phase_duration_seconds", &[("phase", words::phase(phase))], after);
    }

    /// An action ended.
    pub(super) fn acted(&self, action: &Action, outcome: &Outcome, took: Duration) {
        let action = ("action", words::action(action));
        self.count("footman_actions_total", &[action, ("outcome", words::outcome(outcome))]);
        self.observe("footman_action_duration_seconds", &[action], took);
    }

    /// A poll of Jenkins ended.
    pub(super) fn polled(&self, listing: Option<&JenkinsListing>, took: Duration) {
        let result = match listing {
            Some(listing) if listing.complete => "complete",
            Some(_) => "partial",
            None => "failed",
        };
        self.observe("footman_poll_duration_seconds", &[("result", result)], took);
    }

    /// A look at ECS ended. One that saw nothing and is not complete failed.
    pub(super) fn looked(&self, listing: &TaskListing, took: Duration) {
        let result = match listing {
            TaskListing { complete: true, .. } => "complete",
            TaskListing { complete: false, tasks } if tasks.is_empty() => "failed",
            TaskListing { complete: false, .. } => "partial",
        };
        self.observe("footman_look_duration_seconds", &[("result", result)], took);
    }

    /// Sets the gauges, and sorts what histograms were told into their buckets, so that it does not heap up where nobody asks
    /// for the numbers.
    pub(super) fn stand(&self, snapshot: &Snapshot) {
        self.set("footman_ready", &[], u64::from(snapshot.state == State::Ready));
        self.set("footman_actions_in_flight", &[], count(snapshot.actions_in_flight));
        let seconds = |sight: Sight| sight.last_complete_ms.map_or(0, |at| at.max(0).unsigned_abs() / 1_000);
        self.set("footman_poll_complete_timestamp_seconds", &[], seconds(snapshot.jenkins));
        self.set("footman_look_complete_timestamp_seconds", &[], seconds(snapshot.ecs));
        for &phase in words::PHASES {
            let agents = snapshot.agents.iter().filter(|agent| agent.phase == phase).count();
            self.set("footman_agents", &[("phase", phase)], count(agents));
        }
        for &state in words::ITEM_STATES {
            let items = snapshot.items.iter().filter(|item| item.state == state).count();
            self.set("footman_queue_items", &[("state", state)], count(items));
        }
        for &reason in words::REASONS {
            let refused = snapshot.groups.iter().filter_map(|group| group.refused.as_ref());
            let items = refused.filter(|it| it.why.reason == reason).map(|it| u64::from(it.count)).sum();
            self.set("footman_queue_refused_items", &[("reason", reason)], items);
            let refused = snapshot.templates.iter().filter_map(|template| template.refused.as_ref());
            let templates = refused.filter(|why| why.reason == reason).count();
            self.set("footman_templates_refused", &[("reason", reason)], count(templates));
        }
        let oldest = snapshot.items.iter().filter_map(|item| item.buildable_since_ms).min();
        let waits =
            oldest.map_or(0, |since| snapshot.at_ms.saturating_sub(since).max(0).unsigned_abs() / 1_000);
        self.set("footman_queue_oldest_buildable_seconds", &[], waits);
        let unknown = snapshot.items.iter().filter(|item| item.label == super::snapshot::Label::Unknown);
        self.set("footman_queue_unknown_labels", &[], count(unknown.count()));
        self.recorder.handle().run_upkeep();
    }

    /// ECS was called so often.
    pub(super) fn called(&self, calls: &Calls) {
        for (operation, result, count) in calls.counts() {
            let key = key("footman_ecs_calls_total", &[("operation", operation), ("result", result)]);
            self.recorder.register_counter(&key, &METADATA).absolute(count);
        }
    }

    fn count(&self, name: &'static str, labels: &[(&'static str, &'static str)]) {
        self.recorder.register_counter(&key(name, labels), &METADATA).increment(1);
    }

    fn observe(&self, name: &'static str, labels: &[(&'static str, &'static str)], value: Duration) {
        self.recorder.register_histogram(&key(name, labels), &METADATA).record(value);
    }

    fn set(&self, name: &'static str, labels: &[(&'static str, &'static str)], value: u64) {
        // Gauges are floats; what is counted here stays far below where they lose whole numbers.
        let value = u32::try_from(value).unwrap_or(u32::MAX);
        self.recorder.register_gauge(&key(name, labels), &METADATA).set(value);
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

fn builder() -> Result<PrometheusBuilder, BuildError> {
    let mut builder = PrometheusBuilder::new();
    for family in FAMILIES {
        if let Kind::Histogram(buckets) = family.kind {
            builder = builder.set_buckets_for_metric(Matcher::Full(family.name.to_owned()), buckets)?;
        }
    }
    Ok(builder)
}

fn key(name: &'static str, labels: &[(&'static str, &'static str)]) -> Key {
    let labels: Vec<Label> =
        labels.iter().map(|&(name, value)| Label::from_static_parts(name, value)).collect();
    Key::from_parts(name, labels)
}

/// The key of every series of the family.
fn keys(family: &Family) -> Vec<Key> {
    let mut series: Vec<Vec<(&str, &str)>> = vec![Vec::new()];
    for &(label, values) in family.labels {
        series = series
            .iter()
            .flat_map(|known| values.iter().map(move |&value| [known.as_slice(), &[(label, value)]].concat()))
            .collect();
    }
    series.iter().map(|labels| key(family.name, labels)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, path::Path};

    /// A line of the table in the documentation.
    fn row(family: &Family) -> String {
        let kind = match family.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram(_) => "histogram",
        };
        let labels: Vec<String> = family
            .labels
            .iter()
            .map(|(name, values)| {
                let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
                format!("`{name}`: {}", values.join(", "))
            })
            .collect();
        format!("| `{}` | {kind} | {} | {} |", family.name, labels.join("; "), family.help)
    }

    #[test]
    fn every_family_is_documented_with_its_labels() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/footmand.md");
        let documented = fs::read_to_string(file).unwrap();
        let missing: Vec<String> =
            FAMILIES.iter().map(row).filter(|row| !documented.contains(row.as_str())).collect();
        assert!(missing.is_empty(), "docs/footmand.md lacks these rows:\n{}", missing.join("\n"));
    }

    #[test]
    fn names_say_their_unit_and_whether_they_are_counters() {
        for family in FAMILIES {
            assert!(family.name.starts_with("footman_"), "{}", family.name);
            assert_eq!(family.name.ends_with("_total"), family.kind == Kind::Counter, "{}", family.name);
            let is_histogram = matches!(family.kind, Kind::Histogram(_));
            assert!(!is_histogram || family.name.ends_with("_seconds"), "{}", family.name);
        }
    }

    #[test]
    fn series_are_there_before_anything_happens_and_are_no_more_afterwards() {
        let metrics = Metrics::new();
        let series = |text: &str| text.lines().filter(|line| !line.starts_with('#')).count();
        let before = metrics.handle().render();
        assert!(before.contains("footman_refusals_total{reason=\"limit\"} 0\n"), "{before}");
        assert!(before.contains("# TYPE footman_agents gauge\n"), "{before}");
        let unready = JenkinsListing::default();
        metrics.polled(Some(&unready), Duration::from_millis(30));
        metrics.polled(None, Duration::from_secs(30));
        metrics.left(Phase::Pulling, Millis::from_secs(25));
        let after = metrics.handle().render();
        let table = [
            "footman_poll_duration_seconds_bucket{result=\"partial\",le=\"0.025\"} 0\n",
            "footman_poll_duration_seconds_bucket{result=\"partial\",le=\"0.05\"} 1\n",
            "footman_poll_duration_seconds_count{result=\"failed\"} 1\n",
            "footman_agent_phase_duration_seconds_sum{phase=\"pulling\"} 25\n",
        ];
        for line in table {
            assert!(after.contains(line), "{line}{after}");
        }
        assert_eq!(series(&before), series(&after));
    }
}
