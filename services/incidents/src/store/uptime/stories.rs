//! What is known of the past of one component, or of all, within a time: read from the tables as they are.

use std::collections::HashMap;

use contracts::Status;
use kit_base::Timestamp;
use kit_store::{Result, Row, Tx, params};

use super::reach::counts;
use super::seen::begins_at;
use crate::model::{self, Piece, Story};

/// What is known of one component between these moments; nothing if it is not there.
pub(super) fn story_of(tx: &mut Tx<'_>, slug: &str, from: Timestamp, to: Timestamp) -> Result<Option<Story>> {
    let begins =
        tx.query_opt("SELECT created_at FROM components WHERE slug = $1", params![slug], begins_at)?;
    let Some(begins) = begins else { return Ok(None) };
    let seen = tx.query(
        "SELECT from_at, to_at, status FROM intervals WHERE component = $1 AND to_at > $2 AND from_at < $3
         UNION ALL
         SELECT from_at, to_at, status FROM intervals WHERE component = $1 AND to_at IS NULL AND from_at < $3",
        params![slug, from, to],
        seen,
    )?;
    let incidents = tx.query(
        "SELECT i.started_at, COALESCE(i.mitigated_at, i.resolved_at) AS ended_at, i.sev, i.cause
         FROM incident_reach r JOIN incidents i ON i.id = r.incident
         WHERE r.component = $1 AND i.started_at < $3
           AND (COALESCE(i.mitigated_at, i.resolved_at) IS NULL OR COALESCE(i.mitigated_at, i.resolved_at) > $2)",
        params![slug, from, to],
        incident,
    )?;
    let maintenance = tx.query(
        "SELECT began_at, ended_at FROM maintenance_spans
         WHERE component = $1 AND began_at < $3 AND (ended_at IS NULL OR ended_at > $2)",
        params![slug, from, to],
        span,
    )?;
    let incidents = incidents.into_iter().flatten().collect();
    Ok(Some(Story { begins: begins.micros(), seen, incidents, maintenance }))
}

/// The same of all components, by their slugs.
pub(super) fn stories(tx: &mut Tx<'_>, from: Timestamp, to: Timestamp) -> Result<HashMap<String, Story>> {
    let begun = tx.query("SELECT slug, created_at FROM components", params![], |row| {
        Ok((row.get::<String>("slug")?, Story { begins: begins_at(row)?.micros(), ..Story::default() }))
    })?;
    let mut stories: HashMap<String, Story> = begun.into_iter().collect();
    for (slug, piece) in all_seen(tx, from, to)? {
        stories.entry(slug).and_modify(|story| story.seen.push(piece));
    }
    for (slug, piece) in all_incidents(tx, from, to)? {
        stories.entry(slug).and_modify(|story| story.incidents.extend(piece));
    }
    for (slug, piece) in all_spans(tx, from, to)? {
        stories.entry(slug).and_modify(|story| story.maintenance.push(piece));
    }
    Ok(stories)
}

fn all_seen(tx: &mut Tx<'_>, from: Timestamp, to: Timestamp) -> Result<Vec<(String, Piece)>> {
    tx.query(
        "SELECT component, from_at, to_at, status FROM intervals WHERE to_at > $1 AND from_at < $2
         UNION ALL
         SELECT component, from_at, to_at, status FROM intervals WHERE to_at IS NULL AND from_at < $2",
        params![from, to],
        |row| Ok((row.get("component")?, seen(row)?)),
    )
}

fn all_incidents(tx: &mut Tx<'_>, from: Timestamp, to: Timestamp) -> Result<Vec<(String, Option<Piece>)>> {
    tx.query(
        "SELECT r.component, i.started_at, COALESCE(i.mitigated_at, i.resolved_at) AS ended_at, i.sev, i.cause
         FROM incidents i JOIN incident_reach r ON r.incident = i.id
         WHERE COALESCE(i.mitigated_at, i.resolved_at) > $1 AND i.started_at < $2
         UNION ALL
         SELECT r.component, i.started_at, COALESCE(i.mitigated_at, i.resolved_at) AS ended_at, i.sev, i.cause
         FROM incidents i JOIN incident_reach r ON r.incident = i.id
         WHERE COALESCE(i.mitigated_at, i.resolved_at) IS NULL AND i.started_at < $2",
        params![from, to],
        |row| Ok((row.get("component")?, incident(row)?)),
    )
}

fn all_spans(tx: &mut Tx<'_>, from: Timestamp, to: Timestamp) -> Result<Vec<(String, Piece)>> {
    tx.query(
        "SELECT component, began_at, ended_at FROM maintenance_spans
         WHERE began_at < $2 AND (ended_at IS NULL OR ended_at > $1)",
        params![from, to],
        |row| Ok((row.get("component")?, span(row)?)),
    )
}

fn seen(row: &Row<'_>) -> Result<Piece> {
    piece(row.get("from_at")?, row.get("to_at")?, row.word("status", Status::parse)?)
}

/// Nothing if the incident does not weigh.
fn incident(row: &Row<'_>) -> Result<Option<Piece>> {
    let cause: Option<String> = row.get("cause")?;
    let level = model::weight(row.get("sev")?);
    if !counts(cause.as_deref()) || level == Status::Operational {
        return Ok(None);
    }
    piece(row.get("started_at")?, row.get("ended_at")?, level).map(Some)
}

fn span(row: &Row<'_>) -> Result<Piece> {
    piece(row.get("began_at")?, row.get("ended_at")?, Status::UnderMaintenance)
}

/// What has no end lasts.
fn piece(from: Timestamp, to: Option<Timestamp>, status: Status) -> Result<Piece> {
    Ok(Piece { from: from.micros(), to: to.map_or(i64::MAX, Timestamp::micros), status })
}
