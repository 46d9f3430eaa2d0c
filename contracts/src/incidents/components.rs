//! Components: what we run that can fail, how it is and why.

use kit_base::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::SignalPolicy;
use crate::Status;
use crate::words::words;

words! {
    /// Who may see a component.
    #[derive(Default)]
    pub enum Visibility {
        /// Everybody.
        #[default]
        Public = "public",
        /// The team.
        Internal = "internal",
    }
}

/// An address that goes with a component: its runbook, its dashboard, its documentation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Link {
    /// What is found there.
    #[schema(example = "How to use the API", max_length = 200)]
    pub title: String,
    /// The address.
    #[schema(example = "https://docs.example.com/api", format = "uri")]
    pub url: String,
}

/// A component as it is written: something of ours that can fail. When it is changed, what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NewComponent {
    /// Its name in addresses: lower-case letters, digits and hyphens.
    #[schema(example = "checkout")]
    pub slug: String,
    /// Its name for people.
    #[schema(example = "Checkout")]
    pub name: String,
    /// What it does, in one line.
    #[schema(example = "Carts, prices and payment", max_length = 2000)]
    pub description: Option<String>,
    /// The heading it is shown under: the name of a group.
    #[schema(example = "Shop")]
    pub group: Option<String>,
    /// Its place among the components of its group; lower comes first.
    #[schema(example = 10)]
    pub position: Option<i64>,
    /// What it needs: slugs of our components, or `provider:component` (`provider:*` for the provider as a whole).
    #[schema(example = json!(["database", "github:api-requests"]))]
    pub depends_on: Option<Vec<String>>,
    /// Who may see it; everybody when absent.
    pub visibility: Option<Visibility>,
    /// The team that answers for it; empty for none.
    #[schema(example = "payments", max_length = 200)]
    pub owner: Option<String>,
    /// Addresses that go with it.
    pub links: Option<Vec<Link>>,
    /// The day on which it went into service; before it, it counts neither as up nor as down. Empty for none.
    #[schema(example = "2026-01-15", format = "date")]
    pub start_date: Option<String>,
    /// What signals about it and about what it needs lead to; without rules, the default policy.
    pub policy: Option<SignalPolicy>,
}

/// One reason for a component's status.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Reason {
    /// Where it comes from: `override`, `incident`, `dependency`, or the source of a signal (`csp`, `reports`, …).
    pub source: String,
    /// The status that this reason alone would give.
    pub level: Status,
    /// In one line.
    pub title: String,
    /// What it is about: the component itself, or the dependency where the trouble began.
    pub component: String,
    /// Since when.
    pub since: Timestamp,
    /// Where the evidence can be seen.
    pub evidence_url: Option<String>,
}

/// A component with its status and the reasons for it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Component {
    /// Its name in addresses.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// What it does, in one line.
    pub description: String,
    /// The heading it is shown under, or empty.
    pub group: String,
    /// The heading above that one, where its group is within another.
    #[serde(default)]
    pub parent_group: String,
    /// Its place among the components of its group.
    pub position: i64,
    /// What it needs.
    pub depends_on: Vec<String>,
    /// Who may see it.
    pub visibility: Visibility,
    /// The team that answers for it; shown to members of the team only.
    #[serde(default)]
    pub owner: String,
    /// Addresses that go with it.
    #[serde(default)]
    pub links: Vec<Link>,
    /// The day on which it went into service.
    #[schema(format = "date")]
    pub start_date: Option<String>,
    /// Its own policy for signals, if it has one; shown to members of the team only.
    pub policy: Option<SignalPolicy>,
    /// How it is: the worst of its reasons.
    pub status: Status,
    /// Since when it has this status.
    pub since: Timestamp,
    /// Why it has this status, worst first; empty when all is well.
    pub because: Vec<Reason>,
    /// The status that was set by hand, while it stands.
    #[serde(rename = "override")]
    pub by_hand: Option<Override>,
}

/// A status set by hand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NewOverride {
    /// The status to show.
    pub status: Status,
    /// Why, for the page.
    #[schema(example = "We are moving to new machines.", max_length = 500)]
    pub note: String,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
}

/// A status that was set by hand and stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Override {
    /// The status.
    pub status: Status,
    /// Why.
    pub note: String,
    /// The user who set it, by id; shown to members of the team only.
    pub author: Option<String>,
    /// Since when.
    pub since: Timestamp,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
}

/// A group as it is written. What is absent stays as it was.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NewGroup {
    /// Another name for it; its components go along.
    #[schema(example = "Shop", max_length = 200)]
    pub name: Option<String>,
    /// What belongs to it, in one line.
    #[schema(example = "Everything between the cart and the receipt", max_length = 2000)]
    pub description: Option<String>,
    /// The group that it is within; empty for none. A group within another cannot have groups itself.
    #[schema(example = "Europe")]
    pub parent: Option<String>,
    /// Its place among the groups; lower comes first.
    #[schema(example = 10)]
    pub position: Option<i64>,
}

/// A heading under which components stand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Group {
    /// Its name, as components give it.
    pub name: String,
    /// What belongs to it, in one line.
    pub description: String,
    /// The group that it is within, or empty.
    pub parent: String,
    /// Its place among the groups.
    pub position: i64,
    /// The worst status of its components and of those of the groups within it.
    pub status: Status,
    /// How many components that is.
    pub components: i64,
}
