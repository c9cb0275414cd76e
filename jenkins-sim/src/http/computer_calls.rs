//! `/computer`: what can be done with nodes.

use super::{
    Face,
    computers::{key_of, place},
    config, done,
    permission::Permission,
    refused,
    reply::{self, Refusal},
    request::Call,
    version::Difference,
};
use crate::{
    CreateNodeError, Jenkins, NodeError, NodeSpec, OfflineCause,
    node::{CONTROLLER, NodeKey},
    queue::check_name,
};
use bytes::Bytes;
use footman_core::{id::NodeName, label::LabelSet, time::Timestamp};
use http::{Method, Response, StatusCode};
use serde_json::Value;
use std::sync::Arc;

/// The types of a node that is an agent, by class or by descriptor: Jenkins takes both (`Descriptor.find`), and clients
/// send either.
const AGENT_TYPES: [&str; 2] = ["hudson.slaves.DumbSlave", "hudson.slaves.DumbSlave$DescriptorImpl"];

/// What is kept of a node and decides nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct KeptNode {
    remote_folder: String,
    web_socket: bool,
    /// Who marked it offline last.
    marked_by: Option<Arc<str>>,
}

impl Face {
    /// What is asked of `/computer/…`.
    pub(super) fn computer_call(
        &mut self,
        jenkins: &mut Jenkins,
        now: Timestamp,
        call: &Call<'_>,
        rest: &[&str],
    ) -> Result<Response<Bytes>, Refusal> {
        let (name, what) = match rest {
            ["api", form] => {
                return self
                    .polled(jenkins, call, form, "computerSet", |look, object| look.computers(object));
            }
            // Another method finds a node of that name, which is not there (recording a060).
            ["doCreateItem"] if call.method == Method::POST => return self.create_node(jenkins, now, call),
            [name, what @ ..] => (*name, what),
            [] => return Ok(self.page(jenkins, "Nodes [Jenkins]", "Manage nodes")),
        };
        let key = key_of(jenkins, name).ok_or(Refusal::NOT_FOUND)?;
        let node = jenkins.nodes[key].name.clone();
        let here = place(name);
        match what {
            ["api", form] => {
                self.api(jenkins, call, form, "slaveComputer", |look, object| look.computer(object, key))
            }
            ["config.xml"] if call.method == Method::GET => {
                call.who.need(Permission::AgentExtendedRead)?;
                self.node_config(jenkins, key)
            }
            ["config.xml"] => call.post(|| self.configure(jenkins, now, call, key, &node)),
            [file @ ("slave-agent.jnlp" | "jenkins-agent.jnlp")] if key != CONTROLLER => {
                let has_new_file = self.settings.version.has(Difference::JenkinsAgentFile);
                if *file == "jenkins-agent.jnlp" && !has_new_file {
                    return Err(Refusal::NOT_FOUND);
                }
                self.launch(call, &node)
            }
            ["doDelete"] => call.post(|| {
                call.who.need(Permission::AgentDelete)?;
                let deleted = jenkins.delete_node(now, &node);
                if deleted.is_ok() {
                    self.nodes.remove(node.as_str());
                }
                done(deleted, call, "computer/")
            }),
            ["changeOfflineCause" | "toggleOffline"] => call.post(|| {
                call.who.need(Permission::AgentDisconnect)?;
                let message: Arc<str> = call.param("offlineMessage").unwrap_or_default().into();
                let marked = if what == ["toggleOffline"] {
                    jenkins.toggle_offline(now, &node, message)
                } else {
                    jenkins.change_offline_cause(now, &node, message)
                };
                self.nodes.entry(node.text()).or_default().marked_by = Some(Arc::clone(&call.who.name));
                done(marked, call, &here)
            }),
            // Without a channel it does nothing, for whoever asks (jenkins.md 2).
            ["doDisconnect"] => call.post(|| {
                if jenkins.nodes[key].connected {
                    call.who.need(Permission::AgentDisconnect)?;
                }
                done(jenkins.disconnect(now, &node), call, &here)
            }),
            // An agent that connects by itself is not launched: Jenkins shows its page (recording c010).
            [] | ["launchSlaveAgent"] => {
                Ok(self.page(jenkins, &format!("{name} [Jenkins]"), &format!("Agent {name}")))
            }
            _ => Err(Refusal::NOT_FOUND),
        }
    }

    /// The file by which an agent is started, for who may connect one.
    fn launch(&self, call: &Call<'_>, node: &NodeName) -> Result<Response<Bytes>, Refusal> {
        call.who.need(Permission::AgentConnect)?;
        if call.param("encrypt") == Some("true") {
            let what = "the file by which an agent starts is not simulated encrypted; ask without `encrypt`";
            return Err(Refusal::NotSimulated(what));
        }
        Ok(reply::document("application/x-java-jnlp-file", self.launch_file(node)))
    }

    /// `POST /computer/doCreateItem`; parameters may stand in the query as well as in the form (recording a061).
    fn create_node(
        &mut self,
        jenkins: &mut Jenkins,
        now: Timestamp,
        call: &Call<'_>,
    ) -> Result<Response<Bytes>, Refusal> {
        call.who.need(Permission::AgentCreate)?;
        let name = call.name()?.trim();
        check_name(name).map_err(|error| refused(CreateNodeError::from(error)))?;
        if jenkins.nodes.key(&NodeName::from(name)).is_some() {
            return Err(refused(CreateNodeError::Duplicate { name: name.into() }));
        }
        let json = call.param("json").ok_or(Refusal::NO_FORM)?;
        let form: Value = serde_json::from_str(json).map_err(|_| Refusal::OOPS)?;
        if !call.param("type").is_some_and(|kind| AGENT_TYPES.contains(&kind)) || !form.is_object() {
            return Err(Refusal::OOPS);
        }
        let text = |member| form.get(member).and_then(Value::as_str);
        let executors = match form.get("numExecutors") {
            None => 1,
            Some(Value::String(text)) => text.trim().parse().map_err(|_| Refusal::OOPS)?,
            Some(number) => number.as_u64().and_then(|n| u16::try_from(n).ok()).ok_or(Refusal::OOPS)?,
        };
        let spec = NodeSpec {
            name: NodeName::from(name),
            description: text("nodeDescription").map(Arc::from),
            labels: LabelSet::parse(text("labelString").unwrap_or_default()).labels,
            exclusive: text("mode") == Some("EXCLUSIVE"),
            executors,
        };
        jenkins.create_node(now, spec).map_err(refused)?;
        let web_socket = form.pointer("/launcher/webSocket").and_then(Value::as_bool).unwrap_or(false);
        let remote_folder = text("remoteFS").unwrap_or_default().to_owned();
        self.nodes.insert(name.into(), KeptNode { remote_folder, web_socket, marked_by: None });
        done(Ok::<_, NodeError>(()), call, "computer/")
    }

    /// Where the agent of a node works.
    pub(super) fn remote_folder(&self, node: &str) -> &str {
        self.nodes.get(node).map_or("", |kept| &kept.remote_folder)
    }

    /// Who marked a node offline last.
    pub(super) fn marked_by(&self, node: &str) -> &str {
        let by = self.nodes.get(node).and_then(|kept| kept.marked_by.as_deref());
        by.unwrap_or(super::security::ANONYMOUS)
    }

    fn node_config(&self, jenkins: &Jenkins, key: NodeKey) -> Result<Response<Bytes>, Refusal> {
        let node = &jenkins.nodes[key];
        // The controller's configuration is not a node's, and asking for it fails.
        if key == CONTROLLER {
            return Err(Refusal::of(Some(400), NodeError::Controller.to_string()));
        }
        let kept = self.nodes.get(node.name.as_str()).cloned().unwrap_or_default();
        let labels: Vec<&str> = node.labels.iter().map(|label| &**label).collect();
        let text = format!(
            "<?xml version=\"1.1\" encoding=\"UTF-8\"?>\n<slave>\n{mark}  <name>{name}</name>\n  \
             <description>{description}</description>\n  <remoteFS>{folder}</remoteFS>\n  \
             <numExecutors>{executors}</numExecutors>\n  <mode>{mode}</mode>\n  \
             <retentionStrategy class=\"hudson.slaves.RetentionStrategy$Always\"/>\n  \
             <launcher class=\"hudson.slaves.JNLPLauncher\">\n    <workDirSettings>\n      \
             <disabled>false</disabled>\n      <internalDir>remoting</internalDir>\n      \
             <failIfWorkDirIsMissing>false</failIfWorkDirIsMissing>\n    </workDirSettings>\n    \
             <webSocket>{web_socket}</webSocket>\n  </launcher>\n  <label>{label}</label>\n  <nodeProperties/>\n\
             </slave>",
            mark = self.mark(node),
            name = config::escape(node.name.as_str()),
            description = config::escape(node.description.as_deref().unwrap_or_default()),
            folder = config::escape(&kept.remote_folder),
            executors = node.executors,
            mode = if node.exclusive { "EXCLUSIVE" } else { "NORMAL" },
            web_socket = kept.web_socket,
            label = config::escape(&labels.join(" ")),
        );
        Ok(reply::document("application/xml", text))
    }

    /// The file by which an agent is started: its first argument is the secret.
    fn launch_file(&self, node: &NodeName) -> String {
        let (name, root) = (config::escape(node.as_str()), &self.settings.root_url);
        let mut arguments = vec![self.secret(node.as_str()), name.clone()];
        if self.nodes.get(node.as_str()).is_some_and(|kept| kept.web_socket) {
            arguments.push("-webSocket".to_owned());
        }
        let folder = config::escape(self.remote_folder(node.as_str()));
        for text in ["-workDir", &folder, "-internalDir", "remoting", "-url", root] {
            arguments.push(text.to_owned());
        }
        let arguments: String = arguments.iter().map(|text| format!("<argument>{text}</argument>")).collect();
        format!(
            "<jnlp codebase=\"{root}{place}\" spec=\"1.0+\"><information><title>Agent for {name}</title>\
             <vendor>Jenkins project</vendor><homepage href=\"https://jenkins-ci.org/\"></homepage></information>\
             <security><all-permissions></all-permissions></security><resources><j2se version=\"1.8+\"></j2se>\
             <jar href=\"{root}jnlpJars/remoting.jar\"></jar></resources>\
             <application-desc main-class=\"hudson.remoting.jnlp.Main\">{arguments}</application-desc></jnlp>",
            place = place(node.as_str()),
        )
    }

    /// How a mark stands in a node's configuration (recording d011).
    fn mark(&self, node: &crate::node::Node) -> String {
        let Some(OfflineCause::User { message, at }) = &node.cause else { return String::new() };
        let text = if message.is_empty() { String::new() } else { format!(" : {message}") };
        format!(
            "  <temporaryOfflineCause class=\"hudson.slaves.OfflineCause$UserCause\">\n    \
             <timestamp>{at}</timestamp>\n    <description>\n      <holder>\n        \
             <owner>hudson.slaves.Messages</owner>\n      </holder>\n      \
             <key>SlaveComputer.DisconnectedBy</key>\n      <args>\n        <string>{by}</string>\n        \
             <string>{text}</string>\n      </args>\n    </description>\n  </temporaryOfflineCause>\n",
            at = at.as_millis(),
            by = config::escape(self.marked_by(node.name.as_str())),
            text = config::escape(&text),
        )
    }

    /// `POST /computer/N/config.xml`: labels and executors change at once, and what runs goes on.
    fn configure(
        &mut self,
        jenkins: &mut Jenkins,
        now: Timestamp,
        call: &Call<'_>,
        key: NodeKey,
        node: &NodeName,
    ) -> Result<Response<Bytes>, Refusal> {
        call.who.need(Permission::AgentConfigure)?;
        let config = std::str::from_utf8(call.body).ok().and_then(config::node).ok_or(Refusal::OOPS)?;
        if key == CONTROLLER {
            return Err(refused(NodeError::Controller));
        }
        jenkins.set_labels(now, node, config.labels).map_err(refused)?;
        jenkins
            .describe_node(now, node, config.description.map(Arc::from), config.exclusive)
            .map_err(refused)?;
        if let Some(executors) = config.executors {
            jenkins.set_executors(now, node, executors).map_err(refused)?;
        }
        let kept = self.nodes.entry(node.text()).or_default();
        kept.remote_folder = config.remote_folder;
        kept.web_socket = config.web_socket;
        Ok(reply::done(StatusCode::OK))
    }
}
