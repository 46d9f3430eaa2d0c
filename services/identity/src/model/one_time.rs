//! Tokens that mails bring, each for one purpose and good for one use.

use std::time::Duration;

use kit_base::Ids;
use sha2::{Digest, Sha256};

const HOUR: Duration = Duration::from_secs(3600);

/// What a token may be used for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Purpose {
    /// Confirms the address of somebody who registered.
    Confirm,
    /// Chooses a new password.
    Reset,
}

impl Purpose {
    /// The word for it in the store.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Purpose::Confirm => "confirm",
            Purpose::Reset => "reset",
        }
    }
}

/// A token of one use: `po_` and 43 letters and digits that carry 256 bits.
pub(crate) struct OneTime(String);

impl OneTime {
    const MARK: &'static str = "po_";
    const LETTERS: usize = 43;

    /// How long one lasts that somebody has asked for.
    pub(crate) const LIFETIME: Duration = HOUR;
    /// How long an invitation lasts, which comes unasked.
    pub(crate) const INVITATION: Duration = Duration::from_secs(7 * 24 * 3600);

    /// A new token.
    pub(crate) fn new(ids: &Ids) -> Self {
        Self(format!("{}{}", Self::MARK, ids.secret(Self::LETTERS)))
    }

    /// What is stored of a token, be it one or not: text that was never given out is found nowhere.
    pub(crate) fn hash_of(text: &str) -> Vec<u8> {
        Sha256::digest(text.as_bytes()).to_vec()
    }

    /// The token itself, for its mail alone.
    pub(crate) fn as_text(&self) -> &str {
        &self.0
    }
}
