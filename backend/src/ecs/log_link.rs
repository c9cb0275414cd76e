//! Where the log of a task is read: a link to Amazon CloudWatch Logs, where `awslogs` takes it there.

use super::template::TaskTemplate;
use footman_core::id::TaskArn;
use std::fmt::Write;

impl TaskTemplate {
    /// A link to the log of the agent's container in `task`: its stream, or its group where the stream's name is not known;
    /// `None` where the log goes elsewhere, or the definition is the user's own.
    ///
    /// With `awslogs-stream-prefix` a stream is `prefix/container/task-id`, without it is named by Docker (Amazon ECS Developer
    /// Guide, "Send Amazon ECS logs to CloudWatch", read 2026-11-26).
    pub fn log_link(&self, task: &TaskArn) -> Option<String> {
        let fields = &self.fields;
        if self.own_definition.is_some() || fields.log_driver.value.trim() != "awslogs" {
            return None;
        }
        let option = |name: &str| {
            let option = fields.log_driver_options.value.iter().find(|option| option.name == name);
            option.map(|option| option.value.trim()).filter(|value| !value.is_empty())
        };
        // `arn:PARTITION:ecs:REGION:ACCOUNT:task/CLUSTER/ID`
        let parts: Vec<&str> = task.as_str().splitn(6, ':').collect();
        let &[_, partition, _, own_region, _, resource] = parts.as_slice() else { return None };
        let (_, id) = resource.rsplit_once('/')?;
        let region = option("awslogs-region").unwrap_or(own_region);
        let console = match partition {
            "aws-cn" => "console.amazonaws.cn",
            "aws-us-gov" => "console.amazonaws-us-gov.com",
            _ => "console.aws.amazon.com",
        };
        let group = escaped(option("awslogs-group")?);
        let mut link = format!(
            "https://{region}.{console}/cloudwatch/home?region={region}#logsV2:log-groups/log-group/{group}"
        );
        if let Some(prefix) = option("awslogs-stream-prefix") {
            link.push_str("/log-events/");
            link.push_str(&escaped(&format!("{prefix}/{}/{id}", self.container)));
        }
        Some(link)
    }
}

/// A name as the console has it behind the `#`: escaped for a URL twice, with `$` for the `%` of the second time.
fn escaped(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 16);
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            text.push(char::from(byte));
        } else {
            write!(text, "$25{byte:02X}").expect("a String takes everything");
        }
    }
    text
}
