//! Reads Jenkins' answers to the narrow questions of a poll into the core's nodes and items.
//!
//! The questions ask for no more than is read here (`tree=`): 500 queue items are 182 kB and 40 ms to Jenkins this way, and
//! 1.15 MB and 300 ms at `depth=1` (seen on Jenkins 2.263.4). What the answers do not say is not guessed at: the label of
//! an item is worked out in [`super::labels`].
//!
//! Must stay pure: no I/O, no clock.

use super::{
    lookouts::Lookout,
    task_url::{self, Origin, TaskKind},
};
use footman_core::{
    description::{Description, Reading},
    event::{Executable, ItemState, Node},
    id::{NodeName, QueueItemId},
    label::LabelSet,
    time::Timestamp,
};
use serde::{Deserialize, Deserializer};
use sha2::{Digest, Sha256};
use smallvec::SmallVec;
use std::sync::Arc;
use thiserror::Error;

/// `tree` of `/computer/api/json`.
pub const COMPUTERS: &str = "computer[displayName,description,idle,offline,temporarilyOffline,numExecutors,\
                             assignedLabels[name],executors[currentExecutable[queueId]]]";
/// The same with the runs that are under way, of Pipelines and of matrix projects too, which are on no executor of a node's
/// own.
pub const COMPUTERS_WITH_RUNS: &str = "computer[displayName,description,idle,offline,temporarilyOffline,numExecutors,\
                                       assignedLabels[name],executors[currentExecutable[queueId,url]],\
                                       oneOffExecutors[currentExecutable[url]]]";
/// `tree` of `/queue/api/json`.
pub const QUEUE: &str =
    "items[id,why,inQueueSince,buildableStartMilliseconds,timestamp,pending,task[url,labelExpression]]";

/// An answer that is not what Jenkins answers to that question.
#[derive(Debug, Error)]
#[error("the answer is not understood: {0}")]
pub struct ListingError(#[from] serde_json::Error);

/// A node as it is listed, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedNode {
    /// What the core is told.
    pub node: Node,
    /// What its description says of its origin.
    pub kind: NodeKind,
    /// Whether something runs on it that the answer does not show: it is not idle and no executor says what it does. That
    /// lasts 20 to 60 ms at the start of a build, and always for who may not read the job. Of the controller it is not said: it
    /// is not idle while a Pipeline runs, and its one-off executors are shown where sessions are allowed only.
    pub hides_build: bool,
}

/// What the controller's own computer is called: until 2.306, and from 2.307 (Jenkins source).
pub(super) const CONTROLLERS: [&str; 2] = ["master", "Built-In Node"];

/// What a node is to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeKind {
    /// An agent of a Footman, by its description.
    Agent,
    /// A lookout of a Footman.
    Lookout,
    /// Somebody else's.
    Foreign,
}

/// A queue item as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedItem {
    /// `id`.
    pub id: QueueItemId,
    /// How far it is.
    pub state: ItemState,
    /// `inQueueSince`.
    pub in_queue_since: Timestamp,
    /// What is to be built.
    pub task: Task,
    /// Which job that belongs to.
    pub origin: Origin,
    /// `why`; empty where there is none.
    pub why: String,
}

/// What an item is to build, by what its class says of where the label stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// A job that shows its label: `labelExpression` as it was typed, `None` for none.
    Job {
        /// The label.
        label: Option<Arc<str>>,
    },
    /// A step of a Pipeline or a cell of a matrix: it may have a label, and only `why` shows it.
    Hidden,
    /// Something that takes no executor of a node (`Queue.FlyweightTask`): a Pipeline's own run, the parent of a matrix, the
    /// scan of a folder.
    Flyweight,
    /// Something of a plugin that is not known here: `why` may show a label, and nothing says that it has none.
    Strange,
}

/// Reads the answer to [`COMPUTERS`], or to [`COMPUTERS_WITH_RUNS`], in the order of the names.
///
/// # Errors
///
/// Fails where the answer is no listing of nodes.
pub fn nodes(body: &[u8]) -> Result<Vec<ListedNode>, ListingError> {
    let set: ComputerSet = serde_json::from_slice(body)?;
    let mut nodes: Vec<ListedNode> = set.computer.into_iter().map(Computer::listed).collect();
    nodes.sort_unstable_by(|a, b| a.node.name.cmp(&b.node.name));
    Ok(nodes)
}

/// Reads the answer to [`QUEUE`], in the order of the ids.
///
/// # Errors
///
/// Fails where the answer is no queue, or has an item of a class that is not one of Jenkins'.
pub fn items(body: &[u8]) -> Result<Vec<ListedItem>, ListingError> {
    let queue: Queue = serde_json::from_slice(body)?;
    let mut items: Vec<ListedItem> = queue.items.into_iter().map(Item::listed).collect();
    items.sort_unstable_by_key(|item| item.id);
    Ok(items)
}

/// The session that `X-Jenkins-Session` names, as a number.
///
/// Jenkins makes it anew at each start, and writes eight hexadecimal digits (`Jenkins.SESSION_HASH`); those are the number.
/// Any other text, which a proxy may have put there, is hashed: the same text gives the same number, on every machine.
pub fn session(header: &str) -> u64 {
    let text = header.trim();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match u64::from_str_radix(text, 16) {
        Ok(number) if is_number => number,
        Ok(_) | Err(_) => stable_hash(text),
    }
}

/// Sixty-four bits of SHA-256: the same on every machine and in every version.
pub(super) fn stable_hash(text: &str) -> u64 {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().take(8).fold(0, |hash, &byte| hash << 8 | u64::from(byte))
}

#[derive(Deserialize)]
struct ComputerSet {
    computer: Vec<Computer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Computer {
    display_name: String,
    description: Option<String>,
    idle: bool,
    offline: bool,
    temporarily_offline: bool,
    num_executors: u16,
    #[serde(default)]
    assigned_labels: Vec<LabelName>,
    #[serde(default)]
    executors: Vec<Executor>,
    #[serde(default)]
    one_off_executors: Vec<Executor>,
}

/// The label of a node with hidden labels is `{}`.
#[derive(Deserialize)]
struct LabelName {
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Executor {
    current_executable: Option<Shown>,
}

/// Builds of old jobs have no `queueId`, and those of plugins need not have one.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    #[serde(rename = "_class", default)]
    class: String,
    queue_id: Option<i64>,
    url: Option<String>,
}

impl Computer {
    fn listed(self) -> ListedNode {
        let name = NodeName::new(self.display_name);
        let labels = self.assigned_labels.into_iter().filter_map(|label| label.name);
        let labels = LabelSet::new(labels.filter(|label| label != name.as_str()));
        let description = self.description.filter(|text| !text.is_empty()).map(Arc::from);
        let running: SmallVec<[QueueItemId; 1]> = on(&self.executors)
            .filter_map(|executable| executable.queue_id.and_then(|id| u64::try_from(id).ok()))
            .map(QueueItemId)
            .collect();
        let executables = || on(&self.executors).chain(on(&self.one_off_executors));
        let mut runs: SmallVec<[Executable; 1]> = executables().filter_map(Shown::executable).collect();
        runs.sort_unstable();
        runs.dedup();
        ListedNode {
            kind: NodeKind::of(description.as_deref().unwrap_or_default()),
            hides_build: !self.idle
                && executables().next().is_none()
                && !CONTROLLERS.contains(&name.as_str()),
            node: Node {
                name,
                description,
                labels,
                // No listing exports the mode. An idle node that takes builds without a label would have taken those that
                // wait; one that is said to and does not would keep them waiting for ever.
                exclusive: true,
                online: !self.offline,
                temporarily_offline: self.temporarily_offline,
                idle: self.idle,
                executors: self.num_executors,
                busy: u16::try_from(on(&self.executors).count()).unwrap_or(u16::MAX),
                running,
                runs,
            },
        }
    }
}

/// What runs on executors, as far as it is shown.
fn on(executors: &[Executor]) -> impl Iterator<Item = &Shown> {
    executors.iter().filter_map(|executor| executor.current_executable.as_ref())
}

impl Shown {
    fn executable(&self) -> Option<Executable> {
        let is_cell = self.class == MATRIX_BUILD;
        let run = task_url::run(self.url.as_deref()?, is_cell)?;
        Some(Executable { run, part: is_cell || self.class == PIPELINE_BLOCK })
    }
}

impl NodeKind {
    fn of(description: &str) -> Self {
        if Lookout::owner(description).is_some() {
            return Self::Lookout;
        }
        match Description::parse(description) {
            Reading::Ours(_) | Reading::OtherFormat(_) | Reading::Damaged => Self::Agent,
            Reading::Foreign => Self::Foreign,
        }
    }
}

#[derive(Deserialize)]
struct Queue {
    items: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    #[serde(rename = "_class")]
    class: ItemClass,
    id: u64,
    in_queue_since: i64,
    #[serde(default)]
    buildable_start_milliseconds: i64,
    #[serde(default)]
    timestamp: i64,
    #[serde(default)]
    pending: bool,
    #[serde(default)]
    task: TaskShown,
    why: Option<String>,
}

#[derive(Deserialize)]
enum ItemClass {
    #[serde(rename = "hudson.model.Queue$WaitingItem")]
    Waiting,
    #[serde(rename = "hudson.model.Queue$BlockedItem")]
    Blocked,
    #[serde(rename = "hudson.model.Queue$BuildableItem")]
    Buildable,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct TaskShown {
    #[serde(rename = "_class", default)]
    class: String,
    #[serde(default)]
    url: String,
    /// `None` where the class has no such member, `Some(None)` where it is null.
    #[serde(default, deserialize_with = "present")]
    label_expression: Option<Option<String>>,
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl Item {
    fn listed(self) -> ListedItem {
        let state = match (self.class, self.pending) {
            (ItemClass::Waiting, _) => ItemState::Waiting { until: Timestamp::from_millis(self.timestamp) },
            (ItemClass::Blocked, _) => ItemState::Blocked,
            (ItemClass::Buildable, true) => ItemState::Pending,
            (ItemClass::Buildable, false) => {
                ItemState::Buildable { since: Timestamp::from_millis(self.buildable_start_milliseconds) }
            }
        };
        ListedItem {
            id: QueueItemId(self.id),
            state,
            in_queue_since: Timestamp::from_millis(self.in_queue_since),
            origin: self.task.origin(),
            task: self.task.task(),
            why: self.why.unwrap_or_default(),
        }
    }
}

/// Cells of a matrix: the member is there and null, whatever their label.
const MATRIX_CELL: &str = "hudson.matrix.MatrixConfiguration";
/// Their builds.
const MATRIX_BUILD: &str = "hudson.matrix.MatrixRun";
/// A `node` block of a Pipeline.
const PIPELINE_STEP: &str =
    "org.jenkinsci.plugins.workflow.support.steps.ExecutorStepExecution$PlaceholderTask";
/// What the executor of one has.
const PIPELINE_BLOCK: &str = "org.jenkinsci.plugins.workflow.support.steps.ExecutorStepExecution$PlaceholderTask$PlaceholderExecutable";
/// Classes whose items take no executor of a node (`Queue.FlyweightTask`, read in the plugins' sources).
const FLYWEIGHTS: [&str; 4] = [
    "org.jenkinsci.plugins.workflow.job.WorkflowJob",
    "hudson.matrix.MatrixProject",
    "org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject",
    "jenkins.branch.OrganizationFolder",
];

impl TaskShown {
    fn origin(&self) -> Origin {
        let kind = match self.class.as_str() {
            MATRIX_CELL => TaskKind::MatrixCell,
            PIPELINE_STEP => TaskKind::PipelineStep,
            _ => TaskKind::Job,
        };
        Origin::read(&self.url, kind)
    }

    fn task(self) -> Task {
        if FLYWEIGHTS.contains(&self.class.as_str()) {
            return Task::Flyweight;
        }
        if self.class == MATRIX_CELL || self.class == PIPELINE_STEP {
            return Task::Hidden;
        }
        match self.label_expression {
            Some(label) => Task::Job { label: label.filter(|label| !label.trim().is_empty()).map(Arc::from) },
            None => Task::Strange,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_node_is_read_with_what_the_core_asks_of_it() {
        let description =
            "footman/1 owner=prod template=ecs/java cpu=2048 memory=4096 decided_ms=1795500000123";
        let body = json!({"_class": "hudson.model.ComputerSet", "computer": [
            {"_class": "hudson.slaves.SlaveComputer", "displayName": "n1", "description": description,
             "idle": false, "offline": true, "temporarilyOffline": true, "numExecutors": 1,
             "assignedLabels": [{"name": "docker"}, {"name": "n1"}, {}],
             "executors": [{"currentExecutable": {"_class": "hudson.model.FreeStyleBuild", "queueId": 7}}]},
            {"_class": "hudson.model.Hudson$MasterComputer", "displayName": "master", "description": "",
             "idle": true, "offline": false, "temporarilyOffline": false, "numExecutors": 0,
             "assignedLabels": [{"name": "master"}], "executors": []},
        ]});
        let listed = nodes(body.to_string().as_bytes()).unwrap();
        let names: Vec<&str> = listed.iter().map(|listed| listed.node.name.as_str()).collect();
        assert_eq!(names, ["master", "n1"]);
        assert_eq!(listed[0].kind, NodeKind::Foreign);
        assert_eq!(listed[0].node.description, None);
        assert!(listed[0].node.labels.is_empty(), "its own name is not among them");
        let n1 = ListedNode {
            node: Node {
                name: "n1".into(),
                description: Some(description.into()),
                labels: LabelSet::new(["docker"]),
                exclusive: true,
                online: false,
                temporarily_offline: true,
                idle: false,
                executors: 1,
                busy: 1,
                running: [QueueItemId(7)].into_iter().collect(),
                runs: SmallVec::new(),
            },
            kind: NodeKind::Agent,
            hides_build: false,
        };
        assert_eq!(listed[1], n1);
    }

    #[test]
    fn a_node_that_works_without_showing_on_what_hides_a_build() {
        // (name, idle, executors) => hides
        let build = json!({"currentExecutable": {"queueId": 3}});
        let table = [
            ("n", true, json!([{"currentExecutable": null}]), false),
            ("n", false, json!([{"currentExecutable": null}]), true),
            ("n", false, json!([{}]), true),
            ("n", false, json!([build]), false),
            // Seen of builds that were never in the queue.
            ("n", false, json!([{"currentExecutable": {"queueId": -1}}]), false),
            ("n", false, json!([{"currentExecutable": {}}]), false),
            // jenkins.md 2: a flyweight, which a Pipeline's run is, makes the controller work, and no executor of it.
            ("master", false, json!([{}]), false),
            ("Built-In Node", false, json!([]), false),
        ];
        for (name, idle, executors, hides) in table {
            let body = json!({"computer": [{"displayName": name, "idle": idle, "offline": false,
                "temporarilyOffline": false, "numExecutors": 1, "executors": executors}]});
            let listed = nodes(body.to_string().as_bytes()).unwrap();
            assert_eq!(listed[0].hides_build, hides, "{body}");
        }
    }

    #[test]
    fn a_node_shows_the_runs_of_which_something_runs_on_it() {
        const RUN: &str = "org.jenkinsci.plugins.workflow.job.WorkflowRun";
        let build = |class: &str, path: &str| json!({"currentExecutable": {"_class": class, "url": format!("https://ci.example.org/jenkins/job/{path}/")}});
        let free = |path| build("hudson.model.FreeStyleBuild", path);
        // (executors, oneOffExecutors) => runs
        let table = [
            (json!([{}]), json!([]), vec![]),
            (json!([free("app/7")]), json!([]), vec![("app", 7, false)]),
            // A block has its run's URL, and the run is on an executor of its own.
            (json!([build(PIPELINE_BLOCK, "pipe/3")]), json!([]), vec![("pipe", 3, true)]),
            (
                json!([]),
                json!([build(RUN, "team/job/pipe/3"), build(RUN, "pipe/2")]),
                vec![("pipe", 2, false), ("team/pipe", 3, false)],
            ),
            (
                json!([build(PIPELINE_BLOCK, "pipe/3")]),
                json!([build(RUN, "pipe/3")]),
                vec![("pipe", 3, false), ("pipe", 3, true)],
            ),
            (
                json!([build(MATRIX_BUILD, "mx/AXIS=a/5")]),
                json!([build("hudson.matrix.MatrixBuild", "mx/5")]),
                vec![("mx", 5, false), ("mx", 5, true)],
            ),
            // Who may not read the job sees nothing, and what has no such URL is no run.
            (json!([{"currentExecutable": null}]), json!([{"currentExecutable": null}, {}]), vec![]),
            (json!([{"currentExecutable": {"_class": "org.example.Build"}}]), json!([]), vec![]),
            (json!([{"currentExecutable": {"url": null}}]), json!([]), vec![]),
        ];
        for (executors, one_off, want) in table {
            let body = json!({"computer": [{"displayName": "n", "idle": false, "offline": false,
                "temporarilyOffline": false, "numExecutors": 1, "executors": executors, "oneOffExecutors": one_off}]});
            let listed = nodes(body.to_string().as_bytes()).unwrap();
            let runs = listed[0].node.runs.iter().map(|it| (&*it.run.job, it.run.number, it.part));
            assert_eq!(runs.collect::<Vec<_>>(), want, "{body}");
        }
    }

    #[test]
    fn an_items_class_says_how_far_it_is_and_where_its_label_stands() {
        let item = |id: u64, class: &str, task: serde_json::Value| {
            json!({"_class": format!("hudson.model.Queue${class}"), "id": id, "inQueueSince": 10, "timestamp": 20,
                   "buildableStartMilliseconds": 30, "pending": id == 4, "task": task, "why": "x"})
        };
        let free = |label: serde_json::Value| json!({"_class": "hudson.model.FreeStyleProject", "labelExpression": label});
        let body = json!({"items": [
            item(5, "BuildableItem", json!({"_class": PIPELINE_STEP})),
            item(4, "BuildableItem", free(json!("docker && linux"))),
            item(3, "BuildableItem", free(json!(null))),
            item(2, "BlockedItem", json!({"_class": MATRIX_CELL, "labelExpression": null})),
            item(1, "WaitingItem", json!({"_class": "org.jenkinsci.plugins.workflow.job.WorkflowJob"})),
            item(6, "BuildableItem", json!({"_class": "org.example.Task"})),
            item(7, "BuildableItem", free(json!("  "))),
            item(8, "BuildableItem", json!({"_class": "hudson.matrix.MatrixProject", "labelExpression": null})),
        ]});
        let read: Vec<(u64, ItemState, Task)> = items(body.to_string().as_bytes())
            .unwrap()
            .into_iter()
            .map(|item| (item.id.0, item.state, item.task))
            .collect();
        let at = Timestamp::from_millis;
        let buildable = ItemState::Buildable { since: at(30) };
        let any = Task::Job { label: None };
        assert_eq!(
            read,
            [
                (1, ItemState::Waiting { until: at(20) }, Task::Flyweight),
                (2, ItemState::Blocked, Task::Hidden),
                (3, buildable, any.clone()),
                (4, ItemState::Pending, Task::Job { label: Some("docker && linux".into()) }),
                (5, buildable, Task::Hidden),
                (6, buildable, Task::Strange),
                (7, buildable, any),
                (8, buildable, Task::Flyweight),
            ]
        );
    }

    #[test]
    fn what_is_no_listing_is_an_error() {
        for body in ["", "<html>", "{}", r#"{"items":[{"id":1}]}"#, r#"{"computer":[{}]}"#] {
            assert!(items(body.as_bytes()).is_err(), "{body}");
            assert!(nodes(body.as_bytes()).is_err(), "{body}");
        }
        let left = json!({"items": [{"_class": "hudson.model.Queue$LeftItem", "id": 1, "inQueueSince": 1}]});
        assert!(items(left.to_string().as_bytes()).is_err());
    }

    #[test]
    fn a_session_is_its_number_and_any_other_text_a_stable_one() {
        let table = [
            ("a137ccf0", 0xa137_ccf0),
            ("7fd17a07", 0x7fd1_7a07),
            (" 7fd17a07 ", 0x7fd1_7a07),
            ("0", 0),
            // SHA-256, committed: another number is taken for a restart.
            ("node-1", 0x3597_1be6_e9bb_024a),
        ];
        for (header, number) in table {
            assert_eq!(session(header), number, "{header}");
        }
        // More digits than a number holds, and a sign, which is no digit.
        assert_eq!(session("1123456789abcdef0"), stable_hash("1123456789abcdef0"));
        assert_eq!(session("+1"), stable_hash("+1"));
    }
}
