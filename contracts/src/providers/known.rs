//! What is known of providers beside how they are: the catalogue, how a page can be read, and who runs on whom.

use kit_base::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Status;

/// A provider we know of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CatalogueEntry {
    /// Its slug, by which it can be enabled.
    #[schema(example = "github")]
    pub slug: String,
    /// Its name.
    #[schema(example = "GitHub")]
    pub name: String,
    /// What it does.
    #[schema(example = "devtools")]
    pub category: String,
    /// How it is read; null where that is found out when it is enabled.
    #[serde(rename = "type")]
    #[schema(example = "statuspage")]
    pub feed_type: Option<String>,
    /// Its status page.
    #[schema(example = "https://www.githubstatus.com")]
    pub page_url: String,
    /// Slugs of the providers that it is known to run on.
    pub runs_on: Vec<String>,
    /// Whether it is watched already.
    pub watched: bool,
}

/// How a page can be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Detected {
    /// The adapter.
    #[serde(rename = "type")]
    #[schema(example = "statuspage")]
    pub feed_type: String,
    /// The product or provider that the adapter is for.
    #[schema(example = "Atlassian Statuspage")]
    pub family: String,
    /// The document to read.
    #[schema(example = "https://www.githubstatus.com/api/v2/summary.json")]
    pub feed_url: String,
    /// How the provider is by this document.
    pub status: Status,
    /// How many components it tells of.
    pub components: usize,
}

/// That a provider runs on another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Relation {
    /// The slug of the one that runs on the other.
    #[schema(example = "heroku", max_length = 100)]
    pub provider: String,
    /// The slug of the other.
    #[schema(example = "amazon-web-services", max_length = 100)]
    pub runs_on: String,
    /// Whether it comes from the catalogue; the others were added here.
    #[serde(default)]
    pub known: bool,
}

/// A provider in the graph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GraphProvider {
    /// Its slug.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// How it is; `unknown` where it is not watched.
    pub status: Status,
    /// Whether it is watched.
    pub watched: bool,
}

/// Two providers whose incidents overlap in time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Overlap {
    /// The one whose incident began first.
    pub first: String,
    /// The title of its incident.
    pub first_title: String,
    /// The other one.
    pub second: String,
    /// The title of its incident.
    pub second_title: String,
    /// When both had begun.
    pub since: Timestamp,
    /// When one of them was over; null while both go on.
    pub until: Option<Timestamp>,
    /// Whether one of the two runs on the other, or both on the same, so that one may be the cause.
    pub related: bool,
}

/// Which providers run on which, and which of their incidents overlap in time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProviderGraph {
    /// The watched providers, and those that they run on.
    pub providers: Vec<GraphProvider>,
    /// Which run on which.
    pub relations: Vec<Relation>,
    /// Incidents that overlap, related ones first, then the newest first; at most 200.
    pub overlaps: Vec<Overlap>,
}
