//! Comments: written, changed, judged, removed.

use contracts::comments::{Comment, CommentCreated, CommentState};
use kit_store::{Result, Row, StoreError, Tx, params};

use crate::error::Error;
use crate::model::{MAX_DEPTH, Policy};

/// A comment as it is to be kept.
pub(crate) struct Draft {
    pub content_id: String,
    pub parent: Option<String>,
    pub name: String,
    pub email: Option<String>,
    pub user_id: Option<String>,
    pub comment: String,
    pub state: CommentState,
}

/// Keeps a comment and tells of it.
pub(crate) fn create(tx: &mut Tx<'_>, draft: &Draft, policy: &Policy) -> Result<Comment, Error> {
    let depth = match &draft.parent {
        Some(parent) => depth_below(tx, parent, &draft.content_id)?,
        None => 0,
    };
    let held: i64 = tx.query_one(
        "INSERT INTO contents (content_id, held) VALUES ($1, 1)
         ON CONFLICT (content_id) DO UPDATE SET held = contents.held + 1 RETURNING held",
        params![draft.content_id],
        |row| row.get("held"),
    )?;
    if held > policy.max_per_content {
        return Err(Error::Full);
    }
    let comment = Comment {
        id: tx.ids().uuid(),
        content_id: draft.content_id.clone(),
        parent: draft.parent.clone(),
        depth,
        name: draft.name.clone(),
        user_id: draft.user_id.clone(),
        email: draft.email.clone(),
        comment: draft.comment.clone(),
        state: draft.state,
        created_at: tx.now(),
        edited_at: None,
    };
    tx.execute(
        "INSERT INTO comments (id, content_id, parent, depth, name, email, user_id, body, state, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            comment.id,
            comment.content_id,
            comment.parent,
            comment.depth,
            comment.name,
            comment.email,
            comment.user_id,
            comment.comment,
            comment.state.as_str(),
            comment.created_at
        ],
    )?;
    tx.emit(&CommentCreated { id: comment.id.clone(), content_id: comment.content_id.clone() })?;
    Ok(comment)
}

/// How deep an answer to `parent` stands. What is answered must be about the same thing, and everybody can read it.
fn depth_below(tx: &mut Tx<'_>, parent: &str, content_id: &str) -> Result<i64, Error> {
    let parent = find(tx, parent)?.ok_or(Error::NoParent)?;
    match parent {
        Comment { state: CommentState::Approved, depth, content_id: about, .. } if about == content_id => {
            if depth < MAX_DEPTH {
                Ok(depth + 1)
            } else {
                Err(Error::TooDeep)
            }
        }
        _ => Err(Error::NoParent),
    }
}

/// Exchanges the words of a comment.
pub(crate) fn edit(tx: &mut Tx<'_>, id: &str, words: &str, state: CommentState) -> Result<Comment, Error> {
    let now = tx.now();
    tx.execute(
        "UPDATE comments SET body = $2, state = $3, edited_at = $4 WHERE id = $1",
        params![id, words, state.as_str(), now],
    )?;
    find(tx, id)?.ok_or(Error::NotFound)
}

/// Judges a comment.
pub(crate) fn set_state(tx: &mut Tx<'_>, id: &str, state: CommentState) -> Result<Comment, Error> {
    match find(tx, id)?.ok_or(Error::NotFound)?.state {
        CommentState::Deleted => return Err(Error::Deleted),
        before if before == state => {}
        _ => {
            tx.execute("UPDATE comments SET state = $2 WHERE id = $1", params![id, state.as_str()])?;
        }
    }
    find(tx, id)?.ok_or(Error::NotFound)
}

/// Removes a comment. Where there are answers to it, its place stays, without words and without an author.
pub(crate) fn remove(tx: &mut Tx<'_>, comment: &Comment) -> Result<()> {
    let answers: i64 =
        tx.query_one("SELECT COUNT(*) AS n FROM comments WHERE parent = $1", params![comment.id], |row| {
            row.get("n")
        })?;
    if answers > 0 {
        return tx
            .execute(
                "UPDATE comments SET state = 'deleted', body = '', name = '', email = NULL, user_id = NULL WHERE id = $1",
                params![comment.id],
            )
            .map(drop);
    }
    tx.execute("DELETE FROM comments WHERE id = $1", params![comment.id])?;
    tx.execute("UPDATE contents SET held = held - 1 WHERE content_id = $1", params![comment.content_id])?;
    tx.execute("DELETE FROM contents WHERE content_id = $1 AND held <= 0", params![comment.content_id])
        .map(drop)
}

/// The comment with that id.
pub(crate) fn find(tx: &mut Tx<'_>, id: &str) -> Result<Option<Comment>, StoreError> {
    tx.query_opt(
        "SELECT id, content_id, parent, depth, name, email, user_id, body, state, created_at, edited_at
         FROM comments WHERE id = $1",
        params![id],
        comment,
    )
}

pub(super) fn comment(row: &Row<'_>) -> Result<Comment> {
    Ok(Comment {
        id: row.get("id")?,
        content_id: row.get("content_id")?,
        parent: row.get("parent")?,
        depth: row.get("depth")?,
        name: row.get("name")?,
        user_id: row.get("user_id")?,
        email: row.get("email")?,
        comment: row.get("body")?,
        state: row.word("state", CommentState::parse)?,
        created_at: row.get("created_at")?,
        edited_at: row.get("edited_at")?,
    })
}
