//! The list of the founding document: everything about one thing, without pages.

use kit_store::{Result, Tx, params};

use crate::model::LEGACY_LIST;

/// Address and words of a comment.
pub(crate) type Line = (Option<String>, String);

/// What everybody may read about `content_id`, in the order in which it came; of very much the newest.
pub(crate) fn list(tx: &mut Tx<'_>, content_id: &str) -> Result<Vec<Line>> {
    let mut lines = tx.query(
        "SELECT email, body FROM comments WHERE content_id = $1 AND state = 'approved' ORDER BY n DESC LIMIT $2",
        params![content_id, LEGACY_LIST],
        |row| Ok((row.get("email")?, row.get("body")?)),
    )?;
    lines.reverse();
    Ok(lines)
}
