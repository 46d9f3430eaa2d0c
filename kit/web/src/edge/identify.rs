//! Who asks, whether they may, and how often: what is found out before anything is looked at.

use http::header;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use kit_base::{Caller, Problem};

use super::Edge;
use super::arrival::Arrival;
use super::site::View;
use crate::lines::HeaderLines;
use crate::throttle::{Identity, Throttle, Verdict};
use crate::{Failure, Rule, csrf};

const UNKNOWN_TOKEN: &str =
    "Bearer realm=\"api\",error=\"invalid_token\",error_description=\"The access token is invalid.\"";
const API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const NOT_IN_PLAIN: &str = "Credentials may only be sent over https. This request came over plain http; what it carried should be changed.";
const ONLY_PEERS: &str = "Only the services of this installation ask each other here.";
const TOO_NARROW: &str = "Bearer realm=\"api\",error=\"insufficient_scope\"";

impl Edge {
    /// Finds out who asks, and refuses whoever may not.
    pub(super) async fn identify(
        &self,
        arrival: &mut Arrival<'_>,
        view: &View,
        parts: &Parts,
    ) -> Result<(), Failure> {
        let rule = view.rule(&parts.method).unwrap_or(view.least);
        let bearer = bearer(&parts.headers);
        let cookie = csrf::session_cookie(&parts.headers, arrival.source.https);
        arrival.cookie_matters = true;
        let tells = view.confidential && !parts.method.is_safe();
        if (tells || carries_secret(&parts.headers, cookie)) && !arrival.is_safe(&self.trust, parts) {
            return Err(Problem::new(403, NOT_IN_PLAIN).into());
        }
        if let Some(token) = bearer.or(cookie) {
            let found = self.tokens.whose(token, arrival.at).await;
            match (found, rule) {
                (Ok(Some(caller)), _) => {
                    arrival.caller = Some(caller);
                    arrival.token = Some(token.to_owned());
                    arrival.by_cookie = bearer.is_none();
                    arrival.cookie_matters = arrival.by_cookie;
                }
                (Ok(None), _) => self.failed(arrival, bearer.is_some())?,
                // Whoever cannot be asked for is nobody; where nobody will do, the page is served all the same.
                (Err(_), Rule::Anyone) => {}
                (Err(problem), Rule::AtLeast(_) | Rule::Peer) => return Err(problem.into()),
            }
        }
        if rule == Rule::Peer && arrival.within {
            return Ok(());
        }
        permit(arrival.caller.as_deref(), &parts.method, view, rule, bearer.is_some())
    }

    /// Guessing is counted for each address; whoever guesses too much has to wait.
    fn failed(&self, arrival: &Arrival<'_>, by_bearer: bool) -> Result<(), Failure> {
        // A session that has ended is no guess.
        if !by_bearer || arrival.within {
            return Ok(());
        }
        let address = arrival.source.address;
        match self.throttle.too_many_failures(address) {
            Some(seconds) => Err(throttled(seconds)),
            None => {
                self.throttle.failed(address);
                Ok(())
            }
        }
    }

    /// Counts the request, and refuses it if there were too many.
    pub(super) fn admit(&self, arrival: &mut Arrival<'_>, view: &View) -> Result<(), Failure> {
        if arrival.within {
            return Ok(());
        }
        let identity = match &arrival.caller {
            Some(caller) => Identity::User(&caller.user_id),
            None => Identity::Address(arrival.source.address),
        };
        match Throttle::admit_at(&self.throttle.account(view.class, &identity), arrival.at) {
            Verdict::Pass(quota) => {
                arrival.quota = quota;
                Ok(())
            }
            Verdict::Full { quota, retry_after_seconds } => {
                arrival.quota = Some(quota);
                Err(throttled(retry_after_seconds))
            }
        }
    }
}

fn throttled(seconds: u32) -> Failure {
    let unit = if seconds == 1 { "second" } else { "seconds" };
    let detail = format!("Request was throttled. Expected available in {seconds} {unit}.");
    Problem { retry_after: Some(seconds), ..Problem::new(429, detail) }.into()
}

/// Refuses whom the rule does not let through.
pub(super) fn permit(
    caller: Option<&Caller>,
    method: &Method,
    view: &View,
    rule: Rule,
    bearer_given: bool,
) -> Result<(), Failure> {
    let least = match rule {
        Rule::Anyone => return Ok(()),
        Rule::Peer => return Err(Problem::new(403, ONLY_PEERS).into()),
        Rule::AtLeast(least) => least,
    };
    let Some(caller) = caller else {
        let challenge = if bearer_given { UNKNOWN_TOKEN } else { "Bearer realm=\"api\"" };
        return Err(challenged(Problem::unauthenticated(), challenge));
    };
    if caller.role < least {
        return Err(Problem::forbidden().into());
    }
    if !view.opens_to(method, caller) {
        return Err(challenged(Problem::forbidden(), TOO_NARROW));
    }
    Ok(())
}

fn challenged(problem: Problem, challenge: &'static str) -> Failure {
    let headers = HeaderMap::from_iter([(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge))]);
    Failure::with_headers(problem, headers)
}

/// Whether the head has a secret in it: a token, a session, or the name and secret of an application.
pub(super) fn carries_secret(headers: &impl HeaderLines, cookie: Option<&str>) -> bool {
    cookie.is_some() || headers.text(header::AUTHORIZATION).is_some() || bearer(headers).is_some()
}

/// The token that the caller sends by itself: as `Authorization: Bearer` (RFC 6750, 2.1), or else as `X-API-Key`, which
/// OFREP's clients and many others know.
pub(super) fn bearer(headers: &impl HeaderLines) -> Option<&str> {
    let Some(authorization) = headers.text(header::AUTHORIZATION) else {
        return headers.text(API_KEY).map(str::trim).filter(|key| !key.is_empty());
    };
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}
