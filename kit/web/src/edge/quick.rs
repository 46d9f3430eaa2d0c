//! The short way for what is asked most: a read whose answer is kept, by nobody in particular or by somebody who is
//! remembered. It takes the same steps in the same order as the long way, and leaves to that whatever is not plain.

use axum::response::Response;
use http::Method;
use http::request::Parts;

use super::Edge;
use super::arrival::Arrival;
use super::identify::bearer;
use crate::csrf;

impl Edge {
    /// The answer, if it is at hand. Nothing has been done where it is not, so that the long way can begin anew.
    pub(super) fn at_once<'s>(&'s self, arrival: &mut Arrival<'s>, parts: &Parts) -> Option<Response> {
        if ![Method::GET, Method::HEAD].contains(&parts.method) {
            return None;
        }
        arrival.come_from(&self.trust, parts).ok()?;
        super::check_shape(parts, self.config.max_body).ok()?;
        let view = self.site.find(arrival.path()).filter(|view| view.is_kept())?;
        arrival.view = Some(view);
        arrival.negotiate(parts).ok()?;
        arrival.cookie_matters = true;
        let by_bearer = bearer(&parts.headers);
        if let Some(token) = by_bearer.or_else(|| csrf::session_cookie(&parts.headers, arrival.source.https))
        {
            let safe = arrival.is_safe(&self.trust, parts);
            arrival.caller = Some(self.tokens.remembered(token, arrival.at).filter(|_| safe)?);
            arrival.by_cookie = by_bearer.is_none();
            arrival.cookie_matters = arrival.by_cookie;
        }
        let audience = arrival.audience();
        super::identify::permit(arrival, view, view.rule(&parts.method)?, by_bearer.is_some()).ok()?;
        let kept = self.keep.get(&arrival.question(audience.as_deref()), arrival.at)?;
        // Only now, because what is counted here must not be counted again on the long way.
        self.admit(arrival, view).ok()?;
        Some(super::read::give(arrival, &kept, &parts.headers))
    }
}
