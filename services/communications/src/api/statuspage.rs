//! `/api/v2/*.json`: the documents of Statuspage's API, for everything that reads such pages.

use axum::extract::State;
use contracts::maintenances::MaintenanceState;
use kit_web::{Answer, Built, Class, Failure, Reply, Routes, Rule, Source};
use utoipa_axum::routes;

use MaintenanceState::{InProgress, Scheduled, Verifying};

use crate::Communications;
use crate::model::statuspage::wire::{
    ComponentsDocument, IncidentsDocument, MaintenancesDocument, StatusDocument, Summary,
};
use crate::model::statuspage::{Documents, Site, documents};
use crate::store::documents::snapshot;

/// The routes of the documents.
pub(super) fn routes(state: Communications) -> Built {
    Routes::new(state)
        .class(Class::Public)
        .add(Rule::Anyone, routes!(summary))
        .add(Rule::Anyone, routes!(status))
        .add(Rule::Anyone, routes!(components))
        .add(Rule::Anyone, routes!(incidents))
        .add(Rule::Anyone, routes!(unresolved))
        .add(Rule::Anyone, routes!(maintenances))
        .add(Rule::Anyone, routes!(upcoming))
        .add(Rule::Anyone, routes!(active))
        .build()
}

async fn look(state: &Communications, source: &Source, only_open: bool) -> Result<Documents, Failure> {
    let known = state.db.read(move |tx| snapshot(tx, only_open)).await?;
    Ok(documents(&known, &Site { name: &state.site_name, base: &state.base(source) }))
}

/// Tells everything at once: components, incidents that go on, maintenance that comes or goes on, and the verdict.
#[utoipa::path(get, path = "/api/v2/summary.json", tag = "statuspage",
    responses((status = 200, description = "The document, as Statuspage has it.", body = Summary)))]
async fn summary(State(state): State<Communications>, source: Source) -> Reply<Summary> {
    let made = look(&state, &source, true).await?;
    let scheduled_maintenances = made.maintenances(&[Scheduled, InProgress, Verifying]);
    let Documents { page, components, incidents, status, .. } = made;
    Ok(Answer::ok(Summary { page, components, incidents, scheduled_maintenances, status }))
}

/// Tells the verdict on the whole.
#[utoipa::path(get, path = "/api/v2/status.json", tag = "statuspage",
    responses((status = 200, description = "The document, as Statuspage has it.", body = StatusDocument)))]
async fn status(State(state): State<Communications>, source: Source) -> Reply<StatusDocument> {
    let Documents { page, status, .. } = look(&state, &source, true).await?;
    Ok(Answer::ok(StatusDocument { page, status }))
}

/// Tells how each component is.
#[utoipa::path(get, path = "/api/v2/components.json", tag = "statuspage",
    responses((status = 200, description = "The document, as Statuspage has it.", body = ComponentsDocument)))]
async fn components(State(state): State<Communications>, source: Source) -> Reply<ComponentsDocument> {
    let Documents { page, components, .. } = look(&state, &source, true).await?;
    Ok(Answer::ok(ComponentsDocument { page, components }))
}

/// Tells of the newest 50 incidents, those that are over included.
#[utoipa::path(get, path = "/api/v2/incidents.json", tag = "statuspage",
    responses((status = 200, description = "The document, as Statuspage has it.", body = IncidentsDocument)))]
async fn incidents(State(state): State<Communications>, source: Source) -> Reply<IncidentsDocument> {
    let Documents { page, incidents, .. } = look(&state, &source, false).await?;
    Ok(Answer::ok(IncidentsDocument { page, incidents }))
}

/// Tells of the incidents that go on.
#[utoipa::path(get, path = "/api/v2/incidents/unresolved.json", tag = "statuspage",
    responses((status = 200, description = "The document, as Statuspage has it.", body = IncidentsDocument)))]
async fn unresolved(State(state): State<Communications>, source: Source) -> Reply<IncidentsDocument> {
    let Documents { page, incidents, .. } = look(&state, &source, true).await?;
    Ok(Answer::ok(IncidentsDocument { page, incidents }))
}

/// Tells of announced maintenance: the newest 50 times of it, those that are over included.
#[utoipa::path(get, path = "/api/v2/scheduled-maintenances.json", tag = "statuspage",
    responses((status = 200, description = "The document, as Statuspage has it.", body = MaintenancesDocument)))]
async fn maintenances(State(state): State<Communications>, source: Source) -> Reply<MaintenancesDocument> {
    works(&state, &source, &MaintenanceState::ALL).await
}

/// Tells of maintenance that is to come.
#[utoipa::path(get, path = "/api/v2/scheduled-maintenances/upcoming.json", tag = "statuspage",
    responses((status = 200, description = "The document, as Statuspage has it.", body = MaintenancesDocument)))]
async fn upcoming(State(state): State<Communications>, source: Source) -> Reply<MaintenancesDocument> {
    works(&state, &source, &[Scheduled]).await
}

/// Tells of maintenance that goes on.
#[utoipa::path(get, path = "/api/v2/scheduled-maintenances/active.json", tag = "statuspage",
    responses((status = 200, description = "The document, as Statuspage has it.", body = MaintenancesDocument)))]
async fn active(State(state): State<Communications>, source: Source) -> Reply<MaintenancesDocument> {
    works(&state, &source, &[InProgress, Verifying]).await
}

async fn works(
    state: &Communications,
    source: &Source,
    states: &[MaintenanceState],
) -> Reply<MaintenancesDocument> {
    let made = look(state, source, true).await?;
    let scheduled_maintenances = made.maintenances(states);
    Ok(Answer::ok(MaintenancesDocument { page: made.page, scheduled_maintenances }))
}
