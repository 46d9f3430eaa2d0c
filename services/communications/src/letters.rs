//! What our mails say.

use contracts::communications::PublicState;
use kit_base::Timestamp;

use crate::model::notice::{Kind, Notice};
use crate::store::deliveries::Update;

/// A mail, before it has a recipient.
pub(crate) struct Letter {
    pub subject: String,
    pub text: String,
}

/// To somebody who may have asked for mails.
pub(crate) fn confirm(site: &str, base: &str, token: &str, until: Timestamp) -> Letter {
    let (time, date) = (until.clock_time(), until.to_string().chars().take(10).collect::<String>());
    Letter {
        subject: format!("Please confirm: mails about {site}"),
        text: format!(
            "Hello,\n\nsomebody, hopefully you, wants to be told at this address when something is wrong with \
             {site}.\n\nTo confirm it, open this page and press the button, before {date} {time} UTC:\n\n\
             {base}/subscriptions/confirm?token={token}\n\n\
             If it was not you, there is nothing to do: without it no further mail comes.\n"
        ),
    }
}

/// What the public was told.
pub(crate) fn update(site: &str, base: &str, update: &Update, end: &str) -> Letter {
    let (title, state) = (one_line(&update.incident.title), word(update.state));
    let (time, date) = (update.at.clock_time(), update.at.to_string().chars().take(10).collect::<String>());
    let (message, id) = (update.message.trim(), &update.incident.id);
    Letter {
        subject: format!("{state}: {title} ({site})"),
        text: format!(
            "{title}\n{state}, {date} {time} UTC\n\n{message}\n\nFollow it: {base}/incidents/{id}\n\n-- \n\
             You get this because you asked {site} for it. To end it: {end}\n"
        ),
    }
}

/// What happens to a maintenance. One that was cancelled has no page any more.
pub(crate) fn notice(site: &str, base: &str, notice: &Notice, end: &str) -> Letter {
    let (title, word) = (one_line(&notice.maintenance.title), notice.kind.word());
    let (text, id) = (notice.text(), &notice.maintenance.id);
    let place = match notice.kind {
        Kind::Cancelled => format!("{base}/"),
        _ => format!("{base}/maintenances/{id}"),
    };
    Letter {
        subject: format!("{word}: {title} ({site})"),
        text: format!(
            "{title}\n{word}\n\n{text}\n\nFollow it: {place}\n\n-- \n\
             You get this because you asked {site} for it. To end it: {end}\n"
        ),
    }
}

/// Where the incident is, as a person would say it.
pub(crate) fn word(state: PublicState) -> &'static str {
    match state {
        PublicState::Investigating => "Investigating",
        PublicState::Identified => "Cause found",
        PublicState::Monitoring => "Watching",
        PublicState::Resolved => "Resolved",
    }
}

/// A title may hold anything; in a subject it is one line.
fn one_line(text: &str) -> String {
    text.split(|letter: char| letter.is_whitespace() || letter.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
