//! What stands in a Jenkins, for people who set one up. Nothing is changed by asking.

use super::{
    answer::SendError,
    check::{Check, CheckError},
    client::Jenkins,
    listing::{self, ListedNode, ListingError},
    lookouts::Lookout,
    observe::PollError,
};
use crate::guard::{self, Installed};
use footman_core::{
    description::{Description, Reading},
    id::OwnerId,
    label::{LabelExpression, LabelSet},
};
use serde::Deserialize;
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

/// What was found.
#[derive(Debug)]
pub struct JenkinsSurvey {
    /// What the user may do, and what Jenkins is like.
    pub check: Result<Check, CheckError>,
    /// The nodes, in the order of their names.
    pub nodes: Result<Vec<SurveyedNode>, PollError>,
    /// Whether Jenkins asks for a crumb with changes, from whoever has no API token; `None` where that was not shown.
    pub crumbs: Option<bool>,
    /// The guard file.
    pub guard: SurveyedGuard,
    /// The classes of the clouds that make agents for a label, in the order of the labels; or why nobody knows.
    pub clouds: Result<Vec<(String, Vec<String>)>, String>,
}

/// What was found of the guard file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SurveyedGuard {
    /// It is not there.
    Absent,
    /// What it says of itself.
    Installed(Installed),
    /// Why that is not known.
    Unknown(String),
}

/// For how many labels clouds are asked for.
const LABELS_MAX: usize = 50;

/// A node, and of what class Jenkins says that it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyedNode {
    /// The node.
    pub listed: ListedNode,
    /// `_class` of its computer.
    pub class: String,
}

impl SurveyedNode {
    /// The owner of an agent or lookout of a Footman, where its description can be read.
    pub fn owner(&self) -> Option<Cow<'_, str>> {
        let description = self.listed.node.description.as_deref()?;
        match Description::parse(description) {
            Reading::Ours(described) => Some(described.owner),
            Reading::OtherFormat(_) | Reading::Damaged | Reading::Foreign => {
                Lookout::owner(description).map(Cow::Borrowed)
            }
        }
    }

    /// Whether it is an agent or lookout of this owner's.
    pub fn is_of(&self, owner: &OwnerId) -> bool {
        self.owner().is_some_and(|own| own == owner.as_str())
    }
}

#[derive(Deserialize)]
struct Clouds {
    clouds: Option<Vec<Cloud>>,
}

#[derive(Deserialize)]
struct Cloud {
    #[serde(rename = "_class", default)]
    class: String,
}

#[derive(Deserialize)]
struct Classes {
    computer: Vec<Class>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Class {
    display_name: String,
    #[serde(rename = "_class", default)]
    class: String,
}

/// Reads the answer to [`listing::COMPUTERS`], and the classes that Jenkins adds to it.
///
/// # Errors
///
/// Fails where the answer is no listing of nodes.
pub fn nodes(body: &[u8]) -> Result<Vec<SurveyedNode>, ListingError> {
    let classes: Classes = serde_json::from_slice(body)?;
    let mut classes: BTreeMap<String, String> =
        classes.computer.into_iter().map(|it| (it.display_name, it.class)).collect();
    let listed = listing::nodes(body)?.into_iter();
    let with_class = |listed: ListedNode| {
        let class = classes.remove(listed.node.name.as_str()).unwrap_or_default();
        SurveyedNode { listed, class }
    };
    Ok(listed.map(with_class).collect())
}

impl Jenkins {
    /// Looks at what stands there and what the user may do; permissions of a node are tried on one of `owner`'s, where one
    /// stands. Clouds are asked for that serve the same `labels`, each set of which is a template's. Each request has the
    /// client's deadline.
    pub async fn survey(&self, owner: &OwnerId, labels: &BTreeSet<&LabelSet>) -> JenkinsSurvey {
        let nodes = self.surveyed().await;
        let ours = nodes.iter().flatten().find(|node| node.is_of(owner));
        let check = self.check(ours.map(|node| node.listed.node.name.as_str())).await;
        let crumbs = if check.is_ok() { self.asks_for_crumbs().await } else { None };
        let silent = || "Jenkins did not answer".to_owned();
        let (guard, clouds) = if check.is_ok() {
            (self.guard().await, self.clouds(labels).await)
        } else {
            (SurveyedGuard::Unknown(silent()), Err(silent()))
        };
        JenkinsSurvey { check, nodes, crumbs, guard, clouds }
    }

    async fn guard(&self) -> SurveyedGuard {
        let answer = match self.get(self.at(&[guard::PAGE, ""])).await {
            Ok(answer) => answer,
            Err(error) => return SurveyedGuard::Unknown(error.to_string()),
        };
        match (answer.status, Installed::parse(&String::from_utf8_lossy(&answer.body))) {
            (404, _) => SurveyedGuard::Absent,
            (200, Some(installed)) => SurveyedGuard::Installed(installed),
            (status, _) => {
                SurveyedGuard::Unknown(format!("its page is not understood, with status {status}"))
            }
        }
    }

    /// Jenkins says of a label which clouds make agents for it, to whoever may read (`Label.getClouds`; its source), and of
    /// a cloud its class alone.
    async fn clouds(&self, labels: &BTreeSet<&LabelSet>) -> Result<Vec<(String, Vec<String>)>, String> {
        if labels.len() > LABELS_MAX {
            return Err(format!("there are more than {LABELS_MAX} sets of labels to ask for"));
        }
        let mut found = Vec::new();
        for labels in labels.iter().filter(|labels| !labels.is_empty()) {
            let atoms = labels.iter().map(|label| LabelExpression::Atom(label.clone()).to_string());
            let expression = atoms.collect::<Vec<_>>().join("&&");
            let answer = self.api(&["label", &expression], "clouds[name]").await;
            let body = answer.map_err(|error: SendError| error.to_string())?;
            let body = body.ok().map_err(|error| error.to_string())?.body;
            let said: Option<Clouds> = serde_json::from_slice(&body).ok();
            let Some(clouds) = said.and_then(|said| said.clouds) else {
                return Err(format!("of the label {expression} Jenkins does not say which clouds it has"));
            };
            found.push((expression, clouds.into_iter().map(|cloud| cloud.class).collect()));
        }
        Ok(found)
    }

    async fn surveyed(&self) -> Result<Vec<SurveyedNode>, PollError> {
        let answer = self.api(&["computer"], listing::COMPUTERS).await?.ok()?;
        if answer.session().is_none() {
            return Err(PollError::NoSession);
        }
        Ok(nodes(&answer.body)?)
    }

    /// Where changes need none, nobody issues them.
    async fn asks_for_crumbs(&self) -> Option<bool> {
        match self.api(&["crumbIssuer"], "crumbRequestField").await.ok()?.status {
            200 => Some(true),
            404 => Some(false),
            _ => None,
        }
    }
}
