//! Builds, and what they look like.

use super::{
    export::{Object, Plain},
    history::{Kept, Moment},
    look::Look,
    queue::cause_action,
};
use crate::{BuildResult, JobId, JobKind, build::Slot, left::Place};

/// `estimatedDuration` where nothing is known.
const NO_ESTIMATE: i64 = -1;

/// What a build was done by.
#[derive(Debug, Clone, Copy)]
enum Action {
    Cause,
    Parameters,
    Interrupted,
}

impl Look<'_> {
    /// A build.
    pub(super) fn build(&self, object: &mut Object<'_, '_>, id: JobId, number: u32) {
        let job = &self.jenkins.jobs[id.index()];
        object.class(match job.kind {
            JobKind::Freestyle => "hudson.model.FreeStyleBuild",
            JobKind::Maven => "hudson.maven.MavenModuleSetBuild",
            JobKind::Matrix => "hudson.matrix.MatrixRun",
            JobKind::MatrixProject => "hudson.matrix.MatrixBuild",
            JobKind::Pipeline | JobKind::Flyweight => "org.jenkinsci.plugins.workflow.job.WorkflowRun",
        });
        self.build_members(object, id, number);
    }

    /// A `node` block on its executor, which shows the URL and the number of its run.
    pub(super) fn running_block(&self, object: &mut Object<'_, '_>, id: JobId, number: u32) {
        object.class(
            "org.jenkinsci.plugins.workflow.support.steps.ExecutorStepExecution$PlaceholderTask$PlaceholderExecutable",
        );
        let name = || format!("part of {} #{number}", self.full_title(id));
        object.put(1, "displayName", name);
        object.put(1, "fullDisplayName", name);
        object.put(2, "number", || number);
        object.put(2, "url", || self.url(&format!("{}{number}/", self.place(id))));
    }

    fn build_members(&self, object: &mut Object<'_, '_>, id: JobId, number: u32) {
        let job = &self.jenkins.jobs[id.index()];
        let url = || self.url(&format!("{}{number}/", self.place(id)));
        let Some(kept) = self.face.history.build(id, number) else {
            object.put(2, "number", || number);
            object.put(2, "url", url);
            return;
        };
        object.list(
            "actions",
            || actions(kept),
            |action, what| match what {
                Action::Cause => cause_action(action, kept.users()),
                Action::Interrupted => action.class("jenkins.model.InterruptedBuildAction"),
                Action::Parameters => {
                    action.class("hudson.model.ParametersAction");
                    action.list_at(
                        2,
                        "parameters",
                        || kept.parameters(),
                        |object, (name, value)| {
                            object.class("hudson.model.StringParameterValue");
                            object.put(3, "name", || name.as_str());
                            object.put(3, "value", || value.as_str());
                        },
                    );
                }
            },
        );
        object.list("artifacts", || [(); 0], |_, ()| {});
        object.set("building", kept.ended.is_none());
        object.set("description", Plain::Null);
        object.put(1, "displayName", || format!("#{number}"));
        object.set("duration", kept.ended.map_or(0, |(length, _)| length.as_millis()));
        object.put(1, "estimatedDuration", || self.estimate(id));
        object.option(
            1,
            "executor",
            || self.running(kept),
            |executor, slot| {
                let build = &self.jenkins.builds[slot];
                let number = if build.flyweight { -1 } else { i64::from(build.executor) };
                self.executor(executor, number, Some(slot));
            },
        );
        object.put(1, "fullDisplayName", || format!("{} #{number}", self.full_title(id)));
        object.put(1, "id", || number.to_string());
        object.set("keepLog", false);
        object.put(2, "number", || number);
        object.set("queueId", kept.item.0);
        object.put(1, "result", || kept.ended.map(|(_, result)| result_name(result)));
        object.set("timestamp", kept.started.as_millis());
        object.put(2, "url", url);
        if is_pipeline(job.kind) {
            self.run_ends(object, id, number);
        } else {
            self.project_build_ends(object, id, number, kept);
        }
    }

    /// What only builds of projects have (`AbstractBuild`, `MatrixBuild`).
    fn project_build_ends(&self, object: &mut Object<'_, '_>, id: JobId, number: u32, kept: &Kept) {
        // What runs on the controller has no name of a node (`AbstractBuild.getBuiltOnStr`).
        let is_controller = kept.node == self.jenkins.settings.controller.name;
        object.set("builtOn", if is_controller { "" } else { kept.node.as_str() });
        object.object(1, "changeSet", |changes| {
            changes.class("hudson.scm.EmptyChangeLogSet");
            changes.list_at(2, "items", || [(); 0], |_, ()| {});
            changes.put(2, "kind", || Plain::Null);
        });
        object.list("culprits", || [(); 0], |_, ()| {});
        if self.jenkins.jobs[id.index()].kind == JobKind::MatrixProject {
            object.list(
                "runs",
                || self.runs(id, number),
                |run, configuration| self.build(run, configuration, number),
            );
        }
    }

    /// The configurations of a matrix project that have a build of this number.
    fn runs(&self, id: JobId, number: u32) -> Vec<JobId> {
        let mut configurations = self.face.configurations(self.jenkins, id);
        configurations.retain(|&one| self.face.history.build(one, number).is_some());
        configurations
    }

    /// What only runs of Pipelines have (`WorkflowRun`, read 2026-11-26).
    fn run_ends(&self, object: &mut Object<'_, '_>, id: JobId, number: u32) {
        object.list("changeSets", || [(); 0], |_, ()| {});
        object.list("culprits", || [(); 0], |_, ()| {});
        let numbers = || self.face.history.builds(id).map(|(number, _)| number);
        let next = || numbers().take_while(|&other| other > number).last();
        let previous = || numbers().find(|&other| other < number);
        object.option(1, "nextBuild", next, |build, number| self.build(build, id, number));
        object.option(1, "previousBuild", previous, |build, number| self.build(build, id, number));
    }

    /// `estimatedDuration` of a job's builds.
    pub(super) fn estimate(&self, id: JobId) -> i64 {
        let known = self.face.history.estimate(id);
        known.and_then(|length| i64::try_from(length.as_millis()).ok()).unwrap_or(NO_ESTIMATE)
    }

    fn running(&self, kept: &Kept) -> Option<Slot> {
        match self.jenkins.items.place(kept.item)? {
            Place::Build(slot) => kept.ended.is_none().then_some(slot),
            Place::Left(_) => None,
        }
    }

    /// What a build printed.
    pub(super) fn console(&self, id: JobId, number: u32) -> Option<String> {
        let kept = self.face.history.build(id, number)?;
        let job = &self.jenkins.jobs[id.index()];
        if is_pipeline(job.kind) {
            return Some(self.console_of_run(&job.name, kept));
        }
        let node = kept.node.as_str();
        let place = if *node == *self.jenkins.settings.controller.name.as_str() {
            "Building in workspace /var/jenkins_home/workspace".to_owned()
        } else {
            let folder = self.face.remote_folder(node);
            format!("Building remotely on {node} in workspace {folder}/workspace")
        };
        let mut text: String = kept.users().iter().map(|user| format!("Started by user {user}\n")).collect();
        text.push_str(&format!("Running as SYSTEM\n{place}/{}\n", job.name));
        if job.kind == JobKind::MatrixProject {
            for configuration in self.runs(id, number) {
                let title = self.full_title(configuration);
                text.push_str(&format!("Triggering {title}\n"));
                let run = self.face.history.build(configuration, number);
                if let Some((_, result)) = run.and_then(|run| run.ended) {
                    text.push_str(&format!("{title} completed with result {}\n", result_name(result)));
                }
            }
            text.push_str(&ending(kept));
            return Some(text);
        }
        for command in &self.face.jobs[id.index()].config.commands {
            let short = job.name.rsplit('/').next().unwrap_or_default();
            text.push_str(&format!("[{short}] $ /bin/sh -xe /tmp/jenkins{}.sh\n", kept.item));
            text.extend(command.lines().map(|line| format!("+ {line}\n")));
        }
        text.push_str(&ending(kept));
        Some(text)
    }
}

/// The last lines that a build prints that is no run of a Pipeline.
fn ending(kept: &Kept) -> String {
    let Some((_, result)) = kept.ended else { return String::new() };
    let aborted = if result == BuildResult::Aborted { "Build was aborted\n" } else { "" };
    format!("{aborted}Finished: {}\n", result_name(result))
}

impl Look<'_> {
    /// What a run of a Pipeline printed, so far as its `node` blocks say it.
    fn console_of_run(&self, job: &str, kept: &Kept) -> String {
        let mut text: String = kept.users().iter().map(|user| format!("Started by user {user}\n")).collect();
        text.push_str("[Pipeline] Start of Pipeline\n");
        for moment in kept.blocks() {
            match moment {
                Moment::Began(node) => {
                    let (name, folder) = if *node == self.jenkins.settings.controller.name {
                        (&*self.jenkins.settings.controller.display_name, "/var/jenkins_home")
                    } else {
                        (node.as_str(), self.face.remote_folder(node.as_str()))
                    };
                    text.push_str(&format!(
                        "[Pipeline] node\nRunning on {name} in {folder}/workspace/{job}\n"
                    ));
                }
                Moment::Ended => text.push_str("[Pipeline] // node\n"),
            }
        }
        if let Some((_, result)) = kept.ended {
            text.push_str("[Pipeline] End of Pipeline\n");
            if let Some(reason) = kept.fails().filter(|_| result == BuildResult::Failure) {
                text.push_str(&format!("{reason}\n"));
            }
            text.push_str(&format!("Finished: {}\n", result_name(result)));
        }
        text
    }
}

/// Whether a job's builds are runs of a Pipeline.
fn is_pipeline(kind: JobKind) -> bool {
    matches!(kind, JobKind::Pipeline | JobKind::Flyweight)
}

fn actions(kept: &Kept) -> Vec<Action> {
    let mut actions = Vec::new();
    if !kept.parameters().is_empty() {
        actions.push(Action::Parameters);
    }
    actions.push(Action::Cause);
    if kept.ended.is_some_and(|(_, result)| result == BuildResult::Aborted) {
        actions.push(Action::Interrupted);
    }
    actions
}

fn result_name(result: BuildResult) -> &'static str {
    match result {
        BuildResult::Success => "SUCCESS",
        BuildResult::Failure => "FAILURE",
        BuildResult::Aborted | BuildResult::Vanished => "ABORTED",
    }
}
