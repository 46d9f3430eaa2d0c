//! `/subscribe`: visitors ask to be told.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use contracts::AskError;
use contracts::communications::NewSubscription;
use http::{HeaderMap, StatusCode};
use kit_base::Problem;
use kit_web::{Failure, Source, csrf, is_email};
use utoipa::ToSchema;

use super::{Pages, Reader, written};
use crate::keeper::{Page, patiently};
use crate::view::{Asking, SubscribeForm};
use crate::{render, view, words};

/// Components that can be chosen at most, as many as the service takes.
const COMPONENTS: usize = 100;

/// What the form sends.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes the form; what comes is read field by field")]
pub(super) struct SubscriptionSent {
    /// Where the mails go.
    #[schema(example = "ada@example.org")]
    email: String,
    /// The components to hear about, a field for each; everything where there is none.
    components: Vec<String>,
}

/// How to be told, and the form for mails.
#[utoipa::path(get, path = "/subscribe", tag = "page",
    responses((status = 200, description = "The page.", content_type = "text/html", body = String),
              (status = 304, description = "The page is the one that the caller has.")))]
pub(super) async fn page(State(pages): State<Pages>, reader: Reader) -> Result<Response, Failure> {
    let page = pages.page("/subscribe", || async { pages.subscription(&SubscribeForm::default()) }).await?;
    Ok(pages.readers.give(&reader, &page))
}

/// Takes a mail address from the form.
#[utoipa::path(post, path = "/subscribe/mail", tag = "page",
    request_body(content = SubscriptionSent, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "A mail is on its way; a page that says so follows."),
              (status = 400, description = "The address is none. The form again.", content_type = "text/html", body = String),
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
    match pages.take_subscription(&typed, &headers, &source).await {
        Ok(()) => Ok(Redirect::to("/subscribe/asked").into_response()),
        Err((status, asking)) => {
            let page = pages.subscription(&SubscribeForm { asking, ..typed })?;
            Ok(pages.readers.give_with(status, &reader, &page))
        }
    }
}

/// Says that a mail is on its way.
#[utoipa::path(get, path = "/subscribe/asked", tag = "page",
    responses((status = 200, description = "The page.", content_type = "text/html", body = String),
              (status = 304, description = "The page is the one that the caller has.")))]
pub(super) async fn asked(State(pages): State<Pages>, reader: Reader) -> Result<Response, Failure> {
    let form = SubscribeForm { asking: Asking::Done, ..SubscribeForm::default() };
    let page = pages.page("/subscribe/asked", || async { pages.subscription(&form) }).await?;
    Ok(pages.readers.give(&reader, &page))
}

impl Pages {
    fn subscription(&self, form: &SubscribeForm) -> Result<Page, Problem> {
        let (snapshot, now) = (self.keeper.snapshot(), self.keeper.now());
        written(render::subscribe_page(&view::subscribe_view(&snapshot, form, now, self.keeper.site())))
    }

    /// Passes the wish on, or says why not.
    async fn take_subscription(
        &self,
        typed: &SubscribeForm,
        headers: &HeaderMap,
        source: &Source,
    ) -> Result<(), (StatusCode, Asking)> {
        let refused = |email, components, whole| Asking::Refused { email, components, whole };
        if csrf::tells_origin(headers) && !csrf::same_origin(headers, source) {
            return Err((StatusCode::FORBIDDEN, refused(None, None, Some(words::FOREIGN_FORM))));
        }
        let email = (!is_email(&typed.email)).then_some(words::CHOOSE_EMAIL);
        let unknown =
            typed.components.len() > COMPONENTS || typed.components.iter().any(|slug| !self.knows(slug));
        let components = unknown.then_some(words::CHOOSE_KNOWN);
        if email.is_some() || components.is_some() {
            return Err((StatusCode::BAD_REQUEST, refused(email, components, None)));
        }
        let components = Some(typed.components.clone()).filter(|chosen| !chosen.is_empty());
        let new = NewSubscription { email: typed.email.clone(), components };
        let client = self.keeper.client().for_visitor(source.address, source.https, &source.host);
        let sent = patiently(async {
            match client.subscribe(&new).await {
                Ok(_) => Ok(true),
                Err(AskError::Refused { status, .. }) if status.is_client_error() => Ok(false),
                Err(error) => Err(error),
            }
        });
        match sent.await {
            Ok(true) => Ok(()),
            Ok(false) => Err((StatusCode::BAD_REQUEST, refused(None, None, Some(words::NOT_SUBSCRIBED)))),
            Err(reason) => {
                tracing::warn!(reason, "a subscription could not be passed on");
                Err((StatusCode::SERVICE_UNAVAILABLE, refused(None, None, Some(words::NOT_SUBSCRIBED_NOW))))
            }
        }
    }
}

fn read(body: &[u8]) -> SubscribeForm {
    let mut form = SubscribeForm::default();
    for (name, value) in form_urlencoded::parse(body) {
        match name.as_ref() {
            "email" => form.email = value.trim().to_owned(),
            "components" => form.components.push(value.into_owned()),
            _ => {}
        }
    }
    form
}
