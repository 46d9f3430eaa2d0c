//! The pages of OAuth: may this application do that for you? They load nothing, tell no other site where the user came
//! from, and no other site may frame them.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use kit_base::{READ, WRITE};
use kit_web::html::{escape, page};

use super::model::{EMAIL, INTROSPECTION, OPENID, PROFILE};
use super::parameters::encode;

/// What a user is asked.
pub(crate) struct Question<'a> {
    /// The name of the application.
    pub application: &'a str,
    /// What it asks for.
    pub scope: &'a str,
    /// The name of the user who is asked.
    pub user: &'a str,
    /// Where the answer goes.
    pub action: &'a str,
    /// What proves that the answer comes from this page.
    pub csrf_token: &'a str,
    /// A value that goes along with the answer.
    pub hidden: Option<(&'a str, &'a str)>,
}

/// The page that asks.
pub(crate) fn question(asked: &Question<'_>) -> Response {
    let wishes: String =
        asked.scope.split_whitespace().map(|scope| format!("<li>{}</li>\n", escape(wish(scope)))).collect();
    let hidden = asked.hidden.map_or(String::new(), |(name, value)| {
        format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", escape(name), escape(value))
    });
    let (application, user) = (escape(asked.application), escape(asked.user));
    let (action, csrf_token) = (escape(asked.action), escape(asked.csrf_token));
    protected(page(
        &format!("Allow {}?", asked.application),
        &format!(
            "<h1>Allow <b>{application}</b>?</h1>\n<p>You are logged in as <b>{user}</b>. The application asks to</p>\n\
             <ul>\n{wishes}</ul>\n<form method=\"post\" action=\"{action}\">\n\
             <input type=\"hidden\" name=\"csrf_token\" value=\"{csrf_token}\">\n{hidden}\
             <button name=\"decision\" value=\"allow\">Allow</button>\n\
             <button name=\"decision\" value=\"deny\">Deny</button>\n</form>"
        ),
    ))
}

/// The page on which a user types in the code that a device shows; `note` says what was wrong with the last one.
pub(crate) fn code_wanted(note: &str) -> Response {
    let note =
        if note.is_empty() { String::new() } else { format!("<p role=\"alert\">{}</p>\n", escape(note)) };
    protected(page(
        "Connect a device",
        &format!(
            "<h1>Connect a device</h1>\n{note}<form method=\"get\" action=\"/oauth2/device/\">\n\
             <label>The code that the device shows <input name=\"user_code\" autocomplete=\"off\" required></label>\n\
             <button>Continue</button>\n</form>"
        ),
    ))
}

/// A page that says something, with this status.
pub(crate) fn notice(status: StatusCode, title: &str, text: &str) -> Response {
    let mut response = page(title, &format!("<h1>{}</h1>\n<p>{}</p>", escape(title), escape(text)));
    *response.status_mut() = status;
    protected(response)
}

/// To the page on which one logs in, and back to `address`.
pub(crate) fn log_in_first(address: &str) -> Response {
    go(StatusCode::SEE_OTHER, &format!("/login?next={}", encode(address)))
}

/// To `address`. Not 307, which would send the form along (RFC 9700 4.12).
pub(crate) fn go(status: StatusCode, address: &str) -> Response {
    match HeaderValue::from_str(address) {
        Ok(address) => protected((status, [(header::LOCATION, address)]).into_response()),
        Err(_) => {
            notice(StatusCode::BAD_REQUEST, "That address cannot be", "The application's address is broken.")
        }
    }
}

fn protected(mut response: Response) -> Response {
    for (name, value) in [
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::CACHE_CONTROL, "no-store"),
        (header::PRAGMA, "no-cache"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// What a scope means for the user who is asked for it.
fn wish(scope: &str) -> &str {
    match scope {
        READ => "read what you can read",
        WRITE => "change what you can change",
        OPENID => "know that it is you",
        PROFILE => "know your name",
        EMAIL => "know your mail address",
        INTROSPECTION => "ask whose a token is",
        other => other,
    }
}
