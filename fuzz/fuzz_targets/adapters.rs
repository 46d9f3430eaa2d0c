//! One adapter (named by `FUZZ_ADAPTER`) against whatever bytes come: reading ends, without a panic, in something bounded,
//! and never in health that no document of the family states.
#![no_main]

use std::sync::LazyLock;

use contracts::Status;
use contracts::providers::Reading;
use libfuzzer_sys::fuzz_target;
use providers::adapters::{self, Adapter, Document};

static ADAPTER: LazyLock<&'static Adapter> = LazyLock::new(|| {
    let name = std::env::var("FUZZ_ADAPTER").expect("FUZZ_ADAPTER names an adapter");
    adapters::named(&name).expect("there is an adapter of that name")
});

fuzz_target!(|body: &[u8]| {
    let document = Document { body, ..Document::default() };
    if let Ok(told) = ADAPTER.told(&document) {
        check(&told.clone().reading(), body);
        check(&told.within(&["eu-west-1".to_owned()]).reading(), body);
    }
    let _ = adapters::detect(body);
});

fn check(reading: &Reading, body: &[u8]) {
    assert_eq!(reading.open_incidents, reading.incidents.len());
    assert_eq!(reading.scheduled_or_active_maintenances, reading.maintenances.len());
    let is_known_ill = |status: Status| !matches!(status, Status::Operational | Status::Unknown);
    let ill = reading.components.iter().filter(|component| is_known_ill(component.status)).count();
    assert_eq!(reading.non_operational_components, ill);
    let mut keys: Vec<&str> = reading.components.iter().map(|component| component.key.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), reading.components.len(), "each component has a key of its own");
    for component in &reading.components {
        assert!(!component.key.is_empty() && component.key.len() < 2000 && component.name.chars().count() <= 300);
    }
    for incident in &reading.incidents {
        assert!(incident.title.chars().count() <= 300 && incident.message.chars().count() <= 2000);
        assert!(incident.updates.len() <= 20);
        assert!(incident.url.as_ref().is_none_or(|url| url.starts_with("http")));
    }
    // What is neither JSON nor XML is no status page; only the plain check takes any answer for a sign of life.
    let is_document = body.iter().any(|byte| b"{[<".contains(byte));
    assert!(reading.overall != Status::Operational || is_document || ADAPTER.name() == "http");
}
