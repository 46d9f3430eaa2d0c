//! SQL of devices that wait for their user (RFC 8628).

use std::time::Duration;

use kit_base::Timestamp;
use kit_store::{Result, Tx, params};

use crate::oauth::model;

/// Seconds that the user has to type the code in.
pub(crate) const LIFETIME: u64 = 600;
/// Seconds that a device waits between two questions.
pub(crate) const PAUSE: i64 = 5;

/// What became of a device's wish.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Status {
    /// The user has not decided.
    Pending,
    /// The user has agreed.
    Allowed,
    /// The user has refused.
    Denied,
}

impl Status {
    fn as_str(self) -> &'static str {
        match self {
            Status::Pending => "pending",
            Status::Allowed => "allowed",
            Status::Denied => "denied",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Status::Pending, Status::Allowed, Status::Denied].into_iter().find(|status| status.as_str() == text)
    }
}

/// A device's wish.
pub(crate) struct Device {
    pub application: String,
    pub scope: String,
    pub status: Status,
    pub user: Option<String>,
    pub auth_time: Option<Timestamp>,
    pub pause: i64,
    pub asked_at: Timestamp,
    pub expired: bool,
}

/// Notes a wish; returns the device's own code.
pub(crate) fn add(tx: &mut Tx<'_>, application: &str, scope: &str, user_code: &[u8]) -> Result<String> {
    let (now, code) = (tx.now(), tx.ids().secret(43));
    let ends = now.plus(Duration::from_secs(LIFETIME));
    // It may be asked for at once.
    let asked = Timestamp::from_micros(0);
    tx.execute(
        "INSERT INTO device_codes (hash, user_code, application_id, scope, status, pause, asked_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            model::hash(&code).as_slice(),
            user_code,
            application,
            scope,
            Status::Pending.as_str(),
            PAUSE,
            asked,
            ends
        ],
    )?;
    Ok(code)
}

/// The wish of the device whose code has that hash.
pub(crate) fn device(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<Device>> {
    let now = tx.now();
    tx.query_opt(
        "SELECT application_id, scope, status, user_id, auth_time, pause, asked_at, expires_at
         FROM device_codes WHERE hash = $1",
        params![hash],
        |row| {
            Ok(Device {
                application: row.get("application_id")?,
                scope: row.get("scope")?,
                status: row.word("status", Status::parse)?,
                user: row.get("user_id")?,
                auth_time: row.get("auth_time")?,
                pause: row.get("pause")?,
                asked_at: row.get("asked_at")?,
                expired: row.get::<Timestamp>("expires_at")? <= now,
            })
        },
    )
}

/// Notes that the device asked now and waits so long from now on.
pub(crate) fn note_question(tx: &mut Tx<'_>, hash: &[u8], pause: i64) -> Result<()> {
    let now = tx.now();
    tx.execute("UPDATE device_codes SET asked_at = $2, pause = $3 WHERE hash = $1", params![hash, now, pause])
        .map(drop)
}

/// Removes a wish.
pub(crate) fn remove(tx: &mut Tx<'_>, hash: &[u8]) -> Result<()> {
    tx.execute("DELETE FROM device_codes WHERE hash = $1", params![hash]).map(drop)
}

/// Application and scope of the wish that waits with that code for people.
pub(crate) fn waiting(tx: &mut Tx<'_>, user_code: &[u8]) -> Result<Option<(String, String)>> {
    let now = tx.now();
    tx.query_opt(
        "SELECT applications.name, device_codes.scope FROM device_codes
         JOIN applications ON applications.id = device_codes.application_id
         WHERE device_codes.user_code = $1 AND device_codes.status = 'pending' AND device_codes.expires_at > $2",
        params![user_code, now],
        |row| Ok((row.get("name")?, row.get("scope")?)),
    )
}

/// Notes what the user decides; false if nothing waits with that code.
pub(crate) fn decide(
    tx: &mut Tx<'_>,
    user_code: &[u8],
    user: &str,
    status: Status,
    auth_time: Option<Timestamp>,
) -> Result<bool> {
    let now = tx.now();
    let decided = tx.execute(
        "UPDATE device_codes SET status = $2, user_id = $3, auth_time = $4
         WHERE user_code = $1 AND status = 'pending' AND expires_at > $5",
        params![user_code, status.as_str(), user, auth_time, now],
    )?;
    Ok(decided == 1)
}
