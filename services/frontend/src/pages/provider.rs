//! `/providers` and `/providers/{slug}`.

use axum::extract::{Path, State};
use axum::response::Response;
use kit_base::Problem;
use kit_web::Failure;

use super::{Pages, Reader, written};
use crate::keeper::Page;
use crate::{Service, render, view};

/// All providers that are watched, those in trouble first.
#[utoipa::path(get, path = "/providers", tag = "page",
    responses((status = 200, description = "The page.", content_type = "text/html", body = String),
              (status = 304, description = "The page is the one that the caller has.")))]
pub(super) async fn providers_page(State(pages): State<Pages>, reader: Reader) -> Result<Response, Failure> {
    let page = pages.page("/providers", || async {
        let (snapshot, now) = (pages.keeper.snapshot(), pages.keeper.now());
        written(render::providers_page(&view::providers_view(&snapshot, now, pages.keeper.site())))
    });
    Ok(pages.readers.give(&reader, &page.await?))
}

/// The page of a provider: what it says goes on, its components, and those of ours that need it.
#[utoipa::path(get, path = "/providers/{slug}", tag = "page",
    params(("slug" = String, Path, description = "the provider", example = "github")),
    responses((status = 200, description = "The page.", content_type = "text/html", body = String),
              (status = 304, description = "The page is the one that the caller has."),
              (status = 503, description = "Nobody can say at the moment whether there is such a provider.")))]
pub(super) async fn provider_page(
    State(pages): State<Pages>,
    Path(slug): Path<String>,
    reader: Reader,
) -> Result<Response, Failure> {
    let there = pages.keeper.snapshot().providers.iter().any(|provider| provider.slug == slug);
    if !there {
        return Err(pages.absent(Service::Providers).into());
    }
    let page = pages.page(&format!("/providers/{slug}"), || pages.provider(&slug)).await?;
    Ok(pages.readers.give(&reader, &page))
}

impl Pages {
    async fn provider(&self, slug: &str) -> Result<Page, Problem> {
        let client = self.keeper.client();
        let (whole, over, graph) = tokio::join!(
            self.ask(client.provider(slug)),
            self.ask(client.past_events_of(slug)),
            self.ask(client.provider_graph())
        );
        let whole = whole.flatten();
        let (snapshot, now) = (self.keeper.snapshot(), self.keeper.now());
        let asked = view::Asked { whole: whole.as_ref(), over: over.as_deref(), graph: graph.as_ref() };
        let view = view::provider_view(&snapshot, slug, asked, now, self.keeper.site());
        written(render::provider_page(&view.ok_or_else(Problem::not_found)?))
    }
}
