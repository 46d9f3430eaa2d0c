//! Comments in pages: those about one thing, and the queues of moderators.

use contracts::comments::{Comment, CommentState};
use kit_base::Page;
use kit_store::{Tx, params};
use kit_web::Paging;

use super::comments::comment;
use crate::error::Error;

/// A page of the comments about `content_id`, in the order in which they came: those of one state, or all. The public
/// sees what is approved, and the places of what was deleted.
pub(crate) fn about(
    tx: &mut Tx<'_>,
    content_id: &str,
    state: Option<CommentState>,
    public_only: bool,
    paging: &Paging,
) -> Result<Page<Comment>, Error> {
    let state = state.map(CommentState::as_str);
    let count = tx.query_one(
        "SELECT COUNT(*) AS n FROM comments WHERE content_id = $1 AND (CAST($2 AS TEXT) IS NULL OR state = $2)
           AND (NOT $3 OR state IN ('approved', 'deleted'))",
        params![content_id, state, public_only],
        |row| row.get("n"),
    )?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let results = tx.query(
        "SELECT id, content_id, parent, depth, name, email, user_id, body, state, created_at, edited_at FROM comments
         WHERE content_id = $1 AND (CAST($2 AS TEXT) IS NULL OR state = $2)
           AND (NOT $3 OR state IN ('approved', 'deleted'))
         ORDER BY n LIMIT $4 OFFSET $5",
        params![content_id, state, public_only, window.limit, window.offset],
        comment,
    )?;
    Ok(paging.page(count, results))
}

/// A page of the comments about anything that are in this state, oldest first.
pub(crate) fn queue(tx: &mut Tx<'_>, state: CommentState, paging: &Paging) -> Result<Page<Comment>, Error> {
    let count = tx.query_one(
        "SELECT COUNT(*) AS n FROM comments WHERE state = $1",
        params![state.as_str()],
        |row| row.get("n"),
    )?;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let results = tx.query(
        "SELECT id, content_id, parent, depth, name, email, user_id, body, state, created_at, edited_at FROM comments
         WHERE state = $1 ORDER BY n LIMIT $2 OFFSET $3",
        params![state.as_str(), window.limit, window.offset],
        comment,
    )?;
    Ok(paging.page(count, results))
}
