//! A postmortem to begin with: what the record of an incident says already.

use contracts::incidents::{ConnectionType, EntryType, Incident, Postmortem, PostmortemState};
use kit_base::Timestamp;

/// What stands where only people can say it.
const TO_WRITE: &str = "To be written.";

/// The draft that the incident's timeline, links and tasks make.
pub(crate) fn draft(incident: &Incident) -> Postmortem {
    let causes: Vec<String> = incident
        .links
        .iter()
        .filter(|link| link.kind == ConnectionType::CausedBy)
        .map(|link| format!("Caused by {}: {}.", link.incident, link.title))
        .collect();
    let lines: Vec<String> = incident
        .timeline
        .iter()
        .filter(|entry| entry.entry_type != EntryType::Note)
        .map(|entry| format!("- {}: {}", moment(entry.at), entry.message.replace('\n', " ")))
        .collect();
    Postmortem {
        what_happened: what_happened(incident),
        root_cause: if causes.is_empty() { TO_WRITE.to_owned() } else { causes.join(" ") },
        action_items: incident.tasks.iter().map(|task| task.title.clone()).collect(),
        timeline: lines.join("\n"),
        state: PostmortemState::Draft,
    }
}

fn what_happened(incident: &Incident) -> String {
    let mut sentences = vec![format!(
        "{}. It began at {}.",
        incident.title.trim_end_matches('.'),
        moment(incident.started_at)
    )];
    if let Some(at) = incident.mitigated_at {
        sentences.push(format!("The harm stopped after {}.", span(incident.started_at, at)));
    }
    if let Some(at) = incident.resolved_at {
        sentences.push(format!("It was over after {}.", span(incident.started_at, at)));
    }
    if !incident.services.is_empty() {
        sentences.push(format!("It touched {}.", incident.services.join(", ")));
    }
    if !incident.summary.is_empty() {
        sentences.push(incident.summary.clone());
    }
    sentences.join(" ")
}

/// `2026-11-22 10:05 UTC`
fn moment(at: Timestamp) -> String {
    let text = at.to_string();
    format!("{} {} UTC", text.get(..10).unwrap_or_default(), at.clock_time())
}

fn span(from: Timestamp, to: Timestamp) -> String {
    let minutes = to.since(from).as_secs() / 60;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} minutes"),
        (hours, 0) => format!("{hours} hours"),
        (hours, minutes) => format!("{hours} hours and {minutes} minutes"),
    }
}
