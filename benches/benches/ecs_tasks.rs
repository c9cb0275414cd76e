//! The whole life of one-shot tasks in the simulated ECS, from `RunTask` to STOPPED, timers and outputs included.
//!
//! Each task is a build of five minutes; a build comes each 200 ms, so that 1,500 tasks run at once and 18,000 stopped
//! ones can still be described. Names and tokens are made beforehand, as the caller's.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use footman_core::{
    Millis, Timestamp,
    event::TaskStatus,
    units::{CpuUnits, Mib},
};
use footman_ecs_sim::{
    Ecs, Output, RunTask, Settings,
    api::{Capacity, LaunchType, Network, Placement},
    capacity::InstanceSpec,
    definition::{Image, NetworkMode, TaskDefinition},
    id::{ClusterId, DefinitionId, EntityKey, TaskId},
    placement::{PlacementStrategy, Resource},
};
use std::{collections::VecDeque, sync::Arc, time::Duration};

const TASKS: usize = 100_000;
const GAP: Millis = Millis::new(200);
const BUILD: Millis = Millis::from_mins(5);

/// An account, and what is to be run in it.
struct Load {
    ecs: Ecs,
    requests: Vec<RunTask>,
    running: VecDeque<(Timestamp, TaskId)>,
    stopped: usize,
}

fn account(mode: NetworkMode) -> (Ecs, ClusterId, DefinitionId) {
    let mut ecs = Ecs::new(Settings { throttling: false, ..Settings::default() }, 1, Timestamp::EPOCH);
    let cluster = ecs.create_cluster("default").expect("the name is valid");
    let image = Image { name: "agent".into(), size: Mib::new(400) };
    let mut definition = TaskDefinition::new("agent", CpuUnits::new(1024), Mib::new(2048), image);
    definition.network_mode = mode;
    let definition = ecs.register_task_definition(definition).expect("it is valid");
    (ecs, cluster, definition)
}

impl Load {
    fn new(ecs: Ecs, base: &RunTask) -> Self {
        let (owner, tag): (Arc<str>, Arc<str>) = ("owner".into(), "footman:agent".into());
        let request = |key: u32| {
            let mut request = base.clone();
            request.key = Some(EntityKey(key.into()));
            request.started_by = Some(Arc::clone(&owner));
            request.client_token = Some(format!("cloud-agent-{key}.1").into());
            request.tags.push((Arc::clone(&tag), format!("cloud-agent-{key}").into()));
            request
        };
        let requests = (0..).take(TASKS).map(request).collect();
        Self { ecs, requests, running: VecDeque::new(), stopped: 0 }
    }

    fn fargate() -> Self {
        let (ecs, cluster, definition) = account(NetworkMode::Awsvpc);
        let capacity = Capacity::Launch(LaunchType::Fargate);
        let network = Some(Network::new(1, 1));
        Self::new(ecs, &RunTask { capacity, network, ..RunTask::new(cluster, definition) })
    }

    fn instances() -> Self {
        let (mut ecs, cluster, definition) = account(NetworkMode::Bridge);
        let spec = InstanceSpec::listed("m6i.8xlarge").expect("the type is listed");
        ecs.add_instances(Timestamp::EPOCH, cluster, &spec, 100).expect("the type is known");
        let strategies = vec![PlacementStrategy::Binpack(Resource::Memory)];
        let placement =
            Some(Arc::new(Placement { strategies, distinct_instance: false, member_of: Vec::new() }));
        let capacity = Capacity::Launch(LaunchType::Ec2);
        Self::new(ecs, &RunTask { capacity, placement, ..RunTask::new(cluster, definition) })
    }

    fn run(mut self) -> usize {
        let mut now = Timestamp::EPOCH;
        for request in std::mem::take(&mut self.requests) {
            self.until(now);
            let answer = self.ecs.run_task(now, request).expect("nothing is throttled");
            assert_eq!(answer.tasks.len(), 1);
            now = now + GAP;
        }
        self.until(now + Millis::from_hours(1));
        assert_eq!(self.stopped, TASKS);
        self.stopped
    }

    fn until(&mut self, end: Timestamp) {
        loop {
            let due = self.ecs.poll_timeout().map_or(Timestamp::MAX, |(due, _)| due);
            let exit = self.running.front().map_or(Timestamp::MAX, |&(exit, _)| exit);
            if due.min(exit) > end {
                return;
            }
            if due <= exit {
                self.ecs.handle_timeout(due);
            } else if let Some((exit, task)) = self.running.pop_front() {
                self.ecs.container_exited(exit, task, 0);
            }
            while let Some(output) = self.ecs.poll_output() {
                if let Output::TaskChanged { at, task, status, .. } = output {
                    match status {
                        TaskStatus::Running => self.running.push_back((at + BUILD, task)),
                        TaskStatus::Stopped => self.stopped += 1,
                        TaskStatus::Provisioning
                        | TaskStatus::Pending
                        | TaskStatus::Activating
                        | TaskStatus::Deactivating
                        | TaskStatus::Stopping
                        | TaskStatus::Deprovisioning => {}
                    }
                }
            }
        }
    }
}

fn tasks(c: &mut Criterion) {
    let mut group = c.benchmark_group("ecs tasks");
    group.throughput(Throughput::Elements(u64::try_from(TASKS).expect("it fits")));
    group.sample_size(10).measurement_time(Duration::from_secs(5));
    group.bench_function("fargate", |b| b.iter_batched(Load::fargate, Load::run, BatchSize::PerIteration));
    group.bench_function("binpack on 100 instances", |b| {
        b.iter_batched(Load::instances, Load::run, BatchSize::PerIteration);
    });
    group.finish();
}

criterion_group!(benches, tasks);
criterion_main!(benches);
