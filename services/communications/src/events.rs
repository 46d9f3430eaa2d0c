//! What this service listens to: that incidents, components and maintenances have changed. An event says which; how they are now is
//! asked for afterwards, so that only what everybody may see ever comes here.

use std::sync::Arc;

use contracts::incidents::{ComponentChanged, ComponentStatusChanged, IncidentChanged, IncidentOpened};
use contracts::maintenances::{
    MaintenanceCancelled, MaintenanceChanged, MaintenanceEnded, MaintenanceExtended, MaintenanceNews,
    MaintenanceScheduled, MaintenanceStarted, MaintenanceStarting,
};
use kit_base::{Envelope, Event};
use kit_bus::{Bus, Consumer};
use kit_store::{Result, StoreError, Tx};

use crate::Communications;
use crate::model::notice;
use crate::store::copies::{self, Kind};
use crate::store::notices;

/// What begins the names of news about maintenances.
const MAINTENANCE: &str = "maintenance.";

/// The ear of this service.
pub(crate) fn consumer(bus: &dyn Bus, state: &Communications) -> Consumer {
    let names = [
        IncidentOpened::NAME,
        IncidentChanged::NAME,
        ComponentChanged::NAME,
        ComponentStatusChanged::NAME,
        MaintenanceScheduled::NAME,
        MaintenanceStarting::NAME,
        MaintenanceStarted::NAME,
        MaintenanceExtended::NAME,
        MaintenanceEnded::NAME,
        MaintenanceCancelled::NAME,
        MaintenanceChanged::NAME,
    ];
    let questions = state.questions.clone();
    let handler = Arc::new(move |tx: &mut Tx<'_>, event: &Envelope| {
        hear(tx, event)?;
        // Woken a little early it finds nothing, and looks again by itself a moment later.
        questions.notify_one();
        Ok(())
    });
    Consumer::join(bus, "communications", &names, state.db.clone(), handler)
}

fn hear(tx: &mut Tx<'_>, event: &Envelope) -> Result<()> {
    if let Some(word) = event.name.strip_prefix(MAINTENANCE) {
        return maintenance(tx, event, word);
    }
    let kind = match event.name.as_str() {
        IncidentOpened::NAME | IncidentChanged::NAME => Kind::Incident,
        _ => Kind::Component,
    };
    copies::ask(tx, kind, &event.subject)
}

/// What is to be told is noted, and told when it is known what everybody may see of it.
fn maintenance(tx: &mut Tx<'_>, event: &Envelope, word: &str) -> Result<()> {
    if let Some(kind) = notice::Kind::parse(word) {
        let news: MaintenanceNews = serde_json::from_str(&event.body)
            .map_err(|error| StoreError::Statement(format!("event {}: {error}", event.name)))?;
        notices::note(tx, kind, &news, event.at)?;
    }
    copies::ask(tx, Kind::Maintenance, &event.subject)
}
