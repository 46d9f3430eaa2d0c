//! What this service listens to: whoever is deleted is forgotten here too.

use std::sync::Arc;

use contracts::identity::UserDeleted;
use kit_base::{Envelope, Event};
use kit_bus::{Bus, Consumer};
use kit_store::{Result, StoreError, Tx};

use crate::{Comments, store};

/// The ear of this service.
pub(crate) fn consumer(bus: &dyn Bus, state: &Comments) -> Consumer {
    Consumer::join(bus, "comments", &[UserDeleted::NAME], state.db.clone(), Arc::new(hear))
}

fn hear(tx: &mut Tx<'_>, event: &Envelope) -> Result<()> {
    if let Some(deleted) = event.open::<UserDeleted>() {
        let deleted =
            deleted.map_err(|error| StoreError::Statement(format!("event {}: {error}", event.name)))?;
        store::authors::forget(tx, &deleted.id)?;
    }
    Ok(())
}
