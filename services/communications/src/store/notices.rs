//! What people are told of maintenances: noted when it is heard of, and told once it is known what everybody may see.

use contracts::maintenances::{Maintenance, MaintenanceNews};
use kit_base::Timestamp;
use kit_store::{Result, Row, Tx, json, params};

use super::documents::MOST;
use crate::model::notice::{Kind, Notice};

/// As many as one maintenance's documents can show.
const MOST_OF_ONE: i64 = 100;

/// A notice that was told.
pub(crate) struct Told {
    pub id: String,
    pub notice: Notice,
}

/// Notes what is to be told.
pub(crate) fn note(tx: &mut Tx<'_>, kind: Kind, news: &MaintenanceNews, at: Timestamp) -> Result<()> {
    let id = tx.ids().uuid();
    tx.execute(
        "INSERT INTO notices (id, maintenance, kind, starts_at, ends_at, at) VALUES ($1, $2, $3, $4, $5, $6)",
        params![id, news.id, kind.as_str(), news.starts_at, news.ends_at, at],
    )
    .map(drop)
}

/// Tells what waits to be told of the maintenance, as it is now, to everybody who hears of one of its components. Where it
/// is no longer there, all that is left to tell is that it was cancelled; and that it comes soon is not told of what has
/// begun. True if anything is told.
pub(crate) fn tell(
    tx: &mut Tx<'_>,
    maintenance: &str,
    known: Option<&Maintenance>,
    is_there: bool,
    now: Timestamp,
) -> Result<bool> {
    let waiting = tx.query(
        "SELECT id, kind, starts_at FROM notices WHERE maintenance = $1 AND body IS NULL ORDER BY n",
        params![maintenance],
        |row| {
            let kind = row.word("kind", Kind::parse)?;
            Ok((row.get::<String>("id")?, kind, row.get::<Timestamp>("starts_at")?))
        },
    )?;
    let mut told = false;
    for (id, kind, starts_at) in waiting {
        let in_time = kind != Kind::Starting || starts_at > now;
        let about = known.filter(|_| in_time && (is_there || kind == Kind::Cancelled));
        if let Some(about) = about {
            let body = json(&named(tx, about)?)?;
            tx.execute("UPDATE notices SET body = $2 WHERE id = $1", params![id, body])?;
            deliver(tx, &id, maintenance)?;
            told = true;
        } else {
            tx.execute("DELETE FROM notices WHERE id = $1", params![id])?;
        }
    }
    Ok(told)
}

/// The maintenance with the names of its components, as people know them.
fn named(tx: &mut Tx<'_>, maintenance: &Maintenance) -> Result<Named> {
    let mut names = Vec::new();
    for slug in &maintenance.components {
        let known: Option<contracts::incidents::Component> =
            tx.query_opt("SELECT body FROM components WHERE slug = $1", params![slug], |row| {
                row.json("body")
            })?;
        names.push(known.map_or_else(|| slug.clone(), |component| component.name));
    }
    Ok(Named { maintenance: maintenance.clone(), names })
}

/// What is kept of a maintenance that was told of: as it was then.
#[derive(serde::Serialize, serde::Deserialize)]
struct Named {
    maintenance: Maintenance,
    names: Vec<String>,
}

/// One row for each who is to hear of it.
fn deliver(tx: &mut Tx<'_>, id: &str, maintenance: &str) -> Result<u64> {
    let now = tx.now();
    tx.execute(
        "INSERT INTO deliveries (subscriber, channel, kind, message, state, attempts, next_at, leased, created_at)
         SELECT s.n, s.channel, 'notice', CAST($1 AS TEXT), 'waiting', 0, CAST($2 AS BIGINT), FALSE,
           CAST($2 AS BIGINT)
         FROM subscribers s
         WHERE s.state = 'active'
           AND (s.hears_all OR EXISTS (SELECT 1 FROM subscriber_components w
                                       JOIN maintenance_components c ON c.component = w.component
                                       WHERE w.subscriber = s.n AND c.maintenance = $3))",
        params![id, now, maintenance],
    )
}

/// What was told of a maintenance, the latest first.
pub(crate) fn of(tx: &mut Tx<'_>, maintenance: &str) -> Result<Vec<Told>> {
    tx.query(
        "SELECT id, kind, starts_at, ends_at, at, body FROM notices
         WHERE maintenance = $1 AND body IS NOT NULL ORDER BY n DESC LIMIT $2",
        params![maintenance, MOST_OF_ONE],
        told,
    )
}

/// What was told last of those that everybody may see, or that were cancelled.
pub(crate) fn latest(tx: &mut Tx<'_>) -> Result<Vec<Told>> {
    tx.query(
        "SELECT t.id, t.kind, t.starts_at, t.ends_at, t.at, t.body FROM notices t
         WHERE t.body IS NOT NULL
           AND (t.kind = 'cancelled' OR EXISTS (SELECT 1 FROM maintenances m WHERE m.id = t.maintenance))
         ORDER BY t.n DESC LIMIT $1",
        params![MOST],
        told,
    )
}

fn told(row: &Row<'_>) -> Result<Told> {
    let kind = row.word("kind", Kind::parse)?;
    Ok(Told { id: row.get("id")?, notice: read(row, kind, row.get("at")?)? })
}

/// The notice in a row, its kind and time of telling aside.
pub(crate) fn read(row: &Row<'_>, kind: Kind, at: Timestamp) -> Result<Notice> {
    let Named { maintenance, names } = row.json("body")?;
    Ok(Notice {
        kind,
        maintenance,
        names,
        starts_at: row.get("starts_at")?,
        ends_at: row.get("ends_at")?,
        at,
    })
}

/// The notice of that id, if it can still be told.
pub(crate) fn find(tx: &mut Tx<'_>, id: &str) -> Result<Option<Told>> {
    tx.query_opt(
        "SELECT t.id, t.kind, t.starts_at, t.ends_at, t.at, t.body FROM notices t
         WHERE t.id = $1 AND t.body IS NOT NULL
           AND (t.kind = 'cancelled' OR EXISTS (SELECT 1 FROM maintenances m WHERE m.id = t.maintenance))",
        params![id],
        told,
    )
}
