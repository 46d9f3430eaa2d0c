//! `/api/comment`: the two operations of the founding document, with its bodies and its statuses.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use kit_base::{Caller, Problem};
use kit_web::{Answer, Failure, Fields, Reply, Visitor};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, Type};

use crate::Comments;
use crate::model::{LONGEST_COMMENT, LONGEST_CONTENT_ID, NAMELESS, masked};
use crate::store::{comments, legacy};

/// A comment as the founding document has it.
#[derive(Serialize, ToSchema)]
pub(super) struct FoundingComment {
    /// Where to reach the author: whole for the team, masked for everybody else unless `comments.legacy_emails` is set.
    #[schema(example = "a***@e***.com")]
    email: String,
    /// What is said.
    #[schema(example = "first post!")]
    comment: String,
}

/// A comment to be written, as the founding document has it.
#[derive(Serialize, ToSchema)]
pub(super) struct NewFoundingComment {
    /// Where to reach the author.
    #[schema(format = Email, example = "alice@example.com")]
    email: String,
    /// What is said.
    #[schema(example = "first post!", max_length = 10000)]
    comment: String,
    /// What it is about: a number or text; 1 and "1" are the same.
    #[schema(schema_with = content_id)]
    content_id: String,
}

/// Its clients give a number; text does as well.
fn content_id() -> Schema {
    let kinds = OneOfBuilder::new()
        .item(ObjectBuilder::new().schema_type(Type::Integer))
        .item(ObjectBuilder::new().schema_type(Type::String).max_length(Some(LONGEST_CONTENT_ID)))
        .description(Some("What it is about: a number or text; 1 and \"1\" are the same."))
        .examples([json!(1)])
        .build();
    Schema::OneOf(kinds)
}

/// What became of it.
#[derive(Serialize, ToSchema)]
pub(super) struct Outcome {
    /// `SUCCESS` or `NOT-FOUND`.
    #[schema(example = "SUCCESS")]
    status: &'static str,
    /// In a sentence.
    #[schema(example = "comment created and associated with content_id 1")]
    message: String,
}

/// Writes a comment, as the founding document has it.
#[utoipa::path(post, path = "/api/comment/new", tag = "comment", request_body = NewFoundingComment,
    responses((status = 200, description = "It was written.", body = Outcome),
              (status = 409, description = "There are too many comments about this already.")))]
pub(super) async fn create(
    State(state): State<Comments>,
    visitor: Visitor,
    fields: Fields,
) -> Reply<Outcome> {
    let draft = draft(fields, visitor.0.as_ref(), &state)?;
    let message = format!("comment created and associated with content_id {}", draft.content_id);
    let policy = state.policy.clone();
    state.db.write(move |tx| comments::create(tx, &draft, &policy)).await?;
    Ok(Answer::ok(Outcome { status: "SUCCESS", message }))
}

fn draft(mut fields: Fields, author: Option<&Caller>, state: &Comments) -> Result<comments::Draft, Problem> {
    let draft = comments::Draft {
        email: Some(fields.must_email("email")),
        comment: fields.must_secret("comment", LONGEST_COMMENT),
        content_id: fields.must_text("content_id", LONGEST_CONTENT_ID),
        parent: None,
        name: author.map_or(NAMELESS, |author| author.name.as_str()).to_owned(),
        user_id: author.map(|author| author.user_id.clone()),
        state: state.policy.first_state(author),
    };
    // The words are kept as they came, spaces included; but there must be some.
    if !draft.comment.is_empty() && draft.comment.trim().is_empty() {
        fields.reject("comment", "This field may not be blank.");
    }
    fields.finish(draft)
}

/// Lists all comments about something in the order in which they came, as the founding document has it: without pages.
///
/// Of more than 1000 the newest are shown; `/api/v1/comments` has them all.
#[utoipa::path(get, path = "/api/comment/list/{content_id}", tag = "comment",
    params(("content_id" = String, Path, description = "what they are about: a number or text", example = "1")),
    responses((status = 200, description = "The comments.", body = Vec<FoundingComment>),
              (status = 404, description = "There is no comment about this.", body = Outcome)))]
pub(super) async fn list(
    State(state): State<Comments>,
    visitor: Visitor,
    Path(content_id): Path<String>,
) -> Result<Response, Failure> {
    let about = content_id.clone();
    let lines = state.db.read(move |tx| legacy::list(tx, &about)).await.map_err(Problem::from)?;
    if lines.is_empty() {
        let message = format!("content_id {content_id} not found");
        return not_found(&Outcome { status: "NOT-FOUND", message });
    }
    let shows_all = visitor.is_team() || state.policy.legacy_emails;
    let shown = lines.into_iter().map(|(email, comment)| {
        let email = email.unwrap_or_default();
        FoundingComment { email: if shows_all { email } else { masked(&email) }, comment }
    });
    Ok(Answer::ok(shown.collect::<Vec<_>>()).into_response())
}

/// 404 with the body of the founding document in place of the house's own.
fn not_found(outcome: &Outcome) -> Result<Response, Failure> {
    let body = serde_json::to_vec(outcome).map_err(|_| Problem::internal())?;
    Ok((StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "application/json")], body).into_response())
}
