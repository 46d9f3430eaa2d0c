//! Passwords: argon2id, away from the async threads, and only a few at once, because each takes 19 MiB and a core.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task;

use crate::Error;

const MEMORY_KIB: u32 = 19_456;
const ROUNDS: u32 = 2;
const LANES: u32 = 1;

/// Hands out turns to compute a hash.
#[derive(Clone)]
pub(crate) struct Passwords(Arc<Semaphore>);

/// The right to compute hashes, one after the other, until it is dropped.
pub(crate) struct Turn {
    _permit: OwnedSemaphorePermit,
}

/// What comes of a password.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Verdict {
    /// It is the right one.
    Right,
    /// It is the right one, and its hash is of a time when less was asked of hashes.
    RightButWeaklyHashed,
    /// It is not the one.
    Wrong,
}

impl Passwords {
    /// At most `at_once` turns are out at a time.
    pub(crate) fn new(at_once: usize) -> Self {
        Self(Arc::new(Semaphore::new(at_once.max(1))))
    }

    /// The next turn, once there is one.
    pub(crate) async fn turn(&self) -> Result<Turn, Error> {
        let permit = self.0.clone().acquire_owned().await;
        permit.map(|permit| Turn { _permit: permit }).map_err(|_| Error::Hashing)
    }
}

impl Turn {
    /// The hash to store for `password`, as a PHC string.
    pub(crate) async fn hash(self, password: String, salt: [u8; 16]) -> Result<(Self, String), Error> {
        let (turn, hash) = self.compute(move || hash(&password, &salt)).await?;
        Ok((turn, hash?))
    }

    /// Compares `password` with the stored hash. Where there is none, as much is computed all the same, so that the
    /// time it takes does not tell whether there is such a user.
    pub(crate) async fn verify(
        self,
        password: String,
        stored: Option<String>,
    ) -> Result<(Self, Verdict), Error> {
        self.compute(move || match stored {
            Some(stored) => verify(&password, &stored),
            None => {
                verify(&password, &nobodys_hash());
                Verdict::Wrong
            }
        })
        .await
    }

    /// The turn goes along with the work: if the request is given up, it is not free before the work has ended.
    async fn compute<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<(Self, T), Error> {
        task::spawn_blocking(move || (self, work())).await.map_err(|_| Error::Hashing)
    }
}

fn hash(password: &str, salt: &[u8]) -> Result<String, Error> {
    let params = Params::new(MEMORY_KIB, ROUNDS, LANES, None).map_err(|_| Error::Hashing)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = argon2.hash_password_with_salt(password.as_bytes(), salt).map_err(|_| Error::Hashing)?;
    Ok(hash.to_string())
}

fn verify(password: &str, stored: &str) -> Verdict {
    let Ok(hash) = PasswordHash::new(stored) else {
        tracing::error!("a stored password hash cannot be read");
        return Verdict::Wrong;
    };
    match Argon2::default().verify_password(password.as_bytes(), &hash) {
        Err(_) => Verdict::Wrong,
        Ok(()) if is_weak(&hash) => Verdict::RightButWeaklyHashed,
        Ok(()) => Verdict::Right,
    }
}

fn is_weak(hash: &PasswordHash) -> bool {
    let enough = |params: Params| {
        params.m_cost() >= MEMORY_KIB && params.t_cost() >= ROUNDS && params.p_cost() >= LANES
    };
    hash.algorithm.as_str() != Algorithm::Argon2id.as_str() || !Params::try_from(hash).is_ok_and(enough)
}

/// Whether `text` is a hash that can be compared with, at a cost that can be borne.
pub(crate) fn can_be_verified(text: &str) -> bool {
    let bearable = |params: Params| params.m_cost() <= 16 * MEMORY_KIB && params.t_cost() <= 16 * ROUNDS;
    PasswordHash::new(text).is_ok_and(|hash| {
        hash.hash.is_some()
            && hash.salt.is_some()
            && Algorithm::new(hash.algorithm.as_str()).is_ok()
            && Params::try_from(&hash).is_ok_and(bearable)
    })
}

/// A hash that costs what every hash costs and that no password is known for: salt and result are zeros.
fn nobodys_hash() -> String {
    let (salt, result) = ("A".repeat(22), "A".repeat(43));
    format!("$argon2id$v=19$m={MEMORY_KIB},t={ROUNDS},p={LANES}${salt}${result}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_recognised_by_its_hash() {
        let hash = hash("correct horse", &[7; 16]).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_eq!(verify("correct horse", &hash), Verdict::Right);
        assert_eq!(verify("correct horse ", &hash), Verdict::Wrong);
        assert_eq!(verify("correct horse", "nonsense"), Verdict::Wrong);
    }

    #[test]
    fn a_hash_of_less_cost_is_weak() {
        for params in [Params::new(8192, 2, 1, None), Params::new(19_456, 1, 1, None)] {
            let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.unwrap());
            let old = argon2.hash_password_with_salt(b"correct horse", &[7; 16]).unwrap().to_string();
            assert_eq!(verify("correct horse", &old), Verdict::RightButWeaklyHashed);
            assert_eq!(verify("wrong horse", &old), Verdict::Wrong);
        }
    }

    #[test]
    fn nobodys_hash_costs_what_every_hash_costs() {
        let text = nobodys_hash();
        let hash = PasswordHash::new(&text).unwrap();
        assert!(!is_weak(&hash));
        assert!(hash.hash.is_some_and(|result| result.len() == Params::DEFAULT_OUTPUT_LEN));
    }

    #[tokio::test]
    async fn turns_are_waited_for() {
        let passwords = Passwords::new(1);
        let turn = passwords.turn().await.unwrap();
        let (turn, verdict) = turn.verify("x".to_owned(), None).await.unwrap();
        assert_eq!(verdict, Verdict::Wrong);
        assert_eq!(passwords.0.available_permits(), 0);
        drop(turn);
        assert_eq!(passwords.0.available_permits(), 1);
    }
}
