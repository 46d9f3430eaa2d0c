//! The pages beside the status page, each made when it is asked for. A page needs no more than the keeper's last look; what
//! it asks for besides may be missing, and then the page says so.

mod component;
mod history;
mod incident;
mod maintenance;
mod provider;
mod reader;
mod report;
mod subscribe;

use contracts::incidents::{Component, Visibility};
use kit_base::Problem;
use kit_runtime::Context;
use kit_web::{Built, Class, Routes, Rule};
use utoipa_axum::routes;

use crate::Service;
use crate::keeper::{Keeper, Page};
use crate::shelf::Shelf;

pub(crate) use reader::{Reader, Readers, is_known};

/// Many at once ask for pages that others have to be asked for; they do not all get through to the others.
const ASKING: usize = 8;

/// What the pages are made from.
#[derive(Clone)]
pub(crate) struct Pages {
    keeper: Keeper,
    shelf: Shelf,
    readers: Readers,
    asking: std::sync::Arc<tokio::sync::Semaphore>,
}

/// The routes of the pages.
pub(crate) fn routes(keeper: Keeper, context: &Context) -> Built {
    let pages = Pages {
        keeper,
        shelf: Shelf::new(context.clock.clone()),
        readers: Readers::new(context),
        asking: std::sync::Arc::new(tokio::sync::Semaphore::new(ASKING)),
    };
    Routes::new(pages)
        .class(Class::Free)
        .add(Rule::Anyone, routes!(component::component_page))
        .add(Rule::Anyone, routes!(incident::incident_page))
        .add(Rule::Anyone, routes!(maintenance::maintenance_page))
        .add(Rule::Anyone, routes!(history::history_page))
        .add(Rule::Anyone, routes!(provider::providers_page))
        .add(Rule::Anyone, routes!(provider::provider_page))
        .add(Rule::Anyone, routes!(report::report_page))
        .add(Rule::Anyone, routes!(report::report_thanks))
        .add(Rule::Anyone, routes!(subscribe::subscribe_page))
        .add(Rule::Anyone, routes!(subscribe::subscription_asked))
        // What somebody sends in is counted, as the API counts it.
        .class(Class::Api)
        .add(Rule::Anyone, routes!(report::send_report))
        .add(Rule::Anyone, routes!(subscribe::send_subscription))
        .build()
}

impl Pages {
    /// The page of that name, kept or made.
    async fn page<F>(&self, name: &str, make: impl FnOnce() -> F) -> Result<Page, Problem>
    where
        F: Future<Output = Result<Page, Problem>>,
    {
        self.shelf.page(name, self.keeper.news(), make).await
    }

    /// The answer of another service, or `None` and a line in the log where there is none in time.
    async fn ask<T>(&self, answer: impl Future<Output = Result<T, contracts::AskError>>) -> Option<T> {
        let answer = async {
            let turn = self.asking.acquire().await;
            let answer = answer.await;
            drop(turn);
            answer
        };
        let answer = crate::keeper::patiently(answer).await;
        answer.inspect_err(|reason| tracing::warn!(reason, "a service did not answer a page")).ok()
    }

    /// Whether there is a public component of that name.
    fn knows(&self, slug: &str) -> bool {
        let public = |component: &&Component| component.visibility == Visibility::Public;
        self.keeper.snapshot().components.iter().filter(public).any(|component| component.slug == slug)
    }

    /// Why something is not there: there is no such thing, or the one who would know is silent.
    fn absent(&self, what: Service) -> Problem {
        match self.keeper.snapshot().old_since(what, self.keeper.now()) {
            Some(_) => silent(),
            None => Problem::not_found(),
        }
    }
}

/// Whoever would know does not answer.
fn silent() -> Problem {
    Problem::unavailable(
        "The part that knows this does not answer at the moment. Please try again in a minute.",
    )
}

/// The page as it was written.
fn written(html: Result<String, askama::Error>) -> Result<Page, Problem> {
    html.map(Page::new).map_err(|error| {
        tracing::error!(%error, "a page could not be written");
        Problem::internal()
    })
}
