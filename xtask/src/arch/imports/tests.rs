//! Each rule on manifests made up for it.

use std::collections::BTreeMap;

use super::*;
use crate::workspace;

const HOUSE: [(&str, &str); 12] = [
    ("bench", "bench"),
    ("contracts", "contracts"),
    ("kit/base", "kit-base"),
    ("kit/bus", "kit-bus"),
    ("kit/runtime", "kit-runtime"),
    ("kit/store", "kit-store"),
    ("kit/testkit", "kit-testkit"),
    ("kit/web", "kit-web"),
    ("polystatus", "polystatus"),
    ("services/incidents", "incidents"),
    ("services/providers", "providers"),
    ("xtask", "xtask"),
];

/// The house with one import added, and what the check says of it.
fn adding(folder: &str, table: &str, name: &str) -> Vec<String> {
    let members: Vec<Member> = HOUSE
        .iter()
        .map(|(place, package)| {
            let mut text = format!("[package]\nname = \"{package}\"\n[dependencies]\nserde = \"1\"\n");
            if *place == folder {
                text = format!(
                    "[package]\nname = \"{package}\"\n[{table}]\nserde = \"1\"\n{name}.workspace = true\n"
                );
            }
            workspace::member(place, &text, &BTreeMap::new()).unwrap()
        })
        .collect();
    check(&members).iter().map(ToString::to_string).collect()
}

fn allowed(folder: &str, name: &str) -> bool {
    adding(folder, "dependencies", name).is_empty()
}

#[test]
fn the_base_stands_on_nothing_of_ours() {
    for (_, name) in HOUSE.iter().filter(|(_, name)| *name != "kit-base") {
        assert!(!allowed("kit/base", name), "{name}");
        assert!(!adding("kit/base", "dev-dependencies", name).is_empty(), "{name}");
    }
    assert_eq!(
        adding("kit/base", "dependencies", "kit-store"),
        ["kit/base/Cargo.toml: depends on kit-store; kit-base stands on no crate of ours\n    \
            move what you need down into it, or hand it in as a value or a trait"]
    );
}

#[test]
fn the_kit_stands_on_the_kit_below() {
    for (folder, name) in [
        ("kit/store", "kit-base"),
        ("kit/bus", "kit-store"),
        ("kit/web", "kit-base"),
        ("kit/runtime", "kit-web"),
        ("kit/testkit", "kit-runtime"),
    ] {
        assert!(allowed(folder, name), "{folder} {name}");
    }
    for (folder, name) in [
        ("kit/store", "kit-bus"),
        ("kit/bus", "kit-web"),
        ("kit/web", "kit-bus"),
        ("kit/web", "kit-store"),
        ("kit/bus", "kit-runtime"),
        ("kit/runtime", "contracts"),
        ("kit/testkit", "incidents"),
    ] {
        assert!(!allowed(folder, name), "{folder} {name}");
    }
    let said = adding("kit/web", "dependencies", "kit-bus").concat();
    assert!(said.contains("depends on kit-bus, which is not below it; it may use kit-base"), "{said}");
}

#[test]
fn contracts_stand_on_the_base_alone() {
    assert!(allowed("contracts", "kit-base"));
    for name in ["kit-store", "kit-web", "incidents"] {
        let said = adding("contracts", "dependencies", name).concat();
        assert!(said.contains("contracts may use kit-base alone"), "{said}");
    }
}

#[test]
fn a_service_never_imports_another() {
    for name in ["kit-base", "kit-store", "kit-bus", "kit-web", "kit-runtime", "contracts"] {
        assert!(allowed("services/incidents", name), "{name}");
    }
    for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let said = adding("services/incidents", table, "providers").concat();
        assert!(said.contains("depends on providers, another service"), "{said}");
    }
}

#[test]
fn nothing_imports_the_binary_or_a_tool() {
    for folder in ["services/incidents", "kit/testkit", "contracts", "bench", "xtask"] {
        let said = adding(folder, "dev-dependencies", "polystatus").concat();
        assert!(said.contains("the binary, which nothing imports"), "{folder}: {said}");
    }
    assert!(!allowed("polystatus", "bench"));
    assert!(allowed("polystatus", "incidents"));
    assert!(allowed("bench", "kit-store"));
}

#[test]
fn the_testkit_is_for_tests() {
    for folder in ["services/incidents", "kit/web", "contracts", "polystatus", "bench"] {
        assert!(adding(folder, "dev-dependencies", "kit-testkit").is_empty(), "{folder}");
        let said = adding(folder, "dependencies", "kit-testkit").concat();
        assert!(said.contains("outside its tests"), "{folder}: {said}");
    }
}

#[test]
fn a_crate_that_the_table_does_not_know_is_asked_for_its_place() {
    for (folder, name) in [("kit/new", "kit-new"), ("extras", "extras")] {
        let text = format!("[package]\nname = \"{name}\"\n");
        let member = workspace::member(folder, &text, &BTreeMap::new()).unwrap();
        let said: Vec<String> = check(&[member]).iter().map(ToString::to_string).collect();
        assert!(said.concat().contains("has no place in the house"), "{said:?}");
    }
}
