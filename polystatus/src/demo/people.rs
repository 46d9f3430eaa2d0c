//! The people of the story: visitors who report that pictures do not come, and somebody who tells the public about it.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use contracts::Client;
use contracts::communications::{NewAnnouncement, PublicState};
use contracts::incidents::{Incident, IncidentFilter, IncidentStatus};
use contracts::reports::{NewReport, ReportKind};
use tokio_util::sync::CancellationToken;

use super::seed::PICTURES;

/// What visitors write. They are too few for a signal of their own, so that the story can end.
const VISITORS: [&str; 3] =
    ["Pictures stay grey.", "No picture for five minutes now.", "Only some of the pictures come."];

/// Follows the incidents about pictures until `stop`, looking now and then.
pub async fn follow(client: Client, now_and_then: Duration, stop: CancellationToken) {
    let mut told = BTreeSet::new();
    while tokio::time::timeout(now_and_then, stop.cancelled()).await.is_err() {
        let Some(incident) = newest(&client).await else { continue };
        if told.insert((incident.id.clone(), incident.status.as_str())) {
            react(&client, &incident).await;
        }
    }
}

/// The newest incident about pictures.
async fn newest(client: &Client) -> Option<Incident> {
    let about = IncidentFilter { service: PICTURES.to_owned(), ..IncidentFilter::default() };
    client.list_incidents(&about, 1, 1).await.ok()?.results.pop()
}

/// What does not succeed is left out: the demonstration goes on.
async fn react(client: &Client, incident: &Incident) {
    let (state, message) = match incident.status {
        IncidentStatus::Open => (
            PublicState::Identified,
            "Some product pictures do not load: our provider's storage fails. Orders are not affected.",
        ),
        IncidentStatus::Mitigated => (PublicState::Monitoring, "Pictures are coming back. We keep watching."),
        IncidentStatus::Resolved => (PublicState::Resolved, "All pictures load again."),
    };
    let new = NewAnnouncement { incident_id: incident.id.clone(), message: message.to_owned(), state };
    let _ = client.announce(&new).await;
    if incident.status == IncidentStatus::Open {
        for (last, words) in (1..).zip(VISITORS) {
            // Visitors are told apart by their address alone; these are for documentation (RFC 5737).
            let visitor = client.for_visitor(IpAddr::V4(Ipv4Addr::new(203, 0, 113, last)), true, "localhost");
            let report = NewReport {
                component: PICTURES.to_owned(),
                kind: Some(ReportKind::Errors),
                message: Some(words.to_owned()),
                next: None,
            };
            let _ = visitor.report(&report).await;
        }
    }
}
