//! Jobs, and what they look like.

use super::{
    Face,
    definition::Definition,
    export::{ALWAYS, Object, Plain},
    look::Look,
    request::{piece, piece_of_values},
};
use crate::{BuildResult, Jenkins, JobId, JobKind};

impl Look<'_> {
    /// A job, or in the queue the task that an item wants to run.
    pub(super) fn job(&self, object: &mut Object<'_, '_>, id: JobId) {
        let (history, jenkins) = (&self.face.history, self.jenkins);
        let job = &jenkins.jobs[id.index()];
        let config = &self.face.jobs[id.index()].config;
        object.class(class(job.kind));
        let short = job.name.rsplit('/').next().unwrap_or_default();
        let title = match &config.definition {
            Definition::Configuration { title } => title,
            Definition::Commands | Definition::Pipeline(_) | Definition::Matrix(_) => short,
        };
        object.list("actions", || [()], |_, ()| {});
        object.put(1, "description", || config.description.as_deref());
        object.set("displayName", title);
        object.set("displayNameOrNull", Plain::Null);
        object.put(1, "fullDisplayName", || self.full_title(id));
        object.put(1, "fullName", || &*job.name);
        object.put(ALWAYS, "name", || short);
        object.put(ALWAYS, "url", || self.url(&self.place(id)));
        // Every build that is kept; `builds` are at most 100 of them (`Job.getAllBuilds`).
        object.list_at(-2, "allBuilds", || history.builds(id), |build, (n, _)| self.build(build, id, n));
        object.set("buildable", !job.disabled);
        object.list("builds", || history.builds(id), |build, (n, _)| self.build(build, id, n));
        object.put(2, "color", || self.color(id));
        let number = |object: &mut Object<'_, '_>, name: &str, find: &dyn Fn() -> Option<u32>| {
            object.option(1, name, find, |build, number| self.build(build, id, number));
        };
        number(object, "firstBuild", &|| history.builds(id).last().map(|(number, _)| number));
        object.list("healthReport", || self.health(id), health_report);
        object.put(1, "inQueue", || self.item_of(id).is_some());
        object.set("keepDependencies", false);
        for (name, find) in PERMALINKS {
            number(object, name, &|| find(self, id));
        }
        object.set("nextBuildNumber", job.builds.saturating_add(1));
        object.list(
            "property",
            || (!config.parameters.is_empty()).then_some(()),
            |property, ()| {
                property.class("hudson.model.ParametersDefinitionProperty");
                property.list(
                    "parameterDefinitions",
                    || &config.parameters,
                    |object, parameter| {
                        object.class(&parameter.class);
                        object.object(1, "defaultParameterValue", |value| {
                            value.put(2, "name", || parameter.name.as_str());
                            value.put(2, "value", || parameter.default.as_str());
                        });
                        object.set("description", "");
                        object.put(2, "name", || parameter.name.as_str());
                        object.put(1, "type", || parameter.class.rsplit('.').next().unwrap_or_default());
                    },
                );
            },
        );
        object.option(1, "queueItem", || self.item_of(id), |item, slot| self.waiting_item(item, slot));
        object.set("concurrentBuild", job.concurrent);
        object.set("disabled", job.disabled);
        if matches!(job.kind, JobKind::Pipeline | JobKind::Flyweight) {
            // `WorkflowJob` is no `AbstractProject` (read 2026-11-26).
            object.set("resumeBlocked", false);
        } else {
            self.project_ends(object, id);
        }
    }

    /// What only projects have (`AbstractProject`, `MatrixProject`).
    fn project_ends(&self, object: &mut Object<'_, '_>, id: JobId) {
        let job = &self.jenkins.jobs[id.index()];
        object.list("downstreamProjects", || [(); 0], |_, ()| {});
        object.put(1, "labelExpression", || {
            let label = self.jenkins.matching.label(job.label).text();
            label.filter(|_| job.kind != JobKind::Matrix).map(|text| text.to_string())
        });
        object.object(1, "scm", |scm| {
            scm.class("hudson.scm.NullSCM");
            scm.set("browser", Plain::Null);
            scm.set("type", "hudson.scm.NullSCM");
        });
        object.list("upstreamProjects", || [(); 0], |_, ()| {});
        if job.kind == JobKind::MatrixProject {
            let configurations = || self.face.jobs[id.index()].configurations.iter();
            object.list("activeConfigurations", configurations, |object, &one| self.job(object, one));
        }
    }

    /// Where a job is, by its path.
    pub(super) fn place(&self, id: JobId) -> String {
        self.face.place(self.jenkins, id)
    }

    /// `fullDisplayName`.
    pub(super) fn full_title(&self, id: JobId) -> String {
        let name = &self.jenkins.jobs[id.index()].name;
        match (&self.face.jobs[id.index()].config.definition, name.rsplit_once('/')) {
            (Definition::Configuration { title }, Some((project, _))) => {
                format!("{} » {title}", project.replace('/', " » "))
            }
            (_, _) => name.replace('/', " » "),
        }
    }

    /// Where a job's item is in the queue, if it has one.
    pub(super) fn item_of(&self, id: JobId) -> Option<crate::build::Slot> {
        self.jenkins.jobs[id.index()].queued.first()
    }

    /// The ball before a job: the result of its last build that ended, blinking while one runs.
    fn color(&self, id: JobId) -> String {
        let history = &self.face.history;
        let runs = history.builds(id).any(|(_, kept)| kept.ended.is_none());
        if self.jenkins.jobs[id.index()].disabled {
            return if runs { "disabled_anime" } else { "disabled" }.to_owned();
        }
        let ended = history.builds(id).find_map(|(_, kept)| kept.ended);
        let color = match ended.map(|(_, result)| result) {
            None => "notbuilt",
            Some(BuildResult::Success) => "blue",
            Some(BuildResult::Failure) => "red",
            Some(BuildResult::Aborted | BuildResult::Vanished) => "aborted",
        };
        if runs { format!("{color}_anime") } else { color.to_owned() }
    }

    /// How many of the last five builds that ended failed, and of how many (`Job.getBuildStabilityHealthReport`).
    fn health(&self, id: JobId) -> Option<(usize, usize)> {
        let ended = self.face.history.builds(id).filter_map(|(_, kept)| kept.ended);
        let failed: Vec<bool> =
            ended.map(|(_, result)| result == BuildResult::Failure).take(HEALTH_BUILDS).collect();
        let count = failed.iter().filter(|&&failed| failed).count();
        (!failed.is_empty()).then_some((count, failed.len()))
    }
}

impl Face {
    /// Where a job is, by its path.
    pub(super) fn place(&self, jenkins: &Jenkins, id: JobId) -> String {
        let name = &jenkins.jobs[id.index()].name;
        match name.rsplit_once('/').filter(|_| self.is_configuration(id)) {
            Some((project, combination)) => {
                format!("{}{}/", job_place(project), piece_of_values(combination))
            }
            None => job_place(name),
        }
    }
}

/// Builds that a health report looks at.
const HEALTH_BUILDS: usize = 5;

/// How a permalink finds its build.
type Permalink = fn(&Look<'_>, JobId) -> Option<u32>;

/// Builds that have a name, under which they are properties of their job and places under it.
pub(super) const PERMALINKS: [(&str, Permalink); 7] = [
    ("lastBuild", |look, id| look.face.history.builds(id).next().map(|(number, _)| number)),
    ("lastCompletedBuild", |look, id| look.face.history.latest(id, |_| true)),
    ("lastFailedBuild", |look, id| look.face.history.latest(id, |result| result == BuildResult::Failure)),
    ("lastStableBuild", |look, id| look.face.history.latest(id, |result| result == BuildResult::Success)),
    ("lastSuccessfulBuild", |look, id| look.face.history.latest(id, |result| result == BuildResult::Success)),
    ("lastUnstableBuild", |_, _| None),
    ("lastUnsuccessfulBuild", |look, id| {
        look.face.history.latest(id, |result| result != BuildResult::Success)
    }),
];

/// Jenkins' words and weather for so many failures among so many builds (recording c057 has the first).
fn health_report(object: &mut Object<'_, '_>, (failed, of): (usize, usize)) {
    let score = 100 - 100 * failed / of.max(1);
    let weather = match score {
        81.. => "80plus",
        61..=80 => "60to79",
        41..=60 => "40to59",
        21..=40 => "20to39",
        _ => "00to19",
    };
    object.put(2, "description", || match failed {
        0 => "Build stability: No recent builds failed.".to_owned(),
        failed if failed == of => "Build stability: All recent builds failed.".to_owned(),
        failed => format!("Build stability: {failed} out of the last {of} builds failed."),
    });
    object.put(2, "iconClassName", || format!("icon-health-{weather}"));
    object.put(2, "iconUrl", || format!("health-{weather}.png"));
    object.put(2, "score", || super::labels::count(score));
}

/// The class of a job.
fn class(kind: JobKind) -> &'static str {
    match kind {
        JobKind::Freestyle => "hudson.model.FreeStyleProject",
        JobKind::Maven => "hudson.maven.MavenModuleSet",
        JobKind::Matrix => "hudson.matrix.MatrixConfiguration",
        JobKind::MatrixProject => "hudson.matrix.MatrixProject",
        JobKind::Pipeline | JobKind::Flyweight => "org.jenkinsci.plugins.workflow.job.WorkflowJob",
    }
}

/// What a job is called in XML: the last word of its class (`Api.doXml`).
pub(super) fn root_of_job(kind: JobKind) -> &'static str {
    match kind {
        JobKind::Freestyle => "freeStyleProject",
        JobKind::Maven => "mavenModuleSet",
        JobKind::Matrix => "matrixConfiguration",
        JobKind::MatrixProject => "matrixProject",
        JobKind::Pipeline | JobKind::Flyweight => "workflowJob",
    }
}

/// The same of a job's builds.
pub(super) fn root_of_build(kind: JobKind) -> &'static str {
    match kind {
        JobKind::Freestyle => "freeStyleBuild",
        JobKind::Maven => "mavenModuleSetBuild",
        JobKind::Matrix => "matrixRun",
        JobKind::MatrixProject => "matrixBuild",
        JobKind::Pipeline | JobKind::Flyweight => "workflowRun",
    }
}

/// `job/a/job/b/` of the job `a/b`.
pub(super) fn job_place(name: &str) -> String {
    name.split('/').map(|part| format!("job/{}/", piece(part))).collect()
}
