//! `/components/{slug}`.

use axum::extract::{Path, State};
use axum::response::Response;
use kit_base::Problem;
use kit_web::Failure;

use super::{Pages, Reader, written};
use crate::keeper::Page;
use crate::view::Pasts;
use crate::{Service, render, view};

/// The page of a component: how it is and why, what it needs and what needs it, the incidents that name it.
#[utoipa::path(get, path = "/components/{slug}", tag = "page",
    params(("slug" = String, Path, description = "the component", example = "checkout")),
    responses((status = 200, description = "The page.", content_type = "text/html", body = String),
              (status = 304, description = "The page is the one that the caller has."),
              (status = 503, description = "Nobody can say at the moment whether there is such a component.")))]
pub(super) async fn component_page(
    State(pages): State<Pages>,
    Path(slug): Path<String>,
    reader: Reader,
) -> Result<Response, Failure> {
    // What is not there is not made, so that made-up names push out nothing.
    if !pages.knows(&slug) {
        return Err(pages.absent(Service::Incidents).into());
    }
    let page = pages.page(&format!("/components/{slug}"), || pages.component(&slug)).await?;
    Ok(pages.readers.give(&reader, &page))
}

impl Pages {
    async fn component(&self, slug: &str) -> Result<Page, Problem> {
        let (reports, pasts) =
            tokio::join!(self.ask(self.keeper.client().report_history(slug)), self.pasts(slug));
        let (snapshot, now) = (self.keeper.snapshot(), self.keeper.now());
        let view =
            view::component_view(&snapshot, reports.as_ref(), pasts.as_ref(), now, self.keeper.site(), slug);
        written(render::component_page(&view.ok_or_else(Problem::not_found)?))
    }

    /// How it was in the last 90 and 30 days and in the last year.
    async fn pasts(&self, slug: &str) -> Option<Pasts> {
        let client = self.keeper.client();
        let (days, month, year) = tokio::join!(
            self.ask(client.history_by_day(slug, 90)),
            self.ask(client.history_by_day(slug, 30)),
            self.ask(client.history_by_month(slug, 12)),
        );
        Some(Pasts { days: days??, month: month??, year: year?? })
    }
}
