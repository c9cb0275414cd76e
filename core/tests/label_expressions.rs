//! Label expressions are read, printed and evaluated as Jenkins does.
//!
//! The rows marked with a test's name state the same facts as that test of `hudson.model.labels.LabelExpressionTest`
//! (jenkinsci/jenkins, read 2026-11-23); the others follow from the grammar.

use footman_core::label::{LabelExpression, LabelSet, needs_quotes};
use proptest::prelude::*;
use std::sync::Arc;

#[test]
fn an_expression_is_printed_as_jenkins_prints_it() {
    // text => Jenkins' name of it
    let table = [
        ("foo", "foo"),                                        // parser1
        ("32bit.dot", "32bit.dot"),                            // parser1
        ("foo || bar", "foo||bar"),                            // parser1
        ("foo||bar&&zot", "foo||bar&&zot"),                    // parser1
        ("foo||(bar&&zot)", "foo||(bar&&zot)"),                // parser1: the user's parentheses stay
        ("  ( foo || bar )  && zot", "(foo||bar)&&zot"),       // parser1
        ("foo ->\tbar", "foo->bar"),                           // parser1
        ("   foo \t\t ->   bar \t ", "foo->bar"),              // parser1
        ("!foo <-> bar", "!foo<->bar"),                        // parser1
        ("aaa&&bbb&&ccc", "aaa&&bbb&&ccc"),                    // parser2, JENKINS-8537
        ("a->b", "a->b"),                                      // expression_implies_withoutSpaces
        ("a-->b", "a-->b"),                                    // expression_atom_dashBeforeImplies
        ("a->-b", "a->-b"),                                    // expression_atom_dashAfterImplies
        ("--a----b-c-", "--a----b-c-"),                        // expression_atom_withDashes
        ("-", "-"),                                            // expression_atom_justDash
        ("solaris-x86", "solaris-x86"),                        // dash
        (r#""abc\\\"def""#, r#""abc\\\"def""#),                // quote
        (r#""label1||label2""#, r#""label1||label2""#),        // quote
        ("\"a\"", "a"),                                        // quotes that are not needed go
        ("((a))", "((a))"),                                    // LabelExpression.Paren
        ("! a", "!a"),                                         // term5
        ("a<->b<->c", "a<->b<->c"),                            // term1 chains
        ("java/cpu=2048&&linux", r#""java/cpu=2048"&&linux"#), // checkGoodName: `/` is unsafe
        ("node\u{a0}1", "node\u{a0}1"),                        // a no-break space is no blank
        ("\"tab\\there\"", r#""tab\there""#),                  // QuotedStringTokenizer.quote
        ("ends.", "\"ends.\""),                                // SECURITY-2424
        (r#""""#, r#""""#),                                    // an empty name
    ];
    for (text, name) in table {
        let parsed = LabelExpression::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(parsed.to_string(), name, "{text}");
        assert_eq!(LabelExpression::parse(name).as_ref(), Ok(&parsed), "{name} reads back");
    }
}

#[test]
fn a_malformed_expression_says_where_and_what_was_expected() {
    let operator = "`&&`, `||`, `->`, `<->` or the end";
    let inside = "`&&`, `||`, `->`, `<->` or `)`";
    let term = "a label, `!` or `(`";
    let table = [
        ("foo bar", 4, operator),   // parserError
        ("foo (bar)", 4, operator), // parserError
        ("foo(bar)", 3, operator),  // parserError
        ("a <- b", 2, operator),    // parserError
        ("a -< b", 2, operator),    // parserError
        ("a - b", 2, operator),     // parserError
        ("->", 0, term),            // parserError
        ("-<", 1, operator),        // parserError
        ("-!", 1, operator),        // parserError
        ("", 0, term),
        ("  ", 2, term),
        ("a &&", 4, term),
        ("a && && b", 5, term),
        ("a & b", 2, operator),
        ("(a || b", 7, inside),
        ("(a b)", 3, inside),
        ("()", 1, term),
        ("a)", 1, operator),
        ("!!a", 1, "a label or `(`"),
        ("!", 1, "a label or `(`"),
        ("'a b'", 0, term),
        ("a->b->c", 4, "parentheses around one of the two `->`, which do not chain,"),
        ("a -> b -> c", 7, "parentheses around one of the two `->`, which do not chain,"),
        ("\"a b", 4, "the closing `\"`"),
        ("\"a\nb\"", 2, "the closing `\"`"),
        ("a || \"b\\x\"", 7, "one of `b t n f r \" ' \\` after the backslash"),
        ("ä b", 3, operator),
    ];
    for (text, at, expected) in table {
        let error = LabelExpression::parse(text).expect_err(text);
        assert_eq!((error.at, error.expected), (at, expected), "{text}");
    }
}

#[test]
fn a_malformed_expression_is_one_label_where_jenkins_needs_one() {
    let text = "lucene.zones.apache.org (Solaris 10)"; // laxParsing
    let lax = LabelExpression::parse_or_atom(text);
    assert_eq!(lax, LabelExpression::Atom(text.into()));
    assert_eq!(lax.to_string(), format!("\"{text}\""));
    assert!(lax.matches(&LabelSet::new([text]), "n1"));
}

#[test]
fn the_bounds_are_errors_that_name_them() {
    let nested = |depth: usize| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
    let joined = |atoms: usize| vec!["a"; atoms].join("&&");
    let (nesting, atoms) = (LabelExpression::NESTING_MAX, LabelExpression::ATOMS_MAX);
    assert!(LabelExpression::parse(&nested(nesting)).is_ok());
    assert!(LabelExpression::parse(&joined(atoms)).is_ok());
    let too_deep = LabelExpression::parse(&nested(nesting + 1)).unwrap_err();
    assert_eq!(too_deep.expected, format!("at most {nesting} parentheses inside each other"));
    assert_eq!(too_deep.at, nesting);
    let too_long = LabelExpression::parse(&joined(atoms + 1)).unwrap_err();
    assert_eq!(too_long.expected, format!("at most {atoms} labels"));
    assert!(LabelExpression::parse(&"(".repeat(1_000_000)).is_err());
    assert!(LabelExpression::parse(&"!(".repeat(1_000_000)).is_err());
    // Many parentheses beside each other nest no deeper than one.
    assert!(LabelExpression::parse(&vec!["(a)"; atoms].join("||")).is_ok());
}

#[test]
fn an_expression_is_held_against_the_labels_and_the_name_of_a_node() {
    let labels = LabelSet::new(["docker", "linux", "with blank"]);
    let table = [
        ("docker", true),
        ("Docker", false), // labels are case sensitive
        ("n1", true),      // a node's own name is one of its labels
        ("n2", false),
        ("!n1", false),
        ("docker&&linux", true),
        ("docker&&mac", false),
        ("mac||linux", true),
        ("mac->windows", true), // a false premise proves anything
        ("docker->windows", false),
        ("mac<->windows", true),
        ("mac<->linux", false),
        ("\"with blank\"", true),
        ("mac&&linux||docker", true),     // && binds tighter than ||
        ("docker||linux->mac", false),    // || binds tighter than ->
        ("mac->docker<->windows", false), // -> binds tighter than <->
        ("!mac&&docker", true),           // ! binds tightest
        ("mac<->mac<->docker", true),     // (mac<->mac)<->docker
    ];
    for (text, holds) in table {
        let expression = LabelExpression::parse(text).unwrap();
        assert_eq!(expression.matches(&labels, "n1"), holds, "{text}");
    }
}

#[test]
fn the_atoms_are_listed_once_and_in_order() {
    let expression = LabelExpression::parse("!(b||a)&&\"c d\"<->a->e").unwrap();
    let atoms: Vec<&str> = expression.atoms().into_iter().map(|atom| &**atom).collect();
    assert_eq!(atoms, ["a", "b", "c d", "e"]);
}

#[test]
fn a_tree_gets_the_parentheses_without_which_it_would_read_otherwise() {
    use LabelExpression::{And, Iff, Implies, Not, Or};
    let x = || Box::new(LabelExpression::Atom("x".into()));
    let table = [
        (And(Box::new(Or(x(), x())), x()), "(x||x)&&x"), // LabelExpressionTest.composite
        (Or(Box::new(And(x(), x())), x()), "x&&x||x"),   // composite
        (Not(Box::new(And(x(), x()))), "!(x&&x)"),
        (Not(Box::new(Not(x()))), "!(!x)"), // Jenkins prints `!!x`, which it cannot read
        (And(Box::new(And(x(), x())), x()), "x&&x&&x"),
        (And(x(), Box::new(And(x(), x()))), "x&&(x&&x)"),
        (Or(x(), Box::new(Or(x(), x()))), "x||(x||x)"),
        (Iff(x(), Box::new(Iff(x(), x()))), "x<->(x<->x)"),
        (Implies(Box::new(Implies(x(), x())), x()), "(x->x)->x"),
        (Implies(x(), Box::new(Implies(x(), x()))), "x->(x->x)"),
        (Iff(Box::new(Implies(x(), x())), x()), "x->x<->x"),
    ];
    for (tree, printed) in table {
        assert_eq!(tree.to_string(), printed);
    }
}

/// Names that Jenkins would and would not quote, from a small pool so that expressions repeat them.
fn name() -> impl Strategy<Value = Arc<str>> {
    prop_oneof![
        4 => prop::sample::select(vec!["a", "b", "c", "d-e", "-", "x.y", "java/cpu=2048", "a b", "&&", "\"", "ä\n"])
            .prop_map(Arc::from),
        1 => any::<String>().prop_map(Arc::from),
    ]
}

/// Any tree at all, also those that the grammar cannot give.
fn tree() -> impl Strategy<Value = LabelExpression> {
    let leaf = name().prop_map(LabelExpression::Atom);
    leaf.prop_recursive(6, 40, 2, |inner| {
        let pair = (inner.clone().prop_map(Box::new), inner.clone().prop_map(Box::new));
        prop_oneof![
            inner.clone().prop_map(|a| LabelExpression::Paren(Box::new(a))),
            inner.prop_map(|a| LabelExpression::Not(Box::new(a))),
            pair.clone().prop_map(|(a, b)| LabelExpression::And(a, b)),
            pair.clone().prop_map(|(a, b)| LabelExpression::Or(a, b)),
            pair.clone().prop_map(|(a, b)| LabelExpression::Implies(a, b)),
            pair.prop_map(|(a, b)| LabelExpression::Iff(a, b)),
        ]
    })
}

/// What an expression means, by its definition: one truth value for each set of the atoms that may hold.
///
/// The reference evaluator: operators are tables indexed by both sides, and both sides are always computed.
fn truth_table(expression: &LabelExpression, atoms: &[Arc<str>]) -> Vec<bool> {
    let rows = 1_usize << atoms.len();
    let both = |a: &LabelExpression, b: &LabelExpression, table: [bool; 4]| -> Vec<bool> {
        let (a, b) = (truth_table(a, atoms), truth_table(b, atoms));
        a.iter().zip(&b).map(|(&a, &b)| table[usize::from(a) * 2 + usize::from(b)]).collect()
    };
    match expression {
        LabelExpression::Atom(atom) => {
            let place = atoms.iter().position(|other| other == atom).expect("every atom is listed");
            (0..rows).map(|row| row >> place & 1 == 1).collect()
        }
        LabelExpression::Paren(a) => truth_table(a, atoms),
        LabelExpression::Not(a) => truth_table(a, atoms).into_iter().map(|holds| !holds).collect(),
        LabelExpression::And(a, b) => both(a, b, [false, false, false, true]),
        LabelExpression::Or(a, b) => both(a, b, [false, true, true, true]),
        LabelExpression::Implies(a, b) => both(a, b, [true, true, false, true]),
        LabelExpression::Iff(a, b) => both(a, b, [true, false, false, true]),
    }
}

/// What [`LabelExpression::matches`] says of every node that has some of `atoms`.
fn matched(expression: &LabelExpression, atoms: &[Arc<str>]) -> Vec<bool> {
    (0..1_usize << atoms.len())
        .map(|row| {
            let held = atoms.iter().enumerate().filter(|(place, _)| row >> place & 1 == 1);
            let labels = LabelSet::new(held.map(|(_, atom)| atom.clone()));
            // The name is one that no expression asks for.
            expression.matches(&labels, "\u{1}node")
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_is_printed_reads_back(tree in tree()) {
        let printed = tree.to_string();
        let read = LabelExpression::parse(&printed).map_err(|e| TestCaseError::fail(format!("{printed}: {e}")))?;
        // Once read, the tree is one of the grammar's, and printing and reading change nothing any more.
        let again = LabelExpression::parse(&read.to_string());
        prop_assert_eq!(again, Ok(read.clone()), "{}", printed);
        let atoms: Vec<Arc<str>> = tree.atoms().into_iter().cloned().collect();
        prop_assume!(atoms.len() <= 8);
        prop_assert_eq!(truth_table(&read, &atoms), truth_table(&tree, &atoms), "{}", printed);
    }

    #[test]
    fn an_expression_matches_as_its_truth_table_says(tree in tree()) {
        let atoms: Vec<Arc<str>> = tree.atoms().into_iter().cloned().collect();
        prop_assume!(atoms.len() <= 8);
        prop_assert_eq!(matched(&tree, &atoms), truth_table(&tree, &atoms), "{}", tree);
    }

    #[test]
    fn any_text_is_an_expression_or_an_error_within_it(
        text in prop_oneof![any::<String>(), r#"[a-c!&|<>()"\\ \t-]{0,24}"#],
    ) {
        match LabelExpression::parse(&text) {
            Ok(read) => prop_assert_eq!(LabelExpression::parse(&read.to_string()), Ok(read)),
            Err(error) => prop_assert!(text.is_char_boundary(error.at), "{error}"),
        }
        // Blanks around the parts change nothing.
        let spaced = format!(" \t{text}\t ");
        prop_assert_eq!(LabelExpression::parse(&spaced).ok(), LabelExpression::parse(&text).ok());
    }

    #[test]
    fn any_name_is_one_label(name in any::<String>()) {
        let atom = LabelExpression::Atom(name.as_str().into());
        prop_assert_eq!(LabelExpression::parse(&atom.to_string()), Ok(atom.clone()));
        prop_assert_eq!(atom.to_string() != name, needs_quotes(&name));
    }
}
