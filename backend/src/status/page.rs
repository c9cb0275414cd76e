//! The page at `/`: how the daemon stands, for people. It has no script, loads nothing, and every text in it is escaped.

use super::{
    snapshot::{Agent, Group, Snapshot, State, Template},
    words::{self, span},
};
use footman_core::Timestamp;
use std::fmt::{self, Display, Write};

/// How many rows a table has; the rest is in `/status.json`.
const ROWS_MAX: usize = 200;

const HEAD: &str = r#"<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="5"><title>footmand</title>
<style>
:root { color-scheme: light dark; --line: light-dark(#d8dde3, #353c45); --soft: light-dark(#5b6672, #9aa5b1);
  --card: light-dark(#fff, #1c2127); --good: light-dark(#1a7f4b, #5bd394); --bad: light-dark(#b3261e, #ff8a80); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 80rem; padding: 1rem; background: light-dark(#f4f6f8, #14181c);
  font: 15px/1.45 system-ui, sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.3rem; margin: 0; } h2 { font-size: 1rem; margin: 0 0 .5rem; }
header { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; margin-bottom: 1rem; }
.soft { color: var(--soft); } .good { color: var(--good); } .bad { color: var(--bad); }
main { display: grid; gap: 1rem; grid-template-columns: repeat(2, minmax(0, 1fr)); }
section { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .9rem 1rem; }
.wide { grid-column: 1 / -1; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 500; color: var(--soft); font-size: .85rem; }
th, td { padding: .3rem .8rem .3rem 0; vertical-align: top; border-bottom: 1px solid var(--line); }
tr:last-child > td { border-bottom: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
ul { list-style: none; display: flex; flex-wrap: wrap; gap: .4rem; margin: 0 0 .6rem; padding: 0; }
li { border: 1px solid var(--line); border-radius: 1rem; padding: .05rem .7rem; }
p { margin: 0; }
@media (max-width: 60rem) { main { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 36rem) {
  thead { display: none; } tr, td { display: block; } tr { border-bottom: 1px solid var(--line); padding: .4rem 0; }
  tr:last-child { border-bottom: 0; } td { border: 0; padding: .05rem 0; } .number { text-align: left; }
  td[data-name]::before { content: attr(data-name) ": "; color: var(--soft); }
}
</style></head><body>
"#;

/// The page for `snapshot` as it is read at `now`.
pub fn page(snapshot: &Snapshot, now: Timestamp) -> String {
    let mut page = HEAD.to_owned();
    write_page(&mut page, snapshot, now).expect("writing to a text cannot fail");
    page
}

fn write_page(page: &mut String, snapshot: &Snapshot, now: Timestamp) -> fmt::Result {
    write_header(page, snapshot, now)?;
    page.push_str("<main>\n");
    write_alarms(page, snapshot, now)?;
    write_queue(page, snapshot, now)?;
    write_agents(page, snapshot, now)?;
    write_templates(page, snapshot)?;
    page.push_str("</main></body></html>\n");
    Ok(())
}

fn write_header(page: &mut String, snapshot: &Snapshot, now: Timestamp) -> fmt::Result {
    let (class, state) = match snapshot.state {
        State::Ready => ("good", "decides"),
        State::Draining => ("bad", "drains: nothing new is launched"),
        State::Starting => ("bad", "waits for the first complete listings"),
        State::GaveWay => ("bad", "gave way to an older footmand"),
    };
    let dry_run = if snapshot.dry_run {
        "<strong class=\"bad\">This is a dry run: agents are imagined, nothing is changed in Jenkins or ECS.</strong>"
    } else {
        ""
    };
    let seen = |at: Option<i64>| at.map_or_else(|| "never".to_owned(), |at| format!("{} ago", ago(at, now)));
    writeln!(
        page,
        "<header><h1>footmand</h1><strong class=\"{class}\">{state}</strong>{dry_run}\
         <span class=\"soft\">owner <code>{}</code>, version {}, up {}, as of {} ago</span>\
         <span class=\"soft\">Jenkins seen {}, ECS seen {}</span></header>",
        Text(&snapshot.owner),
        Text(&snapshot.version),
        ago(snapshot.started_ms, now),
        ago(snapshot.at_ms, now),
        seen(snapshot.jenkins.last_complete_ms),
        seen(snapshot.ecs.last_complete_ms),
    )
}

fn write_alarms(page: &mut String, snapshot: &Snapshot, now: Timestamp) -> fmt::Result {
    if snapshot.alarms.is_empty() {
        return Ok(());
    }
    page.push_str("<section class=\"wide\"><h2 class=\"bad\">Alarms</h2>\n");
    let rows = snapshot.alarms.iter().map(|alarm| {
        format!("<td class=\"soft\">{} ago</td><td>{}</td>", ago(alarm.at_ms, now), Text(&alarm.text))
    });
    write_table(page, "<th>when</th><th>what</th>", rows)?;
    page.push_str("</section>\n");
    Ok(())
}

fn write_queue(page: &mut String, snapshot: &Snapshot, now: Timestamp) -> fmt::Result {
    page.push_str("<section class=\"wide\"><h2>Queue</h2>\n");
    write_counts(page, words::ITEM_STATES, |state| {
        snapshot.items.iter().filter(|item| item.state == state).count()
    })?;
    let waiting: Vec<&Group> = snapshot.groups.iter().filter(|group| group.waiting > 0).collect();
    if waiting.is_empty() {
        page.push_str("<p class=\"soft\">No item waits for an agent.</p>\n");
    } else {
        let rows = waiting.into_iter().map(|group| group_row(snapshot, group, now));
        write_table(
            page,
            "<th>label</th><th class=\"number\">waiting</th><th class=\"number\">oldest</th>\
             <th class=\"number\">coming</th><th>why it waits</th><th>templates that could serve it</th>",
            rows,
        )?;
    }
    page.push_str("</section>\n");
    Ok(())
}

fn group_row(snapshot: &Snapshot, group: &Group, now: Timestamp) -> String {
    let items = snapshot.items.iter().filter(|item| item.is_of(group));
    let oldest = items.filter_map(|item| item.buildable_since_ms).min();
    let oldest = oldest.map_or_else(String::new, |since| ago(since, now));
    let why = match &group.refused {
        Some(refused) => {
            format!("<span class=\"bad\">{} get no agent: {}</span>", refused.count, Text(&refused.why.text))
        }
        None => "agents are on their way".to_owned(),
    };
    let names: Vec<&str> = group.templates.iter().map(|&id| snapshot.template_name(id)).collect();
    let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    format!(
        "<td><code>{}</code></td><td class=\"number\" data-name=\"waiting\">{}</td>\
         <td class=\"number\" data-name=\"oldest\">{oldest}</td><td class=\"number\" data-name=\"coming\">{}</td>\
         <td>{why}</td><td data-name=\"templates\">{}</td>",
        Text(&group.label.to_string().replace('`', "")),
        group.waiting,
        group.coming,
        Text(&names),
    )
}

fn write_agents(page: &mut String, snapshot: &Snapshot, now: Timestamp) -> fmt::Result {
    page.push_str("<section><h2>Agents</h2>\n");
    write_counts(page, words::PHASES, |phase| {
        snapshot.agents.iter().filter(|agent| agent.phase == phase).count()
    })?;
    if snapshot.agents.is_empty() {
        page.push_str("<p class=\"soft\">There are none.</p>\n");
    } else {
        // Those that are longest in their phase are the ones to look at.
        let mut agents: Vec<&Agent> = snapshot.agents.iter().collect();
        agents.sort_by_key(|agent| agent.since_ms);
        let rows = agents.into_iter().map(|agent| {
            format!(
                "<td><code>{}</code></td><td>{}</td><td class=\"number\" data-name=\"for\">{}</td>\
                 <td data-name=\"template\">{}</td>",
                Text(&agent.name),
                Text(&agent.phase),
                ago(agent.since_ms, now),
                Text(agent.template.map_or("not configured", |id| snapshot.template_name(id))),
            )
        });
        write_table(page, "<th>name</th><th>phase</th><th class=\"number\">for</th><th>template</th>", rows)?;
    }
    page.push_str("</section>\n");
    Ok(())
}

fn write_templates(page: &mut String, snapshot: &Snapshot) -> fmt::Result {
    page.push_str("<section><h2>Templates</h2>\n");
    let limits = snapshot.limits.iter().map(|limit| {
        let name =
            limit.name.as_deref().map_or_else(|| "all together".to_owned(), |name| format!("limit {name}"));
        limit_row(&name, limit.agents, &limit.limit.text, "")
    });
    let templates = snapshot.templates.iter().map(|template| {
        limit_row(&template.name, template.agents, &template.limit.text, &template_state(template))
    });
    let rows: Vec<String> = limits.chain(templates).collect();
    write_table(
        page,
        "<th>name</th><th class=\"number\">agents</th><th>limit</th><th>state</th>",
        rows.into_iter(),
    )?;
    page.push_str("</section>\n");
    Ok(())
}

fn limit_row(name: &str, agents: u64, limit: &str, state: &str) -> String {
    let limit = if limit.is_empty() { "none" } else { limit };
    format!(
        "<td>{}</td><td class=\"number\" data-name=\"agents\">{agents}</td><td data-name=\"limit\">{}</td><td>{state}</td>",
        Text(name),
        Text(limit),
    )
}

/// Already escaped.
fn template_state(template: &Template) -> String {
    let refused = template.refused.as_ref().map(|why| why.text.clone());
    let warm = template
        .warm_refused
        .as_ref()
        .map(|it| format!("{} of {} kept warm are missing: {}", it.count, template.min_idle, it.why.text));
    let said: Vec<String> = [refused, warm].into_iter().flatten().collect();
    match said.as_slice() {
        [] => "<span class=\"good\">open</span>".to_owned(),
        _ => format!("<span class=\"bad\">{}</span>", Text(&said.join("; "))),
    }
}

/// What there is of each kind, as far as there is any.
fn write_counts(page: &mut String, kinds: &[&str], count: impl Fn(&str) -> usize) -> fmt::Result {
    let counts: Vec<(usize, &str)> =
        kinds.iter().map(|kind| (count(kind), *kind)).filter(|(count, _)| *count > 0).collect();
    if counts.is_empty() {
        return Ok(());
    }
    page.push_str("<ul>");
    for (count, kind) in counts {
        write!(page, "<li>{count} {kind}</li>")?;
    }
    page.push_str("</ul>\n");
    Ok(())
}

/// A table of rows that are escaped.
fn write_table(page: &mut String, head: &str, rows: impl ExactSizeIterator<Item = String>) -> fmt::Result {
    let more = rows.len().saturating_sub(ROWS_MAX);
    writeln!(page, "<table><thead><tr>{head}</tr></thead><tbody>")?;
    for row in rows.take(ROWS_MAX) {
        writeln!(page, "<tr>{row}</tr>")?;
    }
    page.push_str("</tbody></table>\n");
    if more > 0 {
        writeln!(page, "<p class=\"soft\">and {more} more in <code>/status.json</code></p>")?;
    }
    Ok(())
}

fn ago(at_ms: i64, now: Timestamp) -> String {
    span(now.since(Timestamp::from_millis(at_ms)))
}

/// A text in which nothing is markup, between tags and in attributes.
struct Text<'a>(&'a str);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::snapshot::tests::{NOW, snapshot};

    #[test]
    fn it_shows_what_waits_and_why_what_there_is_and_what_is_wrong() {
        let page = page(&snapshot(), NOW);
        let table = [
            "<strong class=\"good\">decides</strong>",
            "up 2 h",
            "<li>2 buildable</li>",
            "<code>java&amp;&amp;&lt;b&gt;</code>",
            "2 get no agent: the limit of template ecs/java on agents (3) is reached",
            "data-name=\"oldest\">1 min 15 s</td>",
            "<li>1 pulling</li>",
            "data-name=\"for\">20 s</td>",
            "<td>limit team</td>",
            "<span class=\"good\">open</span>",
            "several live tasks carry the name of agent a&amp;b",
        ];
        for part in table {
            assert!(page.contains(part), "{part}\n{page}");
        }
        assert!(!page.contains("<script") && !page.contains("://") && !page.contains("<b>"), "{page}");
    }

    #[test]
    fn a_dry_run_is_said_to_be_one_and_nothing_else_is() {
        for dry_run in [false, true] {
            let page = page(&Snapshot { dry_run, ..snapshot() }, NOW);
            assert_eq!(page.contains("This is a dry run"), dry_run, "{page}");
        }
    }

    #[test]
    fn long_tables_end_and_say_where_the_rest_is() {
        let mut long = snapshot();
        long.agents = vec![long.agents[0].clone(); ROWS_MAX + 7];
        let page = page(&long, NOW);
        assert!(page.contains("and 7 more in"), "{page}");
        assert_eq!(page.matches("data-name=\"for\"").count(), ROWS_MAX);
    }
}
