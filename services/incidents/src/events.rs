//! What this service listens to: the words of the watchers, what was told to the public, and what others do about
//! incidents.

use std::sync::Arc;

use contracts::communications::AnnouncementPublished;
use contracts::flags::FlagSwitched;
use contracts::signals::{SignalCleared, SignalRaised, WatchChanged};
use kit_base::{Envelope, Event};
use kit_bus::{Bus, Consumer};
use kit_store::{Result, StoreError, Tx};

use crate::Incidents;
use crate::model::Policy;
use crate::store::{hearing, timeline};

/// The ear of this service.
pub(crate) fn consumer(bus: &dyn Bus, state: &Incidents) -> Consumer {
    let policy = state.policy.clone();
    let names = [
        SignalRaised::NAME,
        SignalCleared::NAME,
        WatchChanged::NAME,
        AnnouncementPublished::NAME,
        FlagSwitched::NAME,
    ];
    let handler = Arc::new(move |tx: &mut Tx<'_>, event: &Envelope| hear(tx, &policy, event));
    Consumer::join(bus, "incidents", &names, state.db.clone(), handler)
}

fn hear(tx: &mut Tx<'_>, policy: &Policy, event: &Envelope) -> Result<()> {
    let unreadable =
        |error: serde_json::Error| StoreError::Statement(format!("event {}: {error}", event.name));
    if let Some(raised) = event.open::<SignalRaised>() {
        hearing::hear(tx, policy, &raised.map_err(unreadable)?.0)?;
    } else if let Some(cleared) = event.open::<SignalCleared>() {
        hearing::hear(tx, policy, &cleared.map_err(unreadable)?.0)?;
    } else if let Some(watch) = event.open::<WatchChanged>() {
        hearing::watch(tx, &watch.map_err(unreadable)?)?;
    } else if let Some(told) = event.open::<AnnouncementPublished>() {
        hearing::announcement(tx, &told.map_err(unreadable)?)?;
    } else if let Some(switched) = event.open::<FlagSwitched>() {
        timeline::flag_switched(tx, &switched.map_err(unreadable)?)?;
    }
    Ok(())
}
