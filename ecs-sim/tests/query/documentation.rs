//! The reference page shows what is so: each example is read, each wrong one refused, each table held against the parser.

use crate::expression;
use footman_ecs_sim::query::{Expression, Operator};

const PAGE: &str = include_str!("../../../docs/cluster-query-language.md");

/// The lines of the `nth` block of code.
fn block(nth: usize) -> impl Iterator<Item = &'static str> {
    PAGE.split("```").nth(2 * nth + 1).expect("the page has the block").lines().skip(1)
}

/// The rows of the table whose head starts like this, cell by cell.
fn table(head: &str) -> Vec<Vec<&'static str>> {
    let (_, rows) = PAGE.split_once(head).expect("the page has the table");
    let rows = rows.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|line| line.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

/// The words of a cell.
fn words(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

#[test]
fn each_example_is_an_expression() {
    let examples: Vec<_> = block(1).collect();
    assert_eq!(examples.len(), 6);
    for text in examples {
        let read = expression(text);
        assert_eq!(expression(&read.to_string()), read);
    }
}

#[test]
fn each_wrong_example_is_refused_with_advice() {
    let examples: Vec<_> = block(2).collect();
    assert_eq!(examples.len(), 5);
    for text in examples {
        let error = Expression::parse(text).expect_err("the page says so");
        assert!(error.help().is_some(), "{text}: {error}");
    }
}

#[test]
fn the_tables_are_those_of_the_parser() {
    let subjects = table("| subject |");
    assert_eq!(subjects.len(), 7);
    for row in subjects {
        let (subject, listed) = (row[0].trim_matches('`'), words(row[2]));
        let name = subject.replace("NAME", "a");
        let value = match subject {
            "agentConnected" => "true",
            "registeredAt" => "2018-06-18",
            _ => "1",
        };
        for operator in Operator::ALL {
            let argument = match operator {
                Operator::In | Operator::NotIn => format!("[{value}]"),
                Operator::Exists | Operator::NotExists => String::new(),
                _ => value.to_owned(),
            };
            let taken = Expression::parse(&format!("{name} {operator} {argument}")).is_ok();
            let symbol = operator.to_string();
            assert_eq!(taken, row[2] == "all" || listed.contains(&symbol.as_str()), "{subject} {operator}");
        }
    }
    let operators: Vec<[&str; 2]> = table("| operator |")
        .into_iter()
        .map(|row| [words(row[0])[0], words(row[1]).first().copied().unwrap_or_else(|| words(row[0])[0])])
        .collect();
    assert_eq!(operators.len(), Operator::ALL.len());
    assert!(Operator::ALL.iter().all(|operator| operators.contains(&operator.spellings())), "{operators:?}");
}

#[test]
fn the_limits_are_those_of_the_parser() {
    assert!(PAGE.contains("at most 2,000 characters") && Expression::CHARACTERS_MAX == 2_000);
    assert!(PAGE.replace('\n', " ").contains("at most 64 deep") && Expression::NESTING_MAX == 64);
}
