//! The OpenAPI files in git: made from the code, and checked to be what the code would make.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const FOLDER: &str = "openapi";
const RENEW: &str = "renew with `cargo xtask openapi` and read the difference: it is what clients will see";

/// Writes the file of every service, or with `check` says which are not current. `binary` is a built polystatus.
pub fn run(root: &Path, check: bool, binary: Option<PathBuf>) -> Result<(), String> {
    let ask = |words: &[&str]| ask(root, binary.as_deref(), words);
    let services = names(&ask(&["openapi", "--list"])?)?;
    let mut documents = Vec::new();
    for service in services {
        let document = document(&service, ask(&["openapi", &service])?)?;
        documents.push((service, document));
    }
    let folder = root.join(FOLDER);
    if check { compare(&folder, &documents) } else { write(&folder, &documents) }
}

/// What the binary prints on its standard output; what it says on the other goes to the terminal.
fn ask(root: &Path, binary: Option<&Path>, words: &[&str]) -> Result<String, String> {
    let mut command = match binary {
        Some(binary) => Command::new(root.join(binary)),
        None => {
            let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
            cargo.args(["run", "--quiet", "--locked", "--package", "polystatus", "--"]);
            cargo
        }
    };
    let asked = format!("polystatus {}", words.join(" "));
    let output =
        command.args(words).current_dir(root).stderr(Stdio::inherit()).output().map_err(|error| {
            let program = command.get_program().to_string_lossy();
            format!("openapi: {program} cannot be started for `{asked}`: {error}")
        })?;
    if !output.status.success() {
        return Err(format!("openapi: `{asked}` failed ({}); what it said stands above", output.status));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("openapi: `{asked}` printed what is not UTF-8"))
}

/// The services that have a document, one a line. Names become file names, so they are held to letters and hyphens.
fn names(list: &str) -> Result<Vec<String>, String> {
    let names: Vec<String> =
        list.lines().map(str::trim).filter(|line| !line.is_empty()).map(Into::into).collect();
    let plain = |name: &&String| name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-');
    match names.iter().find(|name| !plain(name)) {
        _ if names.is_empty() => {
            Err("openapi: `polystatus openapi --list` names no service; it must print one name a line".into())
        }
        Some(name) => Err(format!("openapi: `polystatus openapi --list` printed {name:?}, which is no name")),
        None => Ok(names),
    }
}

/// The text as it goes to the file, after a look that it is an OpenAPI document at all.
fn document(service: &str, text: String) -> Result<String, String> {
    let value: serde_json::Value = serde_json::from_str(&text).map_err(|error| {
        format!("openapi: what `polystatus openapi {service}` printed is not JSON: {error}")
    })?;
    if !value.get("openapi").is_some_and(serde_json::Value::is_string) {
        return Err(format!(
            "openapi: `polystatus openapi {service}` printed JSON without the field \"openapi\""
        ));
    }
    Ok(format!("{}\n", text.trim_end()))
}

fn write(folder: &Path, documents: &[(String, String)]) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for (service, document) in documents {
        let path = folder.join(format!("{service}.json"));
        fs::write(&path, document).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    for service in superfluous(folder, documents)? {
        let path = folder.join(format!("{service}.json"));
        fs::remove_file(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    println!("openapi: {} files written", documents.len());
    Ok(())
}

fn compare(folder: &Path, documents: &[(String, String)]) -> Result<(), String> {
    let mut faults = Vec::new();
    for (service, document) in documents {
        match fs::read_to_string(folder.join(format!("{service}.json"))) {
            Err(_) => faults.push(format!("{FOLDER}/{service}.json: is missing")),
            Ok(kept) => faults.extend(
                difference(&kept, document)
                    .map(|line| format!("{FOLDER}/{service}.json:{line}: is not what the code makes")),
            ),
        }
    }
    for service in superfluous(folder, documents)? {
        faults.push(format!("{FOLDER}/{service}.json: belongs to no service"));
    }
    if faults.is_empty() {
        println!("openapi: {} files are current", documents.len());
        return Ok(());
    }
    Err(format!("{}\n    {RENEW}", faults.join("\n")))
}

/// The first line, counted from one, where two texts differ.
fn difference(one: &str, other: &str) -> Option<usize> {
    if one == other {
        return None;
    }
    let same = one.lines().zip(other.lines()).take_while(|(one, other)| one == other).count();
    Some(same + 1)
}

/// Files of services that are no more.
fn superfluous(folder: &Path, documents: &[(String, String)]) -> Result<BTreeSet<String>, String> {
    let mut kept = BTreeSet::new();
    if !folder.exists() {
        return Ok(kept);
    }
    for entry in fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let entry = entry.map_err(|error| format!("{}: {error}", folder.display()))?;
        if let Some(service) = entry.file_name().to_string_lossy().strip_suffix(".json")
            && !documents.iter().any(|(name, _)| name == service)
        {
            kept.insert(service.to_owned());
        }
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_held_to_letters() {
        assert_eq!(
            names("incidents\n\nproviders\n"),
            Ok(vec!["incidents".to_owned(), "providers".to_owned()])
        );
        assert!(names("../evil\n").unwrap_err().contains("../evil"));
        assert!(names("\n").unwrap_err().contains("names no service"));
    }

    #[test]
    fn a_document_is_json_that_says_openapi() {
        let text = "{\"openapi\": \"3.1.0\"}\n\n".to_owned();
        assert_eq!(document("x", text), Ok("{\"openapi\": \"3.1.0\"}\n".to_owned()));
        assert!(document("x", "{}".into()).unwrap_err().contains("without the field"));
        assert!(document("x", "oops".into()).unwrap_err().contains("openapi x` printed is not JSON"));
    }

    #[test]
    fn what_was_written_is_current_and_what_was_changed_is_not() {
        let folder = std::env::temp_dir().join(format!("xtask-openapi-{}", std::process::id()));
        let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        let before = [pair("incidents", "{\n\"a\": 1\n}\n"), pair("old", "{}\n")];
        write(&folder, &before).unwrap();
        assert_eq!(compare(&folder, &before), Ok(()));

        let after = [pair("incidents", "{\n\"a\": 2\n}\n"), pair("new", "{}\n")];
        let said = compare(&folder, &after).unwrap_err();
        assert!(said.contains("openapi/incidents.json:2: is not what the code makes"), "{said}");
        assert!(said.contains("openapi/new.json: is missing"), "{said}");
        assert!(said.contains("openapi/old.json: belongs to no service"), "{said}");
        assert!(said.contains("renew with `cargo xtask openapi`"), "{said}");

        write(&folder, &after).unwrap();
        assert_eq!(compare(&folder, &after), Ok(()));
        fs::remove_dir_all(&folder).unwrap();
    }
}
