//! `footman config`: checks a configuration, and shows what it comes to.

use crate::cli::{Console, expressions};
use clap::{Args, Subcommand};
use comfy_table::{ContentArrangement, Table, presets};
use footman_config::{Diagnostic, EffectiveTemplate, Loaded, Origin, Place, Severity, plugin::Row};
use footman_config_files::{ConfigFiles, Reading};
use miette::miette;
use serde_json::{Value, json};

/// The version of what `--json` prints.
const JSON_VERSION: u32 = 1;

/// What to do with a configuration.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Says what is wrong with a configuration, and what is surprising; fails where it cannot be used
    Check(Check),
    /// Shows each effective value of a configuration, and where it comes from
    Show(Show),
}

/// Arguments of `footman config check`.
#[derive(Debug, Args)]
pub(crate) struct Check {
    #[command(flatten)]
    files: ConfigFiles,
    /// Prints JSON
    #[arg(long)]
    json: bool,
}

/// Arguments of `footman config show`.
#[derive(Debug, Args)]
pub(crate) struct Show {
    #[command(flatten)]
    files: ConfigFiles,
    /// Shows this template only: its name, or `cloud/template`
    #[arg(long, value_name = "NAME")]
    template: Option<String>,
    /// Shows values that are unset too
    #[arg(long)]
    all: bool,
    /// Prints JSON
    #[arg(long)]
    json: bool,
}

/// Runs `command`.
///
/// # Errors
///
/// Fails where a file cannot be read, or the configuration cannot be used.
pub(crate) fn run(command: &Command, console: &mut Console) -> miette::Result<()> {
    match command {
        Command::Check(check) => run_check(check, console),
        Command::Show(show) => run_show(show, console),
    }
}

fn run_check(check: &Check, console: &mut Console) -> miette::Result<()> {
    let reading = check.files.read()?.checked_by(expressions::check);
    let counts = reading.counts();
    if check.json {
        console.say(pretty(&check_json(&reading)));
    } else {
        let shown = reading.show(|_| true);
        if !shown.is_empty() {
            console.say(shown);
        }
    }
    match &reading.outcome {
        Ok(loaded) => {
            if !check.json {
                let templates = loaded.policy.templates.len();
                let clouds = loaded.clouds.len();
                console.say(format!("usable: clouds {clouds}, templates {templates}; {counts}"));
            }
            Ok(())
        }
        Err(_) => Err(miette!("the configuration cannot be used: {counts}")),
    }
}

fn run_show(show: &Show, console: &mut Console) -> miette::Result<()> {
    let reading = show.files.read()?.checked_by(expressions::check);
    let Ok(loaded) = &reading.outcome else {
        console.note(reading.show(|it| it.severity == Severity::Error));
        return Err(miette!("the configuration cannot be used: {}", reading.counts()));
    };
    let chosen = |cloud: &str, template: &str| match &show.template {
        Some(name) => name == template || *name == format!("{cloud}/{template}"),
        None => true,
    };
    if let Some(name) = &show.template
        && !loaded.policy.templates.iter().any(|it| chosen(&it.cloud, &it.name))
    {
        let names: Vec<String> =
            loaded.policy.templates.iter().map(|it| format!("{}/{}", it.cloud, it.name)).collect();
        return Err(miette!("no template is called `{name}`; there are {}", names.join(", ")));
    }
    if show.json {
        console.say(pretty(&show_json(loaded, &chosen)));
    } else {
        show_tables(loaded, show, &chosen, console);
    }
    Ok(())
}

/// The tables of `footman config show`: Footman's settings, each cloud, each template.
fn show_tables(loaded: &Loaded, show: &Show, chosen: &dyn Fn(&str, &str) -> bool, console: &mut Console) {
    let whole = show.template.is_none();
    if whole {
        console.say("settings");
        console.say(table(&loaded.settings, show.all));
    }
    for cloud in &loaded.clouds {
        if whole {
            console.say(format!("\ncloud {}", cloud.name));
            console.say(table(&[cloud.fields.rows(), cloud.footman.clone()].concat(), show.all));
        }
        for template in cloud.templates.iter().filter(|it| chosen(&cloud.name, &it.name)) {
            console.say(format!("\ntemplate {}/{}", cloud.name, template.name));
            console.say(table(&rows(template), show.all));
        }
    }
}

/// The plugin's fields of `template`, then Footman's.
fn rows(template: &EffectiveTemplate) -> Vec<Row> {
    [template.fields.rows(), template.footman.clone()].concat()
}

/// A table of `rows`; those that are unset only where `all` is true.
fn table(rows: &[Row], all: bool) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["key", "effective value", "from"]);
    for row in rows {
        let unset = row.value.is_empty() && matches!(row.origin, Origin::Default);
        if all || !unset {
            table.add_row([row.key, &row.value, &row.origin.to_string()]);
        }
    }
    table.to_string()
}

/// What `footman config check --json` prints.
fn check_json(reading: &Reading) -> Value {
    let counts = reading.counts();
    json!({
        "version": JSON_VERSION,
        "usable": reading.outcome.is_ok(),
        "errors": counts.errors,
        "warnings": counts.warnings,
        "notes": counts.notes,
        "diagnostics": reading.diagnostics().iter().map(diagnostic_json).collect::<Vec<_>>(),
    })
}

fn diagnostic_json(diagnostic: &Diagnostic) -> Value {
    let related: Vec<Value> = diagnostic
        .related
        .iter()
        .map(|(place, what)| json!({ "place": place_json(place), "message": what }))
        .collect();
    json!({
        "code": diagnostic.code.as_str(),
        "severity": diagnostic.severity.to_string(),
        "message": diagnostic.message,
        "place": diagnostic.place.as_ref().map(place_json),
        "help": diagnostic.help,
        "related": related,
    })
}

fn place_json(place: &Place) -> Value {
    json!({ "file": *place.file, "line": place.line, "column": place.column })
}

/// What `footman config show --json` prints.
fn show_json(loaded: &Loaded, chosen: &dyn Fn(&str, &str) -> bool) -> Value {
    let clouds: Vec<Value> = loaded
        .clouds
        .iter()
        .map(|cloud| {
            let templates = cloud.templates.iter().filter(|it| chosen(&cloud.name, &it.name));
            let templates: Vec<Value> =
                templates.map(|it| json!({ "name": *it.name, "values": rows_json(&rows(it)) })).collect();
            let values = [cloud.fields.rows(), cloud.footman.clone()].concat();
            json!({ "name": *cloud.name, "values": rows_json(&values), "templates": templates })
        })
        .collect();
    json!({ "version": JSON_VERSION, "settings": rows_json(&loaded.settings), "clouds": clouds })
}

fn rows_json(rows: &[Row]) -> Vec<Value> {
    let row = |row: &Row| {
        json!({
            "key": row.key,
            "value": row.value,
            "from": row.origin.to_string(),
            "place": row.origin.place().map(place_json),
            "default": matches!(row.origin, Origin::Default),
        })
    };
    rows.iter().map(row).collect()
}

/// `value` on several lines.
fn pretty(value: &Value) -> String {
    format!("{value:#}")
}
