//! Events that wait to be sent. Written in the transaction of the change they tell of, so neither comes without the other.

use kit_base::{Envelope, Event};

use crate::{Result, Row, Tx, json, params};

pub(crate) fn append<E: Event>(tx: &mut Tx<'_>, event: &E) -> Result<()> {
    let body = json(event)?;
    let (id, now) = (tx.ids().uuid(), tx.now());
    tx.execute(
        "INSERT INTO outbox (id, name, subject, at, body) VALUES ($1, $2, $3, $4, $5)",
        params![id, E::NAME, event.subject(), now, body],
    )?;
    Ok(())
}

/// The oldest events that have not been delivered, at most `limit`, each with its place in the outbox.
pub fn waiting(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<(i64, Envelope)>> {
    tx.query(
        "SELECT seq, id, name, subject, at, body FROM outbox ORDER BY seq LIMIT $1",
        params![limit],
        |row| Ok((row.get("seq")?, envelope(row)?)),
    )
}

/// Takes out the event at this place: it has been delivered. False if another node has done so already.
pub fn delivered(tx: &mut Tx<'_>, seq: i64) -> Result<bool> {
    Ok(tx.execute("DELETE FROM outbox WHERE seq = $1", params![seq])? == 1)
}

pub(crate) fn envelope(row: &Row<'_>) -> Result<Envelope> {
    Ok(Envelope {
        id: row.get("id")?,
        name: row.get("name")?,
        subject: row.get("subject")?,
        at: row.get("at")?,
        body: row.get("body")?,
    })
}
