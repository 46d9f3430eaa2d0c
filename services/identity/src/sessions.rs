//! Logging in, being known by a token, and logging out.

use contracts::identity::Session;
use kit_base::Caller;
use kit_store::{StoreError, Tx};
use kit_web::{Source, is_email};

use crate::audit::{self, Note};
use crate::console::{self, SessionToken};
use crate::keys::is_api_key;
use crate::model::{Token, email_key, username_key};
use crate::oauth::model::{hash, is_access_token};
use crate::oauth::store::tokens;
use crate::passwords::{Turn, Verdict};
use crate::store::{self, Account};
use crate::{Error, Identity};

/// What addresses are hashed for, so that one from the same address is known to be.
const ADDRESS: &str = "address";

/// Where somebody logs in, and from where.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    /// The path that was asked for.
    pub target: &'static str,
    /// The network address as a keyed hash.
    pub from: String,
}

/// How somebody who logs in is named.
#[derive(Clone)]
pub(crate) enum Named {
    /// By the mail address.
    Email(String),
    /// By the username.
    Username(String),
}

impl Named {
    /// What stands where either may: whatever is no mail address is a username.
    pub(crate) fn called(name: &str) -> Self {
        let name = name.trim().to_owned();
        if is_email(&name) { Self::Email(name) } else { Self::Username(name) }
    }

    /// What failures are counted by where nobody is named so.
    fn key(&self) -> String {
        match self {
            Named::Email(email) => email_key(email),
            Named::Username(username) => format!("user {}", username_key(username)),
        }
    }
}

impl Identity {
    /// The door at that path to whoever comes from there.
    pub(crate) fn door(&self, target: &'static str, source: &Source) -> Door {
        Door { target, from: self.secret.pseudonym(ADDRESS, &source.address.to_string()) }
    }

    /// A token for whoever knows the password of the person named so.
    pub(crate) async fn log_in(&self, who: Named, password: String, door: Door) -> Result<Session, Error> {
        let account = self.prove(who, password, &door).await?;
        self.begin(account, door).await
    }

    /// The person named so, if this is their password and they may enter. An unknown name, a wrong password and somebody
    /// who may not enter are [`Error::InvalidLogin`] after the same work; guessing is [`Error::TooManyFailures`]. What
    /// fails is noted in the audit log.
    pub(crate) async fn prove(&self, who: Named, password: String, door: &Door) -> Result<Account, Error> {
        let account = self.account(who.clone()).await?;
        // Whoever has two names has one count of failures.
        let counted = account.as_ref().map_or_else(|| who.key(), |account| account.id.clone());
        self.admit(&counted)?;
        let turn = self.passwords.turn().await?;
        // Again, because others may have failed meanwhile: of many guesses sent at once, no more than there are turns
        // are heard before the guard knows of a failure.
        self.admit(&counted)?;
        let stored = account.as_ref().map(|account| account.password_hash.clone());
        let (turn, verdict) = turn.verify(password.clone(), stored).await?;
        let (account, user_id) = match account {
            Some(account) if verdict != Verdict::Wrong && account.may_enter => (Some(account), None),
            other => (None, other.map(|account| account.id)),
        };
        let Some(account) = account else {
            self.guard.failed(&counted);
            self.note_failure(user_id, door.clone()).await;
            return Err(Error::InvalidLogin);
        };
        self.guard.succeeded(&counted);
        if verdict == Verdict::RightButWeaklyHashed {
            self.hash_again(turn, &account, password).await?;
        }
        Ok(account)
    }

    /// Whose token this is, if it is anybody's now.
    pub(crate) async fn whose(&self, token: &str) -> Result<Option<Caller>, Error> {
        if let Some(session) = SessionToken::parse(token) {
            return self.whose_session(&session).await;
        }
        if is_access_token(token) {
            return self.whose_access_token(token).await;
        }
        if is_api_key(token) {
            return self.whose_key(token).await;
        }
        let Some(token) = Token::parse(token) else { return Ok(None) };
        let hash = token.hash();
        Ok(self.db.read(move |tx| store::whose_token(tx, &hash)).await?)
    }

    /// From now on nobody is known by this token, nor by what came with it. A key is no login: it is removed, which is
    /// another matter, so this is [`Error::Forbidden`].
    pub(crate) async fn log_out(&self, token: &str) -> Result<(), Error> {
        if is_api_key(token) {
            return Err(Error::Forbidden);
        }
        if is_access_token(token) {
            let hash = hash(token);
            return Ok(self.db.write(move |tx| tokens::end_of(tx, &hash)).await?);
        }
        if let Some(session) = SessionToken::parse(token) {
            return Ok(self.db.write(move |tx| console::store::end(tx, &session.hash())).await.map(drop)?);
        }
        let Some(token) = Token::parse(token) else { return Ok(()) };
        let hash = token.hash();
        Ok(self.db.write(move |tx| store::remove_token(tx, &hash)).await?)
    }

    async fn account(&self, who: Named) -> Result<Option<Account>, Error> {
        let find = move |tx: &mut kit_store::Tx<'_>| match &who {
            Named::Email(email) => store::account(tx, &email_key(email)),
            Named::Username(username) => store::account_of_username(tx, &username_key(username)),
        };
        Ok(self.db.read(find).await?)
    }

    fn admit(&self, counted: &str) -> Result<(), Error> {
        self.guard.wait(counted).map_or(Ok(()), |wait| Err(Error::TooManyFailures(wait)))
    }

    async fn hash_again(&self, turn: Turn, account: &Account, password: String) -> Result<(), Error> {
        let (_turn, new) = turn.hash(password, self.ids.bytes()).await?;
        let (id, old) = (account.id.clone(), account.password_hash.clone());
        Ok(self.db.write(move |tx| store::change_hash(tx, &id, &old, &new)).await?)
    }

    /// A failure to write it down fails nothing: whoever guesses learns nothing from it, and no login may hang on it.
    async fn note_failure(&self, user_id: Option<String>, door: Door) {
        let note = move |tx: &mut Tx<'_>| audit::note(tx, &Note::failed_login(user_id.as_deref(), &door));
        if let Err(error) = self.db.write(note).await {
            tracing::warn!(%error, "a failed login was not noted");
        }
    }

    async fn begin(&self, account: Account, door: Door) -> Result<Session, Error> {
        let token = Token::new(&self.ids);
        let (hash, user_id, lifetime) = (token.hash(), account.id.clone(), self.token_lifetime);
        let begin = move |tx: &mut Tx<'_>| -> Result<_, StoreError> {
            audit::note(tx, &Note::login(&user_id, &door))?;
            store::visited(tx, &user_id)?;
            store::add_token(tx, &hash, &user_id, lifetime)
        };
        let expires_at = self.db.write(begin).await?;
        Ok(Session { token: token.into_text(), user_id: account.id, expires_at })
    }
}
