//! What this service listens to: components that are added, hidden or removed.

use std::sync::Arc;

use contracts::incidents::ComponentChanged;
use kit_base::{Envelope, Event};
use kit_bus::{Bus, Consumer};
use kit_store::{Result, StoreError, Tx};

use crate::Reports;
use crate::store::components;

/// The ear of this service.
pub(crate) fn consumer(bus: &dyn Bus, state: &Reports) -> Consumer {
    Consumer::join(bus, "reports", &[ComponentChanged::NAME], state.db.clone(), Arc::new(hear))
}

fn hear(tx: &mut Tx<'_>, event: &Envelope) -> Result<()> {
    if let Some(changed) = event.open::<ComponentChanged>() {
        let changed =
            changed.map_err(|error| StoreError::Statement(format!("event {}: {error}", event.name)))?;
        components::changed(tx, &changed.slug)?;
    }
    Ok(())
}
