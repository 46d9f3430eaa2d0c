//! The pages that links in mails lead to. Looking at one changes nothing: the token is used by its form.

use axum::extract::{Query, State};
use axum::response::Response;
use http::StatusCode;
use kit_web::html::{escape, page_of};
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
async fn confirm(State(state): State<Identity>, Query(link): Query<Link>) -> Response {
    let token = escape(&link.token.unwrap_or_default());
    page_of(
        &state.site_name,
        StatusCode::OK,
        "Confirm your address",
        &format!(
            "<div class=\"narrow\">\n<h1>Confirm your address</h1>\n<form class=\"form\" method=\"post\" action=\"/api/v1/auth/confirm\">\n\
             <input type=\"hidden\" name=\"token\" value=\"{token}\">\n<div class=\"buttons\"><button>Confirm</button></div>\n</form>\n</div>"
        ),
    )
}

/// The page on which a password is chosen.
#[utoipa::path(get, path = "/account/password", tag = "account", params(Link),
    responses((status = 200, description = "The page.", content_type = "text/html", body = String,
               example = "<!doctype html>")))]
async fn password(State(state): State<Identity>, Query(link): Query<Link>) -> Response {
    let token = escape(&link.token.unwrap_or_default());
    page_of(
        &state.site_name,
        StatusCode::OK,
        "Choose a password",
        &format!(
            "<div class=\"narrow\">\n<h1>Choose a password</h1>\n<form class=\"form\" method=\"post\" action=\"/api/v1/auth/reset-password\">\n\
             <input type=\"hidden\" name=\"token\" value=\"{token}\">\n\
             <div class=\"field\"><label for=\"password\">New password, of at least 10 characters</label>\n\
             <input id=\"password\" type=\"password\" name=\"password\" minlength=\"10\" required autocomplete=\"new-password\">\
             </div>\n<div class=\"buttons\"><button>Choose it</button></div>\n</form>\n</div>"
        ),
    )
}
