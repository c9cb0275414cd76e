//! What polls and looks show after which actions.

use super::*;
use footman_config::{Text, load};
use footman_core::{
    Timestamp,
    id::{Attempt, OwnerId, TemplateId},
    units::{CpuUnits, Mib, Size},
};

const NOW: Timestamp = Timestamp::from_millis(1_704_067_200_000);
const JENKINS: &str = "
jenkins:
  clouds:
    - ecs:
        name: ecs
        cluster: builds
        templates:
          - {templateName: java, label: java linux, image: i, cpu: 1024, memory: 2048}
";
const ANY: ItemLabel = ItemLabel::Any;
const BUILDABLE: ItemState = ItemState::Buildable { since: NOW };

fn world() -> World {
    let texts = [Text::new("jenkins.yaml", JENKINS), Text::new("footman.yaml", "owner: o")];
    World::new(load(&texts, &|_| None).unwrap_or_else(|refused| panic!("{:?}", refused.diagnostics)).policy)
}

fn name(serial: u32) -> AgentName {
    AgentName::new(&OwnerId::new("o"), "ecs", "java", NOW, serial)
}

fn node_name(serial: u32) -> NodeName {
    name(serial).node().clone()
}

fn description(owner: &str) -> Arc<str> {
    format!("footman/1 owner={owner} template=ecs/java cpu=1024 memory=2048 decided_ms=1704067200000").into()
}

fn create(serial: u32) -> Action {
    Action::CreateNode { agent: name(serial), spec: spec(), description: description("o") }
}

fn launch(serial: u32) -> Action {
    let token = name(serial).client_token(Attempt::FIRST, NOW).unwrap();
    Action::Launch { agent: name(serial), spec: spec(), attempt: Attempt::FIRST, token }
}

fn spec() -> Arc<AgentSpec> {
    let size = Size::new(CpuUnits::new(1024), Mib::new(2048));
    Arc::new(AgentSpec {
        template: TemplateId(0),
        labels: LabelSet::new(["java", "linux"]),
        session: None,
        size,
    })
}

fn close(serial: u32) -> Action {
    Action::CloseNode { node: node_name(serial) }
}

fn delete(serial: u32) -> Action {
    Action::DeleteNode { node: node_name(serial) }
}

fn stop(task: &TaskArn) -> Action {
    Action::StopTask { task: task.clone(), reason: "done".into() }
}

fn arn(serial: u32) -> TaskArn {
    TaskArn::new(format!("dry-run/{}", name(serial).client_token(Attempt::FIRST, NOW).unwrap().as_str()))
}

fn item(id: u64, label: &ItemLabel, state: ItemState) -> QueueItem {
    let id = QueueItemId(id);
    QueueItem { id, label: label.clone(), state, in_queue_since: NOW, job: None, run: None }
}

fn java() -> ItemLabel {
    ItemLabel::Expression("java && linux".into())
}

fn real_node(serial: u32, owner: &str) -> Node {
    Node {
        name: node_name(serial),
        description: Some(description(owner)),
        labels: LabelSet::new(["java", "linux"]),
        exclusive: true,
        online: false,
        temporarily_offline: false,
        idle: true,
        executors: 1,
        busy: 0,
        running: std::iter::empty().collect(),
        runs: std::iter::empty().collect(),
    }
}

fn real_task(arn: &str, agent: Option<u32>) -> Task {
    Task {
        arn: TaskArn::from(arn),
        owner: OwnerId::new("o"),
        agent: agent.map(node_name),
        status: TaskStatus::Running,
        stopping: false,
        created_at: NOW,
        stop: None,
    }
}

/// What a complete poll of these shows.
fn polled(world: &mut World, nodes: &[Node], items: &[QueueItem]) -> Vec<Node> {
    let (nodes, items) = (nodes.to_vec(), items.to_vec());
    let mut listing = JenkinsListing { complete: true, nodes, items, ..JenkinsListing::default() };
    world.lay_over_nodes(&mut listing);
    listing.nodes
}

/// What a complete look at these shows.
fn looked(world: &mut World, tasks: &[Task]) -> Vec<Task> {
    let mut listing = TaskListing { complete: true, tasks: tasks.to_vec() };
    world.lay_over_tasks(&mut listing);
    listing.tasks
}

fn names(nodes: &[Node]) -> Vec<&str> {
    nodes.iter().map(|node| node.name.as_str()).collect()
}

#[test]
fn an_imagined_agent_lives_as_a_real_one_whose_build_ends_when_its_item_leaves_the_queue() {
    let mut world = world();
    assert_eq!(world.act(&create(1)), Outcome::Done);
    let items = [item(7, &java(), BUILDABLE)];
    let [node] = &polled(&mut world, &[], &items)[..] else { panic!("one node") };
    assert!(!node.online && node.idle && node.name == node_name(1), "{node:?}");
    assert_eq!(looked(&mut world, &[]), []);

    let launched = Outcome::Launched { task: arn(1) };
    assert_eq!(world.act(&launch(1)), launched);
    assert_eq!(world.act(&launch(1)), launched, "the same token is the same task");
    let [node] = &polled(&mut world, &[], &items)[..] else { panic!("one node") };
    assert!(node.online && !node.idle && node.running[..] == [QueueItemId(7)], "{node:?}");
    let [task] = &looked(&mut world, &[])[..] else { panic!("one task") };
    assert!(task.status == TaskStatus::Running && task.agent == Some(node_name(1)), "{task:?}");

    world.act(&close(1));
    let [node] = &polled(&mut world, &[], &items)[..] else { panic!("one node") };
    assert!(!node.idle && node.labels.is_empty(), "a closed node keeps its build: {node:?}");
    let [node] = &polled(&mut world, &[], &[item(8, &java(), BUILDABLE)])[..] else { panic!("one node") };
    assert!(node.online && node.idle && node.running.is_empty(), "and takes no other: {node:?}");

    world.act(&stop(&arn(1)));
    let [task] = &looked(&mut world, &[])[..] else { panic!("one task") };
    assert!(task.status == TaskStatus::Stopped && task.stop.is_some(), "{task:?}");
    world.act(&delete(1));
    assert_eq!(polled(&mut world, &[], &[]), []);
    assert_eq!(looked(&mut world, &[]), []);
    assert!(world.agents.is_empty() && world.closed.is_empty(), "nothing is remembered: {world:?}");
}

#[test]
fn an_imagined_agent_runs_the_oldest_item_that_jenkins_would_give_it() {
    let label = |text: &str| ItemLabel::Expression(text.into());
    // what waits => what runs
    let table = [
        (vec![item(9, &java(), BUILDABLE), item(8, &label("java"), BUILDABLE)], Some(8)),
        (vec![item(8, &label("small"), BUILDABLE), item(9, &java(), BUILDABLE)], Some(9)),
        (vec![item(8, &ANY, BUILDABLE)], None), // the template takes nothing without a label
        (vec![item(8, &ItemLabel::Unknown, BUILDABLE)], None),
        (vec![item(8, &java(), ItemState::Waiting { until: NOW })], None),
        (vec![item(8, &java(), ItemState::Blocked)], None),
        (vec![item(8, &java(), ItemState::Pending)], None), // somebody has it already
        (vec![item(8, &label(name(1).as_str()), BUILDABLE)], Some(8)),
    ];
    for (items, want) in table {
        let mut world = world();
        world.act(&create(1));
        world.act(&launch(1));
        let nodes = polled(&mut world, &[], &items);
        let running: Vec<u64> = nodes.iter().flat_map(|node| &node.running).map(|id| id.0).collect();
        assert_eq!(running.first().copied(), want, "{items:?}");
    }
    let mut world = world();
    for serial in [1, 2, 3] {
        world.act(&create(serial));
        world.act(&launch(serial));
    }
    let nodes = polled(&mut world, &[], &[item(8, &java(), BUILDABLE), item(9, &java(), BUILDABLE)]);
    assert_eq!(nodes.iter().filter(|node| !node.idle).count(), 2, "each item runs once: {nodes:?}");
}

#[test]
fn a_jenkins_that_goes_down_or_is_seen_in_part_begins_or_ends_no_imagined_build() {
    let mut world = world();
    world.act(&create(1));
    world.act(&launch(1));
    let items = vec![item(8, &java(), BUILDABLE)];
    let mut quiet =
        JenkinsListing { complete: true, quieting_down: true, items, ..JenkinsListing::default() };
    world.lay_over_nodes(&mut quiet);
    assert!(quiet.nodes[0].idle, "{quiet:?}");
    assert!(!polled(&mut world, &[], &quiet.items)[0].idle);
    let mut part = JenkinsListing::default();
    world.lay_over_nodes(&mut part);
    assert!(!part.nodes[0].idle, "{part:?}");
}

#[test]
fn what_is_there_at_first_is_shown_until_it_would_have_changed_and_what_another_daemon_makes_is_not() {
    let mut world = world();
    let (found, foreign) = (real_node(1, "o"), real_node(2, "another"));
    let (its, orphan) = (real_task("its", Some(1)), real_task("orphan", None));
    assert_eq!(polled(&mut world, &[found.clone(), foreign.clone()], &[]), [found.clone(), foreign.clone()]);
    assert_eq!(looked(&mut world, &[its.clone(), orphan.clone()]), [its.clone(), orphan.clone()]);
    assert!(!world.has_others());

    let since = real_node(3, "o");
    let nodes = [found.clone(), foreign.clone(), since];
    assert_eq!(names(&polled(&mut world, &nodes, &[])), [found.name.as_str(), foreign.name.as_str()]);
    assert!(world.has_others());
    let retried = real_task("retried", Some(1));
    let tasks = [its.clone(), orphan.clone(), retried.clone(), real_task("since", Some(3))];
    assert_eq!(looked(&mut world, &tasks), [its.clone(), orphan.clone(), retried], "its agent was found");

    world.act(&close(1));
    assert!(polled(&mut world, &nodes, &[])[0].labels.is_empty());
    world.act(&stop(&its.arn));
    let shown = looked(&mut world, &[its.clone(), orphan.clone()]);
    assert!(shown[0].status == TaskStatus::Stopped && shown[1] == orphan, "{shown:?}");
    world.act(&delete(1));
    assert_eq!(names(&polled(&mut world, &nodes, &[])), [foreign.name.as_str()]);
    looked(&mut world, &[]);
    assert_eq!(names(&polled(&mut world, std::slice::from_ref(&foreign), &[])), [foreign.name.as_str()]);
    assert!(world.deleted.is_empty() && world.stopped.is_empty() && !world.has_others(), "{world:?}");
}

#[test]
fn a_task_of_a_node_that_another_daemon_made_between_the_first_poll_and_look_is_no_orphan_for_long() {
    let mut world = world();
    polled(&mut world, &[], &[]);
    let task = real_task("since", Some(3));
    assert_eq!(looked(&mut world, std::slice::from_ref(&task)).len(), 1, "nobody knows its node yet");
    polled(&mut world, &[real_node(3, "o")], &[]);
    assert_eq!(looked(&mut world, &[task]), []);
}

#[test]
fn a_real_node_whose_task_is_imagined_is_served_by_it_until_somebody_connects() {
    let mut world = world();
    let found = real_node(1, "o");
    let items = [item(8, &java(), BUILDABLE)];
    polled(&mut world, std::slice::from_ref(&found), &items);
    looked(&mut world, &[]);
    world.act(&launch(1));
    let [node] = &polled(&mut world, std::slice::from_ref(&found), &items)[..] else { panic!("one node") };
    assert!(node.online && node.running[..] == [QueueItemId(8)], "{node:?}");
    let shown = looked(&mut world, &[real_task("real", Some(1))]);
    assert!(shown.len() == 1 && shown[0].arn == arn(1), "a second task would raise an alarm: {shown:?}");
    let connected = Node { online: true, ..found };
    assert_eq!(polled(&mut world, std::slice::from_ref(&connected), &items), [connected]);
    world.act(&stop(&arn(1)));
    world.act(&delete(1));
    assert_eq!(polled(&mut world, &[real_node(1, "o")], &items), []);
}
