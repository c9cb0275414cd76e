//! `/scriptText`: the scripts that are known, of which there are two.

use super::{
    Face,
    permission::Permission,
    reply::{self, Refusal},
    request::Call,
};
use crate::Jenkins;
use bytes::Bytes;
use http::{Method, Response};

/// What asks for the exact labels of all items (jenkins.md 5), without white space.
const LABELS: &str = "jenkins.model.Jenkins.get().queue.items.collect{[it.id,it.assignedLabel?.expression]}";
/// What asks for the version (recording e050).
const VERSION: &str = "jenkins.model.Jenkins.VERSION";

impl Face {
    /// Answers what a script asks for; who may run one may do everything.
    pub(super) fn script(&self, jenkins: &Jenkins, call: &Call<'_>) -> Result<Response<Bytes>, Refusal> {
        call.who.need(Permission::Administer)?;
        if call.method != Method::POST {
            return Err(Refusal::WantsPost);
        }
        let script = call.param("script").ok_or(Refusal::OOPS)?;
        // python-jenkins prints a mark at the end, by which it knows that the script came so far.
        let (script, mark) = match script.trim_end().rsplit_once('\n') {
            Some((script, last)) => {
                match last.strip_prefix("print(\"").and_then(|rest| rest.strip_suffix("\")")) {
                    Some(mark) => (script, Some(mark)),
                    None => (call.param("script").unwrap_or_default(), None),
                }
            }
            None => (script, None),
        };
        let script: String = script.chars().filter(|c| !c.is_whitespace() && *c != ';').collect();
        let printed = script.strip_prefix("println(").and_then(|rest| rest.strip_suffix(')'));
        let value = match printed.unwrap_or(&script) {
            LABELS => labels(jenkins),
            VERSION => self.settings.version.to_string(),
            _ => {
                return Err(Refusal::NotSimulated(
                    "this script is not simulated; the simulator knows that for the labels of all queue items \
                     (jenkins.model.Jenkins.get().queue.items.collect { [it.id, it.assignedLabel?.expression] }) \
                     and jenkins.model.Jenkins.VERSION, each alone or in println()",
                ));
            }
        };
        // The value of a script that prints nothing is shown as its result (`RemotingDiagnostics.Script`).
        let text = match (printed, mark) {
            (Some(_), mark) => format!("{value}\n{}", mark.unwrap_or_default()),
            (None, Some(mark)) => mark.to_owned(),
            (None, None) => format!("Result: {value}\n"),
        };
        Ok(reply::document("text/plain;charset=utf-8", text))
    }
}

/// `[[1, docker&&linux], [2, null]]`, as Groovy prints a list.
fn labels(jenkins: &Jenkins) -> String {
    let items = jenkins.items().into_iter().filter_map(|id| {
        let slot = match jenkins.items.place(id)? {
            crate::left::Place::Build(slot) => slot,
            crate::left::Place::Left(_) => return None,
        };
        let label = jenkins.matching.label(jenkins.builds[slot].label);
        let text = if label.text().is_none() { "null" } else { &label.shown };
        Some(format!("[{id}, {text}]"))
    });
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}
