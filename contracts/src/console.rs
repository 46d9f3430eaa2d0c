//! What only the console asks of communications and flags: to tell the public something, and to change flags.

use http::Method;
use serde_json::Value;

use crate::client::segment;
use crate::communications::{Announced, NewAnnouncement, Reach};
use crate::flags::{Flag, FlagSet, Link, NewLink};
use crate::{AskError, Client};

impl Client {
    /// Tells the public something about an incident.
    pub async fn announce(&self, new: &NewAnnouncement) -> Result<Announced, AskError> {
        self.send(Method::POST, "/api/v1/public/announce", Some(new)).await
    }

    /// How many an announcement about this incident would go to.
    pub async fn reach(&self, incident: &str) -> Result<Reach, AskError> {
        let path = format!("/api/v1/public/reach?incident_id={}", segment(incident));
        self.send(Method::GET, &path, None::<&()>).await
    }

    /// Every flag set.
    pub async fn flag_sets(&self) -> Result<Vec<FlagSet>, AskError> {
        self.all("/api/v1/flags/sets?").await
    }

    /// One flag; refused where there is none.
    pub async fn read_flag(&self, set: &str, key: &str) -> Result<Flag, AskError> {
        self.send(Method::GET, &flag_path(set, key, ""), None::<&()>).await
    }

    /// Makes a flag: a definition with its key and its set. It is checked by the service, which says where it is wrong.
    pub async fn add_flag(&self, new: &Value) -> Result<Flag, AskError> {
        self.send(Method::POST, "/api/v1/flags", Some(new)).await
    }

    /// Writes the definition of a flag anew. It is checked by the service, which says where it is wrong.
    pub async fn change_flag(&self, set: &str, key: &str, definition: &Value) -> Result<Flag, AskError> {
        self.send(Method::PUT, &flag_path(set, key, ""), Some(definition)).await
    }

    /// Removes a flag with its links.
    pub async fn remove_flag(&self, set: &str, key: &str) -> Result<(), AskError> {
        self.send(Method::DELETE, &flag_path(set, key, ""), None::<&()>).await
    }

    /// Frees a flag that incidents hold.
    pub async fn lift_switch(&self, set: &str, key: &str) -> Result<Flag, AskError> {
        self.send(Method::DELETE, &flag_path(set, key, "/switch"), None::<&()>).await
    }

    /// Makes a link between incidents and a flag.
    pub async fn add_flag_link(&self, new: &NewLink) -> Result<Link, AskError> {
        self.send(Method::POST, "/api/v1/flags/links", Some(new)).await
    }

    /// Removes a link between incidents and a flag.
    pub async fn remove_flag_link(&self, id: &str) -> Result<(), AskError> {
        self.send(Method::DELETE, &format!("/api/v1/flags/links/{}", segment(id)), None::<&()>).await
    }
}

fn flag_path(set: &str, key: &str, act: &str) -> String {
    format!("/api/v1/flags/{}{act}?set={}", segment(key), segment(set))
}
