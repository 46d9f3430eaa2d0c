//! The pages that links in mails lead to. Looking at one changes nothing: the token is used by its form.

use axum::extract::Query;
use axum::response::Response;
use kit_web::html::{escape, page};
use kit_web::{Built, Routes, Rule};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::routes;

use crate::Identity;

/// The routes of these pages.
pub(crate) fn routes(state: Identity) -> Built {
    Routes::new(state).add(Rule::Anyone, routes!(confirm)).add(Rule::Anyone, routes!(password)).build()
}

/// What a link brings.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Link {
    /// The token of the mail.
    #[param(example = "po_3bJ9xWqTn0VfKc7LrYzE2hGdUa5PmSoI8XwNtRkBvQe")]
    token: Option<String>,
}

/// The page on which a mail address is confirmed.
#[utoipa::path(get, path = "/account/confirm", tag = "account", params(Link),
    responses((status = 200, description = "The page.", content_type = "text/html", body = String,
               example = "<!doctype html>")))]
async fn confirm(Query(link): Query<Link>) -> Response {
    let token = escape(&link.token.unwrap_or_default());
    page(
        "Confirm your address",
        &format!(
            "<h1>Confirm your address</h1>\n<form method=\"post\" action=\"/api/v1/auth/confirm\">\n\
             <input type=\"hidden\" name=\"token\" value=\"{token}\">\n<button>Confirm</button>\n</form>"
        ),
    )
}

/// The page on which a password is chosen.
#[utoipa::path(get, path = "/account/password", tag = "account", params(Link),
    responses((status = 200, description = "The page.", content_type = "text/html", body = String,
               example = "<!doctype html>")))]
async fn password(Query(link): Query<Link>) -> Response {
    let token = escape(&link.token.unwrap_or_default());
    page(
        "Choose a password",
        &format!(
            "<h1>Choose a password</h1>\n<form method=\"post\" action=\"/api/v1/auth/reset-password\">\n\
             <input type=\"hidden\" name=\"token\" value=\"{token}\">\n\
             <p><label>New password, of at least 10 characters\n\
             <input type=\"password\" name=\"password\" minlength=\"10\" required autocomplete=\"new-password\">\
             </label></p>\n<button>Choose it</button>\n</form>"
        ),
    )
}
