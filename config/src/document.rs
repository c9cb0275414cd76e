//! Which texts are Jenkins' and which are Footman's, and how several become one.

use crate::{
    code::Code,
    diagnostic::Diagnostic,
    reader::Reader,
    source::{Kind, Text},
    yaml::{self, Node, Value},
};
use std::{collections::BTreeMap, sync::Arc};

/// All texts of a kind as one tree; `None` where there is none.
pub(crate) struct Documents {
    /// Jenkins Configuration-as-Code.
    pub(crate) jenkins: Option<Node>,
    /// Footman's.
    pub(crate) footman: Option<Node>,
}

/// Parses `texts` and merges those of a kind; what is wrong is said to `reader`.
///
/// `footman_keys` are the keys that Footman has at the top.
pub(crate) fn documents(texts: &[Text<'_>], footman_keys: &[&str], reader: &mut Reader<'_>) -> Documents {
    let mut documents = Documents { jenkins: None, footman: None };
    for text in texts {
        let file: Arc<str> = text.name.into();
        let node = match yaml::parse(&file, text.content) {
            Ok(node) => node,
            Err(diagnostic) => {
                reader.say(diagnostic);
                continue;
            }
        };
        match &node.value {
            Value::Map(_) => {}
            Value::Null => {
                reader.say(Diagnostic::new(Code::EmptyFile, Some(&node.place), "the file holds nothing"));
                continue;
            }
            Value::Scalar(_) | Value::List(_) => {
                reader.bad_value(&node.place, "a mapping at the top of the file", node.kind());
                continue;
            }
        }
        let slot = match kind(text, &node, footman_keys, reader) {
            Some(Kind::Footman) => &mut documents.footman,
            Some(Kind::Jenkins | Kind::Guess) => &mut documents.jenkins,
            None => continue,
        };
        match slot {
            Some(root) => merge(root, node, &mut Vec::new(), reader),
            None => *slot = Some(node),
        }
    }
    documents
}

/// What `text` is; `None` where it is both, which is said.
fn kind(text: &Text<'_>, node: &Node, footman_keys: &[&str], reader: &mut Reader<'_>) -> Option<Kind> {
    match text.kind {
        Kind::Jenkins | Kind::Footman => return Some(text.kind),
        Kind::Guess => {}
    }
    let Value::Map(entries) = &node.value else { return Some(Kind::Jenkins) };
    let jenkins = entries.iter().find(|(key, _)| key.text == "jenkins");
    let footman = entries.iter().find(|(key, _)| footman_keys.contains(&key.text.as_str()));
    match (jenkins, footman) {
        (Some((jenkins, _)), Some((footman, _))) => {
            let message = format!("`{}` is Footman's, and this file is Jenkins'", footman.text);
            reader.say(
                Diagnostic::new(Code::MixedFile, Some(&footman.place), message)
                    .related(Some(&jenkins.place), "Jenkins refuses to start with keys that it does not know")
                    .help("put Footman's keys into `footman.yaml` beside it"),
            );
            None
        }
        (None, Some(_)) => Some(Kind::Footman),
        (Some(_), None) => Some(Kind::Jenkins),
        (None, None) => {
            let own_name = ["footman.yaml", "footman.yml"].iter().any(|name| text.name.ends_with(name));
            Some(if own_name { Kind::Footman } else { Kind::Jenkins })
        }
    }
}

/// Merges `other` into `root` as Jenkins does by default (`ErrorOnConflictMergeStrategy` of the Configuration-as-Code
/// plugin): mappings key by key, lists one after the other; anything else that stands in both is a conflict.
fn merge(root: &mut Node, other: Node, path: &mut Vec<String>, reader: &mut Reader<'_>) {
    match (&mut root.value, other.value) {
        (Value::Map(entries), Value::Map(others)) => {
            let places = (0..).zip(entries.iter()).map(|(at, (key, _))| (key.text.clone(), at));
            let places: BTreeMap<String, usize> = places.collect();
            for (key, node) in others {
                match places.get(&key.text).and_then(|at| entries.get_mut(*at)) {
                    Some((_, own)) => {
                        path.push(key.text);
                        merge(own, node, path, reader);
                        path.pop();
                    }
                    // A key that stands twice in one file is for the schema to say.
                    None => entries.push((key, node)),
                }
            }
        }
        (Value::List(items), Value::List(others)) => items.extend(others),
        (_, Value::Null) => {}
        (own @ Value::Null, value) => {
            *own = value;
            root.place = other.place;
        }
        (_, _) => {
            let message = format!("`{}` is said by two files", path.join("."));
            reader.say(
                Diagnostic::new(Code::MergeConflict, Some(&other.place), message)
                    .related(Some(&root.place), "the other place")
                    .help("Jenkins refuses to start with this; say it once"),
            );
        }
    }
}
