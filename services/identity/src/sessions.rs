//! Logging in, being known by a token, and logging out.

use contracts::identity::{Login, Session};
use kit_base::Caller;
use kit_store::{StoreError, Tx};
use kit_web::Source;

use crate::audit::{self, Note};
use crate::console::{self, SessionToken};
use crate::keys::is_api_key;
use crate::model::{Token, email_key};
use crate::oauth::model::is_access_token;
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

impl Identity {
    /// The door at that path to whoever comes from there.
    pub(crate) fn door(&self, target: &'static str, source: &Source) -> Door {
        Door { target, from: self.secret.pseudonym(ADDRESS, &source.address.to_string()) }
    }

    /// A token for whoever knows the password of the user with that address.
    pub(crate) async fn log_in(&self, login: Login, door: Door) -> Result<Session, Error> {
        let account = self.recognise(login, &door).await?;
        self.begin(account, door).await
    }

    /// The user who knows that password, if they need not wait. What fails is noted in the audit log.
    pub(crate) async fn recognise(&self, login: Login, door: &Door) -> Result<Account, Error> {
        let address = email_key(&login.email);
        self.admit(&address)?;
        let turn = self.passwords.turn().await?;
        // Again, because others may have failed meanwhile: of many guesses sent at once, no more than there are turns
        // are heard before the guard knows of a failure.
        self.admit(&address)?;
        let key = address.clone();
        let account = self.db.read(move |tx| store::account_called(tx, &key)).await?;
        let stored = account.as_ref().map(|account| account.password_hash.clone());
        let (turn, verdict) = turn.verify(login.password.clone(), stored).await?;
        let (account, user_id) = match account {
            Some(account) if verdict != Verdict::Wrong && account.may_enter => (Some(account), None),
            other => (None, other.map(|account| account.id)),
        };
        let Some(account) = account else {
            self.guard.failed(&address);
            self.note_failure(user_id, door.clone()).await;
            return Err(Error::InvalidLogin);
        };
        self.guard.succeeded(&address);
        if verdict == Verdict::RightButWeaklyHashed {
            self.hash_again(turn, &account, login.password).await?;
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

    /// From now on nobody is known by this token.
    pub(crate) async fn log_out(&self, token: &str) -> Result<(), Error> {
        if let Some(session) = SessionToken::parse(token) {
            return Ok(self.db.write(move |tx| console::store::end(tx, &session.hash())).await.map(drop)?);
        }
        let Some(token) = Token::parse(token) else { return Ok(()) };
        let hash = token.hash();
        Ok(self.db.write(move |tx| store::remove_token(tx, &hash)).await?)
    }

    fn admit(&self, address: &str) -> Result<(), Error> {
        self.guard.wait(address).map_or(Ok(()), |wait| Err(Error::TooManyFailures(wait)))
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
            store::add_token(tx, &hash, &user_id, lifetime)
        };
        let expires_at = self.db.write(begin).await?;
        Ok(Session { token: token.into_text(), user_id: account.id, expires_at })
    }
}
