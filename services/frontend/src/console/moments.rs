//! Lengths of time to choose from, and moments typed in by hand.

use std::time::Duration;

use kit_base::Timestamp;

/// How long a status that is set by hand may last: the word in the form, its label, its length in minutes.
pub(super) const LENGTHS: [(&str, &str, u64); 6] = [
    ("30m", "30 minutes", 30),
    ("1h", "1 hour", 60),
    ("2h", "2 hours", 120),
    ("4h", "4 hours", 240),
    ("8h", "8 hours", 480),
    ("24h", "1 day", 1440),
];

/// The moment this word means, counted from `now`; none for any other word.
pub(super) fn after(word: &str, now: Timestamp) -> Option<Timestamp> {
    let minutes = LENGTHS.iter().find(|(known, ..)| *known == word).map(|(.., minutes)| *minutes)?;
    Some(now.plus(Duration::from_secs(minutes * 60)))
}

/// What an input of the kind `datetime-local` holds, taken for UTC: `2026-11-21T20:15`, with seconds or without.
pub(super) fn typed(text: &str) -> Option<Timestamp> {
    let seconds = if text.len() == 16 { ":00" } else { "" };
    Timestamp::parse(&format!("{text}{seconds}Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_browsers_send_them() {
        let at = Timestamp::parse("2026-11-21T20:15:00Z").unwrap();
        assert_eq!(typed("2026-11-21T20:15"), Some(at));
        assert_eq!(typed("2026-11-21T20:15:00"), Some(at));
        for bad in ["", "tomorrow", "2026-11-21", "2026-13-01T00:00", "2026-11-21T20:15Z"] {
            assert_eq!(typed(bad), None, "{bad}");
        }
        assert_eq!(after("2h", at), Timestamp::parse("2026-11-21T22:15:00Z"));
        assert_eq!(after("", at), None);
    }
}
