//! Why an item or a label waits, as sentences: read from a snapshot, so that the daemon and whoever asks it say the same.

use super::{
    snapshot::{Agent, Group, Item, Label, MadeFor, Snapshot, State, Template},
    words::span,
};
use footman_core::Timestamp;
use serde::Serialize;

/// The format of an [`Explanation`]: another number where a field changes its meaning or goes.
pub const EXPLANATION: &str = "footmand.explanation/1";

/// How many agents are named.
const AGENTS_MAX: usize = 10;

/// Why an item or a label waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// [`EXPLANATION`].
    pub schema: &'static str,
    /// The item, where one was asked for.
    pub item: Option<Item>,
    /// What its label asks for; `None` where the daemon makes nothing of it.
    pub group: Option<Group>,
    /// The agents that were made for the label and are there, the oldest first.
    pub agents: Vec<Agent>,
    /// What it comes to.
    pub sentences: Vec<String>,
}

/// Explains the item with this id, or else the label of this name; an empty text is no label. `None` where there is neither.
pub fn explain(snapshot: &Snapshot, what: &str) -> Option<Explanation> {
    let id = what.trim().parse().ok();
    let item = snapshot.items.iter().find(|item| Some(item.id) == id);
    let is_meant = |group: &&Group| match item {
        Some(item) => item.is_of(group),
        None => group.label.is_called(what),
    };
    // Jobs on different lists may have one label; most of those who ask wait with the others.
    let group = snapshot.groups.iter().filter(is_meant).max_by_key(|group| group.waiting);
    let label = item.map(|item| &item.label).or_else(|| group.map(|group| &group.label))?;
    let mut agents: Vec<&Agent> = snapshot
        .agents
        .iter()
        .filter(|agent| agent.made_for.as_ref().is_some_and(|it| *it == MadeFor::Label(label.clone())))
        .collect();
    agents.sort_by_key(|agent| agent.since_ms);
    let now = Timestamp::from_millis(snapshot.at_ms);
    let mut sentences = match item {
        Some(item) => vec![item_sentence(item, now)],
        None => Vec::new(),
    };
    if snapshot.state == State::GaveWay {
        sentences.push("This footmand gave way to an older one and does nothing more.".to_owned());
    }
    sentences.extend(group_sentences(snapshot, label, group));
    sentences.extend(agents_sentence(&agents, now));
    sentences.extend(group.into_iter().flat_map(|group| template_sentences(snapshot, group)));
    Some(Explanation {
        schema: EXPLANATION,
        item: item.cloned(),
        group: group.cloned(),
        agents: agents.into_iter().cloned().collect(),
        sentences,
    })
}

fn item_sentence(item: &Item, now: Timestamp) -> String {
    let (id, label) = (item_name(item), &item.label);
    let since = |at: i64| span(now.since(Timestamp::from_millis(at)));
    match (item.buildable_since_ms, item.state.as_str()) {
        (Some(at), _) => format!("Item {id} wants {label} and has waited {} for an executor.", since(at)),
        (None, "quiet") => {
            format!(
                "Item {id} wants {label} and is in its quiet period: no agent is made for it before that ends."
            )
        }
        (None, "blocked") => format!(
            "Item {id} wants {label} and is blocked in Jenkins for {}, by another build or a resource: no agent is made for it.",
            since(item.in_queue_since_ms)
        ),
        (None, "pending") => format!("Item {id} wants {label} and has an executor: it is about to start."),
        (None, other) => format!("Item {id} wants {label} and is {other}."),
    }
}

/// The item's id, with the job where that is known.
fn item_name(item: &Item) -> String {
    match (&item.job, item.run) {
        (Some(job), Some(run)) => format!("{} (`{job}` #{run})", item.id),
        (Some(job), None) => format!("{} (`{job}`)", item.id),
        (None, _) => item.id.to_string(),
    }
}

fn group_sentences(snapshot: &Snapshot, label: &Label, group: Option<&Group>) -> Vec<String> {
    let Some(group) = group.filter(|group| group.waiting > 0) else {
        return vec![format!("No item with {} waits for an agent.", name(label))];
    };
    let mut sentences = vec![format!(
        "{} with {}; {} on the way and {} idle that match.",
        several(group.waiting, "item waits", "items wait"),
        name(label),
        several(group.coming, "agent is", "agents are"),
        several(group.idle, "executor is", "executors are"),
    )];
    if let Some(refused) = &group.refused {
        sentences.push(format!(
            "{} no agent at present: {}.",
            several(refused.count, "item gets", "items get"),
            refused.why.text
        ));
    }
    if !group.promised.is_empty() {
        let promised: Vec<String> = group
            .promised
            .iter()
            .map(|&(template, agents)| format!("{agents} of {}", snapshot.template_name(template)))
            .collect();
        sentences.push(format!("The last plan gave them these agents: {}.", promised.join(", ")));
    }
    sentences
}

fn agents_sentence(agents: &[&Agent], now: Timestamp) -> Option<String> {
    if agents.is_empty() {
        return None;
    }
    let mut named: Vec<String> = agents
        .iter()
        .take(AGENTS_MAX)
        .map(|agent| {
            let since = now.since(Timestamp::from_millis(agent.since_ms));
            format!("{} ({} for {})", agent.name, agent.phase, span(since))
        })
        .collect();
    if agents.len() > AGENTS_MAX {
        named.push(format!("and {} more", agents.len() - AGENTS_MAX));
    }
    Some(format!("Launched for this label: {}.", named.join(", ")))
}

fn template_sentences(snapshot: &Snapshot, group: &Group) -> Vec<String> {
    let templates = |id: &u32| usize::try_from(*id).ok().and_then(|index| snapshot.templates.get(index));
    let bars =
        |template: &Template| format!("Template {} has the label, and is for other jobs.", template.name);
    let serving = group.templates.iter().filter_map(templates).map(template_sentence);
    serving.chain(group.barred.iter().filter_map(templates).map(bars)).collect()
}

fn template_sentence(template: &Template) -> String {
    let limit = match template.limit.text.as_str() {
        "" => "has no limit of its own".to_owned(),
        limit => format!("has a limit of {limit}"),
    };
    let state = match &template.refused {
        Some(why) => format!("nothing is launched from it: {}", why.text),
        None => "it is open".to_owned(),
    };
    let agents = several(u32::try_from(template.agents).unwrap_or(u32::MAX), "agent", "agents");
    format!("Template {} could serve it, {limit} and {agents}; {state}.", template.name)
}

/// The label in the middle of a sentence.
fn name(label: &Label) -> String {
    match label {
        Label::Expression(_) => format!("label {label}"),
        Label::Any | Label::Unknown => label.to_string(),
    }
}

fn several(count: u32, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::snapshot::tests::snapshot;

    fn said(what: &str) -> String {
        explain(&snapshot(), what).map_or_else(String::new, |explained| explained.sentences.join("\n"))
    }

    #[test]
    fn it_says_why_an_item_or_a_label_waits() {
        // (what is asked, what is said of it)
        let table = [
            ("1", "Item 1 wants `java&&<b>` and has waited 1 min 15 s for an executor."),
            ("1", "3 items wait with label `java&&<b>`; 1 agent is on the way and 0 executors are idle"),
            (
                "java&&<b>",
                "2 items get no agent at present: the limit of template ecs/java on agents (3) is reached.",
            ),
            ("java&&<b>", "The last plan gave them these agents: 1 of ecs/java."),
            ("2", " (pulling for 20 s)."),
            (
                "2",
                "Template ecs/java could serve it, has a limit of 3 agents, 6144 MiB of memory and 3 agents; it is open.",
            ),
            ("3", "is in its quiet period"),
            ("4", "Item 4 wants a label that could not be read and is blocked in Jenkins for 1 min 30 s"),
            ("4", "No item with a label that could not be read waits for an agent."),
        ];
        for (what, want) in table {
            assert!(said(what).contains(want), "{what}: {want}\n{}", said(what));
        }
        assert!(!said("java&&<b>").contains("Item "), "{}", said("java&&<b>"));
    }

    #[test]
    fn of_what_is_not_there_nothing_is_said() {
        for what in ["9", "python", ""] {
            assert_eq!(explain(&snapshot(), what), None, "{what}");
        }
    }
}
