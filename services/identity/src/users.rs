//! Creating users: by command, for the demonstration, and the first administrator.

use kit_base::settings::Settings;
use kit_base::{FieldErrors, Role};

use crate::store::{self, PersonRow};
use crate::{ADMIN_EMAIL, ADMIN_PASSWORD, Error, Identity, NewUser};

impl Identity {
    /// Creates a user; returns the new id.
    pub(crate) async fn create_user(&self, new: NewUser) -> Result<String, Error> {
        let account = self.hashed(new).await?;
        self.db.write(move |tx| store::add_user(tx, &account)).await
    }

    /// Creates a user, or makes the one with the same address be like this and ends their logins; returns the id.
    pub(crate) async fn replace_user(&self, new: NewUser) -> Result<String, Error> {
        let account = self.hashed(new).await?;
        self.db.write(move |tx| store::replace_user(tx, &account)).await
    }

    /// Creates the administrator that the settings name, if there is no user at all.
    pub(crate) async fn create_first_administrator(&self, settings: &Settings) -> Result<(), Error> {
        if self.db.read(store::any_user).await? {
            return Ok(());
        }
        let (email, password) = (settings.optional(&ADMIN_EMAIL), settings.optional(&ADMIN_PASSWORD));
        let (Some(email), Some(password)) = (email, password) else { return incomplete(email, password) };
        let new = NewUser {
            name: "Administrator".to_owned(),
            email: email.to_owned(),
            role: Role::Admin,
            password: password.to_owned(),
        };
        let account = self.hashed(new).await.map_err(|error| match error {
            Error::Invalid(fields) => Error::FirstAdministrator(by_setting(fields)),
            other => other,
        })?;
        // Another node may have been quicker; then its user stays the only one.
        let added = self.db.write(move |tx| store::add_first_user(tx, &account)).await?;
        if added {
            tracing::info!("the first administrator was created");
        }
        Ok(())
    }

    async fn hashed(&self, new: NewUser) -> Result<PersonRow, Error> {
        let NewUser { name, email, role, password } = new.checked().map_err(Error::Invalid)?;
        let turn = self.passwords.turn().await?;
        let (_turn, password_hash) = turn.hash(password, self.ids.bytes()).await?;
        Ok(PersonRow::new(name, email, role, password_hash))
    }
}

/// Nothing is said of an administrator, or only half.
fn incomplete(email: Option<&str>, password: Option<&str>) -> Result<(), Error> {
    let missing = match (email, password) {
        (Some(_), None) => ADMIN_PASSWORD,
        (None, Some(_)) => ADMIN_EMAIL,
        _ => return Ok(()),
    };
    let message = vec!["It is not set, but the other half is.".to_owned()];
    Err(Error::FirstAdministrator(FieldErrors::from([(missing.variable(), message)])))
}

/// Whoever starts the program knows its settings and not our fields.
fn by_setting(fields: FieldErrors) -> FieldErrors {
    let named = |field: String| match field.as_str() {
        "email" => ADMIN_EMAIL.variable(),
        "password" => ADMIN_PASSWORD.variable(),
        _ => field,
    };
    fields.into_iter().map(|(field, messages)| (named(field), messages)).collect()
}
