//! Who may import whom: the one table of the layers, and the check of every manifest against it.

use super::Finding;
use crate::workspace::{Dependency, Member};

const BINARY: &str = "polystatus";
const TESTKIT: &str = "kit-testkit";
const CONTRACTS: &str = "contracts";

/// Each crate of the kit with those of the kit that it may stand on, from the ground up.
const KIT: [(&str, &[&str]); 7] = [
    ("kit-base", &[]),
    ("kit-store", &["kit-base"]),
    ("kit-bus", &["kit-base", "kit-store"]),
    ("kit-web", &["kit-base"]),
    ("kit-mail", &["kit-base"]),
    ("kit-runtime", &["kit-base", "kit-store", "kit-bus", "kit-web"]),
    (TESTKIT, &["kit-base", "kit-store", "kit-bus", "kit-web", "kit-runtime"]),
];

/// What a member is, by its folder.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    /// With what it may stand on.
    Kit(&'static [&'static str]),
    Contracts,
    Service,
    Binary,
    /// `bench` and `xtask`: they look at the house and are no part of it.
    Tool,
}

/// Every import between crates of the workspace that the table does not allow.
pub fn check(members: &[Member]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for member in members {
        let Some(place) = place(member) else {
            findings.push(Finding::new(
                manifest(member),
                format!("{} has no place in the house", member.name),
                "say what it may import in xtask/src/arch/imports.rs and in ARCHITECTURE.md",
            ));
            continue;
        };
        for dependency in &member.dependencies {
            let Some(target) = members.iter().find(|other| other.name == dependency.name) else {
                continue;
            };
            findings.extend(import(member, place, dependency, target));
        }
    }
    findings
}

fn place(member: &Member) -> Option<Place> {
    match member.folder.split_once('/') {
        None if member.folder == BINARY => Some(Place::Binary),
        None if member.folder == CONTRACTS => Some(Place::Contracts),
        None if ["bench", "xtask"].contains(&member.folder.as_str()) => Some(Place::Tool),
        Some(("kit", _)) => {
            KIT.iter().find(|(name, _)| *name == member.name).map(|(_, below)| Place::Kit(below))
        }
        Some(("services", _)) => Some(Place::Service),
        _ => None,
    }
}

fn import(member: &Member, from: Place, dependency: &Dependency, target: &Member) -> Option<Finding> {
    let name = dependency.name.as_str();
    let fault = |what: String, remedy: &str| Some(Finding::new(manifest(member), what, remedy));
    let to = place(target)?;
    if to == Place::Binary {
        return fault(
            format!("depends on {name}, the binary, which nothing imports"),
            "move what you need into a crate of the kit, or start the binary as a process",
        );
    }
    if to == Place::Tool {
        return fault(
            format!("depends on {name}, a tool that is no part of the program"),
            "move what you need into a crate of the kit",
        );
    }
    if name == TESTKIT {
        return if member.name == "kit-base" {
            fault(
                format!("depends on {name}; kit-base stands on no crate of ours"),
                "test it with third-party crates alone",
            )
        } else if dependency.dev {
            None
        } else {
            fault(format!("depends on {name} outside its tests"), "move it to [dev-dependencies]")
        };
    }
    match (from, to) {
        (Place::Binary | Place::Tool, _) => None,
        (Place::Kit(below), _) if below.contains(&name) => None,
        (Place::Kit([]), _) => fault(
            format!("depends on {name}; {} stands on no crate of ours", member.name),
            "move what you need down into it, or hand it in as a value or a trait",
        ),
        (Place::Kit(below), _) => fault(
            format!("depends on {name}, which is not below it; it may use {}", below.join(", ")),
            "move what both need to a lower crate, or hand it in as a value or a trait",
        ),
        (Place::Contracts, Place::Kit([])) => None,
        (Place::Contracts, _) => fault(
            format!("depends on {name}; contracts may use kit-base alone"),
            "keep to wire types, and take a Transport from kit-base for what must be sent",
        ),
        (Place::Service, Place::Service) => fault(
            format!("depends on {name}, another service"),
            "ask it through its client in contracts, or listen to its events",
        ),
        (Place::Service, _) => None,
    }
}

fn manifest(member: &Member) -> String {
    format!("{}/Cargo.toml", member.folder)
}

#[cfg(test)]
mod tests;
