//! What several commands take: a workload, a configuration or a cluster, a seed.

use crate::{
    cli::expressions,
    record::{Record, RecordError},
    setup::{ClusterSpec, Setup, example},
    workload::{self, Workload, WorkloadError},
    world::{Labels, WorldError},
};
use clap::{Args, ValueEnum};
use footman_config::Severity;
use footman_config_files::Variables;
use footman_core::{
    catalogue::instance_type_names,
    units::{CpuUnits, Mib, Size},
};
use miette::{IntoDiagnostic, WrapErr, miette};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

/// What a build asks for where nothing says otherwise, and the size of its agent's image: that of a Jenkins agent image
/// with a JDK and little else, compressed.
const DEFAULT_CPU: &str = "2vcpu";
const DEFAULT_MEMORY: &str = "4GiB";
const DEFAULT_IMAGE: &str = "400MiB";

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
    /// The cluster, where there is no configuration: fargate, fargate-spot, ec2:TYPE=COUNT or asg:TYPE=MIN..MAX; fargate
    /// unless said
    #[arg(long, value_name = "CLUSTER", conflicts_with = "config")]
    pub(crate) cluster: Option<ClusterSpec>,
    /// CPU of a build that does not say, where there is no configuration: 1024 is a vCPU
    #[arg(long, value_name = "CPU", default_value = DEFAULT_CPU, conflicts_with = "config")]
    pub(crate) cpu: CpuUnits,
    /// Memory of a build that does not say, where there is no configuration
    #[arg(long, value_name = "MEMORY", default_value = DEFAULT_MEMORY, conflicts_with = "config")]
    pub(crate) memory: Mib,
    /// How much of an agent's image is pulled, where there is no configuration
    #[arg(long, value_name = "MEMORY", default_value = DEFAULT_IMAGE, conflicts_with = "config")]
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
    /// Opens the workload, where it can be read as often as a run and its record need it.
    pub(crate) fn open(&self) -> miette::Result<Box<dyn Workload + Send>> {
        if let Some(path) = &self.trace
            && let Ok(kind) = fs::metadata(path).map(|found| found.file_type())
            && !kind.is_file()
        {
            let what = if kind.is_dir() { "a folder" } else { "no regular file" };
            return Err(miette!(
                help = "a run reads its trace more than once, for the hash in its record too: write it into a file",
                "`{}` is {what}, not a trace",
                path.display()
            ));
        }
        self.source().into_diagnostic()
    }

    /// The error that there are no builds.
    pub(crate) fn no_builds(&self) -> miette::Report {
        let trace = self.trace.as_deref().unwrap_or_else(|| Path::new("the trace"));
        miette!(help = "`footman trace info` shows what a trace holds", "`{}` has no builds", trace.display())
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
                return Err(miette!(
                    help = "give the configuration with --config, or leave --labels away",
                    "label expressions need templates to match, and there is no configuration"
                ));
            }
            return self.setup_of_cluster(console);
        }
        let reading = expressions::read(&self.config, &self.variables)?;
        if reading.counts().warnings + reading.counts().errors > 0 {
            console.note(reading.show(|diagnostic| diagnostic.severity != Severity::Note));
        }
        let Ok(loaded) = reading.outcome else {
            return Err(miette!("the configuration has errors (above)"));
        };
        let setup = Setup::from(loaded);
        Ok(match self.labels {
            Some(LabelsMode::Any) => Setup { labels: Labels::Any, ..setup },
            Some(LabelsMode::Expressions) | None => setup,
        })
    }

    /// As [`Self::setup`], where there is a configuration or a cluster.
    pub(crate) fn setup_if_described(&self, console: &mut super::Console) -> miette::Result<Option<Setup>> {
        let described = !self.config.is_empty() || self.cluster.is_some();
        let refused = self.labels == Some(LabelsMode::Expressions);
        if described || refused { self.setup(console).map(Some) } else { Ok(None) }
    }

    /// One template of the size of the command line, whatever it runs on.
    pub(crate) fn setup_of_size(&self) -> Setup {
        // Instances take any size; which they are does not matter to who asks for this.
        let cluster = ClusterSpec::Static { instance_type: "m5.large".into(), count: 1 };
        Setup::any(&cluster, Size::new(self.cpu, self.memory), self.image)
    }

    /// One template on the cluster of the command line.
    fn setup_of_cluster(&self, console: &mut super::Console) -> miette::Result<Setup> {
        let cluster = self.cluster.clone().unwrap_or(ClusterSpec::Fargate);
        let size = Size::new(self.cpu, self.memory);
        let setup = Setup::any(&cluster, size, self.image);
        match &cluster {
            ClusterSpec::Fargate | ClusterSpec::FargateSpot => {
                let Some(taken) = setup.policy.templates.first().map(|template| template.size) else {
                    return Ok(setup);
                };
                if !taken.holds(size) {
                    return Err(miette!("no size of Fargate holds {size}: its largest has {taken}"));
                }
                if taken != size {
                    console.note(format!("Fargate has no size of {size}; agents take the next one, {taken}"));
                }
            }
            ClusterSpec::Static { instance_type, .. } | ClusterSpec::Group { instance_type, .. } => {
                check_types(std::slice::from_ref(instance_type), &setup, "--cluster")?;
                let kind = setup.described.instance_type(instance_type).expect("it was checked");
                if !kind.registered.holds(size) {
                    let registered = kind.registered;
                    return Err(miette!(
                        "no {instance_type} holds an agent of {size}: it registers {registered}"
                    ));
                }
            }
        }
        Ok(setup)
    }

    /// The files of the configuration, for the record of the run.
    pub(crate) fn files(&self) -> miette::Result<Vec<PathBuf>> {
        footman_config_files::paths(&self.config)
    }
}

/// Checks that size and price of each type are known, from the configuration or anyhow; `argument` named them.
pub(crate) fn check_types(types: &[Arc<str>], setup: &Setup, argument: &str) -> miette::Result<()> {
    let Some(unknown) = types.iter().find(|name| setup.described.instance_type(name).is_none()) else {
        return Ok(());
    };
    let mut known: BTreeSet<&str> = instance_type_names().collect();
    known.extend(setup.described.instance_types.iter().map(|kind| kind.name.as_ref()));
    let known: Vec<&str> = known.into_iter().collect();
    Err(miette!(
        help = "describe it in a footman.yaml under `simulation.instanceTypes` (cpu, memory, pricePerHour), and give that \
                with --config",
        "`{argument}`: size and price of `{unknown}` are not known; known are {}",
        known.join(", ")
    ))
}

/// Why a run stopped, with what to do about it where that is not plain.
pub(crate) fn stopped(error: WorldError, labels: &Labels, what: &'static str) -> miette::Report {
    let unservable = matches!(error, WorldError::Unservable { .. }) && *labels != Labels::Any;
    if unservable {
        let error: miette::Report = miette!(
            help = "map the trace's label to an expression under `labelMap` in a footman.yaml, or take labels as groups of \
                    a report only, with --labels any",
            "{error}"
        );
        return error.wrap_err(what);
    }
    Err::<(), _>(error).into_diagnostic().wrap_err(what).expect_err("it is an error")
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setup;

    #[test]
    fn the_defaults_of_the_command_line_are_those_of_the_library() {
        let size = Size::new(DEFAULT_CPU.parse().unwrap(), DEFAULT_MEMORY.parse().unwrap());
        assert_eq!((size, DEFAULT_IMAGE.parse()), (setup::DEFAULT_SIZE, Ok(setup::DEFAULT_IMAGE)));
    }
}
