//! `/api/v1/csp`: which providers are watched, how they are, and what they have announced.

use axum::extract::{Path, Query, State};
use contracts::providers::{NewProvider, Provider, ProviderEvent, Refreshed};
use http::StatusCode;
use kit_base::{Page, Problem, Role, slug};
use kit_web::{Answer, Built, Failure, Fields, Paging, Reply, Routes, Rule, Visitor, query};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::routes;

use crate::adapters;
use crate::error::Error;
use crate::poller::Poller;
use crate::store;

/// Every route of this service.
pub(crate) fn routes(poller: Poller) -> Built {
    let manager = Rule::AtLeast(Role::Manager);
    Routes::new(poller)
        .add(Rule::Anyone, routes!(list))
        .add(manager, routes!(create))
        .add(Rule::Anyone, routes!(show))
        .add(manager, routes!(update))
        .add(manager, routes!(remove))
        .add(Rule::AtLeast(Role::Responder), routes!(refresh))
        .add(Rule::Anyone, routes!(events))
        .build()
}

/// Lists the providers by name. Of each last good reading only the components that are not operational are
/// shown; the provider itself shows all.
#[utoipa::path(get, path = "/api/v1/csp/providers", tag = "providers",
    params(query::PageParameters),
    responses((status = 200, description = "A page of providers.", body = Page<Provider>), (status = 404, description = "There is no such page.")))]
async fn list(State(poller): State<Poller>, visitor: Visitor, paging: Paging) -> Reply<Page<Provider>> {
    let mut page = poller.db.read(move |tx| store::list(tx, &paging)).await?;
    page.results.iter_mut().for_each(|provider| conceal(provider, &visitor));
    Ok(Answer::ok(page))
}

/// Adds a provider. Its feed is read at once and then again and again.
#[utoipa::path(post, path = "/api/v1/csp/providers", tag = "providers", request_body = NewProvider,
    responses((status = 201, description = "The new provider; it is unknown until its feed has been read.", body = Provider)))]
async fn create(State(poller): State<Poller>, fields: Fields) -> Reply<Provider> {
    let new = provider(fields)?;
    Ok(Answer::created(poller.db.write(move |tx| store::create(tx, &new)).await?))
}

/// Shows a provider with its whole last good reading.
#[utoipa::path(get, path = "/api/v1/csp/providers/{slug}", tag = "providers",
    params(("slug" = String, Path, description = "the provider", example = "github")),
    responses((status = 200, description = "The provider.", body = Provider)))]
async fn show(State(poller): State<Poller>, visitor: Visitor, Path(slug): Path<String>) -> Reply<Provider> {
    let mut provider = poller.db.read(move |tx| store::find(tx, &slug)).await?;
    conceal(&mut provider, &visitor);
    Ok(Answer::ok(provider))
}

/// Changes how a provider is read.
#[utoipa::path(put, path = "/api/v1/csp/providers/{slug}", tag = "providers", request_body = NewProvider,
    params(("slug" = String, Path, description = "the provider", example = "github")),
    responses((status = 200, description = "The provider as it is now.", body = Provider)))]
async fn update(State(poller): State<Poller>, Path(slug): Path<String>, fields: Fields) -> Reply<Provider> {
    let new = provider(fields)?;
    Ok(Answer::ok(poller.db.write(move |tx| store::update(tx, &slug, &new)).await?))
}

/// Stops watching a provider.
#[utoipa::path(delete, path = "/api/v1/csp/providers/{slug}", tag = "providers",
    params(("slug" = String, Path, description = "the provider", example = "github")),
    responses((status = 204, description = "It is watched no longer.")))]
async fn remove(State(poller): State<Poller>, Path(slug): Path<String>) -> Result<StatusCode, Failure> {
    poller.db.write(move |tx| store::delete(tx, &slug)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whom to read.
#[derive(Deserialize, IntoParams)]
struct Whom {
    /// The provider's name or slug.
    #[param(example = "github")]
    provider: Option<String>,
}

/// Reads a provider's feed at once and tells what came of it.
#[utoipa::path(post, path = "/api/v1/csp/refresh", tag = "providers", params(Whom),
    responses((status = 200, description = "What came of it.", body = Refreshed), (status = 400, description = "There is no such provider.")))]
async fn refresh(State(poller): State<Poller>, Query(whom): Query<Whom>) -> Reply<Refreshed> {
    let name = whom.provider.ok_or_else(|| Problem::invalid_field("provider", "This field is required."))?;
    let slug = slug(&name);
    let watched = poller.db.read(move |tx| store::watched(tx, &slug)).await?;
    let watched = watched.ok_or_else(|| Error::UnknownProvider(name.clone()))?;
    let refreshed = poller.read(watched).await?;
    Ok(Answer::ok(refreshed.ok_or(Error::UnknownProvider(name))?))
}

/// What the list is narrowed to.
#[derive(Deserialize, IntoParams)]
struct Narrowed {
    /// `true` for what goes on, `false` for what is over or still to come.
    #[param(example = "true")]
    active: Option<String>,
}

/// Lists the incidents and maintenances that providers have announced, newest first.
#[utoipa::path(get, path = "/api/v1/csp/events", tag = "providers", params(Narrowed, query::PageParameters),
    responses((status = 200, description = "A page of events.", body = Page<ProviderEvent>), (status = 400, description = "A filter cannot be understood."),
              (status = 404, description = "There is no such page.")))]
async fn events(
    State(poller): State<Poller>,
    Query(narrowed): Query<Narrowed>,
    paging: Paging,
) -> Reply<Page<ProviderEvent>> {
    let active = query::flag("active", narrowed.active.as_deref())?;
    Ok(Answer::ok(poller.db.read(move |tx| store::list_events(tx, active, &paging)).await?))
}

/// The address of a feed may hold a key, so it is for the team.
fn conceal(provider: &mut Provider, visitor: &Visitor) {
    if !visitor.is_team() {
        provider.feed_url = None;
    }
}

fn provider(mut fields: Fields) -> Result<NewProvider, Problem> {
    let new = NewProvider {
        name: fields.must_text("name", 100),
        feed_url: fields.must_url("feed_url"),
        feed_type: fields.must_text("type", 50),
        page_url: fields.url("page_url"),
    };
    if !new.name.is_empty() && slug(&new.name).is_empty() {
        fields.reject("name", "Use at least one letter or digit.");
    }
    if !new.feed_type.is_empty() && new.feed_type != "json" && adapters::named(&new.feed_type).is_none() {
        let names: Vec<&str> = adapters::names().collect();
        fields.reject("type", format!("Choose json or one of {}.", names.join(", ")));
    }
    fields.finish(new)
}
