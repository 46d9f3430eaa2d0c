//! `/api/v1/signals`: what watchers say, from within and from outside.

use axum::extract::{Query, State};
use contracts::Level;
use contracts::signals::{NewSignal, Signal, SignalState};
use kit_base::Page;
use kit_web::{Answer, Fields, Paging, Reply, query};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::Incidents;
use crate::error::Error;
use crate::model::{Reference, is_slug};
use crate::store::{hearing, signals};

/// What the list is narrowed to.
#[derive(Deserialize, IntoParams)]
pub(super) struct Narrowed {
    /// `true` for those that stand, `false` for those that have cleared.
    #[param(example = "true")]
    active: Option<String>,
    /// The component that they are about.
    #[param(example = "github:actions")]
    component: Option<String>,
}

/// Lists signals, newest first.
#[utoipa::path(get, path = "/api/v1/signals", tag = "signals", params(Narrowed, query::PageParameters),
    responses((status = 200, description = "A page of signals.", body = Page<Signal>), (status = 400, description = "A filter cannot be understood."),
              (status = 404, description = "There is no such page.")))]
pub(super) async fn list(
    State(state): State<Incidents>,
    Query(narrowed): Query<Narrowed>,
    paging: Paging,
) -> Reply<Page<Signal>> {
    let active = query::flag("active", narrowed.active.as_deref())?;
    let component = narrowed.component.filter(|component| !component.is_empty());
    let list = move |tx: &mut kit_store::Tx<'_>| signals::list(tx, active, component.as_deref(), &paging);
    Ok(Answer::ok(state.db.read(list).await?))
}

/// Raises a signal, or clears it. The same source and key are the same signal, told again.
#[utoipa::path(post, path = "/api/v1/signals", tag = "signals", request_body = NewSignal,
    responses((status = 201, description = "The signal is new.", body = Signal),
              (status = 200, description = "The signal was known.", body = Signal)))]
pub(super) async fn hear(State(state): State<Incidents>, mut fields: Fields) -> Reply<Signal> {
    let level = fields.must_choice("level", &Level::ALL, Level::as_str).unwrap_or(Level::DegradedPerformance);
    let new = NewSignal {
        source: fields.must_text("source", 50),
        key: fields.must_text("key", 300),
        component: fields.must_text("component", 300),
        level,
        title: fields.must_text("title", 300),
        state: fields.choice("state", &SignalState::ALL, SignalState::as_str),
        evidence_url: fields.url("evidence_url"),
        since: fields.time("since"),
        expires_at: fields.time("expires_at"),
    };
    if !new.source.is_empty() && !is_slug(&new.source) {
        fields.reject("source", "Use lower-case letters, digits, hyphens, underscores and dots.");
    }
    if !new.component.is_empty() && Reference::parse(&new.component).is_none() {
        fields.reject("component", "Give a component's slug, or provider:component.");
    }
    let new = fields.finish(new)?;
    let policy = state.policy.clone();
    let hear = move |tx: &mut kit_store::Tx<'_>| {
        hearing::check(tx, &new)?;
        Ok::<_, Error>(hearing::hear(tx, &policy, &new)?)
    };
    let (signal, is_new) = state.db.write(hear).await?;
    Ok(if is_new { Answer::created(signal) } else { Answer::ok(signal) })
}
