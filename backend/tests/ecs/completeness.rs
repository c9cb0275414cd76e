//! Whether this suite leaves anything out.

use std::collections::BTreeSet;

/// Every file of the suite.
const SUITE: &str = concat!(
    include_str!("clusters.rs"),
    include_str!("definitions.rs"),
    include_str!("errors.rs"),
    include_str!("fixture.rs"),
    include_str!("instances.rs"),
    include_str!("outcomes.rs"),
    include_str!("providers.rs"),
    include_str!("tags_and_settings.rs"),
    include_str!("tasks.rs"),
    include_str!("waiters_and_pages.rs"),
);

/// The operations that the simulator answers, one a line.
const ANSWERED: &str = include_str!("../../../xtask/src/ecs_model/answered.rs");

/// Where it is said, with the reasons, which exceptions the simulator never raises: between `NEVER = {` and `}`, one a line.
const OTHER_SUITE: &str = include_str!("../../../ecs-sim/conformance/test_completeness.py");

/// ecs.md 1.12: the modelled exceptions.
const MODELLED: [&str; 30] = [
    "AccessDeniedException",
    "AttributeLimitExceededException",
    "BlockedException",
    "ClientException",
    "ClusterContainsCapacityProviderException",
    "ClusterContainsContainerInstancesException",
    "ClusterContainsServicesException",
    "ClusterContainsTasksException",
    "ClusterNotFoundException",
    "ConflictException",
    "DaemonNotActiveException",
    "DaemonNotFoundException",
    "InvalidParameterException",
    "LimitExceededException",
    "MissingVersionException",
    "NamespaceNotFoundException",
    "NoUpdateAvailableException",
    "PlatformTaskDefinitionIncompatibilityException",
    "PlatformUnknownException",
    "ResourceInUseException",
    "ResourceNotFoundException",
    "ServerException",
    "ServiceDeploymentNotFoundException",
    "ServiceNotActiveException",
    "ServiceNotFoundException",
    "TargetNotConnectedException",
    "TargetNotFoundException",
    "TaskSetNotFoundException",
    "UnsupportedFeatureException",
    "UpdateInProgressException",
];

/// `RunTask` as the SDK's method `run_task`.
fn method(operation: &str) -> String {
    let mut name = String::new();
    for letter in operation.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

/// The texts that stand alone on a line, quoted and with a comma.
fn quoted(lines: &str) -> Vec<&str> {
    lines.lines().filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\",")).collect()
}

#[test]
fn every_answered_operation_is_called() {
    let answered = quoted(ANSWERED);
    assert!(answered.len() >= 45, "{answered:?}");
    let missing: Vec<_> =
        answered.iter().filter(|operation| !SUITE.contains(&format!(".{}()", method(operation)))).collect();
    assert!(missing.is_empty(), "no test calls {missing:?}");
}

#[test]
fn every_exception_that_comes_has_a_test() {
    let without: BTreeSet<_> = MODELLED
        .into_iter()
        // A conflict and a fault of the service are told to the core in words of its own.
        .filter(|code| !["ConflictException", "ServerException"].contains(code))
        .filter(|code| !SUITE.contains(&format!("\"{code}\"")))
        .collect();
    let (_, never) = OTHER_SUITE.split_once("\nNEVER = {\n").unwrap();
    let never = quoted(never.split_once("\n}\n").unwrap().0);
    assert!(never.len() >= 12, "{never:?}");
    assert_eq!(without, BTreeSet::from_iter(never));
}
