//! What a job's builds do, as its `config.xml` defines it.

use super::{
    config::Unread,
    jenkinsfile::{self, Plan},
    matrix::Axes,
};
use roxmltree::Node;

/// What the builds of a job do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Definition {
    /// They run commands.
    Commands,
    /// They follow a Pipeline's script, or fail for this reason.
    Pipeline(Result<Plan, String>),
    /// Each is one of every configuration of a matrix.
    Matrix(Axes),
    /// They run the commands of the matrix project.
    Configuration {
        /// The values of the axes.
        title: String,
    },
}

/// What a Pipeline says whose script is not understood, before it says why.
const NO_GROOVY: &str =
    "The simulator has no Groovy and reads little of a script: see \"Pipelines\" in docs/serve.md.";
/// What Jenkins says of a Pipeline that has no definition (`WorkflowRun.run`, read 2026-11-26).
pub(super) const NO_DEFINITION: &str = "ERROR: No flow definition, cannot run";

impl Definition {
    /// That of a `<flow-definition>`. As in Jenkins, a script that is wrong is a matter of its builds and not of the job.
    ///
    /// # Errors
    ///
    /// Fails where the script is not in the document.
    pub(super) fn of_flow(root: Node<'_, '_>) -> Result<Self, Unread> {
        let Some(definition) = root.children().find(|node| node.has_tag_name("definition")) else {
            return Ok(Self::Pipeline(Err(NO_DEFINITION.to_owned())));
        };
        if definition.attribute("class") != Some("org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition") {
            return Err(Unread::NotSimulated("only Pipelines with a script of their own are simulated"));
        }
        let script = definition.children().find(|node| node.has_tag_name("script"));
        let script = script.and_then(|node| node.text()).unwrap_or_default();
        Ok(Self::Pipeline(
            jenkinsfile::read(script).map_err(|error| format!("{NO_GROOVY}\nWorkflowScript: {error}")),
        ))
    }
}
