//! The living demonstration: a small feed server tells the story of providers that break and recover; the real poller
//! reads it over HTTP, and everything after that is the product itself.

mod feeds;
mod library;
mod past;
mod people;
mod seed;
mod story;
mod works;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kit_base::settings::{Kind, Settings};
use kit_base::{Clock, Ids, Setting};
use kit_store::DataDir;

use crate::compose::House;
use crate::crew::Crew;
use crate::terminal::say;

/// Of the demonstration alone.
pub const SCENE: Setting = Setting::new(
    "demo.scene",
    Kind::Duration,
    "5s",
    "how long each document of the demonstration's feeds stands",
);

/// Who may log in to the demonstration.
const EMAIL: &str = "admin@example.org";

/// Serves with a story going on, until a signal.
pub async fn run(
    settings: Settings,
    data_dir: Option<PathBuf>,
    recorded: Option<PathBuf>,
) -> Result<(), String> {
    let settings = quick(settings);
    let scene = settings.duration(&SCENE);
    kit_runtime::telemetry::start(&settings)?;
    let scratch = Scratch::new()?;
    let folder = DataDir::take(data_dir.as_deref().unwrap_or(scratch.path()))?;
    let library = match &recorded {
        Some(folder) => library::recorded(folder)?,
        None => library::samples(),
    };
    let stop = kit_runtime::stop_signal().map_err(|error| format!("signals cannot be heard: {error}"))?;
    let feeds = feeds::start(&library, stop.clone()).await?;

    let house = House::build(Crew::all(), settings, folder.path(), stop.clone()).await?;
    let password = Ids::system(Clock::system()).secret(16);
    let admin = identity::NewUser {
        name: "Demo".to_owned(),
        email: EMAIL.to_owned(),
        role: kit_base::Role::Admin,
        password: password.clone(),
    };
    identity::replace_user(house.context(), admin).await.map_err(|error| error.to_string())?;
    let transport = house.transport().clone();
    let open = house.open().await?;
    let url = open.url();
    let running = tokio::spawn(open.run());
    let token = seed::log_in(&transport, EMAIL, &password).await?;
    seed::plant(&transport, &token, &library, &feeds.url).await?;
    if recorded.is_none() {
        seed::link_flag(&transport, &token).await?;
        let client = contracts::Client::new(Arc::new(transport)).on_behalf_of(&token);
        let written = past::write_down(&client).await;
        written.map_err(|error| format!("the demonstration cannot write down its past: {error}"))?;
        let announced = works::announce(&client).await;
        announced.map_err(|error| format!("the demonstration cannot announce maintenance: {error}"))?;
        tokio::spawn(people::follow(client, scene / 4, stop.clone()));
    }
    say(greeting(&url, &password, &library, &feeds.url))?;
    story::tell(&library, &feeds, scene, stop.clone()).await;
    running.await.map_err(|error| format!("the server ended: {error}"))
}

/// A demonstration shows in seconds what in earnest takes minutes.
fn quick(settings: Settings) -> Settings {
    let quick = [
        ("log.level", "warn"),
        // Its feeds are on this machine.
        ("outbound.allow", "127.0.0.0/8, ::1"),
        ("providers.interval", "1s"),
        ("incidents.open_at_partial_after", "2s"),
        ("incidents.mitigate_after", "4s"),
        ("incidents.resolve_after", "6s"),
    ];
    quick.iter().fold(settings, |settings, (name, value)| settings.with_default(name, value))
}

fn greeting(url: &str, password: &str, library: &library::Library, feeds: &str) -> String {
    let page = url.replace("127.0.0.1", "localhost");
    let notes: String = library.notes.iter().map(|note| format!("  Note          {note}\n")).collect();
    let documents = library.describe();
    format!(
        "polystatus: listening on {url}

  Status page   {page}/
  API           {page}/api/
  Log in        {EMAIL} with password {password}
                curl {page}/api/v1/auth/login -d '{{\"email\":\"{EMAIL}\",\"password\":\"{password}\"}}' \\
                  -H 'Content-Type: application/json'
  Feeds         {feeds}/ ({documents})
{notes}
Watch the page: every few seconds a provider's feed changes. Ctrl-C ends the demonstration."
    )
}

/// A folder that goes when the program ends.
pub struct Scratch(PathBuf);

impl Scratch {
    /// A new folder among the temporary ones.
    pub fn new() -> Result<Self, String> {
        let name = format!("polystatus-{}", Ids::system(Clock::system()).code(12));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path)
            .map_err(|error| format!("{} cannot be created: {error}", path.display()))?;
        Ok(Self(path))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed is left to the system's own cleaning of temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
