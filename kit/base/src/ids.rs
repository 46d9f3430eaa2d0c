//! The only place that asks the machine for randomness: ids, public codes and secrets are made here.

use std::sync::Arc;

use crate::Clock;

const CODE_ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const SECRET_ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Where random bytes come from: the operating system, or a test's seed.
pub trait Entropy: Send + Sync {
    /// Fills `bytes` with random ones.
    fn fill(&self, bytes: &mut [u8]);
}

struct System;

impl Entropy for System {
    #[expect(clippy::disallowed_methods, reason = "this is the source that the lint points to")]
    #[expect(
        clippy::panic,
        reason = "without randomness no secret may be made, so there is nothing to go on with"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            panic!("the operating system gives no randomness: {error}");
        }
    }
}

/// Makes ids and secrets; cheap to clone.
#[derive(Clone)]
pub struct Ids {
    clock: Clock,
    entropy: Arc<dyn Entropy>,
}

impl Ids {
    /// Ids from the operating system's randomness.
    pub fn system(clock: Clock) -> Self {
        Self { clock, entropy: Arc::new(System) }
    }

    /// Ids from a source of one's own: tests foresee them.
    pub fn from_source(clock: Clock, entropy: Arc<dyn Entropy>) -> Self {
        Self { clock, entropy }
    }

    /// A UUIDv7 (RFC 9562) as text: unique, and sorted by the millisecond it was made in.
    pub fn uuid(&self) -> String {
        let millis = u64::try_from(self.clock.now().micros() / 1000).unwrap_or(0);
        let mut random = [0; 10];
        self.entropy.fill(&mut random);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid().to_string()
    }

    /// `length` capital letters and digits that people can read out over the phone (no I, O, 0 or 1).
    pub fn code(&self, length: usize) -> String {
        self.letters(length, CODE_ALPHABET)
    }

    /// A secret of `length` letters and digits; 43 carry 256 bits.
    pub fn secret(&self, length: usize) -> String {
        self.letters(length, SECRET_ALPHABET)
    }

    /// `N` random bytes, for salts.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes);
        bytes
    }

    /// A number in `0..1`, for jitter.
    pub fn fraction(&self) -> f64 {
        f64::from(u32::from_le_bytes(self.bytes::<4>())) / (f64::from(u32::MAX) + 1.0)
    }

    /// Each letter is drawn evenly: bytes past the last whole multiple of the alphabet are thrown away.
    fn letters(&self, length: usize, alphabet: &[u8]) -> String {
        let fair = 256 - 256 % alphabet.len();
        let mut text = String::with_capacity(length);
        while text.len() < length {
            for byte in self.bytes::<64>() {
                let byte = usize::from(byte);
                if text.len() < length
                    && byte < fair
                    && let Some(letter) = alphabet.get(byte % alphabet.len())
                {
                    text.push(char::from(*letter));
                }
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_their_form_and_differ() {
        let ids = Ids::system(Clock::system());
        let (a, b) = (ids.uuid(), ids.uuid());
        assert_ne!(a, b);
        assert_eq!(a.len(), 36);
        assert_eq!(a.as_bytes()[14], b'7');
        assert_eq!(ids.secret(43).len(), 43);
        assert!(ids.code(8).bytes().all(|b| CODE_ALPHABET.contains(&b)));
        assert!((0.0..1.0).contains(&ids.fraction()));
    }
}
