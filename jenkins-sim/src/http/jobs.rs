//! `/job/…` and `/createItem`: jobs and their builds.

use super::{
    Face, KeptJob, config, done,
    export::{ALWAYS, Bean},
    history::Kept,
    queue::cause,
    refused,
    reply::{self, Refusal},
    request::{Call, piece},
};
use crate::{BuildRequest, BuildResult, CreateJobError, Jenkins, JobId, StopError, queue::check_name};
use bytes::Bytes;
use footman_core::time::{Millis, Timestamp};
use http::{Method, Response, StatusCode};
use serde_json::Value;

/// `estimatedDuration` where nothing is known.
const NO_ESTIMATE: i64 = -1;

impl Face {
    /// `POST /createItem?name=N` with a job's XML.
    pub(super) fn create_job(
        &mut self,
        jenkins: &mut Jenkins,
        now: Timestamp,
        call: &Call<'_>,
    ) -> Result<Response<Bytes>, Refusal> {
        let Some(name) = call.param("name") else {
            return Err(Refusal::Explained("Query parameter 'name' is required".to_owned()));
        };
        if !call.is_xml {
            return Err(Refusal::Explained("No mode given".to_owned()));
        }
        // Jenkins looks at the name before it looks at the body.
        check_name(name).map_err(|error| refused(CreateJobError::from(error)))?;
        if jenkins.job(name).is_some() {
            return Err(refused(CreateJobError::Duplicate { name: name.into() }));
        }
        let xml = std::str::from_utf8(call.body).map_err(|_| Refusal::OOPS)?;
        let config = config::job(name, xml).ok_or(Refusal::OOPS)?;
        let id = jenkins.create_job(now, config.spec).map_err(refused)?;
        let kept = KeptJob { xml: xml.to_owned(), duration: config.duration };
        assert_eq!(id.index(), self.jobs.len(), "every job is created here, and the numbers ascend");
        self.jobs.push(kept);
        Ok(reply::done(StatusCode::OK))
    }

    /// What is asked of `/job/NAME/…`, where a name in a folder is `FOLDER/job/NAME`.
    pub(super) fn job_call(
        &mut self,
        jenkins: &mut Jenkins,
        now: Timestamp,
        call: &Call<'_>,
        rest: &[&str],
    ) -> Result<Response<Bytes>, Refusal> {
        let Some((first, mut rest)) = rest.split_first() else { return Err(Refusal::NOT_FOUND) };
        let mut name = (*first).to_owned();
        while let ["job", next, deeper @ ..] = rest {
            name = format!("{name}/{next}");
            rest = deeper;
        }
        let id = jenkins.job(&name).ok_or(Refusal::NOT_FOUND)?;
        match rest {
            ["api", "json"] => self.api(jenkins, call, self.job(jenkins, id)),
            ["build"] => call.post(|| self.schedule(jenkins, now, call, id)),
            // Jobs have no parameters here, and what Jenkins does then is to fail.
            ["buildWithParameters"] => call.post(|| Err(Refusal::OOPS)),
            ["config.xml"] if call.method == Method::GET => match self.jobs.get(id.index()) {
                Some(kept) => Ok(reply::document("application/xml", kept.xml.clone())),
                None => Err(Refusal::NOT_FOUND),
            },
            [number, what @ ..] => {
                let latest = || self.history.builds(id).next().map(|(number, _)| number);
                let number = if *number == "lastBuild" { latest() } else { number.parse().ok() };
                let number = number.filter(|&number| self.history.build(id, number).is_some());
                let number = number.ok_or(Refusal::NOT_FOUND)?;
                match what {
                    ["api", "json"] => self.api(jenkins, call, self.build(jenkins, id, number)),
                    ["stop"] => call.post(|| self.stop(jenkins, now, call, id, number)),
                    _ => Err(Refusal::NOT_FOUND),
                }
            }
            [] => Err(Refusal::NOT_FOUND),
        }
    }

    fn schedule(
        &mut self,
        jenkins: &mut Jenkins,
        now: Timestamp,
        call: &Call<'_>,
        job: JobId,
    ) -> Result<Response<Bytes>, Refusal> {
        let delay = match call.param("delay") {
            None => None,
            Some(text) => Some(seconds(text).ok_or(Refusal::OOPS)?),
        };
        let duration = self.jobs.get(job.index()).map_or(Millis::ZERO, |kept| kept.duration);
        let request = BuildRequest { key: self.next_key, duration, distinct: false, delay };
        self.next_key += 1;
        let item = jenkins.schedule(now, job, request).map_err(refused)?;
        Ok(reply::located(StatusCode::CREATED, &format!("{}queue/item/{item}/", call.base)))
    }

    /// A build that has ended is left as it is, and the answer is the same (recording c047).
    fn stop(
        &self,
        jenkins: &mut Jenkins,
        now: Timestamp,
        call: &Call<'_>,
        job: JobId,
        number: u32,
    ) -> Result<Response<Bytes>, Refusal> {
        let place = format!("{}{number}/", job_place(&jenkins.jobs[job.index()].name));
        let Some(build) = self.history.build(job, number) else { return Err(Refusal::NOT_FOUND) };
        match jenkins.stop_build(now, build.item) {
            Ok(()) | Err(StopError::NotRunning) => done(Ok::<_, StopError>(()), call, &place),
            Err(error @ StopError::Unavailable(_)) => Err(refused(error)),
        }
    }

    /// A job.
    pub(super) fn job(&self, jenkins: &Jenkins, id: JobId) -> Bean {
        let job = &jenkins.jobs[id.index()];
        let short = job.name.rsplit('/').next().unwrap_or_default();
        let build = |number: u32| Some(self.build(jenkins, id, number));
        let ended = |wanted: fn(BuildResult) -> bool| {
            let mut builds = self.history.builds(id);
            builds
                .find(|(_, kept)| kept.ended.is_some_and(|(_, result)| wanted(result)))
                .and_then(|(n, _)| build(n))
        };
        let builds: Vec<u32> = self.history.builds(id).map(|(number, _)| number).collect();
        let is_success = |result| result == BuildResult::Success;
        let in_queue = jenkins.builds.iter().any(|(_, build)| build.phase.is_queued() && build.job == id.0);
        Bean::new("hudson.model.FreeStyleProject")
            .visible(ALWAYS, "name", short)
            .visible(ALWAYS, "url", format!("{}{}", self.root_url, job_place(&job.name)))
            .visible(2, "color", self.color(id))
            .with("description", "")
            .with("displayName", short)
            .with("displayNameOrNull", Value::Null)
            .with("fullDisplayName", job.name.replace('/', " » "))
            .with("fullName", &*job.name)
            .with("buildable", !job.disabled)
            .beans(1, "builds", builds.iter().filter_map(|&number| build(number)).collect())
            .bean(1, "firstBuild", builds.last().and_then(|&number| build(number)))
            .beans(1, "healthReport", Vec::new())
            .with("inQueue", in_queue)
            .with("keepDependencies", false)
            .bean(1, "lastBuild", builds.first().and_then(|&number| build(number)))
            .bean(1, "lastCompletedBuild", ended(|_| true))
            .bean(1, "lastFailedBuild", ended(|result| result == BuildResult::Failure))
            .bean(1, "lastStableBuild", ended(is_success))
            .bean(1, "lastSuccessfulBuild", ended(is_success))
            .bean(1, "lastUnstableBuild", None)
            .bean(1, "lastUnsuccessfulBuild", ended(|result| result != BuildResult::Success))
            .with("nextBuildNumber", job.builds + 1)
            .with("concurrentBuild", job.concurrent)
            .with("disabled", job.disabled)
            .with("labelExpression", jenkins.matching.label(job.label).text().map(|text| text.to_string()))
    }

    /// A build.
    pub(super) fn build(&self, jenkins: &Jenkins, id: JobId, number: u32) -> Bean {
        let job = &jenkins.jobs[id.index()];
        let bean = Bean::new("hudson.model.FreeStyleBuild")
            .visible(2, "number", number)
            .visible(2, "url", format!("{}{}{number}/", self.root_url, job_place(&job.name)))
            .with("id", number.to_string())
            .with("displayName", format!("#{number}"))
            .with("fullDisplayName", format!("{} #{number}", job.name.replace('/', " » ")))
            .beans(1, "actions", vec![cause()])
            .beans(1, "artifacts", Vec::new())
            .with("description", Value::Null)
            .with("keepLog", false);
        let Some(Kept { item, node, started, ended }) = self.history.build(id, number) else { return bean };
        let estimate = job.estimated_duration().and_then(|length| i64::try_from(length.as_millis()).ok());
        let bean = bean
            .with("building", ended.is_none())
            .with("duration", ended.map_or(0, |(length, _)| length.as_millis()))
            .with("estimatedDuration", estimate.unwrap_or(NO_ESTIMATE))
            .with("queueId", item.0)
            .with("result", ended.map(|(_, result)| result_name(result)))
            .with("timestamp", started.as_millis());
        // What runs on the controller has no name of a node (`AbstractBuild.getBuiltOnStr`).
        let is_controller = *node == jenkins.settings.controller.name;
        bean.with("builtOn", if is_controller { "" } else { node.as_str() })
    }

    /// The ball before a job: the result of its last build that ended, blinking while one runs.
    fn color(&self, id: JobId) -> String {
        let ended = self.history.builds(id).find_map(|(_, kept)| kept.ended);
        let color = match ended.map(|(_, result)| result) {
            None => "notbuilt",
            Some(BuildResult::Success) => "blue",
            Some(BuildResult::Failure) => "red",
            Some(BuildResult::Aborted | BuildResult::Vanished) => "aborted",
        };
        let runs = self.history.builds(id).any(|(_, kept)| kept.ended.is_none());
        if runs { format!("{color}_anime") } else { color.to_owned() }
    }
}

fn result_name(result: BuildResult) -> &'static str {
    match result {
        BuildResult::Success => "SUCCESS",
        BuildResult::Failure => "FAILURE",
        BuildResult::Aborted | BuildResult::Vanished => "ABORTED",
    }
}

/// `job/a/job/b/` of the job `a/b`.
pub(super) fn job_place(name: &str) -> String {
    name.split('/').map(|part| format!("job/{}/", piece(part))).collect()
}

/// `4sec`, `4s`, `4`: the delay of a build in seconds (`TimeDuration.fromString`).
fn seconds(text: &str) -> Option<Millis> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let is_unit = matches!(unit.trim(), "" | "s" | "sec" | "secs");
    number.parse().ok().filter(|_| is_unit).map(Millis::from_secs)
}
