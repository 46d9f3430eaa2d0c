//! The timer of this service: tokens that have expired are removed, so that the table holds only what is of use.

use std::time::Duration;

use kit_runtime::Task;
use kit_store::{Db, Result, Tx};

use crate::{oauth, store};

const HOUR: Duration = Duration::from_secs(3600);

/// Removes expired tokens every hour.
pub(crate) fn remove_expired_tokens(db: Db) -> Task {
    Task::every("identity expired tokens", HOUR, move || {
        let db = db.clone();
        async move {
            match db.write(remove_expired).await {
                Ok(removed) => tracing::debug!(removed, "expired tokens are gone"),
                Err(error) => tracing::warn!(%error, "expired tokens stay for another hour"),
            }
        }
    })
}

/// Removes every token, code and key that is of no use any more; returns how many.
fn remove_expired(tx: &mut Tx<'_>) -> Result<u64> {
    Ok(store::remove_expired_tokens(tx)? + oauth::store::tokens::remove_expired(tx)?)
}

#[cfg(test)]
mod tests {
    use kit_base::Role;
    use kit_store::StoreError;
    use kit_testkit::{TestClock, TestStore, both, test_ids};

    use super::*;
    use crate::MIGRATIONS;
    use crate::oauth::applications::NewApplication;
    use crate::oauth::model::Kind;
    use crate::oauth::store::tokens::{Issue, issue as issue_tokens};
    use crate::oauth::store::{put_application, signing};
    use crate::store::{NewAccount, add_token, add_user, whose_token};

    #[tokio::test]
    async fn what_has_expired_goes_and_what_is_good_stays() {
        for engine in both() {
            let clock = TestClock::default();
            let store = TestStore::new(engine).with(clock.clock(), test_ids(clock.clock()));
            let db = store.open(MIGRATIONS);
            db.write(|tx| -> Result<(), StoreError> {
                let (name, email) = ("Ada".to_owned(), "ada@example.org".to_owned());
                let new = NewAccount { name, email, role: Role::Viewer, password_hash: String::new() };
                let ada = add_user(tx, &new)?.unwrap();
                add_token(tx, b"short", &ada, HOUR)?;
                add_token(tx, b"long", &ada, 2 * HOUR).map(drop)
            })
            .await
            .unwrap();
            assert_eq!(db.write(store::remove_expired_tokens).await, Ok(0), "{engine:?}");
            clock.advance(HOUR);
            assert_eq!(db.write(store::remove_expired_tokens).await, Ok(1), "{engine:?}");
            let ada = db.read(|tx| whose_token(tx, b"long")).await.unwrap();
            assert_eq!(ada.map(|caller| caller.name).as_deref(), Some("Ada"), "{engine:?}");
        }
    }

    #[tokio::test]
    async fn what_oauth_no_longer_needs_goes_too() {
        for engine in both() {
            let clock = TestClock::default();
            let store = TestStore::new(engine).with(clock.clock(), test_ids(clock.clock()));
            let db = store.open(MIGRATIONS);
            db.write(|tx| -> Result<(), StoreError> {
                let (name, email) = ("Ada".to_owned(), "ada@example.org".to_owned());
                let new = NewAccount { name, email, role: Role::Viewer, password_hash: String::new() };
                let ada = add_user(tx, &new)?.unwrap();
                let application = put_application(tx, &application())?;
                let (scope, family) = ("read".to_owned(), "one".to_owned());
                let issue =
                    Issue { application, user: Some(ada), scope, family, auth_time: None, refreshed: true };
                issue_tokens(tx, &issue)?;
                signing::add(tx, "old", b"public", b"sealed")?;
                signing::add(tx, "new", b"public", b"sealed")
            })
            .await
            .unwrap();
            assert_eq!(db.write(remove_expired).await, Ok(0), "{engine:?}");
            clock.advance(10 * HOUR);
            assert_eq!(db.write(remove_expired).await, Ok(1), "{engine:?}: the access token");
            clock.advance(10 * HOUR);
            assert_eq!(db.write(remove_expired).await, Ok(1), "{engine:?}: the retired key");
            clock.advance(90 * 24 * HOUR);
            assert_eq!(db.write(remove_expired).await, Ok(1), "{engine:?}: the refresh token");
            let key = db.read(signing::current).await.unwrap();
            assert_eq!(key.map(|(kid, _)| kid).as_deref(), Some("new"), "{engine:?}");
        }
    }

    fn application() -> NewApplication {
        NewApplication {
            name: "Site".to_owned(),
            client_id: "site".to_owned(),
            client_secret: "secret".to_owned(),
            kind: Kind::Confidential,
            grants: Vec::new(),
            redirect_uris: Vec::new(),
            scopes: Vec::new(),
            role: Role::Member,
            owner: None,
        }
    }
}
