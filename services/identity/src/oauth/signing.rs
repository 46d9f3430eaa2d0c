//! Id tokens (OpenID Connect Core 2) and the keys they are signed with: Ed25519 (RFC 8037), made once and kept sealed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kit_base::{Ids, SecretKey};
use kit_store::StoreError;
use kit_web::Source;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha512};

use super::model::{EMAIL, PROFILE, has_scope};
use super::refusal::members;
use super::store::tokens::ACCESS_LIFETIME;
use super::store::{self, Person, signing};
use super::token::seconds;
use crate::{Error, Identity};

/// What the sealing key is derived for.
const SEAL: &str = "oauth signing keys";

/// Who an id token speaks of, and to whom.
pub(crate) struct Subject<'a> {
    pub user: &'a str,
    pub client_id: &'a str,
    pub scope: &'a str,
    pub nonce: Option<String>,
    /// Seconds since 1970.
    pub auth_time: Option<i64>,
}

impl Identity {
    /// Makes the first key to sign with, or a new one where the key of the installation is another than before.
    pub(crate) async fn prepare_signing(&self) -> Result<(), Error> {
        if self
            .db
            .read(signing::current)
            .await?
            .is_some_and(|(kid, sealed)| self.opened(&kid, sealed).is_some())
        {
            return Ok(());
        }
        self.rotate_signing_key().await
    }

    /// Signs with a new key from now on; the old one stays published for as long as its tokens live.
    pub(crate) async fn rotate_signing_key(&self) -> Result<(), Error> {
        let (kid, seed) = (self.ids.uuid(), self.ids.bytes::<32>());
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| Error::Signing)?;
        let public_key = pair.public_key().as_ref().to_vec();
        let sealed = seal(&self.oauth.secret, &self.ids, &kid, &seed).ok_or(Error::Signing)?;
        let added = self.db.write(move |tx| signing::add(tx, &kid, &public_key, &sealed));
        Ok(added.await.map_err(|error: StoreError| error)?)
    }

    /// The keys that id tokens can be checked with (RFC 7517).
    pub(crate) async fn published_keys(&self) -> Result<Value, Error> {
        let keys = self.db.read(signing::published).await?;
        let shown = |(kid, public_key): &(String, Vec<u8>)| {
            json!({"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": kid,
                   "x": URL_SAFE_NO_PAD.encode(public_key)})
        };
        Ok(json!({ "keys": keys.iter().map(shown).collect::<Vec<_>>() }))
    }

    /// An id token that goes with an access token.
    pub(crate) async fn id_token(
        &self,
        subject: Subject<'_>,
        access: &str,
        source: &Source,
    ) -> Result<String, Error> {
        let id = subject.user.to_owned();
        let read = self.db.read(move |tx| -> Result<_, StoreError> {
            Ok((store::person(tx, &id)?, signing::current(tx)?))
        });
        let (person, key) = read.await?;
        let (person, (kid, sealed)) = (person.ok_or(Error::NotFound)?, key.ok_or(Error::Signing)?);
        let pair = self.opened(&kid, sealed).ok_or(Error::Signing)?;
        let (issuer, now) = (self.oauth.base(source), seconds(self.oauth.clock.now()));
        let mut body = members([
            ("iss", Some(json!(issuer))),
            ("aud", Some(json!(subject.client_id))),
            ("iat", Some(json!(now))),
            ("exp", Some(json!(now.saturating_add_unsigned(ACCESS_LIFETIME)))),
            ("auth_time", subject.auth_time.map(Value::from)),
            ("nonce", subject.nonce.map(Value::from)),
            ("at_hash", Some(json!(half_hash(access)))),
        ]);
        body.extend(claims(&person, subject.scope));
        let header = json!({"alg": "EdDSA", "typ": "JWT", "kid": kid});
        let signed =
            [header, Value::Object(body)].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
        let signature = URL_SAFE_NO_PAD.encode(pair.sign(signed.as_bytes()));
        Ok(format!("{signed}.{signature}"))
    }

    fn opened(&self, kid: &str, sealed: Vec<u8>) -> Option<Ed25519KeyPair> {
        let seed = unseal(&self.oauth.secret, kid, sealed)?;
        Ed25519KeyPair::from_seed_unchecked(&seed).ok()
    }
}

/// What a client with that scope may know of the user (OpenID Connect Core 5.4).
pub(crate) fn claims(person: &Person, scope: &str) -> Map<String, Value> {
    let name = has_scope(scope, PROFILE).then(|| json!(person.name));
    members([
        ("sub", Some(json!(person.id))),
        ("name", name.clone()),
        ("preferred_username", name),
        ("email", has_scope(scope, EMAIL).then(|| json!(person.email))),
    ])
}

/// The first half of the hash that goes with the signature: SHA-512 for Ed25519 (OpenID Connect Core 3.1.3.6).
fn half_hash(access: &str) -> String {
    let hash = Sha512::digest(access.as_bytes());
    URL_SAFE_NO_PAD.encode(hash.get(..32).unwrap_or_default())
}

fn sealing_key(secret: &SecretKey) -> Option<LessSafeKey> {
    UnboundKey::new(&CHACHA20_POLY1305, &secret.derive(SEAL)).ok().map(LessSafeKey::new)
}

/// The nonce, and the seed that nobody can read without the key of the installation, or pass off as another's.
fn seal(secret: &SecretKey, ids: &Ids, kid: &str, seed: &[u8]) -> Option<Vec<u8>> {
    let nonce: [u8; NONCE_LEN] = ids.bytes();
    let mut sealed = seed.to_vec();
    let place = Nonce::assume_unique_for_key(nonce);
    sealing_key(secret)?.seal_in_place_append_tag(place, Aad::from(kid), &mut sealed).ok()?;
    Some([nonce.as_slice(), &sealed].concat())
}

fn unseal(secret: &SecretKey, kid: &str, mut sealed: Vec<u8>) -> Option<Vec<u8>> {
    let (nonce, rest) = sealed.split_at_mut_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let seed = sealing_key(secret)?.open_in_place(nonce, Aad::from(kid), rest).ok()?;
    Some(seed.to_vec())
}

#[cfg(test)]
mod tests {
    use kit_base::Clock;

    use super::*;

    #[test]
    fn a_sealed_key_opens_with_its_secret_and_its_name_alone() {
        let (secret, ids) = (SecretKey::new("one"), Ids::system(Clock::system()));
        let sealed = seal(&secret, &ids, "kid", b"seed").unwrap();
        assert_eq!(unseal(&secret, "kid", sealed.clone()).as_deref(), Some(b"seed".as_slice()));
        assert_eq!(unseal(&secret, "other", sealed.clone()), None);
        assert_eq!(unseal(&SecretKey::new("two"), "kid", sealed.clone()), None);
        assert_eq!(unseal(&secret, "kid", sealed[..5].to_vec()), None);
        assert!(!sealed.windows(4).any(|part| part == b"seed"));
    }
}
