//! Reads what real providers really sent, where the recordings are found; they are not part of the project.

use std::path::{Path, PathBuf};

use contracts::Status;
use contracts::providers::Reading;
use providers::adapters::{self, Document, Told};
use providers::replay;
use serde::Deserialize;

/// One entry of `EXPECTED.json`: what a person or another program makes of the file.
#[derive(Deserialize)]
struct Expected {
    file: String,
    family: String,
    overall: Status,
    overall_also_acceptable: Vec<Status>,
    non_operational_components: usize,
    open_incidents: usize,
    #[serde(default)]
    open_incidents_also_acceptable: Vec<usize>,
    scheduled_or_active_maintenances: usize,
    worst_component: Status,
    /// What the document speaks about: `page` is all of it, else parts joined by `+`.
    scope: String,
}

impl Expected {
    fn covers(&self, part: &str) -> bool {
        self.scope.split('+').any(|covered| covered == "page" || covered == part)
    }

    /// A document that does not speak about the whole may leave open how that is.
    fn allows_overall(&self, overall: Status) -> bool {
        let is_open = overall == Status::Unknown && !self.covers("overall");
        overall == self.overall || self.overall_also_acceptable.contains(&overall) || is_open
    }

    fn agrees(&self, reading: &Reading) -> bool {
        let components = reading.non_operational_components == self.non_operational_components
            && worst_component(reading) == self.worst_component;
        let incidents = reading.open_incidents == self.open_incidents
            || self.open_incidents_also_acceptable.contains(&reading.open_incidents);
        let maintenances = reading.scheduled_or_active_maintenances == self.scheduled_or_active_maintenances;
        self.allows_overall(reading.overall)
            && (components || !self.covers("components"))
            && (incidents || !self.covers("incidents"))
            && (maintenances || !self.covers("maintenances"))
            && reading.incidents.len() == reading.open_incidents
            && reading.maintenances.len() == reading.scheduled_or_active_maintenances
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

/// The worst that is said of a component; one of which nobody can tell says nothing.
fn worst_component(reading: &Reading) -> Status {
    let states = reading.components.iter().map(|component| component.status);
    states.filter(|status| *status != Status::Unknown).fold(Status::Operational, Status::worst)
}

#[test]
fn every_recording_is_read_as_expected() {
    let Some(folder) = folder() else { return };
    let (mut read, mut wrong) = (0, Vec::new());
    for expected in expected(&folder).unwrap() {
        let Some(adapter) = adapters::named(&expected.family) else { continue };
        read += 1;
        match adapter.read(&std::fs::read(folder.join(&expected.file)).unwrap()) {
            Ok(reading) if expected.agrees(&reading) => {
                if reading.overall != expected.overall {
                    println!("{}: {:?} is acceptable too", expected.file, reading.overall);
                }
            }
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
            assert!(incident.started_at.is_some(), "{}", expected.file);
            assert!(!incident.title.is_empty() && !incident.state.is_empty(), "{}", expected.file);
            let newest = incident.updates.first().map_or("", |update| &update.body);
            assert_eq!(incident.message, newest, "{}", expected.file);
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
            assert!(expected.allows_overall(adapter.read(&body).unwrap().overall), "{}", expected.file);
        }
    }
}

/// Which family a shape is of is not a matter of who is asked first.
#[test]
fn a_shape_is_of_one_family_only() {
    let Some(folder) = folder() else { return };
    for expected in expected(&folder).unwrap() {
        let body = std::fs::read(folder.join(&expected.file)).unwrap();
        for adapter in adapters::names().filter_map(adapters::named) {
            let is_imitator = IMITATORS.contains(&expected.file.as_str()) && adapter.name() == "statuspage";
            // Every feed is one in which something may be announced.
            let may = adapter.name() == expected.family || is_imitator || adapter.name() == "rss";
            assert!(may || !adapter.recognises(&body), "{} as {}", expected.file, adapter.name());
        }
    }
}

/// Read as what it is not, a document of another family is refused or unknown, never healthy.
#[test]
fn a_document_of_another_family_is_never_healthy() {
    let Some(folder) = folder() else { return };
    for expected in expected(&folder).unwrap() {
        let body = std::fs::read(folder.join(&expected.file)).unwrap();
        // A plain check takes any answer for a sign of life.
        for adapter in adapters::names().filter(|name| *name != "http").filter_map(adapters::named) {
            if !speaks_its_language(adapter.name(), &expected) {
                let overall = adapter.read(&body).map_or(Status::Unknown, |reading| reading.overall);
                // A feed of another family may well announce trouble.
                let is_feed = adapter.name() == "rss" && overall != Status::Operational;
                assert!(overall == Status::Unknown || is_feed, "{} as {}", expected.file, adapter.name());
            }
        }
    }
}

/// Whether a document may be read as one of `family`: it is one, or is like one on purpose.
fn speaks_its_language(family: &str, expected: &Expected) -> bool {
    let alike: [&[&str]; 3] =
        [&["gcp", "google-workspace"], &["statuspage", "incidentio", "oci"], &["azure", "microsoft365"]];
    let is_alike = |names: &&[&str]| names.contains(&family) && names.contains(&expected.family.as_str());
    let is_imitator =
        IMITATORS.contains(&expected.file.as_str()) && ["statuspage", "incidentio", "oci"].contains(&family);
    family == expected.family || is_imitator || alike.iter().any(is_alike)
}

/// What several documents of one provider tell only together.
#[test]
fn documents_that_belong_together_make_one_reading() {
    let Some(folder) = folder() else { return };
    let together = |family: &str, files: &[&str]| {
        let adapter = adapters::named(family).unwrap();
        let told = files.iter().map(|file| {
            let body = std::fs::read(folder.join(family).join(file)).unwrap();
            adapter.told(&Document { body: &body, ..Document::default() }).unwrap()
        });
        Told::join(told.collect::<Vec<_>>()).reading()
    };
    let kuma = together("uptime-kuma", &["status-page.json", "heartbeat.json"]);
    assert_eq!((kuma.overall, kuma.non_operational_components), (Status::PartialOutage, 2));
    assert_eq!((kuma.open_incidents, kuma.scheduled_or_active_maintenances), (1, 1));
    let mut names: Vec<&str> = kuma.components.iter().map(|component| component.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["API", "Webhooks"]);

    let cachet = together("cachet", &["v1-components.json", "v1-incidents.json", "v1-schedules.json"]);
    assert_eq!((cachet.overall, cachet.components.len()), (Status::DegradedPerformance, 6));
    assert_eq!((cachet.open_incidents, cachet.scheduled_or_active_maintenances), (1, 1));

    let instatus = together("instatus", &["summary-gcore-maintenances.json", "v3-components-gcore.json"]);
    assert_eq!((instatus.overall, instatus.components.len()), (Status::Operational, 3));
    assert_eq!(instatus.scheduled_or_active_maintenances, 2);
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
