//! `docs/configuration.md` and the package say the same.

use footman_config::{Code, known_keys};

const PAGE: &str = include_str!("../../docs/configuration.md");

/// The section of the page under `heading`.
fn section(heading: &str) -> &'static str {
    let start = PAGE.find(&format!("### {heading}\n")).unwrap_or_else(|| panic!("no section `{heading}`"));
    let rest = &PAGE[start + 4..];
    rest.find("\n##").map_or(rest, |end| &rest[..end])
}

#[test]
fn every_key_is_documented_in_its_section() {
    for (part, keys) in known_keys() {
        let text = section(&format!("Keys of {part}"));
        for key in keys {
            assert!(text.contains(&format!("`{key}`")), "`{key}` is missing in the section on {part}");
        }
    }
}

#[test]
fn every_documented_key_is_known() {
    for (part, keys) in known_keys() {
        let rows = section(&format!("Keys of {part}")).lines().filter(|line| line.starts_with("| `"));
        for cell in rows.filter_map(|row| row.split('|').nth(1)) {
            for key in cell.split(',').map(|key| key.trim().trim_matches('`')) {
                assert!(keys.contains(&key), "`{key}` stands in the section on {part}");
            }
        }
    }
}

#[test]
fn every_code_is_documented_with_its_severity() {
    for code in Code::ALL {
        let row = format!("| `{code}` | {} |", code.severity());
        assert!(PAGE.contains(&row), "{row}");
    }
    let documented = PAGE.lines().filter(|line| line.starts_with("| `") && line.matches('|').count() == 4);
    let codes = documented.filter(|line| {
        ["| error |", "| warning |", "| note |"].iter().any(|severity| line.contains(severity))
    });
    assert_eq!(codes.count(), Code::ALL.len());
}
