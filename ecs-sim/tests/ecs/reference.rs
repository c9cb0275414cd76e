//! The rows of what is known of ECS (ecs.md 1.1, 1.2, 1.6 and 1.7), and for each the tests that show it, or the known
//! difference that stands for it.
//!
//! A row without either is a gap; a name that no test has is refused.

use footman_ecs_sim::divergence::DIVERGENCES;
use std::{fs, path::Path};

/// What stands behind a row.
enum Shown {
    /// Tests by their names: of this package, of the core's catalogue, and of the conformance suite.
    By(&'static [&'static str]),
    /// Another behaviour, by what the list of differences calls it.
    Differs(&'static str),
}

use Shown::{By, Differs};

const SERVICES: &str = "services, task sets, daemons, express gateways, deployments";

/// States of tasks, their times, and why they stop.
const TASK_STATES: &[(&str, Shown)] = &[
    ("the order of the states", By(&["each_state_comes_in_its_place_for_each_host_and_each_end"])),
    ("PROVISIONING: an interface", By(&["each_state_comes_in_its_place_for_each_host_and_each_end"])),
    ("PROVISIONING: waiting for capacity", By(&["a_task_that_finds_no_room_is_provisioning_until_it_does"])),
    (
        "PENDING",
        By(&["a_task_on_an_instance_with_bridge_is_pending_at_once_and_pulls_only_what_is_not_there"]),
    ),
    ("ACTIVATING, without a length", By(&["each_state_comes_in_its_place_for_each_host_and_each_end"])),
    ("RUNNING", By(&["a_task_on_fargate_goes_through_every_state_and_is_billed_from_its_pull_on"])),
    ("DEACTIVATING, without a length", By(&["each_state_comes_in_its_place_for_each_host_and_each_end"])),
    (
        "STOPPING: signal, stopTimeout, SIGKILL; skipped where the container ends by itself",
        By(&[
            "a_container_that_does_not_hear_the_signal_is_killed_at_its_stop_timeout",
            "each_state_comes_in_its_place_for_each_host_and_each_end",
            "task_definitions_are_checked_as_ecs_checks_them",
        ]),
    ),
    (
        "DEPROVISIONING",
        By(&["a_task_on_an_instance_with_awsvpc_waits_for_its_network_interface_before_and_after"]),
    ),
    ("STOPPED: what it held is free", By(&["whatever_is_called_nothing_is_lost_or_given_twice"])),
    ("DELETED", By(&["a_task_that_has_stopped_is_deleted_an_hour_later_and_missing_from_then_on"])),
    (
        "desiredStatus is RUNNING or STOPPED, and a list of PENDING is empty",
        By(&["a_task_leaves_the_default_list_when_it_is_told_to_stop_and_not_when_it_has_stopped"]),
    ),
    (
        "StopTask in PROVISIONING: version 2, no containers",
        By(&[
            "a_task_that_is_stopped_before_its_launch_answers_as_was_observed",
            "a_task_stopped_before_its_launch_shows_no_containers",
        ]),
    ),
    (
        "the waiter TasksRunning",
        By(&["test_tasks_running_ends_when_the_task_runs", "test_tasks_running_fails_where_a_task_stops"]),
    ),
    (
        "the waiter TasksStopped",
        By(&[
            "test_tasks_stopped_ends_when_the_task_has_stopped",
            "test_a_missing_task_never_satisfies_tasks_stopped",
        ]),
    ),
    (
        "times, in their order, and absent where they were not reached",
        By(&[
            "each_cause_of_a_stop_has_its_code_and_its_reason",
            "a_task_is_shown_with_what_its_call_said_and_stops",
            "test_a_fargate_task_goes_through_its_states_in_order",
        ]),
    ),
    ("version: 4 when it runs on Fargate, 6 to 9 at the end", By(&["versions_are_those_of_published_tasks"])),
    ("StopTask without a reason", By(&["each_cause_of_a_stop_has_its_code_and_its_reason"])),
    ("StopTask with a reason", By(&["each_cause_of_a_stop_has_its_code_and_its_reason"])),
    (
        "an essential container ends",
        By(&["each_container_ends_with_its_own_code_and_the_essential_ones_end_the_task"]),
    ),
    ("scale-in or deployment of a service", Differs(SERVICES)),
    ("the EC2 host is gone", By(&["each_cause_of_a_stop_has_its_code_and_its_reason"])),
    (
        "Fargate Spot is reclaimed",
        By(&["a_task_on_fargate_spot_is_warned_and_stopped_with_the_reason_of_ecs"]),
    ),
    ("deregistration by force", By(&["each_cause_of_a_stop_has_its_code_and_its_reason"])),
    ("image pull", By(&["so_many_tasks_as_are_planned_fail_to_pull_and_the_next_one_runs"])),
    ("no interface in time", By(&["each_cause_of_a_stop_has_its_code_and_its_reason"])),
    ("a subnet without addresses", Differs("addresses and ports of tasks")),
    ("no disk on Fargate", By(&["a_task_that_is_not_initialized_ends_before_its_pull_and_costs_nothing"])),
    ("secrets or registry", By(&["a_task_that_is_not_initialized_ends_before_its_pull_and_costs_nothing"])),
    ("out of memory", By(&["a_container_that_exceeds_its_memory_is_killed_with_137_and_the_reason_of_ecs"])),
    (
        "placement on a capacity provider never worked",
        By(&["a_task_that_waits_in_vain_says_what_stood_in_the_way"]),
    ),
];

/// `RunTask`, `StartTask`, `StopTask`, `DescribeTasks`.
const RUN_TASK: &[(&str, Shown)] = &[
    (
        "count; a definition by family, revision or ARN; the default cluster",
        By(&[
            "run_task_refuses_what_is_too_long_or_too_many",
            "test_run_task_starts_one_to_ten",
            "a_definition_is_registered_deregistered_and_deleted",
            "test_an_unknown_cluster_is_not_found",
        ]),
    ),
    (
        "launchType or a strategy, else the cluster's, else EC2",
        By(&[
            "what_run_task_bounds_and_excludes_is_refused",
            "capacity_is_what_the_call_says_or_the_cluster",
        ]),
    ),
    ("EXTERNAL, MANAGED_INSTANCES", Differs("launch types EXTERNAL and MANAGED_INSTANCES")),
    ("FARGATE_SPOT by a strategy only", By(&["fargate_has_fewer_sizes_for_windows_and_no_windows_on_spot"])),
    (
        "group and startedBy",
        By(&[
            "a_task_is_of_the_group_of_its_family_unless_it_says_otherwise",
            "run_task_refuses_what_is_too_long_or_too_many",
        ]),
    ),
    ("groups and owners of services", Differs(SERVICES)),
    (
        "overrides",
        By(&[
            "what_run_task_bounds_and_excludes_is_refused",
            "a_task_is_shown_with_what_its_call_said_and_stops",
            "test_overrides_are_shown",
        ]),
    ),
    (
        "constraints and strategies",
        By(&[
            "at_most_ten_constraints_and_none_on_fargate",
            "constraints_and_their_expressions_are_bounded",
            "run_task_refuses_what_is_too_long_or_too_many",
        ]),
    ),
    (
        "propagateTags and tags",
        By(&[
            "tags_of_a_definition_go_to_its_tasks_where_they_are_propagated",
            "run_task_refuses_what_is_too_long_or_too_many",
            "test_tags_of_tasks_are_shown_where_they_are_asked_for",
            "test_the_bounds_of_run_task",
        ]),
    ),
    (
        "networkConfiguration",
        By(&[
            "run_task_refuses_what_ecs_refuses_in_its_words",
            "run_task_refuses_what_is_too_long_or_too_many",
        ]),
    ),
    (
        "clientToken",
        By(&[
            "a_token_starts_its_tasks_once",
            "a_token_holds_in_its_cluster_in_its_spelling_until_a_day_or_an_hour_after_the_stop",
            "a_token_that_started_nothing_gets_its_failures_again_or_not",
            "a_token_of_several_tasks_is_free_when_none_of_them_is_described",
            "test_a_repeated_token_is_a_replay",
        ]),
    ),
    ("eventual consistency", By(&["writes_show_late_where_the_setting_says_so"])),
    (
        "StartTask",
        By(&[
            "start_task_names_its_instances_and_is_told_which_do_not_take_it",
            "start_task_heeds_the_constraints_of_the_definition_and_knows_who_has_left",
        ]),
    ),
    (
        "StopTask",
        By(&[
            "stop_task_answers_with_the_status_from_before_and_gives_the_reasons_of_ecs",
            "test_stop_task_knows_its_tasks",
        ]),
    ),
    ("DescribeTasks", By(&["describe_tasks_names_what_is_missing", "test_unknown_tasks_are_failures"])),
    (
        "RESOURCE:CPU, RESOURCE:MEMORY, RESOURCE:PORTS",
        By(&["what_stands_in_the_way_is_told_of_each_instance"]),
    ),
    ("RESOURCE:ENI", By(&["an_instance_carries_as_many_interfaces_as_its_type_and_trunking_say"])),
    ("REGISTERING: no tasks yet", By(&["an_instance_is_registering_until_its_trunk_is_attached"])),
    ("RESOURCE:GPU", By(&["an_instance_that_lacks_what_a_task_requires_is_refused_with_the_reason_for_it"])),
    ("AGENT", By(&["an_instance_without_its_agent_takes_no_tasks_and_says_so"])),
    ("LOCATION", By(&["a_task_goes_to_an_instance_in_a_zone_of_its_subnets"])),
    (
        "ATTRIBUTE",
        By(&[
            "an_instance_that_lacks_what_a_task_requires_is_refused_with_the_reason_for_it",
            "a_definition_requires_what_published_ones_did",
            "a_definition_shows_what_it_requires_and_an_instance_what_its_agent_can_do",
        ]),
    ),
    ("MISSING, INACTIVE", By(&["start_task_heeds_the_constraints_of_the_definition_and_knows_who_has_left"])),
    ("memberOf", By(&["constraints_of_the_call_and_of_the_definition_must_all_hold"])),
    ("no capacity on Fargate", By(&["faults_happen_as_often_as_they_are_set_to"])),
    ("the vCPU quota of Fargate", Differs("Fargate vCPU quota")),
];

/// Fargate.
const FARGATE: &[(&str, Shown)] = &[
    (
        "the table of sizes",
        By(&[
            "fargate_offers_the_sizes_of_the_developer_guide_and_no_other",
            "test_fargate_has_sizes_of_its_own",
        ]),
    ),
    ("sizes of Windows", By(&["fargate_has_fewer_sizes_for_windows_and_no_windows_on_spot"])),
    (
        "two spellings of a size",
        By(&["sizes_of_tasks_are_read_in_both_spellings", "test_sizes_have_two_spellings"]),
    ),
    (
        "cpu and memory at the task level, and the words of both exceptions",
        By(&["task_definitions_are_checked_as_ecs_checks_them"]),
    ),
    (
        "platform versions; 8 vCPUs and more take 1.4.0",
        By(&["a_platform_version_is_there_and_does_what_the_task_needs"]),
    ),
    ("retired platform versions", Differs("Fargate platform versions")),
    ("ephemeral storage", By(&["ephemeral_storage_is_from_21_to_200_gib"])),
    (
        "Spot: platform versions, no Windows",
        By(&[
            "a_platform_version_is_there_and_does_what_the_task_needs",
            "fargate_has_fewer_sizes_for_windows_and_no_windows_on_spot",
        ]),
    ),
    (
        "Spot: two minutes' notice with the signal",
        By(&[
            "a_task_on_fargate_spot_is_warned_and_stopped_with_the_reason_of_ecs",
            "test_fargate_spot_gives_two_minutes",
        ]),
    ),
    ("stopTimeout of two minutes at most", By(&["task_definitions_are_checked_as_ecs_checks_them"])),
    ("no way from Spot to on demand", By(&["fargate_that_is_short_gives_no_task_to_the_other_kind"])),
    ("prices, by the second, a minute at least", By(&["fargate_bills_by_the_second_and_a_minute_at_least"])),
    (
        "from the start of the pull to the end of the task",
        By(&["a_task_on_fargate_goes_through_every_state_and_is_billed_from_its_pull_on"]),
    ),
];

/// Capacity providers and managed scaling.
const CAPACITY_PROVIDERS: &[(&str, Shown)] = &[
    (
        "items, weights, bases, kinds, association",
        By(&["capacity_providers_and_strategies_are_checked_as_ecs_checks_them", "strategies_have_bounds"]),
    ),
    (
        "base first, then by weight",
        By(&["a_call_is_split_by_base_and_weights", "a_provider_that_is_short_gives_no_task_to_another"]),
    ),
    ("the split of one call", Differs("weights of a strategy within one RunTask")),
    (
        "no fall-back to another provider; capacityProviderName",
        By(&[
            "a_provider_that_is_short_gives_no_task_to_another",
            "a_provider_scales_its_group_for_tasks_that_wait",
        ]),
    ),
    (
        "defaults of a provider",
        By(&["a_provider_is_updated_member_by_member", "test_capacity_providers_have_defaults"]),
    ),
    (
        "the metric while nobody waits: instances with tasks",
        By(&["a_group_shrinks_fifteen_minutes_after_its_tasks_by_half_a_minute"]),
    ),
    (
        "the metric while tasks wait: by kinds, on the largest type, within the steps",
        By(&[
            "a_group_grows_by_what_the_neediest_kind_lacks_and_never_while_it_warms_up",
            "a_step_has_its_largest_and_least_size_and_a_kind_that_fits_nowhere_asks_for_nothing",
            "the_metric_counts_whatever_an_instance_has_too_little_of",
        ]),
    ),
    (
        "without instances: 100, or 200 where tasks wait",
        By(&["from_zero_two_instances_come_first_and_fifteen_minutes_after_the_need_both_go"]),
    ),
    ("one high point, fifteen low ones", By(&["one_task_from_zero_brings_two_instances_and_both_go_again"])),
    (
        "no scale-out while an instance warms up",
        By(&["a_group_grows_by_what_the_neediest_kind_lacks_and_never_while_it_warms_up"]),
    ),
    (
        "no scale-in within fifteen minutes of a scale-out, and of half the group at most",
        By(&["a_cooled_down_group_waits_fifteen_minutes_after_it_grew"]),
    ),
    ("a scale-out ends a scale-in", By(&["a_scale_out_ends_a_scale_in"])),
    (
        "termination protection",
        By(&["an_instance_with_a_task_is_spared_where_it_is_protected_and_drained_where_not"]),
    ),
    (
        "two up, fifteen minutes later both gone",
        By(&["from_zero_two_instances_come_first_and_fifteen_minutes_after_the_need_both_go"]),
    ),
];

/// The texts of all files below a folder that end so.
fn texts(folder: &Path, end: &str, into: &mut String) {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("cannot read {}: {e}", folder.display()));
    for entry in entries {
        let path = entry.expect("the folder can be listed").path();
        if path.is_dir() {
            texts(&path, end, into);
        } else if path.to_string_lossy().ends_with(end) {
            into.push_str(&fs::read_to_string(&path).expect("it is a text"));
        }
    }
}

#[test]
fn every_row_names_tests_that_there_are_or_a_difference_that_is_known() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = String::new();
    for folder in ["src", "tests", "../core/src/catalogue"] {
        texts(&package.join(folder), ".rs", &mut sources);
    }
    texts(&package.join("conformance"), ".py", &mut sources);
    let is_test = |name: &str| {
        let python = name.starts_with("test_") && sources.contains(&format!("\ndef {name}("));
        let rust = |indent: &str| sources.contains(&format!("#[test]\n{indent}fn {name}("));
        python || rust("") || rust("    ")
    };
    for rows in [TASK_STATES, RUN_TASK, FARGATE, CAPACITY_PROVIDERS] {
        for (nth, (row, shown)) in rows.iter().enumerate() {
            assert!(rows[..nth].iter().all(|(other, _)| other != row), "`{row}` is there twice");
            match shown {
                By(names) => {
                    assert!(!names.is_empty(), "nothing shows `{row}`");
                    for name in *names {
                        assert!(is_test(name), "`{row}` is said to be shown by `{name}`, which is no test");
                    }
                }
                Differs(what) => {
                    let known = DIVERGENCES.iter().any(|divergence| divergence.what == *what);
                    assert!(known, "`{row}` is said to be the difference `{what}`, which is not in the list");
                }
            }
        }
    }
}
