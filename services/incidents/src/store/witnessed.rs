//! What the machine saw of the components that incidents name, told in their timelines.

use std::collections::BTreeMap;

use contracts::Status;
use contracts::incidents::{EntryType, Evidence, EvidenceKind, IncidentStatus, Visibility};
use kit_store::{Result, Tx, params};

use super::timeline::{self, Line};

/// Names that are told in one line; of the others there is the number.
const MOST_NAMES: usize = 10;

struct Seen {
    slug: String,
    name: String,
    status: Status,
    internal: bool,
}

/// Tells the incidents that name these components of the statuses that they have now. `before` says what they had.
pub(crate) fn tell(tx: &mut Tx<'_>, before: &BTreeMap<String, Status>) -> Result<()> {
    let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut changed: BTreeMap<String, Seen> = BTreeMap::new();
    for (slug, status) in before {
        let Some(now) = seen(tx, slug)?.filter(|now| now.status != *status) else { continue };
        for incident in incidents_naming(tx, slug)? {
            told.entry(incident).or_default().push(slug.clone());
        }
        changed.insert(slug.clone(), now);
    }
    for (incident, slugs) in told {
        let seen: Vec<&Seen> = slugs.iter().filter_map(|slug| changed.get(slug)).collect();
        let (internal, public): (Vec<&Seen>, Vec<&Seen>) = seen.into_iter().partition(|seen| seen.internal);
        write(tx, &incident, EntryType::Status, &public)?;
        // A note is for the team; so nobody else learns of what is internal.
        write(tx, &incident, EntryType::Note, &internal)?;
    }
    Ok(())
}

fn write(tx: &mut Tx<'_>, incident: &str, entry_type: EntryType, seen: &[&Seen]) -> Result<()> {
    let Some(status) = super::incidents::status_of(tx, incident)?.filter(|_| !seen.is_empty()) else {
        return Ok(());
    };
    let message = sentence(seen);
    let line = Line::machine(entry_type, &message);
    let only = seen.first().filter(|_| seen.len() == 1);
    let line = match only {
        Some(seen) => line.on(Evidence { kind: EvidenceKind::Component, id: seen.slug.clone() }),
        None => line,
    };
    timeline::add(tx, incident, status, &line)
}

/// `Major outage: Checkout, Search. Operational: Website.`
fn sentence(seen: &[&Seen]) -> String {
    let of = |status: Status| -> Vec<&str> {
        seen.iter().filter(|seen| seen.status == status).map(|seen| seen.name.as_str()).collect()
    };
    let parts = Status::ALL.into_iter().rev().filter_map(|status| {
        let names = of(status);
        let shown = names.iter().take(MOST_NAMES).copied().collect::<Vec<_>>().join(", ");
        let more = names.len().saturating_sub(MOST_NAMES);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        (!names.is_empty()).then(|| format!("{}: {shown}{more}.", title(status)))
    });
    parts.collect::<Vec<_>>().join(" ")
}

fn title(status: Status) -> &'static str {
    match status {
        Status::Operational => "Operational",
        Status::UnderMaintenance => "Under maintenance",
        Status::DegradedPerformance => "Degraded performance",
        Status::PartialOutage => "Partial outage",
        Status::MajorOutage => "Major outage",
        Status::Unknown => "Unknown",
    }
}

fn seen(tx: &mut Tx<'_>, slug: &str) -> Result<Option<Seen>> {
    tx.query_opt("SELECT name, status, visibility FROM components WHERE slug = $1", params![slug], |row| {
        Ok(Seen {
            slug: slug.to_owned(),
            name: row.get("name")?,
            status: row.word("status", Status::parse)?,
            internal: row.word("visibility", Visibility::parse)? == Visibility::Internal,
        })
    })
}

/// The incidents that name the component and are not over.
fn incidents_naming(tx: &mut Tx<'_>, slug: &str) -> Result<Vec<String>> {
    tx.query(
        "SELECT i.id FROM incidents i JOIN incident_components n ON n.incident = i.id
         WHERE n.component = $1 AND i.status <> $2",
        params![slug, IncidentStatus::Resolved.as_str()],
        |row| row.get("id"),
    )
}
