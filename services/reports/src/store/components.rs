//! What can be reported on, as far as this service has heard.

use kit_store::{Result, Tx, params};

use super::levels;

/// Something about the component has changed: what is known of it may not be so any more.
pub(crate) fn changed(tx: &mut Tx<'_>, slug: &str) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "INSERT INTO components (slug, is_public, known_since, changed, asked) VALUES ($1, FALSE, $2, 1, 0)
         ON CONFLICT (slug) DO UPDATE SET changed = components.changed + 1",
        params![slug, now],
    )
    .map(drop)
}

/// Components that have changed since they were asked for, each with how often they have.
pub(crate) fn unasked(tx: &mut Tx<'_>) -> Result<Vec<(String, i64)>> {
    tx.query(
        "SELECT slug, changed FROM components WHERE changed > asked ORDER BY slug LIMIT 100",
        params![],
        |row| Ok((row.get("slug")?, row.get("changed")?)),
    )
}

/// What is known of a component.
pub(crate) struct Known {
    pub is_public: bool,
    /// How often it has changed so far, and how often it had when it was last asked for.
    pub changed: i64,
    pub asked: i64,
}

/// What is known of this component; nothing where it was never heard of.
pub(crate) fn known(tx: &mut Tx<'_>, slug: &str) -> Result<Option<Known>> {
    tx.query_opt("SELECT is_public, changed, asked FROM components WHERE slug = $1", params![slug], |row| {
        let (is_public, changed, asked) = (row.get("is_public")?, row.get("changed")?, row.get("asked")?);
        Ok(Known { is_public, changed, asked })
    })
}

/// Every component that everybody may see, as far as is known.
pub(crate) fn all_public(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    tx.query("SELECT slug FROM components WHERE is_public", params![], |row| row.get("slug"))
}

/// The answer of the incidents service: whether there is such a component that everybody may see. It was asked when the
/// component had changed `changed` times.
pub(crate) fn learn(tx: &mut Tx<'_>, slug: &str, changed: i64, is_public: bool) -> Result<()> {
    let now = tx.now();
    match known(tx, slug)? {
        None if is_public => tx.execute(
            "INSERT INTO components (slug, is_public, known_since, changed, asked) VALUES ($1, TRUE, $2, 0, 0)",
            params![slug, now],
        )?,
        None => 0,
        // What is shown from now on is watched from now on.
        Some(Known { is_public: false, .. }) if is_public => tx.execute(
            "UPDATE components SET is_public = TRUE, known_since = $2, asked = $3 WHERE slug = $1",
            params![slug, now, changed],
        )?,
        Some(known) => {
            if known.is_public && !is_public {
                levels::withdraw(tx, slug)?;
            }
            tx.execute(
                "UPDATE components SET is_public = $2, asked = $3 WHERE slug = $1",
                params![slug, is_public, changed],
            )?
        }
    };
    Ok(())
}
