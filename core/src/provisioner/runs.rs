//! Which runs are under way, by the nodes that show them.
//!
//! A run is under way for as long as a node shows the run itself: a Pipeline's is where its flyweight task is. Nodes where a
//! `node` block of it runs are known too, and say nothing of its end, for after a restart of the controller a block may be
//! there before the run is. That no node shows a run counts as its end only in a complete view, and only as long as the
//! controller was not restarted since: who looks at the ends is [`super::sessions`].

use crate::{
    event::{Executable, Run},
    id::NodeName,
};
use std::collections::BTreeMap;

/// The runs that nodes show.
#[derive(Debug, Default)]
pub(super) struct Runs {
    /// What each node shows; nodes that show none are not in it.
    by_node: BTreeMap<NodeName, Vec<Executable>>,
    /// How many nodes show a run itself.
    nodes: BTreeMap<Run, u32>,
    /// What no node showed any more at some time since the last complete view.
    left: Vec<Run>,
}

impl Runs {
    /// Whether some node shows the run itself.
    pub(super) fn is_under_way(&self, run: &Run) -> bool {
        self.nodes.contains_key(run)
    }

    /// What a node shows.
    pub(super) fn on(&self, node: &NodeName) -> &[Executable] {
        self.by_node.get(node).map_or(&[], Vec::as_slice)
    }

    /// Takes in what a node shows; the answer is the runs that no node showed before.
    pub(super) fn node_shows(&mut self, node: &NodeName, runs: &[Executable]) -> Vec<Run> {
        let mut began = Vec::new();
        if runs.is_empty() && self.by_node.is_empty() || self.on(node) == runs {
            return began;
        }
        let before = match runs {
            [] => self.by_node.remove(node),
            _ => self.by_node.insert(node.clone(), runs.to_vec()),
        };
        // What stays is counted before it is discounted, so that it does not look as if it had left.
        for run in whole(runs) {
            let nodes = self.nodes.entry(run.clone()).or_default();
            *nodes += 1;
            if *nodes == 1 {
                began.push(run.clone());
            }
        }
        for run in whole(&before.unwrap_or_default()) {
            let nodes = self.nodes.get_mut(run).expect("what a node showed was counted");
            *nodes -= 1;
            if *nodes == 0 {
                self.nodes.remove(run);
                self.left.push(run.clone());
            }
        }
        began
    }

    /// The runs that ended since the last complete view, now that there is another.
    pub(super) fn ended(&mut self) -> Vec<Run> {
        let mut ended = std::mem::take(&mut self.left);
        ended.retain(|run| !self.is_under_way(run));
        ended
    }
}

/// The runs that are there themselves.
fn whole(shown: &[Executable]) -> impl Iterator<Item = &Run> {
    shown.iter().filter(|executable| !executable.part).map(|executable| &executable.run)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str) -> Run {
        let (job, number) = text.split_once('#').unwrap();
        Run { job: job.into(), number: number.parse().unwrap() }
    }

    fn runs(texts: &[&str]) -> Vec<Run> {
        texts.iter().map(|text| run(text)).collect()
    }

    /// Parts of runs end with a dot.
    fn shown(texts: &[&str]) -> Vec<Executable> {
        let executable = |text: &&str| match text.strip_suffix('.') {
            Some(part) => Executable { run: run(part), part: true },
            None => Executable { run: run(text), part: false },
        };
        texts.iter().map(executable).collect()
    }

    /// What one node shows.
    type Shown = (&'static str, &'static [&'static str]);

    #[test]
    fn a_run_is_under_way_as_long_as_a_node_shows_it() {
        // (what nodes show, one after the other) => (which of it is new at the last, what ended by then)
        let table: [(&[Shown], &[&str], &[&str]); 10] = [
            (&[("master", &[])], &[], &[]),
            (&[("master", &["a#1", "b#1"])], &["a#1", "b#1"], &[]),
            (&[("master", &["a#1"]), ("master", &["a#1", "a#2"])], &["a#2"], &[]),
            (&[("master", &["a#1"]), ("master", &["a#1"])], &[], &[]),
            (&[("master", &["a#1", "a#2"]), ("master", &["a#2"])], &[], &["a#1"]),
            // A block is of a run that is under way, and the end of the block is not the run's.
            (&[("master", &["a#1"]), ("n1", &["a#1."])], &[], &[]),
            (&[("master", &["a#1"]), ("n1", &["a#1."]), ("n1", &[])], &[], &[]),
            (&[("master", &["a#1"]), ("n1", &["a#1."]), ("n1", &[]), ("master", &[])], &[], &["a#1"]),
            // After a restart the block may be there first.
            (&[("n1", &["a#1."]), ("n1", &[])], &[], &[]),
            // It is gone from a view that was not complete, and there in the next.
            (&[("n1", &["a#1"]), ("n1", &[]), ("n1", &["a#1"])], &["a#1"], &[]),
        ];
        for (steps, new, over) in table {
            let mut known = Runs::default();
            let mut began = Vec::new();
            for (node, texts) in steps {
                began = known.node_shows(&NodeName::from(*node), &shown(texts));
            }
            assert_eq!(began, runs(new), "{steps:?}");
            assert_eq!(known.ended(), runs(over), "{steps:?}");
            assert_eq!(known.ended(), [], "each end is told once");
        }
    }

    #[test]
    fn what_a_node_shows_is_remembered_until_it_shows_other_things() {
        let mut known = Runs::default();
        let node = NodeName::from("n1");
        known.node_shows(&node, &shown(&["a#1", "b#2", "c#3."]));
        assert_eq!(known.on(&node), shown(&["a#1", "b#2", "c#3."]));
        let under_way = ["a#1", "b#2", "b#1", "c#3"].map(|text| known.is_under_way(&run(text)));
        assert_eq!(under_way, [true, true, false, false]);
        known.node_shows(&node, &[]);
        assert_eq!(known.on(&node), []);
        assert!(!known.is_under_way(&run("b#2")));
    }
}
