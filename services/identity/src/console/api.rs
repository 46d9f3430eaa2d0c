//! The routes of sessions: the pages, and what users see and end of their own.

use axum::extract::{Path, State};
use contracts::access::ConsoleSession;
use http::{HeaderMap, StatusCode};
use kit_base::{Page, Role};
use kit_web::{Answer, Built, Failure, Member, Paging, Reply, Routes, Rule, Source, query};
use utoipa_axum::routes;

use super::Visitor;
use super::page;
use crate::Identity;

/// The routes of sessions.
pub(crate) fn routes(state: Identity) -> Built {
    let member = Rule::AtLeast(Role::Member);
    Routes::new(state)
        .add(Rule::Anyone, routes!(page::login_page, page::enter))
        .add(Rule::Anyone, routes!(page::leave))
        .add(member, routes!(list, end_others))
        .add(member, routes!(end))
        .build()
}

/// Lists one's own sessions, the latest first.
#[utoipa::path(get, path = "/api/v1/auth/sessions", tag = "sessions", params(query::PageParameters),
    responses((status = 200, description = "A page of one's sessions.", body = Page<ConsoleSession>),
              (status = 404, description = "There is no such page.")))]
async fn list(
    State(state): State<Identity>,
    member: Member,
    source: Source,
    headers: HeaderMap,
    paging: Paging,
) -> Reply<Page<ConsoleSession>> {
    let visitor = Visitor::of(&headers, &source);
    Ok(Answer::ok(state.sessions(member.0.user_id, visitor, paging).await?))
}

/// Ends one of one's own sessions.
#[utoipa::path(delete, path = "/api/v1/auth/sessions/{id}", tag = "sessions",
    params(("id" = String, Path, description = "the session's id", example = "019aa0c4-5c00-7000-8000-4d1f0a2b3c5e")),
    responses((status = 204, description = "It has ended.")))]
async fn end(
    State(state): State<Identity>,
    member: Member,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    state.end_session(member.0.user_id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends all of one's own sessions but the one that asks.
#[utoipa::path(delete, path = "/api/v1/auth/sessions", tag = "sessions",
    responses((status = 204, description = "They have ended.")))]
async fn end_others(
    State(state): State<Identity>,
    member: Member,
    source: Source,
    headers: HeaderMap,
) -> Result<StatusCode, Failure> {
    state.end_other_sessions(member.0.user_id, Visitor::of(&headers, &source)).await?;
    Ok(StatusCode::NO_CONTENT)
}
