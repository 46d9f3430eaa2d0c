//! The tokens of links in mails. None is stored: each is the id of the subscription with a tag that only the holder of
//! the installation's key can make, so whoever reads the database can neither confirm nor end anything.

use kit_base::{SecretKey, hex};
use subtle::ConstantTimeEq;

const CONFIRM: &str = "subscription confirm";
const END: &str = "subscription end";
/// The longest text that is looked at as a token.
const LONGEST: usize = 200;

/// For the mail that asks whether it was meant. It is good as long as the request with this nonce stands.
pub(crate) fn to_confirm(secret: &SecretKey, id: &str, nonce: &str) -> String {
    format!("{id}.{}", hex(&secret.sign(CONFIRM, format!("{id}.{nonce}").as_bytes())))
}

/// For every other mail. It is good as long as there is this subscription: whoever cannot end it would call it spam.
pub(crate) fn to_end(secret: &SecretKey, id: &str) -> String {
    format!("{id}.{}", hex(&secret.sign(END, id.as_bytes())))
}

/// The id of the subscription that a token claims to be about.
pub(crate) fn id(token: &str) -> Option<&str> {
    token.split_once('.').map(|(id, _)| id).filter(|_| token.len() <= LONGEST)
}

/// Whether two tokens are the same; how long it takes does not tell how far.
pub(crate) fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_one_thing() {
        let secret = SecretKey::new("k");
        let token = to_confirm(&secret, "a", "n");
        assert_eq!(id(&token), Some("a"));
        assert!(same(&token, &to_confirm(&secret, "a", "n")));
        for other in [
            to_confirm(&secret, "a", "m"),
            to_confirm(&secret, "b", "n"),
            to_confirm(&SecretKey::new("l"), "a", "n"),
            to_end(&secret, "a"),
            to_end(&secret, "a.n"),
        ] {
            assert!(!same(&token, &other), "{other}");
        }
        assert_eq!(id("x"), None);
        assert_eq!(id(&format!("a.{}", "0".repeat(200))), None);
    }
}
