//! The words of the console for what only the team sees.

use contracts::incidents::{EntryType, IncidentStatus, Visibility};
use kit_base::Role;

/// Each severity in a word, and what it means.
pub(super) const SEVERITIES: [(i64, &str, &str); 4] = [
    (1, "Critical", "Nobody, or hardly anybody, can use it. The page shows a major outage."),
    (2, "Major", "It fails for many. The page shows a partial outage."),
    (3, "Minor", "It is slow, or fails for a few. The page shows it as degraded."),
    (4, "Low", "Worth following; the status of components stays as it is."),
];

/// "Major (2)".
pub(super) fn severity(sev: i64) -> String {
    let found = SEVERITIES.iter().find(|(number, ..)| *number == sev);
    found.map_or_else(|| format!("Severity {sev}"), |(_, word, _)| format!("{word} ({sev})"))
}

/// The word for a role.
pub(super) fn role(role: Role) -> &'static str {
    match role {
        Role::Member => "Member",
        Role::Viewer => "Viewer",
        Role::Responder => "Responder",
        Role::Manager => "Manager",
        Role::Admin => "Administrator",
    }
}

/// What a role may do.
pub(super) fn role_means(role: Role) -> &'static str {
    match role {
        Role::Member => "sees what everybody sees, and can comment",
        Role::Viewer => "belongs to the team: reads what is internal",
        Role::Responder => "works on incidents",
        Role::Manager => "also changes components and flags",
        Role::Admin => "also manages people and applications",
    }
}

/// Who sees a component.
pub(super) fn visibility(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "Everybody",
        Visibility::Internal => "The team only",
    }
}

/// Where an incident is in its life, for the team.
pub(super) fn life(status: IncidentStatus) -> &'static str {
    match status {
        IncidentStatus::Open => "Open",
        IncidentStatus::Mitigated => "Mitigated",
        IncidentStatus::Resolved => "Resolved",
    }
}

/// The entries that people write, each with who will see it.
pub(super) const ENTRIES: [(EntryType, &str, &str); 4] = [
    (EntryType::Note, "Note", "for the team only"),
    (EntryType::Update, "Update", "for everybody"),
    (EntryType::Mitigation, "Mitigation", "for everybody: what we did"),
    (EntryType::Resolution, "Resolution", "for everybody: how it ended"),
];

/// Where something came from.
pub(super) fn source(source: &str) -> String {
    match source {
        "manual" => "opened by a person".to_owned(),
        "csp" => "opened by a provider's status".to_owned(),
        "reports" => "opened by reports of users".to_owned(),
        "probe" => "opened by a check".to_owned(),
        "errors" => "opened by errors".to_owned(),
        other => format!("opened by {other}"),
    }
}
