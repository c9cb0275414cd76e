//! Every known trap of the plugin's fields, with where it is known from.
//!
//! `H`, `W`, `P` and `T` are the findings, weaknesses and tables of a reading of the plugin's source at commit 4d48ab3
//! (2025-04-17); `#n` is an issue of jenkinsci/amazon-ecs-plugin; `wiki n` a row of the plugin's wiki page and its
//! comments; `ECS` the Amazon ECS API Reference and Developer Guide.

use footman_config::{Code, Diagnostic, Severity, Text, load};
use std::collections::BTreeSet;

/// A cloud without any trap, as lines of `- ecs:`.
const CLOUD: [(&str, &str); 4] = [
    ("name", "ecs"),
    ("cluster", "builds"),
    ("regionName", "us-east-1"),
    ("jenkinsUrl", "https://jenkins.example.com/"),
];
/// A template on EC2 without any trap.
const ON_EC2: [(&str, &str); 5] = [
    ("templateName", "java"),
    ("label", "java"),
    ("image", "jenkins/inbound-agent"),
    ("cpu", "1024"),
    ("memory", "2048"),
];
/// What makes it one on Fargate without any trap.
const ON_FARGATE: [(&str, &str); 5] = [
    ("launchType", "FARGATE"),
    ("networkMode", "awsvpc"),
    ("subnets", "subnet-1"),
    ("securityGroups", "sg-1"),
    ("executionRole", "arn:aws:iam::1:role/e"),
];
const FOOTMAN: &str = "simulation:\n  clusters:\n    builds:\n      instances: [{type: m6i.xlarge, count: 4}]\n      \
                       autoScalingGroups: [{capacityProvider: asg, instanceTypes: [m6i.xlarge], max: 4}]\n";

/// `base` with `changes` laid over it: `-key` takes a key out, other keys are set.
fn lines(indent: usize, base: &[(&str, &str)], changes: &[(&str, &str)]) -> String {
    let mut keys: Vec<(&str, &str)> = base.to_vec();
    for (key, value) in changes {
        let name = key.trim_start_matches('-');
        keys.retain(|(own, _)| *own != name);
        if !key.starts_with('-') {
            keys.push((key, value));
        }
    }
    keys.iter().map(|(key, value)| format!("{:indent$}{key}: {value}\n", "")).collect()
}

/// Jenkins' file of one cloud with these templates.
fn jenkins(cloud: &[(&str, &str)], templates: &[String]) -> String {
    let mut text = "jenkins:\n  clouds:\n  - ecs:\n".to_owned();
    text += &lines(6, &CLOUD, cloud);
    text += "      templates:\n";
    for template in templates {
        text += "      -\n";
        text += template;
    }
    text
}

fn on_ec2(changes: &[(&str, &str)]) -> String {
    lines(8, &ON_EC2, changes)
}

fn on_fargate(changes: &[(&str, &str)]) -> String {
    lines(8, &[&ON_EC2[..], &ON_FARGATE[..]].concat(), changes)
}

fn diagnostics(jenkins: &str, footman: &str) -> Vec<Diagnostic> {
    let texts = [Text::new("jenkins.yaml", jenkins), Text::new("footman.yaml", footman)];
    match load(&texts, &|_| None) {
        Ok(loaded) => loaded.diagnostics,
        Err(refused) => refused.diagnostics,
    }
}

/// Asserts that `jenkins` has exactly the diagnostics `codes`, each with a place.
fn assert_codes(source: &str, jenkins: &str, footman: &str, codes: &[&str]) {
    let found = diagnostics(jenkins, footman);
    let all: String = found.iter().map(|it| format!("{it}\n")).collect();
    let got: BTreeSet<&str> = found.iter().map(|it| it.code.as_str()).collect();
    assert_eq!(got, codes.iter().copied().collect(), "{source}\n{jenkins}\n{all}");
    assert!(found.iter().all(|it| it.place.is_some()), "{source}: {all}");
}

/// A source, fields that differ, and the codes that are said.
type Row = (&'static str, &'static [(&'static str, &'static str)], &'static [&'static str]);

#[test]
fn what_has_no_trap_is_left_in_peace() {
    assert_codes("none", &jenkins(&[], &[on_ec2(&[])]), FOOTMAN, &[]);
    assert_codes("none", &jenkins(&[], &[on_fargate(&[])]), FOOTMAN, &[]);
}

#[test]
fn traps_of_a_cloud_are_said() {
    let table: &[Row] = &[
        ("H14, W27, #126, #167, #168, #319, wiki 10", &[("-jenkinsUrl", "")], &["null-jenkins-url"]),
        ("H14, wiki 10", &[("jenkinsUrl", "\"\"")], &["null-jenkins-url"]),
        ("W25, #291, #298, #308, #323", &[("numExecutors", "0")], &["zero-executors"]),
        ("H11, W15, #343", &[("numExecutors", "4")], &["many-executors"]),
        ("T1.1 credentialsId", &[("credentialsId", "aws-key")], &["jenkins-credentials"]),
        (
            "T1.1 no chaining",
            &[("credentialsId", "aws-key"), ("assumedRoleArn", "arn:aws:iam::1:role/r")],
            &["jenkins-credentials", "credentials-and-role"],
        ),
        ("T1.1, #206", &[("-regionName", "")], &["blank-region"]),
        ("T1.1, #206", &[("regionName", "\"\"")], &["blank-region"]),
        ("T1.1 retentionTimeout", &[("retentionTimeout", "0")], &["zero-retention"]),
        ("T1.1 slaveTimeoutInSeconds", &[("slaveTimeoutInSeconds", "0")], &["zero-agent-timeout"]),
        ("H12, W13, #133, #193", &[("taskPollingIntervalInSeconds", "5")], &["polling-ignored"]),
        ("T1.1 default", &[("taskPollingIntervalInSeconds", "1")], &[]),
        ("H10, W14, #269, #293", &[("maxAgents", "7")], &["max-agents-per-cloud"]),
        ("H9, W16", &[("allowedOverrides", "all")], &["all-overrides-allowed"]),
        ("T1.1 allowedOverrides", &[("allowedOverrides", "\"label, CPU,memoryReservation\"")], &[]),
        ("T1.1 allowedOverrides", &[("allowedOverrides", "label,memroy")], &["unknown-override"]),
        ("T1.1 name, wiki 12", &[("name", "a|b")], &["bad-name"]),
        ("T1.1 name", &[("-name", "")], &["missing-key"]),
        ("T1.1 numbers", &[("maxAgents", "-1")], &["bad-value"]),
        ("T1.1 numbers", &[("maxAgents", ".nan")], &["bad-value"]),
        ("T1.1 numbers", &[("maxAgents", "99999999999999999999999")], &["bad-value"]),
        ("T1.1 numbers", &[("maxAgents", "1.5")], &["bad-value"]),
        ("T1.1 booleans", &[("retainAgents", "maybe")], &["bad-value"]),
        ("design 5: unknown keys", &[("maxAgentz", "1")], &["unknown-key"]),
        ("design 5: placeholders", &[("maxAgents", "${MAX}")], &["unresolved-placeholder"]),
        ("design 5: placeholders", &[("maxAgents", "\"${MAX\"")], &["bad-placeholder"]),
        ("design 5: placeholders", &[("regionName", "${REGION}")], &["unused-placeholder"]),
    ];
    for (source, cloud, codes) in table {
        assert_codes(source, &jenkins(cloud, &[on_ec2(&[])]), FOOTMAN, codes);
    }
    let unclustered = jenkins(&[("-cluster", "")], &[on_fargate(&[])]);
    assert_codes("T1.1 cluster", &unclustered, "labelMap: {}", &["blank-cluster"]);
}

#[test]
fn traps_of_labels_images_and_sizes_on_ec2_are_said() {
    let table: &[Row] = &[
        ("wiki 39: leading", &[("label", "\" java\"")], &["label-whitespace"]),
        ("wiki 39: trailing", &[("label", "\"java \"")], &["label-whitespace"]),
        ("wiki 39: double", &[("label", "\"java  linux\"")], &["label-whitespace"]),
        ("wiki 39: tab", &[("label", "\"java\\tlinux\"")], &["label-whitespace"]),
        ("wiki 39: no-break space", &[("label", "\"java\\u00a0linux\"")], &["label-whitespace"]),
        ("#124, #174", &[("label", "java linux java")], &["duplicate-label"]),
        ("W18, #228, #242", &[("label", "java&&linux")], &["label-operator"]),
        ("T1.2 label: an open quote", &[("label", "'java \"linux'")], &["odd-label"]),
        ("T1.5, wiki 41, #236", &[("-label", "")], &["no-label"]),
        ("T1.2 templateName", &[("templateName", "\"\"")], &["blank-template-name"]),
        ("T1.2 templateName", &[("-templateName", "")], &["blank-template-name"]),
        ("T1.2 templateName", &[("templateName", "ja.va")], &["bad-name"]),
        ("T1.2 image", &[("-image", "")], &["no-image"]),
        ("wiki 32, wiki 40", &[("image", "jenkinsci/slave")], &["deprecated-image"]),
        ("wiki 40", &[("image", "jenkins/slave:4.3-4")], &["deprecated-image"]),
        ("wiki 32", &[("image", "docker.io/jenkins/jnlp-slave@sha256:00")], &["deprecated-image"]),
        ("wiki 34", &[("image", "my.registry:5000/jenkins/slave")], &[]),
        ("T1.2 memory", &[("-memory", "")], &["no-memory"]),
        ("T1.2 memory", &[("memory", "0"), ("memoryReservation", "0")], &["no-memory"]),
        ("T1.2 memoryReservation", &[("memoryReservation", "4096")], &["soft-above-hard"]),
        ("T1.2 memoryReservation", &[("memoryReservation", "1024")], &[]),
        ("T1.2 cpu", &[("-cpu", "")], &["zero-cpu"]),
        ("ECS EphemeralStorage", &[("ephemeralStorageSizeInGiB", "20")], &["ephemeral-storage"]),
        ("T1.2 ephemeralStorage", &[("ephemeralStorageSizeInGiB", "21")], &["ignored-field"]),
        ("T1.2, #150, #178", &[("taskDefinitionOverride", "agents:7")], &["unknown-size"]),
        ("wiki 55", &[("containerUser", "Root")], &["bad-user"]),
        ("wiki 55", &[("containerUser", "\"\"")], &[]),
        ("wiki 55, wiki 56", &[("containerUser", "\" \"")], &[]),
        ("wiki 55", &[("containerUser", "a234567890123456789012345678901")], &[]),
        ("wiki 55", &[("containerUser", "a2345678901234567890123456789012")], &["bad-user"]),
        ("wiki 55", &[("containerUser", "\"1000:1000\"")], &[]),
        ("ECS user", &[("containerUser", "\"1:2:3\"")], &["bad-user"]),
        ("W23", &[("sharedMemorySize", "64"), ("kernelCapabilities", "SYS_PTRACE")], &["capabilities-lost"]),
        (
            "wiki 57",
            &[("mountPoints", "[{name: m, sourcePath: /cache, containerPath: /c}]")],
            &["persistent-mount"],
        ),
        ("T1.2 environments", &[("environments", "[{name: A, value: \"\"}]")], &["environment-dropped"]),
        ("T1.2 environments", &[("environments", "[{value: b}]")], &["environment-dropped"]),
        (
            "T1.2 environments, #223, #285",
            &[("environments", "[{name: NPM_TOKEN, value: x}]")],
            &["plain-secret"],
        ),
    ];
    for (source, template, codes) in table {
        assert_codes(source, &jenkins(&[], &[on_ec2(template)]), FOOTMAN, codes);
    }
}

#[test]
fn traps_of_capacity_providers_are_said() {
    let table: &[Row] = &[
        ("T1.2 capacityProviderStrategies", &[("capacityProviderStrategies", "[]")], &["empty-strategy"]),
        (
            "ECS capacity providers",
            &[
                ("capacityProviderStrategies", "[{provider: FARGATE}, {provider: FARGATE_SPOT}]"),
                ("networkMode", "awsvpc"),
                ("subnets", "s"),
                ("securityGroups", "g"),
                ("executionRole", "r"),
            ],
            &["zero-weights"],
        ),
        ("ECS capacity providers", &[("capacityProviderStrategies", "[{provider: asg}]")], &[]),
        (
            "ECS capacity providers",
            &[
                (
                    "capacityProviderStrategies",
                    "[{provider: FARGATE, base: 1, weight: 1}, {provider: FARGATE_SPOT, base: 1}]",
                ),
                ("networkMode", "awsvpc"),
                ("subnets", "s"),
                ("securityGroups", "g"),
                ("executionRole", "r"),
            ],
            &["two-bases"],
        ),
        (
            "ECS capacity providers",
            &[
                (
                    "capacityProviderStrategies",
                    "[{provider: FARGATE, weight: 1}, {provider: asg, weight: 1}]",
                ),
                ("networkMode", "awsvpc"),
                ("subnets", "s"),
                ("securityGroups", "g"),
                ("executionRole", "r"),
            ],
            &["mixed-providers"],
        ),
        (
            "ECS capacity providers",
            &[("capacityProviderStrategies", "[{provider: asg, weight: 1001}]")],
            &["bad-value"],
        ),
        ("T1.2", &[("capacityProviderStrategies", "[{weight: 1}]")], &["missing-key", "unknown-provider"]),
        (
            "T1.2 defaultCapacityProvider",
            &[("defaultCapacityProvider", "true"), ("launchType", "EXTERNAL")],
            &["ignored-field"],
        ),
        (
            "T1.2",
            &[("launchType", "FARGATE"), ("capacityProviderStrategies", "[{provider: asg}]")],
            &["ignored-field"],
        ),
    ];
    for (source, template, codes) in table {
        assert_codes(source, &jenkins(&[], &[on_ec2(template)]), FOOTMAN, codes);
    }
}

#[test]
fn traps_of_placement_networks_and_parents_on_ec2_are_said() {
    let table: &[Row] = &[
        ("T1.2 cpuArchitecture", &[("cpuArchitecture", "ARM64")], &["ignored-field"]),
        ("ECS placement", &[("placementStrategies", "[{type: binpack, field: disk}]")], &["bad-placement"]),
        (
            "ECS placement",
            &[("placementStrategies", "[{type: spread, field: 'attribute:ecs.availability-zone'}]")],
            &[],
        ),
        ("T1.2 networkMode", &[("networkMode", "awsvpc"), ("subnets", "s")], &["no-security-groups"]),
        ("T1.2 networkMode", &[("networkMode", "awsvpc"), ("securityGroups", "g")], &["no-subnets"]),
        (
            "T1.2 subnets",
            &[("networkMode", "awsvpc"), ("subnets", "\"a, b\""), ("securityGroups", "g")],
            &["untrimmed-list"],
        ),
        ("T1.2 launchType", &[("launchType", "FARGAT")], &["bad-value"]),
        ("design 5: unknown keys", &[("memroy", "1")], &["unknown-key"]),
        ("T1.4 inheritFrom", &[("inheritFrom", "nobody")], &["no-parent"]),
        ("T1.4 inheritFrom", &[("inheritFrom", "java")], &["own-parent"]),
        ("wiki 20: larger than any instance", &[("memory", "65536")], &["never-fits"]),
    ];
    for (source, template, codes) in table {
        assert_codes(source, &jenkins(&[], &[on_ec2(template)]), FOOTMAN, codes);
    }
}

#[test]
fn traps_of_a_template_on_fargate_are_said() {
    let table: &[Row] = &[
        ("H7, W9, #149, #263", &[("networkMode", "default")], &["fargate-network-mode"]),
        ("H7, W9, #149, #263", &[("-networkMode", "")], &["fargate-network-mode"]),
        ("T1.2 networkMode", &[("networkMode", "bridge")], &["fargate-network-mode"]),
        ("T1.2, W27", &[("-securityGroups", "")], &["no-security-groups"]),
        ("T1.2 networkMode", &[("-subnets", "")], &["no-subnets"]),
        ("T1.2 memoryReservation", &[("memoryReservation", "1024")], &["soft-is-fargate-size"]),
        ("T1.2 memoryReservation", &[("memoryReservation", "2048")], &[]),
        ("wiki 21, ECS sizes", &[("memory", "1024")], &["fargate-size"]),
        ("wiki 21, ECS sizes", &[("cpu", "0")], &["fargate-size"]),
        ("wiki 21, ECS sizes", &[("cpu", "1000")], &["fargate-size"]),
        ("T1.2 privileged, W22", &[("privileged", "true")], &["fargate-privileged"]),
        ("T1.2 sharedMemorySize", &[("sharedMemorySize", "64")], &["fargate-shared-memory"]),
        (
            "T1.2 mountPoints, #155",
            &[("mountPoints", "[{name: m, sourcePath: /cache, containerPath: /c}]")],
            &["fargate-host-mount"],
        ),
        ("wiki 33", &[("-executionRole", "")], &["no-execution-role"]),
        ("ECS placement", &[("placementStrategies", "[{type: random}]")], &["bad-placement"]),
        ("ECS EphemeralStorage", &[("ephemeralStorageSizeInGiB", "201")], &["ephemeral-storage"]),
        ("ECS EphemeralStorage", &[("ephemeralStorageSizeInGiB", "200")], &[]),
        (
            "T1.2 capacityProviderStrategies",
            &[("-launchType", ""), ("capacityProviderStrategies", "[{provider: my-FARGATE-asg, weight: 1}]")],
            &["fargate-by-name", "unknown-provider"],
        ),
        ("#185", &[("operatingSystemFamily", "LINUXX")], &["bad-value"]),
    ];
    for (source, template, codes) in table {
        assert_codes(source, &jenkins(&[], &[on_fargate(template)]), FOOTMAN, codes);
    }
}

#[test]
fn traps_of_templates_that_inherit_are_said() {
    type Row = (
        &'static str,
        &'static [(&'static str, &'static str)],
        &'static [(&'static str, &'static str)],
        &'static [&'static str],
    );
    let table: &[Row] = &[
        ("P1.4", &[], &[], &[]),
        ("P1.4, wiki 24", &[], &[("jvmArgs", "-Xmx1g")], &["lost-on-merge"]),
        ("P1.4", &[("dnsSearchDomains", "example.com")], &[], &["lost-on-merge"]),
        ("W22", &[("privileged", "true")], &[("privileged", "false")], &["stuck-switch"]),
        ("W22", &[("privileged", "true")], &[], &[]),
        ("P1.4", &[("containerUser", "jenkins")], &[("containerUser", "\"\"")], &["stuck-value"]),
        (
            "P1.4",
            &[("memoryReservation", "1024"), ("memory", "1024")],
            &[("memory", "4096")],
            &["merged-memory"],
        ),
        (
            "P1.4, #150, #367",
            &[("taskDefinitionOverride", "agents:7")],
            &[("image", "other")],
            &["unknown-size", "voided-by-override"],
        ),
        ("P1.4", &[("inheritFrom", "base")], &[], &["own-parent", "second-level"]),
    ];
    for (source, parent, child, codes) in table {
        let parent = on_ec2(&[&[("templateName", "base"), ("label", "base")], *parent].concat());
        let child_base = [
            ("templateName", "child"),
            ("label", "child"),
            ("inheritFrom", "base"),
            ("-image", ""),
            ("-cpu", ""),
            ("-memory", ""),
        ];
        let child = on_ec2(&[&child_base[..], child].concat());
        assert_codes(source, &jenkins(&[], &[parent, child]), FOOTMAN, codes);
    }
}

#[test]
fn names_that_belong_together_are_held_together() {
    let java = on_ec2(&[]);
    let node = on_ec2(&[("templateName", "node"), ("label", "node")]);
    let spaced = on_ec2(&[("templateName", "\"a b\""), ("label", "x")]);
    let unspaced = on_ec2(&[("templateName", "ab"), ("label", "y")]);
    let one = jenkins(&[], std::slice::from_ref(&java));
    let renamed =
        |name: &str| one.replace("jenkins:\n  clouds:\n", "").replace("name: ecs", &format!("name: {name}"));
    let warm = |root: &str, own: &str| {
        format!(
            "{root}\nclouds: {{ecs: {{templates: {{java: {{minIdle: 3{}{own}}}}}}}}}",
            if own.is_empty() { "" } else { ", " }
        )
    };
    let table: &[(&str, String, &str, &[&str])] = &[
        (
            "T1.2 templateName",
            jenkins(&[], &[java.clone(), java.clone()]),
            "",
            &["duplicate-template", "shared-family"],
        ),
        ("T1.2: white space is removed", jenkins(&[], &[spaced, unspaced]), "", &["bad-name"]),
        ("#149: two clouds, one family", format!("{one}{}", renamed("\"e cs\"")), "", &["shared-family"]),
        ("#128", format!("{one}{}", renamed("ecs")), "", &["duplicate-cloud", "shared-family"]),
        ("design 5", one.clone(), "clouds: {esc: {}}", &["unknown-cloud"]),
        ("design 5", one.clone(), "clouds: {ecs: {templates: {jaba: {}}}}", &["unknown-template"]),
        ("design 5", one.clone(), "clouds: {ecs: {templates: {java: {rnak: 1}}}}", &["unknown-key"]),
        ("design 5", one.clone(), "ownr: a\nclouds: {}", &["unknown-key"]),
        ("design 5", one.clone(), "owner: 'a b'", &["bad-value"]),
        ("design 5", one.clone(), "labelMap: {a: java &&}", &["bad-label-expression"]),
        ("design 5", one.clone(), "labelMap: {a: cobol}", &["unmatched-label"]),
        ("design 5", one.clone(), "labelMap: {a: java/cpu=2048}", &[]),
        ("design 5", one.clone(), "limit: {cpu: 512}", &["limit-too-small"]),
        ("warm", one.clone(), &warm("limit: {agents: 3}", ""), &["warm-fills-limit"]),
        ("warm", one.clone(), &warm("limit: {agents: 4}", ""), &[]),
        ("warm", one.clone(), &warm("limit: {memory: 6GiB}", ""), &["warm-fills-limit"]),
        ("warm", one.clone(), &warm("", "limit: {agents: 3}"), &["warm-fills-limit"]),
        (
            "warm",
            one.clone(),
            &warm("sharedLimits: [{name: a, templates: [ecs], limit: {agents: 2}}]", ""),
            &["warm-fills-limit"],
        ),
        ("design 5", one.clone(), "limit: {agents: -1}", &["bad-value"]),
        ("design 5", one.clone(), "deadlines: {idle: 5}", &["bad-value"]),
        ("design 5", one.clone(), "breaker: {failures: 0}", &["bad-value"]),
        ("design 5", one.clone(), "attemptsMax: 1000", &["bad-value"]),
        ("design 5", one.clone(), "clouds: {ecs: {templates: {java: {minIdle: 20000}}}}", &["bad-value"]),
        (
            "design 5",
            one.clone(),
            "sharedLimits: [{name: a, templates: [ecs/jawa], limit: {agents: 1}}]",
            &["unknown-template"],
        ),
        ("design 5", one.clone(), "owner: a\nowner: b", &["duplicate-key"]),
    ];
    for (source, jenkins, footman, codes) in table {
        let described = FOOTMAN.strip_prefix("simulation:\n").unwrap();
        let footman = format!("{footman}\nsimulation:\n{described}");
        assert_codes(source, jenkins, &footman, codes);
    }
    let both = jenkins(&[], &[java, node]);
    assert_codes("design 5: nothing is assumed silently", &both, "labelMap: {}", &["assumed-cluster"]);
}

#[test]
fn how_long_agents_are_kept_is_said_whole() {
    let one = jenkins(&[], &[on_ec2(&[])]);
    let keys = |own: &str| format!("clouds: {{ecs: {{templates: {{java: {{{own}}}}}}}}}");
    let table: &[(&str, String, &[&str])] = &[
        ("retain", keys("retain: 10m"), &[]),
        ("retain", keys("retain: {idle: 10m}"), &[]),
        ("retain", keys("retain: {idle: 10m, builds: 20}"), &[]),
        ("retain: no builds at all", keys("retain: {idle: 10m, builds: 0}"), &["bad-value"]),
        ("retain: no time at all", keys("retain: {idle: 0s, builds: 3}"), &["bad-value"]),
        ("retain: no time", keys("retain: {builds: 20}"), &["bad-value"]),
        ("retain: no time", keys("retain: {idle: 10}"), &["bad-value"]),
        ("retain: another key", keys("retain: {idle: 10m, build: 2}"), &["unknown-key"]),
        ("sessions", keys("sessions: {idle: 10m}"), &[]),
        ("sessions: no time", keys("sessions: {}"), &["bad-value"]),
        ("sessions: no time at all", keys("sessions: {idle: 0s}"), &["bad-value"]),
        ("sessions: no length of time", keys("sessions: {idle: soon}"), &["bad-value"]),
        ("sessions: no mapping", keys("sessions: true"), &["bad-value"]),
        ("sessions: another key", keys("sessions: {idle: 1m, max: 2}"), &["unknown-key"]),
        ("retain: a list", keys("retain: [10m]"), &["bad-value"]),
    ];
    for (source, footman, codes) in table {
        let described = FOOTMAN.strip_prefix("simulation:\n").unwrap();
        assert_codes(source, &one, &format!("{footman}\nsimulation:\n{described}"), codes);
    }
}

#[test]
fn errors_and_warnings_differ() {
    for code in Code::ALL {
        assert!(code.as_str().bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{code}");
        assert!(Code::ALL.iter().filter(|other| other.as_str() == code.as_str()).count() == 1, "{code}");
    }
    assert_eq!(Code::FargateSize.severity(), Severity::Error);
    assert_eq!(Code::NullJenkinsUrl.severity(), Severity::Warning);
    assert_eq!(Code::MaxAgentsPerCloud.severity(), Severity::Note);
}

#[test]
fn traps_of_a_described_cluster_are_said() {
    // (what is described, the diagnostics); the template runs on the capacity provider `asg`
    let table: &[(&str, &[&str])] = &[
        ("autoScalingGroups: [{capacityProvider: asg, instanceTypes: [m6i.xlarge], max: 4}]", &[]),
        (
            "autoScalingGroups: [{capacityProvider: asgg, instanceTypes: [m6i.xlarge], max: 4}]",
            &["unknown-provider"],
        ),
        (
            "autoScalingGroups: [{capacityProvider: asg, instanceTypes: [m6i.xxlarge], max: 4}]",
            &["unknown-instance-type"],
        ),
        (
            "autoScalingGroups: [{capacityProvider: asg, instanceTypes: [m6i.xlarge], max: 5001}]",
            &["bad-value", "unknown-provider"],
        ),
        (
            "autoScalingGroups: [{capacityProvider: asg, instanceTypes: [m6i.xlarge], min: 2, max: 1}]",
            &["bad-value", "unknown-provider"],
        ),
        (
            "autoScalingGroups: [{capacityProvider: asg, instanceTypes: [m6i.xlarge], max: 2, desired: 3}]",
            &["bad-value", "unknown-provider"],
        ),
        (
            "autoScalingGroups: [{capacityProvider: asg, instanceTypes: [m6i.xlarge], max: 2, managedScaling: \
             {targetCapacity: 101}}]",
            &["bad-value", "unknown-provider"],
        ),
        (
            "autoScalingGroups: [{capacityProvider: asg, instanceTypes: [m6i.xlarge], max: 2, managedScaling: false}]",
            &[],
        ),
        ("instances: [{type: m6i.xlarge, count: 5001}]", &["bad-value", "unknown-provider"]),
        (
            "autoScalingGroups: [{capacityProvider: asg, instanceTypes: [m7g.medium], max: 4}]",
            &["never-fits"],
        ),
        ("autoScalingGroups: [{capacityProvider: FARGATE, max: 4}]", &["bad-value", "unknown-provider"]),
    ];
    let asg = on_ec2(&[("capacityProviderStrategies", "[{provider: asg, weight: 1}]"), ("memory", "6144")]);
    let jenkins = jenkins(&[], std::slice::from_ref(&asg));
    for (described, codes) in table {
        let footman = format!("simulation: {{clusters: {{builds: {{{described}}}}}}}");
        assert_codes("ECS capacity providers, quotas", &jenkins, &footman, codes);
    }
    let elsewhere = "simulation: {clusters: {bilds: {}}}";
    assert_codes("design 5", &jenkins, elsewhere, &["unknown-cluster", "assumed-cluster"]);
    let bare = "simulation: {instanceTypes: {x9.large: {cpu: 4vcpu}}, clusters: {builds: {instances: [{type: x9.large}]}}}";
    let codes = ["missing-key", "unknown-instance-type", "unknown-provider"];
    assert_codes("design 5", &jenkins, bare, &codes);
}

#[test]
fn a_template_larger_than_any_known_instance_is_refused_where_nothing_is_described() {
    let huge = on_ec2(&[("memory", "999999")]);
    assert_codes("wiki 20", &jenkins(&[], &[huge]), "labelMap: {}", &["never-fits"]);
}

#[test]
fn placement_constraints_that_ecs_refuses_are_said() {
    let eleven = ["{type: distinctInstance}"; 11].join(", ");
    // (the list, on Fargate, the codes)
    let table: [(&str, bool, &[&str]); 9] = [
        ("[{type: memberOf, expression: 'attribute:a exists'}, {type: distinctInstance}]", false, &[]),
        ("[{type: memberOf}]", false, &["bad-placement"]),
        ("[{type: memberOf, expression: ''}]", false, &["bad-placement"]),
        ("[{type: distinctInstance, expression: 'attribute:a exists'}]", false, &["bad-placement"]),
        ("[{type: members}]", false, &["bad-placement"]),
        ("[{expression: 'attribute:a exists'}]", false, &["bad-placement"]),
        ("[{type: distinctInstance, field: cpu}]", false, &["unknown-key"]),
        (&format!("[{eleven}]"), false, &["bad-placement"]),
        ("[{type: distinctInstance}]", true, &["bad-placement"]),
    ];
    for (list, fargate, codes) in table {
        let footman = format!(
            "clouds:\n  ecs:\n    templates:\n      java:\n        placementConstraints: {list}\n{FOOTMAN}"
        );
        let template = if fargate { on_fargate(&[]) } else { on_ec2(&[]) };
        assert_codes("ECS placement", &jenkins(&[], &[template]), &footman, codes);
    }
}
