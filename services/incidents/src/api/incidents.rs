//! `/api/v1/incidents`: what is going wrong, who leads, what was done, what was learned.

use axum::extract::{Path, Query, State};
use contracts::incidents::{EntryType, Incident, IncidentStatus, NewEntry, NewIncident, Postmortem};
use kit_base::Page;
use kit_web::{Answer, Fields, Member, Paging, Reply, Visitor, query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Incidents;
use crate::error::Error;
use crate::model::is_slug;
use crate::store::incidents::{self, Filter};
use crate::store::life;
use crate::store::timeline::Line;

/// What an incident may come from; signals add the names of their own sources.
const SOURCES: [&str; 5] = ["manual", "csp", "reports", "probe", "errors"];
/// The types of entries that people write.
const WRITTEN: [EntryType; 4] =
    [EntryType::Update, EntryType::Note, EntryType::Mitigation, EntryType::Resolution];

/// What the list is narrowed to. What is not understood is refused.
#[derive(Deserialize, IntoParams)]
pub(super) struct Narrowed {
    /// `open`, `mitigated` or `resolved`.
    #[param(example = "open")]
    status: Option<String>,
    /// 1 to 4.
    #[param(example = "2")]
    sev: Option<String>,
    /// The slug of a component.
    #[param(example = "checkout")]
    service: Option<String>,
    /// Text in title or summary, in any case of letters.
    #[param(example = "payments")]
    q: Option<String>,
}

/// Lists incidents, newest first. Internal notes and components are shown to members of the team only.
#[utoipa::path(get, path = "/api/v1/incidents", tag = "incidents", params(Narrowed, query::PageParameters),
    responses((status = 200, description = "A page of incidents.", body = Page<Incident>), (status = 400, description = "A filter cannot be understood."),
              (status = 404, description = "There is no such page.")))]
pub(super) async fn list(
    State(state): State<Incidents>,
    visitor: Visitor,
    Query(narrowed): Query<Narrowed>,
    paging: Paging,
) -> Reply<Page<Incident>> {
    let filter = filter(narrowed, !visitor.is_team())?;
    Ok(Answer::ok(state.db.read(move |tx| incidents::list(tx, &filter, &paging)).await?))
}

fn filter(narrowed: Narrowed, public_only: bool) -> Result<Filter, kit_base::Problem> {
    let mut fields = Fields::default();
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let status = given(narrowed.status);
    let known = status.as_deref().and_then(IncidentStatus::parse);
    if status.is_some() && known.is_none() {
        fields.reject("status", "Choose one of open, mitigated, resolved.");
    }
    let sev = given(narrowed.sev);
    let number = sev.as_deref().and_then(|text| text.parse().ok()).filter(|sev| (1..=4).contains(sev));
    if sev.is_some() && number.is_none() {
        fields.reject("sev", "Choose a whole number from 1 to 4.");
    }
    let (service, q) = (given(narrowed.service), given(narrowed.q));
    fields.finish(Filter { status: known, sev: number, service, q, public_only })
}

/// Opens an incident.
#[utoipa::path(post, path = "/api/v1/incidents", tag = "incidents", request_body = NewIncident,
    responses((status = 201, description = "The new incident.", body = Incident)))]
pub(super) async fn create(
    State(state): State<Incidents>,
    member: Member,
    mut fields: Fields,
) -> Reply<Incident> {
    let new = NewIncident {
        title: fields.must_text("title", 300),
        sev: fields.must_integer("sev", 1..=4),
        services: fields.texts("services", 100),
        summary: fields.text("summary", 20_000),
        source: fields.choice("source", &SOURCES, |source| source).map(str::to_owned),
    };
    for slug in new.services.iter().flatten().filter(|slug| !is_slug(slug)) {
        fields.reject("services", format!("\"{slug}\" is not the slug of a component."));
    }
    let new = fields.finish(new)?;
    Ok(Answer::created(state.db.write(move |tx| incidents::create(tx, &new, &member.0.user_id)).await?))
}

/// Shows an incident with its timeline. Notes are shown to members of the team only.
#[utoipa::path(get, path = "/api/v1/incidents/{id}", tag = "incidents",
    params(("id" = String, Path, description = "the incident", example = "INC-7QKX2MPA")),
    responses((status = 200, description = "The incident.", body = Incident)))]
pub(super) async fn show(
    State(state): State<Incidents>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Reply<Incident> {
    let find = if visitor.is_team() { incidents::find } else { incidents::find_public };
    Ok(Answer::ok(state.db.read(move |tx| find(tx, &id)).await?))
}

/// Who leads the work.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct Assignment {
    /// The user's id.
    #[schema(example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")]
    commander: String,
}

/// Gives the incident to somebody to lead.
#[utoipa::path(post, path = "/api/v1/incidents/{id}/assign", tag = "incidents", request_body = Assignment,
    params(("id" = String, Path, description = "the incident", example = "INC-7QKX2MPA")),
    responses((status = 200, description = "The incident with its commander.", body = Incident)))]
pub(super) async fn assign(
    State(state): State<Incidents>,
    member: Member,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Reply<Incident> {
    let commander = fields.must_text("commander", 100);
    let commander = fields.finish(commander)?;
    let user = member.0.user_id;
    Ok(Answer::ok(state.db.write(move |tx| incidents::assign(tx, &id, &commander, &user)).await?))
}

/// Where the incident is now.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct NewStatus {
    /// `open`, `mitigated` or `resolved`.
    status: IncidentStatus,
}

/// Says where the incident is in its life: open, mitigated or resolved; it may be opened again.
#[utoipa::path(post, path = "/api/v1/incidents/{id}/status", tag = "incidents", request_body = NewStatus,
    params(("id" = String, Path, description = "the incident", example = "INC-7QKX2MPA")),
    responses((status = 200, description = "The incident as it is now.", body = Incident),
              (status = 409, description = "Another incident of the same cause goes on.")))]
pub(super) async fn set_status(
    State(state): State<Incidents>,
    member: Member,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Reply<Incident> {
    let status = fields.must_choice("status", &IncidentStatus::ALL, IncidentStatus::as_str);
    let status = fields.finish(status)?.ok_or(Error::NotFound)?;
    let user = member.0.user_id;
    Ok(Answer::ok(state.db.write(move |tx| life::set_status_by_hand(tx, &id, status, &user)).await?))
}

/// Writes an entry into the timeline.
#[utoipa::path(post, path = "/api/v1/incidents/{id}/timeline", tag = "incidents", request_body = NewEntry,
    params(("id" = String, Path, description = "the incident", example = "INC-7QKX2MPA")),
    responses((status = 200, description = "The incident with the new entry.", body = Incident)))]
pub(super) async fn write_entry(
    State(state): State<Incidents>,
    member: Member,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Reply<Incident> {
    let entry_type = fields.must_choice("type", &WRITTEN, EntryType::as_str).unwrap_or(EntryType::Note);
    let new = NewEntry { entry_type, message: fields.must_text("message", 20_000) };
    let new = fields.finish(new)?;
    let user = member.0.user_id;
    let write = move |tx: &mut kit_store::Tx<'_>| {
        let line = Line { entry_type, message: &new.message, author: Some(&user), evidence_url: None };
        incidents::write_entry(tx, &id, &line)
    };
    Ok(Answer::ok(state.db.write(write).await?))
}

/// Writes the postmortem; the same again replaces it.
#[utoipa::path(post, path = "/api/v1/incidents/{id}/postmortem", tag = "incidents", request_body = Postmortem,
    params(("id" = String, Path, description = "the incident", example = "INC-7QKX2MPA")),
    responses((status = 200, description = "The incident with its postmortem.", body = Incident)))]
pub(super) async fn write_postmortem(
    State(state): State<Incidents>,
    member: Member,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Reply<Incident> {
    let new = Postmortem {
        what_happened: fields.must_text("what_happened", 50_000),
        root_cause: fields.must_text("root_cause", 50_000),
        action_items: fields.must_texts("action_items", 2000),
    };
    let new = fields.finish(new)?;
    let user = member.0.user_id;
    Ok(Answer::ok(state.db.write(move |tx| incidents::set_postmortem(tx, &id, &new, &user)).await?))
}
