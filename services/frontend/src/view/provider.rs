//! The providers by themselves: all of them, and each with everything that it says.

use contracts::Status;
use contracts::providers::{
    Provider, ProviderComponent, ProviderEvent, ProviderGraph, ProviderIncident, Reading,
};
use kit_base::Timestamp;

use super::anchors::Anchors;
use super::cause::{Around, around};
use super::frame::{Frame, Tab};
use super::neighbours::Neighbour;
use super::providers::{ProviderCell, cell, sorted};
use super::scene::Scene;
use super::verdict::{Warning, size, verdict, warning};
use crate::snapshot::{Service, Snapshot};
use crate::when::Moment;
use crate::{text, words};

/// Events that are over, at most.
const EVENTS: usize = 20;

/// The page of all providers.
#[derive(Clone, Debug)]
pub struct ProvidersView {
    /// What stands around it.
    pub frame: Frame,
    /// In a sentence how they are.
    pub sentence: String,
    /// Those that are not operational: trouble, then unknown, then maintenance.
    pub attention: Vec<ProviderCell>,
    /// Those that are well.
    pub calm: Vec<ProviderCell>,
    /// What did not answer.
    pub missing: Vec<Warning>,
}

/// The page of one provider.
#[derive(Clone, Debug)]
pub struct ProviderView {
    /// What stands around it.
    pub frame: Frame,
    /// The class of the name's size.
    pub size: &'static str,
    /// How it is, in short.
    pub cell: ProviderCell,
    /// Its own status page.
    pub link: Option<String>,
    /// When its feed was last read.
    pub read_at: Option<Moment>,
    /// Its feed cannot be read.
    pub is_stale: bool,
    /// Its feed can be read and does not say how it is, as a history of incidents does not while none is open.
    pub is_vague: bool,
    /// Our components that need it.
    pub needed_by: Vec<Neighbour>,
    /// What goes on, in its words.
    pub news: Vec<News>,
    /// Its components that are not well.
    pub unwell: Vec<Part>,
    /// Its other components.
    pub well: Vec<Part>,
    /// Which these are is not known.
    pub is_partial: bool,
    /// What is over; none where that is not known.
    pub over: Option<Vec<News>>,
    /// What it runs on, what runs on it, and what went on at the same time.
    pub around: Around,
    /// What did not answer.
    pub missing: Vec<Warning>,
}

/// An incident or maintenance of a provider.
#[derive(Clone, Debug)]
pub struct News {
    /// What it says.
    pub title: String,
    /// How bad it is, or was.
    pub status: Status,
    /// The word for that.
    pub word: &'static str,
    /// The newest text about it, or empty.
    pub message: String,
    /// What it is about, in one line, or empty.
    pub about: String,
    /// When it began, or begins.
    pub began: Option<Moment>,
    /// It has not begun.
    pub is_coming: bool,
    /// Where to read on.
    pub link: Option<String>,
}

/// A component of a provider.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its name, after that of its group.
    pub name: String,
    /// Its state.
    pub status: Status,
    /// The word for it.
    pub word: &'static str,
}

/// All providers at `now`.
pub fn providers_view(snapshot: &Snapshot, now: Timestamp, site: &str) -> ProvidersView {
    let scene = Scene::new(snapshot, now);
    let cells = sorted(&scene, &mut Anchors::default());
    let (calm, attention): (Vec<_>, Vec<_>) =
        cells.into_iter().partition(|cell| cell.status == Status::Operational);
    let troubled = attention.iter().filter(|cell| cell.status.is_trouble()).count();
    let dark = attention.iter().filter(|cell| cell.status == Status::Unknown).count();
    ProvidersView {
        frame: Frame::at(&scene, site, Tab::Providers),
        sentence: words::providers(calm.len() + attention.len(), troubled, dark),
        attention,
        calm,
        missing: warning(&scene, Service::Providers).into_iter().collect(),
    }
}

/// What is asked for one provider's page alone; none where nobody could tell.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// The provider with those of its components too that are well.
    pub whole: Option<&'a Provider>,
    /// What it announced before.
    pub over: Option<&'a [ProviderEvent]>,
    /// What providers have to do with each other.
    pub graph: Option<&'a ProviderGraph>,
}

/// The provider of that name at `now`, if it is watched.
pub fn provider_view(
    snapshot: &Snapshot,
    slug: &str,
    asked: Asked<'_>,
    now: Timestamp,
    site: &str,
) -> Option<ProviderView> {
    let Asked { whole, over, graph } = asked;
    let scene = Scene::new(snapshot, now);
    let provider = snapshot.providers.iter().find(|provider| provider.slug == slug)?;
    let silent = scene.snapshot.old_since(Service::Providers, now);
    let cell = cell(&scene, provider, silent, &mut Anchors::default());
    let reading = provider.last_good.as_ref();
    let on = |need: &String| need.split_once(':').is_some_and(|(provider, _)| provider == slug);
    let needing = scene.components.iter().filter(|shown| shown.component.depends_on.iter().any(on));
    let all = whole.and_then(|whole| whole.last_good.as_ref()).or(reading);
    let (well, unwell) = all.map(|reading| parts(reading, cell.status)).unwrap_or_default();
    Some(ProviderView {
        frame: Frame::new(
            site,
            None,
            cell.status,
            verdict(&scene).status,
            &format!("{}: {}", cell.name, cell.word),
        ),
        size: size(&cell.name),
        link: provider.page_url.as_deref().and_then(text::link),
        read_at: provider.read_at.map(|at| scene.moment(at)),
        is_stale: provider.stale_since.is_some() && provider.failures > 0,
        is_vague: provider.stale_since.is_some() && provider.failures == 0,
        needed_by: needing.map(Neighbour::of_component).collect(),
        news: reading.map(|reading| news(&scene, reading)).unwrap_or_default(),
        unwell,
        well,
        is_partial: whole.is_none() && cell.status != Status::Unknown,
        over: over.map(|events| ended(&scene, events)),
        around: graph.map(|graph| around(&scene, graph, slug)).unwrap_or_default(),
        missing: warning(&scene, Service::Providers).into_iter().collect(),
        cell,
    })
}

/// What goes on, then what is still to come.
fn news(scene: &Scene, reading: &Reading) -> Vec<News> {
    let mut news: Vec<News> = reading.incidents.iter().map(|one| incident(scene, reading, one)).collect();
    let mut planned: Vec<News> = Vec::new();
    for one in &reading.maintenances {
        planned.push(News {
            title: text::title_or(&one.title, words::state(Status::UnderMaintenance)),
            status: Status::UnderMaintenance,
            word: words::state(Status::UnderMaintenance),
            message: String::new(),
            about: about(reading, &one.components),
            began: one.starts_at.map(|at| scene.moment(at)),
            is_coming: one.state == "scheduled",
            link: one.url.as_deref().and_then(text::link),
        });
    }
    planned.sort_by_key(|one| one.is_coming);
    news.extend(planned);
    news
}

fn incident(scene: &Scene, reading: &Reading, one: &ProviderIncident) -> News {
    News {
        title: text::title_or(&one.title, words::UNTITLED),
        status: one.impact,
        word: words::state(one.impact),
        message: text::prose(&one.message, text::PROSE),
        about: about(reading, &one.components),
        began: one.started_at.map(|at| scene.moment(at)),
        is_coming: false,
        link: one.url.as_deref().and_then(text::link),
    }
}

fn about(reading: &Reading, keys: &[String]) -> String {
    let named = reading.components.iter().filter(|part| keys.contains(&part.key));
    let names: Vec<String> = named.map(|part| text::line(&part.name, 60)).collect();
    words::list(&names.iter().map(String::as_str).collect::<Vec<_>>(), 6)
}

/// The parts that are well, and those that are not; where the whole is unknown, nothing is claimed of any.
fn parts(reading: &Reading, whole: Status) -> (Vec<Part>, Vec<Part>) {
    if whole == Status::Unknown {
        return Default::default();
    }
    let all = reading.components.iter().map(part);
    all.partition(|part| part.status == Status::Operational)
}

fn part(part: &ProviderComponent) -> Part {
    let name = match &part.group {
        Some(group) if !group.is_empty() => format!("{group}: {}", part.name),
        _ => part.name.clone(),
    };
    Part { name: text::title_or(&name, &part.key), status: part.status, word: words::state(part.status) }
}

fn ended(scene: &Scene, events: &[ProviderEvent]) -> Vec<News> {
    let begun = events.iter().filter(|event| event.ts_start <= scene.now);
    begun
        .take(EVENTS)
        .map(|event| News {
            title: text::title_or(&event.title, words::UNTITLED),
            status: event.status,
            word: words::state(event.status),
            message: String::new(),
            about: text::line(&event.service, 60),
            began: Some(scene.moment(event.ts_start)),
            is_coming: false,
            link: event.url.as_deref().and_then(text::link),
        })
        .collect()
}
