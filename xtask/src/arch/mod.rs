//! The architecture as a check: what DESIGN and ARCHITECTURE promise about the tree, a fault for each breach.

mod imports;
mod shape;
mod sources;
mod tokens;

use std::fmt;
use std::path::Path;

use crate::workspace;

/// A breach of a rule: where, what, and what to do.
#[derive(Debug, PartialEq)]
pub struct Finding {
    place: String,
    what: String,
    remedy: String,
}

impl Finding {
    fn new(place: impl Into<String>, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n    {}", self.place, self.what, self.remedy)
    }
}

/// Checks the workspace at `root` and prints what it found; an error when a rule is broken.
pub fn run(root: &Path) -> Result<(), String> {
    let members = workspace::members(root)?;
    let mut faults = imports::check(&members);
    let mut warnings = Vec::new();
    let mut files = 0;
    for member in &members {
        let sources = sources::read(root, &member.folder)?;
        files += sources.len();
        faults.extend(shape::check(root, member, &sources));
        for source in &sources {
            faults.extend(sources::faults(source));
            warnings.extend(sources::long(source));
        }
    }
    for warning in &warnings {
        eprintln!("warning: {warning}");
    }
    for fault in &faults {
        eprintln!("error: {fault}");
    }
    match faults.len() {
        0 => {
            println!("arch: {} crates and {files} source files keep the rules", members.len());
            Ok(())
        }
        number => Err(format!("arch: rules broken: {number}, listed above")),
    }
}
