//! The feed of Hund, as far as its documentation tells.

use contracts::Status;

use crate::samples::{family, figures, read, sample, text_sample, try_read};

#[test]
fn it_is_a_history() {
    let reading = read("hund", "hund/feed.atom");
    assert_eq!(figures(&reading), (Status::DegradedPerformance, 0, 1, 1));
    assert_eq!(
        (reading.incidents[0].title.as_str(), reading.incidents[0].state.as_str()),
        ("[Investigating] Payments fail", "investigating")
    );
    assert_eq!(reading.incidents[0].message, "We look.");
    assert_eq!(family(&sample("hund/feed.atom")), Some("hund"));
}

#[test]
fn when_all_is_over_it_says_nothing_of_now() {
    let over = text_sample("hund/feed.atom").replace("Investigating", "Resolved").replace("Pending", "Ended");
    assert_eq!(figures(&try_read("hund", over.as_bytes()).unwrap()), (Status::Unknown, 0, 0, 0));
}

#[test]
fn another_feed_is_refused() {
    assert!(try_read("hund", &sample("rss/statuspage-history.atom")).is_err());
}
