//! Tokens: what they look like, and what is kept of them.

use kit_base::Ids;
use sha2::{Digest, Sha256};

/// A token: `ps_`, by which one that leaked is recognised, and 43 letters and digits that carry 256 bits.
pub(crate) struct Token(String);

impl Token {
    const MARK: &'static str = "ps_";
    const LETTERS: usize = 43;

    /// A new token.
    pub(crate) fn new(ids: &Ids) -> Self {
        Self(format!("{}{}", Self::MARK, ids.secret(Self::LETTERS)))
    }

    /// The token in `text`, if it has the form of one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let secret = text.strip_prefix(Self::MARK)?;
        let good = secret.len() == Self::LETTERS && secret.bytes().all(|byte| byte.is_ascii_alphanumeric());
        good.then(|| Self(text.to_owned()))
    }

    /// What is stored of it. A token has too many bits to be guessed from a fast hash.
    pub(crate) fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0.as_bytes()).to_vec()
    }

    /// The token itself, for its owner alone.
    pub(crate) fn into_text(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use kit_base::Clock;

    use super::*;

    #[test]
    fn a_token_is_recognised_by_its_form() {
        let token = Token::new(&Ids::system(Clock::system())).into_text();
        assert_eq!(Token::parse(&token).map(|token| token.hash().len()), Some(32));
        for bad in ["", "ps_", &token[1..], &token[..45], &format!("{token}x"), &token.replace("ps_", "ps_é")]
        {
            assert!(Token::parse(bad).is_none(), "{bad}");
        }
    }
}
