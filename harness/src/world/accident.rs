//! What befalls a world from outside: somebody restarts the controller, deletes a node by hand, kills a task; the core
//! itself crashes.

use crate::world::{Source, Unseen, Witness, World};
use footman_core::{
    Event, Provisioner,
    event::{Drain, ItemChange, JenkinsChanges, JenkinsListing, NodeChange},
    id::NodeName,
};
use footman_ecs_sim::id::{InstanceId, TaskId};

/// Something that befalls a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accident {
    /// The controller is restarted without being asked first.
    RestartJenkins,
    /// Jenkins is about to shut down: nothing is assigned any more.
    QuietDown,
    /// Jenkins is not about to shut down after all.
    CancelQuietDown,
    /// Somebody deletes the node of an agent.
    DeleteNode(Which),
    /// The container of an agent is killed (exit code 137, as by the kernel when memory runs out).
    KillTask(Which),
    /// Somebody terminates the container instance that was registered first, with all that runs on it.
    TerminateInstance,
    /// The controller's Configuration as Code is reloaded with `jenkins.nodes` in it, which names no agent of ours: all their
    /// nodes are removed.
    ReloadCasc,
    /// The operator wants everything of ours to end.
    Drain(Drain),
    /// The core crashes and is started again at once, with the same policy and without any memory.
    CrashCore,
}

/// Which agent something befalls: the first of these in the order of the tasks' numbers, or nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// One that has a build.
    Busy,
    /// One that is connected and has none.
    Idle,
    /// One that is not connected yet.
    Coming,
    /// Any.
    Any,
}

impl World<'_> {
    /// Lets `accident` happen at the present; `false` where there is nobody whom it could befall.
    pub fn strike(&mut self, accident: Accident, witness: &mut impl Witness) -> bool {
        let now = self.now;
        if self.next_at().is_none_or(|next| next > now) {
            self.reach(now, Source::Core);
        }
        let struck = match accident {
            Accident::RestartJenkins => {
                self.controller.jenkins.restart(now);
                true
            }
            Accident::QuietDown => self.controller.jenkins.quiet_down(now).is_ok(),
            Accident::CancelQuietDown => self.controller.jenkins.cancel_quiet_down(now).is_ok(),
            Accident::DeleteNode(which) => {
                let node = self.agent(which).map(|(_, node)| node);
                node.is_some_and(|node| self.controller.jenkins.delete_node(now, &node).is_ok())
            }
            Accident::KillTask(which) => match self.agent(which) {
                Some((task, _)) => {
                    self.cloud.ecs.container_exited(now, task, 137);
                    true
                }
                None => false,
            },
            Accident::TerminateInstance => {
                let instance = self.oldest_instance();
                instance.is_some_and(|id| self.cloud.ecs.terminate_instance(now, id).is_ok())
            }
            Accident::ReloadCasc => self.controller.jenkins.reload_casc(now, &[]).is_ok(),
            Accident::Drain(how) => {
                self.tell_core(Event::Drain(how));
                true
            }
            Accident::CrashCore => {
                self.crash_core();
                true
            }
        };
        self.settle(witness);
        struck
    }

    /// Drops the core and every answer that is on its way to it, and starts another one with the same policy.
    fn crash_core(&mut self) {
        self.core = Provisioner::new(self.core.policy().clone(), self.now);
        self.note_core_due();
        self.crashes += 1;
        self.unseen = Unseen { jenkins: true, tasks: true };
        self.ask_poll();
        self.ask_look();
    }

    fn agent(&self, which: Which) -> Option<(TaskId, NodeName)> {
        let fits = |connected: bool, busy: bool| match which {
            Which::Busy => busy,
            Which::Idle => connected && !busy,
            Which::Coming => !connected,
            Which::Any => true,
        };
        let found = self.agents().into_iter().find(|view| fits(view.connected, view.busy))?;
        Some((found.task, found.node.clone()))
    }

    fn oldest_instance(&self) -> Option<InstanceId> {
        let ecs = &self.cloud.ecs;
        ecs.clusters().flat_map(|cluster| ecs.container_instances(cluster)).min()
    }
}

/// A listing as the changes that it is to somebody who knows nothing.
pub(super) fn as_changes(listing: JenkinsListing) -> JenkinsChanges {
    JenkinsChanges {
        session: listing.session,
        quieting_down: listing.quieting_down,
        nodes: listing.nodes.into_iter().map(NodeChange::Seen).collect(),
        items: listing.items.into_iter().map(ItemChange::Seen).collect(),
    }
}
