//! An incident's timeline, and who follows it.

use contracts::flags::FlagSwitched;
use contracts::incidents::{EntryType, IncidentChanged, IncidentStatus, TimelineEntry};
use kit_store::{Result, Row, Tx, params};

use super::incidents;

/// What is written into a timeline.
pub(crate) struct Line<'a> {
    pub entry_type: EntryType,
    pub message: &'a str,
    pub author: Option<&'a str>,
    pub evidence_url: Option<&'a str>,
}

impl<'a> Line<'a> {
    /// Something that the machine did or saw.
    pub(crate) fn machine(entry_type: EntryType, message: &'a str, evidence_url: Option<&'a str>) -> Self {
        Self { entry_type, message, author: None, evidence_url }
    }
}

/// Adds a line, and tells that the incident changed.
pub(crate) fn add(tx: &mut Tx<'_>, incident: &str, status: IncidentStatus, line: &Line<'_>) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "INSERT INTO timeline (incident, at, type, message, author, evidence_url) VALUES ($1, $2, $3, $4, $5, $6)",
        params![incident, now, line.entry_type.as_str(), line.message, line.author, line.evidence_url],
    )?;
    tx.emit(&IncidentChanged { id: incident.to_owned(), status })
}

/// An incident has pulled a flag's kill switch, or the flag is as before. Everybody reads it, so a component that is not
/// for everybody is not named.
pub(crate) fn flag_switched(tx: &mut Tx<'_>, switched: &FlagSwitched) -> Result<()> {
    let Some(status) = incidents::status_of(tx, &switched.incident_id)? else { return Ok(()) };
    let visibility: Option<String> = tx.query_opt(
        "SELECT visibility FROM components WHERE slug = $1",
        params![switched.component],
        |row| row.get("visibility"),
    )?;
    let message = switched.told(visibility.as_deref() != Some("internal"));
    add(tx, &switched.incident_id, status, &Line::machine(EntryType::Mitigation, &message, None))
}

/// The whole timeline, oldest first.
pub(crate) fn of(tx: &mut Tx<'_>, incident: &str) -> Result<Vec<TimelineEntry>> {
    tx.query(
        "SELECT at, type, message, author, evidence_url FROM timeline WHERE incident = $1 ORDER BY n",
        params![incident],
        entry,
    )
}

/// From now on the user follows the incident.
pub(crate) fn follow(tx: &mut Tx<'_>, incident: &str, user: &str) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "INSERT INTO followers (incident, user_id, at) VALUES ($1, $2, $3) ON CONFLICT (incident, user_id) DO NOTHING",
        params![incident, user, now],
    )
    .map(drop)
}

/// Who follows the incident.
pub(crate) fn followers(tx: &mut Tx<'_>, incident: &str) -> Result<Vec<String>> {
    tx.query(
        "SELECT user_id FROM followers WHERE incident = $1 ORDER BY at, user_id",
        params![incident],
        |row| row.get("user_id"),
    )
}

fn entry(row: &Row<'_>) -> Result<TimelineEntry> {
    Ok(TimelineEntry {
        at: row.get("at")?,
        entry_type: row.word("type", EntryType::parse)?,
        message: row.get("message")?,
        author: row.get("author")?,
        evidence_url: row.get("evidence_url")?,
    })
}
