//! The traps of Microsoft 365, one test each.

use contracts::Status;
use serde_json::{Value, json};

use crate::samples::{family, figures, read, sample, state, text_sample, try_read};

fn read_value(document: &Value) -> Result<contracts::providers::Reading, String> {
    try_read("microsoft365", document.to_string().as_bytes()).map_err(|error| error.to_string())
}

#[test]
fn posts_tell_of_services_and_what_is_restored_is_well() {
    let reading = read("microsoft365", "microsoft365/posts-trouble.json");
    assert_eq!(figures(&reading), (Status::DegradedPerformance, 1, 1, 0));
    assert_eq!(state(&reading, "inkwell"), Status::DegradedPerformance);
    assert_eq!(state(&reading, "blotter"), Status::Operational);
    let incident = &reading.incidents[0];
    assert_eq!(
        (incident.title.as_str(), incident.state.as_str()),
        ("Some users cannot open \"Inkwell\"", "service degradation")
    );
    assert_eq!((incident.id.as_str(), incident.components[0].as_str()), ("InkConsumer", "inkwell"));
    // The first day of the first year is no beginning.
    assert_eq!(incident.started_at.unwrap().to_string(), "2026-11-21T09:45:44Z");
}

#[test]
fn a_service_with_two_posts_is_one() {
    let post = |status: &str, title: &str| json!({"ServiceDisplayName": "Ink", "ServiceWorkloadName": "I", "Id": null, "Title": title, "Message": "m", "Status": status});
    let posts =
        json!([post("Investigating", "a"), post("Service interruption", "b"), post("Operational", "")]);
    let reading = read_value(&posts).unwrap();
    assert_eq!(figures(&reading), (Status::MajorOutage, 1, 2, 0));
    assert_eq!(reading.incidents.iter().map(|i| i.id.as_str()).collect::<Vec<_>>(), ["I", "I-2"]);
}

#[test]
fn each_word_has_its_state() {
    let overall = |word: Value| {
        read_value(&json!([{"ServiceDisplayName": "Ink", "Status": word}])).map(|reading| reading.overall)
    };
    for (word, status) in [
        ("Available", Status::Operational),
        ("Operational", Status::Operational),
        ("Service Restored", Status::Operational),
        ("Post-incident report published", Status::Operational),
        ("Investigating", Status::DegradedPerformance),
        ("Extended recovery", Status::DegradedPerformance),
        ("Service interruption", Status::MajorOutage),
        ("Fine", Status::Unknown),
    ] {
        assert_eq!(overall(json!(word)), Ok(status), "{word}");
    }
    assert_eq!(overall(json!(7)), Ok(Status::Unknown));
    assert!(overall(Value::Null).is_err());
}

#[test]
fn a_post_about_all_is_a_verdict() {
    let post = |status: &str| {
        json!({"Id": "x", "AuthoredDateTime": "2026-11-21T08:00:00+00:00", "LastUpdatedTime": "2026-11-21T09:00:00+00:00",
               "Title": "", "Message": "<div>See&nbsp;there.</div>", "Status": status})
    };
    assert_eq!(figures(&read_value(&post("Available")).unwrap()), (Status::Operational, 0, 0, 0));
    let reading = read_value(&post("Service interruption")).unwrap();
    assert_eq!(figures(&reading), (Status::MajorOutage, 0, 1, 0));
    assert_eq!(
        (reading.incidents[0].title.as_str(), reading.incidents[0].message.as_str()),
        ("Microsoft 365", "See there.")
    );
    assert_eq!(family(post("Available").to_string().as_bytes()), Some("microsoft365"));
}

#[test]
fn the_feed_has_a_status_of_its_own() {
    let reading = read("microsoft365", "microsoft365/feed-trouble.xml");
    assert_eq!(figures(&reading), (Status::MajorOutage, 1, 1, 0));
    assert_eq!(
        (reading.incidents[0].message.as_str(), reading.incidents[0].components[0].as_str()),
        ("It cannot be reached.", "microsoft-admin-center")
    );
    let text = text_sample("microsoft365/feed-trouble.xml");
    let well = text.replace("Service interruption", "Available");
    assert_eq!(figures(&try_read("microsoft365", well.as_bytes()).unwrap()), (Status::Operational, 0, 0, 0));
    let two = text.replace("</channel>", "<item><guid>1</guid><title>Other</title></item></channel>");
    assert_eq!(state(&try_read("microsoft365", two.as_bytes()).unwrap(), "other"), Status::Unknown);
    assert_eq!(family(text.as_bytes()), Some("microsoft365"));
}

#[test]
fn the_older_page_is_read_too() {
    let page = |all: Value, one: Value| {
        json!({"CID": "x", "Title": "We're all good!", "Services": [{"Id": "Ink", "Name": "Inkwell", "IsUp": one, "Messages": null}],
               "IsAllUp": all})
    };
    assert_eq!(
        figures(&read_value(&page(json!(true), json!(true))).unwrap()),
        (Status::Operational, 0, 0, 0)
    );
    assert_eq!(
        figures(&read_value(&page(json!(false), json!(false))).unwrap()),
        (Status::MajorOutage, 1, 0, 0)
    );
    assert_eq!(read_value(&page(json!("yes"), json!(1))).unwrap().overall, Status::Unknown);
    assert_eq!(family(page(json!(true), json!(true)).to_string().as_bytes()), Some("microsoft365"));
}

#[test]
fn what_is_no_post_is_refused() {
    for other in
        [json!([]), json!({}), json!([{}]), json!([{"ServiceDisplayName": "Ink"}]), json!({"Status": null})]
    {
        assert!(read_value(&other).is_err(), "{other}");
    }
    assert!(try_read("microsoft365", &sample("azure/feed-open.xml")).is_err());
}
