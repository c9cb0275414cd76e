//! Traps of labels and names.

use crate::{
    code::Code,
    reader::Reader,
    trap::{Seen, cloud::name},
};
use footman_core::label::{LabelOddityKind, LabelSet};

/// Checks a template's name and labels.
pub(super) fn check(seen: &Seen<'_>, reader: &mut Reader<'_>) {
    let own = &seen.source.fields;
    if !own.template_name.value.trim().is_empty() {
        name(
            "template",
            &own.template_name.value,
            own.template_name.origin.place().unwrap_or(&seen.source.place),
            reader,
        );
    }
    let text = own.label.value.as_str();
    let field = LabelSet::parse(text);
    if field.labels.is_empty() {
        if !seen.source.footman.serves_unlabelled.value {
            let message = format!("no build ever runs on `{}`: it has no label of its own", seen.source.name);
            reader.say(seen.about(Code::NoLabel, &own.label, message).help(
                "labels are matched before templates are merged, and builds without a label run here only with \
                 `servesUnlabelled: true` in `footman.yaml`",
            ));
        }
        return;
    }
    let tidy = text.split(' ').all(|word| !word.is_empty()) && !text.contains(['\t', '\n', '\r']);
    let foreign = field.oddities.iter().find_map(|it| match it.kind {
        LabelOddityKind::ForeignSpace(_) => Some(it.kind),
        LabelOddityKind::OpenQuote | LabelOddityKind::Empty | LabelOddityKind::Operator(_) => None,
    });
    if let Some(foreign) = foreign {
        let message = format!("in the label `{}`, {foreign}", text.escape_debug());
        reader.say(
            seen.about(Code::LabelWhitespace, &own.label, message)
                .help("a job that asks for the label as it looks never finds it; write a plain blank"),
        );
    } else if !tidy {
        let message = format!("stray white space in the label `{}`", text.escape_debug());
        let help = format!("the labels are `{}`", field.labels);
        reader.say(seen.about(Code::LabelWhitespace, &own.label, message).help(help));
    }
    for oddity in &field.oddities {
        let code = match oddity.kind {
            LabelOddityKind::Operator(_) => Code::LabelOperator,
            LabelOddityKind::OpenQuote | LabelOddityKind::Empty => Code::OddLabel,
            LabelOddityKind::ForeignSpace(_) => continue,
        };
        let message = format!("in the label `{}`, {}", text.escape_debug(), oddity.kind);
        reader.say(seen.about(code, &own.label, message));
    }
    duplicates(seen, text, reader);
}

/// Says which labels stand there twice.
fn duplicates(seen: &Seen<'_>, text: &str, reader: &mut Reader<'_>) {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    for (at, word) in words.iter().enumerate() {
        // Said at the second one, and not again at the third.
        if words[..at].iter().filter(|other| other == &word).count() == 1 {
            let message = format!("the label `{word}` stands here twice");
            reader.say(seen.about(Code::DuplicateLabel, &seen.source.fields.label, message));
        }
    }
}
