//! Every service as a process of its own: its own port, its own data, and the others as peers.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::PathBuf;

use kit_testkit::Engine;

use super::database::Database;
use super::{ADMIN, Api, Launch, PASSWORD, Program, SECRET_KEY, UNLIMITED, until};

/// The services, as the program names them.
pub const SERVICES: [&str; 8] =
    ["identity", "incidents", "providers", "communications", "flags", "comments", "reports", "frontend"];

/// Eight places, and the processes that run in them.
pub struct Cluster {
    folder: tempfile::TempDir,
    databases: BTreeMap<&'static str, Database>,
    ports: BTreeMap<&'static str, u16>,
    settings: Vec<(String, String)>,
    running: BTreeMap<&'static str, Program>,
}

impl Cluster {
    /// Places for all services, with data in files or with a PostgreSQL database for each, and these settings for all.
    pub fn new(engine: Engine, settings: &[(&str, &str)]) -> Self {
        // All are held until each has one, so that none is given out twice.
        let held = SERVICES.map(|service| (service, TcpListener::bind("127.0.0.1:0").unwrap()));
        let ports = held.iter().map(|(service, held)| (*service, held.local_addr().unwrap().port()));
        let databases = SERVICES.iter().filter(|name| engine == Engine::Postgres && **name != "frontend");
        Self {
            folder: tempfile::tempdir().unwrap(),
            databases: databases.map(|service| (*service, Database::new())).collect(),
            ports: ports.collect(),
            settings: settings
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            running: BTreeMap::new(),
        }
    }

    /// Starts every service.
    pub async fn start(&mut self) {
        for service in SERVICES {
            self.run(service).await;
        }
    }

    /// Starts this service, in the place where it was before.
    pub async fn run(&mut self, service: &'static str) {
        let program = self.launch(service).start().await;
        self.running.insert(service, program);
    }

    fn launch(&self, service: &'static str) -> Launch {
        let place = self.folder.path().join(service);
        std::fs::create_dir_all(&place).unwrap();
        let port = self.ports[service];
        let mut launch = Launch::new(&place)
            .arguments(&["serve", "--services", service, "--listen", &format!("127.0.0.1:{port}")])
            .set("DATA_DIR", self.data(service))
            .set("SECRET_KEY", SECRET_KEY)
            .set_all(&UNLIMITED)
            .set("POLYSTATUS_ADMIN_EMAIL", ADMIN)
            .set("POLYSTATUS_ADMIN_PASSWORD", PASSWORD);
        for (peer, port) in &self.ports {
            launch = launch.set(
                &format!("POLYSTATUS_PEERS__{}", peer.to_uppercase()),
                format!("http://127.0.0.1:{port}"),
            );
        }
        if let Some(database) = self.databases.get(service) {
            launch = launch.set("DATABASE_URL", database.url());
        }
        self.settings.iter().fold(launch, |launch, (name, value)| launch.set(name, value))
    }

    /// Kills this service without a word of warning.
    pub async fn kill(&mut self, service: &str) {
        self.running.remove(service).unwrap().kill().await;
    }

    /// The data folder of this service.
    pub fn data(&self, service: &str) -> PathBuf {
        self.folder.path().join(service).join("data")
    }

    /// Somebody unknown who asks this service.
    pub fn at(&self, service: &str) -> Api {
        Api::new(&format!("http://127.0.0.1:{}", self.ports[service]))
    }

    /// The first administrator, asking this service.
    pub async fn administrator(&self, service: &str) -> Api {
        self.at(service).with_token(self.at("identity").administrator().await.token())
    }

    /// Waits until this service says that it can do its work.
    pub async fn is_ready(&self, service: &str) {
        let api = self.at(service);
        until(&format!("{service} is ready"), async || {
            let answer = api.send(http::Method::GET, "/readyz", None).await.ok()?;
            (answer.status == 200).then_some(())
        })
        .await;
    }

    /// Stops all of them in good order; returns what they said on their standard error, by name.
    pub async fn stop(mut self) -> BTreeMap<&'static str, String> {
        let mut said = BTreeMap::new();
        while let Some((service, program)) = self.running.pop_first() {
            said.insert(service, program.stop().await.err);
        }
        said
    }
}
