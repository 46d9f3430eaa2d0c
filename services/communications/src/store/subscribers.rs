//! What mails and webhooks have in common: who hears of announcements, and of which components.

use std::collections::HashMap;

use kit_store::{Result, Tx, params};
use kit_web::Window;

/// A new subscriber.
pub(crate) struct New<'a> {
    pub channel: &'a str,
    pub address: &'a str,
    /// What makes two addresses the same.
    pub key: &'a str,
    pub state: &'a str,
    /// What links in mails begin with.
    pub base: &'a str,
}

/// Adds a subscriber who hears of everything; returns number and id.
pub(crate) fn add(tx: &mut Tx<'_>, new: &New<'_>) -> Result<(i64, String)> {
    let (id, now) = (tx.ids().uuid(), tx.now());
    let n = tx.query_one(
        "INSERT INTO subscribers (id, channel, address, address_key, state, base, hears_all, created_at, generation)
         VALUES ($1, $2, $3, $4, $5, $6, TRUE, $7, 1) RETURNING n",
        params![id, new.channel, new.address, new.key, new.state, new.base, now],
        |row| row.get("n"),
    )?;
    Ok((n, id))
}

/// The subscriber hears of these components from now on; of everything, where there are none.
pub(crate) fn hear(tx: &mut Tx<'_>, n: i64, components: &[String]) -> Result<()> {
    tx.execute("DELETE FROM subscriber_components WHERE subscriber = $1", params![n])?;
    for component in components {
        tx.execute(
            "INSERT INTO subscriber_components (subscriber, component) VALUES ($1, $2)
             ON CONFLICT (subscriber, component) DO NOTHING",
            params![n, component],
        )?;
    }
    let all = components.is_empty();
    tx.execute("UPDATE subscribers SET hears_all = $2 WHERE n = $1", params![n, all]).map(drop)
}

/// Of which components the subscriber hears; none for all.
pub(crate) fn heard(tx: &mut Tx<'_>, n: i64) -> Result<Vec<String>> {
    tx.query(
        "SELECT component FROM subscriber_components WHERE subscriber = $1 ORDER BY component",
        params![n],
        |row| row.get("component"),
    )
}

/// The same for each subscriber on a page of the list of that channel, asked at once.
pub(crate) fn heard_on_page(
    tx: &mut Tx<'_>,
    channel: &str,
    window: Window,
) -> Result<HashMap<i64, Vec<String>>> {
    let found = tx.query(
        "SELECT subscriber, component FROM subscriber_components WHERE subscriber IN
           (SELECT n FROM subscribers WHERE channel = $1 ORDER BY created_at DESC, n DESC LIMIT $2 OFFSET $3)
         ORDER BY component",
        params![channel, window.limit, window.offset],
        |row| Ok((row.get("subscriber")?, row.get("component")?)),
    )?;
    let mut heard: HashMap<i64, Vec<String>> = HashMap::new();
    for (subscriber, component) in found {
        heard.entry(subscriber).or_default().push(component);
    }
    Ok(heard)
}

/// Nothing goes to this subscriber any more, and what waits is given up.
pub(crate) fn disable(tx: &mut Tx<'_>, n: i64, reason: &str) -> Result<()> {
    tx.execute(
        "UPDATE subscribers SET state = 'disabled', reason = $2 WHERE n = $1 AND state = 'active'",
        params![n, reason],
    )?;
    tx.execute(
        "UPDATE deliveries SET state = 'failed', next_at = NULL, leased = FALSE, outcome = COALESCE(outcome, $2)
         WHERE subscriber = $1 AND next_at IS NOT NULL",
        params![n, reason],
    )
    .map(drop)
}

/// Forgets the subscriber with everything that was to be sent.
pub(crate) fn remove(tx: &mut Tx<'_>, n: i64) -> Result<()> {
    tx.execute("DELETE FROM deliveries WHERE subscriber = $1", params![n])?;
    tx.execute("DELETE FROM requests WHERE subscriber = $1", params![n])?;
    tx.execute("DELETE FROM subscriber_components WHERE subscriber = $1", params![n])?;
    tx.execute("DELETE FROM subscribers WHERE n = $1", params![n]).map(drop)
}
