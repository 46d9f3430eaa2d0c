//! From the address of a status page to the document behind it and the adapter for that: known hosts first, then what
//! stands at the address itself, then where each family keeps its document, then what the page names.

use std::collections::HashSet;

use contracts::providers::Detected;
use reqwest::Url;

use crate::adapters::{self, Adapter, Document};
use crate::doubt;
use crate::fetch::{Fetched, Fetcher, Got, Validators};

/// How many documents are asked for before a page is given up.
const MOST: usize = 24;

/// How the page at `url` can be read. The error is for people.
pub(crate) async fn find(fetcher: &Fetcher, url: &str) -> Result<Detected, String> {
    let page: Url = url.parse().map_err(|_| "It is no address of a page.".to_owned())?;
    let mut search = Search { fetcher, asked: HashSet::new(), last: None };
    for (adapter, feed) in known_hosts(&page) {
        if let Some(found) = search.try_at(feed, Some(adapter)).await {
            return Ok(found);
        }
    }
    let (direct, html) = search.look_at(page.as_str(), None).await;
    if let Some(found) = direct {
        return Ok(found);
    }
    // Where the page redirects to is where its documents are.
    let page = html.as_ref().and_then(|got| got.url.parse().ok()).unwrap_or(page);
    for address in usual_places(&page).chain(html.iter().flat_map(|got| named_by(&page, &got.body))) {
        if let Some(found) = search.try_at(&address, None).await {
            return Ok(found);
        }
    }
    Err(match search.last {
        Some(reason) => format!("No status document of a known family was found there: {reason}."),
        None => "No status document of a known family was found there.".to_owned(),
    })
}

struct Search<'a> {
    fetcher: &'a Fetcher,
    asked: HashSet<String>,
    /// Why the last document that there was could not be read.
    last: Option<String>,
}

impl Search<'_> {
    async fn try_at(&mut self, url: &str, adapter: Option<&'static Adapter>) -> Option<Detected> {
        self.look_at(url, adapter).await.0
    }

    /// What is found at `url`, or else the document that is no status document.
    async fn look_at(
        &mut self,
        url: &str,
        adapter: Option<&'static Adapter>,
    ) -> (Option<Detected>, Option<Got>) {
        if self.asked.len() >= MOST || !self.asked.insert(url.to_owned()) {
            return (None, None);
        }
        let got = match self.fetcher.fetch(url, &Validators::default()).await {
            Fetched::Document(got) => got,
            Fetched::Failed { is_absent: true, .. } | Fetched::NotModified => return (None, None),
            Fetched::Failed { reason, .. } => {
                self.last = Some(reason);
                return (None, None);
            }
        };
        let Some(adapter) = adapter.or_else(|| adapters::detect(&got.body)) else { return (None, Some(got)) };
        let document =
            Document { body: &got.body, content_type: got.content_type.as_deref(), fetched_at: None };
        let reading = adapter.told(&document).map_err(|error| error.to_string()).map(adapters::Told::reading);
        match reading.and_then(doubt::refuse_empty) {
            Ok(reading) => {
                let found = Detected {
                    feed_type: adapter.name().to_owned(),
                    family: adapter.title().to_owned(),
                    feed_url: url.to_owned(),
                    status: reading.overall,
                    components: reading.components.len(),
                };
                (Some(found), None)
            }
            Err(reason) => {
                self.last = Some(reason);
                (None, Some(got))
            }
        }
    }
}

/// The documents of providers that are known by their host.
fn known_hosts(page: &Url) -> impl Iterator<Item = (&'static Adapter, &'static str)> {
    let place = format!("{}{}", page.host_str().unwrap_or_default(), page.path());
    adapters::all()
        .iter()
        .flat_map(|adapter| adapter.hosts().iter().map(move |host| (adapter, host)))
        .filter_map(move |(adapter, (host, feed))| {
            let rest = place.strip_prefix(host)?;
            (rest.is_empty() || rest.starts_with('/')).then_some((adapter, *feed))
        })
}

/// Where the families keep their documents: below the page first, then at the root of its host.
fn usual_places(page: &Url) -> impl Iterator<Item = String> {
    let path = page.path().trim_end_matches('/');
    let slug = path.rsplit('/').next().unwrap_or_default().to_owned();
    let root = page.origin().ascii_serialization();
    let bases = if path.is_empty() { vec![root] } else { vec![format!("{root}{path}"), root] };
    let paths = adapters::all().iter().flat_map(|adapter| adapter.paths());
    paths.flat_map(move |path| {
        let path = path.replace("{slug}", &slug);
        let with_slug = !path.contains("//");
        bases.clone().into_iter().filter(move |_| with_slug).map(move |base| format!("{base}{path}"))
    })
}

/// What the page itself names: feeds for readers, and the documents from which some families fill their pages.
fn named_by(page: &Url, body: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(body);
    let mut named = Vec::new();
    for (mark, before) in [
        ("/api/getMonitorList/", "/api/getMonitorList/"),
        ("statuspageId = \"", STATUS_IO),
        ("api.status.io/1.0/status/", STATUS_IO),
    ] {
        let after = text.split(mark).nth(1).unwrap_or_default();
        let id: String =
            after.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect();
        if !id.is_empty() {
            named.push(format!("{before}{id}"));
        }
    }
    for tag in text.split("<link").skip(1).filter_map(|rest| rest.split('>').next()) {
        if (tag.contains("application/atom+xml") || tag.contains("application/rss+xml"))
            && let Some(href) = tag.split("href=").nth(1)
        {
            let quote = href.chars().next().filter(|letter| ['"', '\''].contains(letter));
            named.extend(quote.and_then(|quote| href.split(quote).nth(1)).map(str::to_owned));
        }
    }
    named.iter().filter_map(|address| page.join(address).ok()).map(String::from).collect()
}

/// Where Status.io answers for the page of an id.
const STATUS_IO: &str = "https://api.status.io/1.0/status/";

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn known_hosts_are_known_with_their_paths() {
        let found = |page: &str| known_hosts(&url(page)).map(|(adapter, _)| adapter.name()).next();
        assert_eq!(found("https://status.cloud.google.com/summary"), Some("gcp"));
        assert_eq!(found("https://www.google.com/appsstatus/dashboard/"), Some("google-workspace"));
        assert_eq!(found("https://www.google.com/appsstatus2"), None);
        assert_eq!(found("https://status.cloud.google.com.example/"), None);
    }

    #[test]
    fn documents_are_looked_for_below_the_page_and_at_the_root() {
        let places: Vec<String> = usual_places(&url("https://s.example/eu/?x")).collect();
        assert_eq!(
            places[..2],
            ["https://s.example/eu/api/v2/summary.json", "https://s.example/api/v2/summary.json"]
        );
        assert!(
            usual_places(&url("https://s.example"))
                .any(|place| place == "https://s.example/api/v2/summary.json")
        );
    }

    #[test]
    fn a_page_names_its_feeds() {
        let page = br#"<link rel=alternate type="application/atom+xml" href="/history.atom"><link href=x><script>
            fetch('/api/getMonitorList/aB3-x?page=1'); var statuspageId = "5b36dc6502d06804c08349f7";</script>"#;
        assert_eq!(
            named_by(&url("https://s.example/a/b"), page),
            [
                "https://s.example/api/getMonitorList/aB3-x",
                "https://api.status.io/1.0/status/5b36dc6502d06804c08349f7",
                "https://s.example/history.atom"
            ]
        );
        assert!(named_by(&url("https://s.example"), b"\xff<link application/rss+xml href=").is_empty());
    }
}
