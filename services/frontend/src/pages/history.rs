//! `/history`.

use axum::extract::{Query, State};
use axum::response::Response;
use contracts::AskError;
use contracts::incidents::{Incident, IncidentFilter};
use http::StatusCode;
use kit_base::{Page as List, Problem};
use kit_web::Failure;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Pages, Reader, silent, written};
use crate::keeper::Page;
use crate::view::Place;
use crate::{Service, render, view};

/// Incidents on a page.
const PAGE_SIZE: u32 = 25;

/// Which part of the history is wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// The page; the first where nothing is said.
    #[param(example = "2")]
    page: Option<String>,
    /// The component that the incidents name.
    #[param(example = "checkout")]
    component: Option<String>,
}

/// Every incident that ever was, newest first.
#[utoipa::path(get, path = "/history", tag = "page", params(Wanted),
    responses((status = 200, description = "A page of the history.", content_type = "text/html", body = String),
              (status = 304, description = "The page is the one that the caller has."),
              (status = 404, description = "There is no such page."),
              (status = 503, description = "The history cannot be had at the moment.")))]
pub(super) async fn page(
    State(pages): State<Pages>,
    Query(wanted): Query<Wanted>,
    reader: Reader,
) -> Result<Response, Failure> {
    let page = wanted.page.map_or(Ok(1), |page| page.parse().map_err(|_| Problem::not_found()))?;
    let place = Place { page, component: wanted.component.filter(|slug| !slug.is_empty()) };
    if let Some(slug) = &place.component
        && !pages.knows(slug)
    {
        return Err(pages.absent(Service::Incidents).into());
    }
    let page = pages.page(&place.href(), || pages.history(&place)).await?;
    Ok(pages.readers.give(&reader, &page))
}

impl Pages {
    /// Where the history cannot be had, its beginning is shown as far as it is known.
    async fn history(&self, place: &Place) -> Result<Page, Problem> {
        let found = self.ask(self.incidents_at(place)).await;
        let found = match found {
            Some(found) => Some(found.ok_or_else(Problem::not_found)?),
            None if place.page == 1 => None,
            None => return Err(silent()),
        };
        let (snapshot, now) = (self.keeper.snapshot(), self.keeper.now());
        let view = view::history_view(&snapshot, found.as_ref(), place, now, self.keeper.site());
        written(render::history_page(&view))
    }

    /// The incidents there; `None` where there is no such page.
    async fn incidents_at(&self, place: &Place) -> Result<Option<List<Incident>>, AskError> {
        let filter = IncidentFilter {
            service: place.component.clone().unwrap_or_default(),
            ..IncidentFilter::default()
        };
        match self.keeper.client().list_incidents(&filter, place.page, PAGE_SIZE).await {
            Err(AskError::Refused { status: StatusCode::NOT_FOUND, .. }) => Ok(None),
            found => found.map(Some),
        }
    }
}
