//! The short way for what is asked most: a read whose answer is kept, by nobody in particular or by somebody who is
//! remembered. It takes the same steps in the same order as the long way, by the same rules, and leaves to that whatever
//! does not end in an answer at hand. What follows from the head alone is found out once and holds for every head with
//! the same bytes: the plan.

use std::sync::Arc;

use http::header::{self, HeaderName};
use http::{Method, StatusCode};
use kit_base::Timestamp;

use super::Edge;
use super::arrival::{audience, without_slash};
use super::conditional::Conditions;
use super::finish::varies_by;
use super::identify::{bearer, carries_secret, permit};
use super::keep::{Kept, Question};
use super::site::View;
use super::squeeze::{Coding, accepted};
use super::tokens::{self, TokenKey};
use super::wire;
use crate::format::{self, Format};
use crate::lines::HeaderLines;
use crate::source::{Peer, Source};
use crate::throttle::{self, Account, Identity, Quota, Throttle, Verdict};
use crate::{Rule, cors, csrf, paging};

/// A request as its head has it: `GET` or `HEAD`, in origin form.
pub(crate) struct Asked<'a, H> {
    pub method: Method,
    /// Path and parameters.
    pub target: &'a str,
    pub headers: &'a H,
    pub peer: Peer,
}

/// What follows from a head and where it came from, whenever it comes.
pub(crate) struct Plan<'s> {
    view: &'s View,
    rule: Rule,
    method: Method,
    target: String,
    source: Source,
    format: Format,
    /// By which the caller is known, and whether it came as `Authorization`.
    token: Option<TokenKey>,
    by_bearer: bool,
    /// Where requests of nobody in particular are counted.
    account: Account<'s>,
    conditions: Option<Conditions<String>>,
    coding: Option<Coding>,
    /// The lines that follow from the head.
    lines: Vec<u8>,
}

/// An answer at hand. The request has been counted.
pub(crate) struct Ready {
    kept: Arc<Kept>,
    known: bool,
    quota: Option<Quota>,
}

impl Edge {
    /// What follows from this head; `None` where that is not for here to say.
    pub(crate) fn plan<H: HeaderLines>(&self, asked: &Asked<'_, H>) -> Option<Plan<'_>> {
        let Asked { method, target, headers, peer } = asked;
        let source = self.trust.source_of(*headers, None, Some(peer)).ok()?;
        if super::has_null(target) {
            return None;
        }
        let (path, query) =
            target.split_once('?').map_or((*target, None), |(path, query)| (path, Some(query)));
        let view = self.site.find(without_slash(path)).filter(|view| view.is_kept())?;
        let named = query.and_then(|query| paging::parameter(query, "format"));
        let wanted = format::negotiate(headers.text(header::ACCEPT), named.as_deref()).ok()?;
        let by_bearer = bearer(*headers);
        let session = csrf::session_cookie(*headers, source.https);
        let token = by_bearer.or(session);
        if carries_secret(*headers, session) && !self.trust.carries_safely(&source, Some(peer), *headers) {
            return None;
        }
        let has = |name: HeaderName| headers.has(name);
        let cookie = token.is_none() || by_bearer.is_none();
        let vary = varies_by(cookie, has(header::ACCEPT_LANGUAGE), has(header::ACCEPT_ENCODING));
        let mut lines = Vec::new();
        wire::line(header::VARY.as_str(), vary.as_bytes(), &mut lines);
        if has(header::ORIGIN) {
            cors::OPEN
                .iter()
                .for_each(|(name, value)| wire::line(name.as_str(), value.as_bytes(), &mut lines));
        }
        Some(Plan {
            view,
            rule: view.rule(method)?,
            method: method.clone(),
            target: (*target).to_owned(),
            account: self.throttle.account(view.class, &Identity::Address(source.address)),
            source,
            format: wanted.format,
            token: token.map(tokens::key),
            by_bearer: by_bearer.is_some(),
            conditions: Conditions::of(*headers).map(Conditions::owned),
            coding: accepted(*headers),
            lines,
        })
    }

    /// The answer, if it is at hand. Nothing has been done where it is not, so that the long way can begin anew.
    pub(crate) fn at_once(&self, plan: &Plan<'_>, at: Timestamp) -> Option<Ready> {
        let caller = match &plan.token {
            Some(token) => Some(self.tokens.remembered(token, at)?),
            None => None,
        };
        permit(caller.as_deref(), &plan.method, plan.view, plan.rule, plan.by_bearer).ok()?;
        let audience = caller.as_deref().map(audience);
        let question = Question {
            target: &plan.target,
            host: &plan.source.host,
            https: plan.source.https,
            format: plan.format,
            audience: audience.as_deref(),
        };
        let kept = self.keep.get(&question, at)?;
        let conditions = plan.conditions.as_ref();
        if conditions.is_some_and(|conditions| conditions.fails_to_match(Some(&kept.tag))) {
            return None;
        }
        let known = conditions.is_some_and(|conditions| conditions.is_known(Some(&kept.tag)));
        // Only now, because what is counted here must not be counted again on the long way.
        let verdict = match &caller {
            Some(caller) => {
                let account = self.throttle.account(plan.view.class, &Identity::User(&caller.user_id));
                Throttle::admit_at(&account, at)
            }
            None => Throttle::admit_at(&plan.account, at),
        };
        let Verdict::Pass(quota) = verdict else { return None };
        Some(Ready { kept, known, quota })
    }

    /// The time, as everything here is measured by.
    pub(crate) fn now(&self) -> Timestamp {
        self.config.clock.now()
    }

    /// Writes the head of the answer into `into`, whole but for the empty line, and gives its body.
    pub(crate) fn write_ready<'r>(
        &self,
        plan: &Plan<'_>,
        ready: &'r Ready,
        date: &[u8],
        into: &mut Vec<u8>,
    ) -> &'r [u8] {
        let kept = &ready.kept;
        let (head, body): (&[u8], &[u8]) =
            match plan.coding.filter(|_| !ready.known).and_then(|it| kept.form(it)) {
                _ if ready.known => (&kept.known, &[]),
                Some(form) => (&form.head, &form.body),
                None => (&kept.head, &kept.body),
            };
        for piece in [head, &plan.lines, date, b"x-request-id: "] {
            into.extend_from_slice(piece);
        }
        let id = into.len();
        self.series.write(into);
        if tracing::enabled!(tracing::Level::DEBUG) {
            plan.log(ready, into.get(id..).unwrap_or_default());
        }
        into.extend_from_slice(b"\r\n");
        if let Some(quota) = &ready.quota {
            throttle::write(quota, into);
        }
        if plan.method == Method::HEAD { &[] } else { body }
    }
}

impl Plan<'_> {
    fn log(&self, ready: &Ready, id: &[u8]) {
        let status = if ready.known { StatusCode::NOT_MODIFIED } else { StatusCode::OK }.as_u16();
        let (method, id) = (&self.method, String::from_utf8_lossy(id));
        let path = self.target.split('?').next().unwrap_or_default();
        tracing::debug!(%method, path, status, millis = 0, %id, "request");
    }
}
