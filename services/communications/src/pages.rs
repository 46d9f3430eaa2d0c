//! The pages that links in mails lead to. To look at one changes nothing, because programs that guard mail boxes look at
//! every link; only the form on it does, or the bare `POST` that mail programs send (RFC 8058).

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use kit_store::Tx;
use kit_web::html::{self, escape};
use kit_web::{Built, Class, Failure, Routes, Rule, Source, csrf};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use crate::model::tokens;
use crate::store::subscriptions;
use crate::{Communications, Error};

/// In HTML.
const TOO_OLD: &str = "This link is too old, or was used already. If you still want mails, \
                       <a href=\"/subscribe\">ask for them again</a>.";

/// The routes of the pages.
pub(crate) fn routes(state: Communications) -> Built {
    Routes::new(state)
        .class(Class::Free)
        .add(Rule::Anyone, routes!(confirm_page, confirm))
        .add(Rule::Anyone, routes!(unsubscribe_page, unsubscribe))
        .build()
}

/// What a link brings.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Link {
    /// The token of the mail.
    #[param(example = "019aa0c4-5c00-7000-8000-4d1f0a2b3c5e.5f1d")]
    token: Option<String>,
}

/// What the form sends.
#[derive(Serialize, Deserialize, ToSchema)]
struct TokenForm {
    /// The token of the mail.
    #[schema(example = "019aa0c4-5c00-7000-8000-4d1f0a2b3c5e.5f1d")]
    token: String,
}

/// The page on which a subscription is confirmed.
#[utoipa::path(get, path = "/subscriptions/confirm", tag = "subscriptions", params(Link),
    responses((status = 200, description = "The page.", content_type = "text/html", body = String)))]
async fn confirm_page(
    State(state): State<Communications>,
    source: Source,
    headers: HeaderMap,
    Query(link): Query<Link>,
) -> Response {
    let token = link.token.unwrap_or_default();
    let lead = format!("We will write to you when something is wrong with {}.", escape(&state.site_name));
    state.form(&source, &headers, "Confirm your address", &lead, "/subscriptions/confirm", &token, "Confirm")
}

/// Confirms a subscription by mail.
#[utoipa::path(post, path = "/subscriptions/confirm", tag = "subscriptions", params(Link),
    request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "Mails will come.", content_type = "text/html", body = String),
              (status = 400, description = "The link is too old, or is none.", content_type = "text/html", body = String)))]
async fn confirm(
    State(state): State<Communications>,
    Query(link): Query<Link>,
    body: Bytes,
) -> Result<Response, Failure> {
    let token = token_of(link, &body);
    let confirmed = match tokens::id(&token).map(str::to_owned) {
        Some(id) => {
            let secret = state.secret.clone();
            let confirm = move |tx: &mut Tx<'_>| -> Result<bool, Error> {
                let now = tx.now();
                let Some(request) = subscriptions::requested(tx, &id)? else { return Ok(false) };
                let good = tokens::same(&tokens::to_confirm(&secret, &id, &request.nonce), &token);
                if good && request.expires_at > now {
                    subscriptions::confirm(tx, &request)?;
                }
                Ok(good && request.expires_at > now)
            };
            state.db.write(confirm).await?
        }
        None => false,
    };
    Ok(match confirmed {
        true => told(
            &state.site_name,
            StatusCode::OK,
            "You are subscribed",
            "We will write when there is something to tell. Every mail says how to end it.",
        ),
        false => told(&state.site_name, StatusCode::BAD_REQUEST, "Nothing was confirmed", TOO_OLD),
    })
}

/// The page on which a subscription is ended.
#[utoipa::path(get, path = "/subscriptions/unsubscribe", tag = "subscriptions", params(Link),
    responses((status = 200, description = "The page.", content_type = "text/html", body = String)))]
async fn unsubscribe_page(
    State(state): State<Communications>,
    source: Source,
    headers: HeaderMap,
    Query(link): Query<Link>,
) -> Response {
    let token = link.token.unwrap_or_default();
    let lead = format!("No more mails about {}; your address is forgotten.", escape(&state.site_name));
    state.form(&source, &headers, "End the mails", &lead, "/subscriptions/unsubscribe", &token, "End them")
}

/// Ends a subscription by mail, at one click and without a login (RFC 8058). What has ended already has ended.
#[utoipa::path(post, path = "/subscriptions/unsubscribe", tag = "subscriptions", params(Link),
    request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "No more mails will come.", content_type = "text/html", body = String),
              (status = 400, description = "The link is none of ours.", content_type = "text/html", body = String)))]
async fn unsubscribe(
    State(state): State<Communications>,
    Query(link): Query<Link>,
    body: Bytes,
) -> Result<Response, Failure> {
    let token = token_of(link, &body);
    let id = tokens::id(&token).filter(|id| tokens::same(&tokens::to_end(&state.secret, id), &token));
    let Some(id) = id.map(str::to_owned) else {
        let said = "This link is not whole. Copy all of it from the mail, please.";
        return Ok(told(&state.site_name, StatusCode::BAD_REQUEST, "Nothing was ended", said));
    };
    state.db.write(move |tx| -> Result<bool, Error> { Ok(subscriptions::end(tx, &id)?) }).await?;
    Ok(told(
        &state.site_name,
        StatusCode::OK,
        "No more mails",
        "Your address is forgotten here. You can ask for mails again at any time.",
    ))
}

impl Communications {
    #[expect(clippy::too_many_arguments, reason = "each is a part of the page")]
    fn form(
        &self,
        source: &Source,
        headers: &HeaderMap,
        title: &str,
        lead: &str,
        action: &str,
        token: &str,
        button: &str,
    ) -> Response {
        // A browser that has a session sends it along, and every form that does proves that it is ours.
        let session = csrf::session_cookie(headers, source.https);
        let csrf = session.map(|session| hidden("csrf_token", &csrf::token(&self.secret, session)));
        let (csrf, token) = (csrf.unwrap_or_default(), hidden("token", token));
        let main = format!(
            "<div class=\"narrow\">\n<h1>{title}</h1>\n<p class=\"lead\">{lead}</p>\n\
             <form class=\"form\" method=\"post\" action=\"{action}\">\n{csrf}{token}\
             <div class=\"buttons\"><button type=\"submit\">{button}</button></div>\n</form>\n</div>"
        );
        unkept(html::page_of(&self.site_name, StatusCode::OK, title, &main))
    }
}

fn told(site: &str, status: StatusCode, title: &str, text: &str) -> Response {
    let role =
        if status.is_success() { "class=\"note\" role=\"status\"" } else { "class=\"error\" role=\"alert\"" };
    let main = format!(
        "<div class=\"narrow\">\n<h1>{title}</h1>\n<p {role}>{text}</p>\n\
         <p class=\"links\"><a href=\"/\">To the status page</a></p>\n</div>"
    );
    unkept(html::page_of(site, status, title, &main))
}

/// What holds a token is kept by nobody.
fn unkept(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A form sends it; a mail program sends the address as it is, with a body that says no more than that it means it.
fn token_of(link: Link, body: &[u8]) -> String {
    let found = || form_urlencoded::parse(body).find(|(name, _)| name == "token");
    let sent = || found().map(|(_, token)| token.into_owned()).unwrap_or_default();
    link.token.filter(|token| !token.is_empty()).unwrap_or_else(sent)
}

fn hidden(name: &str, value: &str) -> String {
    format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">\n", escape(value))
}
