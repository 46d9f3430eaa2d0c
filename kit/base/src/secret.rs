//! The key of this installation, from which every other key is derived: for signatures, and for hashes that nobody
//! else can make.

use ring::hmac;

use crate::hex;

/// The key. It has no `Debug`, so that no log can show it.
#[derive(Clone)]
pub struct SecretKey(hmac::Key);

impl SecretKey {
    /// The key that this text is.
    pub fn new(text: &str) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, text.as_bytes()))
    }

    /// A key of its own for each purpose (HMAC-SHA-256, RFC 2104): who has one has none of the others.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        tag(&self.0, purpose.as_bytes())
    }

    /// What proves that `message` was written by us for that purpose.
    pub fn sign(&self, purpose: &str, message: &[u8]) -> [u8; 32] {
        tag(&hmac::Key::new(hmac::HMAC_SHA256, &self.derive(purpose)), message)
    }

    /// `text` as a hash of 16 letters that only the holder of the key can make, for what must not be stored as it is.
    pub fn pseudonym(&self, purpose: &str, text: &str) -> String {
        hex(&self.sign(purpose, text.as_bytes())).chars().take(16).collect()
    }
}

fn tag(key: &hmac::Key, message: &[u8]) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (byte, made) in bytes.iter_mut().zip(hmac::sign(key, message).as_ref()) {
        *byte = *made;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_purpose_has_a_key_of_its_own() {
        let key = SecretKey::new("k");
        assert_ne!(key.derive("a"), key.derive("b"));
        assert_ne!(key.sign("a", b"m"), key.sign("a", b"n"));
        assert_ne!(key.sign("a", b"m"), SecretKey::new("l").sign("a", b"m"));
        assert_eq!(key.pseudonym("a", "192.0.2.1").len(), 16);
    }
}
