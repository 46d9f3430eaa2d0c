//! The timers of this service: what has expired is removed, so that the tables hold only what is of use.

use std::time::Duration;

use kit_runtime::Task;
use kit_store::{Db, Result, Tx};

use crate::console::Terms;
use crate::{audit, console, oauth, store};

const HOUR: Duration = Duration::from_secs(3600);

/// Removes expired tokens every hour.
pub(crate) fn remove_expired_tokens(db: Db) -> Task {
    hourly("identity expired tokens", db, remove_expired)
}

/// Removes every hour the sessions that have ended by themselves.
pub(crate) fn remove_expired_sessions(db: Db, terms: Terms) -> Task {
    hourly("identity expired sessions", db, move |tx| console::store::remove_expired(tx, terms.idle))
}

/// Removes every hour what the audit log need not keep any longer.
pub(crate) fn remove_old_audit(db: Db, retention: Duration) -> Task {
    hourly("identity old audit entries", db, move |tx| audit::store::remove_old(tx, retention))
}

fn hourly<F>(name: &'static str, db: Db, work: F) -> Task
where
    F: Fn(&mut Tx<'_>) -> Result<u64> + Copy + Send + Sync + 'static,
{
    Task::every(name, HOUR, move || {
        let db = db.clone();
        async move {
            match db.write(work).await {
                Ok(removed) => tracing::debug!(name, removed, "what has expired is gone"),
                Err(error) => tracing::warn!(name, %error, "what has expired stays for another hour"),
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
    use kit_testkit::{TestClock, TestStore, both, test_ids};

    use super::*;
    use crate::store::{PersonRow, add_token, add_user, whose_token};
    use crate::{Error, MIGRATIONS};

    #[tokio::test]
    async fn what_has_expired_goes_and_what_is_good_stays() {
        for engine in both() {
            let clock = TestClock::default();
            let store = TestStore::new(engine).with(clock.clock(), test_ids(clock.clock()));
            let db = store.open(MIGRATIONS);
            db.write(|tx| -> Result<(), Error> {
                let (name, email) = ("Ada".to_owned(), "ada@example.org".to_owned());
                let ada = add_user(tx, &PersonRow::new(name, email, Role::Viewer, String::new()))?;
                add_token(tx, b"short", &ada, HOUR)?;
                Ok(add_token(tx, b"long", &ada, 2 * HOUR).map(drop)?)
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
}
