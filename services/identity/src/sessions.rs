//! Logging in, being known by a token, and logging out.

use contracts::identity::{Login, Session};
use kit_base::Caller;

use crate::keys::is_api_key;
use crate::model::{Token, email_key};
use crate::oauth::model::is_access_token;
use crate::passwords::{Turn, Verdict};
use crate::store::{self, Account};
use crate::{Error, Identity};

impl Identity {
    /// A token for whoever knows the password of the user with that address.
    pub(crate) async fn log_in(&self, login: Login) -> Result<Session, Error> {
        let account = self.recognise(login).await?;
        self.begin(account).await
    }

    /// The user who knows that password, if they need not wait.
    pub(crate) async fn recognise(&self, login: Login) -> Result<Account, Error> {
        let address = email_key(&login.email);
        self.admit(&address)?;
        let turn = self.passwords.turn().await?;
        // Again, because others may have failed meanwhile: of many guesses sent at once, no more than there are turns
        // are heard before the guard knows of a failure.
        self.admit(&address)?;
        let key = address.clone();
        let account = self.db.read(move |tx| store::account(tx, &key)).await?;
        let stored = account.as_ref().map(|account| account.password_hash.clone());
        let (turn, verdict) = turn.verify(login.password.clone(), stored).await?;
        let Some(account) = account.filter(|_| verdict != Verdict::Wrong) else {
            self.guard.failed(&address);
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

    async fn begin(&self, account: Account) -> Result<Session, Error> {
        let token = Token::new(&self.ids);
        let (hash, user_id, lifetime) = (token.hash(), account.id.clone(), self.token_lifetime);
        let expires_at = self.db.write(move |tx| store::add_token(tx, &hash, &user_id, lifetime)).await?;
        Ok(Session { token: token.into_text(), user_id: account.id, expires_at })
    }
}
