//! Templates whose agents may be placed on some container instances only (`placementConstraints`).

use footman::{
    scenario::{Scenario, Sketch},
    world::{Ending, Witness, World},
};
use footman_config::{
    Place,
    simulation::{InstancePool, PlacementConstraint, PlacementExpression},
};
use footman_core::decision::{Decision, Reason, What};
use std::collections::BTreeMap;

/// What a world showed of its instances: by type, the most tasks that one instance had at once.
#[derive(Debug, Default)]
struct Placed {
    most: BTreeMap<String, usize>,
    /// How often an agent was refused for want of room.
    refused: usize,
}

impl Witness for Placed {
    fn decided(&mut self, decision: &Decision) {
        self.refused +=
            usize::from(matches!(decision.what, What::Refused { reason: Reason::NoCapacity { .. }, .. }));
    }
}

fn member_of(text: &str) -> PlacementConstraint {
    let place = Place { file: "footman.yaml".into(), line: 1, column: 1, offset: 0, length: text.len() };
    PlacementConstraint::MemberOf(PlacementExpression { text: text.into(), place })
}

/// Runs six builds at once on two instances of each of two types, with these constraints, for at most so many steps.
fn run(constraints: &[PlacementConstraint]) -> (Option<Ending>, Placed) {
    let scenario = Scenario::new("constrained")
        .cluster("ec2:m6i.xlarge=2")
        .template(Sketch::new("java"))
        .builds("0s", 6, "java", "60s");
    let mut settings = scenario.settings();
    settings.described.clusters[0]
        .instances
        .push(InstancePool { instance_type: "c5.xlarge".into(), count: 2 });
    settings.described.templates[0].constraints = constraints.to_vec();
    let mut workload = scenario.workload();
    let mut world = World::new(settings, &mut workload).expect("the simulated ECS takes it");
    let mut placed = Placed::default();
    for _ in 0..20_000 {
        if let Some(ending) = world.ended() {
            return (Some(ending), placed);
        }
        world.step(&mut placed).expect("the builds can be served");
        let ecs = world.ecs();
        for cluster in ecs.clusters() {
            for view in ecs.container_instances(cluster).filter_map(|id| ecs.container_instance(id)) {
                let most = placed.most.entry(view.instance_type.to_owned()).or_default();
                *most = view.tasks.len().max(*most);
            }
        }
    }
    (None, placed)
}

#[test]
fn agents_are_placed_only_where_the_constraints_of_their_template_hold() {
    let m6i = || member_of("attribute:ecs.instance-type =~ m6i.*");
    // (constraints, the most tasks at once on an m6i, and on a c5)
    let table: [(&[PlacementConstraint], usize, usize); 4] = [
        // On both, as the seed draws it.
        (&[], 2, 1),
        (&[m6i()], 2, 0),
        (&[member_of("attribute:ecs.instance-type == c5.xlarge")], 0, 1),
        (&[m6i(), PlacementConstraint::DistinctInstance], 1, 0),
    ];
    for (constraints, on_m6i, on_c5) in table {
        let (ending, placed) = run(constraints);
        assert_eq!(ending, Some(Ending::Done), "{constraints:?}");
        let most = |kind: &str| placed.most[kind];
        assert_eq!((most("m6i.xlarge"), most("c5.xlarge")), (on_m6i, on_c5), "{constraints:?}");
    }
}

#[test]
fn builds_wait_where_no_instance_satisfies_a_constraint_and_the_core_says_why() {
    let (ending, placed) = run(&[member_of("attribute:stack == builds")]);
    assert_ne!(ending, Some(Ending::Done));
    assert!(placed.most.values().all(|&most| most == 0), "{placed:?}");
    assert!(placed.refused > 0, "{placed:?}");
}

#[test]
fn a_constraint_that_is_no_expression_is_named_with_its_place() {
    let scenario = Scenario::new("broken")
        .cluster("ec2:m6i.xlarge=1")
        .template(Sketch::new("java"))
        .builds("0s", 1, "java", "60s");
    let mut settings = scenario.settings();
    settings.described.templates[0].constraints = vec![member_of("attribute:stack = builds")];
    let mut workload = scenario.workload();
    let error = World::new(settings, &mut workload).err().expect("it is no expression");
    let text = format!("{error:?} {error}");
    assert!(text.contains("footman.yaml"), "{text}");
}
