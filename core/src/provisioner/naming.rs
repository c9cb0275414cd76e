//! The names and descriptions of agents: what is written when one is made, and what is read after a crash.
//!
//! Behind what [`Description`] says stands ` since_ms=`: when the daemon that made the node was started. It is what two
//! daemons under one owner id know each other by. Behind that stands [`ONE_SHOT`] where the agent is for one build only:
//! the guard file in Jenkins goes by it, and nobody else.

use crate::{
    description::{Description, ONE_SHOT, Reading, SessionWords},
    event::Node,
    id::TemplateId,
    name::{AgentName, AgentNamePrefix},
    policy::Policy,
    spec::AgentSpec,
    time::Timestamp,
};
use std::sync::Arc;

/// The prefixes of the templates' names, and how many names the present moment has.
#[derive(Debug)]
pub(super) struct Names {
    prefixes: Vec<AgentNamePrefix>,
    moment: Timestamp,
    serial: u32,
}

impl Names {
    pub(super) fn new(policy: &Policy) -> Self {
        let prefix = |template: &crate::policy::Template| {
            AgentNamePrefix::new(&policy.owner, &template.cloud, &template.name)
        };
        Self { prefixes: policy.templates.iter().map(prefix).collect(), moment: Timestamp::EPOCH, serial: 0 }
    }

    /// The next name of an agent that is decided at `now`.
    pub(super) fn next(&mut self, template: TemplateId, now: Timestamp) -> AgentName {
        if self.moment == now {
            self.serial += 1;
        } else {
            (self.moment, self.serial) = (now, 0);
        }
        self.prefixes[template.index()].name(now, self.serial)
    }

    /// The template of the agent with the name `text`, of this run or another; `None` where it is no such name.
    pub(super) fn template(&self, text: &str) -> Option<TemplateId> {
        AgentName::parse(text)?;
        (0u32..)
            .map(TemplateId)
            .zip(&self.prefixes)
            .find(|(_, prefix)| text.starts_with(prefix.as_str()))
            .map(|(template, _)| template)
    }
}

/// The descriptions of the nodes of one spec, up to the time of decision, which stands last.
pub(super) fn describe_start(policy: &Policy, spec: &AgentSpec) -> Arc<str> {
    let template = &policy.templates[spec.template.index()];
    let description = Description {
        owner: policy.owner.as_str().into(),
        cloud: (&*template.cloud).into(),
        template: (&*template.name).into(),
        size: spec.size,
        decided: Timestamp::EPOCH,
        session: None,
    };
    let text = description.to_string();
    text.strip_suffix('0').expect("the epoch is 0 ms after itself").into()
}

/// What the descriptions of the nodes of one spec say between the time of decision and what they end with.
pub(super) fn describe_session(spec: &AgentSpec) -> Arc<str> {
    spec.session.as_deref().map_or_else(|| Arc::from(""), |label| SessionWords(label).to_string().into())
}

/// What stands before the time at which the daemon was started.
const SINCE: &str = " since_ms=";

/// What the descriptions of all nodes of a daemon that was started at `since` end with.
pub(super) fn describe_end(since: Timestamp) -> Box<str> {
    format!("{SINCE}{}", since.as_millis()).into()
}

/// The description of the node of an agent, made in `buffer` to allocate once, between what it has in common with others.
pub(super) fn describe(
    start: &str,
    decided: Timestamp,
    session: &str,
    end: &str,
    is_one_shot: bool,
    buffer: &mut String,
) -> Arc<str> {
    buffer.clear();
    buffer.push_str(start);
    push_number(buffer, decided.as_millis());
    buffer.push_str(session);
    buffer.push_str(end);
    if is_one_shot {
        buffer.push(' ');
        buffer.push_str(ONE_SHOT);
    }
    buffer.as_str().into()
}

/// Writes a number without the formatter: a description is made for every agent.
fn push_number(text: &mut String, number: i64) {
    /// The most digits that 64 bits come to.
    const DIGITS_MAX: usize = 20;
    if number < 0 {
        text.push('-');
    }
    let mut digits = [b'0'; DIGITS_MAX];
    let mut first = DIGITS_MAX;
    let mut rest = number.unsigned_abs();
    loop {
        first -= 1;
        digits[first] += u8::try_from(rest % 10).expect("a digit is below 10");
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    text.push_str(std::str::from_utf8(&digits[first..]).expect("digits are ASCII"));
}

/// What a node of ours says of its agent.
pub(super) struct Found {
    pub(super) name: AgentName,
    /// What the agent is; its template may be the one that stands for unknown ones.
    pub(super) spec: AgentSpec,
    /// When the daemon that made it was started.
    pub(super) since: Option<Timestamp>,
}

/// Whether a node is ours by its name and its description.
pub(super) fn owns(policy: &Policy, node: &Node) -> bool {
    described(policy, node).is_some() && AgentName::from_node(&node.name).is_some()
}

fn described<'a>(policy: &Policy, node: &'a Node) -> Option<Description<'a>> {
    match Description::parse(node.description.as_ref()?) {
        Reading::Ours(description) if description.owner == policy.owner.as_str() => Some(description),
        Reading::Ours(_) | Reading::OtherFormat(_) | Reading::Damaged | Reading::Foreign => None,
    }
}

/// What a node of ours says of its agent; `unknown` is the template of those whose own is not in the policy.
pub(super) fn read(policy: &Policy, unknown: TemplateId, node: &Node) -> Option<Found> {
    let description = described(policy, node)?;
    let name = AgentName::from_node(&node.name)?;
    let template = (0u32..)
        .map(TemplateId)
        .zip(&policy.templates[..unknown.index()])
        .find(|(_, template)| {
            *template.cloud == *description.cloud && *template.name == *description.template
        })
        .map_or(unknown, |(template, _)| template);
    let session = description.session.as_deref().map(Arc::from);
    let spec = AgentSpec { template, labels: node.labels.clone(), size: description.size, session };
    let since = node
        .description
        .as_ref()
        .and_then(|text| text.split_once(SINCE))
        .and_then(|(_, since)| since.split(' ').next()?.parse().ok().map(Timestamp::from_millis));
    Some(Found { name, spec, since })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        id::OwnerId,
        label::LabelSet,
        policy::{Breaker, Deadlines, Limit, Pace, Reuse, Template},
        units::{CpuUnits, Mib, MicroUsd, Size},
    };

    #[test]
    fn numbers_read_as_the_formatter_writes_them() {
        for number in [0, 7, 10, 1_795_500_000_120, -1, -120, i64::MAX, i64::MIN] {
            let mut text = String::new();
            push_number(&mut text, number);
            assert_eq!(text, number.to_string());
        }
    }

    #[test]
    fn a_description_says_what_its_reader_reads() {
        let template = Template {
            cloud: "my cloud".into(),
            name: "java/8".into(),
            labels: LabelSet::default(),
            serves_unlabelled: false,
            fargate: false,
            rank: 0,
            size: Size::new(CpuUnits::from_vcpus(1), Mib::from_gib(2)),
            price_per_hour: MicroUsd::ZERO,
            limit: Limit::default(),
            has_alternatives: false,
            min_idle: 0,
            reuse: Reuse::OneShot,
            overrides: crate::label::OverrideRules::default(),
            allow_jobs: None,
            active_hours: None,
        };
        let size = template.size;
        let policy = Policy {
            owner: OwnerId::new("prod"),
            templates: vec![template],
            limit: Limit::default(),
            shared_limits: Vec::new(),
            pace: Pace::default(),
            deadlines: Deadlines::default(),
            breaker: Breaker::default(),
            attempts_max: 1,
        };
        for session in [None, Some("java/cpu=1/session=a.b-1")] {
            let labels = LabelSet::new(session);
            let session = session.map(Arc::from);
            let spec = AgentSpec { template: TemplateId(0), labels: labels.clone(), size, session };
            let (since, decided) =
                (Timestamp::from_millis(1_795_400_000_000), Timestamp::from_millis(1_795_500_000_120));
            let (start, middle, end) =
                (describe_start(&policy, &spec), describe_session(&spec), describe_end(since));
            let text = describe(&start, decided, &middle, &end, true, &mut String::new());
            let kept = describe(&start, decided, &middle, &end, false, &mut String::new());
            assert_eq!(*text, *format!("{kept} oneshot"), "the guard file goes by this word");
            let Reading::Ours(read) = Description::parse(&text) else { panic!("{text} is ours") };
            assert_eq!((&*read.cloud, &*read.template, read.size), ("my cloud", "java/8", size));
            assert_eq!((read.decided, read.session.as_deref()), (decided, spec.session.as_deref()));
            let node = Node {
                name: AgentName::new(&policy.owner, "my cloud", "java/8", decided, 0).node().clone(),
                description: Some(text),
                labels,
                exclusive: true,
                online: false,
                temporarily_offline: false,
                idle: true,
                executors: 1,
                busy: 0,
                running: smallvec::SmallVec::new(),
                runs: smallvec::SmallVec::new(),
            };
            let found = super::read(&policy, TemplateId(1), &node).expect("it is ours");
            assert_eq!((found.spec, found.since), (spec, Some(since)));
        }
    }
}
