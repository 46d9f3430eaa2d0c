//! Webhooks: where announcements are posted to, and what became of what was posted.

use contracts::communications::{Delivery, DeliveryState, SubscriberState, Webhook};
use kit_base::Page;
use kit_store::{Result, Row, Tx, params};
use kit_web::Paging;

use super::{deliveries, subscribers};
use crate::error::Error;

/// Webhooks there may be at most.
const MOST: u64 = 1000;

/// A webhook with what its secret is made from.
pub(crate) struct Held {
    pub n: i64,
    pub webhook: Webhook,
    pub generation: i64,
}

/// Adds a webhook.
pub(crate) fn create(tx: &mut Tx<'_>, url: &str, components: &[String]) -> Result<Held, Error> {
    let known: Option<i64> = tx.query_opt(
        "SELECT n FROM subscribers WHERE channel = 'webhook' AND address_key = $1",
        params![url],
        |row| row.get("n"),
    )?;
    if known.is_some() {
        return Err(Error::UrlTaken);
    }
    if count(tx)? >= MOST {
        return Err(Error::TooMany);
    }
    let new = subscribers::New { channel: "webhook", address: url, key: url, state: "active", base: "" };
    let (n, id) = subscribers::add(tx, &new)?;
    subscribers::hear(tx, n, components)?;
    find(tx, &id)
}

fn count(tx: &mut Tx<'_>) -> Result<u64> {
    tx.query_one("SELECT COUNT(*) AS n FROM subscribers WHERE channel = 'webhook'", params![], |row| {
        row.get("n")
    })
}

/// The webhook of that id.
pub(crate) fn find(tx: &mut Tx<'_>, id: &str) -> Result<Held, Error> {
    let found = tx.query_opt(
        "SELECT n, id, address, state, reason, failing_since, created_at, generation FROM subscribers
         WHERE channel = 'webhook' AND id = $1",
        params![id],
        held,
    )?;
    let mut held = found.ok_or(Error::NotFound)?;
    held.webhook.components = subscribers::heard(tx, held.n)?;
    Ok(held)
}

/// A page of all webhooks, the latest first.
pub(crate) fn list(tx: &mut Tx<'_>, paging: &Paging) -> Result<Page<Webhook>, Error> {
    let count = count(tx)?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let found = tx.query(
        "SELECT n, id, address, state, reason, failing_since, created_at, generation FROM subscribers
         WHERE channel = 'webhook' ORDER BY created_at DESC, n DESC LIMIT $1 OFFSET $2",
        params![window.limit, window.offset],
        held,
    )?;
    let mut heard = subscribers::heard_on_page(tx, "webhook", window)?;
    let results = found.into_iter().map(|held| Webhook {
        components: heard.remove(&held.n).unwrap_or_default(),
        ..held.webhook
    });
    Ok(paging.page(count, results.collect()))
}

/// Changes what the webhook hears of, and whether it hears anything.
pub(crate) fn update(
    tx: &mut Tx<'_>,
    id: &str,
    components: Option<&[String]>,
    active: Option<bool>,
) -> Result<Webhook, Error> {
    let n = find(tx, id)?.n;
    if let Some(components) = components {
        subscribers::hear(tx, n, components)?;
    }
    match active {
        Some(true) => {
            tx.execute(
                "UPDATE subscribers SET state = 'active', reason = NULL, failing_since = NULL WHERE n = $1",
                params![n],
            )?;
        }
        Some(false) => subscribers::disable(tx, n, "It was disabled by hand.")?,
        None => {}
    }
    Ok(find(tx, id)?.webhook)
}

/// Signs with a new secret from now on, and for a while with the old one too.
pub(crate) fn rotate(tx: &mut Tx<'_>, id: &str) -> Result<Held, Error> {
    let now = tx.now();
    tx.execute(
        "UPDATE subscribers SET generation = generation + 1, rotated_at = $2
         WHERE channel = 'webhook' AND id = $1",
        params![id, now],
    )?;
    find(tx, id)
}

/// Removes the webhook and everything that was to be sent to it.
pub(crate) fn remove(tx: &mut Tx<'_>, id: &str) -> Result<(), Error> {
    let n = find(tx, id)?.n;
    Ok(subscribers::remove(tx, n)?)
}

/// Puts a test message in the queue.
pub(crate) fn test(tx: &mut Tx<'_>, id: &str) -> Result<Delivery, Error> {
    let held = find(tx, id)?;
    must_be_active(&held)?;
    let message = deliveries::add(tx, held.n, "webhook", "test")?;
    delivery(tx, held.n, &message)
}

/// Sends a message once more that was delivered or given up.
pub(crate) fn replay(tx: &mut Tx<'_>, id: &str, message: &str) -> Result<Delivery, Error> {
    let held = find(tx, id)?;
    delivery(tx, held.n, message)?;
    must_be_active(&held)?;
    let now = tx.now();
    tx.execute(
        "UPDATE deliveries SET state = 'waiting', attempts = 0, next_at = $3, leased = FALSE
         WHERE subscriber = $1 AND message = $2 AND next_at IS NULL",
        params![held.n, message, now],
    )?;
    delivery(tx, held.n, message)
}

fn must_be_active(held: &Held) -> Result<(), Error> {
    if held.webhook.state == SubscriberState::Active { Ok(()) } else { Err(Error::Disabled) }
}

fn delivery(tx: &mut Tx<'_>, n: i64, message: &str) -> Result<Delivery, Error> {
    let found = tx.query_opt(
        "SELECT kind, message, state, attempts, next_at, leased, tried_at, outcome FROM deliveries
         WHERE subscriber = $1 AND message = $2",
        params![n, message],
        read_delivery,
    )?;
    found.ok_or(Error::NotFound)
}

/// A page of what was sent and is to be sent to the webhook, the latest first.
pub(crate) fn deliveries(tx: &mut Tx<'_>, id: &str, paging: &Paging) -> Result<Page<Delivery>, Error> {
    let n = find(tx, id)?.n;
    let count = tx.query_one(
        "SELECT COUNT(*) AS n FROM deliveries WHERE subscriber = $1",
        params![n],
        |row| row.get("n"),
    )?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let found = tx.query(
        "SELECT kind, message, state, attempts, next_at, leased, tried_at, outcome FROM deliveries
         WHERE subscriber = $1 ORDER BY n DESC LIMIT $2 OFFSET $3",
        params![n, window.limit, window.offset],
        read_delivery,
    )?;
    Ok(paging.page(count, found))
}

fn read_delivery(row: &Row<'_>) -> Result<Delivery> {
    let (kind, message): (String, String) = (row.get("kind")?, row.get("message")?);
    Ok(Delivery {
        id: message.clone(),
        announcement_id: (kind == "update").then_some(message),
        state: row.word("state", DeliveryState::parse)?,
        attempts: row.get("attempts")?,
        // While somebody works on it, the time is that of the lease and means nothing to people.
        next_at: if row.get("leased")? { None } else { row.get("next_at")? },
        tried_at: row.get("tried_at")?,
        outcome: row.get("outcome")?,
    })
}

fn held(row: &Row<'_>) -> Result<Held> {
    let webhook = Webhook {
        id: row.get("id")?,
        url: row.get("address")?,
        state: row.word("state", SubscriberState::parse)?,
        reason: row.get("reason")?,
        failing_since: row.get("failing_since")?,
        components: Vec::new(),
        created_at: row.get("created_at")?,
    };
    Ok(Held { n: row.get("n")?, webhook, generation: row.get("generation")? })
}
