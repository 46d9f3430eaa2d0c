//! The traps of Microsoft Azure, one test each.

use contracts::Status;
use serde_json::json;

use crate::samples::{family, figures, read, sample, text_sample, try_read, try_read_at};

/// The feed without its items, which is how Azure says that all is well.
fn empty() -> String {
    let text = text_sample("azure/feed-open.xml");
    format!("{}</channel></rss>", &text[..text.find("<item>").unwrap()])
}

fn post(status: &str, title: &str) -> Vec<u8> {
    let post = json!({
        "Id": null, "AuthoredDateTime": "2026-11-21T09:00:00.5+00:00", "InternalDateTime": "0001-01-01T00:00:00+00:00",
        "LastUpdatedTime": "2026-11-21T09:30:00.5+00:00", "Title": title, "Message": "About Azure.", "Status": status,
    });
    post.to_string().into_bytes()
}

#[test]
fn a_feed_without_items_is_health() {
    assert_eq!(figures(&try_read("azure", empty().as_bytes()).unwrap()), (Status::Operational, 0, 0, 0));
    assert_eq!(family(empty().as_bytes()), Some("azure"));
}

#[test]
fn health_must_be_fresh_where_it_is_known_when_it_was_got() {
    let at = |moment: &str| try_read_at("azure", empty().as_bytes(), moment).map(|reading| reading.overall);
    assert_eq!(at("2026-11-21T10:30:00Z"), Ok(Status::Operational));
    assert_eq!(at("2026-11-22T10:22:00Z"), Ok(Status::Operational));
    assert_eq!(
        at("2026-11-22T10:22:01Z").unwrap_err().to_string(),
        "the feed is out of date: it was last built at 2026-11-21T10:22:00Z"
    );
    let undated = empty().replace("lastBuildDate", "x");
    assert!(try_read("azure", undated.as_bytes()).unwrap_err().to_string().contains("`lastBuildDate`"));
}

#[test]
fn what_is_not_marked_as_over_is_trouble() {
    let reading = read("azure", "azure/feed-open.xml");
    assert_eq!(figures(&reading), (Status::MajorOutage, 0, 1, 0));
    assert_eq!(reading.incidents[0].message, "Impact Statement: Starting at 09:00 UTC requests may fail.");
    let titled = |title: &str| {
        let text = text_sample("azure/feed-open.xml").replace("Storage - Atlantis West - Outage", title);
        try_read("azure", text.as_bytes()).unwrap()
    };
    assert_eq!(titled("Storage - Atlantis West - Investigating").overall, Status::DegradedPerformance);
    assert_eq!(titled("Storage").overall, Status::DegradedPerformance);
    assert_eq!(titled("Partial outage of storage").overall, Status::PartialOutage);
    assert_eq!(
        (titled("Advisory: read this").overall, titled("Advisory: read this").open_incidents),
        (Status::Operational, 1)
    );
    for over in ["Storage - Mitigated", "RESOLVED: Storage", "[Mitigated] Storage"] {
        assert_eq!(titled(over).open_incidents, 0, "{over}");
    }
    assert_eq!(titled("Storage - Unresolved").open_incidents, 1);
}

#[test]
fn a_day_old_item_is_still_trouble() {
    let text = text_sample("azure/feed-open.xml").replace("21 Nov 2026 09:20", "02 Nov 2026 09:20");
    assert_eq!(try_read("azure", text.as_bytes()).unwrap().overall, Status::MajorOutage);
}

#[test]
fn a_post_is_a_verdict() {
    assert_eq!(figures(&try_read("azure", &post("Available", "")).unwrap()), (Status::Operational, 0, 0, 0));
    let reading = try_read("azure", &post("Service degradation", "Storage is slow")).unwrap();
    assert_eq!(figures(&reading), (Status::DegradedPerformance, 0, 1, 0));
    assert_eq!(
        (reading.incidents[0].title.as_str(), reading.incidents[0].state.as_str()),
        ("Storage is slow", "service degradation")
    );
    assert_eq!(try_read("azure", &post("Wobbly", "x")).unwrap().overall, Status::Unknown);
    assert_eq!(family(&post("Available", "")), Some("azure"));
    assert!(try_read("azure", b"{\"Message\": \"Azure\"}").is_err());
}

#[test]
fn another_feed_is_refused() {
    let other = empty().replace("Azure Status", "News").replace("azure.status.microsoft", "news.example");
    assert!(try_read("azure", other.as_bytes()).unwrap_err().to_string().contains("is not one of Azure"));
    assert!(try_read("azure", &sample("microsoft365/feed-trouble.xml")).is_err());
}
