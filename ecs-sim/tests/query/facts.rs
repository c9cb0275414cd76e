//! What the Amazon ECS Developer Guide says of the language, row by row ("Cluster query language" and "Task placement
//! constraints", read 2026-11-23), and what is taken where it says nothing.

use crate::{expression, instance, selects};
use footman_ecs_sim::query::Operator;

#[test]
fn each_example_of_the_guide_selects_what_the_guide_says() {
    // expression => whether it selects the instance
    let table = [
        ("attribute:ecs.instance-type == t2.small", false),
        ("attribute:ecs.instance-type == g2.2xlarge", true),
        ("attribute:ecs.availability-zone in [us-east-1a, us-east-1b]", true),
        ("attribute:ecs.availability-zone in [us-east-1b, us-east-1c]", false),
        ("attribute:ecs.instance-type =~ g2.* and attribute:ecs.availability-zone != us-east-1d", true),
        ("attribute:ecs.instance-type =~ g2.* and attribute:ecs.availability-zone != us-east-1a", false),
        ("task:group == service:production", true),
        ("task:group == database", false),
        ("not(task:group == database)", true),
        ("not(task:group == service:production)", false),
        ("runningTasksCount == 1", true),
        ("runningTasksCount == 2", false),
        ("agentVersion < 1.14.5", true),
        ("agentVersion < 1.14.4", false),
        ("registeredAt < 2018-02-13", false),
        ("registeredAt < 2019-02-13", true),
        ("ec2InstanceId in ['i-abcd1234', 'i-wxyx7890']", true),
        ("ec2InstanceId in ['i-abcd1235', 'i-wxyx7890']", false),
        // "lists the instances with the custom attribute unless the value is prod".
        ("attribute:stack == prod", true),
        ("attribute:stack != prod", false),
        // An argument list of Terraform modules, in the other quotes.
        ("attribute:ecs.availability-zone in [\"us-east-1a\", \"us-east-1b\"]", true),
    ];
    for (text, want) in table {
        assert_eq!(selects(text), want, "{text}");
    }
}

#[test]
fn each_operator_means_the_same_in_both_spellings() {
    // argument that holds, argument that does not, by operator, on an attribute of the value 7
    let table = [
        (Operator::Equals, "7", "8"),
        (Operator::NotEquals, "8", "7"),
        (Operator::GreaterThan, "6", "7"),
        (Operator::GreaterThanEqual, "7", "10"),
        (Operator::LessThan, "10", "7"),
        (Operator::LessThanEqual, "7", "6.9"),
        (Operator::In, "[6, 7]", "[6, 8]"),
        (Operator::NotIn, "[6, 8]", "[6, 7]"),
        (Operator::Matches, "[67]", "[68]"),
        (Operator::NotMatches, "[68]", "[67]"),
    ];
    for (operator, holds, fails) in table {
        for spelling in operator.spellings() {
            assert!(selects(&format!("attribute:rack {spelling} {holds}")), "{spelling} {holds}");
            assert!(!selects(&format!("attribute:rack {spelling} {fails}")), "{spelling} {fails}");
        }
        let [symbol, word] = operator.spellings();
        let of = |spelling| expression(&format!("attribute:rack {spelling} {holds}"));
        assert_eq!(of(symbol), of(word));
    }
    for (spelling, rack, absent) in
        [("exists", true, false), ("!exists", false, true), ("not_exists", false, true)]
    {
        assert_eq!(selects(&format!("attribute:rack {spelling}")), rack, "{spelling}");
        assert_eq!(selects(&format!("attribute:absent {spelling}")), absent, "{spelling}");
    }
}

#[test]
fn a_subject_without_a_value_is_selected_by_no_comparison() {
    for text in [
        "attribute:absent == x",
        "attribute:absent != x",
        "attribute:absent in [x, y]",
        "attribute:absent !in [x, y]",
        "attribute:absent =~ .*",
        "attribute:absent !~ x",
        "attribute:absent > 1",
        "attribute:absent <= 1",
    ] {
        assert!(!selects(text), "{text}");
        assert!(selects(&format!("not({text})")), "not({text})");
    }
    let mut bare = instance();
    (bare.id, bare.version, bare.registered_ms, bare.groups) = (None, None, None, Vec::new());
    for text in [
        "ec2InstanceId != i-1",
        "ec2InstanceId =~ .*",
        "agentVersion != 1",
        "registeredAt != 2018-06-18",
        "task:group != database",
        "task:group exists",
    ] {
        assert!(!expression(text).holds(&bare), "{text}");
        assert!(selects(text), "{text}");
    }
    assert!(expression("task:group !exists").holds(&bare));
}

#[test]
fn an_attribute_with_a_name_alone_exists_and_is_empty() {
    assert!(selects("attribute:flag exists"));
    assert!(selects("attribute:flag == ''"));
    assert!(selects("attribute:flag != x"));
    assert!(!selects("attribute:flag > 0"));
}

#[test]
fn an_instance_has_a_group_for_each_of_its_tasks() {
    let mut two = instance();
    two.groups.push("database".to_owned());
    // expression => of the instance with two groups
    for (text, want) in [
        ("task:group == database", true),
        ("task:group != database", true),
        ("not(task:group == database)", false),
        ("task:group in [a, database]", true),
        ("task:group =~ service:.*", true),
        ("task:group !~ service:.*", true),
        ("not(task:group exists)", false),
    ] {
        assert_eq!(expression(text).holds(&two), want, "{text}");
    }
}

#[test]
fn and_binds_tighter_than_or_and_not_tighter_than_both() {
    let (yes, no) = ("attribute:stack == prod", "attribute:stack == test");
    // Each row would come out differently if it were read in another way.
    for (text, want) in [
        (format!("{yes} or {no} and {no}"), true),
        (format!("({yes} or {no}) and {no}"), false),
        (format!("{no} and {no} or {yes}"), true),
        (format!("{no} and ({no} or {yes})"), false),
        (format!("not {no} or {yes} and {no}"), true),
        (format!("not {yes} and {no}"), false),
        (format!("not ({yes} and {no})"), true),
        (format!("! {yes} || {yes}"), true),
        (format!("!!{yes}"), true),
        (format!("not not {no}"), false),
        (format!("{yes}&&{yes}||{no}"), true),
        (format!("({yes})and({yes})"), true),
    ] {
        assert_eq!(selects(&text), want, "{text}");
    }
}

#[test]
fn texts_that_mean_the_same_make_equal_expressions() {
    let table: [(&str, &[&str]); 9] = [
        (
            "attribute:a == x",
            &["attribute:a equals x", "  attribute:a=='x' ", "(attribute:a == \"x\")", "attribute:a in [x]"],
        ),
        ("attribute:a !in [x, y]", &["attribute:a not_in [ 'y' , x,y ]"]),
        ("attribute:a != x", &["attribute:a !in [x]", "attribute:a!=x"]),
        (
            "attribute:a !exists",
            &["not attribute:a exists", "!(attribute:a exists)", "attribute:a not_exists"],
        ),
        ("attribute:a exists", &["not attribute:a !exists", "not not attribute:a exists"]),
        (
            "attribute:a == x and attribute:b == y",
            &[
                "attribute:b == y && attribute:a == x",
                "attribute:a == x and (attribute:b == y and attribute:a == x)",
            ],
        ),
        (
            "attribute:a == x or attribute:b == y",
            &["(attribute:b == y || attribute:a == x) or attribute:a == x"],
        ),
        ("agentVersion == 1.14", &["agentVersion equals 1.14.0"]),
        (
            "registeredAt < 2018-06-18",
            &["registeredAt < 2018-06-18T00:00:00", "registeredAt < 2018-06-18T02:00:00+02:00"],
        ),
    ];
    for (text, others) in table {
        let normal = expression(text);
        assert_eq!(normal.to_string(), text);
        for other in others {
            assert_eq!(expression(other), normal, "{other}");
        }
    }
    // What looks alike and is not: one of the two selects instances without the attribute.
    assert_ne!(expression("not(attribute:a == x)"), expression("attribute:a != x"));
}

#[test]
fn the_words_of_the_language_are_arguments_where_arguments_stand() {
    for word in ["and", "or", "not", "in", "exists", "matches", "agentConnected"] {
        let text = format!("attribute:a == {word} and attribute:b != {word}");
        assert_eq!(expression(&text).to_string(), text);
    }
    assert!(selects("attribute:note == 'two words'"));
}

#[test]
fn what_depends_on_tasks_is_known() {
    // expression => counts running tasks, depends on tasks
    for (text, counts, depends) in [
        ("attribute:a == x", false, false),
        ("attribute:a == x or not(runningTasksCount > 3)", true, true),
        ("task:group == x and attribute:a exists", false, true),
    ] {
        let expression = expression(text);
        assert_eq!(
            (expression.counts_running_tasks(), expression.depends_on_tasks()),
            (counts, depends),
            "{text}"
        );
    }
}
