//! Cause and effect between providers: who runs on whom, and whose incidents overlap.

use std::time::Duration;

use axum::extract::{Path, Query, State};
use contracts::providers::{ProviderGraph, Relation};
use http::StatusCode;
use kit_web::{Answer, Failure, Fields, Reply, query};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::poller::Poller;
use crate::store::graph as stored;
use crate::{catalogue, store};

/// How far back is looked for overlaps where nothing is said.
const USUAL: Duration = Duration::from_hours(7 * 24);

/// Since when.
#[derive(Deserialize, IntoParams)]
pub(super) struct Since {
    /// Incidents that went on at this moment or later, as `2026-11-01` or `2026-11-01T08:00:00Z`; the last seven days
    /// when absent.
    #[param(example = "2026-11-01")]
    from: Option<String>,
}

/// Shows which of the watched providers run on which others, and which of their incidents overlapped in time.
#[utoipa::path(get, path = "/api/v1/csp/graph", tag = "providers", params(Since),
    responses((status = 200, description = "The graph.", body = ProviderGraph), (status = 400, description = "A parameter cannot be understood.")))]
pub(super) async fn graph(State(poller): State<Poller>, Query(since): Query<Since>) -> Reply<ProviderGraph> {
    let mut fields = Fields::default();
    let from = query::moment(&mut fields, "from", since.from.as_deref());
    let from = fields.finish(from)?.unwrap_or(poller.clock.now().minus(USUAL));
    // Incidents that are over leave it with time.
    kit_base::reads::note_briefly(Duration::from_secs(60));
    Ok(Answer::ok(poller.db.read(move |tx| stored::graph(tx, from)).await?))
}

/// Says that a provider runs on another one.
#[utoipa::path(post, path = "/api/v1/csp/relations", tag = "providers", request_body = Relation,
    responses((status = 201, description = "The relation.", body = Relation)))]
pub(super) async fn relate(State(poller): State<Poller>, mut fields: Fields) -> Reply<Relation> {
    let (provider, runs_on) = (fields.must_text("provider", 100), fields.must_text("runs_on", 100));
    let watched = poller.db.read(store::slugs).await?;
    for (field, slug) in [("provider", &provider), ("runs_on", &runs_on)] {
        if !slug.is_empty() && !watched.contains(slug) && catalogue::find(slug).is_none() {
            fields
                .reject(field, format!("There is no provider {slug}, neither watched nor in the catalogue."));
        }
    }
    let (provider, runs_on) = fields.finish((provider, runs_on))?;
    Ok(Answer::created(poller.db.write(move |tx| stored::relate(tx, &provider, &runs_on)).await?))
}

/// Says that a provider does not run on another one, whatever the catalogue says.
#[utoipa::path(delete, path = "/api/v1/csp/relations/{provider}/{runs_on}", tag = "providers",
    params(("provider" = String, Path, description = "the one that runs on the other", example = "heroku"),
           ("runs_on" = String, Path, description = "the other", example = "amazon-web-services")),
    responses((status = 204, description = "It is not so.")))]
pub(super) async fn unrelate(
    State(poller): State<Poller>,
    Path((provider, runs_on)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    poller.db.write(move |tx| stored::unrelate(tx, &provider, &runs_on)).await?;
    Ok(StatusCode::NO_CONTENT)
}
