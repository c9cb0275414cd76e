//! `config.xml` of jobs and of nodes.

use super::{definition::Definition, matrix::Axes};
use crate::{JobKind, JobSpec, Parameters};
use footman_core::{label::LabelSet, time::Millis};
use roxmltree::{Document, Node, ParsingOptions};
use std::sync::Arc;

/// How many elements of a document are read at most.
const NODES_MAX: u32 = 100_000;
/// The quiet period of a job that sets none (`Jenkins.getQuietPeriod`).
const QUIET_PERIOD: Millis = Millis::from_secs(5);
/// How long a build without a `sleep` in its steps lasts: trivial builds took 26 to 100 ms (Jenkins 2.263.4).
const TRIVIAL_BUILD: Millis = Millis::new(50);

/// The longest name or value of a parameter, so that a queue of builds has a bound.
const PARAMETER_MAX: usize = 10_000;

/// A job as its `config.xml` describes it, without what the state machine knows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct JobConfig {
    /// How long its builds last.
    pub(super) duration: Millis,
    pub(super) description: Option<String>,
    pub(super) definition: Definition,
    /// What its builds run.
    pub(super) commands: Vec<String>,
    pub(super) parameters: Vec<Parameter>,
}

/// A parameter that a job's builds are given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parameter {
    /// The class of its definition.
    pub(super) class: String,
    pub(super) name: String,
    pub(super) default: String,
}

/// What is read of a node's `config.xml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NodeConfig {
    pub(super) labels: LabelSet,
    pub(super) executors: Option<u16>,
    pub(super) description: Option<String>,
    pub(super) exclusive: bool,
    pub(super) remote_folder: String,
    pub(super) web_socket: bool,
}

/// Why a job cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    /// The text is no XML of a job, or of a kind that is unknown here.
    NoJob,
    /// Jenkins would take it, and the simulator does not.
    NotSimulated(&'static str),
}

/// Reads a job.
///
/// # Errors
///
/// Fails for what is no job, and for jobs that are not simulated.
pub(super) fn job(name: &str, xml: &str) -> Result<(JobSpec, JobConfig), Unread> {
    let document = parse(xml).ok_or(Unread::NoJob)?;
    let root = document.root_element();
    let (kind, definition) = match root.tag_name().name() {
        "project" => (JobKind::Freestyle, Definition::Commands),
        "maven2-moduleset" => (JobKind::Maven, Definition::Commands),
        "flow-definition" => (JobKind::Flyweight, Definition::of_flow(root)?),
        "matrix-project" => (JobKind::MatrixProject, Definition::Matrix(Axes::read(root)?)),
        _ => return Err(Unread::NoJob),
    };
    let text = |element: &str| child_text(root, element);
    let is_true = |element: &str| text(element).as_deref() == Some("true");
    let commands = root.descendants().filter(|node| node.has_tag_name("command"));
    let commands: Vec<String> = commands.filter_map(|node| node.text()).map(str::to_owned).collect();
    let slept: Millis = commands.iter().map(|text| sleeps(text)).fold(Millis::ZERO, Millis::saturating_add);
    let definitions = root.descendants().find(|node| node.has_tag_name("parameterDefinitions"));
    let definitions = definitions.into_iter().flat_map(|list| list.children().filter(Node::is_element));
    let description = root.children().find(|node| node.has_tag_name("description"));
    let is_pipeline = kind == JobKind::Flyweight;
    let spec = JobSpec {
        name: name.into(),
        kind,
        label: text("assignedNode").filter(|_| !is_pipeline).map(Arc::from),
        quiet_period: text("quietPeriod")
            .and_then(|text| text.parse().ok())
            .map_or(QUIET_PERIOD, Millis::from_secs),
        concurrent: if is_pipeline { may_be_concurrent(root) } else { is_true("concurrentBuild") },
        disabled: is_true("disabled"),
        belongs_to: None,
    };
    let config = JobConfig {
        duration: match &definition {
            Definition::Commands | Definition::Matrix(_) | Definition::Configuration { .. } => {
                if slept.is_zero() { TRIVIAL_BUILD } else { slept }
            }
            Definition::Pipeline(plan) => plan.as_ref().map_or(Millis::ZERO, |plan| plan.duration),
        },
        definition,
        description: description.map(|node| node.text().unwrap_or_default().to_owned()),
        commands,
        parameters: definitions.filter_map(parameter).collect(),
    };
    Ok((spec, config))
}

/// Whether builds of a Pipeline may run at the same time: unless it has a property against that, or says so as old
/// versions do (`WorkflowJob.isConcurrentBuild`, read 2026-11-26).
fn may_be_concurrent(root: Node<'_, '_>) -> bool {
    const DISABLED: &str = "org.jenkinsci.plugins.workflow.job.properties.DisableConcurrentBuildsJobProperty";
    let is_disabled = root.descendants().any(|node| node.has_tag_name(DISABLED));
    !is_disabled && child_text(root, "concurrentBuild").as_deref() != Some("false")
}

/// Reads the definition of a parameter. Of a choice the first is the default.
fn parameter(definition: Node<'_, '_>) -> Option<Parameter> {
    let choice = || definition.descendants().find(|node| node.has_tag_name("string"));
    let default = child_text(definition, "defaultValue")
        .or_else(|| choice().and_then(|node| node.text()).map(str::to_owned))
        .unwrap_or_default();
    let name = child_text(definition, "name").filter(|name| name.len() <= PARAMETER_MAX)?;
    Some(Parameter { class: definition.tag_name().name().to_owned(), name, default })
}

impl JobConfig {
    /// The parameters of a build: what was given for those that the job has, and the defaults of the others.
    pub(super) fn parameters(&self, given: impl Fn(&str) -> Option<String>) -> Parameters {
        let value = |parameter: &Parameter| {
            let given = given(&parameter.name).filter(|value| value.len() <= PARAMETER_MAX);
            (parameter.name.clone(), given.unwrap_or_else(|| parameter.default.clone()))
        };
        self.parameters.iter().map(value).collect::<Vec<_>>().into()
    }
}

/// A document as Jenkins gives it back: with its own declaration and empty elements closed at once (recording a018).
pub(super) fn rewrite(xml: &str) -> Option<String> {
    let document = parse(xml)?;
    let mut text = "<?xml version=\"1.1\" encoding=\"UTF-8\"?>".to_owned();
    write_element(document.root_element(), &mut text);
    Some(text)
}

/// Writes an element again. Documents are nested as deep as the parser lets them.
fn write_element(element: Node<'_, '_>, into: &mut String) {
    let name = element.tag_name().name();
    into.push('<');
    into.push_str(name);
    for attribute in element.attributes() {
        into.push_str(&format!(" {}=\"{}\"", attribute.name(), escape(attribute.value())));
    }
    if !element.has_children() {
        into.push_str("/>");
        return;
    }
    into.push('>');
    for child in element.children() {
        if child.is_element() {
            write_element(child, into);
        } else if child.is_text() {
            into.push_str(&escape(child.text().unwrap_or_default()).replace("&quot;", "\""));
        }
    }
    into.push_str(&format!("</{name}>"));
}

/// A job's document with `disabled` set.
pub(super) fn with_disabled(xml: &str, disabled: bool) -> Option<String> {
    let text = rewrite(xml)?;
    let start = text.find("?>").map_or(0, |at| at + 2);
    let document = Document::parse(text.get(start..)?).ok()?;
    let root = document.root_element();
    let element = format!("<disabled>{disabled}</disabled>");
    let range = match root.children().find(|node| node.has_tag_name("disabled")) {
        Some(node) => node.range(),
        None if root.has_children() => {
            let end = root.range().end - root.tag_name().name().len() - 3;
            end..end
        }
        None => {
            let name = root.tag_name().name();
            return Some(format!("{}<{name}>{element}</{name}>", text.get(..start)?));
        }
    };
    Some(format!("{}{element}{}", text.get(..start + range.start)?, text.get(start + range.end..)?))
}

/// Reads a node; `None` where the text is no XML of a node.
pub(super) fn node(xml: &str) -> Option<NodeConfig> {
    let document = parse(xml)?;
    let root = document.root_element();
    if root.tag_name().name() != "slave" {
        return None;
    }
    let executors = match child_text(root, "numExecutors") {
        None => None,
        Some(text) => Some(text.parse().ok()?),
    };
    let labels = LabelSet::parse(&child_text(root, "label").unwrap_or_default()).labels;
    let launcher = root.children().find(|node| node.has_tag_name("launcher"));
    let web_socket = launcher.and_then(|launcher| child_text(launcher, "webSocket"));
    Some(NodeConfig {
        labels,
        executors,
        description: child_text(root, "description"),
        exclusive: child_text(root, "mode").as_deref() == Some("EXCLUSIVE"),
        remote_folder: child_text(root, "remoteFS").unwrap_or_default(),
        web_socket: web_socket.as_deref() == Some("true"),
    })
}

/// `text` with the characters escaped that mean something in XML.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Jenkins writes XML 1.1 for the sake of control characters; what else differs from 1.0 does not matter here.
fn parse(xml: &str) -> Option<Document<'_>> {
    let xml = xml.trim_start_matches('\u{feff}').trim_start();
    let body = match xml.strip_prefix("<?xml") {
        Some(rest) => rest.split_once("?>").map_or("", |(_, body)| body),
        None => xml,
    };
    let options = ParsingOptions { allow_dtd: false, nodes_limit: NODES_MAX, ..ParsingOptions::default() };
    Document::parse_with_options(body, options).ok()
}

/// The text of a child element, unless it is absent or empty.
pub(super) fn child_text(parent: Node<'_, '_>, element: &str) -> Option<String> {
    let child = parent.children().find(|node| node.has_tag_name(element))?;
    let text = child.text()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// How long the `sleep`s of a shell script last, each taken once.
pub(super) fn sleeps(script: &str) -> Millis {
    let mut words = script.split(|c: char| c.is_whitespace() || matches!(c, ';' | '&' | '|'));
    let mut total = Millis::ZERO;
    while let Some(word) = words.next() {
        if word != "sleep" {
            continue;
        }
        let seconds = words.find(|word| !word.is_empty()).unwrap_or_default();
        total = total.saturating_add(span(seconds).unwrap_or(Millis::ZERO));
    }
    total
}

/// `20`, `0.5`, `2m`: a length of time as `sleep` of coreutils takes it; at most three decimals are read.
fn span(text: &str) -> Option<Millis> {
    let (number, unit) = match text.find(|c: char| !(c.is_ascii_digit() || c == '.')) {
        None => (text, 1),
        Some(at) => match &text[at..] {
            "s" => (&text[..at], 1),
            "m" => (&text[..at], 60),
            "h" => (&text[..at], 3600),
            _ => return None,
        },
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let part = part.get(..part.len().min(3))?;
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let thousandths: u64 = format!("{part:0<3}").parse().ok()?;
    Some(Millis::from_secs(whole).saturating_add(Millis::new(thousandths)).saturating_mul(unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_read_from_what_jenkins_writes() {
        let xml = "<?xml version='1.1' encoding='UTF-8'?>\n<project><assignedNode>docker &amp;&amp; linux</assignedNode>\
                   <quietPeriod>0</quietPeriod><disabled>false</disabled><concurrentBuild>true</concurrentBuild>\
                   <builders><hudson.tasks.Shell><command>echo a; sleep 1.5\nsleep 2m</command></hudson.tasks.Shell>\
                   </builders></project>";
        let (spec, config) = job("a", xml).unwrap();
        assert_eq!(config.duration, Millis::new(121_500));
        assert_eq!(spec.label.as_deref(), Some("docker && linux"));
        assert_eq!(spec.quiet_period, Millis::ZERO);
        assert!(spec.concurrent && !spec.disabled);
    }

    #[test]
    fn a_bare_job_has_the_defaults() {
        let (spec, config) = job("a", "<project/>").unwrap();
        assert_eq!((config.duration, config.description), (TRIVIAL_BUILD, None));
        assert_eq!((spec.label, spec.quiet_period), (None, QUIET_PERIOD));
    }

    #[test]
    fn parameters_are_read_with_their_defaults() {
        let xml = "<project><properties><hudson.model.ParametersDefinitionProperty><parameterDefinitions>\
                   <hudson.model.StringParameterDefinition><name>WHO</name><defaultValue>me</defaultValue>\
                   </hudson.model.StringParameterDefinition><hudson.model.ChoiceParameterDefinition><name>HOW</name>\
                   <choices><a><string>fast</string><string>slow</string></a></choices>\
                   </hudson.model.ChoiceParameterDefinition></parameterDefinitions>\
                   </hudson.model.ParametersDefinitionProperty></properties></project>";
        let (_, config) = job("a", xml).unwrap();
        let pairs =
            |who: Option<&str>| config.parameters(|name| who.filter(|_| name == "WHO").map(str::to_owned));
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(pairs(None).values(), [pair("WHO", "me"), pair("HOW", "fast")]);
        assert_eq!(pairs(Some("other")).values(), [pair("WHO", "other"), pair("HOW", "fast")]);
    }

    #[test]
    fn a_document_is_written_again_as_jenkins_does_it() {
        let xml = "<?xml version='1.1' encoding='UTF-8'?>\n<project><a></a><scm class='x\"y'/><b>1 &amp; 2</b></project>";
        let want = "<?xml version=\"1.1\" encoding=\"UTF-8\"?><project><a/><scm class=\"x&quot;y\"/><b>1 &amp; 2</b></project>";
        assert_eq!(rewrite(xml).unwrap(), want);
        assert_eq!(rewrite(want).unwrap(), want);
    }

    #[test]
    fn a_job_is_disabled_in_its_document() {
        // (before => after, without declaration)
        let table = [
            (
                "<project><disabled>false</disabled><a/></project>",
                "<project><disabled>true</disabled><a/></project>",
            ),
            ("<project><a/></project>", "<project><a/><disabled>true</disabled></project>"),
            ("<project/>", "<project><disabled>true</disabled></project>"),
        ];
        for (before, after) in table {
            let xml = with_disabled(before, true).unwrap();
            assert_eq!(xml.split_once("?>").unwrap().1, after);
            assert!(job("a", &xml).unwrap().0.disabled);
            assert!(!job("a", &with_disabled(&xml, false).unwrap()).unwrap().0.disabled);
        }
    }

    #[test]
    fn what_is_no_job_is_not_read() {
        let bomb = "<!DOCTYPE a [<!ENTITY b \"x\">]><project>&b;</project>";
        for xml in ["", "<project><oops", "<folder/>", "plain", bomb, "<?xml version='1.1'"] {
            assert_eq!(job("a", xml), Err(Unread::NoJob), "{xml}");
        }
        let of_scm = "<flow-definition><definition class='org.jenkinsci.plugins.workflow.cps.CpsScmFlowDefinition'/>\
                      </flow-definition>";
        assert!(matches!(job("a", of_scm), Err(Unread::NotSimulated(_))));
    }

    #[test]
    fn a_pipeline_is_read_with_its_script() {
        let of = |inner: &str| job("a", &format!("<flow-definition>{inner}</flow-definition>")).unwrap();
        let definition = "<assignedNode>a</assignedNode><quietPeriod>0</quietPeriod>\
                          <definition class='org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition'><script>sleep 7</script>\
                          <sandbox>true</sandbox></definition>";
        let (spec, config) = of(definition);
        assert_eq!((spec.kind, spec.label, spec.quiet_period), (JobKind::Flyweight, None, Millis::ZERO));
        assert_eq!(config.duration, Millis::from_secs(7));
        assert!(spec.concurrent);
        let property = "org.jenkinsci.plugins.workflow.job.properties.DisableConcurrentBuildsJobProperty";
        assert!(!of(&format!("<properties><{property}/></properties>{definition}")).0.concurrent);
        let Definition::Pipeline(Err(reason)) = of("").1.definition else { panic!("it has no definition") };
        assert_eq!(reason, "ERROR: No flow definition, cannot run");
    }

    #[test]
    fn a_node_is_read_with_its_labels() {
        let xml = "<?xml version=\"1.1\" encoding=\"UTF-8\"?>\n<slave>\n  <numExecutors>2</numExecutors>\n  \
                   <label>e2l  added</label>\n</slave>";
        let config = node(xml).unwrap();
        assert_eq!(config.labels, LabelSet::new(["added", "e2l"]));
        assert_eq!(config.executors, Some(2));
        let emptied = node("<slave><label></label></slave>").unwrap();
        assert_eq!((emptied.labels.len(), emptied.executors), (0, None));
        assert_eq!(node("<slave><numExecutors>many</numExecutors></slave>"), None);
    }

    #[test]
    fn spans_are_read_as_sleep_reads_them() {
        // text => ms
        let table = [
            ("20", Some(20_000)),
            ("0.5", Some(500)),
            (".25", Some(250)),
            ("2m", Some(120_000)),
            ("1h", Some(3_600_000)),
            ("x", None),
            ("1d", None),
        ];
        for (text, ms) in table {
            assert_eq!(span(text), ms.map(Millis::new), "{text}");
        }
    }
}
