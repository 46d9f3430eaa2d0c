//! `/api/v1/webhooks`: programs that hear of announcements, signed as Standard Webhooks has it.

use axum::extract::{Path, State};
use contracts::communications::{Delivery, NewWebhook, Webhook, WebhookSecret};
use http::StatusCode;
use kit_base::Page;
use kit_store::Tx;
use kit_web::{Answer, Failure, Fields, Paging, Reply, query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::components;
use crate::model::standard_webhooks;
use crate::store::webhooks::{self, Held};
use crate::store::copies;
use crate::{Communications, Error};

impl Communications {
    fn with_secret(&self, held: Held) -> WebhookSecret {
        let key = standard_webhooks::key(&self.secret, &held.webhook.id, held.generation);
        WebhookSecret { secret: standard_webhooks::shown(&key), webhook: held.webhook }
    }
}

/// Adds a webhook. The answer holds the secret that signs what is sent to it; it is shown this once.
#[utoipa::path(post, path = "/api/v1/webhooks", tag = "webhooks", request_body = NewWebhook,
    responses((status = 201, description = "The new webhook.", body = WebhookSecret),
              (status = 409, description = "There are as many as there may be.")))]
pub(super) async fn create(State(state): State<Communications>, mut fields: Fields) -> Reply<WebhookSecret> {
    let new = NewWebhook { url: fields.must_url("url"), components: components(&mut fields) };
    let new = fields.finish(new)?;
    let create = move |tx: &mut Tx<'_>| {
        let wanted = new.components.as_deref().unwrap_or_default();
        must_be_known(tx, wanted)?;
        webhooks::create(tx, &new.url, wanted)
    };
    let held = state.db.write(create).await?;
    Ok(Answer::created(state.with_secret(held)))
}

fn must_be_known(tx: &mut Tx<'_>, components: &[String]) -> Result<(), Error> {
    copies::unknown_component(tx, components)?.map_or(Ok(()), |slug| Err(Error::NoSuchComponent(slug)))
}

/// Lists the webhooks, the latest first.
#[utoipa::path(get, path = "/api/v1/webhooks", tag = "webhooks", params(query::PageParameters),
    responses((status = 200, description = "A page of webhooks.", body = Page<Webhook>),
              (status = 404, description = "There is no such page.")))]
pub(super) async fn list(State(state): State<Communications>, paging: Paging) -> Reply<Page<Webhook>> {
    Ok(Answer::ok(state.db.read(move |tx| webhooks::list(tx, &paging)).await?))
}

/// Shows a webhook.
#[utoipa::path(get, path = "/api/v1/webhooks/{id}", tag = "webhooks",
    params(("id" = String, Path, description = "the webhook", example = "019aa0c4-5c00-7000-8000-4d1f0a2b3c5e")),
    responses((status = 200, description = "The webhook.", body = Webhook)))]
pub(super) async fn show(State(state): State<Communications>, Path(id): Path<String>) -> Reply<Webhook> {
    Ok(Answer::ok(state.db.read(move |tx| webhooks::find(tx, &id)).await?.webhook))
}

/// What may be changed of a webhook; what is absent stays.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct WebhookChange {
    /// Whether anything is sent; true enables it again after it was disabled.
    #[schema(example = true)]
    active: Option<bool>,
    /// Slugs of the components to hear about; empty for everything.
    #[schema(example = json!(["checkout"]))]
    components: Option<Vec<String>>,
}

/// Changes what a webhook hears of, disables it or enables it again.
#[utoipa::path(put, path = "/api/v1/webhooks/{id}", tag = "webhooks", request_body = WebhookChange,
    params(("id" = String, Path, description = "the webhook", example = "019aa0c4-5c00-7000-8000-4d1f0a2b3c5e")),
    responses((status = 200, description = "The webhook as it is now.", body = Webhook)))]
pub(super) async fn update(
    State(state): State<Communications>,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Reply<Webhook> {
    let known = id.clone();
    state.db.read(move |tx| webhooks::find(tx, &known)).await?;
    let change = WebhookChange { active: fields.flag("active"), components: components(&mut fields) };
    let change = fields.finish(change)?;
    let update = move |tx: &mut Tx<'_>| {
        must_be_known(tx, change.components.as_deref().unwrap_or_default())?;
        webhooks::update(tx, &id, change.components.as_deref(), change.active)
    };
    Ok(Answer::ok(state.db.write(update).await?))
}

/// Removes a webhook, and forgets what was to be sent to it.
#[utoipa::path(delete, path = "/api/v1/webhooks/{id}", tag = "webhooks",
    params(("id" = String, Path, description = "the webhook", example = "019aa0c4-5c00-7000-8000-4d1f0a2b3c5e")),
    responses((status = 204, description = "It is gone.")))]
pub(super) async fn remove(
    State(state): State<Communications>,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    state.db.write(move |tx| webhooks::remove(tx, &id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a webhook a new secret, shown this once. For a day the old one signs too.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/secret", tag = "webhooks",
    params(("id" = String, Path, description = "the webhook", example = "019aa0c4-5c00-7000-8000-4d1f0a2b3c5e")),
    responses((status = 200, description = "The webhook with its new secret.", body = WebhookSecret)))]
pub(super) async fn rotate(State(state): State<Communications>, Path(id): Path<String>) -> Reply<WebhookSecret> {
    let held = state.db.write(move |tx| webhooks::rotate(tx, &id)).await?;
    Ok(Answer::ok(state.with_secret(held)))
}

/// Sends a test message to a webhook.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/test", tag = "webhooks",
    params(("id" = String, Path, description = "the webhook", example = "019aa0c4-5c00-7000-8000-4d1f0a2b3c5e")),
    responses((status = 201, description = "The message is on its way.", body = Delivery),
              (status = 409, description = "The webhook is disabled.")))]
pub(super) async fn test(State(state): State<Communications>, Path(id): Path<String>) -> Reply<Delivery> {
    let delivery = state.db.write(move |tx| webhooks::test(tx, &id)).await?;
    state.post.ring();
    Ok(Answer::created(delivery))
}

/// Lists what was sent and is to be sent to a webhook, the latest first, with what came of it.
#[utoipa::path(get, path = "/api/v1/webhooks/{id}/deliveries", tag = "webhooks",
    params(("id" = String, Path, description = "the webhook", example = "019aa0c4-5c00-7000-8000-4d1f0a2b3c5e"),
           query::PageParameters),
    responses((status = 200, description = "A page of deliveries.", body = Page<Delivery>)))]
pub(super) async fn deliveries(
    State(state): State<Communications>,
    Path(id): Path<String>,
    paging: Paging,
) -> Reply<Page<Delivery>> {
    Ok(Answer::ok(state.db.read(move |tx| webhooks::deliveries(tx, &id, &paging)).await?))
}

/// Sends a message once more, under the same id, that was delivered or given up.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/deliveries/{delivery}/replay", tag = "webhooks",
    params(("id" = String, Path, description = "the webhook", example = "019aa0c4-5c00-7000-8000-4d1f0a2b3c5e"),
           ("delivery" = String, Path, description = "the message", example = "019aa0c4-5c00-7000-8000-2f6e3b1a9d47")),
    responses((status = 200, description = "The message waits to be sent.", body = Delivery),
              (status = 409, description = "The webhook is disabled.")))]
pub(super) async fn replay(
    State(state): State<Communications>,
    Path((id, delivery)): Path<(String, String)>,
) -> Reply<Delivery> {
    let delivery = state.db.write(move |tx| webhooks::replay(tx, &id, &delivery)).await?;
    state.post.ring();
    Ok(Answer::ok(delivery))
}
