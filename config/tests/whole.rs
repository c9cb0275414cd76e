//! A whole configuration as one finds it, and what comes of it.

use footman_config::{
    Code, Loaded, Origin, Refused, Text, load,
    simulation::{Compute, LaunchType, NetworkMode, PlacementStrategy, Platform},
};
use footman_core::{
    catalogue::{FargatePrices, fargate_sizes},
    policy::{Bucket, Limit, Pace, Reuse},
    time::Millis,
    units::{CpuUnits, Mib, MicroUsd, NanoUsd, Size},
};

const JENKINS: &str = include_str!("fixtures/jenkins.yaml");
const FOOTMAN: &str = include_str!("fixtures/footman.yaml");

fn lookup(name: &str) -> Option<String> {
    match name {
        "MAX_AGENTS" => Some("40".to_owned()),
        "NEXUS_TOKEN" | "SCM_PASSWORD" => Some("a secret".to_owned()),
        _ => None,
    }
}

fn loaded(texts: &[(&str, &str)]) -> Loaded {
    let texts: Vec<Text<'_>> = texts.iter().map(|(name, content)| Text::new(name, content)).collect();
    load(&texts, &lookup).unwrap_or_else(|refused| panic!("{}", shown(&refused)))
}

fn fixture() -> Loaded {
    loaded(&[("jenkins.yaml", JENKINS), ("footman.yaml", FOOTMAN)])
}

fn shown(refused: &Refused) -> String {
    refused.diagnostics.iter().map(|it| format!("{it}\n")).collect()
}

/// They are Jenkins' own, and are kept aside for whoever warns of a reload.
#[test]
fn where_nodes_of_jenkins_stand_is_known_and_whose_file_has_them() {
    let cloud = "jenkins:\n  clouds: [{ecs: {name: ecs, cluster: c, templates: [{templateName: a, label: a, image: i, \
                 cpu: 256, memory: 512}]}}]\n";
    let other = "jenkins:\n  nodes:\n    - permanent: {name: one}\n";
    let without = loaded(&[("clouds.yaml", cloud)]);
    assert_eq!(without.nodes, None);
    let with = loaded(&[("clouds.yaml", cloud), ("nodes.yaml", other)]);
    let place = with.nodes.unwrap();
    assert_eq!((&*place.file, place.line), ("nodes.yaml", 3));
}

#[test]
fn everything_worth_saying_is_said() {
    let said: String = fixture().diagnostics.iter().map(|it| format!("{it}\n")).collect();
    insta::assert_snapshot!(said);
}

#[test]
fn each_effective_value_has_its_origin() {
    let loaded = fixture();
    let mut text = String::new();
    for cloud in &loaded.clouds {
        text += &format!("cloud {}\n", cloud.name);
        for row in
            cloud.fields.rows().iter().chain(&cloud.footman).filter(|row| row.origin != Origin::Default)
        {
            text += &format!("  {}: {} [{}]\n", row.key, row.value, row.origin);
        }
        for template in &cloud.templates {
            text += &format!("template {}\n", template.name);
            let rows = template.fields.rows();
            for row in rows.iter().chain(&template.footman).filter(|row| row.origin != Origin::Default) {
                text += &format!("  {}: {} [{}]\n", row.key, row.value, row.origin);
            }
        }
    }
    assert!(!text.contains("a secret"), "a secret from the environment is shown:\n{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn the_policy_says_what_the_files_say() {
    let policy = fixture().policy;
    let size = |cpu, memory| Size::new(CpuUnits::new(cpu), Mib::new(memory));
    let table: Vec<_> =
        policy.templates.iter().map(|it| (&*it.name, it.labels.to_string(), it.size)).collect();
    assert_eq!(
        table,
        [
            ("base", "base".to_owned(), size(512, 1024)),
            // The parent's soft limit is what ECS places by.
            ("maven", "java maven".to_owned(), size(2048, 1024)),
            ("gradle", "gradle java".to_owned(), size(4096, 6144)),
            ("legacy", "legacy".to_owned(), size(256, 512)),
            ("spot", "small spot".to_owned(), size(1024, 2048)),
            ("large", "large".to_owned(), size(4096, 16_384)),
        ]
    );
    let retained = Reuse::Retain { idle: Millis::from_mins(10), builds: None };
    let reuse: Vec<Reuse> = policy.templates.iter().map(|it| it.reuse).collect();
    assert_eq!(reuse, [retained, Reuse::OneShot, retained, retained, Reuse::OneShot, Reuse::OneShot]);
    assert_eq!((policy.templates[1].rank, policy.templates[1].min_idle), (1, 2));
    assert_eq!(policy.templates[1].overrides.cpu_max, Some(CpuUnits::from_vcpus(4)));
    assert!(policy.templates[4].serves_unlabelled);
    assert_eq!(policy.templates[4].price_per_hour, MicroUsd::new(30_000));
    // 4 vCPU and 16 GiB on Fargate: 4 x 0.04048 + 16 x 0.004445 dollars.
    assert_eq!(policy.templates[5].price_per_hour, MicroUsd::new(233_040));
    assert_eq!(policy.owner.as_str(), "platform/ci");
    assert_eq!(policy.limit.cpu, Some(CpuUnits::from_vcpus(400)));
    let shared: Vec<_> =
        policy.shared_limits.iter().map(|it| (&*it.name, it.templates.len(), it.limit)).collect();
    let agents = |agents| Limit { agents: Some(agents), ..Limit::default() };
    let memory = Limit { memory: Some(Mib::from_gib(256)), ..Limit::default() };
    assert_eq!(shared, [("ecs cloud", 4, agents(40)), ("fargate", 2, agents(50)), ("java", 2, memory)]);
    assert_eq!((policy.pace.poll, policy.pace.describe), (Millis::from_secs(2), Millis::from_secs(1)));
    assert_eq!(policy.deadlines.build_max, Some(Millis::from_hours(6)));
    assert_eq!(policy.breaker.failures, 5);
}

#[test]
fn the_simulated_world_is_described() {
    let loaded = fixture();
    let world = &loaded.simulation;
    let clusters: Vec<_> =
        world.clusters.iter().map(|it| (&*it.name, it.assumed, it.instances.len())).collect();
    assert_eq!(clusters, [("ci", false, 2), ("serverless", false, 0)]);
    let kinds: Vec<_> = world.instance_types.iter().map(|it| (&*it.name, it.price_per_hour)).collect();
    assert_eq!(
        kinds,
        [("m6i.2xlarge", NanoUsd::new(412_000_000)), ("builder.huge", NanoUsd::new(3_000_000_000))]
    );
    assert_eq!(world.instance_type("m6i.2xlarge").unwrap().price_per_hour, NanoUsd::new(412_000_000));
    assert_eq!(world.instance_type("m5.large").unwrap().price_per_hour, NanoUsd::new(96_000_000));
    assert_eq!(world.instance_type("m5.tiny"), None);
    let maven = &world.templates[1];
    assert_eq!((maven.cluster, &*maven.family, maven.network), (0, "ecscloud-maven", NetworkMode::Bridge));
    assert_eq!(maven.compute, Compute::LaunchType(LaunchType::Ec2));
    assert_eq!(&*maven.image, "registry.example.com/agents/maven:3");
    assert_eq!(maven.image_size, Mib::new(800));
    let zone = PlacementStrategy::Spread("attribute:ecs.availability-zone".into());
    assert_eq!(maven.placement, [zone, PlacementStrategy::BinpackMemory]);
    let spot = &world.templates[4];
    assert_eq!((spot.cluster, spot.network, spot.platform), (1, NetworkMode::Awsvpc, Platform::LinuxX86));
    let Compute::Strategy(items) = &spot.compute else { panic!("{:?}", spot.compute) };
    assert_eq!(
        items.iter().map(|it| (&*it.provider, it.base, it.weight)).collect::<Vec<_>>(),
        [("FARGATE", 1, 1), ("FARGATE_SPOT", 0, 3)]
    );
    let mapped: Vec<_> = loaded.label_map.iter().map(|(label, it)| (&**label, &*it.text)).collect();
    assert_eq!(mapped, [("macos", "(maven || gradle) && java"), ("ubuntu-latest", "small")]);
}

#[test]
fn a_price_on_ec2_is_the_larger_share_of_the_dearest_instance() {
    let policy = fixture().policy;
    // gradle: 4 of 64 vCPU of builder.huge are 3 x 4 / 64 dollars, and half of m6i.2xlarge's 8 vCPU 0.206 dollars.
    assert_eq!(policy.templates[2].price_per_hour, MicroUsd::new(206_000));
    assert_eq!(policy.templates[0].price_per_hour, MicroUsd::new(25_750));
}

#[test]
fn a_price_of_ones_own_reaches_the_simulated_world() {
    let footman = "prices: {linuxX86: {vcpuHour: $0.03}}";
    let loaded = loaded(&[("jenkins.yaml", JENKINS), ("footman.yaml", footman)]);
    let list = FargatePrices::default();
    let prices = loaded.simulation.fargate_prices;
    assert_eq!(prices.linux_x86.vcpu_hour, NanoUsd::new(30_000_000));
    assert_eq!(prices.linux_x86.gib_hour, list.linux_x86.gib_hour);
    assert_eq!(prices.linux_arm, list.linux_arm);
}

#[test]
fn an_instance_type_of_ones_own_is_there_though_no_cluster_names_it() {
    let footman = "simulation: {instanceTypes: {lab.big: {cpu: 32vcpu, memory: 100GiB, pricePerHour: $1}}}";
    let loaded = loaded(&[("jenkins.yaml", JENKINS), ("footman.yaml", footman)]);
    let own = loaded.simulation.instance_type("lab.big").unwrap();
    assert_eq!(
        (own.registered.memory, own.price_per_hour),
        (Mib::from_gib(100), NanoUsd::new(1_000_000_000))
    );
}

#[test]
fn each_bucket_keeps_what_is_left_out() {
    let pace = |text: &str| {
        let footman = format!("pace: {text}");
        loaded(&[("jenkins.yaml", JENKINS), ("footman.yaml", &footman)]).policy.pace
    };
    let bucket = |burst, per_second| Bucket { burst, per_second };
    let usual = pace("{poll: 1s}");
    assert_eq!(usual, Pace::default());
    let changed = pace("{runTask: {perSecond: 60}, fargateRunTask: {perSecond: 50}}");
    assert_eq!(changed.cluster_resource_modify, bucket(100, 60));
    assert_eq!(changed.fargate_run_task, bucket(20, 50));
    assert_eq!(pace("{fargateRunTask: {burst: 5}}").fargate_run_task, bucket(5, 20));
    let none = "pace: {fargateRunTask: {burst: 0}}";
    let texts = [Text::new("jenkins.yaml", JENKINS), Text::new("footman.yaml", none)];
    let error = shown(&load(&texts, &lookup).expect_err("a bucket without calls"));
    assert!(error.contains("more than zero"), "{error}");
}

#[test]
fn overrides_on_fargate_come_out_as_sizes_of_fargate() {
    let footman = "clouds: {fargate: {templates: {large: {overrides: {cpuMax: 16vcpu}}}}}\n\
                   simulation: {clusters: {ci: {instances: [{type: m6i.2xlarge}]}}}";
    let policy = loaded(&[("jenkins.yaml", JENKINS), ("footman.yaml", footman)]).policy;
    assert_eq!(policy.templates[5].overrides.sizes.to_vec(), fargate_sizes(false));
    assert!(policy.templates[0].overrides.sizes.is_empty());
}

#[test]
fn several_files_become_one_as_jenkins_does_it() {
    let first =
        "jenkins:\n  clouds:\n  - ecs: {name: a, templates: [{label: x, image: i, cpu: 256, memory: 512}]}\n";
    let second =
        "jenkins:\n  clouds:\n  - ecs: {name: b, templates: [{label: y, image: i, cpu: 256, memory: 512}]}\n";
    let both = loaded(&[("1.yaml", first), ("2.yaml", second)]);
    assert_eq!(both.clouds.iter().map(|it| &*it.name).collect::<Vec<_>>(), ["a", "b"]);
    let third = "jenkins:\n  numExecutors: 1\n";
    let fourth = "jenkins:\n  numExecutors: 1\n";
    let texts = [Text::new("1.yaml", first), Text::new("3.yaml", third), Text::new("4.yaml", fourth)];
    let refused = load(&texts, &lookup).unwrap_err();
    let conflict = refused.diagnostics.iter().find(|it| it.code == Code::MergeConflict).unwrap();
    assert_eq!(conflict.place.as_ref().unwrap().to_string(), "4.yaml:2:17");
    assert_eq!(conflict.related[0].0.to_string(), "3.yaml:2:17");
    assert!(conflict.message.contains("`jenkins.numExecutors`"), "{}", conflict.message);
}

#[test]
fn a_file_of_footmans_alone_has_both_kinds_of_keys() {
    let own = "owner: alone\nclouds:\n- name: a\n  jenkinsUrl: https://j/\n  regionName: us-east-1\n  cluster: c\n  \
               limit: {agents: 3}\n  templates:\n  - {templateName: t, label: x, image: i, cpu: 256, memory: 512, \
               rank: 7}\nsimulation: {clusters: {c: {instances: [{type: m5.large}]}}}\n";
    let loaded = loaded(&[("own.yaml", own)]);
    assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
    assert_eq!(loaded.policy.templates[0].rank, 7);
    assert_eq!(loaded.policy.shared_limits[0].limit.agents, Some(3));
    // The same keys in Jenkins' own file would keep Jenkins from starting.
    let jenkins = "jenkins: {clouds: [{ecs: {name: a, templates: [{label: x, rank: 7}]}}]}";
    let refused = load(&[Text::new("jenkins.yaml", jenkins)], &lookup).unwrap_err();
    assert!(
        refused.diagnostics.iter().any(|it| it.code == Code::UnknownKey && it.message.contains("`rank`"))
    );
}

#[test]
fn a_parent_is_found_as_the_plugin_finds_it() {
    // (labels and names of the templates, `inheritFrom` of the last) => the image that the last gets
    type Row = (&'static [(&'static str, &'static str)], &'static str, &'static str);
    let table: &[Row] = &[
        (&[("p", "one two"), ("q", "two"), ("c", "c")], "two", "image-p"),
        (&[("p", "one"), ("q", "two"), ("c", "c")], "three two", "image-q"),
        (&[("template-default", "x"), ("q", "template-default"), ("c", "c")], "", "image-q"),
        (&[("template-default", "x"), ("q", "y"), ("c", "c")], "", "image-template-default"),
        (&[("template-default", "x"), ("c", "c")], "nobody", ""),
        (&[("p", "x"), ("c", "c")], "p", ""),
    ];
    for (templates, asked, image) in table {
        let mut text = "jenkins:\n  clouds:\n  - ecs:\n      name: a\n      templates:\n".to_owned();
        for (at, (name, label)) in templates.iter().enumerate() {
            let own = if at + 1 == templates.len() {
                format!("inheritFrom: '{asked}'")
            } else {
                format!("image: image-{name}")
            };
            text +=
                &format!("      - {{templateName: {name}, label: {label}, cpu: 256, memory: 512, {own}}}\n");
        }
        let clouds = match load(&[Text::new("jenkins.yaml", &text)], &lookup) {
            Ok(loaded) => loaded.clouds,
            Err(refused) => refused.clouds,
        };
        let child = clouds[0].templates.last().unwrap();
        assert_eq!(child.fields.image.value, *image, "{text}");
    }
}
