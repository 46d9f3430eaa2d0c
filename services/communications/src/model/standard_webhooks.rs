//! Signatures as Standard Webhooks has them: HMAC-SHA-256 over `id.timestamp.body`, in base64, with `v1,` before it;
//! several, with spaces between, while a secret is exchanged for another.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kit_base::{SecretKey, Timestamp};
use ring::hmac;

/// The old secret signs too for so long after there is a new one.
pub(crate) const OVERLAP: Duration = Duration::from_secs(24 * 3600);

/// The key of a webhook. It is made from the key of the installation whenever it is needed, and stored nowhere.
pub(crate) fn key(secret: &SecretKey, webhook: &str, generation: i64) -> [u8; 32] {
    secret.sign("webhook secret", format!("{webhook}.{generation}").as_bytes())
}

/// The key as its holder is told it.
pub(crate) fn shown(key: &[u8; 32]) -> String {
    format!("whsec_{}", STANDARD.encode(key))
}

/// The keys that sign now, the newest first.
pub(crate) fn keys(
    secret: &SecretKey,
    webhook: &str,
    generation: i64,
    rotated_at: Option<Timestamp>,
    now: Timestamp,
) -> Vec<[u8; 32]> {
    let old = rotated_at.is_some_and(|at| generation > 1 && now.since(at) < OVERLAP);
    let generations = [Some(generation), old.then_some(generation - 1)];
    generations.into_iter().flatten().map(|generation| key(secret, webhook, generation)).collect()
}

/// The header `webhook-signature`.
pub(crate) fn signature(keys: &[[u8; 32]], id: &str, seconds: i64, body: &str) -> String {
    let signed = format!("{id}.{seconds}.{body}");
    let sign = |key: &[u8; 32]| {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), signed.as_bytes());
        format!("v1,{}", STANDARD.encode(tag.as_ref()))
    };
    keys.iter().map(sign).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own libraries.
    #[test]
    fn signatures_are_those_of_the_specification() {
        let key: [u8; 24] = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap().try_into().unwrap();
        let tag = hmac::sign(
            &hmac::Key::new(hmac::HMAC_SHA256, &key),
            b"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}",
        );
        assert_eq!(STANDARD.encode(tag.as_ref()), "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn the_old_secret_signs_for_a_day_beside_the_new_one() {
        let (secret, now) = (SecretKey::new("k"), Timestamp::from_micros(1_000_000));
        let first = keys(&secret, "w", 1, None, now);
        assert_eq!(first.len(), 1);
        let both = keys(&secret, "w", 2, Some(now), now);
        assert_eq!(both, [key(&secret, "w", 2), key(&secret, "w", 1)]);
        assert_eq!(keys(&secret, "w", 2, Some(now), now.plus(OVERLAP)), [key(&secret, "w", 2)]);
        let signed = signature(&both, "m", 1, "{}");
        assert_eq!(signed.split(' ').count(), 2);
        assert!(signed.split(' ').all(|one| one.starts_with("v1,")));
        assert!(shown(&first[0]).starts_with("whsec_"));
    }
}
