//! Asking the communications service.

use http::Method;
use kit_base::Page;

use super::{Announcement, Banner, NewSubscription};
use crate::identity::Done;
use crate::{AskError, Client};

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
