//! `/api/v1/reports`: problems that visitors report, and what they add up to.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use contracts::reports::{NewReport, Report, ReportHistory, ReportKind, ReportTaken};
use http::{StatusCode, header};
use kit_base::{Page, Role};
use kit_store::Tx;
use kit_web::{
    Answer, Built, Class, Failure, Fields, Paging, Reply, Routes, Rule, Source, is_local_path, query,
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::routes;

use crate::Reports;
use crate::directory::LONGEST_SLUG;
use crate::error::Error;
use crate::model::Visitor;
use crate::store::lists;
use crate::store::receive::{self, Incoming, Outcome};

const LONGEST_MESSAGE: usize = 1000;
const LONGEST_PATH: usize = 2000;

/// Every route of this service.
pub(crate) fn routes(state: Reports) -> Built {
    let open = Routes::new(state.clone())
        .class(Class::Public)
        .add(Rule::Anyone, routes!(create))
        .add(Rule::Anyone, routes!(history))
        .build();
    open.and(Routes::new(state).add(Rule::AtLeast(Role::Viewer), routes!(list)).build())
}

/// Reports a problem with a component. Nobody has to say who they are.
///
/// A visitor counts once for each component in 15 minutes; the answer is the same for what repeats another. The visitor's
/// address is not kept, but a pseudonym of it for an hour. A form may be sent here as it is; with `next` it leads on.
#[utoipa::path(post, path = "/api/v1/reports", tag = "reports", request_body = NewReport,
    responses((status = 201, description = "It was taken.", body = ReportTaken),
              (status = 303, description = "It was taken; the page that `next` names follows.")))]
async fn create(
    State(state): State<Reports>,
    source: Source,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let component = fields.must_text("component", LONGEST_SLUG);
    let kind = fields.choice("kind", &ReportKind::ALL, ReportKind::as_str).unwrap_or_default();
    let message = fields.text("message", LONGEST_MESSAGE).filter(|message| !message.is_empty());
    let next = fields.text("next", LONGEST_PATH).filter(|next| !next.is_empty());
    if next.as_deref().is_some_and(|next| !is_local_path(next)) {
        fields.reject("next", "Enter a path of this site, such as /.");
    }
    let (component, kind, message, next) = fields.finish((component, kind, message, next))?;
    let at = state.clock.now();
    let visitor = Visitor::of(source.address, at, &state.secret);
    let taken = ReportTaken { component: component.clone(), kind, at };
    state.take(Incoming { component, kind, message, visitor }).await?;
    Ok(match next {
        Some(next) => (StatusCode::SEE_OTHER, [(header::LOCATION, next)]).into_response(),
        None => Answer::created(taken).into_response(),
    })
}

impl Reports {
    /// Takes a report in; for a component that was never heard of the incidents service is asked first.
    async fn take(&self, report: Incoming) -> Result<(), Error> {
        let report = std::sync::Arc::new(report);
        for _ in 0..2 {
            let (incoming, rules) = (report.clone(), self.rules);
            match self.db.write(move |tx| receive::receive(tx, &incoming, &rules)).await? {
                Outcome::Taken => return Ok(()),
                Outcome::Refused => break,
                Outcome::Unheard if self.ask_for(&report.component).await? => {}
                Outcome::Unheard => break,
            }
        }
        Err(Error::NoSuchComponent)
    }
}

/// What the list is narrowed to.
#[derive(Deserialize, IntoParams)]
struct Narrowed {
    /// The slug of a component.
    #[param(example = "checkout")]
    component: Option<String>,
}

/// Lists what was reported in the last days, newest first, with the visitors' words.
#[utoipa::path(get, path = "/api/v1/reports", tag = "reports", params(Narrowed, query::PageParameters),
    responses((status = 200, description = "A page of reports.", body = Page<Report>),
              (status = 404, description = "There is no such page.")))]
async fn list(
    State(state): State<Reports>,
    Query(narrowed): Query<Narrowed>,
    paging: Paging,
) -> Reply<Page<Report>> {
    let component = narrowed.component.filter(|component| !component.is_empty());
    let find = move |tx: &mut Tx<'_>| match &component {
        Some(component) => lists::about(tx, component, &paging),
        None => lists::all(tx, &paging),
    };
    Ok(Answer::ok(state.db.read(find).await?))
}

/// Shows the reports about a component over the last 24 hours: how many in each quarter of an hour, how many are usual
/// then, and how bad it is by that.
#[utoipa::path(get, path = "/api/v1/reports/{component}/history", tag = "reports",
    params(("component" = String, Path, description = "its slug", example = "checkout")),
    responses((status = 200, description = "The last 24 hours.", body = ReportHistory)))]
async fn history(State(state): State<Reports>, Path(component): Path<String>) -> Reply<ReportHistory> {
    let (rules, slug) = (state.rules, component.clone());
    let find = move |tx: &mut Tx<'_>| lists::history(tx, &slug, &rules);
    match state.db.read(find.clone()).await {
        Err(Error::NotFound) if state.is_unheard(&component).await? && state.ask_for(&component).await? => {
            Ok(Answer::ok(state.db.read(find).await?))
        }
        found => Ok(Answer::ok(found?)),
    }
}
