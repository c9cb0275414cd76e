//! `/label/…`: what nodes have a label, and what they do.

use super::{
    computers::node_labels,
    export::{ALWAYS, Object},
    look::Look,
};
use crate::{
    JobId,
    load::Load,
    matching::shown,
    node::{CONTROLLER, Node, NodeKey},
};
use footman_core::label::LabelExpression;
use std::{rc::Rc, sync::Arc};

/// The class of the ECS plugin's cloud; of clouds Jenkins shows nothing else here (`Cloud` is `Actionable`, and exports no
/// more than that; its source).
const PLUGIN_CLOUD: &str = "com.cloudbees.jenkins.plugins.amazonecs.ECSCloud";

/// What is counted for a label.
#[derive(Debug)]
pub(super) struct Facts {
    /// Nodes that have it, those without a computer too, in the order of their names.
    nodes: Vec<NodeKey>,
    /// What those with a computer are and do.
    load: Load,
    is_offline: bool,
}

impl Look<'_> {
    /// A label that was asked for by its text.
    pub(super) fn label(&self, object: &mut Object<'_, '_>, text: &str) {
        let expression = asked_for(text);
        object.class(match &expression {
            LabelExpression::Atom(_) => "hudson.model.labels.LabelAtom",
            LabelExpression::Paren(_) => "hudson.model.labels.LabelExpression$Paren",
            LabelExpression::Not(_) => "hudson.model.labels.LabelExpression$Not",
            LabelExpression::And(..) => "hudson.model.labels.LabelExpression$And",
            LabelExpression::Or(..) => "hudson.model.labels.LabelExpression$Or",
            LabelExpression::Implies(..) => "hudson.model.labels.LabelExpression$Implies",
            LabelExpression::Iff(..) => "hudson.model.labels.LabelExpression$Iff",
        });
        self.label_properties(object, &expression);
    }

    /// One of the labels of a node, whose class is not named.
    pub(super) fn own_label(&self, object: &mut Object<'_, '_>, name: &str) {
        self.label_properties(object, &LabelExpression::Atom(name.into()));
    }

    fn label_properties(&self, object: &mut Object<'_, '_>, expression: &LabelExpression) {
        let is_atom = matches!(expression, LabelExpression::Atom(_));
        let name = name_of(expression);
        let facts = || self.facts(&name, expression);
        object.list("actions", || [(); 0], |_, ()| {});
        object.put(1, "busyExecutors", || facts().load.busy);
        let has_cloud = || {
            let labels = self.jenkins.settings.plugin_cloud.as_ref();
            labels.is_some_and(|labels| expression.matches(labels, ""))
        };
        object.list("clouds", || has_cloud().then_some(()), |cloud, ()| cloud.class(PLUGIN_CLOUD));
        object.put(1, "description", || if is_atom { None } else { Some(self.group(&facts())) });
        // Those that take builds, other than in the statistics (`Label.getIdleExecutors`).
        object.put(1, "idleExecutors", || facts().load.available);
        object.object(1, "loadStatistics", |statistics| self.label_load(statistics, &name));
        object.put(2, "name", || &*name);
        object.list("nodes", || facts().nodes.clone(), |node, key| self.node(node, key));
        object.put(1, "offline", || facts().is_offline);
        object.list("tiedJobs", || self.tied_jobs(&name), |job, id| self.job(job, id));
        object.put(1, "totalExecutors", || facts().load.online);
        if is_atom {
            object.list("propertiesList", || [(); 0], |_, ()| {});
        }
    }

    /// `description` of an expression (`Label.getDescription`; recordings a035, b024 and b048).
    fn group(&self, facts: &Facts) -> String {
        let nodes = &self.jenkins.nodes;
        match facts.nodes.as_slice() {
            [] => "invalid label".to_owned(),
            &[CONTROLLER] => super::computers::CONTROLLER_DESCRIPTION.to_owned(),
            &[sole] => nodes[sole].description.as_deref().unwrap_or_default().to_owned(),
            several => {
                let names: Vec<&str> = several.iter().map(|&key| nodes[key].name.as_str()).collect();
                format!("group of {}", names.join(","))
            }
        }
    }

    /// Counts once in one answer what a label stands for.
    fn facts(&self, name: &str, expression: &LabelExpression) -> Rc<Facts> {
        if let Some(known) = self.facts.borrow().get(name) {
            return Rc::clone(known);
        }
        let nodes = &self.jenkins.nodes;
        let has = |node: &Node| expression.matches(&node.labels, node.name.as_str());
        let mut keys: Vec<NodeKey> = nodes.keys().filter(|&key| has(&nodes[key])).collect();
        keys.sort_unstable_by(|&a, &b| nodes[a].name.cmp(&nodes[b].name));
        let members = || keys.iter().map(|&key| &nodes[key]);
        let facts = Rc::new(Facts {
            load: Load::of(members()),
            is_offline: !members().any(Node::is_online),
            nodes: keys,
        });
        self.facts.borrow_mut().insert(name.to_owned(), Rc::clone(&facts));
        facts
    }

    /// The jobs whose label is this very one.
    fn tied_jobs(&self, name: &str) -> Vec<JobId> {
        let jenkins = self.jenkins;
        let is_tied = |id: &JobId| {
            let label = jenkins.matching.label(jenkins.jobs[id.index()].label);
            label.text().is_some() && &*label.shown == name
        };
        self.jobs().into_iter().filter(is_tied).collect()
    }

    /// A node, which is not its computer.
    fn node(&self, object: &mut Object<'_, '_>, key: NodeKey) {
        if key == CONTROLLER {
            self.root(object);
            return;
        }
        let node = &self.jenkins.nodes[key];
        object.class("hudson.slaves.DumbSlave");
        object.list("assignedLabels", || node_labels(node), |label, name| self.own_label(label, name));
        object.set("mode", if node.exclusive { "EXCLUSIVE" } else { "NORMAL" });
        object.set("nodeDescription", node.description.as_deref().unwrap_or_default());
        object.put(ALWAYS, "nodeName", || node.name.as_str());
        object.set("numExecutors", node.executors);
    }
}

/// The label that a text in a path means: Jenkins first takes away the quotation marks around the whole, which may be
/// those of two labels (recording b049), and takes a malformed expression for one label (recording b050).
pub(super) fn asked_for(text: &str) -> LabelExpression {
    let text = text.trim();
    let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    LabelExpression::parse_or_atom(inner.unwrap_or(text))
}

/// The name of a label: of an atom without the quotation marks that it may need in an expression.
pub(super) fn name_of(label: &LabelExpression) -> Arc<str> {
    shown(Some(label))
}

pub(super) fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
