//! The house style, as far as a program can check it, held against the project's own files.
//!
//! Each check reads text and knows rustfmt's layout, no more: it may miss a breach, and it does not report what is none.
//! Reading files is all it does; it needs neither git nor a network.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The longest file, in lines.
const FILE_LINES_MAX: usize = 800;
/// How a file begins that a program wrote: it may be as long as it has to be.
const GENERATED: &str = concat!("//! @gene", "rated");
/// The longest function, from the line with `fn` to its closing brace.
const FUNCTION_LINES_MAX: usize = 70;
/// Marks of unfinished work, in two halves so that this file holds none.
const UNFINISHED: [&str; 2] = [concat!("TO", "DO"), concat!("FIX", "ME")];
/// The attributes that silence a lint for ever, where `expect` would tell when it is no longer needed.
const ALLOW: [&str; 2] = [concat!("#[al", "low("), concat!("#![al", "low(")];

#[test]
fn every_rust_file_says_what_it_is_for() {
    report(rust_files(), |text| {
        let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        if first.starts_with("//! ") { Vec::new() } else { vec![(1, "does not start with `//!`".to_owned())] }
    });
}

#[test]
fn no_rust_file_is_too_long() {
    report(rust_files(), |text| {
        let lines = text.lines().count();
        if lines <= FILE_LINES_MAX || text.starts_with(GENERATED) {
            return Vec::new();
        }
        vec![(lines, format!("{lines} lines, at most {FILE_LINES_MAX}"))]
    });
}

#[test]
fn no_function_is_too_long() {
    report(rust_files(), long_functions);
}

#[test]
fn unfinished_work_names_an_issue() {
    report(rust_files(), unfinished);
}

#[test]
fn no_lint_is_silenced_for_ever() {
    report(rust_files(), |text| {
        numbered(text)
            .filter(|(_, line)| ALLOW.iter().any(|attribute| line.contains(attribute)))
            .map(|(number, _)| (number, "use `#[expect(lint, reason = \"…\")]`".to_owned()))
            .collect()
    });
}

#[test]
fn relative_links_in_markdown_lead_somewhere() {
    let files = files_ending_in("md");
    assert!(!files.is_empty(), "there is no Markdown file to check");
    let mut findings = Vec::new();
    for file in files {
        let folder = file.parent().expect("a file lies in a folder").to_owned();
        for (number, target) in links(&read(&file)) {
            let path = target.split('#').next().unwrap_or_default();
            if !path.is_empty() && !folder.join(path).exists() {
                findings.push(format!("{}:{number}: `{target}` does not exist", shown(&file)));
            }
        }
    }
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[test]
fn tests_that_documents_name_are_there() {
    let sources: Vec<String> = rust_files().iter().map(|file| read(file)).collect();
    let mut named = 0;
    let mut missing = Vec::new();
    for file in files_ending_in("md") {
        for name in tests_named(&read(&file)) {
            named += 1;
            let function = format!("fn {name}(");
            if !sources.iter().any(|text| text.contains(&function)) {
                missing.push(format!("{}: there is no test `{name}`", shown(&file)));
            }
        }
    }
    assert!(named > 30, "the names of tests were not found: {named}");
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn every_package_takes_the_lints_of_the_workspace() {
    let mut manifests = files_ending_in("toml");
    manifests.retain(|path| path.ends_with("Cargo.toml") && path.parent() != Some(&root()));
    assert!(!manifests.is_empty(), "there is no package to check");
    report(manifests, |text| {
        if text.contains("[lints]\nworkspace = true\n") {
            return Vec::new();
        }
        vec![(1, "lacks `[lints]` with `workspace = true`".to_owned())]
    });
}

#[test]
fn every_dependency_of_the_workspace_has_its_reason() {
    let record = read(&root().join("docs/adr/0005-dependencies.md"));
    let manifest = read(&root().join("Cargo.toml"));
    let names = workspace_dependencies(&manifest);
    assert!(names.contains(&"serde"), "the list of dependencies was not found: {names:?}");
    let missing: Vec<_> = names
        .into_iter()
        .filter(|name| !name.starts_with("footman") && !record.contains(&format!("\n| `{name}` | ")))
        .collect();
    assert!(missing.is_empty(), "without a row in docs/adr/0005-dependencies.md: {missing:?}");
}

#[test]
fn the_checks_find_what_they_look_for() {
    let long = format!(
        "impl A {{\n    pub(crate) const fn f(\n        a: u8,\n    ) {{\n{}    }}\n}}\n",
        "        a;\n".repeat(70)
    );
    assert_eq!(long_functions(&long).len(), 1);
    let short = long.replacen("        a;\n", "", 4);
    assert_eq!(long_functions(&short), []);
    let declared = format!(
        "trait A {{\n    fn f(&self);\n    fn g(\n        a: u8,\n    ) -> u8;\n}}\n{}",
        "// a\n".repeat(90)
    );
    assert_eq!(long_functions(&declared), []);
    assert_eq!(long_functions("fn f() {}\n"), []);

    let mark = UNFINISHED[0];
    assert_eq!(unfinished(&format!("// {mark}: later\n// {mark}(#12): later\n")).len(), 1);

    let text = "[a](b.md) `[no](c.md)` [d](<e f.md>) [web](https://x.y/z) [up](#top)\n```\n[no](g.md)\n```\n[h]: i.md#part\n";
    let found = [(1, "b.md"), (1, "e f.md"), (1, "#top"), (5, "i.md#part")];
    assert_eq!(links(text), found.map(|(line, target)| (line, target.to_owned())));

    assert_eq!(
        workspace_dependencies("[workspace.dependencies]\na = \"1\"\nb-c = { path = \"d\" }\n\n[x]\ny = 1\n"),
        ["a", "b-c"]
    );
}

/// Runs `check` on each file and fails with all that was found, as `file:line: what`.
fn report(files: Vec<PathBuf>, check: impl Fn(&str) -> Vec<(usize, String)>) {
    assert!(!files.is_empty(), "there is no file to check");
    let mut findings = Vec::new();
    for file in files {
        for (line, what) in check(&read(&file)) {
            findings.push(format!("{}:{line}: {what}", shown(&file)));
        }
    }
    assert!(findings.is_empty(), "\n{}", findings.join("\n"));
}

/// Functions longer than allowed, found by indentation: rustfmt gives the closing line the indentation of the first.
fn long_functions(text: &str) -> Vec<(usize, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut findings = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else { continue };
        let indent = indent(line);
        let closes = |line: &&str| {
            self::indent(line) == indent && (line.ends_with('}') || line.ends_with(';')) && !line.is_empty()
        };
        let length = lines[start..].iter().position(closes).map_or(lines.len() - start, |last| last + 1);
        if length > FUNCTION_LINES_MAX {
            findings.push((start + 1, format!("`{name}` has {length} lines, at most {FUNCTION_LINES_MAX}")));
        }
    }
    findings
}

/// The name of the function that starts on `line`.
fn function_name(line: &str) -> Option<&str> {
    let mut rest = line.trim_start();
    loop {
        if let Some(name) = rest.strip_prefix("fn ") {
            return name.split(|c: char| !c.is_alphanumeric() && c != '_').next();
        }
        let (word, after) = rest.split_once(' ')?;
        let modifier = ["pub", "const", "async", "unsafe", "extern", "default"].contains(&word)
            || word.starts_with("pub(")
            || word.starts_with('"');
        rest = if modifier { after } else { return None };
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Marks of unfinished work without `(#issue)` behind them.
fn unfinished(text: &str) -> Vec<(usize, String)> {
    let names_issue = |after: &str| {
        after
            .strip_prefix("(#")
            .and_then(|after| after.split_once(')'))
            .is_some_and(|(number, _)| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    };
    let mut findings = Vec::new();
    for (number, line) in numbered(text) {
        for mark in UNFINISHED {
            if line.match_indices(mark).any(|(at, _)| !names_issue(&line[at + mark.len()..])) {
                findings.push((number, format!("write `{mark}(#issue)`")));
            }
        }
    }
    findings
}

/// The names in a document that are those of tests: words between back ticks that are sentences, of four words and more.
fn tests_named(text: &str) -> impl Iterator<Item = &str> {
    let is_name = |word: &&str| {
        word.matches('_').count() >= 3
            && word.starts_with(|first: char| first.is_ascii_lowercase())
            && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    text.split('`').skip(1).step_by(2).filter(is_name).filter(|word| !word.starts_with("footman_"))
}

/// The targets of Markdown links that stay within the project, with their lines; code is left out.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut fenced = false;
    for (number, line) in numbered(text) {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        // Every second part stands between backticks.
        let prose: String = line.split('`').step_by(2).collect();
        let defined =
            prose.starts_with('[').then(|| prose.split_once("]: ")).flatten().map(|(_, target)| target);
        let inline = prose.split("](").skip(1).filter_map(|rest| match rest.strip_prefix('<') {
            Some(rest) => rest.split('>').next(),
            None => rest.split([')', ' ']).next(),
        });
        for target in inline.chain(defined) {
            let elsewhere = target.contains("://") || target.starts_with("mailto:");
            if !elsewhere {
                found.push((number, target.trim().to_owned()));
            }
        }
    }
    found
}

/// The names under `[workspace.dependencies]`.
fn workspace_dependencies(manifest: &str) -> Vec<&str> {
    manifest
        .lines()
        .skip_while(|line| *line != "[workspace.dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once(" = ").map(|(name, _)| name))
        .collect()
}

fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(place, line)| (place + 1, line))
}

fn rust_files() -> Vec<PathBuf> {
    files_ending_in("rs")
}

/// The project's own files with that extension, in the order of their paths.
fn files_ending_in(extension: &str) -> Vec<PathBuf> {
    let mut folders = vec![root()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for entry in entries {
            let entry = entry.expect("the folder was opened");
            let (path, name) = (entry.path(), entry.file_name());
            // Links lead out of the project; what is hidden or built is not the project's text.
            let kind = entry.file_type().expect("the entry was just listed");
            let own = name != "target" && !name.as_encoded_bytes().starts_with(b".");
            if kind.is_dir() && own {
                folders.push(path);
            } else if kind.is_file() && path.extension().is_some_and(|own| own == extension) {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package lies in the workspace").to_owned()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}
