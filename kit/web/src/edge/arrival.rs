//! One request on its way through the edge: what has been found out about it so far.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use http::request::Parts;
use http::{HeaderValue, Method, StatusCode, Uri, header};
use kit_base::{Caller, Problem, Timestamp};

use super::keep::Question;
use super::site::View;
use crate::format::{self, Format, Refusal, Wanted};
use crate::language::Language;
use crate::lines::HeaderLines;
use crate::source::{Peer, Source, Trust};
use crate::throttle::Quota;
use crate::{Rule, paging};

/// For whoever wants what there is not.
const PLAIN: Wanted = Wanted { format: Format::PLAIN, problem: false };

/// Marks a request that one service of this process makes to another.
#[derive(Clone)]
pub(crate) struct FromWithin;

/// One request, as far as it is known.
pub(super) struct Arrival<'s> {
    /// The language that the caller reads best, as it says.
    languages: Option<HeaderValue>,
    pub id: String,
    pub at: Timestamp,
    pub method: Method,
    /// The address as it was asked for.
    pub asked: Uri,
    /// Whether the caller says which codings it reads.
    pub names_coding: bool,
    /// Whether another service of this process asks.
    pub within: bool,
    pub source: Source,
    pub view: Option<&'s View>,
    pub wanted: Wanted,
    pub caller: Option<Arc<Caller>>,
    /// By which the caller is known.
    pub token: Option<String>,
    /// Whether the token came by a cookie, which a browser sends whoever has written the form.
    pub by_cookie: bool,
    /// Whether a cookie might have changed the answer.
    pub cookie_matters: bool,
    pub quota: Option<Quota>,
    /// Whether the answer has the headers already that are the same for everybody.
    pub dressed: bool,
}

impl<'s> Arrival<'s> {
    pub(super) fn new(parts: &Parts, id: String, at: Timestamp) -> Self {
        Self {
            languages: parts.headers.get(header::ACCEPT_LANGUAGE).cloned(),
            id,
            at,
            method: parts.method.clone(),
            asked: parts.uri.clone(),
            names_coding: parts.headers.contains_key(header::ACCEPT_ENCODING),
            within: parts.extensions.get::<FromWithin>().is_some(),
            source: Source { address: IpAddr::V4(Ipv4Addr::LOCALHOST), https: false, host: String::new() },
            view: None,
            wanted: format::negotiate(parts.headers.text(header::ACCEPT), None).unwrap_or(PLAIN),
            caller: None,
            token: None,
            by_cookie: false,
            cookie_matters: false,
            quota: None,
            dressed: false,
        }
    }

    /// Finds out where it comes from.
    pub(super) fn come_from(&mut self, trust: &Trust, parts: &Parts) -> Result<(), Problem> {
        if self.within {
            self.source = Source::within(&parts.headers);
            return Ok(());
        }
        let peer = parts.extensions.get::<Peer>();
        self.source = trust.source(&parts.headers, &parts.uri, peer)?;
        Ok(())
    }

    /// Whether what is secret may come this way.
    pub(super) fn is_safe(&self, trust: &Trust, parts: &Parts) -> bool {
        self.within || trust.carries_safely(&self.source, parts.extensions.get::<Peer>(), &parts.headers)
    }

    /// Finds out what form is wanted; only values have more than one.
    pub(super) fn negotiate(&mut self, parts: &Parts) -> Result<(), Problem> {
        if !self.view.is_some_and(|view| view.negotiated) {
            return Ok(());
        }
        let named = parts.uri.query().and_then(|query| paging::parameter(query, "format"));
        let wanted = format::negotiate(parts.headers.text(header::ACCEPT), named.as_deref());
        self.wanted = wanted.map_err(|refusal| {
            self.wanted = PLAIN;
            match refusal {
                Refusal::NotAcceptable => Problem::new(406, "Could not satisfy the request Accept header."),
                Refusal::UnknownFormat => Problem::not_found(),
            }
        })?;
        Ok(())
    }

    /// The language that the caller reads best.
    pub(super) fn language(&self) -> Language {
        Language::negotiate(self.languages.as_ref().and_then(|languages| languages.to_str().ok()))
    }

    /// Whether the caller says which languages it reads.
    pub(super) fn names_language(&self) -> bool {
        self.languages.is_some()
    }

    /// What tells a kept answer to this from others.
    pub(super) fn question<'q>(&'q self, audience: Option<&'q str>) -> Question<'q> {
        Question {
            target: self.target(),
            host: &self.source.host,
            https: self.source.https,
            format: self.wanted.format,
            audience,
        }
    }

    /// Path and parameters as they were asked.
    pub(super) fn target(&self) -> &str {
        self.asked.path_and_query().map_or("/", |target| target.as_str())
    }

    /// The path without a final slash.
    pub(super) fn path(&self) -> &str {
        without_slash(self.asked.path())
    }

    /// Whom an answer is for: nobody else may get it, nor the same user by a token that reaches less far.
    pub(super) fn audience(&self) -> Option<String> {
        self.caller.as_deref().map(audience)
    }

    /// Whether this rule lets the caller through.
    pub(super) fn meets(&self, rule: Rule) -> bool {
        match (rule, &self.caller) {
            (Rule::Anyone, _) => true,
            (Rule::AtLeast(least), Some(caller)) => caller.role >= least,
            (Rule::AtLeast(_), None) => false,
            (Rule::Peer, _) => self.within,
        }
    }

    /// The methods that the caller may use here.
    pub(super) fn may<'v>(&self, view: &'v View) -> Vec<&'v str> {
        view.rules.iter().filter(|(_, rule)| self.meets(*rule)).map(|(method, _)| method.as_str()).collect()
    }

    /// Reads that went well, and what services ask each other, are too many to be worth a line each. The query is left
    /// out: it may hold what is private.
    pub(super) fn log(&self, status: StatusCode, now: Timestamp) {
        let millis = u64::try_from(now.since(self.at).as_millis()).unwrap_or(u64::MAX);
        let (id, method, path, status) = (&self.id, &self.method, self.asked.path(), status.as_u16());
        if status == 500 {
            tracing::error!(%method, path, status, millis, id, "request");
        } else if status > 500 {
            // Nothing is broken here: something that is needed is away, or too much is asked.
            tracing::warn!(%method, path, status, millis, id, "request");
        } else if !self.within && (status >= 400 || !method.is_safe()) {
            tracing::info!(%method, path, status, millis, id, "request");
        } else {
            tracing::debug!(%method, path, status, millis, id, "request");
        }
    }
}

/// A path without its final slashes.
pub(super) fn without_slash(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" => "/",
        path => path,
    }
}

/// For whom an answer to this caller is kept.
pub(super) fn audience(caller: &Caller) -> String {
    format!("{} {} {}", caller.role.as_str(), caller.user_id, caller.scopes.join(" "))
}

#[cfg(test)]
mod tests {
    use kit_base::Role;

    use super::*;

    /// What a handler shows to a token with more scopes, a token of the same user with fewer must not get.
    #[test]
    fn each_set_of_rights_is_an_audience_of_its_own() {
        let whole = Caller::new("u1", "Ada", Role::Manager);
        let narrow = Caller { scopes: vec!["read".to_owned()], ..whole.clone() };
        let lower = Caller { role: Role::Viewer, ..whole.clone() };
        let other = Caller { user_id: "u2".to_owned(), ..whole.clone() };
        let audiences: std::collections::BTreeSet<_> =
            [&whole, &narrow, &lower, &other].into_iter().map(audience).collect();
        assert_eq!(audiences.len(), 4);
        assert_eq!(audience(&whole), audience(&whole.clone()));
    }
}
