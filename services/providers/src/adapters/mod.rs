//! The families of status documents that can be read. A family is one file here and one row of the table.

mod gcp;
mod keys;
mod lenient;
mod statuspage;
mod text;
mod unreadable;

use contracts::Status;
use contracts::providers::{ProviderComponent, Reading};
use serde::de::IgnoredAny;
use serde_json::Value;

pub(crate) use lenient::parse_moment;
pub use unreadable::Unreadable;

/// A family of status documents: its name, and how to read one.
pub struct Adapter {
    name: &'static str,
    reader: fn(&[u8]) -> Result<Reading, Unreadable>,
    /// Whether a JSON document is plainly of this family. It must not fit a document of another one.
    recognises: fn(&Value) -> bool,
}

static ADAPTERS: [Adapter; 3] = [
    Adapter { name: "statuspage", reader: statuspage::read, recognises: statuspage::recognises },
    Adapter { name: "gcp", reader: gcp::read_cloud, recognises: gcp::recognises_cloud },
    Adapter { name: "google-workspace", reader: gcp::read_workspace, recognises: gcp::recognises_workspace },
];

impl Adapter {
    /// The name that a provider's `type` gives.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What `body` says, or why it cannot be told. Whatever the bytes are, this neither panics nor takes what
    /// it does not understand for health.
    pub fn read(&self, body: &[u8]) -> Result<Reading, Unreadable> {
        (self.reader)(body)
    }
}

/// The adapter of that name.
pub fn named(name: &str) -> Option<&'static Adapter> {
    ADAPTERS.iter().find(|adapter| adapter.name == name)
}

/// The names of all adapters.
pub fn names() -> impl Iterator<Item = &'static str> {
    ADAPTERS.iter().map(|adapter| adapter.name)
}

/// The adapter for a JSON document of which only the address is known. `None` where its shape does not tell:
/// an empty list, say, is how several families say that all is well.
pub fn detect(body: &[u8]) -> Option<&'static Adapter> {
    let document: Value = unreadable::json(body).ok()?;
    ADAPTERS.iter().find(|adapter| (adapter.recognises)(&document))
}

/// Why [`detect`] finds nothing.
pub(crate) fn undetected(body: &[u8]) -> String {
    match unreadable::json::<IgnoredAny>(body) {
        Err(error) => error.to_string(),
        Ok(_) => "the document is of no family that is known here".to_owned(),
    }
}

/// How many are known not to be operational.
fn count_not_operational(components: &[ProviderComponent]) -> usize {
    components.iter().filter(|c| !matches!(c.status, Status::Operational | Status::Unknown)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_finds_its_adapter() {
        for name in names() {
            assert_eq!(named(name).unwrap().name(), name);
        }
        assert!(named("Statuspage").is_none());
    }

    #[test]
    fn the_shape_tells_the_family_or_nothing() {
        let found = |body: &str| detect(body.as_bytes()).map(Adapter::name);
        assert_eq!(found(r#"{"page": {"id": "x"}, "status": {"indicator": "none"}}"#), Some("statuspage"));
        assert_eq!(found("[]"), None);
        assert_eq!(found("{}"), None);
        assert_eq!(found("<html>"), None);
        assert_eq!(found(r#"{"page": {"name": "Instatus", "status": "UP"}}"#), None);
    }
}
