//! A moment in UTC, kept as whole microseconds and shown as `YYYY-MM-DDTHH:MM:SSZ`.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A moment in UTC: microseconds since 1970-01-01T00:00:00Z. Stored as `BIGINT`, shown in whole seconds (RFC 3339).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment `micros` microseconds after the epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Reads RFC 3339 with any offset ("2026-07-30T10:20:37.930-07:00"). `None` if `text` is no such moment.
    pub fn parse(text: &str) -> Option<Self> {
        text.trim().parse::<jiff::Timestamp>().ok().map(|t| Self(t.as_microsecond()))
    }

    /// The first moment, in UTC, of a day such as `2026-11-21`. `None` if `text` is no such day.
    pub fn of_day(text: &str) -> Option<Self> {
        if text.len() == 10 { Self::parse(&format!("{text}T00:00:00Z")) } else { None }
    }

    /// The time from `earlier` to this moment; zero if `earlier` is later.
    pub fn since(self, earlier: Timestamp) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// This moment, `span` later.
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)))
    }

    /// This moment, `span` earlier.
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)))
    }

    /// `14:05`, in UTC, for a reader who sees the date elsewhere.
    pub fn clock_time(self) -> String {
        let text = self.to_string();
        text.get(11..16).unwrap_or_default().to_owned()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_second(self.0.div_euclid(1_000_000)) {
            Ok(moment) => write!(f, "{}", moment.strftime("%Y-%m-%dT%H:%M:%SZ")),
            Err(_) => f.write_str("out of range"),
        }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("not a moment such as 2026-11-21T20:15:00Z"))
    }
}

impl utoipa::PartialSchema for Timestamp {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .examples(["2026-11-21T20:15:00Z"])
            .into()
    }
}

impl utoipa::ToSchema for Timestamp {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_any_offset_and_shows_utc_seconds() {
        let t = Timestamp::parse("2026-07-30T10:20:37.930-07:00").unwrap();
        assert_eq!(t.to_string(), "2026-07-30T17:20:37Z");
        assert_eq!(t.micros() % 1_000_000, 930_000);
        assert_eq!(t.clock_time(), "17:20");
        assert_eq!(Timestamp::parse("yesterday"), None);
    }

    #[test]
    fn before_the_epoch_seconds_round_down() {
        assert_eq!(Timestamp::from_micros(-1).to_string(), "1969-12-31T23:59:59Z");
    }
}
