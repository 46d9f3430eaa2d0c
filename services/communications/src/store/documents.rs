//! What feeds and the Statuspage documents are made from, as the copy has it.

use std::collections::HashMap;

use contracts::communications::Announcement;
use contracts::incidents::Component;
use kit_base::Timestamp;
use kit_store::{Result, Tx, params};

use super::announcements::announcement;
use super::copies::IncidentCopy;
use super::maintenances::{self, KnownMaintenance};
use super::notices;
use crate::letters;

/// Incidents and entries that a document shows at most, as Statuspage does.
pub(crate) const MOST: i64 = 50;

/// Everything that everybody may know.
pub(crate) struct Snapshot {
    pub components: Vec<KnownComponent>,
    pub incidents: Vec<KnownIncident>,
    pub maintenances: Vec<KnownMaintenance>,
    /// When the incidents service last answered, if ever.
    pub seen_at: Option<Timestamp>,
    /// It has been silent for so long that nobody knows how things are.
    pub stale: bool,
}

/// A component, and since when it is known and so.
pub(crate) struct KnownComponent {
    pub component: Component,
    pub first_seen: Timestamp,
    pub changed_at: Timestamp,
}

/// An incident with what was told about it, the latest first.
pub(crate) struct KnownIncident {
    pub incident: IncidentCopy,
    pub announcements: Vec<Announcement>,
}

/// How everything is, with the incidents that go on (the newest, if there are too many), or the newest of all.
pub(crate) fn snapshot(tx: &mut Tx<'_>, only_open: bool) -> Result<Snapshot> {
    let knowledge = tx.query_opt("SELECT seen_at, stale FROM knowledge", params![], |row| {
        Ok((row.get::<Timestamp>("seen_at")?, row.get::<bool>("stale")?))
    })?;
    let (seen_at, stale) = (knowledge.map(|(at, _)| at), knowledge.is_none_or(|(_, stale)| stale));
    Ok(Snapshot {
        components: components(tx)?,
        incidents: incidents(tx, only_open)?,
        maintenances: maintenances::newest(tx, MOST)?,
        seen_at,
        stale,
    })
}

fn components(tx: &mut Tx<'_>) -> Result<Vec<KnownComponent>> {
    let mut found = tx.query("SELECT body, first_seen, changed_at FROM components", params![], |row| {
        let (first_seen, changed_at) = (row.get("first_seen")?, row.get("changed_at")?);
        Ok(KnownComponent { component: row.json("body")?, first_seen, changed_at })
    })?;
    found.sort_by(|one, other| place(&one.component).cmp(&place(&other.component)));
    Ok(found)
}

/// The order of the page: without a group first, then group by group.
fn place(component: &Component) -> (&str, i64, &str) {
    (&component.group, component.position, &component.slug)
}

fn incidents(tx: &mut Tx<'_>, only_open: bool) -> Result<Vec<KnownIncident>> {
    let found: Vec<IncidentCopy> = tx.query(
        "SELECT body FROM incidents WHERE NOT $1 OR status <> 'resolved' ORDER BY started_at DESC, id DESC LIMIT $2",
        params![only_open, MOST],
        |row| row.json("body"),
    )?;
    let told = tx.query(
        "SELECT id, incident, state, message, at FROM announcements WHERE incident IN
           (SELECT id FROM incidents WHERE NOT $1 OR status <> 'resolved'
            ORDER BY started_at DESC, id DESC LIMIT $2)
         ORDER BY n DESC",
        params![only_open, MOST],
        announcement,
    )?;
    let mut by_incident: HashMap<String, Vec<Announcement>> = HashMap::new();
    for one in told {
        by_incident.entry(one.incident_id.clone()).or_default().push(one);
    }
    let with_told = |incident: IncidentCopy| KnownIncident {
        announcements: by_incident.remove(&incident.id).unwrap_or_default(),
        incident,
    };
    Ok(found.into_iter().map(with_told).collect())
}

/// Something that the public was told, as feeds have it.
pub(crate) struct Entry {
    pub id: String,
    pub at: Timestamp,
    /// What it is about, after a word that says what has happened.
    pub title: String,
    pub text: String,
    /// The word of the API for what has happened.
    pub category: String,
    /// Where it can be read about.
    pub path: String,
}

/// What was told last: announcements and notices, the latest first.
pub(crate) fn latest(tx: &mut Tx<'_>) -> Result<Vec<Entry>> {
    let mut entries = tx.query(
        "SELECT a.id, a.incident, a.state, a.message, a.at, i.body FROM announcements a
         JOIN incidents i ON i.id = a.incident ORDER BY a.n DESC LIMIT $1",
        params![MOST],
        |row| {
            let Announcement { id, incident_id, ts, message, state } = announcement(row)?;
            let title = row.json::<IncidentCopy>("body")?.title;
            Ok(Entry {
                id,
                at: ts,
                title: format!("{}: {title}", letters::word(state)),
                text: message,
                category: state.as_str().to_owned(),
                path: format!("/incidents/{incident_id}"),
            })
        },
    )?;
    entries.extend(notices::latest(tx)?.into_iter().map(|told| Entry {
        at: told.notice.at,
        title: format!("{}: {}", told.notice.kind.word(), told.notice.maintenance.title),
        text: told.notice.text(),
        category: format!("maintenance-{}", told.notice.kind.as_str()),
        path: format!("/maintenances/{}", told.notice.maintenance.id),
        id: told.id,
    }));
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
    entries.truncate(usize::try_from(MOST).unwrap_or_default());
    Ok(entries)
}
