//! The traps of the AWS documents, one test each.

use contracts::Status;
use contracts::providers::Reading;
use providers::adapters::{self, Document, Told};
use serde_json::{Value, json};

use crate::samples::{read, sample, state, text_sample, try_read};

fn events() -> Value {
    serde_json::from_slice(&sample("aws/currentevents.json")).unwrap()
}

fn read_value(document: &Value) -> Result<Reading, String> {
    try_read("aws", document.to_string().as_bytes()).map_err(|error| error.to_string())
}

fn told(body: &[u8]) -> Told {
    adapters::named("aws").unwrap().told(&Document { body, ..Document::default() }).unwrap()
}

#[test]
fn an_empty_list_is_health_in_any_letters() {
    for body in [b"[]".as_slice(), b"\xff\xfe[\0]\0", b"\xfe\xff\0[\0]", b"\xef\xbb\xbf[]"] {
        let reading = try_read("aws", body).unwrap();
        assert_eq!((reading.overall, reading.names_only_trouble), (Status::Operational, true));
    }
    for other in [b"{}".as_slice(), b"null", b"\"\"", b"0", b"", b"\xff\xfe", b"\xff\xfe[", b"\xff\xfe{\0}\0"]
    {
        assert!(try_read("aws", other).is_err(), "{other:?}");
    }
}

#[test]
fn utf_16_is_read_as_utf_8_is() {
    let text = String::from_utf8(sample("aws/currentevents.json")).unwrap();
    let plain = read("aws", "aws/currentevents.json");
    for order in [u16::to_le_bytes, u16::to_be_bytes] {
        for mark in ["\u{feff}", ""] {
            let wide: Vec<u8> = format!("{mark}{text}").encode_utf16().flat_map(order).collect();
            assert_eq!(try_read("aws", &wide).unwrap(), plain);
            assert_eq!(adapters::detect(&wide).map(adapters::Adapter::name), Some("aws"));
        }
    }
}

#[test]
fn what_is_resolved_stays_listed_and_is_left_out() {
    let reading = read("aws", "aws/currentevents.json");
    assert_eq!((reading.overall, reading.open_incidents), (Status::MajorOutage, 2));
    assert_eq!(reading.non_operational_components, 3);
    let mut only_over = events();
    only_over.as_array_mut().unwrap().drain(..2);
    assert_eq!(read_value(&only_over).unwrap().overall, Status::Operational);
    // Any of three signs is enough.
    for kept in ["status", "end_time", "summary"] {
        let mut document = only_over.clone();
        let event = document[0].as_object_mut().unwrap();
        for (sign, open) in [("status", json!("3")), ("end_time", json!(null)), ("summary", json!("Loss"))] {
            if sign != kept {
                event.insert(sign.to_owned(), open);
            }
        }
        assert_eq!(read_value(&document).unwrap().open_incidents, 0, "{kept}");
    }
}

#[test]
fn a_service_may_be_back_while_the_event_is_open() {
    let reading = read("aws", "aws/currentevents.json");
    assert_eq!(state(&reading, "amazon-elastic-compute-cloud-eu-west-9"), Status::MajorOutage);
    assert_eq!(state(&reading, "amazon-simple-storage-service-eu-west-9"), Status::DegradedPerformance);
    assert_eq!(state(&reading, "amazon-simple-queue-service-eu-west-9"), Status::Operational);
    assert_eq!(reading.incidents[0].components.len(), 4);
}

#[test]
fn regions_come_from_the_service_or_the_arn() {
    let reading = read("aws", "aws/currentevents.json");
    let regions: Vec<Option<&str>> = reading.components.iter().map(|c| c.region.as_deref()).collect();
    assert_eq!(regions[..4], [Some("eu-west-9"); 4]);
    assert_eq!(regions[4], Some("us-gov-west-1"));

    let body = sample("aws/currentevents.json");
    let elsewhere = told(&body).within(&["us-east-1".to_owned()]).reading();
    assert_eq!((elsewhere.overall, elsewhere.open_incidents), (Status::Operational, 0));
    let here = told(&body).within(&["eu-west-9".to_owned()]).reading();
    assert_eq!((here.overall, here.open_incidents), (Status::MajorOutage, 1));
}

#[test]
fn what_is_global_is_of_no_region() {
    let event = json!([{"date": "1795255200", "arn": "arn:aws:health:global::event/IAM/X", "status": "3", "service": "iam",
                        "service_name": "AWS Identity", "summary": "Errors", "event_log": []}]);
    let told = told(event.to_string().as_bytes());
    let reading = told.within(&["eu-west-9".to_owned()]).reading();
    assert_eq!((reading.overall, reading.components[0].key.as_str()), (Status::MajorOutage, "aws-identity"));
}

#[test]
fn an_event_about_one_service_names_it_once() {
    let reading = read("aws", "aws/currentevents.json");
    let notice = reading.incidents.iter().find(|i| i.title == "Delayed metrics").unwrap();
    assert_eq!((notice.state.as_str(), notice.impact), ("informational", Status::Operational));
    assert_eq!(notice.components, ["aws-lambda-us-gov-west-1"]);
    assert_eq!(state(&reading, "aws-lambda-us-gov-west-1"), Status::Operational);
}

#[test]
fn updates_come_newest_first() {
    let incident = &read("aws", "aws/currentevents.json").incidents[0];
    assert_eq!(incident.message, "A flood reached one zone.");
    assert_eq!(
        incident.updates.iter().map(|u| u.state.as_deref()).collect::<Vec<_>>(),
        [Some("disruption"), Some("informational")]
    );
    assert_eq!(incident.started_at.unwrap().to_string(), "2026-11-21T10:00:00Z");
    assert_eq!(incident.updated_at.unwrap().to_string(), "2026-11-21T11:00:00Z");
    assert!(incident.url.as_deref().unwrap().ends_with("OPERATIONAL_ISSUE/X_1"));
}

#[test]
fn a_level_that_nobody_knows_is_unknown() {
    let mut document = events();
    document.as_array_mut().unwrap().truncate(1);
    document[0]["status"] = json!("4");
    for service in ["ec2-eu-west-9", "s3-eu-west-9", "sqs-eu-west-9", "cloudatlas"] {
        document[0]["impacted_services"][service]["current"] = json!("x");
    }
    let reading = read_value(&document).unwrap();
    assert_eq!((reading.overall, reading.non_operational_components), (Status::Unknown, 0));
    // Numbers are as good as texts.
    document[0]["status"] = json!(2);
    assert_eq!(read_value(&document).unwrap().overall, Status::DegradedPerformance);
}

#[test]
fn one_entry_of_another_shape_makes_the_whole_unreadable() {
    for odd in
        [json!(null), json!(5), json!({}), json!({"arn": "x", "status": "0"}), json!({"arn": "arn:aws:x"})]
    {
        let mut document = events();
        document.as_array_mut().unwrap().push(odd.clone());
        assert!(read_value(&document).unwrap_err().starts_with("unexpected shape"), "{odd}");
    }
    for odd in [json!("soon"), json!(true), json!([]), json!(-5)] {
        let mut document = events();
        document[0]["end_time"] = odd.clone();
        assert!(read_value(&document).unwrap_err().contains("entry 1: the `end_time`"), "{odd}");
    }
}

#[test]
fn the_newest_item_of_a_service_tells() {
    let reading = read("aws", "aws/all.rss");
    assert_eq!((reading.overall, reading.open_incidents), (Status::DegradedPerformance, 1));
    assert_eq!(reading.non_operational_components, 1);
    let incident = &reading.incidents[0];
    assert_eq!((incident.title.as_str(), incident.state.as_str()), ("Slow queues: and more", "degradation"));
    // The epoch in the guid is the time; what was before the last good word is another story.
    assert_eq!(incident.updated_at.unwrap().to_string(), "2026-11-21T10:00:00Z");
    assert_eq!(incident.started_at.unwrap().to_string(), "2026-11-21T09:00:00Z");
    assert_eq!((incident.updates.len(), incident.message.as_str()), (2, "Queues are slow."));
    assert_eq!(
        (reading.components[0].key.as_str(), reading.components[0].region.as_deref()),
        ("sqs-eu-west-9", Some("eu-west-9"))
    );
}

#[test]
fn a_feed_without_items_is_health_and_another_feed_is_refused() {
    let text = text_sample("aws/all.rss");
    let head = &text[..text.find("<item>").unwrap()];
    let empty = format!("{head}</channel></rss>");
    assert_eq!(try_read("aws", empty.as_bytes()).unwrap().overall, Status::Operational);
    let other =
        empty.replace("AWS Service", "Other").replace("status.aws.amazon.com", "status.other.example");
    assert_eq!(
        try_read("aws", other.as_bytes()).unwrap_err().to_string(),
        "unexpected shape: the feed \"Amazon Web Services Service Status\" is not one of AWS"
    );
    assert!(try_read("aws", head.as_bytes()).unwrap_err().to_string().contains("cut short"));
}

#[test]
fn a_title_in_other_words_is_unknown() {
    let odd = text_sample("aws/all.rss").replace("Performance issues:", "Something odd:");
    let reading = try_read("aws", odd.as_bytes()).unwrap();
    assert_eq!((reading.overall, reading.open_incidents), (Status::Unknown, 1));
    assert_eq!(reading.incidents[0].title, "Something odd: Slow queues: and more");
}
