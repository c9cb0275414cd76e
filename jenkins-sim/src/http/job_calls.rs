//! `/createItem` and `/job/…`: what can be done with jobs and their builds.

use super::{
    Face, KeptJob,
    config::{self, Unread},
    definition::Definition,
    done,
    jobs::{PERMALINKS, job_place, root_of_build, root_of_job},
    permission::Permission,
    refused,
    reply::{self, Refusal},
    request::Call,
};
use crate::{
    BuildRequest, Configuration, CreateJobError, Jenkins, JobId, JobKind, NameError, ScheduleError,
    StopError, queue::check_name,
};
use bytes::Bytes;
use footman_core::{
    id::QueueItemId,
    time::{Millis, Timestamp},
};
use http::{HeaderValue, Method, Response, StatusCode};
use std::sync::Arc;

impl Face {
    /// `POST /createItem?name=N` with a job's XML, or `mode=copy&from=M`.
    pub(super) fn create_job(
        &mut self,
        jenkins: &mut Jenkins,
        now: Timestamp,
        call: &Call<'_>,
    ) -> Result<Response<Bytes>, Refusal> {
        call.who.need(Permission::ItemCreate)?;
        let name = call.name()?;
        let from = (call.param("mode") == Some("copy")).then(|| call.param("from").unwrap_or_default());
        if from.is_none() && !call.is_xml {
            return Err(Refusal::Explained("No mode given".to_owned()));
        }
        // Jenkins looks at the name before it looks at the body.
        check_name(name).map_err(|error| refused(CreateJobError::from(error)))?;
        if jenkins.job(name).is_some() {
            return Err(refused(CreateJobError::Duplicate { name: name.into() }));
        }
        let xml = match from {
            None => std::str::from_utf8(call.body).map_err(|_| Refusal::OOPS)?.to_owned(),
            Some(from) => {
                let missing = || Refusal::Explained(format!("No such job: {from}"));
                let source = jenkins.job(from).ok_or_else(missing)?;
                call.who.need(Permission::ItemExtendedRead)?;
                self.jobs[source.index()].xml.clone()
            }
        };
        let (spec, config) = config::job(name, &xml)?;
        let id = jenkins.create_job(now, spec).map_err(refused)?;
        assert_eq!(id.index(), self.jobs.len(), "every job is created here, and the numbers ascend");
        self.jobs.push(KeptJob { xml, config, configurations: Vec::new() });
        self.make_configurations(jenkins, now, id)?;
        if from.is_some() {
            return done(Ok::<_, CreateJobError>(()), call, &job_place(name));
        }
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
        // A job that may not be read is not there (`Jenkins.getItem`).
        let id = jenkins.job(&name).filter(|_| call.who.may(Permission::ItemRead));
        let id = id.ok_or(Refusal::NOT_FOUND)?;
        if let [combination, deeper @ ..] = rest
            && let Some(configuration) = self.configuration(jenkins, id, combination)
        {
            return self.configuration_call(jenkins, now, call, configuration, deeper);
        }
        let place = job_place(&name);
        match rest {
            ["api", form] => {
                let root = root_of_job(jenkins.jobs[id.index()].kind);
                self.api(jenkins, call, form, root, |look, object| look.job(object, id))
            }
            ["build" | "buildWithParameters"] => {
                call.post(|| self.schedule(jenkins, now, call, id, rest == ["buildWithParameters"]))
            }
            ["config.xml"] if call.method == Method::GET => {
                call.who.need(Permission::ItemExtendedRead)?;
                let xml = config::rewrite(&self.jobs[id.index()].xml).ok_or(Refusal::OOPS)?;
                Ok(reply::document("application/xml", xml))
            }
            ["config.xml"] => call.post(|| {
                call.who.need(Permission::ItemConfigure)?;
                let xml = std::str::from_utf8(call.body).map_err(|_| Refusal::OOPS)?;
                self.configure_job(jenkins, now, id, &name, xml.to_owned())?;
                Ok(reply::done(StatusCode::OK))
            }),
            ["disable" | "enable"] => call.post(|| {
                call.who.need(Permission::ItemConfigure)?;
                let xml = config::with_disabled(&self.jobs[id.index()].xml, rest == ["disable"]);
                self.configure_job(jenkins, now, id, &name, xml.ok_or(Refusal::OOPS)?)?;
                done(Ok::<_, ScheduleError>(()), call, &place)
            }),
            ["doDelete"] => call.post(|| self.delete(jenkins, now, call, id)),
            ["doRename" | "confirmRename"] => call.post(|| self.rename(jenkins, now, call, id, &name)),
            ["nextbuildnumber", "submit"] => call.post(|| {
                call.who.need(Permission::ItemConfigure)?;
                let number = next_build_number(call).ok_or(Refusal::OOPS)?;
                jenkins.set_next_build_number(now, id, number).map_err(refused)?;
                done(Ok::<_, ScheduleError>(()), call, &place)
            }),
            ["nextbuildnumber", "api", form] => {
                let next = jenkins.jobs[id.index()].builds.saturating_add(1);
                self.api(jenkins, call, form, "nextBuildNumber", |_, object| {
                    object.set("nextBuildNumber", next)
                })
            }
            [number, what @ ..] => self.build_call(jenkins, now, call, (id, number), what),
            [] => Ok(self.page(jenkins, &format!("{name} [Jenkins]"), &format!("Project {name}"))),
        }
    }

    /// Deletes a job, a matrix project with its configurations.
    fn delete(
        &mut self,
        jenkins: &mut Jenkins,
        now: Timestamp,
        call: &Call<'_>,
        id: JobId,
    ) -> Result<Response<Bytes>, Refusal> {
        call.who.need(Permission::ItemDelete)?;
        let configurations = self.configurations(jenkins, id);
        for id in [id].into_iter().chain(configurations) {
            jenkins.delete_job(now, id).map_err(refused)?;
            self.history.forget(id);
        }
        done(Ok::<_, ScheduleError>(()), call, "")
    }

    /// What is asked of a configuration of a matrix project, which is configured and built by the project alone.
    fn configuration_call(
        &mut self,
        jenkins: &mut Jenkins,
        now: Timestamp,
        call: &Call<'_>,
        id: JobId,
        rest: &[&str],
    ) -> Result<Response<Bytes>, Refusal> {
        match rest {
            ["api", form] => {
                let root = root_of_job(JobKind::Matrix);
                self.api(jenkins, call, form, root, |look, object| look.job(object, id))
            }
            [] => {
                let name = jenkins.jobs[id.index()].name.to_string();
                Ok(self.page(jenkins, &format!("{name} [Jenkins]"), &format!("Configuration {name}")))
            }
            [number, what @ ..] => self.build_call(jenkins, now, call, (id, number), what),
        }
    }

    /// What is asked of one build, by its number or its name.
    fn build_call(
        &mut self,
        jenkins: &mut Jenkins,
        now: Timestamp,
        call: &Call<'_>,
        (id, number): (JobId, &str),
        what: &[&str],
    ) -> Result<Response<Bytes>, Refusal> {
        let permalink = PERMALINKS.iter().find(|(name, _)| *name == number);
        let number = match permalink {
            Some((_, find)) => find(&self.look(jenkins, call), id),
            None => number.parse().ok(),
        };
        let number = number.filter(|&number| self.history.build(id, number).is_some());
        let number = number.ok_or(Refusal::NOT_FOUND)?;
        if let [combination, deeper @ ..] = what
            && let Some(configuration) = self.configuration(jenkins, id, combination)
        {
            return self.build_call(jenkins, now, call, (configuration, &number.to_string()), deeper);
        }
        match what {
            ["api", form] => {
                let root = root_of_build(jenkins.jobs[id.index()].kind);
                self.api(jenkins, call, form, root, |look, object| look.build(object, id, number))
            }
            [] => {
                let title = format!("{} #{number} [Jenkins]", jenkins.jobs[id.index()].name);
                Ok(self.page(jenkins, &title, &format!("Build #{number}")))
            }
            ["consoleText"] => {
                let text = self.look(jenkins, call).console(id, number).ok_or(Refusal::NOT_FOUND)?;
                Ok(reply::document("text/plain;charset=utf-8", text))
            }
            ["logText", "progressiveText"] => {
                let text = self.look(jenkins, call).console(id, number).ok_or(Refusal::NOT_FOUND)?;
                let start = call.param("start").and_then(|start| start.parse().ok()).unwrap_or(0);
                let size = HeaderValue::from(text.len());
                let text = text.get(start..).unwrap_or_default().to_owned();
                let mut response = reply::document("text/plain;charset=utf-8", text);
                response.headers_mut().insert("x-text-size", size);
                if self.history.build(id, number).is_some_and(|kept| kept.ended.is_none()) {
                    response.headers_mut().insert("x-more-data", HeaderValue::from_static("true"));
                }
                Ok(response)
            }
            ["stop"] => call.post(|| self.stop(jenkins, now, call, id, number)),
            ["doDelete"] => call.post(|| {
                call.who.need(Permission::ItemDelete)?;
                if self.history.build(id, number).is_some_and(|kept| kept.ended.is_some()) {
                    self.history.forget_build(id, number);
                }
                done(Ok::<_, StopError>(()), call, &self.place(jenkins, id))
            }),
            _ => Err(Refusal::NOT_FOUND),
        }
    }

    /// Jobs with parameters and those without are asked for by different calls (jenkins.md 1).
    fn schedule(
        &mut self,
        jenkins: &mut Jenkins,
        now: Timestamp,
        call: &Call<'_>,
        job: JobId,
        with_parameters: bool,
    ) -> Result<Response<Bytes>, Refusal> {
        call.who.need(Permission::ItemBuild)?;
        let config = &self.jobs[job.index()].config;
        match (config.parameters.is_empty(), with_parameters) {
            (true, true) => return Err(Refusal::OOPS),
            (false, false) => return Err(Refusal::NO_FORM),
            (true, false) | (false, true) => {}
        }
        let delay = match call.param("delay") {
            None => None,
            Some(text) => Some(seconds(text).ok_or(Refusal::OOPS)?),
        };
        let parameters = config.parameters(|name| call.param(name).map(str::to_owned));
        let (key, duration) = (self.next_key, config.duration);
        self.next_key += 1;
        let request = BuildRequest { key, duration, parameters: parameters.clone(), delay };
        let item = self.request(jenkins, now, job, request).map_err(refused)?;
        self.history.asked(item, &call.who.name, parameters);
        Ok(reply::located(StatusCode::CREATED, &format!("{}queue/item/{item}/", call.base)))
    }

    /// Asks for what the job's definition says.
    fn request(
        &mut self,
        jenkins: &mut Jenkins,
        now: Timestamp,
        job: JobId,
        request: BuildRequest,
    ) -> Result<QueueItemId, ScheduleError> {
        match &self.jobs[job.index()].config.definition {
            Definition::Commands | Definition::Configuration { .. } => jenkins.schedule(now, job, request),
            Definition::Matrix(_) => {
                let kept = &self.jobs[job.index()];
                let duration = kept.config.duration;
                let configuration = |(key, &job): (u64, &JobId)| Configuration { job, key, duration };
                let configurations: Vec<Configuration> =
                    (self.next_key..).zip(&kept.configurations).map(configuration).collect();
                self.next_key += super::labels::count(configurations.len());
                jenkins.schedule_matrix(now, job, request, &configurations)
            }
            Definition::Pipeline(Ok(plan)) => {
                let mut blocks = plan.blocks.clone();
                for (key, block) in (self.next_key..).zip(&mut blocks) {
                    block.key = key;
                }
                self.next_key += super::labels::count(blocks.len());
                jenkins.schedule_pipeline(now, job, request, blocks)
            }
            Definition::Pipeline(Err(reason)) => {
                let item = jenkins.schedule_broken_pipeline(now, job, request)?;
                self.history.fails(item, reason);
                Ok(item)
            }
        }
    }

    /// Takes over another configuration of a job.
    fn configure_job(
        &mut self,
        jenkins: &mut Jenkins,
        now: Timestamp,
        id: JobId,
        name: &str,
        xml: String,
    ) -> Result<(), Refusal> {
        let (spec, config) = config::job(name, &xml)?;
        // A job stays of its class (`AbstractItem.updateByXml`).
        if config::job(name, &self.jobs[id.index()].xml)?.0.kind != spec.kind {
            return Err(Refusal::OOPS);
        }
        jenkins.configure_job(now, id, spec).map_err(refused)?;
        let configurations = std::mem::take(&mut self.jobs[id.index()].configurations);
        self.jobs[id.index()] = KeptJob { xml, config, configurations };
        self.make_configurations(jenkins, now, id)
    }

    /// A job's new name is checked as that of a new job is.
    fn rename(
        &mut self,
        jenkins: &mut Jenkins,
        now: Timestamp,
        call: &Call<'_>,
        id: JobId,
        name: &str,
    ) -> Result<Response<Bytes>, Refusal> {
        call.who.need(Permission::ItemConfigure)?;
        let short = call.param("newName").unwrap_or_default();
        check_name(short).map_err(|error: NameError| refused(CreateJobError::from(error)))?;
        let new: Arc<str> = match name.rsplit_once('/') {
            None => short.into(),
            Some((folder, _)) => format!("{folder}/{short}").into(),
        };
        let configurations = self.configurations(jenkins, id);
        jenkins.rename_job(now, id, Arc::clone(&new)).map_err(refused)?;
        for configuration in configurations {
            let known = &jenkins.jobs[configuration.index()].name;
            let (_, combination) = known.rsplit_once('/').unwrap_or_default();
            let name = format!("{new}/{combination}").into();
            jenkins.rename_job(now, configuration, name).map_err(refused)?;
        }
        done(Ok::<_, CreateJobError>(()), call, &job_place(&new))
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
        call.who.need(Permission::ItemCancel)?;
        let place = format!("{}{number}/", self.place(jenkins, job));
        let Some(build) = self.history.build(job, number) else { return Err(Refusal::NOT_FOUND) };
        match jenkins.stop_build(now, build.item) {
            Ok(()) | Err(StopError::NotRunning) => done(Ok::<_, StopError>(()), call, &place),
            Err(error @ StopError::Unavailable(_)) => Err(refused(error)),
        }
    }
}

/// The number that the form of the plugin `next-build-number` names; python-jenkins sends it without saying that it is one.
fn next_build_number(call: &Call<'_>) -> Option<u32> {
    let form = form_urlencoded::parse(call.body).find(|(name, _)| name == "nextBuildNumber");
    let given = call.param("nextBuildNumber").map(str::to_owned);
    given.or_else(|| form.map(|(_, value)| value.into_owned()))?.trim().parse().ok()
}

impl From<Unread> for Refusal {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::NoJob => Self::OOPS,
            Unread::NotSimulated(what) => Self::NotSimulated(what),
        }
    }
}

/// `4sec`, `4s`, `4`: the delay of a build in seconds (`TimeDuration.fromString`).
fn seconds(text: &str) -> Option<Millis> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let is_unit = matches!(unit.trim(), "" | "s" | "sec" | "secs");
    number.parse().ok().filter(|_| is_unit).map(Millis::from_secs)
}
