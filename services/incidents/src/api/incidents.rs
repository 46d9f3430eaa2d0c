//! `/api/v1/incidents`: what is going wrong and what went wrong; listed, opened, shown, changed.

use axum::extract::{Path, Query, State};
use contracts::incidents::{ChangedIncident, Incident, IncidentStatus, NewIncident};
use kit_base::Page;
use kit_web::{Answer, Fields, Member, Paging, Reply, Visitor, query};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::Incidents;
use crate::model::is_slug;
use crate::store::changing;
use crate::store::incidents::{self, Filter};

/// What an incident may come from; signals add the names of their own sources.
const SOURCES: [&str; 5] = ["manual", "csp", "reports", "probe", "errors"];
/// What the list can be ordered by.
const ORDERINGS: [&str; 6] = ["-started_at", "started_at", "sev", "-sev", "resolved_at", "-resolved_at"];

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
    /// What it comes from: `manual`, or the source of a signal.
    #[param(example = "csp")]
    source: Option<String>,
    /// Incidents that began at this moment or later, as `2026-11-01` or `2026-11-01T08:00:00Z`.
    #[param(example = "2026-11-01")]
    from: Option<String>,
    /// Incidents that began before this moment.
    #[param(example = "2026-12-01")]
    to: Option<String>,
    /// Words that all stand in its id, title, summary, timeline or postmortem, whole or as beginnings of words. Case and
    /// accents make no difference. Notes are searched for members of the team only.
    #[param(example = "payments certificate")]
    q: Option<String>,
    /// What comes first: `-started_at` (the newest, when absent), `started_at`, `sev` (the worst), `-sev`, `resolved_at`
    /// or `-resolved_at`; what is not resolved comes last in both.
    #[param(example = "sev")]
    ordering: Option<String>,
}

/// Lists incidents, newest first unless another ordering is asked for. Internal notes and components are shown to members of the team only.
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
    let ordering = given(narrowed.ordering);
    let order = ORDERINGS.into_iter().find(|known| ordering.as_deref().unwrap_or("-started_at") == *known);
    if order.is_none() {
        fields.reject("ordering", format!("Choose one of {}.", ORDERINGS.join(", ")));
    }
    let from = query::moment(&mut fields, "from", narrowed.from.as_deref());
    let to = query::moment(&mut fields, "to", narrowed.to.as_deref());
    if from.zip(to).is_some_and(|(from, to)| from >= to) {
        fields.reject("from", "It must lie before `to`.");
    }
    let (service, source, q) = (given(narrowed.service), given(narrowed.source), given(narrowed.q));
    let order = order.unwrap_or_default();
    fields.finish(Filter { status: known, sev: number, service, source, from, to, q, order, public_only })
}

/// Opens an incident, or writes down one that is over (with `resolved_at`). A template may give what is absent.
#[utoipa::path(post, path = "/api/v1/incidents", tag = "incidents", request_body = NewIncident,
    responses((status = 201, description = "The new incident.", body = Incident)))]
pub(super) async fn create(
    State(state): State<Incidents>,
    member: Member,
    mut fields: Fields,
) -> Reply<Incident> {
    let template = fields.text("template", 100).filter(|slug| !slug.is_empty());
    let by_template = template.is_some();
    let new = NewIncident {
        title: match by_template {
            true => fields.text("title", 300).unwrap_or_default(),
            false => fields.must_text("title", 300),
        },
        sev: match by_template {
            true => fields.integer("sev", 1..=4).unwrap_or_default(),
            false => fields.must_integer("sev", 1..=4),
        },
        services: fields.texts("services", 100),
        summary: fields.text("summary", 20_000),
        source: fields.choice("source", &SOURCES, |source| source).map(str::to_owned),
        started_at: fields.time("started_at"),
        mitigated_at: fields.time("mitigated_at"),
        resolved_at: fields.time("resolved_at"),
        template,
        variables: fields.names("variables", 2000),
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

/// Changes what is said of an incident; what the body does not name stays as it is.
///
/// With `If-Match` it is changed only if nobody else has changed it since it was read.
#[utoipa::path(put, path = "/api/v1/incidents/{id}", tag = "incidents", request_body = ChangedIncident,
    params(("id" = String, Path, description = "the incident", example = "INC-7QKX2MPA")),
    responses((status = 200, description = "The incident as it is now.", body = Incident),
              (status = 409, description = "It was merged into another.")))]
pub(super) async fn update(
    State(state): State<Incidents>,
    member: Member,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Reply<Incident> {
    let present = |fields: &mut Fields, name| fields.has(name).then(|| fields.must_text(name, 300));
    let new = ChangedIncident {
        title: present(&mut fields, "title"),
        sev: fields.integer("sev", 1..=4),
        services: fields.texts("services", 100),
        summary: fields.text("summary", 20_000),
        started_at: fields.time("started_at"),
        mitigated_at: fields.time("mitigated_at"),
        resolved_at: fields.time("resolved_at"),
    };
    let new = fields.finish(new)?;
    let user = member.0.user_id;
    Ok(Answer::ok(state.db.write(move |tx| changing::change(tx, &id, &new, &user)).await?))
}
