//! The routes of this service, a file for each noun: each route with its right, its description and its handler.

mod account;
mod auth;
mod fields;
mod members;
mod passwords;
mod privacy;
mod sanctions;
mod users;

use kit_web::{Built, Routes};

use crate::{Identity, WORDS, audit, console, keys, oauth};

/// Every route of this service.
pub(crate) fn routes(state: Identity) -> Built {
    let nouns: [fn(Identity) -> Built; 11] = [
        account::routes,
        auth::routes,
        members::routes,
        passwords::routes,
        privacy::routes,
        sanctions::routes,
        users::routes,
        console::api::routes,
        audit::api::routes,
        keys::routes,
        oauth::routes,
    ];
    let built = nouns.into_iter().map(|routes| routes(state.clone()));
    built.fold(Routes::new(state.clone()).words(WORDS).build(), Built::and).confidential()
}
