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

/// The figures by which a reading is told from another: verdict, components that are not well, incidents, maintenances.
pub fn figures(reading: &Reading) -> (Status, usize, usize, usize) {
    (
        reading.overall,
        reading.non_operational_components,
        reading.open_incidents,
        reading.scheduled_or_active_maintenances,
    )
}

/// What the adapter of that name makes of a document that was got at `fetched_at`.
pub fn read_at(adapter: &str, body: &[u8], fetched_at: &str) -> Result<Reading, Unreadable> {
    let fetched_at = kit_base::Timestamp::parse(fetched_at);
    let document = adapters::Document { body, fetched_at, ..adapters::Document::default() };
    adapters::named(adapter).unwrap().told(&document).map(adapters::Told::reading)
}

/// The name of the family that a document is found to be of.
pub fn family(body: &[u8]) -> Option<&'static str> {
    adapters::detect(body).map(adapters::Adapter::name)
}
