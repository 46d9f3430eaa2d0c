//! An incident's timeline: what people wrote, with what they wrote before, and what the machine saw.

use contracts::flags::FlagSwitched;
use contracts::incidents::{
    EntryHistory, EntryType, EntryVersion, Evidence, EvidenceKind, IncidentChanged, IncidentStatus,
    TimelineEntry,
};
use kit_base::Timestamp;
use kit_store::{Result, Row, Tx, json, params};

use super::{incidents, search};
use crate::error::Error;

/// What is written into a timeline.
pub(crate) struct Line<'a> {
    pub entry_type: EntryType,
    pub message: &'a str,
    pub author: Option<&'a str>,
    pub evidence_url: Option<&'a str>,
    pub evidence: Option<Evidence>,
    /// When it happened, if not now.
    pub at: Option<Timestamp>,
}

impl<'a> Line<'a> {
    /// Something that the machine did or saw.
    pub(crate) fn machine(entry_type: EntryType, message: &'a str) -> Self {
        Self { entry_type, message, author: None, evidence_url: None, evidence: None, at: None }
    }

    /// Something that a person did.
    pub(crate) fn by(author: &'a str, entry_type: EntryType, message: &'a str) -> Self {
        Self { author: Some(author), ..Self::machine(entry_type, message) }
    }

    /// The same, resting on this.
    pub(crate) fn on(self, evidence: Evidence) -> Self {
        Self { evidence: Some(evidence), ..self }
    }
}

/// Adds a line, and tells that the incident changed. Every change of an incident is a line, so here it also gets the
/// words by which it is found.
pub(crate) fn add(tx: &mut Tx<'_>, incident: &str, status: IncidentStatus, line: &Line<'_>) -> Result<()> {
    let at = line.at.unwrap_or(tx.now());
    let evidence = line.evidence.as_ref().map(json).transpose()?;
    tx.execute(
        "INSERT INTO timeline (incident, at, type, message, author, evidence_url, evidence)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![
            incident,
            at,
            line.entry_type.as_str(),
            line.message,
            line.author,
            line.evidence_url,
            evidence
        ],
    )?;
    search::index(tx, incident)?;
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
    let flag = Evidence { kind: EvidenceKind::Flag, id: switched.key.clone() };
    add(tx, &switched.incident_id, status, &Line::machine(EntryType::Mitigation, &message).on(flag))
}

/// The whole timeline, oldest first.
pub(crate) fn of(tx: &mut Tx<'_>, incident: &str) -> Result<Vec<TimelineEntry>> {
    tx.query(
        "SELECT n, at, type, message, author, evidence_url, evidence, edited_at FROM timeline
         WHERE incident = $1 ORDER BY at, n",
        params![incident],
        entry,
    )
}

/// An entry of the incident with all that it said before.
pub(crate) fn history(tx: &mut Tx<'_>, incident: &str, n: i64) -> Result<EntryHistory, Error> {
    let entry = find(tx, incident, n)?;
    let versions = tx.query(
        "SELECT until, message, changed_by FROM timeline_versions WHERE entry = $1 ORDER BY n",
        params![n],
        |row| {
            let (until, message) = (row.get("until")?, row.get("message")?);
            Ok(EntryVersion { until, message, changed_by: row.get("changed_by")? })
        },
    )?;
    Ok(EntryHistory { entry, versions })
}

/// Gives an entry that a person wrote another text; what it said before is kept.
pub(crate) fn change(
    tx: &mut Tx<'_>,
    incident: &str,
    n: i64,
    message: &str,
    author: &str,
) -> Result<EntryHistory, Error> {
    let status = incidents::may_change(tx, incident)?;
    let old = find(tx, incident, n)?;
    if !EntryType::WRITTEN.contains(&old.entry_type) || old.author.is_none() {
        return Err(Error::Field("message", "What the machine saw cannot be changed.".to_owned()));
    }
    if old.message != message {
        let now = tx.now();
        tx.execute(
            "INSERT INTO timeline_versions (entry, until, message, changed_by) VALUES ($1, $2, $3, $4)",
            params![n, now, old.message, author],
        )?;
        tx.execute(
            "UPDATE timeline SET message = $2, edited_at = $3 WHERE n = $1",
            params![n, message, now],
        )?;
        search::index(tx, incident)?;
        tx.emit(&IncidentChanged { id: incident.to_owned(), status })?;
    }
    history(tx, incident, n)
}

fn find(tx: &mut Tx<'_>, incident: &str, n: i64) -> Result<TimelineEntry, Error> {
    let found = tx.query_opt(
        "SELECT n, at, type, message, author, evidence_url, evidence, edited_at FROM timeline
         WHERE incident = $1 AND n = $2",
        params![incident, n],
        entry,
    )?;
    found.ok_or(Error::NotFound)
}

fn entry(row: &Row<'_>) -> Result<TimelineEntry> {
    let evidence: Option<String> = row.get("evidence")?;
    Ok(TimelineEntry {
        id: row.get("n")?,
        at: row.get("at")?,
        entry_type: row.word("type", EntryType::parse)?,
        message: row.get("message")?,
        author: row.get("author")?,
        evidence_url: row.get("evidence_url")?,
        evidence: evidence.and_then(|text| serde_json::from_str(&text).ok()),
        edited_at: row.get("edited_at")?,
    })
}
