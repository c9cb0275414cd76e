//! Lists of jobs in `footman.yaml`.

use crate::{
    plugin::kind::shorten,
    reader::{Field, Reader},
    yaml::{Node, Value},
};
use footman_core::jobs::{JobList, JobPattern};

/// What a list of jobs is, as messages say it.
const EXPECTED: &str = "a list of full names of jobs such as `team/**`";

impl Field for JobList {
    const EXPECTED: &'static str = EXPECTED;

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let Value::List(items) = &node.value else {
            reader.bad_value(&node.place, EXPECTED, node.kind());
            return None;
        };
        if items.is_empty() {
            reader.bad_value(&node.place, EXPECTED, "an empty list, which lets no job in");
        }
        let patterns: Vec<Option<JobPattern>> = items.iter().map(|item| pattern(item, reader)).collect();
        Self::new(patterns.into_iter().collect::<Option<Vec<JobPattern>>>()?)
    }

    fn is_blank(&self) -> bool {
        false
    }

    fn show(&self) -> String {
        let texts: Vec<&str> = self.patterns().iter().map(JobPattern::as_str).collect();
        texts.join(", ")
    }
}

fn pattern(node: &Node, reader: &mut Reader<'_>) -> Option<JobPattern> {
    let text = reader.text(node, "a full name of a job")?;
    match JobPattern::parse(&text) {
        Ok(pattern) => Some(pattern),
        Err(error) => {
            let found = format!("`{}`: {error}", shorten(&text));
            reader.bad_value(&node.place, "a full name of a job, with `*` and `**`", &found);
            None
        }
    }
}

/// The jobs that may override: one list for all keys, or one for each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct OverrideJobs {
    /// Who may ask for CPU.
    pub(crate) cpu: Option<JobList>,
    /// Who may ask for memory.
    pub(crate) memory: Option<JobList>,
}

impl OverrideJobs {
    const KEYS: [&str; 2] = ["cpu", "memory"];
}

impl Field for OverrideJobs {
    const EXPECTED: &'static str = "a list of full names of jobs, or one for each of `cpu` and `memory`";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if let Value::Map(_) = node.value {
            reader.check_keys(node, &Self::KEYS, "`allowJobs`");
            let mut list = |key| node.get(key).and_then(|node| JobList::read(node, reader));
            return Some(Self { cpu: list("cpu"), memory: list("memory") });
        }
        let list = JobList::read(node, reader)?;
        Some(Self { cpu: Some(list.clone()), memory: Some(list) })
    }

    fn is_blank(&self) -> bool {
        false
    }

    fn show(&self) -> String {
        match (&self.cpu, &self.memory) {
            (Some(cpu), Some(memory)) if cpu == memory => cpu.show(),
            (cpu, memory) => {
                let lists = [("cpu", cpu), ("memory", memory)].into_iter();
                let given = lists.filter_map(|(key, list)| Some(format!("{key}: {}", list.as_ref()?.show())));
                given.collect::<Vec<_>>().join("; ")
            }
        }
    }
}
