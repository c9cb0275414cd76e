//! Every field of the plugin, set to something else than its default, arrives with its value and its origin.

use footman_config::{
    Origin, Text, load,
    plugin::{CloudFields, Row, TemplateFields},
};

/// Each field of a cloud with a value that is not its default, and the value as a table shows it.
const CLOUD: &[(&str, &str, &str)] = &[
    ("name", "my cloud", "my cloud"),
    ("credentialsId", "aws", "aws"),
    ("assumedRoleArn", "arn:aws:iam::1:role/r", "arn:aws:iam::1:role/r"),
    ("regionName", "eu-west-1", "eu-west-1"),
    ("cluster", "builds", "builds"),
    ("tunnel", "\"host:50000\"", "host:50000"),
    ("jenkinsUrl", "https://j/", "https://j/"),
    ("allowedOverrides", "label,cpu", "label,cpu"),
    ("maxCpu", "4096", "4096"),
    ("maxMemory", "8192", "8192"),
    ("maxMemoryReservation", "4096", "4096"),
    ("maxAgents", "\"12\"", "12"),
    ("numExecutors", "2", "2"),
    ("slaveTimeoutInSeconds", "300", "300"),
    ("retainAgents", "on", "true"),
    ("retentionTimeout", "9", "9"),
    ("taskPollingIntervalInSeconds", "3", "3"),
];

/// The same of a template.
const TEMPLATE: &[(&str, &str, &str)] = &[
    ("templateName", "java", "java"),
    ("label", "java linux", "java linux"),
    ("agentContainerName", "agent", "agent"),
    ("taskDefinitionOverride", "\"own:7\"", "own:7"),
    ("dynamicTaskDefinitionOverride", "arn:x", "arn:x"),
    ("image", "jenkins/inbound-agent", "jenkins/inbound-agent"),
    ("repositoryCredentials", "arn:secret", "arn:secret"),
    ("launchType", "FARGATE", "FARGATE"),
    ("operatingSystemFamily", "WINDOWS_SERVER_2022_CORE", "WINDOWS_SERVER_2022_CORE"),
    ("cpuArchitecture", "ARM64", "ARM64"),
    ("defaultCapacityProvider", "true", "true"),
    ("capacityProviderStrategies", "[{provider: a, base: 1, weight: 2}]", "a(base 1, weight 2)"),
    ("networkMode", "awsvpc", "awsvpc"),
    ("remoteFSRoot", "/home/jenkins", "/home/jenkins"),
    ("uniqueRemoteFSRoot", "true", "true"),
    ("platformVersion", "1.4.0", "1.4.0"),
    ("memory", "4096", "4096"),
    ("memoryReservation", "2048", "2048"),
    ("cpu", "1024", "1024"),
    ("ephemeralStorageSizeInGiB", "50", "50"),
    ("sharedMemorySize", "64", "64"),
    ("subnets", "\"s-1,s-2\"", "s-1,s-2"),
    ("securityGroups", "sg-1", "sg-1"),
    ("assignPublicIp", "yes", "true"),
    ("privileged", "\"true\"", "true"),
    ("containerUser", "1000", "1000"),
    ("kernelCapabilities", "SYS_PTRACE", "SYS_PTRACE"),
    ("enableExecuteCommand", "true", "true"),
    ("dnsSearchDomains", "example.com", "example.com"),
    ("entrypoint", "/bin/sh -c", "/bin/sh -c"),
    ("jvmArgs", "-Xmx1g", "-Xmx1g"),
    ("taskrole", "arn:t", "arn:t"),
    ("executionRole", "arn:e", "arn:e"),
    ("environments", "[{name: A, value: 007}]", "A=007"),
    ("extraHosts", "[{ipAddress: 10.0.0.1, hostname: h}]", "10.0.0.1 h"),
    ("mountPoints", "[{name: m, sourcePath: /a, containerPath: /b, readOnly: true}]", "/a:/b:ro"),
    (
        "efsMountPoints",
        "[{name: e, containerPath: /e, readOnly: true, fileSystemId: fs-1, rootDirectory: /, accessPointId: ap, \
         transitEncryption: true, iam: true}]",
        "fs-1:/:/e",
    ),
    ("portMappings", "[{containerPort: 80, hostPort: 8080, protocol: tcp}]", "8080:80/tcp"),
    ("ulimits", "[{softLimit: 1, hardLimit: 2, ulimitName: nofile}]", "nofile=1:2"),
    ("placementStrategies", "[{type: binpack, field: memory}]", "binpack(memory)"),
    ("tags", "[{name: team, value: a}]", "team=a"),
    ("logDriver", "awslogs", "awslogs"),
    ("logDriverOptions", "[{name: awslogs-group, value: g}]", "awslogs-group=g"),
    ("inheritFrom", "nobody", "nobody"),
];

/// The effective clouds of `text`, whether it can be used or not.
fn rows(text: &str) -> (Vec<Row>, Vec<Row>) {
    let clouds = match load(&[Text::new("jenkins.yaml", text)], &|_| None) {
        Ok(loaded) => loaded.clouds,
        Err(refused) => refused.clouds,
    };
    (clouds[0].fields.rows(), clouds[0].templates[0].fields.rows())
}

#[test]
fn every_field_of_the_plugin_arrives_with_its_origin() {
    assert_eq!(CLOUD.iter().map(|row| row.0).collect::<Vec<_>>(), CloudFields::KEYS);
    assert_eq!(TEMPLATE.iter().map(|row| row.0).collect::<Vec<_>>(), TemplateFields::KEYS);
    let mut text = "jenkins:\n  clouds:\n  - ecs:\n".to_owned();
    for (key, value, _) in CLOUD {
        text += &format!("      {key}: {value}\n");
    }
    text += "      templates:\n      -\n";
    for (key, value, _) in TEMPLATE {
        text += &format!("        {key}: {value}\n");
    }
    let (cloud, template) = rows(&text);
    let lines: Vec<&str> = text.lines().collect();
    for (row, (key, _, shown)) in cloud.iter().zip(CLOUD).chain(template.iter().zip(TEMPLATE)) {
        assert_eq!((row.key, row.value.as_str()), (*key, *shown));
        let Origin::Given(place) = &row.origin else { panic!("{key}: {:?}", row.origin) };
        let line = lines[usize::try_from(place.line).unwrap() - 1];
        assert!(line.trim_start().starts_with(&format!("{key}: ")), "{key} is said to stand in `{line}`");
    }
}

#[test]
fn every_field_of_the_plugin_has_its_default() {
    let (cloud, template) =
        rows("jenkins:\n  clouds:\n  - ecs:\n      name: a\n      templates: [{label: x}]\n");
    let shown = |rows: &[Row]| {
        let set = rows.iter().filter(|row| row.origin == Origin::Default && !row.value.is_empty());
        set.map(|row| format!("{} {}", row.key, row.value)).collect::<Vec<_>>().join(", ")
    };
    // Defaults of ECSCloud and ECSTaskTemplate (plugin source, commit 4d48ab3).
    assert_eq!(
        shown(&cloud),
        "maxCpu 0, maxMemory 0, maxMemoryReservation 0, maxAgents 0, numExecutors 1, slaveTimeoutInSeconds 900, \
         retainAgents false, retentionTimeout 5, taskPollingIntervalInSeconds 1"
    );
    assert_eq!(
        shown(&template),
        "launchType EC2, operatingSystemFamily LINUX, cpuArchitecture X86_64, defaultCapacityProvider false, \
         uniqueRemoteFSRoot false, memory 0, memoryReservation 0, cpu 0, sharedMemorySize 0, assignPublicIp false, \
         privileged false, enableExecuteCommand false"
    );
}

#[test]
fn every_field_is_inherited_by_the_plugins_rule() {
    // `templateName` and `inheritFrom` are a template's own; these are lost in a merge.
    let lost = ["jvmArgs", "dnsSearchDomains", "dynamicTaskDefinitionOverride"];
    let own = ["templateName", "label", "inheritFrom"];
    let mut text =
        "jenkins:\n  clouds:\n  - ecs:\n      name: a\n      templates:\n      - {templateName: child, label: child, \
         inheritFrom: base}\n      - templateName: base\n        label: base\n"
            .to_owned();
    for (key, value, _) in TEMPLATE.iter().filter(|row| !own.contains(&row.0)) {
        text += &format!("        {key}: {value}\n");
    }
    let (_, child) = rows(&text);
    for (row, (key, _, shown)) in child.iter().zip(TEMPLATE) {
        if own.contains(key) {
            assert!(matches!(row.origin, Origin::Given(_)), "{key}");
        } else if lost.contains(key) {
            assert_eq!(row.value, "", "{key}");
        } else {
            assert_eq!((row.key, row.value.as_str()), (*key, *shown));
            let Origin::Inherited { template, .. } = &row.origin else { panic!("{key}: {:?}", row.origin) };
            assert_eq!(&**template, "base");
        }
    }
}
