//! The providers that are watched.

use axum::extract::{Path, Query, State};
use contracts::providers::{NewProvider, Provider, ProviderChange, Refreshed};
use http::StatusCode;
use kit_base::{Page, Problem, slug};
use kit_web::{Answer, Failure, Fields, Paging, Reply, Visitor, query};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::error::Error;
use crate::poller::Poller;
use crate::schedule::{Feed, Sight};
use crate::store::{self, Definition, changes};
use crate::{adapters, catalogue, detect};

/// Lists the providers by name. Of each last good reading only the components that are not operational are
/// shown; the provider itself shows all.
#[utoipa::path(get, path = "/api/v1/csp/providers", tag = "providers",
    params(query::PageParameters),
    responses((status = 200, description = "A page of providers.", body = Page<Provider>), (status = 404, description = "There is no such page.")))]
pub(super) async fn list(
    State(poller): State<Poller>,
    visitor: Visitor,
    paging: Paging,
) -> Reply<Page<Provider>> {
    let mut page = poller.db.read(move |tx| store::list(tx, &paging)).await?;
    page.results.iter_mut().for_each(|provider| finish(provider, &poller, &visitor));
    Ok(Answer::ok(page))
}

/// Adds a provider: by its slug in the catalogue alone, by a name and its page, of which the family is then found out,
/// or by a name and the document to read. It is read at once and then again and again.
#[utoipa::path(post, path = "/api/v1/csp/providers", tag = "providers", request_body = NewProvider,
    responses((status = 201, description = "The new provider; it is unknown until its feed has been read.", body = Provider)))]
pub(super) async fn create(
    State(poller): State<Poller>,
    visitor: Visitor,
    fields: Fields,
) -> Reply<Provider> {
    let (new, slug) = understood(fields, None)?;
    let new = complete(&poller, new).await?;
    let mut added = poller.db.write(move |tx| store::create(tx, slug.as_deref(), &new)).await?;
    begin(&poller, &added);
    finish(&mut added, &poller, &visitor);
    Ok(Answer::created(added))
}

/// Shows a provider with its whole last good reading.
#[utoipa::path(get, path = "/api/v1/csp/providers/{slug}", tag = "providers",
    params(("slug" = String, Path, description = "the provider", example = "github")),
    responses((status = 200, description = "The provider.", body = Provider)))]
pub(super) async fn show(
    State(poller): State<Poller>,
    visitor: Visitor,
    Path(slug): Path<String>,
) -> Reply<Provider> {
    let mut provider = poller.db.read(move |tx| store::find(tx, &slug)).await?;
    finish(&mut provider, &poller, &visitor);
    Ok(Answer::ok(provider))
}

/// Changes how a provider is read. What is absent is found out anew, as when it is added.
#[utoipa::path(put, path = "/api/v1/csp/providers/{slug}", tag = "providers", request_body = NewProvider,
    params(("slug" = String, Path, description = "the provider", example = "github")),
    responses((status = 200, description = "The provider as it is now.", body = Provider)))]
pub(super) async fn update(
    State(poller): State<Poller>,
    visitor: Visitor,
    Path(slug): Path<String>,
    fields: Fields,
) -> Reply<Provider> {
    let (new, _) = understood(fields, Some(&slug))?;
    let new = complete(&poller, new).await?;
    let mut changed = poller.db.write(move |tx| store::update(tx, &slug, &new)).await?;
    begin(&poller, &changed);
    finish(&mut changed, &poller, &visitor);
    Ok(Answer::ok(changed))
}

/// Stops watching a provider.
#[utoipa::path(delete, path = "/api/v1/csp/providers/{slug}", tag = "providers",
    params(("slug" = String, Path, description = "the provider", example = "github")),
    responses((status = 204, description = "It is watched no longer.")))]
pub(super) async fn remove(
    State(poller): State<Poller>,
    Path(slug): Path<String>,
) -> Result<StatusCode, Failure> {
    let gone = slug.clone();
    poller.db.write(move |tx| store::delete(tx, &slug)).await?;
    poller.schedule.remove(&gone);
    Ok(StatusCode::NO_CONTENT)
}

/// What of the past is asked for.
#[derive(Deserialize, IntoParams)]
pub(super) struct Past {
    /// The key of a component, or `*` for the whole; all when absent.
    #[param(example = "actions")]
    component: Option<String>,
    /// Changes at this moment or later, as `2026-11-01` or `2026-11-01T08:00:00Z`.
    #[param(example = "2026-11-01")]
    from: Option<String>,
    /// Changes before this moment.
    #[param(example = "2026-12-01")]
    to: Option<String>,
}

/// Lists how a provider and its components changed, newest first. What is well when it is first seen is not listed.
#[utoipa::path(get, path = "/api/v1/csp/providers/{slug}/history", tag = "providers",
    params(("slug" = String, Path, description = "the provider", example = "github"), Past, query::PageParameters),
    responses((status = 200, description = "A page of changes.", body = Page<ProviderChange>), (status = 400, description = "A filter cannot be understood.")))]
pub(super) async fn history(
    State(poller): State<Poller>,
    Path(slug): Path<String>,
    Query(past): Query<Past>,
    paging: Paging,
) -> Reply<Page<ProviderChange>> {
    let mut fields = Fields::default();
    let from = query::moment(&mut fields, "from", past.from.as_deref());
    let to = query::moment(&mut fields, "to", past.to.as_deref());
    let component = past.component.filter(|key| !key.is_empty());
    let filter = fields.finish(changes::Filter { component, from, to })?;
    Ok(Answer::ok(poller.db.read(move |tx| changes::list(tx, &slug, &filter, &paging)).await?))
}

/// Whom to read.
#[derive(Deserialize, IntoParams)]
pub(super) struct Whom {
    /// The provider's name or slug.
    #[param(example = "github")]
    provider: Option<String>,
}

/// Reads a provider's feed at once and tells what came of it.
#[utoipa::path(post, path = "/api/v1/csp/refresh", tag = "providers", params(Whom),
    responses((status = 200, description = "What came of it.", body = Refreshed), (status = 400, description = "There is no such provider.")))]
pub(super) async fn refresh(State(poller): State<Poller>, Query(whom): Query<Whom>) -> Reply<Refreshed> {
    let name = whom.provider.ok_or_else(|| Problem::invalid_field("provider", "This field is required."))?;
    let refreshed = poller.read(&slug(&name)).await?;
    Ok(Answer::ok(refreshed.ok_or(Error::UnknownProvider(name))?))
}

/// The feed is read from now on.
fn begin(poller: &Poller, provider: &Provider) {
    let feed = Feed {
        slug: provider.slug.clone(),
        feed_url: provider.feed_url.clone().unwrap_or_default(),
        feed_type: provider.feed_type.clone(),
        page_url: provider.page_url.clone(),
        regions: provider.regions.clone(),
    };
    poller.schedule.set(feed, Sight::default(), poller.clock.now());
}

/// What is not written down with every look, and without what is for the team: the address of a feed may hold a key.
fn finish(provider: &mut Provider, poller: &Poller, visitor: &Visitor) {
    if let Some((read_at, next_at, failures)) = poller.schedule.pulse(&provider.slug) {
        provider.read_at = provider.read_at.max(read_at);
        (provider.next_at, provider.failures) = (Some(next_at), failures);
    }
    if !visitor.is_team() {
        provider.feed_url = None;
    }
}

/// The fields of a provider, filled from the catalogue where it has an entry, and the slug if one is said.
fn understood(mut fields: Fields, at: Option<&str>) -> Result<(NewProvider, Option<String>), Problem> {
    let slug = fields.text("slug", 100).filter(|slug| !slug.is_empty() && at.is_none());
    let entry = slug.as_deref().or(at).and_then(catalogue::find);
    if slug.is_some() && entry.is_none() {
        fields.reject("slug", "There is no such entry in the catalogue; give a name instead.");
    }
    let name = match &slug {
        None => Some(fields.must_text("name", 100)),
        Some(_) => {
            fields.text("name", 100).filter(|name| !name.is_empty()).or(entry.map(|entry| entry.name.clone()))
        }
    };
    if name.as_ref().is_some_and(|name| !name.is_empty() && kit_base::slug(name).is_empty()) {
        fields.reject("name", "Use at least one letter or digit.");
    }
    let new = NewProvider {
        name,
        feed_url: fields.url("feed_url"),
        feed_type: fields.text("type", 50).filter(|word| !word.is_empty()),
        page_url: fields.url("page_url"),
        regions: fields.texts("regions", 100),
        slug: None,
    };
    let known = new.feed_type.as_deref().is_none_or(|word| word == "json" || adapters::named(word).is_some());
    if !known {
        let names: Vec<&str> = adapters::names().collect();
        fields.reject("type", format!("Choose json or one of {}.", names.join(", ")));
    }
    let new = match entry {
        Some(entry) if new.feed_url.is_none() && new.page_url.is_none() => of_entry(new, entry),
        _ => new,
    };
    if new.feed_url.is_none() && new.page_url.is_none() {
        fields.reject("feed_url", "Give the document to read, or a page_url from which to look for it.");
    }
    fields.finish((new, slug))
}

/// The catalogue's word on what is not said.
fn of_entry(new: NewProvider, entry: &catalogue::Entry) -> NewProvider {
    let feed = entry.is_readable().then(|| (entry.feed_url.clone(), entry.adapter.clone())).unzip();
    NewProvider {
        feed_url: feed.0,
        feed_type: new.feed_type.or(feed.1),
        page_url: Some(entry.page_url.clone()),
        ..new
    }
}

/// Looks for the document where none is named.
async fn complete(poller: &Poller, new: NewProvider) -> Result<Definition, Problem> {
    let (feed_url, feed_type) = match (new.feed_url, &new.page_url) {
        (Some(feed_url), _) => (feed_url, new.feed_type.unwrap_or_else(|| "json".to_owned())),
        (None, page) => {
            let page = page.as_deref().unwrap_or_default();
            let found = detect::find(&poller.fetcher, page).await;
            let found = found.map_err(|reason| Problem::invalid_field("page_url", reason))?;
            (found.feed_url, found.feed_type)
        }
    };
    let regions = new.regions.unwrap_or_default();
    Ok(Definition {
        name: new.name.unwrap_or_default(),
        feed_url,
        feed_type,
        page_url: new.page_url,
        regions,
    })
}
