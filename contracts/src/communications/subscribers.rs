//! Who hears of announcements, by mail and by webhook, and what became of what was sent.

use kit_base::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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
