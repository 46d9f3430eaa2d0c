//! The communications service tells: announcements, the banner, mails to subscribers, webhooks and feeds.

mod api;
mod copy;
mod delivery;
mod error;
mod events;
mod jobs;
mod letters;
mod model;
mod pages;
mod settings;
mod store;

use std::sync::Arc;

use contracts::Client;
use kit_base::{Clock, Ids, SecretKey};
use kit_runtime::{Context, Service};
use kit_store::{Db, Migration};
use kit_web::{Source, naming};
use tokio::sync::Notify;

use delivery::Bell;

pub use error::Error;
pub use settings::SETTINGS;

/// The tables of this service.
pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "0001_communications", sql: include_str!("../migrations/0001_communications.sql") },
    Migration { name: "0002_maintenances", sql: include_str!("../migrations/0002_maintenances.sql") },
];

/// What handlers, ears and timers share.
#[derive(Clone)]
pub(crate) struct Communications {
    db: Db,
    clock: Clock,
    ids: Ids,
    secret: SecretKey,
    peers: Client,
    /// Wakes whoever delivers: there is something to do.
    post: Arc<Bell>,
    /// Wakes whoever asks the incidents service: there is a question.
    questions: Arc<Notify>,
    public_url: Option<String>,
    site_name: Arc<str>,
}

impl Communications {
    fn open(context: &Context) -> Result<Self, Error> {
        Ok(Self {
            db: context.open("communications", &settings::DATABASE_URL, MIGRATIONS)?,
            clock: context.clock.clone(),
            ids: context.ids.clone(),
            secret: context.secret.clone(),
            peers: Client::new(context.peers.clone()),
            post: Arc::default(),
            questions: Arc::default(),
            public_url: naming::public_url(&context.settings),
            site_name: context.settings.text(&naming::SITE_NAME).into(),
        })
    }

    /// What links begin with.
    fn base(&self, source: &Source) -> String {
        naming::base(self.public_url.as_deref(), source)
    }
}

/// Builds the service.
pub fn build(context: &Context) -> Result<Service, Error> {
    let state = Communications::open(context)?;
    let engine = delivery::Engine::new(&state, context).map_err(Error::Setting)?;
    Ok(Service {
        name: "communications",
        web: api::routes(state.clone()),
        consumers: vec![events::consumer(context.bus.as_ref(), &state)],
        tasks: vec![
            copy::asking(state.clone()),
            engine.clone().mails(),
            engine.webhooks(),
            jobs::cleaning(&state, &context.settings),
        ],
        db: Some(state.db),
    })
}
