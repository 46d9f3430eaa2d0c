//! The traps of feeds that are histories, one test each.

use contracts::Status;
use contracts::providers::Part;

use crate::samples::{family, figures, read, sample, text_sample, try_read, try_read_at};

const STATUSPAGE: &str = "rss/statuspage-history.atom";

/// A feed with one entry of that title and text.
fn feed(title: &str, body: &str, date: &str) -> String {
    format!(
        "<rss><channel><title>Quill</title><item><guid>1</guid><title>{title}</title>\
         <description><![CDATA[{body}]]></description><pubDate>{date}</pubDate></item></channel></rss>"
    )
}

/// What a feed with one entry comes to an hour after it was written.
fn one(title: &str, body: &str) -> (Status, usize, usize, usize) {
    let feed = feed(title, body, "Sat, 21 Nov 2026 09:00:00 GMT");
    figures(&try_read_at("rss", feed.as_bytes(), "2026-11-21T10:00:00Z").unwrap())
}

#[test]
fn the_newest_bold_word_tells_where_an_entry_stands() {
    let reading = read("rss", STATUSPAGE);
    assert_eq!(figures(&reading), (Status::DegradedPerformance, 0, 1, 1));
    let incident = &reading.incidents[0];
    assert_eq!((incident.state.as_str(), incident.message.as_str()), ("monitoring", "A fix is out."));
    let updates: Vec<_> =
        incident.updates.iter().map(|u| (u.state.as_deref().unwrap(), u.body.as_str())).collect();
    assert_eq!(updates, [("monitoring", "A fix is out."), ("investigating", "We look into & after it.")]);
    assert_eq!(incident.started_at.unwrap().to_string(), "2026-11-21T10:00:00Z");
    assert_eq!(incident.updated_at.unwrap().to_string(), "2026-11-21T10:30:00Z");
    assert_eq!(incident.url.as_deref(), Some("https://status.quill.example/incidents/3"));
    let maintenance = &reading.maintenances[0];
    assert_eq!((maintenance.title.as_str(), maintenance.state.as_str()), ("Database upgrade", "scheduled"));
    assert_eq!(maintenance.starts_at.unwrap().to_string(), "2026-11-28T22:00:00Z");
    assert_eq!(maintenance.ends_at.unwrap().to_string(), "2026-11-28T23:00:00Z");
}

#[test]
fn an_entry_dated_by_its_beginning_is_as_young_as_its_newest_text() {
    let body = "<p><small>Nov 21, 09:30 UTC</small><br><strong>Identified</strong> - a</p>\
                <p><small>Nov <var>18</var>, <var>09:00</var> UTC</small><br><strong>Investigating</strong> - b</p>";
    let feed = feed("Late", body, "Wed, 18 Nov 2026 09:00:00 GMT");
    let reading = try_read_at("rss", feed.as_bytes(), "2026-11-21T10:00:00Z").unwrap();
    assert_eq!(reading.overall, Status::DegradedPerformance);
    let incident = &reading.incidents[0];
    assert_eq!(incident.started_at.unwrap().to_string(), "2026-11-18T09:00:00Z");
    let times: Vec<String> = incident.updates.iter().map(|update| update.at.unwrap().to_string()).collect();
    assert_eq!(times, ["2026-11-21T09:30:00Z", "2026-11-18T09:00:00Z"]);
}

#[test]
fn what_kind_of_trouble_it_was_does_not_say_that_it_goes_on() {
    let kind = |date: &str, body: &str| {
        let feed = feed("Incident: mail is late", body, date);
        figures(&try_read_at("rss", feed.as_bytes(), "2026-11-21T10:00:00Z").unwrap())
    };
    assert_eq!(kind("Sat, 21 Nov 2026 09:00:00 GMT", "We look."), (Status::DegradedPerformance, 0, 1, 0));
    assert_eq!(kind("Sat, 21 Nov 2026 09:00:00 GMT", "This has been resolved."), (Status::Unknown, 0, 0, 0));
    assert_eq!(kind("Sat, 14 Nov 2026 09:00:00 GMT", "We look."), (Status::Unknown, 0, 0, 0));
}

#[test]
fn incident_io_writes_the_word_after_status() {
    let reading = read("rss", "rss/incidentio.rss");
    assert_eq!(figures(&reading), (Status::DegradedPerformance, 0, 1, 0));
    assert_eq!(
        (reading.incidents[0].state.as_str(), reading.incidents[0].title.as_str()),
        ("identified", "Builds wait")
    );
    assert_eq!(reading.incidents[0].message, "A queue is full.");
    let worse = text_sample("rss/incidentio.rss").replace("Degraded performance", "Full outage");
    assert_eq!(try_read("rss", worse.as_bytes()).unwrap().overall, Status::MajorOutage);
}

#[test]
fn a_history_in_which_all_is_over_says_nothing_of_now() {
    let over = text_sample("rss/incidentio.rss").replace("Identified", "Resolved");
    let reading = try_read("rss", over.as_bytes()).unwrap();
    assert_eq!(figures(&reading), (Status::Unknown, 0, 0, 0));
    assert_eq!(reading.not_told, [Part::Overall, Part::Components]);
    let empty = "<rss><channel><title>Quill</title></channel></rss>";
    assert_eq!(figures(&try_read("rss", empty.as_bytes()).unwrap()), (Status::Unknown, 0, 0, 0));
}

#[test]
fn after_a_day_without_a_word_nothing_is_known() {
    let body = sample(STATUSPAGE);
    let later = |moment: &str| try_read_at("rss", &body, moment).unwrap();
    assert_eq!(later("2026-11-22T10:30:00Z").overall, Status::DegradedPerformance);
    let reading = later("2026-11-22T10:30:01Z");
    assert_eq!((reading.overall, reading.open_incidents), (Status::Unknown, 1));
    assert_eq!(reading.incidents[0].impact, Status::Unknown);
    // Of a file, the newest time in it stands for when it was got.
    assert_eq!(read("rss", STATUSPAGE).overall, Status::DegradedPerformance);
}

#[test]
fn an_entry_without_a_word_that_is_known_is_unknown_and_then_left_out() {
    let body = feed("A picnic", "There was cake.", "Sat, 21 Nov 2026 09:00:00 GMT");
    let at = |moment: &str| figures(&try_read_at("rss", body.as_bytes(), moment).unwrap());
    assert_eq!(at("2026-11-21T10:00:00Z"), (Status::Unknown, 0, 1, 0));
    assert_eq!(at("2026-11-23T10:00:00Z"), (Status::Unknown, 0, 0, 0));
    // Whose age is not known is not fresh.
    let undated = feed("A picnic", "", "soon");
    assert_eq!(figures(&try_read_at("rss", undated.as_bytes(), "2026-11-21T10:00:00Z").unwrap()).2, 0);
}

#[test]
fn words_in_titles_and_at_the_beginning_count_too() {
    let open = (Status::DegradedPerformance, 0, 1, 0);
    let over = (Status::Unknown, 0, 0, 0);
    assert_eq!(one("[Investigating] Sync is late", ""), open);
    assert_eq!(one("Sync is late - Identified", ""), open);
    assert_eq!(one("Sync is late", "Investigating - we look"), open);
    assert_eq!(one("Major outage: sync", "It is down"), (Status::MajorOutage, 0, 1, 0));
    assert_eq!(one("[Resolved] Sync was late", "<b>Investigating</b> - we looked"), over);
    assert_eq!(one("RESOLVED: Sync was late", ""), over);
    assert_eq!(one("Resolved Service Disruption", "We look."), over);
    assert_eq!(one("Sync was late", "Status: Resolved\nIt is over"), over);
    // Written downwards.
    assert_eq!(one("Sync was late", "<p><b>Investigating</b> - a</p><p><b>Resolved</b> - b</p>"), over);
    assert_eq!(
        one("Sync is late again", "<p><b>Identified</b> - a</p><p><b>Investigating</b> - b</p>"),
        open
    );
}

#[test]
fn a_maintenance_is_not_trouble_and_trouble_with_one_is() {
    assert_eq!(one("Upgrade", "<b>Scheduled</b> - soon"), (Status::Unknown, 0, 0, 1));
    assert_eq!(
        one("Upgrade", "<b>In progress</b> - now<b>Scheduled</b> - soon"),
        (Status::UnderMaintenance, 0, 0, 1)
    );
    assert_eq!(one("Network maintenance", "<b>Verifying</b> - now"), (Status::UnderMaintenance, 0, 0, 1));
    assert_eq!(one("Upgrade", "<b>Completed</b> - done<b>Scheduled</b> - soon"), (Status::Unknown, 0, 0, 0));
    assert_eq!(
        one("Trouble after maintenance", "<b>Investigating</b> - now"),
        (Status::DegradedPerformance, 0, 1, 0)
    );
}

#[test]
fn the_newest_entry_of_an_id_counts() {
    let entry = |word: &str, hour: u8| {
        format!(
            "<item><guid>1</guid><title>[{word}] Sync</title><pubDate>Sat, 21 Nov 2026 {hour:02}:00:00 GMT</pubDate></item>"
        )
    };
    let feed = |entries: &str| format!("<rss><channel><title>Quill</title>{entries}</channel></rss>");
    for entries in [
        [entry("Resolved", 10), entry("Investigating", 9)].concat(),
        [entry("Investigating", 9), entry("Resolved", 10)].concat(),
    ] {
        assert_eq!(try_read("rss", feed(&entries).as_bytes()).unwrap().open_incidents, 0);
    }
}

#[test]
fn an_entry_for_each_thing_said_is_one_incident() {
    let entry = |id: u8, title: &str, hour: u8| {
        format!(
            "<item><guid>{id}</guid><link>https://status.quill.example/incident/7</link><title>{title}</title>\
             <description>At {hour}</description><pubDate>Sat, 21 Nov 2026 {hour:02}:00:00 GMT</pubDate></item>"
        )
    };
    let feed = |entries: &[String]| {
        let feed = format!("<rss><channel><title>Quill</title>{}</channel></rss>", entries.concat());
        try_read_at("rss", feed.as_bytes(), "2026-11-21T12:00:00Z").unwrap()
    };
    let (down, known, well) =
        (entry(1, "API went down", 8), entry(2, "[Identified] API", 9), entry(3, "API recovered", 10));
    let reading = feed(&[known.clone(), down.clone()]);
    assert_eq!(figures(&reading), (Status::DegradedPerformance, 0, 1, 0));
    let incident = &reading.incidents[0];
    assert_eq!((incident.updates.len(), incident.message.as_str()), (2, "At 9"));
    assert_eq!(incident.started_at.unwrap().to_string(), "2026-11-21T08:00:00Z");
    assert_eq!(incident.updated_at.unwrap().to_string(), "2026-11-21T09:00:00Z");
    assert_eq!(feed(&[well, known, down.clone()]).open_incidents, 0);
    assert_eq!(feed(&[down]).overall, Status::MajorOutage);
}

#[test]
fn times_tell_what_was_written_downwards() {
    let body = |first: &str, last: &str| {
        format!(
            "<p><small>Nov 21, {first} UTC</small><b>Investigating</b> - a</p><p><small>Nov 21, {last} UTC</small><b>Resolved</b> - b</p>"
        )
    };
    assert_eq!(one("Late", &body("08:00", "08:30")).2, 0);
    // It was opened again.
    assert_eq!(one("Late", &body("08:30", "08:00")).2, 1);
}

#[test]
fn a_page_for_people_is_refused_by_name() {
    let words = |body: &[u8]| try_read("rss", body).unwrap_err().to_string();
    assert_eq!(
        words(b"<!DOCTYPE html><html><head><title>Just a moment...</title></head>"),
        "an HTML page came instead of a feed: \"Just a moment...\""
    );
    assert!(words(b"{\"status\": \"ok\"}").starts_with("a JSON document came instead of a feed"));
    assert!(words(b"<rss><channel><title>a</title>").contains("cut short"));
    assert!(
        words(b"<rss version=\"2.0\">\n<channel></rss>")
            .starts_with("the XML is broken at line 2, column 10")
    );
}

#[test]
fn feeds_come_in_other_letters() {
    let text = text_sample("rss/incidentio.rss").replace("A queue is full", "Une queue pleine à Besançon");
    let expected = try_read("rss", text.as_bytes()).unwrap();
    assert!(expected.incidents[0].message.contains("à Besançon"));
    let wide: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(try_read("rss", &wide).unwrap(), expected);
    for name in ["ISO-8859-1", "windows-1252"] {
        let latin = text
            .replace("UTF-8", name)
            .chars()
            .map(|c| u8::try_from(u32::from(c)).unwrap())
            .collect::<Vec<u8>>();
        assert_eq!(try_read("rss", &latin).unwrap(), expected);
    }
}

#[test]
fn a_feed_is_found_by_its_words() {
    assert_eq!(family(&sample(STATUSPAGE)), Some("rss"));
    assert_eq!(family(&sample("rss/incidentio.rss")), Some("rss"));
    assert_eq!(family(feed("A picnic", "There was cake.", "").as_bytes()), None);
}
