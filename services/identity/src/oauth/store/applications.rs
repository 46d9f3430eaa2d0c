//! SQL of applications.

use kit_base::{Page, Role, Timestamp};
use kit_store::{Result, Row, Tx, json, params};
use kit_web::Paging;

use crate::Error;
use crate::oauth::applications::{Application, NewApplication};
use crate::oauth::model::{self, Kind};

/// An application with what its secret is compared to.
pub(crate) struct Client {
    pub application: Application,
    pub secret_hash: Vec<u8>,
}

/// Adds an application, or makes the one with that `client_id` be like this; returns its id.
pub(crate) fn put_application(tx: &mut Tx<'_>, new: &NewApplication) -> Result<String> {
    let (id, now, kind, role) = (tx.ids().uuid(), tx.now(), new.kind.as_str(), new.role.as_str());
    let secret_hash = match new.kind {
        Kind::Confidential => model::hash(&new.client_secret),
        Kind::Public => Vec::new(),
    };
    let (grants, redirects, scopes) = (json(&new.grants)?, json(&new.redirect_uris)?, json(&new.scopes)?);
    tx.query_one(
        "INSERT INTO applications (id, name, client_id, secret_hash, kind, grants, redirect_uris, scopes, role,
                                   owner_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (client_id) DO UPDATE SET name = excluded.name, secret_hash = excluded.secret_hash,
            kind = excluded.kind, grants = excluded.grants, redirect_uris = excluded.redirect_uris,
            scopes = excluded.scopes, role = excluded.role, owner_id = excluded.owner_id
         RETURNING id",
        params![
            id,
            new.name,
            new.client_id,
            secret_hash.as_slice(),
            kind,
            grants,
            redirects,
            scopes,
            role,
            new.owner,
            now
        ],
        |row| row.get("id"),
    )
}

/// Writes what may be changed of an application. What its tokens may do is taken back with the right to get them.
pub(crate) fn change(tx: &mut Tx<'_>, application: &Application) -> Result<()> {
    let (grants, redirects) = (json(&application.grants)?, json(&application.redirect_uris)?);
    let (scopes, role) = (json(&application.scopes)?, application.role.as_str());
    tx.execute(
        "UPDATE applications SET name = $2, grants = $3, redirect_uris = $4, scopes = $5, role = $6 WHERE id = $1",
        params![application.id, application.name, grants, redirects, scopes, role],
    )
    .map(drop)
}

/// Gives an application another secret, by its hash. Codes and tokens that the old one brought are gone with it.
pub(crate) fn change_secret(tx: &mut Tx<'_>, id: &str, secret_hash: &[u8]) -> Result<()> {
    tx.execute("UPDATE applications SET secret_hash = $2 WHERE id = $1", params![id, secret_hash])?;
    end_tokens(tx, id)
}

/// Ends every token and code of an application, and what users have allowed to it.
pub(crate) fn end_tokens(tx: &mut Tx<'_>, id: &str) -> Result<()> {
    tx.execute("DELETE FROM oauth_tokens WHERE application_id = $1", params![id])?;
    tx.execute("DELETE FROM refresh_tokens WHERE application_id = $1", params![id])?;
    tx.execute("DELETE FROM authorization_codes WHERE application_id = $1", params![id])?;
    tx.execute("DELETE FROM device_codes WHERE application_id = $1", params![id])?;
    tx.execute("DELETE FROM consents WHERE application_id = $1", params![id]).map(drop)
}

/// Removes an application with all its tokens; false if there is none.
pub(crate) fn remove(tx: &mut Tx<'_>, id: &str) -> Result<bool> {
    Ok(tx.execute("DELETE FROM applications WHERE id = $1", params![id])? == 1)
}

/// The client that calls itself so.
pub(crate) fn client(tx: &mut Tx<'_>, client_id: &str) -> Result<Option<Client>> {
    tx.query_opt(
        "SELECT id, name, client_id, kind, grants, redirect_uris, scopes, role, owner_id, created_at, secret_hash
         FROM applications WHERE client_id = $1",
        params![client_id],
        |row| Ok(Client { application: read(row)?, secret_hash: row.get("secret_hash")? }),
    )
}

/// The application of that id.
pub(crate) fn application(tx: &mut Tx<'_>, id: &str) -> Result<Option<Application>> {
    tx.query_opt(
        "SELECT id, name, client_id, kind, grants, redirect_uris, scopes, role, owner_id, created_at
         FROM applications WHERE id = $1",
        params![id],
        read,
    )
}

/// A page of the applications, in the order in which they came.
pub(crate) fn applications(tx: &mut Tx<'_>, paging: &Paging) -> Result<Page<Application>, Error> {
    let count: u64 = tx.query_one("SELECT COUNT(*) AS n FROM applications", params![], |row| row.get("n"))?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let found = tx.query(
        "SELECT id, name, client_id, kind, grants, redirect_uris, scopes, role, owner_id, created_at
         FROM applications ORDER BY created_at, id LIMIT $1 OFFSET $2",
        params![window.limit, window.offset],
        read,
    )?;
    Ok(paging.page(count, found))
}

fn read(row: &Row<'_>) -> Result<Application> {
    Ok(Application {
        id: row.get("id")?,
        name: row.get("name")?,
        client_id: row.get("client_id")?,
        client_secret: None,
        kind: row.word("kind", Kind::parse)?,
        grants: row.json("grants")?,
        redirect_uris: row.json("redirect_uris")?,
        scopes: row.json("scopes")?,
        role: row.word("role", Role::parse)?,
        owner: row.get("owner_id")?,
        created_at: row.get::<Timestamp>("created_at")?,
    })
}
