//! What the public is told about incidents.

use kit_base::{Event, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::incidents::IncidentStatus;

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
