//! What `/status.json` holds: how the daemon stands at one moment, as data.
//!
//! The formats are our own and not those of the core's types, whose names may change. Times are milliseconds since the Unix
//! epoch. Kinds are words from fixed sets (the module `words`); texts are for people and may change with any version.

use super::words;
use footman_core::{
    Policy, Timestamp,
    decision::{Alarm, Demand, Reason},
    event::{ItemLabel, ItemState, QueueItem},
    jobs::Clearance,
    label::LabelExpression,
    policy::Limit,
    provisioner::{AgentView, GroupView, TemplateView},
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The format: another number where a field changes its meaning or goes.
pub const SCHEMA: &str = "footmand.status/1";

/// How the daemon stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Snapshot {
    /// [`SCHEMA`].
    pub schema: String,
    /// The version of `footmand`.
    pub version: String,
    /// The owner id.
    pub owner: String,
    /// When it stood so.
    pub at_ms: i64,
    /// When it was started.
    pub started_ms: i64,
    /// Whether it decides.
    pub state: State,
    /// Whether it is a dry run: agents are imagined, and nothing is changed in Jenkins or ECS. `false` where it is not said.
    #[serde(default)]
    pub dry_run: bool,
    /// What was seen of Jenkins.
    pub jenkins: Sight,
    /// What was seen of ECS.
    pub ecs: Sight,
    /// How many actions were handed out and not answered.
    pub actions_in_flight: usize,
    /// Limits on several templates: the global one first, where there is one, with `name` `None`.
    pub limits: Vec<NamedLimit>,
    /// The templates, in the order of the configuration; others refer to them by their place here.
    pub templates: Vec<Template>,
    /// Every label that was met and is not forgotten.
    pub groups: Vec<Group>,
    /// The queue as the last complete poll showed it.
    pub items: Vec<Item>,
    /// Every agent, by name.
    pub agents: Vec<Agent>,
    /// The last alarms, the newest first.
    pub alarms: Vec<AlarmEntry>,
}

/// Whether the daemon decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The first complete listings are not in yet.
    #[default]
    Starting,
    /// It decides.
    Ready,
    /// It decides, and launches nothing more: everything of its is to end.
    Draining,
    /// An older daemon works under the same owner id, and this one stops itself.
    GaveWay,
}

/// What was seen of one side of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sight {
    /// When it was last looked at, whatever came of it.
    pub last_ms: Option<i64>,
    /// When it was last seen completely.
    pub last_complete_ms: Option<i64>,
    /// How long the last look took.
    pub took_ms: Option<u64>,
}

/// A label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "expression")]
pub enum Label {
    /// Any node that takes builds without a label.
    Any,
    /// An expression.
    Expression(String),
    /// It could not be read.
    Unknown,
}

/// Why something is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// The kind of the reason.
    pub reason: String,
    /// The reason, as half a sentence.
    pub text: String,
}

/// How many get nothing, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// How many.
    pub count: u32,
    /// Why.
    #[serde(flatten)]
    pub why: Why,
}

/// A limit on several templates together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedLimit {
    /// Its name; `None` is that on all agents together.
    pub name: Option<String>,
    /// The templates that it joins.
    pub templates: Vec<u32>,
    /// How many agents count towards it.
    pub agents: u64,
    /// What it is.
    pub limit: Amounts,
}

/// What a limit is on; `None` is no limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amounts {
    /// Agents.
    pub agents: Option<u32>,
    /// CPU units.
    pub cpu_units: Option<u32>,
    /// Mebibytes of memory.
    pub memory_mib: Option<u32>,
    /// List price per hour, in millionths of a US dollar.
    pub spend_per_hour_micro_usd: Option<u64>,
    /// All of it as text, empty where it limits nothing.
    pub text: String,
}

/// How a template stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Its cloud and its name, with a slash between them.
    pub name: String,
    /// The labels of its nodes.
    pub labels: Vec<String>,
    /// How many agents count towards its limit.
    pub agents: u64,
    /// Its own limit.
    pub limit: Amounts,
    /// Why nothing may be launched from it, if so: its breaker, or no room in ECS.
    pub refused: Option<Why>,
    /// How many agents are kept warm.
    pub min_idle: u32,
    /// How many of these are missing, and why.
    pub warm_refused: Option<Refused>,
}

/// What one label asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// The label.
    pub label: Label,
    /// Which lists of jobs its items are on: a number that those on the same lists share, 0 where there are no lists.
    pub jobs: u32,
    /// How many items wait for an agent.
    pub waiting: u32,
    /// How many of them get none at present, and why.
    pub refused: Option<Refused>,
    /// The templates that can serve it, the preferred one first.
    pub templates: Vec<u32>,
    /// The templates that have what the label asks for, and are for other jobs.
    pub barred: Vec<u32>,
    /// Agents on their way that match.
    pub coming: u32,
    /// Idle agents that match, and idle executors of other nodes.
    pub idle: u32,
    /// How many agents the last plan gave to its items, by template.
    pub promised: Vec<(u32, u32)>,
}

/// A queue item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its id in Jenkins.
    pub id: u64,
    /// The label that it wants.
    pub label: Label,
    /// The full name of its job, where that could be read.
    pub job: Option<String>,
    /// The number of the Pipeline's run that it is a block of.
    pub run: Option<u32>,
    /// Which lists of jobs it is on, as in its group.
    pub jobs: Option<u32>,
    /// How far it is.
    pub state: String,
    /// Since when it is in the queue.
    pub in_queue_since_ms: i64,
    /// Since when it waits for an executor, where it does.
    pub buildable_since_ms: Option<i64>,
}

/// An agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// Its name, which is its node's.
    pub name: String,
    /// Its template; `None` where that is not configured.
    pub template: Option<u32>,
    /// How far it is.
    pub phase: String,
    /// Since when.
    pub since_ms: i64,
    /// Whom it was made for; `None` where it was found, from before the daemon was started.
    pub made_for: Option<MadeFor>,
}

/// Whom an agent was made for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MadeFor {
    /// Items with this label.
    Label(Label),
    /// To be kept warm.
    Warm,
}

/// Something that somebody should look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlarmEntry {
    /// When it was raised.
    pub at_ms: i64,
    /// Its kind.
    pub alarm: String,
    /// It as a sentence.
    pub text: String,
}

impl Snapshot {
    /// The name of a template.
    pub fn template_name(&self, id: u32) -> &str {
        let index = usize::try_from(id).unwrap_or(usize::MAX);
        self.templates.get(index).map_or("not configured", |template| &template.name)
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("no label"),
            Self::Expression(expression) => write!(f, "`{expression}`"),
            Self::Unknown => f.write_str("a label that could not be read"),
        }
    }
}

impl Label {
    /// Whether a person who writes `text` means this label: blanks between the parts of an expression do not matter, and an
    /// empty text is no label.
    pub fn is_called(&self, text: &str) -> bool {
        match self {
            Self::Any => text.trim().is_empty(),
            Self::Expression(expression) => {
                LabelExpression::parse_or_atom(expression) == LabelExpression::parse_or_atom(text.trim())
            }
            Self::Unknown => false,
        }
    }
}

impl From<&ItemLabel> for Label {
    fn from(label: &ItemLabel) -> Self {
        match label {
            ItemLabel::Any => Self::Any,
            ItemLabel::Expression(expression) => Self::Expression(expression.to_string()),
            ItemLabel::Unknown => Self::Unknown,
        }
    }
}

impl From<&Demand> for MadeFor {
    fn from(demand: &Demand) -> Self {
        match demand {
            Demand::Items(label) => Self::Label(label.into()),
            Demand::Warm => Self::Warm,
        }
    }
}

impl Item {
    /// The item, whose job is on these lists.
    pub(super) fn new(item: &QueueItem, jobs: Option<Clearance>) -> Self {
        Self {
            id: item.id.0,
            label: (&item.label).into(),
            job: item.job.as_deref().map(str::to_owned),
            run: item.run,
            jobs: jobs.map(Clearance::get),
            state: words::item_state(item.state).to_owned(),
            in_queue_since_ms: item.in_queue_since.as_millis(),
            buildable_since_ms: match item.state {
                ItemState::Buildable { since } => Some(since.as_millis()),
                ItemState::Waiting { .. } | ItemState::Blocked | ItemState::Pending => None,
            },
        }
    }
}

impl Item {
    /// Whether it is one of the items of `group`.
    pub fn is_of(&self, group: &Group) -> bool {
        self.label == group.label && self.jobs == Some(group.jobs)
    }
}

impl Why {
    fn new(reason: &Reason, policy: &Policy, now: Timestamp) -> Self {
        Self { reason: words::reason(reason).to_owned(), text: words::reason_sentence(reason, policy, now) }
    }
}

impl Refused {
    fn new((reason, count): &(Reason, u32), policy: &Policy, now: Timestamp) -> Self {
        Self { count: *count, why: Why::new(reason, policy, now) }
    }
}

impl From<&Limit> for Amounts {
    fn from(limit: &Limit) -> Self {
        Self {
            agents: limit.agents,
            cpu_units: limit.cpu.map(|cpu| cpu.get()),
            memory_mib: limit.memory.map(|memory| memory.get()),
            spend_per_hour_micro_usd: limit.spend_per_hour.map(|spend| spend.get()),
            text: words::limit_sentence(limit),
        }
    }
}

impl Template {
    /// The template of this view in `policy`, as it stands at `now`.
    pub(super) fn new(view: &TemplateView, policy: &Policy, now: Timestamp) -> Self {
        let template = &policy.templates[view.template.index()];
        Self {
            name: words::template_name(policy, view.template),
            labels: template.labels.iter().map(|label| label.to_string()).collect(),
            agents: view.agents,
            limit: (&template.limit).into(),
            refused: view.refused.as_ref().map(|reason| Why::new(reason, policy, now)),
            min_idle: template.min_idle,
            warm_refused: view.warm_refused.as_ref().map(|refused| Refused::new(refused, policy, now)),
        }
    }
}

impl Group {
    /// The group of this view as it stands at `now`.
    pub(super) fn new(view: &GroupView, policy: &Policy, now: Timestamp) -> Self {
        Self {
            label: (&view.label).into(),
            jobs: view.clearance.get(),
            waiting: view.waiting,
            refused: view.refused.as_ref().map(|refused| Refused::new(refused, policy, now)),
            templates: view.templates.iter().map(|id| id.0).collect(),
            barred: view.barred.iter().map(|id| id.0).collect(),
            coming: view.coming,
            idle: view.idle,
            promised: view.promised.iter().map(|(id, agents)| (id.0, *agents)).collect(),
        }
    }
}

impl Agent {
    /// The agent of this view.
    pub(super) fn new(view: &AgentView, policy: &Policy, made_for: Option<&Demand>) -> Self {
        let is_configured = view.template.index() < policy.templates.len();
        Self {
            name: view.name.as_str().to_owned(),
            template: is_configured.then_some(view.template.0),
            phase: words::phase(view.phase).to_owned(),
            since_ms: view.since.as_millis(),
            made_for: made_for.map(MadeFor::from),
        }
    }
}

impl AlarmEntry {
    /// An alarm that was raised at `at`.
    pub(super) fn new(at: Timestamp, alarm: &Alarm) -> Self {
        Self {
            at_ms: at.as_millis(),
            alarm: words::alarm(alarm).to_owned(),
            text: words::alarm_sentence(alarm),
        }
    }
}

/// The limits on several templates, with the agents that count towards them.
pub(super) fn limits(policy: &Policy, templates: &[Template], all: u64) -> Vec<NamedLimit> {
    let global = (policy.limit != Limit::default()).then(|| NamedLimit {
        name: None,
        templates: (0..).take(templates.len()).collect(),
        agents: all,
        limit: (&policy.limit).into(),
    });
    let shared = policy.shared_limits.iter().map(|shared| NamedLimit {
        name: Some(shared.name.to_string()),
        templates: shared.templates.iter().map(|id| id.0).collect(),
        agents: shared.templates.iter().map(|id| templates[id.index()].agents).sum(),
        limit: (&shared.limit).into(),
    });
    global.into_iter().chain(shared).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use footman_core::{
        Millis,
        decision::{Dimension, LimitScope, Phase},
        id::{NodeName, OwnerId, QueueItemId, TemplateId},
        label::{LabelSet, OverrideRules},
        name::AgentName,
        policy::{self, Breaker, Deadlines, Pace, Reuse, SharedLimit},
        units::{CpuUnits, Mib, MicroUsd, Size},
    };

    /// When everything stands as here.
    pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_704_067_200_000);

    fn policy() -> Policy {
        let template = policy::Template {
            cloud: "ecs".into(),
            name: "java".into(),
            labels: LabelSet::parse("java").labels,
            serves_unlabelled: false,
            fargate: false,
            rank: 0,
            size: Size::new(CpuUnits::new(1024), Mib::new(2048)),
            price_per_hour: MicroUsd::ZERO,
            limit: Limit { agents: Some(3), memory: Some(Mib::new(6144)), ..Limit::default() },
            has_alternatives: false,
            min_idle: 0,
            reuse: Reuse::OneShot,
            overrides: OverrideRules::default(),
            allow_jobs: None,
            active_hours: None,
        };
        Policy {
            owner: OwnerId::new("o"),
            templates: vec![template],
            limit: Limit { spend_per_hour: Some(MicroUsd::new(12_500_000)), ..Limit::default() },
            shared_limits: vec![SharedLimit {
                name: "team".into(),
                templates: vec![TemplateId(0)],
                limit: Limit { agents: Some(2), ..Limit::default() },
            }],
            pace: Pace::default(),
            deadlines: Deadlines::default(),
            breaker: Breaker::default(),
            attempts_max: 3,
        }
    }

    /// Three items wait for one template whose limit is reached, one has no label that can be read, and an alarm was raised.
    pub(crate) fn snapshot() -> Snapshot {
        let policy = policy();
        let java = ItemLabel::Expression("java&&<b>".into());
        let ago = |s: u64| NOW.saturating_sub(Millis::from_secs(s));
        let limit =
            Reason::Limit { scope: LimitScope::Template(TemplateId(0)), dimension: Dimension::Agents };
        let item = |id, label: &ItemLabel, state| {
            let item = QueueItem {
                id: QueueItemId(id),
                label: label.clone(),
                state,
                in_queue_since: ago(90),
                job: None,
                run: None,
            };
            Item::new(&item, Some(Clearance::EVERY))
        };
        let buildable = ItemState::Buildable { since: ago(75) };
        let template = TemplateView { template: TemplateId(0), agents: 3, refused: None, warm_refused: None };
        let templates = vec![Template::new(&template, &policy, NOW)];
        let group = GroupView {
            label: java.clone(),
            clearance: Clearance::EVERY,
            waiting: 3,
            refused: Some((limit, 2)),
            templates: vec![TemplateId(0)],
            barred: Vec::new(),
            coming: 1,
            idle: 0,
            promised: vec![(TemplateId(0), 1)],
        };
        let agent = AgentView {
            name: AgentName::new(&policy.owner, "ecs", "java", ago(30), 0),
            template: TemplateId(0),
            phase: Phase::Pulling,
            since: ago(20),
        };
        let seen = Sight {
            last_ms: Some(ago(1).as_millis()),
            last_complete_ms: Some(ago(1).as_millis()),
            took_ms: Some(40),
        };
        Snapshot {
            schema: SCHEMA.to_owned(),
            version: "0.1.0".to_owned(),
            owner: "o".to_owned(),
            at_ms: NOW.as_millis(),
            started_ms: ago(7_200).as_millis(),
            state: State::Ready,
            dry_run: false,
            jenkins: seen,
            ecs: seen,
            actions_in_flight: 1,
            limits: limits(&policy, &templates, 3),
            templates,
            groups: vec![Group::new(&group, &policy, NOW)],
            items: vec![
                item(1, &java, buildable),
                item(2, &java, buildable),
                item(3, &java, ItemState::Waiting { until: NOW }),
                item(4, &ItemLabel::Unknown, ItemState::Blocked),
            ],
            agents: vec![Agent::new(&agent, &policy, Some(&Demand::Items(java)))],
            alarms: vec![AlarmEntry::new(ago(60), &Alarm::TwoTasks { agent: NodeName::new("a&b") })],
        }
    }

    #[test]
    fn data_is_the_same_after_it_was_sent() {
        let sent = serde_json::to_string(&snapshot()).unwrap();
        assert_eq!(serde_json::from_str::<Snapshot>(&sent).unwrap(), snapshot());
    }

    #[test]
    fn data_has_the_names_and_units_of_its_format() {
        let data = serde_json::to_value(snapshot()).unwrap();
        let table = [
            ("/schema", serde_json::json!("footmand.status/1")),
            ("/state", serde_json::json!("ready")),
            ("/dry_run", serde_json::json!(false)),
            ("/groups/0/label", serde_json::json!({"kind": "expression", "expression": "java&&<b>"})),
            ("/groups/0/refused/count", serde_json::json!(2)),
            ("/groups/0/refused/reason", serde_json::json!("limit")),
            (
                "/groups/0/refused/text",
                serde_json::json!("the limit of template ecs/java on agents (3) is reached"),
            ),
            ("/templates/0/limit/text", serde_json::json!("3 agents, 6144 MiB of memory")),
            ("/limits/0/limit/text", serde_json::json!("$12.50 an hour")),
            ("/limits/1/agents", serde_json::json!(3)),
            ("/items/0/buildable_since_ms", serde_json::json!(1_704_067_125_000_i64)),
            ("/items/2/state", serde_json::json!("quiet")),
            ("/items/3/label", serde_json::json!({"kind": "unknown"})),
            ("/agents/0/made_for/label/expression", serde_json::json!("java&&<b>")),
            ("/alarms/0/alarm", serde_json::json!("two_tasks")),
        ];
        for (path, want) in table {
            assert_eq!(data.pointer(path), Some(&want), "{path}");
        }
    }

    #[test]
    fn a_label_is_called_by_any_spelling_of_its_expression() {
        let java = Label::Expression("java&&linux".to_owned());
        let table = [
            (&java, "java && linux", true),
            (&java, "java", false),
            (&Label::Any, "", true),
            (&Label::Any, "java", false),
            (&Label::Unknown, "", false),
        ];
        for (label, text, want) in table {
            assert_eq!(label.is_called(text), want, "{label} {text:?}");
        }
    }
}
