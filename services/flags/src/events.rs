//! What this service listens to: incidents, which pull kill switches.

use std::sync::Arc;

use contracts::incidents::{IncidentChanged, IncidentOpened};
use kit_base::{Envelope, Event};
use kit_bus::{Bus, Consumer};
use kit_store::{Result, StoreError, Tx};

use crate::Flags;
use crate::store::holds::Policy;
use crate::store::incidents;

/// The ear of this service.
pub(crate) fn consumer(bus: &dyn Bus, state: &Flags) -> Consumer {
    let policy = state.policy;
    let names = [IncidentOpened::NAME, IncidentChanged::NAME];
    let handler = Arc::new(move |tx: &mut Tx<'_>, event: &Envelope| hear(tx, &policy, event));
    Consumer::join(bus, "flags", &names, state.db.clone(), handler)
}

fn hear(tx: &mut Tx<'_>, policy: &Policy, event: &Envelope) -> Result<()> {
    let unreadable =
        |error: serde_json::Error| StoreError::Statement(format!("event {}: {error}", event.name));
    if let Some(opened) = event.open::<IncidentOpened>() {
        incidents::opened(tx, &opened.map_err(unreadable)?, policy)?;
    } else if let Some(changed) = event.open::<IncidentChanged>() {
        incidents::changed(tx, &changed.map_err(unreadable)?, policy)?;
    }
    Ok(())
}
