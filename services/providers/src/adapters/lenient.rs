//! Fields as other people's documents really have them: absent, null, a number for a text. What decides
//! health is not read this way; there a surprise must show.

use std::fmt::Formatter;
use std::marker::PhantomData;

use kit_base::Timestamp;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

const ID_LETTERS: usize = 200;

/// A text, or a number as text. Anything else, and an empty text, counts as absent.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) if !text.trim().is_empty() => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

/// An id: a text on one line, cut where no id of anybody goes on.
pub(super) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(text(deserializer)?.map(|id| super::text::line(&id, ID_LETTERS)).filter(|id| !id.is_empty()))
}

/// A whole number, also one as text. Anything else counts as absent.
pub(super) fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(text(deserializer)?.and_then(|text| text.trim().parse().ok()))
}

/// A moment. A text that is none counts as absent.
pub(super) fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    Ok(text(deserializer)?.as_deref().and_then(parse_moment))
}

/// A moment in any of the ways in which feeds write one. Anything else counts as absent.
pub(super) fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    Ok(text(deserializer)?.as_deref().and_then(super::feed::parse_date))
}

/// A moment in seconds, or in milliseconds, since 1970.
pub(super) fn epoch<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let number = text(deserializer)?.and_then(|text| text.trim().parse::<i64>().ok());
    Ok(number.and_then(from_epoch))
}

/// Seconds of the next thousand years are fewer than the milliseconds of any moment since 1971. Zero is no moment.
pub(super) fn from_epoch(number: i64) -> Option<Timestamp> {
    let micros = match number {
        1..32_000_000_000 => number.checked_mul(1_000_000),
        32_000_000_000..32_000_000_000_000 => number.checked_mul(1_000),
        _ => None,
    };
    micros.map(Timestamp::from_micros)
}

/// The entries of an object in its order; an entry of another kind counts as the default, as its name alone says that
/// there is something.
pub(super) fn map<'de, D, T>(deserializer: D) -> Result<Vec<(String, T)>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + Default,
{
    Ok(match Value::deserialize(deserializer)? {
        Value::Object(entries) => entries
            .into_iter()
            .map(|(name, entry)| {
                (super::text::line(&name, ID_LETTERS), serde_json::from_value(entry).unwrap_or_default())
            })
            .collect(),
        _ => Vec::new(),
    })
}

/// A value of which any other type counts as the default.
pub(super) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + Default,
{
    Ok(serde_json::from_value(Value::deserialize(deserializer)?).unwrap_or_default())
}

/// A list, which PHP writes as an object where its numbers are not without gaps, and as null where it is empty. An entry
/// that cannot be read is a fault.
pub(super) fn sequence<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let entries = match Value::deserialize(deserializer)? {
        Value::Array(entries) => entries,
        Value::Object(entries) => entries.into_iter().map(|(_, entry)| entry).collect(),
        Value::Null => Vec::new(),
        _ => return Err(serde::de::Error::custom("a list is expected here")),
    };
    entries.into_iter().map(|entry| serde_json::from_value(entry).map_err(serde::de::Error::custom)).collect()
}

/// A list of which the entries that cannot be read are left out.
pub(super) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    Ok(match Value::deserialize(deserializer)? {
        Value::Array(entries) => {
            entries.into_iter().filter_map(|entry| serde_json::from_value(entry).ok()).collect()
        }
        _ => Vec::new(),
    })
}

/// The same at half the cost, for long lists. It must be read from JSON itself, not from a value or from within an
/// untagged enumeration, which keep no text.
pub(super) fn long_list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    // Each entry is taken as text first: read straight away, one that is of no use would end the list.
    struct Entries<T>(PhantomData<T>);

    impl<'de, T: DeserializeOwned> Visitor<'de> for Entries<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
            f.write_str("a list")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Vec<T>, A::Error> {
            let mut list = Vec::new();
            while let Some(entry) = entries.next_element::<Box<RawValue>>()? {
                list.extend(serde_json::from_str(entry.get()).ok());
            }
            Ok(list)
        }

        fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Vec<T>, A::Error> {
            while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            Ok(Vec::new())
        }

        fn visit_str<E>(self, _: &str) -> Result<Vec<T>, E> {
            Ok(Vec::new())
        }

        fn visit_bool<E>(self, _: bool) -> Result<Vec<T>, E> {
            Ok(Vec::new())
        }

        fn visit_i64<E>(self, _: i64) -> Result<Vec<T>, E> {
            Ok(Vec::new())
        }

        fn visit_u64<E>(self, _: u64) -> Result<Vec<T>, E> {
            Ok(Vec::new())
        }

        fn visit_f64<E>(self, _: f64) -> Result<Vec<T>, E> {
            Ok(Vec::new())
        }

        fn visit_unit<E>(self) -> Result<Vec<T>, E> {
            Ok(Vec::new())
        }
    }

    deserializer.deserialize_any(Entries(PhantomData))
}

/// Reads RFC 3339; a time without a zone is taken as UTC, as nothing better can be known.
pub(crate) fn parse_moment(text: &str) -> Option<Timestamp> {
    Timestamp::parse(text).or_else(|| Timestamp::parse(&format!("{}Z", text.trim())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Sample {
        #[serde(default, deserialize_with = "id")]
        id: Option<String>,
        #[serde(default, deserialize_with = "moment")]
        at: Option<Timestamp>,
        #[serde(default, deserialize_with = "or_default")]
        position: Option<i64>,
        #[serde(default, deserialize_with = "list")]
        names: Vec<String>,
    }

    fn sample(json: &str) -> Sample {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn numbers_stand_for_texts_and_the_rest_is_absent() {
        let s =
            sample(r#"{"id": 17, "at": "2026-11-21T20:15:00", "position": 3, "names": ["a", 1, null, "b"]}"#);
        assert_eq!(s.id.as_deref(), Some("17"));
        assert_eq!(s.at, Timestamp::parse("2026-11-21T20:15:00Z"));
        assert_eq!(s.position, Some(3));
        assert_eq!(s.names, ["a", "b"]);

        for wrong in [r#"{"id": "  ", "at": 5, "position": 1e300, "names": {}}"#, "{}"] {
            let s = sample(wrong);
            assert_eq!((s.id, s.at, s.position, s.names.len()), (None, None, None, 0), "{wrong}");
        }
    }

    #[test]
    fn ids_are_of_bounded_length_and_printable() {
        assert_eq!(sample(r#"{"id": "a\u0000b"}"#).id.as_deref(), Some("a b"));
        assert_eq!(sample(r#"{"id": "\u0000"}"#).id, None);
        let endless = sample(&format!(r#"{{"id": "{}"}}"#, "x".repeat(100_000)));
        assert_eq!(endless.id.map(|id| id.chars().count()), Some(ID_LETTERS));
    }

    #[test]
    fn times_come_with_offsets_and_fractions_or_without() {
        let noon = Timestamp::parse("2026-11-21T12:00:00Z");
        for text in [
            "2026-11-21T12:00:00.000Z",
            "2026-11-21T05:00:00-07:00",
            "2026-11-21T05:00:00-0700",
            "2026-11-21 12:00:00",
            " 2026-11-21T12:00Z",
        ] {
            assert_eq!(parse_moment(text), noon, "{text}");
        }
        assert_eq!(parse_moment("soon"), None);
    }
}
