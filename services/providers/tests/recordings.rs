//! Reads what real providers really sent, where the recordings are found; they are not part of the project.

use std::path::{Path, PathBuf};

use contracts::Status;
use contracts::providers::Reading;
use providers::{adapters, replay};
use serde::Deserialize;

/// One entry of `EXPECTED.json`: what a person or another program makes of the file.
#[derive(Deserialize)]
struct Expected {
    file: String,
    family: String,
    overall: Status,
    non_operational_components: usize,
    open_incidents: usize,
    scheduled_or_active_maintenances: usize,
    worst_component: Status,
    /// Other verdicts that can be defended.
    #[serde(default)]
    overall_also_acceptable: Vec<Status>,
    #[serde(default)]
    open_incidents_also_acceptable: Vec<usize>,
    /// What the document speaks about: `page`, which is all, or parts of it with `+` between them.
    #[serde(default)]
    scope: String,
}

impl Expected {
    fn covers(&self, part: &str) -> bool {
        self.scope.is_empty() || self.scope.split('+').any(|covered| covered == "page" || covered == part)
    }

    fn takes(&self, overall: Status) -> bool {
        self.overall == overall || self.overall_also_acceptable.contains(&overall)
    }

    fn takes_open(&self, incidents: usize) -> bool {
        self.open_incidents == incidents || self.open_incidents_also_acceptable.contains(&incidents)
    }
}

/// The folder of recordings: `POLYSTATUS_FIXTURES`, else `shared/fixtures` beside the checkout.
fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures");
    let fixtures = std::env::var_os("POLYSTATUS_FIXTURES").map_or(beside, PathBuf::from);
    let folder = fixtures.join("providers");
    if folder.join("EXPECTED.json").is_file() {
        return Some(folder);
    }
    println!("no recordings found at {}: only the project's own samples are read", folder.display());
    None
}

fn expected(folder: &Path) -> std::io::Result<Vec<Expected>> {
    Ok(serde_json::from_slice(&std::fs::read(folder.join("EXPECTED.json"))?)?)
}

fn worst_component(reading: &Reading) -> Status {
    reading.components.iter().map(|component| component.status).fold(Status::Operational, Status::worst)
}

#[test]
fn every_recording_is_read_as_expected() {
    let Some(folder) = folder() else { return };
    let (mut read, mut wrong) = (0, Vec::new());
    for expected in expected(&folder).unwrap() {
        let Some(adapter) = adapters::named(&expected.family) else { continue };
        read += 1;
        match adapter.read(&std::fs::read(folder.join(&expected.file)).unwrap()) {
            Ok(reading) if agrees(&reading, &expected) => {}
            Ok(reading) => {
                wrong.push(format!("{}: {:?} {}", expected.file, reading.overall, figures(&reading)))
            }
            Err(error) => wrong.push(format!("{}: {error}", expected.file)),
        }
    }
    println!("recordings read: {} of {read} as expected", read - wrong.len());
    assert!(read > 0, "EXPECTED.json names no file of our families");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn agrees(reading: &Reading, expected: &Expected) -> bool {
    let components = reading.non_operational_components == expected.non_operational_components
        && worst_component(reading) == expected.worst_component;
    let incidents =
        expected.takes_open(reading.open_incidents) && reading.incidents.len() == reading.open_incidents;
    let maintenances = reading.scheduled_or_active_maintenances == expected.scheduled_or_active_maintenances
        && reading.maintenances.len() == reading.scheduled_or_active_maintenances;
    expected.takes(reading.overall)
        && (components || !expected.covers("components"))
        && (incidents || !expected.covers("incidents"))
        && (maintenances || !expected.covers("maintenances"))
}

fn figures(reading: &Reading) -> String {
    format!(
        "{} non-operational, {} open, {} maintenances, worst {:?}",
        reading.non_operational_components,
        reading.open_incidents,
        reading.scheduled_or_active_maintenances,
        worst_component(reading)
    )
}

#[test]
fn what_incidents_name_is_found_among_the_components() {
    let Some(folder) = folder() else { return };
    for expected in expected(&folder).unwrap() {
        let Some(adapter) = adapters::named(&expected.family) else { continue };
        let reading = adapter.read(&std::fs::read(folder.join(&expected.file)).unwrap()).unwrap();
        let keys: std::collections::HashSet<&String> = reading.components.iter().map(|c| &c.key).collect();
        assert_eq!(keys.len(), reading.components.len(), "{}: keys repeat", expected.file);
        let named = reading.incidents.iter().flat_map(|i| &i.components);
        let named = named.chain(reading.maintenances.iter().flat_map(|m| &m.components));
        for key in named {
            assert!(keys.contains(key), "{}: {key} is nowhere", expected.file);
        }
        for incident in &reading.incidents {
            assert!(incident.started_at.is_some() && incident.updated_at.is_some(), "{}", expected.file);
            assert!(!incident.message.is_empty() && incident.url.is_some(), "{}", expected.file);
        }
        assert!(reading.maintenances.iter().all(|m| m.starts_at.is_some()), "{}", expected.file);
    }
}

/// Files of other families that speak Statuspage's language on purpose, so that reading them as such is
/// right.
const IMITATORS: [&str; 2] = ["incidentio/openai-compat-no-incidents-key.json", "oci/docs-status.json"];

#[test]
fn the_family_is_found_from_the_shape() {
    let Some(folder) = folder() else { return };
    for expected in expected(&folder).unwrap() {
        let body = std::fs::read(folder.join(&expected.file)).unwrap();
        let found = adapters::detect(&body);
        let imitated = IMITATORS.contains(&expected.file.as_str()).then_some("statuspage");
        let family = imitated.or(adapters::named(&expected.family).map(|adapter| adapter.name()));
        assert_eq!(found.map(|adapter| adapter.name()), family, "{}", expected.file);
        if let Some(adapter) = found {
            let overall = adapter.read(&body).unwrap().overall;
            assert!(expected.takes(overall), "{}: {overall:?}", expected.file);
        }
    }
}

/// Read as what it is not, a document of another family is refused or unknown, never healthy.
#[test]
fn a_document_of_another_family_is_never_healthy() {
    let Some(folder) = folder() else { return };
    for expected in expected(&folder).unwrap() {
        let body = std::fs::read(folder.join(&expected.file)).unwrap();
        let is_alike = adapters::detect(&body).is_some();
        let others = adapters::names().filter(|name| !is_alike && *name != "http");
        for adapter in others.filter_map(adapters::named) {
            let overall = adapter.read(&body).map_or(Status::Unknown, |reading| reading.overall);
            assert_eq!(overall, Status::Unknown, "{} as {}", expected.file, adapter.name());
        }
    }
}

#[test]
fn recorded_histories_can_be_replayed() {
    let Some(folder) = folder() else { return };
    for family in ["gcp", "google-workspace"] {
        let adapter = adapters::named(family).unwrap();
        let document = std::fs::read(folder.join(family).join("incidents-2026-07.json")).unwrap();
        let moments = replay::moments(&document);
        let readings: Vec<Reading> =
            moments.iter().map(|at| adapter.read(&replay::as_of(&document, *at).unwrap()).unwrap()).collect();
        let (first, last) = (readings.first().unwrap(), readings.last().unwrap());
        assert_eq!((first.overall, first.open_incidents), (Status::Operational, 0), "{family}");
        assert_eq!((last.overall, last.open_incidents), (Status::Operational, 0), "{family}");
        let during = readings.iter().filter(|r| r.open_incidents > 0 && r.non_operational_components > 0);
        assert!(during.count() >= 1, "{family}");
        println!("{family}: {} moments replayed", moments.len());
    }
}
