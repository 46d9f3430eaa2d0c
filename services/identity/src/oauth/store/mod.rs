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
    tx.query_opt(
        "SELECT oauth_tokens.scope,
                COALESCE(users.id, 'application:' || applications.id) AS id,
                COALESCE(users.name, applications.name) AS name,
                COALESCE(users.role, applications.role) AS role
         FROM oauth_tokens
         JOIN applications ON applications.id = oauth_tokens.application_id
         LEFT JOIN users ON users.id = oauth_tokens.user_id
         WHERE oauth_tokens.hash = $1 AND oauth_tokens.expires_at > $2
           AND (oauth_tokens.user_id IS NULL OR users.id IS NOT NULL)",
        params![hash, now],
        |row| {
            let scopes = row.get::<String>("scope")?.split_whitespace().map(str::to_owned).collect();
            let (id, name) = (row.get::<String>("id")?, row.get::<String>("name")?);
            Ok(Caller { scopes, ..Caller::new(id, name, row.word("role", Role::parse)?) })
        },
    )
}

/// What a client may learn of a user. It has no `Debug`, so that no log can show the mail address.
pub(crate) struct Person {
    pub id: String,
    pub name: String,
    pub email: String,
}

/// The user of that id, if there is one who may be known by tokens.
pub(crate) fn person(tx: &mut Tx<'_>, id: &str) -> Result<Option<Person>> {
    tx.query_opt("SELECT id, name, email FROM users WHERE id = $1", params![id], |row| {
        Ok(Person { id: row.get("id")?, name: row.get("name")?, email: row.get("email")? })
    })
}
