//! An edit of a node's configuration that Jenkins carries out late.

use crate::stage::{JENKINS, Log, Stage, configuration_of, on_stage_of};
use footman::serve::TwinsSettings;
use footman_backend::{driver::Machine, services::Services};
use footman_core::Millis;

/// Footman's half of the configuration: one agent at a time.
const FOOTMAN: &str = "
owner: together
limit: {agents: 1}
simulation:
  clusters:
    builds:
      instances: [{type: m5.xlarge, count: 4}]
";

/// Lets a daemon work until the configuration of its node is as `wanted`; says where that is and what it is.
async fn until(
    stage: &Stage,
    daemon: &mut (Machine, Services),
    log: &mut Log,
    wanted: impl Fn(&str) -> bool,
) -> (String, String) {
    for _ in 0..600 {
        let end = stage.now().await + Millis::from_secs(1);
        stage.work_until(&mut daemon.0, &daemon.1, log, |now| now >= end).await;
        let left = stage.left().await;
        let Some(node) = left.iter().find_map(|it| it.strip_prefix("node ")) else { continue };
        let path = format!("computer/{node}/config.xml");
        let config = stage.jenkins("GET", &path, "").await;
        if wanted(&config) {
            return (path, config);
        }
    }
    panic!("ten minutes have passed: {:?}", log.decisions);
}

fn has_labels(config: &str) -> bool {
    config.contains("<label>java linux</label>")
}

/// Two builds that want `label` are built on an agent each, though the first one's node is once more what it was before it was
/// closed, and takes builds again.
fn story(footman: &str, label: &str, is_open: fn(&str) -> bool) {
    let twins = TwinsSettings { seed: 1, ..TwinsSettings::default() };
    on_stage_of(configuration_of(JENKINS, footman), twins, async |stage| {
        // The second build waits for the limit, and would take the first one's agent.
        stage.play("freestyle", &[(5, 60, label), (6, 30, label)]).await;
        let (mut daemon, mut log) = (stage.daemon().await, Log::default());
        let described = |config: &str| is_open(config) && config.contains(" task=arn:");
        let (path, before) = until(&stage, &mut daemon, &mut log, described).await;
        until(&stage, &mut daemon, &mut log, |config| !is_open(config)).await;

        stage.jenkins("POST", &path, before).await;
        assert!(is_open(&stage.jenkins("GET", &path, "").await));
        until(&stage, &mut daemon, &mut log, |config| !is_open(config)).await;

        stage.work(&mut daemon.0, &daemon.1, &mut log).await;
        assert_eq!(stage.failed_builds().await, [""; 0]);
        assert_eq!((log.launched(), log.acted["close node"]), (2, (3, 0)), "one agent for each build");
    });
}

#[test]
fn labels_that_a_late_edit_brings_back_to_a_closed_node_are_taken_away_again() {
    story(FOOTMAN, "java", has_labels);
}

#[test]
fn a_closed_node_that_a_late_edit_opens_to_builds_without_a_label_is_closed_again() {
    let footman = format!("{FOOTMAN}clouds: {{ecs: {{templates: {{java: {{servesUnlabelled: true}}}}}}}}\n");
    let is_open = |config: &str| config.contains("<mode>NORMAL</mode>");
    story(&footman, "", is_open);
}
