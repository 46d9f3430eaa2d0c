//! The samples, and how the tests read them.

use std::path::Path;

use contracts::Status;
use contracts::providers::Reading;
use providers::adapters::{self, Unreadable};

/// The bytes of a sample, without the line end after it.
pub fn sample(file: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(file);
    std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        .trim_ascii_end()
        .to_vec()
}

/// The text of a sample.
pub fn text_sample(file: &str) -> String {
    String::from_utf8(sample(file)).unwrap()
}

/// What the adapter of that name makes of `body`.
pub fn try_read(adapter: &str, body: &[u8]) -> Result<Reading, Unreadable> {
    adapters::named(adapter).unwrap().read(body)
}

/// What the adapter of that name makes of a sample.
pub fn read(adapter: &str, file: &str) -> Reading {
    try_read(adapter, &sample(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The state of the component with that key.
pub fn state(reading: &Reading, key: &str) -> Status {
    let found = reading.components.iter().find(|component| component.key == key);
    found.unwrap_or_else(|| panic!("no component {key}")).status
}
