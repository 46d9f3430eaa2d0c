//! `/healthz`: the process lives. `/readyz`: it can do its work, and if not, which service cannot.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::State;
use kit_base::Problem;
use kit_store::{Db, StoreError, Tx, params};
use kit_web::{Answer, Built, Class, Reply, Routes, Rule};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

/// What the health routes look at.
#[derive(Clone, Default)]
pub struct Health {
    stores: Arc<Vec<(&'static str, Db)>>,
    stopping: Arc<AtomicBool>,
}

/// How the process is.
#[derive(Serialize, ToSchema)]
struct Alive {
    /// `ok`.
    status: &'static str,
    /// Which PolyStatus this is.
    version: &'static str,
    /// When it was built (RFC 3339); empty for a build from source.
    built: &'static str,
    /// The services that run here.
    services: Vec<&'static str>,
}

impl Health {
    /// Health of the services that keep something.
    pub fn new(stores: Vec<(&'static str, Db)>) -> Self {
        Self { stores: Arc::new(stores), stopping: Arc::default() }
    }

    /// From now on the process is not ready, so that no new work is sent to it.
    pub fn stopping(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }

    /// The routes.
    pub fn routes(&self) -> Built {
        Routes::new(self.clone())
            .class(Class::Free)
            .add(Rule::Anyone, routes!(healthz))
            .add(Rule::Anyone, routes!(readyz))
            .build()
    }

    fn state(&self) -> Alive {
        Alive {
            status: "ok",
            version: kit_base::VERSION,
            built: kit_base::BUILT,
            services: self.stores.iter().map(|(name, _)| *name).collect(),
        }
    }
}

/// Tells that the process lives.
#[utoipa::path(get, path = "/healthz", tag = "health",
    responses((status = 200, description = "It lives.", body = Alive)))]
async fn healthz(State(health): State<Health>) -> Answer<Alive> {
    Answer::ok(health.state())
}

/// Tells whether the process can do its work: every store answers, and it is not about to stop.
#[utoipa::path(get, path = "/readyz", tag = "health",
    responses((status = 200, description = "It can.", body = Alive)))]
async fn readyz(State(health): State<Health>) -> Reply<Alive> {
    if health.stopping.load(Ordering::SeqCst) {
        return Err(Problem::unavailable("This process is stopping.").into());
    }
    for (name, db) in health.stores.iter() {
        if let Err(error) = db.read(look).await {
            tracing::warn!(service = name, %error, "not ready");
            return Err(Problem::unavailable(format!("The store of {name} does not answer.")).into());
        }
    }
    Ok(Answer::ok(health.state()))
}

fn look(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    tx.query_one("SELECT COUNT(*) AS n FROM migrations", params![], |row| row.get("n"))
}
