//! What several commands take: a workload, a configuration or a cluster, a seed.

use crate::{
    cli::config_files::{self, Variables},
    record::{Record, RecordError},
    setup::{ClusterSpec, DEFAULT_IMAGE, DEFAULT_SIZE, Setup, example},
    workload::{self, Workload, WorkloadError},
    world::Labels,
};
use clap::{Args, ValueEnum};
use footman_config::Severity;
use footman_core::units::{CpuUnits, Mib, Size};
use miette::IntoDiagnostic;
use std::path::PathBuf;

/// Which builds to replay.
#[derive(Debug, Clone, Args)]
pub(crate) struct WorkloadArguments {
    /// The build history to replay: a CSV trace or a Standard Workload Format file, either with .gz behind it
    ///
    /// docs/traces.md says what the columns are, and `footman trace import` makes one from Jenkins or CloudTrail. Without
    /// it, the bundled synthetic month of CI builds.
    #[arg(long, value_name = "FILE")]
    pub(crate) trace: Option<PathBuf>,
    /// The seed of every random draw
    #[arg(long, default_value_t = example::SEED, value_name = "N")]
    pub(crate) seed: u64,
}

/// Where the agents come from and on what they run.
#[derive(Debug, Clone, Args)]
pub(crate) struct WorldArguments {
    /// A Jenkins Configuration-as-Code file, a footman.yaml, or a folder of them; may be repeated
    #[arg(long, value_name = "PATH")]
    pub(crate) config: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) variables: Variables,
    /// What a trace's label means; any where there is no configuration, expressions otherwise
    #[arg(long, value_enum)]
    pub(crate) labels: Option<LabelsMode>,
    /// The cluster, where there is no configuration: fargate, fargate-spot, ec2:TYPE=COUNT or asg:TYPE=MIN..MAX
    #[arg(long, value_name = "CLUSTER", default_value = "fargate", conflicts_with = "config")]
    pub(crate) cluster: ClusterSpec,
    /// CPU of a build that does not say, where there is no configuration
    #[arg(long, value_name = "CPU", default_value_t = DEFAULT_SIZE.cpu, conflicts_with = "config")]
    pub(crate) cpu: CpuUnits,
    /// Memory of a build that does not say, where there is no configuration
    #[arg(long, value_name = "MEMORY", default_value_t = DEFAULT_SIZE.memory, conflicts_with = "config")]
    pub(crate) memory: Mib,
    /// How much of an agent's image is pulled, where there is no configuration
    #[arg(long, value_name = "MEMORY", default_value_t = DEFAULT_IMAGE, conflicts_with = "config")]
    pub(crate) image: Mib,
}

/// What a trace's label means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LabelsMode {
    /// A name for a group of builds in the report; any agent takes any build.
    Any,
    /// A label expression, as Jenkins knows them; labelMap in footman.yaml may map it.
    Expressions,
}

impl WorkloadArguments {
    /// Opens the workload.
    pub(crate) fn open(&self) -> miette::Result<Box<dyn Workload + Send>> {
        self.source().into_diagnostic()
    }

    /// Opens the workload, for those who do so often.
    pub(crate) fn source(&self) -> Result<Box<dyn Workload + Send>, WorkloadError> {
        match &self.trace {
            Some(path) => workload::open(path),
            None => Ok(Box::new(example::month(self.seed))),
        }
    }
}

impl WorldArguments {
    /// The policy, the clusters and the meaning of labels; what the configuration has to say is noted on `console`.
    pub(crate) fn setup(&self, console: &mut super::Console) -> miette::Result<Setup> {
        if self.config.is_empty() {
            if self.labels == Some(LabelsMode::Expressions) {
                return Err(miette::miette!(
                    help = "give the configuration with --config, or leave --labels away",
                    "label expressions need templates to match, and there is no configuration"
                ));
            }
            return Ok(Setup::any(&self.cluster, Size::new(self.cpu, self.memory), self.image));
        }
        let reading = config_files::read(&self.config, &self.variables)?;
        if reading.counts().warnings + reading.counts().errors > 0 {
            console.note(reading.show(|diagnostic| diagnostic.severity != Severity::Note));
        }
        let Ok(loaded) = reading.outcome else {
            return Err(miette::miette!("the configuration has errors (above)"));
        };
        let setup = Setup::from(loaded);
        Ok(match self.labels {
            Some(LabelsMode::Any) => Setup { labels: Labels::Any, ..setup },
            Some(LabelsMode::Expressions) | None => setup,
        })
    }

    /// The files of the configuration, for the record of the run.
    pub(crate) fn files(&self) -> miette::Result<Vec<PathBuf>> {
        config_files::paths(&self.config)
    }
}

/// The record of the present command.
pub(crate) fn record(
    console: &super::Console,
    seed: u64,
    trace: Option<&PathBuf>,
    mut inputs: Vec<PathBuf>,
) -> miette::Result<Record> {
    inputs.extend(trace.cloned());
    let record: Result<Record, RecordError> = Record::new(seed, console.arguments().to_vec(), &inputs);
    record.into_diagnostic()
}
