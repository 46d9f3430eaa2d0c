//! People as administrators manage them: adding, inviting, changing and removing.

use contracts::identity::{NewUser, User, UserChange};
use kit_base::{Caller, Role, WRITE};
use kit_store::Tx;
use serde_json::{Map, Value};

use crate::model::{OneTime, Purpose};
use crate::oauth::is_lent;
use crate::store::{self, PersonRow, mails, one_time, privacy};
use crate::{Error, Identity, letters};

/// No password has this hash: whoever is invited chooses one first.
const NONE_YET: &str = "";

impl Identity {
    /// Adds a user. Without a password a mail invites them to choose it; `base` is where its link leads.
    pub(crate) async fn add_to_team(&self, new: NewUser, base: String) -> Result<User, Error> {
        let invited = new.password.is_none();
        let hash = match new.password {
            Some(password) => {
                let turn = self.passwords.turn().await?;
                turn.hash(password, self.ids.bytes()).await?.1
            }
            None => NONE_YET.to_owned(),
        };
        let (name, email, team) = (new.name, new.email, new.team);
        let role = new.role.unwrap_or(Role::Viewer);
        let add = move |tx: &mut Tx<'_>| {
            let person = PersonRow::new(name.clone(), email.clone(), role, hash.clone());
            let id = store::add_user(tx, &PersonRow { team: team.clone(), ..person })?;
            if invited {
                let token = one_time::give(tx, &id, Purpose::Reset, OneTime::INVITATION)?;
                mails::queue(tx, &email, &letters::invitation(&name, &base, token.as_text()))?;
            }
            store::user(tx, &id)?.ok_or(Error::NotFound)
        };
        let user = self.db.write(add).await?;
        self.post.notify_one();
        Ok(user)
    }

    /// The user of that id, if the caller may know of them: the team knows everybody, others themselves.
    pub(crate) async fn known(&self, caller: &Caller, id: String) -> Result<User, Error> {
        if !caller.is_team() && caller.user_id != id {
            return Err(Error::NotFound);
        }
        self.db.read(move |tx| store::user(tx, &id)).await?.ok_or(Error::NotFound)
    }

    /// Changes a user.
    pub(crate) async fn change_user(&self, id: String, change: UserChange) -> Result<User, Error> {
        let work = move |tx: &mut Tx<'_>| {
            store::user(tx, &id)?.ok_or(Error::NotFound)?;
            store::change_user(tx, &id, &change)?;
            store::user(tx, &id)?.ok_or(Error::NotFound)
        };
        self.db.write(work).await
    }

    /// Removes a person with all that is known of them, and tells the other services.
    pub(crate) async fn forget(&self, id: String) -> Result<(), Error> {
        let work = move |tx: &mut Tx<'_>| {
            store::keep_an_admin(tx, &id)?;
            Ok(privacy::forget(tx, &id)?)
        };
        self.db.write(work).await
    }

    /// All that this service knows of a person.
    pub(crate) async fn everything_of(&self, id: String) -> Result<Map<String, Value>, Error> {
        self.db.read(move |tx| privacy::everything(tx, &id)).await?.ok_or(Error::NotFound)
    }
}

/// Whether the caller may do to this user what only administrators and the user may do.
pub(crate) fn admin_or_self(caller: &Caller, id: &str) -> Result<(), Error> {
    if caller.role >= Role::Admin || caller.user_id == id { Ok(()) } else { Err(Error::Forbidden) }
}

/// Whether the caller may remove this user. Whoever is made to be silent may still go, with a login of their own; a token
/// that was lent for reading alone removes nobody.
pub(crate) fn may_remove(caller: &Caller, token: &str, id: &str) -> Result<(), Error> {
    match caller.has_scope(WRITE) {
        true => admin_or_self(caller, id),
        false if caller.user_id == id && !is_lent(token) => Ok(()),
        false => Err(Error::Forbidden),
    }
}

/// Whether the caller may change just this of the user: all but the name is for administrators.
pub(crate) fn may_change_user(caller: &Caller, change: &UserChange) -> Result<(), Error> {
    let more = change.role.is_some() || change.team.is_some() || change.is_active.is_some();
    if more && caller.role < Role::Admin { Err(Error::Forbidden) } else { Ok(()) }
}
