//! Who may use a route. The rule stands where the route is declared; the check is made here, before the handler runs.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, header};
use kit_base::{Authenticator, Caller, Problem, Role};

use crate::Failure;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Everybody; who is known may see more.
    Anyone,
    /// Whoever has an account with this role or a higher one.
    AtLeast(Role),
}

/// What the check needs: the rule, and somebody to ask.
#[derive(Clone)]
pub(crate) struct Guard {
    pub rule: Rule,
    pub authenticator: Arc<dyn Authenticator>,
}

/// Lets the request through with its caller, or refuses it.
pub(crate) async fn check(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    let caller = match bearer(request.headers()) {
        Some(token) => guard.authenticator.authenticate(token).await,
        None => Ok(None),
    };
    let caller = match (caller, guard.rule) {
        // Whoever cannot be asked for is nobody; where nobody will do, the page is served all the same.
        (Err(_), Rule::Anyone) => None,
        (Err(problem), Rule::AtLeast(_)) => return Failure::from(problem).into_response(),
        (Ok(caller), _) => caller,
    };
    match (guard.rule, &caller) {
        (Rule::AtLeast(_), None) => return unauthenticated(bearer(request.headers()).is_some()),
        (Rule::AtLeast(role), Some(caller)) if caller.role < role => {
            return Failure::from(Problem::forbidden()).into_response();
        }
        _ => {}
    }
    if let Some(caller) = caller {
        request.extensions_mut().insert(caller);
    }
    next.run(request).await
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}

fn unauthenticated(token_given: bool) -> Response {
    let mut response = Failure::from(Problem::unauthenticated()).into_response();
    let challenge = match token_given {
        true => {
            "Bearer realm=\"api\",error=\"invalid_token\",error_description=\"The access token is invalid.\""
        }
        false => "Bearer realm=\"api\"",
    };
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    response
}

/// Whoever asks, known by name; only on routes with [`Rule::AtLeast`].
pub struct Member(pub Caller);

impl<S: Send + Sync> FromRequestParts<S> for Member {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parts.extensions.get::<Caller>().cloned().map(Member).ok_or_else(|| Problem::unauthenticated().into())
    }
}

/// The token by which the caller is known, for whoever revokes it; only on routes with [`Rule::AtLeast`].
pub struct BearerToken(pub String);

impl<S: Send + Sync> FromRequestParts<S> for BearerToken {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let token = bearer(&parts.headers).ok_or_else(Problem::unauthenticated)?;
        Ok(Self(token.to_owned()))
    }
}

/// Whoever asks, known or not.
pub struct Visitor(pub Option<Caller>);

impl Visitor {
    /// Whether it is somebody of the team, who sees what is internal.
    pub fn is_team(&self) -> bool {
        self.0.as_ref().is_some_and(Caller::is_team)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(parts.extensions.get::<Caller>().cloned()))
    }
}
