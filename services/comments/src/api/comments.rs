//! `/api/v1/comments`: threads, the moderators' queue, and what authors may do with their own words.

use axum::extract::{Path, Query, State};
use contracts::comments::{Comment, CommentState, NewComment};
use http::StatusCode;
use kit_base::{Caller, Page, Problem};
use kit_store::Tx;
use kit_web::{Answer, Failure, Fields, Member, Paging, Reply, Visitor, query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Comments;
use crate::error::Error;
use crate::model::{LONGEST_COMMENT, LONGEST_CONTENT_ID, LONGEST_NAME, may_read, shown_to};
use crate::store::comments::{self, Draft};
use crate::store::lists;

/// The states that a moderator may give.
const JUDGEMENTS: [CommentState; 4] =
    [CommentState::Pending, CommentState::Approved, CommentState::Rejected, CommentState::Spam];

/// What the list is narrowed to.
#[derive(Deserialize, IntoParams)]
pub(super) struct Narrowed {
    /// What the comments are about. The team may leave it out, and gets the queue of the comments in `state`.
    #[param(example = "incident-7QKX2MPA")]
    content_id: Option<String>,
    /// `pending`, `approved`, `rejected`, `spam` or `deleted`, for the team; of the queue `pending` unless said.
    #[param(value_type = Option<CommentState>, example = "pending")]
    state: Option<String>,
}

/// Lists the comments about something, in the order in which they came; or, for the team, the queue of a state.
///
/// The public sees what is approved, and the places of what was deleted and has answers.
#[utoipa::path(get, path = "/api/v1/comments", tag = "comments", params(Narrowed, query::PageParameters),
    responses((status = 200, description = "A page of comments.", body = Page<Comment>), (status = 400, description = "A filter cannot be understood."),
              (status = 404, description = "There is no such page.")))]
pub(super) async fn list(
    State(state): State<Comments>,
    Visitor(reader): Visitor,
    Query(narrowed): Query<Narrowed>,
    paging: Paging,
) -> Reply<Page<Comment>> {
    let is_team = reader.as_ref().is_some_and(Caller::is_team);
    let (content_id, wanted) = narrowed.read(is_team)?;
    let find = move |tx: &mut Tx<'_>| match &content_id {
        Some(content_id) => lists::about(tx, content_id, wanted, !is_team, &paging),
        None => lists::queue(tx, wanted.unwrap_or(CommentState::Pending), &paging),
    };
    let mut page = state.db.read(find).await?;
    page.results = page.results.into_iter().map(|comment| shown_to(reader.as_ref(), comment)).collect();
    Ok(Answer::ok(page))
}

impl Narrowed {
    fn read(self, is_team: bool) -> Result<(Option<String>, Option<CommentState>), Problem> {
        let mut fields = Fields::default();
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let (content_id, word) = (given(self.content_id), given(self.state));
        if content_id.is_none() && !is_team {
            fields.reject("content_id", "This field is required.");
        }
        let state = word.as_deref().and_then(CommentState::parse);
        if word.is_some() && state.is_none() {
            fields.reject("state", "Choose one of pending, approved, rejected, spam, deleted.");
        }
        fields.finish((content_id, state))
    }
}

/// Writes a comment, or an answer to one.
///
/// With `comments.moderation = pre` it can be read by others when a moderator has approved it.
#[utoipa::path(post, path = "/api/v1/comments", tag = "comments", request_body = NewComment,
    responses((status = 201, description = "The comment.", body = Comment),
              (status = 409, description = "There are too many comments about this already.")))]
pub(super) async fn create(
    State(state): State<Comments>,
    Visitor(author): Visitor,
    mut fields: Fields,
) -> Reply<Comment> {
    let name = match &author {
        Some(author) => author.name.clone(),
        None => fields.must_text("name", LONGEST_NAME),
    };
    let draft = Draft {
        content_id: fields.must_text("content_id", LONGEST_CONTENT_ID),
        comment: fields.must_text("comment", LONGEST_COMMENT),
        parent: fields.text("parent", 100).filter(|parent| !parent.is_empty()),
        name,
        email: fields.email("email"),
        user_id: author.as_ref().map(|author| author.user_id.clone()),
        state: state.policy.first_state(author.as_ref()),
    };
    let (draft, policy) = (fields.finish(draft)?, state.policy.clone());
    let comment = state.db.write(move |tx| comments::create(tx, &draft, &policy)).await?;
    Ok(Answer::created(shown_to(author.as_ref(), comment)))
}

/// Shows a comment.
#[utoipa::path(get, path = "/api/v1/comments/{id}", tag = "comments",
    params(("id" = String, Path, description = "the comment", example = "019aa0c4-5c00-7000-8000-5a6b7c8d9e0f")),
    responses((status = 200, description = "The comment.", body = Comment)))]
pub(super) async fn show(
    State(state): State<Comments>,
    Visitor(reader): Visitor,
    Path(id): Path<String>,
) -> Reply<Comment> {
    let comment = state.db.read(move |tx| readable(tx, &id, reader.as_ref())).await?;
    Ok(Answer::ok(comment))
}

/// The comment as this reader sees it; an error for whoever may not know of it.
fn readable(tx: &mut Tx<'_>, id: &str, reader: Option<&Caller>) -> Result<Comment, Error> {
    let found = comments::find(tx, id)?.filter(|comment| may_read(reader, comment));
    found.map(|comment| shown_to(reader, comment)).ok_or(Error::NotFound)
}

/// Other words for a comment.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct NewWords {
    /// What is said, as plain text.
    #[schema(example = "It works again for us, thank you very much.", max_length = 10000)]
    comment: String,
}

/// Exchanges the words of a comment: for its author, within 15 minutes (`comments.edit_within`).
///
/// With `comments.moderation = pre` a moderator has to approve it again.
#[utoipa::path(put, path = "/api/v1/comments/{id}", tag = "comments", request_body = NewWords,
    params(("id" = String, Path, description = "the comment", example = "019aa0c4-5c00-7000-8000-5a6b7c8d9e0f")),
    responses((status = 200, description = "The comment as it is now.", body = Comment),
              (status = 403, description = "It is somebody else's, or too late."),
              (status = 409, description = "It was deleted.")))]
pub(super) async fn edit(
    State(state): State<Comments>,
    Member(caller): Member,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Reply<Comment> {
    // Whoever may not change it learns that before what is wrong with the body.
    let (policy, author, target) = (state.policy.clone(), caller.clone(), id.clone());
    let check = move |tx: &mut Tx<'_>| {
        let comment = readable(tx, &target, Some(&author))?;
        policy.may_edit(&author, &comment, tx.now())
    };
    state.db.read(check.clone()).await?;
    let words = fields.must_text("comment", LONGEST_COMMENT);
    let words = fields.finish(words)?;
    let first = state.policy.first_state(Some(&caller));
    let edited = state.db.write(move |tx| {
        check(tx)?;
        comments::edit(tx, &id, &words, first)
    });
    Ok(Answer::ok(shown_to(Some(&caller), edited.await?)))
}

/// Removes a comment: for its author within 15 minutes (`comments.edit_within`), for moderators at any time. If it
/// has answers, its place stays, without words and without an author.
#[utoipa::path(delete, path = "/api/v1/comments/{id}", tag = "comments",
    params(("id" = String, Path, description = "the comment", example = "019aa0c4-5c00-7000-8000-5a6b7c8d9e0f")),
    responses((status = 204, description = "It is gone."),
              (status = 403, description = "It is somebody else's, or too late."),
              (status = 409, description = "It was deleted already.")))]
pub(super) async fn remove(
    State(state): State<Comments>,
    Member(caller): Member,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    let policy = state.policy.clone();
    let remove = move |tx: &mut Tx<'_>| -> Result<(), Error> {
        let comment = readable(tx, &id, Some(&caller))?;
        policy.may_remove(&caller, &comment, tx.now())?;
        Ok(comments::remove(tx, &comment)?)
    };
    state.db.write(remove).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a moderator makes of a comment.
#[derive(Serialize, ToSchema)]
pub(super) struct Judgement {
    /// `approved`, `rejected`, `spam`, or `pending` to think about it again.
    state: Verdict,
}

/// The states that a moderator may give: all but `deleted`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(example = "approved")]
#[expect(dead_code, reason = "it is there for the description alone")]
enum Verdict {
    Pending,
    Approved,
    Rejected,
    Spam,
}

/// Says whether everybody may read a comment.
#[utoipa::path(post, path = "/api/v1/comments/{id}/state", tag = "comments", request_body = Judgement,
    params(("id" = String, Path, description = "the comment", example = "019aa0c4-5c00-7000-8000-5a6b7c8d9e0f")),
    responses((status = 200, description = "The comment as it is now.", body = Comment),
              (status = 409, description = "It was deleted.")))]
pub(super) async fn judge(
    State(state): State<Comments>,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Reply<Comment> {
    let new = fields.must_choice("state", &JUDGEMENTS, CommentState::as_str);
    let new = fields.finish(new)?.ok_or(Error::NotFound)?;
    Ok(Answer::ok(state.db.write(move |tx| comments::set_state(tx, &id, new)).await?))
}
