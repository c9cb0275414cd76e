//! The settings of `footman.yaml` that belong to no cloud and no template.

use crate::{
    code::Code,
    diagnostic::Diagnostic,
    footman::{
        object::{ClusterKeys, InstanceTypeKeys},
        root_keys,
        table::{BreakerKeys, DeadlineKeys, PaceKeys, RootKeys},
    },
    loaded::LabelMapping,
    plugin::{Row, kind::Item},
    reader::{Need, Reader},
    source::Place,
    yaml::{Node, Value},
};
use footman_core::{label::LabelExpression, units::Mib};
use std::{collections::BTreeMap, sync::Arc};

/// The keys of `simulation`.
pub(crate) const SIMULATION_KEYS: [&str; 3] = ["clusters", "instanceTypes", "imageSize"];
/// The size of an image that nobody said: `jenkins/inbound-agent` unpacked is near it.
const IMAGE_SIZE_DEFAULT: Mib = Mib::new(500);

/// The settings, each with where it stands.
pub(crate) struct Settings {
    /// The plain ones.
    pub(crate) root: RootKeys,
    /// `pace`.
    pub(crate) pace: PaceKeys,
    /// `deadlines`.
    pub(crate) deadlines: DeadlineKeys,
    /// `breaker`.
    pub(crate) breaker: BreakerKeys,
    /// `labelMap`.
    pub(crate) label_map: BTreeMap<Arc<str>, LabelMapping>,
    /// `simulation.clusters`, by name.
    pub(crate) clusters: Vec<(Arc<str>, Place, ClusterKeys)>,
    /// `simulation.instanceTypes`, by name.
    pub(crate) instance_types: Vec<(Arc<str>, Place, InstanceTypeKeys)>,
    /// `simulation.imageSize`.
    pub(crate) image_size: Mib,
}

impl Settings {
    /// Reads the settings of `root`, the top of Footman's texts; where there is none, of an empty one at `nowhere`.
    pub(crate) fn read(root: Option<&Node>, nowhere: &Place, reader: &mut Reader<'_>) -> Self {
        let empty = Node { place: nowhere.clone(), value: Value::Map(Vec::new()) };
        let root = root.unwrap_or(&empty);
        reader.check_keys(root, &root_keys(), "footman.yaml");
        let part = |key: &str| root.get(key).filter(|node| node.value != Value::Null).unwrap_or(&empty);
        let (pace, deadlines, breaker) = (part("pace"), part("deadlines"), part("breaker"));
        reader.check_keys(pace, PaceKeys::KEYS, "`pace`");
        reader.check_keys(deadlines, DeadlineKeys::KEYS, "`deadlines`");
        reader.check_keys(breaker, BreakerKeys::KEYS, "`breaker`");
        let simulation = part("simulation");
        reader.check_keys(simulation, &SIMULATION_KEYS, "`simulation`");
        Self {
            root: RootKeys::read(root, reader),
            pace: PaceKeys::read(pace, reader),
            deadlines: DeadlineKeys::read(deadlines, reader),
            breaker: BreakerKeys::read(breaker, reader),
            label_map: label_map(part("labelMap"), reader),
            clusters: named(simulation, "clusters", reader),
            instance_types: named(simulation, "instanceTypes", reader),
            image_size: reader.field(simulation, "imageSize", Need::Must, IMAGE_SIZE_DEFAULT).value,
        }
    }

    /// The settings as a table shows them.
    pub(crate) fn rows(&self) -> Vec<Row> {
        let mut rows = self.root.rows();
        rows.extend(self.pace.rows());
        rows.extend(self.deadlines.rows());
        rows.extend(self.breaker.rows());
        rows
    }
}

/// The entries of the mapping `key` of `map`, each with its name.
fn named<T: Item>(map: &Node, key: &str, reader: &mut Reader<'_>) -> Vec<(Arc<str>, Place, T)> {
    let Some(node) = map.get(key) else { return Vec::new() };
    let mut entries = Vec::new();
    for (name, value) in reader.entries(node, &format!("`{key}`")) {
        if let Some(value) = T::read(value, reader) {
            entries.push((name.text.as_str().into(), name.place.clone(), value));
        }
    }
    entries
}

/// `labelMap`: a trace's label to a label expression.
fn label_map(node: &Node, reader: &mut Reader<'_>) -> BTreeMap<Arc<str>, LabelMapping> {
    let mut map = BTreeMap::new();
    for (label, value) in reader.entries(node, "`labelMap`") {
        reader.set_need(Need::Must);
        let Some(text) = reader.text(value, "a label expression") else { continue };
        match LabelExpression::parse(&text) {
            Ok(expression) => {
                let mapping = LabelMapping { expression, text: text.into(), place: value.place.clone() };
                map.insert(label.text.as_str().into(), mapping);
            }
            Err(error) => {
                let message = format!("`{text}` is no label expression: {error}");
                reader.say(Diagnostic::new(Code::BadLabelExpression, Some(&value.place), message));
            }
        }
    }
    map
}
