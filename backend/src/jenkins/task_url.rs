//! Reads from `task.url` of a queue item which job the item belongs to.
//!
//! A job shows an absolute URL below the configured root URL, which may have a path of its own before it, and a `node` block
//! of a Pipeline a relative one that ends with the number of its run (`ExecutorStepExecution.PlaceholderTask.getUrl`, read
//! 2026-11-26). A configuration of a matrix project stands below that project. Segments are read from the end, so that
//! whatever stands before the first `job/` is of no matter. What does not have this form is no job: a name that was guessed
//! might be let in where it may not.
//!
//! Must stay pure: no I/O, no clock.

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
        let path = url.split_once(['?', '#']).map_or(url, |(path, _)| path);
        let path = path.strip_suffix('/').unwrap_or(path);
        match kind {
            TaskKind::Job => Self { job: full_name(path), run: None },
            TaskKind::PipelineStep => {
                let above = path.rsplit_once('/');
                let run = above.and_then(|(above, number)| Some((full_name(above)?, number.parse().ok()?)));
                run.map_or_else(Self::default, |(job, run)| Self { job: Some(job), run: Some(run) })
            }
            TaskKind::MatrixCell => {
                let project = path.rsplit_once('/').and_then(|(above, _)| full_name(above));
                Self { job: project.or_else(|| full_name(path)), run: None }
            }
        }
    }
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
}
