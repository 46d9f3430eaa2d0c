//! `/components/{slug}`.

use axum::extract::{Path, State};
use axum::response::Response;
use kit_base::Problem;
use kit_web::Failure;

use super::{Pages, Reader, written};
use crate::keeper::Page;
use crate::{Service, render, view};

/// The page of a component: how it is and why, what it needs and what needs it, the incidents that name it.
#[utoipa::path(get, path = "/components/{slug}", tag = "page",
    params(("slug" = String, Path, description = "the component", example = "checkout")),
    responses((status = 200, description = "The page.", content_type = "text/html", body = String),
              (status = 304, description = "The page is the one that the caller has."),
              (status = 503, description = "Nobody can say at the moment whether there is such a component.")))]
pub(super) async fn page(
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
        let reports = self.ask(self.keeper.client().report_history(slug)).await;
        let (snapshot, now) = (self.keeper.snapshot(), self.keeper.now());
        let view = view::component_view(&snapshot, reports.as_ref(), now, self.keeper.site(), slug);
        written(render::component_page(&view.ok_or_else(Problem::not_found)?))
    }
}
