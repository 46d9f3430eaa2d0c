//! What stands around every page: the site's name, the state in the title and in the icon, the way to the other pages.

use contracts::Status;

use super::scene::Scene;
use super::verdict;
use crate::{text, words};

/// The places in the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// The status page.
    Status,
    /// What was.
    History,
    /// The clouds of others.
    Providers,
    /// Telling that something is wrong.
    Report,
    /// Being told.
    Subscribe,
}

const TABS: [(Tab, &str); 5] = [
    (Tab::Status, "/"),
    (Tab::History, "/history"),
    (Tab::Providers, "/providers"),
    (Tab::Report, "/report"),
    (Tab::Subscribe, "/subscribe"),
];

/// A way to another page.
#[derive(Clone, Copy, Debug)]
pub struct TabLink {
    /// Where it leads.
    pub href: &'static str,
    /// Its name.
    pub word: &'static str,
    /// It leads to this very page.
    pub is_here: bool,
    /// How things are as a whole, on the way back to the status page.
    pub overall: Option<Status>,
}

/// What stands around a page.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The site's name.
    pub site: String,
    /// The page's title: "▲ Partial outage · Acme status".
    pub title: String,
    /// The title of a page that can no longer be kept true.
    pub lost_title: String,
    /// The place where it is, or to which it belongs.
    pub tab: Option<Tab>,
    /// The state that its icon and the band at its top show.
    pub status: Status,
    /// How things are as a whole, which the way back to the status page shows; none where nobody looked.
    pub overall: Option<Status>,
}

impl Frame {
    /// The ways to the other pages.
    pub fn tabs(&self) -> Vec<TabLink> {
        let link = |(tab, href): (Tab, &'static str)| {
            let is_here = self.tab == Some(tab);
            let overall = self.overall.filter(|_| tab == Tab::Status && !is_here);
            TabLink { href, word: words::tab(tab), is_here, overall }
        };
        TABS.into_iter().map(link).collect()
    }

    /// The frame of a page about something in this state, which `said` names in a few words for the title.
    pub(super) fn new(site: &str, tab: Option<Tab>, status: Status, overall: Status, said: &str) -> Self {
        let (site, unknown) = (text::line(site, text::TITLE), Status::Unknown);
        Self {
            title: format!("{} {said} · {site}", words::shape(status)),
            lost_title: format!("{} {} · {site}", words::shape(unknown), words::state(unknown)),
            site,
            tab,
            status,
            overall: Some(overall),
        }
    }

    /// The frame of a page about nothing that has a state of its own: it shows how things are as a whole.
    pub(super) fn at(scene: &Scene, site: &str, tab: Tab) -> Self {
        let overall = verdict::verdict(scene).status;
        Self::new(site, Some(tab), overall, overall, words::title(tab))
    }

    /// The frame of a page that says what went wrong.
    pub(crate) fn of_error(site: &str, title: &str) -> Self {
        let unknown = Status::Unknown;
        let frame = Self::new(site, None, unknown, unknown, "");
        Self { title: format!("{title} · {}", frame.site), overall: None, ..frame }
    }
}
