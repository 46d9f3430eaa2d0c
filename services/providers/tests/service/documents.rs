//! Documents for the feed server: small pages of the Statuspage family.

use serde_json::{Value, json};

/// A page with this verdict and these components, named and in this state.
pub fn page(indicator: &str, components: &[(&str, &str)]) -> Value {
    let component =
        |(name, status): &(&str, &str)| json!({ "id": format!("id-{name}"), "name": name, "status": status });
    json!({
        "page": { "id": "p", "name": "Nimbus", "url": "https://status.nimbus.example" },
        "status": { "indicator": indicator, "description": "" },
        "components": components.iter().map(component).collect::<Vec<_>>(),
        "incidents": [],
        "scheduled_maintenances": [],
    })
}

/// All is well: two components, DNS and Storage.
pub fn well() -> Value {
    page("none", &[("DNS", "operational"), ("Storage", "operational")])
}

/// Storage is down, and an incident says so.
pub fn storage_down() -> Value {
    let mut document = page("major", &[("DNS", "operational"), ("Storage", "major_outage")]);
    document["incidents"] = json!([{
        "id": "i1",
        "name": "Storage is on fire",
        "status": "investigating",
        "impact": "critical",
        "started_at": "2026-11-21T11:50:00Z",
        "updated_at": "2026-11-21T11:55:00Z",
        "shortlink": "https://stspg.example/i1",
        "components": [{ "id": "id-Storage", "name": "Storage" }],
        "incident_updates": [{ "body": "We look for water.", "display_at": "2026-11-21T11:55:00Z" }],
    }]);
    document
}
