//! What the communications service says: announcements, the banner, subscriptions and webhooks, and the news about them.

use http::Method;
use kit_base::{Event, Page, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::identity::Done;
use crate::incidents::IncidentStatus;
use crate::{AskError, Client};

/// What the public is told about where an incident is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PublicState {
    /// The cause is being looked for.
    Investigating,
    /// The cause is known.
    Identified,
    /// What was done seems to help; it is being watched.
    Monitoring,
    /// It is over.
    Resolved,
}

impl PublicState {
    /// Every state, in the order of a life.
    pub const ALL: [PublicState; 4] =
        [PublicState::Investigating, PublicState::Identified, PublicState::Monitoring, PublicState::Resolved];

    /// The word for it in the API and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            PublicState::Investigating => "investigating",
            PublicState::Identified => "identified",
            PublicState::Monitoring => "monitoring",
            PublicState::Resolved => "resolved",
        }
    }

    /// The state of that name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// What the team tells the public about an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NewAnnouncement {
    /// The incident that it is about.
    #[schema(example = "INC-7QKX2MPA")]
    pub incident_id: String,
    /// What happens, in words for everybody.
    #[schema(
        example = "Card payments fail for some customers. We are looking for the cause.",
        max_length = 5000
    )]
    pub message: String,
    /// Where the incident is.
    pub state: PublicState,
}

/// Something that the public was told about an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Announcement {
    /// Its id.
    pub id: String,
    /// The incident that it is about.
    pub incident_id: String,
    /// When it was told.
    pub ts: Timestamp,
    /// What was told.
    pub message: String,
    /// Where the incident was.
    pub state: PublicState,
}

/// An announcement that was just made, and whom it goes to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Announced {
    /// The announcement.
    #[serde(flatten)]
    pub announcement: Announcement,
    /// Whom it goes to.
    pub reach: Reach,
}

/// How many an announcement goes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reach {
    /// Subscribers by mail.
    pub mails: u64,
    /// Webhooks.
    pub webhooks: u64,
}

/// The latest that the public was told about an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LastPublic {
    /// When.
    pub ts: Timestamp,
    /// What.
    pub message: String,
    /// Where the incident was then.
    pub state: PublicState,
}

/// An incident as everybody may know of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PublicIncident {
    /// Its id.
    #[schema(example = "INC-7QKX2MPA")]
    pub id: String,
    /// What is wrong, in one line.
    pub title: String,
    /// How bad: 1 is worst, 4 least.
    pub sev: i64,
    /// Where it is in its life.
    pub status: IncidentStatus,
    /// The latest that the public was told; null before the first time.
    pub last_public: Option<LastPublic>,
}

/// How loud a banner is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum BannerLevel {
    /// Good to know.
    #[default]
    Info,
    /// Something to be careful about.
    Warning,
    /// Something is badly wrong.
    Critical,
}

impl BannerLevel {
    /// Every level, least first.
    pub const ALL: [BannerLevel; 3] = [BannerLevel::Info, BannerLevel::Warning, BannerLevel::Critical];

    /// The word for it in the API and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            BannerLevel::Info => "info",
            BannerLevel::Warning => "warning",
            BannerLevel::Critical => "critical",
        }
    }

    /// The level of that name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == word)
    }
}

/// A banner as it is written: a line at the top of the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NewBanner {
    /// What it says.
    #[schema(example = "On Sunday night we move to new machines.", max_length = 500)]
    pub text: String,
    /// How loud it is; `info` when absent.
    pub level: Option<BannerLevel>,
    /// When it begins to be shown; at once when absent.
    pub starts_at: Option<Timestamp>,
    /// When it is shown no longer; when it is removed, if absent.
    pub ends_at: Option<Timestamp>,
    /// Where more is to be read.
    #[schema(example = "https://example.org/moving")]
    pub link: Option<String>,
}

/// A banner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Banner {
    /// Its id.
    pub id: String,
    /// What it says.
    pub text: String,
    /// How loud it is.
    pub level: BannerLevel,
    /// When it begins to be shown.
    pub starts_at: Timestamp,
    /// When it is shown no longer.
    pub ends_at: Option<Timestamp>,
    /// Where more is to be read.
    pub link: Option<String>,
}

/// Somebody who wants to hear of announcements by mail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NewSubscription {
    /// Where the mails go.
    #[schema(example = "ada@example.org")]
    pub email: String,
    /// Slugs of the components to hear about; everything when absent or empty.
    #[schema(example = json!(["checkout"]))]
    pub components: Option<Vec<String>>,
}

/// Whether a subscriber or a webhook gets anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SubscriberState {
    /// The address is not confirmed yet.
    Pending,
    /// It gets what it asked for.
    Active,
    /// Nothing is sent, because nothing could be delivered: `reason` says why.
    Disabled,
}

impl SubscriberState {
    /// Every state.
    pub const ALL: [SubscriberState; 3] =
        [SubscriberState::Pending, SubscriberState::Active, SubscriberState::Disabled];

    /// The word for it in the API and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            SubscriberState::Pending => "pending",
            SubscriberState::Active => "active",
            SubscriberState::Disabled => "disabled",
        }
    }

    /// The state of that name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// A subscription by mail, as managers see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Subscription {
    /// Its id.
    pub id: String,
    /// Where the mails go.
    pub email: String,
    /// Whether anything is sent.
    pub state: SubscriberState,
    /// Why nothing is sent, where that is so.
    pub reason: Option<String>,
    /// Slugs of the components it is about; empty for everything.
    pub components: Vec<String>,
    /// When somebody asked for it.
    pub created_at: Timestamp,
    /// When the address was confirmed.
    pub confirmed_at: Option<Timestamp>,
}

/// A webhook as it is written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NewWebhook {
    /// Where announcements are posted to.
    #[schema(example = "https://example.org/hooks/status")]
    pub url: String,
    /// Slugs of the components to hear about; everything when absent or empty.
    #[schema(example = json!(["checkout"]))]
    pub components: Option<Vec<String>>,
}

/// A webhook.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Webhook {
    /// Its id.
    pub id: String,
    /// Where announcements are posted to.
    pub url: String,
    /// Whether anything is sent.
    pub state: SubscriberState,
    /// Why nothing is sent, where that is so.
    pub reason: Option<String>,
    /// Since when every delivery has failed; null while they succeed.
    pub failing_since: Option<Timestamp>,
    /// Slugs of the components it is about; empty for everything.
    pub components: Vec<String>,
    /// When it was added.
    pub created_at: Timestamp,
}

/// A webhook with the secret that signs what is sent to it. It is shown this once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WebhookSecret {
    /// The webhook.
    #[serde(flatten)]
    pub webhook: Webhook,
    /// `whsec_` and the key in base64, as Standard Webhooks has it.
    #[schema(example = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDOkl0cE9cZ6g=")]
    pub secret: String,
}

/// How a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryState {
    /// It will be tried, for the first time or again.
    Waiting,
    /// The receiver has taken it.
    Delivered,
    /// It was given up.
    Failed,
}

impl DeliveryState {
    /// Every state.
    pub const ALL: [DeliveryState; 3] =
        [DeliveryState::Waiting, DeliveryState::Delivered, DeliveryState::Failed];

    /// The word for it in the API and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            DeliveryState::Waiting => "waiting",
            DeliveryState::Delivered => "delivered",
            DeliveryState::Failed => "failed",
        }
    }

    /// The state of that name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// One message on its way to one webhook.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Delivery {
    /// Its id, the same at every attempt: the header `webhook-id`.
    pub id: String,
    /// The announcement that it carries; null for a test.
    pub announcement_id: Option<String>,
    /// How it stands.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next, if it is.
    pub next_at: Option<Timestamp>,
    /// When it was tried last.
    pub tried_at: Option<Timestamp>,
    /// What came of the last attempt, in words.
    pub outcome: Option<String>,
}

/// `announcement.published`: the public was told something about an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnnouncementPublished {
    /// Its id.
    pub id: String,
    /// The incident that it is about.
    pub incident_id: String,
    /// Where the incident is.
    pub state: PublicState,
    /// What was told.
    pub message: String,
    /// When.
    pub at: Timestamp,
    /// The user who told it, by id.
    pub by: String,
}

impl Event for AnnouncementPublished {
    const NAME: &'static str = "announcement.published";

    fn subject(&self) -> &str {
        &self.incident_id
    }
}

/// `banner.changed`: a banner was written or removed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BannerChanged {
    /// The banner.
    pub id: String,
}

impl Event for BannerChanged {
    const NAME: &'static str = "banner.changed";

    fn subject(&self) -> &str {
        &self.id
    }
}

impl Client {
    /// Asks for mails about announcements. Ask [for the visitor](Client::for_visitor), to whose host the link in the mail
    /// then leads.
    pub async fn subscribe(&self, new: &NewSubscription) -> Result<Done, AskError> {
        self.send(Method::POST, "/api/v1/subscriptions/email", Some(new)).await
    }

    /// The banners that are shown now.
    pub async fn current_banners(&self) -> Result<Vec<Banner>, AskError> {
        self.all("/api/v1/banners/current?").await
    }

    /// What the public was told about this incident, the latest first, as much as one page holds.
    pub async fn announcements(&self, incident: &str) -> Result<Vec<Announcement>, AskError> {
        let path = format!("/api/v1/public/announcements?incident_id={incident}&page_size=100");
        let page: Page<Announcement> = self.send(Method::GET, &path, None::<&()>).await?;
        Ok(page.results)
    }

    /// What the public was told lately about any incident, the latest first.
    pub async fn latest_announcements(&self) -> Result<Vec<Announcement>, AskError> {
        let path = "/api/v1/public/announcements?page_size=100";
        let page: Page<Announcement> = self.send(Method::GET, path, None::<&()>).await?;
        Ok(page.results)
    }
}
