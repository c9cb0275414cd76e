//! What differs between versions of Jenkins, as requests see it.

use crate::world::World;
use serde_json::Value;

const FORM: &str = "application/x-www-form-urlencoded";

/// A Jenkins of this version with the node `n1`.
fn world(version: &str) -> World {
    let mut world = World::of_version(version.parse().unwrap());
    let node = "name=n1&type=hudson.slaves.DumbSlave&json=%7B%22labelString%22%3A%22docker%22%7D";
    world.post(0, "/computer/doCreateItem", FORM, node);
    world
}

#[test]
fn each_version_names_its_controller_and_the_file_of_its_agents() {
    // version, jenkins-agent.jnlp, (master), (built-in); jenkins.md 2 and 6
    let table = [
        ("2.263.4", 404, 200, 404),
        ("2.264", 200, 200, 404),
        ("2.306", 200, 200, 404),
        ("2.307", 200, 404, 200),
        ("2.528.3", 200, 404, 200),
    ];
    for (version, file, master, built_in) in table {
        let mut world = world(version);
        let paths = [
            ("/computer/n1/jenkins-agent.jnlp", file),
            ("/computer/n1/slave-agent.jnlp", 200),
            ("/computer/(master)/api/json", master),
            ("/computer/(built-in)/api/json", built_in),
        ];
        for (path, status) in paths {
            assert_eq!(world.get(path).status, status, "{version}: {path}");
        }
        assert_eq!(world.get("/api/json").all("x-jenkins"), [version]);
    }
}

#[test]
fn saving_a_node_takes_its_mark_away_in_some_versions() {
    // version => whether the node is marked afterwards; jenkins.md 6 (#9855, #26154)
    for (version, marked) in [("2.263.4", true), ("2.481", true), ("2.482", false), ("2.528.3", false)] {
        let mut world = world(version);
        world.post(0, "/computer/n1/changeOfflineCause", FORM, "offlineMessage=spent");
        let config = world.get("/computer/n1/config.xml").body;
        world.post(0, "/computer/n1/config.xml", "application/xml", &config);
        let node = world.get("/computer/n1/api/json?tree=temporarilyOffline").body;
        let node: Value = serde_json::from_str(&node).unwrap();
        assert_eq!(node["temporarilyOffline"], marked, "{version}");
    }
}
