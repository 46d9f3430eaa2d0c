//! The providers we know of, and how a page that we do not know can be read.

use std::collections::HashSet;

use axum::extract::{Query, State};
use contracts::providers::{CatalogueEntry, Detected};
use kit_base::{Page, Problem};
use kit_web::{Answer, Paging, Reply, query};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::error::Error;
use crate::poller::Poller;
use crate::{adapters, catalogue, detect, store};

/// What the catalogue is narrowed to.
#[derive(Deserialize, IntoParams)]
pub(super) struct Narrowed {
    /// Words that all stand in the name, slug, category or address of the page.
    #[param(example = "git")]
    q: Option<String>,
}

/// Lists the providers we know of by slug. One is enabled by adding a provider of that slug.
#[utoipa::path(get, path = "/api/v1/csp/catalogue", tag = "providers", params(Narrowed, query::PageParameters),
    responses((status = 200, description = "A page of entries.", body = Page<CatalogueEntry>), (status = 404, description = "There is no such page.")))]
pub(super) async fn catalogue(
    State(poller): State<Poller>,
    Query(narrowed): Query<Narrowed>,
    paging: Paging,
) -> Reply<Page<CatalogueEntry>> {
    let watched: HashSet<String> = poller.db.read(store::slugs).await?.into_iter().collect();
    let found: Vec<&catalogue::Entry> =
        catalogue::search(narrowed.q.as_deref().unwrap_or_default()).collect();
    let count = found.len() as u64;
    let window = paging.window(count).ok_or(Error::NoSuchPage)?;
    let from = usize::try_from(window.offset).unwrap_or(usize::MAX);
    let most = usize::try_from(window.limit).unwrap_or(0);
    let results = found.into_iter().skip(from).take(most).map(|entry| CatalogueEntry {
        slug: entry.slug.clone(),
        name: entry.name.clone(),
        category: entry.category.clone(),
        feed_type: adapters::named(&entry.adapter).map(|adapter| adapter.name().to_owned()),
        page_url: entry.page_url.clone(),
        runs_on: catalogue::runs_on(&entry.slug).to_vec(),
        watched: watched.contains(&entry.slug),
    });
    let results = results.collect();
    Ok(Answer::ok(paging.page(count, results)))
}

/// Which page.
#[derive(Deserialize, IntoParams)]
pub(super) struct Where {
    /// The address of a status page.
    #[param(example = "https://www.githubstatus.com")]
    url: Option<String>,
}

/// Finds out how a status page can be read. It is asked for a few documents, which takes some seconds.
#[utoipa::path(get, path = "/api/v1/csp/detect", tag = "providers", params(Where),
    responses((status = 200, description = "How it can be read.", body = Detected), (status = 400, description = "Nothing that can be read was found there.")))]
pub(super) async fn detect(State(poller): State<Poller>, Query(place): Query<Where>) -> Reply<Detected> {
    let url = place.url.filter(|url| !url.is_empty());
    let url = url.ok_or_else(|| Problem::invalid_field("url", "This field is required."))?;
    let found = detect::find(&poller.fetcher, &url).await;
    Ok(Answer::ok(found.map_err(|reason| Problem::invalid_field("url", reason))?))
}
