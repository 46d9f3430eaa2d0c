//! The words of the page for states, times and verdicts, in one place, so that other languages can stand beside them.

mod past;

use contracts::Status;
use contracts::communications::{BannerLevel, PublicState};
use contracts::incidents::{EntryType, IncidentStatus};
use contracts::maintenances::MaintenanceState;
use contracts::reports::ReportKind;

use crate::snapshot::Service;
use crate::view::Tab;
pub use past::{all_of, for_so_long, how_many_days, of_day, of_days, percent};

/// "12 min".
pub const MINUTE: &str = "min";
/// "3 h".
pub const HOUR: &str = "h";
/// "1 day".
pub const DAY: &str = "day";
/// "3 days".
pub const DAYS: &str = "days";
/// Less than a minute, as a length of time.
pub const UNDER_A_MINUTE: &str = "under 1 min";
/// The heading of the present day.
pub const TODAY: &str = "Today";
/// The heading of the day before.
pub const YESTERDAY: &str = "Yesterday";
/// The state in the page's title while there is nothing to have a state.
pub const NOTHING_YET_WORD: &str = "No components yet";
/// The verdict while there is nothing to judge.
pub const NOTHING_YET: &str = "There are no components yet";
/// The verdict when all is well.
pub const ALL_WELL: &str = "All systems operational";
/// The verdict when one service did not answer and nothing is known to be wrong.
pub const SOME_MISSING: &str = "Some of what we know is missing";
/// The verdict when nobody can tell anything.
pub const CANNOT_TELL: &str = "We cannot tell how things are right now";
/// An incident that has no title.
pub const UNTITLED: &str = "Something is wrong";
/// Of a provider about which nobody is asked.
pub const NOT_WATCHED: &str = "Not watched";
/// The reason that is shown when the true one names something of the team's own.
pub const SOMETHING_BEHIND_IT: &str = "Something it depends on has problems";

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The units of time for `live.js`, which counts on where the page stopped.
pub fn units() -> String {
    [UNDER_A_MINUTE, MINUTE, HOUR, DAY, DAYS].join("|")
}

/// The word for a state.
pub fn state(status: Status) -> &'static str {
    match status {
        Status::Operational => "Operational",
        Status::UnderMaintenance => "Maintenance",
        Status::DegradedPerformance => "Degraded",
        Status::PartialOutage => "Partial outage",
        Status::MajorOutage => "Major outage",
        Status::Unknown => "Unknown",
    }
}

/// The shape of a state as a letter, for the page's title, where no picture can stand.
pub fn shape(status: Status) -> &'static str {
    match status {
        Status::Operational => "●",
        Status::UnderMaintenance => "◆",
        Status::DegradedPerformance => "◐",
        Status::PartialOutage => "▲",
        Status::MajorOutage => "■",
        Status::Unknown => "○",
    }
}

/// The word for an incident whose harm seems to have passed.
pub const RECOVERING: &str = "Recovering";

/// The word for where an incident is in its life.
pub fn life(status: IncidentStatus) -> &'static str {
    match status {
        IncidentStatus::Open => "Ongoing",
        IncidentStatus::Mitigated => "Mitigated",
        IncidentStatus::Resolved => "Resolved",
    }
}

/// A maintenance that has no title.
pub const UNTITLED_WORK: &str = "Maintenance";

/// The word for where a maintenance is.
pub fn work(state: MaintenanceState) -> &'static str {
    match state {
        MaintenanceState::Scheduled => "Planned",
        MaintenanceState::InProgress => "In progress",
        MaintenanceState::Verifying => "Being verified",
        MaintenanceState::Completed => "Over",
    }
}

/// The word for a timeline entry.
pub fn entry(kind: EntryType) -> &'static str {
    match kind {
        EntryType::Update => "Update",
        EntryType::Note => "Note",
        EntryType::Mitigation => "Mitigation",
        EntryType::Resolution => "Resolution",
        EntryType::Change => "Changed",
        EntryType::Signal => "Noticed",
        EntryType::Status => "Status",
    }
}

/// The place in the navigation.
pub fn tab(tab: Tab) -> &'static str {
    match tab {
        Tab::Status => "Status",
        Tab::History => "History",
        Tab::Providers => "Providers",
        Tab::Report => "Report",
        Tab::Subscribe => "Subscribe",
    }
}

/// What the page at that place is about.
pub fn title(tab: Tab) -> &'static str {
    match tab {
        Tab::Report => "Report a problem",
        tab => self::tab(tab),
    }
}

/// "November".
pub fn month(month: usize) -> &'static str {
    MONTHS.get(month.wrapping_sub(1)).copied().unwrap_or("?")
}

/// "21 November".
pub fn day_and_month(day: &str, month: usize) -> String {
    format!("{day} {}", self::month(month))
}

/// "21 Nov".
pub fn day_and_month_short(day: &str, month: usize) -> String {
    format!("{day} {}", MONTHS.get(month.wrapping_sub(1)).and_then(|name| name.get(..3)).unwrap_or("?"))
}

/// "Checkout", "Checkout and Search", "Checkout, Search and 3 more": `most` names at most.
pub fn list(names: &[&str], most: usize) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [rest @ .., last] if names.len() <= most => format!("{} and {last}", rest.join(", ")),
        _ => {
            let shown: Vec<&str> = names.iter().copied().take(most).collect();
            format!("{} and {} more", shown.join(", "), names.len() - shown.len())
        }
    }
}

/// Components, as the subject of a sentence, and whether they are several.
fn subject(names: &[&str], of: usize) -> (String, bool) {
    match names {
        [one] => ((*one).to_owned(), false),
        [a, b] if a.chars().count() + b.chars().count() <= 40 => (format!("{a} and {b}"), true),
        _ if names.len() == of => (format!("All {of} components"), true),
        _ => (format!("{} components", names.len()), true),
    }
}

/// The verdict on components in trouble, `of` so many; `status` is theirs if all have the same.
pub fn trouble(names: &[&str], of: usize, status: Option<Status>) -> String {
    let (subject, several) = subject(names, of);
    let verb = match (status, several) {
        (Some(Status::MajorOutage), false) => "is down",
        (Some(Status::MajorOutage), true) => "are down",
        (Some(Status::PartialOutage), false) => "is partly down",
        (Some(Status::PartialOutage), true) => "are partly down",
        (_, false) => "has problems",
        (_, true) => "have problems",
    };
    format!("{subject} {verb}")
}

/// The verdict on components under maintenance, `of` so many.
pub fn maintenance(names: &[&str], of: usize) -> String {
    let (subject, several) = subject(names, of);
    format!("{subject} {} under maintenance", if several { "are" } else { "is" })
}

/// The verdict on components of which nobody knows, `of` so many.
pub fn unknown(names: &[&str], of: usize) -> String {
    match (names, subject(names, of)) {
        (_, (_, true)) if names.len() == of => CANNOT_TELL.to_owned(),
        (_, (subject, several)) => {
            format!("We cannot tell how {subject} {}", if several { "are" } else { "is" })
        }
    }
}

/// Components in trouble that the verdict's headline does not cover.
pub fn more_trouble(count: usize) -> String {
    match count {
        1 => "1 more component has problems".to_owned(),
        _ => format!("{count} more components have problems"),
    }
}

/// Incidents beside the one that is the verdict's headline.
pub fn more_incidents(count: usize) -> String {
    match count {
        1 => "1 more incident is open".to_owned(),
        _ => format!("{count} more incidents are open"),
    }
}

/// Incidents whose harm has stopped.
pub fn watched(count: usize) -> String {
    match count {
        1 => "1 incident has stopped doing harm, and we are watching it".to_owned(),
        _ => format!("{count} incidents have stopped doing harm, and we are watching them"),
    }
}

/// Components of which some reading is missing.
pub fn unread(count: usize) -> String {
    match count {
        1 => "For 1 component, a reading is missing".to_owned(),
        _ => format!("For {count} components, a reading is missing"),
    }
}

/// How so many providers are, of which some are in trouble and some cannot be told.
pub fn providers(all: usize, troubled: usize, dark: usize) -> String {
    let troubled = match troubled {
        0 => None,
        1 => Some("1 has problems".to_owned()),
        _ => Some(format!("{troubled} have problems")),
    };
    let dark = match dark {
        0 => None,
        1 => Some("1 cannot be told".to_owned()),
        _ => Some(format!("{dark} cannot be told")),
    };
    let said: Vec<String> = [troubled, dark].into_iter().flatten().collect();
    let how = if said.is_empty() { "none has problems".to_owned() } else { said.join(", ") };
    match all {
        0 => "No provider is watched yet".to_owned(),
        1 => format!("1 provider is watched: {how}"),
        _ => format!("{all} providers are watched: {how}"),
    }
}

/// What the reports of visitors amounted to from some moment on.
pub fn reported_from(level: Status) -> &'static str {
    match level {
        Status::Operational => "As many reports as usual",
        raised => reported(raised),
    }
}

/// What the reports of visitors amount to.
pub fn reported(level: Status) -> &'static str {
    match level {
        Status::Operational => "No more reports than usual",
        Status::DegradedPerformance => "More reports than usual",
        Status::PartialOutage => "Many more reports than usual",
        _ => "Far more reports than usual",
    }
}

/// "0 to 5", "5".
pub fn from_to(low: f64, high: f64) -> String {
    if low >= high { format!("{low:.0}") } else { format!("{low:.0} to {high:.0}") }
}

/// A form that was not sent from here.
pub const FOREIGN_FORM: &str = "The form was sent by another site. Please send it from here.";
/// No component, or none that there is.
pub const CHOOSE_COMPONENT: &str = "Choose what does not work.";
/// No kind, or none that there is.
pub const CHOOSE_KIND: &str = "Choose what you see.";
/// More than the service takes.
pub const SHORTER_MESSAGE: &str = "Please say it in 1000 letters or fewer.";
/// The service counts so many of one visitor and no more.
pub const TOO_MANY_REPORTS: &str = "You have sent many reports in a short time. Please try again later.";
/// The service refused it, and why is nothing that a visitor could mend.
pub const NOT_TAKEN: &str = "The report could not be taken. What you wrote is still here; please try again.";
/// The service does not answer.
pub const NOT_TAKEN_NOW: &str =
    "Reports cannot be taken at the moment. What you wrote is still here; please try again in a minute.";

/// No mail address.
pub const CHOOSE_EMAIL: &str = "Enter a mail address such as ada@example.org.";
/// Some component that there is not.
pub const CHOOSE_KNOWN: &str = "One of these components is not there any more. Please choose again.";
/// The service refused it, and why is nothing that a visitor could mend.
pub const NOT_SUBSCRIBED: &str = "This could not be done. What you typed is still here; please try again.";
/// The service does not answer.
pub const NOT_SUBSCRIBED_NOW: &str = "Subscriptions cannot be taken at the moment. What you typed is still here; please try again in a minute.";

/// Where the public was told that an incident is.
pub fn public_state(state: PublicState) -> &'static str {
    match state {
        PublicState::Investigating => "Investigating",
        PublicState::Identified => "Identified",
        PublicState::Monitoring => "Monitoring",
        PublicState::Resolved => "Resolved",
    }
}

/// How loud a banner is, for those who do not see its colour.
pub fn banner(level: BannerLevel) -> &'static str {
    match level {
        BannerLevel::Info => "Good to know",
        BannerLevel::Warning => "Please note",
        BannerLevel::Critical => "Important",
    }
}

/// What a visitor finds wrong, as a choice.
pub fn kind(kind: ReportKind) -> &'static str {
    match kind {
        ReportKind::Down => "It does not answer at all",
        ReportKind::Errors => "It shows errors",
        ReportKind::Slow => "It is slow",
        ReportKind::Login => "I cannot log in",
        ReportKind::Other => "Something else",
    }
}

/// What happened, as the heading of an error page.
pub fn error_title(status: u16) -> &'static str {
    match status {
        403 => "This is not open to you",
        404 => "There is nothing here",
        400..500 => "That did not work",
        503 => "Not at the moment",
        _ => "Something broke",
    }
}

/// What there is to say of an error whose own words are no more than its name.
pub fn error_text(status: u16, detail: &str) -> &str {
    match (status, detail) {
        (404, "Not found.") => "The address may be mistyped, or what stood here is gone.",
        _ => detail,
    }
}

/// What a service that does not answer would tell of.
pub fn news_of(what: Service) -> &'static str {
    match what {
        Service::Incidents => "components and incidents",
        Service::Providers => "providers",
        Service::Communications => "announcements",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_are_plain_sentences() {
        let major = Some(Status::MajorOutage);
        assert_eq!(trouble(&["Payments"], 5, major), "Payments is down");
        assert_eq!(
            trouble(&["Payments", "Search"], 5, Some(Status::PartialOutage)),
            "Payments and Search are partly down"
        );
        assert_eq!(trouble(&["A", "B", "C"], 5, None), "3 components have problems");
        assert_eq!(trouble(&["A", "B", "C"], 3, major), "All 3 components are down");
        assert_eq!(maintenance(&["Search"], 5), "Search is under maintenance");
        assert_eq!(unknown(&["Search"], 5), "We cannot tell how Search is");
        assert_eq!(unknown(&["A", "B", "C"], 3), CANNOT_TELL);
    }

    #[test]
    fn lists_end_in_and() {
        assert_eq!(list(&["A", "B"], 3), "A and B");
        assert_eq!(list(&["A", "B", "C"], 3), "A, B and C");
        assert_eq!(list(&["A", "B", "C", "D", "E"], 3), "A, B, C and 2 more");
    }
}
