//! What is sent to ECS for each template, word for word: the goldens are the SDK's own JSON.

use crate::configuration::{template, templates};
use footman_backend::ecs::{
    TaskTemplate,
    difference::differences,
    render::{Rendered, render},
};
use footman_core::Timestamp;
use serde_json::Value;

fn rendered(template: &TaskTemplate) -> Rendered {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(render(template, Timestamp::from_millis(1_704_067_200_000))).unwrap()
}

#[test]
fn each_template_is_sent_as_it_was_read_and_agreed_on() {
    for template in templates(&[]) {
        let text = serde_json::to_string_pretty(&rendered(&template).json()).unwrap();
        insta::assert_snapshot!(format!("{}", template.name), text);
    }
}

/// What changes between two configurations, and in which place of the requests it is seen.
#[test]
fn a_field_that_changes_is_seen_where_it_belongs_and_nowhere_else() {
    // (template, the field's old and new text, request, places that differ)
    let table: [(&str, &str, &str, &str, &[&str]); 6] = [
        ("everything", "agents/java:21", "agents/java:22", "register", &["/containerDefinitions/0/image"]),
        (
            "everything",
            "softLimit: 1024",
            "softLimit: 2048",
            "register",
            &["/containerDefinitions/0/ulimits/0/softLimit"],
        ),
        (
            "arm",
            "ephemeralStorageSizeInGiB: 40",
            "ephemeralStorageSizeInGiB: 41",
            "register",
            &["/ephemeralStorage/sizeInGiB"],
        ),
        ("arm", "ARM64", "X86_64", "register", &["/runtimePlatform/cpuArchitecture"]),
        ("arm", "sg-1", "sg-2", "run", &["/networkConfiguration/awsvpcConfiguration/securityGroups/0"]),
        ("old", "base: 1", "base: 2", "run", &["/capacityProviderStrategy/0/base"]),
    ];
    for (name, old, new, request, places) in table {
        let (before, after) = (rendered(&template(name, &[])), rendered(&template(name, &[(old, new)])));
        let register = |it: &Rendered| without_fingerprint(it.register_task_definition.clone().unwrap());
        let differ =
            [(register(&before), register(&after)), (before.run_task, after.run_task)].map(|(old, new)| {
                differences(&old, &new).into_iter().map(|difference| difference.place).collect::<Vec<_>>()
            });
        let want: [&[&str]; 2] = if request == "register" { [places, &[]] } else { [&[], places] };
        assert_eq!(differ, want, "{name}: {new}");
    }
}

/// A definition without the tags that follow from the rest of it.
fn without_fingerprint(mut definition: Value) -> Value {
    if let Some(tags) = definition["tags"].as_array_mut() {
        tags.retain(|tag| !["footman:fingerprint", "footman:fields"].contains(&tag["key"].as_str().unwrap()));
    }
    definition
}
