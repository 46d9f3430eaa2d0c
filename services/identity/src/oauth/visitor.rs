//! Who looks at the pages of OAuth: somebody with a login of their own, never a program that was lent a token.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;
use kit_base::{Caller, SecretKey};
use kit_web::{BearerToken, Visitor, csrf};

use super::model;
use crate::keys::is_api_key;

/// A user with a login, and the token by which that login is known.
pub(crate) struct LoggedIn {
    pub caller: Caller,
    login: String,
}

/// Whoever looks at a page, if it is somebody with a login.
pub(crate) struct Viewer(pub Option<LoggedIn>);

impl<S: Send + Sync> FromRequestParts<S> for Viewer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let Visitor(caller) = Visitor::from_request_parts(parts, state).await?;
        let Ok(BearerToken(login)) = BearerToken::from_request_parts(parts, state).await else {
            return Ok(Self(None));
        };
        Ok(Self(caller.filter(|_| !is_lent(&login)).map(|caller| LoggedIn { caller, login })))
    }
}

impl LoggedIn {
    /// What a form of this session carries: the edge lets in no other, where the session is known by a cookie.
    pub(crate) fn csrf_token(&self, secret: &SecretKey) -> String {
        csrf::token(secret, &self.login)
    }

    /// What the login is stored by.
    pub(crate) fn login_hash(&self) -> Vec<u8> {
        model::hash(&self.login)
    }
}

/// Whether a token was lent to a program: it may not lend itself more, nor speak for its user as a person.
pub(crate) fn is_lent(token: &str) -> bool {
    model::is_access_token(token) || is_api_key(token)
}
