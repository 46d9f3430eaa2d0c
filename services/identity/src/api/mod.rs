//! The routes of this service, a file for each noun: each route with its right, its description and its handler.

mod auth;
mod users;

use kit_web::Built;

use crate::{Identity, audit, console};

/// Every route of this service.
pub(crate) fn routes(state: Identity) -> Built {
    let nouns = [auth::routes, users::routes, console::api::routes, audit::api::routes];
    let built = nouns.into_iter().map(|routes| routes(state.clone()));
    built.fold(Built::default(), Built::and)
}
