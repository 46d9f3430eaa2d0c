//! `/login` and `/logout`: pages and forms that work without scripts.

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};

use http::{HeaderMap, HeaderValue, StatusCode, header};
use kit_base::Problem;
use kit_web::html::{self, escape};
use kit_web::{Failure, Source, csrf};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::place::{HOME, local};
use super::{SessionToken, Visitor};
use crate::model::{LONGEST_EMAIL, LONGEST_PASSWORD};
use crate::sessions::Named;
use crate::{Error, Identity};

const PATH: &str = "/login";

/// Where the login leads.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Onward {
    /// The page to go to afterwards: a path of this site. Any other is taken for `/`.
    #[param(example = "/console")]
    next: Option<String>,
}

/// What the form sends.
#[derive(Default, ToSchema)]
pub(crate) struct LoginForm {
    /// The user's mail address, or username.
    #[schema(example = "ada@example.org")]
    email: String,
    /// The user's password.
    #[schema(format = Password, example = "correct horse battery staple")]
    password: String,
    /// The page to go to afterwards: a path of this site.
    #[schema(example = "/console")]
    next: String,
}

impl LoginForm {
    fn read(body: &[u8]) -> Self {
        let mut form = Self::default();
        for (name, value) in form_urlencoded::parse(body) {
            match name.as_ref() {
                "email" => form.email = value.into_owned(),
                "password" => form.password = value.into_owned(),
                "next" => form.next = value.into_owned(),
                _ => {}
            }
        }
        form
    }

    fn next(&self) -> &str {
        local(Some(&self.next))
    }

    fn login(&self) -> Option<(Named, String)> {
        let (email, password) = (self.email.trim(), &self.password);
        let whole =
            (1..=LONGEST_EMAIL).contains(&email.len()) && (1..=LONGEST_PASSWORD).contains(&password.len());
        let plain = !email.contains('\0') && !password.contains('\0');
        (whole && plain).then(|| (Named::called(email), password.clone()))
    }
}

/// Shows the form to log in with a browser.
#[utoipa::path(get, path = "/login", tag = "console", params(Onward),
    responses((status = 200, description = "The form.", body = String, content_type = "text/html")))]
pub(crate) async fn login_page(
    State(state): State<Identity>,
    source: Source,
    headers: HeaderMap,
    Query(onward): Query<Onward>,
) -> Response {
    let form = LoginForm { next: local(onward.next.as_deref()).to_owned(), ..LoginForm::default() };
    state.form(StatusCode::OK, None, &form, csrf::session_cookie(&headers, source.https))
}

/// Logs in with a browser: answers with a session's cookie, and leads on.
///
/// The cookie is `__Host-session` over https, and `session` over plain http on the machine itself. A form that another
/// site sends is refused. What is said of guessing at `POST /api/v1/auth/login` holds here too.
#[utoipa::path(post, path = "/login", tag = "console",
    request_body(content = LoginForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "Logged in; the page that `next` names follows.",
               headers(("Set-Cookie" = String, description = "The session."))),
              (status = 400, description = "A field is missing. The form again.", body = String, content_type = "text/html"),
              (status = 401, description = "Nobody has this address and this password. The form again.",
               body = String, content_type = "text/html"),
              (status = 403, description = "The form was sent by another site.", body = String, content_type = "text/html"),
              (status = 429, description = "Too many logins have failed. The form again.",
               headers(("Retry-After" = u32, description = "Seconds to wait.")), body = String, content_type = "text/html")))]
pub(crate) async fn enter(
    State(state): State<Identity>,
    source: Source,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let form = LoginForm::read(&body);
    let again = |status, said: &str| {
        state.form(status, Some(said), &form, csrf::session_cookie(&headers, source.https))
    };
    if csrf::tells_origin(&headers) && !csrf::same_origin(&headers, &source) {
        return Ok(again(StatusCode::FORBIDDEN, "The form was sent by another site. Please log in here."));
    }
    let Some(login) = form.login() else {
        return Ok(again(
            StatusCode::BAD_REQUEST,
            "Enter your email address or username, and your password.",
        ));
    };
    let door = state.door(PATH, &source);
    match state.open_session(login, door, Visitor::of(&headers, &source)).await {
        Ok(token) => Ok(onward(form.next(), &cookie(Some((&token, &state)), source.https))),
        Err(error @ (Error::InvalidLogin | Error::TooManyFailures(_))) => Ok(refused(error.into(), again)),
        Err(error) => Err(error.into()),
    }
}

/// Logs out: the browser's session ends, and its cookie is taken back.
#[utoipa::path(post, path = "/logout", tag = "console",
    responses((status = 303, description = "Logged out; the first page follows.",
               headers(("Set-Cookie" = String, description = "Takes the session's cookie back.")))))]
pub(crate) async fn leave(
    State(state): State<Identity>,
    source: Source,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    state.close_session(Visitor::of(&headers, &source)).await?;
    Ok(onward(HOME, &cookie(None, source.https)))
}

/// The form again, with what was wrong.
fn refused(problem: Problem, again: impl Fn(StatusCode, &str) -> Response) -> Response {
    let mut response = again(StatusCode::from_u16(problem.status).unwrap_or_default(), &problem.detail);
    if problem.status == 401 {
        let challenge = HeaderValue::from_static("Bearer realm=\"api\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    if let Some(seconds) = problem.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn onward(next: &str, cookie: &str) -> Response {
    let headers =
        [(header::LOCATION, next), (header::SET_COOKIE, cookie), (header::CACHE_CONTROL, "no-store")];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// The cookie that begins a session or, for none, ends it. Scripts cannot read it, and other sites' forms come without.
fn cookie(session: Option<(&SessionToken, &Identity)>, https: bool) -> String {
    let (value, age) =
        session.map_or(("", 0), |(token, state)| (token.as_str(), state.terms.lifetime.as_secs()));
    let (name, secure) = if https { (csrf::COOKIE, "; Secure") } else { (csrf::PLAIN_COOKIE, "") };
    format!("{name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}")
}

impl Identity {
    fn form(
        &self,
        status: StatusCode,
        said: Option<&str>,
        form: &LoginForm,
        session: Option<&str>,
    ) -> Response {
        let said = said
            .map(|said| format!("<p class=\"error\" role=\"alert\">{}</p>\n", escape(said)))
            .unwrap_or_default();
        // A browser that has a session sends it along, and every form that does proves that it is ours.
        let token = session.map(|session| hidden("csrf_token", &csrf::token(&self.secret, session)));
        let (token, next, email) =
            (token.unwrap_or_default(), hidden("next", form.next()), escape(&form.email));
        let main = format!(
            "<div class=\"narrow\">\n<h1>Log in</h1>\n{said}\
             <form class=\"form\" method=\"post\" action=\"{PATH}\">\n{token}{next}\
             <div class=\"field\"><label for=\"email\">Email address or username</label>\n\
             <input id=\"email\" name=\"email\" autocomplete=\"username\" required value=\"{email}\"></div>\n\
             <div class=\"field\"><label for=\"password\">Password</label>\n\
             <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\" required></div>\n\
             <div class=\"buttons\"><button type=\"submit\">Log in</button></div>\n</form>\n</div>"
        );
        let mut response = html::page_of(&self.site_name, status, "Log in", &main);
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

fn hidden(name: &str, value: &str) -> String {
    format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">\n", escape(value))
}
