//! `/queue`: items that wait and items that left not long ago.

use super::{
    export::{ALWAYS, Object, Plain},
    jobs::job_place,
    look::Look,
};
use crate::{
    JobId, LeftItemView,
    build::{Build, Phase, Slot},
    left::Place,
};
use footman_core::{id::QueueItemId, time::Timestamp};
use std::sync::Arc;

/// What items of all classes have.
#[derive(Debug, Clone, Copy)]
struct Item {
    id: QueueItemId,
    job: JobId,
    /// The number of the run that it is a `node` block of.
    run: Option<u32>,
    since: Timestamp,
}

impl Look<'_> {
    /// The queue. Who may not see jobs sees an empty one, without a word (jenkins.md 3).
    pub(super) fn queue(&self, object: &mut Object<'_, '_>) {
        object.class("hudson.model.Queue");
        object.list("discoverableItems", || [(); 0], |_, ()| {});
        object.inline(
            "items",
            || {
                let items = if self.sees_jobs { self.jenkins.items() } else { Vec::new() };
                items.into_iter().filter_map(|id| self.queued(id))
            },
            |item, slot| self.waiting_item(item, slot),
        );
    }

    /// Where an item is that is in the queue.
    pub(super) fn queued(&self, id: QueueItemId) -> Option<Slot> {
        match self.jenkins.items.place(id)? {
            Place::Build(slot) => self.jenkins.builds[slot].phase.is_queued().then_some(slot),
            Place::Left(_) => None,
        }
    }

    /// An item that is in the queue.
    pub(super) fn waiting_item(&self, object: &mut Object<'_, '_>, slot: Slot) {
        let (jenkins, build): (_, &Build) = (self.jenkins, &self.jenkins.builds[slot]);
        let blocked = build.phase == Phase::Blocked;
        let buildable = matches!(build.phase, Phase::Buildable | Phase::Pending);
        object.class(match build.phase {
            Phase::Waiting { .. } => "hudson.model.Queue$WaitingItem",
            Phase::Blocked => "hudson.model.Queue$BlockedItem",
            Phase::Buildable
            | Phase::Pending
            | Phase::Free
            | Phase::Running
            | Phase::Hanging
            | Phase::Lost => "hudson.model.Queue$BuildableItem",
        });
        let item = Item {
            id: build.item,
            job: JobId(build.job),
            run: build.is_block().then_some(build.number),
            since: build.in_queue_since,
        };
        self.item_begins(object, item, blocked, buildable);
        object.put(ALWAYS, "stuck", || {
            jenkins.stuck_from(build).inspect(|&at| self.moment.changes_at(at));
            jenkins.is_stuck(build)
        });
        self.item_ends(object, item);
        object.put(ALWAYS, "why", || {
            let why = jenkins.why(build)?;
            if why.follows_time() {
                self.moment.changes();
            }
            Some(why.words(self.language))
        });
        if let Phase::Waiting { until } = build.phase {
            object.put(ALWAYS, "timestamp", || until.as_millis());
        } else {
            object.put(ALWAYS, "buildableStartMilliseconds", || build.buildable_since.as_millis());
        }
        if buildable {
            object.put(ALWAYS, "pending", || build.phase == Phase::Pending);
        }
    }

    /// An item that left the queue.
    pub(super) fn left_item(&self, object: &mut Object<'_, '_>, left: &LeftItemView) {
        object.class("hudson.model.Queue$LeftItem");
        let run = left.number.filter(|_| left.block);
        let item = Item { id: left.id, job: left.job, run, since: left.in_queue_since };
        self.item_begins(object, item, false, false);
        object.put(ALWAYS, "stuck", || false);
        self.item_ends(object, item);
        object.put(ALWAYS, "why", || Plain::Null);
        object.put(ALWAYS, "cancelled", || left.number.is_none());
        object.option(
            ALWAYS,
            "executable",
            || left.number,
            |build, number| self.build(build, left.job, number),
        );
    }

    fn item_begins(&self, object: &mut Object<'_, '_>, item: Item, blocked: bool, buildable: bool) {
        object.list(
            "actions",
            || [()],
            |action, ()| cause_action(action, self.face.history.asked_by(item.id)),
        );
        object.put(ALWAYS, "blocked", || blocked);
        object.put(ALWAYS, "buildable", || buildable);
        object.put(ALWAYS, "id", || item.id.0);
        object.put(ALWAYS, "inQueueSince", || item.since.as_millis());
        object.put(ALWAYS, "params", || self.face.history.parameters_of(item.id));
    }

    fn item_ends(&self, object: &mut Object<'_, '_>, item: Item) {
        match item.run {
            Some(number) => object.object(ALWAYS, "task", |task| self.block(task, item.job, number)),
            None => {
                object
                    .object_again(ALWAYS, "task", (&self.jobs, item.job.0), |task| self.job(task, item.job));
            }
        }
        object.put(ALWAYS, "url", || format!("queue/item/{}/", item.id));
    }
}

impl Look<'_> {
    /// The task of a `node` block: at depth 0 its class alone, and its label nowhere (jenkins.md 1).
    fn block(&self, object: &mut Object<'_, '_>, job: JobId, number: u32) {
        let name = &self.jenkins.jobs[job.index()].name;
        object.class("org.jenkinsci.plugins.workflow.support.steps.ExecutorStepExecution$PlaceholderTask");
        object.put(1, "name", || format!("part of {} #{number}", name.replace('/', " » ")));
        object.put(1, "url", || format!("{}{number}/", job_place(name)));
    }
}

/// Why a build was asked for: once for each request that it stands for (recording a025).
pub(super) fn cause_action(object: &mut Object<'_, '_>, users: &[Arc<str>]) {
    object.class("hudson.model.CauseAction");
    object.list_at(
        2,
        "causes",
        || users,
        |cause, user| {
            let anonymous = **user == *super::security::ANONYMOUS;
            cause.class("hudson.model.Cause$UserIdCause");
            cause.put(3, "shortDescription", || format!("Started by user {user}"));
            cause.put(3, "userId", || if anonymous { None } else { Some(&**user) });
            cause.put(3, "userName", || &**user);
        },
    );
}
