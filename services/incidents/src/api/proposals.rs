//! `/api/v1/incidents/proposals`: incidents that signals propose and people decide on.

use axum::extract::State;
use contracts::incidents::{Incident, Proposal, ProposalAnswer, ProposalDecision};
use kit_base::Page;
use kit_web::{Answer, Fields, Member, Reply};
use serde::Serialize;

use crate::Incidents;
use crate::error::Error;
use crate::store::proposals;

/// Lists what signals propose, the worst first, all on one page.
#[utoipa::path(get, path = "/api/v1/incidents/proposals", tag = "proposals",
    responses((status = 200, description = "The proposals.", body = Page<Proposal>)))]
pub(super) async fn list(State(state): State<Incidents>) -> Reply<Page<Proposal>> {
    Ok(Answer::ok(Page::whole(state.db.read(proposals::list).await?)))
}

/// What comes of a decision.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Decided {
    Opened(Box<Incident>),
    Left(Page<Proposal>),
}

/// Decides on a proposal: it is an incident, which is shown, or it is none.
#[utoipa::path(post, path = "/api/v1/incidents/proposals", tag = "proposals", request_body = ProposalAnswer,
    responses((status = 201, description = "The incident that it is.", body = Incident),
              (status = 200, description = "The proposals that are left.", body = Page<Proposal>)))]
pub(super) async fn decide(
    State(state): State<Incidents>,
    member: Member,
    mut fields: Fields,
) -> Reply<Decided> {
    let cause = fields.must_text("cause", 300);
    let decision = fields.must_choice("decision", &ProposalDecision::ALL, ProposalDecision::as_str);
    let (cause, decision) = fields.finish((cause, decision))?;
    let decision = decision.ok_or(Error::NotFound)?;
    let user = member.0.user_id;
    let write = move |tx: &mut kit_store::Tx<'_>| -> Result<_, Error> {
        let opened = proposals::decide(tx, &cause, decision, &user)?;
        Ok((opened, proposals::list(tx)?))
    };
    let (opened, left) = state.db.write(write).await?;
    Ok(match opened {
        Some(incident) => Answer::created(Decided::Opened(Box::new(incident))),
        None => Answer::ok(Decided::Left(Page::whole(left))),
    })
}
