//! What a user may do in a Jenkins and what that Jenkins is like, for people who set one up.
//!
//! Nothing is changed by asking. A permission is proved where a question or an empty change shows it; those that belong to a
//! node are tried on a lookout of ours, where one stands, and are unproven otherwise: then the first agent shows it.

use super::{
    answer::{Answer, CallError, SendError},
    client::{Body, Jenkins},
};
use serde::{Deserialize, de::DeserializeOwned};
use std::{fmt, sync::Arc};
use thiserror::Error;

/// A permission that Footman uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// To ask anything at all.
    OverallRead,
    /// To see what waits in the queue: without it Jenkins shows an empty one, and says nothing.
    JobRead,
    /// To create nodes.
    AgentCreate,
    /// To be told the secret of an agent.
    AgentConnect,
    /// To read a node's configuration, which closing a node by its labels begins with; Agent/Configure implies it.
    AgentExtendedRead,
    /// To run the script that shows all labels; not needed where lookouts are used.
    OverallAdminister,
}

/// Permissions that cannot be tried without a change, and that Footman uses too.
pub const UNTRIED: [&str; 3] = ["Agent/Configure", "Agent/Disconnect", "Agent/Delete"];

/// Whether a user has a permission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Yes.
    Held,
    /// No, in Jenkins' words.
    Missing(Arc<str>),
    /// Nothing showed it either way; why.
    Unproven(&'static str),
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// `X-Jenkins`: the version.
    pub version: Option<String>,
    /// `X-Jenkins-Session`.
    pub session: Option<u64>,
    /// Who Jenkins takes us for.
    pub user: String,
    /// Whether that is nobody in particular.
    pub anonymous: bool,
    /// What the user may do.
    pub permissions: Vec<(Permission, Verdict)>,
    /// The port to which agents connect by TCP; `None` where Jenkins has none.
    pub agent_port: Option<u16>,
    /// Whether agents may connect by WebSocket.
    pub web_socket: bool,
    /// Whether nodes of ours outlive a reload of the configuration as code, by the property `CascKeepNode`; `None` where no
    /// node of ours shows it.
    pub keeps_nodes: Option<bool>,
}

/// Why nothing could be found out.
#[derive(Debug, Error)]
pub enum CheckError {
    /// A request failed.
    #[error("failed to check Jenkins: {0}")]
    Call(#[from] CallError),
    /// An answer is none of Jenkins'.
    #[error("failed to check Jenkins: the answer is not understood: {0}")]
    Unreadable(#[from] serde_json::Error),
}

impl From<SendError> for CheckError {
    fn from(error: SendError) -> Self {
        Self::Call(error.into())
    }
}

impl fmt::Display for Permission {
    /// As Jenkins' page of permissions names it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OverallRead => "Overall/Read",
            Self::JobRead => "Job/Read",
            Self::AgentCreate => "Agent/Create",
            Self::AgentConnect => "Agent/Connect",
            Self::AgentExtendedRead => "Agent/ExtendedRead",
            Self::OverallAdminister => "Overall/Administer",
        })
    }
}

impl Check {
    /// Whether a user has a permission.
    pub fn verdict(&self, permission: Permission) -> Option<&Verdict> {
        self.permissions.iter().find(|(of, _)| *of == permission).map(|(_, verdict)| verdict)
    }
}

impl Jenkins {
    /// Finds out what the user may do; `node` is a lookout or an agent of ours, where there is one.
    ///
    /// # Errors
    ///
    /// Fails where a request does for another reason than a permission.
    pub async fn check(&self, node: Option<&str>) -> Result<Check, CheckError> {
        let who = self.api(&["whoAmI"], "name,anonymous").await?;
        let who: Who = read(who.ok()?)?;
        let root = self.api(&[], "jobs[name]{0,1}").await?;
        let (version, session) = (root.header("x-jenkins").map(str::to_owned), root.session());
        let mut permissions = vec![(Permission::OverallRead, verdict(&root)?)];
        if root.status == 200 {
            permissions.push((Permission::JobRead, self.job_read(read(root)?).await?));
        }
        // Without a name Jenkins creates nothing: it asks for the permission first and for the name then.
        let url = self.at(&["computer", "doCreateItem"]);
        let create = self.post(url, Body::Form(&[("type", "hudson.slaves.DumbSlave")])).await?;
        permissions.push((Permission::AgentCreate, verdict(&create)?));
        let mut keeps_nodes = None;
        for (permission, file) in
            [(Permission::AgentConnect, "slave-agent.jnlp"), (Permission::AgentExtendedRead, "config.xml")]
        {
            let Some(node) = node else {
                permissions.push((permission, Verdict::Unproven("there is no node of ours to try it on")));
                continue;
            };
            let answer = self.get(self.at(&["computer", node, file])).await?;
            if permission == Permission::AgentExtendedRead && answer.status == 200 {
                keeps_nodes = Some(String::from_utf8_lossy(&answer.body).contains("CascKeepNode"));
            }
            permissions.push((permission, verdict(&answer)?));
        }
        let script = Body::Form(&[("script", VERSION_SCRIPT)]);
        let script = self.post(self.at(&["scriptText"]), script).await?;
        permissions.push((Permission::OverallAdminister, verdict(&script)?));
        let listener = self.get(self.at(&["tcpSlaveAgentListener", ""])).await?;
        // A request that is no WebSocket's is refused with 400 where there is such an entrance.
        let web_socket = self.get(self.at(&["wsagents", ""])).await?;
        Ok(Check {
            version,
            session,
            user: who.name,
            anonymous: who.anonymous,
            permissions,
            agent_port: listener.header("x-jenkins-jnlp-port").and_then(|port| port.trim().parse().ok()),
            web_socket: web_socket.status == 400,
            keeps_nodes,
        })
    }

    /// Whether the user sees jobs. Where he sees none there may be none: the load statistics, which show no names and are
    /// shown to everyone, tell whether something waits or runs.
    async fn job_read(&self, jobs: Jobs) -> Result<Verdict, CheckError> {
        if !jobs.jobs.is_empty() {
            return Ok(Verdict::Held);
        }
        let tree = "queueLength[sec10[latest]],busyExecutors[sec10[latest]]";
        let load = self.api(&["overallLoad"], tree).await?;
        if load.status != 200 {
            return Ok(Verdict::Unproven("no job is visible: there is none, or Job/Read is missing"));
        }
        let load: Load = read(load)?;
        Ok(if load.queue_length.sec10.latest >= LOAD_MIN || load.busy_executors.sec10.latest >= LOAD_MIN {
            Verdict::Missing("no job is visible, and yet builds wait or run".into())
        } else {
            Verdict::Unproven("no job is visible: there is none, or Job/Read is missing")
        })
    }
}

/// A script that changes nothing.
const VERSION_SCRIPT: &str = "println(jenkins.model.Jenkins.VERSION)";

/// From which average on something surely waits or runs: averages decay, and are never quite zero again.
const LOAD_MIN: f64 = 0.5;

#[derive(Deserialize)]
struct Who {
    name: String,
    anonymous: bool,
}

#[derive(Deserialize)]
struct Jobs {
    #[serde(default)]
    jobs: Vec<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Load {
    queue_length: Series,
    busy_executors: Series,
}

#[derive(Deserialize)]
struct Series {
    sec10: Average,
}

#[derive(Deserialize)]
struct Average {
    latest: f64,
}

fn read<T: DeserializeOwned>(answer: Answer) -> Result<T, serde_json::Error> {
    serde_json::from_slice(&answer.body)
}

/// What an answer says of the permission that it needed: anything but a refusal comes after Jenkins asked for that.
fn verdict(answer: &Answer) -> Result<Verdict, CallError> {
    match answer.status {
        401 | 403 => Ok(Verdict::Missing(answer.words())),
        404 => Ok(Verdict::Unproven("there is no such page or node")),
        429 | 500..=599 => Err(answer.error()),
        300..=399 if !answer.is_done() => Ok(Verdict::Missing(answer.words())),
        _ => Ok(Verdict::Held),
    }
}
