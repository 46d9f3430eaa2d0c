//! The routes of this service, a file for each noun: each route with its right, its description and its handler.

mod auth;
mod users;

use std::sync::Arc;

use kit_base::Authenticator;
use kit_web::Built;

use crate::{Identity, audit, console, keys, oauth};

/// Every route of this service.
pub(crate) fn routes(state: Identity, authenticator: Arc<dyn Authenticator>) -> Built {
    let nouns =
        [auth::routes, users::routes, console::api::routes, audit::api::routes, oauth::routes, keys::routes];
    let built = nouns.into_iter().map(|routes| routes(state.clone(), authenticator.clone()));
    built.fold(Built::default(), Built::and)
}
