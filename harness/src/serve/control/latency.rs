//! How long things take from here on.

use super::{Refusal, read};
use crate::serve::{accounts::AccountId, twins::Twins};
use footman_core::Millis;
use footman_ecs_sim::latency::{Distribution, Latency};
use footman_jenkins_sim::Latencies;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The longest latency: a day.
const LONGEST: Millis = Millis::from_hours(24);
/// The widest log-normal distribution, in thousandths.
const SIGMA_MAX: u32 = 5_000;

/// A distribution: `{"ms": 5}`, `{"minMs": 1, "maxMs": 3}` or `{"medianMs": 10, "sigmaMilli": 300}`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum DistributionShape {
    Constant {
        ms: u64,
    },
    #[serde(rename_all = "camelCase")]
    Uniform {
        min_ms: u64,
        max_ms: u64,
    },
    #[serde(rename_all = "camelCase")]
    LogNormal {
        median_ms: u64,
        sigma_milli: u32,
    },
}

/// `/_sim/latency`: what is not named stays as it is.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct LatencyShape {
    fargate_provisioning: Option<DistributionShape>,
    fargate_connect: Option<DistributionShape>,
    fargate_start: Option<DistributionShape>,
    fargate_deprovisioning: Option<DistributionShape>,
    ec2_placement: Option<DistributionShape>,
    ec2_start: Option<DistributionShape>,
    ec2_eni_attach: Option<DistributionShape>,
    ec2_eni_detach: Option<DistributionShape>,
    exit_on_signal: Option<DistributionShape>,
    pull_extra: Option<DistributionShape>,
    instance_boot: Option<DistributionShape>,
    trunk_attach: Option<DistributionShape>,
    /// MiB per second; 4294967295 takes no time.
    pull_mib_per_s: Option<u32>,
}

/// How long things take at present.
pub(super) fn get(twins: &Twins, at: AccountId) -> Value {
    let Latency {
        fargate_provisioning,
        fargate_connect,
        fargate_start,
        fargate_deprovisioning,
        ec2_placement,
        ec2_start,
        ec2_eni_attach,
        ec2_eni_detach,
        exit_on_signal,
        pull_mib_per_s,
        pull_extra,
        instance_boot,
        trunk_attach,
    } = &twins.accounts[at].ecs.settings().latency;
    let shape = |distribution: &Distribution| Some(DistributionShape::from(*distribution));
    json!(LatencyShape {
        fargate_provisioning: shape(fargate_provisioning),
        fargate_connect: shape(fargate_connect),
        fargate_start: shape(fargate_start),
        fargate_deprovisioning: shape(fargate_deprovisioning),
        ec2_placement: shape(ec2_placement),
        ec2_start: shape(ec2_start),
        ec2_eni_attach: shape(ec2_eni_attach),
        ec2_eni_detach: shape(ec2_eni_detach),
        exit_on_signal: shape(exit_on_signal),
        pull_extra: shape(pull_extra),
        instance_boot: shape(instance_boot),
        trunk_attach: shape(trunk_attach),
        pull_mib_per_s: Some(*pull_mib_per_s),
    })
}

/// Says how long things take that begin from here on.
pub(super) fn set(twins: &mut Twins, at: AccountId, body: &[u8]) -> Result<Value, Refusal> {
    let shape: LatencyShape = read(
        body,
        r#"{"ec2Start": {"ms": 500}, "instanceBoot": {"minMs": 60000, "maxMs": 120000}, "fargateProvisioning": {"medianMs": 10400, "sigmaMilli": 280}}"#,
    )?;
    let mut latency = twins.accounts[at].ecs.settings().latency.clone();
    let changes = [
        ("fargateProvisioning", shape.fargate_provisioning, &mut latency.fargate_provisioning),
        ("fargateConnect", shape.fargate_connect, &mut latency.fargate_connect),
        ("fargateStart", shape.fargate_start, &mut latency.fargate_start),
        ("fargateDeprovisioning", shape.fargate_deprovisioning, &mut latency.fargate_deprovisioning),
        ("ec2Placement", shape.ec2_placement, &mut latency.ec2_placement),
        ("ec2Start", shape.ec2_start, &mut latency.ec2_start),
        ("ec2EniAttach", shape.ec2_eni_attach, &mut latency.ec2_eni_attach),
        ("ec2EniDetach", shape.ec2_eni_detach, &mut latency.ec2_eni_detach),
        ("exitOnSignal", shape.exit_on_signal, &mut latency.exit_on_signal),
        ("pullExtra", shape.pull_extra, &mut latency.pull_extra),
        ("instanceBoot", shape.instance_boot, &mut latency.instance_boot),
        ("trunkAttach", shape.trunk_attach, &mut latency.trunk_attach),
    ];
    for (name, given, place) in changes {
        if let Some(given) = given {
            *place = given.read(name)?;
        }
    }
    if let Some(speed) = shape.pull_mib_per_s {
        if speed == 0 {
            return Err(Refusal::bad("pullMibPerS is 0; expected 1 and more"));
        }
        latency.pull_mib_per_s = speed;
    }
    let now = twins.now();
    twins.accounts[at].ecs.change_latency(now, latency);
    Ok(get(twins, at))
}

/// A latency of Jenkins, which is the same each time: `{"ms": 80}`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConstantShape {
    ms: u64,
}

/// `/_sim/jenkins-latency`: what is not named stays as it is.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct JenkinsLatencyShape {
    buildable_to_assignable: Option<ConstantShape>,
    online_to_assignable: Option<ConstantShape>,
    finished_to_assignable: Option<ConstantShape>,
    assigned_to_started: Option<ConstantShape>,
    restart_refused: Option<ConstantShape>,
    restart_starting: Option<ConstantShape>,
}

/// How long what Jenkins does takes at present.
pub(super) fn of_jenkins(twins: &Twins) -> Value {
    let Latencies {
        buildable_to_assignable,
        online_to_assignable,
        finished_to_assignable,
        assigned_to_started,
        restart_refused,
        restart_starting,
    } = twins.jenkins.latencies();
    let shape = |latency: Millis| Some(ConstantShape { ms: latency.as_millis() });
    json!(JenkinsLatencyShape {
        buildable_to_assignable: shape(buildable_to_assignable),
        online_to_assignable: shape(online_to_assignable),
        finished_to_assignable: shape(finished_to_assignable),
        assigned_to_started: shape(assigned_to_started),
        restart_refused: shape(restart_refused),
        restart_starting: shape(restart_starting),
    })
}

/// Says how long what Jenkins does takes, where it begins from here on.
pub(super) fn set_of_jenkins(twins: &mut Twins, body: &[u8]) -> Result<Value, Refusal> {
    let shape: JenkinsLatencyShape =
        read(body, r#"{"onlineToAssignable": {"ms": 500}, "assignedToStarted": {"ms": 0}}"#)?;
    let mut latencies = twins.jenkins.latencies();
    let changes = [
        ("buildableToAssignable", shape.buildable_to_assignable, &mut latencies.buildable_to_assignable),
        ("onlineToAssignable", shape.online_to_assignable, &mut latencies.online_to_assignable),
        ("finishedToAssignable", shape.finished_to_assignable, &mut latencies.finished_to_assignable),
        ("assignedToStarted", shape.assigned_to_started, &mut latencies.assigned_to_started),
        ("restartRefused", shape.restart_refused, &mut latencies.restart_refused),
        ("restartStarting", shape.restart_starting, &mut latencies.restart_starting),
    ];
    for (name, given, place) in changes {
        if let Some(ConstantShape { ms }) = given {
            *place = length(name, ms)?;
        }
    }
    let now = twins.now();
    twins.jenkins.change_latencies(now, latencies);
    twins.settle();
    Ok(of_jenkins(twins))
}

/// A length of time that is not too long.
fn length(name: &str, ms: u64) -> Result<Millis, Refusal> {
    let length = Millis::new(ms);
    if length > LONGEST {
        return Err(Refusal::bad(format!(
            "{name} is {ms} ms; expected at most a day, {} ms",
            LONGEST.as_millis()
        )));
    }
    Ok(length)
}

impl From<Distribution> for DistributionShape {
    fn from(distribution: Distribution) -> Self {
        match distribution {
            Distribution::Constant(length) => Self::Constant { ms: length.as_millis() },
            Distribution::Uniform { min, max } => {
                Self::Uniform { min_ms: min.as_millis(), max_ms: max.as_millis() }
            }
            Distribution::LogNormal { median, sigma_milli } => {
                Self::LogNormal { median_ms: median.as_millis(), sigma_milli }
            }
        }
    }
}

impl DistributionShape {
    fn read(self, name: &str) -> Result<Distribution, Refusal> {
        let length = |ms| length(name, ms);
        match self {
            Self::Constant { ms } => Ok(Distribution::Constant(length(ms)?)),
            Self::Uniform { min_ms, max_ms } if min_ms > max_ms => {
                Err(Refusal::bad(format!("{name} is from {min_ms} to {max_ms} ms; expected minMs <= maxMs")))
            }
            Self::Uniform { min_ms, max_ms } => {
                Ok(Distribution::Uniform { min: length(min_ms)?, max: length(max_ms)? })
            }
            Self::LogNormal { sigma_milli, .. } if sigma_milli > SIGMA_MAX => {
                Err(Refusal::bad(format!("{name} has sigmaMilli {sigma_milli}; expected 0 to {SIGMA_MAX}")))
            }
            Self::LogNormal { median_ms, sigma_milli } => {
                Ok(Distribution::LogNormal { median: length(median_ms)?, sigma_milli })
            }
        }
    }
}
