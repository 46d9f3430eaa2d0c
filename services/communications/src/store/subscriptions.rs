//! Subscriptions by mail: asked for, confirmed, ended.

use std::time::Duration;

use contracts::communications::{Subscription, SubscriberState};
use kit_base::{Page, Timestamp};
use kit_store::{Result, Row, Tx, json, params};
use kit_web::Paging;

use super::{deliveries, subscribers};
use crate::error::Error;

/// Mails that ask for a confirmation come to one address at least this far apart.
const APART: Duration = Duration::from_secs(5 * 60);
/// How long the link in such a mail is good.
pub(crate) const LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// Notes what somebody asks for, and puts the mail that asks whether they meant it in the queue, unless one went to that
/// address only just now. Whether the address was known makes no difference to whoever asks.
pub(crate) fn request(tx: &mut Tx<'_>, email: &str, components: &[String], base: &str) -> Result<()> {
    let key = email.to_lowercase();
    let known: Option<i64> = tx.query_opt(
        "SELECT n FROM subscribers WHERE channel = 'email' AND address_key = $1",
        params![key],
        |row| row.get("n"),
    )?;
    let n = match known {
        Some(n) => n,
        None => {
            let new = subscribers::New { channel: "email", address: email, key: &key, state: "pending", base };
            subscribers::add(tx, &new)?.0
        }
    };
    let now = tx.now();
    let (nonce, components) = (tx.ids().secret(22), json(&components)?);
    let asked = tx.execute(
        "INSERT INTO requests (subscriber, nonce, components, asked_at, expires_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (subscriber) DO UPDATE SET nonce = excluded.nonce, components = excluded.components,
           asked_at = excluded.asked_at, expires_at = excluded.expires_at
         WHERE requests.asked_at <= $6",
        params![n, nonce, components, now, now.plus(LIFETIME), now.minus(APART)],
    )?;
    if asked == 1 {
        deliveries::add(tx, n, "email", "confirm")?;
    }
    Ok(())
}

/// A request as it waits to be confirmed.
pub(crate) struct Request {
    pub n: i64,
    pub nonce: String,
    pub components: Vec<String>,
    pub expires_at: Timestamp,
}

/// What waits to be confirmed for the subscriber of that id.
pub(crate) fn requested(tx: &mut Tx<'_>, id: &str) -> Result<Option<Request>> {
    tx.query_opt(
        "SELECT s.n, r.nonce, r.components, r.expires_at FROM subscribers s
         JOIN requests r ON r.subscriber = s.n WHERE s.id = $1",
        params![id],
        |row| {
            Ok(Request {
                n: row.get("n")?,
                nonce: row.get("nonce")?,
                components: row.json("components")?,
                expires_at: row.get("expires_at")?,
            })
        },
    )
}

/// What was asked for holds from now on.
pub(crate) fn confirm(tx: &mut Tx<'_>, request: &Request) -> Result<()> {
    let now = tx.now();
    subscribers::hear(tx, request.n, &request.components)?;
    tx.execute(
        "UPDATE subscribers SET state = 'active', reason = NULL, confirmed_at = $2 WHERE n = $1",
        params![request.n, now],
    )?;
    tx.execute("DELETE FROM requests WHERE subscriber = $1", params![request.n]).map(drop)
}

/// Ends the subscription of that id and forgets the address; there may be none.
pub(crate) fn end(tx: &mut Tx<'_>, id: &str) -> Result<bool> {
    let n = tx.query_opt(
        "SELECT n FROM subscribers WHERE channel = 'email' AND id = $1",
        params![id],
        |row| row.get("n"),
    )?;
    match n {
        Some(n) => subscribers::remove(tx, n).map(|()| true),
        None => Ok(false),
    }
}

/// Forgets what was asked for and never confirmed, and who never confirmed anything; returns how many.
pub(crate) fn remove_expired(tx: &mut Tx<'_>) -> Result<u64> {
    let now = tx.now();
    let expired: Vec<i64> = tx.query(
        "SELECT s.n FROM requests r JOIN subscribers s ON s.n = r.subscriber
         WHERE r.expires_at <= $1 AND s.state = 'pending'",
        params![now],
        |row| row.get("n"),
    )?;
    for n in &expired {
        subscribers::remove(tx, *n)?;
    }
    tx.execute("DELETE FROM requests WHERE expires_at <= $1", params![now])
}

/// A page of the subscriptions by mail, the latest first.
pub(crate) fn list(tx: &mut Tx<'_>, paging: &Paging) -> Result<Page<Subscription>, Error> {
    let count = tx.query_one(
        "SELECT COUNT(*) AS n FROM subscribers WHERE channel = 'email'",
        params![],
        |row| row.get("n"),
    )?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let found = tx.query(
        "SELECT n, id, address, state, reason, created_at, confirmed_at FROM subscribers
         WHERE channel = 'email' ORDER BY created_at DESC, n DESC LIMIT $1 OFFSET $2",
        params![window.limit, window.offset],
        |row| Ok((row.get::<i64>("n")?, subscription(row)?)),
    )?;
    let mut heard = subscribers::heard_on_page(tx, "email", window)?;
    let results = found.into_iter().map(|(n, found)| Subscription {
        components: heard.remove(&n).unwrap_or_default(),
        ..found
    });
    Ok(paging.page(count, results.collect()))
}

fn subscription(row: &Row<'_>) -> Result<Subscription> {
    Ok(Subscription {
        id: row.get("id")?,
        email: row.get("address")?,
        state: row.word("state", SubscriberState::parse)?,
        reason: row.get("reason")?,
        components: Vec::new(),
        created_at: row.get("created_at")?,
        confirmed_at: row.get("confirmed_at")?,
    })
}
