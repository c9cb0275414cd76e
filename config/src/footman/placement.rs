//! `placementConstraints` of a template: the plugin has no field for them (its issue 157).
//!
//! What an expression says is not looked into here: it belongs to the cluster query language, which the simulated ECS
//! reads. Its text is kept with its place, so that whoever reads it can say where it goes wrong.

use crate::{
    plugin::item::item,
    reader::{Field, Reader},
    simulation::{PlacementConstraint, PlacementExpression},
    yaml::Node,
};

impl Field for PlacementExpression {
    const EXPECTED: &'static str = "an expression of the cluster query language";

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let text = reader.text(node, Self::EXPECTED)?;
        Some(Self { text: text.into(), place: node.place.clone() })
    }

    fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    fn show(&self) -> String {
        self.text.to_string()
    }
}

item! {
    /// An entry of `placementConstraints`.
    pub(crate) PlacementConstraintKeys, "a placement constraint" {
        /// `memberOf` or `distinctInstance`.
        "type" => kind: String = String::new(), Must;
        /// What holds for the instances that `memberOf` allows.
        "expression" => expression: Option<PlacementExpression> = None, Must;
    }
    show |it| match &it.expression {
        Some(expression) => format!("{}({})", it.kind, expression.text),
        None => it.kind.clone(),
    }
}

impl PlacementConstraintKeys {
    /// The constraint, or why ECS refuses it (Amazon ECS API Reference, `PlacementConstraint`, read 2026-11-26).
    pub(crate) fn constraint(&self) -> Result<PlacementConstraint, String> {
        let expression = self.expression.as_ref().filter(|expression| !expression.is_blank());
        match (self.kind.as_str(), expression) {
            ("memberOf", Some(expression)) => Ok(PlacementConstraint::MemberOf(expression.clone())),
            ("memberOf", None) => Err("a constraint `memberOf` has an `expression`".to_owned()),
            ("distinctInstance", None) => Ok(PlacementConstraint::DistinctInstance),
            ("distinctInstance", Some(_)) => {
                Err("a constraint `distinctInstance` takes no `expression`".to_owned())
            }
            (kind, _) => Err(format!("ECS has no placement constraint `{kind}`")),
        }
    }
}
