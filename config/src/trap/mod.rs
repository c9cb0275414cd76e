//! The known traps of the plugin's fields, each said under its own code.
//!
//! Where a trap is known from: the plugin's source at commit 4d48ab3, its issues, and its users' comments.

mod cloud;
mod label;
mod limit;
mod refused;
mod size;
mod strategy;

pub(crate) use cloud::cloud;
pub(crate) use limit::{limits, warm};

use crate::{
    code::Code,
    diagnostic::Diagnostic,
    effective::{Effective, Origin},
    gather::TemplateSource,
    plugin::TemplateFields,
    reader::Reader,
    simulation::Compute,
    source::Place,
};
use std::sync::Arc;

/// A template as the checks see it.
pub(crate) struct Seen<'a> {
    /// As it stands in the files.
    pub(crate) source: &'a TemplateSource,
    /// Its parent merged in.
    pub(crate) fields: &'a TemplateFields,
    /// Where its task runs.
    pub(crate) compute: &'a Compute,
    /// Whether that is Fargate.
    pub(crate) fargate: bool,
}

impl Seen<'_> {
    /// Whether the task definition is the user's own, so that the container's fields do not count.
    fn has_own_definition(&self) -> bool {
        !self.fields.task_definition_override.value.trim().is_empty()
    }

    /// Where `field` stands; the template where it stands nowhere.
    fn place<'s, T>(&'s self, field: &'s Effective<T>) -> Option<&'s Place> {
        // An inherited value is wrong in this template, so this template is the place.
        let inherited = matches!(field.origin, Origin::Inherited { .. });
        let place = if inherited { None } else { field.origin.place() };
        place.or(Some(&self.source.place))
    }

    /// A diagnostic of `code` about `field`, with the place that it was inherited from.
    fn about<T>(&self, code: Code, field: &Effective<T>, message: impl Into<String>) -> Diagnostic {
        let diagnostic = Diagnostic::new(code, self.place(field), message);
        if let Origin::Inherited { from, template } = &field.origin {
            return diagnostic.related(from.place(), format!("inherited from `{template}`"));
        }
        diagnostic
    }
}

/// Checks one template.
pub(crate) fn template(seen: &Seen<'_>, reader: &mut Reader<'_>) {
    label::check(seen, reader);
    size::check(seen, reader);
    strategy::check(seen, reader);
    refused::check(seen, reader);
}

/// Says which templates share a task definition family.
pub(crate) fn families(families: &[(&Arc<str>, &Place)], reader: &mut Reader<'_>) {
    for (at, (family, place)) in families.iter().enumerate() {
        if let Some((_, first)) = families[..at].iter().find(|(other, _)| other == family) {
            let message = format!("the task definition family `{family}` belongs to a second template");
            reader.say(
                Diagnostic::new(Code::SharedFamily, Some(place), message)
                    .related(Some(first), "the first")
                    .help(
                        "a family is the cloud's name without blanks, `-`, and the template's; templates that share one \
                         register a revision at nearly every launch",
                    ),
            );
        }
    }
}
