//! What the providers service says: how the clouds that others run are, in one model for all of them.

mod known;

use http::{Method, StatusCode};
use kit_base::{Event, Page, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::words::words;
use crate::{AskError, Client, Status};

pub use known::{CatalogueEntry, Detected, GraphProvider, Overlap, ProviderGraph, Relation};

impl Client {
    /// One provider with all that was read of it, which the list leaves out; `None` where there is none of that name.
    pub async fn provider(&self, slug: &str) -> Result<Option<Provider>, AskError> {
        let path = format!("/api/v1/csp/providers/{}", crate::client::segment(slug));
        match self.send(Method::GET, &path, None::<&()>).await {
            Err(AskError::Refused { status: StatusCode::NOT_FOUND, .. }) => Ok(None),
            found => found.map(Some),
        }
    }

    /// The newest events of a provider that do not go on, as many as one page holds: those that are over, and those that
    /// are still to come.
    pub async fn past_events_of(&self, slug: &str) -> Result<Vec<ProviderEvent>, AskError> {
        let slug = crate::client::segment(slug);
        let path = format!("/api/v1/csp/events?provider={slug}&active=false&page_size=100");
        let page: Page<ProviderEvent> = self.send(Method::GET, &path, None::<&()>).await?;
        Ok(page.results)
    }

    /// Which providers run on which, and whose incidents overlap.
    pub async fn provider_graph(&self) -> Result<ProviderGraph, AskError> {
        self.send(Method::GET, "/api/v1/csp/graph", None::<&()>).await
    }
}

/// A provider as it is added: by its slug in the catalogue alone, or by a name and either its page, of which the family
/// is found out, or the document to read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NewProvider {
    /// Its slug in the catalogue, from which everything comes that is not said here.
    #[schema(example = "github", max_length = 100)]
    pub slug: Option<String>,
    /// Its name; in addresses and dependencies it is written as its slug. Required without a slug.
    #[schema(example = "GitHub", max_length = 100)]
    pub name: Option<String>,
    /// The document to read. When absent it is looked for, from `page_url`.
    #[schema(example = "https://www.githubstatus.com/api/v2/summary.json", format = "uri")]
    pub feed_url: Option<String>,
    /// How to read it: the name of an adapter (`statuspage`, `gcp`, …), or `json` to find that out from the document,
    /// as when it is absent.
    #[serde(rename = "type")]
    #[schema(example = "statuspage", max_length = 50)]
    pub feed_type: Option<String>,
    /// Its status page, for people.
    #[schema(example = "https://www.githubstatus.com", format = "uri")]
    pub page_url: Option<String>,
    /// The regions that are followed, in the provider's words; all of them when absent or empty.
    #[schema(example = json!(["eu-west-1"]))]
    pub regions: Option<Vec<String>>,
}

/// One component of a provider, as last read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProviderComponent {
    /// Its name in dependencies, after the provider's: the `actions` of `github:actions`.
    pub key: String,
    /// The provider's own id for it.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// The heading it stands under on the provider's page.
    pub group: Option<String>,
    /// Where it runs, in the provider's words (`us-east-1`, `Europe`), where the document says so.
    #[serde(default)]
    pub region: Option<String>,
    /// How it is.
    pub status: Status,
}

/// One incident on a provider's page that is not over.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProviderIncident {
    /// The provider's own id for it.
    pub id: String,
    /// What is wrong, in its words.
    pub title: String,
    /// Where it is in its life, in its words (`investigating`, `identified`, `monitoring`, …).
    pub state: String,
    /// How bad it is now.
    pub impact: Status,
    /// Keys of the components it names.
    pub components: Vec<String>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it was last written about.
    pub updated_at: Option<Timestamp>,
    /// The newest text about it; plain text, never to be trusted as markup.
    pub message: String,
    /// What was written about it, newest first; the newest is `message` too. At most 20 are kept.
    #[serde(default)]
    pub updates: Vec<ProviderUpdate>,
    /// Where to read on.
    pub url: Option<String>,
}

/// What a provider wrote about an incident at one time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProviderUpdate {
    /// When.
    pub at: Option<Timestamp>,
    /// Where the incident was in its life then, in the provider's words.
    pub state: Option<String>,
    /// The text; plain text, never to be trusted as markup.
    pub body: String,
}

/// One maintenance on a provider's page that is coming or going on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProviderMaintenance {
    /// The provider's own id for it.
    pub id: String,
    /// What is done.
    pub title: String,
    /// `scheduled`, `in_progress` or `verifying`.
    pub state: String,
    /// Keys of the components it names.
    pub components: Vec<String>,
    /// When it begins.
    pub starts_at: Option<Timestamp>,
    /// When it should end.
    pub ends_at: Option<Timestamp>,
    /// Where to read on.
    pub url: Option<String>,
}

words! {
    /// A part of what a provider's documents can tell.
    pub enum Part {
        /// A verdict of its own on the whole. Where it is not told, `overall` is the worst of the rest.
        Overall = "overall",
        /// How its components are.
        Components = "components",
        /// Its incidents.
        Incidents = "incidents",
        /// Its maintenances.
        Maintenances = "maintenances",
    }
}

/// What the documents of a provider say, in the one model for all providers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Reading {
    /// The verdict on the whole; `unknown` where the document carries none.
    pub overall: Status,
    /// How many components are not operational (groups are not counted beside their members).
    pub non_operational_components: usize,
    /// How many incidents are not over.
    pub open_incidents: usize,
    /// How many maintenances are coming or going on.
    pub scheduled_or_active_maintenances: usize,
    /// The components, in the page's order.
    pub components: Vec<ProviderComponent>,
    /// The incidents that are not over, newest first.
    pub incidents: Vec<ProviderIncident>,
    /// The maintenances that are coming or going on, next first.
    pub maintenances: Vec<ProviderMaintenance>,
    /// What the documents could not tell, so that its silence here is no news.
    #[serde(default)]
    pub not_told: Vec<Part>,
    /// The provider tells only of components in trouble, so that one it does not name is well.
    #[serde(skip)]
    pub names_only_trouble: bool,
}

/// A provider as it is known now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Provider {
    /// Its name in addresses and dependencies.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// How it is read.
    #[serde(rename = "type")]
    pub feed_type: String,
    /// The document that is read; told to members of the team only, since it may hold a key.
    pub feed_url: Option<String>,
    /// Its status page, for people.
    pub page_url: Option<String>,
    /// How it is: `unknown` while its feed cannot be read.
    pub status: Status,
    /// Since when it is so.
    pub since: Timestamp,
    /// When its feed was last read with success.
    pub read_at: Option<Timestamp>,
    /// Since when its feed cannot be read, if it cannot.
    pub stale_since: Option<Timestamp>,
    /// Why its feed cannot be read.
    pub trouble: Option<String>,
    /// The regions that are followed; empty for all.
    #[serde(default)]
    pub regions: Vec<String>,
    /// When its reading last changed.
    #[serde(default)]
    pub changed_at: Option<Timestamp>,
    /// When it is read next.
    #[serde(default)]
    pub next_at: Option<Timestamp>,
    /// How often in a row it could not be read.
    #[serde(default)]
    pub failures: i64,
    /// What whoever looks after it should know: that it has moved to another host or platform, say.
    #[serde(default)]
    pub notice: Option<String>,
    /// The last good reading, which may be old: look at `stale_since`.
    pub last_good: Option<Reading>,
}

/// One change of how a provider is: the whole, or one of its components.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProviderChange {
    /// When we saw it.
    pub at: Timestamp,
    /// The key of the component; null for the whole.
    pub component: Option<String>,
    /// The name of the component, or of the provider.
    pub name: String,
    /// How it was before; null where it was not known to be there.
    pub before: Option<Status>,
    /// How it was from then on; null where it is no longer listed.
    pub status: Option<Status>,
}

/// What came of asking a provider at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Refreshed {
    /// The provider's slug.
    pub provider: String,
    /// `changed`, `unchanged` or `failed`.
    pub outcome: String,
    /// How it is now.
    pub status: Status,
    /// Why it could not be read.
    pub trouble: Option<String>,
}

words! {
    /// What an event of a provider is.
    pub enum ProviderEventKind {
        /// Something is wrong.
        Incident = "incident",
        /// Work that is announced.
        Maintenance = "maintenance",
    }
}

/// One event of a provider: an incident or maintenance of its page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProviderEvent {
    /// The provider's slug.
    pub provider: String,
    /// The provider's own id for it.
    pub id: String,
    /// What it is.
    pub kind: ProviderEventKind,
    /// The component it is about, or the provider's name where it names none or several.
    pub service: String,
    /// Keys of the components that it names.
    pub components: Vec<String>,
    /// Where it is, or was, in its life, in the provider's words.
    pub state: String,
    /// What it says.
    pub title: String,
    /// How bad it is, or was at the last look.
    pub status: Status,
    /// When it began.
    pub ts_start: Timestamp,
    /// When it was last written about.
    pub ts_update: Timestamp,
    /// Whether it is still going on.
    pub active: bool,
    /// When it was over, as far as we saw.
    pub ts_end: Option<Timestamp>,
    /// Where to read on.
    pub url: Option<String>,
}

/// `provider.changed`: its status, its reading, or whether it can be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProviderChanged {
    /// The provider.
    pub slug: String,
    /// How it is.
    pub status: Status,
}

impl Event for ProviderChanged {
    const NAME: &'static str = "provider.changed";

    fn subject(&self) -> &str {
        &self.slug
    }
}
