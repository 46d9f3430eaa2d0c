//! API keys: tokens that users make for their own programs, which last until they are removed or expire.

mod api;
mod store;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kit_base::{Caller, Ids, Timestamp};
use kit_runtime::Task;

use crate::oauth::model;
use crate::{Error, Identity};

pub(crate) use api::routes;

/// What keys begin with, by which one that leaked is recognised.
const MARK: &str = "psk_";
/// 256 bits.
const LETTERS: usize = 43;
const HOUR: Duration = Duration::from_secs(3600);

/// When keys were last used, as far as it is not stored yet: verifying a key writes nothing.
#[derive(Clone, Default)]
pub(crate) struct Keys(Arc<Mutex<HashMap<String, Timestamp>>>);

impl Keys {
    fn used(&self, key: String, now: Timestamp) {
        self.uses().insert(key, now);
    }

    fn take(&self) -> Vec<(String, Timestamp)> {
        self.uses().drain().collect()
    }

    fn uses(&self) -> MutexGuard<'_, HashMap<String, Timestamp>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether `text` has the form of an API key.
pub(crate) fn is_api_key(text: &str) -> bool {
    let secret = text.strip_prefix(MARK).unwrap_or_default();
    secret.len() == LETTERS && secret.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn new_key(ids: &Ids) -> String {
    format!("{MARK}{}", ids.secret(LETTERS))
}

impl Identity {
    /// Whose API key this is, if it is anybody's now.
    pub(crate) async fn whose_key(&self, key: &str) -> Result<Option<Caller>, Error> {
        let hash = model::hash(key);
        let found = self.db.read(move |tx| store::whose_key(tx, &hash)).await?;
        Ok(found.map(|(id, caller)| {
            self.keys.used(id, self.now());
            caller
        }))
    }

    /// Stores when keys were last used.
    pub(crate) async fn note_key_uses(&self) -> Result<(), Error> {
        let uses = self.keys.take();
        if uses.is_empty() {
            return Ok(());
        }
        Ok(self.db.write(move |tx| store::note_uses(tx, &uses)).await?)
    }

    fn now(&self) -> Timestamp {
        self.oauth.clock.now()
    }
}

/// Stores every hour which keys were used.
pub(crate) fn note_uses(state: Identity) -> Task {
    Task::every("identity key uses", HOUR, move || {
        let state = state.clone();
        async move {
            if let Err(error) = state.note_key_uses().await {
                tracing::warn!(%error, "it is not known which keys were used in the last hour");
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use kit_base::{Clock, Role};
    use kit_store::{Tx, params};
    use kit_testkit::{TestWorld, both};

    use super::*;
    use crate::NewUser;

    #[test]
    fn a_key_is_recognised_by_its_form() {
        let key = new_key(&Ids::system(Clock::system()));
        assert!(is_api_key(&key));
        for bad in ["", "psk_", &key[1..], &key[..46], &format!("{key}x"), &key.replace("psk_", "ps_")] {
            assert!(!is_api_key(bad), "{bad}");
        }
    }

    #[tokio::test]
    async fn the_last_use_is_stored_by_the_hour() {
        for engine in both() {
            let world = TestWorld::new(engine);
            let state = Identity::open(&world.context).unwrap();
            let (name, email) = ("Ada".to_owned(), "ada@example.org".to_owned());
            let new = NewUser { name, email, role: Role::Viewer, password: "correct horse".to_owned() };
            let user = state.create_user(new).await.unwrap();
            let at = state.now();
            let key = api::ApiKey {
                id: "one".to_owned(),
                name: "pipeline".to_owned(),
                key: None,
                scopes: vec!["read".to_owned()],
                user,
                created_at: at,
                expires_at: None,
                last_used_at: None,
            };
            let hash = model::hash("psk_x");
            assert_eq!(state.db.write(move |tx| store::add(tx, &key, &hash)).await, Ok(true));
            let used = async || {
                let read = |tx: &mut Tx<'_>| {
                    let sql = "SELECT used_at FROM key_uses";
                    tx.query_opt(sql, params![], |row| row.get::<Timestamp>("used_at"))
                };
                state.db.read(read).await.unwrap()
            };
            assert!(state.whose_key("psk_x").await.unwrap().is_some(), "{engine:?}");
            assert_eq!(used().await, None, "{engine:?}: verifying writes nothing");
            state.keys.used("gone".to_owned(), at);
            state.note_key_uses().await.unwrap();
            assert_eq!(used().await, Some(at), "{engine:?}");
            world.clock.advance(HOUR);
            state.note_key_uses().await.unwrap();
            assert_eq!(used().await, Some(at), "{engine:?}: nobody used it since");
        }
    }
}
