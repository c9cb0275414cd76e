//! Links to the logs of tasks.

use crate::configuration::template;
use footman_core::id::TaskArn;

/// How CloudWatch's console spells a place behind its `#` (ECS Developer Guide, awslogs; seen in links that it gives out).
#[test]
fn a_task_has_a_link_where_awslogs_takes_its_log() {
    const TASK: &str = "arn:aws:ecs:us-east-1:123456789012:task/default/0f";
    let with = |options: &str| {
        format!("label: simple\n            logDriver: awslogs\n            logDriverOptions: [{options}]")
    };
    let of_group = "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:log-groups/log-group/\
                    $252Fci$252Fagents";
    let of_stream = format!("{of_group}/log-events/agent$252Fonec2-simple$252F0f");
    let group = "{name: awslogs-group, value: /ci/agents}";
    let prefix = "{name: awslogs-stream-prefix, value: agent}";
    let region = "{name: awslogs-region, value: cn-north-1}";
    let elsewhere = of_group.replace("us-east-1", "cn-north-1");
    // (options, the task) => the link
    let table = [
        (with(&format!("{group}, {prefix}")), TASK, Some(of_stream.as_str())),
        (with(group), TASK, Some(of_group)),
        (with(&format!("{group}, {region}")), TASK, Some(elsewhere.as_str())),
        (with(prefix), TASK, None),
        (with(group).replace("awslogs\n", "fluentd\n"), TASK, None),
        (with(group), "0f", None),
        ("label: simple".to_owned(), TASK, None),
    ];
    for (label, task, want) in table {
        let link = template("simple", &[("label: simple", &label)]).log_link(&TaskArn::new(task));
        assert_eq!(link.as_deref(), want, "{label} {task}");
    }
    let other = TASK.replace("arn:aws:", "arn:aws-cn:");
    let link = template("simple", &[("label: simple", &with(group))]).log_link(&TaskArn::new(other));
    assert!(link.is_some_and(|link| link.starts_with("https://us-east-1.console.amazonaws.cn/")));
}
