//! Finds the clouds and templates in the documents, and Footman's keys for each.

use crate::{
    code::Code,
    diagnostic::Diagnostic,
    document::Documents,
    effective::{Effective, Origin},
    footman::{
        CloudKeys, TemplateKeys,
        failover::{Alternative, FAILOVER_MAX},
    },
    launch, near,
    plugin::{CloudFields, TemplateFields},
    reader::Reader,
    source::Place,
    yaml::{Key, Node, Value},
};
use footman_core::label::LabelSet;
use std::sync::Arc;

/// A cloud as it stands in the files.
pub(crate) struct CloudSource {
    /// Its name.
    pub(crate) name: Arc<str>,
    /// Where it stands.
    pub(crate) place: Place,
    /// The plugin's fields.
    pub(crate) fields: CloudFields,
    /// Footman's keys.
    pub(crate) footman: CloudKeys,
    /// Its templates.
    pub(crate) templates: Vec<TemplateSource>,
}

/// A template as it stands in the files, or an alternative of it.
#[derive(Clone)]
pub(crate) struct TemplateSource {
    /// Its name, or one made up where it is blank.
    pub(crate) name: Arc<str>,
    /// Where it stands.
    pub(crate) place: Place,
    /// The plugin's fields.
    pub(crate) fields: TemplateFields,
    /// Footman's keys; an alternative has those of the template that it is one of, but for what is its own.
    pub(crate) footman: TemplateKeys,
    /// Of which template it is an alternative, if it is one. It stands behind that one, with the others.
    pub(crate) alternative: Option<AlternativeOf>,
}

/// What makes a template an alternative of another.
#[derive(Clone)]
pub(crate) struct AlternativeOf {
    /// The other's name.
    pub(crate) main: Arc<str>,
    /// Where else its tasks run.
    pub(crate) entry: Alternative,
}

impl TemplateSource {
    /// The name of the template that it is, or is an alternative of.
    pub(crate) fn main(&self) -> &Arc<str> {
        self.alternative.as_ref().map_or(&self.name, |alternative| &alternative.main)
    }
}

/// The clouds of both documents: Jenkins' first, then Footman's own.
pub(crate) fn clouds(documents: &Documents, reader: &mut Reader<'_>) -> Vec<CloudSource> {
    let mut clouds = Vec::new();
    let jenkins = documents.jenkins.as_ref().and_then(|root| root.get("jenkins")?.get("clouds"));
    for entry in jenkins.map_or(&[][..], |node| reader.items(node, "clouds")) {
        if let Value::Map(_) = &entry.value
            && let Some(ecs) = entry.get("ecs")
        {
            clouds.push(cloud(ecs, false, reader));
        }
    }
    let footman = documents.footman.as_ref().and_then(|root| root.get("clouds"));
    if let Some(Node { value: Value::List(entries), .. }) = footman {
        clouds.extend(entries.iter().map(|entry| cloud(entry.get("ecs").unwrap_or(entry), true, reader)));
    }
    unique_clouds(&clouds, reader);
    if let Some(node) = footman
        && !matches!(node.value, Value::List(_))
    {
        overlay(node, &mut clouds, reader);
    }
    for cloud in &mut clouds {
        expand(&mut cloud.templates, reader);
    }
    clouds
}

/// One cloud; where `own` is true it stands in a file of Footman's, with Footman's keys among the plugin's.
fn cloud(node: &Node, own: bool, reader: &mut Reader<'_>) -> CloudSource {
    let mut known: Vec<&str> = CloudFields::KEYS.to_vec();
    known.push("templates");
    if own {
        known.extend(CloudKeys::KEYS);
    }
    reader.check_keys(node, &known, "a cloud");
    let fields = CloudFields::read(node, reader);
    if fields.name.value.trim().is_empty()
        && !matches!(node.get("name"), Some(Node { value: Value::Scalar(_), .. }))
    {
        let message = "a cloud has no `name`".to_owned();
        reader.say(Diagnostic::new(Code::MissingKey, Some(&node.place), message));
    }
    let nothing = Node { place: node.place.clone(), value: Value::Map(Vec::new()) };
    let footman = CloudKeys::read(if own { node } else { &nothing }, reader);
    let items = node.get("templates").map_or(&[][..], |list| reader.items(list, "templates"));
    let mut templates: Vec<TemplateSource> = Vec::with_capacity(items.len());
    for item in items {
        let template = template(item, own, &templates, reader);
        templates.push(template);
    }
    CloudSource {
        name: fields.name.value.trim().into(),
        place: node.place.clone(),
        fields,
        footman,
        templates,
    }
}

/// One template, `before` being those before it in its cloud.
fn template(node: &Node, own: bool, before: &[TemplateSource], reader: &mut Reader<'_>) -> TemplateSource {
    let mut known: Vec<&str> = TemplateFields::KEYS.to_vec();
    if own {
        known.extend(TemplateKeys::KEYS);
    }
    reader.check_keys(node, &known, "a template");
    let fields = TemplateFields::read(node, reader);
    let nothing = Node { place: node.place.clone(), value: Value::Map(Vec::new()) };
    let footman = TemplateKeys::read(if own { node } else { &nothing }, reader);
    let mut name: Arc<str> = fields.template_name.value.trim().into();
    if name.is_empty() {
        name = made_up_name(&fields, before);
        let message = format!("the template has no `templateName`; Footman calls it `{name}`");
        reader
            .say(Diagnostic::new(Code::BlankTemplateName, Some(&node.place), message).help(
                "the plugin makes up a new name, and so a new task definition family, at every reload",
            ));
    } else if let Some(other) = before.iter().find(|other| other.name == name) {
        let message = format!("a second template is called `{name}`");
        reader.say(
            Diagnostic::new(Code::DuplicateTemplate, fields.template_name.origin.place(), message)
                .related(Some(&other.place), "the first"),
        );
    }
    TemplateSource { name, place: node.place.clone(), fields, footman, alternative: None }
}

/// A name for a template without one: its first label, or its number.
fn made_up_name(fields: &TemplateFields, before: &[TemplateSource]) -> Arc<str> {
    let labels = LabelSet::parse(&fields.label.value).labels;
    let number = format!("template-{}", before.len() + 1);
    let first = fields.label.value.split_whitespace().next().filter(|label| labels.contains(label));
    let safe =
        first.filter(|label| label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')));
    let free = safe.filter(|label| before.iter().all(|other| *other.name != **label));
    free.map_or_else(|| number.into(), Into::into)
}

/// Says which clouds share a name.
fn unique_clouds(clouds: &[CloudSource], reader: &mut Reader<'_>) {
    for (at, cloud) in clouds.iter().enumerate() {
        let first = clouds[..at].iter().find(|other| other.name == cloud.name && !cloud.name.is_empty());
        if let Some(first) = first {
            let message = format!("a second cloud is called `{}`", cloud.name);
            reader.say(
                Diagnostic::new(Code::DuplicateCloud, cloud.fields.name.origin.place(), message)
                    .related(first.fields.name.origin.place(), "the first")
                    .help("names tell clouds apart, in Jenkins and in `footman.yaml`"),
            );
        }
    }
}

/// Lays Footman's keys, by cloud and template name, over `clouds`.
fn overlay(node: &Node, clouds: &mut [CloudSource], reader: &mut Reader<'_>) {
    let mut known: Vec<&str> = CloudKeys::KEYS.to_vec();
    known.push("templates");
    for (name, keys) in reader.entries(node, "`clouds`") {
        let Some(at) = clouds.iter().position(|cloud| *cloud.name == *name.text) else {
            let names: Vec<&str> = clouds.iter().map(|cloud| &*cloud.name).collect();
            reader.say(unknown_name(Code::UnknownCloud, "cloud", name, &names));
            continue;
        };
        reader.check_keys(keys, &known, "a cloud in footman.yaml");
        clouds[at].footman = CloudKeys::read(keys, reader);
        if let Some(templates) = keys.get("templates") {
            overlay_templates(templates, &mut clouds[at].templates, reader);
        }
    }
}

/// Lays Footman's keys, by template name, over `templates`.
fn overlay_templates(node: &Node, templates: &mut [TemplateSource], reader: &mut Reader<'_>) {
    for (name, keys) in reader.entries(node, "`templates`") {
        let Some(at) = templates.iter().position(|template| *template.name == *name.text) else {
            let names: Vec<&str> = templates.iter().map(|template| &*template.name).collect();
            reader.say(unknown_name(Code::UnknownTemplate, "template of this cloud", name, &names));
            continue;
        };
        reader.check_keys(keys, TemplateKeys::KEYS, "a template in footman.yaml");
        templates[at].footman = TemplateKeys::read(keys, reader);
    }
}

/// Puts the alternatives of each template behind it, each as a template of its own: `java+2` is the second place where
/// tasks of `java` may run. No plugin's template is called so unless ECS refuses its family.
fn expand(templates: &mut Vec<TemplateSource>, reader: &mut Reader<'_>) {
    let written: Vec<Arc<str>> = templates.iter().map(|template| Arc::clone(&template.name)).collect();
    let mut expanded = Vec::with_capacity(templates.len());
    for main in templates.drain(..) {
        let field = &main.footman.failover;
        if let (true, Some(place)) = (field.value.len() > FAILOVER_MAX, field.origin.place()) {
            reader.bad_value(
                place,
                &format!("at most {FAILOVER_MAX} alternatives"),
                &field.value.len().to_string(),
            );
        }
        let entries: Vec<Alternative> = field.value.iter().take(FAILOVER_MAX).cloned().collect();
        let at = expanded.len();
        expanded.push(main);
        for (number, entry) in (2..).zip(entries) {
            let alternative = alternative(&expanded[at], number, entry);
            if written.contains(&alternative.name) {
                let message =
                    format!("a template is called `{}`, as this alternative would be", alternative.name);
                reader.say(Diagnostic::new(Code::DuplicateTemplate, Some(&alternative.place), message));
            }
            expanded.push(alternative);
        }
    }
    *templates = expanded;
}

/// The `number`-th place of `main`.
fn alternative(main: &TemplateSource, number: usize, entry: Alternative) -> TemplateSource {
    let place = entry.place.clone();
    let mut footman = main.footman.clone();
    footman.failover = Effective::default_of(Vec::new());
    // The limit is one on all of them together, and what is kept warm is so in the first place.
    footman.limit = Effective::default_of(None);
    footman.min_idle = Effective::default_of(0);
    footman.price_per_hour = match entry.keys.price_per_hour {
        Some(price) => Effective { value: Some(price), origin: Origin::Given(place.clone()) },
        None => Effective::default_of(None),
    };
    if let Some(hours) = &entry.keys.active_hours {
        let origin = Origin::Given(place.clone());
        footman.active_hours = Effective { value: Some(hours.clone()), origin };
    }
    let fields = entry.fields(&main.fields);
    if launch::on_fargate(&launch::compute(&fields)) {
        footman.placement_constraints = Effective::default_of(Vec::new());
    }
    TemplateSource {
        name: format!("{}+{number}", main.name).into(),
        fields,
        place,
        footman,
        alternative: Some(AlternativeOf { main: Arc::clone(&main.name), entry }),
    }
}

/// Says that no `what` is called `name`, and which ones there are.
fn unknown_name(code: Code, what: &str, name: &Key, names: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(code, Some(&name.place), format!("no {what} is called `{}`", name.text));
    match near::nearest(&name.text, names) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None if names.is_empty() => diagnostic.help("there is none at all"),
        None => diagnostic.help(format!("there are {}", names.join(", "))),
    }
}
