//! What the public was told: written with its event and with a delivery for each who is to hear of it, as one.

use contracts::communications::{
    Announced, Announcement, AnnouncementPublished, LastPublic, NewAnnouncement, PublicIncident, PublicState,
    Reach,
};
use kit_base::{Page, Timestamp};
use kit_store::{Result, Row, Tx, params};
use kit_web::Paging;

use super::copies::{self, IncidentCopy};
use crate::error::Error;

/// Tells the public. The incident, where it was not known here, is kept with it.
pub(crate) fn publish(
    tx: &mut Tx<'_>,
    new: &NewAnnouncement,
    asked: Option<&IncidentCopy>,
    by: &str,
) -> Result<Announced, Error> {
    match asked {
        Some(incident) => copies::put_incident(tx, incident)?,
        None if copies::incident(tx, &new.incident_id)?.is_none() => return Err(Error::NoSuchIncident),
        None => {}
    }
    let (id, now) = (tx.ids().uuid(), tx.now());
    tx.execute(
        "INSERT INTO announcements (id, incident, state, message, at, author) VALUES ($1, $2, $3, $4, $5, $6)",
        params![id, new.incident_id, new.state.as_str(), new.message, now, by],
    )?;
    let (incident_id, state, message) = (new.incident_id.clone(), new.state, new.message.clone());
    tx.emit(&AnnouncementPublished {
        id: id.clone(),
        incident_id: incident_id.clone(),
        state,
        message: message.clone(),
        at: now,
        by: by.to_owned(),
    })?;
    let mails = deliver(tx, &id, &incident_id, "email")?;
    let webhooks = deliver(tx, &id, &incident_id, "webhook")?;
    let announcement = Announcement { id, incident_id, ts: now, message, state };
    Ok(Announced { announcement, reach: Reach { mails, webhooks } })
}

/// One row for each who is to hear of it, by one statement, however many they are; returns how many.
fn deliver(tx: &mut Tx<'_>, id: &str, incident: &str, channel: &str) -> Result<u64> {
    let now = tx.now();
    tx.execute(
        "INSERT INTO deliveries (subscriber, channel, kind, message, state, attempts, next_at, leased, created_at)
         SELECT s.n, s.channel, 'update', CAST($1 AS TEXT), 'waiting', 0, CAST($2 AS BIGINT), FALSE,
           CAST($2 AS BIGINT)
         FROM subscribers s
         WHERE s.channel = $3 AND s.state = 'active'
           AND (s.hears_all OR NOT EXISTS (SELECT 1 FROM incident_components c WHERE c.incident = $4)
                OR EXISTS (SELECT 1 FROM subscriber_components w
                           JOIN incident_components c ON c.component = w.component
                           WHERE w.subscriber = s.n AND c.incident = $4))",
        params![id, now, channel, incident],
    )
}

/// How many an announcement about this incident would go to.
pub(crate) fn reach(tx: &mut Tx<'_>, incident: &str) -> Result<Reach> {
    let mut count = |channel: &str| {
        tx.query_one(
            "SELECT COUNT(*) AS n FROM subscribers s
             WHERE s.channel = $1 AND s.state = 'active'
               AND (s.hears_all OR NOT EXISTS (SELECT 1 FROM incident_components c WHERE c.incident = $2)
                    OR EXISTS (SELECT 1 FROM subscriber_components w
                               JOIN incident_components c ON c.component = w.component
                               WHERE w.subscriber = s.n AND c.incident = $2))",
            params![channel, incident],
            |row| row.get::<u64>("n"),
        )
    };
    Ok(Reach { mails: count("email")?, webhooks: count("webhook")? })
}

/// A page of what the public was told, the latest first; about one incident or all that it may know of.
pub(crate) fn list(
    tx: &mut Tx<'_>,
    incident: Option<&str>,
    paging: &Paging,
) -> Result<Page<Announcement>, Error> {
    let count = tx.query_one(
        "SELECT COUNT(*) AS n FROM announcements a JOIN incidents i ON i.id = a.incident
         WHERE (CAST($1 AS TEXT) IS NULL OR a.incident = $1)",
        params![incident],
        |row| row.get("n"),
    )?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let found = tx.query(
        "SELECT a.id, a.incident, a.state, a.message, a.at FROM announcements a
         JOIN incidents i ON i.id = a.incident
         WHERE (CAST($1 AS TEXT) IS NULL OR a.incident = $1)
         ORDER BY a.n DESC LIMIT $2 OFFSET $3",
        params![incident, window.limit, window.offset],
        announcement,
    )?;
    Ok(paging.page(count, found))
}

/// A page of the incidents that the public may know of, newest first, each with the latest that was told about it.
pub(crate) fn status(tx: &mut Tx<'_>, paging: &Paging) -> Result<Page<PublicIncident>, Error> {
    let count =
        tx.query_one("SELECT COUNT(*) AS n FROM incidents", params![], |row| row.get("n"))?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let found = tx.query(
        "SELECT i.body, a.state, a.message, a.at FROM incidents i
         LEFT JOIN announcements a ON a.n = (SELECT MAX(l.n) FROM announcements l WHERE l.incident = i.id)
         ORDER BY i.started_at DESC, i.id DESC LIMIT $1 OFFSET $2",
        params![window.limit, window.offset],
        |row| {
            let IncidentCopy { id, title, sev, status, .. } = row.json("body")?;
            let at: Option<Timestamp> = row.get("at")?;
            let last_public = at.map(|ts| last(row, ts)).transpose()?;
            Ok(PublicIncident { id, title, sev, status, last_public })
        },
    )?;
    Ok(paging.page(count, found))
}

fn last(row: &Row<'_>, ts: Timestamp) -> Result<LastPublic> {
    Ok(LastPublic { ts, message: row.get("message")?, state: row.word("state", PublicState::parse)? })
}

pub(crate) fn announcement(row: &Row<'_>) -> Result<Announcement> {
    Ok(Announcement {
        id: row.get("id")?,
        incident_id: row.get("incident")?,
        ts: row.get("at")?,
        message: row.get("message")?,
        state: row.word("state", PublicState::parse)?,
    })
}
