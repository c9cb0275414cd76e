//! Edits a node's `config.xml`, so that it takes no further build or that its description says more, and touches nothing
//! else in it.
//!
//! Its labels are taken away and its mode is made `EXCLUSIVE`: then nothing matches but an item whose label is the node's
//! own name, which is what a Pipeline queues after a restart to go on where it was. The running build goes on, and the
//! node stays online (tried on Jenkins 2.263.4).
//!
//! The document is read to find the places and is otherwise passed on byte for byte: it may hold what plugins keep there.
//! Must stay pure: no I/O, no clock.

use roxmltree::{Document, Node, ParsingOptions};
use std::ops::Range;
use thiserror::Error;

/// How many elements of a document are read at most.
const ELEMENTS_MAX: u32 = 100_000;

/// What to do with a node so that it is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closing {
    /// To post this as its `config.xml`.
    Post(String),
    /// Nothing: it has no labels and is exclusive.
    AlreadyEmptied,
    /// Nothing: it is marked offline. Its configuration must be left alone, for some versions of Jenkins take the mark away
    /// where it is saved (2.482 until the fix of January 2026, #26154).
    AlreadyMarked,
}

/// A document that is no configuration of an agent.
#[derive(Debug, Error)]
pub enum NodeXmlError {
    /// It is no XML.
    #[error("the node's configuration is no XML: {0}")]
    Syntax(#[from] roxmltree::Error),
    /// It has no element where Jenkins always writes one.
    #[error("the node's configuration has no element `{0}`")]
    Missing(&'static str),
}

/// The `config.xml` to post so that the description of the node with this one is what `change` makes of it; `None` where it
/// stays as it is: `change` has nothing to say, or the node is marked offline, or it has no description.
///
/// # Errors
///
/// Fails where the document is no XML.
pub fn describe(
    xml: &str,
    change: impl FnOnce(&str) -> Option<String>,
) -> Result<Option<String>, NodeXmlError> {
    let (declaration, xml) = xml.split_at(declaration_len(xml));
    let document = parse(xml)?;
    let root = document.root_element();
    if child(root, "temporaryOfflineCause").is_some() {
        return Ok(None);
    }
    let Some(element) = child(root, "description") else { return Ok(None) };
    let Some(text) = change(element.text().unwrap_or_default()) else { return Ok(None) };
    let element_text = format!("<description>{}</description>", escaped(&text));
    Ok(Some(edited(declaration, xml, [(element.range(), &*element_text)])))
}

/// A text as the content of an element.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn parse(xml: &str) -> Result<Document<'_>, roxmltree::Error> {
    Document::parse_with_options(
        xml,
        ParsingOptions { nodes_limit: ELEMENTS_MAX, ..ParsingOptions::default() },
    )
}

/// The document with other texts in these places, which are in their order.
fn edited<'a>(
    declaration: &str,
    xml: &str,
    edits: impl IntoIterator<Item = (Range<usize>, &'a str)>,
) -> String {
    let mut edited = String::with_capacity(declaration.len() + xml.len());
    edited.push_str(declaration);
    let mut at = 0;
    for (range, text) in edits {
        edited.push_str(&xml[at..range.start]);
        edited.push_str(text);
        at = range.end;
    }
    edited.push_str(&xml[at..]);
    edited
}

/// What to do so that the node with this `config.xml` is closed.
///
/// # Errors
///
/// Fails where the document is no XML, or has no `mode`.
pub fn close(xml: &str) -> Result<Closing, NodeXmlError> {
    let (declaration, xml) = xml.split_at(declaration_len(xml));
    let document = parse(xml)?;
    let root = document.root_element();
    if child(root, "temporaryOfflineCause").is_some() {
        return Ok(Closing::AlreadyMarked);
    }
    let mode = child(root, "mode").ok_or(NodeXmlError::Missing("mode"))?;
    let mut edits: Vec<(Range<usize>, &str)> = Vec::new();
    if mode.text().map(str::trim) != Some("EXCLUSIVE") {
        edits.push((mode.range(), "<mode>EXCLUSIVE</mode>"));
    }
    // Jenkins leaves the element out of a node that never had a label.
    if let Some(label) = child(root, "label").filter(|label| label.has_children()) {
        edits.push((label.range(), "<label></label>"));
    }
    if edits.is_empty() {
        return Ok(Closing::AlreadyEmptied);
    }
    edits.sort_unstable_by_key(|(range, _)| range.start);
    Ok(Closing::Post(edited(declaration, xml, edits)))
}

/// How long the declaration at the start is: Jenkins writes XML 1.1 for the sake of control characters, which the parser
/// does not know. Where one stands in the document it is no XML here.
fn declaration_len(xml: &str) -> usize {
    let Some(rest) = xml.strip_prefix("<?xml") else { return 0 };
    rest.find("?>").map_or(0, |end| xml.len() - rest.len() + end + 2)
}

/// The first child of this name, none of a namespace.
fn child<'a, 'input>(parent: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    parent.children().find(|node| node.is_element() && node.has_tag_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = "<?xml version=\"1.1\" encoding=\"UTF-8\"?>\n<slave>\n  <!-- <label>no</label> -->\n  \
        <name>a&amp;b</name>\n  <mode>EXCLUSIVE</mode>\n  <launcher class=\"hudson.slaves.JNLPLauncher\">\n    \
        <label>inner</label>\n  </launcher>\n  <label>docker &quot;a b&quot;</label>\n  <nodeProperties>\n    \
        <x.Prop plugin=\"x@1\"><mode>NORMAL</mode>&#x1b;</x.Prop>\n  </nodeProperties>\n</slave>";

    fn emptied(xml: &str) -> String {
        match close(xml).unwrap() {
            Closing::Post(text) => text,
            other @ (Closing::AlreadyEmptied | Closing::AlreadyMarked) => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_labels_go_and_everything_else_stays_byte_for_byte() {
        let xml = CONFIG.replace("&#x1b;", "é\r\n<![CDATA[ <label> ]]>");
        let want = xml.replace("<label>docker &quot;a b&quot;</label>", "<label></label>");
        assert_eq!(emptied(&xml), want);
        assert_eq!(close(&want).unwrap(), Closing::AlreadyEmptied);
    }

    #[test]
    fn a_node_for_builds_without_a_label_becomes_one_for_those_that_ask_for_it() {
        let table = [
            (
                "<slave><mode>NORMAL</mode><label>a</label></slave>",
                "<slave><mode>EXCLUSIVE</mode><label></label></slave>",
            ),
            (
                "<slave><label>a</label><mode>NORMAL</mode></slave>",
                "<slave><label></label><mode>EXCLUSIVE</mode></slave>",
            ),
            ("<slave><mode>NORMAL</mode><label/></slave>", "<slave><mode>EXCLUSIVE</mode><label/></slave>"),
            ("<slave><mode>NORMAL</mode></slave>", "<slave><mode>EXCLUSIVE</mode></slave>"),
            (
                "<slave><mode> EXCLUSIVE </mode><label> </label></slave>",
                "<slave><mode> EXCLUSIVE </mode><label></label></slave>",
            ),
        ];
        for (xml, want) in table {
            assert_eq!(emptied(xml), want, "{xml}");
        }
        for closed in
            ["<slave><mode>EXCLUSIVE</mode><label></label></slave>", "<slave><mode>EXCLUSIVE</mode></slave>"]
        {
            assert_eq!(close(closed).unwrap(), Closing::AlreadyEmptied, "{closed}");
        }
    }

    #[test]
    fn a_marked_node_is_left_alone() {
        let xml = "<slave><temporaryOfflineCause class=\"x\"/><description>d</description><mode>NORMAL</mode>\
                   <label>a</label></slave>";
        assert_eq!(close(xml).unwrap(), Closing::AlreadyMarked);
        assert_eq!(describe(xml, |_| Some("e".to_owned())).unwrap(), None);
    }

    #[test]
    fn a_description_is_changed_and_everything_else_stays_byte_for_byte() {
        let bare = CONFIG.replace("&#x1b;", "é");
        let xml = bare.replace("  <mode>", "  <description>a &lt;b&gt; &amp; c</description>\n  <mode>");
        let found = describe(&xml, |text| {
            assert_eq!(text, "a <b> & c");
            Some(format!("{text} d"))
        });
        let want = xml.replace("c</description>", "c d</description>");
        assert_eq!(found.unwrap(), Some(want));
        assert_eq!(describe(&xml, |_| None).unwrap(), None, "nothing to say");
        assert_eq!(describe(&bare, |text| Some(text.to_owned())).unwrap(), None, "no description");
        assert!(matches!(describe("plain", |_| None), Err(NodeXmlError::Syntax(_))));
    }

    #[test]
    fn what_is_no_configuration_is_refused() {
        for xml in ["", "<slave>", "plain", "<!DOCTYPE s [<!ENTITY a \"b\">]><slave><mode>&a;</mode></slave>"]
        {
            assert!(matches!(close(xml), Err(NodeXmlError::Syntax(_))), "{xml}");
        }
        let message = close("<slave/>").unwrap_err().to_string();
        assert_eq!(message, "the node's configuration has no element `mode`");
    }
}
