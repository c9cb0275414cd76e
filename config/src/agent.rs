//! How a task becomes the agent of its node: what its image is told, and in which words.

use crate::plugin::kind::{Words, words};
use std::sync::Arc;

/// How a template's containers are told which agent they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentSettings {
    /// What the image's entry point understands.
    pub dialect: ImageDialect,
    /// Whether the agent connects over WebSocket instead of TCP.
    pub web_socket: bool,
    /// The image that Java and `agent.jar` are taken from, where the template's own image has neither.
    pub injection: Option<Arc<str>>,
}

/// What an image's entry point takes its instructions from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum ImageDialect {
    /// The variables of `jenkins/inbound-agent` (`JENKINS_URL`, `JENKINS_SECRET`, `JENKINS_AGENT_NAME`, ...).
    #[default]
    Environment,
    /// The arguments that the plugin gives: `-url URL [-tunnel T] SECRET NAME`.
    Arguments,
    /// The arguments of `jenkins/inbound-agent` on Windows: `-Url URL -Secret SECRET -Name NAME`.
    Windows,
}

words! { ImageDialect, "environment, arguments or windows", [
    "environment" => ImageDialect::Environment,
    "arguments" => ImageDialect::Arguments,
    "windows" => ImageDialect::Windows,
] }
