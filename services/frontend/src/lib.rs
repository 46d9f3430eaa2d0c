//! The public status page: what the other services say, turned into HTML that everybody can read. The service owns
//! nothing; it is a client of the API like any other.

pub mod assets;
mod console;
mod keeper;
mod pages;
pub mod render;
mod routes;
mod shelf;
pub mod snapshot;
pub mod text;
pub mod view;
pub mod when;
pub mod words;

use kit_base::Setting;
use kit_runtime::{Context, Service as Built, Task};
use kit_web::naming;

pub use snapshot::{Missing, Service, Snapshot};

/// The settings of this service.
pub const SETTINGS: &[Setting] = &[];

/// Builds the service.
pub fn build(context: &Context) -> Built {
    let site = context.settings.text(&naming::SITE_NAME);
    let keeper = keeper::Keeper::new(context, site);
    let news = context.bus.listen();
    let console = console::Console::new(context, site);
    let web = routes::routes(keeper.clone(), context).and(console::routes(console));
    let task = Task::new("frontend keeper", move |stop| keeper::keep(keeper, news, stop));
    Built { name: "frontend", web, db: None, consumers: Vec::new(), tasks: vec![task] }
}

/// An error as a page for people.
pub fn error_page(site: &str, status: u16, detail: &str) -> String {
    let title = words::error_title(status);
    render::error_page(site, status, title, words::error_text(status, detail)).unwrap_or_else(|error| {
        tracing::error!(%error, "an error page could not be written");
        title.to_owned()
    })
}
