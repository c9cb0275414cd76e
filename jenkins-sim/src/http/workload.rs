//! Builds that a workload plays: jobs and requests of it, which come by no request over HTTP.

use super::{
    Face, KeptJob,
    config::JobConfig,
    definition::{Definition, NO_DEFINITION},
};
use crate::{Block, BuildRequest, CreateJobError, Jenkins, JobId, JobKind, JobSpec, ScheduleError};
use footman_core::{
    id::QueueItemId,
    time::{Millis, Timestamp},
};

impl Face {
    /// Creates a job for a workload. It is a job like any other, with an XML of its own; what its builds take is said
    /// with each of them.
    ///
    /// # Errors
    ///
    /// Fails where the name is taken or no name, or while the controller restarts.
    pub fn create_workload_job(
        &mut self,
        jenkins: &mut Jenkins,
        now: Timestamp,
        spec: JobSpec,
    ) -> Result<JobId, CreateJobError> {
        let xml = xml_of(&spec);
        let definition = match spec.kind {
            JobKind::Freestyle
            | JobKind::Maven
            | JobKind::Pipeline
            | JobKind::Matrix
            | JobKind::MatrixProject => Definition::Commands,
            JobKind::Flyweight => Definition::Pipeline(Err(NO_DEFINITION.to_owned())),
        };
        let id = jenkins.create_job(now, spec)?;
        assert_eq!(id.index(), self.jobs.len(), "every job is created by this face, and the numbers ascend");
        let config = JobConfig {
            duration: Millis::ZERO,
            definition,
            description: None,
            commands: Vec::new(),
            parameters: Vec::new(),
        };
        self.jobs.push(KeptJob { xml, config, configurations: Vec::new() });
        Ok(id)
    }

    /// Schedules a build of `job` that lasts for `duration` and is merged with no other; the answer is its key in the
    /// outputs.
    ///
    /// # Errors
    ///
    /// Fails where the job is disabled, or while the controller restarts.
    pub fn schedule_workload_build(
        &mut self,
        jenkins: &mut Jenkins,
        now: Timestamp,
        job: JobId,
        duration: Millis,
    ) -> Result<u64, ScheduleError> {
        let key = self.next_key;
        jenkins.schedule(now, job, BuildRequest::new(key, duration))?;
        self.next_key += 1;
        Ok(key)
    }

    /// Schedules a run of a Pipeline whose first block is this one, whose key is set here; the answer is the key, and the
    /// item that the run is named by.
    ///
    /// # Errors
    ///
    /// Fails where the job is disabled or of another kind, the block comes after another one, or the controller restarts.
    pub fn schedule_workload_run(
        &mut self,
        jenkins: &mut Jenkins,
        now: Timestamp,
        job: JobId,
        block: Block,
    ) -> Result<(u64, QueueItemId), ScheduleError> {
        let (run, key) = (self.next_key, self.next_key + 1);
        let blocks = vec![Block { key, ..block }];
        let item = jenkins.schedule_pipeline(now, job, BuildRequest::new(run, Millis::ZERO), blocks)?;
        self.next_key += 2;
        Ok((key, item))
    }

    /// Adds a block, whose key is set here, to a run that lasts; the answer is the key, and the block's place in the run.
    ///
    /// # Errors
    ///
    /// Fails as [`Jenkins::add_block`] does.
    pub fn add_workload_block(
        &mut self,
        jenkins: &mut Jenkins,
        now: Timestamp,
        run: QueueItemId,
        block: Block,
    ) -> Result<(u64, usize), ScheduleError> {
        let key = self.next_key;
        let place = jenkins.add_block(now, run, Block { key, ..block })?;
        self.next_key += 1;
        Ok((key, place))
    }
}

/// The XML of a job that runs nothing of its own.
fn xml_of(spec: &JobSpec) -> String {
    let label = spec.label.as_deref().map_or_else(String::new, |label| {
        let label = label.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        format!("<assignedNode>{label}</assignedNode>")
    });
    let element = match spec.kind {
        JobKind::Freestyle | JobKind::Pipeline | JobKind::Matrix => "project",
        JobKind::MatrixProject => "matrix-project",
        JobKind::Maven => "maven2-moduleset",
        JobKind::Flyweight => "flow-definition",
    };
    format!(
        "<?xml version='1.1' encoding='UTF-8'?>\n<{element}>{label}<quietPeriod>0</quietPeriod>\
         <concurrentBuild>true</concurrentBuild><builders/></{element}>\n"
    )
}
