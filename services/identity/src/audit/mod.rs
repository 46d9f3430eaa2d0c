//! Who did what. Every service's store tells of the changes that it makes on somebody's behalf; here they are kept, once
//! each. What nobody does who is known, such as logging in, is noted here directly.

pub(crate) mod api;
mod export;
pub(crate) mod store;

use std::sync::Arc;

use kit_base::settings::Kind;
use kit_base::{Acting, Envelope, Event, SecretKey, Setting};
use kit_bus::{Bus, Consumer};
use kit_store::{Result, StoreError, Tx};

use crate::Identity;
use crate::sessions::Door;

pub(crate) use store::note;

/// How long the log keeps an entry.
pub(crate) const RETENTION: Setting =
    Setting::new("identity.audit_retention", Kind::Duration, "400d", "how long the audit log keeps an entry");

/// The event that a user was deleted; its subject is the user's id.
const USER_DELETED: &str = "user.deleted";

/// Something to be noted of somebody who is not logged in while doing it. The name is looked up.
#[derive(Debug)]
pub(crate) struct Note<'a> {
    pub user_id: Option<&'a str>,
    pub operation: &'static str,
    pub target: &'a str,
    pub from: &'a str,
}

impl<'a> Note<'a> {
    /// The user logged in.
    pub(crate) fn login(user_id: &'a str, door: &'a Door) -> Self {
        Self::at(Some(user_id), "auth_login", door)
    }

    /// Somebody gave a wrong password; on which account, if it was one. What was typed is nobody's business.
    pub(crate) fn failed_login(user_id: Option<&'a str>, door: &'a Door) -> Self {
        Self::at(user_id, "auth_login_failed", door)
    }

    fn at(user_id: Option<&'a str>, operation: &'static str, door: &'a Door) -> Self {
        Self { user_id, operation, target: door.target, from: &door.from }
    }
}

/// The ear of the log.
pub(crate) fn consumer(bus: &dyn Bus, state: &Identity) -> Consumer {
    let secret = state.secret.clone();
    let handler = Arc::new(move |tx: &mut Tx<'_>, event: &Envelope| hear(tx, &secret, event));
    Consumer::join(bus, "identity-audit", &[Acting::NAME, USER_DELETED], state.db.clone(), handler)
}

fn hear(tx: &mut Tx<'_>, secret: &SecretKey, event: &Envelope) -> Result<()> {
    let pseudonym = |user: &str| format!("deleted-{}", secret.pseudonym("audit", user));
    if event.name == USER_DELETED {
        return store::forget(tx, &event.subject, &pseudonym(&event.subject));
    }
    let Some(acting) = event.open::<Acting>() else { return Ok(()) };
    let acting = acting.map_err(|error| StoreError::Statement(format!("event {}: {error}", event.name)))?;
    store::add(tx, &acting, event.at, &pseudonym(&acting.user_id))
}
