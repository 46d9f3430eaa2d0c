//! `/api/v1/incidents/import`: the history of another tool.

use axum::extract::{Query, State};
use contracts::incidents::{EntryType, Past, PastComponent, PastIncident, PastTaken, PastUpdate};
use kit_base::Timestamp;
use kit_store::Tx;
use kit_web::{Answer, Bulk, Fields, Member, Reply, query};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::Incidents;
use crate::error::Error;
use crate::model::is_slug;
use crate::store::imports;

/// Incidents or components in one request; a history that is longer is sent in parts.
const MOST: usize = 1000;

/// How a history is taken over.
#[derive(Deserialize, IntoParams)]
pub(super) struct Manner {
    /// `true` to be told what would be done, without doing it.
    #[param(example = "true")]
    dry_run: Option<String>,
}

/// Takes over a part of another tool's history: components, incidents and what was told about them.
///
/// The same again changes only what differs, and makes nothing twice: an incident is known by the tool and its id there.
/// Nobody is told of incidents that are over. What cannot be taken over is left out, with the reason.
#[utoipa::path(post, path = "/api/v1/incidents/import", tag = "incidents", params(Manner), request_body = Past,
    responses((status = 200, description = "What became of it, or would.", body = PastTaken)))]
pub(super) async fn take(
    State(state): State<Incidents>,
    member: Member,
    Query(manner): Query<Manner>,
    Bulk(mut fields): Bulk,
) -> Reply<PastTaken> {
    let dry_run = query::flag("dry_run", manner.dry_run.as_deref())?.unwrap_or(false);
    let origin = fields.must_text("origin", 100);
    if !origin.is_empty() && !is_slug(&origin) {
        fields.reject("origin", "Use lower-case letters, digits, hyphens, underscores and dots.");
    }
    let history = Past {
        origin,
        components: fields.each("components", MOST, component).unwrap_or_default(),
        incidents: fields.each("incidents", MOST, incident).unwrap_or_default(),
    };
    let history = fields.finish(history)?;
    let user = member.0.user_id;
    let write = move |tx: &mut Tx<'_>| {
        let taken = imports::take(tx, &history, &user)?;
        // What fails is undone as a whole; so nothing stays of what was only tried.
        if dry_run { Err(Error::OnlyTried(Box::new(taken))) } else { Ok(taken) }
    };
    match state.db.write(write).await {
        Err(Error::OnlyTried(taken)) => Ok(Answer::ok(PastTaken { dry_run: true, ..*taken })),
        taken => Ok(Answer::ok(taken?)),
    }
}

fn component(fields: &mut Fields) -> PastComponent {
    let slug = fields.must_text("slug", 100);
    if !slug.is_empty() && !is_slug(&slug) {
        fields.reject("slug", "Use lower-case letters, digits, hyphens, underscores and dots.");
    }
    PastComponent {
        slug,
        name: fields.must_text("name", 200),
        description: fields.text("description", 2000).unwrap_or_default(),
        group: fields.text("group", 200).unwrap_or_default(),
        start_date: fields.date("start_date").unwrap_or_default(),
    }
}

fn incident(fields: &mut Fields) -> PastIncident {
    PastIncident {
        id: fields.must_text("id", 200),
        title: fields.must_text("title", 300),
        sev: fields.must_integer("sev", 1..=4),
        services: fields.texts("services", 100).unwrap_or_default(),
        started_at: must_time(fields, "started_at"),
        mitigated_at: fields.time("mitigated_at"),
        resolved_at: fields.time("resolved_at"),
        updates: fields.each("updates", MOST, update).unwrap_or_default(),
    }
}

fn update(fields: &mut Fields) -> PastUpdate {
    let entry_type = fields.must_choice("type", &EntryType::WRITTEN, EntryType::as_str);
    PastUpdate {
        id: fields.must_text("id", 200),
        at: must_time(fields, "at"),
        entry_type: entry_type.unwrap_or(EntryType::Update),
        message: fields.must_text("message", 20_000),
    }
}

fn must_time(fields: &mut Fields, name: &str) -> Timestamp {
    if !fields.has(name) {
        fields.reject(name, "This field is required.");
    }
    fields.time(name).unwrap_or_default()
}
