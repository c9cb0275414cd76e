//! Whatever stands in `tree=` and `depth=`, an answer comes, and comes to an end.

use crate::world::World;
use proptest::prelude::*;

/// Texts that are trees, and texts that nearly are.
fn tree() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        Just("*"),
        Just("jobs"),
        Just("name"),
        Just("computer"),
        Just("assignedLabels"),
        Just("nodes"),
        Just("tiedJobs"),
        Just("builds"),
        Just("queueItem"),
        Just("task"),
        Just("executors"),
        Just("a.b"),
        Just("loadStatistics"),
        Just("busyExecutors"),
        Just("hour"),
        Just("items"),
        Just("why"),
        Just(""),
    ];
    let range = prop_oneof![
        Just(""),
        Just("{0,1}"),
        Just("{,2}"),
        Just("{3}"),
        Just("{"),
        Just("{9999999999999999999}")
    ];
    let leaf = (name.clone(), range.clone()).prop_map(|(name, range)| format!("{name}{range}"));
    leaf.prop_recursive(8, 64, 4, move |inner| {
        let range = range.clone();
        (name.clone(), prop::collection::vec(inner, 1..4), range)
            .prop_map(|(name, inner, range)| format!("{name}[{}]{range}", inner.join(",")))
    })
}

fn world() -> World {
    let mut world = World::new("http://h/", false, 18_081, 1_000);
    let xml = "<project><assignedNode>docker</assignedNode></project>";
    let form = "application/x-www-form-urlencoded";
    world.post(1_000, "/createItem?name=a", "application/xml", xml);
    world.post(1_000, "/job/a/build?delay=0sec", form, "");
    let node = "name=a1&type=hudson.slaves.DumbSlave&json=%7B%22labelString%22%3A%22docker%22%7D";
    world.post(2_000, "/computer/doCreateItem", form, node);
    world.connect(3_000, "a1");
    world.post(4_000, "/job/a/build?delay=9sec", form, "");
    world
}

fn status(world: &mut World, path: &str) -> u16 {
    world.get(path).status
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

proptest! {
    #[test]
    fn every_tree_is_answered(tree in tree(), place in prop_oneof![Just(""), Just("queue/"), Just("computer/"), Just("job/a/"), Just("label/docker/")]) {
        let path = format!("/{place}api/json?tree={}", encoded(&tree));
        prop_assert!([200, 500].contains(&status(&mut world(), &path)), "{tree}");
    }

    #[test]
    fn every_text_is_answered(text in "\\PC{0,200}") {
        let path = format!("/computer/api/xml?tree={}", encoded(&text));
        prop_assert!([200, 500].contains(&status(&mut world(), &path)), "{text}");
    }
}

#[test]
fn nesting_and_depth_have_a_bound() {
    let mut world = world();
    let deep = "nodes[assignedLabels[".repeat(500);
    assert_eq!(status(&mut world, &format!("/label/docker/api/json?tree={}", encoded(&deep))), 500);
    // Labels have nodes and nodes have labels: the answer would have no end.
    for depth in ["40", "4294967295"] {
        let answer = status(&mut world, &format!("/computer/api/json?depth={depth}"));
        assert!([200, 500].contains(&answer), "{answer}");
    }
}
