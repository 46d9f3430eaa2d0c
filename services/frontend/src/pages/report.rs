//! `/report`: visitors tell that something is wrong.

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use contracts::AskError;
use contracts::reports::{NewReport, ReportKind};
use http::{HeaderMap, StatusCode};
use kit_base::Problem;
use kit_web::{Failure, Source, csrf};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{Pages, Reader, written};
use crate::keeper::{Page, patiently};
use crate::view::{Refused, Typed};
use crate::{Service, render, view, words};

/// Letters of a message at most, as many as the service takes.
const MESSAGE: usize = 1000;

/// What the report is about.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct About {
    /// The component, chosen already or reported about.
    #[param(example = "checkout")]
    component: Option<String>,
}

/// What the form sends.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes the form; what comes is read field by field")]
pub(super) struct ReportSent {
    /// The component that does not work.
    #[schema(example = "checkout")]
    component: String,
    /// What is wrong with it.
    kind: ReportKind,
    /// In the visitor's own words.
    #[schema(example = "The payment page shows an error.", max_length = 1000)]
    message: Option<String>,
}

/// The form to report a problem with.
#[utoipa::path(get, path = "/report", tag = "page", params(About),
    responses((status = 200, description = "The form.", content_type = "text/html", body = String),
              (status = 304, description = "The page is the one that the caller has.")))]
pub(super) async fn page(
    State(pages): State<Pages>,
    Query(about): Query<About>,
    reader: Reader,
) -> Result<Response, Failure> {
    let known = about.component.filter(|slug| pages.knows(slug)).unwrap_or_default();
    let typed = Typed { component: known, ..Typed::default() };
    let name = format!("/report?component={}", typed.component);
    let page = pages.page(&name, || async { pages.form(&typed, Refused::default()) }).await?;
    Ok(pages.readers.give(&reader, &page))
}

/// Takes a report from the form.
#[utoipa::path(post, path = "/report/send", tag = "page",
    request_body(content = ReportSent, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "It is taken; a page of thanks follows."),
              (status = 400, description = "Something is missing. The form again.", content_type = "text/html", body = String),
              (status = 403, description = "The form was sent by another site. The form again.", content_type = "text/html", body = String),
              (status = 503, description = "It cannot be taken at the moment. The form again.", content_type = "text/html", body = String)))]
pub(super) async fn send(
    State(pages): State<Pages>,
    source: Source,
    headers: HeaderMap,
    reader: Reader,
    body: Bytes,
) -> Result<Response, Failure> {
    let typed = read(&body);
    let (status, refused) = match pages.take_report(&typed, &headers, &source).await {
        Ok(()) => {
            return Ok(Redirect::to(&format!(
                "/report/thanks?component={}",
                view::address_part(&typed.component)
            ))
            .into_response());
        }
        Err(why) => why,
    };
    Ok(pages.readers.give_with(status, &reader, &pages.form(&typed, refused)?))
}

/// Thanks for a report, and shows what others reported.
#[utoipa::path(get, path = "/report/thanks", tag = "page", params(About),
    responses((status = 200, description = "The page.", content_type = "text/html", body = String),
              (status = 304, description = "The page is the one that the caller has.")))]
pub(super) async fn thanks(
    State(pages): State<Pages>,
    Query(about): Query<About>,
    reader: Reader,
) -> Result<Response, Failure> {
    let slug = about.component.unwrap_or_default();
    if !pages.knows(&slug) {
        return Err(pages.absent(Service::Incidents).into());
    }
    let page = pages.page(&format!("/report/thanks?component={slug}"), || pages.thanks(&slug)).await?;
    Ok(pages.readers.give(&reader, &page))
}

impl Pages {
    fn form(&self, typed: &Typed, refused: Refused) -> Result<Page, Problem> {
        let (snapshot, now) = (self.keeper.snapshot(), self.keeper.now());
        written(render::report_page(&view::report_view(&snapshot, typed, refused, now, self.keeper.site())))
    }

    async fn thanks(&self, slug: &str) -> Result<Page, Problem> {
        let reports = self.ask(self.keeper.client().report_history(slug)).await;
        let (snapshot, now) = (self.keeper.snapshot(), self.keeper.now());
        let view = view::thanks_view(&snapshot, slug, reports.as_ref(), now, self.keeper.site());
        written(render::thanks_page(&view.ok_or_else(Problem::not_found)?))
    }

    /// Passes the report on, or says why not: with a status, and by field.
    async fn take_report(
        &self,
        typed: &Typed,
        headers: &HeaderMap,
        source: &Source,
    ) -> Result<(), (StatusCode, Refused)> {
        let whole = |status, said| (status, Refused { whole: Some(said), ..Refused::default() });
        if csrf::tells_origin(headers) && !csrf::same_origin(headers, source) {
            return Err(whole(StatusCode::FORBIDDEN, words::FOREIGN_FORM));
        }
        let report = self.checked(typed).map_err(|refused| (StatusCode::BAD_REQUEST, refused))?;
        let client = self.keeper.client().for_visitor(source.address, source.https, &source.host);
        let sent = patiently(async {
            match client.report(&report).await {
                Ok(_) => Ok(None),
                Err(AskError::Refused { status, .. }) if status.is_client_error() => Ok(Some(status)),
                Err(error) => Err(error),
            }
        });
        match sent.await {
            Ok(None) => Ok(()),
            Ok(Some(StatusCode::TOO_MANY_REQUESTS)) => {
                Err(whole(StatusCode::TOO_MANY_REQUESTS, words::TOO_MANY_REPORTS))
            }
            Ok(Some(_)) => Err(whole(StatusCode::BAD_REQUEST, words::NOT_TAKEN)),
            Err(reason) => {
                tracing::warn!(reason, "a report could not be passed on");
                Err(whole(StatusCode::SERVICE_UNAVAILABLE, words::NOT_TAKEN_NOW))
            }
        }
    }

    fn checked(&self, typed: &Typed) -> Result<NewReport, Refused> {
        let kind = ReportKind::parse(&typed.kind);
        let refused = Refused {
            component: (!self.knows(&typed.component)).then_some(words::CHOOSE_COMPONENT),
            kind: kind.is_none().then_some(words::CHOOSE_KIND),
            message: (typed.message.chars().count() > MESSAGE).then_some(words::SHORTER_MESSAGE),
            whole: None,
        };
        if refused != Refused::default() {
            return Err(refused);
        }
        let message = Some(typed.message.trim().to_owned()).filter(|message| !message.is_empty());
        Ok(NewReport { component: typed.component.clone(), kind, message, next: None })
    }
}

fn read(body: &[u8]) -> Typed {
    let mut typed = Typed::default();
    for (name, value) in form_urlencoded::parse(body) {
        match name.as_ref() {
            "component" => typed.component = value.into_owned(),
            "kind" => typed.kind = value.into_owned(),
            // Browsers count a line end as one letter and send two (HTML Standard, 4.10.21.4).
            "message" => typed.message = value.replace("\r\n", "\n"),
            _ => {}
        }
    }
    typed
}
