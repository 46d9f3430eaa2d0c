//! `/api/v1/public`: what the public is told.

use axum::extract::{Query, State};
use contracts::communications::{
    Announced, Announcement, NewAnnouncement, PublicIncident, PublicState, Reach,
};
use kit_base::{Page, Problem};
use kit_web::{Answer, Fields, Member, Paging, Reply, query};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::store::announcements;
use crate::store::copies::{self, IncidentCopy};
use crate::{Communications, Error};

/// Tells the public where an incident is: on the page, in the feeds, by mail and by webhook.
#[utoipa::path(post, path = "/api/v1/public/announce", tag = "public", request_body = NewAnnouncement,
    responses((status = 201, description = "It is told; `reach` says to how many.", body = Announced)))]
pub(super) async fn announce(
    State(state): State<Communications>,
    member: Member,
    mut fields: Fields,
) -> Reply<Announced> {
    let new = NewAnnouncement {
        incident_id: fields.must_text("incident_id", 100),
        message: fields.must_text("message", 5000),
        state: fields
            .must_choice("state", &PublicState::ALL, PublicState::as_str)
            .unwrap_or(PublicState::Investigating),
    };
    let new = fields.finish(new)?;
    let asked = incident(&state, &new.incident_id).await?;
    let by = member.0.user_id;
    let publish = move |tx: &mut kit_store::Tx<'_>| announcements::publish(tx, &new, asked.as_ref(), &by);
    let announced = state.db.write(publish).await?;
    state.post.ring();
    Ok(Answer::created(announced))
}

/// Where the incident is not known here, the incidents service is asked. `None`: it is known here.
async fn incident(state: &Communications, id: &str) -> Result<Option<IncidentCopy>, Error> {
    let known = id.to_owned();
    if state.db.read(move |tx| copies::incident(tx, &known)).await?.is_some() {
        return Ok(None);
    }
    // What is no id would be another address.
    let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let found = if plain { state.peers.incident(id).await? } else { None };
    Ok(Some(IncidentCopy::from(&found.ok_or(Error::NoSuchIncident)?)))
}

/// Which incident.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct OfIncident {
    /// The id of an incident.
    #[param(example = "INC-7QKX2MPA")]
    incident_id: Option<String>,
}

/// Says how many an announcement about this incident would go to: nobody, where the public may not hear of it.
#[utoipa::path(get, path = "/api/v1/public/reach", tag = "public", params(OfIncident),
    responses((status = 200, description = "How many.", body = Reach),
              (status = 400, description = "No incident was named.")))]
pub(super) async fn reach(State(state): State<Communications>, Query(of): Query<OfIncident>) -> Reply<Reach> {
    let id = of.incident_id.filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| Problem::invalid_field("incident_id", "This field is required."))?;
    match incident(&state, &id).await {
        Ok(None) => {}
        // Its components are not known here yet, so neither is who wants to hear of them.
        Ok(Some(_)) => {
            return Err(Problem::unavailable("The incident has only just begun; please try again.").into());
        }
        Err(Error::NoSuchIncident) => return Ok(Answer::ok(Reach { mails: 0, webhooks: 0 })),
        Err(error) => return Err(error.into()),
    }
    Ok(Answer::ok(
        state.db.read(move |tx| -> Result<Reach, Error> { Ok(announcements::reach(tx, &id)?) }).await?,
    ))
}

/// Lists what the public was told, the latest first.
#[utoipa::path(get, path = "/api/v1/public/announcements", tag = "public",
    params(OfIncident, query::PageParameters),
    responses((status = 200, description = "A page of announcements.", body = Page<Announcement>),
              (status = 404, description = "There is no such page.")))]
pub(super) async fn list(
    State(state): State<Communications>,
    Query(of): Query<OfIncident>,
    paging: Paging,
) -> Reply<Page<Announcement>> {
    let id = of.incident_id.filter(|id| !id.is_empty());
    Ok(Answer::ok(state.db.read(move |tx| announcements::list(tx, id.as_deref(), &paging)).await?))
}

/// Lists the incidents that the public may know of, newest first, each with the latest that was told about it.
#[utoipa::path(get, path = "/api/v1/public/status", tag = "public", params(query::PageParameters),
    responses((status = 200, description = "A page of incidents.", body = Page<PublicIncident>),
              (status = 404, description = "There is no such page.")))]
pub(super) async fn status(
    State(state): State<Communications>,
    paging: Paging,
) -> Reply<Page<PublicIncident>> {
    Ok(Answer::ok(state.db.read(move |tx| announcements::status(tx, &paging)).await?))
}
