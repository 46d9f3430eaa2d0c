//! The families of status documents that can be read. A family is one file here and one row of the table.

mod apple;
mod aws;
mod azure;
mod azure_devops;
mod betterstack;
mod cachet;
mod concur;
mod cstate;
mod encoding;
mod feed;
mod gatus;
mod gcp;
mod heroku;
mod history;
mod http;
mod hund;
mod ibm;
mod incidentio;
mod instatus;
mod keys;
mod lenient;
mod meta;
mod microsoft;
mod microsoft365;
mod oci;
mod rss;
mod salesforce;
mod slack;
mod sorry;
mod statusio;
mod statusiq;
mod statuspage;
mod statuspal;
mod text;
mod told;
mod unreadable;
mod upptime;
mod uptime_kuma;
mod uptimerobot;
mod zscaler;

use contracts::providers::Reading;
use feed::Feed;
use kit_base::Timestamp;
use serde_json::Value;

pub(crate) use lenient::parse_moment;
pub use told::Told;
pub use unreadable::Unreadable;

/// A document as it came, with what is known of it beside its bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Document<'a> {
    /// Its bytes, unpacked.
    pub body: &'a [u8],
    /// Its `Content-Type`, where a server gave one.
    pub content_type: Option<&'a str>,
    /// When it was got. `None` for a file: what a family holds against this moment, as the age of a feed, is then held
    /// against the newest time in the document itself.
    pub fetched_at: Option<Timestamp>,
}

/// A family of status documents: its name, where its documents are, and how to read one.
pub struct Adapter {
    /// The name that a provider's `type` gives.
    name: &'static str,
    /// The name of the product or the provider, for people.
    title: &'static str,
    /// What one document tells. Families of several documents tell them apart by their shape.
    read: fn(&Document<'_>) -> Result<Told, Unreadable>,
    /// Whether a JSON document is plainly of this family. It must not fit a document of another one.
    recognises: fn(&Value) -> bool,
    /// The same for a feed.
    recognises_feed: fn(&Feed) -> bool,
    /// Hosts whose pages are of this family, each with the document that tells how it is.
    hosts: &'static [(&'static str, &'static str)],
    /// Where on a page's host the document may be, in the order in which to ask. A path may hold `{slug}`, which stands
    /// for the last part of the page's own path.
    paths: &'static [&'static str],
    /// What a document tells depends on when it is read: a feed grows old, an announced end comes.
    ages: bool,
    /// The other documents to read together with the one at the address given, by theirs.
    companions: fn(&str) -> Vec<String>,
}

/// What a family need not say.
const PLAIN: Adapter = Adapter {
    name: "",
    title: "",
    read: |_| Err(Unreadable::Empty),
    recognises: |_| false,
    recognises_feed: |_| false,
    hosts: &[],
    paths: &[],
    ages: false,
    companions: |_| Vec::new(),
};

static ADAPTERS: [Adapter; 32] = [
    statuspage::ADAPTER,
    incidentio::ADAPTER,
    instatus::ADAPTER,
    betterstack::ADAPTER,
    statusio::ADAPTER,
    statuspal::ADAPTER,
    cachet::ADAPTER,
    uptime_kuma::ADAPTER,
    gatus::ADAPTER,
    upptime::ADAPTER,
    uptimerobot::ADAPTER,
    sorry::ADAPTER,
    slack::ADAPTER,
    heroku::ADAPTER,
    salesforce::ADAPTER,
    apple::ADAPTER,
    cstate::ADAPTER,
    gcp::CLOUD,
    gcp::WORKSPACE,
    aws::ADAPTER,
    azure::ADAPTER,
    azure_devops::ADAPTER,
    microsoft365::ADAPTER,
    oci::ADAPTER,
    ibm::ADAPTER,
    statusiq::ADAPTER,
    zscaler::ADAPTER,
    concur::ADAPTER,
    meta::ADAPTER,
    hund::ADAPTER,
    http::ADAPTER,
    // The last, as it takes every feed that says how something stands.
    rss::ADAPTER,
];

impl Adapter {
    /// The name that a provider's `type` gives.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The name of the product or the provider, for people.
    pub fn title(&self) -> &'static str {
        self.title
    }

    /// What one document tells, or why it cannot be told. Whatever the bytes are, this neither panics nor takes what it
    /// does not understand for health.
    pub fn told(&self, document: &Document<'_>) -> Result<Told, Unreadable> {
        (self.read)(document)
    }

    /// The reading of a document that stands alone, as a file does.
    pub fn read(&self, body: &[u8]) -> Result<Reading, Unreadable> {
        self.told(&Document { body, ..Document::default() }).map(Told::reading)
    }

    /// Whether `body` is plainly of this family.
    pub fn recognises(&self, body: &[u8]) -> bool {
        opened(body).is_ok_and(|document| self.knows(&document))
    }

    fn knows(&self, document: &Opened) -> bool {
        match document {
            Opened::Json(document) => (self.recognises)(document),
            Opened::Feed(feed) => (self.recognises_feed)(feed),
        }
    }

    /// Hosts whose pages are of this family, each with the document that tells how it is. A host may go on with the
    /// beginning of a path.
    pub fn hosts(&self) -> &'static [(&'static str, &'static str)] {
        self.hosts
    }

    /// Where on a page's host the document may be, in the order in which to ask.
    pub fn paths(&self) -> &'static [&'static str] {
        self.paths
    }

    /// Whether the same bytes may tell something else at another time.
    pub fn ages(&self) -> bool {
        self.ages
    }

    /// The addresses of the documents that make up what the one at `url` belongs to, beside it.
    pub fn companions(&self, url: &str) -> Vec<String> {
        (self.companions)(url)
    }
}

/// The adapter of that name.
pub fn named(name: &str) -> Option<&'static Adapter> {
    ADAPTERS.iter().find(|adapter| adapter.name == name)
}

/// Every adapter.
pub(crate) fn all() -> &'static [Adapter] {
    &ADAPTERS
}

/// The names of all adapters.
pub fn names() -> impl Iterator<Item = &'static str> {
    ADAPTERS.iter().map(|adapter| adapter.name)
}

/// The adapter for a document of which only the address is known. `None` where its shape does not tell: an empty list,
/// say, is how several families say that all is well.
pub fn detect(body: &[u8]) -> Option<&'static Adapter> {
    let document = opened(body).ok()?;
    ADAPTERS.iter().find(|adapter| adapter.knows(&document))
}

/// Why [`detect`] finds nothing.
pub(crate) fn undetected(body: &[u8]) -> String {
    match opened(body) {
        Err(Unreadable::NotFeed { kind, excerpt } | Unreadable::NotJson { kind, excerpt }) => {
            format!("{kind} came instead of a status document: {excerpt}")
        }
        Err(error) => error.to_string(),
        Ok(_) => "the document is of no family that is known here".to_owned(),
    }
}

/// A document of which the family is still to be found.
enum Opened {
    Json(Value),
    Feed(Feed),
}

fn opened(body: &[u8]) -> Result<Opened, Unreadable> {
    let text = encoding::decode(body, None)?;
    if text.trim_start().starts_with('<') {
        return feed::parse(&text).map(Opened::Feed);
    }
    unreadable::json(text.as_bytes()).map(Opened::Json)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_finds_its_adapter() {
        for name in names() {
            assert_eq!(named(name).unwrap().name(), name);
        }
        assert!(named("Statuspage").is_none());
    }

    /// All samples, in all folders.
    fn samples(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
        let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        paths.flat_map(|path| if path.is_dir() { samples(&path) } else { vec![path] }).collect()
    }

    #[test]
    fn no_document_fits_two_families() {
        for path in samples(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")) {
            let body = std::fs::read(&path).unwrap();
            let fits = |adapter: &Adapter| match opened(&body) {
                Ok(Opened::Json(document)) => (adapter.recognises)(&document),
                // Histories are told in the same words by all.
                Ok(Opened::Feed(feed)) => adapter.name != "rss" && (adapter.recognises_feed)(&feed),
                Err(_) => false,
            };
            let found: Vec<&str> =
                ADAPTERS.iter().filter(|adapter| fits(adapter)).map(Adapter::name).collect();
            assert!(found.len() <= 1, "{} fits {found:?}", path.display());
        }
    }

    #[test]
    fn the_shape_tells_the_family_or_nothing() {
        let found = |body: &str| detect(body.as_bytes()).map(Adapter::name);
        assert_eq!(found(r#"{"page": {"id": "x"}, "status": {"indicator": "none"}}"#), Some("statuspage"));
        assert_eq!(found("[]"), None);
        assert_eq!(found("{}"), None);
        assert_eq!(found("<html>"), None);
        assert_eq!(found(r#"{"page": {"name": "Tinker", "status": "UP"}}"#), Some("instatus"));
        assert_eq!(found(r#"{"page": {"name": "Tinker", "status": "LATER"}}"#), None);
    }
}
