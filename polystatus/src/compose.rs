//! From settings to a running program: who is built from what, in which order.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use contracts::Client;
use kit_base::settings::Settings;
use kit_base::{Clock, Ids, Transport};
use kit_bus::{Bus, MemoryBus};
use kit_runtime::{Apart, Context, Health, Service};
use kit_web::{Built, Edge, EdgeConfig, LocalTransport, Server, ServerConfig, describe, html, swagger};
use tokio_util::sync::CancellationToken;
use utoipa::openapi::{Info, License, OpenApi};

use crate::crew::Crew;

/// The services, built and wired to each other, before they start.
pub struct House {
    context: Context,
    crew: Crew,
    transport: LocalTransport,
    services: Vec<Service>,
}

impl House {
    /// Builds the services of `crew` on the data in `data_dir`.
    pub async fn build(
        crew: Crew,
        settings: Settings,
        data_dir: &Path,
        stop: CancellationToken,
    ) -> Result<Self, String> {
        let clock = Clock::system();
        let transport = LocalTransport::default();
        let ids = Ids::system(clock.clone());
        let secret = kit_runtime::secret_key(&settings, data_dir, &ids)?;
        let peers: Arc<dyn Transport> = Arc::new(crew.switchboard(&transport, &settings, &secret, &clock)?);
        let context = Context {
            secret,
            ids,
            clock,
            settings: Arc::new(settings),
            bus: Arc::new(MemoryBus::default()),
            authenticator: Arc::new(Client::new(peers.clone())),
            peers,
            stop,
            data_dir: data_dir.to_owned(),
            schema_prefix: String::new(),
        };
        let mut services = Vec::new();
        for target in crew.members() {
            let built = (target.build)(&context).await;
            services.push(built.map_err(|error| format!("{} cannot start: {error}", target.name))?);
        }
        Ok(Self { context, crew, transport, services })
    }

    /// What the services are built from.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// The way to the services from within the process; it works once the house is opened.
    pub fn transport(&self) -> &LocalTransport {
        &self.transport
    }

    /// The description of the API, of all services or of one.
    pub fn openapi(&self, service: Option<&str>) -> OpenApi {
        let Some(service) = service else { return whole(&self.descriptions(), &self.described_elsewhere()) };
        let one = self.services.iter().filter(|each| service == each.name).map(|each| &each.web.openapi);
        together(&one.collect::<Vec<_>>(), &[])
    }

    fn descriptions(&self) -> Vec<&OpenApi> {
        self.services.iter().map(|service| &service.web.openapi).collect()
    }

    /// What other processes answer, where the pages are: there one looks for the whole.
    fn described_elsewhere(&self) -> Vec<&'static str> {
        let others = self.crew.others().filter(|_| self.crew.has("frontend"));
        others.map(|other| other.described).collect()
    }

    /// Puts all routes behind one edge, takes the address, and connects the services with each other.
    pub async fn open(mut self) -> Result<Open, String> {
        let config = ServerConfig::from_settings(&self.context.settings);
        let stores =
            self.services.iter().filter_map(|service| Some((service.name, service.db.clone()?))).collect();
        let health = Health::new(stores);
        // In a thread of its own: what it needs for a moment, many MiB, is given back when the thread ends.
        let (here, elsewhere) = (self.descriptions(), self.described_elsewhere());
        let describing = || whole(&here, &elsewhere).to_json().map_err(|error| error.to_string());
        let described = std::thread::scope(|scope| scope.spawn(describing).join());
        let described = described.unwrap_or_else(|_| Err("it panicked".to_owned()));
        let openapi = described.map_err(|error| format!("the API cannot be described: {error}"))?;
        let apart = self.crew.others().next().map(|_| {
            let telling = self.crew.others().filter(|target| target.tells).map(|target| target.name);
            let (peers, stop) = (self.context.peers.clone(), self.context.stop.clone());
            Apart::new(&self.services, telling.collect(), peers, stop)
        });
        let own = own_routes(&health, openapi.into());
        // Taken, not copied: descriptions are large, and nobody needs them after this.
        let webs = self.services.iter_mut().map(|service| std::mem::take(&mut service.web));
        let built = webs.fold(own, Built::and);
        let built = apart.iter().map(Apart::routes).fold(built, Built::and);
        let edge = Arc::new(Edge::new(
            built,
            EdgeConfig {
                clock: self.context.clock.clone(),
                ids: self.context.ids.clone(),
                secret: self.context.secret.clone(),
                authenticator: self.context.authenticator.clone(),
                settings: self.context.settings.clone(),
                debug: self.context.settings.flag(&kit_runtime::DEBUG),
                deadline: config.deadline,
                max_body: config.max_body,
                error_page: frontend::error_page,
            },
        )?);
        self.transport.connect(edge.clone());
        let server = Server::bind(config).await?;
        Ok(Open {
            services: self.services,
            bus: self.context.bus,
            server,
            edge,
            health,
            apart,
            stop: self.context.stop,
        })
    }
}

/// The house with its door open.
pub struct Open {
    services: Vec<Service>,
    bus: Arc<dyn Bus>,
    server: Server,
    edge: Arc<Edge>,
    health: Health,
    apart: Option<Apart>,
    stop: CancellationToken,
}

impl Open {
    /// Where it can be reached.
    pub fn url(&self) -> String {
        let mut address = self.server.address();
        if address.ip().is_unspecified() {
            address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
        }
        let scheme = if self.server.tls().is_some() { "https" } else { "http" };
        format!("{scheme}://{address}")
    }

    /// Runs until it is told to stop.
    pub async fn run(self) {
        kit_runtime::run(self.services, self.server, self.edge, self.bus, self.health, self.apart, self.stop)
            .await;
    }
}

/// The routes that belong to no service: health, what pages for people need, and the description of all routes.
fn own_routes(health: &Health, document: Bytes) -> Built {
    health.routes().and(html::routes()).and(swagger::routes(document))
}

/// The description of these services, of those elsewhere, and of the routes that belong to none.
fn whole(here: &[&OpenApi], elsewhere: &[&str]) -> OpenApi {
    let own = own_routes(&Health::default(), Bytes::new()).openapi;
    together(&[here, &[&own]].concat(), elsewhere)
}

/// What is described here and, in the words of its document, elsewhere.
fn together(here: &[&OpenApi], elsewhere: &[&str]) -> OpenApi {
    let mut whole = OpenApi::new(info(), utoipa::openapi::Paths::new());
    here.iter().for_each(|one| whole.merge((*one).clone()));
    let elsewhere = elsewhere.iter().filter_map(|described| serde_json::from_str(described).ok());
    elsewhere.for_each(|other: OpenApi| whole.merge(other));
    describe::complete(&mut whole);
    whole
}

fn info() -> Info {
    let mut info = Info::new("PolyStatus", env!("CARGO_PKG_VERSION"));
    info.description = Some("What is down, why, and what is being done about it.".to_owned());
    info.license = Some(License::new("Apache-2.0"));
    info
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn the_openapi_description_misses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let house = House::build(Crew::all(), Settings::default(), folder.path(), CancellationToken::new())
            .await
            .unwrap();
        let faults = kit_testkit::check_openapi(&house.openapi(None));
        assert!(
            faults.is_empty(),
            "{} faults in the description of the API:\n{}",
            faults.len(),
            faults.join("\n")
        );
    }
}
