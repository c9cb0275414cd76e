//! Where the simulated ECS is known to differ from Amazon ECS: the one list, from which the documentation and
//! `footman serve --divergences` are made.
//!
//! A difference that is found is fixed or entered here. What this account does not say is meant to be as on AWS.

/// One known difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Divergence {
    /// What it is about.
    pub what: &'static str,
    /// What ECS does.
    pub ecs: &'static str,
    /// What happens here.
    pub here: &'static str,
    /// Why it is so.
    pub why: &'static str,
}

/// Every known difference.
pub const DIVERGENCES: &[Divergence] = &[
    Divergence {
        what: "regions",
        ecs: "has an account in each region that it knows",
        here: "any name in a request's credential scope is a region and has an account of its own, up to 64 of them; a request without one, or beyond them, is for the region that is served",
        why: "AWS has new regions every year",
    },
    Divergence {
        what: "signatures",
        ecs: "refuses a request whose SigV4 signature is wrong or too old",
        here: "signatures are not checked, and none is needed",
        why: "there are no accounts and no keys to check them by",
    },
    Divergence {
        what: "services, task sets, daemons, express gateways, deployments",
        ecs: "has them",
        here: "UnsupportedFeatureException",
        why: "build agents are tasks that are run one by one",
    },
    Divergence {
        what: "task protection, ExecuteCommand",
        ecs: "protects tasks of services; opens a session in a container",
        here: "every task is TASK_NOT_VALID for protection; a command is refused as for a task that was run without it, and with UnsupportedFeatureException where it was run with it",
        why: "there are no services and no shells",
    },
    Divergence {
        what: "texts of refused requests",
        ecs: "has its own",
        here: "those that somebody published are ECS's; bounds, objects or lists of the wrong kind, empty lists, unknown tagged resources, more than 50 tags and more than 10 attributes are worded in its manner",
        why: "nobody published them",
    },
    Divergence {
        what: "changes of capacity providers and definitions",
        ecs: "go through states in progress",
        here: "are done in the answer: a deleted provider is INACTIVE, a deleted definition DELETE_IN_PROGRESS for ever",
        why: "nothing that is decided here depends on it",
    },
    Divergence {
        what: "RegisterContainerInstance",
        ecs: "checks the signature of the identity document, and waits for the agent's connection",
        here: "checks no signature; the instance is connected at once, and ACTIVE as soon as its trunk is attached, if it has one; a type that is not listed has CPU 4096, MEMORY 7482 and three network interfaces for tasks unless `totalResources` says otherwise; PORTS are the agent's six",
        why: "no agent is behind it",
    },
    Divergence {
        what: "account settings",
        ecs: "hold by IAM principal, and change ARNs, tagging, Fargate",
        here: "everybody is the root user; `awsvpcTrunking` and `containerInsights` decide something; the defaults of the last five are from memory",
        why: "the rest decides nothing here",
    },
    Divergence {
        what: "reports of agents",
        ecs: "move tasks on",
        here: "one decides something: a container that has stopped has ended; each is answered `ACK`",
        why: "the simulator moves tasks on by itself",
    },
    Divergence {
        what: "UpdateContainerAgent, DiscoverPollEndpoint",
        ecs: "updates agents; names the agent's endpoints",
        here: "finds no update; names this server, at which nothing answers an agent's stream, and draws from the bucket of agents, which is a guess",
        why: "no agent is behind it",
    },
    Divergence {
        what: "launch types EXTERNAL and MANAGED_INSTANCES",
        ecs: "runs tasks on machines outside of AWS and on instances that it manages",
        here: "UnsupportedFeatureException",
        why: "neither has published figures to simulate it by",
    },
    Divergence {
        what: "addresses and ports of tasks",
        ecs: "shows private addresses, the MAC address and the host ports that Docker chose",
        here: "an interface shows its subnet only, a subnet has always an address left, and containers show no network bindings",
        why: "there is no network behind them",
    },
    Divergence {
        what: "cluster query expressions that cannot be read",
        ecs: "has texts of its own",
        here: "InvalidParameterException in words of the simulator's own",
        why: "the texts are not published",
    },
    Divergence {
        what: "ports that tasks hold",
        ecs: "shows them in remainingResources",
        here: "placement counts them, and only those that are reserved from the start are shown",
        why: "no client was seen to look at them",
    },
    Divergence {
        what: "containers of one task",
        ecs: "each has a state of its own at every step, and each change is an event and grows the task's version",
        here: "each ends with an exit code and at a time of its own; all start at once, and one that ends without its task makes no event",
        why: "nothing that is decided here depends on it",
    },
    Divergence {
        what: "memory limits",
        ecs: "kills a container that exceeds its memory (exit code 137, OutOfMemoryError)",
        here: "the same, where `/_sim/memory` says that it does; the memory of containers that run as processes is not watched",
        why: "a simulated container has nothing to exceed",
    },
    Divergence {
        what: "essential containers and dependencies",
        ecs: "starts containers in the order of dependsOn and health checks",
        here: "all containers start at once, and health is UNKNOWN",
        why: "nothing that is decided here depends on it",
    },
    Divergence {
        what: "an instance whose agent is disconnected",
        ecs: "learns of what became of its tasks when the agent is back",
        here: "its tasks go on and their changes are seen at once; it only takes no new ones",
        why: "the accident is meant to show placement without the instance",
    },
    Divergence {
        what: "a container instance that is deregistered",
        ecs: "the EC2 instance goes on without the cluster",
        here: "it ends with its registration, and is described as INACTIVE for an hour, which is a guess; so is one that was terminated",
        why: "a machine in no cluster is of no use to the simulator, and nobody published how long ECS describes one",
    },
    Divergence {
        what: "zones of subnets",
        ecs: "knows in which zone each subnet is",
        here: "a subnet is where `/_sim/subnets` says, and in every zone where that says nothing; up to 64 zones",
        why: "there is no network behind the tasks",
    },
    Divergence {
        what: "failure ATTRIBUTE",
        ecs: "is named where an instance lacks any of about 45 capabilities that a task definition requires",
        here: "requiresAttributes follow from a definition by rules that were read off published answers; an agent that names no capability when it registers has all of them",
        why: "ECS does not document which member of a definition requires what",
    },
    Divergence {
        what: "GPUs",
        ecs: "come with the instance type",
        here: "an instance has those that its `totalResources` name",
        why: "no type of the table has any, and agents of a Jenkins seldom need them",
    },
    Divergence {
        what: "equal instances after the last placement strategy",
        ecs: "does not document which one is taken",
        here: "one is drawn by the seed",
        why: "results must not hinge on an order that nobody promises",
    },
    Divergence {
        what: "weights of a strategy within one RunTask",
        ecs: "does not document how one call is split",
        here: "the nearest whole-number split, ties in the order of the strategy",
        why: "it is the plainest reading of base and weight",
    },
    Divergence {
        what: "Fargate vCPU quota",
        ecs: "6 vCPUs at once until it is raised",
        here: "no limit",
        why: "every account that runs builds has had it raised",
    },
    Divergence {
        what: "latencies",
        ecs: "vary with region, image registry, instance and day",
        here: "drawn from published traces of 2016 to 2025, and settable under /_sim/latency",
        why: "there is no better public source",
    },
    Divergence {
        what: "Fargate platform versions",
        ecs: "has retired versions that some accounts still run tasks on, and words of its own for those that are unknown or do not fit",
        here: "1.4.0 and 1.3.0 on Linux, 1.0.0 on Windows; any other is unknown; the words of both exceptions are made up, and platformFamily of Windows is that of the definition",
        why: "nobody published the words",
    },
    Divergence {
        what: "exceptions that never come",
        ecs: "has 30",
        here: "BlockedException, MissingVersionException, UpdateInProgressException, TargetNotConnectedException, ClusterContainsCapacityProviderException and those of services, daemons, deployments, task sets and namespaces never come, but for ServiceNotFoundException of ListTasks",
        why: "what they are about is not simulated",
    },
    Divergence {
        what: "version of a task in events",
        ecs: "is that which DescribeTasks shows at that moment",
        here: "grows with each event of the task, and may run ahead of DescribeTasks where several changes fall in one \
               millisecond",
        why: "with zero latencies a task passes several states at one instant",
    },
    Divergence {
        what: "events of services, deployments and EC2",
        ecs: "sends `ECS Service Action`, `ECS Deployment State Change`, and EC2's own interruption warnings",
        here: "`ECS Task State Change` and `ECS Container Instance State Change` only",
        why: "there are no services, and EC2 is not simulated",
    },
];

/// The list as a page of Markdown: what `docs/divergences.md` holds.
pub fn page() -> String {
    let mut page = String::from(
        "# Where the simulated ECS differs from Amazon ECS\n\nThe one list of known differences; `footman serve \
         --divergences` prints it. What it does not name is meant to be as on\nAWS: a difference that is not here is a \
         bug.\n\n| what | Amazon ECS | here | why |\n| --- | --- | --- | --- |\n",
    );
    for Divergence { what, ecs, here, why } in DIVERGENCES {
        page.push_str(&format!("| {what} | {ecs} | {here} | {why} |\n"));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_difference_is_said_once_and_fits_a_table() {
        for (nth, divergence) in DIVERGENCES.iter().enumerate() {
            let Divergence { what, ecs, here, why } = divergence;
            for text in [what, ecs, here, why] {
                assert!(!text.is_empty() && !text.contains(['|', '\n']), "{divergence:?}");
            }
            assert!(DIVERGENCES[..nth].iter().all(|other| other.what != *what), "{what} is there twice");
        }
    }
}
