//! `tree=`: which properties of an answer are wanted.
//!
//! `items[id,task[name]],url` names properties and, in brackets, those of what they hold; `*` is every property;
//! `{2,5}` behind a list takes its elements from the third to the fifth (Jenkins Remote Access API, "tree"; the grammar
//! is that of `org.kohsuke.stapler.export.NamedPathPruner`).

/// The deepest nesting that is read, so that a request cannot exhaust the stack.
const DEPTH_MAX: usize = 32;

/// How many names are looked through one by one.
const FEW: usize = 24;

/// The wanted properties of one object.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Tree {
    /// By their names, in order.
    named: Vec<(String, Self)>,
    every: bool,
    /// Of a list: the first element that is wanted, and the first that is not.
    range: Option<(usize, Option<usize>)>,
}

impl Tree {
    /// Reads the text of `tree=`; `None` where it is malformed.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader { rest: text };
        let tree = reader.list(0)?;
        reader.rest.is_empty().then_some(tree)
    }

    /// What is wanted of the property `name`, if it is wanted at all.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        static EMPTY: Tree = Tree { named: Vec::new(), every: false, range: None };
        // An answer asks this of each property of thousands of objects. Most trees name a few properties, and most names
        // differ in their lengths.
        let named = if self.named.len() <= FEW {
            self.named.iter().find(|(named, _)| named == name)
        } else {
            let place = self.named.binary_search_by(|(named, _)| named.as_str().cmp(name));
            place.ok().map(|place| &self.named[place])
        };
        named.map(|(_, child)| child).or_else(|| self.every.then_some(&EMPTY))
    }

    /// The wanted elements of a list: the first, and how many.
    pub(super) fn range(&self) -> (usize, usize) {
        match self.range {
            None => (0, usize::MAX),
            Some((from, None)) => (from, usize::MAX),
            Some((from, Some(to))) => (from, to.saturating_sub(from)),
        }
    }
}

/// What is left of the text.
struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn list(&mut self, depth: usize) -> Option<Tree> {
        let mut tree = Tree::default();
        if depth > DEPTH_MAX {
            return None;
        }
        loop {
            let name = self.name()?;
            let mut child = if self.eat('[') { self.brackets(depth)? } else { Tree::default() };
            if self.eat('{') {
                child.range = Some(self.range()?);
            }
            if name == "*" {
                tree.every = true;
            } else {
                tree.named.push((name, child));
            }
            if !self.eat(',') {
                // Of a name that stands there twice the last one counts.
                tree.named.reverse();
                tree.named.sort_by(|(one, _), (other, _)| one.cmp(other));
                tree.named.dedup_by(|(one, _), (other, _)| one == other);
                return Some(tree);
            }
        }
    }

    /// What stands between brackets, of which the first was read.
    fn brackets(&mut self, depth: usize) -> Option<Tree> {
        if self.eat(']') {
            return Some(Tree::default());
        }
        let tree = self.list(depth + 1)?;
        self.eat(']').then_some(tree)
    }

    /// `2,5}`, `2,}`, `,5}` or `2}`, the element of that place alone.
    fn range(&mut self) -> Option<(usize, Option<usize>)> {
        let (text, rest) = self.rest.split_once('}')?;
        self.rest = rest;
        let number = |text: &str| text.trim().parse::<usize>().ok();
        match text.split_once(',') {
            None => number(text).map(|at| (at, Some(at.saturating_add(1)))),
            Some((from, to)) => {
                let from = if from.trim().is_empty() { 0 } else { number(from)? };
                let to = if to.trim().is_empty() { None } else { Some(number(to)?) };
                Some((from, to))
            }
        }
    }

    fn name(&mut self) -> Option<String> {
        self.rest = self.rest.trim_start();
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '*' | '$' | '-' | '.');
        let end = self.rest.find(|c| !is_name(c)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        (!name.is_empty()).then(|| name.to_owned())
    }

    fn eat(&mut self, c: char) -> bool {
        match self.rest.strip_prefix(c) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_names_what_is_wanted() {
        let tree = Tree::parse("items[id,task[name,url]],discoverableItems{0,2}").unwrap();
        let task = tree.child("items").and_then(|items| items.child("task")).unwrap();
        assert!(task.child("url").is_some());
        assert_eq!(task.child("color"), None);
        assert_eq!(tree.child("why"), None);
        assert_eq!(tree.child("discoverableItems").unwrap().range(), (0, 2));
    }

    #[test]
    fn ranges_take_elements_by_their_place() {
        // range => of 0..5
        let table: [(&str, &[u32]); 7] = [
            ("{1,3}", &[1, 2]),
            ("{3,}", &[3, 4]),
            ("{,2}", &[0, 1]),
            ("{2}", &[2]),
            ("{9}", &[]),
            ("{3,1}", &[]),
            ("", &[0, 1, 2, 3, 4]),
        ];
        for (range, want) in table {
            for tree in [format!("a[b]{range}"), format!("a{range}")] {
                let tree = Tree::parse(&tree).unwrap();
                let (from, count) = tree.child("a").unwrap().range();
                let cut: Vec<u32> = (0..5).skip(from).take(count).collect();
                assert_eq!(cut, want, "{range}");
            }
        }
    }

    #[test]
    fn a_star_takes_every_property_and_nothing_of_theirs() {
        let tree = Tree::parse("*,items[id]").unwrap();
        assert_eq!(tree.child("anything").unwrap().child("x"), None);
        assert!(tree.child("items").unwrap().child("id").is_some());
    }

    #[test]
    fn what_is_malformed_is_refused() {
        let deep = "a[".repeat(10_000);
        for text in ["", "items[id", "items]", "a,,b", "a{1", "a{x}", "a b", ",a", &deep] {
            assert_eq!(Tree::parse(text), None, "{}", &text[..text.len().min(20)]);
        }
    }
}
