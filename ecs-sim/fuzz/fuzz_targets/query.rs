//! Any text is an expression or an error that points into it, and an expression is printed as one that is equal.

#![no_main]

use footman_ecs_sim::query::Expression;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| match Expression::parse(text) {
    Ok(expression) => {
        let printed = expression.to_string();
        if printed.chars().count() <= Expression::CHARACTERS_MAX {
            assert_eq!(Expression::parse(&printed), Ok(expression));
        }
    }
    Err(error) => {
        assert!(text.get(error.span.clone()).is_some());
        drop((error.to_string(), error.help()));
    }
});
