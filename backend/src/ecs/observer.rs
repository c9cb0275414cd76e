//! Looks at our tasks, each of which costs what changes and not what runs.
//!
//! The first look lists and describes everything. From then on a task that runs is left alone until a listing lacks it, one that
//! was seen STOPPED changes no more, and what is between those is described. Tasks that were launched or told to stop meanwhile
//! are known by their ARNs from the replies, so that listings only find what nobody told of: they are made now and then
//! ([`looks`]). Of tasks that stopped, which ECS lists for an hour and longer, a page is read at a time, round and round.

use super::{
    failure::failure,
    tasks::{Unread, read},
};
use aws_sdk_ecs::{
    Client,
    types::{DesiredStatus, TaskField},
};
use footman_core::{
    event::{Failure, Task, TaskListing, TaskStatus},
    id::{OwnerId, TaskArn},
    looks::{self, LOOKS_PER_LISTING, TASKS_PER_CALL},
};
use std::collections::{BTreeMap, BTreeSet};

/// The most pages of one listing: a hundred thousand tasks. A listing that is longer is not whole.
const PAGES_MAX: usize = 1_000;
/// A task that so many descriptions in a row did not know is forgotten, until a listing has it.
const MISSES_MAX: u32 = 60;

/// Looks for the tasks of one owner, always in the same clusters.
#[derive(Debug)]
pub struct TaskObserver {
    owner: OwnerId,
    /// What is known of the tasks in each cluster.
    known: Vec<Known>,
}

/// What one look at ECS came to.
#[derive(Debug)]
pub struct Look {
    /// What is known after it; not whole where something failed.
    pub listing: TaskListing,
    /// The first thing that failed.
    pub failed: Option<Failure>,
    /// Tasks that could not be understood.
    pub unread: u32,
}

/// A cluster to look at.
#[derive(Debug)]
pub(super) struct Place<'a> {
    pub(super) client: &'a Client,
    /// Its name or ARN where the configuration has one.
    pub(super) cluster: Option<&'a str>,
    /// Tasks that were launched or told to stop since the last look.
    pub(super) touched: Vec<TaskArn>,
}

/// What is known of the tasks in a cluster.
#[derive(Debug, Default)]
struct Known {
    /// Looks since the one that saw everything, or `None` where there was none.
    looks: Option<u32>,
    /// Tasks that have not stopped, as far as is known.
    live: BTreeMap<TaskArn, Live>,
    /// Tasks that stopped and are still listed.
    stopped: BTreeMap<TaskArn, Stopped>,
    round: Round,
    /// Descriptions so far that could not be understood.
    unread: u32,
}

/// A task that has not stopped.
#[derive(Debug, Default)]
struct Live {
    /// As it was described last; `None` where ECS does not know it.
    seen: Option<Task>,
    /// Whether it runs, and nothing is known to change that.
    runs_on: bool,
    /// Descriptions in a row that did not know it.
    misses: u32,
    /// At which look it was described last.
    described: u32,
}

#[derive(Debug)]
struct Stopped {
    task: Task,
    /// The round in which it was last listed, or else seen.
    round: u64,
}

/// Where the rounds through the tasks that stopped have come to.
#[derive(Debug, Default)]
struct Round {
    number: u64,
    /// Where its next page begins, or `None` at its start.
    next: Option<String>,
}

impl TaskObserver {
    /// Looks for the tasks that `owner` started.
    pub fn new(owner: OwnerId) -> Self {
        Self { owner, known: Vec::new() }
    }

    /// All tasks of ours in these clusters, which are the same each time.
    pub(super) async fn look(&mut self, places: Vec<Place<'_>>) -> Look {
        self.known.resize_with(places.len(), Known::default);
        let mut look =
            Look { listing: TaskListing { complete: true, tasks: Vec::new() }, failed: None, unread: 0 };
        // First of all, for a look that takes too long is given up at any point, and this is told once.
        for (known, place) in self.known.iter_mut().zip(&places) {
            known.touch(&place.touched);
        }
        for (known, place) in self.known.iter_mut().zip(&places) {
            let asked = Asked { client: place.client, cluster: place.cluster, owner: &self.owner };
            let before = known.unread;
            let seen = match known.looks {
                None => known.see_everything(&asked).await,
                Some(looks) => known.see_changes(&asked, looks.wrapping_add(1)).await,
            };
            let unread = known.unread - before;
            look.listing.complete &= seen.is_ok() && unread == 0;
            look.failed = look.failed.or_else(|| seen.err());
            look.unread += unread;
            look.listing.tasks.extend(known.tasks());
        }
        look.listing.tasks.sort_unstable_by(|one, other| one.arn.cmp(&other.arn));
        look
    }
}

impl Known {
    /// These were launched or told to stop: whatever was known of them may have changed.
    fn touch(&mut self, arns: &[TaskArn]) {
        for arn in arns {
            if !self.stopped.contains_key(arn) {
                self.live.entry(arn.clone()).or_default().runs_on = false;
            }
        }
    }

    fn tasks(&self) -> impl Iterator<Item = Task> {
        let live = self.live.values().filter_map(|live| live.seen.as_ref());
        live.chain(self.stopped.values().map(|stopped| &stopped.task)).cloned()
    }

    /// Lists and describes all tasks. Where anything fails the next look does so again.
    async fn see_everything(&mut self, asked: &Asked<'_>) -> Result<(), Failure> {
        for status in [DesiredStatus::Running, DesiredStatus::Stopped] {
            let arns = asked.list(&status).await?;
            self.touch(&arns);
        }
        self.describe(asked, 0, self.live.len().div_ceil(TASKS_PER_CALL)).await?;
        self.looks = Some(0);
        Ok(())
    }

    /// Sees what became of the tasks that are on their way, and now and then whether there are others.
    async fn see_changes(&mut self, asked: &Asked<'_>, looks: u32) -> Result<(), Failure> {
        self.looks = Some(looks);
        let listed = match looks % LOOKS_PER_LISTING {
            0 => self.list_running(asked).await,
            // The two kinds of listing do not fall on the same look.
            at if at == LOOKS_PER_LISTING / 2 => self.list_stopped(asked).await,
            _ => Ok(()),
        };
        let moving = self.live.values().filter(|live| !live.runs_on).count();
        let described = self.describe(asked, looks, looks::descriptions(moving)).await;
        listed.and(described)
    }

    /// Finds the tasks that ECS is to run; those that it lacks are about to stop.
    async fn list_running(&mut self, asked: &Asked<'_>) -> Result<(), Failure> {
        let arns = asked.list(&DesiredStatus::Running).await?;
        let listed: BTreeSet<&TaskArn> = arns.iter().collect();
        for (arn, live) in &mut self.live {
            live.runs_on &= listed.contains(arn);
        }
        let new: Vec<TaskArn> = arns.iter().filter(|arn| !self.live.contains_key(arn)).cloned().collect();
        self.touch(&new);
        Ok(())
    }

    /// Reads a page of the tasks that stopped. At the end of a round those are forgotten that it did not list.
    async fn list_stopped(&mut self, asked: &Asked<'_>) -> Result<(), Failure> {
        // After a failure the round begins anew: it may be that its place in the listing is no longer known.
        let (arns, next) = asked.page(&DesiredStatus::Stopped, self.round.next.take()).await?;
        for arn in &arns {
            if let Some(stopped) = self.stopped.get_mut(arn) {
                stopped.round = self.round.number;
            }
        }
        self.touch(&arns);
        self.round.next = next;
        if self.round.next.is_none() {
            self.stopped.retain(|_, stopped| stopped.round >= self.round.number);
            self.round.number += 1;
        }
        Ok(())
    }

    /// Describes tasks that are on their way in at most so many calls, those first that waited the longest.
    async fn describe(&mut self, asked: &Asked<'_>, looks: u32, calls: usize) -> Result<(), Failure> {
        let moving = self.live.iter().filter(|(_, live)| !live.runs_on);
        let mut due: Vec<(bool, u32, TaskArn)> = moving
            .map(|(arn, live)| (live.seen.is_some(), looks.wrapping_sub(live.described), arn.clone()))
            .collect();
        // Those that were never seen come first, then those that were not described for the most looks.
        due.sort_unstable_by(|(seen, looks, arn), (other_seen, other_looks, other)| {
            seen.cmp(other_seen).then(other_looks.cmp(looks)).then(arn.cmp(other))
        });
        let due: Vec<TaskArn> =
            due.into_iter().map(|(.., arn)| arn).take(calls.saturating_mul(TASKS_PER_CALL)).collect();
        for batch in due.chunks(TASKS_PER_CALL) {
            let described = asked.describe(batch).await?;
            self.described(batch, described, looks);
        }
        Ok(())
    }

    /// Notes what a description of these tasks says.
    fn described(&mut self, batch: &[TaskArn], described: Described, looks: u32) {
        for arn in batch {
            if let Some(live) = self.live.get_mut(arn) {
                live.described = looks;
                live.misses += 1;
            }
        }
        for task in described {
            match task {
                Ok(task) => self.saw(task),
                Err((arn, Unread)) => {
                    self.unread += 1;
                    if let Some(live) = arn.and_then(|arn| self.live.get_mut(&arn)) {
                        live.misses = 0;
                    }
                }
            }
        }
        // Tasks that are MISSING are gone, or not visible yet: they are simply not there.
        for arn in batch {
            if let Some(live) = self.live.get_mut(arn).filter(|live| live.misses > 0) {
                live.seen = None;
                if live.misses > MISSES_MAX {
                    self.live.remove(arn);
                }
            }
        }
    }

    fn saw(&mut self, task: Task) {
        if task.status == TaskStatus::Stopped {
            self.live.remove(&task.arn);
            self.stopped.insert(task.arn.clone(), Stopped { task, round: self.round.number });
        } else if let Some(live) = self.live.get_mut(&task.arn) {
            live.runs_on = task.status == TaskStatus::Running && !task.stopping;
            live.misses = 0;
            live.seen = Some(task);
        }
    }
}

/// Tasks as they were described; of one that could not be understood, its ARN where it had one.
type Described = Vec<Result<Task, (Option<TaskArn>, Unread)>>;

/// A cluster that is asked for the tasks of an owner.
struct Asked<'a> {
    client: &'a Client,
    cluster: Option<&'a str>,
    owner: &'a OwnerId,
}

impl Asked<'_> {
    /// One page of a listing from `next` on, and where the page after it begins.
    async fn page(
        &self,
        status: &DesiredStatus,
        next: Option<String>,
    ) -> Result<(Vec<TaskArn>, Option<String>), Failure> {
        let call = self
            .client
            .list_tasks()
            .set_cluster(self.cluster.map(str::to_owned))
            .started_by(self.owner.as_str())
            .desired_status(status.clone())
            .set_next_token(next);
        let answer = call.send().await.map_err(|error| failure(&error))?;
        let arns = answer.task_arns().iter().map(|arn| TaskArn::new(arn.as_str())).collect();
        Ok((arns, answer.next_token().map(str::to_owned)))
    }

    /// Every page of a listing.
    async fn list(&self, status: &DesiredStatus) -> Result<Vec<TaskArn>, Failure> {
        let (mut arns, mut next) = self.page(status, None).await?;
        for _ in 1..PAGES_MAX {
            if next.is_none() {
                return Ok(arns);
            }
            let (more, after) = self.page(status, next).await?;
            arns.extend(more);
            next = after;
        }
        Err(Failure::Unknown)
    }

    async fn describe(&self, arns: &[TaskArn]) -> Result<Described, Failure> {
        let described = self
            .client
            .describe_tasks()
            .set_cluster(self.cluster.map(str::to_owned))
            .set_tasks(Some(arns.iter().map(|arn| arn.as_str().to_owned()).collect()))
            .include(TaskField::Tags)
            .send()
            .await
            .map_err(|error| failure(&error))?;
        let task =
            |task| read(task, self.owner).map_err(|unread| (task.task_arn().map(TaskArn::new), unread));
        Ok(described.tasks().iter().map(task).collect())
    }
}
