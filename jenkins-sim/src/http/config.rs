//! `config.xml` of jobs and of nodes.

use crate::{JobKind, JobSpec};
use footman_core::{label::LabelSet, time::Millis};
use roxmltree::{Document, Node, ParsingOptions};
use std::sync::Arc;

/// How many elements of a document are read at most.
const NODES_MAX: u32 = 100_000;
/// The quiet period of a job that sets none (`Jenkins.getQuietPeriod`).
const QUIET_PERIOD: Millis = Millis::from_secs(5);
/// How long a build without a `sleep` in its steps lasts: trivial builds took 26 to 100 ms (Jenkins 2.263.4).
const TRIVIAL_BUILD: Millis = Millis::new(50);

/// A job as its `config.xml` describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct JobConfig {
    pub(super) spec: JobSpec,
    /// How long its builds last.
    pub(super) duration: Millis,
}

/// What is read of a node's `config.xml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NodeConfig {
    pub(super) labels: LabelSet,
    pub(super) executors: Option<u16>,
}

/// Reads a job; `None` where the text is no XML, or describes a kind of job that is not simulated.
pub(super) fn job(name: &str, xml: &str) -> Option<JobConfig> {
    let document = parse(xml)?;
    let root = document.root_element();
    if root.tag_name().name() != "project" {
        return None;
    }
    let text = |element: &str| child_text(root, element);
    let is_true = |element: &str| text(element).as_deref() == Some("true");
    let commands = root.descendants().filter(|node| node.has_tag_name("command"));
    let slept: Millis =
        commands.filter_map(|node| node.text()).map(sleeps).fold(Millis::ZERO, Millis::saturating_add);
    let spec = JobSpec {
        name: name.into(),
        kind: JobKind::Freestyle,
        label: text("assignedNode").map(Arc::from),
        quiet_period: text("quietPeriod")
            .and_then(|text| text.parse().ok())
            .map_or(QUIET_PERIOD, Millis::from_secs),
        concurrent: is_true("concurrentBuild"),
        disabled: is_true("disabled"),
    };
    Some(JobConfig { spec, duration: if slept.is_zero() { TRIVIAL_BUILD } else { slept } })
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
    Some(NodeConfig { labels, executors })
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
fn child_text(parent: Node<'_, '_>, element: &str) -> Option<String> {
    let child = parent.children().find(|node| node.has_tag_name(element))?;
    let text = child.text()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// How long the `sleep`s of a shell script last, each taken once.
fn sleeps(script: &str) -> Millis {
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
        let config = job("a", xml).unwrap();
        assert_eq!(config.duration, Millis::new(121_500));
        assert_eq!(config.spec.label.as_deref(), Some("docker && linux"));
        assert_eq!(config.spec.quiet_period, Millis::ZERO);
        assert!(config.spec.concurrent && !config.spec.disabled);
    }

    #[test]
    fn a_bare_job_has_the_defaults() {
        let config = job("a", "<project/>").unwrap();
        assert_eq!(config.duration, TRIVIAL_BUILD);
        assert_eq!((config.spec.label, config.spec.quiet_period), (None, QUIET_PERIOD));
    }

    #[test]
    fn what_is_no_job_is_not_read() {
        let bomb = "<!DOCTYPE a [<!ENTITY b \"x\">]><project>&b;</project>";
        for xml in ["", "<project><oops", "<flow-definition/>", "plain", bomb, "<?xml version='1.1'"] {
            assert_eq!(job("a", xml), None, "{xml}");
        }
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
