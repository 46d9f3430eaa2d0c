//! Becoming a member: registering, confirming the address, and choosing a password by mail.

use contracts::identity::User;
use kit_base::{FieldErrors, Role};
use kit_store::Tx;

use crate::model::{OneTime, Purpose, email_key, username_key};
use crate::store::members::MemberRow;
use crate::store::{self, PersonRow, mails, members, one_time};
use crate::{Error, Identity, letters, words};

/// Somebody who registers; every field looks as it should.
#[derive(Clone)]
pub(crate) struct Newcomer {
    /// Chosen, or to be made of the name.
    pub username: Option<String>,
    pub name: String,
    pub email: String,
    pub password: String,
}

impl Identity {
    /// Adds a member who is not active yet, and mails a token that confirms the address. `base` is where links lead.
    pub(crate) async fn register(&self, newcomer: Newcomer, base: String) -> Result<MemberRow, Error> {
        let Newcomer { username, name, email, password } = newcomer;
        let (wanted, address) = (username.clone(), email.clone());
        // Before the costly hash, and once more with the change itself.
        self.db.read(move |tx| refuse_taken(tx, wanted.as_deref(), Some(&address), None)).await?;
        let turn = self.passwords.turn().await?;
        let (_turn, hash) = turn.hash(password, self.ids.bytes()).await?;
        let added = self.db.write(move |tx| {
            refuse_taken(tx, username.as_deref(), Some(&email), None)?;
            let person = PersonRow {
                username: username.clone(),
                is_active: false,
                ..PersonRow::new(name.clone(), email.clone(), Role::Member, hash.clone())
            };
            let id = store::add_user(tx, &person)?;
            let token = one_time::give(tx, &id, Purpose::Confirm, OneTime::LIFETIME)?;
            mails::queue(tx, &email, &letters::confirm(&name, &base, token.as_text()))?;
            members::of_id(tx, &id)?.ok_or(Error::NotFound)
        });
        let added = added.await?;
        self.post.notify_one();
        Ok(added)
    }

    /// Makes the member active to whom this token was mailed.
    pub(crate) async fn confirm(&self, token: String) -> Result<User, Error> {
        let confirm = move |tx: &mut Tx<'_>| {
            let id = one_time::redeem(tx, &token, Purpose::Confirm)?.ok_or(Error::BadToken)?;
            store::activate(tx, &id)?;
            store::user(tx, &id)?.ok_or(Error::BadToken)
        };
        self.db.write(confirm).await
    }

    /// Mails a token that chooses a new password, if somebody active has this address. Where nobody has it, as much is
    /// written, so that the time it takes does not tell.
    pub(crate) async fn forgot_password(&self, email: String, base: String) -> Result<(), Error> {
        let forgot = move |tx: &mut Tx<'_>| -> Result<(), Error> {
            let account = store::account(tx, &email_key(&email))?.filter(|account| account.may_enter);
            let user = account.map(|account| store::user(tx, &account.id)).transpose()?.flatten();
            match user {
                Some(user) if !one_time::given_just_now(tx, &user.id, Purpose::Reset)? => {
                    let token = one_time::give(tx, &user.id, Purpose::Reset, OneTime::LIFETIME)?;
                    mails::queue(tx, &user.email, &letters::reset(&user.name, &base, token.as_text()))?;
                }
                _ => {
                    let token = OneTime::new(tx.ids());
                    let nobody = mails::queue(tx, "", &letters::reset("", &base, token.as_text()))?;
                    mails::remove(tx, &nobody)?;
                }
            }
            Ok(())
        };
        self.db.write(forgot).await?;
        self.post.notify_one();
        Ok(())
    }

    /// Gives the person to whom this token was mailed a new password, and ends all their logins.
    pub(crate) async fn reset_password(&self, token: String, password: String) -> Result<(), Error> {
        let asked = token.clone();
        let whose = self.db.read(move |tx| one_time::whose(tx, &asked, Purpose::Reset)).await?;
        let id = whose.ok_or(Error::BadToken)?;
        let turn = self.passwords.turn().await?;
        let (_turn, hash) = turn.hash(password, self.ids.bytes()).await?;
        let counted = id.clone();
        let reset = move |tx: &mut Tx<'_>| -> Result<(), Error> {
            // Two may use it at once: it is good for the first.
            let whose = one_time::redeem(tx, &token, Purpose::Reset)?;
            if whose.as_deref() != Some(id.as_str()) {
                return Err(Error::BadToken);
            }
            Ok(store::set_password(tx, &id, &hash)?)
        };
        self.db.write(reset).await?;
        self.guard.succeeded(&counted);
        Ok(())
    }
}

/// Refuses a username and an address that somebody else than `but` has, or a username that looks like another's.
pub(crate) fn refuse_taken(
    tx: &mut Tx<'_>,
    username: Option<&str>,
    email: Option<&str>,
    but: Option<&str>,
) -> Result<(), Error> {
    let mut errors = FieldErrors::new();
    if let Some(username) = username {
        let holder = store::id_of_username(tx, &username_key(username))?;
        let fault = match holder {
            Some(holder) => (Some(holder.as_str()) != but).then_some(words::USERNAME_TAKEN),
            None => store::username_is_alike(tx, username, but)?.then_some(words::USERNAME_ALIKE),
        };
        errors.extend(fault.map(|fault| ("username".to_owned(), vec![fault.to_owned()])));
    }
    if let Some(email) = email
        && store::email_is_taken(tx, email, but)?
    {
        errors.insert("email".to_owned(), vec![words::EMAIL_TAKEN.to_owned()]);
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}
