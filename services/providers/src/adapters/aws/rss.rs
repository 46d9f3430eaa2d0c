//! `all.rss` and the feeds of single services: an item for each update. Those of one service in one region belong
//! together, and the newest tells how it is. Its title begins with the level in words.

use std::cmp::Reverse;
use std::collections::HashMap;

use contracts::Status;
use contracts::providers::{ProviderIncident, ProviderUpdate};
use kit_base::Timestamp;

use super::events::component;
use super::region_of;
use crate::adapters::feed::{Entry, Feed};
use crate::adapters::unreadable::Unreadable;
use crate::adapters::{Told, text};

/// An item, taken apart.
#[derive(Clone, Copy)]
struct Item<'a> {
    /// `ec2-eu-west-1` of `…#ec2-eu-west-1_1787025679`, else the whole guid.
    service: &'a str,
    at: Option<Timestamp>,
    level: Option<Level>,
    /// The title without its level.
    title: &'a str,
    entry: &'a Entry,
}

#[derive(Clone, Copy)]
struct Level {
    word: &'static str,
    status: Status,
}

/// The words before the colon of a title.
const LEVELS: [(&str, Level); 6] = [
    ("service is operating normally", Level { word: "resolved", status: Status::Operational }),
    ("informational message", Level { word: "informational", status: Status::Operational }),
    ("performance issues", Level { word: "degradation", status: Status::DegradedPerformance }),
    ("service degradation", Level { word: "degradation", status: Status::DegradedPerformance }),
    ("service impact", Level { word: "impact", status: Status::DegradedPerformance }),
    ("service disruption", Level { word: "disruption", status: Status::MajorOutage }),
];

pub(super) fn read(feed: &Feed) -> Result<Told, Unreadable> {
    let mut services: HashMap<&str, usize> = HashMap::new();
    let mut stories: Vec<Vec<Item<'_>>> = Vec::new();
    for entry in &feed.entries {
        let item = item(entry);
        if item.service.is_empty() && item.title.is_empty() {
            return Err(Unreadable::Shape("an item of AWS has a guid and a title, this has neither".into()));
        }
        let place = *services.entry(item.service).or_insert_with(|| {
            stories.push(Vec::new());
            stories.len() - 1
        });
        if let Some(story) = stories.get_mut(place) {
            story.push(item);
        }
    }
    let open: Vec<Story<'_>> = stories.into_iter().filter_map(Story::open).collect();
    Ok(Told {
        components: Some(open.iter().map(Story::component).collect()),
        incidents: Some(open.iter().map(Story::incident).collect()),
        names_only_trouble: true,
        ..Told::default()
    })
}

fn item(entry: &Entry) -> Item<'_> {
    let place = entry.id.rsplit('#').next().unwrap_or_default();
    let (service, seconds) = place.rsplit_once('_').unwrap_or((place, ""));
    let epoch = seconds.parse::<i64>().ok().and_then(|seconds| seconds.checked_mul(1_000_000));
    let (level, title) = entry.title.split_once(':').unwrap_or(("", &entry.title));
    let words = level.trim().to_ascii_lowercase();
    let level = LEVELS.iter().find(|(known, _)| *known == words).map(|(_, level)| *level);
    Item {
        service: if epoch.is_some() { service } else { &entry.id },
        at: epoch.map(Timestamp::from_micros).or_else(|| entry.newest()),
        level,
        title: if level.is_some() { title.trim() } else { entry.title.as_str() },
        entry,
    }
}

impl Item<'_> {
    /// Older items end with an informational message whose text says that it is over.
    fn is_over(&self) -> bool {
        let is_notice = self.level.is_some_and(|level| level.status == Status::Operational);
        let is_resolved = self.level.is_some_and(|level| level.word == "resolved");
        let says_so =
            ["has been resolved", "is operating normally", "are operating normally", "have been resolved"];
        let body = || text::body(&self.entry.body).to_ascii_lowercase();
        is_resolved
            || self.title.to_ascii_uppercase().starts_with("[RESOLVED]")
            || is_notice && says_so.iter().any(|words| body().contains(words))
    }
}

/// The items about one service in one region since it was last well, newest first.
struct Story<'a> {
    items: Vec<Item<'a>>,
}

impl<'a> Story<'a> {
    fn open(mut items: Vec<Item<'a>>) -> Option<Self> {
        items.sort_by_key(|item| Reverse(item.at));
        let since = items.iter().position(Item::is_over).unwrap_or(items.len());
        items.truncate(since);
        (!items.is_empty()).then_some(Self { items })
    }

    fn level(&self) -> Option<Level> {
        self.items.first().and_then(|item| item.level)
    }

    fn status(&self) -> Status {
        self.level().map_or(Status::Unknown, |level| level.status)
    }

    fn service(&self) -> &'a str {
        self.items.first().map_or("", |item| item.service)
    }

    fn component(&self) -> contracts::providers::ProviderComponent {
        let region = region_of(self.service()).map(str::to_owned);
        component(self.service().to_owned(), None, region, self.status())
    }

    fn incident(&self) -> ProviderIncident {
        let newest = self.items.first();
        let began = self.items.last().and_then(|item| item.at);
        let updates = self.items.iter().map(|item| ProviderUpdate {
            at: item.at,
            state: item.level.map(|level| level.word.to_owned()),
            body: text::body(&item.entry.body),
        });
        ProviderIncident {
            id: self.service().to_owned(),
            title: text::title(newest.map_or("", |item| item.title)),
            state: self.level().map_or("unknown", |level| level.word).to_owned(),
            impact: self.status(),
            components: vec![self.service().to_owned()],
            started_at: began,
            updated_at: newest.and_then(|item| item.at),
            message: text::body(newest.map_or("", |item| item.entry.body.as_str())),
            updates: updates.collect(),
            url: newest.and_then(|item| item.entry.url()),
        }
    }
}
