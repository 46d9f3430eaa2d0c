//! What every Rust file keeps: an opening that says why it exists, a bounded length, no silenced lint, no `unsafe`.

use std::fs;
use std::path::Path;

use super::{Finding, tokens};

const LONG: usize = 400;
const TOO_LONG: usize = 500;

/// One Rust file.
pub struct Source {
    /// Its path below the root, with `/` between the parts.
    pub path: String,
    /// What it holds.
    pub text: String,
}

impl Source {
    fn is_program(&self) -> bool {
        self.path.split('/').any(|part| part == "src")
    }
}

/// Every Rust file below `folder`, in the order of their paths.
pub fn read(root: &Path, folder: &str) -> Result<Vec<Source>, String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(root.join(&folder)).map_err(|error| format!("{folder}: {error}"))?;
        for entry in entries {
            let entry = entry.map_err(|error| format!("{folder}: {error}"))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{folder}/{name}");
            if entry.path().is_dir() {
                if !["target", "node_modules"].contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if name.ends_with(".rs") {
                let text = fs::read_to_string(entry.path()).map_err(|error| format!("{path}: {error}"))?;
                found.push(Source { path, text });
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

/// What is wrong with a file.
pub fn faults(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !source.text.starts_with("//!") {
        findings.push(Finding::new(
            format!("{}:1", source.path),
            "does not open with `//!`",
            "say in one to three lines why the file exists",
        ));
    }
    let lines = source.text.lines().count();
    if source.is_program() && lines > TOO_LONG {
        findings.push(Finding::new(
            &source.path,
            format!("has {lines} lines, more than {TOO_LONG}"),
            "make it a folder of the same name with a file for each idea",
        ));
    }
    match tokens::scan(&source.text) {
        Ok(spots) => findings.extend(spots.into_iter().map(|spot| spot.finding(&source.path))),
        Err((line, error)) => findings.push(Finding::new(
            format!("{}:{line}", source.path),
            format!("is not Rust: {error}"),
            "mend it until cargo builds it",
        )),
    }
    findings
}

/// A word about a file that is getting long.
pub fn long(source: &Source) -> Option<Finding> {
    let lines = source.text.lines().count();
    let long = source.is_program() && lines > LONG && lines <= TOO_LONG;
    long.then(|| {
        Finding::new(
            &source.path,
            format!("has {lines} lines; above {TOO_LONG} it is an error"),
            "does it still hold one idea?",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source { path: path.to_owned(), text: text.to_owned() }
    }

    fn said(source: &Source) -> String {
        faults(source).iter().map(|finding| format!("{finding}\n")).collect()
    }

    #[test]
    fn a_file_opens_with_its_reason() {
        assert_eq!(said(&source("a/src/lib.rs", "//! Why.\nfn f() {}\n")), "");
        let bare = said(&source("a/tests/it.rs", "fn f() {}\n"));
        assert!(bare.starts_with("a/tests/it.rs:1: does not open with `//!`\n"), "{bare}");
    }

    #[test]
    fn long_files_are_warned_of_and_then_refused() {
        let of = |path: &str, lines: usize| source(path, &"//! x\n".repeat(lines));
        assert!(long(&of("a/src/b.rs", 400)).is_none());
        assert!(long(&of("a/src/b.rs", 401)).is_some());
        assert_eq!(said(&of("a/src/b.rs", 500)), "");
        assert!(said(&of("a/src/b.rs", 501)).starts_with("a/src/b.rs: has 501 lines, more than 500"));
        assert_eq!(said(&of("a/tests/b.rs", 501)), "", "the length of tests is theirs to choose");
    }

    #[test]
    fn silenced_lints_and_broken_files_are_named_with_their_line() {
        let silenced = said(&source("a/src/b.rs", "//! Why.\n\n#[allow(dead_code)]\nfn f() {}\n"));
        assert!(silenced.starts_with("a/src/b.rs:3: silences a lint with `allow`"), "{silenced}");
        let broken = said(&source("a/src/b.rs", "//! Why.\nfn f( {}\n"));
        assert!(broken.contains("is not Rust"), "{broken}");
    }
}
