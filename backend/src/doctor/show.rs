//! A report for people, and the same for programs.

use super::{NOT_VISIBLE, Report, Verdict};
use serde_json::{Value, json};
use std::fmt::{self, Write};

/// Counts up where a member of [`Report::json`] changes its meaning or goes.
const JSON_VERSION: u32 = 1;
/// As wide as the longest verdict.
const VERDICT_WIDTH: usize = 11;

impl fmt::Display for Report {
    /// A line for each check under the heading of its area, with what to do below it; then levels, what is not visible, and
    /// the sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut area = None;
        for row in &self.rows {
            if area != Some(row.area) {
                if area.is_some() {
                    f.write_char('\n')?;
                }
                writeln!(f, "{}", row.area)?;
                area = Some(row.area);
            }
            writeln!(f, "  {:VERDICT_WIDTH$}  {}: {}", row.verdict.as_str(), row.what, row.found)?;
            if let (true, Some(advice)) = (row.verdict != Verdict::Ok, &row.advice) {
                writeln!(f, "  {:VERDICT_WIDTH$}    -> {advice}", "")?;
            }
        }
        if !self.levels.is_empty() {
            writeln!(f, "\nlevels of rights in Jenkins")?;
        }
        for level in &self.levels {
            let held = match level.held {
                Some(true) => "yes",
                Some(false) => "no",
                None => "not known",
            };
            writeln!(f, "  {held:VERDICT_WIDTH$}  {}: {}", level.name, level.rights)?;
            writeln!(f, "  {:VERDICT_WIDTH$}    {}", "", level.worth)?;
        }
        writeln!(f, "\nwhat is not seen from here")?;
        for text in NOT_VISIBLE {
            writeln!(f, "  * {text}")?;
        }
        write!(f, "\n{}", self.sentence())
    }
}

impl Report {
    /// The report as JSON, with the version of its form.
    pub fn json(&self) -> Value {
        let checks: Vec<Value> = self
            .rows
            .iter()
            .map(|row| {
                json!({
                    "area": row.area.as_str(),
                    "what": row.what,
                    "verdict": row.verdict.as_str(),
                    "found": row.found,
                    "advice": row.advice,
                })
            })
            .collect();
        let levels: Vec<Value> = self
            .levels
            .iter()
            .map(|level| json!({"name": level.name, "rights": level.rights, "worth": level.worth, "held": level.held}))
            .collect();
        json!({
            "version": JSON_VERSION,
            "sentence": self.sentence(),
            "failed": self.count(Verdict::Failed),
            "warnings": self.count(Verdict::Warning),
            "not_checked": self.count(Verdict::NotChecked),
            "checks": checks,
            "levels": levels,
            "not_visible": NOT_VISIBLE,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Area, Row, jenkins::tests::check, level::levels},
        *,
    };

    fn report() -> Report {
        let good = Row::new(Area::Configuration, "usable", Verdict::Ok, "1 cloud").advice("nothing");
        let bad = Row::new(Area::Jenkins, "connection", Verdict::Failed, "401").advice("see the token");
        Report { rows: vec![good, bad], levels: levels(Some(&check()), Some(false)) }
    }

    #[test]
    fn people_read_lines_with_what_to_do_below_what_is_not_well() {
        let text = report().to_string();
        let want = "configuration\n  ok           usable: 1 cloud\n\nJenkins\n  failed       connection: 401\n                 -> see \
                    the token\n\nlevels of rights in Jenkins\n  yes          REST alone: Overall/Read,";
        assert!(text.starts_with(want), "{text}");
        assert!(text.ends_with(&format!("\n\n{}", report().sentence())), "{text}");
        assert!(NOT_VISIBLE.iter().all(|line| text.contains(line)), "{text}");
    }

    #[test]
    fn programs_read_the_same() {
        let json = report().json();
        assert_eq!((&json["version"], &json["failed"], &json["warnings"]), (&json!(1), &json!(1), &json!(0)));
        let row = json!({
            "area": "Jenkins", "what": "connection", "verdict": "failed", "found": "401", "advice": "see the token",
        });
        assert_eq!(json["checks"][1], row);
        assert_eq!(json["levels"][2]["held"], json!(false));
        assert_eq!(json["not_visible"].as_array().unwrap().len(), NOT_VISIBLE.len());
    }
}
