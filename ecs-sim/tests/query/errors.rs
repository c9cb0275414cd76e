//! What is said of a text that is no expression: where it goes wrong, what was expected, and the nearest right spelling.

use crate::expression;
use footman_ecs_sim::query::{Expression, Operator, Problem};

/// The part of the text that the error points at, what the error says, and its help.
fn told(text: &str) -> (String, String, String) {
    let error = match Expression::parse(text) {
        Ok(expression) => panic!("{text} was read as {expression}"),
        Err(error) => error,
    };
    assert!(text.get(error.span.clone()).is_some(), "{text}: {:?}", error.span);
    (text[error.span.clone()].to_owned(), error.problem.to_string(), error.help().unwrap_or_default())
}

/// Texts, each with where it goes wrong, how the error begins, and part of the help.
fn check(table: &[(&str, &str, &str, &str)]) {
    for (text, place, message, help) in table {
        let (at, said, helped) = told(text);
        assert_eq!(at, *place, "{text}: {said}");
        assert!(said.starts_with(message), "{text}: {said}");
        assert!(helped.contains(help) && helped.is_empty() == help.is_empty(), "{text}: {helped}");
    }
}

#[test]
fn an_error_says_where_what_was_expected_and_what_was_meant() {
    let term = "expected a subject such as `attribute:ecs.instance-type`, `not` or `(`";
    let operator = "expected an operator such as `==`, `in` or `=~`";
    // text => where, what, part of the help
    let table = [
        ("", "", term, ""),
        ("   ", "", term, ""),
        ("()", ")", term, ""),
        ("not", "", term, ""),
        ("attribute:a == x and", "", term, ""),
        ("== x", "==", term, ""),
        ("agentconnected == true", "agentconnected", "unknown subject `agentconnected`", "`agentConnected`"),
        (
            "runningTaskCount > 1",
            "runningTaskCount",
            "unknown subject `runningTaskCount`",
            "`runningTasksCount`",
        ),
        ("attributes:a == x", "attributes:a", "unknown subject `attributes:a`", "`attribute:a`"),
        ("ecs.os-type == linux", "ecs.os-type", "unknown subject `ecs.os-type`", "`attribute:ecs.os-type`"),
        ("task:groups == x", "task:groups", "unknown subject `task:groups`", "`task:group`"),
        ("zzz == x", "zzz", "unknown subject `zzz`", "subjects are agentConnected"),
        ("attribute:ä == x", "ä", "an attribute's name has 1 to 128 letters", ""),
        ("attribute: == x", "", "an attribute's name has 1 to 128 letters", ""),
        ("attribute:a = x", "=", operator, "`==`"),
        ("attribute:a eqauls x", "eqauls", operator, "`equals`"),
        ("attribute:a notin [x]", "notin", operator, "`not_in`"),
        ("attribute:a ~ x", "~", operator, "`=~`"),
        ("attribute:a", "", operator, ""),
        ("attribute:a IN [x]", "IN", operator, "`in`"),
    ];
    check(&table);
}

#[test]
fn an_error_says_what_a_subject_takes() {
    let argument = "expected an argument: a word, or a text in quotes";
    let end = "expected `and`, `or` or the end";
    // text => where, what, part of the help
    let table = [
        (
            "agentVersion =~ 1.*",
            "=~",
            "`agentVersion` does not take the operator `=~`",
            "`==`, `!=`, `>`, `>=`, `<`, `<=`",
        ),
        ("agentConnected exists", "exists", "`agentConnected` does not take", "`in`, `!in`, `=~`, `!~`"),
        ("ec2InstanceId > i-1", ">", "`ec2InstanceId` does not take", "`==`, `!=`, `in`"),
        ("task:group < a", "<", "`task:group` does not take", "`exists`"),
        ("agentVersion > one", "one", "expected a version such as 1.14.5 for `agentVersion`", ""),
        ("registeredAt < yesterday", "yesterday", "expected a date such as 2018-06-18", ""),
        ("runningTasksCount == -1", "-1", "expected a whole number for `runningTasksCount`", ""),
        ("runningTasksCount == 4294967296", "4294967296", "expected a whole number", ""),
        ("agentConnected == yes", "yes", "expected `true` or `false` for `agentConnected`", ""),
        ("agentConnected in [true, no]", "no", "expected `true` or `false`", ""),
        ("attribute:a > x", "x", "expected a number such as 4 or 1.14.5 for `attribute:NAME`", ""),
        ("attribute:a ==", "", argument, ""),
        ("attribute:a == == x", "=", "`=` cannot stand in an argument without quotes", "'…'"),
        ("attribute:a == t2.*", "*", "`*` cannot stand in an argument without quotes", "`=~`"),
        ("attribute:a == 'x", "'x", "expected the closing `'`", ""),
        ("attribute:a =~ \"x", "\"x", "expected the closing `\"`", ""),
        ("attribute:a in x", "x", "expected a list such as [a, b]", ""),
        ("attribute:a in []", "]", argument, ""),
        ("attribute:a in [x y]", "y", "expected `,` or `]`", ""),
        ("attribute:a in [x,", "", argument, ""),
        ("attribute:a in [x", "", "expected `,` or `]`", ""),
        ("attribute:a == x(y)", "(", "a single expression has no parentheses", "`a|b`"),
        ("attribute:a == 'x(y)'", "(", "a single expression has no parentheses", "`a|b`"),
        ("attribute:a =~ (x|y)", "(", "a single expression has no parentheses", "`a|b`"),
        ("attribute:a =~ '(x|y)'", "(", "a single expression has no parentheses", "`a|b`"),
        ("attribute:a =~ 'x(?=y)'", "(", "look-around is not supported in a pattern", "linear time"),
        ("attribute:a =~ x\\1", "\\1", "back-references are not supported in a pattern", "linear time"),
        ("attribute:a =~ x++", "++", "possessive quantifiers are not supported", "linear time"),
        ("attribute:a =~ [z-a]", "[z-a]", "the pattern is malformed: invalid character class range", "`\\`"),
        ("attribute:a =~", "", argument, ""),
        ("attribute:a =~ ~x", "~x", argument, ""),
        ("attribute:a == x adn attribute:b == y", "adn", end, "`and`"),
        ("attribute:a == x & attribute:b == y", "&", end, "`&&`"),
        ("attribute:a == x, attribute:b == y", ",", end, ""),
        ("attribute:a == x)", ")", end, ""),
        ("(attribute:a == x", "", "expected `and`, `or` or `)`", ""),
        ("not(attribute:a == x", "", "expected `and`, `or` or `)`", ""),
        ("attribute:a == x AND attribute:b == y", "AND", end, "`and`"),
    ];
    check(&table);
}

#[test]
fn each_subject_takes_the_operators_of_the_guide() {
    use Operator::{
        Equals, Exists, GreaterThan, GreaterThanEqual, In, LessThan, LessThanEqual, Matches, NotEquals,
        NotExists, NotIn, NotMatches,
    };
    let ordered = vec![Equals, NotEquals, GreaterThan, GreaterThanEqual, LessThan, LessThanEqual];
    let textual = vec![Equals, NotEquals, In, NotIn, Matches, NotMatches];
    // subject, an argument of its type, what it takes
    let table = [
        ("agentConnected", "true", textual.clone()),
        ("agentVersion", "1", ordered.clone()),
        ("attribute:a", "1", Operator::ALL.to_vec()),
        ("ec2InstanceId", "i-1", textual.clone()),
        ("registeredAt", "2018-06-18", ordered.clone()),
        ("runningTasksCount", "1", ordered),
        // Not in the guide: a group is a name, and an instance may have several or none.
        ("task:group", "a", [textual, vec![Exists, NotExists]].concat()),
    ];
    for (subject, argument, takes) in table {
        for operator in Operator::ALL {
            let argument = match operator {
                In | NotIn => format!("[{argument}]"),
                Exists | NotExists => String::new(),
                _ => argument.to_owned(),
            };
            let read = Expression::parse(&format!("{subject} {operator} {argument}"));
            assert_eq!(read.is_ok(), takes.contains(&operator), "{subject} {operator} {argument}: {read:?}");
        }
    }
}

#[test]
fn an_expression_has_2000_characters_at_most() {
    let long = |characters: usize| {
        let text = format!("attribute:a == '{}'", "ä".repeat(characters - 17));
        assert_eq!(text.chars().count(), characters);
        Expression::parse(&text)
    };
    assert!(long(2_000).is_ok());
    let error = long(2_001).unwrap_err();
    assert_eq!(error.problem, Problem::TooLong { characters: 2_001 });
    assert!(Expression::parse(&"(".repeat(1_000_000)).is_err());
}

#[test]
fn parentheses_and_negations_stand_64_deep_at_most() {
    let test = "attribute:a == x";
    for (open, close) in [("(", ")"), ("not(", ")"), ("!", ""), ("not ", ""), ("! (", ")")] {
        let nested = |depth: usize| format!("{}{test}{}", open.repeat(depth), close.repeat(depth));
        assert!(Expression::parse(&nested(64)).is_ok(), "{open}");
        let error = Expression::parse(&nested(65)).unwrap_err();
        assert_eq!(error.problem, Problem::TooDeep, "{open}");
    }
    let wide = vec!["(a)"; 300].join(" or ").replace('a', "attribute:a exists");
    assert!(Expression::parse(&wide).is_err(), "it is too long, and no deeper than one");
    let wide = vec!["(agentConnected == true)"; 70].join(" or ");
    assert_eq!(expression(&wide).to_string(), "agentConnected == true");
}
