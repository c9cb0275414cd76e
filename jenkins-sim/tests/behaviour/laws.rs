//! What holds after any sequence of calls, checked against brute force over the listing.

use crate::bench::{at, labels};
use footman_core::{
    event::{ItemChange, ItemLabel, ItemState, JenkinsListing, Node, NodeChange, QueueItem},
    id::{NodeName, QueueItemId},
    label::{LabelExpression, LabelSet},
    time::{Millis, Timestamp},
};
use footman_jenkins_sim::{
    AgentId, AgentSpec, Block, BuildRequest, BuildResult, Controller, Jenkins, JobId, JobKind, JobSpec,
    Latencies, NodeSpec, Output, Parameters, Settings, Transport,
};
use proptest::{
    prelude::*,
    sample::select,
    test_runner::{FailurePersistence, FileFailurePersistence},
};
use std::collections::{BTreeMap, BTreeSet};

/// Labels that jobs want: names of nodes, of labels, of both.
const WANTED: [Option<&str>; 8] =
    [None, Some("a"), Some("a && b"), Some("a || n1"), Some("!a"), Some("n1"), Some("b"), Some("!n2 && b")];
const NAMES: [&str; 4] = ["n1", "n2", "a", "x"];
/// The prefix of the names that a guard file closes after one build, where it is installed.
const GUARDED: &str = "n";
const LABELS: [&str; 4] = ["", "a", "b", "a b"];

#[derive(Debug, Clone)]
enum Op {
    Schedule { job: usize, duration: u64, parameters: Given, delay: u64 },
    Cancel(usize),
    Stop(usize),
    Create { node: usize, labels: usize, exclusive: bool, executors: u16 },
    Delete(usize),
    Labels(usize, usize),
    Executors(usize, u16),
    Mark(usize),
    Toggle(usize),
    Connect(usize),
    Break(usize),
    Disconnect(usize),
    QuietDown(bool),
    Restart,
    Pipeline { labels: [usize; 3], duration: u64, chain: bool },
    Rare(Rare),
    Pass(u64),
}

/// What befalls agents and the configuration.
#[derive(Debug, Clone)]
enum Rare {
    Casc { nodes: [bool; 4], labels: usize },
    Keep(usize, bool),
    Agent { node: usize, secret_of: usize, web_socket: bool, reconnects: bool },
    Kill(usize),
    Freeze(usize),
    Thaw(usize),
}

/// What a build is given besides its job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Given {
    Nothing,
    Value(bool),
    Unique,
}

impl From<Given> for Parameters {
    fn from(given: Given) -> Self {
        match given {
            Given::Nothing => Self::None,
            Given::Value(value) => vec![("WHO".to_owned(), value.to_string())].into(),
            Given::Unique => Self::Unique,
        }
    }
}

fn given() -> impl Strategy<Value = Given> {
    prop_oneof![
        1 => Just(Given::Nothing),
        2 => any::<bool>().prop_map(Given::Value),
        3 => Just(Given::Unique),
    ]
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let node = || 0..NAMES.len();
    let text = || 0..LABELS.len();
    let op = prop_oneof![
        12 => (0..24_usize, 0..400_u64, given(), select(vec![0, 0, 0, 30, 200]))
            .prop_map(|(job, duration, parameters, delay)| Op::Schedule { job, duration, parameters, delay }),
        2 => (0..8_usize).prop_map(Op::Cancel),
        1 => (0..8_usize).prop_map(Op::Stop),
        6 => (node(), text(), any::<bool>(), 0..4_u16)
            .prop_map(|(node, labels, exclusive, executors)| Op::Create { node, labels, exclusive, executors }),
        2 => node().prop_map(Op::Delete),
        2 => (node(), text()).prop_map(|(node, labels)| Op::Labels(node, labels)),
        1 => (node(), 1..4_u16).prop_map(|(node, executors)| Op::Executors(node, executors)),
        2 => node().prop_map(Op::Mark),
        2 => node().prop_map(Op::Toggle),
        8 => node().prop_map(Op::Connect),
        1 => node().prop_map(Op::Break),
        1 => node().prop_map(Op::Disconnect),
        1 => any::<bool>().prop_map(Op::QuietDown),
        1 => Just(Op::Restart),
        3 => ([0..8_usize, 0..8_usize, 0..8_usize], 0..400_u64, any::<bool>())
            .prop_map(|(labels, duration, chain)| Op::Pipeline { labels, duration, chain }),
        1 => (any::<[bool; 4]>(), text()).prop_map(|(nodes, labels)| Op::Rare(Rare::Casc { nodes, labels })),
        1 => (node(), any::<bool>()).prop_map(|(node, keep)| Op::Rare(Rare::Keep(node, keep))),
        3 => (node(), node(), any::<bool>(), any::<bool>()).prop_map(
            |(node, secret_of, web_socket, reconnects)| Op::Rare(Rare::Agent { node, secret_of, web_socket, reconnects })
        ),
        1 => (0..4_usize).prop_map(|place| Op::Rare(Rare::Kill(place))),
        1 => (0..4_usize).prop_map(|place| Op::Rare(Rare::Freeze(place))),
        1 => (0..4_usize).prop_map(|place| Op::Rare(Rare::Thaw(place))),
        10 => (0..300_u64).prop_map(Op::Pass),
        1 => (5_000..20_000_u64).prop_map(Op::Pass),
    ];
    prop::collection::vec(op, 1..80)
}

/// A Jenkins under test with what an observer and a bookkeeper know of it.
struct Lab {
    jenkins: Jenkins,
    now: Timestamp,
    jobs: Vec<JobId>,
    /// A job whose builds are runs of a Pipeline, the labels of its blocks and their runs by their keys, and
    /// the items of its runs.
    pipeline: JobId,
    blocks: BTreeMap<u64, (Option<&'static str>, u64)>,
    runs: BTreeSet<QueueItemId>,
    agents: Vec<AgentId>,
    /// How many builds a node may have, at the last look.
    allowed: BTreeMap<NodeName, usize>,
    /// How many builds a guarded node has begun since it was made, or since the controller restarted under one.
    begun: BTreeMap<NodeName, u32>,
    /// The label of each item, and whether it became buildable as soon as it was asked for: its job's builds are
    /// concurrent, and no later request could shorten its quiet period.
    items: BTreeMap<QueueItemId, (Option<&'static str>, bool)>,
    nodes: BTreeMap<NodeName, Node>,
    queue: BTreeMap<QueueItemId, QueueItem>,
    /// Nodes that are stored without a computer.
    ghosts: Vec<(NodeName, LabelSet)>,
    fates: BTreeMap<u64, Fate>,
    log: Vec<Output>,
    keys: u64,
    instant: bool,
    guard: bool,
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Queued,
    Merged,
    Cancelled,
    Running,
    Finished,
}

impl Lab {
    fn new(latencies: Latencies, guard: bool) -> Self {
        let instant = latencies == Latencies::NONE;
        let controller = Controller { executors: u16::from(instant), ..Controller::default() };
        let settings_guard = guard;
        let guard = guard.then(|| GUARDED.into());
        let settings = Settings { latencies, controller, guard, ..Settings::default() };
        let mut jenkins = Jenkins::new(settings, at(0));
        jenkins.show_runs(true);
        let kinds = [JobKind::Freestyle, JobKind::Pipeline, JobKind::Matrix];
        let job = |number: usize| {
            let name = format!("job{number}");
            let label = WANTED[number % WANTED.len()].map(Into::into);
            let kind = kinds[number % kinds.len()];
            JobSpec { kind, concurrent: is_concurrent(number), ..JobSpec::replay(name.as_str(), label) }
        };
        let spec = JobSpec { kind: JobKind::Flyweight, ..JobSpec::replay("pipe", None) };
        let pipeline = jenkins.create_job(at(0), spec).expect("a new name");
        let jobs =
            (0..24).map(|number| jenkins.create_job(at(0), job(number)).expect("a new name")).collect();
        Self {
            jenkins,
            now: at(0),
            jobs,
            pipeline,
            blocks: BTreeMap::new(),
            runs: BTreeSet::new(),
            agents: Vec::new(),
            allowed: BTreeMap::new(),
            begun: BTreeMap::new(),
            items: BTreeMap::new(),
            nodes: BTreeMap::new(),
            queue: BTreeMap::new(),
            ghosts: Vec::new(),
            fates: BTreeMap::new(),
            log: Vec::new(),
            keys: 0,
            instant,
            guard: settings_guard,
        }
    }

    /// Does what the operation says; refusals are fine.
    fn apply(&mut self, op: &Op) {
        let (now, name) = (self.now, |node: usize| NodeName::from(NAMES[node]));
        let jenkins = &mut self.jenkins;
        match *op {
            Op::Schedule { job, duration, parameters, delay } => {
                let request = BuildRequest {
                    key: self.keys,
                    duration: Millis::new(duration),
                    parameters: parameters.into(),
                    delay: Some(Millis::new(delay)),
                };
                if let Ok(item) = jenkins.schedule(now, self.jobs[job], request) {
                    self.keys += 1;
                    let is_alone = parameters == Given::Unique;
                    self.items.insert(item, (WANTED[job % WANTED.len()], is_concurrent(job) && is_alone));
                }
            }
            Op::Cancel(place) => {
                let items = jenkins.items();
                if let Some(&item) = items.get(place) {
                    let _ = jenkins.cancel(now, item);
                }
            }
            Op::Stop(place) => {
                let running = self.nodes.values().flat_map(|node| node.running.iter());
                if let Some(&item) = running.collect::<Vec<_>>().get(place) {
                    let _ = jenkins.stop_build(now, *item);
                }
            }
            Op::Create { node, labels: text, exclusive, executors } => {
                let (name, labels) = (name(node), labels(LABELS[text]));
                let spec = NodeSpec {
                    name: name.clone(),
                    description: None,
                    labels: labels.clone(),
                    exclusive,
                    executors,
                };
                let is_made = jenkins.create_node(now, spec).is_ok();
                if is_made {
                    self.begun.remove(&name);
                }
                if is_made && executors == 0 {
                    self.ghosts.push((name, labels));
                }
            }
            Op::Delete(node) => drop(jenkins.delete_node(now, &name(node))),
            Op::Labels(node, text) => drop(jenkins.set_labels(now, &name(node), labels(LABELS[text]))),
            Op::Executors(node, executors) => drop(jenkins.set_executors(now, &name(node), executors)),
            Op::Mark(node) => drop(jenkins.change_offline_cause(now, &name(node), "spent".into())),
            Op::Toggle(node) => drop(jenkins.toggle_offline(now, &name(node), "spent".into())),
            Op::Connect(node) => drop(jenkins.agent_connect(now, &name(node))),
            Op::Break(node) => jenkins.agent_disconnect(now, &name(node)),
            Op::Disconnect(node) => drop(jenkins.disconnect(now, &name(node))),
            Op::QuietDown(true) => drop(jenkins.quiet_down(now)),
            Op::QuietDown(false) => drop(jenkins.cancel_quiet_down(now)),
            Op::Restart => {
                // A node on which a Pipeline goes on lets it in again.
                self.begun.retain(|name, _| jenkins.node(name).is_some_and(|node| node.idle));
                jenkins.restart(now);
            }
            Op::Pipeline { labels, duration, chain } => self.run_pipeline(labels, duration, chain),
            Op::Rare(ref rare) => self.apply_rare(rare),
            Op::Pass(_) => {}
        }
    }

    /// The same for what is rare.
    fn apply_rare(&mut self, rare: &Rare) {
        let (now, name) = (self.now, |node: usize| NodeName::from(NAMES[node]));
        let jenkins = &mut self.jenkins;
        match *rare {
            Rare::Casc { nodes, labels: text } => {
                let named = NAMES.iter().zip(nodes).filter(|&(_, named)| named);
                let spec = |name: &str| NodeSpec {
                    name: name.into(),
                    description: None,
                    labels: labels(LABELS[text]),
                    exclusive: false,
                    executors: 2,
                };
                let specs: Vec<NodeSpec> = named.map(|(name, _)| spec(name)).collect();
                if jenkins.reload_casc(now, &specs).is_ok() {
                    self.ghosts.clear();
                    // Those that were removed are new when they come again.
                    self.begun.retain(|name, _| jenkins.node(name).is_some());
                }
            }
            Rare::Keep(node, keep) => drop(jenkins.keep_through_casc(now, &name(node), keep)),
            Rare::Agent { node, secret_of, web_socket, reconnects } => {
                let transport = if web_socket { Transport::WebSocket } else { Transport::Tcp };
                let secret_of = name(secret_of);
                let spec = AgentSpec { secret_of, transport, reconnects, ..AgentSpec::new(name(node)) };
                self.agents.push(jenkins.start_agent(now, spec));
            }
            Rare::Kill(place) => self.on_agent(place, Jenkins::kill_agent),
            Rare::Freeze(place) => self.on_agent(place, Jenkins::freeze_agent),
            Rare::Thaw(place) => self.on_agent(place, Jenkins::thaw_agent),
        }
    }

    fn on_agent(&mut self, place: usize, act: impl Fn(&mut Jenkins, Timestamp, AgentId)) {
        if let Some(&agent) = self.agents.get(place) {
            act(&mut self.jenkins, self.now, agent);
        }
    }

    /// A run of three blocks: one after another, or the last after two that are parallel.
    fn run_pipeline(&mut self, labels: [usize; 3], duration: u64, chain: bool) {
        let after = if chain { [vec![], vec![0], vec![1]] } else { [vec![], vec![], vec![0, 1]] };
        let run = self.keys;
        let block = |(place, (label, after)): (u64, (usize, Vec<usize>))| Block {
            key: run + 1 + place,
            label: WANTED[label].map(Into::into),
            duration: Millis::new(duration),
            after,
            retries: 0,
        };
        let blocks: Vec<Block> = (0..).zip(labels.into_iter().zip(after)).map(block).collect();
        let request = BuildRequest::new(run, Millis::ZERO);
        if let Ok(item) = self.jenkins.schedule_pipeline(self.now, self.pipeline, request, blocks) {
            self.runs.insert(item);
            for (key, label) in (run + 1..).zip(labels) {
                self.blocks.insert(key, (WANTED[label], run));
            }
            self.keys += 4;
        }
    }

    /// Applies the changes to what the observer knows, and holds it against a full listing.
    fn observe(&mut self) -> Result<JenkinsListing, TestCaseError> {
        let mut twin = self.jenkins.clone();
        let changes = self.jenkins.changes();
        for change in changes.nodes {
            match change {
                NodeChange::Seen(node) => drop(self.nodes.insert(node.name.clone(), node)),
                NodeChange::Gone(name) => {
                    prop_assert!(self.nodes.remove(&name).is_some(), "{name} was never seen")
                }
            }
        }
        for change in changes.items {
            match change {
                ItemChange::Seen(item) => drop(self.queue.insert(item.id, item)),
                ItemChange::Gone(id) => prop_assert!(self.queue.remove(&id).is_some(), "{id} was never seen"),
            }
        }
        let listing = twin.listing();
        prop_assert!(self.nodes.values().eq(&listing.nodes), "{:?} {:?}", self.nodes, listing.nodes);
        prop_assert!(self.queue.values().eq(&listing.items), "{:?} {:?}", self.queue, listing.items);
        prop_assert_eq!((changes.session, changes.quieting_down), (listing.session, listing.quieting_down));
        prop_assert!(!twin.has_changes());
        Ok(listing)
    }

    /// Takes the outputs and checks that every request has one life.
    fn book(&mut self, listing: &JenkinsListing) -> Result<(), TestCaseError> {
        while let Some(output) = self.jenkins.poll_output() {
            let (key, from, to) = match &output {
                Output::ItemEntered { key, item, .. } => {
                    if let Some((label, _)) = self.blocks.get(key) {
                        self.items.insert(*item, (*label, true));
                    }
                    (*key, None, Fate::Queued)
                }
                Output::ItemMerged { key, .. } => (*key, None, Fate::Merged),
                Output::ItemCancelled { key, .. } => (*key, Some(Fate::Queued), Fate::Cancelled),
                Output::BuildStarted { key, item, node, .. } => {
                    if !self.runs.contains(item) {
                        self.check_start(*item, node, listing)?;
                        self.check_guard(node)?;
                    }
                    (*key, Some(Fate::Queued), Fate::Running)
                }
                Output::BuildFinished { key, .. } => (*key, Some(Fate::Running), Fate::Finished),
                Output::ContinuationEntered { key, .. } | Output::BuildResumed { key, .. } => {
                    (*key, Some(Fate::Running), Fate::Running)
                }
                Output::AgentDropped { .. } | Output::AgentConnected { .. } | Output::AgentExited { .. } => {
                    continue;
                }
            };
            prop_assert_eq!(self.fates.insert(key, to), from, "{:?}", output);
            self.log.push(output);
        }
        Ok(())
    }

    /// A build started where its label and the node's mode allow it, and not before an older item that this node could
    /// have run.
    fn check_start(
        &self,
        item: QueueItemId,
        name: &NodeName,
        listing: &JenkinsListing,
    ) -> Result<(), TestCaseError> {
        let Some(node) = listing.nodes.iter().find(|node| node.name == *name) else { return Ok(()) };
        if !self.instant {
            return Ok(());
        }
        let (label, in_order) = self.items[&item];
        prop_assert!(admits(node, label), "item {item} with {label:?} on {node:?}");
        prop_assert!(self.busy_on(name) <= usize::from(node.executors), "item {item} too many on {node:?}");
        for other in &listing.items {
            let Some(&(wanted, ordered)) = self.items.get(&other.id) else { continue };
            let is_older = other.id < item && other.in_queue_since == since(other.state);
            if ordered && in_order && is_older && other.state != ItemState::Pending && admits(node, wanted) {
                prop_assert!(listing.quieting_down, "item {item} overtook {other:?} on {node:?}");
            }
        }
        Ok(())
    }

    /// How many executors of a node have a build that has started.
    fn busy_on(&self, name: &NodeName) -> usize {
        let view = self.jenkins.node(name);
        view.map_or(0, |view| view.running.iter().filter(|build| build.executor.is_some()).count())
    }

    /// A node never has more builds than executors, but for those that it had, or was about to have, when executors were
    /// taken away from it.
    fn check_executors(&mut self, listing: &JenkinsListing) -> Result<(), TestCaseError> {
        let is_pending = listing.items.iter().any(|item| item.state == ItemState::Pending);
        let mut allowed = BTreeMap::new();
        for node in &listing.nodes {
            let executors = usize::from(node.executors);
            let before = self.allowed.get(&node.name).map_or(executors, |&before| before.max(executors));
            let busy = self.busy_on(&node.name);
            prop_assert!(busy <= before, "{busy} builds on {node:?}");
            let is_over = busy > executors || is_pending;
            allowed.insert(node.name.clone(), if is_over { before } else { executors });
        }
        self.allowed = allowed;
        Ok(())
    }

    /// Of what the guard file lets a node run.
    fn check_guard(&mut self, node: &NodeName) -> Result<(), TestCaseError> {
        if self.guards(node) {
            let begun = self.begun.entry(node.clone()).or_default();
            *begun += 1;
            prop_assert!(*begun <= 1, "{node} has {begun} builds");
        }
        Ok(())
    }

    fn guards(&self, node: &NodeName) -> bool {
        self.guard && node.as_str().starts_with(GUARDED)
    }

    /// What the listing must look like by itself.
    fn check_listing(&self, listing: &JenkinsListing) -> Result<(), TestCaseError> {
        for node in &listing.nodes {
            let Some(view) = self.jenkins.node(&node.name) else { return Err(unlisted(&node.name)) };
            prop_assert_eq!(node.online, !view.offline());
            let mut numbers: Vec<_> = view.running.iter().filter_map(|build| build.executor).collect();
            prop_assert_eq!(numbers.len(), usize::from(node.busy));
            numbers.dedup();
            prop_assert_eq!(numbers.len(), usize::from(node.busy), "every build has an executor of its own");
            prop_assert!(view.running.is_empty() || !node.idle);
            // Blocks of Pipelines show no queue item.
            prop_assert!(node.running.len() <= usize::from(node.busy));
        }
        for &job in &self.jobs {
            let views = listing.items.iter().filter_map(|item| self.jenkins.item(item.id));
            let first = views.filter(|view| view.job == job && view.run.is_none()).map(|view| view.id).min();
            prop_assert_eq!(self.jenkins.queue_item(job), first, "the first that entered");
        }
        let is_up = self.jenkins.clone().quiet_down(self.now).is_ok();
        for item in &listing.items {
            let Some(view) = self.jenkins.item(item.id) else { return Err(unlisted(&item.id)) };
            prop_assert_eq!(&view.why, &self.why(item, &view.why, listing), "{:?} {:?}", item, listing.nodes);
            let ItemState::Buildable { .. } = item.state else { continue };
            if self.instant && is_up && !listing.quieting_down {
                for node in listing.nodes.iter().filter(|node| !self.guards(&node.name)) {
                    let free = usize::from(node.executors) > self.busy_on(&node.name);
                    let wanted = text(&item.label);
                    prop_assert!(!(free && admits(node, wanted)), "{item:?} waits beside {node:?}");
                }
            }
        }
        Ok(())
    }

    /// `why` by brute force; for items that are not buildable it is only checked to be of its kind.
    fn why(&self, item: &QueueItem, why: &str, listing: &JenkinsListing) -> String {
        let kinds: &[&str] = match item.state {
            ItemState::Waiting { .. } => &["In the quiet period. Expires in ", "Finished waiting"],
            ItemState::Blocked => &["A build is already in progress", "Build #"],
            ItemState::Buildable { .. } | ItemState::Pending => &[],
        };
        if !kinds.is_empty() {
            let fits = kinds.iter().any(|kind| why.starts_with(kind));
            return if fits { why.to_owned() } else { format!("one of {kinds:?}") };
        }
        if listing.quieting_down {
            return "Jenkins is about to shut down".to_owned();
        }
        let none = "Waiting for next available executor".to_owned();
        let Some(label) = text(&item.label) else {
            let is_idle = ["reserved for", "Footman: "].iter().any(|text| why.contains(text));
            return if is_idle { why.to_owned() } else { none };
        };
        if listing.nodes.len() + self.ghosts.len() == 1 {
            return if why.contains("doesn’t have label") { why.to_owned() } else { none };
        }
        let expression = LabelExpression::parse_or_atom(label);
        let listed = listing.nodes.iter().map(|node| (&node.name, &node.labels, node.online));
        let ghosts = self.ghosts.iter().map(|(name, labels)| (name, labels, false));
        let matching: Vec<_> = listed
            .chain(ghosts)
            .filter(|(name, labels, _)| expression.matches(labels, name.as_str()))
            .collect();
        if why.contains("Footman: ") {
            // Only where the guard file is installed, and beside a node of the label that is online.
            let is_so = matching.iter().any(|(name, _, online)| *online && self.guards(name));
            return if is_so { why.to_owned() } else { "no word of the guard file".to_owned() };
        }
        match matching.as_slice() {
            [] => format!("There are no nodes with the label ‘{expression}’"),
            [(name, _, false)] => format!("‘{}’ is offline", name),
            [(name, _, true)] => format!("Waiting for next available executor on ‘{}’", name),
            many if many.iter().all(|(_, _, online)| !online) => {
                format!("All nodes of label ‘{expression}’ are offline")
            }
            _ => format!("Waiting for next available executor on ‘{expression}’"),
        }
    }

    fn succeeded(&self, key: u64) -> bool {
        self.log.iter().any(|output| {
            matches!(output, Output::BuildFinished { key: other, result: BuildResult::Success, .. } if *other == key)
        })
    }

    /// One operation with all checks; before it, whatever is due.
    fn step(&mut self, op: &Op) -> Result<(), TestCaseError> {
        let until = if let Op::Pass(span) = op { self.now + Millis::new(*span) } else { self.now };
        while let Some((due, _)) = self.jenkins.poll_timeout()
            && due <= until
        {
            prop_assert!(self.now <= due, "nothing is overdue");
            self.now = due;
            self.jenkins.handle_timeout(due);
            self.check()?;
            prop_assert!(self.jenkins.poll_timeout().is_none_or(|(next, _)| next > due), "all of it is done");
        }
        self.now = until;
        self.jenkins.handle_timeout(until);
        self.apply(op);
        self.check()
    }

    fn check(&mut self) -> Result<(), TestCaseError> {
        let listing = self.observe()?;
        self.book(&listing)?;
        self.check_executors(&listing)?;
        self.check_listing(&listing)
    }
}

/// What is listed cannot be asked for.
fn unlisted(what: &dyn std::fmt::Display) -> TestCaseError {
    TestCaseError::fail(format!("{what} is listed but unknown"))
}

/// Whether builds of the job of this number are concurrent.
fn is_concurrent(job: usize) -> bool {
    !job.is_multiple_of(5)
}

fn text(label: &ItemLabel) -> Option<&str> {
    match label {
        ItemLabel::Any | ItemLabel::Unknown => None,
        ItemLabel::Expression(text) => Some(text),
    }
}

fn since(state: ItemState) -> Timestamp {
    match state {
        ItemState::Buildable { since } => since,
        ItemState::Waiting { .. } | ItemState::Blocked | ItemState::Pending => Timestamp::MAX,
    }
}

/// Whether a node takes builds that want this label (`Node.canTake`).
fn admits(node: &Node, label: Option<&str>) -> bool {
    node.online
        && match label {
            None => !node.exclusive,
            Some(text) => LabelExpression::parse_or_atom(text).matches(&node.labels, node.name.as_str()),
        }
}

fn run(latencies: Latencies, guard: bool, ops: &[Op]) -> Result<Lab, TestCaseError> {
    let mut lab = Lab::new(latencies, guard);
    for op in ops {
        lab.step(op)?;
    }
    Ok(lab)
}

/// Lets everything that is left run on fresh nodes that have every label.
fn settle(lab: &mut Lab) -> Result<(), TestCaseError> {
    lab.step(&Op::Pass(60_000))?;
    renew_nodes(lab);
    lab.now = lab.now + Millis::from_hours(100);
    lab.jenkins.handle_timeout(lab.now);
    let listing = lab.observe()?;
    lab.instant = false;
    lab.book(&listing)
}

fn renew_nodes(lab: &mut Lab) {
    lab.jenkins.cancel_quiet_down(lab.now).expect("the controller is up by then");
    for name in NAMES {
        let _ = lab.jenkins.delete_node(lab.now, &name.into());
    }
    let names = ["z1", "z2", "z3", "z4"];
    for (name, text) in names.into_iter().zip(LABELS) {
        let spec = NodeSpec {
            name: name.into(),
            description: None,
            labels: LabelSet::new(text.split_whitespace().chain((name == "z4").then_some("n1"))),
            exclusive: false,
            executors: 3,
        };
        lab.jenkins.create_node(lab.now, spec).expect("a new name");
        lab.jenkins.agent_connect(lab.now, &name.into()).expect("a new node");
    }
}

/// Failures are remembered beside the package, and tried first.
fn config() -> ProptestConfig {
    let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/proptest-regressions/laws.txt");
    let failure_persistence: Option<Box<dyn FailurePersistence>> =
        Some(Box::new(FileFailurePersistence::Direct(seeds)));
    ProptestConfig { failure_persistence, ..ProptestConfig::with_cases(128) }
}

fn measured() -> Latencies {
    Latencies::default()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_jenkins_without_latencies_keeps_its_laws(ops in ops(), guard in any::<bool>()) {
        run(Latencies::NONE, guard, &ops)?;
    }

    #[test]
    fn a_jenkins_with_latencies_keeps_its_laws(ops in ops(), guard in any::<bool>()) {
        run(measured(), guard, &ops)?;
    }

    #[test]
    fn no_build_is_lost(ops in ops(), instant in any::<bool>(), guard in any::<bool>()) {
        let mut lab = run(if instant { Latencies::NONE } else { measured() }, guard, &ops)?;
        settle(&mut lab)?;
        for (key, fate) in &lab.fates {
            let is_over = matches!(fate, Fate::Finished | Fate::Cancelled | Fate::Merged);
            prop_assert!(is_over, "build {} is {:?}: {:?}", key, fate, lab.log);
        }
        // What comes after a block that failed never comes; of a run that ended well every block came.
        for key in (0..lab.keys).filter(|key| !lab.fates.contains_key(key)) {
            let Some((_, run)) = lab.blocks.get(&key) else {
                return Err(TestCaseError::fail(format!("request {key} was lost")));
            };
            prop_assert!(!lab.succeeded(*run), "block {key} was lost: {:?}", lab.log);
        }
        prop_assert_eq!(lab.jenkins.items(), []);
    }

    #[test]
    fn the_same_calls_give_the_same_outputs(ops in ops()) {
        let logs = [run(measured(), true, &ops)?.log, run(measured(), true, &ops)?.log];
        prop_assert_eq!(&logs[0], &logs[1]);
    }

    /// With nothing that takes time, static nodes are the textbook queue: each build starts at the later of its arrival
    /// and the first instant at which an executor is free.
    #[test]
    fn a_fixed_pool_is_first_come_first_served(
        trace in prop::collection::vec((0..200_u64, 0..1_000_u64), 1..200),
        nodes in 1..4_u16,
        executors in 1..4_u16,
        label in select(vec![None, Some("docker")]),
    ) {
        let mut jenkins = Jenkins::new(Settings::instant(), at(0));
        for number in 0..nodes {
            let name = NodeName::from(format!("n{number}").as_str());
            let spec = NodeSpec {
                name: name.clone(),
                description: None,
                labels: labels("docker"),
                exclusive: false,
                executors,
            };
            jenkins.create_node(at(0), spec).expect("a new name");
            jenkins.agent_connect(at(0), &name).expect("a new node");
        }
        let job = jenkins.create_job(at(0), JobSpec::replay("app", label.map(Into::into))).expect("a new name");
        let mut free = vec![at(0); usize::from(nodes) * usize::from(executors)];
        let (mut now, mut want, mut got) = (at(0), BTreeMap::new(), BTreeMap::new());
        for (key, &(gap, duration)) in (0..).zip(&trace) {
            now = now + Millis::new(gap);
            jenkins.schedule(now, job, BuildRequest::new(key, Millis::new(duration))).expect("a known job");
            let first = free.iter_mut().min().expect("at least one executor");
            let start = now.max(*first);
            *first = start + Millis::new(duration);
            want.insert(key, (start, *first));
        }
        jenkins.handle_timeout(Timestamp::MAX);
        let mut started = BTreeMap::new();
        while let Some(output) = jenkins.poll_output() {
            if let Output::BuildStarted { key, at, .. } = output {
                started.insert(key, at);
            } else if let Output::BuildFinished { key, at, result, .. } = output {
                prop_assert_eq!(result, BuildResult::Success);
                got.insert(key, (started[&key], at));
            }
        }
        prop_assert_eq!(want, got);
    }
}
