//! The words in which feeds say where an incident stands, in English and, as some are, in German.

use contracts::Status;

use crate::adapters::text;

/// What a word says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// It is over.
    Over,
    /// Somebody works on it.
    Open,
    /// How bad it is, or was: a word for what it is and not for where it stands.
    Level(Status),
    /// Something goes on: trouble, or a maintenance.
    Going,
    /// A maintenance goes on.
    Works,
    /// A maintenance is to come.
    Planned,
}

const OVER: [&str; 36] = [
    "resolved",
    "completed",
    "complete",
    "closed",
    "fixed",
    "solved",
    "restored",
    "recovered",
    "mitigated",
    "ended",
    "finished",
    "done",
    "postmortem",
    "post-mortem",
    "post mortem",
    "post-incident review",
    "operational",
    "fully operational",
    "operating normally",
    "service is operating normally",
    "service restored",
    "service recovered",
    "all clear",
    "normal",
    "available",
    "cancelled",
    "canceled",
    "false alarm",
    "false positive",
    "maintenance complete",
    "maintenance completed",
    "behoben",
    "gelöst",
    "beendet",
    "abgeschlossen",
    "erledigt",
];

const GOING: [&str; 13] = [
    "in progress",
    "inprogress",
    "verifying",
    "update",
    "updated",
    "open",
    "active",
    "ongoing",
    "new",
    "started",
    "status update",
    "latest update",
    "in bearbeitung",
];

const WORKS: [&str; 5] = [
    "maintenance",
    "under maintenance",
    "maintenance in progress",
    "scheduled maintenance in progress",
    "in maintenance",
];

const PLANNED: [&str; 11] = [
    "scheduled",
    "planned",
    "pending",
    "upcoming",
    "not started yet",
    "notstartedyet",
    "scheduled maintenance",
    "planned maintenance",
    "maintenance scheduled",
    "geplant",
    "angekündigt",
];

const NOTICES: [&str; 6] =
    ["informational", "information", "informational message", "notice", "advisory", "service information"];

const OPEN: [&str; 11] = [
    "investigating",
    "under investigation",
    "investigation",
    "identified",
    "monitoring",
    "watching",
    "observing",
    "mitigating",
    "issue identified",
    "in untersuchung",
    "identifiziert",
];

const DEGRADED: [&str; 9] = [
    "degraded",
    "degraded performance",
    "performance issues",
    "service degradation",
    "partially degraded",
    "service impact",
    "issue",
    "incident",
    "warning",
];

const PARTIAL: [&str; 5] = [
    "partial outage",
    "partial disruption",
    "partial service disruption",
    "service disruption",
    "disruption",
];

const MAJOR: [&str; 8] = [
    "major outage",
    "full outage",
    "outage",
    "service outage",
    "service down",
    "service interruption",
    "down",
    "unavailable",
];

/// What a phrase says, in whatever case and with whatever sign after it.
pub fn word_of(phrase: &str) -> Option<Word> {
    // Those of no use are long as a rule, which makes a first look cheap.
    if phrase.len() > 80 {
        return None;
    }
    let phrase = normal(phrase);
    let phrase = phrase.as_str();
    if OVER.contains(&phrase) {
        Some(Word::Over)
    } else if GOING.contains(&phrase) {
        Some(Word::Going)
    } else if WORKS.contains(&phrase) {
        Some(Word::Works)
    } else if PLANNED.contains(&phrase) {
        Some(Word::Planned)
    } else if OPEN.contains(&phrase) {
        Some(Word::Open)
    } else if NOTICES.contains(&phrase) {
        Some(Word::Level(Status::Operational))
    } else if DEGRADED.contains(&phrase) {
        Some(Word::Level(Status::DegradedPerformance))
    } else if PARTIAL.contains(&phrase) {
        Some(Word::Level(Status::PartialOutage))
    } else {
        MAJOR.contains(&phrase).then_some(Word::Level(Status::MajorOutage))
    }
}

/// Whether a text says in a sentence that it is over. Only where no word says where it stands this counts.
pub(super) fn tells_the_end(body: &str) -> bool {
    let told = text::body(body).to_lowercase();
    let sentences = [
        "has been resolved",
        "have been resolved",
        "is now resolved",
        "is resolved",
        "fully resolved",
        "has recovered",
        "is operating normally",
        "are operating normally",
    ];
    sentences.iter().any(|sentence| told.contains(sentence))
}

/// `Status: In_Progress -` as `in progress`.
pub(super) fn normal(phrase: &str) -> String {
    let lower = text::plain(phrase, 80).to_lowercase().replace('_', " ");
    let mut phrase = lower.trim();
    for label in ["current status", "incident status", "status", "state"] {
        let value = phrase.strip_prefix(label).and_then(|rest| rest.trim_start().strip_prefix(':'));
        phrase = value.map_or(phrase, str::trim);
    }
    let is_sign =
        |c: char| c.is_whitespace() || matches!(c, ':' | '-' | '.' | '!' | ',' | '\u{2013}' | '\u{2014}');
    text::line(phrase.trim_matches(is_sign), 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_dress() {
        for (phrase, word) in [
            ("Resolved", Word::Over),
            (" RESOLVED - ", Word::Over),
            ("Status: <i>Resolved</i>", Word::Over),
            ("in_progress", Word::Going),
            ("Scheduled", Word::Planned),
            ("Identified.", Word::Open),
            ("Major Outage", Word::Level(Status::MajorOutage)),
            ("Notice", Word::Level(Status::Operational)),
        ] {
            assert_eq!(word_of(phrase), Some(word), "{phrase}");
        }
        for phrase in ["", "unresolved", "We resolved it", &"resolved".repeat(100)] {
            assert_eq!(word_of(phrase), None, "{phrase}");
        }
    }
}
