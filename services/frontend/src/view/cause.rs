//! Cause and effect between providers: what one runs on, what runs on it, and whose incidents went on at the same time.

use contracts::Status;
use contracts::providers::{Overlap, ProviderGraph};

use super::neighbours::{Neighbour, provider_href};
use super::scene::Scene;
use crate::when::Moment;
use crate::{text, words};

/// Of these, the newest are shown.
const OVERLAPS: usize = 10;

/// What stands around a provider.
#[derive(Clone, Debug, Default)]
pub struct Around {
    /// What it runs on.
    pub below: Vec<Neighbour>,
    /// The watched providers that run on it.
    pub above: Vec<Neighbour>,
    /// Incidents of others during its own.
    pub together: Vec<Together>,
}

/// An incident of another provider that went on at the same time as one of this provider's.
#[derive(Clone, Debug)]
pub struct Together {
    /// The other provider.
    pub name: String,
    /// The address of its page.
    pub href: Option<String>,
    /// What it said.
    pub title: String,
    /// The incident of this provider.
    pub own: String,
    /// When both had begun.
    pub since: Moment,
    /// Both go on.
    pub goes_on: bool,
    /// One of the two runs on the other, or both on the same.
    pub related: bool,
}

/// What the graph knows about the provider of this slug.
pub(super) fn around(scene: &Scene, graph: &ProviderGraph, slug: &str) -> Around {
    let below = graph.relations.iter().filter(|r| r.provider == slug).map(|r| r.runs_on.as_str());
    let above = graph.relations.iter().filter(|r| r.runs_on == slug).map(|r| r.provider.as_str());
    let own = graph.overlaps.iter().filter(|overlap| overlap.first == slug || overlap.second == slug);
    Around {
        below: below.map(|slug| neighbour(graph, slug)).collect(),
        above: above.map(|slug| neighbour(graph, slug)).collect(),
        together: own.take(OVERLAPS).map(|overlap| together(scene, graph, overlap, slug)).collect(),
    }
}

fn neighbour(graph: &ProviderGraph, slug: &str) -> Neighbour {
    let known = graph.providers.iter().find(|known| known.slug == slug);
    let status = known.map_or(Status::Unknown, |known| known.status);
    let watched = known.filter(|known| known.watched);
    Neighbour {
        name: known.map_or_else(|| slug.to_owned(), |known| text::title_or(&known.name, slug)),
        of: String::new(),
        href: watched.map(|known| provider_href(&known.slug)),
        status,
        word: if watched.is_some() { words::state(status) } else { words::NOT_WATCHED },
    }
}

fn together(scene: &Scene, graph: &ProviderGraph, overlap: &Overlap, slug: &str) -> Together {
    let is_first = overlap.first == slug;
    let (other, title, own) = match is_first {
        true => (&overlap.second, &overlap.second_title, &overlap.first_title),
        false => (&overlap.first, &overlap.first_title, &overlap.second_title),
    };
    let Neighbour { name, href, .. } = neighbour(graph, other);
    Together {
        name,
        href,
        title: text::title_or(title, words::UNTITLED),
        own: text::title_or(own, words::UNTITLED),
        since: scene.moment(overlap.since),
        goes_on: overlap.until.is_none(),
        related: overlap.related,
    }
}
