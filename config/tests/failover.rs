//! `failover`: each place where a template's tasks may run is a template of the policy's.

use footman_config::{
    Code, Diagnostic, Effect, Loaded, Text, changes, load,
    simulation::{Compute, LaunchType, NetworkMode},
};
use footman_core::{id::TemplateId, policy::Limit, units::MicroUsd};

const JENKINS: &str = "jenkins:
  clouds:
  - ecs:
      name: ecs
      cluster: builds
      regionName: us-east-1
      jenkinsUrl: https://jenkins.example.com/
      templates:
      - {templateName: java, label: java, image: jenkins/inbound-agent, cpu: 1024, memory: 2048, subnets: subnet-1,
         securityGroups: sg-1, executionRole: role, placementStrategies: [{type: random}]}
      - {templateName: other, label: other, image: jenkins/inbound-agent, cpu: 1024, memory: 2048}
";
const CLUSTER: &str = "simulation:
  clusters:
    builds:
      instances: [{type: m6i.xlarge, count: 4}]
      autoScalingGroups: [{capacityProvider: spot, instanceTypes: [m6i.xlarge], max: 4}]
";

/// `footman.yaml` with these keys of the template `java`.
fn footman(java: &str) -> String {
    format!("clouds:\n  ecs:\n    templates:\n      java: {{{java}}}\n{CLUSTER}")
}

fn loaded_of(java: &str, more: &str) -> Result<Loaded, Vec<Diagnostic>> {
    let footman = footman(java) + more;
    let texts = [Text::new("jenkins.yaml", JENKINS), Text::new("footman.yaml", &footman)];
    load(&texts, &|_| None).map_err(|refused| refused.diagnostics)
}

fn loaded(java: &str, more: &str) -> Loaded {
    loaded_of(java, more).unwrap_or_else(|diagnostics| panic!("{diagnostics:?}"))
}

const THREE: &str = "limit: {agents: 20}, minIdle: 2, rank: 3, placementConstraints: [{type: distinctInstance}], failover: \
    [{capacityProviderStrategies: [{provider: FARGATE_SPOT, weight: 1}]}, \
    {capacityProviderStrategies: [{provider: spot, weight: 1}]}, {launchType: FARGATE, pricePerHour: $0.2}]";

#[test]
fn each_place_is_a_template_behind_the_one_whose_it_is() {
    let loaded = loaded(THREE, "");
    let templates = &loaded.policy.templates;
    let names: Vec<&str> = templates.iter().map(|it| &*it.name).collect();
    assert_eq!(names, ["java", "java+2", "java+3", "java+4", "other"]);
    let java = &templates[0];
    for place in &templates[1..4] {
        assert_eq!((&place.labels, place.rank, place.size), (&java.labels, 3, java.size), "{}", place.name);
        assert!(place.has_alternatives);
    }
    assert_eq!(templates.iter().map(|it| it.min_idle).collect::<Vec<_>>(), [2, 0, 0, 0, 0]);
    assert_eq!(templates.iter().map(|it| it.fargate).collect::<Vec<_>>(), [false, true, false, true, false]);
    assert!(java.has_alternatives && !templates[4].has_alternatives);
    let of = |it: &footman_config::simulation::TemplateSettings| {
        (it.family.to_string(), it.network, it.placement.len(), it.constraints.len())
    };
    let on_instances = |family: &str| (family.to_owned(), NetworkMode::Bridge, 1, 1);
    let on_fargate = ("ecs-java--fargate".to_owned(), NetworkMode::Awsvpc, 0, 0);
    assert_eq!(
        loaded.simulation.templates[..4].iter().map(of).collect::<Vec<_>>(),
        [on_instances("ecs-java"), on_fargate.clone(), on_instances("ecs-java"), on_fargate]
    );
    assert_eq!(loaded.simulation.templates[3].compute, Compute::LaunchType(LaunchType::Fargate));
    let of: Vec<_> = loaded.clouds[0].templates.iter().map(|it| it.alternative_of.as_deref()).collect();
    assert_eq!(of, [None, Some("java"), Some("java"), Some("java"), None]);
}

#[test]
fn each_place_has_its_price_and_all_share_the_limit() {
    let loaded = loaded(THREE, "sharedLimits: [{name: some, templates: [ecs/java], limit: {agents: 9}}]\n");
    let price = |at: usize| loaded.policy.templates[at].price_per_hour;
    assert_eq!(price(3), MicroUsd::new(200_000), "as it says");
    assert!(price(1) < price(3) && price(1) > MicroUsd::ZERO, "Fargate Spot: {:?}", price(1));
    assert_eq!(price(2), price(0), "the same instance type");
    assert!(loaded.policy.templates.iter().all(|it| it.limit == Limit::default()));
    let joined: Vec<TemplateId> = (0..4).map(TemplateId).collect();
    let limits: Vec<_> = loaded.policy.shared_limits.iter().map(|it| (&*it.name, &it.templates)).collect();
    assert_eq!(limits, [("some", &joined), ("ecs/java", &joined)]);
    assert_eq!(loaded.policy.shared_limits[1].limit.agents, Some(20));
    assert_eq!(loaded.policy.check(), Ok(()));
}

#[test]
fn what_is_no_failover_is_said_where_it_stands() {
    let many = format!("failover: [{}]", "{launchType: FARGATE}, ".repeat(10));
    let table: &[(&str, &str, Code)] = &[
        ("an entry says where", "failover: [{pricePerHour: $1}]", Code::BadValue),
        (
            "one way to say it",
            "failover: [{launchType: FARGATE, capacityProviderStrategies: [{provider: spot, weight: 1}]}]",
            Code::BadValue,
        ),
        ("another place", "failover: [{launchType: EC2}]", Code::BadValue),
        ("each place once", "failover: [{launchType: FARGATE}, {launchType: FARGATE}]", Code::BadValue),
        ("at most nine", &many, Code::BadValue),
        ("a list", "failover: {launchType: FARGATE}", Code::BadValue),
        ("known keys", "failover: [{launchTyp: FARGATE}]", Code::UnknownKey),
        ("known types", "failover: [{launchType: FARGAT}]", Code::BadValue),
        (
            "hours that there are",
            "failover: [{launchType: FARGATE, activeHours: {timeZone: UTC, hours: Mon 7-19}}]",
            Code::BadValue,
        ),
        (
            "whole hours",
            "failover: [{launchType: FARGATE, activeHours: {hours: Mon 07:00-19:00}}]",
            Code::MissingKey,
        ),
        (
            "providers of one kind",
            "failover: [{capacityProviderStrategies: [{provider: spot, weight: 1}, {provider: FARGATE, weight: 1}]}]",
            Code::MixedProviders,
        ),
        (
            "providers that there are",
            "failover: [{capacityProviderStrategies: [{provider: sport, weight: 1}]}]",
            Code::UnknownProvider,
        ),
        ("sizes that Fargate has", "size: 3vcpu/1GiB, failover: [{launchType: FARGATE}]", Code::FargateSize),
    ];
    for (rule, java, code) in table {
        let found = loaded_of(java, "").map_or_else(|it| it, |loaded| loaded.diagnostics);
        let said = found.iter().find(|it| it.code == *code);
        let said = said.unwrap_or_else(|| panic!("{rule}: {found:?}"));
        let mut places = said.place.iter().chain(said.related.iter().map(|(place, _)| place));
        assert!(places.any(|place| &*place.file == "footman.yaml"), "{rule}: {said:?}");
    }
}

#[test]
fn each_place_has_the_hours_of_its_template_unless_it_has_its_own() {
    let java = |own: &str| {
        let hours = "activeHours: {timeZone: UTC, hours: Mon 07:00-19:00}";
        let spot = "{capacityProviderStrategies: [{provider: spot, weight: 1}]}";
        format!("{hours}, failover: [{{launchType: FARGATE{own}}}, {spot}]")
    };
    let shown = |loaded: &Loaded| {
        let hours = |at: usize| loaded.policy.templates[at].active_hours.as_ref();
        [0, 1, 2].map(|at| hours(at).unwrap().spans()[0].to_string())
    };
    let (old, new) =
        (loaded(&java(""), ""), loaded(&java(", activeHours: {timeZone: UTC, hours: Sat 09:00-10:00}"), ""));
    assert_eq!(shown(&old), ["Mon 07:00-19:00"; 3]);
    assert_eq!(shown(&new), ["Mon 07:00-19:00", "Sat 09:00-10:00", "Mon 07:00-19:00"]);
    let found = changes(&old, &new);
    let found: Vec<_> =
        found.iter().map(|it| (it.subject.as_str(), it.key, it.new.as_str(), it.effect)).collect();
    assert_eq!(found, [("ecs/java+2", "activeHours", "Sat 09:00-10:00 UTC", Effect::AtOnce)]);
}

#[test]
fn a_name_that_is_taken_is_refused() {
    let jenkins = JENKINS.replace("templateName: other", "templateName: java+2");
    let footman = footman("failover: [{launchType: FARGATE}]");
    let texts = [Text::new("jenkins.yaml", &jenkins), Text::new("footman.yaml", &footman)];
    let refused = load(&texts, &|_| None).expect_err("two templates of one name");
    assert!(refused.diagnostics.iter().any(|it| it.code == Code::DuplicateTemplate), "{refused:?}");
}

#[test]
fn a_place_is_said_no_twice_what_was_said_of_its_template() {
    let plain = loaded("rank: 1", "").diagnostics;
    let failing = loaded("rank: 1, failover: [{launchType: FARGATE}]", "").diagnostics;
    assert_eq!(plain, failing);
}

#[test]
fn a_reload_says_which_places_came_and_went() {
    let (old, new) = (loaded("rank: 1", ""), loaded("rank: 1, failover: [{launchType: FARGATE}]", ""));
    let found: Vec<_> = changes(&old, &new).into_iter().map(|it| (it.subject, it.key, it.new)).collect();
    let row = |subject: &str, key, new: &str| (subject.to_owned(), key, new.to_owned());
    assert_eq!(found, [row("ecs/java", "failover", "FARGATE"), row("ecs/java+2", "template", "there")]);
}
