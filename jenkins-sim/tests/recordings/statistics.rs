//! Load statistics over REST: what is shown at which depth, and that the numbers are those of the ticks.

use crate::world::World;
use serde_json::{Value, json};

const FORM: &str = "application/x-www-form-urlencoded";

/// Two nodes, one of them reserved, the other online, and an item; 25 s later.
fn world() -> World {
    let mut world = World::new("http://h/", false, 18_081, 0);
    for (name, mode, executors) in [("n1", "NORMAL", 3), ("n2", "EXCLUSIVE", 1)] {
        let json = format!(
            "%7B%22labelString%22%3A%22docker%22,%22mode%22%3A%22{mode}%22,%22numExecutors%22%3A%22{executors}%22%7D"
        );
        let form = format!("name={name}&type=hudson.slaves.DumbSlave&json={json}");
        world.post(0, "/computer/doCreateItem", FORM, &form);
    }
    world.connect(0, "n1");
    let xml = "<project><assignedNode>gpu||docker&amp;&amp;!n1</assignedNode></project>";
    world.post(0, "/createItem?name=waits", "application/xml", xml);
    world.post(0, "/job/waits/build?delay=0sec", FORM, "");
    world.advance(25_000);
    world
}

#[test]
fn each_step_of_depth_shows_one_level_more_of_the_statistics() {
    let mut world = world();
    let mut at = |depth: &str| -> Value {
        serde_json::from_str(&world.get(&format!("/label/docker/loadStatistics/api/json{depth}")).body)
            .unwrap()
    };
    // Recordings a040, a037 and b025.
    assert_eq!(at("")["idleExecutors"], json!({}));
    assert_eq!(at("?depth=1")["idleExecutors"], json!({"hour": {}, "min": {}, "sec10": {}}));
    let stage = |history: Value| json!({"latest": history[0], "history": history});
    let want = json!({"hour": stage(json!([0.0])), "min": stage(json!([0.0])),
                      "sec10": stage(json!([0.570_000_2, 0.300_000_07, 0.0]))});
    assert_eq!(at("?depth=2")["idleExecutors"], want);
    let tree = "?tree=idleExecutors[sec10[latest]],queueLength[min[history]]";
    let want = json!({"_class": "hudson.model.Label$1", "idleExecutors": {"sec10": {"latest": 0.570_000_2}},
                      "queueLength": {"min": {"history": [0.0]}}});
    assert_eq!(at(tree), want);
    let xml = world.get("/overallLoad/api/xml?tree=onlineExecutors[sec10[*]]").body;
    assert!(xml.contains("<history>0.5700002</history><history>0.30000007</history>"), "{xml}");
}

#[test]
fn every_statistic_counts_nodes_and_items_of_its_own() {
    let mut world = world();
    let tree = "tree=definedExecutors[sec10[latest]],onlineExecutors[sec10[latest]],totalExecutors[sec10[latest]],\
                queueLength[sec10[latest]]";
    // (path, defined, online, queued), as averages of two ticks
    let (three, four, one) = (0.570_000_2, 0.760_000_2, 0.190_000_05);
    let table = [
        ("/overallLoad", four, three, one),
        ("/unlabeledLoad", three, three, 0.0),
        ("/label/docker/loadStatistics", four, three, 0.0),
        ("/label/n2/loadStatistics", one, 0.0, 0.0),
        ("/label/docker&&!n1||gpu/loadStatistics", 0.0, 0.0, 0.0),
        ("/label/gpu%7C%7Cdocker&&!n1/loadStatistics", one, 0.0, one),
    ];
    for (path, defined, online, queued) in table {
        let text = world.get(&format!("{}/api/json?{tree}", path.replace('|', "%7C"))).body;
        let shown: Value = serde_json::from_str(&text).unwrap();
        let near = |series: &str, want: f64| {
            let latest = shown[series]["sec10"]["latest"].as_f64().unwrap();
            assert!((latest - want).abs() < 1e-6, "{path} {series}: {latest}, not {want}");
        };
        near("definedExecutors", defined);
        near("onlineExecutors", online);
        near("totalExecutors", online);
        near("queueLength", queued);
    }
    let total: Value =
        serde_json::from_str(&world.get("/overallLoad/api/json?tree=totalQueueLength[sec10[latest]]").body)
            .unwrap();
    assert!(total["totalQueueLength"]["sec10"]["latest"].as_f64().unwrap() > 0.18);
    let own: Value = serde_json::from_str(
        &world.get("/computer/n2/api/json?tree=loadStatistics[definedExecutors[sec10[latest]]]").body,
    )
    .unwrap();
    assert!(own["loadStatistics"]["definedExecutors"]["sec10"]["latest"].as_f64().unwrap() > 0.18);
}
