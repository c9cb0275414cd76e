//! Objects as Jenkins exports them, and what of them an answer shows.
//!
//! Every property has a visibility. At `depth=0` the object that was asked for shows all of its properties, and an
//! object inside it those with a visibility of 2 or more, one deeper 3 or more; each step of `depth` shows one level
//! more. `tree` overrules that and shows what it names (`org.kohsuke.stapler.export`, `TreePruner.ByDepth` and
//! `NamedPathPruner`, read 2026-11-23). An object that has a class names it always.

use super::tree::Tree;
use serde_json::{Map, Value};

/// The visibility of what an object shows at any depth, such as its name.
pub(super) const ALWAYS: u32 = 999;

/// An object.
#[derive(Debug, Clone, Default)]
pub(super) struct Bean {
    class: Option<&'static str>,
    properties: Vec<Property>,
}

#[derive(Debug, Clone)]
struct Property {
    name: &'static str,
    visibility: u32,
    /// Whether what it holds counts as one level with its owner.
    inline: bool,
    value: Export,
}

/// A value of a property.
#[derive(Debug, Clone)]
enum Export {
    /// A text, a number, or anything else that is shown whole.
    Plain(Value),
    /// Objects.
    Beans(Vec<Bean>),
    /// One object, or null.
    Bean(Option<Bean>),
}

/// What of an object is shown.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pruner<'a> {
    /// Properties with this visibility at least.
    Depth(Level),
    /// Properties that are named.
    Named(&'a Tree),
}

/// The visibility that a property needs: 1 less `depth`, and 1 more for each step inwards.
#[derive(Debug, Clone, Copy)]
pub(super) struct Level(i64);

impl Bean {
    /// An object of this class.
    pub(super) fn new(class: &'static str) -> Self {
        Self { class: Some(class), properties: Vec::new() }
    }

    /// An object whose class is not named.
    pub(super) fn anonymous() -> Self {
        Self::default()
    }

    /// With a plain property of visibility 1.
    pub(super) fn with(self, name: &'static str, value: impl Into<Value>) -> Self {
        self.visible(1, name, value)
    }

    /// With a plain property of this visibility.
    pub(super) fn visible(self, visibility: u32, name: &'static str, value: impl Into<Value>) -> Self {
        self.push(Property { name, visibility, inline: false, value: Export::Plain(value.into()) })
    }

    /// With a property that holds an object, or null.
    pub(super) fn bean(self, visibility: u32, name: &'static str, bean: Option<Self>) -> Self {
        self.push(Property { name, visibility, inline: false, value: Export::Bean(bean) })
    }

    /// With a property that holds objects.
    pub(super) fn beans(self, visibility: u32, name: &'static str, beans: Vec<Self>) -> Self {
        self.push(Property { name, visibility, inline: false, value: Export::Beans(beans) })
    }

    /// With a property of visibility 1 whose objects count as one level with this one.
    pub(super) fn inline(self, name: &'static str, beans: Vec<Self>) -> Self {
        self.push(Property { name, visibility: 1, inline: true, value: Export::Beans(beans) })
    }

    fn push(mut self, property: Property) -> Self {
        self.properties.push(property);
        self
    }

    /// What is shown of it.
    pub(super) fn show(self, pruner: Pruner<'_>) -> Value {
        let mut shown = Map::new();
        if let Some(class) = self.class {
            shown.insert("_class".to_owned(), class.into());
        }
        for Property { name, visibility, inline, value } in self.properties {
            if let Some(child) = pruner.child(name, visibility, inline) {
                shown.insert(name.to_owned(), value.show(child));
            }
        }
        Value::Object(shown)
    }
}

impl Export {
    fn show(self, pruner: Pruner<'_>) -> Value {
        match self {
            Self::Plain(value) => value,
            Self::Bean(bean) => bean.map_or(Value::Null, |bean| bean.show(pruner)),
            Self::Beans(beans) => {
                let beans = match pruner {
                    Pruner::Depth(_) => beans,
                    Pruner::Named(tree) => tree.cut(beans),
                };
                beans.into_iter().map(|bean| bean.show(pruner)).collect()
            }
        }
    }
}

impl Pruner<'_> {
    /// That of `depth=`.
    pub(super) fn at_depth(depth: u32) -> Self {
        // The levels are counted from 1 down, and no visibility is below 1.
        Self::Depth(Level(1 - i64::from(depth)))
    }

    /// What is shown of the property's value, if the property is shown.
    fn child(self, name: &str, visibility: u32, inline: bool) -> Option<Self> {
        match self {
            Self::Depth(Level(least)) => {
                let deeper = if inline { least } else { least.saturating_add(1) };
                (i64::from(visibility) >= least).then_some(Self::Depth(Level(deeper)))
            }
            Self::Named(tree) => tree.child(name).map(Self::Named),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn item() -> Bean {
        let label = Bean::anonymous().visible(2, "name", "docker").with("offline", true);
        let task = Bean::new("Job").visible(ALWAYS, "name", "a").visible(2, "color", "blue").beans(
            1,
            "labels",
            vec![label],
        );
        Bean::new("Item").visible(ALWAYS, "id", 1).bean(ALWAYS, "task", Some(task)).bean(
            1,
            "executable",
            None,
        )
    }

    #[test]
    fn each_step_of_depth_shows_one_level_more() {
        let at = |depth| item().show(Pruner::at_depth(depth));
        let task = json!({"_class": "Job", "name": "a", "color": "blue"});
        assert_eq!(at(0), json!({"_class": "Item", "id": 1, "task": task, "executable": null}));
        let mut task = task;
        task["labels"] = json!([{"name": "docker"}]);
        assert_eq!(at(1)["task"], task);
        task["labels"] = json!([{"name": "docker", "offline": true}]);
        assert_eq!(at(2)["task"], task);
    }

    #[test]
    fn what_is_inline_is_shown_as_if_it_was_asked_for() {
        let queue = Bean::anonymous().inline("items", vec![item()]);
        assert_eq!(queue.show(Pruner::at_depth(0))["items"][0], item().show(Pruner::at_depth(0)));
    }

    #[test]
    fn a_tree_shows_what_it_names_at_any_depth() {
        let tree = Tree::parse("task[labels[offline]],nothing").unwrap();
        let shown = item().show(Pruner::Named(&tree));
        assert_eq!(
            shown,
            json!({"_class": "Item", "task": {"_class": "Job", "labels": [{"offline": true}]}})
        );
    }
}
