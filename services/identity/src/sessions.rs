//! Logging in, being known by a token, and logging out.

use contracts::identity::Session;
use kit_base::Caller;

use crate::model::{Token, email_key, username_key};
use crate::passwords::{Turn, Verdict};
use crate::store::{self, Account};
use crate::{Error, Identity};

/// How somebody who logs in is named.
#[derive(Clone)]
pub(crate) enum Named {
    /// By the mail address.
    Email(String),
    /// By the username.
    Username(String),
}

impl Named {
    /// What failures are counted by where nobody is named so.
    fn key(&self) -> String {
        match self {
            Named::Email(email) => email_key(email),
            Named::Username(username) => format!("user {}", username_key(username)),
        }
    }
}

impl Identity {
    /// A token for whoever knows the password of the person named so.
    pub(crate) async fn log_in(&self, who: Named, password: String) -> Result<Session, Error> {
        let account = self.recognise(who, password).await?;
        self.begin(account).await
    }

    /// The person named so, if this is their password and they may enter. An unknown name, a wrong password and somebody
    /// who may not enter are [`Error::InvalidLogin`] after the same work; guessing is [`Error::TooManyFailures`].
    pub(crate) async fn recognise(&self, who: Named, password: String) -> Result<Account, Error> {
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
        let Some(account) = account.filter(|account| verdict != Verdict::Wrong && account.may_enter) else {
            self.guard.failed(&counted);
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
        let Some(token) = Token::parse(token) else { return Ok(None) };
        let hash = token.hash();
        Ok(self.db.read(move |tx| store::whose_token(tx, &hash)).await?)
    }

    /// From now on nobody is known by this token.
    pub(crate) async fn log_out(&self, token: &str) -> Result<(), Error> {
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

    async fn begin(&self, account: Account) -> Result<Session, Error> {
        let token = Token::new(&self.ids);
        let (hash, user_id, lifetime) = (token.hash(), account.id.clone(), self.token_lifetime);
        let begin = move |tx: &mut kit_store::Tx<'_>| {
            store::visited(tx, &user_id)?;
            store::add_token(tx, &hash, &user_id, lifetime)
        };
        let expires_at = self.db.write(begin).await?;
        Ok(Session { token: token.into_text(), user_id: account.id, expires_at })
    }
}
