//! The check of what has no feed.

use contracts::Status;
use contracts::providers::Part;
use providers::adapters;

use crate::samples::{family, try_read};

#[test]
fn an_answer_is_operational_and_nothing_more_is_told() {
    for body in [b"ok".as_slice(), b"<html></html>", b"{}", b"\xff\x00"] {
        let reading = try_read("http", body).unwrap();
        assert_eq!(reading.overall, Status::Operational);
        assert_eq!(reading.not_told, [Part::Components, Part::Incidents, Part::Maintenances]);
    }
}

#[test]
fn an_empty_answer_is_none() {
    for body in [b"".as_slice(), b" \r\n\t", b"\xef\xbb\xbf "] {
        assert_eq!(try_read("http", body).unwrap_err().to_string(), "the answer is empty");
    }
}

#[test]
fn no_document_is_taken_for_it() {
    assert_eq!(family(b"<html><body>ok</body></html>"), None);
    assert!(adapters::names().any(|name| name == "http"));
}
