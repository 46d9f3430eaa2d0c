//! What this service listens to: that incidents and components have changed. An event says which; how they are now is
//! asked for afterwards, so that only what everybody may see ever comes here.

use std::sync::Arc;

use contracts::incidents::{ComponentChanged, ComponentStatusChanged, IncidentChanged, IncidentOpened};
use kit_base::{Envelope, Event};
use kit_bus::{Bus, Consumer};
use kit_store::{Result, Tx};

use crate::Communications;
use crate::store::copies::{self, Kind};

/// The ear of this service.
pub(crate) fn consumer(bus: &dyn Bus, state: &Communications) -> Consumer {
    let names = [
        IncidentOpened::NAME,
        IncidentChanged::NAME,
        ComponentChanged::NAME,
        ComponentStatusChanged::NAME,
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
    let kind = match event.name.as_str() {
        IncidentOpened::NAME | IncidentChanged::NAME => Kind::Incident,
        _ => Kind::Component,
    };
    copies::ask(tx, kind, &event.subject)
}
