//! All SQL of OAuth: applications, tokens, codes, devices, keys for signing.

pub(crate) mod applications;
pub(crate) mod codes;
pub(crate) mod devices;
pub(crate) mod signing;
pub(crate) mod tokens;

use kit_base::{Caller, Role};
use kit_store::{Result, Tx, params};

pub(crate) use applications::put_application;

/// Who is known by the access token with that hash, unless it has expired: a user, or the application itself. This only
/// reads, so that what was made from it need not be made anew.
pub(crate) fn whose_token(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<Caller>> {
    let now = tx.now();
    let token = tx.query_opt(
        "SELECT user_id, application_id, scope FROM oauth_tokens WHERE hash = $1 AND expires_at > $2",
        params![hash, now],
        |row| {
            let scopes = row.get::<String>("scope")?.split_whitespace().map(str::to_owned).collect();
            Ok((row.get::<Option<String>>("user_id")?, row.get::<String>("application_id")?, scopes))
        },
    )?;
    let Some((user, application, scopes)): Option<(_, _, Vec<String>)> = token else { return Ok(None) };
    let caller = match user {
        Some(user) => crate::store::caller(tx, &user)?,
        None => acting_for_itself(tx, &application)?,
    };
    Ok(caller.map(|caller| crate::store::within(caller, scopes)))
}

fn acting_for_itself(tx: &mut Tx<'_>, application: &str) -> Result<Option<Caller>> {
    tx.query_opt("SELECT id, name, role FROM applications WHERE id = $1", params![application], |row| {
        let id = format!("application:{}", row.get::<String>("id")?);
        Ok(Caller::new(id, row.get::<String>("name")?, row.word("role", Role::parse)?))
    })
}

/// What a client may learn of a user. It has no `Debug`, so that no log can show the mail address.
pub(crate) struct Person {
    pub id: String,
    pub name: String,
    pub email: String,
}

/// The user of that id, if there is one who may be known by tokens.
pub(crate) fn person(tx: &mut Tx<'_>, id: &str) -> Result<Option<Person>> {
    if crate::store::caller(tx, id)?.is_none() {
        return Ok(None);
    }
    tx.query_opt("SELECT id, name, email FROM users WHERE id = $1", params![id], |row| {
        Ok(Person { id: row.get("id")?, name: row.get("name")?, email: row.get("email")? })
    })
}
