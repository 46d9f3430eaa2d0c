//! The rules of OAuth: kinds of clients, grants, scopes, addresses to come back to, proof of possession. Pure.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
pub use contracts::applications::{Grant, Kind};
use kit_base::{READ, WRITE};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Whoever signs in learns who they are: the scope of OpenID Connect.
pub(crate) const OPENID: &str = "openid";
/// The name of the user.
pub(crate) const PROFILE: &str = "profile";
/// The mail address of the user.
pub(crate) const EMAIL: &str = "email";
/// To ask whose a token is (RFC 7662).
pub(crate) const INTROSPECTION: &str = "introspection";
/// Every scope there is.
pub(crate) const SCOPES: [&str; 6] = [READ, WRITE, OPENID, PROFILE, EMAIL, INTROSPECTION];

/// The scopes to grant of `allowed`: those that `asked` names, each once and in the order of [`SCOPES`]; `read write`,
/// as far as they are allowed, where nothing is asked for. `None` if one is unknown or not allowed.
pub(crate) fn granted(asked: Option<&str>, allowed: &[String]) -> Option<String> {
    let has = |scope: &&str| allowed.iter().any(|allowed| allowed == scope);
    let asked: Vec<&str> = match asked {
        Some(asked) => asked.split_whitespace().collect(),
        None => [READ, WRITE].into_iter().filter(has).collect(),
    };
    let good = !asked.is_empty() && asked.iter().all(|scope| SCOPES.contains(scope) && has(scope));
    good.then(|| SCOPES.into_iter().filter(|scope| asked.contains(scope)).collect::<Vec<_>>().join(" "))
}

/// Whether every scope of `asked` is in `held`, both words with spaces between.
pub(crate) fn covers(held: &str, asked: &str) -> bool {
    asked.split_whitespace().all(|scope| has_scope(held, scope))
}

/// Whether `scope` is one of the words of `held`.
pub(crate) fn has_scope(held: &str, scope: &str) -> bool {
    held.split_whitespace().any(|held| held == scope)
}

/// Whether an application may ask users to be sent back to `uri`: https, or the user's own machine, or a scheme of its
/// own, which has a dot in it (RFC 8252 7.1); without a fragment (RFC 6749 3.1.2).
pub(crate) fn may_be_redirect(uri: &str) -> bool {
    let plain = uri.bytes().all(|byte| byte.is_ascii_graphic()) && !uri.contains(['#', '\\', '"', '<', '>']);
    let Some((scheme, rest)) = uri.split_once(':') else { return false };
    let scheme = scheme.to_ascii_lowercase();
    let authority = || rest.strip_prefix("//").and_then(|rest| rest.split(['/', '?']).next()).unwrap_or("");
    let host_only = !authority().is_empty() && !authority().contains('@');
    let own_machine = || {
        let host = authority();
        let host = host.rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(host, |(host, _)| host);
        ["localhost", "127.0.0.1", "[::1]"].contains(&host)
    };
    let good = match scheme.as_str() {
        "https" => host_only,
        "http" => host_only && own_machine(),
        own => {
            own.contains('.')
                && own.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        }
    };
    plain && good
}

/// Whether `asked` is the address that was registered: letter by letter, but for the port on the user's own machine,
/// where the client takes whichever is free (RFC 8252 7.3).
pub(crate) fn is_same_redirect(registered: &str, asked: &str) -> bool {
    let same_loopback = match (without_port(registered), without_port(asked)) {
        (Some(registered), Some(asked)) => registered == asked,
        _ => false,
    };
    registered == asked || same_loopback
}

/// An address on the user's own machine, given by number, without its port.
fn without_port(uri: &str) -> Option<(&str, &str)> {
    let hosts = ["http://127.0.0.1", "http://[::1]"];
    let (host, rest) = hosts.into_iter().find_map(|host| Some((host, uri.strip_prefix(host)?)))?;
    let rest = match rest.strip_prefix(':') {
        Some(port) => port.trim_start_matches(|letter: char| letter.is_ascii_digit()),
        None => rest,
    };
    (rest.is_empty() || rest.starts_with(['/', '?'])).then_some((host, rest))
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether this can be the SHA-256 of a verifier (RFC 7636 4.2).
pub(crate) fn is_challenge(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// Whether `verifier` is what `challenge` was made of (RFC 7636 4.6, S256).
pub(crate) fn proves(verifier: &str, challenge: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let formed = (43..=128).contains(&verifier.len()) && verifier.bytes().all(letters);
    let made = URL_SAFE_NO_PAD.encode(hash(verifier));
    formed && bool::from(made.as_bytes().ct_eq(challenge.as_bytes()))
}

/// What is stored of a secret that carries enough bits to need no slow hash.
pub(crate) fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// Whether `secret` is the one with that hash. How long it takes tells nothing.
pub(crate) fn is_secret(secret: &str, stored: &[u8]) -> bool {
    hash(secret).ct_eq(stored).into()
}

/// Letters and digits of an access token.
pub(crate) const ACCESS_TOKEN: usize = 30;

/// Whether `text` has the form of an access token.
pub(crate) fn is_access_token(text: &str) -> bool {
    text.len() == ACCESS_TOKEN && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_granted_as_far_as_they_are_allowed() {
        let allowed = ["write", "read", "openid"].map(str::to_owned);
        assert_eq!(granted(None, &allowed).as_deref(), Some("read write"));
        assert_eq!(granted(Some("openid read read"), &allowed).as_deref(), Some("read openid"));
        for bad in ["", " ", "email", "read email", "READ", "read,write"] {
            assert_eq!(granted(Some(bad), &allowed), None, "{bad:?}");
        }
        assert_eq!(granted(None, &["email".to_owned()]), None);
        assert!(covers("read write", "write") && !covers("read", "read write"));
    }

    #[test]
    fn addresses_to_come_back_to_are_safe_ones() {
        for good in [
            "https://app.example.org/cb",
            "https://app.example.org:8443/cb?x=1",
            "http://localhost:3000/cb",
            "http://127.0.0.1/cb",
            "http://[::1]:80/cb",
            "org.example.app:/cb",
        ] {
            assert!(may_be_redirect(good), "{good}");
        }
        for bad in [
            "",
            "/cb",
            "http://app.example.org/cb",
            "http://localhost.example.org/cb",
            "http://localhost:80@example.org/cb",
            "https://app.example.org/cb#x",
            "https:///cb",
            "https:app",
            "https://me@example.org/",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://app.example.org/c b",
            "https://app.example.org\\@x/",
        ] {
            assert!(!may_be_redirect(bad), "{bad}");
        }
    }

    #[test]
    fn only_the_port_of_ones_own_machine_is_free() {
        let same = is_same_redirect;
        assert!(same("https://a.example/cb", "https://a.example/cb"));
        assert!(same("http://127.0.0.1/cb", "http://127.0.0.1:53124/cb"));
        assert!(same("http://[::1]:1/cb", "http://[::1]:2/cb"));
        for (registered, asked) in [
            ("https://a.example/cb", "https://a.example/cb/"),
            ("https://a.example/cb", "https://a.example:444/cb"),
            ("https://a.example/cb", "https://a.example/cb?x=1"),
            ("http://127.0.0.1/cb", "http://127.0.0.1:1/other"),
            ("http://127.0.0.1/cb", "http://127.0.0.1:1@evil.example/cb"),
            ("http://127.0.0.1/cb", "http://127.0.0.1.evil.example/cb"),
            ("http://127.0.0.1/cb", "http://[::1]/cb"),
            ("http://localhost/cb", "http://localhost:1/cb"),
        ] {
            assert!(!same(registered, asked), "{registered} {asked}");
        }
    }

    /// The example of RFC 7636, appendix B.
    #[test]
    fn a_verifier_proves_its_challenge() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(is_challenge(challenge) && proves(verifier, challenge));
        assert!(!proves(challenge, challenge), "that would be the plain method");
        assert!(!proves(&verifier.replace('d', "e"), challenge));
        let short = "x".repeat(42);
        assert!(!proves(&short, &URL_SAFE_NO_PAD.encode(hash(&short))));
    }
}
