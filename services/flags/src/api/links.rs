//! `/api/v1/flags/links`: which incidents pull which flags.

use axum::extract::{Path, Query, State};
use contracts::flags::{Link, NewLink, SwitchAction};
use http::StatusCode;
use kit_base::Page;
use kit_web::{Answer, Failure, Fields, Paging, Reply, query};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::Flags;
use crate::model::LONGEST_KEY;
use crate::store::links;

/// What the list is narrowed to.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Narrowed {
    /// A flag.
    #[param(example = "checkout-v2")]
    flag: Option<String>,
    /// A flag set.
    #[param(example = "default")]
    set: Option<String>,
}

/// Lists the links by set and flag.
#[utoipa::path(get, path = "/api/v1/flags/links", tag = "flags", operation_id = "list_links", params(Narrowed, query::PageParameters),
    responses((status = 200, description = "A page of links.", body = Page<Link>), (status = 404, description = "There is no such page.")))]
pub(super) async fn list(
    State(state): State<Flags>,
    Query(narrowed): Query<Narrowed>,
    paging: Paging,
) -> Reply<Page<Link>> {
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let (set, flag) = (given(narrowed.set), given(narrowed.flag));
    let page = state.db.read(move |tx| links::list(tx, set.as_deref(), flag.as_deref(), &paging));
    Ok(Answer::ok(page.await?))
}

/// Links incidents to a flag: while one matches, the flag is disabled, or everybody gets one variant. Incidents that go on
/// count at once.
#[utoipa::path(post, path = "/api/v1/flags/links", tag = "flags", operation_id = "create_link", request_body = NewLink,
    responses((status = 201, description = "The new link.", body = Link), (status = 409, description = "There are too many.")))]
pub(super) async fn create(State(state): State<Flags>, mut fields: Fields) -> Reply<Link> {
    let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
    let new = NewLink {
        flag: fields.must_text("flag", LONGEST_KEY),
        set: filled(fields.text("set", LONGEST_KEY)),
        component: filled(fields.text("component", 100)),
        min_severity: fields.integer("min_severity", 1..=4),
        action: fields.choice("action", &SwitchAction::ALL, SwitchAction::as_str),
        variant: filled(fields.text("variant", LONGEST_KEY)),
    };
    if new.component.is_none() && new.min_severity.is_none() {
        fields.reject("component", "Say a component, a severity (min_severity), or both.");
    }
    let forces = new.action == Some(SwitchAction::Variant);
    if forces && new.variant.is_none() {
        fields.reject("variant", "Say which variant is forced.");
    }
    if !forces && new.variant.is_some() {
        fields.reject("variant", "A variant is forced by the action \"variant\" only.");
    }
    let new = fields.finish(new)?;
    let policy = state.policy;
    Ok(Answer::created(state.change(move |tx| links::create(tx, &new, &policy)).await?))
}

/// Removes a link; what it alone has pulled is restored.
#[utoipa::path(delete, path = "/api/v1/flags/links/{id}", tag = "flags", operation_id = "remove_link",
    params(("id" = String, Path, description = "the link", example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")),
    responses((status = 204, description = "It is no more.")))]
pub(super) async fn remove(
    State(state): State<Flags>,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    let policy = state.policy;
    state.change(move |tx| links::remove(tx, &id, &policy)).await?;
    Ok(StatusCode::NO_CONTENT)
}
