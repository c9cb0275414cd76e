//! Matrix projects: their axes as `config.xml` has them, and the configurations that follow.
//!
//! The rules are those of the plugin's `AxisList`, `Combination` and `MatrixConfiguration` (read 2026-11-26). A filter of
//! combinations is Groovy, and refused as all of it is.

use super::{
    Face, KeptJob,
    config::{JobConfig, Unread, child_text},
    definition::Definition,
    reply::Refusal,
};
use crate::{CreateJobError, Jenkins, JobId, JobKind, JobSpec};
use footman_core::time::{Millis, Timestamp};
use roxmltree::Node;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// How many configurations a project has at most.
const CONFIGURATIONS_MAX: usize = 1_000;

/// The axes of a matrix project, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Axes(Vec<Axis>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Axis {
    name: String,
    kind: Kind,
    values: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `TextAxis`: its values are variables of the build.
    Text,
    /// `LabelAxis`, whose values are labels.
    Label,
    /// `LabelExpAxis`, whose values are expressions.
    LabelExpression,
}

/// One value of each axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Combination {
    /// `label=linux,VERSION=1`, by the names of the axes.
    pub(super) name: String,
    /// The same without the names of axes whose values are no others' (`Combination.toCompactString`).
    pub(super) title: String,
    /// What its builds ask for.
    pub(super) label: Option<Arc<str>>,
}

impl Axes {
    /// Reads those of a `<matrix-project>`.
    ///
    /// # Errors
    ///
    /// Fails for what the simulator would have to do otherwise than Jenkins.
    pub(super) fn read(root: Node<'_, '_>) -> Result<Self, Unread> {
        let unread = |what| Err(Unread::NotSimulated(what));
        let has = |element: &str| root.descendants().any(|node| child_text(node, element).is_some());
        let is_true = |element: &str| {
            root.descendants().any(|node| child_text(node, element).as_deref() == Some("true"))
        };
        if has("combinationFilter") || has("touchStoneCombinationFilter") {
            return unread("a filter of combinations is Groovy, which the simulator does not have");
        }
        if is_true("runSequentially") {
            return unread("configurations that are built one after another are not simulated");
        }
        let list = root.children().find(|node| node.has_tag_name("axes"));
        let elements = list.into_iter().flat_map(|list| list.children().filter(Node::is_element));
        let mut axes = Vec::new();
        for element in elements {
            let kind = match element.tag_name().name() {
                "hudson.matrix.TextAxis" => Kind::Text,
                "hudson.matrix.LabelAxis" => Kind::Label,
                "hudson.matrix.LabelExpAxis" => Kind::LabelExpression,
                _ => return unread("of axes only TextAxis, LabelAxis and LabelExpAxis are simulated"),
            };
            let texts = element.descendants().filter(|node| node.has_tag_name("string"));
            let texts = texts.filter_map(|node| node.text()).map(|text| text.trim().to_owned());
            let mut values: Vec<String> = Vec::new();
            // A value that stands twice counts once.
            for text in texts {
                if !values.contains(&text) {
                    values.push(text);
                }
            }
            let name = child_text(element, "name").ok_or(Unread::NoJob)?;
            if name.contains(['/', ',', '=']) || values.iter().any(|value| value.contains(['/', ','])) {
                return unread(
                    "names of axes with `/`, `,` or `=`, and values with `/` or `,`, are not simulated",
                );
            }
            axes.push(Axis { name, kind, values });
        }
        let count = axes.iter().try_fold(1_usize, |count, axis| count.checked_mul(axis.values.len()));
        if count.is_none_or(|count| count > CONFIGURATIONS_MAX) {
            return unread("matrix projects with more than 1,000 configurations are not simulated");
        }
        Ok(Self(axes))
    }

    /// Every combination, the values of the last axis changing first.
    pub(super) fn combinations(&self) -> Vec<Combination> {
        let mut all: Vec<Vec<&str>> = vec![Vec::new()];
        for axis in &self.0 {
            let longer = |values: &Vec<_>| {
                let values = values.clone();
                axis.values.iter().map(move |value| values.iter().copied().chain([&**value]).collect())
            };
            all = all.iter().flat_map(longer).collect();
        }
        let shared = self.shared();
        all.iter().map(|values| self.combination(values, &shared)).collect()
    }

    /// The axes that have a value of another one.
    fn shared(&self) -> BTreeSet<&str> {
        let mut owners: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for axis in &self.0 {
            for value in &axis.values {
                owners.entry(value).or_default().push(&axis.name);
            }
        }
        owners.into_values().filter(|owners| owners.len() > 1).flatten().collect()
    }

    fn combination(&self, values: &[&str], shared: &BTreeSet<&str>) -> Combination {
        let pairs: BTreeMap<&str, &str> =
            self.0.iter().map(|axis| &*axis.name).zip(values.iter().copied()).collect();
        let join = |parts: Vec<String>| if parts.is_empty() { "default".to_owned() } else { parts.join(",") };
        let title = |(&name, &value): (&&str, &&str)| {
            if shared.contains(name) { format!("{name}={value}") } else { value.to_owned() }
        };
        let of_kind = |kind: Kind| {
            let axes = self.0.iter().zip(values).filter(move |(axis, _)| axis.kind == kind);
            axes.map(|(_, value)| *value)
        };
        let label: Vec<&str> = of_kind(Kind::Label).chain(of_kind(Kind::LabelExpression)).collect();
        Combination {
            name: join(pairs.iter().map(|(name, value)| format!("{name}={value}")).collect()),
            title: join(pairs.iter().map(title).collect()),
            label: (!label.is_empty()).then(|| label.join("&&").into()),
        }
    }
}

impl Face {
    /// Makes the configurations of a matrix project that there are not yet, and gives all of them what the project says.
    pub(super) fn make_configurations(
        &mut self,
        jenkins: &mut Jenkins,
        now: Timestamp,
        project: JobId,
    ) -> Result<(), Refusal> {
        let parent = &self.jobs[project.index()];
        let Definition::Matrix(axes) = &parent.config.definition else { return Ok(()) };
        let (combinations, config, xml) = (axes.combinations(), parent.config.clone(), parent.xml.clone());
        let known = &jenkins.jobs[project.index()];
        let (name, concurrent) = (Arc::clone(&known.name), known.concurrent);
        let mut configurations = Vec::new();
        for Combination { name: combination, title, label } in combinations {
            let name: Arc<str> = format!("{name}/{combination}").into();
            let (kind, quiet_period) = (JobKind::Matrix, Millis::ZERO);
            let spec = JobSpec {
                name: Arc::clone(&name),
                kind,
                label,
                quiet_period,
                concurrent,
                disabled: false,
                belongs_to: Some(Arc::clone(&jenkins.jobs[project.index()].name)),
            };
            let definition = Definition::Configuration { title };
            let config = JobConfig { definition, description: None, ..config.clone() };
            let kept = KeptJob { xml: xml.clone(), config, configurations: Vec::new() };
            let id = match jenkins.job(&name) {
                Some(id) if self.is_configuration(id) => {
                    jenkins.configure_job(now, id, spec).map_err(super::refused)?;
                    self.jobs[id.index()] = kept;
                    id
                }
                Some(_) => return Err(super::refused(CreateJobError::Duplicate { name })),
                None => {
                    let id = jenkins.create_configuration(now, spec).map_err(super::refused)?;
                    self.jobs.push(kept);
                    id
                }
            };
            configurations.push(id);
        }
        self.jobs[project.index()].configurations = configurations;
        Ok(())
    }

    /// Whether a job is a configuration of a matrix project, and so in no list of jobs.
    pub(super) fn is_configuration(&self, id: JobId) -> bool {
        matches!(self.jobs[id.index()].config.definition, Definition::Configuration { .. })
    }

    /// The configuration of a matrix project that is called so, one that is built no more among them.
    pub(super) fn configuration(
        &self,
        jenkins: &Jenkins,
        project: JobId,
        combination: &str,
    ) -> Option<JobId> {
        let name = &jenkins.jobs[project.index()].name;
        jenkins.job(&format!("{name}/{combination}")).filter(|&id| self.is_configuration(id))
    }

    /// The configurations of a matrix project, those among them that are built no more.
    pub(super) fn configurations(&self, jenkins: &Jenkins, project: JobId) -> Vec<JobId> {
        let JobKind::MatrixProject = jenkins.jobs[project.index()].kind else { return Vec::new() };
        let prefix = format!("{}/", jenkins.jobs[project.index()].name);
        let of_project = jenkins.job_names.iter().filter(|(name, _)| name.starts_with(&prefix));
        let mut found: Vec<JobId> = of_project.map(|(_, &id)| id).collect();
        found.retain(|&id| self.is_configuration(id));
        found.sort_unstable();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use roxmltree::Document;

    fn read(inner: &str) -> Result<Vec<Combination>, Unread> {
        let xml = format!("<matrix-project>{inner}</matrix-project>");
        let Ok(document) = Document::parse(&xml) else { panic!("{xml}") };
        Axes::read(document.root_element()).map(|axes| axes.combinations())
    }

    fn axis(class: &str, name: &str, values: &str) -> String {
        let values: String = values.split(' ').map(|value| format!("<string>{value}</string>")).collect();
        format!("<hudson.matrix.{class}><name>{name}</name><values>{values}</values></hudson.matrix.{class}>")
    }

    fn of(axes: &[String]) -> Result<Vec<Combination>, Unread> {
        read(&format!("<axes>{}</axes>", axes.concat()))
    }

    #[test]
    fn every_combination_has_a_name_a_title_and_a_label() {
        let axes = [
            axis("TextAxis", "V", "1 2 1"),
            axis("LabelExpAxis", "exp", "b||c"),
            axis("LabelAxis", "OS", "a"),
        ];
        let found = of(&axes).unwrap();
        let shown: Vec<_> = found.iter().map(|one| (&*one.name, &*one.title, one.label.as_deref())).collect();
        let want = [
            ("OS=a,V=1,exp=b||c", "a,1,b||c", Some("a&&b||c")),
            ("OS=a,V=2,exp=b||c", "a,2,b||c", Some("a&&b||c")),
        ];
        assert_eq!(shown, want);
        let clash =
            of(&[axis("TextAxis", "A", "x"), axis("TextAxis", "B", "x y"), axis("TextAxis", "C", "z")])
                .unwrap();
        assert_eq!(clash[1].title, "A=x,B=y,z");
        assert_eq!(
            read("").unwrap(),
            [Combination { name: "default".into(), title: "default".into(), label: None }]
        );
    }

    #[test]
    fn what_would_be_otherwise_than_in_jenkins_is_refused() {
        let many = "0 1 2 3 4 5 6 7 8 9";
        let table = [
            of(&[axis("JDKAxis", "jdk", "17")]),
            of(&["a", "b", "c", "d"].map(|name| axis("TextAxis", name, many))),
            of(&[axis("TextAxis", "a", "x/y")]),
            read("<combinationFilter>a == '1'</combinationFilter>"),
            read("<executionStrategy><runSequentially>true</runSequentially></executionStrategy>"),
            read(
                "<executionStrategy><touchStoneCombinationFilter>a</touchStoneCombinationFilter></executionStrategy>",
            ),
        ];
        for (row, found) in table.into_iter().enumerate() {
            assert!(matches!(found, Err(Unread::NotSimulated(_))), "row {row}: {found:?}");
        }
    }
}
