//! The documents that the demonstration serves: samples written for the project, or a folder of recorded feeds.

use std::path::{Path, PathBuf};

use contracts::Status;
use contracts::incidents::NewComponent;
use contracts::providers::Reading;
use providers::adapters::{self, Adapter};
use providers::replay;
use serde_json::Value;

/// Everything that can be served.
pub struct Library {
    /// The providers, each with its documents.
    pub providers: Vec<Recorded>,
    /// Components of ours that depend on them.
    pub components: Vec<NewComponent>,
    /// What was left out and why, for the terminal.
    pub notes: Vec<String>,
    documents: usize,
}

/// A provider with the documents of its feed, in the order of the story; the first is its calm state.
pub struct Recorded {
    /// Its name in addresses and dependencies.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// How its feed is read.
    pub adapter: &'static str,
    /// The documents.
    pub scenes: Vec<Vec<u8>>,
}

impl Library {
    /// One line for the terminal.
    pub fn describe(&self) -> String {
        let changing = self.providers.iter().filter(|provider| provider.scenes.len() > 1).count();
        format!(
            "{} documents of {} providers; {changing} of them change",
            self.documents,
            self.providers.len()
        )
    }
}

/// The samples of the project.
pub fn samples() -> Library {
    let provider = |name: &str, adapter, scenes: &[&[u8]]| Recorded {
        slug: kit_base::slug(name),
        name: name.to_owned(),
        adapter,
        scenes: scenes.iter().map(|scene| scene.to_vec()).collect(),
    };
    let providers = vec![
        provider("Nimbus Cloud", "statuspage", providers::samples::NIMBUS),
        provider("Stratus", "gcp", providers::samples::STRATUS),
        provider("Quill", "statuspage", providers::samples::QUILL),
    ];
    let component =
        |slug: &str, name: &str, group: &str, description: &str, depends_on: &[&str]| NewComponent {
            slug: slug.to_owned(),
            name: name.to_owned(),
            description: Some(description.to_owned()),
            group: Some(group.to_owned()),
            depends_on: Some(depends_on.iter().map(|name| (*name).to_owned()).collect()),
            start_date: Some("2026-01-05".to_owned()),
            ..NewComponent::default()
        };
    let components =
        providers::samples::OURS.iter().map(|(a, b, c, d, e)| component(a, b, c, d, e)).collect();
    let documents = providers.iter().map(|provider| provider.scenes.len()).sum();
    Library { providers, components, notes: Vec::new(), documents }
}

/// Recorded feeds: `folder/<family>/*.json`, as they were served.
pub fn recorded(folder: &Path) -> Result<Library, String> {
    let mut unread = Vec::new();
    let mut library =
        Library { providers: Vec::new(), components: Vec::new(), notes: Vec::new(), documents: 0 };
    for family in files_in(folder)?.into_iter().filter(|path| path.is_dir()) {
        let name = family.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        match adapters::named(&name) {
            Some(adapter) => shelve(&mut library, adapter, &family)?,
            None => unread.push(name),
        }
    }
    if !unread.is_empty() {
        library.notes.push(format!("no adapter yet for {}", unread.join(", ")));
    }
    library.providers.sort_by(|a, b| a.slug.cmp(&b.slug));
    if library.providers.is_empty() {
        let names: Vec<&str> = adapters::names().collect();
        return Err(format!(
            "{} holds no recorded feeds; expected folders named after adapters ({}) with JSON files in them",
            folder.display(),
            names.join(", ")
        ));
    }
    library.components = library.providers.iter().filter_map(connection).collect();
    Ok(library)
}

fn shelve(library: &mut Library, adapter: &'static Adapter, family: &Path) -> Result<(), String> {
    let mut documents = Vec::new();
    for file in files_in(family)?.into_iter().filter(|path| path.extension().is_some_and(|ext| ext == "json"))
    {
        let bytes =
            std::fs::read(&file).map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
        documents.push((file, bytes));
    }
    library.documents += documents.len();
    for (file, bytes) in documents {
        let name = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        if adapter.read(&bytes).map_or(Status::Unknown, |reading| reading.overall) == Status::Unknown {
            library.notes.push(format!("{name}: carries no current state, so it is not served"));
            continue;
        }
        let page: Option<String> = serde_json::from_slice::<Value>(&bytes)
            .ok()
            .and_then(|document| document.get("page")?.get("name")?.as_str().map(str::to_owned));
        match page {
            Some(page) => add(library, &page, adapter, vec![bytes]),
            None => add(library, title(adapter.name()), adapter, history(&bytes)),
        }
    }
    for provider in &mut library.providers {
        arrange(provider);
    }
    Ok(())
}

/// A history is replayed as it stood at telling moments; the newest state, which is the whole, comes first.
fn history(document: &[u8]) -> Vec<Vec<u8>> {
    let moments = replay::moments(document);
    moments
        .into_iter()
        .filter_map(|moment| replay::as_of(document, moment))
        .chain([document.to_vec()])
        .collect()
}

fn add(library: &mut Library, name: &str, adapter: &'static Adapter, scenes: Vec<Vec<u8>>) {
    let slug = kit_base::slug(name);
    match library.providers.iter_mut().find(|provider| provider.slug == slug) {
        Some(provider) => provider.scenes.extend(scenes),
        None => {
            library.providers.push(Recorded { slug, name: name.to_owned(), adapter: adapter.name(), scenes });
        }
    }
}

/// The calm state first, then the troubled ones; of several calm ones the last is kept.
fn arrange(provider: &mut Recorded) {
    let Some(adapter) = adapters::named(provider.adapter) else { return };
    let scenes = std::mem::take(&mut provider.scenes);
    let calm = |scene: &Vec<u8>| adapter.read(scene).is_ok_and(|reading| !reading.overall.is_trouble());
    let (quiet, troubled): (Vec<_>, Vec<_>) = scenes.into_iter().partition(calm);
    provider.scenes = quiet.into_iter().next_back().into_iter().chain(troubled).collect();
}

/// A component of ours that needs what fails in a provider's story, as far as the calm document names it too.
fn connection(provider: &Recorded) -> Option<NewComponent> {
    let adapter = adapters::named(provider.adapter)?;
    let readings: Vec<Reading> =
        provider.scenes.iter().filter_map(|scene| adapter.read(scene).ok()).collect();
    let (calm, stories) = readings.split_first().filter(|(_, stories)| !stories.is_empty())?;
    let named =
        |key: &str| calm.names_only_trouble || calm.components.iter().any(|component| component.key == key);
    let mut failing: Vec<String> = Vec::new();
    for component in stories.iter().flat_map(|reading| &reading.components) {
        let name = format!("{}:{}", provider.slug, component.key);
        if component.status.is_trouble() && named(&component.key) && !failing.contains(&name) {
            failing.push(name);
        }
    }
    failing.truncate(3);
    Some(NewComponent {
        slug: format!("{}-connection", provider.slug),
        name: format!("{} connection", provider.name),
        description: Some(format!("What we run on {}.", provider.name)),
        group: Some("Our services".to_owned()),
        depends_on: Some(failing),
        ..NewComponent::default()
    })
}

fn title(adapter: &str) -> &str {
    match adapter {
        "gcp" => "Google Cloud",
        "google-workspace" => "Google Workspace",
        other => other,
    }
}

fn files_in(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries =
        std::fs::read_dir(folder).map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    Ok(paths)
}
