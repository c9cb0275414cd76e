//! What an IAM policy must allow, and nothing more.
//!
//! What each action can be limited to follows the Service Authorization Reference, "Actions, resources, and condition keys
//! for Amazon Elastic Container Service" (read 2026-11-26): definitions are registered, described and deregistered on `*`.

use super::template::TaskTemplate;
use crate::token_secret::TokenSecret;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A policy with what it does not say.
#[derive(Debug, Clone, PartialEq)]
pub struct LeastPolicy {
    /// The policy document.
    pub document: Value,
    /// What has to be added by whoever knows it, in sentences.
    pub notes: Vec<String>,
}

/// Where a cloud's resources are: parts that the configuration does not say are `*`.
#[derive(Debug, Clone)]
struct Place {
    partition: String,
    region: String,
    account: String,
    cluster: String,
}

impl Place {
    fn of(template: &TaskTemplate) -> Self {
        let named = template.cluster.as_deref().unwrap_or("default");
        let parts: Vec<&str> = named.splitn(6, ':').collect();
        let region = template.region.as_deref().unwrap_or("*").to_owned();
        match parts.as_slice() {
            ["arn", partition, "ecs", region, account, resource] => Self {
                partition: (*partition).to_owned(),
                region: (*region).to_owned(),
                account: (*account).to_owned(),
                cluster: resource.strip_prefix("cluster/").unwrap_or(resource).to_owned(),
            },
            _ => Self {
                partition: "aws".to_owned(),
                region,
                account: "*".to_owned(),
                cluster: named.to_owned(),
            },
        }
    }

    fn arn(&self, resource: &str) -> String {
        format!("arn:{}:ecs:{}:{}:{resource}", self.partition, self.region, self.account)
    }

    fn role(&self, named: &str) -> String {
        if named.starts_with("arn:") {
            return named.to_owned();
        }
        format!("arn:{}:iam::{}:role/{}", self.partition, self.account, named.trim_start_matches('/'))
    }
}

/// What the policy allows, gathered from all templates.
#[derive(Debug, Default)]
struct Gathered {
    definitions: BTreeSet<String>,
    /// Those of `definitions` that are registered, and not the user's own.
    registered: BTreeSet<String>,
    clusters: BTreeSet<String>,
    tasks: BTreeSet<String>,
    roles: BTreeSet<String>,
}

/// The least policy for these templates.
pub fn least_policy(templates: &[TaskTemplate]) -> LeastPolicy {
    let mut gathered = Gathered::default();
    let mut notes = BTreeSet::new();
    for template in templates {
        let place = Place::of(template);
        gathered.clusters.insert(place.arn(&format!("cluster/{}", place.cluster)));
        gathered.tasks.insert(place.arn(&format!("task/{}/*", place.cluster)));
        match &template.own_definition {
            Some(own) => {
                let definition =
                    own.definition.rsplit_once("task-definition/").map_or(&*own.definition, |(_, it)| it);
                gathered.definitions.insert(place.arn(&format!("task-definition/{definition}")));
                notes.insert(format!(
                    "task definition `{}` is the user's own: add `iam:PassRole` on its task role and execution role to \
                     `PassRoles`",
                    own.definition
                ));
            }
            None => {
                let revisions = place.arn(&format!("task-definition/{}:*", template.family));
                gathered.definitions.insert(revisions.clone());
                gathered.registered.insert(revisions);
                let roles = [&template.fields.taskrole.value, &template.fields.execution_role.value];
                let roles = roles.into_iter().map(|role| role.trim()).filter(|role| !role.is_empty());
                gathered.roles.extend(roles.map(|role| place.role(role)));
            }
        }
        if let Some(role) = &template.assumed_role {
            notes.insert(format!(
                "cloud `{}` assumes {role}: this policy belongs to that role, and whoever runs footmand needs \
                 `sts:AssumeRole` on it",
                template.cloud
            ));
        }
    }
    LeastPolicy { document: gathered.document(), notes: notes.into_iter().collect() }
}

impl LeastPolicy {
    /// The same for a footmand that reads its API token from Secrets Manager.
    #[must_use]
    pub fn reading(mut self, token: &TokenSecret) -> Self {
        if let Some(statements) = self.document["Statement"].as_array_mut() {
            statements.push(json!({
                "Sid": "ReadToken",
                "Effect": "Allow",
                "Action": "secretsmanager:GetSecretValue",
                "Resource": token.arn_pattern(),
            }));
        }
        self.notes.push(
            "`ReadToken` belongs to whoever runs footmand, also where clouds assume roles; where the secret has a key of your \
             own, add `kms:Decrypt` on it"
                .to_owned(),
        );
        self
    }
}

impl Gathered {
    fn document(&self) -> Value {
        let in_clusters = json!({"ArnLike": {"ecs:cluster": self.clusters}});
        let mut statements = vec![
            json!({
                "Sid": "RunAgents",
                "Effect": "Allow",
                "Action": "ecs:RunTask",
                "Resource": self.definitions,
                "Condition": in_clusters,
            }),
            json!({
                "Sid": "StopAndDescribeAgents",
                "Effect": "Allow",
                "Action": ["ecs:StopTask", "ecs:DescribeTasks"],
                "Resource": self.tasks,
            }),
            json!({
                "Sid": "ListAgents",
                "Effect": "Allow",
                "Action": "ecs:ListTasks",
                "Resource": "*",
                "Condition": in_clusters,
            }),
            json!({
                "Sid": "TagAgents",
                "Effect": "Allow",
                "Action": "ecs:TagResource",
                "Resource": self.tasks,
                "Condition": {"StringEquals": {"ecs:CreateAction": "RunTask"}},
            }),
            self.on_definitions(),
        ];
        if !self.registered.is_empty() {
            statements.push(json!({
                "Sid": "TagDefinitions",
                "Effect": "Allow",
                "Action": "ecs:TagResource",
                "Resource": self.registered,
                "Condition": {"StringEquals": {"ecs:CreateAction": "RegisterTaskDefinition"}},
            }));
        }
        if !self.roles.is_empty() {
            statements.push(json!({
                "Sid": "PassRoles",
                "Effect": "Allow",
                "Action": "iam:PassRole",
                "Resource": self.roles,
                "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
            }));
        }
        json!({"Version": "2012-10-17", "Statement": statements})
    }

    /// Definitions of the user's own are only described.
    fn on_definitions(&self) -> Value {
        let all = [
            "ecs:DescribeTaskDefinition",
            "ecs:RegisterTaskDefinition",
            "ecs:ListTaskDefinitions",
            "ecs:DeregisterTaskDefinition",
        ];
        let actions = if self.registered.is_empty() { &all[..1] } else { &all[..] };
        json!({"Sid": "Definitions", "Effect": "Allow", "Action": actions, "Resource": "*"})
    }
}
