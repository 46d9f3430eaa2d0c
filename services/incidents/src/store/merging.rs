//! How incidents hang together: links between them, and one that goes on in another.

use contracts::incidents::{
    Connection, ConnectionType, EntryType, Evidence, EvidenceKind, IncidentStatus, NewConnection,
};
use kit_store::{Result, Tx, params};

use super::timeline::{self, Line};
use super::{incidents, life, signals, uptime};
use crate::error::Error;

/// The incident goes on in another: that one gets its components, signals, followers and severity, and this one is over.
/// `author` is nobody where the machine found that they have one cause.
pub(crate) fn merge(tx: &mut Tx<'_>, from: &str, into: &str, author: Option<&str>) -> Result<()> {
    let before = uptime::weight(tx, into)?;
    let named = incidents::components_of(tx, from)?;
    incidents::name_components(tx, into, &named)?;
    signals::hand_over(tx, from, into)?;
    tx.execute(
        "INSERT INTO followers (incident, user_id, at) SELECT $2, user_id, at FROM followers WHERE incident = $1
         ON CONFLICT (incident, user_id) DO NOTHING",
        params![from, into],
    )?;
    tx.execute(
        "UPDATE incidents SET quiet_since = NULL, sev = (SELECT MIN(sev) FROM incidents WHERE id = $1 OR id = $2)
         WHERE id = $2",
        params![from, into],
    )?;
    tx.execute(
        "INSERT INTO connections (incident, type, other) VALUES ($1, 'duplicates', $2)
         ON CONFLICT (incident, type, other) DO NOTHING",
        params![from, into],
    )?;
    uptime::incident_changed(tx, into, before)?;
    tx.execute("UPDATE incidents SET merged_into = $2 WHERE id = $1", params![from, into])?;
    life::set_status(tx, from, IncidentStatus::Resolved, &format!("Goes on in {into}."), author)?;
    let status = incidents::status_of(tx, into)?.unwrap_or_default();
    let message = format!("{from} was merged into this one.");
    let line = Line { author, ..Line::machine(EntryType::Change, &message) };
    timeline::add(tx, into, status, &line.on(Evidence { kind: EvidenceKind::Incident, id: from.to_owned() }))
}

/// A person merges an incident into another that goes on.
pub(crate) fn merge_by_hand(tx: &mut Tx<'_>, from: &str, into: &str, author: &str) -> Result<(), Error> {
    incidents::may_change(tx, from)?;
    if from == into {
        return Err(Error::Field("into", "An incident cannot be merged into itself.".to_owned()));
    }
    match incidents::may_change(tx, into) {
        Ok(IncidentStatus::Resolved) => Err(Error::Field(
            "into",
            format!("{into} is resolved; open it again, or merge it into this one."),
        )),
        Ok(_) => Ok(merge(tx, from, into, Some(author))?),
        Err(Error::NotFound) => Err(Error::Field("into", format!("There is no incident {into}."))),
        Err(Error::Merged(other)) => {
            Err(Error::Field("into", format!("{into} was merged into {other}; merge into that one.")))
        }
        Err(error) => Err(error),
    }
}

/// Links an incident with another.
pub(crate) fn connect(tx: &mut Tx<'_>, id: &str, new: &NewConnection, author: &str) -> Result<(), Error> {
    let status = incidents::status_of(tx, id)?.ok_or(Error::NotFound)?;
    let other = &new.incident;
    if other == id {
        return Err(Error::Field("incident", "An incident cannot be linked with itself.".to_owned()));
    }
    if incidents::status_of(tx, other)?.is_none() {
        return Err(Error::Field("incident", format!("There is no incident {other}.")));
    }
    let (from, kind, to) = one_way(id, new);
    if kind == ConnectionType::CausedBy && leads_to(tx, to, from)? {
        return Err(Error::Field(
            "incident",
            format!("{other} is itself an effect of {id}, so it cannot be its cause."),
        ));
    }
    tx.execute(
        "INSERT INTO connections (incident, type, other) VALUES ($1, $2, $3)
         ON CONFLICT (incident, type, other) DO NOTHING",
        params![from, kind.as_str(), to],
    )?;
    let message = format!("Linked with {other}: {}.", new.kind.as_str().replace('_', " "));
    let line = Line::by(author, EntryType::Change, &message);
    timeline::add(tx, id, status, &line.on(Evidence { kind: EvidenceKind::Incident, id: other.clone() }))?;
    Ok(())
}

/// A link is kept in one direction: the effect names its cause, the duplicate what it duplicates.
fn one_way<'a>(id: &'a str, new: &'a NewConnection) -> (&'a str, ConnectionType, &'a str) {
    match new.kind {
        ConnectionType::Causes => (&new.incident, ConnectionType::CausedBy, id),
        ConnectionType::DuplicatedBy => (&new.incident, ConnectionType::Duplicates, id),
        kind => (id, kind, &new.incident),
    }
}

/// Whether the causes of `from`, and theirs, lead to `to`.
fn leads_to(tx: &mut Tx<'_>, from: &str, to: &str) -> Result<bool> {
    let mut seen = vec![from.to_owned()];
    let mut looked_at = 0;
    while let Some(next) = seen.get(looked_at).cloned() {
        if next == to {
            return Ok(true);
        }
        let causes: Vec<String> = tx.query(
            "SELECT other FROM connections WHERE incident = $1 AND type = 'caused_by'",
            params![next],
            |row| row.get("other"),
        )?;
        seen.extend(causes.into_iter().filter(|cause| !seen.contains(cause)).collect::<Vec<_>>());
        looked_at += 1;
    }
    Ok(false)
}

/// Takes a link away, whichever of the two it was written on.
pub(crate) fn disconnect(tx: &mut Tx<'_>, id: &str, other: &str) -> Result<(), Error> {
    let gone = tx.execute(
        "DELETE FROM connections WHERE (incident = $1 AND other = $2) OR (incident = $2 AND other = $1)",
        params![id, other],
    )?;
    if gone == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// The incidents that this one hangs together with, as it sees them.
pub(crate) fn connections_of(tx: &mut Tx<'_>, id: &str) -> Result<Vec<Connection>> {
    tx.query(
        "SELECT c.type, c.incident, c.other, i.title FROM connections c
         JOIN incidents i ON i.id = CASE WHEN c.incident = $1 THEN c.other ELSE c.incident END
         WHERE c.incident = $1 OR c.other = $1 ORDER BY i.started_at, i.id",
        params![id],
        |row| {
            let (from, to): (String, String) = (row.get("incident")?, row.get("other")?);
            let kind = row.word("type", ConnectionType::parse)?;
            let (kind, incident) = if from == id { (kind, to) } else { (reversed(kind), from) };
            Ok(Connection { kind, incident, title: row.get("title")? })
        },
    )
}

fn reversed(kind: ConnectionType) -> ConnectionType {
    match kind {
        ConnectionType::CausedBy => ConnectionType::Causes,
        ConnectionType::Duplicates => ConnectionType::DuplicatedBy,
        kind => kind,
    }
}
