//! What a session's cookie holds: `pss_`, by which one that leaked is recognised, and 43 letters and digits that carry
//! 256 bits.

use kit_base::Ids;
use sha2::{Digest, Sha256};

const MARK: &str = "pss_";
const LETTERS: usize = 43;

/// The value of a session's cookie.
pub(crate) struct SessionToken(String);

impl SessionToken {
    /// A new one.
    pub(crate) fn new(ids: &Ids) -> Self {
        Self(format!("{MARK}{}", ids.secret(LETTERS)))
    }

    /// The one in `text`, if it has the form of one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let secret = text.strip_prefix(MARK)?;
        let good = secret.len() == LETTERS && secret.bytes().all(|byte| byte.is_ascii_alphanumeric());
        good.then(|| Self(text.to_owned()))
    }

    /// What is stored of it. It has too many bits to be guessed from a fast hash.
    pub(crate) fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0.as_bytes()).to_vec()
    }

    /// The value itself, for the browser alone.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use kit_base::Clock;

    use super::*;

    #[test]
    fn a_session_is_recognised_by_its_form() {
        let token = SessionToken::new(&Ids::system(Clock::system()));
        let text = token.as_str();
        assert_eq!(text.len(), 47);
        assert_eq!(SessionToken::parse(text).map(|parsed| parsed.hash()), Some(token.hash()));
        for bad in ["", "pss_", &text[1..], &text[..46], &format!("{text}x"), &text.replace("pss_", "ps_")] {
            assert!(SessionToken::parse(bad).is_none(), "{bad}");
        }
    }
}
