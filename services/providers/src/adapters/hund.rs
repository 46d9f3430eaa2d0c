//! Hund: a feed with an entry for each thing that was said about an issue, which begins with where it stands in
//! brackets. Known from other programs that read it, not from a recording.

use super::feed::{self, Feed};
use super::history;
use super::unreadable::Unreadable;
use super::{Adapter, Document, PLAIN, Told};

/// The family of Hund.
pub(super) const ADAPTER: Adapter = Adapter {
    name: "hund",
    title: "Hund",
    read,
    recognises_feed,
    paths: &["/state_feed/feed", "/state_feed/feed.atom"],
    ages: true,
    ..PLAIN
};

fn read(document: &Document<'_>) -> Result<Told, Unreadable> {
    let feed = feed::read(document.body, document.content_type)?;
    if !recognises_feed(&feed) {
        return Err(Unreadable::another_feed(&feed.title, "Hund"));
    }
    let history = history::read(&feed, document.fetched_at, true);
    Ok(Told {
        incidents: Some(history.incidents),
        maintenances: Some(history.maintenances),
        ..Told::default()
    })
}

fn recognises_feed(feed: &Feed) -> bool {
    let links = [&feed.link, &feed.own_link];
    feed.generator.starts_with("Hund")
        || links.iter().any(|link| link.contains("/state_feed") || link.contains(".hund.io"))
        || feed.entries.iter().any(|entry| entry.id.contains("State::FeedNotifier::"))
}
