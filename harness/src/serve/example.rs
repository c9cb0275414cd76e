//! Something to begin with, so that the first `aws ecs run-task` finds a cluster, a task definition and room.

use super::{accounts::Account, twins::Twins};
use axum::{body::Bytes, http::Request};
use footman_core::Timestamp;
use footman_ecs_sim::capacity::InstanceSpec;
use std::sync::Arc;

/// The name that a call means which names no cluster.
const CLUSTER: &str = "default";
/// The instances of the cluster.
const INSTANCE_TYPE: &str = "m5.large";
const INSTANCES: u32 = 3;

/// For `run-task` without further parameters.
const ON_EC2: &str = r#"{
    "family": "jenkins-agent", "networkMode": "bridge", "cpu": "1024", "memory": "2048",
    "containerDefinitions": [{"name": "jenkins-agent", "image": "jenkins/inbound-agent", "essential": true}]
}"#;

/// For `run-task --launch-type FARGATE`.
const ON_FARGATE: &str = r#"{
    "family": "jenkins-agent-fargate", "networkMode": "awsvpc", "cpu": "1024", "memory": "2048",
    "requiresCompatibilities": ["FARGATE"],
    "containerDefinitions": [{"name": "jenkins-agent", "image": "jenkins/inbound-agent", "essential": true}]
}"#;

/// A job that wants an agent with the label `docker` for half a minute.
const JOB: &str = "<?xml version='1.1' encoding='UTF-8'?>\n<project><assignedNode>docker</assignedNode><canRoam>false\
                   </canRoam><concurrentBuild>true</concurrentBuild><builders><hudson.tasks.Shell><command>sleep 30\
                   </command></hudson.tasks.Shell></builders></project>";

/// Puts the example into an account, through the calls that a client would use where there are such.
pub(super) fn furnish_ecs(account: &mut Account, now: Timestamp) {
    let region = Arc::clone(account.region());
    let cluster = account.ecs.create_cluster(CLUSTER).expect("the name is one of ECS's own");
    let instances = InstanceSpec {
        zones: ["a", "b", "c"].map(|letter| format!("{region}{letter}").into()).to_vec(),
        ..InstanceSpec::listed(INSTANCE_TYPE).expect("the type is listed")
    };
    account.ecs.add_instances(now, cluster, &instances, INSTANCES).expect("the type is one of the table");
    for definition in [ON_EC2, ON_FARGATE] {
        let request = Request::post("/")
            .header("x-amz-target", "AmazonEC2ContainerServiceV20141113.RegisterTaskDefinition")
            .body(Bytes::from_static(definition.as_bytes()));
        let answer = account.answer(now, &request.expect("the request is fixed"));
        assert!(answer.is_some_and(|answer| answer.status().is_success()), "the example is valid");
    }
}

/// Puts the example into Jenkins.
pub(super) fn furnish_jenkins(twins: &mut Twins) {
    let request = Request::post("/createItem?name=example")
        .header("content-type", "application/xml")
        .body(Bytes::from_static(JOB.as_bytes()));
    let answer = twins.jenkins_trusted(&request.expect("the request is fixed"));
    assert!(answer.is_some_and(|answer| answer.status().is_success()), "the example is valid");
}
