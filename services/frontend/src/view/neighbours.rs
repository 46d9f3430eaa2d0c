//! What a component needs and what needs it, each with its state: where trouble comes from, and where it goes.

use contracts::Status;
use contracts::providers::Provider;

use super::scene::{Scene, Shown, address_part};
use crate::snapshot::Service;
use crate::{text, words};

/// A component or a part of a provider beside another.
#[derive(Clone, Debug)]
pub struct Neighbour {
    /// Its name.
    pub name: String,
    /// Whose part it is, where it is a provider's.
    pub of: String,
    /// The address of its page.
    pub href: Option<String>,
    /// Its state as far as it may be claimed.
    pub status: Status,
    /// The word for that.
    pub word: &'static str,
}

impl Neighbour {
    pub(super) fn of_component(shown: &Shown) -> Self {
        Self {
            name: shown.name.clone(),
            of: String::new(),
            href: Some(shown.href()),
            status: shown.status,
            word: words::state(shown.status),
        }
    }
}

/// What a component needs, in its own order. What is the team's own is left out.
pub(super) fn needs(scene: &Scene, shown: &Shown) -> Vec<Neighbour> {
    shown.component.depends_on.iter().filter_map(|need| need_of(scene, need)).collect()
}

/// The public components that need this one.
pub(super) fn needed_by(scene: &Scene, slug: &str) -> Vec<Neighbour> {
    let needing =
        scene.components.iter().filter(|other| other.component.depends_on.iter().any(|n| n == slug));
    needing.map(Neighbour::of_component).collect()
}

fn need_of(scene: &Scene, need: &str) -> Option<Neighbour> {
    let Some((provider, part)) = need.split_once(':') else {
        return scene.component(need).map(Neighbour::of_component);
    };
    let known = scene.snapshot.providers.iter().find(|known| known.slug == provider);
    let status = known.map_or(Status::Unknown, |known| part_status(scene, known, part));
    let whole = known.map_or_else(|| provider.to_owned(), |known| text::title_or(&known.name, provider));
    let (name, of) = if part == "*" { (whole, String::new()) } else { (part_name(known, part), whole) };
    Some(Neighbour {
        name: text::title_or(&name, need),
        of,
        href: known.map(|known| provider_href(&known.slug)),
        status,
        word: words::state(status),
    })
}

/// A part that its provider does not name is well while all of the provider is; otherwise nobody can tell.
fn part_status(scene: &Scene, provider: &Provider, part: &str) -> Status {
    let silent = scene.snapshot.old_since(Service::Providers, scene.now).is_some();
    if silent || provider.stale_since.is_some() {
        return Status::Unknown;
    }
    let parts = provider.last_good.iter().flat_map(|reading| &reading.components);
    match (part, parts.filter(|known| known.key == part).map(|known| known.status).reduce(Status::worst)) {
        ("*", _) => provider.status,
        (_, Some(status)) => status,
        _ if provider.status == Status::Operational => Status::Operational,
        _ => Status::Unknown,
    }
}

fn part_name(provider: Option<&Provider>, part: &str) -> String {
    let mut parts =
        provider.and_then(|known| known.last_good.as_ref()).into_iter().flat_map(|r| &r.components);
    parts.find(|known| known.key == part).map_or_else(|| part.to_owned(), |known| known.name.clone())
}

/// The address of a provider's page.
pub(super) fn provider_href(slug: &str) -> String {
    format!("/providers/{}", address_part(slug))
}
