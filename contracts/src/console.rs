//! What only the console asks of communications: to tell the public something.

use http::Method;

use crate::client::segment;
use crate::communications::{Announced, NewAnnouncement, Reach};
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
}
