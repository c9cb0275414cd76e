//! Machines: container instances that are launched, and auto-scaling groups for capacity providers.

use super::{Refusal, read};
use crate::serve::{accounts::AccountId, twins::Twins};
use footman_ecs_sim::capacity::{AutoScalingGroup, InstanceSpec};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// The instances of one request.
const COUNT_MAX: u32 = 5_000;
/// Where instances are that do not say where.
const ZONES: [&str; 3] = ["a", "b", "c"];

/// What `POST /_sim/instances` is given.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Launch {
    #[serde(default = "default_cluster")]
    cluster: String,
    instance_type: String,
    #[serde(default = "one")]
    count: u32,
    #[serde(default)]
    spot: bool,
    #[serde(default)]
    zones: Vec<String>,
    /// Whether they boot first, as EC2's do.
    #[serde(default)]
    boot: bool,
}

/// What `POST /_sim/auto-scaling-groups` is given.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CreateGroup {
    name: String,
    instance_types: Vec<String>,
    #[serde(default)]
    min: u32,
    max: u32,
    desired: Option<u32>,
    #[serde(default)]
    spot: bool,
    #[serde(default)]
    zones: Vec<String>,
    #[serde(default = "yes")]
    scale_in_protection: bool,
}

fn default_cluster() -> String {
    "default".to_owned()
}

fn one() -> u32 {
    1
}

fn yes() -> bool {
    true
}

/// Launches container instances into a cluster: registered at once, or after they have booted.
pub(super) fn launch(twins: &mut Twins, at: AccountId, body: &[u8]) -> Result<Value, Refusal> {
    let input: Launch = read(
        body,
        r#"{"cluster": "default", "instanceType": "m5.large", "count": 3, "spot": false, "boot": true}"#,
    )?;
    if !(1..=COUNT_MAX).contains(&input.count) {
        return Err(Refusal::bad(format!("count is {}; expected 1 to {COUNT_MAX}", input.count)));
    }
    let spec = spec(twins, at, &input.instance_type, input.spot, &input.zones)?;
    let cluster = twins.accounts[at].ecs.find_cluster(&input.cluster)?;
    let now = twins.now();
    let launched = if input.boot {
        twins.accounts[at].ecs.launch_instances(now, cluster, &spec, input.count)?
    } else {
        twins.accounts[at].ecs.add_instances(now, cluster, &spec, input.count)?
    };
    twins.settle();
    let name = twins.accounts[at].ecs.cluster_name(cluster).to_owned();
    let shown = launched.into_iter().map(|id| {
        json!({
            "ec2InstanceId": twins.accounts[at].ecs.ec2_instance_id(id),
            "containerInstanceArn": &*twins.accounts[at].ecs.container_instance_arn(&name, id),
        })
    });
    Ok(json!({ "instances": shown.collect::<Vec<_>>() }))
}

/// Makes an auto-scaling group, for `CreateCapacityProvider` to name by its ARN.
pub(super) fn create_group(twins: &mut Twins, at: AccountId, body: &[u8]) -> Result<Value, Refusal> {
    let input: CreateGroup = read(
        body,
        r#"{"name": "agents", "instanceTypes": ["m5.large"], "min": 0, "max": 10, "desired": 0}"#,
    )?;
    let specs = input.instance_types.iter().map(|name| spec(twins, at, name, input.spot, &input.zones));
    let group = AutoScalingGroup {
        name: input.name.into(),
        instances: specs.collect::<Result<_, _>>()?,
        min: input.min,
        max: input.max,
        desired: input.desired.unwrap_or(input.min),
        scale_in_protection: input.scale_in_protection,
    };
    let arn = twins.accounts[at].ecs.create_auto_scaling_group(group)?;
    Ok(json!({ "autoScalingGroupArn": arn }))
}

/// Every auto-scaling group that was made here.
pub(super) fn groups(twins: &Twins, at: AccountId) -> Value {
    let shown = twins.accounts[at].ecs.auto_scaling_groups().iter().map(|group| {
        let types: Vec<&str> = group.instances.iter().map(|spec| &*spec.instance_type.name).collect();
        json!({
            "name": &*group.name,
            "autoScalingGroupArn": twins.accounts[at].ecs.auto_scaling_group_arn(&group.name),
            "instanceTypes": types,
            "min": group.min,
            "max": group.max,
            "desired": group.desired,
            "spot": group.instances.iter().any(|spec| spec.spot),
            "scaleInProtection": group.scale_in_protection,
        })
    });
    json!({ "autoScalingGroups": shown.collect::<Vec<_>>() })
}

/// Instances of a type that the configuration describes or the table lists.
fn spec(
    twins: &Twins,
    at: AccountId,
    name: &str,
    spot: bool,
    zones: &[String],
) -> Result<InstanceSpec, Refusal> {
    let Some(kind) = twins.instance_type(name) else {
        return Err(Refusal::bad(format!(
            "size and price of the instance type `{name}` are not known; expected one of the table, such as m5.large, \
             or one of simulation.instanceTypes in a --config"
        )));
    };
    let region = &twins.accounts[at].ecs.settings().region;
    let zones: Vec<Arc<str>> = if zones.is_empty() {
        ZONES.iter().map(|letter| format!("{region}{letter}").into()).collect()
    } else {
        zones.iter().map(|zone| zone.as_str().into()).collect()
    };
    Ok(InstanceSpec { spot, zones, ..InstanceSpec::new(kind) })
}
