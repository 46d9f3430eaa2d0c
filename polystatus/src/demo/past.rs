//! What went wrong before the demonstration began: incidents that are over, so that the bars of the pages have something
//! to tell.

use std::time::Duration;

use contracts::incidents::{EntryType, Past, PastIncident, PastUpdate};
use contracts::{AskError, Client};
use kit_base::{Clock, Timestamp};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(86_400);

/// How many days ago, at which minute of that day, for how many minutes, how bad, what failed, what it was, why.
type Story = (u32, u32, u32, i64, &'static str, &'static str, &'static str);

const STORIES: &[Story] = &[
    (
        83,
        610,
        48,
        2,
        "checkout",
        "Some cards are refused",
        "Our bank had changed a rule. It took the change back.",
    ),
    (
        61,
        130,
        25,
        1,
        "website",
        "The website does not answer",
        "A certificate had run out. It is renewed by itself now.",
    ),
    (
        44,
        870,
        190,
        3,
        "orders",
        "Orders are handled late",
        "A queue was too short for a holiday. It is longer now.",
    ),
    (27, 545, 35, 2, "pictures", "Some pictures are missing", "A disk was full. It is watched now."),
    (
        12,
        1015,
        74,
        1,
        "stock",
        "Stock cannot be read",
        "A migration locked a table. Migrations are tried at night now.",
    ),
    (5, 700, 20, 2, "handbook", "The handbook cannot be changed", "A release was broken. It was taken back."),
];

/// Writes them down; those of an earlier run move to their place before today.
pub async fn write_down(client: &Client) -> Result<(), AskError> {
    let today = midnight(Clock::system().now());
    let incidents = STORIES.iter().map(|story| past(today, story)).collect();
    client
        .take_past(&Past { origin: "demonstration".to_owned(), components: vec![], incidents })
        .await
        .map(drop)
}

fn midnight(now: Timestamp) -> Timestamp {
    Timestamp::of_day(now.to_string().get(..10).unwrap_or_default()).unwrap_or(now)
}

fn past(today: Timestamp, story: &Story) -> PastIncident {
    let (days, minute, long, sev, slug, title, end) = *story;
    let began = today.minus(DAY * days).plus(MINUTE * minute);
    let over = began.plus(MINUTE * long);
    let told = |id: &str, at, entry_type, message: &str| PastUpdate {
        id: id.to_owned(),
        at,
        entry_type,
        message: message.to_owned(),
    };
    PastIncident {
        // One for each, however often the demonstration begins anew: it moves along with the days.
        id: slug.to_owned(),
        title: title.to_owned(),
        sev,
        services: vec![slug.to_owned()],
        started_at: began,
        mitigated_at: None,
        resolved_at: Some(over),
        updates: vec![
            told("seen", began.plus(MINUTE * 4), EntryType::Update, "We see it and look for the cause."),
            told("over", over, EntryType::Resolution, end),
        ],
    }
}
