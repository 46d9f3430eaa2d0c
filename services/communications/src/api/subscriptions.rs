//! `/api/v1/subscriptions`: who hears of announcements by mail.

use axum::extract::{Path, State};
use contracts::communications::{NewSubscription, Subscription};
use contracts::identity::Done;
use http::StatusCode;
use kit_base::Page;
use kit_store::Tx;
use kit_web::{Answer, Failure, Fields, Paging, Reply, Source, query};

use super::components;
use crate::store::{copies, subscriptions};
use crate::{Communications, Error};

/// Asks for mails about announcements. A mail with a link goes to the address; it begins when that is confirmed.
///
/// The answer is the same whether the address is known or not. To one address such a mail goes every five minutes at most.
#[utoipa::path(post, path = "/api/v1/subscriptions/email", tag = "subscriptions", request_body = NewSubscription,
    responses((status = 201, description = "A mail is on its way, unless one went there only just now.", body = Done)))]
pub(super) async fn subscribe(
    State(state): State<Communications>,
    source: Source,
    mut fields: Fields,
) -> Reply<Done> {
    let new = NewSubscription { email: fields.must_email("email"), components: components(&mut fields) };
    let new = fields.finish(new)?;
    let base = state.base(&source);
    let request = move |tx: &mut Tx<'_>| -> Result<(), Error> {
        let wanted = new.components.as_deref().unwrap_or_default();
        match copies::unknown_component(tx, wanted)? {
            Some(slug) => Err(Error::NoSuchComponent(slug)),
            None => Ok(subscriptions::request(tx, &new.email, wanted, &base)?),
        }
    };
    state.db.write(request).await?;
    state.post.ring();
    let detail = "A mail is on its way to this address; open the link in it to confirm.";
    Ok(Answer::created(Done { detail: detail.to_owned() }))
}

/// Lists the subscriptions by mail, the latest first.
#[utoipa::path(get, path = "/api/v1/subscriptions", tag = "subscriptions", params(query::PageParameters),
    responses((status = 200, description = "A page of subscriptions.", body = Page<Subscription>),
              (status = 404, description = "There is no such page.")))]
pub(super) async fn list(State(state): State<Communications>, paging: Paging) -> Reply<Page<Subscription>> {
    Ok(Answer::ok(state.db.read(move |tx| subscriptions::list(tx, &paging)).await?))
}

/// Ends a subscription and forgets its address.
#[utoipa::path(delete, path = "/api/v1/subscriptions/{id}", tag = "subscriptions",
    params(("id" = String, Path, description = "the subscription", example = "019aa0c4-5c00-7000-8000-4d1f0a2b3c5e")),
    responses((status = 204, description = "It is gone.")))]
pub(super) async fn remove(
    State(state): State<Communications>,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    let end = move |tx: &mut Tx<'_>| -> Result<(), Error> {
        if subscriptions::end(tx, &id)? { Ok(()) } else { Err(Error::NotFound) }
    };
    state.db.write(end).await?;
    Ok(StatusCode::NO_CONTENT)
}
