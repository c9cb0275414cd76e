//! Is told what happens, counts it, and pins up how the daemon stands.

use super::{
    metrics::Metrics,
    snapshot::{self, Agent, AlarmEntry, Group, Item, SCHEMA, Sight, Snapshot, State, Template},
};
use crate::{
    driver::{Machine, Report},
    ecs::calls::Calls,
};
use footman_core::{
    Action, Millis, Timestamp,
    decision::{Alarm, Decision, Demand, Phase, What},
    event::{JenkinsListing, Outcome, QueueItem, TaskListing},
    name::AgentName,
};
use metrics_exporter_prometheus::PrometheusHandle;
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::Duration,
};
use tokio::sync::watch;

/// How many alarms are kept.
const ALARMS_MAX: usize = 50;
/// How far snapshots are apart: making one costs as much as there are agents, items and labels.
const INTERVAL: Millis = Millis::from_secs(1);

/// Where the last snapshot is pinned up, and the daemon's numbers.
#[derive(Debug, Clone)]
pub struct Board {
    latest: watch::Receiver<Arc<Snapshot>>,
    metrics: PrometheusHandle,
}

impl Board {
    /// The last snapshot.
    pub fn latest(&self) -> Arc<Snapshot> {
        Arc::clone(&self.latest.borrow())
    }

    /// The daemon's numbers in the text format of Prometheus.
    pub fn metrics(&self) -> String {
        self.metrics.render()
    }
}

/// Is told what happens.
#[derive(Debug)]
pub struct Collector {
    metrics: Metrics,
    board: watch::Sender<Arc<Snapshot>>,
    started: Timestamp,
    dry_run: bool,
    /// Before that no other snapshot is made.
    next: Timestamp,
    jenkins: Sight,
    ecs: Sight,
    items: Vec<QueueItem>,
    /// Agents of which is known when they entered their phase: those that were made here, or changed since.
    lives: BTreeMap<AgentName, Life>,
    /// The newest first.
    alarms: VecDeque<(Timestamp, Alarm)>,
    calls: Calls,
}

#[derive(Debug)]
struct Life {
    since: Timestamp,
    made_for: Option<Demand>,
}

impl Collector {
    /// A collector for `machine`, which was begun at `now`, and where its snapshots are pinned up.
    pub fn new(now: Timestamp, machine: &Machine) -> (Self, Board) {
        Self::begun(now, machine, false)
    }

    /// The same for a machine whose actions are not carried out, which its snapshots say.
    pub fn of_dry_run(now: Timestamp, machine: &Machine) -> (Self, Board) {
        Self::begun(now, machine, true)
    }

    fn begun(now: Timestamp, machine: &Machine, dry_run: bool) -> (Self, Board) {
        let metrics = Metrics::new();
        let handle = metrics.handle();
        let mut collector = Self {
            metrics,
            board: watch::Sender::default(),
            started: now,
            dry_run,
            next: now,
            jenkins: Sight::default(),
            ecs: Sight::default(),
            items: Vec::new(),
            lives: BTreeMap::new(),
            alarms: VecDeque::new(),
            calls: Calls::default(),
        };
        collector.turned(now, machine);
        let latest = collector.board.subscribe();
        (collector, Board { latest, metrics: handle })
    }

    /// From here on the numbers say how often ECS was called, too.
    pub fn count_calls(&mut self, calls: Calls) {
        self.calls = calls;
    }

    fn snapshot(&self, now: Timestamp, machine: &Machine) -> Snapshot {
        let core = machine.core();
        let policy = core.policy();
        let templates: Vec<Template> =
            core.templates().map(|view| Template::new(&view, policy, now)).collect();
        let mut agents: Vec<Agent> = core
            .agents()
            .map(|view| {
                let made_for = self.lives.get(&view.name).and_then(|life| life.made_for.as_ref());
                Agent::new(&view, policy, made_for)
            })
            .collect();
        agents.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        let item = |item: &QueueItem| Item::new(item, core.clearance(item.job.as_deref()));
        Snapshot {
            schema: SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            owner: policy.owner.to_string(),
            at_ms: now.as_millis(),
            started_ms: self.started.as_millis(),
            state: match (core.gave_way(), core.draining(), core.is_ready()) {
                (true, ..) => State::GaveWay,
                (false, Some(_), _) => State::Draining,
                (false, None, true) => State::Ready,
                (false, None, false) => State::Starting,
            },
            dry_run: self.dry_run,
            jenkins: self.jenkins,
            ecs: self.ecs,
            actions_in_flight: core.actions_in_flight(),
            limits: snapshot::limits(policy, &templates, core.agents_counted()),
            templates,
            groups: core.groups().map(|view| Group::new(&view, policy, now)).collect(),
            items: self.items.iter().map(item).collect(),
            agents,
            alarms: self.alarms.iter().map(|(at, alarm)| AlarmEntry::new(*at, alarm)).collect(),
        }
    }

    fn changed_phase(&mut self, at: Timestamp, agent: &AgentName, from: Option<Phase>, to: Phase) {
        if let (Some(from), Some(life)) = (from, self.lives.get(agent)) {
            self.metrics.left(from, at.since(life.since));
        }
        if to == Phase::Gone {
            self.lives.remove(agent);
        } else if let Some(life) = self.lives.get_mut(agent) {
            life.since = at;
        } else if from.is_some() {
            self.lives.insert(agent.clone(), Life { since: at, made_for: None });
        }
        // One that was found has been in its phase for nobody knows how long.
    }
}

impl Sight {
    fn seen(&mut self, now: Timestamp, complete: bool, took: Duration) {
        let at = Some(now.as_millis());
        self.last_ms = at;
        self.took_ms = Some(u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
        if complete {
            self.last_complete_ms = at;
        }
    }
}

impl Report for Collector {
    fn decided(&mut self, decision: &Decision) {
        self.metrics.decided(&decision.what);
        match &decision.what {
            What::Launch { agent, demand, .. } => {
                let life = Life { since: decision.at, made_for: Some(demand.clone()) };
                self.lives.insert(agent.clone(), life);
            }
            What::Phase { agent, from, to } => self.changed_phase(decision.at, agent, *from, *to),
            What::Alarm(alarm) => {
                self.alarms.truncate(ALARMS_MAX - 1);
                self.alarms.push_front((decision.at, alarm.clone()));
            }
            What::Refused { .. }
            | What::Provided { .. }
            | What::WarmRefused { .. }
            | What::WarmProvided { .. }
            | What::Retire { .. }
            | What::Stop { .. }
            | What::Delete { .. }
            | What::Breaker { .. } => {}
        }
    }

    fn acted(&mut self, action: &Action, outcome: &Outcome, took: Duration) {
        self.metrics.acted(action, outcome, took);
    }

    fn polled(&mut self, now: Timestamp, listing: Option<&JenkinsListing>, took: Duration) {
        self.metrics.polled(listing, took);
        self.jenkins.seen(now, listing.is_some_and(|listing| listing.complete), took);
        if let Some(listing) = listing
            && listing.complete
        {
            self.items.clone_from(&listing.items);
        }
    }

    fn looked(&mut self, now: Timestamp, listing: &TaskListing, took: Duration) {
        self.metrics.looked(listing, took);
        self.ecs.seen(now, listing.complete, took);
    }

    fn turned(&mut self, now: Timestamp, machine: &Machine) {
        // The last word before the end is said at once.
        if now < self.next && !machine.core().gave_way() {
            return;
        }
        self.next = now + INTERVAL;
        let snapshot = self.snapshot(now, machine);
        self.metrics.stand(&snapshot);
        self.metrics.called(&self.calls);
        self.board.send_replace(Arc::new(snapshot));
    }
}
