//! An account to test with: one cluster, and a log of what happens in it.

use footman_core::{
    time::{Millis, Timestamp},
    units::{CpuUnits, Mib},
};
use footman_ecs_sim::{
    Ecs, Output, RunTask, Settings,
    api::{Capacity, LaunchType, Network},
    capacity::InstanceSpec,
    definition::{Image, NetworkMode, TaskDefinition},
    id::{ClusterId, DefinitionId, InstanceId, TaskId},
};

/// Seconds after the start of the test.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

/// Texts to compare a log with.
pub(crate) fn lines(texts: &[&str]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}

/// An account with one cluster.
pub(crate) struct Account {
    pub(crate) ecs: Ecs,
    pub(crate) cluster: ClusterId,
    log: Vec<String>,
}

impl Account {
    pub(crate) fn new(change: impl FnOnce(&mut Settings)) -> Self {
        Self::seeded(1, change)
    }

    pub(crate) fn seeded(seed: u64, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::default();
        change(&mut settings);
        let mut ecs = Ecs::new(settings, seed, at(0));
        let cluster = ecs.create_cluster("default").expect("the name is valid");
        Self { ecs, cluster, log: Vec::new() }
    }

    pub(crate) fn definition(
        &mut self,
        mode: NetworkMode,
        cpu: u32,
        memory: u32,
        image_mib: u32,
    ) -> DefinitionId {
        let image = Image { name: "agent".into(), size: Mib::new(image_mib) };
        let mut definition = TaskDefinition::new("agent", CpuUnits::new(cpu), Mib::new(memory), image);
        definition.network_mode = mode;
        self.ecs.register_task_definition(definition).expect("the definition is valid")
    }

    pub(crate) fn instances(&mut self, kind: &str, count: u32) -> Vec<InstanceId> {
        let spec = InstanceSpec::listed(kind).expect("the type is listed");
        self.ecs.add_instances(at(0), self.cluster, &spec, count).expect("the type is known")
    }

    /// A request for one task, with a network where the definition needs one.
    pub(crate) fn request(&self, definition: DefinitionId, capacity: Capacity) -> RunTask {
        let awsvpc = self.ecs.task_definition(definition).network_mode == NetworkMode::Awsvpc;
        let network = awsvpc.then_some(Network::new(1, 1));
        RunTask { capacity, network, ..RunTask::new(self.cluster, definition) }
    }

    pub(crate) fn run_fargate(&mut self, now: Timestamp, definition: DefinitionId) -> TaskId {
        self.run(now, self.request(definition, Capacity::Launch(LaunchType::Fargate)))
    }

    pub(crate) fn run_on_instances(&mut self, now: Timestamp, definition: DefinitionId) -> TaskId {
        self.run(now, self.request(definition, Capacity::Launch(LaunchType::Ec2)))
    }

    pub(crate) fn run(&mut self, now: Timestamp, request: RunTask) -> TaskId {
        let answer = self.ecs.run_task(now, request).expect("the call passes");
        assert!(answer.failures.is_empty(), "{:?}", answer.failures);
        answer.tasks[0]
    }

    /// Makes everything happen up to `end`, waking the account when it wants to be woken.
    pub(crate) fn until(&mut self, end: Timestamp) {
        while let Some((due, _)) = self.ecs.poll_timeout()
            && due <= end
        {
            self.ecs.handle_timeout(due);
        }
        self.ecs.handle_timeout(end);
    }

    /// Everything that happened so far.
    pub(crate) fn log(&mut self) -> Vec<String> {
        while let Some(output) = self.ecs.poll_output() {
            self.log.push(text(output));
        }
        self.log.clone()
    }
}

fn seconds(at: Timestamp) -> String {
    span(at.since(Timestamp::EPOCH))
}

fn span(length: Millis) -> String {
    let (seconds, ms) = (length.as_millis() / 1000, length.as_millis() % 1000);
    if ms == 0 { seconds.to_string() } else { format!("{seconds}.{ms:03}") }
}

fn text(output: Output) -> String {
    match output {
        Output::TaskChanged { at, task, status, stopping } => {
            format!("{} task {task} {status:?}{}", seconds(at), if stopping { ", to stop" } else { "" })
        }
        Output::SpotWarning { at, task } => format!("{} task {task} is warned", seconds(at)),
        Output::InstanceChanged { at, instance, change } => {
            format!("{} instance {instance} {change:?}", seconds(at))
        }
        Output::TaskBilled { task, from, to, running, cost } => {
            format!(
                "{}-{} task {task} billed {cost}, {} of it running",
                seconds(from),
                seconds(to),
                span(running)
            )
        }
        Output::InstanceBilled { instance, from, registered, to, occupied, cost } => {
            let boot = span(registered.unwrap_or(to).since(from));
            format!(
                "{}-{} instance {instance} billed {cost}, {boot} of it booting, {} occupied",
                seconds(from),
                seconds(to),
                span(occupied)
            )
        }
        Output::GroupScaled { at, provider, before, after } => {
            format!("{} group {provider} from {before} to {after}", seconds(at))
        }
    }
}
