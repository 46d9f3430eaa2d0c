//! The routes of this service, a file for each noun: each route with its right, its description and its handler.

mod auth;
mod users;

use kit_web::Built;

use crate::{Identity, audit, console, keys, oauth};

/// Every route of this service.
pub(crate) fn routes(state: Identity) -> Built {
    let nouns: [fn(Identity) -> Built; 6] =
        [auth::routes, users::routes, console::api::routes, audit::api::routes, keys::routes, oauth::routes];
    let built = nouns.into_iter().map(|routes| routes(state.clone()));
    built.fold(Built::default(), Built::and)
}
