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
use kit_base::settings::Kind;
use kit_runtime::{Context, Service as Built, Task};

pub use snapshot::{Missing, Service, Snapshot};

const SITE_NAME: Setting = Setting::new(
    "frontend.site_name",
    Kind::Text,
    "PolyStatus",
    "whose status the page shows; it stands on every page",
);

/// The settings of this service.
pub const SETTINGS: &[Setting] = &[SITE_NAME];

/// Builds the service.
pub fn build(context: &Context) -> Built {
    let keeper = keeper::Keeper::new(context, context.settings.text(&SITE_NAME));
    let news = context.bus.listen();
    let console = console::Console::new(context, context.settings.text(&SITE_NAME));
    let web = routes::routes(keeper.clone(), context).and(console::routes(console));
    let task = Task::new("frontend keeper", move |stop| keeper::keep(keeper, news, stop));
    Built { name: "frontend", web, db: None, consumers: Vec::new(), tasks: vec![task] }
}

/// An error as a page for people.
pub fn error_page(status: u16, detail: &str) -> String {
    let title = words::error_title(status);
    render::error_page(status, title, detail).unwrap_or_else(|error| {
        tracing::error!(%error, "an error page could not be written");
        title.to_owned()
    })
}
