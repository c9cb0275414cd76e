//! Runs the command behind a result again and says whether the same comes out.
//!
//! The document's own record says which command it was and what its input files held.

use crate::{
    cli::{self, Arguments, Command, Console},
    record::{RECORD_FORMAT, Record, RecordError},
};
use clap::Parser as _;
use miette::{IntoDiagnostic, WrapErr, miette};
use serde_json::Value;
use std::{fs, io::Read, path::Path};

/// The largest document that is read, in bytes.
const DOCUMENT_BYTES_MAX: u64 = 256 << 20;

/// What is repeated.
const TAKES: &str = "replay takes what `footman simulate --json`, `plan --json`, `load --json` or `replay DIR --with … --json` wrote";

/// The part of a document that depends on the machine.
const WALL: &str = "wall";

/// Runs the command behind the document `file` again, in `folder`.
pub(super) fn run(file: &Path, folder: Option<&Path>, console: &mut Console) -> miette::Result<()> {
    let name = file.display();
    let (text, then) = read(file)?;
    if let Some(folder) = folder {
        std::env::set_current_dir(folder)
            .into_diagnostic()
            .wrap_err_with(|| format!("cannot go to the folder {}", folder.display()))?;
    }
    let record = record_of(&then).wrap_err_with(|| format!("cannot replay {name}"))?;
    if then["ending"] == "interrupted" {
        return Err(miette!(
            help = format!("run its command to the end: {}", record.command_line()),
            "cannot replay {name}: the run was interrupted, and where cannot be repeated"
        ));
    }
    let version = env!("CARGO_PKG_VERSION");
    if record.version != version {
        console.note(format!("{name} was made by version {}, and this is {version}", record.version));
    }
    check(&record).wrap_err_with(|| format!("cannot replay {name}"))?;
    let text_now = again(&record, console)?;
    if console.interrupt().is_set() {
        console.note("interrupted before the run could be compared");
        return Ok(());
    }
    let now: Value =
        serde_json::from_str(&text_now).into_diagnostic().wrap_err("the run wrote no document")?;
    match difference(&comparable(then), &comparable(now), &mut String::new()) {
        Some(found) => Err(miette!("{name} is not what its command gives: {found}")),
        None => {
            let bytes = text.trim_end() == text_now.trim_end();
            let how = if bytes { "identical, byte for byte" } else { "identical in every compared value" };
            console.say(format!("{how}: {}", record.command_line()));
            Ok(())
        }
    }
}

fn read(file: &Path) -> miette::Result<(String, Value)> {
    let name = file.display();
    let cannot = || format!("cannot read {name}");
    let opened = fs::File::open(file).into_diagnostic().wrap_err_with(cannot)?;
    let mut text = String::new();
    opened.take(DOCUMENT_BYTES_MAX + 1).read_to_string(&mut text).into_diagnostic().wrap_err_with(cannot)?;
    if u64::try_from(text.len()).map_or(true, |size| size > DOCUMENT_BYTES_MAX) {
        return Err(miette!(
            "{name} has more than {DOCUMENT_BYTES_MAX} bytes, and no document of footman has as many"
        ));
    }
    let value = serde_json::from_str(&text)
        .map_err(|error| miette!(help = TAKES, "{name}, line {}: not JSON: {error}", error.line()))?;
    Ok((text, value))
}

fn record_of(document: &Value) -> miette::Result<Record> {
    let Some(record) = document.get("record") else {
        return Err(miette!(help = TAKES, "the document holds no `record`"));
    };
    // The format is looked at first: the record of another one may have another shape.
    match record.get("format").and_then(Value::as_u64) {
        Some(format) if format == u64::from(RECORD_FORMAT) => {}
        Some(format) if format > u64::from(RECORD_FORMAT) => {
            return Err(miette!(
                "its record has format {format}, newer than the {RECORD_FORMAT} that this version reads"
            ));
        }
        Some(_) | None => return Err(miette!("its record says no format that this version reads")),
    }
    serde_json::from_value(record.clone()).into_diagnostic().wrap_err("its record is damaged")
}

fn check(record: &Record) -> miette::Result<()> {
    match record.check() {
        Ok(()) => Ok(()),
        Err(error @ RecordError::Unreadable { .. }) => Err(miette!(
            help = "relative paths start in the folder of the run; name it with --folder",
            "{error}: {}",
            std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default()
        )),
        Err(error @ (RecordError::Changed { .. } | RecordError::Format { .. })) => Err(miette!("{error}")),
    }
}

/// What the command of `record` writes when it is run again.
fn again(record: &Record, console: &mut Console) -> miette::Result<String> {
    let words = std::iter::once("footman").chain(record.arguments.iter().map(String::as_str));
    let parsed = Arguments::try_parse_from(words).map_err(|error| {
        let text = error.render().to_string();
        let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        miette!("this version does not take the recorded command `{}`: {first}", record.command_line())
    })?;
    console.listen_for_interrupt();
    let mut kept = console.keeping(record.arguments.clone());
    match parsed.command {
        Some(Command::Simulate(arguments)) => cli::simulate::run(&arguments, &mut kept)?,
        Some(Command::Plan(arguments)) => cli::plan::run(&arguments, &mut kept)?,
        Some(Command::Load(arguments)) => cli::load::run(&arguments, &mut kept)?,
        Some(Command::Replay(arguments)) if arguments.is_what_if() => super::run(&arguments, &mut kept)?,
        Some(
            Command::Config(_)
            | Command::Container(_)
            | Command::Query(_)
            | Command::Replay(_)
            | Command::Serve(_)
            | Command::Trace(_),
        )
        | None => {
            return Err(miette!("`{}` writes no document that can be compared", record.command_line()));
        }
    }
    Ok(kept.into_kept())
}

/// `document` without what may differ between two machines and versions.
fn comparable(mut document: Value) -> Value {
    if let Some(fields) = document.as_object_mut() {
        fields.remove(WALL);
    }
    for record in ["/record", "/simulated/record"] {
        if let Some(record) = document.pointer_mut(record).and_then(Value::as_object_mut) {
            record.remove("version");
        }
    }
    document
}

/// The first difference between two documents, in words; `path` is where they are.
fn difference(then: &Value, now: &Value, path: &mut String) -> Option<String> {
    let length = path.len();
    match (then, now) {
        (Value::Object(then), Value::Object(now)) => {
            for (key, value) in then {
                path.push_str(if length == 0 { "" } else { "." });
                path.push_str(key);
                let found = match now.get(key) {
                    Some(other) => difference(value, other, path),
                    None => Some(format!("`{path}` was {value}, and is not there")),
                };
                path.truncate(length);
                if found.is_some() {
                    return found;
                }
            }
            let key = now.keys().find(|key| !then.contains_key(*key))?;
            Some(format!("`{path}.{key}` was not there, and is {}", now[key]))
        }
        (Value::Array(then), Value::Array(now)) => {
            for (place, (one, other)) in then.iter().zip(now).enumerate() {
                path.push_str(&format!("[{place}]"));
                let found = difference(one, other, path);
                path.truncate(length);
                if found.is_some() {
                    return found;
                }
            }
            let (was, is) = (then.len(), now.len());
            (was != is).then(|| format!("`{path}` had {was} entries, and has {is}"))
        }
        (then, now) => (then != now).then(|| format!("`{path}` was {then}, and is {now}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_first_difference_is_named_with_its_place() {
        let then = json!({"a": 1, "b": {"c": [1, 2]}});
        let table = [
            (json!({"a": 1, "b": {"c": [1, 2]}}), None),
            (json!({"a": 2, "b": {"c": [1, 2]}}), Some("`a` was 1, and is 2")),
            (json!({"a": 1, "b": {"c": [1, 3]}}), Some("`b.c[1]` was 2, and is 3")),
            (json!({"a": 1, "b": {"c": [1]}}), Some("`b.c` had 2 entries, and has 1")),
            (json!({"a": 1}), Some("`b` was {\"c\":[1,2]}, and is not there")),
            (json!({"a": 1, "b": {"c": [1, 2], "d": 0}}), Some("`b.d` was not there, and is 0")),
        ];
        for (now, want) in table {
            assert_eq!(difference(&then, &now, &mut String::new()).as_deref(), want, "{now}");
        }
    }

    #[test]
    fn what_depends_on_the_machine_is_not_compared() {
        let document = json!({"wall": {"x": 1}, "record": {"version": "1", "seed": 2}, "builds": 3});
        assert_eq!(comparable(document), json!({"record": {"seed": 2}, "builds": 3}));
    }
}
