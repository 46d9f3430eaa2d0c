//! That folders look alike: every crate keeps the lints of the house, every service says what it is and is tested.

use std::path::Path;

use super::Finding;
use super::sources::Source;
use crate::workspace::Member;

/// What is missing in the folder of a member.
pub fn check(root: &Path, member: &Member, sources: &[Source]) -> Vec<Finding> {
    let folder = &member.folder;
    let mut findings = Vec::new();
    if !member.inherits_lints {
        findings.push(Finding::new(
            format!("{folder}/Cargo.toml"),
            "does not keep the lints of the workspace",
            "add [lints] with workspace = true",
        ));
    }
    if !folder.starts_with("services/") {
        return findings;
    }
    if !root.join(folder).join("README.md").is_file() {
        findings.push(Finding::new(
            folder,
            "has no README.md",
            "say what the service owns, its operations, events and settings",
        ));
    }
    if !has(sources, &format!("{folder}/src/lib.rs")) {
        findings.push(Finding::new(
            folder,
            "has no src/lib.rs",
            "show its face there: its settings and one function that builds the Service",
        ));
    }
    if !is_tested(sources, &format!("{folder}/tests/")) {
        findings.push(Finding::new(
            folder,
            "has no tests",
            "write them next to the code (#[cfg(test)]) or in its folder tests/",
        ));
    }
    findings
}

fn has(sources: &[Source], path: &str) -> bool {
    sources.iter().any(|source| source.path == path)
}

fn is_tested(sources: &[Source], tests: &str) -> bool {
    sources.iter().any(|source| source.path.starts_with(tests) || source.text.contains("#[cfg(test)]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(folder: &str, inherits_lints: bool) -> Member {
        Member { name: "x".into(), folder: folder.into(), dependencies: Vec::new(), inherits_lints }
    }

    fn said(member: &Member, files: &[(&str, &str)]) -> Vec<String> {
        let sources: Vec<Source> = files
            .iter()
            .map(|(path, text)| Source { path: (*path).to_owned(), text: (*text).to_owned() })
            .collect();
        check(Path::new("no-such-folder"), member, &sources).iter().map(|one| one.what.clone()).collect()
    }

    #[test]
    fn a_service_has_a_face_a_readme_and_tests() {
        let service = member("services/x", true);
        assert_eq!(said(&service, &[]), ["has no README.md", "has no src/lib.rs", "has no tests"]);
        let face = ("services/x/src/lib.rs", "//! Why.");
        assert_eq!(said(&service, &[face]), ["has no README.md", "has no tests"]);
        assert_eq!(said(&service, &[face, ("services/x/tests/api.rs", "")]), ["has no README.md"]);
        let inline = ("services/x/src/model.rs", "#[cfg(test)]\nmod tests {}");
        assert_eq!(said(&service, &[face, inline]), ["has no README.md"]);
    }

    #[test]
    fn every_crate_keeps_the_lints() {
        assert_eq!(said(&member("kit/web", true), &[]), [""; 0]);
        assert_eq!(said(&member("kit/web", false), &[]), ["does not keep the lints of the workspace"]);
    }
}
