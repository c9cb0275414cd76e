//! Conditions of a policy's statements: operators, keys, and how several values are taken.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Set operators for multivalued context
//! keys", read 2026-11-26. An operator or a key that cannot be evaluated here is an error when the policy is read, so
//! that no policy is taken for narrower or wider than it is.

use super::{PolicyError, pattern::Pattern};
use std::collections::BTreeMap;

/// What a request says about itself: keys in lower case, each with its values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Context(BTreeMap<String, Vec<String>>);

impl Context {
    /// Adds a value to a key.
    pub(super) fn add(&mut self, key: &str, value: impl Into<String>) {
        self.0.entry(key.to_ascii_lowercase()).or_default().push(value.into());
    }

    fn values(&self, key: &str) -> &[String] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }
}

/// Keys that have a value in some request here; those that end with `/` go on with the key of a tag.
const KEYS: [&str; 16] = [
    "aws:principalaccount",
    "aws:requestedregion",
    "aws:requesttag/",
    "aws:resourcetag/",
    "aws:tagkeys",
    "ecs:account-setting",
    "ecs:capacity-provider",
    "ecs:cluster",
    "ecs:compute-compatibility",
    "ecs:container-instances",
    "ecs:createaction",
    "ecs:enable-execute-command",
    "ecs:privileged",
    "ecs:resourcetag/",
    "ecs:task-cpu",
    "ecs:task-memory",
];

/// The one key of `iam:PassRole` that has a value here.
const PASSED_TO_SERVICE: &str = "iam:passedtoservice";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Test {
    Equals,
    EqualsIgnoringCase,
    Like,
    Arn,
    Bool,
    Number(std::cmp::Ordering, bool),
}

/// How several values of a key are taken together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quantifier {
    /// Nothing was said: there must be a value, and every one must pass. IAM means this for keys with one value; where a
    /// key has several, this is the strict reading.
    Plain,
    All,
    Any,
}

/// One condition: a key, how it is tested, and against what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition {
    key: String,
    rule: Rule,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Rule {
    /// `Null`: whether the key is absent.
    Absent(bool),
    Values {
        test: Test,
        negated: bool,
        if_exists: bool,
        quantifier: Quantifier,
        values: Vec<Pattern>,
    },
}

impl Condition {
    /// Reads one entry of a `Condition` block; `place` says where it stands.
    pub(super) fn parse(
        operator: &str,
        key: &str,
        values: Vec<String>,
        place: &str,
    ) -> Result<Self, PolicyError> {
        let refused = |why: String| PolicyError::Unsupported { place: place.to_owned(), why };
        let known = key.to_ascii_lowercase();
        let has_value = KEYS.iter().any(|name| match name.strip_suffix('/') {
            Some(_) => known.len() > name.len() && known.starts_with(name),
            None => known == *name,
        });
        if !has_value && known != PASSED_TO_SERVICE {
            return Err(refused(format!("the condition key `{key}` has no value in this simulator")));
        }
        if operator == "Null" {
            let absent = match values.as_slice() {
                [value] if value == "true" => true,
                [value] if value == "false" => false,
                _ => return Err(refused("`Null` takes true or false".to_owned())),
            };
            return Ok(Self { key: known, rule: Rule::Absent(absent) });
        }
        let (quantifier, rest) = match operator.split_once(':') {
            Some(("ForAllValues", rest)) => (Quantifier::All, rest),
            Some(("ForAnyValue", rest)) => (Quantifier::Any, rest),
            Some(_) => return Err(refused(format!("the condition operator `{operator}` is not known"))),
            None => (Quantifier::Plain, operator),
        };
        let (name, if_exists) = match rest.strip_suffix("IfExists") {
            Some(name) => (name, true),
            None => (rest, false),
        };
        let (test, negated) = test(name)
            .ok_or_else(|| refused(format!("the condition operator `{operator}` is not evaluated here")))?;
        if let Test::Number(..) = test
            && let Some(bad) = values.iter().find(|value| value.parse::<i64>().is_err())
        {
            return Err(refused(format!("`{bad}` is no whole number")));
        }
        if values.is_empty() {
            return Err(refused("a condition needs a value".to_owned()));
        }
        let values = values.into_iter().map(Pattern::new).collect();
        Ok(Self { key: known, rule: Rule::Values { test, negated, if_exists, quantifier, values } })
    }

    /// Whether it holds for a request.
    pub(super) fn holds(&self, context: &Context) -> bool {
        let given = context.values(&self.key);
        match &self.rule {
            Rule::Absent(absent) => given.is_empty() == *absent,
            Rule::Values { test, negated, if_exists, quantifier, values } => {
                let passes =
                    |given: &String| values.iter().any(|value| test.passes(value, given)) != *negated;
                match quantifier {
                    Quantifier::Plain if given.is_empty() => *negated || *if_exists,
                    Quantifier::Any if given.is_empty() => *if_exists,
                    Quantifier::Plain | Quantifier::All => given.iter().all(passes),
                    Quantifier::Any => given.iter().any(passes),
                }
            }
        }
    }
}

impl Test {
    fn passes(self, value: &Pattern, given: &str) -> bool {
        match self {
            Self::Equals => value.equals(given),
            Self::EqualsIgnoringCase => value.equals_ignoring_case(given),
            Self::Like => value.matches(given),
            Self::Arn => value.matches_arn(given),
            Self::Bool => value.equals_ignoring_case(given),
            Self::Number(order, or_equal) => {
                let (Ok(given), Some(value)) = (given.parse::<i64>(), value.number()) else { return false };
                let found = given.cmp(&value);
                found == order || (or_equal && found.is_eq())
            }
        }
    }
}

/// The test that an operator makes, and whether it is negated.
fn test(operator: &str) -> Option<(Test, bool)> {
    use std::cmp::Ordering::{Equal, Greater, Less};
    Some(match operator {
        "StringEquals" => (Test::Equals, false),
        "StringNotEquals" => (Test::Equals, true),
        "StringEqualsIgnoreCase" => (Test::EqualsIgnoringCase, false),
        "StringNotEqualsIgnoreCase" => (Test::EqualsIgnoringCase, true),
        "StringLike" => (Test::Like, false),
        "StringNotLike" => (Test::Like, true),
        "ArnEquals" | "ArnLike" => (Test::Arn, false),
        "ArnNotEquals" | "ArnNotLike" => (Test::Arn, true),
        "Bool" => (Test::Bool, false),
        "NumericEquals" => (Test::Number(Equal, false), false),
        "NumericNotEquals" => (Test::Number(Equal, false), true),
        "NumericLessThan" => (Test::Number(Less, false), false),
        "NumericLessThanEquals" => (Test::Number(Less, true), false),
        "NumericGreaterThan" => (Test::Number(Greater, false), false),
        "NumericGreaterThanEquals" => (Test::Number(Greater, true), false),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(operator: &str, key: &str, values: &[&str]) -> Condition {
        let values = values.iter().map(|&value| value.to_owned()).collect();
        Condition::parse(operator, key, values, "Statement[0]").unwrap()
    }

    fn context(given: &[(&str, &str)]) -> Context {
        let mut context = Context::default();
        for (key, value) in given {
            context.add(key, *value);
        }
        context
    }

    /// Operator, key and values of a condition, a request's values, and whether the condition holds.
    type Row<'a> = (&'a str, &'a str, &'a [&'a str], &'a [(&'a str, &'a str)], bool);

    #[test]
    fn operators_test_what_the_request_says() {
        let builds = ("ecs:cluster", "arn:aws:ecs:us-east-1:1:cluster/builds");
        let tags = [("aws:TagKeys", "team"), ("aws:TagKeys", "cost")];
        let table: [Row<'_>; 25] = [
            ("ArnEquals", "ecs:cluster", &["arn:aws:ecs:us-east-1:1:cluster/builds"], &[builds], true),
            ("ArnEquals", "ECS:Cluster", &["arn:aws:ecs:*:*:cluster/b*"], &[builds], true),
            ("ArnEquals", "ecs:cluster", &["arn:aws:ecs:us-east-1:1:cluster/other"], &[builds], false),
            ("ArnEquals", "ecs:cluster", &["x", "arn:aws:ecs:*:1:cluster/builds"], &[builds], true),
            ("ArnLike", "ecs:cluster", &["*"], &[], false),
            ("ArnLikeIfExists", "ecs:cluster", &["x"], &[], true),
            ("ArnNotEquals", "ecs:cluster", &["arn:aws:ecs:us-east-1:1:cluster/builds"], &[builds], false),
            ("ArnNotEquals", "ecs:cluster", &["x"], &[], true),
            ("StringEquals", "aws:RequestTag/team", &["a"], &[("aws:RequestTag/team", "a")], true),
            ("StringEquals", "aws:RequestTag/team", &["a*"], &[("aws:RequestTag/team", "ab")], false),
            ("StringLike", "aws:RequestTag/team", &["a*"], &[("aws:RequestTag/team", "ab")], true),
            ("StringNotLike", "aws:RequestTag/team", &["a*"], &[("aws:RequestTag/team", "b")], true),
            ("StringEqualsIgnoreCase", "aws:RequestTag/team", &["A"], &[("aws:RequestTag/team", "a")], true),
            (
                "StringNotEqualsIgnoreCase",
                "aws:RequestTag/team",
                &["A"],
                &[("aws:RequestTag/team", "a")],
                false,
            ),
            ("Null", "aws:RequestTag/team", &["true"], &[], true),
            ("Null", "aws:RequestTag/team", &["false"], &[], false),
            ("ForAllValues:StringEquals", "aws:TagKeys", &["team", "cost"], &tags, true),
            ("ForAllValues:StringEquals", "aws:TagKeys", &["team"], &tags, false),
            ("ForAllValues:StringEquals", "aws:TagKeys", &["team"], &[], true),
            ("ForAnyValue:StringEquals", "aws:TagKeys", &["team"], &tags, true),
            ("ForAnyValue:StringEquals", "aws:TagKeys", &["team"], &[], false),
            ("StringEquals", "aws:TagKeys", &["team"], &tags, false),
            ("Bool", "ecs:privileged", &["false"], &[("ecs:privileged", "false")], true),
            ("NumericLessThanEquals", "ecs:task-cpu", &["2048"], &[("ecs:task-cpu", "2048")], true),
            ("NumericGreaterThan", "ecs:task-cpu", &["2048"], &[("ecs:task-cpu", "2048")], false),
        ];
        for (operator, key, values, request, want) in table {
            let holds = condition(operator, key, values).holds(&context(request));
            assert_eq!(holds, want, "{operator} {key} {values:?} {request:?}");
        }
    }

    #[test]
    fn what_cannot_be_evaluated_is_an_error_and_no_silent_yes_or_no() {
        let table = [
            ("StringEquals", "aws:SourceIp", "1.2.3.4", "aws:SourceIp"),
            ("IpAddress", "ecs:cluster", "1.2.3.4/8", "IpAddress"),
            ("DateLessThan", "ecs:cluster", "2026-01-01", "DateLessThan"),
            ("ForSomeValues:StringEquals", "aws:TagKeys", "a", "ForSomeValues"),
            ("NumericEquals", "ecs:task-cpu", "many", "many"),
            ("Null", "ecs:cluster", "maybe", "true or false"),
            ("StringEquals", "aws:RequestTag/", "a", "aws:RequestTag/"),
        ];
        for (operator, key, value, names) in table {
            let error = Condition::parse(operator, key, vec![value.to_owned()], "Statement[0]").unwrap_err();
            assert!(error.to_string().contains(names), "{error}");
        }
    }
}
