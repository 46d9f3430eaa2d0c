//! Any other feed of a status page: Statuspage's and incident.io's histories, Instatus, cState, and their likes. It is
//! a history and says nothing of now, unless something in it is still open; so a reading of it is never health.

use super::feed::{self, Feed};
use super::history;
use super::unreadable::Unreadable;
use super::{Adapter, Document, PLAIN, Told};

/// The family of feeds that are nothing more.
pub(super) const ADAPTER: Adapter = Adapter {
    name: "rss",
    title: "RSS or Atom feed",
    read,
    recognises_feed,
    paths: &["/history.atom", "/history.rss", "/feed.atom", "/feed.rss", "/rss"],
    ages: true,
    ..PLAIN
};

fn read(document: &Document<'_>) -> Result<Told, Unreadable> {
    let feed = feed::read(document.body, document.content_type)?;
    if feed.title.is_empty() {
        return Err(Unreadable::Shape("a feed has a `title`, and this has none".into()));
    }
    let history = history::read(&feed, document.fetched_at, true);
    Ok(Told {
        incidents: Some(history.incidents),
        maintenances: Some(history.maintenances),
        ..Told::default()
    })
}

/// A feed of which an entry says where it stands. This comes last of all families: others say so too, and more.
fn recognises_feed(feed: &Feed) -> bool {
    history::stories(feed).iter().any(|story| story.newest_word().is_some())
}
