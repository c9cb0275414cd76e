//! What a request touches, in IAM's terms: actions, resources, and what conditions can ask.
//!
//! Source, unless an item says otherwise: Service Authorization Reference, "Actions, resources, and condition keys for
//! Amazon Elastic Container Service", as of 2026. Where that page and observed denials leave open whether an action can
//! be restricted to a resource, it cannot be here (`*`): a policy that is enough here is then enough on AWS.

use super::condition::Context;
use serde_json::Value;

/// One action on one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::http) struct Access {
    /// `ecs:RunTask`.
    pub(super) action: String,
    /// An ARN, or `*` where the action knows no resource.
    pub(super) resource: String,
    pub(super) context: Context,
}

/// Where a request is made.
#[derive(Debug, Clone, Copy)]
pub(in crate::http) struct Scope<'a> {
    pub(in crate::http) region: &'a str,
    pub(in crate::http) account: &'a str,
}

/// What is asked of the account's state.
pub(in crate::http) trait Facts {
    /// `taskRoleArn` and `executionRoleArn` of a task definition, named as a request names it.
    fn roles(&self, task_definition: &str) -> [Option<String>; 2];
    /// The tags of a resource.
    fn tags(&self, arn: &str) -> Vec<(String, String)>;
}

/// What kind of resource an action is on, and which member of the request names it.
#[derive(Debug, Clone, Copy)]
enum On {
    /// Nothing that a policy could name.
    Anything,
    /// The cluster of the member, or the default one; a list has several.
    Cluster(&'static str),
    /// Of the request's cluster; the member may be absent, which means all.
    ContainerInstance(&'static str),
    /// Tasks of the request's cluster.
    Task(&'static str),
    /// As the request names it, with or without a revision: the policy must match just that (Amazon ECS Developer Guide,
    /// "Amazon ECS identity-based policy examples": name the revision in the call; denials observed 2022 to 2024 show
    /// the family alone where the call had no revision).
    TaskDefinition(&'static str),
    CapacityProvider(&'static str),
    /// The ARN itself.
    Arn(&'static str),
}

/// How an operation is authorised.
#[derive(Debug, Clone, Copy)]
struct Rule {
    operation: &'static str,
    on: On,
    /// Whether `ecs:cluster` has a value.
    cluster: bool,
}

const fn rule(operation: &'static str, on: On, cluster: bool) -> Rule {
    Rule { operation, on, cluster }
}

/// Every operation that is answered. `CreateCluster` on its cluster, `RegisterTaskDefinition` on `*` and `ListTasks` on
/// container instances are as observed denials name them.
const RULES: [Rule; 42] = [
    rule("CreateCapacityProvider", On::Anything, false),
    rule("CreateCluster", On::Cluster("clusterName"), false),
    rule("DeleteAccountSetting", On::Anything, false),
    rule("DeleteAttributes", On::ContainerInstance("attributes"), true),
    rule("DeleteCapacityProvider", On::CapacityProvider("capacityProvider"), false),
    rule("DeleteCluster", On::Cluster("cluster"), false),
    rule("DeleteTaskDefinitions", On::TaskDefinition("taskDefinitions"), false),
    rule("DeregisterContainerInstance", On::Cluster("cluster"), false),
    rule("DeregisterTaskDefinition", On::Anything, false),
    rule("DescribeCapacityProviders", On::CapacityProvider("capacityProviders"), false),
    rule("DescribeClusters", On::Cluster("clusters"), false),
    rule("DescribeContainerInstances", On::ContainerInstance("containerInstances"), true),
    rule("DescribeTaskDefinition", On::Anything, false),
    rule("DescribeTasks", On::Task("tasks"), true),
    rule("DiscoverPollEndpoint", On::Anything, false),
    rule("ListAccountSettings", On::Anything, false),
    rule("ListAttributes", On::Cluster("cluster"), false),
    rule("ListClusters", On::Anything, false),
    rule("ListContainerInstances", On::Cluster("cluster"), false),
    rule("ListTagsForResource", On::Arn("resourceArn"), false),
    rule("ListTaskDefinitionFamilies", On::Anything, false),
    rule("ListTaskDefinitions", On::Anything, false),
    rule("ListTasks", On::ContainerInstance("containerInstance"), true),
    rule("PutAccountSetting", On::Anything, false),
    rule("PutAccountSettingDefault", On::Anything, false),
    rule("PutAttributes", On::ContainerInstance("attributes"), true),
    rule("PutClusterCapacityProviders", On::Cluster("cluster"), false),
    rule("RegisterContainerInstance", On::Cluster("cluster"), false),
    rule("RegisterTaskDefinition", On::Anything, false),
    rule("RunTask", On::TaskDefinition("taskDefinition"), true),
    rule("StartTask", On::TaskDefinition("taskDefinition"), true),
    rule("StopTask", On::Task("task"), true),
    rule("SubmitAttachmentStateChanges", On::Cluster("cluster"), false),
    rule("SubmitContainerStateChange", On::Cluster("cluster"), false),
    rule("SubmitTaskStateChange", On::Cluster("cluster"), false),
    rule("TagResource", On::Arn("resourceArn"), false),
    rule("UntagResource", On::Arn("resourceArn"), false),
    rule("UpdateCapacityProvider", On::CapacityProvider("name"), false),
    rule("UpdateCluster", On::Cluster("cluster"), false),
    rule("UpdateClusterSettings", On::Cluster("cluster"), false),
    rule("UpdateContainerAgent", On::ContainerInstance("containerInstance"), true),
    rule("UpdateContainerInstancesState", On::ContainerInstance("containerInstances"), true),
];

/// The operations whose requests may bring tags, and on what the tags go: `ecs:TagResource` is asked for as well, with
/// `ecs:CreateAction` (Amazon ECS Developer Guide, "Grant permission to tag resources on creation": enforced for every
/// account since 2024).
const CREATES: [&str; 6] = [
    "CreateCapacityProvider",
    "CreateCluster",
    "RegisterContainerInstance",
    "RegisterTaskDefinition",
    "RunTask",
    "StartTask",
];

/// The service that roles are passed to.
const TASKS_SERVICE: &str = "ecs-tasks.amazonaws.com";

/// Everything that a request touches. An operation that is not known is on `*`.
pub(in crate::http) fn accesses(
    operation: &str,
    body: &Value,
    scope: Scope<'_>,
    facts: &impl Facts,
) -> Vec<Access> {
    let request = Request { operation, body, scope, facts };
    let mut all = request.own();
    all.extend(request.tagging());
    all.extend(request.passed_roles());
    all
}

struct Request<'a, F> {
    operation: &'a str,
    body: &'a Value,
    scope: Scope<'a>,
    facts: &'a F,
}

impl<F: Facts> Request<'_, F> {
    /// The operation itself, once for each resource.
    fn own(&self) -> Vec<Access> {
        let found = RULES.iter().find(|rule| rule.operation == self.operation);
        let Rule { on, cluster, .. } = found.copied().unwrap_or(rule("", On::Anything, false));
        let action = format!("ecs:{}", self.operation);
        let access = |resource: String| {
            let mut context = self.context();
            if cluster {
                context.add("ecs:cluster", self.cluster_arn(self.text("cluster")));
            }
            for (key, value) in self.facts.tags(&resource) {
                context.add(&format!("aws:ResourceTag/{key}"), value.clone());
                context.add(&format!("ecs:ResourceTag/{key}"), value);
            }
            Access { action: action.clone(), resource, context }
        };
        self.resources(on).into_iter().map(access).collect()
    }

    fn resources(&self, on: On) -> Vec<String> {
        match on {
            On::Anything => vec!["*".to_owned()],
            On::Cluster(member) => {
                let named = self.names(member);
                if named.is_empty() {
                    return vec![self.cluster_arn(None)];
                }
                named.iter().map(|name| self.cluster_arn(Some(name))).collect()
            }
            On::ContainerInstance(member) => self.within_cluster("container-instance", &self.names(member)),
            On::Task(member) => self.within_cluster("task", &self.names(member)),
            On::TaskDefinition(member) => {
                self.names(member).iter().map(|name| self.named("task-definition", name)).collect()
            }
            On::CapacityProvider(member) => {
                let named = self.names(member);
                if named.is_empty() {
                    return vec![self.named("capacity-provider", "*")];
                }
                named.iter().map(|name| self.named("capacity-provider", name)).collect()
            }
            On::Arn(member) => self.names(member),
        }
    }

    /// What holds of the request whatever it touches.
    fn context(&self) -> Context {
        let mut context = Context::default();
        context.add("aws:RequestedRegion", self.scope.region);
        context.add("aws:PrincipalAccount", self.scope.account);
        for (key, value) in self.tags() {
            context.add(&format!("aws:RequestTag/{key}"), value);
            context.add("aws:TagKeys", key);
        }
        for key in self.names("tagKeys") {
            context.add("aws:TagKeys", key);
        }
        match self.operation {
            "RunTask" | "StartTask" => {
                let execute = self.body["enableExecuteCommand"].as_bool().unwrap_or_default();
                context.add("ecs:enable-execute-command", execute.to_string());
                for instance in self.within_cluster("container-instance", &self.names("containerInstances")) {
                    if self.operation == "StartTask" {
                        context.add("ecs:container-instances", instance);
                    }
                }
                self.add_providers(&mut context, "capacityProviderStrategy");
            }
            "CreateCluster" | "PutClusterCapacityProviders" => {
                self.add_providers(&mut context, "capacityProviders");
            }
            "RegisterTaskDefinition" => self.describe_definition(&mut context),
            "PutAccountSetting" | "PutAccountSettingDefault" | "DeleteAccountSetting" => {
                if let Some(name) = self.text("name") {
                    context.add("ecs:account-setting", name);
                }
            }
            _ => {}
        }
        context
    }

    fn add_providers(&self, context: &mut Context, member: &str) {
        for name in self.names(member) {
            context.add("ecs:capacity-provider", self.named("capacity-provider", &name));
        }
    }

    fn describe_definition(&self, context: &mut Context) {
        for (key, member) in [("ecs:task-cpu", "cpu"), ("ecs:task-memory", "memory")] {
            if let Some(value) = self.text(member) {
                context.add(key, value);
            }
        }
        for value in self.names("requiresCompatibilities") {
            context.add("ecs:compute-compatibility", value);
        }
        let containers = self.body["containerDefinitions"].as_array().map_or(&[][..], Vec::as_slice);
        let privileged = containers.iter().any(|one| one["privileged"].as_bool().unwrap_or_default());
        context.add("ecs:privileged", privileged.to_string());
    }

    /// `ecs:TagResource` on what the request creates, where it brings tags.
    fn tagging(&self) -> Option<Access> {
        if !CREATES.contains(&self.operation) || self.tags().is_empty() {
            return None;
        }
        let resource = match self.operation {
            "CreateCapacityProvider" => self.named("capacity-provider", self.text("name")?),
            "CreateCluster" => self.cluster_arn(self.text("clusterName")),
            "RegisterTaskDefinition" => self.named("task-definition", &format!("{}:*", self.text("family")?)),
            "RegisterContainerInstance" => self.within_cluster("container-instance", &[]).pop()?,
            _ => self.within_cluster("task", &[]).pop()?,
        };
        let mut context = self.context();
        context.add("ecs:CreateAction", self.operation);
        Some(Access { action: "ecs:TagResource".to_owned(), resource, context })
    }

    /// `iam:PassRole` for the roles that a definition names, and for those that a task runs with: an override's, else
    /// its definition's (denials of `RunTask` for both roles of the definition, observed 2019 to 2024).
    fn passed_roles(&self) -> Vec<Access> {
        let overridden = |member: &str| self.body["overrides"][member].as_str().map(str::to_owned);
        let roles = match self.operation {
            "RegisterTaskDefinition" => {
                ["taskRoleArn", "executionRoleArn"].map(|member| self.text(member).map(str::to_owned))
            }
            "RunTask" | "StartTask" => {
                let [task, execution] =
                    self.text("taskDefinition").map(|name| self.facts.roles(name)).unwrap_or_default();
                [overridden("taskRoleArn").or(task), overridden("executionRoleArn").or(execution)]
            }
            _ => return Vec::new(),
        };
        let pass = |role: String| {
            let resource = match role.strip_prefix("arn:") {
                Some(_) => role,
                None => format!("arn:aws:iam::{}:role/{role}", self.scope.account),
            };
            let mut context = Context::default();
            context.add("iam:PassedToService", TASKS_SERVICE);
            context.add("aws:RequestedRegion", self.scope.region);
            context.add("aws:PrincipalAccount", self.scope.account);
            Access { action: "iam:PassRole".to_owned(), resource, context }
        };
        roles.into_iter().flatten().filter(|role| !role.is_empty()).map(pass).collect()
    }

    fn text(&self, member: &str) -> Option<&str> {
        self.body[member].as_str().filter(|text| !text.is_empty())
    }

    /// The names in a member: its text, its texts, or what its objects are about.
    fn names(&self, member: &str) -> Vec<String> {
        let name = |value: &Value| {
            let members = ["capacityProvider", "targetId"];
            let inner = || members.iter().find_map(|member| value[*member].as_str());
            value.as_str().or_else(inner).map(str::to_owned)
        };
        match &self.body[member] {
            Value::Array(list) => list.iter().filter_map(name).collect(),
            one @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => {
                name(one).into_iter().collect()
            }
        }
    }

    fn tags(&self) -> Vec<(&str, &str)> {
        let list = self.body["tags"].as_array().map_or(&[][..], Vec::as_slice);
        list.iter()
            .filter_map(|tag| Some((tag["key"].as_str()?, tag["value"].as_str().unwrap_or_default())))
            .collect()
    }

    fn named(&self, kind: &str, name: &str) -> String {
        let Scope { region, account } = self.scope;
        if name.starts_with("arn:") {
            name.to_owned()
        } else {
            format!("arn:aws:ecs:{region}:{account}:{kind}/{name}")
        }
    }

    fn cluster_arn(&self, name: Option<&str>) -> String {
        self.named("cluster", name.unwrap_or("default"))
    }

    /// The ARNs of things in the request's cluster; without a name, of all of them.
    fn within_cluster(&self, kind: &str, names: &[String]) -> Vec<String> {
        let cluster = self.text("cluster").unwrap_or("default");
        let cluster = cluster.rsplit_once('/').map_or(cluster, |(_, name)| name);
        if names.is_empty() {
            return vec![self.named(kind, &format!("{cluster}/*"))];
        }
        names
            .iter()
            .map(|name| {
                if name.starts_with("arn:") {
                    name.clone()
                } else {
                    self.named(kind, &format!("{cluster}/{name}"))
                }
            })
            .collect()
    }
}
