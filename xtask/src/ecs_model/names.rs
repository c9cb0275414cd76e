//! Names of the model in Rust's spelling.

/// Words that Rust keeps for itself, among those that models use.
const KEYWORDS: [&str; 12] =
    ["as", "async", "box", "const", "enum", "in", "match", "move", "ref", "self", "type", "use"];

/// The words of a name: `ec2InstanceId` has `ec2`, `instance`, `id`; `ARMv8`, `X86_64` and `awsvpc` keep their parts.
fn words(name: &str) -> Vec<String> {
    // Units are words of their own.
    let chars: Vec<char> = name.replace("GiB", "Gib").replace("MiB", "Mib").chars().collect();
    let mut words: Vec<String> = Vec::new();
    let mut fresh = true;
    for (place, &c) in chars.iter().enumerate() {
        if !c.is_ascii_alphanumeric() {
            fresh = true;
            continue;
        }
        let before = place.checked_sub(1).map(|before| chars[before]);
        let after = chars.get(place + 1);
        let starts = c.is_ascii_uppercase()
            && (before.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
                || after.is_some_and(char::is_ascii_lowercase));
        if fresh || starts {
            words.push(String::new());
        }
        fresh = false;
        words.last_mut().expect("a word was begun").push(c.to_ascii_lowercase());
    }
    words
}

/// The name of a field: `ec2_instance_id`.
pub(super) fn field(name: &str) -> String {
    let snake = words(name).join("_");
    if KEYWORDS.contains(&snake.as_str()) { format!("r#{snake}") } else { snake }
}

/// The name of a type or variant: `Ec2InstanceId`.
pub(super) fn pascal(name: &str) -> String {
    let capitalised = words(name).into_iter().map(|word| {
        let mut chars = word.chars();
        let first = chars.next().map(|c| c.to_ascii_uppercase());
        first.into_iter().chain(chars).collect::<String>()
    });
    let mut pascal = String::new();
    for word in capitalised {
        // `X86_64` must not become a number that is run together with another.
        let meets = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        if meets(pascal.chars().last()) && meets(word.chars().next()) {
            pascal.push('_');
        }
        pascal.push_str(&word);
    }
    pascal
}

/// The name of a static: `EC2_INSTANCE_ID`.
pub(super) fn screaming(name: &str) -> String {
    words(name).join("_").to_ascii_uppercase()
}

/// What serde's `rename_all = "camelCase"` makes of a field.
pub(super) fn camel(field: &str) -> String {
    let mut camel = String::new();
    for (nth, word) in field.trim_start_matches("r#").split('_').enumerate() {
        let mut chars = word.chars();
        if let Some(first) = chars.next().filter(|_| nth > 0) {
            camel.push(first.to_ascii_uppercase());
        } else {
            chars = word.chars();
        }
        camel.push_str(chars.as_str());
    }
    camel
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelt_as_rust_spells_them() {
        // name => field, type, static
        let table = [
            ("clusterArn", "cluster_arn", "ClusterArn", "CLUSTER_ARN"),
            ("ec2InstanceId", "ec2_instance_id", "Ec2InstanceId", "EC2_INSTANCE_ID"),
            ("sizeInGiB", "size_in_gib", "SizeInGib", "SIZE_IN_GIB"),
            ("type", "r#type", "Type", "TYPE"),
            ("vCpuCount", "v_cpu_count", "VCpuCount", "V_CPU_COUNT"),
            ("TASK_DEFINITION", "task_definition", "TaskDefinition", "TASK_DEFINITION"),
            (
                "EFSVolumeConfiguration",
                "efs_volume_configuration",
                "EfsVolumeConfiguration",
                "EFS_VOLUME_CONFIGURATION",
            ),
            ("X86_64", "x86_64", "X86_64", "X86_64"),
            ("json-file", "json_file", "JsonFile", "JSON_FILE"),
            (
                "WINDOWS_SERVER_2019_FULL",
                "windows_server_2019_full",
                "WindowsServer2019Full",
                "WINDOWS_SERVER_2019_FULL",
            ),
        ];
        for (name, as_field, as_type, as_static) in table {
            assert_eq!((field(name).as_str(), pascal(name).as_str()), (as_field, as_type));
            assert_eq!(screaming(name), as_static);
        }
        assert_eq!(camel("cluster_arn"), "clusterArn");
        assert_eq!(camel("r#type"), "type");
        assert_eq!(camel("size_in_gib"), "sizeInGib");
    }
}
