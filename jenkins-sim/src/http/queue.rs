//! `/queue`: items that wait and items that left not long ago.

use super::{
    Face,
    export::{ALWAYS, Bean},
    jobs::job_place,
    reply::{self, Refusal},
    request::Call,
};
use crate::{ItemClass, ItemView, Jenkins, JobId, Language, LeftItemView};
use bytes::Bytes;
use footman_core::{id::QueueItemId, time::Timestamp};
use http::{Response, StatusCode};
use serde_json::Value;

impl Face {
    /// What is asked of `/queue/…`.
    pub(super) fn queue_call(
        &self,
        jenkins: &mut Jenkins,
        now: Timestamp,
        call: &Call<'_>,
        rest: &[&str],
    ) -> Result<Response<Bytes>, Refusal> {
        match rest {
            ["api", "json"] => self.api(jenkins, call, self.queue(jenkins, call.language)),
            ["item", id, "api", "json"] => {
                let id = QueueItemId(id.parse().map_err(|_| Refusal::NOT_FOUND)?);
                let waiting =
                    jenkins.item_in(id, call.language).map(|item| self.waiting_item(jenkins, &item));
                let item =
                    waiting.or_else(|| jenkins.left_item(id).map(|left| self.left_item(jenkins, left)));
                self.api(jenkins, call, item.ok_or(Refusal::NOT_FOUND)?)
            }
            ["cancelItem"] => call.post(|| {
                let id = call.param("id").and_then(|id| id.parse().ok());
                let id = QueueItemId(id.ok_or(Refusal::Oops(StatusCode::NOT_FOUND))?);
                match jenkins.cancel(now, id) {
                    Ok(()) => Ok(reply::done(StatusCode::NO_CONTENT)),
                    Err(error) => Err(error
                        .status()
                        .and_then(|status| StatusCode::from_u16(status).ok())
                        .map_or(Refusal::Silent, Refusal::Oops)),
                }
            }),
            _ => Err(Refusal::NOT_FOUND),
        }
    }

    fn queue(&self, jenkins: &Jenkins, language: Language) -> Bean {
        let items = jenkins.items().into_iter().filter_map(|id| jenkins.item_in(id, language));
        let items = items.map(|item| self.waiting_item(jenkins, &item)).collect();
        Bean::new("hudson.model.Queue").beans(1, "discoverableItems", Vec::new()).inline("items", items)
    }

    fn waiting_item(&self, jenkins: &Jenkins, item: &ItemView) -> Bean {
        let class = match item.class {
            ItemClass::Waiting { .. } => "hudson.model.Queue$WaitingItem",
            ItemClass::Blocked { .. } => "hudson.model.Queue$BlockedItem",
            ItemClass::Buildable { .. } => "hudson.model.Queue$BuildableItem",
        };
        let blocked = matches!(item.class, ItemClass::Blocked { .. });
        let buildable = matches!(item.class, ItemClass::Buildable { .. });
        let task = match item.run {
            Some(number) => self.block(jenkins, item.job, number),
            None => self.job(jenkins, item.job),
        };
        let bean = self.item(class, item.id, task, item.in_queue_since);
        let bean = bean
            .visible(ALWAYS, "blocked", blocked)
            .visible(ALWAYS, "buildable", buildable)
            .visible(ALWAYS, "stuck", item.stuck)
            .visible(ALWAYS, "why", item.why.as_str());
        match item.class {
            ItemClass::Waiting { until } => bean.visible(ALWAYS, "timestamp", until.as_millis()),
            ItemClass::Blocked { since } => {
                bean.visible(ALWAYS, "buildableStartMilliseconds", since.as_millis())
            }
            ItemClass::Buildable { since, pending } => bean
                .visible(ALWAYS, "buildableStartMilliseconds", since.as_millis())
                .visible(ALWAYS, "pending", pending),
        }
    }

    fn left_item(&self, jenkins: &Jenkins, left: &LeftItemView) -> Bean {
        let build = left.number.map(|number| self.build(jenkins, left.job, number));
        let task = match left.number.filter(|_| left.block) {
            Some(number) => self.block(jenkins, left.job, number),
            None => self.job(jenkins, left.job),
        };
        self.item("hudson.model.Queue$LeftItem", left.id, task, left.in_queue_since)
            .visible(ALWAYS, "blocked", false)
            .visible(ALWAYS, "buildable", false)
            .visible(ALWAYS, "stuck", false)
            .visible(ALWAYS, "why", Value::Null)
            .visible(ALWAYS, "cancelled", left.number.is_none())
            .bean(ALWAYS, "executable", build)
    }

    /// The task of a `node` block: at depth 0 its class alone, and its label nowhere (jenkins.md 1).
    fn block(&self, jenkins: &Jenkins, job: JobId, number: u32) -> Bean {
        let name = &jenkins.jobs[job.index()].name;
        Bean::new("org.jenkinsci.plugins.workflow.support.steps.ExecutorStepExecution$PlaceholderTask")
            .visible(1, "name", format!("part of {} #{number}", name.replace('/', " » ")))
            .visible(1, "url", format!("{}{number}/", job_place(name)))
    }

    /// What items of all classes have.
    fn item(&self, class: &'static str, id: QueueItemId, task: Bean, since: Timestamp) -> Bean {
        Bean::new(class)
            .beans(ALWAYS, "actions", vec![cause()])
            .visible(ALWAYS, "id", id.0)
            .visible(ALWAYS, "inQueueSince", since.as_millis())
            .visible(ALWAYS, "params", "")
            .bean(ALWAYS, "task", Some(task))
            .visible(ALWAYS, "url", format!("queue/item/{id}/"))
    }
}

/// Why a build was asked for: nobody is logged in to an unsecured Jenkins.
pub(super) fn cause() -> Bean {
    let cause = Bean::new("hudson.model.Cause$UserIdCause")
        .visible(3, "shortDescription", "Started by user anonymous")
        .visible(3, "userId", Value::Null)
        .visible(3, "userName", "anonymous");
    Bean::new("hudson.model.CauseAction").beans(2, "causes", vec![cause])
}
