//! One poll of Jenkins: its nodes first, then its queue.
//!
//! In that order a build that starts between the two is missed for one poll, at worst; in the other it would be seen twice, as
//! an item and as a busy node. Two requests a poll, of which an eleventh is the question whether Jenkins shuts down, and one
//! more where labels are asked for by a script.

use super::{
    answer::{Answer, CallError, SendError},
    client::{Body, Jenkins},
    labels::{ExactLabels, LabelMemory},
    listing::{self, ListedNode, ListingError, NodeKind, Task},
};
use footman_core::{
    event::{Failure, JenkinsListing},
    id::QueueItemId,
};
use serde::Deserialize;
use std::sync::Arc;
use thiserror::Error;

/// How many polls it takes until Jenkins is asked again whether it shuts down, while no item in the queue says so.
const QUIETING_EVERY: u32 = 10;
/// Asks for the label of every item; needs Overall/Administer.
const LABELS_SCRIPT: &str =
    "println(jenkins.model.Jenkins.get().queue.items.collect { [it.id, it.assignedLabel?.expression] })";

/// Where labels come from that the queue's listing does not show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LabelSource {
    /// `why`, with lookout nodes.
    #[default]
    Why,
    /// A script, which shows all of them and which only an administrator may run; `why` where it fails.
    Script,
}

/// What polls one Jenkins, and remembers what it has to between two polls.
#[derive(Debug)]
pub struct Observer {
    jenkins: Jenkins,
    source: LabelSource,
    /// What it asks about nodes.
    computers: &'static str,
    memory: LabelMemory,
    /// Polls since it was asked whether Jenkins shuts down, and what it said.
    quieting: Option<(u32, bool)>,
}

/// What one poll found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poll {
    /// What the core is told. Lookouts are no agents and are left out, and so are items that take no executor of a node.
    pub listing: JenkinsListing,
    /// The nodes as they are listed, lookouts among them, in the order of their names.
    pub nodes: Vec<ListedNode>,
    /// Whether an item has a label that only `why` shows, which is what lookouts are for.
    pub has_hidden: bool,
    /// How many items wait for an executor with a label that could not be read.
    pub unknown_labels: u32,
    /// Some of the texts that were not understood.
    pub unreadable: Vec<String>,
    /// How many nodes run something that the user may not see. Where that stays above zero while the queue is empty, the user
    /// lacks Job/Read, and the queue is empty for him alone.
    pub hidden_builds: u32,
    /// Why the script for labels was not answered, where it was to be run.
    pub script_failure: Option<Arc<str>>,
    /// How many requests it took.
    pub requests: u32,
}

/// Why a poll found nothing, split by what is done next: nothing is concluded from any of them.
#[derive(Debug, Error)]
pub enum PollError {
    /// A request failed; what is to be done is what the core does after such a failure.
    #[error("failed to poll Jenkins: {0}")]
    Call(#[from] CallError),
    /// An answer is none of Jenkins': a proxy's page, mostly. People have to look.
    #[error("failed to poll Jenkins: {0}")]
    Listing(#[from] ListingError),
    /// The answer does not name Jenkins' session, so that a restart would go unseen: a proxy keeps the header back.
    #[error("failed to poll Jenkins: the answer has no X-Jenkins-Session")]
    NoSession,
}

impl From<SendError> for PollError {
    fn from(error: SendError) -> Self {
        Self::Call(error.into())
    }
}

impl PollError {
    /// What this means to the core: a question that failed changed nothing, so it may be asked again.
    pub fn failure(&self) -> Failure {
        match self {
            Self::Call(error) => match error.failure() {
                Failure::Unknown => Failure::Unavailable,
                failure @ (Failure::Throttled { .. }
                | Failure::NoCapacity { .. }
                | Failure::Refused { .. }
                | Failure::Unavailable) => failure,
            },
            Self::Listing(_) | Self::NoSession => Failure::Refused { reason: self.to_string().into() },
        }
    }
}

impl Observer {
    /// An observer that has seen nothing yet.
    pub fn new(jenkins: Jenkins, source: LabelSource) -> Self {
        let (computers, memory) = (listing::COMPUTERS, LabelMemory::default());
        Self { jenkins, source, computers, memory, quieting: None }
    }

    /// The same, that sees which runs are under way too, where somebody needs to know. That makes the answers longer, and no
    /// more of them.
    #[must_use]
    pub fn of_runs(self, needed: bool) -> Self {
        Self { computers: if needed { listing::COMPUTERS_WITH_RUNS } else { listing::COMPUTERS }, ..self }
    }

    /// Looks at Jenkins once.
    ///
    /// The listing is complete unless Jenkins was restarted between its two halves.
    ///
    /// # Errors
    ///
    /// Fails where a request does, or an answer is not Jenkins'; what was remembered stays as it was.
    pub async fn poll(&mut self) -> Result<Poll, PollError> {
        let answer = self.jenkins.api(&["computer"], self.computers).await?.ok()?;
        let session = session(&answer)?;
        let nodes = listing::nodes(&answer.body)?;
        let answer = self.jenkins.api(&["queue"], listing::QUEUE).await?.ok()?;
        let complete = session == self::session(&answer)?;
        let items = listing::items(&answer.body)?;
        let mut requests = 2;

        let has_hidden = items.iter().any(|item| matches!(item.task, Task::Hidden | Task::Strange));
        let (mut exact, mut script_failure) = (None, None);
        if self.source == LabelSource::Script && has_hidden {
            requests += 1;
            match self.exact_labels().await {
                Ok(labels) => exact = Some(labels),
                Err(reason) => script_failure = Some(reason),
            }
        }
        let read = self.memory.read(&items, &nodes, exact.as_ref());
        if complete {
            self.memory.prune(&items);
        }
        let quieting_down = match read.shuts_down {
            Some(shuts_down) => {
                self.quieting = Some((0, shuts_down));
                shuts_down
            }
            None => self.quieting_down(&mut requests).await?,
        };
        let told = nodes.iter().filter(|listed| listed.kind != NodeKind::Lookout);
        let hidden_builds = nodes.iter().filter(|listed| listed.hides_build).count();
        Ok(Poll {
            listing: JenkinsListing {
                session,
                quieting_down,
                complete,
                nodes: told.map(|listed| listed.node.clone()).collect(),
                items: read.items,
            },
            has_hidden: read.has_hidden,
            unknown_labels: read.unknown,
            unreadable: read.unreadable,
            hidden_builds: u32::try_from(hidden_builds).unwrap_or(u32::MAX),
            script_failure,
            requests,
            nodes,
        })
    }

    /// Whether Jenkins shuts down, which it is asked once in a while: without an item that waits it makes no difference to
    /// agents that are wanted, only to those that are kept ready.
    async fn quieting_down(&mut self, requests: &mut u32) -> Result<bool, PollError> {
        let known = match self.quieting {
            Some((polls, known)) if polls + 1 < QUIETING_EVERY => {
                self.quieting = Some((polls + 1, known));
                return Ok(known);
            }
            Some(_) | None => {
                *requests += 1;
                let answer = self.jenkins.api(&[], "quietingDown").await?.ok()?;
                let root: Root = serde_json::from_slice(&answer.body).map_err(ListingError::from)?;
                root.quieting_down
            }
        };
        self.quieting = Some((0, known));
        Ok(known)
    }

    async fn exact_labels(&self) -> Result<ExactLabels, Arc<str>> {
        let body = Body::Form(&[("script", LABELS_SCRIPT)]);
        let answer = self.jenkins.post(self.jenkins.at(&["scriptText"]), body).await;
        let answer = answer.map_err(|error| error.to_string())?;
        let answer = answer.ok().map_err(|error| error.to_string())?;
        let labels = exact_labels(&String::from_utf8_lossy(&answer.body));
        labels.ok_or_else(|| "the script's output is not understood".into())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Root {
    quieting_down: bool,
}

fn session(answer: &Answer) -> Result<u64, PollError> {
    answer.session().ok_or(PollError::NoSession)
}

/// Reads what Groovy prints of a list of pairs: `[[1, docker&&linux], [2, null]]`.
///
/// A label may hold commas and brackets of its own, so a pair ends where the next one begins with its number.
fn exact_labels(text: &str) -> Option<ExactLabels> {
    let mut rest = text.trim().strip_prefix('[')?.strip_suffix(']')?;
    let mut labels = ExactLabels::new();
    while !rest.is_empty() {
        let (id, behind) = rest.strip_prefix('[')?.split_once(", ")?;
        let id = QueueItemId(id.parse().ok()?);
        let joints = behind.match_indices("], [").map(|(at, _)| at);
        let end = joints.into_iter().find(|&at| begins_pair(&behind[at + 3..]));
        let (label, next) = match end {
            Some(end) => (&behind[..end], &behind[end + 3..]),
            None => (behind.strip_suffix(']')?, ""),
        };
        labels.insert(id, (label != "null").then(|| label.into()));
        rest = next;
    }
    Some(labels)
}

/// Whether `text` begins as `[12, ` does.
fn begins_pair(text: &str) -> bool {
    let number = text.strip_prefix('[').and_then(|text| text.split_once(", ")).map(|(number, _)| number);
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scripts_output_is_read_whatever_the_labels_are() {
        let pairs = |pairs: &[(u64, Option<&str>)]| {
            let pair = |&(id, label): &(u64, Option<&str>)| (QueueItemId(id), label.map(Arc::from));
            Some(pairs.iter().map(pair).collect::<ExactLabels>())
        };
        let table = [
            ("[]\n", pairs(&[])),
            ("[[1, docker&&linux], [2, null]]\n", pairs(&[(1, Some("docker&&linux")), (2, None)])),
            ("[[7, \"a], [b\"], [8, \"c, d\"]]", pairs(&[(7, Some("\"a], [b\"")), (8, Some("\"c, d\""))])),
            ("", None),
            ("[[1]]", None),
            ("[[x, a]]", None),
            ("groovy.lang.MissingPropertyException: No such property", None),
        ];
        for (text, want) in table {
            assert_eq!(exact_labels(text), want, "{text}");
        }
    }
}
