//! The workspace as its manifests describe it: members, and which crates each asks for.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// One crate of the workspace.
#[derive(Debug)]
pub struct Member {
    /// The name in its manifest.
    pub name: String,
    /// Its folder below the root, with `/` between the parts: `services/incidents`.
    pub folder: String,
    /// Every crate it asks for, ours or not.
    pub dependencies: Vec<Dependency>,
    /// Whether `[lints] workspace = true` stands in its manifest.
    pub inherits_lints: bool,
}

/// A crate that a member asks for.
#[derive(Debug, PartialEq)]
pub struct Dependency {
    /// Its real name, whatever the member calls it.
    pub name: String,
    /// Whether only its tests, examples and benches ask.
    pub dev: bool,
}

#[derive(Deserialize)]
struct RootManifest {
    workspace: Workspace,
}

#[derive(Deserialize)]
struct Workspace {
    members: Vec<String>,
    #[serde(default)]
    dependencies: BTreeMap<String, Request>,
}

#[derive(Deserialize)]
struct Manifest {
    package: Package,
    #[serde(flatten)]
    requests: Requests,
    #[serde(default)]
    target: BTreeMap<String, Requests>,
    #[serde(default)]
    lints: Lints,
}

#[derive(Deserialize)]
struct Package {
    name: String,
}

#[derive(Default, Deserialize)]
struct Lints {
    #[serde(default)]
    workspace: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Requests {
    #[serde(default)]
    dependencies: BTreeMap<String, Request>,
    #[serde(default)]
    build_dependencies: BTreeMap<String, Request>,
    #[serde(default)]
    dev_dependencies: BTreeMap<String, Request>,
}

/// How a manifest asks for a crate: a version, or a table.
type Request = toml::Value;

/// The folder above (or equal to) the current one that holds the workspace.
pub fn root() -> Result<PathBuf, String> {
    let here = std::env::current_dir().map_err(|error| format!("xtask: no current folder: {error}"))?;
    here.ancestors()
        .find(|folder| {
            let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
            manifest.lines().any(|line| line.trim() == "[workspace]")
        })
        .map(Path::to_path_buf)
        .ok_or_else(|| {
            format!(
                "xtask: {} is not inside the workspace; run it from a folder of the project",
                here.display()
            )
        })
}

/// Reads the manifest of every member.
pub fn members(root: &Path) -> Result<Vec<Member>, String> {
    let text = read(&root.join("Cargo.toml"))?;
    let manifest: RootManifest = toml::from_str(&text).map_err(|error| format!("Cargo.toml: {error}"))?;
    let aliases = real_names(&manifest.workspace.dependencies);
    let mut members = Vec::new();
    for folder in folders(root, &manifest.workspace.members)? {
        let text = read(&root.join(&folder).join("Cargo.toml"))?;
        members.push(member(&folder, &text, &aliases)?);
    }
    Ok(members)
}

/// One member from the text of its manifest; `aliases` are the workspace's own names for crates.
pub fn member(folder: &str, text: &str, aliases: &BTreeMap<String, String>) -> Result<Member, String> {
    let manifest: Manifest =
        toml::from_str(text).map_err(|error| format!("{folder}/Cargo.toml: cannot be read: {error}"))?;
    let mut dependencies = Vec::new();
    for requests in std::iter::once(&manifest.requests).chain(manifest.target.values()) {
        let tables = [
            (&requests.dependencies, false),
            (&requests.build_dependencies, false),
            (&requests.dev_dependencies, true),
        ];
        for (table, dev) in tables {
            for (key, request) in table {
                let name = real_name(request).or(aliases.get(key).map(String::as_str)).unwrap_or(key);
                dependencies.push(Dependency { name: name.to_owned(), dev });
            }
        }
    }
    Ok(Member {
        name: manifest.package.name,
        folder: folder.to_owned(),
        dependencies,
        inherits_lints: manifest.lints.workspace,
    })
}

fn real_names(requests: &BTreeMap<String, Request>) -> BTreeMap<String, String> {
    requests.iter().filter_map(|(key, request)| Some((key.clone(), real_name(request)?.to_owned()))).collect()
}

/// The name that a request gives where the key is only a nickname.
fn real_name(request: &Request) -> Option<&str> {
    request.get("package")?.as_str()
}

/// Unfolds `kit/*`, the one pattern in use, into the folders that hold a manifest.
fn folders(root: &Path, patterns: &[String]) -> Result<Vec<String>, String> {
    let mut folders = Vec::new();
    for pattern in patterns {
        let Some(parent) = pattern.strip_suffix("/*") else {
            folders.push(pattern.clone());
            continue;
        };
        let place = root.join(parent);
        let entries = fs::read_dir(&place).map_err(|error| format!("{}: {error}", place.display()))?;
        for entry in entries {
            let entry = entry.map_err(|error| format!("{}: {error}", place.display()))?;
            if entry.path().join("Cargo.toml").is_file() {
                folders.push(format!("{parent}/{}", entry.file_name().to_string_lossy()));
            }
        }
    }
    folders.sort();
    Ok(folders)
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: cannot be read: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_dependency_is_found_under_its_real_name() {
        let text = r#"
            [package]
            name = "demo"
            version.workspace = true
            [lints]
            workspace = true
            [dependencies]
            serde.workspace = true
            short.workspace = true
            other = { package = "kit-web", path = "../web" }
            [build-dependencies]
            cc = "1"
            [target.'cfg(unix)'.dev-dependencies]
            kit-testkit.workspace = true
        "#;
        let aliases = BTreeMap::from([("short".to_owned(), "kit-store".to_owned())]);
        let member = member("services/demo", text, &aliases).unwrap();
        let found: Vec<(&str, bool)> =
            member.dependencies.iter().map(|one| (one.name.as_str(), one.dev)).collect();
        assert_eq!(
            found,
            [
                ("kit-web", false),
                ("serde", false),
                ("kit-store", false),
                ("cc", false),
                ("kit-testkit", true)
            ]
        );
        assert_eq!((member.name.as_str(), member.inherits_lints), ("demo", true));
    }

    #[test]
    fn this_workspace_can_be_read() {
        let members = members(&root().unwrap()).unwrap();
        let xtask = members.iter().find(|member| member.folder == "xtask").unwrap();
        assert!(xtask.dependencies.iter().any(|dependency| dependency.name == "toml"));
        assert!(members.iter().any(|member| member.folder == "kit/base"));
    }
}
