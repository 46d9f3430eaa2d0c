//! `/api/v1/incidents/{id}/…`: what people do about an incident and write into its timeline.

use axum::extract::{Path, State};
use contracts::incidents::{
    ChangedEntry, ConnectionType, EntryHistory, EntryType, Incident, IncidentStatus, NewConnection, NewEntry,
};
use kit_store::Tx;
use kit_web::{Answer, Fields, Member, Reply};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Incidents;
use crate::error::Error;
use crate::store::timeline::{self, Line};
use crate::store::{incidents, life, merging, work};

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
    responses((status = 200, description = "The incident with its commander.", body = Incident),
              (status = 409, description = "It was merged into another.")))]
pub(super) async fn assign(
    State(state): State<Incidents>,
    member: Member,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Reply<Incident> {
    let commander = fields.must_text("commander", 100);
    let commander = fields.finish(commander)?;
    let user = member.0.user_id;
    Ok(Answer::ok(state.db.write(move |tx| work::assign(tx, &id, &commander, &user)).await?))
}

/// Says that somebody has seen the incident and takes it up. The first time counts; any other act says it too.
#[utoipa::path(post, path = "/api/v1/incidents/{id}/acknowledge", tag = "incidents",
    params(("id" = String, Path, description = "the incident", example = "INC-7QKX2MPA")),
    responses((status = 200, description = "The incident as it is now.", body = Incident),
              (status = 409, description = "It was merged into another.")))]
pub(super) async fn acknowledge(
    State(state): State<Incidents>,
    member: Member,
    Path(id): Path<String>,
) -> Reply<Incident> {
    let user = member.0.user_id;
    Ok(Answer::ok(state.db.write(move |tx| work::acknowledge_by_hand(tx, &id, &user)).await?))
}

/// Where the incident is now.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct NewStatus {
    /// `open`, `mitigated` or `resolved`.
    status: IncidentStatus,
}

/// Says where the incident is in its life: open, mitigated or resolved; what is resolved may be opened again.
#[utoipa::path(post, path = "/api/v1/incidents/{id}/status", tag = "incidents", request_body = NewStatus,
    params(("id" = String, Path, description = "the incident", example = "INC-7QKX2MPA")),
    responses((status = 200, description = "The incident as it is now.", body = Incident),
              (status = 409, description = "Another incident of the same cause goes on, or it was merged.")))]
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

/// Writes an entry into the timeline; with `at`, one of what happened before.
#[utoipa::path(post, path = "/api/v1/incidents/{id}/timeline", tag = "incidents", request_body = NewEntry,
    params(("id" = String, Path, description = "the incident", example = "INC-7QKX2MPA")),
    responses((status = 200, description = "The incident with the new entry.", body = Incident)))]
pub(super) async fn write_entry(
    State(state): State<Incidents>,
    member: Member,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Reply<Incident> {
    let entry_type =
        fields.must_choice("type", &EntryType::WRITTEN, EntryType::as_str).unwrap_or(EntryType::Note);
    let new = NewEntry { entry_type, message: fields.must_text("message", 20_000), at: fields.time("at") };
    let new = fields.finish(new)?;
    let user = member.0.user_id;
    let write = move |tx: &mut Tx<'_>| {
        let line = Line { at: new.at, ..Line::by(&user, entry_type, &new.message) };
        incidents::write_entry(tx, &id, &line)
    };
    Ok(Answer::ok(state.db.write(write).await?))
}

/// Shows an entry of the timeline with everything that it said before.
#[utoipa::path(get, path = "/api/v1/incidents/{id}/timeline/{entry}", tag = "incidents",
    params(("id" = String, Path, description = "the incident", example = "INC-7QKX2MPA"),
           ("entry" = String, Path, description = "the entry's number", example = "7")),
    responses((status = 200, description = "The entry with its history.", body = EntryHistory)))]
pub(super) async fn show_entry(
    State(state): State<Incidents>,
    Path((id, entry)): Path<(String, String)>,
) -> Reply<EntryHistory> {
    let n = number(&entry)?;
    Ok(Answer::ok(state.db.read(move |tx| timeline::history(tx, &id, n)).await?))
}

/// Gives an entry that a person wrote another text; what it said before is kept.
#[utoipa::path(put, path = "/api/v1/incidents/{id}/timeline/{entry}", tag = "incidents", request_body = ChangedEntry,
    params(("id" = String, Path, description = "the incident", example = "INC-7QKX2MPA"),
           ("entry" = String, Path, description = "the entry's number", example = "7")),
    responses((status = 200, description = "The entry with its history.", body = EntryHistory),
              (status = 409, description = "The incident was merged into another.")))]
pub(super) async fn change_entry(
    State(state): State<Incidents>,
    member: Member,
    Path((id, entry)): Path<(String, String)>,
    mut fields: Fields,
) -> Reply<EntryHistory> {
    let n = number(&entry)?;
    let new = ChangedEntry { message: fields.must_text("message", 20_000) };
    let message = fields.finish(new)?.message;
    let user = member.0.user_id;
    Ok(Answer::ok(state.db.write(move |tx| timeline::change(tx, &id, n, &message, &user)).await?))
}

/// The number of an entry or a task in an address.
pub(super) fn number(text: &str) -> Result<i64, Error> {
    text.parse().map_err(|_| Error::NotFound)
}

/// Where an incident goes on.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct Merger {
    /// The incident that goes on.
    #[schema(example = "INC-7QKX2MPA")]
    into: String,
}

/// Merges the incident into another, which gets its components, signals and followers. Shows the one that goes on.
#[utoipa::path(post, path = "/api/v1/incidents/{id}/merge", tag = "incidents", request_body = Merger,
    params(("id" = String, Path, description = "the incident that ends", example = "INC-7QKX2MPA")),
    responses((status = 200, description = "The incident that goes on.", body = Incident),
              (status = 409, description = "It was merged into another before.")))]
pub(super) async fn merge(
    State(state): State<Incidents>,
    member: Member,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Reply<Incident> {
    let into = fields.must_text("into", 100);
    let into = fields.finish(into)?;
    let user = member.0.user_id;
    let write = move |tx: &mut Tx<'_>| {
        merging::merge_by_hand(tx, &id, &into, &user)?;
        incidents::find(tx, &into)
    };
    Ok(Answer::ok(state.db.write(write).await?))
}

/// Links the incident with another.
#[utoipa::path(post, path = "/api/v1/incidents/{id}/links", tag = "incidents", request_body = NewConnection,
    params(("id" = String, Path, description = "the incident", example = "INC-7QKX2MPA")),
    responses((status = 200, description = "The incident with the link.", body = Incident)))]
pub(super) async fn connect(
    State(state): State<Incidents>,
    member: Member,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Reply<Incident> {
    let kind = fields.must_choice("type", &ConnectionType::ALL, ConnectionType::as_str);
    let new = NewConnection {
        kind: kind.unwrap_or(ConnectionType::Related),
        incident: fields.must_text("incident", 100),
    };
    let new = fields.finish(new)?;
    let user = member.0.user_id;
    let write = move |tx: &mut Tx<'_>| {
        merging::connect(tx, &id, &new, &user)?;
        incidents::find(tx, &id)
    };
    Ok(Answer::ok(state.db.write(write).await?))
}

/// Takes the link with another incident away.
#[utoipa::path(delete, path = "/api/v1/incidents/{id}/links/{other}", tag = "incidents",
    params(("id" = String, Path, description = "the incident", example = "INC-7QKX2MPA"),
           ("other" = String, Path, description = "the other incident", example = "INC-4TRB9WXC")),
    responses((status = 200, description = "The incident without the link.", body = Incident)))]
pub(super) async fn disconnect(
    State(state): State<Incidents>,
    Path((id, other)): Path<(String, String)>,
) -> Reply<Incident> {
    let write = move |tx: &mut Tx<'_>| {
        merging::disconnect(tx, &id, &other)?;
        incidents::find(tx, &id)
    };
    Ok(Answer::ok(state.db.write(write).await?))
}
