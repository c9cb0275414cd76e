//! Reads the expressions of a configuration that the cluster query language is for.
//!
//! The package that reads configurations knows nothing of that language, and the one that has it knows nothing of files:
//! here a span in an expression becomes a place in a file.

use footman_config::{
    Code, Diagnostic, Loaded, Place, Refused,
    simulation::{PlacementConstraint, PlacementExpression},
};
use footman_config_files::{Reading, Variables};
use footman_ecs_sim::query::{Expression, QueryError};
use std::{collections::BTreeMap, ops::Range, path::PathBuf, sync::Arc};

/// Reads and loads `files`, and the expressions in them.
///
/// # Errors
///
/// Fails where a file cannot be read; what is wrong with its content is in the outcome.
pub(crate) fn read(files: &[PathBuf], variables: &Variables) -> miette::Result<Reading> {
    Ok(footman_config_files::read(files, variables)?.checked_by(check))
}

/// `loaded`, unless an expression in it cannot be read; `texts` are the files by name.
///
/// # Errors
///
/// Fails with a diagnostic for each expression that goes wrong, among what there was to say anyhow.
pub(crate) fn check(loaded: Loaded, texts: &BTreeMap<Arc<str>, Arc<str>>) -> Result<Loaded, Refused> {
    let constraints = loaded.simulation.templates.iter().flat_map(|template| &template.constraints);
    let wrong: Vec<Diagnostic> = constraints
        .filter_map(|constraint| match constraint {
            PlacementConstraint::DistinctInstance => None,
            PlacementConstraint::MemberOf(expression) => {
                let error = Expression::parse(&expression.text).err()?;
                Some(diagnostic(expression, &error, texts))
            }
        })
        .collect();
    if wrong.is_empty() {
        return Ok(loaded);
    }
    let mut diagnostics = loaded.diagnostics;
    diagnostics.extend(wrong);
    Err(Refused { diagnostics, clouds: loaded.clouds })
}

/// What there is to say of an expression that goes wrong.
fn diagnostic(
    expression: &PlacementExpression,
    error: &QueryError,
    texts: &BTreeMap<Arc<str>, Arc<str>>,
) -> Diagnostic {
    let code = Code::BadPlacement;
    let within = texts.get(&expression.place.file).and_then(|file| within(file, expression, &error.span));
    Diagnostic {
        code,
        severity: code.severity(),
        message: format!("`{}` is no placement constraint: {}", expression.text, error.problem),
        place: Some(within.unwrap_or_else(|| expression.place.clone())),
        related: Vec::new(),
        help: error.help().or_else(|| Some("`footman query` tries expressions".to_owned())),
    }
}

/// The place of `span`, a part of the expression, in its file; `None` where the file spells the expression otherwise, with
/// placeholders, escapes or several lines.
fn within(file: &str, expression: &PlacementExpression, span: &Range<usize>) -> Option<Place> {
    let own = &expression.place;
    let spelt = file.get(own.offset..own.offset.checked_add(own.length)?)?;
    let offset = own.offset + spelt.find(&*expression.text)? + span.start;
    let line_start = file.get(..offset)?.rfind('\n').map_or(0, |at| at + 1);
    let line = file.get(..offset)?.matches('\n').count() + 1;
    let column = file.get(line_start..offset)?.chars().count() + 1;
    Some(Place {
        file: Arc::clone(&own.file),
        line: u32::try_from(line).unwrap_or(u32::MAX),
        column: u32::try_from(column).unwrap_or(u32::MAX),
        offset,
        length: span.len(),
    })
}
