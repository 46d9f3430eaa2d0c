//! The OAuth 2 authorization server: applications, the ways to get a token, and what is told of tokens (RFC 6749, 7009,
//! 7636, 7662, 8414, 8628, 9207, OpenID Connect Core).

mod api;
pub(crate) mod applications;
mod authorize;
mod client;
mod consent;
mod device;
mod grants;
mod metadata;
pub(crate) mod model;
mod parameters;
mod people;
mod refusal;
mod signing;
pub(crate) mod store;
mod token;
mod tokens;
mod visitor;

use std::sync::Arc;

use kit_base::{Caller, Clock, SecretKey};
use kit_runtime::Context;
use kit_web::Source;

use crate::guard::Guard;
use crate::{Error, Identity};

pub(crate) use api::routes;
pub(crate) use visitor::is_lent;

/// What the endpoints share.
#[derive(Clone)]
pub(crate) struct OAuth {
    pub clock: Clock,
    pub secret: SecretKey,
    public_url: Option<String>,
    /// Slows down the guessing of passwords through one client and from one address, and of codes by one user.
    pub guard: Arc<Guard>,
}

impl OAuth {
    pub(crate) fn new(context: &Context) -> Self {
        let public_url = context.settings.optional(&crate::PUBLIC_URL);
        Self {
            clock: context.clock.clone(),
            secret: context.secret.clone(),
            public_url: public_url.map(|url| url.trim_end_matches('/').to_owned()),
            guard: Arc::new(Guard::of_many(context.clock.clone())),
        }
    }

    /// What every address of ours begins with, and what tokens name as their issuer.
    pub(crate) fn base(&self, source: &Source) -> String {
        self.public_url.clone().unwrap_or_else(|| source.base())
    }
}

impl Identity {
    /// Who is known by this access token, if anybody is now.
    pub(crate) async fn whose_access_token(&self, token: &str) -> Result<Option<Caller>, Error> {
        let hash = model::hash(token);
        Ok(self.db.read(move |tx| store::whose_token(tx, &hash)).await?)
    }
}
