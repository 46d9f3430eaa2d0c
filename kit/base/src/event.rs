//! News between services: what an event is, before anybody decides how it travels.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::Timestamp;

/// A kind of event. Its name is `noun.verb`; its subject is the thing that events stay in order for.
pub trait Event: Serialize + DeserializeOwned {
    /// `noun.verb`, for example `incident.opened`.
    const NAME: &'static str;

    /// The id of the thing that the event tells of.
    fn subject(&self) -> &str;
}

/// An event on its way: the body as JSON with what a carrier needs to know of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// Unique; a consumer uses it to recognise what it has already handled.
    pub id: String,
    /// The event's [`Event::NAME`].
    pub name: String,
    /// The event's [`Event::subject`].
    pub subject: String,
    /// When the change was written.
    pub at: Timestamp,
    /// The event itself, as JSON.
    pub body: String,
}

impl Envelope {
    /// The event inside, if it is an `E`.
    pub fn open<E: Event>(&self) -> Option<Result<E, serde_json::Error>> {
        (self.name == E::NAME).then(|| serde_json::from_str(&self.body))
    }
}
