//! Reads from `task.url` of a queue item which job the item belongs to, and from `currentExecutable.url` which run it is.
//!
//! A job shows an absolute URL below the configured root URL, which may have a path of its own before it, and a `node` block
//! of a Pipeline a relative one that ends with the number of its run (`ExecutorStepExecution.PlaceholderTask.getUrl`, read
//! 2026-11-26). A configuration of a matrix project stands below that project. Segments are read from the end, so that
//! whatever stands before the first `job/` is of no matter. What does not have this form is no job: a name that was guessed
//! might be let in where it may not.
//!
//! What an executor runs has the URL of a run, absolute, for a `node` block too
//! (`ExecutorStepExecution.PlaceholderTask.PlaceholderExecutable.getAbsoluteUrl`, read 2026-11-26).
//!
//! Must stay pure: no I/O, no clock.

use footman_core::event::Run;
use percent_encoding::percent_decode_str;
use std::sync::Arc;

/// Which job, and which run of it, an item belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// The full name of the job, folders with `/` between them; `None` where the URL does not say it.
    pub job: Option<Arc<str>>,
    /// The number of the Pipeline's run.
    pub run: Option<u32>,
}

/// What a task's class says of what follows the job in its URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TaskKind {
    /// Nothing: the task is the job.
    Job,
    /// The number of a run.
    PipelineStep,
    /// The values of a configuration, `label=linux,VERSION=1` or `default`.
    MatrixCell,
}

impl Origin {
    /// Reads the URL of a task.
    pub(super) fn read(url: &str, kind: TaskKind) -> Self {
        let path = path_of(url);
        match kind {
            TaskKind::Job => Self { job: full_name(path), run: None },
            TaskKind::PipelineStep => {
                let run = number_below(path).and_then(|(above, number)| Some((full_name(above)?, number)));
                run.map_or_else(Self::default, |(job, run)| Self { job: Some(job), run: Some(run) })
            }
            TaskKind::MatrixCell => Self { job: project_of(path), run: None },
        }
    }
}

/// Reads the URL of what an executor runs, which is a build of a cell or not. A build of a cell has the number of its
/// project's build, and is taken for a part of that.
pub(super) fn run(url: &str, is_cell: bool) -> Option<Run> {
    let (above, number) = number_below(path_of(url))?;
    let job = if is_cell { project_of(above) } else { full_name(above) };
    Some(Run { job: job?, number })
}

/// The path without what follows it, and without a slash at its end.
fn path_of(url: &str) -> &str {
    let path = url.split_once(['?', '#']).map_or(url, |(path, _)| path);
    path.strip_suffix('/').unwrap_or(path)
}

/// A path's last segment, where that is a number, and what stands above it.
fn number_below(path: &str) -> Option<(&str, u32)> {
    let (above, number) = path.rsplit_once('/')?;
    Some((above, number.parse().ok()?))
}

/// The full name of the matrix project whose configuration stands at a path.
fn project_of(path: &str) -> Option<Arc<str>> {
    let project = path.rsplit_once('/').and_then(|(above, _)| full_name(above));
    project.or_else(|| full_name(path))
}

/// The full name of the job at a path that ends in `job/NAME`, with one such pair for each folder above it.
fn full_name(path: &str) -> Option<Arc<str>> {
    let mut segments = path.rsplit('/');
    let mut names = Vec::new();
    while let Some(name) = segments.next()
        && segments.next() == Some("job")
    {
        names.push(decoded(name)?);
    }
    names.reverse();
    (!names.is_empty()).then(|| names.join("/").into())
}

/// A name as Jenkins has it. None holds a `/` (`Jenkins.checkGoodName`): one that did would look like a job in a folder.
fn decoded(segment: &str) -> Option<String> {
    let name = percent_decode_str(segment).decode_utf8().ok()?.into_owned();
    (!name.is_empty() && !name.contains('/')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_says_which_job_an_item_belongs_to_and_which_run() {
        use TaskKind::{Job, MatrixCell, PipelineStep};
        // (url, kind) => (job, run)
        let table = [
            // Recording a034: a job shows where it is below the configured root URL.
            ("http://127.0.0.1:18080/job/nolabel-nodes/", Job, Some("nolabel-nodes"), None),
            ("https://ci.example.org/jenkins/job/team/job/app/", Job, Some("team/app"), None),
            ("job/app/", Job, Some("app"), None),
            ("http://ci/job/app", Job, Some("app"), None),
            ("http://ci/view/all/job/app/?x=1#y", Job, Some("app"), None),
            // Names are encoded; a branch with a slash has it encoded in its very name.
            ("http://ci/job/a%20b/job/%C3%BCber/", Job, Some("a b/über"), None),
            ("http://ci/job/app/job/feature%252Fx/", Job, Some("app/feature%2Fx"), None),
            // A job, a folder or a prefix may be called `job`.
            ("http://ci/job/job/job/job/", Job, Some("job/job"), None),
            ("http://ci/x/job/job/app/", Job, Some("app"), None),
            // A block of a Pipeline stands below its run.
            ("job/pipe/7/", PipelineStep, Some("pipe"), Some(7)),
            ("job/team/job/pipe/12/", PipelineStep, Some("team/pipe"), Some(12)),
            ("job/7/8/", PipelineStep, Some("7"), Some(8)),
            // A configuration belongs to its project.
            ("http://ci/job/mx/AXIS=a/", MatrixCell, Some("mx"), None),
            ("http://ci/job/team/job/mx/label=linux&&big,V=1/", MatrixCell, Some("team/mx"), None),
            ("http://ci/job/mx/default/", MatrixCell, Some("mx"), None),
            ("http://ci/job/job/AXIS=a/", MatrixCell, Some("job"), None),
            ("http://ci/job/team/job/mx/", MatrixCell, Some("team/mx"), None),
            // What has another form is no job.
            ("", Job, None, None),
            ("http://ci/", Job, None, None),
            ("http://ci/job/", Job, None, None),
            ("http://ci/job//", Job, None, None),
            ("http://ci/job/app/promotion/process/p/", Job, None, None),
            ("job/pipe/", PipelineStep, None, None),
            ("job/pipe/last/", PipelineStep, None, None),
            ("job/pipe/7/8/", PipelineStep, None, None),
            ("", PipelineStep, None, None),
            ("http://ci/job/team%2Fapp/", Job, None, None),
            ("http://ci/job/%ff/", Job, None, None),
        ];
        for (url, kind, job, run) in table {
            let want = Origin { job: job.map(Arc::from), run };
            assert_eq!(Origin::read(url, kind), want, "{url} {kind:?}");
        }
    }

    #[test]
    fn a_url_says_which_run_an_executor_has() {
        // (url, is a cell's) => run
        let table = [
            ("http://127.0.0.1:18080/job/nolabel-nodes/1/", false, Some(("nolabel-nodes", 1))),
            ("https://ci.example.org/jenkins/job/team/job/pipe/12/", false, Some(("team/pipe", 12))),
            ("job/pipe/7/", false, Some(("pipe", 7))),
            ("http://ci/job/app/job/feature%252Fx/3", false, Some(("app/feature%2Fx", 3))),
            ("http://ci/job/mx/5/", false, Some(("mx", 5))),
            ("http://ci/job/mx/AXIS=a/5/", true, Some(("mx", 5))),
            ("http://ci/job/team/job/mx/label=linux&&big,V=1/5/", true, Some(("team/mx", 5))),
            // What has another form is no run, and nothing ends with it.
            ("http://ci/job/mx/AXIS=a/5/", false, None),
            ("http://ci/job/mvn/org.example$module/5/", false, None),
            ("http://ci/job/app/promotion/process/p/5/", false, None),
            ("http://ci/job/app/", false, None),
            ("http://ci/job/app/-1/", false, None),
            ("", false, None),
            ("", true, None),
        ];
        for (url, is_cell, want) in table {
            let want = want.map(|(job, number)| Run { job: Arc::from(job), number });
            assert_eq!(run(url, is_cell), want, "{url}");
        }
    }
}
