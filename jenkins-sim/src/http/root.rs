//! `/api/json`: Jenkins itself.

use super::{
    Face,
    computers::labels,
    export::{ALWAYS, Bean},
};
use crate::{Jenkins, JobId, node::CONTROLLER};
use serde_json::Value;

impl Face {
    pub(super) fn root(&self, jenkins: &Jenkins) -> Bean {
        let controller = &jenkins.nodes[CONTROLLER];
        let view = || {
            Bean::new("hudson.model.AllView").visible(ALWAYS, "name", "all").visible(
                ALWAYS,
                "url",
                self.root_url.as_str(),
            )
        };
        let mut jobs: Vec<_> = jenkins.job_names.iter().map(|(name, &id)| (name, id)).collect();
        jobs.sort_unstable();
        let jobs: Vec<Bean> = jobs.into_iter().map(|(_, id): (_, JobId)| self.job(jenkins, id)).collect();
        Bean::new("hudson.model.Hudson")
            .beans(1, "assignedLabels", labels(controller))
            .with("mode", if controller.exclusive { "EXCLUSIVE" } else { "NORMAL" })
            .with("nodeDescription", "the master Jenkins node")
            .with("nodeName", "")
            .with("numExecutors", controller.executors)
            .with("description", Value::Null)
            .beans(1, "jobs", jobs)
            .bean(1, "overallLoad", Some(Bean::anonymous()))
            .bean(1, "primaryView", Some(view()))
            .with("quietingDown", jenkins.quieting_down)
            .with("slaveAgentPort", -1)
            .bean(1, "unlabeledLoad", Some(Bean::new("jenkins.model.UnlabeledLoadStatistics")))
            .with("url", self.root_url.as_str())
            .with("useCrumbs", false)
            .with("useSecurity", false)
            .beans(1, "views", vec![view()])
    }
}
