//! `/api/v1/incidents/{id}/…`: who works on an incident, who follows it, and what is to be done.

use axum::extract::{Path, State};
use contracts::incidents::{Incident, NewTask, Responder};
use kit_web::{Answer, Fields, Member, Reply};

use super::acts::number;
use crate::Incidents;
use crate::store::work;

/// Says that somebody works on the incident, and as what.
#[utoipa::path(post, path = "/api/v1/incidents/{id}/responders", tag = "incidents", request_body = Responder,
    params(("id" = String, Path, description = "the incident", example = "INC-7QKX2MPA")),
    responses((status = 200, description = "The incident with the responder.", body = Incident),
              (status = 409, description = "It was merged into another.")))]
pub(super) async fn respond(
    State(state): State<Incidents>,
    member: Member,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Reply<Incident> {
    let new =
        Responder { user: fields.must_text("user", 100), role: fields.text("role", 100).unwrap_or_default() };
    let new = fields.finish(new)?;
    let user = member.0.user_id;
    Ok(Answer::ok(state.db.write(move |tx| work::respond(tx, &id, &new, &user)).await?))
}

/// Says that somebody no longer works on the incident.
#[utoipa::path(delete, path = "/api/v1/incidents/{id}/responders/{user}", tag = "incidents",
    params(("id" = String, Path, description = "the incident", example = "INC-7QKX2MPA"),
           ("user" = String, Path, description = "the user's id", example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")),
    responses((status = 200, description = "The incident without the responder.", body = Incident),
              (status = 409, description = "It was merged into another.")))]
pub(super) async fn leave(
    State(state): State<Incidents>,
    member: Member,
    Path((id, user)): Path<(String, String)>,
) -> Reply<Incident> {
    let author = member.0.user_id;
    Ok(Answer::ok(state.db.write(move |tx| work::leave(tx, &id, &user, &author)).await?))
}

/// Follows the incident from now on.
#[utoipa::path(post, path = "/api/v1/incidents/{id}/follow", tag = "incidents",
    params(("id" = String, Path, description = "the incident", example = "INC-7QKX2MPA")),
    responses((status = 200, description = "The incident as it is now.", body = Incident)))]
pub(super) async fn follow(
    State(state): State<Incidents>,
    member: Member,
    Path(id): Path<String>,
) -> Reply<Incident> {
    let user = member.0.user_id;
    Ok(Answer::ok(state.db.write(move |tx| work::set_following(tx, &id, &user, true)).await?))
}

/// Follows the incident no longer.
#[utoipa::path(delete, path = "/api/v1/incidents/{id}/follow", tag = "incidents",
    params(("id" = String, Path, description = "the incident", example = "INC-7QKX2MPA")),
    responses((status = 200, description = "The incident as it is now.", body = Incident)))]
pub(super) async fn unfollow(
    State(state): State<Incidents>,
    member: Member,
    Path(id): Path<String>,
) -> Reply<Incident> {
    let user = member.0.user_id;
    Ok(Answer::ok(state.db.write(move |tx| work::set_following(tx, &id, &user, false)).await?))
}

/// Adds something to be done, during the incident or after it.
#[utoipa::path(post, path = "/api/v1/incidents/{id}/tasks", tag = "incidents", request_body = NewTask,
    params(("id" = String, Path, description = "the incident", example = "INC-7QKX2MPA")),
    responses((status = 200, description = "The incident with the task.", body = Incident)))]
pub(super) async fn add_task(
    State(state): State<Incidents>,
    member: Member,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Reply<Incident> {
    let title = fields.must_text("title", 300);
    let new = task(Some(title), &mut fields);
    let new = fields.finish(new)?;
    let user = member.0.user_id;
    Ok(Answer::ok(state.db.write(move |tx| work::add_task(tx, &id, &new, &user)).await?))
}

/// Changes something to be done, or says that it is done; what the body does not name stays as it is.
#[utoipa::path(put, path = "/api/v1/incidents/{id}/tasks/{task}", tag = "incidents", request_body = NewTask,
    params(("id" = String, Path, description = "the incident", example = "INC-7QKX2MPA"),
           ("task" = String, Path, description = "the task's number", example = "3")),
    responses((status = 200, description = "The incident with the task.", body = Incident)))]
pub(super) async fn change_task(
    State(state): State<Incidents>,
    member: Member,
    Path((id, task_number)): Path<(String, String)>,
    mut fields: Fields,
) -> Reply<Incident> {
    let n = number(&task_number)?;
    let title = fields.has("title").then(|| fields.must_text("title", 300));
    let new = task(title, &mut fields);
    let new = fields.finish(new)?;
    let user = member.0.user_id;
    Ok(Answer::ok(state.db.write(move |tx| work::change_task(tx, &id, n, &new, &user)).await?))
}

fn task(title: Option<String>, fields: &mut Fields) -> NewTask {
    NewTask {
        title,
        assignee: fields.text("assignee", 100),
        due: fields.date("due"),
        done: fields.flag("done"),
    }
}

/// Takes away something that is not to be done after all.
#[utoipa::path(delete, path = "/api/v1/incidents/{id}/tasks/{task}", tag = "incidents",
    params(("id" = String, Path, description = "the incident", example = "INC-7QKX2MPA"),
           ("task" = String, Path, description = "the task's number", example = "3")),
    responses((status = 200, description = "The incident without the task.", body = Incident)))]
pub(super) async fn remove_task(
    State(state): State<Incidents>,
    Path((id, task)): Path<(String, String)>,
) -> Reply<Incident> {
    let n = number(&task)?;
    Ok(Answer::ok(state.db.write(move |tx| work::remove_task(tx, &id, n)).await?))
}
