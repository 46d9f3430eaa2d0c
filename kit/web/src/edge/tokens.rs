//! Who tokens belong to, remembered for as long as that is certain: asking costs a round through the identity service,
//! and a caller with a token comes again.

use std::sync::Arc;
use std::time::Duration;

use kit_base::reads::{self, Seen};
use kit_base::{Authenticator, Caller, Clock, Problem, Timestamp};
use quick_cache::sync::Cache;
use ring::digest;

/// Tokens that are remembered at most.
const MOST: usize = 10_000;
/// As long as an answer is believed whose grounds cannot be watched, because they are in another process.
const UNWATCHED: Duration = Duration::from_secs(1);

/// The SHA-256 of a token.
pub(crate) type TokenKey = [u8; 32];

#[derive(Clone)]
struct Known {
    caller: Arc<Caller>,
    seen: Seen,
    until: Timestamp,
}

/// Asks the authenticator, and remembers what it said. Only good tokens are remembered, by their SHA-256.
pub(crate) struct Tokens {
    authenticator: Arc<dyn Authenticator>,
    clock: Clock,
    known: Cache<TokenKey, Known>,
}

impl Tokens {
    pub(crate) fn new(authenticator: Arc<dyn Authenticator>, clock: Clock) -> Self {
        Self { authenticator, clock, known: Cache::new(MOST) }
    }

    /// The caller behind the token, if that is remembered and still certain.
    pub(crate) fn remembered(&self, key: &TokenKey, now: Timestamp) -> Option<Arc<Caller>> {
        let known = self.known.get(key)?;
        (now < known.until && known.seen.is_current()).then_some(known.caller)
    }

    /// The caller behind the token, if it is anybody's.
    pub(crate) async fn whose(&self, token: &str, now: Timestamp) -> Result<Option<Arc<Caller>>, Problem> {
        let key = key(token);
        if let Some(caller) = self.remembered(&key, now) {
            return Ok(Some(caller));
        }
        let (answer, seen) = reads::observe(self.authenticator.authenticate(token)).await;
        let Some(caller) = answer?.map(Arc::new) else {
            self.known.remove(&key);
            return Ok(None);
        };
        let until = self.clock.now().plus(seen.lasts().unwrap_or(UNWATCHED).min(UNWATCHED));
        self.known.insert(key, Known { caller: caller.clone(), seen, until });
        Ok(Some(caller))
    }
}

/// What a token is remembered by.
pub(crate) fn key(token: &str) -> TokenKey {
    let mut key = [0; 32];
    let hash = digest::digest(&digest::SHA256, token.as_bytes());
    key.iter_mut().zip(hash.as_ref()).for_each(|(place, byte)| *place = *byte);
    key
}
