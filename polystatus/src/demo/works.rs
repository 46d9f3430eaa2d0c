//! Announced work in the demonstration: a window that comes every week, and one that comes soon.

use std::time::Duration;

use contracts::maintenances::{MaintenanceFilter, NewMaintenance};
use contracts::{AskError, Client};
use kit_base::Clock;

const MINUTE: Duration = Duration::from_secs(60);

/// Announces both; what is there from an earlier run is brought up to date.
pub async fn announce(client: &Client) -> Result<(), AskError> {
    let now = Clock::system().now();
    let weekly = NewMaintenance {
        title: "Weekly update of the shop".to_owned(),
        components: vec!["website".to_owned()],
        starts_at: "2026-01-04T04:00".to_owned(),
        ends_at: "2026-01-04T05:00".to_owned(),
        time_zone: Some("Europe/Paris".to_owned()),
        rrule: Some("FREQ=WEEKLY;BYDAY=SU".to_owned()),
        description: Some("New versions are brought in. Pages may be slow for some minutes.".to_owned()),
        ..NewMaintenance::default()
    };
    let soon = NewMaintenance {
        title: "Counting what is in stock".to_owned(),
        components: vec!["stock".to_owned()],
        starts_at: now.plus(MINUTE * 10).to_string(),
        ends_at: now.plus(MINUTE * 25).to_string(),
        rrule: Some(String::new()),
        description: Some("Numbers in stock may be a little old until it is over.".to_owned()),
        ..NewMaintenance::default()
    };
    let known = client.maintenances(&MaintenanceFilter::default()).await?;
    for new in [weekly, soon] {
        match known.iter().find(|one| one.title == new.title) {
            None => client.add_maintenance(&new).await?,
            // What runs goes on as it is.
            Some(old) if old.state.runs() => continue,
            Some(old) => client.change_maintenance(&old.id, &new).await?,
        };
    }
    Ok(())
}
