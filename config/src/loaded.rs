//! What loading a configuration gives.

use crate::{
    agent::AgentSettings,
    assemble::assemble,
    code::Code,
    diagnostic::{Diagnostic, Severity},
    document::{self, Documents},
    effective::Effective,
    footman::{self, Settings},
    gather,
    plugin::{CloudFields, Row, TemplateFields},
    reader::Reader,
    simulation::SimulationSettings,
    source::{Place, Text},
    yaml::{Node, Value},
};
use footman_core::{
    Policy,
    id::TemplateId,
    label::LabelExpression,
    units::{MicroUsd, Size},
};
use std::{collections::BTreeMap, sync::Arc};

/// A configuration that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The clouds, in the order of the files.
    pub clouds: Vec<EffectiveCloud>,
    /// What the core decides by.
    pub policy: Policy,
    /// What the simulated world looks like.
    pub simulation: SimulationSettings,
    /// What the labels of a trace mean.
    pub label_map: BTreeMap<Arc<str>, LabelMapping>,
    /// Warnings and notes, in the order of the files.
    pub diagnostics: Vec<Diagnostic>,
    /// Where `jenkins.nodes` stands, if a file of Jenkins' has it: a reload of such files removes nodes that are not in it.
    pub nodes: Option<Place>,
    /// Settings of Footman's own that no cloud and no template has, as `footman config show` shows them.
    pub settings: Vec<Row>,
}

/// A configuration that cannot be used, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Errors (one at least), warnings and notes, in the order of the files.
    pub diagnostics: Vec<Diagnostic>,
    /// The clouds as far as they could be read.
    pub clouds: Vec<EffectiveCloud>,
}

/// What a label of a trace means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelMapping {
    /// The expression that a build with it asks for.
    pub expression: LabelExpression,
    /// The expression as it stands in the file.
    pub text: Arc<str>,
    /// Where.
    pub place: Place,
}

/// A cloud, with where each value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectiveCloud {
    /// Its name.
    pub name: Arc<str>,
    /// Where it stands.
    pub place: Place,
    /// The plugin's fields.
    pub fields: CloudFields,
    /// What the owner of `assumedRoleArn` wants to be told, where they do.
    pub external_id: Option<Arc<str>>,
    /// What Footman adds or makes of them.
    pub footman: Vec<Row>,
    /// Its templates, in the order of the files.
    pub templates: Vec<EffectiveTemplate>,
}

/// A template, its parent merged in, with where each value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectiveTemplate {
    /// Its place in the policy's list.
    pub id: TemplateId,
    /// Its name: the plugin's, or one that Footman made where that is blank.
    pub name: Arc<str>,
    /// Where it stands.
    pub place: Place,
    /// The template whose `failover` it comes from, if it does.
    pub alternative_of: Option<Arc<str>>,
    /// The plugin's fields, its parent's merged in.
    pub fields: TemplateFields,
    /// How its tasks become agents.
    pub agent: AgentSettings,
    /// CPU and memory of its task.
    pub size: Effective<Size>,
    /// List price per hour.
    pub price_per_hour: Effective<MicroUsd>,
    /// What Footman adds or makes of them.
    pub footman: Vec<Row>,
}

/// Reads `texts` in their order, with `lookup` for placeholders.
///
/// # Errors
///
/// Fails with everything there is to say where one thing of it is an error.
pub fn load(texts: &[Text<'_>], lookup: &dyn Fn(&str) -> Option<String>) -> Result<Loaded, Refused> {
    let mut reader = Reader::new(lookup);
    let documents = document::documents(texts, &footman::root_keys(), &mut reader);
    let nowhere = Place::start_of(&texts.first().map_or("footman.yaml", |text| text.name).into());
    let settings = Settings::read(documents.footman.as_ref(), &nowhere, &mut reader);
    let clouds = gather::clouds(&documents, &mut reader);
    if clouds.is_empty() && reader.diagnostics.iter().all(|it| it.severity != Severity::Error) {
        reader.say(no_cloud(&documents, texts));
    } else if !clouds.is_empty() && clouds.iter().all(|cloud| cloud.templates.is_empty()) {
        let place = clouds.first().map(|cloud| &cloud.place);
        reader.say(Diagnostic::new(Code::NoTemplate, place, "no cloud has a template"));
    }
    let assembled = assemble(&clouds, &settings, &mut reader);
    check_label_map(&settings.label_map, &assembled.policy, &mut reader);
    let diagnostics = in_order(reader.diagnostics, texts);
    if diagnostics.iter().any(|it| it.severity == Severity::Error) {
        return Err(Refused { diagnostics, clouds: assembled.clouds });
    }
    let settings_rows = settings.rows();
    let nodes = documents.jenkins.as_ref().and_then(|root| root.get("jenkins")?.get("nodes"));
    Ok(Loaded {
        clouds: assembled.clouds,
        policy: assembled.policy,
        simulation: assembled.simulation,
        label_map: settings.label_map,
        diagnostics,
        nodes: nodes.map(|node| node.place.clone()),
        settings: settings_rows,
    })
}

/// Says that no text has a cloud of the plugin's, and which clouds there are instead.
fn no_cloud(documents: &Documents, texts: &[Text<'_>]) -> Diagnostic {
    let names: Vec<&str> = texts.iter().map(|text| text.name).collect();
    let message = format!("no cloud of the plugin's in {}", names.join(", "));
    let clouds = documents.jenkins.as_ref().and_then(|root| root.get("jenkins")?.get("clouds"));
    let mut others: Vec<&str> = Vec::new();
    if let Some(Node { value: Value::List(items), .. }) = clouds {
        for item in items {
            if let Value::Map(entries) = &item.value {
                others.extend(entries.iter().map(|(key, _)| key.text.as_str()));
            }
        }
    }
    let help = if others.is_empty() {
        "it stands under `jenkins: clouds: - ecs:`, or in a file of Footman's own under `clouds:`".to_owned()
    } else {
        format!("it stands under `jenkins: clouds: - ecs:`; there are {} only", others.join(", "))
    };
    let place = documents.jenkins.as_ref().or(documents.footman.as_ref()).map(|root| &root.place);
    Diagnostic::new(Code::NoCloud, clouds.map(|node| &node.place).or(place), message).help(help)
}

/// Says which mappings of labels lead to no template.
fn check_label_map(map: &BTreeMap<Arc<str>, LabelMapping>, policy: &Policy, reader: &mut Reader<'_>) {
    for (label, mapping) in map {
        let base = mapping.expression.requirement().map(|it| it.base);
        let wanted = base.as_ref().unwrap_or(&mapping.expression);
        if !policy.templates.iter().any(|template| wanted.matches(&template.labels, "")) {
            let message = format!("`{label}` is mapped to `{}`, which no template satisfies", mapping.text);
            let labels: Vec<String> = policy.templates.iter().map(|it| it.labels.to_string()).collect();
            reader.say(
                Diagnostic::new(Code::UnmatchedLabel, Some(&mapping.place), message)
                    .help(format!("the templates have the labels {}", labels.join("; "))),
            );
        }
    }
}

/// `diagnostics` without repetition, by file in the order of `texts`, then by line; those without a place come first.
fn in_order(mut diagnostics: Vec<Diagnostic>, texts: &[Text<'_>]) -> Vec<Diagnostic> {
    let file =
        |it: &Diagnostic| it.place.as_ref().and_then(|p| texts.iter().position(|t| *t.name == *p.file));
    diagnostics
        .sort_by_key(|it| (file(it), it.place.as_ref().map(|place| (place.line, place.column)), it.code));
    diagnostics.dedup();
    diagnostics
}
