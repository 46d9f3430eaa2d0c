//! Who may use a route. The rule stands where the route is declared; the edge checks it before anything else runs, and
//! hands the caller on.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use kit_base::{Caller, Problem, Role};

use crate::Failure;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// Everybody; who is known may see more.
    Anyone,
    /// Whoever has an account with this role or a higher one.
    AtLeast(Role),
    /// The services of this installation, and nobody else.
    Peer,
}

/// Says that the edge has let this request through, and by which rule.
#[derive(Clone, Copy)]
pub(crate) struct Granted(pub Rule);

/// A request that came to a route in another way than through the edge, or by another route's rule, is a fault of ours;
/// it is refused, whoever it is from.
pub(crate) async fn seal(State(rule): State<Rule>, request: Request, next: Next) -> Response {
    if request.extensions().get::<Granted>().is_some_and(|granted| granted.0 == rule) {
        return next.run(request).await;
    }
    tracing::error!(path = request.uri().path(), "a route was reached past its rule");
    Failure::from(Problem::internal()).into_response()
}

/// Whoever asks, and the token by which they are known.
#[derive(Clone)]
pub(crate) struct Known {
    pub caller: Arc<Caller>,
    pub token: String,
}

/// Whoever asks, known by name; only on routes with [`Rule::AtLeast`].
pub struct Member(pub Caller);

impl<S: Send + Sync> FromRequestParts<S> for Member {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let known = parts.extensions.get::<Known>().ok_or_else(Problem::unauthenticated)?;
        Ok(Self(Caller::clone(&known.caller)))
    }
}

/// The token by which the caller is known, for whoever revokes it; only on routes with [`Rule::AtLeast`].
pub struct BearerToken(pub String);

impl<S: Send + Sync> FromRequestParts<S> for BearerToken {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let known = parts.extensions.get::<Known>().ok_or_else(Problem::unauthenticated)?;
        Ok(Self(known.token.clone()))
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
        Ok(Self(parts.extensions.get::<Known>().map(|known| Caller::clone(&known.caller))))
    }
}
