//! From what is shown to HTML. Everything is escaped by the templates, and no page holds a style or a script of its own.

use askama::Template;
use contracts::Status;

use crate::text;
use crate::view::{
    self, ComponentView, Frame, HistoryView, IncidentView, ProviderView, ProvidersView, ReportView,
    StatusView, SubscribeView, ThanksView, WorkView,
};

/// The content security policy that every page keeps: nothing inline, nothing from elsewhere.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
     connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// A view with its template.
macro_rules! page {
    ($(#[$doc:meta])* $name:ident, $page:ident, $view:ty, $path:literal) => {
        #[derive(Template)]
        #[template(path = $path, whitespace = "minimize")]
        struct $page<'a> {
            v: &'a $view,
        }

        $(#[$doc])*
        pub fn $name(view: &$view) -> Result<String, askama::Error> {
            $page { v: view }.render()
        }
    };
}

page!(
    /// The public status page.
    status_page, StatusPage, StatusView, "status.html"
);
page!(
    /// The page of a component.
    component_page, ComponentPage, ComponentView, "component.html"
);
page!(
    /// The page of an incident.
    incident_page, IncidentPage, IncidentView, "incident.html"
);
page!(
    /// The page of a maintenance.
    work_page, WorkPage, WorkView, "work.html"
);
page!(
    /// The history.
    history_page, HistoryPage, HistoryView, "history.html"
);
page!(
    /// The page of all providers.
    providers_page, ProvidersPage, ProvidersView, "all_providers.html"
);
page!(
    /// The page of a provider.
    provider_page, ProviderPage, ProviderView, "provider.html"
);

page!(
    /// The form for a report.
    report_page, ReportPage, ReportView, "report.html"
);
page!(
    /// Thanks for a report.
    thanks_page, ThanksPage, ThanksView, "thanks.html"
);

page!(
    /// How to be told, and the form for it.
    subscribe_page, SubscribePage, SubscribeView, "subscribe.html"
);

/// What the error page shows.
struct ErrorView {
    frame: Frame,
    status: u16,
    title: String,
    size: &'static str,
    text: String,
}

#[derive(Template)]
#[template(path = "error.html", whitespace = "minimize")]
struct ErrorPage<'a> {
    v: &'a ErrorView,
}

/// The page for what is not there or went wrong: what happened, and what to do.
pub fn error_page(site: &str, status: u16, title: &str, text: &str) -> Result<String, askama::Error> {
    let (title, text) = (text::line(title, text::TITLE), text::prose(text, text::PROSE));
    let view =
        ErrorView { frame: Frame::of_error(site, &title), status, size: view::size(&title), title, text };
    ErrorPage { v: &view }.render()
}

/// Who is logged in, with the ways to the console and out, in place of the way in.
#[derive(Template)]
#[template(path = "reader.html", whitespace = "minimize")]
struct Reader<'a> {
    name: &'a str,
    csrf: &'a str,
}

/// In every page what stands between these is for whoever is not logged in.
const WHO: [&str; 2] = ["<!--who-->", "<!--/who-->"];
/// In every form of a page this is where the proof goes that it was sent from here.
const PROOF: &str = "<!--csrf-->";

/// The same page for a reader who is logged in under `name`; `csrf` proves that a form is from their page. Nothing that
/// people write can stand for the places that are filled, because it is escaped.
pub(crate) fn for_reader(page: &str, name: &str, csrf: &str) -> Result<String, askama::Error> {
    let reader = Reader { name: &text::line(name, 24), csrf }.render()?;
    let filled = page.split_once(WHO[0]).and_then(|(before, after)| {
        let (_, after) = after.split_once(WHO[1])?;
        Some(format!("{before}{reader}{after}"))
    });
    let proof = format!("<input type=\"hidden\" name=\"csrf_token\" value=\"{csrf}\">");
    Ok(filled.unwrap_or_else(|| page.to_owned()).replace(PROOF, &proof))
}
