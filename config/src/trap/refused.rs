//! What ECS and Fargate refuse, and what they do unasked.

use crate::{
    code::Code,
    effective::Origin,
    launch,
    plugin::NetworkModeChoice,
    reader::Reader,
    simulation::{NetworkMode, Platform},
    trap::Seen,
};

/// Words in the name of a variable that holds a secret.
const SECRET_WORDS: [&str; 5] = ["PASSWORD", "PASSWD", "SECRET", "TOKEN", "PRIVATE_KEY"];

/// Images that do not make an agent, each with what to take instead.
const WRONG_IMAGES: [(&str, &str); 7] = [
    ("jenkinsci/slave", "it has no agent that connects by itself; take `jenkins/inbound-agent`"),
    (
        "jenkins/slave",
        "it was renamed to `jenkins/agent`, which does not connect by itself; take `jenkins/inbound-agent`",
    ),
    ("jenkins/agent", "it does not connect by itself; take `jenkins/inbound-agent`"),
    ("jenkinsci/jnlp-slave", "it was renamed to `jenkins/inbound-agent`"),
    ("jenkins/jnlp-slave", "it was renamed to `jenkins/inbound-agent`"),
    ("jenkinsci/ssh-slave", "it waits for SSH; take `jenkins/inbound-agent`"),
    ("jenkins/ssh-agent", "it waits for SSH; take `jenkins/inbound-agent`"),
];

/// Checks what ECS does with a template.
pub(super) fn check(seen: &Seen<'_>, reader: &mut Reader<'_>) {
    network(seen, reader);
    if seen.has_own_definition() {
        return;
    }
    image(seen, reader);
    user(seen, reader);
    fargate(seen, reader);
    linux(seen, reader);
    environment(seen, reader);
}

/// The network mode, and what awsvpc needs.
fn network(seen: &Seen<'_>, reader: &mut Reader<'_>) {
    let fields = seen.fields;
    let mode = &fields.network_mode;
    if seen.fargate
        && !seen.has_own_definition()
        && mode.value != NetworkModeChoice::Mode(NetworkMode::Awsvpc)
    {
        let message = "Fargate's network mode is awsvpc, and `networkMode` says otherwise";
        reader.say(seen.about(Code::FargateNetworkMode, mode, message).help(
            "the plugin registers a new revision at every launch, because it compares the two; write \
             `networkMode: awsvpc`",
        ));
    }
    if launch::network(fields, seen.fargate) != NetworkMode::Awsvpc {
        return;
    }
    if fields.subnets.value.trim().is_empty() {
        let message = format!("`{}` uses awsvpc and has no `subnets`", seen.source.name);
        reader.say(
            seen.about(Code::NoSubnets, &fields.subnets, message).help("RunTask fails without a subnet"),
        );
    }
    if fields.security_groups.value.trim().is_empty() {
        let message = format!("`{}` uses awsvpc and has no `securityGroups`", seen.source.name);
        reader.say(
            seen.about(Code::NoSecurityGroups, &fields.security_groups, message)
                .help("the plugin fails at launch; Footman sends none, and the VPC's default group counts"),
        );
    }
    for (key, field) in [("subnets", &fields.subnets), ("securityGroups", &fields.security_groups)] {
        if field.value.split(',').any(|item| item != item.trim()) {
            let message = format!("blanks around the items of `{key}`, which the plugin sends along");
            reader.say(seen.about(Code::UntrimmedList, field, message).help("write them without blanks"));
        }
    }
}

/// The image.
fn image(seen: &Seen<'_>, reader: &mut Reader<'_>) {
    let field = &seen.fields.image;
    let image = field.value.trim();
    if image.is_empty() {
        let message = format!("`{}` has neither `image` nor `taskDefinitionOverride`", seen.source.name);
        reader
            .say(seen.about(Code::NoImage, field, message).help("`jenkins/inbound-agent` is the usual one"));
        return;
    }
    let name = repository(image);
    if let Some((_, why)) = WRONG_IMAGES.iter().find(|(wrong, _)| *wrong == name) {
        let message = format!("the image `{image}` is deprecated, or no image of an agent");
        reader.say(seen.about(Code::DeprecatedImage, field, message).help(*why));
    }
}

/// The repository in an image's name, without Docker Hub's host, tag and digest.
fn repository(image: &str) -> &str {
    let image = image.strip_prefix("docker.io/").unwrap_or(image);
    let image = image.split('@').next().unwrap_or(image);
    match image.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        Some(_) | None => image,
    }
}

/// The user: `user`, `uid`, or either with a group, each by the rule that ECS's error names (plugin release 1.13;
/// Amazon ECS API Reference, `ContainerDefinition.user`).
fn user(seen: &Seen<'_>, reader: &mut Reader<'_>) {
    let field = &seen.fields.container_user;
    // The plugin takes a blank one for none.
    if field.value.trim().is_empty() || field.value.contains("${") {
        return;
    }
    let good = |part: &str| {
        let mut bytes = part.bytes();
        let first = bytes.next().is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        first
            && part.len() <= 31
            && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'))
    };
    let parts: Vec<&str> = field.value.split(':').collect();
    if parts.len() > 2 || !parts.iter().all(|part| good(part)) {
        let message = format!("ECS refuses the user `{}`", field.value);
        reader.say(seen.about(Code::BadUser, field, message).help(
            "a name or number of at most 31 of a-z, 0-9, `_` and `-`, or two of them with `:` between",
        ));
    }
}

/// What Fargate refuses.
fn fargate(seen: &Seen<'_>, reader: &mut Reader<'_>) {
    let fields = seen.fields;
    let host_mount = fields.mount_points.value.iter().find(|mount| !mount.source_path.trim().is_empty());
    if !seen.fargate {
        if let Some(mount) = host_mount {
            let message = format!("`{}` of the instance outlives every build", mount.source_path);
            reader.say(
                seen.about(Code::PersistentMount, &fields.mount_points, message)
                    .help("what one build leaves there, the next one finds"),
            );
        }
        return;
    }
    if fields.privileged.value {
        let message = "Fargate refuses `privileged`";
        reader.say(seen.about(Code::FargatePrivileged, &fields.privileged, message));
    }
    if fields.shared_memory_size.value > 0 {
        let message = "Fargate refuses `sharedMemorySize`";
        reader.say(seen.about(Code::FargateSharedMemory, &fields.shared_memory_size, message));
    }
    if let Some(mount) = host_mount {
        let message = format!("Fargate has no host, so `{}` cannot be mounted", mount.source_path);
        reader.say(
            seen.about(Code::FargateHostMount, &fields.mount_points, message)
                .help("an Elastic File System can: `efsMountPoints`"),
        );
    }
    if fields.execution_role.value.trim().is_empty() {
        let message = format!("`{}` has no `executionRole`", seen.source.name);
        reader.say(
            seen.about(Code::NoExecutionRole, &fields.execution_role, message)
                .help("on Fargate it is needed for ECR, for CloudWatch Logs and for secrets"),
        );
    }
}

/// `linuxParameters`, and what Windows does not have.
fn linux(seen: &Seen<'_>, reader: &mut Reader<'_>) {
    let fields = seen.fields;
    if fields.shared_memory_size.value > 0 && !fields.kernel_capabilities.value.trim().is_empty() {
        let message = "`sharedMemorySize` makes the plugin drop `kernelCapabilities`";
        reader.say(
            seen.about(Code::CapabilitiesLost, &fields.kernel_capabilities, message)
                .related(seen.place(&fields.shared_memory_size), "this overwrites them"),
        );
    }
    let given = fields.operating_system_family.is_given() || fields.cpu_architecture.is_given();
    if given && !seen.fargate && launch::platform(fields) != Platform::LinuxX86 {
        let message = "`operatingSystemFamily` and `cpuArchitecture` are sent for Fargate only";
        let field = &fields.cpu_architecture;
        reader.say(
            seen.about(Code::IgnoredField, field, message)
                .help("on EC2 the task runs on whatever instance the cluster has; keep such instances in a cluster of their own"),
        );
    }
}

/// Environment variables.
fn environment(seen: &Seen<'_>, reader: &mut Reader<'_>) {
    let field = &seen.fields.environments;
    if matches!(field.origin, Origin::Inherited { .. }) {
        // It is said where the list stands.
        return;
    }
    for variable in &field.value {
        if variable.name.is_empty() || variable.value.is_empty() {
            let message =
                format!("the environment variable `{}={}` is dropped", variable.name, variable.value);
            reader.say(
                seen.about(Code::EnvironmentDropped, field, message)
                    .help("the plugin drops those without a name or a value, and says nothing"),
            );
        } else if SECRET_WORDS.iter().any(|word| variable.name.to_ascii_uppercase().contains(word)) {
            let message = format!("`{}` stands in the task definition in plain text", variable.name);
            reader.say(
                seen.about(Code::PlainSecret, field, message)
                    .help("whoever may describe task definitions can read it"),
            );
        }
    }
}
