//! Whoever looks at a page of the console: who it is, what it may do, and how it is answered.

use askama::Template;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use contracts::{AskError, Client};
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use kit_base::{Caller, Problem, Role, Timestamp};
use kit_web::{BearerToken, Failure, Member, csrf};

use super::said::Said;
use super::{Console, HTML};
use crate::render::CONTENT_SECURITY_POLICY;
use crate::when::Moment;
use crate::{text, words};

/// A part of the console, as the rail names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Area {
    Now,
    Incidents,
    Components,
    Maintenance,
    Flags,
    People,
    Applications,
}

impl Area {
    /// The areas that are open to this role, in the order of the rail.
    fn of(role: Role) -> Vec<Area> {
        let all = [
            Area::Now,
            Area::Incidents,
            Area::Components,
            Area::Maintenance,
            Area::Flags,
            Area::People,
            Area::Applications,
        ];
        all.into_iter().filter(|area| *area != Area::Applications || role >= Role::Admin).collect()
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Area::Now => "Now",
            Area::Incidents => "Incidents",
            Area::Components => "Components",
            Area::Maintenance => "Maintenance",
            Area::Flags => "Flags",
            Area::People => "People",
            Area::Applications => "Applications",
        }
    }

    pub(super) fn address(self) -> &'static str {
        match self {
            Area::Now => "/console",
            Area::Incidents => "/console/incidents",
            Area::Components => "/console/components",
            Area::Maintenance => "/console/maintenances",
            Area::Flags => "/console/flags",
            Area::People => "/console/people",
            Area::Applications => "/console/applications",
        }
    }
}

/// Whoever looks, with what a page for them is made of.
pub(super) struct Desk {
    /// Who it is.
    pub caller: Caller,
    /// Asks the API with the rights of whoever looks.
    pub client: Client,
    /// The present moment.
    pub now: Timestamp,
    /// What proves that a form is ours.
    pub csrf: String,
    site: String,
    said: Option<String>,
}

impl FromRequestParts<Console> for Desk {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, Failure> {
        let Member(caller) = Member::from_request_parts(parts, console).await?;
        let BearerToken(token) = BearerToken::from_request_parts(parts, console).await?;
        Ok(Self {
            caller,
            client: console.client.on_behalf_of(&token),
            now: console.clock.now(),
            csrf: csrf::token(&console.secret, &token),
            site: console.site.clone(),
            said: Said::told(parts.uri.query().unwrap_or_default()),
        })
    }
}

/// What stands around every page.
pub(super) struct Shell {
    /// The site's name.
    pub site: String,
    /// The title of the page, without the site's name.
    pub title: String,
    /// Where the page is.
    pub area: Area,
    /// Where one can go.
    pub areas: Vec<Area>,
    /// The name of whoever looks.
    pub who: String,
    /// What they are.
    pub role: &'static str,
    /// For the form that logs out.
    pub csrf: String,
    /// What has just been done.
    pub said: Option<String>,
}

impl Desk {
    /// Whether whoever looks has this role or a higher one.
    pub(super) fn may(&self, role: Role) -> bool {
        self.caller.role >= role
    }

    /// The frame of a page.
    pub(super) fn shell(&self, area: Area, title: impl AsRef<str>) -> Shell {
        Shell {
            site: text::line(&self.site, text::TITLE),
            title: text::line(title.as_ref(), text::TITLE),
            area,
            areas: Area::of(self.caller.role),
            who: text::title_or(&self.caller.name, "Somebody"),
            role: super::words::role(self.caller.role),
            csrf: self.csrf.clone(),
            said: self.said.clone(),
        }
    }

    /// A moment as it is read now.
    pub(super) fn moment(&self, at: Timestamp) -> Moment {
        Moment::new(at, self.now)
    }
}

/// A page of the console; it is for whoever asked and nobody else, and nobody keeps it.
pub(super) fn page(status: StatusCode, template: &impl Template) -> Result<Response, Failure> {
    let html = template.render().map_err(|error| {
        tracing::error!(%error, "a page of the console could not be written");
        Problem::internal()
    })?;
    let headers = [
        (header::CONTENT_TYPE, HTML),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((status, headers, html).into_response())
}

/// On to `address` with what was done; the browser asks for it by `GET`.
pub(super) fn go(address: &str, said: Said) -> Result<Response, Failure> {
    let location = format!("{address}?{}", said.query());
    let location = HeaderValue::from_str(&location).map_err(|_| Problem::internal())?;
    let control = HeaderValue::from_static("no-store");
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, location), (header::CACHE_CONTROL, control)])
        .into_response())
}

/// What was asked for, or nothing where that service does not answer: the page then says so, and shows the rest.
/// What the service refuses is refused.
pub(super) fn known<T>(
    answer: Result<T, AskError>,
    what: &'static str,
    missing: &mut Vec<&'static str>,
) -> Result<Option<T>, Failure> {
    match answer.map_err(|error| (error.problem(), error)) {
        Ok(found) => Ok(Some(found)),
        Err((problem, error)) if problem.status >= 500 => {
            tracing::warn!(%error, "a service did not answer the console");
            missing.push(what);
            Ok(None)
        }
        Err((problem, _)) => Err(problem.into()),
    }
}

/// What was asked for, or the failure in the words of the service.
pub(super) fn must<T>(answer: Result<T, AskError>) -> Result<T, Failure> {
    answer.map_err(|error| {
        tracing::debug!(%error, "the console was refused");
        error.problem().into()
    })
}

/// "components and incidents cannot be asked at the moment".
pub(super) fn missing_words(missing: &[&'static str]) -> Option<String> {
    let what = words::list(missing, missing.len());
    (!missing.is_empty())
        .then(|| format!("What we know of {what} is missing: that service does not answer at the moment."))
}
