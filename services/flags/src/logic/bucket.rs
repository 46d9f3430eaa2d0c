//! How `fractional` divides callers: three versions of it are in use, and each puts a caller into another bucket. So a
//! flag set says which one it means, and it is never changed silently.

use serde_json::Value;

use super::{Val, cbor};

/// The largest sum of weights.
pub(crate) const LARGEST: u32 = 2_147_483_647;

/// The version of the division.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Bucketing {
    /// Hash as a signed number, compared with percents (the first flagd).
    V1,
    /// `(hash × total) >> 32` of the text (flagd).
    #[default]
    V2,
    /// The same of the value's deterministic CBOR (flagd to come), which takes any value.
    V3,
}

impl Bucketing {
    /// Every version.
    pub(crate) const ALL: [Bucketing; 3] = [Bucketing::V1, Bucketing::V2, Bucketing::V3];

    /// The word for it in the API and in the store.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Bucketing::V1 => "v1",
            Bucketing::V2 => "v2",
            Bucketing::V3 => "v3",
        }
    }

    /// The version of that name.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.as_str() == word)
    }

    /// The hash of what is divided by; `None` where it cannot be divided by that.
    pub(crate) fn hash(self, value: &Val<'_>) -> Option<u32> {
        match (self, value) {
            (_, Val::Null) => None,
            (Bucketing::V3, value) => Some(murmur3(&cbor::encode(value)?)),
            (_, value) => Some(murmur3(value.text()?.as_bytes())),
        }
    }

    /// The hash of flag and caller, where nothing else is said.
    pub(crate) fn hash_of_caller(self, flag: &str, targeting_key: &str) -> Option<u32> {
        match self {
            Bucketing::V3 => {
                let pair = Value::from(vec![flag, targeting_key]);
                Some(murmur3(&cbor::encode(&Val::of(&pair))?))
            }
            _ => {
                let mut text = String::with_capacity(flag.len() + targeting_key.len());
                text.push_str(flag);
                text.push_str(targeting_key);
                Some(murmur3(text.as_bytes()))
            }
        }
    }

    /// Which of these weights the hash falls into.
    pub(crate) fn choose(self, hash: u32, weights: impl Iterator<Item = u32>, total: u32) -> Option<usize> {
        if total == 0 {
            return None;
        }
        if self == Bucketing::V1 {
            let signed = f64::from(i32::from_ne_bytes(hash.to_ne_bytes()));
            let bucket = signed.abs() / f64::from(i32::MAX) * 100.0;
            return place(weights.map(|weight| 100.0 * f64::from(weight) / f64::from(total)), 0.0, |end| {
                bucket < end
            });
        }
        let bucket = (u64::from(hash) * u64::from(total)) >> 32;
        place(weights.map(u64::from), 0, |end| bucket < end)
    }
}

fn place<N: Copy + std::ops::Add<Output = N>>(
    weights: impl Iterator<Item = N>,
    zero: N,
    is_in: impl Fn(N) -> bool,
) -> Option<usize> {
    let mut end = zero;
    for (index, weight) in weights.enumerate() {
        end = end + weight;
        if is_in(end) {
            return Some(index);
        }
    }
    None
}

/// MurmurHash3_x86_32 with seed 0 (Appleby).
fn murmur3(bytes: &[u8]) -> u32 {
    let scramble = |word: u32| word.wrapping_mul(0xcc9e_2d51).rotate_left(15).wrapping_mul(0x1b87_3593);
    let mut chunks = bytes.chunks_exact(4);
    let mut hash = 0_u32;
    for chunk in &mut chunks {
        let word = chunk.iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte));
        hash = (hash ^ scramble(word)).rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64);
    }
    let rest = chunks.remainder();
    if !rest.is_empty() {
        hash ^= scramble(rest.iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte)));
    }
    // The length counts modulo 2^32.
    hash ^= u32::try_from(bytes.len() & 0xffff_ffff).unwrap_or_default();
    hash = (hash ^ hash >> 16).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ hash >> 13).wrapping_mul(0xc2b2_ae35);
    hash ^ hash >> 16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_murmurs() {
        for (text, hash) in [("", 0), ("test", 0xba6b_d213), ("Hello, world!", 0xc036_3e43)] {
            assert_eq!(murmur3(text.as_bytes()), hash, "{text}");
        }
    }

    #[test]
    fn each_version_takes_what_it_takes() {
        let number = Val::Number(1.0);
        assert_eq!((Bucketing::V1.hash(&number), Bucketing::V2.hash(&number)), (None, None));
        assert!(Bucketing::V3.hash(&number).is_some());
        assert!(Bucketing::ALL.iter().all(|version| version.hash(&Val::Null).is_none()));
        assert_eq!(Bucketing::V2.hash_of_caller("a", "b"), Bucketing::V2.hash(&Val::Text("ab")));
        assert_ne!(Bucketing::V3.hash_of_caller("a", "bc"), Bucketing::V3.hash_of_caller("ab", "c"));
    }

    #[test]
    fn the_first_version_looks_at_the_size_of_a_signed_number() {
        let choose = |hash: u32| Bucketing::V1.choose(hash, [50, 50].into_iter(), 100);
        assert_eq!((choose(1), choose(u32::MAX)), (Some(0), Some(0)));
        assert_eq!((choose(0x7fff_fff0), choose(0x8000_0010)), (Some(1), Some(1)));
    }
}
