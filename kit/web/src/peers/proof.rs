//! By what one service of an installation is known to another: a proof, good for a minute, that whoever holds the key
//! of the installation has made just this request.

use std::time::Duration;

use http::{HeaderMap, HeaderName, Method, header};
use kit_base::{SecretKey, Timestamp, hex};
use ring::digest;
use subtle::ConstantTimeEq;

/// Where the proof stands: who asks, until when it is good (microseconds since 1970), and the signature, parted by points.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("polystatus-peer");

const PURPOSE: &str = "peers";
/// How long a proof is good; it covers clocks that differ by as much.
const GOOD_FOR: Duration = Duration::from_secs(60);

/// What is proved of a request: whatever of it is believed.
pub(crate) struct Asked<'a> {
    pub method: &'a Method,
    /// Path and parameters.
    pub target: &'a str,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
}

impl Asked<'_> {
    /// In words that nothing else can make: each part on a line, and none of them can hold an end of line.
    fn message(&self, from: &str, until: i64) -> Vec<u8> {
        let body = hex(digest::digest(&digest::SHA256, self.body).as_ref());
        let mut message = format!("{from}\n{until}\n{}\n{}\n{body}\n", self.method, self.target).into_bytes();
        for name in [header::AUTHORIZATION, header::FORWARDED] {
            for value in self.headers.get_all(name) {
                message.extend_from_slice(value.as_bytes());
                message.push(b'\n');
            }
            message.push(b'\n');
        }
        message
    }
}

/// The proof that the service `from` asks this.
pub(crate) fn prove(key: &SecretKey, now: Timestamp, from: &str, asked: &Asked<'_>) -> String {
    let until = now.plus(GOOD_FOR).micros();
    format!("{from}.{until}.{}", hex(&key.sign(PURPOSE, &asked.message(from, until))))
}

/// Who asks, if the proof is good; otherwise what is wrong with it.
pub(crate) fn check(
    key: &SecretKey,
    now: Timestamp,
    proof: &str,
    asked: &Asked<'_>,
) -> Result<String, &'static str> {
    let mut parts = proof.splitn(3, '.');
    let (Some(from), Some(until), Some(signature)) = (parts.next(), parts.next(), parts.next()) else {
        return Err("The proof of the service that asks cannot be read.");
    };
    let until: i64 = until.parse().map_err(|_| "The proof of the service that asks cannot be read.")?;
    let expected = hex(&key.sign(PURPOSE, &asked.message(from, until)));
    // What is signed is looked at only after the signature, which takes the same time whatever it is.
    if !bool::from(expected.as_bytes().ct_eq(signature.as_bytes())) {
        return Err("The proof of the service that asks is not made with the key of this installation.");
    }
    let good = now.micros()..=now.plus(GOOD_FOR + GOOD_FOR).micros();
    if !good.contains(&until) {
        return Err(
            "The proof of the service that asks is out of date: the clocks of the machines may differ.",
        );
    }
    Ok(from.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_795_262_400_000_000);

    fn headers(authorization: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::AUTHORIZATION, http::HeaderValue::from_static(authorization))])
    }

    #[test]
    fn a_proof_is_good_for_this_request_by_this_key_for_a_minute_and_for_nothing_else() {
        let key = SecretKey::new("one");
        let authorized = headers("Bearer a");
        let asked = Asked { method: &Method::POST, target: "/a?b", headers: &authorized, body: b"{}" };
        let proof = prove(&key, NOW, "flags", &asked);
        assert_eq!(check(&key, NOW, &proof, &asked).as_deref(), Ok("flags"));
        let late = NOW.plus(GOOD_FOR + Duration::from_secs(1));
        assert!(check(&key, late, &proof, &asked).unwrap_err().contains("out of date"));
        // From a clock that is ahead by more than is borne.
        let ahead = prove(&key, NOW.plus(GOOD_FOR * 2), "flags", &asked);
        assert!(check(&key, NOW, &ahead, &asked).unwrap_err().contains("out of date"));
        let other = headers("Bearer b");
        for (key, asked) in [
            (SecretKey::new("two"), Asked { ..asked }),
            (key.clone(), Asked { method: &Method::PUT, ..asked }),
            (key.clone(), Asked { target: "/a?c", ..asked }),
            (key.clone(), Asked { headers: &other, ..asked }),
            (key.clone(), Asked { body: b"[]", ..asked }),
        ] {
            assert!(check(&key, NOW, &proof, &asked).unwrap_err().contains("key of this installation"));
        }
        for bad in ["", "flags", "flags.1", "flags.x.00", &proof.replacen("flags", "identity", 1)] {
            assert!(check(&key, NOW, bad, &asked).is_err(), "{bad}");
        }
    }
}
