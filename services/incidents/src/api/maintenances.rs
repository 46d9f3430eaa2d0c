//! `/api/v1/maintenances`: announced work, when it comes, and how it goes on.

use axum::extract::{Path, Query, State};
use contracts::maintenances::{Maintenance, MaintenanceState, NewMaintenance};
use kit_base::{Page, Problem, Timestamp};
use kit_web::{Answer, Failure, Fields, Paging, Reply, Visitor, query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Incidents;
use crate::error::Error;
use crate::model::{is_slug, maintenance, recurrence};
use crate::store::maintenances::{self, Filter};

/// What somebody may say of a maintenance: all but that it is still to come.
const SAID: [MaintenanceState; 3] =
    [MaintenanceState::InProgress, MaintenanceState::Verifying, MaintenanceState::Completed];

/// What the list is narrowed to. What is not understood is refused.
#[derive(Deserialize, IntoParams)]
pub(super) struct Narrowed {
    /// `scheduled`, `in_progress`, `verifying` or `completed`.
    #[param(example = "scheduled")]
    state: Option<String>,
    /// The slug of a component.
    #[param(example = "database")]
    component: Option<String>,
    /// Only those of which a time ends after this moment.
    #[param(example = "2026-11-21T20:15:00Z")]
    from: Option<String>,
    /// Only those of which a time begins before this moment.
    #[param(example = "2026-12-05T20:15:00Z")]
    until: Option<String>,
    /// `starts_at` for the soonest first, `-starts_at` (when absent) for the latest first.
    #[param(example = "starts_at")]
    ordering: Option<String>,
}

/// Lists maintenances by the time that runs or comes next, the latest first. Everybody sees those of public components.
#[utoipa::path(get, path = "/api/v1/maintenances", tag = "maintenances", params(Narrowed, query::PageParameters),
    responses((status = 200, description = "A page of maintenances.", body = Page<Maintenance>), (status = 400, description = "A filter cannot be understood."),
              (status = 404, description = "There is no such page.")))]
pub(super) async fn list(
    State(state): State<Incidents>,
    visitor: Visitor,
    Query(narrowed): Query<Narrowed>,
    paging: Paging,
) -> Reply<Page<Maintenance>> {
    let filter = filter(narrowed, !visitor.is_team())?;
    Ok(Answer::ok(state.db.read(move |tx| maintenances::list(tx, &filter, &paging)).await?))
}

fn filter(narrowed: Narrowed, public_only: bool) -> Result<Filter, Problem> {
    let mut fields = Fields::default();
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let word = given(narrowed.state);
    let state = word.as_deref().and_then(MaintenanceState::parse);
    if word.is_some() && state.is_none() {
        fields.reject("state", "Choose one of scheduled, in_progress, verifying, completed.");
    }
    let mut moment = |name: &str, text: Option<String>| {
        let text = given(text)?;
        let moment = Timestamp::parse(&text);
        if moment.is_none() {
            fields.reject(name, "Enter a moment such as 2026-11-21T20:15:00Z.");
        }
        moment
    };
    let (from, until) = (moment("from", narrowed.from), moment("until", narrowed.until));
    let soonest_first = match given(narrowed.ordering).as_deref() {
        None | Some("-starts_at") => false,
        Some("starts_at") => true,
        Some(_) => {
            fields.reject("ordering", "Choose one of starts_at, -starts_at.");
            false
        }
    };
    let component = given(narrowed.component);
    fields.finish(Filter { state, component, from, until, soonest_first, public_only })
}

/// Announces a maintenance: once, or by a rule again and again.
///
/// It begins and ends by itself. While it runs its components are under maintenance, and what is signalled about them
/// neither changes their status nor opens incidents.
#[utoipa::path(post, path = "/api/v1/maintenances", tag = "maintenances", request_body = NewMaintenance,
    responses((status = 201, description = "The new maintenance.", body = Maintenance)))]
pub(super) async fn create(State(state): State<Incidents>, fields: Fields) -> Reply<Maintenance> {
    let (new, plan) = written(fields, None, state.clock.now())?;
    let policy = state.policy.clone();
    let create = move |tx: &mut kit_store::Tx<'_>| maintenances::create(tx, &policy, &new, &plan);
    Ok(Answer::created(state.db.write(create).await?))
}

/// Shows a maintenance with the time that runs or comes next, and those before and after.
#[utoipa::path(get, path = "/api/v1/maintenances/{id}", tag = "maintenances",
    params(("id" = String, Path, description = "the maintenance", example = "MNT-7QKX2MPA")),
    responses((status = 200, description = "The maintenance.", body = Maintenance)))]
pub(super) async fn show(
    State(state): State<Incidents>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Reply<Maintenance> {
    let find = if visitor.is_team() { maintenances::find } else { maintenances::find_public };
    Ok(Answer::ok(state.db.read(move |tx| find(tx, &id)).await?))
}

/// Writes a maintenance anew; what the body does not name stays as it is, and an empty `rrule` takes the rule away.
///
/// Times that are over stay as they were. Of one that runs and comes only once, the end can be moved.
#[utoipa::path(put, path = "/api/v1/maintenances/{id}", tag = "maintenances", request_body = NewMaintenance,
    params(("id" = String, Path, description = "the maintenance", example = "MNT-7QKX2MPA")),
    responses((status = 200, description = "The maintenance as it is now.", body = Maintenance)))]
pub(super) async fn update(
    State(state): State<Incidents>,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Maintenance> {
    let known = id.clone();
    let old = state.db.read(move |tx| maintenances::find(tx, &known)).await?;
    let (new, plan) = written(fields, Some(&old), state.clock.now())?;
    let policy = state.policy.clone();
    let update = move |tx: &mut kit_store::Tx<'_>| maintenances::update(tx, &policy, &id, &new, &plan);
    Ok(Answer::ok(state.db.write(update).await?))
}

/// Cancels a maintenance. If it runs it is broken off; when its components were worked on stays in their history.
#[utoipa::path(delete, path = "/api/v1/maintenances/{id}", tag = "maintenances",
    params(("id" = String, Path, description = "the maintenance", example = "MNT-7QKX2MPA")),
    responses((status = 204, description = "It is gone.")))]
pub(super) async fn remove(
    State(state): State<Incidents>,
    Path(id): Path<String>,
) -> Result<http::StatusCode, Failure> {
    let policy = state.policy.clone();
    state.db.write(move |tx| maintenances::delete(tx, &policy, &id)).await?;
    Ok(http::StatusCode::NO_CONTENT)
}

/// Where a maintenance is now.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct NewState {
    /// `in_progress`, `verifying` or `completed`.
    state: MaintenanceState,
}

/// Begins a maintenance early (at most a day), says that the work is done and looked at, or ends it early.
#[utoipa::path(post, path = "/api/v1/maintenances/{id}/state", tag = "maintenances", request_body = NewState,
    params(("id" = String, Path, description = "the maintenance", example = "MNT-7QKX2MPA")),
    responses((status = 200, description = "The maintenance as it is now.", body = Maintenance),
              (status = 409, description = "It does not run, or is not to begin within a day.")))]
pub(super) async fn set_state(
    State(state): State<Incidents>,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Reply<Maintenance> {
    let to = fields.must_choice("state", &SAID, MaintenanceState::as_str);
    let to = fields.finish(to)?.ok_or(Error::NotFound)?;
    let policy = state.policy.clone();
    Ok(Answer::ok(state.db.write(move |tx| maintenances::set_state(tx, &policy, &id, to)).await?))
}

/// When a maintenance that runs is to end.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct NewEnd {
    /// The moment at which it ends: after now, and before it comes again.
    #[schema(example = "2026-12-01T05:00:00Z")]
    ends_at: Timestamp,
}

/// Extends the maintenance that runs: it ends at that moment instead.
#[utoipa::path(post, path = "/api/v1/maintenances/{id}/extend", tag = "maintenances", request_body = NewEnd,
    params(("id" = String, Path, description = "the maintenance", example = "MNT-7QKX2MPA")),
    responses((status = 200, description = "The maintenance as it is now.", body = Maintenance),
              (status = 409, description = "It does not run.")))]
pub(super) async fn extend(
    State(state): State<Incidents>,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Reply<Maintenance> {
    let text = fields.must_text("ends_at", 100);
    let known = id.clone();
    let old = state.db.read(move |tx| maintenances::find(tx, &known)).await?;
    let zone = recurrence::zone(&old.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let ends_at = maintenance::time(&zone, &text);
    if ends_at.is_none() && !text.is_empty() {
        fields.reject("ends_at", maintenance::NO_TIME);
    }
    let ends_at = fields.finish(ends_at)?.ok_or(Error::NotFound)?;
    Ok(Answer::ok(state.db.write(move |tx| maintenances::extend(tx, &id, ends_at)).await?))
}

/// The maintenance that a body describes, completed from what was known of it, with its plan.
fn written(
    mut fields: Fields,
    old: Option<&Maintenance>,
    now: Timestamp,
) -> Result<(NewMaintenance, recurrence::Plan), Problem> {
    let kept = |given: Option<String>, old: Option<&str>| given.or_else(|| old.map(str::to_owned));
    let rrule = fields.text("rrule", 500).map(|rule| rule.to_ascii_uppercase());
    let goes = rrule.as_deref() == Some("");
    let given = fields.texts("exceptions", 40).or_else(|| goes.then(Vec::new));
    let new = NewMaintenance {
        title: fields.must_text("title", 300),
        components: fields.must_texts("components", 100),
        starts_at: fields.must_text("starts_at", 100),
        ends_at: fields.must_text("ends_at", 100),
        time_zone: kept(
            fields.text("time_zone", 100).filter(|name| !name.is_empty()),
            old.map(|old| old.time_zone.as_str()),
        ),
        rrule: kept(rrule, old.and_then(|old| old.rrule.as_deref())),
        exceptions: given.or_else(|| old.map(|old| old.exceptions.clone())),
        description: kept(fields.text("description", 20_000), old.map(|old| old.description.as_str())),
        notify_before: fields.integer("notify_before", 0..=43_200).or(old.map(|old| old.notify_before)),
    };
    for slug in new.components.iter().filter(|slug| !is_slug(slug)) {
        fields.reject("components", format!("\"{slug}\" is not the slug of a component."));
    }
    let plan = maintenance::plan(&new, old, now);
    if let Err(faults) = &plan {
        for (field, message) in faults {
            fields.reject(field, message.clone());
        }
    }
    let plan = fields.finish(plan.ok())?;
    plan.map(|plan| (new, plan)).ok_or_else(Problem::not_found)
}
