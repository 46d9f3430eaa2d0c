//! The samples, and how the tests read them.

use std::path::Path;

use contracts::Status;
use contracts::providers::{ProviderIncident, ProviderMaintenance, Reading};
use kit_base::Timestamp;
use providers::adapters::{self, Document, Told, Unreadable};
use serde_json::Value;

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

/// What the adapter of that name makes of a document that a test has written.
pub fn read_value(adapter: &str, document: &Value) -> Reading {
    try_read(adapter, document.to_string().as_bytes()).unwrap_or_else(|error| panic!("{document}: {error}"))
}

/// Why the adapter of that name does not take `body`.
pub fn refusal(adapter: &str, body: &str) -> String {
    try_read(adapter, body.as_bytes()).expect_err(body).to_string()
}

/// What several samples of one provider tell together.
pub fn read_together(adapter: &str, files: &[&str]) -> Reading {
    let told = |file: &&str| {
        let body = sample(file);
        let document = Document { body: &body, ..Document::default() };
        adapters::named(adapter).unwrap().told(&document).unwrap_or_else(|error| panic!("{file}: {error}"))
    };
    Told::join(files.iter().map(told)).reading()
}

/// What the adapter of that name makes of a sample that was got at `moment`.
pub fn read_at(adapter: &str, file: &str, moment: &str) -> Reading {
    let body = sample(file);
    let fetched_at = Some(Timestamp::parse(moment).unwrap());
    let document = Document { body: &body, fetched_at, ..Document::default() };
    adapters::named(adapter).unwrap().told(&document).unwrap().reading()
}

/// The family that is seen in the shape of a sample.
pub fn seen_as(file: &str) -> Option<&'static str> {
    adapters::detect(&sample(file)).map(adapters::Adapter::name)
}

/// Each component as its group or region, its key and its state.
pub fn listed(reading: &Reading) -> Vec<(&str, &str, Status)> {
    let components = reading.components.iter();
    components
        .map(|c| (c.group.as_deref().or(c.region.as_deref()).unwrap_or(""), c.key.as_str(), c.status))
        .collect()
}

/// When a maintenance begins and ends, as text.
pub fn span(maintenance: &ProviderMaintenance) -> [String; 2] {
    let text = |moment: Option<Timestamp>| moment.map(|moment| moment.to_string()).unwrap_or_default();
    [text(maintenance.starts_at), text(maintenance.ends_at)]
}

/// When an incident began and was last written about, as text.
pub fn times(incident: &ProviderIncident) -> [String; 2] {
    let text = |moment: Option<Timestamp>| moment.map(|moment| moment.to_string()).unwrap_or_default();
    [text(incident.started_at), text(incident.updated_at)]
}

/// The samples of all families but the demonstration's, each with the name of its folder.
fn all() -> Vec<(String, String)> {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let entries = |folder: &Path| -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
        entries.map(|entry| entry.file_name().into_string().unwrap()).collect()
    };
    let families = entries(&samples).into_iter().filter(|family| adapters::named(family).is_some());
    families
        .flat_map(|family| {
            let files = entries(&samples.join(&family));
            files.into_iter().map(move |file| (family.clone(), format!("{family}/{file}")))
        })
        .collect()
}

#[test]
fn a_sample_is_seen_as_of_its_family_and_of_no_other() {
    let all = all();
    assert!(all.len() > 40);
    for (family, file) in all {
        // Old documents of Google do not tell which of the two they are of.
        let is_google = |name: &str| ["gcp", "google-workspace"].contains(&name);
        let is_other = |name: &&str| *name != family && !(is_google(name) && is_google(&family));
        // Every feed is one in which something may be announced.
        let others = adapters::names().filter(is_other).filter(|name| *name != "rss");
        for other in others.filter_map(adapters::named) {
            // Oracle answers its verdict in Statuspage's words, on purpose.
            let is_imitated = (file.as_str(), other.name()) == ("oci/status.json", "statuspage");
            assert!(is_imitated || !other.recognises(&sample(&file)), "{file} as {}", other.name());
        }
    }
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
pub fn try_read_at(adapter: &str, body: &[u8], fetched_at: &str) -> Result<Reading, Unreadable> {
    let fetched_at = kit_base::Timestamp::parse(fetched_at);
    let document = adapters::Document { body, fetched_at, ..adapters::Document::default() };
    adapters::named(adapter).unwrap().told(&document).map(adapters::Told::reading)
}

/// The name of the family that a document is found to be of.
pub fn family(body: &[u8]) -> Option<&'static str> {
    adapters::detect(body).map(adapters::Adapter::name)
}
