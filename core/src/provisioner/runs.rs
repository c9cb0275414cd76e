//! Which runs are under way, by the nodes that show them.
//!
//! A Pipeline's run is shown where its flyweight task is and wherever a `node` block of it runs, so it is under way for as
//! long as any node shows it. That none does counts as its end only in a complete view, and only as long as the controller
//! was not restarted since: who looks at the ends is [`super::sessions`].

use crate::{event::Run, id::NodeName};
use std::collections::BTreeMap;

/// The runs that nodes show.
#[derive(Debug, Default)]
pub(super) struct Runs {
    /// What each node shows; nodes that show none are not in it.
    by_node: BTreeMap<NodeName, Vec<Run>>,
    /// How many nodes show a run.
    nodes: BTreeMap<Run, u32>,
    /// What no node showed any more at some time since the last complete view.
    left: Vec<Run>,
}

impl Runs {
    /// Whether some node shows the run.
    pub(super) fn is_under_way(&self, run: &Run) -> bool {
        self.nodes.contains_key(run)
    }

    /// What a node shows.
    pub(super) fn on(&self, node: &NodeName) -> &[Run] {
        self.by_node.get(node).map_or(&[], Vec::as_slice)
    }

    /// Takes in what a node shows; the answer is what no node showed before.
    pub(super) fn node_shows(&mut self, node: &NodeName, runs: &[Run]) -> Vec<Run> {
        let mut began = Vec::new();
        if runs.is_empty() && self.by_node.is_empty() || self.on(node) == runs {
            return began;
        }
        let before = match runs {
            [] => self.by_node.remove(node),
            _ => self.by_node.insert(node.clone(), runs.to_vec()),
        };
        // What stays is counted before it is discounted, so that it does not look as if it had left.
        for run in runs {
            let nodes = self.nodes.entry(run.clone()).or_default();
            *nodes += 1;
            if *nodes == 1 {
                began.push(run.clone());
            }
        }
        for run in before.unwrap_or_default() {
            let nodes = self.nodes.get_mut(&run).expect("what a node showed was counted");
            *nodes -= 1;
            if *nodes == 0 {
                self.nodes.remove(&run);
                self.left.push(run);
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

    /// What one node shows.
    type Shown = (&'static str, &'static [&'static str]);

    #[test]
    fn a_run_is_under_way_as_long_as_any_node_shows_it() {
        // (what nodes show, one after the other) => (which of it is new at the last, what ended by then)
        let table: [(&[Shown], &[&str], &[&str]); 9] = [
            (&[("master", &[])], &[], &[]),
            (&[("master", &["a#1", "b#1"])], &["a#1", "b#1"], &[]),
            (&[("master", &["a#1"]), ("master", &["a#1", "a#2"])], &["a#2"], &[]),
            (&[("master", &["a#1"]), ("master", &["a#1"])], &[], &[]),
            (&[("master", &["a#1", "a#2"]), ("master", &["a#2"])], &[], &["a#1"]),
            // A block is of a run that is under way, and the end of the block is not the run's.
            (&[("master", &["a#1"]), ("n1", &["a#1"])], &[], &[]),
            (&[("master", &["a#1"]), ("n1", &["a#1"]), ("n1", &[])], &[], &[]),
            (&[("master", &["a#1"]), ("n1", &["a#1"]), ("n1", &[]), ("master", &[])], &[], &["a#1"]),
            // It is gone from a view that was not complete, and there in the next.
            (&[("n1", &["a#1"]), ("n1", &[]), ("n1", &["a#1"])], &["a#1"], &[]),
        ];
        for (steps, new, over) in table {
            let mut shown = Runs::default();
            let mut began = Vec::new();
            for (node, texts) in steps {
                began = shown.node_shows(&NodeName::from(*node), &runs(texts));
            }
            assert_eq!(began, runs(new), "{steps:?}");
            assert_eq!(shown.ended(), runs(over), "{steps:?}");
            assert_eq!(shown.ended(), [], "each end is told once");
        }
    }

    #[test]
    fn what_a_node_shows_is_remembered_until_it_shows_other_things() {
        let mut shown = Runs::default();
        let node = NodeName::from("n1");
        shown.node_shows(&node, &runs(&["a#1", "b#2"]));
        assert_eq!(shown.on(&node), runs(&["a#1", "b#2"]));
        assert!(shown.is_under_way(&run("b#2")) && !shown.is_under_way(&run("b#1")));
        shown.node_shows(&node, &[]);
        assert_eq!(shown.on(&node), []);
        assert!(!shown.is_under_way(&run("b#2")));
    }
}
