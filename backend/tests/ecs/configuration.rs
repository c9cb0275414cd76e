//! The configuration that the tests of the adapter start from.

use footman_backend::ecs::TaskTemplate;
use footman_config::{Loaded, Text, load};

const JENKINS: &str = include_str!("fixtures/jenkins.yaml");
const FOOTMAN: &str = include_str!("fixtures/footman.yaml");

/// The configuration with these texts in the place of others.
pub(crate) fn changed(changes: &[(&str, &str)]) -> Loaded {
    let (mut jenkins, mut footman) = (JENKINS.to_owned(), FOOTMAN.to_owned());
    for (old, new) in changes {
        assert!(jenkins.contains(old) || footman.contains(old), "{old}");
        (jenkins, footman) = (jenkins.replace(old, new), footman.replace(old, new));
    }
    let texts = [Text::new("jenkins.yaml", &jenkins), Text::new("footman.yaml", &footman)];
    load(&texts, &|_| None).unwrap_or_else(|refused| {
        let all: Vec<String> = refused.diagnostics.iter().map(ToString::to_string).collect();
        panic!("{}", all.join("\n"));
    })
}

/// Its templates, in the order of the policy's.
pub(crate) fn templates(changes: &[(&str, &str)]) -> Vec<TaskTemplate> {
    TaskTemplate::of_configuration(&changed(changes), "https://jenkins.invalid/")
}

/// The template of this name.
pub(crate) fn template(name: &str, changes: &[(&str, &str)]) -> TaskTemplate {
    let mut templates = templates(changes).into_iter();
    templates.find(|template| &*template.name == name).unwrap_or_else(|| panic!("no template {name}"))
}
