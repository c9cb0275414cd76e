//! What the core has done with nodes: created, launched from, closed, deleted.
//!
//! Each is one question or one change to Jenkins, and where that is not enough to know how it ended one more question.
//! Repeating any of them is harmless.

use super::{
    answer::{CallError, SendError},
    client::{Body, Jenkins},
    lookouts::Lookout,
    node_xml::{self, Closing, NodeXmlError},
};
use footman_core::{
    description::{Description, Reading},
    event::{Failure, Outcome},
    label::LabelSet,
};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;
use thiserror::Error;

/// The property by which the configuration-as-code plugin keeps a node that is not in its YAML (since 2026-05, #2844), as
/// the key of a `stapler-class-bag`. A Jenkins that does not know the class passes over it, as over every key there that
/// is no class (`org.kohsuke.stapler.RequestImpl`).
const KEEP_PROPERTY: &str = "io-jenkins-plugins-casc-core-CascKeepNode";
/// What people see at a node that was closed by a mark.
const MARK: &str = "footman: has had its build";
/// How many characters an agent's secret has, all of them hexadecimal digits.
const SECRET_LEN: usize = 64;

/// A node to create: an inbound agent with one executor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewNode<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its description.
    pub description: &'a str,
    /// Its labels.
    pub labels: &'a LabelSet,
    /// Whether only jobs whose label matches may run here.
    pub exclusive: bool,
    /// The folder that its agent works in.
    pub remote_folder: &'a str,
    /// Whether its agent connects by WebSocket rather than to the TCP port.
    pub web_socket: bool,
}

/// Why a node was not created.
#[derive(Debug, Error)]
pub enum CreateNodeError {
    /// There is a node of this name with another description: it is somebody else's.
    #[error("node `{name}` exists and is not the one to create")]
    Taken {
        /// The name.
        name: String,
    },
    /// The request failed.
    #[error("failed to create the node: {0}")]
    Call(#[from] CallError),
}

/// Why there is no secret for an agent.
#[derive(Debug, Error)]
pub enum SecretError {
    /// The node is gone; the next listing says so too.
    #[error("the node is gone")]
    Gone,
    /// The answer is no file by which an agent is started.
    #[error("Jenkins' answer has no secret of an agent")]
    NoSecret,
    /// The request failed.
    #[error("failed to ask for the agent's secret: {0}")]
    Call(#[from] CallError),
}

/// Why a node was not closed.
#[derive(Debug, Error)]
pub enum CloseNodeError {
    /// The request failed.
    #[error("failed to close the node: {0}")]
    Call(#[from] CallError),
}

/// Why a node's description was not changed.
#[derive(Debug, Error)]
pub enum DescribeNodeError {
    /// The user may not change nodes: Agent/Configure is missing.
    #[error("the node's description cannot be changed: Agent/Configure is missing")]
    Denied,
    /// The node's configuration cannot be read.
    #[error("the node's description cannot be changed: {0}")]
    Unreadable(#[from] NodeXmlError),
    /// The request failed.
    #[error("failed to change the node's description: {0}")]
    Call(#[from] CallError),
}

/// Why a node was not opened again.
#[derive(Debug, Error)]
pub enum ReopenNodeError {
    /// The answer says nothing of a mark.
    #[error("Jenkins' answer does not say whether the node is marked offline: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// The request failed.
    #[error("failed to take the mark off the node: {0}")]
    Call(#[from] CallError),
}

/// Why a node was not deleted.
#[derive(Debug, Error)]
pub enum DeleteNodeError {
    /// The request failed.
    #[error("failed to delete the node: {0}")]
    Call(#[from] CallError),
}

/// How a node was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// Its labels were taken away: it takes a continuation of its own build, and nothing else.
    Emptied,
    /// It was marked offline, for want of Agent/Configure: it takes nothing.
    Marked,
    /// It was closed before.
    Already,
    /// It is gone.
    Gone,
}

macro_rules! from_send_error {
    ($($error:ident),+) => {$(
        impl From<SendError> for $error {
            fn from(error: SendError) -> Self {
                Self::Call(error.into())
            }
        }
    )+};
}

from_send_error!(
    CreateNodeError,
    SecretError,
    CloseNodeError,
    DescribeNodeError,
    ReopenNodeError,
    DeleteNodeError
);

impl Jenkins {
    /// Creates a node.
    ///
    /// # Errors
    ///
    /// Fails where Jenkins refuses, or where a node of that name has another description: one with the same is the one that
    /// an earlier attempt made.
    pub async fn create_node(&self, node: &NewNode<'_>) -> Result<(), CreateNodeError> {
        let form = node.form();
        let pairs = [("name", node.name), ("type", "hudson.slaves.DumbSlave"), ("json", &form)];
        let answer = self.post(self.at(&["computer", "doCreateItem"]), Body::Form(&pairs)).await?;
        if answer.is_done() {
            return Ok(());
        }
        let error = answer.error();
        // A bad name is answered with 400 too, so the words alone would not tell.
        if answer.status != 400 {
            return Err(error.into());
        }
        let listed = self.api(&["computer", node.name], "description").await?;
        if listed.status == 404 {
            return Err(error.into());
        }
        let listed = listed.ok()?;
        match serde_json::from_slice::<Described>(&listed.body) {
            Ok(Described { description: Some(description) })
                if description
                    .strip_prefix(node.description)
                    .is_some_and(|noted| noted.is_empty() || noted.starts_with(' ')) =>
            {
                Ok(())
            }
            Ok(_) => Err(CreateNodeError::Taken { name: node.name.to_owned() }),
            Err(_) => Err(error.into()),
        }
    }

    /// The secret by which the agent of a node proves who it is.
    ///
    /// It stands in the file by which the agent starts: `jenkins-agent.jnlp`, or `slave-agent.jnlp` before Jenkins 2.264.
    ///
    /// # Errors
    ///
    /// Fails where the node is gone, or where Jenkins refuses.
    pub async fn agent_secret(&self, node: &str) -> Result<SecretString, SecretError> {
        let old_first = self.has_old_file();
        let file = |old: bool| if old { "slave-agent.jnlp" } else { "jenkins-agent.jnlp" };
        for old in [old_first, !old_first] {
            let answer = self.get(self.at(&["computer", node, file(old)])).await?;
            if answer.status != 404 {
                let answer = answer.ok()?;
                self.note_old_file(old);
                return secret(&answer.body).ok_or(SecretError::NoSecret);
            }
        }
        Err(SecretError::Gone)
    }

    /// Makes a node unable to take another build, whether it has one or not: by an edit of its configuration where the user
    /// may do that (Agent/Configure), else by a mark. A node that has the one never gets the other.
    ///
    /// # Errors
    ///
    /// Fails where Jenkins refuses both, or where it is not known how the first ended.
    pub async fn close_node(&self, node: &str) -> Result<Closed, CloseNodeError> {
        let path = ["computer", node, "config.xml"];
        let answer = self.get(self.at(&path)).await?;
        match answer.status {
            404 => return Ok(Closed::Gone),
            403 => return self.mark_node(node).await,
            _ => {}
        }
        let config = answer.ok()?;
        let closing = str::from_utf8(&config.body).ok().map(node_xml::close);
        let edited = match closing {
            Some(Ok(Closing::Post(edited))) => edited,
            Some(Ok(Closing::AlreadyEmptied | Closing::AlreadyMarked)) => return Ok(Closed::Already),
            // What cannot be read cannot be edited.
            Some(Err(_)) | None => return self.mark_node(node).await,
        };
        let answer = self.post(self.at(&path), Body::Xml(&edited)).await?;
        match answer.status {
            200..=299 => Ok(Closed::Emptied),
            403 => self.mark_node(node).await,
            404 => Ok(Closed::Gone),
            _ => Err(answer.error().into()),
        }
    }

    /// Has a node's description say which task its agent is, behind what it says already, and where that one's log is.
    ///
    /// Jenkins has no call for the description alone (`hudson.model.Computer`, source of 2025): its configuration is edited,
    /// which is left alone where the node is marked offline. Nobody else of ours may edit it meanwhile, for of two edits at
    /// once one is lost. Where the answer is lost the edit may be carried out later and undo what was done to the node since:
    /// the core closes a closed node again that is seen with its labels.
    ///
    /// # Errors
    ///
    /// Fails where Jenkins refuses, or does not answer.
    pub async fn describe_node(
        &self,
        node: &str,
        task: &str,
        log: Option<&str>,
    ) -> Result<(), DescribeNodeError> {
        let path = ["computer", node, "config.xml"];
        let answer = self.get(self.at(&path)).await?;
        match answer.status {
            403 => return Err(DescribeNodeError::Denied),
            404 => return Ok(()),
            _ => {}
        }
        let config = answer.ok()?;
        let text = String::from_utf8_lossy(&config.body);
        let Some(edited) = node_xml::describe(&text, |text| with_task(text, task, log))? else {
            return Ok(());
        };
        let answer = self.post(self.at(&path), Body::Xml(&edited)).await?;
        match answer.status {
            200..=299 | 404 => Ok(()),
            403 => Err(DescribeNodeError::Denied),
            _ => Err(answer.error().into()),
        }
    }

    /// Marks a node offline. `changeOfflineCause` does so to a node that is online, and again to one that is marked, where
    /// `toggleOffline` would take the mark away (tried on Jenkins 2.263.4).
    async fn mark_node(&self, node: &str) -> Result<Closed, CloseNodeError> {
        let url = self.at(&["computer", node, "changeOfflineCause"]);
        let answer = self.post(url, Body::Form(&[("offlineMessage", MARK)])).await?;
        match answer.status {
            404 => Ok(Closed::Gone),
            _ if answer.is_done() => Ok(Closed::Marked),
            _ => Err(answer.error().into()),
        }
    }

    /// Takes the mark off a node, so that the continuation of its own Pipeline can go on there; whether it had one.
    ///
    /// # Errors
    ///
    /// Fails where Jenkins refuses.
    pub async fn reopen_node(&self, node: &str) -> Result<bool, ReopenNodeError> {
        // Jenkins has nothing but a toggle, which marks a node that is not marked.
        let answer = self.api(&["computer", node], "temporarilyOffline").await?;
        if answer.status == 404 {
            return Ok(false);
        }
        let marked: Marked = serde_json::from_slice(&answer.ok()?.body)?;
        if !marked.temporarily_offline {
            return Ok(false);
        }
        let answer = self.post(self.at(&["computer", node, "toggleOffline"]), Body::Form(&[])).await?;
        match answer.status {
            404 => Ok(false),
            _ if answer.is_done() => Ok(true),
            _ => Err(answer.error().into()),
        }
    }

    /// Deletes a node; that it is gone already is what was asked for. Jenkins does not ask whether something runs there.
    ///
    /// # Errors
    ///
    /// Fails where Jenkins refuses.
    pub async fn delete_node(&self, node: &str) -> Result<(), DeleteNodeError> {
        let answer = self.post(self.at(&["computer", node, "doDelete"]), Body::Form(&[])).await?;
        if answer.is_done() || answer.status == 404 { Ok(()) } else { Err(answer.error().into()) }
    }
}

impl CreateNodeError {
    /// What this means to the core.
    pub fn failure(&self) -> Failure {
        match self {
            Self::Taken { .. } => Failure::Refused { reason: self.to_string().into() },
            Self::Call(error) => error.failure(),
        }
    }
}

impl SecretError {
    /// What this means to the core: a launch that has no secret was not begun.
    pub fn failure(&self) -> Failure {
        match self {
            // No fault of the template, so its breaker stays closed; the next poll finds the node missing.
            Self::Gone => Failure::Unavailable,
            Self::NoSecret => Failure::Refused { reason: self.to_string().into() },
            Self::Call(error) => match error.failure() {
                // The question changed nothing, whether or not it was answered.
                Failure::Unknown => Failure::Unavailable,
                failure @ (Failure::Throttled { .. }
                | Failure::NoCapacity { .. }
                | Failure::Refused { .. }
                | Failure::Unavailable) => failure,
            },
        }
    }
}

/// What came of creating a node, in the core's words.
pub fn created(reply: &Result<(), CreateNodeError>) -> Outcome {
    reply.as_ref().map_or_else(|error| Outcome::Failed(error.failure()), |()| Outcome::Done)
}

/// What came of closing a node, in the core's words.
pub fn closed(reply: &Result<Closed, CloseNodeError>) -> Outcome {
    match reply {
        Ok(Closed::Emptied | Closed::Marked | Closed::Already | Closed::Gone) => Outcome::Done,
        Err(CloseNodeError::Call(error)) => Outcome::Failed(error.failure()),
    }
}

/// What came of deleting a node, in the core's words.
pub fn deleted(reply: &Result<(), DeleteNodeError>) -> Outcome {
    match reply {
        Ok(()) => Outcome::Done,
        Err(DeleteNodeError::Call(error)) => Outcome::Failed(error.failure()),
    }
}

/// The description of an agent's node with its task and the task's log behind all that it says, in the place of others
/// there; `None` where it says so already, or is not ours.
fn with_task(text: &str, task: &str, log: Option<&str>) -> Option<String> {
    let Reading::Ours(_) = Description::parse(text) else { return None };
    let is_other = |word: &&str| !word.starts_with("task=") && !word.starts_with("log=");
    let mut words: Vec<&str> = text.split(' ').filter(is_other).collect();
    let (task, log) = (format!("task={task}"), log.map(|log| format!("log={log}")));
    words.push(&task);
    words.extend(log.as_deref());
    let described = words.join(" ");
    (described != text).then_some(described)
}

#[derive(Deserialize)]
struct Described {
    description: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Marked {
    temporarily_offline: bool,
}

impl<'a> NewNode<'a> {
    /// The node of a lookout. Nothing ever works in its folder; Jenkins wants one all the same.
    pub fn lookout(lookout: &'a Lookout) -> Self {
        Self {
            name: lookout.name.as_str(),
            description: &lookout.description,
            labels: &lookout.labels,
            exclusive: true,
            remote_folder: "/nonexistent",
            web_socket: true,
        }
    }

    /// The form by which Jenkins' own page creates a node (recorded on Jenkins 2.263.4).
    fn form(&self) -> String {
        let class = |name: &str| json!({ "stapler-class": name, "$class": name });
        let mut launcher = class("hudson.slaves.JNLPLauncher");
        launcher["workDirSettings"] = json!({
            "disabled": false, "workDirPath": "", "internalDir": "remoting", "failIfWorkDirIsMissing": false,
        });
        launcher["webSocket"] = json!(self.web_socket);
        launcher["tunnel"] = json!("");
        launcher["vmargs"] = json!("");
        json!({
            "name": self.name,
            "nodeDescription": self.description,
            "numExecutors": "1",
            "remoteFS": self.remote_folder,
            "labelString": self.labels.to_string(),
            "mode": if self.exclusive { "EXCLUSIVE" } else { "NORMAL" },
            "type": "hudson.slaves.DumbSlave",
            "retentionStrategy": class("hudson.slaves.RetentionStrategy$Always"),
            "nodeProperties": { "stapler-class-bag": "true", KEEP_PROPERTY: {} },
            "launcher": launcher,
        })
        .to_string()
    }
}

/// The secret in the file by which an agent starts: its first argument.
fn secret(body: &[u8]) -> Option<SecretString> {
    let document = roxmltree::Document::parse(str::from_utf8(body).ok()?).ok()?;
    let argument = document.descendants().find(|node| node.has_tag_name("argument"))?.text()?.trim();
    let is_secret = argument.len() == SECRET_LEN && argument.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_secret.then(|| SecretString::from(argument))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_says_its_task_behind_all_that_it_says() {
        const OURS: &str = "footman/1 owner=prod template=ecs/java cpu=1024 memory=2048 decided_ms=1";
        let arn = "arn:aws:ecs:eu-west-1:1:task/ci/7";
        let said = format!("{OURS} task={arn} log=https://l/7");
        // (what stands there, the log) => what is to stand there
        let table = [
            (OURS.to_owned(), Some("https://l/7"), Some(said.clone())),
            (OURS.to_owned(), None, Some(format!("{OURS} task={arn}"))),
            (format!("{OURS} oneshot (for Ada)"), None, Some(format!("{OURS} oneshot (for Ada) task={arn}"))),
            (format!("{OURS} task=old log=old"), Some("https://l/7"), Some(said.clone())),
            (said, Some("https://l/7"), None),
            ("footman/2 owner=prod".to_owned(), None, None),
            ("by hand".to_owned(), None, None),
            (String::new(), None, None),
        ];
        for (text, log, want) in table {
            let found = with_task(&text, arn, log);
            assert_eq!(found, want, "{text}");
            if let Some(found) = found {
                assert_eq!(Description::parse(&found), Description::parse(&text));
            }
        }
    }
}
