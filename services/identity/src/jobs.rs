//! What this service does by itself: it removes what has expired, so that the tables hold only what is of use, and sends
//! the mails that wait.

use std::time::Duration;

use kit_mail::MailError;
use kit_runtime::Task;
use kit_store::{Db, StoreError, Tx};

use crate::console::Terms;
use crate::store::{self, mails, one_time};
use crate::{Identity, audit, console, oauth};

const HOUR: Duration = Duration::from_secs(3600);
/// How often it is looked for mails whose next try is due.
const LOOK_EVERY: Duration = Duration::from_secs(1);

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
    F: Fn(&mut Tx<'_>) -> Result<u64, StoreError> + Copy + Send + Sync + 'static,
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
fn remove_expired(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    Ok(store::remove_expired_tokens(tx)?
        + oauth::store::tokens::remove_expired(tx)?
        + one_time::remove_expired(tx)?)
}

/// Sends the mails that wait: at once when one is written, and again when it could not be sent.
pub(crate) fn send_mails(state: Identity) -> Task {
    Task::new("identity mails", move |stop| async move {
        loop {
            if let Err(error) = send_due(&state).await {
                tracing::warn!(%error, "mails wait, because the store cannot be asked");
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = state.post.notified() => {}
                () = stop.cancelled() => return,
            }
        }
    })
}

/// Sends every mail whose time has come.
async fn send_due(state: &Identity) -> Result<(), StoreError> {
    let given_up = state.db.write(mails::give_up).await?;
    if given_up > 0 {
        tracing::error!(given_up, "mails could not be sent for a day and are given up");
    }
    while let Some(message) = state.db.write(mails::take_due).await? {
        let id = message.id.clone();
        match state.mailer.send(&message).await {
            Ok(()) => {}
            Err(error @ (MailError::Temporary(_) | MailError::Unreachable(_))) => {
                tracing::warn!(mail = id, %error, "it will be tried again");
                continue;
            }
            Err(error @ MailError::Permanent(_)) => tracing::error!(mail = id, %error, "it is given up"),
        }
        state.db.write(move |tx| mails::remove(tx, &id)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use kit_base::{Role, reads};
    use kit_testkit::{TestClock, TestStore, both, test_ids};

    use super::*;
    use crate::model::Purpose;
    use crate::oauth::store::tokens::{Issue, issue as issue_tokens};
    use crate::oauth::store::{put_application, signing};
    use crate::store::{PersonRow, add_token, add_user, whose_token};
    use crate::{ClientKind, Error, MIGRATIONS, NewApplication};

    /// Who registered and never confirmed goes with the token; who was set aside, or came once, stays.
    #[tokio::test]
    async fn those_who_never_confirm_are_forgotten() {
        for engine in both() {
            let clock = TestClock::default();
            let store = TestStore::new(engine).with(clock.clock(), test_ids(clock.clock()));
            let db = store.open(MIGRATIONS);
            db.write(|tx| -> Result<(), Error> {
                for name in ["never", "came", "set aside"] {
                    let email = format!("{}@example.org", name.replace(' ', "-"));
                    let new = PersonRow::new(name.to_owned(), email, Role::Member, String::new());
                    let id = add_user(tx, &PersonRow { is_active: false, ..new })?;
                    match name {
                        "came" => store::visited(tx, &id)?,
                        "set aside" => continue,
                        _ => {}
                    }
                    one_time::give(tx, &id, Purpose::Confirm, HOUR)?;
                }
                Ok(())
            })
            .await
            .unwrap();
            assert_eq!(db.write(one_time::remove_expired).await, Ok(0), "{engine:?}");
            clock.advance(HOUR);
            db.write(one_time::remove_expired).await.unwrap();
            let left = db.read(|tx| {
                Ok::<_, StoreError>(
                    ["never", "came", "set aside"]
                        .map(|key| store::id_of_username(tx, key).unwrap().is_some()),
                )
            });
            assert_eq!(left.await.unwrap(), [false, true, true], "{engine:?}");
        }
    }

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

    #[tokio::test]
    async fn what_oauth_no_longer_needs_goes_too() {
        for engine in both() {
            let clock = TestClock::default();
            let store = TestStore::new(engine).with(clock.clock(), test_ids(clock.clock()));
            let db = store.open(MIGRATIONS);
            db.write(|tx| -> Result<(), Error> {
                let (name, email) = ("Ada".to_owned(), "ada@example.org".to_owned());
                let ada = add_user(tx, &PersonRow::new(name, email, Role::Viewer, String::new()))?;
                let application = put_application(tx, &application())?;
                let (scope, family) = ("read".to_owned(), "one".to_owned());
                let issue =
                    Issue { application, user: Some(ada), scope, family, auth_time: None, refreshed: true };
                issue_tokens(tx, &issue)?;
                signing::add(tx, "old", b"public", b"sealed")?;
                Ok(signing::add(tx, "new", b"public", b"sealed")?)
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
            kind: ClientKind::Confidential,
            grants: Vec::new(),
            redirect_uris: Vec::new(),
            scopes: Vec::new(),
            role: Role::Member,
            owner: None,
        }
    }

    /// What was made of people is as good after somebody came as before.
    #[tokio::test]
    async fn a_login_makes_nothing_anew_that_was_made_of_people() {
        for engine in both() {
            let store = TestStore::new(engine);
            let db = store.open(MIGRATIONS);
            let person =
                PersonRow::new("Ada".to_owned(), "ada@example.org".to_owned(), Role::Viewer, String::new());
            let id = db.write(move |tx| add_user(tx, &person)).await.unwrap();
            let whose = id.clone();
            let (user, seen) = reads::observe(db.read(move |tx| store::user(tx, &whose))).await;
            assert!(user.unwrap().is_some() && seen.is_anything(), "{engine:?}");
            let came = id.clone();
            db.write(move |tx| store::visited(tx, &came)).await.unwrap();
            assert!(seen.is_current(), "{engine:?}");
            db.write(move |tx| store::set_name(tx, &id, "Lovelace")).await.unwrap();
            assert!(!seen.is_current(), "{engine:?}");
        }
    }
}
