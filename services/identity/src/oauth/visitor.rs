//! Who looks at the pages of OAuth: somebody with a login of their own, never a program that was lent a token.

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, header};
use kit_base::{Caller, SecretKey, hex};
use kit_web::Source;
use subtle::ConstantTimeEq;

use super::model;

/// A user with a login, and what that login is known by.
pub(crate) struct LoggedIn {
    pub caller: Caller,
    session: String,
}

/// Whoever looks at a page, if it is somebody with a login.
pub(crate) struct Viewer(pub Option<LoggedIn>);

impl<S: Send + Sync> FromRequestParts<S> for Viewer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let source = Source::from_request_parts(parts, state).await?;
        let caller = parts.extensions.get::<Caller>().cloned();
        let session = session(&parts.headers, source.https).unwrap_or_default().to_owned();
        let lent = is_lent(&parts.headers);
        Ok(Self(caller.filter(|_| !lent).map(|caller| LoggedIn { caller, session })))
    }
}

impl LoggedIn {
    /// What a form of this session carries, so that no other site can send it.
    pub(crate) fn csrf_token(&self, secret: &SecretKey) -> String {
        csrf_token(secret, &self.session)
    }

    /// Whether the form came from a page of this session.
    pub(crate) fn is_own_form(&self, secret: &SecretKey, given: &str) -> bool {
        !self.session.is_empty() && self.csrf_token(secret).as_bytes().ct_eq(given.as_bytes()).into()
    }

    /// What the login is stored by.
    pub(crate) fn session_hash(&self) -> Vec<u8> {
        model::hash(&self.session)
    }
}

fn csrf_token(secret: &SecretKey, session: &str) -> String {
    hex(&secret.sign("csrf", session.as_bytes()))
}

/// The token in the header, or in the cookie of the console.
fn session(headers: &HeaderMap, https: bool) -> Option<&str> {
    bearer(headers).or_else(|| {
        let names: &[&str] = if https { &["__Host-session"] } else { &["__Host-session", "session"] };
        names.iter().find_map(|name| cookie(headers, name))
    })
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// Whether the caller is known by a token that was lent to a program: it may not lend itself more.
pub(crate) fn is_lent(headers: &HeaderMap) -> bool {
    bearer(headers).is_some_and(|token| model::is_access_token(token) || token.starts_with("psk_"))
}
