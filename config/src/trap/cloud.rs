//! Traps of a cloud's fields.

use crate::{
    code::Code, diagnostic::Diagnostic, effective::Effective, gather::CloudSource, near,
    plugin::TemplateFields, reader::Reader, source::Place,
};

/// The most characters of a cloud's or template's name (the plugin's form).
const NAME_CHARS_MAX: usize = 127;

/// Checks one cloud.
pub(crate) fn cloud(cloud: &CloudSource, reader: &mut Reader<'_>) {
    let unspaced: String = cloud.name.split_whitespace().collect();
    name("cloud", &unspaced, cloud.fields.name.origin.place().unwrap_or(&cloud.place), reader);
    connection(cloud, reader);
    agents(cloud, reader);
    overrides(cloud, reader);
}

/// Says where `name` of a `what` cannot be a part of a task definition's family: letters, digits, `-` and `_` (Amazon ECS
/// API Reference, RegisterTaskDefinition). The plugin takes white space out of a cloud's name, and checks the rest in its
/// form only.
pub(super) fn name(what: &str, name: &str, place: &Place, reader: &mut Reader<'_>) {
    let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let wrong = name.chars().find(|&c| !fine(c));
    if let Some(wrong) = wrong {
        let message =
            format!("the {what} name `{name}` has `{}`, which ECS refuses in a family", wrong.escape_debug());
        let help = "letters, digits, `-` and `_` are allowed; the plugin's form lets `|` through too";
        reader.say(Diagnostic::new(Code::BadName, Some(place), message).help(help));
    } else if name.chars().count() > NAME_CHARS_MAX {
        let message = format!("the {what} name has more than {NAME_CHARS_MAX} characters");
        reader.say(Diagnostic::new(Code::BadName, Some(place), message));
    }
}

/// A diagnostic about `field`, or about the cloud where the field is not given.
fn about<T>(cloud: &CloudSource, code: Code, field: &Effective<T>, message: &str) -> Diagnostic {
    Diagnostic::new(code, field.origin.place().or(Some(&cloud.place)), message)
}

/// How Jenkins and AWS are reached.
fn connection(cloud: &CloudSource, reader: &mut Reader<'_>) {
    let fields = &cloud.fields;
    if fields.jenkins_url.value.trim().is_empty() {
        let message = "`jenkinsUrl` is not set";
        reader.say(about(cloud, Code::NullJenkinsUrl, &fields.jenkins_url, message).help(
            "the plugin then puts null into the agent's command until somebody presses Save in its form; Footman \
             takes Jenkins' own URL",
        ));
    }
    if !fields.credentials_id.value.trim().is_empty() {
        let message = "`credentialsId` names credentials that only Jenkins holds";
        reader.say(
            about(cloud, Code::JenkinsCredentials, &fields.credentials_id, message)
                .help("Footman takes the usual AWS chain: environment, profile, container or instance role"),
        );
        if !fields.assumed_role_arn.value.trim().is_empty() {
            let message = "`assumedRoleArn` has no effect beside `credentialsId`";
            reader.say(
                about(cloud, Code::CredentialsAndRole, &fields.assumed_role_arn, message)
                    .help("the plugin does not chain them; Footman assumes the role"),
            );
        }
    }
    if fields.region_name.value.trim().is_empty() {
        let message = "`regionName` is blank";
        reader.say(about(cloud, Code::BlankRegion, &fields.region_name, message).help(
            "the plugin then calls the host `ecs..amazonaws.com`; Footman takes the region of the AWS chain",
        ));
    }
    if fields.cluster.value.trim().is_empty() {
        let message = "`cluster` is blank";
        reader.say(
            about(cloud, Code::BlankCluster, &fields.cluster, message)
                .help("ECS takes the cluster `default`"),
        );
    }
}

/// How many agents, for how long.
fn agents(cloud: &CloudSource, reader: &mut Reader<'_>) {
    let fields = &cloud.fields;
    let executors = &fields.num_executors;
    if executors.value == 0 {
        let message = "`numExecutors: 0` stops the plugin's provisioning for every label";
        reader.say(
            about(cloud, Code::ZeroExecutors, executors, message).help("Footman's agents have one executor"),
        );
    }
    if executors.value > 1 {
        let message =
            format!("`numExecutors: {}`: the plugin makes an agent per build all the same", executors.value);
        reader.say(about(cloud, Code::ManyExecutors, executors, &message).help(
            "and a one-shot agent ends with its first build, under the others; Footman's agents have one executor",
        ));
    }
    if fields.max_agents.value > 0 {
        let message = format!("`maxAgents: {}` limits the whole cloud here", fields.max_agents.value);
        reader.say(about(cloud, Code::MaxAgentsPerCloud, &fields.max_agents, &message).help(
            "the plugin counts per label, nodes that are not its own included, and lets Jenkins pass the limit",
        ));
    }
    if fields.retention_timeout.value == 0 && fields.retention_timeout.is_given() {
        let message = "`retentionTimeout: 0` means the default, 5 minutes";
        reader.say(about(cloud, Code::ZeroRetention, &fields.retention_timeout, message));
    }
    if fields.slave_timeout_in_seconds.value == 0 && fields.slave_timeout_in_seconds.is_given() {
        let message = "`slaveTimeoutInSeconds: 0` means the default, 900 seconds";
        reader.say(about(cloud, Code::ZeroAgentTimeout, &fields.slave_timeout_in_seconds, message));
    }
    let polling = &fields.task_polling_interval_in_seconds;
    if polling.is_given() && polling.value != 1 {
        let message = "`taskPollingIntervalInSeconds` has no effect here";
        reader.say(
            about(cloud, Code::PollingIgnored, polling, message).help(
                "one poll asks about 100 tasks at once; `pace.describe` in `footman.yaml` says how often",
            ),
        );
    }
}

/// What pipelines may override.
fn overrides(cloud: &CloudSource, reader: &mut Reader<'_>) {
    let field = &cloud.fields.allowed_overrides;
    let allowed: Vec<String> = field
        .value
        .split(',')
        .map(|name| name.trim().to_ascii_lowercase())
        .filter(|name| !name.is_empty())
        .collect();
    if allowed.iter().any(|name| name == "all") {
        let message = "`allowedOverrides: all` lets every pipeline choose its roles and be privileged";
        reader.say(about(cloud, Code::AllOverridesAllowed, field, message).help(
            "name the fields; mind that a scripted pipeline can pass an empty list and override what it likes",
        ));
        return;
    }
    let known: Vec<&str> = TemplateFields::KEYS.to_vec();
    for name in &allowed {
        if known.iter().any(|key| key.eq_ignore_ascii_case(name)) {
            continue;
        }
        let message = format!("`{name}` in `allowedOverrides` is no field of a template");
        let diagnostic = about(cloud, Code::UnknownOverride, field, &message);
        reader.say(match near::nearest(name, &known) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic,
        });
    }
}
