//! Calling one webhook, as Standard Webhooks has it. Only 2xx is success; a redirect is none, and is not followed.

use http::{StatusCode, header};
use kit_web::outbound;
use serde_json::json;

use super::{Engine, Outcome};
use crate::model::standard_webhooks;
use crate::store::deliveries::{Content, Due};

/// Calls the webhook. Of its answer only the status is read, however long it is.
pub(super) async fn send(engine: &Engine, due: &Due) -> Outcome {
    let (state, now) = (&engine.state, engine.state.clock.now());
    let Some(body) = body(due) else {
        return Outcome::Dropped("What it was about is no longer there.".to_owned());
    };
    let seconds = now.micros().div_euclid(1_000_000);
    let keys =
        standard_webhooks::keys(&state.secret, &due.subscriber_id, due.generation, due.rotated_at, now);
    let signature = standard_webhooks::signature(&keys, &due.message, seconds, &body);
    let request = match engine.outbound.post(&due.address) {
        Ok(request) => request,
        Err(refused) => return Outcome::Failed(refused.to_string()),
    };
    let request = request
        .header(header::CONTENT_TYPE, "application/json")
        .header("webhook-id", &due.message)
        .header("webhook-timestamp", seconds)
        .header("webhook-signature", signature)
        .body(body);
    match request.send().await {
        Ok(answer) => judge(answer.status()),
        Err(error) => Outcome::Failed(in_words(&error)),
    }
}

fn judge(status: StatusCode) -> Outcome {
    match status {
        status if status.is_success() => Outcome::Delivered(format!("It answered {status}.")),
        // Standard Webhooks: the receiver wants no more.
        StatusCode::GONE => Outcome::Refused("It answered 410 Gone: it wants no more.".to_owned()),
        status => Outcome::Failed(format!("It answered {status}.")),
    }
}

/// What is told, and how the incident is now.
fn body(due: &Due) -> Option<String> {
    let body = match &due.content {
        Content::Update(update) => json!({
            "type": "announcement.published",
            "timestamp": update.at,
            "data": {
                "id": due.message,
                "state": update.state,
                "message": update.message,
                "ts": update.at,
                "incident": {
                    "id": update.incident.id,
                    "title": update.incident.title,
                    "sev": update.incident.sev,
                    "status": update.incident.status,
                    "services": update.incident.services,
                    "started_at": update.incident.started_at,
                    "resolved_at": update.incident.resolved_at,
                },
            },
        }),
        Content::Notice(notice) => json!({
            "type": format!("maintenance.{}", notice.kind.as_str()),
            "timestamp": notice.at,
            "data": {
                "id": due.message,
                "message": notice.text(),
                "ts": notice.at,
                "starts_at": notice.starts_at,
                "ends_at": notice.ends_at,
                "maintenance": {
                    "id": notice.maintenance.id,
                    "title": notice.maintenance.title,
                    "description": notice.maintenance.description,
                    "state": notice.maintenance.state,
                    "components": notice.maintenance.components,
                    "time_zone": notice.maintenance.time_zone,
                    "rrule": notice.maintenance.rrule,
                },
            },
        }),
        Content::Test => {
            json!({ "type": "test", "timestamp": due.created_at, "data": { "id": due.message } })
        }
        Content::Confirm { .. } | Content::Gone => return None,
    };
    Some(body.to_string())
}

/// Without the address: it may hold a key.
fn in_words(error: &reqwest::Error) -> String {
    if let Some(refused) = outbound::refusal(error) {
        refused.to_string()
    } else if error.is_timeout() {
        "It did not answer in time.".to_owned()
    } else if error.is_connect() {
        "It cannot be reached.".to_owned()
    } else {
        "It broke off, or answered what cannot be read.".to_owned()
    }
}
