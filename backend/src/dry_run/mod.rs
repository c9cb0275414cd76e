//! A dry run: the core sees the real Jenkins and the real ECS, and nothing that it decides is carried out.
//!
//! An action is answered as if it had been done, and polls and looks show from then on what would have come of it (`World`), so
//! that the core does not decide the same again and again.

mod world;

use self::world::World;
use crate::{driver::Hands, status::words};
use footman_core::{
    Action, Policy, Timestamp,
    event::{JenkinsListing, Outcome, TaskListing},
};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Looks through `hands` and imagines what they would do.
#[derive(Debug)]
pub struct DryRun<H> {
    hands: H,
    imagined: Mutex<Imagination>,
}

#[derive(Debug)]
struct Imagination {
    world: World,
    /// Whether it was said that another daemon works under our owner id.
    told_of_others: bool,
}

impl<H: Hands> DryRun<H> {
    /// A dry run of this policy. What `hands` do when they look must change nothing.
    pub fn new(hands: H, policy: Policy) -> Self {
        let world = World::new(policy);
        Self { hands, imagined: Mutex::new(Imagination { world, told_of_others: false }) }
    }

    /// What is imagined. It is held over no request, and each change of it is whole before anything could fail.
    fn imagined(&self) -> MutexGuard<'_, Imagination> {
        self.imagined.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What an action is, as it is said of one that is not carried out.
fn would(action: &Action) -> &'static str {
    match action {
        Action::CreateNode { .. } => "would create the node",
        Action::Launch { .. } => "would run the task",
        Action::CloseNode { .. } => "would close the node",
        Action::DeleteNode { .. } => "would delete the node",
        Action::StopTask { .. } => "would stop the task",
    }
}

fn log(world: &World, action: &Action) {
    let (agent, spec) = world.subject(action);
    let template = spec.and_then(|spec| world.template(spec)).map(|template| &*template.name);
    let label = spec.map(|spec| tracing::field::display(&spec.labels));
    let task = match action {
        Action::StopTask { task, .. } => Some(task.as_str()),
        Action::CreateNode { .. }
        | Action::Launch { .. }
        | Action::CloseNode { .. }
        | Action::DeleteNode { .. } => None,
    };
    tracing::info!(action = words::action(action), agent, template, label, task, "{}", would(action));
}

impl<H: Hands> Hands for DryRun<H> {
    async fn act(&self, action: Action) -> Outcome {
        let mut imagined = self.imagined();
        log(&imagined.world, &action);
        imagined.world.act(&action)
    }

    async fn poll(&self, now: Timestamp) -> Option<JenkinsListing> {
        let mut listing = self.hands.poll(now).await?;
        let mut imagined = self.imagined();
        imagined.world.lay_over_nodes(&mut listing);
        if imagined.world.has_others() && !imagined.told_of_others {
            imagined.told_of_others = true;
            tracing::warn!(
                "another footmand works as this owner; what it makes from here on is not looked at"
            );
        }
        Some(listing)
    }

    async fn look(&self) -> TaskListing {
        let mut listing = self.hands.look().await;
        self.imagined().world.lay_over_tasks(&mut listing);
        listing
    }
}
