//! The routes of this service, a file for each noun: each route with its right, its description and its handler.

mod account;
mod auth;
mod fields;
mod members;
mod passwords;
mod privacy;
mod sanctions;
mod users;

use std::sync::Arc;

use kit_base::Authenticator;
use kit_web::Built;

use crate::Identity;

/// Every route of this service.
pub(crate) fn routes(state: Identity, authenticator: Arc<dyn Authenticator>) -> Built {
    let nouns = [
        account::routes,
        auth::routes,
        members::routes,
        passwords::routes,
        privacy::routes,
        sanctions::routes,
        users::routes,
    ];
    let built = nouns.into_iter().map(|routes| routes(state.clone(), authenticator.clone()));
    built.fold(Built::default(), Built::and)
}
