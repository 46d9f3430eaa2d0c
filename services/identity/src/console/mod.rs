//! Being logged in with a browser: sessions, known by a cookie, that end when they are not used, when their time is over,
//! and when their user says so.

mod agent;
pub(crate) mod api;
mod page;
mod place;
pub(crate) mod store;
mod token;

use std::time::Duration;

use contracts::access::ConsoleSession;
use http::{HeaderMap, header};
use kit_base::reads::{self, Seen};
use kit_base::settings::Kind;
use kit_base::{Caller, Page, Setting};
use kit_store::StoreError;
use kit_web::{Paging, Source, csrf};

use crate::audit::{self, Note};
use crate::sessions::{Door, Named};
use crate::{Error, Identity};

pub(crate) use token::SessionToken;

/// How long a session lasts that nobody uses.
pub(crate) const IDLE: Setting = Setting::new(
    "identity.session_idle",
    Kind::Duration,
    "12h",
    "how long a console session lasts while it is not used",
);
/// How long a session lasts at most.
pub(crate) const LIFETIME: Setting = Setting::new(
    "identity.session_lifetime",
    Kind::Duration,
    "14d",
    "how long a console session lasts at most",
);

/// How exactly it is known when a session was last used.
const VISIT_STEP: Duration = Duration::from_secs(5 * 60);

/// How long sessions last.
#[derive(Clone, Copy)]
pub(crate) struct Terms {
    pub idle: Duration,
    pub lifetime: Duration,
}

/// What a browser shows of itself at the door.
pub(crate) struct Visitor {
    /// The family of the browser.
    pub agent: String,
    /// The session that it has had so far.
    pub session: Option<SessionToken>,
}

impl Visitor {
    pub(crate) fn of(headers: &HeaderMap, source: &Source) -> Self {
        let header = headers.get(header::USER_AGENT).and_then(|header| header.to_str().ok());
        let cookie = csrf::session_cookie(headers, source.https);
        Self { agent: agent::family(header.unwrap_or("")), session: cookie.and_then(SessionToken::parse) }
    }

    /// The hash of the session, by which it is found; of none, nothing that could be found.
    fn hash(&self) -> Vec<u8> {
        self.session.as_ref().map(SessionToken::hash).unwrap_or_default()
    }
}

impl Identity {
    /// Begins a session for whoever knows the password. The one that the browser had before ends.
    pub(crate) async fn open_session(
        &self,
        (who, password): (Named, String),
        door: Door,
        visitor: Visitor,
    ) -> Result<SessionToken, Error> {
        let account = self.prove(who, password, &door).await?;
        let (token, before) = (SessionToken::new(&self.ids), visitor.hash());
        let new = store::NewSession {
            hash: token.hash(),
            user_id: account.id,
            lifetime: self.terms.lifetime,
            agent: visitor.agent,
            origin: door.from.clone(),
        };
        let begin = move |tx: &mut kit_store::Tx<'_>| -> Result<(), StoreError> {
            store::end(tx, &before)?;
            store::add(tx, &new)?;
            crate::store::visited(tx, &new.user_id)?;
            audit::note(tx, &Note::login(&new.user_id, &door))
        };
        self.db.write(begin).await?;
        Ok(token)
    }

    /// Whose session this is, if it is good now.
    pub(crate) async fn whose_session(&self, token: &SessionToken) -> Result<Option<Caller>, Error> {
        let (hash, idle) = (token.hash(), self.terms.idle);
        let Some(found) = self.db.read(move |tx| store::find(tx, &hash, idle)).await? else {
            return Ok(None);
        };
        if self.clock.now().since(found.seen_at) >= VISIT_STEP.min(idle / 2) {
            self.visit(found.id).await;
        }
        Ok(Some(found.caller))
    }

    /// Apart from whatever this is asked for, because it is nobody's act. Who asks has an answer all the same.
    async fn visit(&self, id: String) {
        let db = self.db.clone();
        let visit = tokio::spawn(async move { db.write(move |tx| store::visit(tx, &id)).await });
        if let Ok(Err(error)) = visit.await {
            tracing::warn!(%error, "the use of a session was not written down");
        }
    }

    /// A page of the user's sessions.
    pub(crate) async fn sessions(
        &self,
        user: String,
        visitor: Visitor,
        paging: Paging,
    ) -> Result<Page<ConsoleSession>, Error> {
        let (own, idle) = (visitor.hash(), self.terms.idle);
        // Which one asks is another matter for each session of the same user: nobody may keep the answer.
        let mut seen = Seen::default();
        seen.lasts_at_most(Duration::ZERO);
        reads::note(&seen);
        self.db.read(move |tx| store::list(tx, &user, &own, idle, &paging)).await
    }

    /// Ends the browser's session, if it has one. The store tells the audit log of it.
    pub(crate) async fn close_session(&self, visitor: Visitor) -> Result<(), Error> {
        Ok(self.db.write(move |tx| store::end(tx, &visitor.hash())).await.map(drop)?)
    }

    /// Ends one of the user's sessions.
    pub(crate) async fn end_session(&self, user: String, id: String) -> Result<(), Error> {
        let ended = self.db.write(move |tx| store::end_one(tx, &user, &id)).await?;
        if ended { Ok(()) } else { Err(Error::NotFound) }
    }

    /// Ends all of the user's sessions but the browser's own.
    pub(crate) async fn end_other_sessions(&self, user: String, visitor: Visitor) -> Result<(), Error> {
        Ok(self.db.write(move |tx| store::end_others(tx, &user, &visitor.hash())).await.map(drop)?)
    }
}
