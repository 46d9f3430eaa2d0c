//! What the edge needs to know.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use kit_base::settings::{Kind, Settings};
use kit_base::{Authenticator, Caller, Clock, Ids, Problem, SecretKey, Setting};

/// Makes an HTML page of an error for people: the site's name, status and detail in, HTML out.
pub type ErrorPage = fn(&str, u16, &str) -> String;

/// How much memory ready answers may take.
pub(crate) const CACHE: Setting =
    Setting::new("web.cache", Kind::Size, "32MiB", "how much memory ready answers may take");

/// What the edge needs to know.
#[derive(Clone)]
pub struct EdgeConfig {
    /// The time.
    pub clock: Clock,
    /// Where request ids come from.
    pub ids: Ids,
    /// The key for pseudonyms and for the proof that a form is ours.
    pub secret: SecretKey,
    /// Who tells callers apart.
    pub authenticator: Arc<dyn Authenticator>,
    /// Proxies, hosts, rates and sizes.
    pub settings: Arc<Settings>,
    /// Whether this is a developer's machine.
    pub debug: bool,
    /// How long a handler may take to begin its answer.
    pub deadline: Duration,
    /// The longest body that is read, in bytes.
    pub max_body: usize,
    /// How an error looks in a browser.
    pub error_page: ErrorPage,
}

impl EdgeConfig {
    /// For a server that is no service of ours: nobody is known to it, and everything is as when nothing is set.
    pub fn plain(clock: Clock) -> Self {
        let ids = Ids::system(clock.clone());
        Self {
            secret: SecretKey::new(&ids.secret(43)),
            ids,
            clock,
            authenticator: Arc::new(Nobody),
            settings: Arc::default(),
            debug: false,
            deadline: Duration::from_secs(30),
            max_body: 1 << 20,
            error_page: |_, status, detail| {
                format!("<h1>{status}</h1><p>{}</p>", crate::html::escape(detail))
            },
        }
    }
}

struct Nobody;

#[async_trait]
impl Authenticator for Nobody {
    async fn authenticate(&self, _: &str) -> Result<Option<Caller>, Problem> {
        Ok(None)
    }
}
