//! Reads what Jenkins says of why an item waits (`why`), in English, for what it tells of the item's label.
//!
//! For Pipeline steps and matrix cells the label stands nowhere else. The texts are those of Jenkins 2.263.4, seen on a
//! running controller, and the rules by which one is chosen those of `Queue.BuildableItem.getCauseOfBlockage`, read in the
//! source and unchanged since. They are translated by `Accept-Language`, so whoever asks says `en`; a text that is not
//! among them tells nothing and is said to be unreadable, never to be without a label.
//!
//! Must stay pure: no I/O, no clock.

/// What a `why` tells of the label of its item.
///
/// Labels are in Jenkins' own spelling; a single label stands without the quotes that it has in an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clue<'a> {
    /// The item is not that far: it is in its quiet period, blocked, or Jenkins shuts down.
    Early,
    /// Jenkins is about to shut down and assigns nothing.
    ShuttingDown,
    /// It waits for any executor: it has no label, or there is no node but the controller, and then the label is not shown.
    AnyOrHidden,
    /// It has no label: a node does not take it for that reason.
    NoLabel,
    /// The label.
    Label(&'a str),
    /// The only node that has the label.
    Node(&'a str),
    /// The label, or the only node that has it: the text is the same.
    LabelOrNode(&'a str),
    /// A known text that tells nothing of the label, such as why a plugin keeps a node from taking the item.
    Silent,
    /// No text that is known here.
    Unreadable,
}

const QUIET: &str = "In the quiet period. Expires in ";
const QUIET_OVER: &str = "Finished waiting";
const SHUTTING_DOWN: &str = "Jenkins is about to shut down";
const ALREADY: &str = "A build is already in progress";
const WAITING: &str = "Waiting for next available executor";
/// How each text of our guard file begins (`backend/guard/footman-guard.groovy`).
pub(crate) const GUARD: &str = "Footman: ";
/// What stands in it before the label in quotes.
pub(crate) const GUARD_LABEL: &str = "waiting for an agent with label ";
/// What it ends with where the item has no label.
pub(crate) const GUARD_ANY: &str = "waiting for any agent";
/// What joins the reasons of several nodes (`CompositeCauseOfBlockage`).
const JOINT: &str = "; ";

/// What `why` tells of the label.
pub fn read(why: &str) -> Clue<'_> {
    if let Some(clue) = read_alone(why) {
        return clue;
    }
    // Each idle executor has said why it does not take the item. Where one names the label it is the item's.
    let mut best = Clue::Silent;
    let mut is_any_known = false;
    for part in why.split(JOINT) {
        match read_reason(part) {
            Some(found @ (Reason::Lacks(_) | Reason::Reserved | Reason::Guarded(_))) => return found.clue(),
            Some(Reason::Offline(_)) => is_any_known = true,
            None => best = Clue::Unreadable,
        }
    }
    // Beside a reason that is known, a strange one is a plugin's and hides nothing.
    if is_any_known { Clue::Silent } else { best }
}

/// Why one node does not take an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason<'a> {
    /// The node lacks this label.
    Lacks(&'a str),
    /// It takes only items that ask for it, and the item asks for nothing.
    Reserved,
    /// It is offline.
    Offline(&'a str),
    /// The guard file does not let the item in, which has this label or none.
    Guarded(Option<&'a str>),
}

impl<'a> Reason<'a> {
    /// What this tells where it is the whole text.
    fn clue(self) -> Clue<'a> {
        match self {
            Self::Lacks(label) => Clue::Label(label),
            Self::Reserved => Clue::NoLabel,
            Self::Offline(node) => Clue::Node(node),
            Self::Guarded(Some(label)) => Clue::Label(label),
            Self::Guarded(None) => Clue::NoLabel,
        }
    }
}

/// Reads a text that is one reason and not several.
fn read_alone(why: &str) -> Option<Clue<'_>> {
    let is_blocked = || {
        let rest = why.strip_prefix("Build #").and_then(|rest| rest.strip_suffix(')'));
        rest.is_some_and(|rest| rest.contains(" is already in progress (ETA: "))
    };
    Some(match why {
        SHUTTING_DOWN => Clue::ShuttingDown,
        QUIET_OVER | ALREADY => Clue::Early,
        WAITING => Clue::AnyOrHidden,
        _ if why.starts_with(QUIET) || is_blocked() => Clue::Early,
        _ => {
            let quoted = |start: &str, end: &str| between(why, start, end);
            if let Some(label) = quoted("There are no nodes with the label ‘", "’") {
                Clue::Label(label)
            } else if let Some(label) = quoted("All nodes of label ‘", "’ are offline") {
                Clue::Label(label)
            } else if let Some(either) = quoted("Waiting for next available executor on ‘", "’") {
                Clue::LabelOrNode(either)
            } else {
                // Behind the joint of two reasons a quotation begins, or a text of the guard file.
                let is_one = !why.contains("; ‘") && !why.contains("; Footman: ");
                return is_one.then(|| read_reason(why)).flatten().map(Reason::clue);
            }
        }
    })
}

fn read_reason(text: &str) -> Option<Reason<'_>> {
    if let Some(said) = text.strip_prefix(GUARD) {
        if said.ends_with(GUARD_ANY) {
            return Some(Reason::Guarded(None));
        }
        let (_, label) = said.split_once(GUARD_LABEL)?;
        return between(label, "‘", "’").map(|label| Reason::Guarded(Some(label)));
    }
    let rest = text.strip_prefix('‘')?;
    if let Some((_, label)) = rest.split_once("’ doesn’t have label ‘") {
        return label.strip_suffix('’').map(Reason::Lacks);
    }
    if rest.ends_with("’ is reserved for jobs with matching label expression") {
        return Some(Reason::Reserved);
    }
    rest.strip_suffix("’ is offline").map(Reason::Offline)
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    text.strip_prefix(start)?.strip_suffix(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_text_of_jenkins_tells_what_it_tells() {
        // reference: jenkins.md 1 and 5
        let table = [
            ("In the quiet period. Expires in 3.9 sec", Clue::Early),
            ("Finished waiting", Clue::Early),
            ("Build #1 is already in progress (ETA: N/A)", Clue::Early),
            ("Build #12 is already in progress (ETA: 3 min 2 sec)", Clue::Early),
            ("A build is already in progress", Clue::Early),
            ("Jenkins is about to shut down", Clue::ShuttingDown),
            ("Waiting for next available executor", Clue::AnyOrHidden),
            ("There are no nodes with the label ‘windows’", Clue::Label("windows")),
            ("There are no nodes with the label ‘mxlab&&big’", Clue::Label("mxlab&&big")),
            ("All nodes of label ‘docker&&!windows’ are offline", Clue::Label("docker&&!windows")),
            (
                "Waiting for next available executor on ‘docker||windows’",
                Clue::LabelOrNode("docker||windows"),
            ),
            ("Waiting for next available executor on ‘n1’", Clue::LabelOrNode("n1")),
            ("‘n1’ is offline", Clue::Node("n1")),
            ("‘Jenkins’ doesn’t have label ‘docker&&linux’", Clue::Label("docker&&linux")),
            ("‘n1’ is reserved for jobs with matching label expression", Clue::NoLabel),
            // Several nodes speak.
            ("‘Jenkins’ doesn’t have label ‘gpu’; ‘n1’ is offline", Clue::Label("gpu")),
            ("‘n1’ has had its one build; ‘n2’ doesn’t have label ‘gpu’", Clue::Label("gpu")),
            ("‘a’ is reserved for jobs with matching label expression; ‘b’ is offline", Clue::NoLabel),
            ("‘a’ doesn’t have label ‘x’; ‘b’ doesn’t have label ‘x’", Clue::Label("x")),
            ("‘a’ is offline; ‘b’ is offline", Clue::Silent),
            ("‘a’ has had its one build; ‘b’ is offline", Clue::Silent),
            // The guard file says the label itself, beside a node that is reserved or offline as well.
            ("Footman: waiting for an agent with label ‘gpu’", Clue::Label("gpu")),
            ("Footman: waiting for an agent with label ‘a&&!\"b; c\"’", Clue::Label("a&&!\"b; c\"")),
            ("Footman: waiting for any agent", Clue::NoLabel),
            ("Footman: not a job for ecs/java, waiting for an agent with label ‘gpu’", Clue::Label("gpu")),
            ("Footman: not a job for ecs/java, waiting for any agent", Clue::NoLabel),
            ("Footman: waiting for an agent with label ‘gpu’; ‘n1’ is offline", Clue::Label("gpu")),
            (
                "Footman: not a job for ecs/java, waiting for an agent with label ‘gpu’; Footman: waiting for an agent with \
                 label ‘gpu’; ‘n1’ is offline",
                Clue::Label("gpu"),
            ),
            ("Footman: something new", Clue::Unreadable),
            // Labels that look like something else.
            ("‘Jenkins’ doesn’t have label ‘\"a; b\"’", Clue::Label("\"a; b\"")),
            ("There are no nodes with the label ‘\"weird label\"||a+b’", Clue::Label("\"weird label\"||a+b")),
            ("There are no nodes with the label ‘it’s’", Clue::Label("it’s")),
            // Nobody's text here.
            ("", Clue::Unreadable),
            ("Warte auf den nächsten freien Build-Prozessor", Clue::Unreadable),
            ("利用可能な次のエグゼキューターを待っています", Clue::Unreadable),
            ("‘n1’ has had its one build", Clue::Unreadable),
            ("Waiting for next available executor on 'n1'", Clue::Unreadable),
            ("Build #1 is already done", Clue::Unreadable),
        ];
        for (why, clue) in table {
            assert_eq!(read(why), clue, "{why}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn any_text_has_a_reading(why: String) {
            read(&why);
        }

        #[test]
        fn a_label_is_read_as_it_was_written(label in "[a-z0-9 &|!()\"_’-]{1,20}") {
            let text = format!("There are no nodes with the label ‘{label}’");
            prop_assert_eq!(read(&text), Clue::Label(&label));
            let text = format!("All nodes of label ‘{label}’ are offline");
            prop_assert_eq!(read(&text), Clue::Label(&label));
        }
    }
}
