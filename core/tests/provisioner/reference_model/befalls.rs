//! What befalls the small world and is none of the core's doing.

use super::*;

impl World {
    /// An edit that was read before nodes were closed is carried out: all that are closed take builds again. Says how many.
    pub(crate) fn undo_closing(&mut self) -> usize {
        let closed = self.agents.values_mut().filter(|agent| agent.closed && !agent.foreign);
        let undone = closed.map(|agent| {
            agent.closed = false;
            agent.node.temporarily_offline = false;
            let runs = |run: &Run| {
                run.task.agent.as_ref() == Some(&agent.node.name) && run.task.status == TaskStatus::Running
            };
            agent.node.online = self.runs.values().any(runs);
        });
        undone.count()
    }

    /// Stops the task of some agent that has a build.
    pub(crate) fn kill_a_busy_agent(&mut self) -> bool {
        let busy: Vec<NodeName> = self
            .agents
            .values()
            .filter(|agent| agent.build.is_some() && !agent.foreign)
            .map(|agent| agent.node.name.clone())
            .collect();
        let Some(name) = busy.first() else { return false };
        let arn = self
            .runs
            .values()
            .find(|run| run.task.agent.as_ref() == Some(name) && run.task.status == TaskStatus::Running)
            .map(|run| run.task.arn.clone());
        if let Some(arn) = arn {
            self.stop_run(&arn, StopCode::SpotInterruption, true);
        }
        true
    }

    /// Starts a task of our owner's that belongs to no node and that the core never asked for.
    pub(crate) fn add_orphan_task(&mut self) {
        self.orphaned += 1;
        let name = format!("nobody-{}", self.orphaned);
        self.start_task(Some(name.as_str().into()), None);
    }

    /// ECS knows no task any more, though agents may still run.
    pub(crate) fn forget_tasks(&mut self) {
        self.runs.clear();
        self.live.clear();
        self.live_count = 0;
        self.moves.retain(|(_, what)| matches!(what, Move::Build(_)));
    }
}
