//! `/api/v1/incidents/{id}/postmortem`: what was learned.

use axum::extract::{Path, State};
use contracts::incidents::{Incident, Postmortem, PostmortemState};
use kit_base::Problem;
use kit_web::{Answer, Fields, Member, Reply, Visitor};

use crate::Incidents;
use crate::store::changing;

/// Shows the postmortem. Where none is written, members of the team get a draft made from the timeline.
#[utoipa::path(get, path = "/api/v1/incidents/{id}/postmortem", tag = "postmortems",
    params(("id" = String, Path, description = "the incident", example = "INC-7QKX2MPA")),
    responses((status = 200, description = "The postmortem.", body = Postmortem)))]
pub(super) async fn show(
    State(state): State<Incidents>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Reply<Postmortem> {
    let public = !visitor.is_team();
    Ok(Answer::ok(state.db.read(move |tx| changing::postmortem(tx, &id, public)).await?))
}

/// Writes the postmortem; the same again replaces it.
#[utoipa::path(post, path = "/api/v1/incidents/{id}/postmortem", tag = "postmortems", request_body = Postmortem,
    params(("id" = String, Path, description = "the incident", example = "INC-7QKX2MPA")),
    responses((status = 200, description = "The incident with its postmortem.", body = Incident)))]
pub(super) async fn write(
    State(state): State<Incidents>,
    member: Member,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Incident> {
    let new = read(fields)?;
    let user = member.0.user_id;
    Ok(Answer::ok(state.db.write(move |tx| changing::set_postmortem(tx, &id, &new, &user)).await?))
}

/// Replaces the postmortem; with `If-Match`, only if nobody else has changed it since it was read.
#[utoipa::path(put, path = "/api/v1/incidents/{id}/postmortem", tag = "postmortems", request_body = Postmortem,
    params(("id" = String, Path, description = "the incident", example = "INC-7QKX2MPA")),
    responses((status = 200, description = "The postmortem as it is now.", body = Postmortem)))]
pub(super) async fn replace(
    State(state): State<Incidents>,
    member: Member,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply<Postmortem> {
    let new = read(fields)?;
    let user = member.0.user_id;
    let written = new.clone();
    state.db.write(move |tx| changing::set_postmortem(tx, &id, &new, &user)).await?;
    Ok(Answer::ok(written))
}

fn read(mut fields: Fields) -> Result<Postmortem, Problem> {
    let new = Postmortem {
        what_happened: fields.must_text("what_happened", 50_000),
        root_cause: fields.must_text("root_cause", 50_000),
        action_items: fields.must_texts("action_items", 2000),
        timeline: fields.text("timeline", 50_000).unwrap_or_default(),
        state: fields.choice("state", &PostmortemState::ALL, PostmortemState::as_str).unwrap_or_default(),
    };
    fields.finish(new)
}
