//! What providers have announced.

use axum::extract::{Query, State};
use contracts::Status;
use contracts::providers::{ProviderEvent, ProviderEventKind};
use kit_base::{Page, Problem};
use kit_web::{Answer, Fields, Paging, Reply, query};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::poller::Poller;
use crate::store::events::{self, Filter};

/// What the list is narrowed to.
#[derive(Deserialize, IntoParams)]
pub(super) struct Narrowed {
    /// `true` for what goes on, `false` for what is over or still to come.
    #[param(example = "true")]
    active: Option<String>,
    /// The slug of a provider.
    #[param(example = "github")]
    provider: Option<String>,
    /// `incident` or `maintenance`.
    #[param(example = "incident")]
    kind: Option<String>,
    /// How bad it is, or was, as `major_outage`.
    #[param(example = "major_outage")]
    status: Option<String>,
    /// Events that began at this moment or later, as `2026-11-01` or `2026-11-01T08:00:00Z`.
    #[param(example = "2026-11-01")]
    from: Option<String>,
    /// Events that began before this moment.
    #[param(example = "2026-12-01")]
    to: Option<String>,
}

/// Lists the incidents and maintenances that providers have announced, newest first.
#[utoipa::path(get, path = "/api/v1/csp/events", tag = "providers", params(Narrowed, query::PageParameters),
    responses((status = 200, description = "A page of events.", body = Page<ProviderEvent>), (status = 400, description = "A filter cannot be understood."),
              (status = 404, description = "There is no such page.")))]
pub(super) async fn events(
    State(poller): State<Poller>,
    Query(narrowed): Query<Narrowed>,
    paging: Paging,
) -> Reply<Page<ProviderEvent>> {
    let filter = understood(narrowed)?;
    Ok(Answer::ok(poller.db.read(move |tx| events::list(tx, &filter, &paging)).await?))
}

fn understood(narrowed: Narrowed) -> Result<Filter, Problem> {
    let active = query::flag("active", narrowed.active.as_deref())?;
    let mut fields = Fields::default();
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let kind = given(narrowed.kind).map(|word| ProviderEventKind::parse(&word));
    if kind == Some(None) {
        fields.reject("kind", "Choose incident or maintenance.");
    }
    let status = given(narrowed.status).map(|word| Status::parse(&word));
    if status == Some(None) {
        fields.reject("status", format!("Choose one of {}.", Status::ALL.map(Status::as_str).join(", ")));
    }
    let from = query::moment(&mut fields, "from", narrowed.from.as_deref());
    let to = query::moment(&mut fields, "to", narrowed.to.as_deref());
    let (kind, status, provider) = (kind.flatten(), status.flatten(), given(narrowed.provider));
    fields.finish(Filter { active, provider, kind, status, from, to })
}
